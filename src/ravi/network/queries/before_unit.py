"""Everything of the network that stands before a unit's people on their desk, in one question."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Value, Window
from django.db.models.functions import JSONObject, RowNumber

from ravi.accounts.models import Person, Unit
from ravi.network.models import Adoption, Message, Offer, Template, Version
from ravi.network.queries.after_review import emergency_rules
from ravi.network.queries.based_on import answers_behind_of
from ravi.network.queries.offer import offers_to_answer
from ravi.publishing.models import Post

# What a line on the desk says, and where it stands.
_OFFER = {
    "pk": "pk",
    "state": "state",
    "deadline": "deadline",
    "offered_at": "offered_at",
    "seen_at": "seen_at",
    "unit_id": "unit_id",
    "unit": "unit__name",
    "title": "message__title",
    "kind": "message__kind",
    "priority": "message__priority",
    "message_state": "message__state",
    "valid_until": "message__valid_until",
}
_BEHIND = {
    "offer_id": "offer_id",
    "unit": "offer__unit__name",
    "title": "offer__message__title",
    "number": "version__number",
    "state": "post__state",
    "halted_at": "post__halted_at",
    "of_repaired": "of_repaired",
}
_WAY = {"template_id": "version__template_id", "name": "version__template__name", "unit_id": "unit_id"}


@dataclass(frozen=True)
class BeforeUnit:
    """Offers without an answer, answers that newer words stand before, and templates that go out at once, each in its order.
    The rows hold what a line on the desk says, and no more."""

    offers: Sequence[Offer]
    behind: Sequence[Adoption]
    ways: Sequence[tuple[Template, Unit]]


def before_unit(person: Person, *, most_offers: int, most_behind: int) -> BeforeUnit:
    """One question; none for who answers for no unit."""
    rows = _part("offer", offers_to_answer(person)[:most_offers], _OFFER).union(
        _part("behind", answers_behind_of(person)[:most_behind], _BEHIND),
        _part("way", emergency_rules(person), _WAY),
        all=True,
    )
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["place"]):
        found[row["part"]].append(row["facts"])
    ways = {(row["template_id"], row["unit_id"]): _way(row) for row in found["way"]}
    return BeforeUnit(
        [_offer(row) for row in found["offer"]], [_behind(row) for row in found["behind"]], [*ways.values()]
    )


def _part(name: str, rows: QuerySet[Any], facts: Mapping[str, str]) -> QuerySet[Any, dict[str, Any]]:
    place = Window(RowNumber(), order_by=list(rows.query.order_by))  # type: ignore[arg-type]  # as order_by() took them
    return rows.values(part=Value(name), place=place, facts=JSONObject(**{key: F(path) for key, path in facts.items()}))


def _offer(row: Mapping[str, Any]) -> Offer:
    message = Message(
        title=row["title"],
        kind=row["kind"],
        priority=row["priority"],
        state=row["message_state"],
        valid_until=_moment(row["valid_until"]),
    )
    return Offer(
        pk=row["pk"],
        message=message,
        unit=Unit(pk=row["unit_id"], name=row["unit"]),
        state=row["state"],
        deadline=_moment(row["deadline"]),
        offered_at=datetime.fromisoformat(row["offered_at"]),
        seen_at=_moment(row["seen_at"]),
    )


def _behind(row: Mapping[str, Any]) -> Adoption:
    offer = Offer(pk=row["offer_id"], message=Message(title=row["title"]), unit=Unit(name=row["unit"]))
    post = Post(state=row["state"], halted_at=_moment(row["halted_at"]))
    answer = Adoption(offer=offer, version=Version(number=row["number"]), post=post)
    answer.of_repaired = row["of_repaired"]  # type: ignore[attr-defined]
    return answer


def _way(row: Mapping[str, Any]) -> tuple[Template, Unit]:
    return Template(pk=row["template_id"], name=row["name"]), Unit(pk=row["unit_id"])


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
