"""Standing approvals: an ordinary yes by a rule, inside its words, unit, days and its signer's right, and nowhere else."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.accounts import services as accounts
from ravi.accounts.absence import note_absence
from ravi.accounts.models import Role
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.core import clock
from ravi.core.audit import entries
from ravi.delivery.models import Delivery
from ravi.network import services
from ravi.network.errors import NotNow, OwnWords, TemplateChanged, TemplateRefused
from ravi.network.facts.values import Count
from ravi.network.models import Filling, StandingRule
from ravi.network.queries import holding, rules_for
from ravi.network.tests.ward import WORDS, Ward, approvals, refused_by_database, submitted_without_rule
from ravi.publishing import services as publishing
from ravi.publishing.queries import shown_set
from ravi.publishing.rules import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(house: Any) -> Ward:
    return Ward(house)


def test_a_filled_template_waits_as_every_message_does(ward: Ward, house: Any) -> None:
    done = ward.fill()
    assert (done.ready, done.blocked, done.is_approved, done.post.state) == (2, 0, False, "submitted")
    assert "درمانگاه شبانه‌روزی در سه‌شنبه ۱۰ آذر ۱۴۰۵ تا پنجشنبه ۱۲ آذر ۱۴۰۵، ساعت ۸:۰۰ تا ۱۳:۳۰" in done.post.text
    publishing.approve_shown(done.post, by=house.head, digest=shown_set(done.post).digest)


def test_a_signed_one_goes_with_ordinary_rows_that_name_the_rule(ward: Ward, house: Any) -> None:
    rule = ward.sign()
    done = ward.fill()
    assert (done.is_approved, done.post.state) == (True, "approved")
    rows = approvals(done.post)
    assert {(one.rule_id, one.approver_id, one.author_id, one.is_expert) for one in rows} == {
        (rule.pk, house.head.pk, house.officer.pk, False)
    }
    # The ledger knows them by the same hashes as after a yes by hand, in their turn.
    ordered = set(Delivery.objects.filter(post_id=done.post.pk).values_list("content_hash", "approved_hash", "lane"))
    assert ordered == {(one.content_hash, one.content_hash, 2) for one in rows} and len(ordered) == 2
    said = json.loads(entries(house.institution.pk).filter(verb="approve_by_rule").get().body)
    assert (said["by"], said["facts"]["rule"], said["facts"]["person"]) == (house.officer.pk, rule.pk, house.head.pk)


def test_the_same_form_twice_is_one_message(ward: Ward) -> None:
    ward.sign()
    assert ward.fill().post.pk == ward.fill().post.pk
    assert ward.fill(نفر=Count(41, "نفر")).post.pk != ward.fill().post.pk
    assert Filling.objects.count() == 2


def test_with_two_steps_it_is_one_of_them(ward: Ward, house: Any) -> None:
    publishing.set_steps(Topic.ORGANISATION, house.hospital, 2, by=house.head)
    ward.sign()
    done = ward.fill()
    assert (done.is_approved, len(approvals(done.post)), Delivery.objects.count()) == (False, 2, 0)
    approved = publishing.approve_shown(done.post, by=house.expert, digest=shown_set(done.post).digest)
    assert approved.post.state == "approved" and len(approved.delivery_ids) == 2


def test_two_signers_are_two_steps(ward: Ward, house: Any) -> None:
    publishing.set_steps(Topic.ORGANISATION, house.hospital, 2, by=house.head)
    ward.sign(), ward.sign(by=house.expert)
    assert ward.fill().is_approved


def test_whoever_signed_fills_in_nothing_with_their_own_yes(ward: Ward, house: Any) -> None:
    ward.sign()
    done = ward.fill(by=house.head)
    assert not done.is_approved and approvals(done.post) == []


def test_nobody_signs_words_of_their_own_in_any_version(ward: Ward, house: Any) -> None:
    accounts.grant_role(house.unit_head, RoleKind.HEAD, unit=house.headquarters, by=None)
    words = replace(WORDS, title="ساعت تازهٔ {مکان}")
    changed = services.change_template(
        ward.template, "تغییر ساعت", words, expected_hash=ward.template.current.content_hash, by=house.officer
    )
    with pytest.raises(OwnWords):
        ward.sign(by=house.unit_head, template=changed)


@pytest.mark.parametrize("days", [0, 91, -1])
def test_days_have_a_bound(ward: Ward, days: int) -> None:
    with pytest.raises(TemplateRefused):
        ward.sign(days=days)


def test_health_advice_has_none(ward: Ward, house: Any) -> None:
    words = replace(WORDS, topic=Topic.HEALTH)
    health = services.start_template(house.hospital, "توصیه", words, by=house.unit_head)
    with pytest.raises(TemplateRefused):
        ward.sign(template=health, by=house.expert)
    done = ward.fill(template=health)
    assert not done.is_approved
    rule = ward.sign()
    assert refused_by_database(rule, done.post, approver_id=house.head.pk)


def test_only_approvers_sign_and_only_what_they_saw(ward: Ward, house: Any) -> None:
    for person in (house.officer, house.unit_head, house.editor, house.auditor):
        with pytest.raises(PermissionDenied):
            ward.sign(by=person)
    with pytest.raises(TemplateChanged):
        services.sign_standing(ward.template.current, house.hospital, days=9, content_hash="0" * 64, by=house.head)
    with pytest.raises(NotNow):
        ward.sign(unit=house.faculty)


# --- how a rule ends -------------------------------------------------------------------------------------------


def test_a_change_of_the_words_ends_it(ward: Ward, house: Any) -> None:
    rule = ward.sign()
    words = replace(WORDS, short="{مکان}: {تاریخ}.")
    old = ward.template.current
    services.change_template(ward.template, "تغییر ساعت", words, expected_hash=old.content_hash, by=house.officer)
    rule.refresh_from_db()
    assert (rule.end_reason, rule.ended_by_id) == ("changed", house.officer.pk)
    with pytest.raises(TemplateChanged):  # the page was open meanwhile
        ward.fill()
    ward.template.refresh_from_db()
    assert not ward.fill(words=words).is_approved
    # The very words of before are another version: nothing revives what was signed for them.
    ward.template.refresh_from_db()
    services.change_template(
        ward.template, "تغییر ساعت", WORDS, expected_hash=ward.template.current.content_hash, by=house.officer
    )
    ward.template.refresh_from_db()
    assert not ward.fill().is_approved


def test_signer_and_head_end_it_at_once_and_nobody_else(ward: Ward, house: Any) -> None:
    rule = ward.sign(by=house.expert)
    for person in (house.officer, house.unit_head, house.editor):
        with pytest.raises(PermissionDenied):
            services.end_standing(rule, by=person)
    services.end_standing(rule, by=house.head)
    services.end_standing(rule, by=house.expert)
    rule.refresh_from_db()
    assert (rule.ended_by_id, rule.end_reason) == (house.head.pk, "ended")
    assert not ward.fill().is_approved
    assert ward.sign(by=house.expert).pk != rule.pk


def test_its_day_comes_and_no_clock_brings_it_back(ward: Ward) -> None:
    rule = ward.sign(days=1)
    late = clock.now() + timedelta(days=1, seconds=1)
    with clock.at(late):
        assert list(holding(StandingRule.objects.all())) == []
        assert not ward.fill().is_approved
        services.end_void_rules(ward.house.institution.pk)
    rule.refresh_from_db()
    assert rule.end_reason == "over"
    assert not ward.fill(نفر=Count(3, "نفر")).is_approved


def test_a_clock_that_was_set_back_is_seen_by_the_database(ward: Ward, house: Any) -> None:
    past = clock.now() - timedelta(days=40)
    Role.objects.filter(person=house.head).update(granted_at=past)
    with clock.at(past):
        ward.template = services.start_template(house.hospital, "پیش‌تر", WORDS, by=house.unit_head)
        rule = ward.sign(days=30)
        assert list(holding(StandingRule.objects.all())) == [rule]
        post = submitted_without_rule(ward)  # it waits for a person: the database has another time
        assert refused_by_database(rule, post)


def test_a_signer_who_left_or_lost_the_right_signed_nothing(ward: Ward, house: Any) -> None:
    rule = ward.sign(by=house.expert)
    role = Role.objects.get(person=house.expert, ended_at=None)
    accounts.end_role(role, by=house.head)
    post = submitted_without_rule(ward)
    assert refused_by_database(rule, post)
    # Given anew, the right is another one: nothing that was signed before comes back.
    accounts.grant_role(house.expert, RoleKind.EXPERT, unit=house.headquarters, by=house.head)
    assert rules_for(ward.template, house.hospital) == []
    assert refused_by_database(rule, post)
    services.end_void_rules(ward.house.institution.pk)
    rule.refresh_from_db()
    assert rule.end_reason == "right_lost"


def test_a_fired_signer_too(ward: Ward, house: Any) -> None:
    rule = ward.sign(by=house.expert)
    accounts.record_leaver(house.expert, by=house.head)
    post = submitted_without_rule(ward)
    assert refused_by_database(rule, post)


def test_whoever_is_away_has_signed_all_the_same(ward: Ward, house: Any) -> None:
    ward.sign()
    now = clock.now()
    note_absence(house.head, starts_at=now, ends_at=now + timedelta(days=3), stand_in=None, by=house.head)
    with clock.at(now + timedelta(hours=1)):
        assert ward.fill().is_approved


def test_an_ended_template_has_no_rules_and_no_fillings(ward: Ward, house: Any) -> None:
    rule = ward.sign()
    services.end_template(ward.template, by=house.officer)
    rule.refresh_from_db()
    assert rule.ended_at is not None
    with pytest.raises(TemplateChanged):
        ward.fill()


def test_looking_for_what_holds_no_more_asks_the_same_for_one_and_for_thirty(ward: Ward, house: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as said:
            assert services.end_void_rules(house.institution.pk) == 0
        return len(said)

    everybodys = services.start_template(house.headquarters, "ساعت", WORDS, by=house.editor)
    ward.sign(template=everybodys)
    for_one = asked()
    for number in range(29):
        unit = accounts.add_unit(f"مرکز {number}", UnitKind.CENTRE, parent=house.headquarters, by=None)
        ward.sign(template=everybodys, unit=unit)
    assert asked() == for_one
