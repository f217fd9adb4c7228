"""Templates: words with blanks, and a post that is made of one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status

from ravi.accounts.access import require
from ravi.accounts.queries import open_units_visible_to
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import VERSION, answers, asks, needs
from ravi.api.door import PREFIX, ApiRequest
from ravi.api.pages import page_of
from ravi.api.proof import require_seen
from ravi.api.schemas.parts import Id, Page, Paging
from ravi.api.schemas.template import FilledOut, FillingIn, NewTemplateIn, TemplateBrief, TemplateIn, TemplateOut
from ravi.network import queries, services
from ravi.network.errors import TemplateChanged, TemplateRefused
from ravi.network.facts.values import LockedFact, from_json
from ravi.network.models import Template, TemplateVersion
from ravi.network.template import Blank, TemplateWords, read_payload

router = Router(tags=["Templates"])


@router.get("templates", response=answers(200, Page[TemplateBrief]), summary="Templates in sight")
def templates(request: ApiRequest, paging: Query[Paging], unit_id: Id | None = None) -> dict[str, Any]:
    """Those of the units in sight, and headquarters', which are there for all."""
    rows = queries.templates_visible_to(request.person)
    return page_of(rows.filter(unit_id=unit_id) if unit_id else rows, paging, _brief)


@router.post("templates", response=answers(201, TemplateOut, 409), summary="Write a template", **needs(Verb.WRITE))
@asks(Verb.WRITE)
def new_template(request: ApiRequest, response: HttpResponse, body: NewTemplateIn) -> Any:
    """Words with blanks; an approver can sign them then."""
    unit = get_object_or_404(open_units_visible_to(request.person), pk=body.unit_id)
    made = services.start_template(unit, body.name, _words(body), by=request.person)
    response.headers["Location"] = f"{PREFIX}templates/{made.pk}"
    return Status(201, _told(request, response, made))


@router.get("templates/{template_id}", response=answers(200, TemplateOut), summary="One template")
def template(request: ApiRequest, response: HttpResponse, template_id: Path[Id]) -> dict[str, Any]:
    """The words that hold, and what its blanks take. Its ETag goes back as If-Match with other words."""
    return _told(request, response, visible_template(request, template_id))


@router.put(
    "templates/{template_id}",
    response=answers(200, TemplateOut, 409, 412, 428),
    summary="Change its words",
    **needs(Verb.WRITE, VERSION),
)
@asks(Verb.WRITE)
def change_template(request: ApiRequest, response: HttpResponse, template_id: Path[Id], body: TemplateIn) -> Any:
    """What was signed for the words before ends with them."""
    found = visible_template(request, template_id)
    require(request.person, Ability.WRITE_POST, found.unit_id)
    seen = current_of(found).content_hash
    changed = _("This template is another one than you saw. Nothing was kept: read it again.")
    require_seen(request, f'"{seen[:32]}"', changed)
    saved = services.change_template(found, body.name, _words(body), expected_hash=seen, by=request.person)
    return _told(request, response, saved)


@router.post("templates/{template_id}/end", response=answers(204, None, 409), summary="End it", **needs(Verb.WRITE))
@asks(Verb.WRITE)
def end_template(request: ApiRequest, template_id: Path[Id]) -> Any:
    """Nothing is made of it any more, and what was signed for it ends; what was made stands."""
    services.end_template(visible_template(request, template_id), by=request.person)
    return Status(204, None)


@router.post(
    "templates/{template_id}/filling",
    response=answers(200, FilledOut, 409),
    summary="Fill it in and send it",
    **needs(Verb.WRITE),
)
@asks(Verb.WRITE)
def fill_template(request: ApiRequest, template_id: Path[Id], body: FillingIn) -> dict[str, Any]:
    """A post of that unit with these values in the blanks; what somebody signed beforehand is its yes, else it waits for one."""
    found = visible_template(request, template_id)
    unit = get_object_or_404(queries.units_to_fill(request.person, found), pk=body.unit_id)
    version = current_of(found)
    if version.content_hash != body.content_hash:
        raise TemplateChanged
    facts = _facts(read_payload(version.payload), body)
    done = services.fill_template(version, unit, facts, set(body.channel_ids), by=request.person)
    return {"post_id": done.post.pk, "ready": done.ready, "blocked": done.blocked, "is_approved": done.is_approved}


def visible_template(request: ApiRequest, pk: int) -> Template:
    """404 for one of a unit or an institution out of sight, and for one that has ended."""
    return get_object_or_404(queries.templates_visible_to(request.person), pk=pk)


def current_of(found: Template) -> TemplateVersion:
    """The words that hold."""
    assert found.current is not None  # a template is made with its words
    return found.current


def _facts(words: TemplateWords, body: FillingIn) -> list[LockedFact]:
    """One fact a blank, in their order. Raises NotAFact, TemplateRefused for a name that no blank has, or that is missing."""
    names = [blank.name for blank in words.blanks]
    wrong = [*(one for one in body.values if one not in names), *(one for one in names if one not in body.values)]
    if wrong:
        raise TemplateRefused(_("Fill in or choose again: %(names)s.") % {"names": "، ".join(wrong)})
    return [LockedFact(one.name, one.kind, from_json(one.kind, body.values[one.name])) for one in words.blanks]


def _words(body: TemplateIn) -> TemplateWords:
    blanks = (Blank(one.name, one.kind, tuple(one.choices), one.unit) for one in body.blanks)
    return TemplateWords(
        **body.dict(include={"title", "text", "short", "topic", "days", "emergency"}), blanks=tuple(blanks)
    )


def _brief(found: Template) -> dict[str, Any]:
    version = current_of(found)
    words = read_payload(version.payload)
    return {
        "id": found.pk,
        "unit_id": found.unit_id,
        "name": found.name,
        "topic": words.topic,
        "title": words.title,
        "number": version.number,
        "content_hash": version.content_hash,
        "page": reverse("templates:template", args=[found.pk]),
    }


def _told(request: ApiRequest, response: HttpResponse, found: Template) -> dict[str, Any]:
    version = current_of(found)
    words = read_payload(version.payload)
    response.headers["ETag"] = f'"{version.content_hash[:32]}"'
    blanks = [
        {"name": one.name, "kind": one.kind, "choices": list(one.choices), "unit": one.unit} for one in words.blanks
    ]
    return {
        **_brief(found),
        "text": words.text,
        "short": words.short,
        "days": words.days,
        "emergency": words.emergency,
        "blanks": blanks,
        "fill_for": list(queries.units_to_fill(request.person, found).values_list("pk", flat=True)),
        "may_write": queries.may_write_template(request.person, found),
    }
