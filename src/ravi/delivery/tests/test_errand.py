"""A platform that answers badly costs one errand and one link, never the engine."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ravi.delivery import errand as errands
from ravi.delivery.courier import link_for_people
from ravi.delivery.errand import ErrandRunner
from ravi.delivery.looks import Look, Looker
from ravi.delivery.routes import Routes
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
    async def verify(self, _errand: Any, **_how: Any) -> Look:
        return Look(ErrandOutcome.VERIFIED, "a\x00b\ud800")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was settled, of errands whose channel has no credential any more."""
    settled: list[tuple[str, str]] = []

    async def settle(_connection: Any, _id: int, outcome: str, detail: str, _now: datetime) -> bool:
        settled.append((outcome, detail))
        return True

    async def nothing(*_: Any) -> None:
        return None

    monkeypatch.setattr(errands, "settle_errand", settle)
    monkeypatch.setattr(errands, "connection_of", nothing)
    return settled


async def test_what_no_text_can_hold_is_left_out_of_what_is_kept(kept: list[tuple[str, str]]) -> None:
    claimed = type("Claimed", (), {"id": 1, "channel_id": 2})()
    runner = ErrandRunner(
        cast(Any, Line()), cast(Any, Answering()), cast(Any, Clock()), lambda *_, **__: None, lambda: None
    )
    await runner._do(cast(Any, claimed))
    assert kept[0][0] == "verified"
    assert kept[0][1] == storable(kept[0][1])


@pytest.mark.parametrize("broken", [KeyError("id"), RecursionError(), TimeoutError()], ids=repr)
async def test_no_answer_ends_the_engine(broken: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        async def verify(self, _target: str) -> Any:
            raise broken

    async def adapter(*_: Any) -> Any:
        return Broken()

    monkeypatch.setattr(Looker, "_adapter", adapter)
    one = SimpleNamespace(adapter="sandbox", platform="bale", channel_id=1, handle="x", address="bale/x", box=b"")
    look = await Looker(cast(Any, None), Routes({}, 1), cast(Any, Clock())).verify(cast(Any, one))
    assert look.outcome is ErrandOutcome.NOT_REACHED


async def test_a_slow_server_makes_nobody_elses_errand_wait(kept: list[tuple[str, str]]) -> None:
    class Together:
        """Answers only when both ask at once."""

        both = asyncio.Barrier(2)

        async def verify(self, _errand: Any, **_how: Any) -> Any:
            await self.both.wait()
            return Look(ErrandOutcome.VERIFIED)

    claimed = [type("Claimed", (), {"id": number, "channel_id": number})() for number in (1, 2)]
    runner = ErrandRunner(
        cast(Any, Line()), cast(Any, Together()), cast(Any, Clock()), lambda *_, **__: None, lambda: None
    )
    await runner._do_all(cast(Any, claimed))
    assert [outcome for outcome, _detail in kept] == ["verified", "verified"]


async def test_one_errand_that_cannot_be_done_ends_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a round breaks on is logged, and the next round comes."""
    lines: list[tuple[str, dict[str, object]]] = []
    rounds = iter([OverflowError("date value out of range"), asyncio.CancelledError()])

    async def claim(*_: Any) -> Any:
        raise next(rounds)

    monkeypatch.setattr(errands, "claim_errands", claim)

    class Resting(Clock):
        async def sleep(self, seconds: float) -> None: ...

    def log(event: str, /, **facts: object) -> None:
        lines.append((event, facts))

    runner = ErrandRunner(cast(Any, Line()), cast(Any, Answering()), cast(Any, Resting()), log, lambda: None)
    with pytest.raises(asyncio.CancelledError):
        await runner.run()
    assert lines == [("errands_broke", {"reason": "OverflowError"})]


def test_only_web_addresses_are_shown_to_be_opened() -> None:
    assert link_for_people("https://example.ir/1") == "https://example.ir/1"
    assert [link_for_people(link) for link in ("javascript:alert(1)", "data:text/html,x", "//x", "")] == [""] * 4
