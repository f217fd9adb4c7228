"""A round of calls: nobody's slowness, broken secret or beginning costs another address its news."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.accounts.closing import close_unit, foretold
from ravi.api import jobs
from ravi.api.models import Webhook, WebhookCall, WebhookTry
from ravi.api.tests.receiver import Receiver, receiver_running
from ravi.api.tests.test_webhook import go, types
from ravi.api.webhook import gather, queries, sending, services
from ravi.api.webhook.event import of_record
from ravi.api.webhook.rules import ANSWER_S, CONNECT_S, LEASE_S, OFF_AFTER, ROUND_S, CallState
from ravi.core import audit, clock
from ravi.core.egress import Egress
from ravi.core.models import AuditEntry
from ravi.delivery import services as delivery
from ravi.directory.models import Channel
from ravi.network.tests.ward import Ward
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.queries import shown_set

pytestmark = pytest.mark.django_db


def waiting_call(hook: Webhook, name: str, at: datetime, **columns: Any) -> WebhookCall:
    return WebhookCall.objects.create(
        institution_id=hook.institution_id, webhook=hook, source=name, message_id=f"msg_{name}", event="post.submitted",
        body='{"type":"post.submitted"}', happened_at=at, next_at=at, **columns,
    )  # fmt: skip


def test_an_address_that_is_added_while_the_record_is_read_loses_nothing(newsroom, add, receiver, monkeypatch):
    add(events=["post.submitted"])
    read, begun = audit.entries, []

    def entries_of(institution_id: int) -> Any:
        if not begun:
            begun.append(add(events=["post.submitted"]))
            newsroom.submitted()
        return read(institution_id)

    monkeypatch.setattr(gather.audit, "entries", entries_of)
    receiver.secret = ""
    gather.gather(newsroom.institution.pk)
    assert WebhookCall.objects.filter(webhook=begun[0]).count() == 1


def test_a_yes_by_a_standing_rule_is_told_as_every_other(house, newsroom, add, receiver):
    ward = Ward(house)
    rule = ward.sign()
    add(events=["post.approved"])
    post = ward.fill().post
    go()
    assert rule.pk and [(one["type"], one["data"]["post_id"]) for one in receiver.told] == [("post.approved", post.pk)]


def test_a_yes_that_is_taken_back_is_told(newsroom, add, receiver):
    add(events=["post.approved", "post.yes_taken_back"])
    post = newsroom.submitted()
    publishing.approve_shown(post, by=newsroom.head, digest=shown_set(post).digest, hold_s=30)
    publishing.take_back_yes(post, by=newsroom.head)
    go()
    told = {one["type"]: one["data"] for one in receiver.told}
    assert set(told) == {"post.approved", "post.yes_taken_back"}
    assert (told["post.yes_taken_back"]["post_id"], told["post.yes_taken_back"]["state"]) == (post.pk, "submitted")


def test_failures_with_nothing_between_are_no_row(newsroom, add, receiver):
    hook, now = add(), clock.now()
    receiver.answers, receiver.secret = [500], ""
    for day in range(5):
        moment = now + timedelta(days=day, hours=day)
        waiting_call(hook, f"day{day}", moment)
        with clock.at(moment):
            go()
        WebhookCall.objects.update(state=CallState.GIVEN_UP)
        hook.refresh_from_db()
        assert (hook.off_why, hook.failures, hook.failing_since) == ("", 1, moment)
    for hours in range(0, int(OFF_AFTER.total_seconds()) // 3600 + 1, 12):
        moment = now + timedelta(days=9, hours=hours)
        waiting_call(hook, f"hour{hours}", moment)
        with clock.at(moment):
            go()
    hook.refresh_from_db()
    assert (hook.off_why, hook.failing_since) == ("failing", now + timedelta(days=9))


def test_what_waits_for_an_address_goes_at_once_when_it_is_well_again(newsroom, add, receiver):
    hook, now = add(), clock.now()
    receiver.answers, receiver.secret = [500], ""
    tired = waiting_call(hook, "tired", now, attempts=4)
    for later in (0, 3_601):
        with clock.at(now + timedelta(seconds=later)):
            go()
    tired.refresh_from_db()
    assert tired.next_at == now + timedelta(seconds=3_601, hours=3)
    receiver.answers = [204]
    waiting_call(hook, "fresh", now + timedelta(hours=2))
    with clock.at(now + timedelta(hours=2)):
        go()
    assert set(WebhookCall.objects.values_list("state", flat=True)) == {"taken"}


def test_one_call_that_is_not_liked_keeps_its_own_times(newsroom, add, receiver):
    hook, now = add(), clock.now()
    receiver.answers, receiver.secret = [400, 204], ""
    disliked = waiting_call(hook, "disliked", now, attempts=5)
    for later in (0, 60):
        waiting_call(hook, f"other{later}", now + timedelta(seconds=later + 1))
        with clock.at(now + timedelta(seconds=later)):
            go()
    with clock.at(now + timedelta(seconds=120)):
        go()
    disliked.refresh_from_db()
    assert (disliked.attempts, disliked.state) == (6, "waiting")


def test_a_secret_that_cannot_be_opened_costs_only_its_own_address(newsroom, add, receiver):
    broken, old_broken, well = add(), add(), add()
    for hook, column in ((broken, "secret"), (old_broken, "old_secret")):
        services.renew_secret(hook, by=newsroom.head)
        hook.refresh_from_db()
        box = bytearray(getattr(hook, column))
        box[1] = 250  # the length of its key's name: what follows is no point of the curve any more
        Webhook.objects.filter(pk=hook.pk).update(**{column: bytes(box)})
    receiver.secret = ""
    for hook in (broken, old_broken, well):
        services.try_webhook(hook, by=newsroom.head)
    go()
    assert len(receiver.told) == 2
    assert dict(Webhook.objects.values_list("pk", "off_why")) == {
        broken.pk: "unsealed",
        old_broken.pk: "",
        well.pk: "",
    }
    assert [one.person_id for one in Notice.objects.filter(kind="webhook_off")] == [newsroom.head.pk]


def at_another(newsroom: Any, other: Receiver) -> Webhook:
    egress = Egress.from_environment({"RAVI_EGRESS_ALLOW": other.address.removeprefix("http://")})
    made, other.secret = services.add_webhook(
        newsroom.headquarters, "آرام", other.address, ["post.submitted"], egress=egress, by=newsroom.head
    )
    return made


@pytest.mark.parametrize("misfortune", ["hangs", "drips"])
def test_a_round_ends_and_what_nobody_began_is_laid_down_whole(newsroom, add, receiver, monkeypatch, misfortune):
    monkeypatch.setattr(sending, "TIMEOUTS", sending.Timeouts(connect_s=0.5, answer_s=1.0))
    monkeypatch.setattr(sending, "ROUND_S", 1.0)
    hook, now = add(), clock.now()
    receiver.answers, receiver.secret = [misfortune], ""
    for number in range(20):
        waiting_call(hook, f"x{number}", now)
    with receiver_running() as other:
        both = ",".join(one.address.removeprefix("http://") for one in (receiver, other))
        monkeypatch.setenv("RAVI_EGRESS_ALLOW", both)
        services.try_webhook(at_another(newsroom, other), by=newsroom.head)
        monkeypatch.setattr(jobs, "LONGEST_S", 0.5)  # one round
        began = time.monotonic()
        go()
        took_s = time.monotonic() - began
        assert types(other) == ["webhook.test"]
    assert took_s < 5  # four goes of five calls, each of them a second or more, would take longer
    tried = WebhookTry.objects.filter(call__webhook=hook).values_list("call", flat=True)
    laid_down = WebhookCall.objects.filter(webhook=hook).exclude(pk__in=list(tried))
    assert len(tried) == 5 and laid_down.count() == 15
    assert set(laid_down.values_list("state", "attempts", "leased_until", "next_at")) == {("waiting", 0, None, now)}
    hook.refresh_from_db()
    assert hook.failures == 1


def test_calls_wait_for_their_turn_and_not_for_a_connection(newsroom, add, receiver, monkeypatch):
    monkeypatch.setattr(sending, "CONNECTIONS", 2)
    monkeypatch.setattr(sending, "TIMEOUTS", sending.Timeouts(connect_s=0.3, answer_s=0.6))
    receiver.answers = ["hangs", "hangs", 204]
    slow, calm, now = add(), add(), clock.now()
    receiver.secret = ""
    for number in range(2):
        waiting_call(slow, f"slow{number}", now)
    waiting_call(calm, "calm", now + timedelta(seconds=1))
    with clock.at(now + timedelta(seconds=2)):
        go()
    assert list(WebhookTry.objects.filter(call__webhook=calm).values_list("outcome", flat=True)) == ["taken"]


def test_whoever_holds_a_call_holds_it_longer_than_a_round_lasts():
    assert ROUND_S + CONNECT_S + ANSWER_S < LEASE_S


def test_addresses_of_a_unit_end_with_it(newsroom, add, receiver):
    own, everybodys = add(by=newsroom.unit_head, unit=newsroom.hospital, events=["post.withdrawn"]), add()
    post = newsroom.approved(unit=newsroom.hospital)
    assert any("نشانی" in said for said in foretold(newsroom.hospital, newsroom.faculty)["follows"])
    close_unit(newsroom.hospital, successor=newsroom.faculty, by=newsroom.head)
    own.refresh_from_db()
    assert (bool(own.ended_at), bytes(own.secret), list(queries.living())) == (True, b"", [everybodys])
    assert AuditEntry.objects.filter(verb="end_webhook", subject_id=str(own.pk)).exists()
    receiver.told.clear()
    publishing.withdraw_post(post, by=newsroom.head)
    receiver.secret = ""
    go()
    assert types(receiver).count("post.withdrawn") == 1  # headquarters still hears of what the closed unit published


def asked(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as said:
        act()
    return len(said)


def test_thirty_lines_of_the_record_ask_what_one_asks(newsroom, add):
    own = {"by": newsroom.head, "institution_id": newsroom.institution.pk, "reason": "x"}
    channels = list(Channel.objects.filter(unit__institution=newsroom.institution)[:3])
    for number in range(30):
        order = delivery.stop("channel", str(channels[number % len(channels)].pk), **own)
        delivery.lift_stop(order, by=newsroom.editor)
        newsroom.submitted()
    entries = list(audit.entries(newsroom.institution.pk).filter(verb__in=("delivery.stop", "submit_post")))
    stops = [one for one in entries if one.verb == "delivery.stop"]
    posts = [one for one in entries if one.verb == "submit_post"]
    assert (len(stops), len(posts)) == (30, 30)
    assert asked(lambda: of_record([stops[0], posts[0]])) == asked(lambda: of_record([*stops, *posts]))
    assert len(of_record(entries)) == 60


def test_thirty_addresses_are_lined_up_for_as_one_is(newsroom, add):
    add(events=["post.submitted"])
    newsroom.submitted()
    one = asked(lambda: gather.gather(newsroom.institution.pk))
    unit = newsroom.headquarters
    first = Webhook.objects.get()
    for _ in range(29):
        Webhook.objects.create(
            institution_id=unit.institution_id, unit=unit, made_by=newsroom.head, created_at=first.created_at,
            on_since=first.on_since, name="x", url=first.url, events=first.events,
        )  # fmt: skip
    newsroom.submitted()
    assert asked(lambda: gather.gather(newsroom.institution.pk)) == one
    assert WebhookCall.objects.count() == 31
