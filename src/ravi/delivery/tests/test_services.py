"""What people do to the ledger, on PostgreSQL as the web role: walls, stops, releases, resolutions, and who did it."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from ravi.accounts.models import Unit
from ravi.core import audit, clock
from ravi.core.models import AuditEntry
from ravi.core.tenancy import tenant
from ravi.delivery import errors, queries, services
from ravi.delivery.bench.town import Pace, Town
from ravi.delivery.models import Delivery, LedgerEntry, Slot, StopOrder
from ravi.delivery.payload import freeze_payload, payload_hash
from ravi.delivery.rules import Action, Lane, Scope, State, Verdict
from ravi.directory.models import Channel, Credential
from tests.city import copy_order

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def channels(house):
    """Two listed channels of the hospital and one that is not listed."""
    made = []
    for name, listed in (("one", True), ("two", True), ("hidden", False)):
        made.append(
            Channel.objects.create(
                institution=house.institution,
                unit=house.hospital,
                platform="telegram",
                adapter="sandbox",
                handle=name,
                handle_key=name,
                address=f"telegram/{name}",
                purpose="news",
                state=Channel.State.ACTIVE,
                state_at=NOW,
                listed=listed,
                requested_at=NOW,
                sort_key=name,
                search_key=name,
            )
        )
    return made


def order(channel, post_id=1, **wanted):
    return copy_order(channel, post_id, NOW, **wanted)


def test_copies_stand_in_line_with_their_ledger_rows_and_one_audit_link(house, channels):
    before = AuditEntry.objects.count()
    first, second = services.enqueue([order(channels[0]), order(channels[1])], by=house.editor, now=NOW)
    assert (first.state, first.channel_id, second.channel_id) == ("pending", channels[0].pk, channels[1].pk)
    assert list(LedgerEntry.objects.values_list("before", "after", "by_id")) == [("", "pending", house.editor.pk)] * 2
    assert Slot.objects.get(pk=channels[0].pk).wake_at == NOW
    assert AuditEntry.objects.count() == before + 1
    assert audit.verify(house.institution.pk) == []


def test_words_for_one_channel_are_not_sent_to_the_address_of_another(house, channels):
    with pytest.raises(IntegrityError, match="another place"), transaction.atomic():
        services.enqueue([order(channels[0], target=channels[1].address)], by=house.editor, now=NOW)
    assert not Delivery.objects.exists()


def test_copies_of_one_credential_share_one_bucket(house, channels):
    for channel in channels[:2]:
        Credential(
            institution=house.institution, channel=channel, box=b"x", key_id="k", fingerprint="bot", set_at=NOW
        ).save(force_insert=True)
    first, second = services.enqueue([order(channels[0]), order(channels[1])], by=house.editor, now=NOW)
    assert (first.bucket_key, second.bucket_key) == ("credential:bot", "credential:bot")


def test_an_unlisted_channel_is_refused_by_service_and_database(house, channels):
    with pytest.raises(errors.ChannelNotPublic) as refused:
        services.enqueue([order(channels[0]), order(channels[2])], by=house.editor, now=NOW)
    assert refused.value.channel_ids == [channels[2].pk]
    assert not Delivery.objects.exists()
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    delivery.pk, delivery.key, delivery.channel_id, delivery.post_id = None, "other", channels[2].pk, 2
    with pytest.raises(IntegrityError, match="not an active channel"), transaction.atomic():
        delivery.save(force_insert=True)


@pytest.mark.parametrize("changed", ["text", "post", "channel", "action", "expiry"])
def test_words_that_were_not_approved_are_refused(house, channels, changed):
    told = {"post_id": 1, "channel_id": channels[0].pk, "text": "سلام"}
    told |= {
        "text": {"text": "سلام!"},
        "post": {"post_id": 2},
        "channel": {"channel_id": channels[1].pk},
        "action": {"action": "edit"},
        "expiry": {"valid_until": NOW + timedelta(days=1)},
    }[changed]
    payload = freeze_payload(**told)
    approved = payload_hash(freeze_payload(post_id=1, channel_id=channels[0].pk, text="سلام"))
    for approved_hash in {approved, payload_hash(payload)} if changed != "text" else {approved}:
        with pytest.raises(errors.NotApproved):
            services.enqueue(
                [order(channels[0], payload=payload, approved_hash=approved_hash)], by=house.editor, now=NOW
            )


def test_the_database_refuses_other_words_and_takes_no_change_of_them(house, channels):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    for column in ("payload", "content_hash", "approved_hash", "channel_id", "valid_until"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction.atomic(), connection.cursor() as cursor:
            try:
                cursor.execute(f"update delivery_delivery set {column} = {column} where id = %s", [delivery.pk])
            except Exception as error:
                raise error.__cause__ or error from None
    delivery.pk, delivery.key, delivery.post_id = None, "other", 2
    delivery.payload = delivery.payload.replace("پیام", "پیغام")
    with pytest.raises(IntegrityError, match="of their hash"), transaction.atomic():
        delivery.save(force_insert=True)


def test_the_same_copy_is_not_ordered_twice_until_it_is_over(house, channels):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    with pytest.raises(errors.AlreadyOrdered):
        services.enqueue([order(channels[1]), order(channels[0])], by=house.editor, now=NOW)
    assert Delivery.objects.count() == 1
    assert services.cancel([delivery], by=house.editor, now=NOW) == 1
    services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    assert queries.counts(1) == {State.CANCELLED: 1, State.PENDING: 1}


def test_a_message_that_expires_first_is_refused(house, channels):
    with pytest.raises(errors.AlreadyExpired):
        services.enqueue([order(channels[0], valid_until=NOW)], by=house.editor, now=NOW)


def test_what_waited_is_moved_to_no_moment_after_its_end(house, channels):
    until = NOW + timedelta(hours=1)
    [copy] = services.enqueue([order(channels[0], valid_until=until)], by=house.editor, now=NOW)
    stop = services.stop(
        Scope.PLATFORM, "telegram", by=house.head, reason="x", institution_id=house.institution.pk, now=NOW
    )
    services.lift_stop(stop, by=house.editor, now=NOW)
    with pytest.raises(errors.AlreadyExpired):
        services.release_held([copy], by=house.editor, due_at=until, now=NOW)
    earlier = until - timedelta(minutes=1)
    assert services.release_held([copy], by=house.editor, due_at=earlier, now=NOW) == 1


def test_a_stop_is_lifted_by_another_person_and_its_backlog_waits(house, channels):
    due, later = services.enqueue(
        [order(channels[0]), order(channels[1], due_at=NOW + timedelta(days=1))], by=house.editor, now=NOW
    )
    stop = services.stop(
        Scope.PLATFORM, "telegram", by=house.head, reason="x", institution_id=house.institution.pk, now=NOW
    )
    assert queries.active_stops(house.institution.pk) == [stop]
    assert queries.is_stopped(due)
    with pytest.raises(errors.SamePerson):
        services.lift_stop(stop, by=house.head, now=NOW)
    assert services.lift_stop(stop, by=house.editor, now=NOW + timedelta(minutes=5)) == 1
    with pytest.raises(errors.AlreadyLifted):
        services.lift_stop(stop, by=house.editor, now=NOW)
    assert [Delivery.objects.get(pk=one.pk).state for one in (due, later)] == ["held", "pending"]
    assert services.release_held([due, later], by=house.editor, now=NOW + timedelta(minutes=6)) == 1
    due.refresh_from_db()
    assert (due.state, due.due_at) == ("pending", NOW + timedelta(minutes=6))
    assert due.miss_at == due.due_at + timedelta(hours=2)


def test_the_database_knows_that_the_stopper_does_not_lift(house, channels):
    stop = services.stop(Scope.INSTITUTION, "", by=house.head, reason="x", institution_id=house.institution.pk)
    with pytest.raises(IntegrityError, match="stop_lifted_by_another"), transaction.atomic():
        StopOrder.objects.filter(pk=stop.pk).update(lifted_by_id=house.head.pk, lifted_at=NOW)


def test_the_same_stop_twice_is_one(house):
    where = {"reason": "x", "institution_id": house.institution.pk}
    first, again = (services.stop(Scope.UNIT, "7", by=house.head, **where) for _ in range(2))
    anothers = services.stop(Scope.UNIT, "7", by=house.editor, **where)
    wider = services.stop(Scope.UNIT, "7", by=house.head, removals_too=True, **where)
    assert first == again
    assert len({first.pk, anothers.pk, wider.pk}) == 3
    services.lift_stop(first, by=house.editor)
    assert services.stop(Scope.UNIT, "7", by=house.head, **where) != first


def test_a_held_copy_stays_under_another_stop(house, channels):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    where = {"by": house.head, "reason": "x", "institution_id": house.institution.pk, "now": NOW}
    first = services.stop(Scope.CHANNEL, str(channels[0].pk), **where)
    services.stop(Scope.UNIT, str(house.hospital.pk), **where)
    services.lift_stop(first, by=house.editor, now=NOW)
    with pytest.raises(errors.StillStopped):
        services.release_held([delivery], by=house.editor, now=NOW)


@pytest.mark.parametrize(("key_set_at", "still_held"), [(NOW + timedelta(minutes=2), ""), (NOW, "credentials_refused")])
def test_a_copy_released_after_a_new_key_meets_the_old_ones_refusal_no_more(house, channels, key_set_at, still_held):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    where = {"by": house.head, "reason": "x", "institution_id": house.institution.pk, "now": NOW}
    stop = services.stop(Scope.CHANNEL, str(channels[0].pk), **where)
    services.lift_stop(stop, by=house.editor, now=NOW)
    Slot.objects.update(hold_code="credentials_refused", held_at=NOW + timedelta(minutes=1))
    Credential.objects.create(
        institution=house.institution, channel=channels[0], box=b"box", key_id="k", fingerprint="f", set_at=key_set_at
    )
    services.release_held([delivery], by=house.editor, now=NOW + timedelta(minutes=3))
    assert Slot.objects.get(pk=channels[0].pk).hold_code == still_held


def test_the_operators_stop_reaches_every_institution_and_each_keeps_its_own_backlog(house, channels):
    [mine] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    elsewhere = house.outsider.institution_id
    stop = services.stop_everything(by=house.head, reason="disk", now=NOW)
    with tenant(elsewhere):
        assert queries.active_stops(elsewhere) == [stop]
        assert [entry.verb for entry in AuditEntry.objects.order_by("-seq")[:1]] == ["delivery.stop"]
        assert StopOrder.objects.filter(pk=stop.pk).update(lifted_at=NOW) == 0
    assert queries.is_stopped(mine)
    assert queries.operators_stop() == stop
    with pytest.raises(errors.SamePerson):
        services.lift_everything(stop, by=house.head, now=NOW)
    waiting = services.lift_everything(stop, by=house.editor, now=NOW + timedelta(minutes=5))
    assert waiting == {house.institution.pk: 1, elsewhere: 0}
    assert queries.operators_stop() is None
    assert Delivery.objects.get(pk=mine.pk).state == State.HELD
    with tenant(elsewhere):
        assert [entry.verb for entry in AuditEntry.objects.order_by("-seq")[:1]] == ["delivery.resume"]
        assert audit.verify(elsewhere) == []


def test_another_institutions_due_copies_wait_after_the_operators_stop(house, channels):
    elsewhere = house.outsider
    with tenant(elsewhere.institution_id):
        unit = Unit.objects.get(institution=elsewhere.institution_id, parent=None)
        foreign = Channel.objects.create(
            institution_id=elsewhere.institution_id, unit=unit, platform="telegram", adapter="sandbox", handle="far",
            handle_key="far", address="telegram/far", purpose="news", state=Channel.State.ACTIVE, state_at=NOW,
            listed=True, requested_at=NOW, sort_key="far", search_key="far",
        )  # fmt: skip
        [copy] = services.enqueue([order(foreign)], by=elsewhere, now=NOW)
    stop = services.stop_everything(by=house.head, reason="x", now=NOW)
    with tenant(elsewhere.institution_id), pytest.raises(errors.StillStopped):
        Delivery.objects.filter(pk=copy.pk).update(state=State.HELD, error_code="stop")
        services.release_held([copy], by=elsewhere, now=NOW)
    assert services.lift_everything(stop, by=house.editor, now=NOW)[elsewhere.institution_id] == 1


def unknown(delivery):
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.UNKNOWN, unknown_at=NOW, sent_maybe=True, first_called_at=NOW, attempt=1
    )


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(Verdict.THERE, State.SENT), (Verdict.NOT_THERE, State.PENDING), (Verdict.LEAVE, State.UNKNOWN)],
)
def test_a_person_resolves_an_unknown_copy(house, channels, verdict, state):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    unknown(delivery)
    assert services.resolve_unknown(delivery, by=house.editor, verdict=verdict, link="https://t.me/x/1") is state
    delivery.refresh_from_db()
    assert delivery.link == ("https://t.me/x/1" if verdict is Verdict.THERE else "")
    assert AuditEntry.objects.filter(verb="delivery.resolve", by_id=house.editor.pk).count() == 1


def test_what_is_known_is_not_resolved(house, channels):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    with pytest.raises(errors.NotUnknown):
        services.resolve_unknown(delivery, by=house.editor, verdict=Verdict.NOT_THERE, now=NOW)


def test_an_unknown_copy_is_not_cancelled(house, channels):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    unknown(delivery)
    assert services.cancel([delivery], by=house.editor, now=NOW) == 0


def test_a_removal_needs_no_listed_channel_and_waits_for_its_copy(house, channels):
    [copy] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    Channel.objects.filter(pk=channels[0].pk).update(state=Channel.State.FROZEN)
    [removal] = services.enqueue(
        [order(channels[0], action=Action.DELETE, of=copy.pk, lane=Lane.CORRECTION)], by=house.editor, now=NOW
    )
    assert (removal.state, removal.about_id) == ("pending", copy.pk)


def test_copies_of_another_institution_are_not_there(house, channels):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    with tenant(house.other_institution.pk):
        assert services.cancel([delivery.pk], by=house.outsider, now=NOW) == 0
        assert queries.counts(1) == {}
    assert queries.deliveries_visible_to(house.outsider).count() == 0
    assert queries.deliveries_visible_to(house.neighbour).count() == 0
    assert queries.deliveries_visible_to(house.officer).count() == 1


def test_a_board_costs_the_same_for_one_copy_and_for_many(house, channels, django_assert_num_queries):
    services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    with django_assert_num_queries(2):
        queries.board([1], now=NOW)
    services.enqueue([order(channels[n % 2], post) for post in range(2, 30) for n in (0, 1)], by=house.editor, now=NOW)
    with django_assert_num_queries(2):
        lines = queries.board(range(1, 30), now=NOW)
    assert sum(map(len, lines.values())) == 57
    with django_assert_num_queries(1):
        assert queries.counts_of(range(1, 30))[2] == {State.PENDING: 2}


def test_one_copys_life_is_told_in_the_order_of_time(house, channels):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    services.cancel([delivery], by=house.head, now=NOW + timedelta(minutes=1))
    told = [(event.kind, event.facts["after"], event.facts["by_id"]) for event in queries.life(delivery)]
    assert told == [("transition", "pending", house.editor.pk), ("transition", "cancelled", house.head.pk)]


def test_without_a_heartbeat_the_engine_is_not_alive(house, channels):
    services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    assert queries.engine_seen(NOW + timedelta(minutes=10)) == queries.Seen(None, False)


def test_the_clock_of_the_room_is_used_when_no_moment_is_given(house, channels):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    with clock.at(NOW + timedelta(minutes=3)):
        services.cancel([delivery], by=house.editor)
    delivery.refresh_from_db()
    assert delivery.changed_at == NOW + timedelta(minutes=3)


@pytest.mark.parametrize("state", [State.SENT, State.CANCELLED, State.FAILED, State.MISSED, State.SUPERSEDED])
def test_no_sql_brings_a_settled_copy_back_into_the_line(house, channels, state):
    [delivery] = services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    Delivery.objects.filter(pk=delivery.pk).update(state=state, sent_at=NOW, settled_at=NOW)
    with pytest.raises(IntegrityError, match="does not go from"), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state=State.PENDING)


@pytest.mark.parametrize(
    "change", ["payload = payload || ' '", "content_hash = repeat('0', 64), approved_hash = repeat('0', 64)"]
)
def test_not_even_the_superuser_parts_words_from_their_hash(fresh_database, tmp_path, change):
    with closing(Town(fresh_database.admin)) as town:
        town.found(1, 1, "http://127.0.0.1:1", tmp_path / "keys")
        town.order(1, 1, Pace(0.0, 1.0, 1), due_at=NOW.timestamp())
    with (
        psycopg.connect(fresh_database.admin) as admin,
        pytest.raises(psycopg.errors.CheckViolation, match="of their hash"),
    ):
        admin.execute(f"update delivery_delivery set {change}")
