"""The way out of reading back, without a database: what is still asked after an answer, a refusal, a wait and a full time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from ravi.delivery.engine.ports import StoreDown
from ravi.delivery.payload import freeze_payload
from ravi.delivery.read_back.reader import WordReader
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.delivery.read_back.store import Asked, Change
from ravi.delivery.readings.reader import TIMEOUT_S
from ravi.delivery.readings.values import Due, Pace, Question
from ravi.delivery.rules import Action
from ravi.platforms import contract

NOW, STANDS = 1_800_000_000.0, contract.Standing("متن", True)
SECRET = "words that a page quoted"


@dataclass
class Moving:
    """Goes on as far as each answer takes."""

    at: float = NOW

    def now(self) -> float:
        return self.at

    def timeout(self, seconds: float) -> Any:
        return asyncio.timeout(seconds)


@dataclass
class Platform:
    """Doors and adapter in one: what it answers under each remote id, and how long that takes."""

    answers: Mapping[str, Any]
    takes_s: float = 0.0
    clock: Moving = field(default_factory=Moving)
    asked: list[str] = field(default_factory=list)

    async def adapter(self, *_: object) -> "Platform":
        return self

    async def read(self, _target: str, remote_id: str, _content: contract.Content) -> contract.Standing | None:
        self.asked.append(remote_id)
        self.clock.at += self.takes_s
        answer = self.answers[remote_id]
        if isinstance(answer, BaseException):
            raise answer
        return cast(contract.Standing | None, answer)


def asked_about(remote_ids: list[str]) -> Asked:
    payload = freeze_payload(post_id=1, channel_id=1, action="edit", valid_until=None, of=1, text="متن", title="خبر")
    rows = tuple(
        Due(
            number, 1, 1, number, "mastodon", "mastodon", "here", "direct", remote_id, NOW, NOW, 0, "channel:1",
            channel_open=True, is_held=False, is_over=False,
        )
        for number, remote_id in enumerate(remote_ids, start=1)
    )  # fmt: skip
    changes = {row.id: Change(Action.EDIT, payload, 0) for row in rows}
    return Asked(Question(rows, NOW + 300, Pace(1.0, 10)), changes)


def ask(platform: Platform) -> Any:
    return asyncio.run(WordReader(cast(Any, platform)).ask(asked_about(list(platform.answers)), NOW))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (contract.NotSent("no way"), "NotSent"),
        (contract.Rejected("no_rights", "not an admin"), "no_rights"),
        (contract.Rejected("some_word_of_theirs", SECRET), "Rejected"),
        (ZeroDivisionError(SECRET), "unreadable: ZeroDivisionError"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_one_that_cannot_be_read_keeps_no_other_from_its_look(answer, code):
    """And of what is not ours only the class is kept: no words of a page stand in a code."""
    platform = Platform({"a": answer, "b": STANDS})
    told, nexts = ask(platform)
    assert platform.asked == ["a", "b"]
    assert [(one.outcome, one.code) for one in nexts] == [(ReadBackOutcome.WAITS, code), (ReadBackOutcome.STANDS, "")]
    assert (nexts[0].failures, nexts[0].looks, nexts[0].has_looked) == (1, 0, False)
    assert (told.outcome, told.code) == ("failed", code)


def test_after_a_not_now_nothing_more_is_asked_and_nobody_failed():
    platform = Platform({"a": STANDS, "b": contract.RateLimited(40.0), "c": STANDS})
    told, nexts = ask(platform)
    assert platform.asked == ["a", "b"]
    assert [(one.outcome, one.due_at, one.failures) for one in nexts] == [
        (ReadBackOutcome.STANDS, None, 0),
        (ReadBackOutcome.WAITS, NOW + 40, 0),
        (ReadBackOutcome.WAITS, NOW + 40, 0),
    ]
    assert (told.outcome, told.retry_after_s) == ("limited", 40.0)


@pytest.mark.parametrize("named_s", [0.0, -5.0])
def test_a_not_now_without_a_time_is_one_too(named_s):
    platform = Platform({"a": contract.RateLimited(named_s), "b": STANDS})
    told, nexts = ask(platform)
    assert (platform.asked, told.outcome, [one.due_at for one in nexts]) == (["a"], "limited", [NOW + 1, NOW + 1])


@pytest.mark.parametrize(
    ("first", "outcome", "code"),
    [
        (contract.NotSent("slow"), ReadBackOutcome.WAITS, "NotSent"),
        (STANDS, ReadBackOutcome.STANDS, "TimeoutError"),
    ],
)
def test_when_its_time_is_over_nothing_more_is_asked(first, outcome, code):
    """Also where every answer before was a good one."""
    platform = Platform({"a": first, "b": STANDS, "c": STANDS}, takes_s=TIMEOUT_S / 2)
    told, nexts = ask(platform)
    assert platform.asked == ["a", "b"]
    assert [one.outcome for one in nexts] == [outcome, ReadBackOutcome.STANDS, ReadBackOutcome.WAITS]
    assert (nexts[2].code, told.outcome, told.code) == (code, "failed", code)


def test_a_database_that_is_away_is_no_answer_of_a_platform():
    with pytest.raises(StoreDown):
        ask(Platform({"a": StoreDown("gone"), "b": STANDS}))
