"""Health words are looked at again in time: half a year on, at most on their last day, told once, said by an expert."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from ravi.core import calendar, clock
from ravi.network import services
from ravi.network.errors import NotNow, OwnWords
from ravi.network.models import Endorsement, Review
from ravi.network.queries import reviews_near
from ravi.network.rules import REVIEW_AFTER, review_day
from ravi.network.services import steps
from ravi.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_half_a_year_and_at_most_the_last_day():
    said = date(2026, 11, 26)
    assert review_day(said, None) == said + REVIEW_AFTER
    assert review_day(said, date(2026, 12, 1)) == date(2026, 12, 1)


def test_it_is_planned_for_health_and_for_nothing_else(house, offered, draft):
    message = offered()
    assert Review.objects.get().version == message.current
    other = draft(topic="organisation").versions.get()
    services.issue_version(other, expected_revision=other.revision, by=house.editor)
    assert Review.objects.count() == 1


def test_who_said_yes_and_who_wrote_are_told_once(house, offered):
    message = offered()
    assert services.tell_reviews(house.institution.pk) == 0
    with clock.at(message.valid_until - timedelta(seconds=1)):
        assert [services.tell_reviews(house.institution.pk) for _turn in range(2)] == [1, 0]
    told = Notice.objects.filter(kind="review_due").values_list("person_id", flat=True)
    assert sorted(told) == sorted([house.expert.pk, house.editor.pk])


def test_an_expert_says_still_true_and_the_next_day_follows(house, offered):
    message, before = offered(), list(Endorsement.objects.values())
    with pytest.raises(PermissionDenied):
        services.confirm_words(message.current, by=house.editor)
    due_on = services.confirm_words(message.current, by=house.expert)
    assert services.confirm_words(message.current, by=house.expert) == due_on
    first, second = Review.objects.order_by("pk")
    assert (first.done_by, second.due_on, second.done_at) == (house.expert, due_on, None)
    assert due_on == calendar.in_tehran(message.valid_until).date()
    assert list(Endorsement.objects.values()) == before
    steps.note_writer(message, house.expert)
    with pytest.raises(OwnWords):
        services.confirm_words(message.current, by=house.expert)


def test_words_that_are_over_are_not_asked_about(house, offered):
    message = offered()
    assert reviews_near(house.expert, calendar.today()).count() == 1
    with clock.at(message.valid_until + timedelta(days=1)):
        assert reviews_near(house.expert, calendar.today()).count() == 0
        with pytest.raises(NotNow):
            services.confirm_words(message.current, by=house.expert)
