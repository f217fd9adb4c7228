"""One yes to the corrections that carry a version to many units: read once, approved as shown or not at all."""

from typing import Any

from ninja import Path, Status

from ravi.accounts.rules import Verb
from ravi.api.described import CODE, answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.routes.network_message import router
from ravi.api.routes.posts import group_out
from ravi.api.routes.shared_yes import Shown, carried_out, digest_of_all, say_to_shown, visible_version
from ravi.api.schemas.corrections import CorrectionBrief, CorrectionYesOut
from ravi.api.schemas.parts import Id
from ravi.api.schemas.shared_yes import SharedYesBegun, SharedYesDone, SharedYesIn
from ravi.network import services
from ravi.network.models import CorrectedAnswer, Version
from ravi.network.queries.corrections_yes import corrections_of_version, corrections_shared
from ravi.publishing.models import Copy
from ravi.publishing.queries import copies_that_wait, digest_of, grouped
from ravi.publishing.queries.shown import APART


@router.get("correction-yeses", response=answers(200, list[CorrectionBrief]), summary="Corrections one yes could cover")
def correction_yeses(request: ApiRequest) -> list[dict[str, Any]]:
    """Versions whose corrections wait in two units or more for this person's yes."""
    found = corrections_shared(request.person)
    return [{"version_id": pk, "title": title, "units": units} for pk, title, units in found]


@router.get(
    "correction-yeses/{version_id}",
    response=answers(200, CorrectionYesOut),
    summary="The corrections that one yes covers",
)
def correction_yes(request: ApiRequest, version_id: Path[Id]) -> dict[str, Any]:
    """Every new text once, units' own among them, and for each unit's correction which copies it changes and how."""
    version = visible_version(request, version_id)
    listed = _waiting(request, version)
    shown = _shown(listed)
    copies = [copy for _one, mine in listed for copy in mine]
    return {
        "version_id": version.pk,
        "digest": digest_of_all(shown),
        "groups": [group_out(one) for one in grouped(copies, apart=(*APART, "post"))],
        "posts": [_post(one, mine) for one, mine in listed],
        "carried": carried_out(request, version, is_correction=True),
    }


@router.post(
    "correction-yeses/{version_id}",
    response={202: SharedYesBegun, **answers(200, SharedYesDone, 409)},
    summary="Say one yes to the corrections",
    **needs(Verb.APPROVE, CODE),
)
@asks(Verb.APPROVE)
def say_correction_yes(request: ApiRequest, version_id: Path[Id], body: SharedYesIn) -> Status[dict[str, Any]]:
    """To exactly the set that `digest` names, or to the `post_ids` of it, with a Ravi-Code of this person's app (none in a
    demo). Each copy gets its own yes. Where the set is another by now, or one of it cannot be approved, nothing is. More
    than twenty posts are begun (202) and said one after the other: each is asked again at its turn, what stays is told."""
    version = visible_version(request, version_id)
    look = lambda: _shown(_waiting(request, version))  # noqa: E731
    return say_to_shown(request, version, body, look, services.say_corrections_yes, is_correction=True)


Waiting = list[tuple[CorrectedAnswer, list[Copy]]]


def _waiting(request: ApiRequest, version: Version) -> Waiting:
    """Corrections that wait for this person, with the copies that a yes would send, by unit."""
    found = corrections_of_version(request.person, version)
    waiting = copies_that_wait([one.post_id for one in found if one.post_id])
    return [(one, mine) for one in found if one.post_id and (mine := waiting.get(one.post_id))]


def _shown(listed: Waiting) -> Shown:
    return {one.post_id: (one.adoption.offer.unit_id, mine) for one, mine in listed if one.post_id}


def _post(one: CorrectedAnswer, mine: list[Copy]) -> dict[str, Any]:
    assert one.post is not None  # only written corrections wait
    return {
        "post_id": one.post_id,
        "corrects_id": one.post.corrects_id,
        "unit_id": one.adoption.offer.unit_id,
        "own_words": bool(one.parts),
        "digest": digest_of(mine),
        "copies": [
            {"channel_id": copy.channel_id, "platform": copy.platform, "way": copy.way, "hash": copy.content_hash}
            for copy in mine
        ],
    }
