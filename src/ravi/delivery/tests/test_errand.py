"""A platform that answers badly costs one errand and one link, never the engine."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from ravi.delivery import errand as errands
from ravi.delivery.courier import link_for_people
from ravi.delivery.errand import ErrandRunner
from ravi.delivery.store.connection import storable
from ravi.directory.rules import ErrandOutcome


class Clock:
    def now(self) -> float:
        return datetime(2026, 11, 22, tzinfo=UTC).timestamp()

    def timeout(self, seconds: float) -> Any:
        return asyncio.timeout(seconds)


class Line:
    def transaction(self) -> Any:
        from contextlib import asynccontextmanager

        @asynccontextmanager
        async def opened() -> Any:
            yield self

        return opened()

    async def execute(self, *_: Any) -> None: ...


class Answering:
    def __init__(self, said: Any) -> None:
        self.said = said

    async def verify(self, _errand: Any) -> Any:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ((ErrandOutcome.VERIFIED, "a\x00b\ud800"), "verified"),
        (KeyError("id"), "not_reached"),
        (RecursionError(), "not_reached"),
    ],
)
async def test_no_answer_ends_the_engine(said: Any, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tuple[str, str]] = []

    async def settle(_connection: Any, _id: int, outcome: str, detail: str, _now: datetime) -> bool:
        kept.append((outcome, detail))
        return True

    monkeypatch.setattr(errands, "settle_errand", settle)
    claimed = type("Claimed", (), {"id": 1, "channel_id": 2})()
    runner = ErrandRunner(
        cast(Any, Line()), cast(Any, Answering(said)), cast(Any, Clock()), lambda *_, **__: None, lambda: None
    )
    await runner._do(cast(Any, claimed))
    assert kept[0][0] == outcome
    assert kept[0][1] == storable(kept[0][1])


async def test_a_slow_server_makes_nobody_elses_errand_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []

    async def settle(_connection: Any, _id: int, outcome: str, _detail: str, _now: datetime) -> bool:
        kept.append(outcome)
        return True

    class Together:
        """Answers only when both ask at once."""

        both = asyncio.Barrier(2)

        async def verify(self, _errand: Any) -> Any:
            await self.both.wait()
            return ErrandOutcome.VERIFIED, ""

    monkeypatch.setattr(errands, "settle_errand", settle)
    claimed = [type("Claimed", (), {"id": number, "channel_id": number})() for number in (1, 2)]
    runner = ErrandRunner(
        cast(Any, Line()), cast(Any, Together()), cast(Any, Clock()), lambda *_, **__: None, lambda: None
    )
    await runner._do_all(cast(Any, claimed))
    assert kept == ["verified", "verified"]


def test_only_web_addresses_are_shown_to_be_opened() -> None:
    assert link_for_people("https://example.ir/1") == "https://example.ir/1"
    assert [link_for_people(link) for link in ("javascript:alert(1)", "data:text/html,x", "//x", "")] == [""] * 4
