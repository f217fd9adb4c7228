"""What the unit reads of an offer: the words with what is fixed in them, until when, and where it would stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core import calendar, clock
from ravi.core.calendar import number
from ravi.network.facts.check import visible
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.reference import Rendered
from ravi.network.models import Adoption, Message, Offer, Version
from ravi.network.queries.version import facts_of, fields_of
from ravi.network.rules import AdoptionKind, MessageState, OfferState, is_answerable, is_late
from ravi.publishing.models import Post

_FACT = {True: '<bdi class="locked" dir="ltr">{}</bdi>', False: '<bdi class="locked">{}</bdi>'}
_LEFT_TO_RIGHT = frozenset({FactKind.PHONE, FactKind.LINK})


@dataclass(frozen=True)
class Words:
    """One text of the message as it will stand: facts are told apart."""

    html: SafeString

    @classmethod
    def of(cls, rendered: Rendered) -> "Words":
        return cls(format_html_join("", '<p dir="auto">{}</p>', ((line,) for line in _lines(rendered))))


def words(version: Version) -> Words:
    """The full text of the version."""
    return Words.of(visible(version.text, facts_of(version), version.lang))


def title(version: Version) -> str:
    """The title as people read it."""
    return visible(version.title, facts_of(version), version.lang).text


def standing(offer: Offer, adoption: Adoption | None = None) -> tuple[str, str]:
    """Bead and words: how the offer stands for the unit."""
    if offer.state == OfferState.DECLINED:
        return "cancelled", _("You do not publish it")
    if offer.state in (OfferState.ADOPTED, OfferState.ADAPTED):
        same = offer.state == OfferState.ADOPTED
        said = _("You took the same text") if same else _("You took it in your own words")
        return _standing_of(adoption.post, said) if adoption and adoption.post else ("knot", said)
    if offer.state == OfferState.CLOSED or offer.message.state != MessageState.OFFERED:
        return "cancelled", _("Ended by headquarters")
    if offer.message.valid_until and offer.message.valid_until <= clock.now():
        return "missed", _("Its last day has passed")
    return "turn", deadline_words(offer)


def _standing_of(post: Post, said: str) -> tuple[str, str]:
    if post.state == Post.State.SUBMITTED:
        return "wait", _("%(said)s; it waits for approval") % {"said": said}
    if post.state == Post.State.RETURNED:
        return "unknown", _("%(said)s; it was sent back") % {"said": said}
    if post.state == Post.State.WITHDRAWN:
        return "cancelled", _("%(said)s, and withdrew it") % {"said": said}
    return "knot", said


def deadline_words(offer: Offer) -> str:
    """Until when an answer is expected: «تا امروز ساعت ۱۴:۰۰»."""
    if offer.deadline is None:
        return _("An answer is awaited")
    if is_late(offer.deadline, None, clock.now()):
        return _("The deadline has passed; you can still answer")
    moment = calendar.day_and_hour(offer.deadline, year=False)
    left = calendar.distance(offer.deadline, now=clock.now())
    return _("Answer until %(moment)s (%(left)s)") % {"moment": moment, "left": left}


def rows(offers: Sequence[Offer], answers: dict[int, Adoption]) -> list[dict[str, Any]]:
    """The list's lines; with several units in sight, each names its own."""
    units = {offer.unit_id for offer in offers}
    found = []
    for offer in offers:
        bead, said = standing(offer, answers.get(offer.pk))
        found.append(
            {
                "offer": offer,
                "title": offer.message.title or _("Without a title"),
                "bead": bead,
                "standing": said,
                "unit": offer.unit.name if len(units) > 1 else "",
                "is_new": offer.seen_at is None and offer.state == OfferState.OPEN,
            }
        )
    return found


def path(offer: Offer, channels: int, adoption: Adoption | None) -> list[dict[str, str]]:
    """From headquarters, to the unit, to its channels: where the thread has come."""
    many = ngettext("%(n)s channel", "%(n)s channels", channels) % {"n": number(channels)}
    return [
        {"kind": "done", "name": offer.message.unit.name},
        {"kind": "now" if adoption is None else "done", "name": offer.unit.name},
        {"kind": "", "name": many},
    ]


def sources(version: Version) -> list[dict[str, str]]:
    """On what the words rest, each in a line."""
    return [
        {
            "title": one.title or one.link,
            "link": one.link,
            "said": "، ".join(part for part in (calendar.day(one.dated) if one.dated else "", one.reviewer) if part),
        }
        for one in fields_of(version).sources
    ]


def is_open(offer: Offer, message: Message) -> bool:
    """Whether the page offers buttons."""
    return is_answerable(MessageState(message.state), OfferState(offer.state), message.valid_until, clock.now())


def spread_words(message: Message) -> str:
    """When copies of it go after the yes."""
    if not message.window_min:
        return _("It goes out as soon as it is approved.")
    return _("After the approval it goes out within %(n)s minutes, so that not all units speak in the same second.") % {
        "n": number(message.window_min)
    }


def answer_words(adoption: Adoption) -> str:
    """What the unit answered, by whom and when."""
    said = {
        AdoptionKind.ADOPTED: _("Your unit publishes the same text."),
        AdoptionKind.ADAPTED: _("Your unit publishes it in its own words."),
        AdoptionKind.DECLINED: _("Your unit does not publish it."),
    }[AdoptionKind(adoption.kind)]
    return f"{said} {adoption.by.name if adoption.by else ''}، {calendar.day_and_hour(adoption.at, year=False)}"


def _lines(rendered: Rendered) -> list[SafeString]:
    """The text's lines, each with its facts marked; a fact that runs over a line's end stays with its first."""
    found: list[SafeString] = []
    at = 0
    for line in rendered.text.split("\n"):
        end = at + len(line)
        inside = [one for one in rendered.placed if at <= one.start < end]
        pieces: list[SafeString | str] = []
        done = at
        for one in inside:
            stop = min(one.end, end)
            pieces.append(rendered.text[done : one.start])
            pieces.append(format_html(_FACT[one.fact.kind in _LEFT_TO_RIGHT], rendered.text[one.start : stop]))
            done = stop
        pieces.append(rendered.text[done:end])
        if line.strip():
            found.append(format_html_join("", "{}", ((piece,) for piece in pieces)))
        at = end + 1
    return found
