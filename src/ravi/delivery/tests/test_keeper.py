"""A token is renewed in time and never lost by one: not by a lost answer, a dead engine, a database that is away, an officer."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import build_house
from ravi.core import clock, crypto
from ravi.core.tenancy import tenant
from ravi.delivery import keeper as keeping
from ravi.delivery.credentials import KeyFolder
from ravi.delivery.engine.ports import StoreDown
from ravi.delivery.tests.renewing import NOW, HeldClock, Kept, Lending, write_key
from ravi.directory import connections, life, services
from ravi.directory.models import Channel, Credential
from ravi.platforms import registry
from ravi.platforms.sandbox.adapter import SandboxCredentials
from tests.fakes.token_server import TokenServer, token_server

PRIVATE, PUBLIC = crypto.generate_keypair()


@pytest.fixture
def lender() -> Iterator[TokenServer]:
    with token_server() as server:
        yield server


@pytest.fixture
def house(fresh_database: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.CREDENTIAL_PUBLIC_KEY = base64.urlsafe_b64encode(PUBLIC).decode().rstrip("=")
    settings.CREDENTIAL_KEY_ID = "test-1"
    monkeypatch.setattr(registry, "adapter", lambda *_: Lending)
    return build_house()


@pytest.fixture
def kept(fresh_database: Any, house: Any, lender: TokenServer, tmp_path: Path) -> Kept:
    return Kept(fresh_database.engine, write_key(tmp_path / "keys", PRIVATE), f"127.0.0.1:{lender.port}")


def connect(house: Any, lender: TokenServer, handle: str = "sample_omid", token: str = "") -> Channel:
    """A channel with the lender's token, as an officer sets it."""
    with tenant(house.institution.pk), clock.at(NOW - timedelta(days=50)):
        channel = Channel.objects.filter(handle=handle).first() or services.open_channel(
            services.NewChannel(house.hospital, "bale", "sandbox", handle, "x"), by=None
        )
        services.set_credential(channel, {"base_url": lender.url, "token": token or lender.token}, by=None)
        return channel


def make_due(urls: Any, *channels: Channel) -> None:
    """For renewal alone, as if a look had told them until when it holds."""
    with psycopg.connect(urls.admin, autocommit=True) as admin:
        admin.execute("update directory_credential set probe_at = null")
        for channel in channels:
            values = (NOW, NOW + timedelta(days=10), channel.pk)
            admin.execute(
                "update directory_credential set renew_at = %s, expires_at = %s where channel_id = %s", values
            )


def credential(house: Any, channel: Channel) -> Credential:
    with tenant(house.institution.pk):
        return Credential.objects.get(channel=channel)


def token_of(urls: Any, kept: Kept, channel: Channel) -> str:
    """What the engine would use now."""
    with psycopg.connect(urls.engine) as engine:
        row = engine.execute("select box from directory_credential where channel_id = %s", [channel.pk]).fetchone()
    assert row is not None
    return str(KeyFolder(kept.keys).open(channel.pk, row[0], SandboxCredentials).values.token)


def test_a_token_is_renewed_and_sealed_anew(fresh_database, house, lender, kept):
    channel = connect(house, lender)
    before = credential(house, channel)
    make_due(fresh_database, channel)
    assert (kept.renew(), lender.renewals) == (1, ["token-0"])
    after = credential(house, channel)
    assert token_of(fresh_database, kept, channel) == lender.token == "token-1"
    assert (after.renewed_at, after.expires_at, after.renew_failures) == (NOW, lender.until, 0)
    assert after.renew_at == life.renew_at(channel.pk, NOW, lender.until)
    assert (after.set_at, after.set_by_id, after.fingerprint) == (before.set_at, before.set_by_id, before.fingerprint)
    assert kept.renew() == 0
    assert not any("token-" in str(line) for line in kept.lines)


def test_a_look_learns_until_when_it_holds_and_plans_the_renewal(fresh_database, house, lender, kept):
    channel = connect(house, lender)
    assert kept.look() == 1
    after = credential(house, channel)
    assert (after.outcome, after.checked_at, after.expires_at) == ("verified", NOW, lender.until)
    assert after.renew_at == life.renew_at(channel.pk, after.set_at, lender.until)
    share = (after.renew_at - after.set_at) / (lender.until - after.set_at)
    assert 0.80 <= share <= 0.85


def test_channels_with_one_token_are_renewed_by_one_call(fresh_database, house, lender, kept):
    shared = [connect(house, lender, f"sample_{number}") for number in range(3)]
    alone = connect(house, lender, "sample_alone", "another token")
    make_due(fresh_database, *shared)
    assert (kept.renew(), lender.renewals) == (1, ["token-0"])
    assert {token_of(fresh_database, kept, one) for one in shared} == {"token-1"}
    assert token_of(fresh_database, kept, alone) == "another token"
    assert len({credential(house, one).renew_at for one in shared}) == 3
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("update directory_credential set renew_at = %s where renew_at is not null", [NOW])
    assert (kept.renew(), lender.renewals) == (1, ["token-0", "token-1"])
    assert {token_of(fresh_database, kept, one) for one in shared} == {"token-2"}


@pytest.mark.parametrize("fault", ["lost", "down", "nonsense"])
def test_an_answer_that_does_not_come_loses_nothing(fresh_database, house, lender, kept, fault):
    lender.spares, lender.faults = 1, [fault]
    channel = connect(house, lender)
    make_due(fresh_database, channel)
    kept.renew()
    waits = credential(house, channel)
    assert (waits.renew_failures, waits.renew_refused_at, waits.renewed_at) == (1, None, None)
    assert token_of(fresh_database, kept, channel) == "token-0"
    assert NOW < waits.renew_at <= NOW + timedelta(minutes=10)
    assert kept.renew() == 0, "not again at once"
    kept.clock.at = waits.renew_at.timestamp()
    assert kept.renew() == 1
    assert token_of(fresh_database, kept, channel) == lender.token
    assert credential(house, channel).renew_failures == 0


def test_a_platform_that_cannot_be_reached_is_tried_ever_more_rarely(fresh_database, house, lender, kept):
    channel = connect(house, lender)
    make_due(fresh_database, channel)
    lender.faults, waits = ["down"] * 12, []
    for _ in range(12):
        kept.renew()
        one = credential(house, channel)
        waits.append(one.renew_at.timestamp() - kept.clock.at)
        kept.clock.at = one.renew_at.timestamp()
    assert waits == sorted(waits, key=round)
    assert 300 <= waits[0] <= 450 and 6 * 3600 <= waits[-1] <= 9 * 3600
    assert (one.renew_refused_at, token_of(fresh_database, kept, channel)) == (None, "token-0")


def test_only_the_platforms_own_no_ends_it(fresh_database, house, lender, kept):
    lender.is_revoked = True
    channel = connect(house, lender)
    make_due(fresh_database, channel)
    kept.renew()
    refused = credential(house, channel)
    assert (refused.renew_refused_at, refused.renew_at) == (NOW, None)
    assert token_of(fresh_database, kept, channel) == "token-0", "it may hold until its end"
    lender.is_revoked = False
    connect(house, lender)
    assert credential(house, channel).renew_refused_at is None


def test_what_an_officer_sets_meanwhile_stays(fresh_database, house, lender, kept):
    channel = connect(house, lender)
    make_due(fresh_database, channel)

    def set_another() -> None:
        from django.db import connection

        connect(house, lender, token="an officer's own")
        connection.close()

    lender.meanwhile = set_another
    kept.renew()
    assert token_of(fresh_database, kept, channel) == "an officer's own"
    assert credential(house, channel).renewed_at is None
    assert ("renewed", {"channel": channel.pk, "channels": 0, "replaced": True}) in kept.lines


class Died(BaseException):
    """The process is gone."""


def test_an_engine_that_dies_before_it_has_written_leaves_the_old_one_to_the_next(
    fresh_database, house, lender, kept, monkeypatch
):
    """The one moment that cannot be closed: where the platform takes the old token once more nothing is lost."""
    lender.spares = 1
    channel = connect(house, lender)
    make_due(fresh_database, channel)

    async def die(*_: Any) -> Any:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(connections, "keep_renewed", die)
        kept.renew()
    assert kept.lines == [("renewal_broke", {"reason": "Died"})]
    assert token_of(fresh_database, kept, channel) == "token-0"
    other = Kept(kept.url, kept.keys, kept.allowed)
    assert other.renew() == 0, "its lease has not ended"
    other.clock.at = (NOW + connections.LEASE).timestamp()
    assert other.renew() == 1
    assert token_of(fresh_database, kept, channel) == lender.token == "token-2"


def test_where_the_old_token_is_spent_people_are_told_and_nothing_is_guessed(
    fresh_database, house, lender, kept, monkeypatch
):
    lender.faults = ["lost"]
    channel = connect(house, lender)
    make_due(fresh_database, channel)
    kept.renew()
    kept.clock.at = credential(house, channel).renew_at.timestamp()
    kept.renew()
    assert credential(house, channel).renew_refused_at is not None
    assert token_of(fresh_database, kept, channel) == "token-0"


def test_a_database_that_is_away_gets_it_when_it_is_back(fresh_database, house, lender, kept, monkeypatch):
    channel = connect(house, lender)
    make_due(fresh_database, channel)
    real, tries = connections.keep_renewed, []

    async def away(*told: Any) -> Any:
        tries.append(1)
        if len(tries) < 4:
            raise StoreDown("away")
        return await real(*told)

    monkeypatch.setattr(connections, "keep_renewed", away)
    kept.renew()
    assert (len(tries), lender.renewals) == (4, ["token-0"])
    assert token_of(fresh_database, kept, channel) == "token-1"


def test_an_engine_that_is_asked_to_end_waits_for_what_it_has_begun(fresh_database, house, lender, kept):
    import asyncio
    import threading

    asked, goes = threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        goes.wait(20)

    lender.meanwhile = wait
    channel = connect(house, lender)
    make_due(fresh_database, channel)

    async def ends(keeper: Any) -> None:
        loop = asyncio.create_task(keeper.run())
        await asyncio.to_thread(asked.wait, 20)
        loop.cancel()
        goes.set()
        await keeper.finish()

    kept.run(ends)
    assert token_of(fresh_database, kept, channel) == "token-1"


def test_two_engines_renew_once(fresh_database, house, lender, kept):
    channels = [connect(house, lender, f"sample_{number}") for number in range(2)]
    make_due(fresh_database, *channels)
    other = Kept(kept.url, kept.keys, kept.allowed)

    import threading

    both = [threading.Thread(target=one.renew) for one in (kept, other)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert lender.renewals == ["token-0"]


def test_a_lease_outlives_what_it_is_for() -> None:
    assert timedelta(seconds=keeping.RENEW_S + 15) < connections.LEASE
    assert HeldClock().now() == NOW.timestamp()
