"""Standing approvals: signed with a code, listed, ended at once."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Path, Query, Status

from ravi.accounts.access import require
from ravi.accounts.queries import open_units_visible_to
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import CODE, answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.pages import page_of
from ravi.api.problems import not_found
from ravi.api.proof import prove
from ravi.api.routes.template import current_of, router, visible_template
from ravi.api.schemas.parts import Id, Page, Paging, named
from ravi.api.schemas.template import SigningIn, StandingOut
from ravi.network import queries, services
from ravi.network.models import StandingRule


@router.get("standing-approvals", response=answers(200, Page[StandingOut]), summary="Standing approvals in sight")
def standing_approvals(
    request: ApiRequest, paging: Query[Paging], template_id: Id | None = None, holds: bool | None = None
) -> dict[str, Any]:
    """Those for units in sight and those that this person signed; `holds=true` keeps what a yes may be written by now."""
    rows = queries.rules_visible_to(request.person)
    if template_id is not None:
        rows = rows.filter(version__template_id=template_id)
    living = set(queries.holding(rows).values_list("pk", flat=True))
    if holds is not None:
        rows = rows.filter(pk__in=living) if holds else rows.exclude(pk__in=living)
    return page_of(rows, paging, lambda one: standing_out(one, one.pk in living))


@router.post(
    "templates/{template_id}/signing",
    response=answers(200, list[StandingOut], 409),
    summary="Say yes beforehand",
    **needs(Verb.APPROVE, CODE),
)
@asks(Verb.APPROVE)
def sign_template(request: ApiRequest, template_id: Path[Id], body: SigningIn) -> list[dict[str, Any]]:
    """To exactly these words, for all of these units or for none, with a Ravi-Code of this person's app (none in a demo).
    Never for health advice but an emergency's, which an expert signs, and not for one's own words."""
    found = visible_template(request, template_id)
    units = {one.pk: one for one in open_units_visible_to(request.person).filter(pk__in=body.unit_ids)}
    if set(body.unit_ids) != set(units):
        raise not_found()
    for pk in units:
        require(request.person, Ability.APPROVE_POST, pk)
    prove(request)
    version = current_of(found)
    signed = [
        services.sign_standing(version, units[pk], days=body.days, content_hash=body.content_hash, by=request.person)
        for pk in sorted(units)
    ]
    return [standing_out(one, True) for one in signed]


@router.post(
    "standing-approvals/{rule_id}/end", response=answers(204, None, 409), summary="End it", **needs(Verb.APPROVE)
)
@asks(Verb.APPROVE)
def end_standing(request: ApiRequest, rule_id: Path[Id]) -> Any:
    """Nothing goes by it from now; what went stays approved. By whoever signed it; the head ends others' on the page."""
    rule = get_object_or_404(queries.rules_visible_to(request.person), pk=rule_id)
    services.end_standing(rule, by=request.person)
    return Status(204, None)


def standing_out(rule: StandingRule, holds: bool) -> dict[str, Any]:
    same = ("content_hash", "unit_id", "signed_at", "valid_until", "is_emergency", "ended_at", "end_reason")
    return {
        "id": rule.pk,
        "template_id": rule.version.template_id,
        "approver": named(rule.approver),
        "holds": holds,
        **{name: getattr(rule, name) for name in same},
    }
