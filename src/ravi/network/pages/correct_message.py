"""Correcting everywhere, before it is done: what happens to how many copies, by way and by platform, and who has to act first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core.calendar import number
from ravi.network.corrected import Outcome, carried_over
from ravi.network.errors import NetworkRefused
from ravi.network.models import Adoption, Version
from ravi.network.pages.words import changes
from ravi.network.queries.correct_message import Base, answers_to_correct, bases_of
from ravi.network.queries.short_link import short_address, short_link_of
from ravi.network.queries.version import older_versions
from ravi.network.services.adoption import as_published, check_own, wording_of, words_of
from ravi.publishing.correction import Way
from ravi.publishing.pages import platforms
from ravi.publishing.pages.correction import BEADS, titled
from ravi.publishing.queries.foreseen import Foreseen, foreseen

_ORDER = (Way.EDIT, Way.REPLY, Way.IN_PLACE, Way.BY_HAND, None)


@dataclass(frozen=True)
class Weighed:
    """Answers to older versions as the action would find them now, and the copies that it would reach."""

    answers: Sequence[Adoption]
    bases: Mapping[int, Base]
    outcomes: Mapping[int, Outcome]
    copies: Sequence[Foreseen]

    @property
    def waiting(self) -> list[tuple[Adoption, Outcome]]:
        """Where a person has to act first."""
        found = [(answer, self.outcomes[answer.pk]) for answer in self.answers]
        return [pair for pair in found if pair[1] is not Outcome.MADE]

    @property
    def reached(self) -> list[Adoption]:
        """Whose copies would be corrected."""
        out = {one.post_id for one in self.copies}
        return [answer for answer in self._ready if answer.post_id in out]

    @property
    def own(self) -> int:
        """How many of these keep words of their own."""
        return sum(bool(self.bases[answer.pk].parts) for answer in self.reached)

    @property
    def unknown(self) -> int:
        """Copies of which nobody knows yet whether they are out."""
        return sum(one.waits_for_outcome for one in self.copies)

    @property
    def not_out(self) -> int:
        """Units of whose answer nothing stands."""
        return len(self._ready) - len(self.reached)

    @property
    def _ready(self) -> list[Adoption]:
        return [answer for answer in self.answers if self.outcomes[answer.pk] is Outcome.MADE]


def weighed(version: Version) -> Weighed:
    """What correcting everywhere would do; the questions grow only with units that wrote in words of their own."""
    answers = list(answers_to_correct(version).select_related("version", "translation", "post", "offer__unit"))
    bases = bases_of(answers)
    outcomes = {answer.pk: _outcome(bases[answer.pk], version) for answer in answers}
    ready = [answer for answer in answers if outcomes[answer.pk] is Outcome.MADE]
    return Weighed(answers, bases, outcomes, _foreseen(ready, version))


def before(version: Version) -> dict[str, Any]:
    """What the confirmation says."""
    found = weighed(version)
    return {
        "version": version,
        "difference": _difference(version),
        "units": len(found.reached),
        "own": found.own,
        "copies": len(found.copies),
        "ways": _ways(found.copies),
        "platforms": _platforms(found.copies),
        "unknown": found.unknown,
        "waiting": [_waiting(*pair) for pair in found.waiting],
        "not_out": found.not_out,
        "pinnable": sum(one.could_pin for one in found.copies),
    }


def _outcome(base: Base, version: Version) -> Outcome:
    """As the service will find it."""
    try:
        wording = wording_of(version, base.lang)
    except NetworkRefused:
        return Outcome.TRANSLATION
    if not base.parts:
        return Outcome.MADE
    own = carried_over(base.parts, words_of(base.translation or base.version), wording.parts)
    if own is None:
        return Outcome.OWN_WORDS
    try:
        check_own(wording, own)
    except NetworkRefused:
        return Outcome.OWN_WORDS
    return Outcome.MADE


def _foreseen(answers: Sequence[Adoption], version: Version) -> list[Foreseen]:
    """Measured with headquarters' words; the unit's own are a little longer or shorter."""
    message = version.message
    short_link = short_link_of(message) if message.with_link else None
    link = short_address(short_link.code) if short_link else ""
    fields = as_published(wording_of(version, ""), {}, link=link, topic=message.topic)
    return foreseen([answer.post_id for answer in answers if answer.post_id], fields)


def _ways(copies: Sequence[Foreseen]) -> list[tuple[str, str]]:
    """(bead, sentence) for each way that occurs."""
    counts = Counter(one.way for one in copies)
    return [(BEADS[way] if way else "blocked", _said(way, counts[way])) for way in _ORDER if counts[way]]


def _said(way: Way | None, count: int) -> str:
    if way is None:
        text = ngettext(
            "%(n)s copy has no room for the new words", "%(n)s copies have no room for the new words", count
        )
        return text % {"n": number(count)}
    return titled(way, count)


def _platforms(copies: Sequence[Foreseen]) -> list[tuple[str, str]]:
    """(platform, what happens there in few words)."""
    words = {
        Way.EDIT: _("%(n)s edited"),
        Way.REPLY: _("%(n)s answered"),
        Way.IN_PLACE: _("%(n)s exchanged in the line"),
        Way.BY_HAND: _("%(n)s by hand"),
        None: _("%(n)s without room"),
    }
    found: dict[str, Counter[Way | None]] = {}
    for one in copies:
        found.setdefault(one.channel.platform, Counter())[one.way] += 1
    return [
        (
            platforms.name(key),
            "، ".join(words[way] % {"n": number(found[key][way])} for way in _ORDER if found[key][way]),
        )
        for key in platforms.in_order(found)
    ]


def _waiting(answer: Adoption, outcome: Outcome) -> dict[str, Any]:
    said = _("writes its correction itself: both of you changed its words")
    if outcome is Outcome.TRANSLATION:
        said = _("waits for the translation")
    return {"unit": answer.offer.unit.name, "said": said, "offer_id": answer.offer_id}


def _difference(version: Version) -> Any:
    older = older_versions(version).order_by("-number").first()
    return changes(older, version) if older else None
