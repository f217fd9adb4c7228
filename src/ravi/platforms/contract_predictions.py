"""Holds what Ravi predicts of posts at the edges of a platform's limits against what the platform then does."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Protocol, runtime_checkable

from ravi.platforms.contract import (
    OWN_CHOICE,
    Content,
    MediaItem,
    NotSent,
    Problem,
    Profile,
    RateLimited,
    Receipt,
    Rejected,
)
from ravi.platforms.contract_posts import SIZES_TRIED, a_post, awkward_images, generated_posts

# At least two of each theme, or eleven in the full run.
SOME_PREDICTIONS, ALL_PREDICTIONS = 48, 200
PREDICTIONS = ALL_PREDICTIONS if os.environ.get("RAVI_TEST_FULL") == "1" else SOME_PREDICTIONS


@dataclass
class Tally:
    """How often the platform did what was predicted, and each time it did not."""

    kind: str
    right: int = 0
    good: int = 0
    cautious: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, content: Content, problems: list[Problem], profile: Profile, *, taken: bool) -> None:
        self.good += not problems
        if taken is not bool(problems):
            self.right += 1
        elif taken and is_our_own_caution(problems, profile):
            self.cautious += 1
        else:
            media = [(item.media_type, item.width, item.height, item.size_bytes) for item in content.media]
            self.wrong.append(
                f"taken={taken} {problems} {len(content.text)} {content.text[:60]!r} {media} {content.marks}"
            )

    @property
    def tried(self) -> int:
        return self.right + self.cautious + len(self.wrong)

    def report(self, judged_in: str) -> None:
        """One line of JSON for the figures that the documentation tells (tools/predictions.py), where a file is named."""
        if named := os.environ.get("RAVI_PREDICTIONS"):
            said = {"place": judged_in, "right": self.right, "cautious": self.cautious, "wrong": len(self.wrong)}
            with Path(named).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"platform": self.kind, **said}) + "\n")


@runtime_checkable
class Patient(Protocol):
    """A place that can move its clock on."""

    def let_pass(self, seconds: float) -> None: ...


@runtime_checkable
class Thorough(Protocol):
    """A place that sees more of a post than its words and alternative texts."""

    def lacks(self, receipt: Receipt, content: Content) -> str:
        """What of it does not stand there as it was sent; "" where all does."""
        ...


class Verdicts:
    """The part of the contract that compares them."""

    profile: ClassVar[Profile]
    #: Bytes of the heaviest image or video that is sent to this adapter's place.
    heaviest: ClassVar[int] = SIZES_TRIED
    #: The share of posts, at most, of which we say that they will be taken.
    good_most: ClassVar[float] = 0.96

    async def test_what_is_predicted_is_what_happens(self, place: Any, adapter: Any, target: str, key: str) -> None:
        """Of many posts at the edges; only where the platform names no limit may we be stricter than it."""
        tally = Tally(self.profile.kind)
        for number, content in enumerate(generated_posts(self.profile, PREDICTIONS, seed=1, heaviest=self.heaviest)):
            problems = adapter.validate(content, self.profile)
            receipt = await self.tried(place, adapter, target, content, f"{key}-{number}")
            tally.add(content, problems, self.profile, taken=receipt is not None)
            if receipt is not None and not problems:
                shown = await place.shown(receipt)
                assert shown is not None
                assert shown.text == content.text or not (shown.text + content.text).strip()
                assert not isinstance(place, Thorough) or place.lacks(receipt, content) == ""
        tally.report(type(self).__module__)
        assert not tally.wrong, "\n".join(tally.wrong[:20])
        assert tally.tried == PREDICTIONS
        assert 0.2 < tally.good / tally.tried < self.good_most  # both kinds are among them

    async def test_what_is_fitted_is_taken(
        self, place: Any, adapter: Any, target: str, key: str, fitted: Callable[[MediaItem, Profile], MediaItem]
    ) -> None:
        """Images that no platform takes as they are, each drawn for this one as the library does it."""
        for number, image in enumerate(awkward_images(self.profile)):
            drawn = fitted(image, self.profile)
            content = a_post(self.profile, Random(number), f"تصویر {number} {key}", media=(drawn,))  # noqa: S311
            assert adapter.validate(content, self.profile) == []
            receipt = await self.tried(place, adapter, target, content, f"{key}-{number}")
            assert receipt is not None, (drawn.media_type, drawn.width, drawn.height, drawn.size_bytes)
            assert await place.shown(receipt) is not None

    async def tried(self, place: Any, adapter: Any, target: str, content: Content, key: str) -> Receipt | None:
        """The receipt, or None for a refusal; "not now" is obeyed, as the engine would. A place whose clock is its own
        lets that time pass."""
        while True:
            try:
                receipt: Receipt = await adapter.publish(target, content, key=key)
                return receipt
            except (Rejected, NotSent):
                return None
            except RateLimited as limited:
                if isinstance(place, Patient):
                    place.let_pass(limited.retry_after_s)
                else:
                    await asyncio.sleep(limited.retry_after_s)


def is_our_own_caution(problems: list[Problem], profile: Profile) -> bool:
    """Whether nothing but our own choices, where the platform names no limit, speaks against a post."""
    return all(_is_own(problem, profile) for problem in problems)


def _is_own(problem: Problem, profile: Profile) -> bool:
    if problem.code in {"title_missing", "empty"}:
        return True  # there are servers that take a letter without a subject, or a message without a word; we send none
    limits = [limit for limit in profile.text_limits if (limit.unit, limit.maximum) == (problem.unit, problem.limit)]
    if limits:
        return any(limit.source == OWN_CHOICE or limit.is_cautious for limit in limits)
    is_ours = profile.media_source == OWN_CHOICE or profile.media_is_cautious
    return is_ours and problem.code.startswith(("media", "too_many_media"))
