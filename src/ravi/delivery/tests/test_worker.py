"""The whole engine on PostgreSQL and the sandbox: what is sent, refused, held, stopped, lost, linked, drained."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ravi.core import audit, blob, blob_names, clock
from ravi.core.models import AuditEntry
from ravi.core.tenancy import tenant
from ravi.delivery import published, queries, services
from ravi.delivery.clock import LedgerClock, since_boot
from ravi.delivery.engine.values import Policy
from ravi.delivery.models import Attempt, Delivery, Slot, Worker
from ravi.delivery.rules import Action, Lane, Scope, State
from ravi.delivery.worker import EngineSettings, Parts
from ravi.directory import services as directory
from ravi.directory.models import Errand
from ravi.platforms.contract_samples import png
from tests.city import City, build_city
from tests.sandbox import Sandbox, running_sandbox

FIGURES = Policy(
    lease_s=4.0, call_timeout_s=2.0, send_window_s=1.0, tend_s=0.2, repeat_after_s=0.2, look_after_s=0.3, beat_s=0.5
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path / "sandbox") as running:
        yield running


@pytest.fixture
def city(fresh_database: Any, sandbox: Sandbox, tmp_path: Path) -> City:
    return build_city(sandbox, tmp_path / "keys", clock.now(), units=1)


@pytest.fixture
def run(fresh_database: Any, city: City, sandbox: Sandbox) -> Callable[..., list[tuple[str, dict[str, object]]]]:
    """Runs one engine until `done` says so, then drains it; what it logged."""

    def play(
        done: Callable[[], bool], *, within_s: float = 20.0, figures: Policy = FIGURES
    ) -> list[tuple[str, dict[str, object]]]:
        lines: list[tuple[str, dict[str, object]]] = []
        environ = {"RAVI_EGRESS_ALLOW": f"127.0.0.1:{sandbox.port}"}
        settings = EngineSettings(fresh_database.engine, city.keys_folder, environ, figures)

        async def work() -> None:
            parts = Parts.of(settings, "test-engine", lambda event, /, **facts: lines.append((event, facts)))
            task = asyncio.create_task(parts.run())
            try:
                async with asyncio.timeout(within_s):
                    while not await asyncio.to_thread(_asked, done):  # noqa: ASYNC110 -- what is waited for is in PostgreSQL
                        await asyncio.sleep(0.05)
            except TimeoutError as late:
                states = await asyncio.to_thread(_asked, _states)
                raise AssertionError(f"not done within {within_s} s: {states}; last: {lines[-20:]}") from late
            finally:
                parts.engine.end()
                await task

        asyncio.run(work())
        return lines

    def _states() -> dict[tuple[str, str], int]:
        return dict(Counter(Delivery.objects.values_list("state", "error_code")))

    def _asked(question: Callable[[], Any]) -> Any:
        from django.db import connection  # noqa: PLC0415 -- this thread's own

        try:
            with tenant(city.institution_id):
                return question()
        finally:
            connection.close()

    return play


def states(city: City, post_id: int = 1) -> dict[str, str]:
    with tenant(city.institution_id):
        return {one.platform: one.state for one in Delivery.objects.filter(post_id=post_id)}


def all_in(*wanted: State) -> Callable[[], bool]:
    return lambda: not Delivery.objects.exclude(state__in=wanted).exists()


@contextmanager
def as_admin(urls: Any) -> Iterator[Any]:
    with psycopg.connect(urls.admin, autocommit=True) as connection:
        yield connection


def test_six_platforms_take_one_copy_each_and_give_receipts(city, run, sandbox):
    city.order(1, clock.now())
    lines = run(all_in(State.SENT))
    assert set(states(city).values()) == {"sent"}
    assert len(sandbox.published()) == 6
    assert set(sandbox.published().values()) == {1}
    with tenant(city.institution_id):
        copy = Delivery.objects.get(platform="telegram")
        assert copy.link.startswith(f"{sandbox.url}/telegram/")
        assert [event.facts.get("after", event.kind) for event in queries.life(copy)] == [
            "pending",
            "claimed",
            "sending",
            "sent",
            "call",
        ]
        worker = Worker.objects.get()
        assert worker.ended_at is not None
    assert not any("پیام" in str(line) or "a token of" in str(line) for line in lines)


def test_our_own_pages_need_no_key_and_a_stop_holds_them_too(city, run):
    """The receipt is the publication: no copy stands there before its fence, and none while a stop covers it."""
    with tenant(city.institution_id):
        unit = city.channels[0].unit
        own = directory.open_channel(directory.NewChannel(unit, "feeds", "feeds", "omid", "خبرها"), by=None)
    [copy] = city.order(7, clock.now(), [own], adapter="feeds", title="خبر")
    with tenant(city.institution_id):
        stop = services.stop(Scope.CHANNEL, str(own.pk), reason="آزمون", by=None, institution_id=city.institution_id)
    run(all_in(State.HELD))
    with tenant(city.institution_id):
        assert published.entries_of([own.pk]) == []
        services.lift_stop(stop, by=None)
        services.release_held([copy], by=None)
    run(all_in(State.SENT))
    with tenant(city.institution_id):
        sent = Delivery.objects.get(pk=copy)
        [entry] = published.entries_of([own.pk])
        assert (entry.key, entry.text, entry.published_at) == (sent.key, "پیام 7", sent.sent_at)
        assert (sent.remote_id, sent.link) == (sent.key, f"{own.address}{sent.key}/")
    city.order(7, clock.now(), [own], adapter="feeds", action=Action.EDIT, of=copy, text="پیام درست")
    city.order(7, clock.now(), [own], adapter="feeds", action=Action.DELETE, of=copy)
    run(all_in(State.SENT))
    with tenant(city.institution_id):
        assert published.entries_of([own.pk]) == [] and published.entry_of(own.pk, entry.key) is None


def test_a_correction_a_reply_and_a_removal_follow_their_copy(city, run, sandbox):
    now = clock.now()
    telegram, mastodon = city.channels[0], city.channels[4]
    [copy] = city.order(1, now, [telegram])
    city.order(1, now, [telegram], action=Action.EDIT, of=copy, lane=Lane.CORRECTION, text="تصحیح")
    [parent] = city.order(2, now, [mastodon])
    city.order(3, now, [mastodon], reply_to=parent)
    city.order(2, now, [mastodon], action=Action.DELETE, of=parent, lane=Lane.CORRECTION)
    run(all_in(State.SENT))
    done = [(line["action"], line.get("text", "")) for line in sandbox.log() if line["handle"] == telegram.handle]
    assert done == [("register", ""), ("publish", "پیام 1"), ("edit", "تصحیح")]
    theirs = [line for line in sandbox.log() if line["handle"] == mastodon.handle][1:]
    assert sorted(line["action"] for line in theirs) == ["delete", "publish", "publish"]
    reply = next(line for line in theirs if line.get("text") == "پیام 3")
    assert reply["reply_to"] == next(line["remote_id"] for line in theirs if line.get("text") == "پیام 2")


def test_images_go_with_their_words(city, run, sandbox):
    content = png()
    with tenant(city.institution_id):
        sha256 = blob.put(city.institution_id, content, "image/png")
    city.order(1, clock.now(), [city.channels[0]], media=[(sha256, "image/png", "یک تصویر")])
    run(all_in(State.SENT))
    [published] = [line for line in sandbox.log() if line["action"] == "publish"]
    assert [(one["sha256"], one["alt_text"]) for one in published["media"]] == [(sha256, "یک تصویر")]


def test_a_copy_whose_picture_was_erased_is_not_sent_without_it(city, run, sandbox):
    content = png()
    with tenant(city.institution_id):
        sha256 = blob.put(city.institution_id, content, "image/png")
    city.order(1, clock.now(), [city.channels[0]], media=[(sha256, "image/png", "یک تصویر")])
    with tenant(city.institution_id):
        assert blob_names.let_go(city.institution_id, [sha256]) == 1
    run(all_in(State.FAILED))
    assert [line for line in sandbox.log() if line["action"] == "publish"] == []
    with tenant(city.institution_id):
        assert Delivery.objects.get().error_code == "picture_gone"


def test_refused_credentials_hold_that_channel_until_they_are_renewed(city, run, sandbox, fresh_database):
    refused = city.channels[0]
    sandbox.register(refused.platform, refused.handle, token="another token")
    city.order(1, clock.now())
    run(all_in(State.SENT, State.HELD))
    assert {platform for platform, state in states(city).items() if state == "held"} == {"telegram"}
    with tenant(city.institution_id):
        held = Delivery.objects.get(state=State.HELD)
        assert held.error_code == "credentials_refused"
        assert Slot.objects.get(pk=refused.pk).hold_detail
    sandbox.register(refused.platform, refused.handle, token="a token of the sandbox")
    with tenant(city.institution_id):
        Errand.objects.create(institution_id=city.institution_id, channel=refused, asked_at=clock.now())
    run(lambda: Errand.objects.get().done_at is not None)
    with tenant(city.institution_id):
        assert Errand.objects.get().outcome == "verified"
        assert Slot.objects.get(pk=refused.pk).hold_code == ""
        services.release_held([held], by=None)
    run(all_in(State.SENT))


def test_lost_answers_are_cleared_up_where_the_platform_allows(city, run, sandbox):
    sandbox.faults(lose_answers_every=1, silence_s=5.0)
    city.order(1, clock.now())

    def unclear() -> bool:
        return not Delivery.objects.exclude(state=State.UNKNOWN).exists()

    run(unclear)
    sandbox.faults()
    run(lambda: Delivery.objects.filter(state=State.SENT).count() == 3)
    assert {platform for platform, state in states(city).items() if state == "unknown"} == {
        "telegram",
        "bale",
        "eitaa",
    }
    assert set(sandbox.published().values()) == {1}
    with tenant(city.institution_id):
        assert Attempt.objects.filter(kind="look").exists()


def test_rate_limits_are_waited_out_and_marked_as_no_failure(city, run, sandbox):
    sandbox.faults(rate_limit_every=2, retry_after_s=1)
    city.order(1, clock.now())
    run(all_in(State.SENT))
    assert set(sandbox.published().values()) == {1}
    with tenant(city.institution_id):
        assert Attempt.objects.filter(outcome="rate_limited").exists()


def test_a_stop_holds_what_is_due_and_a_lift_lets_nothing_go_by_itself(city, run, sandbox):
    where = {"by": None, "reason": "x", "institution_id": city.institution_id}
    with tenant(city.institution_id):
        stop = services.stop(Scope.INSTITUTION, "", **where)
    city.order(1, clock.now())
    run(all_in(State.HELD))
    with tenant(city.institution_id):
        assert services.lift_stop(stop, by=None) == 6
        held = list(Delivery.objects.values_list("pk", flat=True))
        assert services.release_held(held[:2], by=None) == 2
    run(lambda: Delivery.objects.filter(state=State.SENT).count() == 2)
    assert sorted(states(city).values()) == ["held"] * 4 + ["sent"] * 2
    assert len(sandbox.published()) == 2


def test_an_expired_copy_is_missed_and_never_sent(city, run, sandbox):
    now = clock.now()
    city.order(1, now, valid_until=now + timedelta(seconds=0.3), due_at=now + timedelta(seconds=0.29))
    run(all_in(State.MISSED, State.SENT))
    with tenant(city.institution_id):
        missed = set(Delivery.objects.filter(state=State.MISSED).values_list("key", flat=True))
    assert not missed & set(sandbox.published())


def test_a_database_that_drops_every_connection_loses_nothing(city, run, sandbox, fresh_database):
    sandbox.faults(delay_ms=400)
    city.order(1, clock.now())
    cut: list[bool] = []

    def done() -> bool:
        if not cut and Delivery.objects.filter(state=State.SENDING).exists():
            cut.append(True)
            with as_admin(fresh_database) as admin:
                admin.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where usename = 'ravi_engine' and datname = current_database()"
                )
        return not Delivery.objects.exclude(state=State.SENT).exists()

    run(done)
    assert cut
    assert set(sandbox.published().values()) == {1}


def test_the_audit_chain_follows_the_ledger(city, run, monkeypatch):
    monkeypatch.setattr("ravi.delivery.store.chain.LAG", timedelta(0))
    city.order(1, clock.now())
    run(lambda: all_in(State.SENT)() and AuditEntry.objects.filter(verb="delivery.batch").exists())
    with tenant(city.institution_id):
        assert audit.verify(city.institution_id) == []


def test_a_platform_without_the_ability_says_so(city, run):
    eitaa = city.channels[2]
    [copy] = city.order(1, clock.now(), [eitaa])
    city.order(1, clock.now(), [eitaa], action=Action.DELETE, of=copy, lane=Lane.CORRECTION)
    run(all_in(State.SENT, State.FAILED))
    with tenant(city.institution_id):
        removal = Delivery.objects.get(action="delete")
        assert (removal.state, removal.error_code) == ("failed", "not_possible")


def test_a_channel_that_was_frozen_after_the_order_holds_its_copy(city, run, sandbox):
    now = clock.now()
    city.order(1, now, due_at=now + timedelta(seconds=1))
    with tenant(city.institution_id):
        type(city.channels[0]).objects.filter(pk=city.channels[0].pk).update(state="frozen")
    run(all_in(State.SENT, State.HELD))
    assert states(city)["telegram"] == "held"


def test_an_engine_ends_when_the_ledgers_clock_was_set_back(fresh_database: Any, city: City) -> None:
    """It would be early by as much; whoever starts it anew gives it the new time."""
    city.order(1, clock.now())
    settings = EngineSettings(fresh_database.engine, city.keys_folder, {}, FIGURES)
    said: list[str] = []

    async def work() -> None:
        parts = Parts.of(settings, "test-engine", lambda event, /, **_facts: said.append(event))
        assert isinstance(parts.clock, LedgerClock)
        parts.clock.hear(clock.now().timestamp() + 3600, since_boot(), since_boot())
        async with asyncio.timeout(20):
            await parts.run()

    asyncio.run(work())
    assert "ledger_set_back" in said and "calling" not in said
    assert set(states(city).values()) == {"pending"}
