"""A health message as headquarters' editor writes it, with its facts."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from ravi.core import clock
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Age, Day, Dose, Hour, Link, LockedFact, Phone
from ravi.network.models import Message
from ravi.network.rules import Aim, TargetKind
from ravi.network.tests.closure import Closure

FACTS = (
    LockedFact("دوز", FactKind.DOSE, Dose(2)),
    LockedFact("سن", FactKind.AGE, Age(60)),
    LockedFact("تاریخ", FactKind.DATE, Day(date(2026, 12, 1))),
    LockedFact("ساعت", FactKind.TIME, Hour(time(8), time(13, 30))),
    LockedFact("تلفن", FactKind.PHONE, Phone("04133334444")),
    LockedFact("نشانی", FactKind.LINK, Link("https://behdasht.example.ir/vaccine")),
)
TEXT = "تزریق {دوز} برای افراد {سن} از {تاریخ}، {ساعت} آغاز می‌شود. **تلفن:** {تلفن}\n[نوبت بگیرید]({نشانی})"


@pytest.fixture
def words() -> VersionFields:
    return VersionFields(
        title="دوز دوم برای سالمندان", text=TEXT, facts=FACTS, valid_until=clock.now() + timedelta(days=30)
    )


@pytest.fixture
def draft(house: Any, words: VersionFields) -> Callable[..., Message]:
    """`draft(topic=…)` gives a message of the editor's to all units, in one draft."""

    def make(*, by: Any = None, words: VersionFields = words, **more: Any) -> Message:
        aims = more.pop("aims", (Aim(TargetKind.TREE, house.headquarters.pk),))
        return services.draft_message(
            house.headquarters, MessageFields(aims=aims, **more), words, by=by or house.editor
        )

    return make


@pytest.fixture
def offered(house: Any, draft: Callable[..., Message]) -> Callable[..., Message]:
    """`offered()` gives one that an expert saw and the units have."""

    def make(**more: Any) -> Message:
        message = draft(**more)
        version = message.versions.get()
        services.endorse_version(version, content_hash=version.content_hash, by=house.expert)
        services.issue_version(version, expected_revision=version.revision, by=house.editor)
        message.refresh_from_db()
        return message

    return make


@pytest.fixture
def closure(house: Any, draft: Callable[..., Message]) -> Closure:
    """Notices before the hospital, which has two channels."""
    return Closure(house, draft)
