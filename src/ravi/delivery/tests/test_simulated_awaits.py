"""A crash at every await: each place where the engine's own code can stand still is struck, and nothing is lost by it."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ravi.delivery import engine
from ravi.delivery.engine.values import Policy
from ravi.delivery.simulation.book import MemoryBook
from ravi.delivery.simulation.faults import Faults
from ravi.delivery.simulation.run import simulate

SOURCES = sorted(path for path in Path(engine.__file__).parent.glob("*.py") if path.stem not in ("ports", "__init__"))
EVERYWHERE = replace(
    Faults(), struck_every_steps=0.0, ended_every_s=4.0, commit_fails=0.03, database_away_every_s=30.0, lost_after=0.03,
    slow=0.4, unkept=0.003,
)  # fmt: skip
# So few sockets that some copy always waits for one.
NARROW = Policy(concurrency=8, claim_batch=40)


def standing_places() -> Iterator[tuple[str, int, int, str]]:
    """(module, first line, last line, text) of whatever waits for something outside the engine."""
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
    own = {node.name for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)}
    for stem, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Await):
                text = ast.unparse(node.value)
                called = text.split("(")[0]
                if called.startswith(("self.store.", "self.transport.")) or called.rsplit(".", 1)[-1] not in own:
                    yield stem, node.lineno, node.end_lineno or node.lineno, text
            elif isinstance(node, ast.AsyncWith):
                text = ast.unparse(node.items[0].context_expr)
                if ".timeout(" not in text:  # neither its beginning nor its end waits
                    yield stem, node.lineno, node.lineno, text


def test_every_await_of_the_engine_is_struck_and_nothing_is_lost_by_it() -> None:
    struck: dict[tuple[str, int], int] = {}
    for seed in range(1, 5):
        done = simulate(seed, 1_200, 90, MemoryBook(), faults=EVERYWHERE, policy=NARROW)
        assert done.violations == {}
        for place, times in done.struck.items():
            struck[place] = struck.get(place, 0) + times
    places = list(standing_places())
    missed = [one for one in places if not any((one[0], line) in struck for line in range(one[1], one[2] + 1))]
    assert missed == []
    assert len(places) >= 25
