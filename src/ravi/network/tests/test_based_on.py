"""A newer version: whose words are older by now, what waits, what may go on, and how the unit's own words are carried over."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from ravi.core import clock
from ravi.delivery.models import Delivery, LedgerEntry
from ravi.delivery.rules import State
from ravi.network import queries, services
from ravi.network.based_on import fact_changes, may_go_on, merged
from ravi.network.errors import AnsweredMeanwhile, NotNow
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Day, LockedFact
from ravi.network.models import Message, Offer
from ravi.network.rules import OnNewVersion
from ravi.network.tests.conftest import FACTS, TEXT
from ravi.network.tests.test_adoption import adopt, channel_ids, offer  # noqa: F401 -- fixtures
from ravi.notices.models import Notice
from ravi.platforms.compose import FULL
from ravi.publishing import services as publishing
from ravi.publishing.errors import PostHalted
from ravi.publishing.models import Approval, Copy, Post
from ravi.publishing.queries import posts_awaiting, shown_set, why_not_approve
from ravi.publishing.rules import UNDO_S

pytestmark = pytest.mark.django_db

LATER = LockedFact("تاریخ", FactKind.DATE, Day(date(2026, 12, 8)))


def issue_next(house, message, words, **more):
    """The editor's next version, endorsed and with the units."""
    version = services.start_version(message, by=house.editor)
    changed = replace(words, **({"what_changed": "تاریخ عوض شد."} | more))
    version = services.save_version(version, changed, expected_revision=version.revision, by=house.editor)
    services.endorse_version(version, content_hash=version.content_hash, by=house.expert)
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    message.refresh_from_db()
    return version


def later(words):
    """The same words with another day."""
    return replace(words, facts=tuple(LATER if fact.name == LATER.name else fact for fact in words.facts))


@pytest.fixture
def approved(house, offer, channel_ids):  # noqa: F811
    """The hospital's unchanged answer, approved and in the line for a while."""
    done = adopt(offer, channel_ids, house.officer).adoption
    Post.objects.filter(pk=done.post_id).update(spread_s=900)
    publishing.approve_shown(done.post, by=house.expert, digest=shown_set(done.post).digest)
    return done


def states():
    return set(Delivery.objects.values_list("state", flat=True))


# Pure ------------------------------------------------------------------------------------------------------------------


def test_what_differs_between_facts_is_said_before_and_after():
    after = (*FACTS[:2], LATER, *FACTS[4:])
    date_change, gone = fact_changes(FACTS, after, "fa")
    assert (date_change.name, date_change.before, date_change.after) == (
        "تاریخ",
        "سه‌شنبه ۱۰ آذر ۱۴۰۵",
        "سه‌شنبه ۱۷ آذر ۱۴۰۵",
    )
    assert (gone.name, gone.after) == ("ساعت", "")
    assert fact_changes(FACTS, tuple(reversed(FACTS)), "fa") == ()


def test_only_a_fact_that_may_be_missing_lets_older_words_go_on():
    free = replace(LATER, is_required=False)
    old_free = tuple(replace(fact, is_required=False) if fact.name == LATER.name else fact for fact in FACTS)
    assert may_go_on(fact_changes(old_free, tuple(free if f.name == free.name else f for f in old_free), "fa"))
    assert not may_go_on(fact_changes(FACTS, tuple(LATER if f.name == LATER.name else f for f in FACTS), "fa"))
    assert not may_go_on(fact_changes(FACTS[:-1], FACTS, "fa"))
    assert may_go_on(())


WORDS = st.sampled_from(["", "الف", "ب {تاریخ}", "پ\nت"])
PARTS = st.dictionaries(st.sampled_from(["title", "full", "short"]), WORDS)


@given(own=PARTS, before=PARTS, after=PARTS)
def test_nothing_of_the_units_words_is_lost_and_nothing_is_decided_for_it(own, before, after):
    found = merged(own, before, after)
    assert set(found.parts) >= set(after)
    for name, words in own.items():
        theirs = words.strip() in (before.get(name, "").strip(), after.get(name, "").strip())
        assert theirs or found.parts[name] == words
    asked = {one.part for one in found.conflicts}
    for name, words in found.parts.items():
        if name not in own:
            assert words == after[name]
        elif name not in asked:
            assert before.get(name, "").strip() in (own[name].strip(), after.get(name, "").strip()) or (
                own[name].strip() == after.get(name, "").strip()
            )


# What a newer version does -----------------------------------------------------------------------------------------------


def test_what_waits_for_a_yes_gets_none_any_more(house, offer, channel_ids, words):  # noqa: F811
    post = adopt(offer, channel_ids, house.officer).adoption.post
    digest = shown_set(post).digest
    issue_next(house, offer.message, later(words))
    with pytest.raises(PostHalted, match="عوض کرده"):
        publishing.approve_shown(post, by=house.expert, digest=digest)
    post.refresh_from_db()
    assert why_not_approve(house.expert, post) and not posts_awaiting(house.expert).exists()
    assert not Approval.objects.exists() and not Delivery.objects.exists()
    assert not Notice.objects.filter(kind="post_submitted", read_at=None).exists()


def test_no_copy_in_the_line_leaves_and_those_behind_the_fence_do(house, approved, words):
    claimed, sending, *_rest = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=claimed.pk).update(state=State.CLAIMED, owner="engine", lease_until=clock.now())
    Delivery.objects.filter(pk=sending.pk).update(state=State.SENDING, owner="engine", lease_until=clock.now())
    issue_next(house, approved.offer.message, later(words))
    assert dict(Delivery.objects.values_list("pk", "state")) == {
        one.pk: State.SENDING if one.pk == sending.pk else State.CANCELLED for one in Delivery.objects.all()
    }
    walked = LedgerEntry.objects.filter(delivery_id=claimed.pk).order_by("id").values_list("before", "after")
    assert list(walked)[-2:] == [("claimed", "held"), ("held", "cancelled")]
    approved.post.refresh_from_db()
    assert approved.post.halted_at is not None


def test_the_database_itself_orders_nothing_of_older_words(house, approved, words):
    issue_next(house, approved.offer.message, later(words))
    with pytest.raises(IntegrityError, match="Newer words"), transaction.atomic():
        kept = Delivery.objects.first()
        kept.pk, kept.key = None, "another"
        kept.save(force_insert=True)


def test_the_database_itself_takes_no_yes_to_older_words(house, offer, channel_ids, words):  # noqa: F811
    post = adopt(offer, channel_ids, house.officer).adoption.post
    issue_next(house, offer.message, later(words))
    copy = Copy.objects.filter(post=post).first()
    yes = {"copy": copy, "content_hash": copy.content_hash, "author": house.officer, "approver": house.expert}
    with pytest.raises(IntegrityError, match="Newer words"), transaction.atomic():
        Approval.objects.create(institution_id=post.institution_id, step=1, is_expert=True, at=clock.now(), **yes)


def test_by_the_messages_rule_they_go_on(house, offered, channel_ids, words):  # noqa: F811
    mine = Offer.objects.get(message=offered(on_new_version=OnNewVersion.GO_ON), unit=house.hospital)
    done = adopt(mine, channel_ids, house.officer).adoption
    publishing.approve_shown(done.post, by=house.expert, digest=shown_set(done.post).digest)
    issue_next(house, mine.message, later(words))
    assert states() == {State.PENDING}
    assert [one.pk for one in queries.answers_behind(mine.message)] == [done.pk]


def test_older_words_go_on_when_no_fact_is_another(house, approved, words):
    due = Delivery.objects.values_list("due_at", flat=True).first()
    issue_next(house, approved.offer.message, words, text=TEXT + "\nهمراه داشتن کارت ملی لازم است.")
    assert states() == {State.CANCELLED}
    services.go_on_older(approved.offer, answer_id=approved.pk, by=house.officer)
    assert list(Delivery.objects.filter(state=State.PENDING).values_list("due_at", flat=True)) == [due] * 3
    services.go_on_older(approved.offer, answer_id=approved.pk, by=house.officer)
    assert Delivery.objects.filter(state=State.PENDING).count() == 3
    assert Approval.objects.filter(voided_at=None).count() == 3


def test_what_waited_for_a_yes_waits_for_it_again(house, offer, channel_ids, words):  # noqa: F811
    done = adopt(offer, channel_ids, house.officer).adoption
    issue_next(house, offer.message, words, text=TEXT + "\nهمراه داشتن کارت ملی لازم است.")
    services.go_on_older(offer, answer_id=done.pk, by=house.unit_head)
    assert list(posts_awaiting(house.expert)) == [done.post]
    assert Notice.objects.filter(kind="post_submitted", person=house.expert, read_at=None).count() == 1


def test_never_when_a_required_fact_is_another(house, approved, words):
    issue_next(house, approved.offer.message, later(words))
    with pytest.raises(NotNow, match="نگارش تازه"):
        services.go_on_older(approved.offer, answer_id=approved.pk, by=house.officer)
    assert states() == {State.CANCELLED}


def test_only_the_unit_lets_its_words_go_on_and_only_those_it_saw(house, approved, words):
    issue_next(house, approved.offer.message, words, text=TEXT + "\nکارت ملی لازم است.")
    for person in (house.editor, house.head, house.expert, house.neighbour, house.outsider):
        with pytest.raises(PermissionDenied):
            services.go_on_older(approved.offer, answer_id=approved.pk, by=person)
    with pytest.raises(AnsweredMeanwhile):
        services.go_on_older(approved.offer, answer_id=0, by=house.officer)


@pytest.mark.parametrize("over", ["withdrawn", "ended", "closed", "expired"])
def test_older_words_of_what_is_over_do_not_go_on(house, approved, words, over):
    message = approved.offer.message
    issue_next(house, message, words, text=TEXT + "\nهمراه داشتن کارت ملی لازم است.")
    if over in ("withdrawn", "ended"):
        Message.objects.filter(pk=message.pk).update(state=over)
    elif over == "closed":
        Offer.objects.filter(pk=approved.offer_id).update(state="closed")
    else:
        Message.objects.filter(pk=message.pk).update(valid_until=clock.now())
    with pytest.raises(NotNow, match="تمام شده"):
        services.go_on_older(approved.offer, answer_id=approved.pk, by=house.officer)
    assert states() == {State.CANCELLED}


def test_taking_the_new_version_ends_the_older_answer(house, approved, channel_ids, words):  # noqa: F811
    version = issue_next(house, approved.offer.message, later(words))
    new = adopt(approved.offer, channel_ids, house.officer, before=approved).adoption
    approved.post.refresh_from_db()
    assert (new.version, approved.post.state) == (version, Post.State.WITHDRAWN)
    assert "۱۷ آذر" in new.post.text and not queries.answers_behind(approved.offer.message).exists()


def test_own_words_are_carried_over_with_the_new_facts(house, offer, channel_ids, words):  # noqa: F811
    own = {FULL: "همشهریان!\n" + TEXT}
    first = adopt(offer, channel_ids, house.officer, parts=own).adoption
    issue_next(house, offer.message, later(words))
    new = adopt(offer, channel_ids, house.officer, before=first, parts=own).adoption
    assert new.parts == own and "۱۷ آذر" in new.post.text and new.post.text.startswith("همشهریان!")


def test_the_units_officers_hear_once_and_of_an_alert_at_once(house, approved, words):
    issue_next(house, approved.offer.message, later(words))
    told = Notice.objects.filter(kind="version_changed")
    assert {notice.person_id for notice in told} == {house.officer.pk, house.unit_head.pk}
    assert all(notice.params["waits"] and not notice.params["is_alert"] for notice in told)
    version = approved.offer.message.current
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    assert told.count() == 2


def test_a_unit_without_an_answer_is_not_behind(house, offered, words):
    message = offered()
    issue_next(house, message, later(words))
    assert not queries.answers_behind(message).exists()
    assert not Notice.objects.filter(kind="version_changed").exists()


def test_the_spread_holds_also_where_a_yes_can_be_taken_back(house, offer, channel_ids):  # noqa: F811
    post = adopt(offer, channel_ids, house.officer).adoption.post
    Post.objects.filter(pk=post.pk).update(spread_s=900)
    post.refresh_from_db()
    before = clock.now()
    publishing.approve_shown(post, by=house.expert, digest=shown_set(post).digest, hold_s=UNDO_S)
    for delivery in Delivery.objects.all():
        assert 900 <= (delivery.due_at - before).total_seconds() < 960


def test_a_message_that_ended_marks_nobody(house, approved, words):
    issue_next(house, approved.offer.message, later(words))
    assert queries.answers_behind_of(house.officer).exists()
    assert not queries.answers_behind_of(house.editor).exists()
    services.end_message(Message.objects.get(pk=approved.offer.message_id), by=house.editor)
    assert not queries.answers_behind_of(house.officer).exists()
