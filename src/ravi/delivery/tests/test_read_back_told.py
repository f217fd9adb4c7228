"""What boards and programs hear of a change: what its row says, what a person said, and what is known without a row."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from ravi.delivery.read_back.rules import LOOKS_BACK_S, ReadBackOutcome
from ravi.delivery.read_back.told import can_read, outcome_of_change, outcome_of_copy
from ravi.delivery.rules import MANUAL, Action, State

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BACK = NOW - timedelta(seconds=LOOKS_BACK_S)


@dataclass
class Copy:
    """What is asked of a delivery."""

    action: str = Action.EDIT
    state: str = State.SENT
    adapter: str = "wordpress"
    platform: str = "wordpress"
    settled_at: datetime | None = NOW


@pytest.mark.parametrize(
    ("copy", "stored", "told"),
    [
        (Copy(), None, ReadBackOutcome.WAITS),
        (Copy(settled_at=BACK + timedelta(seconds=1)), None, ReadBackOutcome.WAITS),
        (Copy(settled_at=BACK), None, ReadBackOutcome.NOT_LOOKED),
        (Copy(settled_at=None), None, ReadBackOutcome.NOT_LOOKED),
        (Copy(settled_at=BACK), "stands", ReadBackOutcome.STANDS),
        (Copy(action=Action.DELETE), None, ReadBackOutcome.WAITS),
        (Copy(adapter="telegram", platform="telegram"), None, ReadBackOutcome.CANNOT),
        (Copy(adapter=MANUAL), None, None),
        (Copy(adapter=MANUAL), "stands", None),
        (Copy(action=Action.PUBLISH), None, None),
        (Copy(action=Action.PIN), None, None),
        (Copy(state=State.UNKNOWN), None, None),
    ],
)
def test_what_is_known_of_a_copy(copy, stored, told):
    assert outcome_of_copy(copy, stored, NOW) is told


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("other_words", ReadBackOutcome.SETTLED),
        ("still_there", ReadBackOutcome.SETTLED),
        ("gone", ReadBackOutcome.SETTLED),
        ("stands", ReadBackOutcome.STANDS),
        ("over", ReadBackOutcome.OVER),
        ("not_read", ReadBackOutcome.NOT_READ),
    ],
)
def test_a_persons_word_ends_a_case_and_nothing_else(stored, told):
    assert outcome_of_change(stored, "wordpress", "wordpress", is_new=True, is_settled=True) is told
    assert outcome_of_change(stored, "wordpress", "wordpress", is_new=True) is ReadBackOutcome(stored)
    assert outcome_of_copy(Copy(), stored, NOW, is_settled=True) is told


@pytest.mark.parametrize(
    ("adapter", "platform", "can"),
    [
        ("wordpress", "wordpress", True),
        ("sandbox", "mastodon", True),
        ("telegram", "telegram", False),
        ("email", "email", False),
        (MANUAL, "wordpress", False),
        ("wordpress", "telegram", False),
        ("vanished", "wordpress", False),
    ],
)
def test_who_can_read(adapter, platform, can):
    assert can_read(adapter, platform) is can
