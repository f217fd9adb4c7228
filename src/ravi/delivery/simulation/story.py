"""What people and machines do during a run: orders, changes, stops, renewed credentials, looks at the desk; kills and outages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ravi.delivery.engine.values import Stop
from ravi.delivery.payload import payload_hash
from ravi.delivery.rules import Action, Code, Lane, Scope, Verdict
from ravi.delivery.simulation import judge
from ravi.delivery.simulation.faults import NEVER
from ravi.delivery.simulation.loop import START
from ravi.delivery.simulation.platform import BURST, GAP_S, MEANS, RATE_PER_S
from ravi.delivery.simulation.world import World
from ravi.delivery.store.orders import Order

PLATFORMS = tuple(MEANS)
INSTITUTIONS, UNITS, CAMPAIGNS = 5, 40, 7
TOPICS = ("", "health", "light")
# A simulated institution is more patient than the default, or most of a run with long outages would be missed.
PATIENCE_S = 86_400
REMEMBERED_S = 1_200.0
# So long after its stop a copy may still be held: people release within 20 s, and again at the next end of a stop.
HELD_FOR_S = 90.0
DESK_EVERY_S, DESK_PATIENCE_S = 60.0, 120.0


@dataclass(slots=True)
class Story:
    """`ends_at` is when the last misfortune has begun; afterwards people put everything in order again."""

    world: World
    count: int
    channels: int
    ends_at: float = 0.0
    refused: list[int] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    standing: dict[int, judge.Order] = field(default_factory=dict)

    def begin(self) -> None:
        """Order everything and let the misfortunes loose."""
        world, faults = self.world, self.world.faults
        bots = max(5, self.channels // 460)
        span_s = max(120.0, 3.0 * self.count / self.channels, self.count / (bots * RATE_PER_S * 0.6))
        self.ends_at = span_s + 60.0
        publishes = [self._publish(number, bots, span_s) for number in range(self.count)]
        numbers = world.order(publishes, START)
        for number, order in zip(numbers, publishes, strict=True):
            self._plan_changes(number, order)
        for mean_s, act in (
            (faults.killed_every_s, self._kill), (faults.held_every_s, self._hold), (faults.ahead_every_s, self._set_ahead),
            (faults.database_away_every_s, self._database_away), (faults.platform_away_every_s, self._platform_away),
            (faults.stop_every_s, self._stop), (faults.credential_ends_every_s, self._end_credential),
            (faults.ended_every_s, self._end), (faults.behind_every_s, self._set_back),
            (faults.renewed_every_s, self._renew_credentials),
        ):  # fmt: skip
            if mean_s < NEVER:
                self._again(mean_s, act)
        world.loop.later(DESK_EVERY_S, self._look_at_desk)

    def finish(self) -> None:
        """Nothing bad begins any more: stops are lifted, credentials renewed, what is held goes."""
        now = self.world.loop.moment()
        for number in list(self.standing):
            self._lift(number)
        for channel in sorted(self.world.platforms.ended):
            self._renew(channel)
        for channel in self.refused:  # an answer to an old credential may come after the new one was set
            self.world.book.resume_channel(channel, now)
        self.left.clear()
        self.world.book.release(self.world.book.held(), now)

    def _publish(self, number: int, bots: int, span_s: float) -> Order:
        chance, faults = self.world.chance, self.world.faults
        channel = number % self.channels + 1
        payload = f'{{"n":{number}}}'
        digest = payload_hash(payload)
        due_at = START + round(5.0 + span_s * chance.random(), 6)
        kind = PLATFORMS[channel % len(PLATFORMS)]
        return Order(
            institution_id=channel % INSTITUTIONS + 1,
            unit_id=channel % UNITS + 1,
            campaign_id=number % CAMPAIGNS + 1 if number % 2 else None,
            topic=TOPICS[number % len(TOPICS)],
            post_id=number // self.channels + 1,
            channel_id=channel,
            platform=kind,
            adapter="simulated",
            route="direct",
            target="t",
            bucket_key=f"credential:{channel % bots}",
            lane=Lane.EMERGENCY if chance.random() < faults.urgent else Lane.NORMAL,
            action=Action.PUBLISH,
            payload=payload,
            content_hash=digest,
            approved_hash="0" * 64 if chance.random() < faults.unapproved else digest,
            due_at=due_at,
            valid_until=round(due_at + 90.0 * chance.random(), 6) if chance.random() < faults.expires else None,
            lateness_limit_s=PATIENCE_S,
            key=f"k{number}",
            gap_s=GAP_S,
            rate_per_s=RATE_PER_S,
            burst=BURST,
        )

    def _plan_changes(self, number: int, order: Order) -> None:
        chance, faults, loop = self.world.chance, self.world.faults, self.world.loop
        after_s = order.due_at - START + chance.uniform(-5.0, 120.0)
        if chance.random() < faults.changed:
            action = Action.DELETE if chance.random() < 0.3 else Action.EDIT
            loop.later(max(after_s, 0.0), self._change, number, order, action)
        if chance.random() < faults.pinned:
            loop.later(max(after_s, 0.0), self._change, number, order, Action.PIN)
        if chance.random() < faults.answering:
            loop.later(max(after_s, 0.0), self._answer, number, order)
        if chance.random() < faults.cancelled:
            loop.later(max(after_s - 60.0, 0.0), self._cancel, number)

    def _change(self, number: int, order: Order, action: Action) -> None:
        now = self.world.loop.moment()
        one = replace(
            order, action=action, lane=Lane.CORRECTION, about_id=number, due_at=now, valid_until=None,
            approved_hash=order.content_hash, key=f"{order.key}{action}{now}",
        )  # fmt: skip
        self.world.order([one], now)
        self.world.count({Action.EDIT: "edits", Action.DELETE: "removals", Action.PIN: "pins"}[action])

    def _answer(self, number: int, order: Order) -> None:
        now = self.world.loop.moment()
        payload = f'{judge.ANSWER}"{order.key}"}}'
        digest = payload_hash(payload)
        one = replace(
            order, reply_id=number, due_at=now, valid_until=None, payload=payload, content_hash=digest,
            approved_hash=digest, key=f"{order.key}answer",
        )  # fmt: skip
        self.world.order([one], now)
        self.world.count("answers to our own")

    def _cancel(self, number: int) -> None:
        self.world.count("cancellations", self.world.book.cancel([number], self.world.loop.moment()))

    # Misfortunes --------------------------------------------------------------------------------------------------

    def _again(self, mean_s: float, act: Callable[[], None]) -> None:
        wait_s = self.world.chance.expovariate(1.0 / mean_s)
        if self.world.loop.now + wait_s < self.ends_at:
            self.world.loop.later(wait_s, self._do, mean_s, act)

    def _do(self, mean_s: float, act: Callable[[], None]) -> None:
        act()
        self._again(mean_s, act)

    def _somebody(self) -> str | None:
        names = list(self.world.hosts)
        return self.world.chance.choice(names) if names else None

    def _kill(self) -> None:
        if name := self._somebody():
            self.world.kill(name)

    def _hold(self) -> None:
        if name := self._somebody():
            self.world.hold(name)

    def _end(self) -> None:
        if name := self._somebody():
            self.world.end(name)

    def _set_back(self) -> None:
        if name := self._somebody():
            self.world.set_back(name)

    def _set_ahead(self) -> None:
        if name := self._somebody():
            self.world.set_ahead(name)

    def _database_away(self) -> None:
        self.world.count("database restarts")
        self.world.away.until = self.world.loop.moment() + self.world.chance.uniform(0.5, 12.0)

    def _platform_away(self) -> None:
        self.world.count("outages")
        platforms, kind = self.world.platforms, self.world.chance.choice(PLATFORMS)
        platforms.away.add(kind)
        self.world.loop.later(self.world.faults.platform_away_s, platforms.away.discard, kind)

    def _stop(self) -> None:
        chance, loop = self.world.chance, self.world.loop
        scope = chance.choice(tuple(Scope))
        keys = {
            Scope.UNIT: UNITS, Scope.CAMPAIGN: CAMPAIGNS, Scope.CHANNEL: self.channels,
        }  # fmt: skip
        names = {Scope.PLATFORM: PLATFORMS, Scope.TOPIC: TOPICS[1:]}
        key = chance.choice(names[scope]) if scope in names else ""
        key = str(chance.randint(1, keys[scope])) if scope in keys else key
        institution = None if scope is Scope.ALL else chance.randint(1, INSTITUTIONS)
        removals_too, now = chance.random() < 0.3, loop.moment()
        number = self.world.book.stop(scope.value, key, institution, removals_too, now)
        order = judge.Order(Stop(number, scope.value, key, institution, removals_too), now)
        self.standing[number] = order
        recent = [one for one in self.world.judge.stops if now - one.lifted_at < REMEMBERED_S]
        self.world.judge.stops[:] = [*recent, order]
        self.world.count(f"stops of {scope}")
        self.world.count("stops that end removals too", int(removals_too))
        is_short = chance.random() < self.world.faults.stop_short
        loop.later(chance.uniform(0.5, 3.0) if is_short else chance.uniform(20.0, 90.0), self._lift, number)

    def _lift(self, number: int) -> None:
        order = self.standing.pop(number, None)
        if order is None:
            return
        now = self.world.loop.moment()
        self.world.book.lift(number, now)
        order.lifted_at = now
        self.world.loop.later(self.world.chance.uniform(1.0, 20.0), self._release_held)

    def _release_held(self) -> None:
        now, held = self.world.loop.moment(), self.world.book.held()
        self._check_removals(held)
        dropped = {one for one in held if self.world.chance.random() < 0.02}
        gone = self.world.book.cancel([one for one in held if one in dropped], now)
        back = self.world.book.release([one for one in held if one not in dropped], now)
        self.world.count("held copies dropped", gone)
        self.world.count("held copies released", back)

    def _check_removals(self, held: Sequence[int]) -> None:
        """Removals go on under a stop, unless one of them says otherwise."""
        since = self.world.loop.moment() - HELD_FOR_S
        stops = [one.stop for one in self.world.judge.stops if one.stop.removals_too and one.lifted_at > since]
        for number in held:
            order = self.world.orders[number]
            is_stopped = order.action == Action.DELETE and self.world.book.code(number) == Code.STOP
            if is_stopped and not any(judge.covers(stop, order) for stop in stops):
                self.world.judge.found("a removal was held by a stop that lets removals go on")

    def _end_credential(self) -> None:
        self.world.count("credentials ended")
        channel = self.world.chance.randint(1, self.channels)
        self.world.platforms.ended.add(channel)
        self.refused.append(channel)
        self.world.loop.later(self.world.chance.uniform(30.0, 200.0), self._renew, channel)

    def _renew(self, channel: int) -> None:
        platforms = self.world.platforms
        if channel in platforms.ended:
            platforms.ended.discard(channel)
            platforms.generation[channel] += 1
            self.world.book.resume_channel(channel, self.world.loop.moment())
            self.world.loop.later(1.0, self._release_held)

    def _renew_credentials(self) -> None:
        """Somebody signs in anew on one in twenty channels, and nothing was wrong."""
        generation, chance = self.world.platforms.generation, self.world.chance
        for channel in range(chance.randint(1, 20), self.channels + 1, 20):
            generation[channel] += 1

    # People -------------------------------------------------------------------------------------------------------

    def _look_at_desk(self) -> None:
        """Somebody looks at the platform and says what is there; some copies they leave."""
        now = self.world.loop.moment()
        for number in self.world.book.on_the_desk(now - DESK_PATIENCE_S):
            if number in self.left:
                continue
            order = self.world.orders[number]
            is_readable = MEANS[order.platform].can_find and order.action == Action.PUBLISH
            if is_readable and not self.world.book.looks(number):
                self.world.judge.found("left to people where Ravi could have looked")
            if self.world.chance.random() < 0.1:
                self.left.add(number)
                self.world.book.resolve(number, Verdict.LEAVE, now)
                self.world.count("left by people")
            else:
                self.world.book.resolve(number, self._truth(number), now)
                self.world.count("answered by people")
        self.world.loop.later(DESK_EVERY_S, self._look_at_desk)

    def _truth(self, number: int) -> Verdict:
        order, platforms = self.world.orders[number], self.world.platforms
        there = order.key in platforms.posts if order.action == Action.PUBLISH else number in platforms.changes
        return Verdict.THERE if there else Verdict.NOT_THERE
