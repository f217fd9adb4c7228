"""How far a message has come, unit by unit and channel by channel: six questions, whatever the numbers."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from ravi.accounts.models import Person, Unit
from ravi.delivery.progress import Step, steps_of
from ravi.delivery.rules import Action
from ravi.directory.queries import open_channels_of
from ravi.network.models import Adoption, Message, Offer
from ravi.network.queries.correct_message import says_number
from ravi.network.queries.message import offers_visible_to
from ravi.network.rules import AdoptionKind, MessageState, OfferState
from ravi.network.uptake import Answered, Asked, Carried, Uptake, of_copy, of_unit
from ravi.publishing.queries.correction import corrections_of
from ravi.publishing.queries.frozen import Place, places_of
from ravi.publishing.rules import PostState


@dataclass(frozen=True)
class Line:
    """One channel of a unit; `link` is where people see the copy, "" as long as nobody does."""

    channel_id: int
    platform: str
    state: Uptake
    link: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Row:
    """One unit: where it stands, its channels, and on which version its answer rests (None: no answer)."""

    offer_id: int
    unit: Unit
    state: Uptake
    lines: tuple[Line, ...]
    kind: AdoptionKind | None
    version: int | None
    is_outdated: bool
    answered_at: datetime | None
    reason: str
    is_by_rule: bool = False  # taken by itself, as the unit's head had said before

    @property
    def copies(self) -> int:
        """How many copies an answer makes; a no, no answer and what does not fit make none."""
        is_taken = self.kind in (AdoptionKind.ADOPTED, AdoptionKind.ADAPTED)
        return sum(line.state is not Uptake.BLOCKED for line in self.lines) if is_taken else 0


@dataclass(frozen=True)
class _Answer:
    kind: AdoptionKind
    number: int
    post_id: int | None
    post: PostState | None
    is_halted: bool
    at: datetime
    reason: str
    is_by_rule: bool


# A delivery, and whether it belongs to a correction of the answer.
Ordered = tuple[Step, bool]


@dataclass(frozen=True)
class _Known:
    """All that was read, before it is laid out unit by unit."""

    message: Message
    answers: Mapping[int, _Answer]
    channels: Mapping[int, list[Place]]
    places: Mapping[int, list[Place]]
    steps: Mapping[int, list[Ordered]]
    now: datetime

    def row(self, offer: Offer) -> Row:
        answer = self.answers.get(offer.pk)
        current = self.message.current.number if self.message.current else 0
        lines = self._lines(offer, answer)
        otherwise = of_copy(_asked(offer, self.message), _answered(answer), [], self.now)
        return Row(
            offer_id=offer.pk,
            unit=offer.unit,
            state=of_unit([line.state for line in lines], otherwise),
            lines=lines,
            kind=answer.kind if answer else None,
            version=answer.number if answer else None,
            is_outdated=answer is not None and answer.number < current,
            answered_at=answer.at if answer else None,
            reason=answer.reason if answer else "",
            is_by_rule=answer is not None and answer.is_by_rule,
        )

    def _lines(self, offer: Offer, answer: _Answer | None) -> tuple[Line, ...]:
        """The channels that the answer is for; as long as there is none, those that the unit has."""
        if answer is None or answer.post_id is None:
            return tuple(self._line(offer, answer, place, []) for place in self.channels.get(offer.unit_id, ()))
        mine: dict[int, list[Ordered]] = defaultdict(list)
        for step, is_correction in self.steps.get(answer.post_id, ()):
            mine[step.channel_id].append((step, is_correction))
        places = self.places.get(answer.post_id, ())
        return tuple(self._line(offer, answer, place, mine[place.channel_id]) for place in places)

    def _line(self, offer: Offer, answer: _Answer | None, place: Place, steps: list[Ordered]) -> Line:
        carried = [_carried(step, is_correction) for step, is_correction in steps]
        asked, answered = _asked(offer, self.message), _answered(answer)
        state = of_copy(asked, answered, carried, self.now, is_blocked=place.is_blocked)
        link = next((step.link for step, _new in reversed(steps) if step.link), "")
        due_at = steps[-1][0].due_at if state is Uptake.SCHEDULED else None
        return Line(place.channel_id, place.platform, state, link, due_at)


def uptake_of(message: Message, person: Person, now: datetime) -> list[Row]:
    """Every unit in sight that has the message before it, in the order of units."""
    offers = list(offers_visible_to(person).filter(message=message).order_by("unit__sort_key", "unit_id"))
    answers = _answers(message)
    post_ids = {one.post_id for one in answers.values() if one.post_id}
    channels = _channels({offer.unit_id for offer in offers})
    known = _Known(message, answers, channels, places_of(post_ids), _steps(post_ids), now)
    return [known.row(offer) for offer in offers]


def _answers(message: Message) -> dict[int, _Answer]:
    standing = Adoption.objects.filter(offer__message=message, ended_at=None).annotate(n=says_number())
    post = ("post_id", "post__state", "post__halted_at")
    rows = standing.values_list("offer_id", "kind", "n", *post, "at", "reason", "rule_id")
    return {
        offer_id: _Answer(
            kind=AdoptionKind(kind),
            number=number,
            post_id=post_id,
            post=PostState(state) if state else None,
            is_halted=halted_at is not None,
            at=at,
            reason=reason,
            is_by_rule=rule is not None,
        )
        for offer_id, kind, number, post_id, state, halted_at, at, reason, rule in rows
    }


def _channels(unit_ids: Collection[int]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for unit_id, channel_id, platform in open_channels_of(unit_ids):
        found[unit_id].append(Place(channel_id, platform, False))
    return found


def _steps(post_ids: Collection[int]) -> dict[int, list[Ordered]]:
    """Answer's post -> what was ordered for it, then what was ordered for its corrections, oldest first."""
    corrections = {post_id: [one.pk for one in later] for post_id, later in corrections_of(post_ids).items()}
    steps = steps_of({*post_ids, *(pk for later in corrections.values() for pk in later)})
    return {
        post_id: [(step, pk != post_id) for pk in (post_id, *corrections.get(post_id, ())) for step in steps[pk]]
        for post_id in post_ids
    }


def _carried(step: Step, is_correction: bool) -> Carried:
    action = Action.EDIT if step.is_reply and step.action is Action.PUBLISH else step.action
    return Carried(action, step.state, step.due_at, is_correction)


def _asked(offer: Offer, message: Message) -> Asked:
    is_seen = offer.seen_at is not None
    return Asked(OfferState(offer.state), MessageState(message.state), is_seen, offer.deadline, message.valid_until)


def _answered(answer: _Answer | None) -> Answered | None:
    return Answered(answer.kind, answer.post, answer.is_halted) if answer else None
