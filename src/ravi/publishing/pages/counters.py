"""How long each platform's text is in its own unit, several at once: the forks of the composer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ravi.core.calendar import number
from ravi.platforms.compose import FULL, Fitted
from ravi.publishing.pages import platforms
from ravi.publishing.rules import CLASS_NAMES

# From nine tenths of the limit on, a writer should know.
NEAR = 0.9


@dataclass(frozen=True)
class Fork:
    """One platform's branch: which words it takes, how long they are, how long they may be (None: no limit)."""

    platform: str
    fitted: Fitted
    sentences: tuple[str, ...]
    has_link_field: bool
    channel_count: int
    marks: str = ""
    lang: str = "fa"
    is_seen: bool = False
    bound: Any = None

    @property
    def name(self) -> str:
        return platforms.name(self.platform)

    @property
    def _tightest(self) -> Any:
        return max(self.fitted.measures, key=lambda m: m.actual / max(m.limit, 1), default=None)

    @property
    def unit(self) -> str:
        return self._tightest.unit if self._tightest else ""

    @property
    def used(self) -> int:
        return self._tightest.actual if self._tightest else 0

    @property
    def limit(self) -> int | None:
        return self._tightest.limit if self._tightest else None

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.used > self.limit

    @property
    def is_near(self) -> bool:
        return self.limit is not None and not self.is_over and self.used >= self.limit * NEAR

    @property
    def over_by(self) -> int:
        return max(0, self.used - (self.limit or self.used))

    @property
    def is_own(self) -> bool:
        return self.fitted.name == self.platform

    @property
    def is_open(self) -> bool:
        return self.is_own or bool(self.bound is not None and self.bound.errors)

    @property
    def is_plain(self) -> bool:
        """Whether a script may say in the browser which words are taken: the own ones or the full text."""
        return self.fitted.name in (self.platform, FULL)

    @property
    def counts_link(self) -> bool:
        """Whether the link stands in the text, and so counts."""
        return not self.has_link_field

    @property
    def words(self) -> str:
        if self.is_own:
            return _("own text")
        return _("same text") if self.fitted.name == FULL else class_name(self.fitted.name)

    @property
    def classes(self) -> str:
        flags = (("fork-own", self.is_own), ("is-over", self.is_over), ("is-near", self.is_near))
        return "".join(f" {name}" for name, holds in flags if holds)

    @property
    def own_id(self) -> str:
        return f"id_variant-{self.platform}"

    @property
    def from_ids(self) -> str:
        return " ".join(["id_text", *(f"id_variant-{name}" for name in CLASS_NAMES)])


def class_name(name: str) -> str:
    """What a length class is called beside a platform."""
    names = {
        "medium": _("medium text"),
        "caption": _("caption text"),
        "short": _("short text"),
        "micro": _("very short text"),
    }
    return names.get(name, name)


@dataclass(frozen=True)
class Blocked:
    """One sentence per platform that does not fit, and what to do, with the word that the others stay."""

    sentences: tuple[str, ...]
    advice: str


def blocked(forks: Sequence[Fork]) -> Blocked | None:
    """None where every platform takes the message."""
    refused = [fork for fork in forks if fork.sentences]
    if not refused:
        return None
    is_long = any(problem.code == "too_long" for fork in refused for problem in fork.fitted.problems)
    ready = len(forks) - len(refused)
    return Blocked(tuple(fork.sentences[0] for fork in refused), _advice(ready) if is_long else _other_advice(ready))


def _advice(ready: int) -> str:
    if not ready:
        return _("Shorten it, write an own text, or take the platform out.")
    if ready == 1:
        return _("Shorten it, write an own text, or take the platform out. The other platform is ready.")
    return _("Shorten it, write an own text, or take the platform out. The other %(n)s platforms are ready.") % {
        "n": number(ready)
    }


def _other_advice(ready: int) -> str:
    """Where no text is too long, a shorter one would change nothing."""
    if not ready:
        return _("Change that, or take the platform out.")
    if ready == 1:
        return _("Change that, or take the platform out. The other platform is ready.")
    return _("Change that, or take the platform out. The other %(n)s platforms are ready.") % {"n": number(ready)}


def ready_count(forks: Iterable[Fork]) -> int:
    """How many platforms could go as they are."""
    return sum(not fork.sentences for fork in forks)
