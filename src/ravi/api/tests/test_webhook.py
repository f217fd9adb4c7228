"""Addresses are told once and more, signed, of what concerns their unit; a receiver that misbehaves harms nobody else."""

import json
import os
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from standardwebhooks.webhooks import Webhook as Judge

from ravi.accounts import services as accounts
from ravi.api import jobs
from ravi.api.models import Webhook, WebhookCall, WebhookTry
from ravi.api.tests.receiver import Receiver, receiver_running
from ravi.api.webhook import calling, gather, sealing, sending, services
from ravi.api.webhook.errors import WebhookRefused
from ravi.api.webhook.rules import CHOSEN, OFF_AFTER, WAITS_S, CallState
from ravi.core import clock
from ravi.core.egress import Egress
from ravi.core.retention import discard_old
from ravi.core.tenancy import tenant
from ravi.delivery import services as delivery
from ravi.delivery.models import Delivery, LedgerEntry
from ravi.directory.models import Channel
from ravi.network import services as network
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.rules import Aim, TargetKind
from ravi.notices.models import Notice
from ravi.publishing import services as publishing

pytestmark = pytest.mark.django_db


def go() -> None:
    """What the periodic job does, with the clock that the test holds."""
    jobs.webhooks(0)


def types(receiver: Receiver) -> list[str]:
    return [one["type"] for one in receiver.told]


def told_of_ledger(copy: Delivery, after: str) -> None:
    """What an engine would have written; its own tests prove that it does."""
    LedgerEntry.objects.create(
        institution_id=copy.institution_id, delivery=copy, at=clock.now(), before="sending", after=after, cause="call",
        owner="engine", attempt=1,
    )  # fmt: skip


def test_the_way_of_a_message_is_told_in_its_order_without_a_word_of_it(newsroom, add, receiver):
    add()
    post = newsroom.approved(title="محرمانه", text="متن پیام")
    told_of_ledger(Delivery.objects.first(), "sent")
    publishing.withdraw_post(post, by=newsroom.editor)
    go()
    assert Counter(types(receiver)) == {
        "post.submitted": 1,
        "post.approved": 1,
        "copy.sent": 1,
        "post.withdrawn": 1,
    }
    copy = next(one["data"] for one in receiver.told if one["type"] == "copy.sent")
    first = Delivery.objects.first()
    assert (copy["copy_id"], copy["post_id"], copy["state"]) == (first.pk, post.pk, "sent")
    everything = json.dumps(receiver.told, ensure_ascii=False)
    for word in ("محرمانه", "متن پیام", newsroom.editor.name, newsroom.editor.username):
        assert word not in everything
    go()
    assert len(receiver.told) == 4


def test_a_library_of_others_verifies_it_and_nothing_that_was_changed(newsroom, add, receiver):
    hook = add()
    services.try_webhook(hook, by=newsroom.head)
    go()
    assert (types(receiver), receiver.refused) == (["webhook.test"], 0)
    body, headers = WebhookCall.objects.get().body, receiver.headers[0]
    Judge(receiver.secret).verify(body, headers)
    for changed in ({"webhook-id": "msg_x"}, {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}):
        with pytest.raises(Exception, match="No matching signature"):
            Judge(receiver.secret).verify(body, headers | changed)
    receiver.secret = "whsec_" + "A" * 43 + "="
    services.try_webhook(hook, by=newsroom.head)
    go()
    assert receiver.refused == 1


def test_offers_and_versions_reach_the_units_that_they_concern(newsroom, add, receiver):
    add(by=newsroom.unit_head, unit=newsroom.hospital)
    aims = (Aim(TargetKind.TREE, newsroom.headquarters.pk),)
    words = VersionFields(title="x", text="y")
    fields = MessageFields(topic="organisation", aims=aims)
    message = network.draft_message(newsroom.headquarters, fields, words, by=newsroom.editor)
    version = message.versions.get()
    offers = network.issue_version(version, expected_revision=1, by=newsroom.editor).offers
    for one, by in ((newsroom.hospital, newsroom.officer), (newsroom.faculty, newsroom.neighbour)):
        offer = next(offer for offer in offers if offer.unit_id == one.pk)
        network.decline_offer(offer, network.Answer(version.pk), reason="نه", by=by)
    network.end_message(message, by=newsroom.editor)
    theirs = frozenset(Channel.objects.filter(unit=newsroom.faculty).values_list("pk", flat=True))
    newsroom.submitted(unit=newsroom.faculty, by=newsroom.neighbour, channel_ids=theirs)
    go()
    assert Counter(types(receiver)) == {"version.issued": 1, "offer.made": 1, "offer.answered": 1, "message.ended": 1}
    answered = next(one["data"] for one in receiver.told if one["type"] == "offer.answered")
    assert (answered["unit_id"], answered["answer"]) == (newsroom.hospital.pk, "declined")
    assert "نه" not in json.dumps(receiver.told, ensure_ascii=False)


def test_stops_are_told_where_they_hold(newsroom, add, receiver):
    add(by=newsroom.unit_head, unit=newsroom.hospital)
    own = {"by": newsroom.head, "institution_id": newsroom.institution.pk, "reason": "x"}
    delivery.stop("institution", "", **own)
    delivery.stop("unit", str(newsroom.faculty.pk), **own)
    order = delivery.stop("unit", str(newsroom.hospital.pk), **own)
    delivery.lift_stop(order, by=newsroom.editor)
    go()
    scopes = [(one["type"].removeprefix("stop."), one["data"]["scope"]) for one in receiver.told]
    assert Counter(scopes) == {("ordered", "institution"): 1, ("ordered", "unit"): 1, ("lifted", "unit"): 1}


def test_only_what_was_chosen_and_happened_since_is_told(newsroom, add, receiver):
    newsroom.submitted()
    add(events=["post.submitted"])
    newsroom.approved()
    go()
    assert types(receiver) == ["post.submitted"]


def test_what_failed_is_tried_again_under_the_same_name(newsroom, add, receiver):
    receiver.answers = [500, "redirects", 200]
    hook, now = add(), clock.now()
    services.try_webhook(hook, by=newsroom.head)
    for later_s in (0, 1, WAITS_S[0] + 1, WAITS_S[0] + WAITS_S[1] + 2):
        with clock.at(now + timedelta(seconds=later_s)):
            go()
    assert len({one["webhook-id"] for one in receiver.headers}) == 1
    assert [one.outcome for one in WebhookTry.objects.order_by("pk")] == ["refused", "moved", "taken"]
    assert receiver.elsewhere == 0
    assert WebhookCall.objects.get().state == CallState.TAKEN
    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since, hook.rest_until) == (0, None, None)


def test_an_address_says_how_long_to_wait(newsroom, add, receiver):
    receiver.answers = [503]
    hook, now = add(), clock.now()
    with clock.at(now):
        services.try_webhook(hook, by=newsroom.head)
        go()
    hook.refresh_from_db()
    assert hook.rest_until == now + timedelta(seconds=7)


def test_a_receiver_that_hangs_or_floods_is_bounded_and_keeps_no_other_waiting(newsroom, add, receiver, monkeypatch):
    monkeypatch.setattr(sending, "TIMEOUTS", sending.Timeouts(connect_s=1.0, answer_s=1.0))
    hook = add()
    receiver.answers = ["hangs", "floods", 204]
    for _ in range(2):
        services.try_webhook(hook, by=newsroom.head)
    with receiver_running() as other:
        monkeypatch.setenv(
            "RAVI_EGRESS_ALLOW", ",".join(one.address.removeprefix("http://") for one in (receiver, other))
        )
        egress = Egress.from_environment({"RAVI_EGRESS_ALLOW": other.address.removeprefix("http://")})
        calm, other.secret = services.add_webhook(
            newsroom.headquarters, "آرام", other.address, ["post.submitted"], egress=egress, by=newsroom.head
        )
        services.try_webhook(calm, by=newsroom.head)
        go()
        assert types(other) == ["webhook.test"]
    outcomes = {one.outcome for one in WebhookTry.objects.filter(call__webhook=hook)}
    assert outcomes == {"silent"}
    hook.refresh_from_db()
    assert hook.failures == 1  # both were in one go


def test_ten_thousand_events_while_it_is_down_are_asked_one_by_one_and_then_all_told(
    newsroom, add, receiver, monkeypatch
):
    hook, now = add(events=["post.submitted"]), clock.now()
    receiver.answers, receiver.secret = [500], ""  # its library takes no call of another hour than its own
    rows = [
        WebhookCall(
            institution_id=hook.institution_id, webhook=hook, source=f"x:{number}", message_id=f"msg_{number}",
            event="post.submitted", body='{"type":"post.submitted"}', happened_at=now, next_at=now,
        )
        for number in range(10_000)
    ]  # fmt: skip
    WebhookCall.objects.bulk_create(rows, batch_size=2_000)
    for minutes in range(0, 120, 10):
        with clock.at(now + timedelta(minutes=minutes)):
            go()
    assert len(receiver.told) <= 25 + 12
    receiver.answers, before = [204], len(receiver.told)
    monkeypatch.setattr(jobs, "LONGEST_S", 1.0)
    wanted = 10_000 if os.environ.get("RAVI_TEST_FULL") == "1" else 100
    with clock.at(now + timedelta(hours=4)):
        for _ in range(wanted):
            go()
            if len(receiver.told) - before >= wanted - 37:  # those that were asked while it was down wait longer
                break
    assert len(receiver.told) - before >= wanted - 37
    ids = [one["webhook-id"] for one in receiver.headers[before:]]
    assert len(ids) == len(set(ids)) == WebhookCall.objects.filter(state=CallState.TAKEN).count()


def test_410_switches_it_off_and_its_keeper_hears_of_it(newsroom, add, receiver):
    receiver.answers = [410]
    hook = add(by=newsroom.unit_head, unit=newsroom.hospital)
    services.try_webhook(hook, by=newsroom.unit_head)
    go()
    hook.refresh_from_db()
    assert hook.off_why == "gone"
    assert [one.person_id for one in Notice.objects.filter(kind="webhook_off")] == [newsroom.unit_head.pk]
    call = WebhookCall.objects.get()
    assert call.state == CallState.GIVEN_UP
    with pytest.raises(WebhookRefused):
        services.send_again(call, by=newsroom.unit_head)
    services.switch_webhook(hook, is_on=True, by=newsroom.unit_head)
    receiver.answers = [204]
    services.send_again(call, by=newsroom.unit_head)
    go()
    assert WebhookCall.objects.get().state == CallState.TAKEN


def test_500_for_ever_ends_with_a_notice(newsroom, add, receiver):
    hook, now = add(), clock.now()
    receiver.answers, receiver.secret = [500], ""
    services.try_webhook(hook, by=newsroom.head)
    moment = now
    while moment < now + OFF_AFTER + timedelta(hours=13):
        with clock.at(moment):
            go()
            if WebhookCall.objects.filter(state=CallState.WAITING).count() == 0 and not hook.off_why:
                services.try_webhook(hook, by=newsroom.head)
            hook.refresh_from_db()
        if hook.off_why:
            break
        moment += timedelta(hours=6)
    assert hook.off_why == "failing"
    assert Notice.objects.filter(kind="webhook_off", person=newsroom.head).count() == 1
    first = WebhookCall.objects.order_by("pk").first()
    assert (first.state, first.attempts) == (CallState.GIVEN_UP, len(WAITS_S) + 1)


def test_a_private_address_is_refused_when_it_is_set_and_when_it_is_called(newsroom, receiver):
    private = "http://example.org/x https://127.0.0.1/x https://10.0.0.1/x https://[::1]/x https://2130706433/x"
    odd = "https://example.org:8443/x https://a:b@example.org/x ftp://example.org/x https://example.org/x#y x"
    for url in (*private.split(), *odd.split(), "https:// example.org/x", "https://example.org:99999/x"):
        with pytest.raises(WebhookRefused):
            services.add_webhook(newsroom.headquarters, "x", url, CHOSEN, egress=Egress(), by=newsroom.head)
    # The name answers with a public address today and a private one tomorrow: it is judged with each call.
    hook, _secret = services.add_webhook(
        newsroom.headquarters, "x", "https://localhost.example.org/x", CHOSEN, egress=Egress(), by=newsroom.head
    )
    Webhook.objects.filter(pk=hook.pk).update(url="https://localhost/x")
    services.try_webhook(hook, by=newsroom.head)
    go()
    assert [one.outcome for one in WebhookTry.objects.all()] == ["unreached"]
    assert receiver.told == []


def test_a_new_secret_and_the_old_one_both_hold_for_a_day(newsroom, add, receiver):
    hook = add()
    old = receiver.secret
    new = services.renew_secret(hook, by=newsroom.head)
    for later, known in ((timedelta(), old), (timedelta(), new), (timedelta(hours=25), new)):
        receiver.secret = ""
        services.try_webhook(hook, by=newsroom.head)
        with clock.at(clock.now() + later):
            go()
        signatures = receiver.headers[-1]["webhook-signature"].split()
        assert len(signatures) == (1 if later else 2)
        if not later:
            Judge(known).verify(WebhookCall.objects.latest("pk").body, receiver.headers[-1])
    assert old != new


def test_the_secret_is_sealed_and_bound_to_its_row(newsroom, add, receiver, settings):
    hook = add()
    assert receiver.secret.encode() not in bytes(hook.secret)
    other = add()
    Webhook.objects.filter(pk=hook.pk).update(secret=other.secret)
    hook.refresh_from_db()
    services.try_webhook(hook, by=newsroom.head)
    go()
    hook.refresh_from_db()
    assert (hook.off_why, receiver.told) == ("unsealed", [])
    receiver.secret = services.renew_secret(hook, by=newsroom.head)
    hook.refresh_from_db()
    assert sealing.open_box(hook.secret, hook) == receiver.secret


def test_only_heads_set_addresses_and_only_of_their_units(newsroom, add):
    for person in (newsroom.editor, newsroom.officer, newsroom.expert, newsroom.auditor, newsroom.neighbour):
        with pytest.raises(PermissionDenied):
            add(by=person, unit=newsroom.hospital)
    hook = add(by=newsroom.unit_head, unit=newsroom.hospital)
    with pytest.raises(PermissionDenied):
        services.end_webhook(hook, by=newsroom.officer)


def test_another_institutions_address_hears_nothing_of_this_one(newsroom, add, receiver):
    theirs = newsroom.other_institution
    with tenant(theirs.pk):
        head = accounts.add_person("their-head", "رئیس", None, institution=theirs, by=None)
        top = newsroom.other_unit.parent
        accounts.grant_role(head, "head", unit=top, by=None)
        egress = Egress.from_environment({"RAVI_EGRESS_ALLOW": receiver.address.removeprefix("http://")})
        services.add_webhook(top, "x", receiver.address, CHOSEN, egress=egress, by=head)
    newsroom.submitted()
    go()
    assert receiver.told == []


def test_two_looks_at_once_take_each_call_once(newsroom, add):
    hook = add()
    for _ in range(3):
        services.try_webhook(hook, by=newsroom.head)
    first, second = (calling.take_due(clock.now()) for _ in range(2))
    assert (len(first), second) == (3, [])
    with clock.at(clock.now() + timedelta(seconds=61)):  # whoever had it in hand is dead
        assert len(calling.take_due(clock.now())) == 3


def test_a_line_that_is_committed_late_is_still_told(newsroom, add, receiver):
    add(events=["copy.sent"])
    newsroom.approved()
    early, late = Delivery.objects.order_by("pk")[:2]
    told_of_ledger(early, "sent")
    told_of_ledger(late, "sent")
    hidden = LedgerEntry.objects.filter(delivery=early, after="sent").get()
    lines = gather.lines_since
    seen: list[int] = []

    def without_early(*args: Any) -> list[LedgerEntry]:
        found = lines(*args)
        seen.append(len(found))
        return [one for one in found if one.pk != hidden.pk] if len(seen) == 1 else found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gather, "lines_since", without_early)
        go()
        go()
    assert sorted(one["data"]["copy_id"] for one in receiver.told) == sorted([early.pk, late.pk])


def test_the_log_goes_after_its_days(newsroom, add, receiver):
    hook = add()
    services.try_webhook(hook, by=newsroom.head)
    go()
    later = clock.now() + timedelta(days=31)
    gone = discard_old(later, of_institution=True)
    assert gone["api_webhookcall"] >= 1
    assert not WebhookTry.objects.exists() and Webhook.objects.count() == 1


def test_an_ended_address_has_no_secret_and_hears_nothing(newsroom, add, receiver):
    hook = add()
    newsroom.submitted()
    services.end_webhook(hook, by=newsroom.head)
    go()
    hook.refresh_from_db()
    assert (bytes(hook.secret), receiver.told) == (b"", [])
    with pytest.raises(WebhookRefused):
        services.try_webhook(hook, by=newsroom.head)
