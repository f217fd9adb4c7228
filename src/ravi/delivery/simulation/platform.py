"""The platforms: what they keep, forget, allow and refuse, and the network between them and an engine."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ravi.delivery.engine import values as v
from ravi.delivery.engine.reconcile import is_key_spent
from ravi.delivery.rules import Action
from ravi.delivery.simulation.faults import Faults
from ravi.delivery.simulation.judge import Judge
from ravi.delivery.simulation.loop import SimulatedLoop

# Mastodon keeps a key for an hour; here it is a quarter of one, so that short runs outlive it.
KEY_LIFE_S = 900.0
# What each platform says of a repeated publish; the names are those of the platforms that it stands for.
MEANS = {
    "mastodon": v.Means("native", KEY_LIFE_S, can_find=True),
    "matrix": v.Means("native", None, by_credential=True),
    "bluesky": v.Means("natural", can_find=True),
    "wordpress": v.Means("lookup", can_find=True),
    "telegram": v.Means("none"),
}
OURS, CHANGED, GONE = "ours", "changed", "gone"
GAP_S, RATE_PER_S, BURST = 1.0, 30.0, 30
FILM_BYTES = (5_000_000, 80_000_000)


@dataclass(slots=True)
class Ready:
    """A prepared call with the credential that it was prepared with."""

    head: v.Head
    scope: str
    own_server: bool = False
    size_bytes: int = 0


@dataclass(slots=True)
class Platforms:
    """All of them; `generation` counts a channel's credentials, a channel in `ended` has one that is refused."""

    loop: SimulatedLoop
    chance: random.Random
    faults: Faults
    judge: Judge
    count: Callable[[str], None]
    generation: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    ended: set[int] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    posts: dict[str, str] = field(default_factory=dict)
    changes: set[int] = field(default_factory=set)
    limited: dict[int, float] = field(default_factory=dict)
    _keys: dict[tuple[str, str], float] = field(default_factory=dict)

    def scope(self, channel_id: int) -> str:
        """Names the channel's present credential."""
        return f"{channel_id}.{self.generation[channel_id]}"

    def arrive(self, ready: Ready, answer: Callable[[v.Outcome], None], is_ahead: bool) -> None:
        """The request is here; the answer goes back unless it is lost."""
        outcome = self._decide(ready, self.loop.moment(), is_ahead)
        if self.chance.random() >= self.faults.lost_after:
            self.loop.later(0.02, answer, outcome)
        else:
            self.count("lost after the effect")

    def _decide(self, ready: Ready, now: float, is_ahead: bool) -> v.Outcome:
        head, chance, faults = ready.head, self.chance, self.faults
        self.judge.arrives(head, now, GAP_S, is_ahead=is_ahead)
        self.judge.paces(head, now, rate_per_s=RATE_PER_S, burst=BURST)
        if head.channel_id in self.ended:
            self.count("credentials refused")
            return v.CredentialsRefused("401")
        if chance.random() < faults.limited_long:
            self.count("429 of minutes")
            return self._limit(head, now, 300.0)
        if chance.random() < faults.limited:
            wait_s = chance.choice((0, 1, 3, 30))
            self.count("429 of some seconds" if wait_s else "429 of no seconds")
            return self._limit(head, now, float(wait_s))
        if chance.random() < faults.error_before:
            self.count("5xx without effect")
            return v.Unsure("HTTP 503")
        if chance.random() < (faults.rejected_again if head.sent_maybe else faults.rejected):
            self.count("refused after an unclear attempt" if head.sent_maybe else "refused for good")
            return v.Rejected("bad_request", "no")
        said = self._take(ready, now, is_ahead)
        if chance.random() < faults.error_after:
            self.count("5xx with effect")
            return v.Unsure("HTTP 500")
        return said

    def _limit(self, head: v.Head, now: float, wait_s: float) -> v.Outcome:
        self.limited[head.id] = now + wait_s
        return v.Limited(wait_s)

    def _take(self, ready: Ready, now: float, is_ahead: bool) -> v.Outcome:
        head = ready.head
        if head.action != Action.PUBLISH:
            return self._change(head)
        if self._is_known(ready, now):
            self.count("keys that held")
            return v.Delivered(f"r{head.key}", "")
        self.judge.takes_effect(head, now, is_ahead=is_ahead)
        self.posts[head.key] = OURS
        if self.chance.random() < self.faults.changed_elsewhere:
            self.count("records changed elsewhere")
            self.posts[head.key] = CHANGED
        return v.Delivered(f"r{head.key}", "")

    def _is_known(self, ready: Ready, now: float) -> bool:
        """Whether the platform itself sees that it has this post."""
        kind, key = ready.head.platform, ready.head.key
        if kind == "bluesky":
            return key in self.posts  # under its own name: also when somebody has changed the record since
        if kind == "mastodon":
            return self._remembered(("", key), now, KEY_LIFE_S)
        if kind == "matrix":
            return self._remembered((ready.scope, key), now, float("inf"))
        return False

    def _remembered(self, name: tuple[str, str], now: float, life_s: float) -> bool:
        if now - self._keys.get(name, float("-inf")) < life_s:
            return True
        if name in self._keys:
            self.count("keys that were forgotten")
        self._keys[name] = now
        return False

    def _change(self, head: v.Head) -> v.Outcome:
        key = head.about_remote_id.removeprefix("r")
        if key not in self.posts:
            return v.Rejected("not_found", "404")
        if head.action == Action.DELETE:
            self.posts[key] = GONE
        elif self.posts[key] == GONE:
            return v.Rejected("not_found", "404")
        elif head.action == Action.EDIT:
            self.posts[key] = CHANGED
        self.changes.add(head.id)
        return v.Delivered(head.about_remote_id, "")


@dataclass(slots=True)
class Door:
    """The way out of one engine: the transport port."""

    platforms: Platforms
    engine: str
    is_ahead: Callable[[], bool]
    was_held: Callable[[], bool]
    kill: Callable[[], None]

    def means(self, adapter: str, platform: str) -> v.Means:
        return MEANS[platform]

    async def prepare(self, ticket: v.Ticket) -> Any:
        """As the courier does: a key that is bound to another credential is spent."""
        await self.platforms.loop.pause(0.001)
        head, scope = ticket.head, self.platforms.scope(ticket.head.channel_id)
        if head.sent_maybe and head.key_scope not in ("", scope):
            self.platforms.count("credentials renewed between attempts")
        if is_key_spent(head, MEANS[head.platform], scope):
            return v.KeySpent("the credential was renewed since the first attempt")
        is_heavy = self.platforms.chance.random() < self.platforms.faults.heavy
        return Ready(head, scope, size_bytes=self.platforms.chance.randint(*FILM_BYTES) if is_heavy else 0)

    async def send(self, ready: Any) -> v.Outcome:
        platforms, chance, faults = self.platforms, self.platforms.chance, self.platforms.faults
        loop, head = platforms.loop, ready.head
        platforms.judge.call_begins(head, loop.moment(), was_held=self.was_held(), is_ahead=self.is_ahead())
        if head.platform in platforms.away or chance.random() < faults.refused:
            platforms.count("refused connections")
            await self.platforms.loop.pause(0.01)
            return v.NotSent("refused")
        answer: asyncio.Future[v.Outcome] = loop.create_future()
        if chance.random() >= faults.lost_before:
            transit_s = 0.03 + 0.3 * chance.random()
            if chance.random() < faults.slow:
                platforms.count("slow answers")
                transit_s = chance.uniform(1.0, 39.0)
            if ready.size_bytes:
                platforms.count("films on slow lines")
                transit_s = chance.uniform(1.0, 39.0 + platforms.judge.policy.upload_s(ready.size_bytes))
            loop.later(transit_s, platforms.arrive, ready, _once(answer), self.is_ahead())
        else:
            platforms.count("lost before the effect")
        if chance.random() < faults.killed_in_call:
            self.kill()
        return await answer

    async def find(self, case: v.Case) -> v.Finding:
        await self.platforms.loop.pause(0.05)
        platforms, key = self.platforms, case.head.key
        if case.head.platform in platforms.away or platforms.chance.random() < platforms.faults.cannot_tell:
            platforms.count("could not tell")
            return v.CannotTell("no answer")
        return v.Found(f"r{key}", "") if key in platforms.posts else v.Absent()


def _once(answer: asyncio.Future[v.Outcome]) -> Callable[[v.Outcome], None]:
    def give(outcome: v.Outcome) -> None:
        if not answer.done():
            answer.set_result(outcome)

    return give
