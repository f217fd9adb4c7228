"""A look says what the platform said: a network's trouble makes no credential bad, a refusal holds the channel."""

import asyncio
import os
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.errand import ErrandRunner
from ravi.delivery.keeper import ConnectionKeeper, few
from ravi.delivery.looks import Looker
from ravi.delivery.models import Slot
from ravi.delivery.routes import Routes
from ravi.delivery.services import enqueue
from ravi.delivery.tests.renewing import NOW, HeldClock, Lending
from ravi.delivery.tests.test_keeper import connect, credential, house, kept, lender, token_of
from ravi.directory import services
from ravi.directory.models import Channel
from ravi.directory.rules import ErrandKind
from ravi.platforms import contract, registry
from ravi.platforms.telegram.adapter import TelegramCredentials
from tests.city import copy_order

__all__ = ["house", "kept", "lender"]
FULL = os.environ.get("RAVI_TEST_FULL") == "1"


def slot(house: Any, channel: Channel) -> Slot:
    with tenant(house.institution.pk):
        return Slot.objects.get(pk=channel.pk)


def with_a_copy(house: Any, channel: Channel) -> None:
    with tenant(house.institution.pk), clock.at(NOW - timedelta(days=1)):
        enqueue([copy_order(channel, 1, NOW + timedelta(days=2))], by=None, now=NOW)


def test_a_fine_channel_is_looked_at_again_at_its_place(fresh_database, house, lender, kept):
    channel = connect(house, lender)
    assert (kept.look(), kept.look(), lender.looks) == (1, 0, 1)
    one = credential(house, channel)
    assert (one.outcome, one.detail, one.checked_at) == ("verified", "دانشگاه", NOW)
    assert NOW + timedelta(hours=1) <= one.probe_at <= NOW + timedelta(hours=7)
    with tenant(house.institution.pk):
        assert Channel.objects.get(pk=channel.pk).verified_at == NOW


def test_a_refusal_holds_the_channel_and_a_good_look_lets_it_go_on(fresh_database, house, lender, kept):
    channel = connect(house, lender)
    with_a_copy(house, channel)
    lender.is_revoked = True
    kept.look()
    assert (credential(house, channel).outcome, slot(house, channel).hold_code) == ("refused", "credentials_refused")
    lender.is_revoked = False
    kept.clock.at = credential(house, channel).probe_at.timestamp()
    kept.look()
    assert (credential(house, channel).outcome, slot(house, channel).hold_code) == ("verified", "")


def test_another_account_is_said_and_holds_the_channel_until_a_fitting_key(fresh_database, house, lender, kept):
    lender.handle = "somebody_else"
    channel = connect(house, lender)
    with_a_copy(house, channel)
    kept.look()
    assert (credential(house, channel).outcome, slot(house, channel).hold_code) == (
        "other_account",
        "credentials_refused",
    )
    lender.handle = "sample_omid"
    kept.clock.at = credential(house, channel).probe_at.timestamp()
    kept.look()
    assert (credential(house, channel).outcome, slot(house, channel).hold_code) == ("verified", "")


@pytest.mark.parametrize(("handle", "revoked"), [("somebody_else", False), ("sample_omid", True)])
def test_a_check_that_a_person_asked_for_holds_too(fresh_database, house, lender, kept, handle, revoked):
    channel = connect(house, lender)
    with_a_copy(house, channel)
    lender.handle, lender.is_revoked = handle, revoked
    with tenant(house.institution.pk):
        errand = services.request_verification(channel, by=house.head, kind=ErrandKind.PROBE)

    async def work_off(keeper: Any) -> None:
        looker = Looker(keeper.looker.keys, keeper.looker.routes, kept.clock)
        runner = ErrandRunner(keeper.line, looker, kept.clock, lambda *_, **__: None, lambda: None)
        await runner._do_all(await runner._claim())

    kept.clock.at = max(kept.clock.at, errand.asked_at.timestamp())
    kept.run(work_off)
    assert slot(house, channel).hold_code == "credentials_refused"


def test_a_platform_that_is_away_makes_no_credential_bad_and_is_left_alone(fresh_database, house, lender, kept):
    channels = [connect(house, lender, f"sample_{number}", f"token of {number}") for number in range(5)]
    for channel in channels:
        with_a_copy(house, channel)
    kept.allowed = "127.0.0.1:1"  # nobody is reached any more

    async def turns(keeper: Any) -> list[int]:
        counts = []
        for after_s in (0.0, 1.0, 60.0, 60.0, 61.0, 1.0):
            kept.clock.at += after_s
            counts.append(await keeper.look_due())
        return counts

    assert kept.run(turns) == [2, 0, 2, 0, 1, 0]
    for channel in channels:
        one = credential(house, channel)
        assert (one.outcome, slot(house, channel).hold_code) == ("not_reached", "")
        assert token_of(fresh_database, kept, channel).startswith("token of")
        assert timedelta(minutes=10) <= one.probe_at - NOW <= timedelta(minutes=20)


def test_what_an_officer_sets_during_a_look_is_not_judged_by_it(fresh_database, house, lender, kept):
    channel = connect(house, lender)

    async def meanwhile(keeper: Any) -> None:
        import asyncio

        real = keeper.looker.verify

        def set_another() -> None:
            from django.db import connection

            connect(house, lender, token="an officer's own")
            connection.close()

        async def slow(one: Any, **how: Any) -> Any:
            look = await real(one, **how)
            await asyncio.to_thread(set_another)
            return look

        keeper.looker = type("Slow", (), {"verify": staticmethod(slow), "keys": keeper.looker.keys})()
        await keeper.look_due()

    kept.run(meanwhile)
    one = credential(house, channel)
    assert (one.outcome, one.checked_at) == ("", None)


def test_channels_of_one_token_are_looked_at_one_after_the_other_within_its_pace(fresh_database, house, lender, kept):
    """Of several hundred that are due at once, as after a night without power: the platform sees its own pace."""
    count = 500 if FULL else 40
    for number in range(count):
        connect(house, lender, f"sample_{number}")
    began, seen = kept.clock.at, Counter()

    async def until_done(keeper: Any) -> None:
        while lender.looks < count:
            looked = await keeper.look_due()
            assert looked <= 1, "one of each credential at a time"
            seen[int(kept.clock.at - began)] += looked
            kept.clock.at += 2.0

    kept.run(until_done)
    took = kept.clock.at - began
    assert max(seen.values()) == 1
    assert count * 2 <= took <= count * 2 + 200
    with psycopg.connect(fresh_database.admin) as admin:
        [(per_hour,)] = admin.execute(
            """select max(n) from (select count(*) as n from directory_credential
               group by date_trunc('hour', probe_at)) as hours"""
        ).fetchall()
    print(f"{count} looks in {took:.0f} s; then at most {per_hour} in one hour")
    assert per_hour <= count / 6 + 2


def test_few_are_taken_of_each_platform_and_one_of_each_credential() -> None:
    from types import SimpleNamespace

    def one(platform: str, pace_key: str, adapter: str = "sandbox") -> Any:
        return SimpleNamespace(platform=platform, pace_key=pace_key, adapter=adapter)

    due = [one("bale", "a"), one("bale", "a"), one("bale", "b"), one("bale", "c"), one("telegram", "d")]
    assert [(each.platform, each.pace_key) for each in few(2)(due)] == [("bale", "a"), ("bale", "b"), ("telegram", "d")]
    sites = [one("wordpress", f"site {number}", "wordpress") for number in range(30)]
    assert len(few(1)(sites)) == 20


@pytest.mark.parametrize("state", ["requested", "retired"])
def test_only_channels_that_are_open_are_looked_at(fresh_database, house, lender, kept, state):
    channel = connect(house, lender)
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("update directory_channel set listed = false, state = %s where id = %s", [state, channel.pk])
    assert kept.look() == 0


def test_a_wait_of_a_million_years_ends_nothing(fresh_database, house, lender, kept, monkeypatch):
    """Meta once told a Page's wait in minutes: any server may tell any number."""
    channel = connect(house, lender)

    async def limited(*_: Any) -> Any:
        raise contract.RateLimited(6e14)

    monkeypatch.setattr(Lending, "verify", limited)
    assert kept.look() == 1
    one = credential(house, channel)
    assert (one.outcome, one.probe_at) == ("not_reached", NOW + timedelta(days=1))


def test_a_round_that_breaks_is_followed_by_the_next(fresh_database, house, lender, kept, monkeypatch):
    rounds = iter([OverflowError("date value out of range"), asyncio.CancelledError()])

    async def broken(*_: Any) -> Any:
        raise next(rounds)

    monkeypatch.setattr(ConnectionKeeper, "renew_due", broken)
    with pytest.raises(asyncio.CancelledError):
        kept.run(lambda keeper: keeper.run())
    assert kept.lines == [("connections_broke", {"reason": "OverflowError"})]


def test_a_channel_of_a_vanished_platform_ends_nothing(fresh_database, house, lender, kept, monkeypatch):
    """Its folder was removed: nobody knows its pace, and the others are looked at."""
    gone, here = connect(house, lender, "sample_gone", "another token"), connect(house, lender)
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("update directory_channel set adapter = 'vanished' where id = %s", [gone.pk])

    def only_ours(adapter: str, platform: str) -> type[Lending]:
        if adapter == "vanished":
            raise registry.UnknownPlatform("There is no adapter named 'vanished'.")
        return Lending

    monkeypatch.setattr(registry, "adapter", only_ours)
    assert kept.look() == 2
    assert (credential(house, gone).outcome, credential(house, here).outcome) == ("not_reached", "verified")


def test_an_account_of_a_server_of_ones_own_is_still_to_be_the_one_that_is_named(monkeypatch):
    """A server that is down tells nothing of the platform's others, and yet an account there has a name."""

    class Another:
        async def verify(self, _address: str) -> contract.Verified:
            return contract.Verified("x", "somebody_else")

    async def adapter(*_: Any) -> Any:
        return Another()

    monkeypatch.setattr(Looker, "_adapter", adapter)
    looker = Looker(cast(Any, None), Routes({}, 1), cast(Any, HeldClock()))
    for platform, outcome in (("mastodon", "other_account"), ("bluesky", "other_account"), ("wordpress", "verified")):
        one = SimpleNamespace(adapter=platform, platform=platform, channel_id=1, handle="ours", address="ours", box=b"")
        assert asyncio.run(looker.verify(cast(Any, one))).outcome == outcome


@pytest.mark.parametrize(("server", "is_own"), [("https://api.telegram.org", False), ("http://10.1.2.3:8081", True)])
def test_a_bot_api_of_ones_own_that_is_down_tells_nothing_of_telegram(monkeypatch, server, is_own):
    class Down:
        async def verify(self, _address: str) -> contract.Verified:
            raise contract.NotSent("could not connect")

    async def adapter(*_: Any) -> Any:
        return Down()

    monkeypatch.setattr(Looker, "_adapter", adapter)
    opened = SimpleNamespace(values=TelegramCredentials("1:A", server))
    keys = cast(Any, SimpleNamespace(open=lambda *_: opened))
    routes, clock = Routes({}, 1), cast(Any, HeldClock())
    one = SimpleNamespace(
        adapter="telegram", platform="telegram", channel_id=1, handle="ours", address="ours", box=b"", pace_key="c"
    )
    look = asyncio.run(Looker(keys, routes, clock).verify(cast(Any, one)))
    assert (look.outcome.value, look.is_own_server, bool(routes.seen)) == ("not_reached", is_own, not is_own)
    keeper = ConnectionKeeper(*[cast(Any, None)] * 3, clock, *[cast(Any, None)] * 2)
    keeper._rest(cast(Any, one), look)
    assert ("telegram" in keeper._rests) is not is_own
