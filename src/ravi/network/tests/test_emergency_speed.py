"""Within two minutes of the tap an emergency stands on six channels of each of sixty units, by the real engine."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from ravi.accounts import services as accounts
from ravi.accounts.models import Institution
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.engine.values import Policy
from ravi.delivery.models import Delivery
from ravi.delivery.rules import Lane, State
from ravi.delivery.worker import EngineSettings, Parts
from ravi.directory.services import lend_channel
from ravi.network import services
from ravi.network.tests.alarm import VALUES, WATER
from ravi.network.tests.ward import facts
from tests.city import City, build_city
from tests.sandbox import Sandbox, running_sandbox

pytestmark = pytest.mark.database

WITHIN_S = 120


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path / "sandbox") as running:
        yield running


def signed(city: City) -> tuple[Any, Any, Any]:
    """Headquarters' words, signed by an expert, its editor, and all channels lent."""
    institution = Institution.objects.get(pk=city.institution_id)
    top = headquarters(institution.pk)
    editor, expert = (accounts.add_person(f"e{n}", f"e{n}", None, institution=institution, by=None) for n in (1, 2))
    accounts.grant_role(editor, RoleKind.EDITOR, unit=top, by=None)
    accounts.grant_role(expert, RoleKind.EXPERT, unit=top, by=None)
    for channel in city.channels:
        lend_channel(channel, by=None)
    version = services.start_template(top, "آب آلوده", WATER, by=editor).current
    assert version is not None
    services.sign_standing(version, top, days=9, content_hash=version.content_hash, by=expert)
    return version, top, editor


def test_sixty_units_and_360_copies_within_two_minutes_of_the_tap(
    fresh_database: Any, sandbox: Sandbox, tmp_path: Path, record_property: Any
) -> None:
    city = build_city(sandbox, tmp_path / "keys", clock.now())
    with tenant(city.institution_id):
        version, top, editor = signed(city)
    begun = time.monotonic()
    with tenant(city.institution_id):
        done = services.fill_template(
            version, top, facts(WATER, **VALUES), [one.pk for one in city.channels], by=editor
        )
    assert (done.is_approved, done.ready) == (True, 360)
    record_property("seconds_to_the_ledger", round(time.monotonic() - begun, 1))
    environ = {"RAVI_EGRESS_ALLOW": f"127.0.0.1:{sandbox.port}"}
    settings = EngineSettings(fresh_database.engine, city.keys_folder, environ, Policy())

    def left() -> int:
        try:
            with tenant(city.institution_id):
                return Delivery.objects.exclude(state=State.SENT).count()
        finally:
            connection.close()

    async def work() -> None:
        parts = Parts.of(settings, "emergency", lambda event, /, **said: None)
        task = asyncio.create_task(parts.run())
        try:
            async with asyncio.timeout(WITHIN_S - (time.monotonic() - begun)):
                while await asyncio.to_thread(left):  # noqa: ASYNC110 -- what is waited for is in PostgreSQL
                    await asyncio.sleep(0.2)
        finally:
            parts.engine.end()
            await task

    asyncio.run(work())
    record_property("seconds_to_the_last_copy", round(time.monotonic() - begun, 1))
    print("seconds to the last copy:", round(time.monotonic() - begun, 1))
    with tenant(city.institution_id):
        assert set(Delivery.objects.values_list("lane", flat=True)) == {Lane.EMERGENCY}
        assert Delivery.objects.filter(state=State.SENT).count() == 360
