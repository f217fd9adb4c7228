"""What happened, as programs are told: read from the record and the ledger, with ids, states, counts and links alone."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from ravi.api.webhook.rules import EventType
from ravi.core.models import AuditEntry
from ravi.delivery.models import LedgerEntry, StopOrder
from ravi.delivery.queries import stops_by_id, unit_ids_of_stops
from ravi.network.models import Message, Offer, Version
from ravi.network.queries import messages_by_id, offers_of_messages
from ravi.publishing.models import Post
from ravi.publishing.queries import posts_by_id

# Verb of the record -> what is told of it.
OF_POST: Mapping[str, EventType] = {
    "submit_post": EventType.POST_SUBMITTED,
    "approve_post": EventType.POST_APPROVED,
    "approve_by_rule": EventType.POST_APPROVED,
    "take_back_yes": EventType.POST_YES_TAKEN_BACK,
    "return_post": EventType.POST_RETURNED,
    "withdraw_post": EventType.POST_WITHDRAWN,
}
OF_MESSAGE: Mapping[str, EventType] = {
    "ask_endorsement": EventType.ENDORSEMENT_ASKED,
    "endorse_version": EventType.VERSION_ENDORSED,
    "issue_version": EventType.VERSION_ISSUED,
    "end_message": EventType.MESSAGE_ENDED,
    "withdraw_message": EventType.MESSAGE_WITHDRAWN,
}
OF_OFFER: Mapping[str, EventType] = {
    "answer_offer": EventType.OFFER_ANSWERED,
    "take_back_answer": EventType.OFFER_ANSWERED,  # what was taken by itself; the offer is open again
}
OF_STOP: Mapping[str, EventType] = {
    "delivery.stop": EventType.STOP_ORDERED,
    "delivery.resume": EventType.STOP_LIFTED,
}
VERBS = frozenset({*OF_POST, *OF_MESSAGE, *OF_OFFER, *OF_STOP})
# Before the units have it a message is headquarters' own.
OF_UNITS_TOO = frozenset({EventType.VERSION_ISSUED, EventType.MESSAGE_ENDED, EventType.MESSAGE_WITHDRAWN})
OF_COPY: Mapping[str, EventType] = {
    "sent": EventType.COPY_SENT,
    "failed": EventType.COPY_FAILED,
    "unknown": EventType.COPY_UNKNOWN,
    "missed": EventType.COPY_MISSED,
    "held": EventType.COPY_HELD,
}


@dataclass(frozen=True)
class Event:
    """`source` names it for ever; `units` are those that it concerns, None the whole institution."""

    type: EventType
    source: str
    at: datetime
    units: frozenset[int] | None
    data: Mapping[str, Any]

    def body(self, institution_id: int) -> str:
        """As it is sent: type, timestamp, data, as Standard Webhooks asks for."""
        said = {
            "type": self.type,
            "timestamp": self.at.isoformat(),
            "data": {"institution_id": institution_id, **self.data},
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def of_record(entries: Iterable[AuditEntry]) -> list[Event]:
    """What lines of the record say to programs; six questions for all of them."""
    told = [entry for entry in entries if entry.verb in VERBS]
    ids = {verbs: [int(one.subject_id) for one in told if one.verb in table] for verbs, table in _TABLES.items()}
    messages, offers = messages_by_id(ids["message"]), _offers(ids)
    stops = stops_by_id(ids["stop"])
    known = _Known(posts_by_id(ids["post"]), messages, offers, stops, unit_ids_of_stops(stops.values()))
    return [event for entry in told for event in known.events(entry)]


def of_ledger(lines: Iterable[LedgerEntry]) -> list[Event]:
    """What became of copies."""
    return [_copy(line) for line in lines]


_TABLES: Mapping[str, Mapping[str, EventType]] = {
    "post": OF_POST,
    "message": OF_MESSAGE,
    "offer": OF_OFFER,
    "stop": OF_STOP,
}


def _offers(ids: Mapping[str, Sequence[int]]) -> list[Offer]:
    return offers_of_messages(ids["message"], ids["offer"])


@dataclass(frozen=True)
class _Known:
    """The rows that the lines are about."""

    posts: Mapping[int, Post]
    messages: Mapping[int, Message]
    offers: Sequence[Offer]
    stops: Mapping[int, StopOrder]
    stopped_units: Mapping[int, int]

    def events(self, entry: AuditEntry) -> Iterator[Event]:
        key, facts = int(entry.subject_id), json.loads(entry.body)["facts"]
        if entry.verb in OF_POST and (post := self.posts.get(key)):
            yield _of(entry, OF_POST[entry.verb], {post.unit_id}, _post(post, facts))
        elif entry.verb in OF_MESSAGE and (message := self.messages.get(key)):
            yield from self._of_message(entry, message, facts)
        elif entry.verb in OF_STOP and (order := self.stops.get(key)):
            unit = self.stopped_units.get(key)
            yield _of(entry, OF_STOP[entry.verb], None if unit is None else {unit}, _stop(order))
        else:
            yield from (
                _of(entry, EventType.OFFER_ANSWERED, {one.unit_id}, _offer(one) | {"answer": facts.get("answer")})
                for one in self.offers
                if entry.verb in OF_OFFER and one.pk == key
            )

    def _of_message(self, entry: AuditEntry, message: Message, facts: Mapping[str, Any]) -> Iterator[Event]:
        type_, mine = OF_MESSAGE[entry.verb], [one for one in self.offers if one.message_id == message.pk]
        version = _version(message, facts.get("number"))
        units = {message.unit_id} | ({one.unit_id for one in mine} if type_ in OF_UNITS_TOO else set())
        yield _of(entry, type_, units, _message(message, version))
        if type_ is EventType.VERSION_ISSUED and version:
            for one in (one for one in mine if one.offered_at == version.issued_at):
                source = f"record:{entry.seq}:{one.pk}"
                yield Event(EventType.OFFER_MADE, source, entry.at, frozenset({one.unit_id}), _offer(one))


def _of(entry: AuditEntry, type_: EventType, units: Iterable[int] | None, data: Mapping[str, Any]) -> Event:
    return Event(type_, f"record:{entry.seq}", entry.at, None if units is None else frozenset(units), data)


def _version(message: Message, number: int | None) -> Version | None:
    numbered = {one.number: one for one in message.versions.all()}
    return numbered.get(number) if number else message.current


def _post(post: Post, facts: Mapping[str, Any]) -> dict[str, Any]:
    page = _page("publishing:post", post.pk)
    counts = {name: facts[name] for name in ("ready", "blocked", "copies", "step", "cancelled") if name in facts}
    return {"post_id": post.pk, "unit_id": post.unit_id, "state": post.state, "page": page, **counts}


def _offer(offer: Offer) -> dict[str, Any]:
    deadline = offer.deadline.isoformat() if offer.deadline else None
    named = {"offer_id": offer.pk, "message_id": offer.message_id, "unit_id": offer.unit_id}
    return {**named, "state": offer.state, "deadline": deadline, "page": _page("network:offer", offer.pk)}


def _message(message: Message, version: Version | None) -> dict[str, Any]:
    return {
        "message_id": message.pk,
        "unit_id": message.unit_id,
        "state": message.state,
        "version": version.number if version else None,
        "content_hash": version.content_hash if version else None,
        "page": _page("network:message", message.pk),
    }


def _stop(order: StopOrder) -> dict[str, Any]:
    return {"stop_id": order.pk, "scope": order.scope, "key": order.key, "removals_too": order.removals_too}


def _copy(line: LedgerEntry) -> Event:
    copy = line.delivery
    named = {name: getattr(copy, name) for name in ("post_id", "unit_id", "channel_id", "platform", "action", "link")}
    state = {"copy_id": copy.pk, "state": line.after, "before": line.before, "code": line.code, "attempt": line.attempt}
    data = {**state, **named, "page": _page("publishing:board", copy.post_id)}
    return Event(OF_COPY[line.after], f"ledger:{line.pk}", line.at, frozenset({copy.unit_id}), data)


def _page(name: str, pk: int) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=[pk])}"
