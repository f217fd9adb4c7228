"""One yes to a shown set: the unchanged copies of a version in many units, read once, approved as shown or not at all."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Status

from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import CODE, answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.problems import Problem, not_found
from ravi.api.proof import prove
from ravi.api.routes.network_message import router
from ravi.api.routes.posts import group_out
from ravi.api.schemas.parts import Id
from ravi.api.schemas.shared_yes import SharedBrief, SharedYesBegun, SharedYesDone, SharedYesIn, SharedYesOut
from ravi.network import services
from ravi.network.models import Version
from ravi.network.pages.shared_yes import carried
from ravi.network.queries.shared_yes import unchanged_of, versions_shared, versions_visible_to
from ravi.publishing.errors import ShownSetChanged
from ravi.publishing.models import Copy
from ravi.publishing.queries import copies_that_wait, digest_of, grouped
from ravi.publishing.queries.shown import APART
from ravi.publishing.rules import set_digest
from ravi.publishing.services import Together


@router.get("shared-yeses", response=answers(200, list[SharedBrief]), summary="What one yes could cover")
def shared_yeses(request: ApiRequest) -> list[dict[str, Any]]:
    """Versions that two units or more took unchanged and that wait for this person's yes."""
    return [{"version_id": pk, "title": title, "units": units} for pk, title, units in versions_shared(request.person)]


@router.get("shared-yeses/{version_id}", response=answers(200, SharedYesOut), summary="The set that one yes covers")
def shared_yes(request: ApiRequest, version_id: Path[Id]) -> dict[str, Any]:
    """Every text that would go, once, and the units with the hashes of their copies."""
    version = visible_version(request, version_id)
    shown = _shown(request, version)
    copies = [copy for _unit, mine in shown.values() for copy in mine]
    return {
        "version_id": version.pk,
        "digest": digest_of_all(shown),
        "groups": [group_out(one) for one in grouped(copies, apart=(*APART, "post"))],
        "posts": [
            {
                "post_id": post_id,
                "unit_id": unit_id,
                "digest": digest_of(mine),
                "hashes": sorted({copy.content_hash for copy in mine}),
            }
            for post_id, (unit_id, mine) in shown.items()
        ],
        "carried": carried_out(request, version),
    }


@router.post(
    "shared-yeses/{version_id}",
    response={202: SharedYesBegun, **answers(200, SharedYesDone, 409)},
    summary="Say one yes to the set",
    **needs(Verb.APPROVE, CODE),
)
@asks(Verb.APPROVE)
def say_shared_yes(request: ApiRequest, version_id: Path[Id], body: SharedYesIn) -> Status[dict[str, Any]]:
    """To exactly the set that `digest` names, or to the `post_ids` of it, with a Ravi-Code of this person's app (none in a
    demo). Each copy gets its own yes. Where the set is another by now, or one of it cannot be approved, nothing is. More
    than twenty posts are begun (202) and said one after the other: each is asked again at its turn, what stays is told."""
    version = visible_version(request, version_id)
    return say_to_shown(request, version, body, lambda: _shown(request, version), services.say_shared_yes)


Shown = Mapping[int, tuple[int, list[Copy]]]


def say_to_shown(
    request: ApiRequest,
    version: Version,
    body: SharedYesIn,
    look: Callable[[], Shown],
    say: Callable[..., Together],
    *,
    is_correction: bool = False,
) -> Status[dict[str, Any]]:
    """Where what `look` finds is the set that was shown, `say` says the yes to all that was chosen of it; else nothing is.
    More than a program waits for is begun."""
    if not any(rights(request.person).may(one) for one in (Ability.APPROVE_POST, Ability.APPROVE_HEALTH_POST)):
        raise PermissionDenied(_("This is for other roles."))
    prove(request)
    shown = look()
    if not shown or digest_of_all(shown) != body.digest:
        raise ShownSetChanged
    chosen = set(shown) if body.post_ids is None else set(body.post_ids)
    if not chosen <= set(shown):
        raise not_found()
    digests = {pk: digest_of(shown[pk][1]) for pk in chosen}
    if len(chosen) > services.AT_ONCE:
        if services.begin_shared_yes(version, digests, by=request.person, is_correction=is_correction) is None:
            raise ShownSetChanged
        return Status(202, {"begun": len(chosen)})
    done = say(version, digests, by=request.person)
    if done.refused or set(done.done) != chosen:
        errors = [{"at": str(pk), "why": why} for pk, why in list(done.refused.items())[:50]]
        raise Problem(409, "shown_set_changed", str(ShownSetChanged()), more={"errors": errors})
    return Status(200, {"approved": sorted(done.done)})


def carried_out(request: ApiRequest, version: Version, *, is_correction: bool = False) -> dict[str, Any] | None:
    """How far the last yes to many is; None where none was said."""
    found = carried(request.person, version, is_correction=is_correction)
    if found is None:
        return None
    return {"done": found.done, "total": found.total, "is_open": found.is_open, "stayed": list(found.stayed)}


def digest_of_all(shown: Shown) -> str:
    """The name of the whole set."""
    return set_digest({copy.content_hash for _unit, mine in shown.values() for copy in mine})


def _shown(request: ApiRequest, version: Version) -> Shown:
    """Post -> its unit and the copies that a yes would send, by unit."""
    found = [(one.post_id, one.offer.unit_id) for one in unchanged_of(request.person, version) if one.post_id]
    waiting = copies_that_wait([post_id for post_id, _unit in found])
    return {post_id: (unit_id, waiting[post_id]) for post_id, unit_id in found if waiting.get(post_id)}


def visible_version(request: ApiRequest, pk: int) -> Version:
    """404 for a version that no unit in sight was offered."""
    return get_object_or_404(versions_visible_to(request.person), pk=pk)
