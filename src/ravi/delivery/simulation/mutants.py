"""One-line breaks of the real modules, each of which the simulation must see. The source itself is changed, at its import.

A test asks that each old line stands exactly once in today's source, so that no mutant can quietly stop being one.
"""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from ravi.delivery.simulation.faults import NEVER

_ENGINE = "ravi.delivery.engine."
_MEMORY = "ravi.delivery.store.memory"


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` becomes `new` in `module`; `faults` are what it needs beyond the usual ones to show itself."""

    name: str
    module: str
    old: str
    new: str
    faults: Mapping[str, float] = field(default_factory=dict)


_UNCLEAR = {"lost_after": 0.03, "error_after": 0.03}
_LATE = {"held_in_transaction": 0.03, "held_s": 200.0}
_STOPS = {"stop_every_s": 4.0, "stop_short": 1.0}
_UNDISTURBED = dict.fromkeys(("stop_every_s", "platform_away_every_s", "killed_every_s"), NEVER)

MUTANTS = (
    Mutant(
        "blind-retry", f"{_ENGINE}outcome",
        "        after=State.UNKNOWN,\n        code=code,\n        detail=detail,\n        sent_maybe=True,",
        "        after=State.PENDING,\n        code=code,\n        detail=detail,\n        sent_maybe=True,", _UNCLEAR,
    ),
    Mutant(
        "no-fence", f"{_ENGINE}fence", "dict.fromkeys(passed, Passage.PASSED)",
        "dict.fromkeys((one.ticket.head.id for one in group), Passage.PASSED)", {**_LATE, **_STOPS},
    ),
    Mutant(
        "doubt-is-a-yes", f"{_ENGINE}fence", "ticket.head.id: Passage.IN_DOUBT", "ticket.head.id: Passage.PASSED",
        {"commit_fails": 0.02},
    ),
    Mutant(
        "no-lease", f"{_ENGINE}tend", "reaped = await self.store.reap(now, BATCH, self._after_lease)",
        "reaped: list[int] = []", {"killed_in_call": 0.002},
    ),
    Mutant(
        "a-lost-call-is-undone", f"{_ENGINE}outcome", "if leased.state is State.CLAIMED:", "if True:",
        {"killed_in_call": 0.002},
    ),
    Mutant(
        "no-channel-lock", f"{_ENGINE}claim", "            if until is None:\n                return",
        "            if until is None:\n                continue", {"urgent": 0.2},
    ),
    Mutant(
        "spacing-from-start", f"{_ENGINE}outcome", "next_at=now + ticket.gap_s,", "next_at=called_at + ticket.gap_s,",
    ),
    Mutant(
        "deaf-to-429", f"{_ENGINE}outcome", "next_at=max(blank.next_at, resume_at))", "next_at=blank.next_at)",
        {"limited": 0.03},
    ),
    Mutant(
        "late-stop", _MEMORY, "return not any(rules.covers(stop, row) for stop in self.stops.values())", "return True",
        {"stop_every_s": 4.0, "stop_short": 0.9, "platform_away_every_s": 10.0},
    ),
    Mutant(
        "no-expiry", "ravi.delivery.rules", "    return limit is not None and now >= limit", "    return False",
        {"expires": 0.3, "stop_every_s": 20.0},
    ),
    Mutant(
        "forgotten-reconcile", f"{_ENGINE}reconcile",
        "return now + policy.look_after_s if means.can_find else None", "return None", _UNCLEAR,
    ),
    Mutant(
        "unapproved-words", "ravi.delivery.rules", "    return copy_hash == approved_hash", "    return True",
    ),
    Mutant(
        "backlog-goes-by-itself", f"{_MEMORY}", "for row in self._due(slot, now) if rules.covers(stop, row)]",
        "for row in self._due(slot, now) if rules.covers(stop, row) and row.sent_maybe]", _STOPS,
    ),
    Mutant(
        "key-past-its-life", f"{_ENGINE}reconcile",
        "return first_called_at + means.lifetime_s - min(policy.key_margin_s, means.lifetime_s / 2)", "return None",
        {"platform_away_every_s": 8.0, "platform_away_s": 1_800.0, **_UNCLEAR},
    ),
    Mutant(
        "a-renewed-credential-is-not-noticed", f"{_ENGINE}reconcile",
        "return was_called and means.by_credential and head.key_scope != scope", "return False",
        {"renewed_every_s": 0.5, "lost_after": 0.1, "error_after": 0.1},
    ),
    Mutant(
        "a-later-no-counts", f"{_ENGINE}outcome", "    if ticket.head.sent_maybe:\n        return _after_unclear",
        "    if False:\n        return _after_unclear", {**_UNCLEAR, "rejected_again": 0.3},
    ),
    Mutant(
        "everything-may-be-repeated", f"{_ENGINE}reconcile",
        "return means if action == Action.PUBLISH else Means(\"natural\")", "return Means(\"natural\")", _UNCLEAR,
    ),
    Mutant(
        "a-pause-is-not-noticed", f"{_ENGINE}call", "if self.clock.now() - asked_at > self.policy.send_window_s:",
        "if False:", {**_LATE, "expires": 0.4, "stop_every_s": 10.0},
    ),
    Mutant(
        "a-film-has-no-longer-lease", f"{_ENGINE}fence",
        "lease_until = now + self.policy.lease_s + one.upload_s",
        "lease_until = now + self.policy.lease_s", {"heavy": 0.2},
    ),
    Mutant(
        "cannot-tell-is-absent", f"{_ENGINE}reconcile",
        "return blank._replace(cause=\"look_failed\", detail=finding.detail, sent_maybe=True, look_at=now + pause)",
        "return blank._replace(after=State.PENDING)", {**_UNCLEAR, "cannot_tell": 0.3},
    ),
    Mutant(
        "an-unknown-head-blocks-nobody", f"{_ENGINE}claim", "    if head.blocked_until > now:", "    if False:", _UNCLEAR,
    ),
    Mutant(
        "a-change-does-not-wait", _MEMORY,
        "if other is not None and self.rows[other].state in rules.UNDECIDED:",
        "if other is not None and self.rows[other].state in ():", {"changed": 0.3},
    ),
    Mutant(
        "no-pace", f"{_ENGINE}bucket", "return max(now, bucket.tat - slack, bucket.paused_until)",
        "return max(now, bucket.paused_until)", {"stop_every_s": 15.0},
    ),
    Mutant(
        "an-answer-is-dropped", f"{_ENGINE}settle",
        "await self.clock.sleep(self.random.uniform(0.2, 1.0))\n                continue",
        "await self.clock.sleep(self.random.uniform(0.2, 1.0))\n                return []",
        {"commit_fails": 0.05, "limited_long": 0.02},
    ),
    Mutant(
        "only-the-channel-waits", f"{_ENGINE}settle", "        if entry.paused_until:", "        if False:",
        {"limited_long": 0.01},
    ),
    Mutant(
        "looks-while-the-call-is-under-way", f"{_ENGINE}reconcile", "    return ended_at\n", "    return at\n",
        {"ahead_every_s": 25.0, "ahead_least_s": 45.0, "slow": 0.6, **_UNDISTURBED},
    ),
    Mutant(
        "an-answer-stands-alone", f"{_ENGINE}claim", "    if head.reply_state and not (", "    if False and not (",
        {"answering": 0.3, "rejected": 0.05},
    ),
    Mutant(
        "a-stop-holds-removals", "ravi.delivery.rules",
        "    if copy.action == Action.DELETE and not stop.removals_too:", "    if False:",
        {"changed": 0.3, "stop_every_s": 25.0},
    ),
)  # fmt: skip
NAMES = {one.name: one for one in MUTANTS}


class _Broken(importlib.machinery.SourceFileLoader):
    """Compiles a module's source with one line changed; what was compiled before is not looked at."""

    mutant: Mutant

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        source = self.get_data(path).decode()
        return compile(break_source(source, self.mutant), path, "exec", dont_inherit=True)


class _Finder:
    """Stands before the usual finders for one module."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.mutant.module:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is None or found.origin is None:
            return None
        loader = _Broken(name, found.origin)
        loader.mutant = self.mutant
        return importlib.util.spec_from_file_location(name, found.origin, loader=loader)


def break_source(source: str, mutant: Mutant) -> str:
    """The module's text with the line changed. Raises ValueError unless it stands there exactly once."""
    if source.count(mutant.old) != 1:
        raise ValueError(f"{mutant.name}: the line stands {source.count(mutant.old)} times in {mutant.module}")
    return source.replace(mutant.old, mutant.new)


def install(mutant: Mutant) -> None:
    """Before anything of the engine is imported. Raises RuntimeError when it is too late."""
    if mutant.module in sys.modules:
        raise RuntimeError(f"{mutant.module} is already imported")
    finder: Any = _Finder(mutant)
    sys.meta_path.insert(0, finder)
