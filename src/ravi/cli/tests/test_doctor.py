"""The doctor warns of a full disk before it is full."""

from pathlib import Path
from typing import NamedTuple

import pytest

from ravi.cli.doctor import letters, room

GB = 1_000_000_000


class Usage(NamedTuple):
    total: int
    free: int


@pytest.mark.parametrize(
    ("usage", "advice"),
    [
        (Usage(100 * GB, 40 * GB), ""),
        (Usage(100 * GB, 2 * GB), ""),
        (Usage(100 * GB, GB), "Make room soon"),
        (Usage(8 * GB, GB), ""),
        (Usage(8 * GB, 700_000_000), "Make room soon"),
        (Usage(100 * GB, 400_000_000), "Make room now"),
    ],
)
def test_room_is_asked_for_in_time(usage: Usage, advice: str) -> None:
    said = room(Path("/srv"), usage).advice
    assert said.startswith(advice)
    assert bool(said) == bool(advice)


def test_what_orders_mixed_text_is_asked_for() -> None:
    assert letters(is_here=True).advice == ""
    assert letters(is_here=False).advice.startswith("apt-get install libfribidi0")
