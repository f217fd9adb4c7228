"""One publish as its readers see it: how long until the copies are there, with and without a platform's limits."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ravi.delivery.bench import usage
from ravi.delivery.bench.engines import READY_WITHIN_S, BenchFailed, running_engines, wait_until
from ravi.delivery.bench.measure import percentile
from ravi.delivery.bench.stub import Call, running_stub
from ravi.delivery.bench.town import Pace, Town
from ravi.platforms import registry

# https://core.telegram.org/bots/faq, read 2026-11-25; the adapter's own profile is not asked what is allowed.
A_BOT_PER_S, A_GROUP_PER_MINUTE = 30, 20
GROUPS, COPIES_OF_A_GROUP = 3, 24  # more than one minute takes


@dataclass(frozen=True, slots=True)
class Scene:
    """Copies over channels at a pace, and the seconds that no sender who keeps the limits can go below."""

    name: str
    copies: int
    channels: int
    pace: Pace
    optimum_s: float


def free(copies: int) -> list[Scene]:
    """Each channel once, and no limit that binds."""
    return [Scene("free", copies, copies, Pace(1.0, 1_000.0, 1_000), 0.0)]


def telegram(copies: int) -> list[Scene]:
    """All channels through one bot; then some groups several times."""
    profile = registry.profile("sandbox", "telegram")
    pace = Pace(profile.gap_s, profile.bucket.rate_per_s, profile.bucket.burst, bots=1)
    return [
        Scene("one bot", copies, copies, pace, copies / A_BOT_PER_S),
        Scene("groups", GROUPS * COPIES_OF_A_GROUP, GROUPS, pace, (COPIES_OF_A_GROUP - 1) * 60 / A_GROUP_PER_MINUTE),
    ]


LIMITS: Mapping[str, Callable[[int], list[Scene]]] = {"none": free, "telegram": telegram}


@dataclass(slots=True)
class Publish:
    """`url` is the superuser's, `environment` the engines' without the addresses that they may reach."""

    scenes: Sequence[Scene]
    workers: int
    url: str
    environment: Mapping[str, str]
    folder: Path

    def run(self) -> dict[str, Any]:
        """By scene. Raises BenchFailed."""
        began = {}
        with closing(Town(self.url)) as town, running_stub(self.folder / "stub", self.environment) as stub:
            channels = max(scene.channels for scene in self.scenes)
            town.found(channels, channels, stub.url, self.folder / "keys")
            environment = {
                **self.environment,
                "RAVI_CREDENTIAL_KEYS_FOLDER": str(self.folder / "keys"),
                "RAVI_EGRESS_ALLOW": f"127.0.0.1:{stub.port}",
            }
            with running_engines(self.workers, environment, self.folder):
                wait_until(lambda: town.engines_alive() >= self.workers, "A living engine", within_s=READY_WITHIN_S)
                for scene in self.scenes:
                    began[scene.name] = self._play(town, scene)
        calls, told = sorted(stub.published(), key=lambda call: call.at), {}
        for scene in self.scenes:
            mine, calls = calls[: scene.copies], calls[scene.copies :]
            told[scene.name] = seen(scene, mine, began[scene.name])
        if calls:
            raise BenchFailed(f"The stub saw {len(calls)} calls too many.")
        return told | {"workers": self.workers, "stub": stub.name, "load": usage.load()}

    def _play(self, town: Town, scene: Scene) -> float:
        """When the copies were ordered."""
        batch = town.order(scene.copies, scene.channels, scene.pace, due_at=time.time())
        ordered_at = time.time()
        wait_until(lambda: not town.left(time.time() + 600), f"The end of {scene.name}")
        if town.states(batch) != {"sent": scene.copies}:
            raise BenchFailed(f"Not every copy was sent: {town.states(batch)}.")
        return ordered_at


def seen(scene: Scene, calls: Sequence[Call], ordered_at: float) -> dict[str, Any]:
    """What the platform's log says of one scene."""
    moments = [call.at for call in calls]
    by_channel: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        by_channel[call.path].append(call.at)
    pauses = [later - earlier for one in by_channel.values() for earlier, later in pairwise(one)]
    after = [at - ordered_at for at in moments]
    last_s, pace = moments[-1] - moments[0], scene.pace
    return {
        "copies": len(calls), "channels": len(by_channel), "credentials": pace.bots,
        "p50_s": round(percentile(after, 50), 2), "p95_s": round(percentile(after, 95), 2), "all_s": round(max(after), 2),
        "first_to_last_s": round(last_s, 2), "optimum_s": round(scene.optimum_s, 2),
        "over_optimum": round(last_s / scene.optimum_s - 1, 3) if scene.optimum_s else None,
        "most_in_a_second": most_in(moments, 1.0),
        "most_per_channel_in_a_second": max(most_in(one, 1.0) for one in by_channel.values()),
        "most_per_channel_in_a_minute": max(most_in(one, 60.0) for one in by_channel.values()),
        "shortest_pause_s": round(min(pauses), 3) if pauses else None,
    }  # fmt: skip


def most_in(moments: Iterable[float], window_s: float) -> int:
    """The most calls in any window of that length."""
    ordered, most, first = list(moments), 0, 0
    for number, at in enumerate(ordered):
        while at - ordered[first] >= window_s:
            first += 1
        most = max(most, number - first + 1)
    return most
