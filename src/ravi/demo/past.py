"""Lives through the weeks before today: people's services and the real engine, under a clock that walks those weeks.

Nothing is written by hand: each message is drafted, submitted and approved at its hour, and the engine carries it to the
sandbox, whose log dates it with the same clock. So log and ledger agree, as they do in real life.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from django.db.models import QuerySet

from ravi.accounts.models import Institution, Person, Unit
from ravi.accounts.queries import person_by_username
from ravi.accounts.rules import UnitKind
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.clock import WallClock
from ravi.delivery.queries import counts
from ravi.delivery.rules import OPEN
from ravi.delivery.worker import EngineSettings, Parts
from ravi.demo import names
from ravi.demo.event import Event
from ravi.demo.history import STORIES, Story
from ravi.demo.screening_past import events_left
from ravi.directory.models import Channel
from ravi.directory.own_pages import OWN_PAGES
from ravi.publishing import services as publishing
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set
from ravi.text.jalali import TEHRAN

SETTLES_WITHIN_S = 60.0
READS_EVERY_S = 0.1  # a day of these weeks lasts less than a second


class SetsClock(Protocol):
    """A platform whose posts can be dated."""

    def set_clock(self, moment: datetime | None) -> None: ...


class WalkingClock(WallClock):
    """Wall time moved to another day; it goes on at its own pace there."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead_s = 0.0

    def now(self) -> float:
        return round(super().now() + self._ahead_s, 6)

    def walk_to(self, moment: datetime) -> None:
        """Go on from `moment`; never backwards."""
        self._ahead_s = max(self._ahead_s if self._ahead_s else float("-inf"), moment.timestamp() - super().now())


def live_through(institution: Institution, sandbox: SetsClock, *, say: Callable[[str], None]) -> int:
    """Let everything happen that has not happened yet; how many copies went out."""
    left = [*_stories_left(institution), *events_left(institution)]
    if not left:
        return 0
    began, copies, walking = time.monotonic(), 0, WalkingClock()
    try:
        with _engine(walking):
            for event in sorted(left, key=lambda one: one.moment):
                walking.walk_to(event.moment)
                sandbox.set_clock(event.moment)
                copies += sum(_await_receipts(institution, pk) for pk in event.happen())
    finally:
        sandbox.set_clock(None)
    say(f"{copies} copies of earlier messages, {time.monotonic() - began:.1f} s")
    return copies


def _stories_left(institution: Institution) -> list[Event]:
    today = clock.now().astimezone(TEHRAN)
    with tenant(institution.pk):
        known = set(Post.objects.values_list("title", flat=True))
    left = [(story, _moment(story, today)) for story in STORIES if story.title not in known]
    return [Event(moment, partial(_publish, institution, story, moment)) for story, moment in left]


def _moment(story: Story, today: datetime) -> datetime:
    day = today - timedelta(days=story.days_ago)
    return datetime.combine(day.date(), story.at, TEHRAN).astimezone(UTC)


def _publish(institution: Institution, story: Story, moment: datetime) -> Collection[int]:
    with clock.at(moment - timedelta(hours=2)), tenant(institution.pk):
        author, unit, channels = _voice(institution, story)
        fields = DraftFields(
            title=story.title,
            text=story.text,
            topic=story.topic,
            channel_ids=frozenset(channels.values_list("pk", flat=True)),
        )
        post = publishing.start_post(unit, fields, by=author)
        publishing.submit_post(post, by=author)
    with clock.at(moment), tenant(institution.pk):
        expert = person_by_username("expert", institution.pk)
        if expert is None:
            raise LookupError("The demo institution has lost its expert.")
        publishing.approve_post(post, by=expert, hashes=shown_set(post).hashes)
    return (post.pk,)


def _voice(institution: Institution, story: Story) -> tuple[Person, Unit, QuerySet[Channel]]:
    """Who speaks: headquarters' editor on all channels that are lent, or a unit's head on the unit's own."""
    channels = Channel.objects.filter(adapter="sandbox")
    if not story.unit:
        editor = person_by_username("editor", institution.pk)
        unit = Unit.objects.get(kind=UnitKind.HEADQUARTERS)
    else:
        unit = Unit.objects.get(channels__handle=names.handle(story.unit, "telegram"), channels__platform="telegram")
        editor = Person.objects.filter(roles__unit=unit, roles__kind="unit_head", roles__ended_at=None).first()
        channels = Channel.objects.filter(adapter__in=("sandbox", OWN_PAGES), unit=unit)
    if editor is None:
        raise LookupError(f"Nobody speaks for {unit.name}.")
    return editor, unit, channels


def _await_receipts(institution: Institution, post_id: int) -> int:
    give_up = time.monotonic() + SETTLES_WITHIN_S
    while True:
        with tenant(institution.pk):
            found = counts(post_id)
        if not any(found.get(state, 0) for state in OPEN):
            return sum(found.values())
        if time.monotonic() > give_up:
            raise TimeoutError(f"Copies of {post_id} are still open after {SETTLES_WITHIN_S:.0f} s: {dict(found)}")
        time.sleep(0.05)


@contextmanager
def _engine(walking: WalkingClock) -> Iterator[None]:
    """The real engine, in a thread of this process, with the walking clock."""
    owner = f"history:{os.getpid()}"
    started = threading.Event()
    parts: list[Parts] = []
    failed: list[BaseException] = []

    async def work() -> None:
        parts.append(Parts.of(EngineSettings.from_environment(), owner, _silent, walking))
        parts[0].readings.pause_s = READS_EVERY_S
        started.set()
        await parts[0].run()

    def target() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:
            failed.append(error)
            started.set()

    thread = threading.Thread(target=target, name="ravi-history")
    thread.start()
    started.wait(30.0)
    try:
        yield
    finally:
        if parts:
            parts[0].engine.end()
        thread.join(30.0)
    if failed:
        raise failed[0]


def _silent(event: str, /, **facts: object) -> None:
    """History keeps no log of its own; the ledger has every transition."""
