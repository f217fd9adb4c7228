"""What people try with emergency words: free text, old signatures, other units, the API, themselves; with SQL too."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ravi.accounts import services as accounts
from ravi.accounts.models import Role
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory.services import NewChannel, open_channel
from ravi.network import services
from ravi.network.after_review import Verdict
from ravi.network.errors import TemplateRefused
from ravi.network.facts.values import Phone, Place
from ravi.network.models import AfterReview, StandingRule, TemplateVersion
from ravi.network.template import payload_of
from ravi.network.tests.alarm import WATER, Alarm, constraint_of, open_review, why_refused
from ravi.publishing import services as publishing
from ravi.publishing.draft import DraftFields
from ravi.publishing.errors import WordsKeptElsewhere
from ravi.publishing.models import Post
from ravi.publishing.queries import fields_of, shown_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(house: Any) -> Alarm:
    return Alarm(house)


def waits(alarm: Alarm, **more: Any) -> Post:
    """Filled in before anybody signed."""
    done = alarm.fill(**more)
    assert not done.is_approved
    return done.post


def refused(act: Any) -> str:
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except IntegrityError as error:
        return constraint_of(error)
    return ""


def test_the_plain_case_is_taken_so_that_the_refusals_say_something(alarm: Alarm) -> None:
    post = waits(alarm)
    assert why_refused(alarm.sign(), post, review={}) == ""


# --- words and media ---------------------------------------------------------------------------------------------


def test_no_free_text_comes_in(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    for smuggled in (Place("این واکسن خطرناک است"), Place("دانشکدهٔ بهداشت")):
        with pytest.raises(TemplateRefused):
            alarm.fill(**{"مکان": smuggled})
    post = alarm.sent()
    with pytest.raises(WordsKeptElsewhere):
        publishing.save_draft(
            post, replace(fields_of(post), text="هر چه خواستم"), expected_revision=post.revision, by=house.officer
        )


@pytest.mark.parametrize("column", ["text", "title", "link"])
def test_words_changed_by_sql_have_no_yes(alarm: Alarm, column: str) -> None:
    post = waits(alarm)
    rule = alarm.sign()
    Post.objects.filter(pk=post.pk).update(**{column: "https://evil.example/"})
    assert why_refused(rule, post, review={}) == "rule_of_these_words"


def test_a_copy_with_an_image_has_no_yes(alarm: Alarm) -> None:
    from ravi.delivery.payload import freeze_payload, payload_hash
    from ravi.publishing.models import Copy

    post = waits(alarm)
    rule = alarm.sign()
    channel = open_channel(NewChannel(alarm.house.hospital, "bale", "sandbox", "omid_bale", "خبر"), by=None)
    for media in ([], [("0" * 64, "image/png", "دروغ")]):
        payload = freeze_payload(
            post_id=post.pk, channel_id=channel.pk, text=post.text, title=post.title, valid_until=post.valid_until,
            media=media,
        )  # fmt: skip
        copy = Copy(
            institution_id=post.institution_id, post=post, revision=post.revision, channel=channel, platform="bale",
            variant_name="full", payload=payload, content_hash=payload_hash(payload), frozen_at=clock.now(),
            needs_expert=True,
        )  # fmt: skip
        with transaction.atomic():
            copy.save()
            why = why_refused(rule, post, review={}, copy=copy, content_hash=copy.content_hash)
            transaction.set_rollback(True)
        assert why == ("rule_nothing_else" if media else "")


# --- the signature -----------------------------------------------------------------------------------------------


def test_no_sql_signs_without_the_experts_right(alarm: Alarm, house: Any) -> None:
    version, now = alarm.template.current, clock.now()
    row = {
        "institution_id": house.institution.pk, "version": version, "content_hash": version.content_hash,
        "unit": house.hospital, "signed_at": now, "valid_until": now + timedelta(days=9),
    }  # fmt: skip

    def sign(**other: Any) -> str:
        return refused(lambda: StandingRule.objects.create(**row | {"is_emergency": True} | other))

    assert sign(approver=house.expert) == ""
    assert sign(approver=house.expert, is_emergency=False) == "standing_emergency_of_its_words"
    for person in (house.head, house.officer, house.editor):
        assert sign(approver=person) == "standing_signer_serves"
    assert sign(approver=house.unit_head) == "standing_not_own_words"
    assert sign(approver=house.expert, valid_until=now + timedelta(days=91)) == "standing_at_most_90_days"
    plain = services.start_template(house.hospital, "ساده", replace(WATER, emergency=False), by=house.unit_head).current
    words = {"version": plain, "content_hash": plain.content_hash, "approver": house.expert}
    assert sign(**words) == "standing_emergency_of_its_words"
    assert sign(**words, is_emergency=False) == "standing_never_health"


def test_only_health_words_carry_the_mark_in_the_database(alarm: Alarm, house: Any) -> None:
    import hashlib

    payload = payload_of(replace(WATER, topic="organisation"), alarm.template.pk)
    row = {
        "institution_id": house.institution.pk, "template": alarm.template, "number": 2, "payload": payload,
        "content_hash": hashlib.sha256(payload.encode()).hexdigest(), "by": house.officer, "at": clock.now(),
    }  # fmt: skip
    assert refused(lambda: TemplateVersion.objects.create(**row)) == "template_emergency_is_health"


def test_an_expired_an_ended_and_a_changed_signature_say_nothing(alarm: Alarm, house: Any) -> None:
    post = waits(alarm)
    rule = alarm.sign(days=1)
    assert why_refused(rule, post, review={}, at=rule.valid_until) == "rule_lives"
    services.end_standing(rule, by=house.expert)
    assert why_refused(rule, post, review={}) == "rule_lives"
    again = alarm.sign()
    changed = replace(WATER, text="آب {مکان} از {تاریخ}. {تلفن}")
    services.change_template(
        alarm.template, "آب آلوده", changed, expected_hash=alarm.template.current.content_hash, by=house.officer
    )
    again.refresh_from_db()
    assert (again.end_reason, why_refused(again, post, review={})) == ("changed", "rule_lives")


def test_an_expert_who_lost_the_right_signed_nothing_also_when_it_comes_back(alarm: Alarm, house: Any) -> None:
    post = waits(alarm)
    rule = alarm.sign()
    accounts.end_role(Role.objects.get(person=house.expert, ended_at=None), by=house.head)
    assert why_refused(rule, post, review={}) == "approver_serves"
    accounts.grant_role(house.expert, RoleKind.HEAD, unit=house.headquarters, by=None)
    assert why_refused(rule, post, review={}) == "rule_lives"  # a head approves, but signs no health words
    accounts.grant_role(house.expert, RoleKind.EXPERT, unit=house.headquarters, by=None)
    assert why_refused(rule, post, review={}) == "rule_lives"


def test_an_expert_who_no_longer_reads_the_words_signed_nothing(alarm: Alarm, house: Any) -> None:
    post = waits(alarm)
    rule = alarm.sign()
    accounts.set_reads(house.expert, ["en"], by=house.expert)
    assert why_refused(rule, post, review={}) != ""


def test_the_yes_is_the_experts(alarm: Alarm) -> None:
    post = waits(alarm)
    assert why_refused(alarm.sign(), post, review={}, is_expert=False) == "emergency_by_an_expert"


def test_whoever_fills_it_in_is_not_who_signed(alarm: Alarm, house: Any) -> None:
    accounts.grant_role(house.expert, RoleKind.UNIT_OFFICER, unit=house.hospital, by=None)
    rule = alarm.sign()
    done = alarm.fill(by=house.expert)
    assert not done.is_approved
    assert why_refused(rule, done.post, review={}) != ""


def test_another_units_signature_says_nothing_here(alarm: Alarm, house: Any) -> None:
    shared = services.start_template(house.headquarters, "برای همه", WATER, by=house.editor)
    rule = alarm.sign(template=shared)
    theirs = open_channel(NewChannel(house.faculty, "telegram", "sandbox", "bh", "خبر"), by=None)
    done = alarm.fill(template=shared, unit=house.faculty, by=house.neighbour, channels=[theirs.pk])
    assert not done.is_approved
    assert why_refused(rule, done.post, review={}) == "rule_of_these_words"
    assert alarm.fill(template=shared).is_approved


# --- the look afterwards -----------------------------------------------------------------------------------------


def test_nothing_goes_without_a_look_within_a_day(alarm: Alarm) -> None:
    post = waits(alarm)
    rule, now = alarm.sign(), clock.now()
    assert why_refused(rule, post) == "emergency_is_looked_at"
    ahead = {"opened_at": now + timedelta(days=5), "due_at": now + timedelta(days=6)}
    assert refused(lambda: open_review(post, **ahead)) == "after_review_of_its_filling"
    assert refused(lambda: open_review(post, due_at=now + timedelta(days=9))) == "after_review_within_a_day"
    early = {"opened_at": now - timedelta(hours=30), "due_at": now - timedelta(hours=6)}
    assert why_refused(rule, post, review=early) == "emergency_lane_closed"  # it would close itself
    assert why_refused(rule, post, review={}, at=now - timedelta(hours=1)) in ("rule_lives", "emergency_is_looked_at")


def test_the_look_is_at_what_was_filled_into_emergency_words(alarm: Alarm, house: Any) -> None:
    plain = services.start_template(house.hospital, "ساده", replace(WATER, emergency=False), by=house.unit_head)
    post = alarm.fill(template=plain).post
    assert refused(lambda: open_review(post)) == "after_review_of_its_filling"
    right = waits(alarm)
    assert refused(lambda: open_review(right, unit_id=house.faculty.pk)) == "after_review_of_its_filling"
    assert refused(lambda: open_review(right, template_id=plain.pk)) == "after_review_of_its_filling"


def test_what_was_found_stays_and_nobody_finds_it_in_anothers_name(alarm: Alarm, house: Any) -> None:
    alarm.sign()
    review = alarm.review(alarm.sent())
    found = {"done_at": clock.now(), "verdict": "right"}

    def find(person: Any, **other: Any) -> str:
        return refused(lambda: AfterReview.objects.filter(pk=review.pk).update(**found | {"done_by": person} | other))

    for person in (house.officer, house.head, house.unit_head, house.outsider):
        assert find(person) == "after_review_of_an_expert"
    accounts.grant_role(house.officer, RoleKind.EXPERT, unit=house.headquarters, by=None)
    assert find(house.officer) == "after_review_of_an_expert"  # who filled it in
    assert find(house.expert) == "after_review_of_another"  # who signed it, while others serve
    assert find(alarm.second, verdict="withdraw") == "after_review_says_why"
    assert find(alarm.second) == ""
    services.review_afterwards(review, Verdict.RIGHT, by=alarm.second)
    assert find(alarm.second, verdict="correct", note="نه") == "after_review_stays"
    for change in ("due_at = due_at + interval '1 day'", "done_at = null", "unit_id = 1"):
        with (
            pytest.raises(Exception, match=r"stays so|permission denied"),
            transaction.atomic(),
            connection.cursor() as sql,
        ):
            sql.execute(f"update network_afterreview set {change} where id = %s", [review.pk])
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        AfterReview.objects.filter(pk=review.pk).delete()


# --- the lane ----------------------------------------------------------------------------------------------------


def test_no_other_message_goes_before_all_others(alarm: Alarm, house: Any) -> None:
    """An ordinary message, whether the page, the API or the command line wrote it: they all end in these rows."""
    ids = [one.pk for one in alarm.channels]
    fields = DraftFields(title="عنوان", text="متن", topic="organisation", channel_ids=frozenset(ids))
    post = publishing.start_post(house.hospital, fields, by=house.officer)
    publishing.submit_post(post, by=house.officer)
    assert refused(lambda: Post.objects.filter(pk=post.pk).update(is_emergency=True)) == "emergency_post_is_filled"
    publishing.approve_shown(post, by=house.head, digest=shown_set(post).digest)
    row = Delivery.objects.filter(post_id=post.pk).first()
    assert row is not None
    row.pk, row.key, row.lane = None, "x" * 64, 1
    assert refused(lambda: row.save(force_insert=True)) == "emergency_lane_is_signed"


def test_a_message_that_went_before_all_others_stays_one(alarm: Alarm) -> None:
    alarm.sign()
    post = alarm.sent()
    assert refused(lambda: Post.objects.filter(pk=post.pk).update(is_emergency=False)) == "emergency_post_is_filled"


def test_the_same_form_twice_is_one_message_and_one_look(alarm: Alarm) -> None:
    alarm.sign()
    assert alarm.sent().pk == alarm.sent().pk
    assert AfterReview.objects.count() == 1
    assert alarm.sent(**{"تلفن": Phone("04100000000")}).pk != alarm.sent().pk
