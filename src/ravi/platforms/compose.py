"""Decides which words a channel gets: its platform's own variant, else the longest that fits; never cut.

The chosen text is frozen with the link line already in it where the platform has no field for a link, so that what
is approved is, character for character, what an adapter sends. What the writer marked is read here: see `marking`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from ravi.platforms.contract import Content, Mark, MediaItem, Problem, Profile, Unit
from ravi.platforms.marking import Shown, shown
from ravi.platforms.shapes.limits import COUNTERS, Measure, measures_of, problems_of
from ravi.text.markup import read

FULL = "full"
#: An adapter's `validate`: what would make its platform refuse this copy.
Judge = Callable[[Content, Profile], Sequence[Problem]]
CLASSES: Mapping[str, tuple[tuple[Unit, int], ...]] = {
    "medium": (("telegram_utf16", 4096),),
    "caption": (("telegram_utf16", 1024),),
    "short": (("bluesky_graphemes", 500),),
    "micro": (("x_weighted", 280), ("bluesky_graphemes", 300)),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a post gives to every channel. `variants` maps a name (FULL, a class, or a platform's kind) to its text, with its
    markup."""

    variants: Mapping[str, str]
    title: str = ""
    link: str = ""
    lang: str = "fa"
    media: tuple[MediaItem, ...] = field(default=())
    reply_to: str = ""
    pin: bool = False


@dataclass(frozen=True, slots=True)
class Fitted:
    """The text one channel gets, its lengths, and why it cannot go (empty when it can)."""

    name: str
    text: str
    marks: tuple[Mark, ...]
    link_field: str
    measures: tuple[Measure, ...]
    problems: tuple[Problem, ...]


def fit(parts: Parts, profile: Profile, judge: Judge = problems_of) -> Fitted:
    """Choose among the variants for one platform, as `judge` says what it takes: `registry.judge` of whatever will send it.
    A blocked copy shows the counts of the shortest candidate."""
    candidates = [_fitted(name, text, parts, profile, judge) for name, text in _candidates(parts.variants, profile)]
    if not candidates:
        return _fitted(FULL, "", parts, profile, judge)
    fitting = [fitted for fitted in candidates if all(measure.fits for measure in fitted.measures)]
    if fitting:
        return max(fitting, key=_length)
    return min(candidates, key=_length)


def content_of(parts: Parts, fitted: Fitted) -> Content:
    """The frozen copy that is hashed, approved and sent."""
    return Content(
        text=fitted.text,
        title=parts.title,
        link=fitted.link_field,
        lang=parts.lang,
        media=parts.media,
        reply_to=parts.reply_to,
        pin=parts.pin,
        marks=fitted.marks,
    )


def with_link(said: Shown, link: str) -> Shown:
    """The text with the link on its own last line, unless the writer has already put that very link in it."""
    if not link or link in said.text.split() or any(mark.href == link for mark in said.marks):
        return said
    text = said.text.rstrip()
    kept = (replace(mark, end=min(mark.end, len(text))) for mark in said.marks if mark.start < len(text))
    return Shown(f"{text}\n{link}" if text else link, tuple(kept))


def _candidates(variants: Mapping[str, str], profile: Profile) -> list[tuple[str, str]]:
    own = variants.get(profile.kind, "")
    if own.strip():
        return [(profile.kind, own)]
    return [(name, variants[name]) for name in (FULL, *CLASSES) if variants.get(name, "").strip()]


def _fitted(name: str, source: str, parts: Parts, profile: Profile, judge: Judge) -> Fitted:
    link_field = parts.link if profile.link_field else ""
    said = shown(read(source), profile.marks, parts.lang)
    # A bare link is no message: without words or an image the copy stays empty, and is blocked for it.
    if (said.text.strip() or parts.media) and not profile.link_field:
        said = with_link(said, parts.link)
    content = Content(text=said.text, title=parts.title, link=link_field, media=parts.media)
    problems = tuple(judge(content, profile))
    measures = measures_of(said.text, profile.limits(with_media=bool(parts.media)))
    return Fitted(name, said.text, said.marks, link_field, _counted(measures, problems), problems)


def _counted(measures: tuple[Measure, ...], problems: tuple[Problem, ...]) -> tuple[Measure, ...]:
    """The profile's counts, each by the judge's figure where it has another: what blocks a copy is what its counter shows."""
    said = {
        one.unit: Measure(cast(Unit, one.unit), one.actual, one.limit)
        for one in problems
        if one.code == "too_long" and one.unit in COUNTERS
    }
    kept = [said.pop(measure.unit, measure) for measure in measures]
    return (*kept, *said.values())


def _length(fitted: Fitted) -> int:
    return COUNTERS["telegram_utf16"](fitted.text)
