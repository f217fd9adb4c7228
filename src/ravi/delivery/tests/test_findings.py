"""What an account tells of its limits stands beside the documented ones, and the lower one measures its texts."""

import psycopg
import pytest

from ravi.core.tenancy import tenant
from ravi.delivery.errand import ErrandRunner
from ravi.delivery.looks import Looker
from ravi.delivery.tests.renewing import Telling
from ravi.delivery.tests.test_keeper import connect, house, kept, lender
from ravi.directory import queries, services
from ravi.directory.models import Channel, Errand, Finding
from ravi.directory.rules import ErrandKind
from ravi.platforms import registry

__all__ = ["house", "kept", "lender"]


@pytest.fixture
def telling(house, monkeypatch):
    monkeypatch.setattr(registry, "adapter", lambda *_: Telling)
    monkeypatch.setattr(Telling, "told", {"text": 200.0, "image_bytes": 10.0**9, "mood": 3.0, "media": float("nan")})
    monkeypatch.setattr(Telling, "followers", 412)


def findings(house, channel):
    with tenant(house.institution.pk):
        found = queries.findings_of([channel.pk]).get(channel.pk, [])
        return {one.name: (one.value, one.documented) for one in found}


def test_a_new_account_is_asked_once_and_what_changes_is_added(
    fresh_database, house, lender, kept, telling, monkeypatch
):
    channel = connect(house, lender)
    kept.look()
    profile = registry.profile("sandbox", "bale")
    assert findings(house, channel) == {
        "text": (200.0, float(profile.limits(with_media=False)[0].maximum)),
        "image_bytes": (10.0**9, float(profile.max_media_bytes)),
        "followers": (412.0, None),
    }
    monkeypatch.setattr(Telling, "told", {"text": 150.0})
    kept.clock.at += 7 * 3600
    kept.look()
    assert findings(house, channel)["text"][0] == 200.0, "not at every look"
    with tenant(house.institution.pk):
        errand = services.request_verification(channel, by=house.head, kind=ErrandKind.PROBE)

    async def work_off(keeper):
        looker = Looker(keeper.looker.keys, keeper.looker.routes, kept.clock)
        runner = ErrandRunner(keeper.line, looker, kept.clock, lambda *_, **__: None, lambda: None)
        await runner._do_all(await runner._claim())

    kept.clock.at = max(kept.clock.at, errand.asked_at.timestamp())
    kept.run(work_off)
    assert findings(house, channel)["text"][0] == 150.0
    with tenant(house.institution.pk):
        assert Errand.objects.get().outcome == "verified"
        assert sorted(Finding.objects.filter(name="text").values_list("value", flat=True)) == [150.0, 200.0]
        told = Channel.objects.get()
        assert told.verified_at is not None
        assert told.found_limits == {"text": 150.0, "image_bytes": 10.0**9}


def test_an_account_that_tells_nothing_clear_is_fine_all_the_same(
    fresh_database, house, lender, kept, telling, monkeypatch
):
    async def broken(*_):
        raise KeyError("configuration")

    monkeypatch.setattr(Telling, "limits", broken)
    channel = connect(house, lender)
    kept.look()
    assert set(findings(house, channel)) == {"followers"}


@pytest.mark.parametrize("role", ["web", "engine"])
@pytest.mark.parametrize("act", ["update directory_finding set value = 1", "delete from directory_finding"])
def test_what_was_found_is_only_added_to(fresh_database, role, act):
    with psycopg.connect(getattr(fresh_database, role)) as line, pytest.raises(psycopg.errors.InsufficientPrivilege):
        line.execute(act)
