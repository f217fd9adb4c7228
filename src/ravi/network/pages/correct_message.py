"""Correcting everywhere, before it is done: what happens to how many copies, by way and by platform, and who has to act first."""

from collections import Counter
from collections.abc import Sequence
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


def before(version: Version) -> dict[str, Any]:
    """What the confirmation says; the questions grow only with units that wrote in words of their own."""
    answers = list(answers_to_correct(version).select_related("version", "translation", "post", "offer__unit"))
    bases = bases_of(answers)
    outcomes = {answer.pk: _outcome(bases[answer.pk], version) for answer in answers}
    ready = [answer for answer in answers if outcomes[answer.pk] is Outcome.MADE]
    copies = _foreseen(ready, version)
    out = {one.post_id for one in copies}
    return {
        "version": version,
        "difference": _difference(version),
        "units": sum(answer.post_id in out for answer in ready),
        "own": sum(answer.post_id in out and bool(bases[answer.pk].parts) for answer in ready),
        "copies": len(copies),
        "ways": _ways(copies),
        "platforms": _platforms(copies),
        "unknown": sum(one.waits_for_outcome for one in copies),
        "waiting": [row for row in (_waiting(answer, outcomes[answer.pk]) for answer in answers) if row],
        "not_out": sum(answer.post_id not in out for answer in ready),
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


def _waiting(answer: Adoption, outcome: Outcome) -> dict[str, Any] | None:
    if outcome is Outcome.MADE:
        return None
    said = _("writes its correction itself: both of you changed its words")
    if outcome is Outcome.TRANSLATION:
        said = _("waits for the translation")
    return {"unit": answer.offer.unit.name, "said": said, "offer_id": answer.offer_id}


def _difference(version: Version) -> Any:
    older = older_versions(version).order_by("-number").first()
    return changes(older, version) if older else None
