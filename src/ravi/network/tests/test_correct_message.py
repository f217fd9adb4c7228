"""Headquarters carries a newer version to every copy of the older ones: which words, who says yes, what waits for whom."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from ravi.accounts.closing import close_unit
from ravi.accounts.rules import RoleKind
from ravi.accounts.services import grant_role, set_reads
from ravi.delivery.models import Delivery
from ravi.delivery.payload import is_pinned, read_payload
from ravi.network import queries, services
from ravi.network.corrected import Outcome, carried_over
from ravi.network.errors import FactsContradicted, NewerVersion, NotNow
from ravi.network.jobs import correct
from ravi.network.models import CorrectedAnswer, Correction, Offer, Version
from ravi.network.pages.correct_message import before
from ravi.network.pages.corrections_yes import shown as corrections_shown
from ravi.network.queries.correct_message import answers_to_correct
from ravi.network.rules import OnNewVersion
from ravi.network.tests.conftest import TEXT
from ravi.network.tests.outside import agreed, carried, corrected_everywhere, lines, open_channels, published, took
from ravi.network.tests.test_based_on import issue_next, later
from ravi.network.tests.test_translation_yes import ARABIC
from ravi.notices.models import Notice
from ravi.platforms.compose import FULL
from ravi.publishing import errors as publishing_errors
from ravi.publishing import services as publishing
from ravi.publishing.errors import OwnWork, PostHalted
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.queries import posts_awaiting, shown_set

pytestmark = pytest.mark.django_db

OWN = {FULL: "همشهریان عزیز امید!\n" + TEXT}


@pytest.fixture
def message(house, offered):
    """Before the hospital and the faculty, which have a channel of each kind."""
    made = offered(window_min=0)
    open_channels(house.hospital)
    open_channels(house.faculty)
    return made


@pytest.fixture
def answers(house, message):
    """The hospital took it unchanged, the faculty in its own words; both are out."""
    return (
        published(house, message, house.hospital, house.officer),
        published(house, message, house.faculty, house.neighbour, parts=OWN),
    )


def test_every_copy_is_changed_as_its_platform_can_after_one_yes(house, message, answers, words):
    issue_next(house, message, later(words))
    same, own = corrected_everywhere(message, house.editor)
    assert (same.outcome, own.outcome) == (Outcome.MADE, Outcome.MADE)
    assert "۱۷ آذر" in same.post.text and same.parts == {}
    assert own.post.text.startswith("همشهریان عزیز امید!") and "۱۷ آذر" in own.post.text and own.parts == OWN
    assert {one.post.state for one in (same, own)} == {Post.State.SUBMITTED}
    assert not Delivery.objects.filter(post_id__in=[same.post_id, own.post_id]).exists()
    shown = {one.post_id: shown_set(one.post).digest for one in (same, own)}
    done = services.say_corrections_yes(same.version, shown, by=house.expert)
    assert (set(done.done), done.refused) == ({same.post_id, own.post_id}, {})
    assert lines(same.post) == [
        ("bale", "edit", "pending"),  # until an engine lays it before a person
        ("eitaa", "publish", "pending"),
        ("telegram", "edit", "pending"),
    ]
    assert set(Delivery.objects.filter(post_id=same.post_id).values_list("lane", flat=True)) == {0}
    answer = Delivery.objects.get(post_id=same.post_id, platform="eitaa")
    assert read_payload(answer.payload)["text"].startswith("اصلاحیه:") and answer.reply_id is not None
    rows = Approval.objects.filter(approver=house.expert, voided_at=None, copy__post__corrects__isnull=False)
    assert set(rows.values_list("content_hash", flat=True)) == set(
        Delivery.objects.filter(post_id__in=shown).values_list("content_hash", flat=True)
    )


def test_whoever_wrote_the_message_or_asked_for_it_says_no_yes(house, message, answers, words):
    grant_role(house.editor, RoleKind.EXPERT, unit=house.headquarters, by=None)
    issue_next(house, message, later(words))
    [same, _own] = corrected_everywhere(message, house.head)  # somebody else asks for it
    assert not posts_awaiting(house.editor).exists() and posts_awaiting(house.expert).count() == 2
    shown = {same.post_id: shown_set(same.post).digest}
    assert not services.say_corrections_yes(same.version, shown, by=house.editor).done
    with pytest.raises(OwnWork):
        agreed(same.post, house.editor)
    assert not Approval.objects.filter(copy__post=same.post_id).exists()


def test_a_set_that_was_not_shown_gets_no_yes(house, message, answers, words):
    issue_next(house, message, later(words))
    [same, _own] = corrected_everywhere(message, house.editor)
    forged = {same.post_id: "0" * 64, answers[0].post_id: shown_set(answers[0].post).digest}
    done = services.say_corrections_yes(same.version, forged, by=house.expert)
    assert done.done == () and set(done.refused) == {same.post_id}
    for person in (house.officer, house.head, house.outsider):
        assert not services.say_corrections_yes(
            same.version, {same.post_id: shown_set(same.post).digest}, by=person
        ).done


def test_asked_twice_and_run_twice_is_once(house, message, answers, words):
    issue_next(house, message, later(words))
    first = corrected_everywhere(message, house.editor)
    second = corrected_everywhere(message, house.editor)
    assert [one.post_id for one in first] == [one.post_id for one in second]
    assert Post.objects.filter(corrects__isnull=False).count() == 2


def test_a_run_that_dies_goes_on_with_the_next_unit(house, message, answers, words):
    version = issue_next(house, message, later(words))
    services.correct_message(message, version_id=version.pk, by=house.editor)
    assert services.correct_next(version.pk)
    assert answers_to_correct(version).count() == 1
    correct(house.institution.pk, version.pk)
    assert not services.correct_next(version.pk)
    assert CorrectedAnswer.objects.filter(outcome=Outcome.MADE).count() == 2


def test_what_both_have_changed_is_the_units_to_write(house, message, answers, words):
    changed = replace(later(words), text=TEXT.replace("آغاز می‌شود", "ادامه دارد"))
    version = issue_next(house, message, changed)
    _same, own = corrected_everywhere(message, house.editor)
    assert (own.outcome, own.post) == (Outcome.OWN_WORDS, None)
    assert {one.person_id for one in Notice.objects.filter(kind="correction_asked")} == {house.neighbour.pk}
    offer = Offer.objects.get(message=message, unit=house.faculty)
    answer = services.Answer(version.pk, answers[1].pk)
    with pytest.raises(PermissionDenied):
        services.write_correction(offer, answer, parts=OWN, by=house.editor)
    with pytest.raises(FactsContradicted):
        services.write_correction(offer, answer, parts={FULL: "بیایید، همین شنبه."}, by=house.neighbour)
    made = services.write_correction(offer, answer, parts=OWN, by=house.neighbour)
    own.refresh_from_db()
    assert (own.outcome, own.post, own.parts) == (Outcome.MADE, made, OWN)
    assert "۱۷ آذر" in made.text and made.author == house.neighbour
    corrected_everywhere(message, house.editor)
    own.refresh_from_db()
    assert own.post == made


def test_of_own_words_to_write_hears_whoever_answers_for_a_merged_unit_now(house, message, answers, words):
    close_unit(house.faculty, successor=house.hospital, by=house.head)
    version = issue_next(house, message, replace(later(words), text=TEXT.replace("آغاز می‌شود", "ادامه دارد")))
    corrected_everywhere(message, house.editor)
    assert CorrectedAnswer.objects.get(version=version, outcome=Outcome.OWN_WORDS).adoption.offer.unit == house.faculty
    there = {house.neighbour.pk, house.officer.pk, house.unit_head.pk}
    assert {one.person_id for one in Notice.objects.filter(kind="correction_asked")} == there


def test_own_words_that_contradict_the_newer_facts_are_the_units_to_write(house, message, words):
    said = {FULL: TEXT + "\nبیایید."}
    published(house, message, house.faculty, house.neighbour, parts=said)
    fewer = replace(words, facts=words.facts[:-1], text=TEXT.replace("\n[نوبت بگیرید]({نشانی})", ""))
    issue_next(house, message, fewer)
    [own] = corrected_everywhere(message, house.editor)
    assert own.outcome == Outcome.OWN_WORDS


def test_own_words_that_said_the_older_day_freely_are_the_units_to_write(house, message, words):
    published(house, message, house.faculty, house.neighbour, parts={FULL: "از ۱۰ آذر منتظر شما هستیم.\n" + TEXT})
    issue_next(house, message, later(words))
    [own] = corrected_everywhere(message, house.editor)
    assert (own.outcome, own.post) == (Outcome.OWN_WORDS, None)
    assert "۱۰ آذر" in own.why


def test_another_language_waits_for_its_translation_and_is_taken_up(house, message, words):
    set_reads(house.expert, ["fa", "ar"], by=house.head)
    house.expert.refresh_from_db()
    kept = services.save_translation(message.current, "ar", "الجرعة", ARABIC, by=house.editor)
    services.endorse_translation(kept, revision=kept.revision, by=house.expert)
    published(house, message, house.hospital, house.officer, lang="ar")
    version = issue_next(house, message, later(words))
    [row] = corrected_everywhere(message, house.editor)
    assert (row.outcome, row.post) == (Outcome.TRANSLATION, None)
    kept = services.save_translation(version, "ar", "الجرعة", ARABIC, by=house.editor)
    correct(house.institution.pk, version.pk)
    row.refresh_from_db()
    assert row.outcome == Outcome.TRANSLATION  # no expert has said yes to it
    services.endorse_translation(kept, revision=kept.revision, by=house.expert)
    correct(house.institution.pk, version.pk)
    row.refresh_from_db()
    assert (row.outcome, row.post.lang, row.translation) == (Outcome.MADE, "ar", kept)
    assert "تصحيح" in Delivery.objects.get(post_id=agreed(row.post, house.expert).pk, platform="eitaa").payload


def test_what_has_not_left_is_exchanged_in_the_line_where_the_rule_lets_it_go_on(house, offered, words):
    message = offered(window_min=0, on_new_version=OnNewVersion.GO_ON)
    open_channels(house.hospital)
    answer = took(Offer.objects.get(message=message, unit=house.hospital), house.officer)
    agreed(answer.post, house.expert)
    issue_next(house, message, later(words))
    [row] = corrected_everywhere(message, house.editor)
    agreed(row.post, house.expert)
    assert {state for _platform, _action, state in lines(answer.post)} == {"superseded"}
    assert [action for _platform, action, _state in lines(row.post)] == ["publish"] * 3


def test_what_waits_for_its_unit_is_not_corrected(house, message, words):
    answer = took(Offer.objects.get(message=message, unit=house.hospital), house.officer)
    agreed(answer.post, house.expert)
    issue_next(house, message, later(words))  # and its copies are taken out of the line
    [row] = corrected_everywhere(message, house.editor)
    assert (row.outcome, row.post) == (Outcome.NOTHING, None)
    assert [one.pk for one in queries.answers_behind(message)] == [answer.pk]


def test_a_unit_that_is_corrected_is_behind_no_more(house, message, answers, words):
    issue_next(house, message, later(words))
    rows = corrected_everywhere(message, house.editor)
    assert queries.answers_behind(message).count() == 2
    agreed(rows[0].post, house.expert)
    assert [one.pk for one in queries.answers_behind(message)] == [answers[1].pk]
    numbers = {one.unit_id: one.number for one in queries.answers_in_public(message)}
    assert numbers == {house.hospital.pk: 2, house.faculty.pk: 1}


def test_the_next_version_takes_the_place_of_what_still_waits(house, message, answers, words):
    issue_next(house, message, later(words))
    first = corrected_everywhere(message, house.editor)
    agreed(first[0].post, house.expert)
    carried(first[0].post)
    third = replace(later(words), title="دوز دوم، تاریخ تازه")
    issue_next(house, message, third)
    with pytest.raises(PostHalted):
        agreed(first[1].post, house.expert)
    second = corrected_everywhere(message, house.editor)
    first[1].post.refresh_from_db()
    assert first[1].post.state == Post.State.WITHDRAWN
    assert [one.outcome for one in second] == [Outcome.MADE] * 2
    assert {one.post.corrects_id for one in second} == {one.post_id for one in answers}
    for one in second:
        agreed(one.post, house.expert)
    assert set(Version.objects.filter(corrected_answers__post__state="approved").values_list("number", flat=True)) == {
        2,
        3,
    }


def test_who_may_and_when(house, message, answers, words):
    with pytest.raises(NotNow):
        services.correct_message(message, version_id=message.current_id, by=house.editor)
    version = issue_next(house, message, later(words))
    for person in (house.officer, house.unit_head, house.auditor, house.expert, house.outsider):
        with pytest.raises(PermissionDenied):
            services.correct_message(message, version_id=version.pk, by=person)
    with pytest.raises(NewerVersion):
        services.correct_message(message, version_id=answers[0].version_id, by=house.editor)
    services.withdraw_message(message, reason="نه", by=house.head)
    with pytest.raises(NotNow):
        services.correct_message(message, version_id=version.pk, by=house.editor)


def test_approvers_hear_once_whatever_the_number_of_units(house, message, answers, words):
    issue_next(house, message, later(words))
    rows = corrected_everywhere(message, house.editor)
    told = Notice.objects.filter(kind="corrections_asked")
    assert [one.person_id for one in told] == [house.expert.pk]
    assert not Notice.objects.filter(kind="post_submitted", url__in=[f"/posts/{one.post_id}/approval/" for one in rows])
    shown = {one.post_id: shown_set(one.post).digest for one in rows}
    services.say_corrections_yes(rows[0].version, shown, by=house.expert)
    assert not told.filter(read_at=None).exists()


def test_the_same_words_are_not_corrected(house, message, answers, words):
    issue_next(house, message, replace(words, key_messages=("کارت ملی",)))
    rows = corrected_everywhere(message, house.editor)
    assert [one.outcome for one in rows] == [Outcome.SAME] * 2
    assert not queries.answers_behind(message).exists()


def test_older_words_do_not_go_on_beside_their_correction(house, message, answers, words):
    issue_next(house, message, replace(words, title="دوز دوم، ظهرها"))
    rows = corrected_everywhere(message, house.editor)
    for one in rows:
        agreed(one.post, house.expert)
    Post.objects.filter(pk=answers[0].post_id).update(halted_at=answers[0].at)
    with pytest.raises(publishing_errors.NotNow, match="اصلاح"):
        publishing.go_on_post(Post.objects.get(pk=answers[0].post_id), by=house.officer)


def test_own_parts_are_carried_over_or_nobody_decides():
    before, after = {"title": "الف", "full": "ب {ت}"}, {"title": "الف", "full": "پ {ت}"}
    assert carried_over({}, before, after) == {}
    assert carried_over({"title": "ج"}, before, after) == {"title": "ج"}
    assert carried_over({"full": "د {ت}"}, before, after) is None
    assert carried_over({"full": "ب {ت}", "short": "ه"}, before, after) == {}


def test_answers_go_to_the_top_where_headquarters_asked_for_it(house, message, answers, words):
    """What cannot be edited keeps its old words; the newer ones are pinned, and whoever says yes reads how many."""
    issue_next(house, message, later(words))
    message.refresh_from_db()
    assert before(message.current)["pinnable"] == 2, "one answer in each unit"
    services.correct_message(message, version_id=message.current_id, by=house.editor, pins=True)
    correct(message.institution_id, message.current_id)
    posts = list(Post.objects.filter(corrects__isnull=False))
    found = {(one.platform, is_pinned(one.payload)) for one in Copy.objects.filter(post__in=posts)}
    assert found == {("eitaa", True), ("telegram", False), ("bale", False)}
    assert ("node", "۲ پاسخ بالای کانال خود سنجاق می‌شود") in corrections_shown(house.expert, message.current).ways
    services.correct_message(message, version_id=message.current_id, by=house.editor)
    assert Correction.objects.get().pins, "asked again without the choice, it stays"


def test_without_being_asked_nothing_is_pinned(house, message, answers, words):
    issue_next(house, message, later(words))
    corrected_everywhere(message, house.editor)
    assert not any(is_pinned(one.payload) for one in Copy.objects.all())
