"""A newsroom: the house with sandbox channels in its units, all lent to headquarters, and a message on its way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from ravi.accounts import services as accounts
from ravi.accounts.rules import UnitKind
from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.models import Channel
from ravi.publishing import queries, services
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post

PLATFORMS = ("telegram", "mastodon")
TEXT = "از ۸ تا ۱۹ آذر، ساعت ۸ تا ۱۴، با کارت ملی به نزدیک‌ترین خانهٔ بهداشت بیایید."
TOO_LONG_FOR_MASTODON = "سلامت " * 100


@dataclass
class Newsroom:
    """The house and its channels, with the few acts that tests begin from."""

    house: Any
    sign_in: Callable[[Any], Client]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.house, name)

    def open_channels(self, unit: Any, platforms: tuple[str, ...] = PLATFORMS) -> list[Channel]:
        opened = []
        for platform in platforms:
            new = directory.NewChannel(
                unit=unit, platform=platform, adapter="sandbox", handle=f"u{unit.pk}_{platform}", purpose="خبر"
            )
            channel = directory.open_channel(new, by=None)
            if unit.parent_id is not None:
                directory.lend_channel(channel, by=None)
            opened.append(channel)
        return opened

    def add_units(self, count: int) -> None:
        for number in range(count):
            unit = accounts.add_unit(f"مرکز {number}", UnitKind.CENTRE, parent=self.house.headquarters, by=None)
            self.open_channels(unit)

    def draft(self, *, by: Any = None, unit: Any = None, **fields: Any) -> Post:
        given = {
            "topic": "organisation",
            "title": "واکسن",
            "text": TEXT,
            "channel_ids": frozenset(Channel.objects.values_list("pk", flat=True)),
        }
        return services.start_post(
            unit or self.house.headquarters, DraftFields(**(given | fields)), by=by or self.house.editor
        )

    def submitted(self, **fields: Any) -> Post:
        post = self.draft(**fields)
        return services.submit_post(post, by=fields.get("by") or self.house.editor).post

    def approved(self, *, approver: Any = None, **fields: Any) -> Post:
        post = self.submitted(**fields)
        digest = queries.shown_set(post).digest
        return services.approve_shown(post, by=approver or self.house.head, digest=digest).post

    def browse(self, person: Any) -> Client:
        return self.sign_in(person)


@pytest.fixture
def newsroom(house: Any, sign_in: Callable[[Any], Client]) -> Iterator[Newsroom]:
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True  # these tests are about pages, not about the second factor
        institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    room = Newsroom(house, sign_in)
    for unit in (house.headquarters, house.hospital, house.faculty):
        room.open_channels(unit)
    yield room


@pytest.fixture
def settle() -> Callable[..., None]:
    """Write what an engine would have written about copies; the engine's own tests prove that it does."""

    def write(deliveries: Any, state: str, **columns: Any) -> None:
        now = clock.now()
        columns = {"changed_at": now, **columns}
        if state == "sent":
            columns = {"link": "https://example.org/1", "remote_id": "1", **columns}
            columns |= {"sent_at": now, "settled_at": now}
        if state == "unknown":
            columns |= {"unknown_at": now, "sent_maybe": True}
        Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).update(state=state, **columns)

    return write
