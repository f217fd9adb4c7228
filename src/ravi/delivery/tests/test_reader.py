"""Of what a platform answers to a question whole numbers are kept, and never its words."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ravi.delivery.clock import WallClock
from ravi.delivery.doors import Doors
from ravi.delivery.readings.reader import Reader
from ravi.platforms import contract

NOBODY = cast(Any, None)
QUESTION = cast(
    Any,
    SimpleNamespace(first=SimpleNamespace(id=1, target="t"), pace=SimpleNamespace(rate_per_s=10.0), is_of_posts=False),
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (contract.Rejected("zahra_1370", "zahra_1370 has blocked you"), "Rejected"),
        (contract.Rejected(contract.NO_RIGHTS, "zahra_1370"), contract.NO_RIGHTS),
        (contract.NotSent("zahra_1370"), "NotSent"),
        (KeyError("zahra_1370"), "unreadable: KeyError"),
        (10**13, "no_number"),
        (-1, "no_number"),
        (True, "no_number"),
        (1.5, "no_number"),
    ],
)
async def test_no_word_of_a_platform_is_kept(answer: Any, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Telling:
        async def count(self, _target: str) -> Any:
            if isinstance(answer, Exception):
                raise answer
            return answer

    async def speaking(*_: object) -> Any:
        return Telling()

    monkeypatch.setattr(Reader, "_adapter", speaking)
    told = await Reader(Doors(NOBODY, NOBODY, NOBODY, WallClock())).ask(QUESTION)
    assert (told.outcome, told.code, dict(told.numbers)) == ("failed", code, {})
