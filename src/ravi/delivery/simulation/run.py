"""One run: a seed, a number of copies and channels, the faults; out comes what was violated and which modules ran."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from ravi.delivery import engine
from ravi.delivery.engine.values import Policy
from ravi.delivery.simulation.book import Book
from ravi.delivery.simulation.faults import Faults
from ravi.delivery.simulation.story import Story
from ravi.delivery.simulation.verdict import violations
from ravi.delivery.simulation.world import Place, World

FEWEST_ENGINES, CHANNELS_PER_ENGINE = 3, 2_000
LOOK_EVERY_S = 5.0
# After the last misfortune everything is settled within this, or it never will be.
AFTERWARDS_S = 12_000.0
WATCHED_CALLS = 3_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """What came out. `modules` are those of delivery/engine of which code ran."""

    seed: int
    deliveries: int
    channels: int
    violations: dict[str, int]
    modules: list[str]
    states: dict[str, int]
    happened: dict[str, int]
    calls: int
    simulated_s: float
    digest: str
    struck: dict[Place, int]


def simulate(
    seed: int, deliveries: int, channels: int, book: Book, *,
    faults: Faults | None = None, policy: Policy | None = None, until_found: bool = False,
    tell: Callable[[str], None] = lambda _line: None,
) -> Run:  # fmt: skip
    """Play the whole story. With `until_found` it ends at the first violation that shows on the way."""
    gc.disable()  # a million orders are not looked through again and again; what dies here dies without it
    try:
        return _played(
            World(seed, faults or Faults(), book, policy or Policy()), deliveries, channels, until_found, tell
        )
    finally:
        gc.enable()
        gc.collect()  # what killed engines left unwinds here, and not in the middle of whatever comes next


def _played(world: World, deliveries: int, channels: int, until_found: bool, tell: Callable[[str], None]) -> Run:
    story = Story(world, deliveries, channels)
    ran: set[str] = set()
    story.begin()
    try:
        with _watching(ran):
            world.loop.run_until_complete(_play(world, story, until_found, tell))
        found = world.judge.violations if until_found and world.judge.violations else violations(world)
        return Run(
            world.seed, deliveries, channels, dict(found), sorted(ran), world.book.counts(),
            dict(sorted(world.happened.items())), world.judge.calls, round(world.loop.now, 3), world.book.digest(), world.struck,
        )  # fmt: skip
    finally:
        world.loop.clear_away()
        world.loop.close()


async def _play(world: World, story: Story, until_found: bool, tell: Callable[[str], None]) -> None:
    for _ in range(max(FEWEST_ENGINES, story.channels // CHANNELS_PER_ENGINE)):
        world.loop.call_soon(world.start, context=world.loop.outside)
    rounds = 0
    while not (until_found and world.judge.violations):
        await _wait(world, LOOK_EVERY_S)
        rounds += 1
        if rounds % 20 == 0:
            tell(f"{world.loop.now:9.0f} s simulated, {world.judge.calls} calls, {world.book.counts()}")
        if world.loop.now < story.ends_at:
            continue
        story.finish()
        is_settled = world.book.is_quiet() and not world.book.held()
        if is_settled or world.loop.now > story.ends_at + AFTERWARDS_S:
            return


async def _wait(world: World, seconds: float) -> None:
    turn: Any = world.loop.create_future()
    world.loop.later(seconds, turn.set_result, None)
    await turn


@contextmanager
def _watching(ran: set[str]) -> Iterator[None]:
    """Notes which modules of the engine have code that runs; it looks until all were seen or long enough."""
    folder = str(Path(engine.__file__).parent) + "/"
    prefix = engine.__name__ + "."
    # Modules of data and protocols have no code of their own: what uses them has loaded them.
    ran.update(name for name in (f"{prefix}ports", f"{prefix}values") if name in sys.modules)
    loaded = {name for name in sys.modules if name.startswith(prefix)}
    left = [WATCHED_CALLS]

    def look(frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call":
            return
        left[0] -= 1
        name = frame.f_code.co_filename
        if name.startswith(folder):
            ran.add(prefix + Path(name).stem)
        if left[0] <= 0 or ran >= loaded:
            sys.setprofile(None)

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)
