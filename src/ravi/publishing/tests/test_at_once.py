"""Two people, two connections, one post: whatever comes second waits and then meets what came first."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from conftest import build_house
from ravi.core import audit
from ravi.core.tenancy import tenant
from ravi.delivery.errors import ReportRefused
from ravi.delivery.models import Delivery, HandReport
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.notices.models import Notice
from ravi.publishing import services
from ravi.publishing.errors import EditedMeanwhile, NotNow
from ravi.publishing.models import Approval, Copy, Post, SetAside
from ravi.publishing.queries import fields_of, shown_set
from ravi.publishing.services import Told
from ravi.publishing.views.scope import same_draft
from tests.at_once import both, in_turn

from .conftest import fields, open_channels, submitted


@pytest.fixture
def stage(fresh_database):
    house = build_house()
    with tenant(house.institution.pk):
        channels = open_channels(house)
    return house, channels


def test_two_yes_at_once_order_once(stage):
    house, channels = stage
    with tenant(house.institution.pk):
        post = submitted(house, channels)
        digest = shown_set(post).digest
    answers = both(
        house,
        lambda: services.approve_shown(post, by=house.expert, digest=digest),
        lambda: services.approve_shown(post, by=house.head, digest=digest),
    )
    assert sum(isinstance(answer, NotNow) for answer in answers) == 1
    with tenant(house.institution.pk):
        assert (Approval.objects.count(), Delivery.objects.count()) == (3, 3)
        assert audit.verify(house.institution.pk) == []


def test_double_click_on_yes_gives_the_same_answer(stage):
    house, channels = stage
    with tenant(house.institution.pk):
        post = submitted(house, channels)
        digest = shown_set(post).digest
    answers = both(house, *[lambda: services.approve_shown(post, by=house.expert, digest=digest)] * 2)
    assert answers[0].delivery_ids == answers[1].delivery_ids
    with tenant(house.institution.pk):
        assert Delivery.objects.count() == 3


def test_double_submission_freezes_once(stage):
    house, channels = stage
    with tenant(house.institution.pk):
        post = services.start_post(house.headquarters, fields(channels.lent), by=house.editor)
    both(house, *[lambda: services.submit_post(post, by=house.editor, expected_revision=1)] * 2)
    with tenant(house.institution.pk):
        assert (Copy.objects.count(), Notice.objects.count()) == (3, 2)


def test_two_saves_at_once_keep_both_texts(stage):
    house, channels = stage
    with tenant(house.institution.pk):
        post = services.start_post(house.headquarters, fields(channels.lent), by=house.editor)
        typed = fields_of(post)

    def save(person: Any, text: str) -> Callable[[], Any]:
        def act() -> Any:
            # The view answers with both texts, so its transaction ends well.
            try:
                return services.save_draft(post, replace(typed, text=text), expected_revision=1, by=person)
            except EditedMeanwhile as edited:
                return edited

        return act

    answers = both(house, save(house.editor, "متن الف"), save(house.head, "متن ب"))
    assert sum(isinstance(answer, EditedMeanwhile) for answer in answers) == 1
    with tenant(house.institution.pk):
        texts = {Post.objects.get(pk=post.pk).text, SetAside.objects.get().fields["text"]}
    assert texts == {"متن الف", "متن ب"}


def test_change_and_yes_at_once_never_send_unread_words(stage):
    house, channels = stage
    with tenant(house.institution.pk):
        post = submitted(house, channels)
        digest = shown_set(post).digest
        changed = replace(fields_of(post), text="متن تازه")
    both(
        house,
        lambda: services.approve_shown(post, by=house.expert, digest=digest),
        lambda: services.save_draft(post, changed, expected_revision=post.revision, by=house.editor),
    )
    with tenant(house.institution.pk):
        now = Post.objects.get(pk=post.pk)
        going = Delivery.objects.exclude(state="cancelled")
        assert now.state in ("approved", "draft")
        assert going.count() == (3 if now.state == "approved" else 0)
        assert not any("متن تازه" in delivery.payload for delivery in going)


def test_two_sweeps_at_once_tell_once(stage):
    house, channels = stage
    with tenant(house.institution.pk):
        post = submitted(house, channels)
        services.approve_shown(post, by=house.expert, digest=shown_set(post).digest)
        Delivery.objects.update(state="failed")
    told = both(house, *[lambda: services.tell_troubles(house.institution.pk)] * 2)
    assert sorted(told) == [0, 3]
    with tenant(house.institution.pk):
        assert Notice.objects.filter(kind="copies_troubled").count() == 2


def test_the_same_form_twice_at_once_is_one_draft(stage):
    house, channels = stage

    def send():
        typed = fields(channels.lent)
        found = same_draft(house.editor, house.headquarters, typed)
        return (found or services.start_post(house.headquarters, typed, by=house.editor)).pk

    first, second = both(house, send, send)
    assert first == second
    with tenant(house.institution.pk):
        assert Post.objects.count() == 1


def test_two_people_who_confirm_at_once_are_one_and_a_sentence(stage):
    house, _channels = stage
    with tenant(house.institution.pk):
        post, copy = waiting_by_hand(house)
    answers = both(
        house,
        lambda: services.report_done(copy, Told("https://t.me/omid_by_hand/1"), by=house.officer),
        lambda: services.report_done(copy, Told("https://t.me/omid_by_hand/2"), by=house.unit_head),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["HandReport", "ReportRefused"]
    with tenant(house.institution.pk):
        [report] = HandReport.objects.all()
        assert Delivery.objects.get(post_id=post.pk).link == report.link
        assert audit.verify(house.institution.pk) == []


def test_a_confirmation_and_a_withdrawal_at_once_leave_nothing_uncounted(stage):
    """Whoever is second meets what came first: a removal that is asked for, or a sentence."""
    house, _channels = stage
    with tenant(house.institution.pk):
        post, copy = waiting_by_hand(house)
    confirmed, _withdrawn = both(
        house,
        lambda: services.report_done(copy, Told("https://t.me/omid_by_hand/1"), by=house.officer),
        lambda: services.withdraw_post(post, by=house.head),
    )
    with tenant(house.institution.pk):
        state = Delivery.objects.get(post_id=post.pk, action="publish").state
        removals = Delivery.objects.filter(post_id=post.pk, action="delete", adapter="manual").count()
        assert (state, removals) == (("cancelled", 0) if isinstance(confirmed, ReportRefused) else ("sent", 1))


def test_a_confirmation_taken_back_and_a_withdrawal_at_once_leave_nothing_to_confirm(stage):
    house, _channels = stage
    with tenant(house.institution.pk):
        post, copy = waiting_by_hand(house)
        services.report_done(copy, Told("https://t.me/omid_by_hand/1"), by=house.officer)
    in_turn(
        house,
        lambda: services.take_back_report(copy, by=house.officer),
        lambda: services.withdraw_post(post, by=house.head),
    )
    with tenant(house.institution.pk):
        assert Delivery.objects.get(post_id=post.pk).state == "cancelled"
        with pytest.raises(ReportRefused):
            services.report_done(copy, Told("https://t.me/omid_by_hand/1"), by=house.officer)


def test_published_all_the_same_and_a_withdrawal_at_once_leave_a_removal(stage):
    house, _channels = stage
    with tenant(house.institution.pk):
        post, copy = waiting_by_hand(house)
        services.report_not_done(copy, Told(reason="نشد"), by=house.officer)
    in_turn(
        house,
        lambda: services.report_all_the_same(copy, Told("https://t.me/omid_by_hand/1"), by=house.officer),
        lambda: services.withdraw_post(post, by=house.head),
    )
    with tenant(house.institution.pk):
        assert Delivery.objects.get(post_id=post.pk, action="publish").state == "sent"
        assert Delivery.objects.filter(post_id=post.pk, action="delete", adapter="manual").count() == 1


def waiting_by_hand(house):
    """A message for a channel that people serve, and its copy when its time has come."""
    channel = directory.open_channel(NewChannel(house.hospital, "telegram", "manual", "omid_by_hand", "خبر"), by=None)
    directory.lend_channel(channel, by=None)
    post = services.start_post(house.headquarters, fields(frozenset({channel.pk})), by=house.editor)
    services.submit_post(post, by=house.editor)
    services.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)
    Delivery.objects.filter(post_id=post.pk).update(state="held", error_code="by_hand")
    return post, Delivery.objects.get(post_id=post.pk)
