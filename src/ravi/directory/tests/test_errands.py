"""Errands as the engine sees them: claimed once, settled once, taken over from the dead; and no more is granted."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from conftest import build_house
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.directory import services
from ravi.directory.errands import claim_errands, settle_errand
from ravi.directory.models import Channel, Errand


@pytest.fixture
def asked(fresh_database, sealing_key):
    house = build_house()
    with tenant(house.institution.pk):
        new = services.NewChannel(house.hospital, "bale", "sandbox", "sample_omid", "x")
        channel = services.open_channel(new, by=None)
        services.set_credential(channel, {"base_url": "http://localhost:1", "token": "t"}, by=None)
        errand = services.request_verification(channel, by=house.unit_head)
    return fresh_database, house, channel, errand


def as_engine(urls, work):
    async def run():
        async with await psycopg.AsyncConnection.connect(urls.engine, autocommit=True) as connection:
            return await work(connection)

    return asyncio.run(run())


def test_an_errand_is_claimed_once_with_all_that_is_needed(asked):
    urls, house, channel, errand = asked
    now = clock.now()

    async def twice(connection):
        return [await claim_errands(connection, now, 10), await claim_errands(connection, now, 10)]

    (claimed,), nothing = as_engine(urls, twice)
    assert nothing == []
    assert (claimed.id, claimed.channel_id, claimed.institution_id) == (errand.pk, channel.pk, house.institution.pk)
    assert (claimed.platform, claimed.adapter, claimed.address) == ("bale", "sandbox", "bale/sample_omid")
    assert claimed.box is not None and claimed.aad == b"directory_credential:%d" % channel.pk


def test_a_dead_engines_errand_is_taken_over(asked):
    urls, *_ = asked
    now = clock.now()

    async def late(connection):
        await claim_errands(connection, now, 10)
        return await claim_errands(connection, now + timedelta(seconds=61), 10)

    assert len(as_engine(urls, late)) == 1


@pytest.mark.parametrize(("outcome", "is_verified"), [("verified", True), ("refused", False)])
def test_an_errand_is_settled_once(asked, outcome, is_verified):
    urls, house, channel, errand = asked
    now = clock.now()

    async def settle(connection):
        await claim_errands(connection, now, 10)
        first = await settle_errand(connection, errand.pk, outcome, "امید" * 200, now)
        return first, await settle_errand(connection, errand.pk, "verified", "again", now)

    assert as_engine(urls, settle) == (True, False)
    with tenant(house.institution.pk):
        errand = Errand.objects.get(pk=errand.pk)
        assert (errand.state, errand.outcome, errand.done_at) == ("done", outcome, now)
        channel = Channel.objects.get(pk=channel.pk)
        assert (channel.verified_at == now) is is_verified
        assert services.request_verification(channel, by=house.unit_head).pk != errand.pk


def test_an_unknown_outcome_is_a_mistake(asked):
    urls, _house, _channel, errand = asked

    async def settle(connection):
        await settle_errand(connection, errand.pk, "fine", "", clock.now())

    with pytest.raises(ValueError):
        as_engine(urls, settle)


@pytest.mark.parametrize(
    "statement",
    [
        "update directory_channel set state = 'active'",
        "update directory_channel set address = 'x'",
        "insert into directory_errand (kind) values ('x')",
        "delete from directory_credential",
        "update directory_credential set fingerprint = 'x'",
        "update directory_credential set set_at = now()",
        "insert into directory_credential (channel_id) values (1)",
        "select purpose from directory_channel",
        "select * from directory_custodian",
        "select * from directory_loan",
    ],
)
def test_the_engine_may_do_nothing_else_here(asked, statement):
    urls, *_ = asked
    with psycopg.connect(urls.engine) as engine, pytest.raises(psycopg.errors.InsufficientPrivilege):
        engine.execute(statement)
