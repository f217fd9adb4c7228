"""Correcting a message of the network everywhere: what it would do, the act, and how every unit and copy stands."""

from collections import Counter
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Path

from ravi.accounts.rules import Verb
from ravi.api.described import answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.routes.network_message import router, visible_message
from ravi.api.schemas.corrections import MessageCorrectionsIn, MessageCorrectionsOut
from ravi.api.schemas.parts import Id
from ravi.core import clock
from ravi.network import queries, services
from ravi.network.models import CorrectedAnswer, Correction, Message, Version
from ravi.network.pages.correct_message import weighed
from ravi.network.queries.correct_message import answers_to_correct, corrected_answers, correction_of, is_correctable
from ravi.publishing.queries.changed import Changed, how_changed


@router.get(
    "messages/{message_id}/corrections",
    response=answers(200, MessageCorrectionsOut),
    summary="How its correction everywhere stands",
)
def message_corrections(request: ApiRequest, message_id: Path[Id]) -> dict[str, Any]:
    """What carrying the newer version to every copy would do, as long as nobody has done it; then each unit and each copy."""
    return _told(request, visible_message(request, message_id))


@router.post(
    "messages/{message_id}/corrections",
    response=answers(200, MessageCorrectionsOut, 409, 412),
    summary="Correct it everywhere",
    **needs(Verb.OFFER),
)
@asks(Verb.OFFER)
def correct_message(request: ApiRequest, message_id: Path[Id], body: MessageCorrectionsIn) -> dict[str, Any]:
    """A correction is written for each unit's answer to an older version; `correction-yeses` takes the yes to them. Asked
    again, what could not be done before is tried again. 412 where another version than `version` holds by now."""
    found = visible_message(request, message_id)
    version = get_object_or_404(found.versions.all(), number=min(body.version, 2**31 - 1))
    services.correct_message(found, version_id=version.pk, by=request.person, pins=body.pins)
    return _told(request, visible_message(request, message_id))


def _told(request: ApiRequest, found: Message) -> dict[str, Any]:
    version = found.current
    done = correction_of(version) if version else None
    return {
        "state": found.state,
        "version": version.number if version else None,
        "version_id": version.pk if version else None,
        "may_correct": is_correctable(found) and queries.may_offer(request.person, found),
        "would": _would(version) if version and done is None and is_correctable(found) else None,
        "progress": _progress(done) if done else None,
    }


def _would(version: Version) -> dict[str, Any]:
    found = weighed(version)
    counts = Counter((one.channel.platform, one.way) for one in found.copies)
    return {
        "units": len(found.reached),
        "own_words": found.own,
        "copies": len(found.copies),
        "ways": [{"platform": platform, "way": way, "copies": n} for (platform, way), n in counts.items()],
        "unknown": found.unknown,
        "not_out": found.not_out,
        "waiting": [
            {"unit_id": answer.offer.unit_id, "offer_id": answer.offer_id, "outcome": outcome}
            for answer, outcome in found.waiting
        ],
    }


def _progress(done: Correction) -> dict[str, Any]:
    listed = list(corrected_answers(done.version))
    copies = how_changed([one.post for one in listed if one.post], clock.now())
    by_post: dict[int | None, list[Changed]] = {}
    for copy in copies:
        by_post.setdefault(copy.correction_id, []).append(copy)
    return {
        "begun_at": done.begun_at,
        "asked_at": done.asked_at,
        "units_left": answers_to_correct(done.version).count(),
        "done": sum(copy.is_done for copy in copies),
        "total": len(copies),
        "ends_at": max((copy.ends_at for copy in copies if copy.ends_at), default=None),
        "units": [_unit(one, by_post.get(one.post_id, [])) for one in listed],
    }


def _unit(one: CorrectedAnswer, copies: list[Changed]) -> dict[str, Any]:
    return {
        "unit_id": one.adoption.offer.unit_id,
        "offer_id": one.adoption.offer_id,
        "outcome": one.outcome,
        "why": one.why,
        "post_id": one.post_id,
        "copies": copies,
    }
