"""A pause holds light content and nothing else, from its commit on, until another person lets it go on."""

import pytest
from django.core.exceptions import PermissionDenied

from ravi.core.calendar import number
from ravi.delivery import services as ledger
from ravi.delivery.errors import SamePerson
from ravi.delivery.models import Delivery, StopOrder
from ravi.delivery.queries import is_stopped
from ravi.publishing import services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.pages.pause import held_posts, orders_in_force, pauses, topics
from ravi.publishing.rules import PAUSABLE, Topic
from ravi.publishing.tests.conftest import approved

pytestmark = pytest.mark.django_db


def held(house):
    return held_posts(orders_in_force(house.head), house.head)


def pause(house, *topics, why="سوگواری"):
    return services.pause_topics(topics or (Topic.LIGHT,), why=why, by=house.head)


def test_only_what_is_light_is_held(house, channels):
    light = approved(house, channels, topic="light", text="جشنوارهٔ عکس بیمارستان امید آغاز شد.")
    news = approved(house, channels)
    pause(house)
    stopped = [is_stopped(copy) for copy in Delivery.objects.filter(post_id=light.pk)]
    assert stopped
    assert all(stopped)
    assert not any(is_stopped(copy) for copy in Delivery.objects.filter(post_id=news.pk))


def test_the_page_lists_what_is_held_and_says_how_much_would_be(house, channels):
    light = approved(house, channels, topic="light")
    approved(house, channels, text="خبر دیگری از دانشگاه.")
    copies = Delivery.objects.filter(post_id=light.pk).count()
    assert [(key, f"{number(copies)} " in name) for key, name in topics(house.head)] == [
        ("light", True),
        ("organisation", True),
    ]
    assert held(house) == ([], 0)
    pause(house)
    (one,), more = held(house)
    assert (one.post, one.copies, more) == (light, copies, 0)
    assert [stop.reason for stop in pauses(orders_in_force(house.head), house.head)] == ["سوگواری"]


def test_removals_of_light_content_go_on(house, channels):
    light = approved(house, channels, topic="light")
    Delivery.objects.filter(post_id=light.pk).update(state="sent", remote_id="1", sent_at=light.approved_at)
    pause(house)
    services.withdraw_post(light, by=house.head)
    removals = Delivery.objects.filter(post_id=light.pk, action="delete")
    assert removals
    assert not any(is_stopped(copy) for copy in removals)


def test_the_same_pause_twice_is_one_and_another_person_ends_it(house, channels):
    (first,), (second,) = pause(house), pause(house)
    assert first == second
    assert StopOrder.objects.count() == 1
    with pytest.raises(SamePerson):
        ledger.lift_stop(first, by=house.head)
    assert ledger.lift_stop(first, by=house.editor) == 0
    assert pauses(orders_in_force(house.head), house.head) == []


def test_health_advice_never_pauses(house, channels):
    assert Topic.HEALTH not in PAUSABLE
    with pytest.raises(PublishingRefused):
        services.pause_topics([Topic.HEALTH, Topic.LIGHT], why="", by=house.head)
    with pytest.raises(PublishingRefused):
        services.pause_topics([], why="", by=house.head)
    assert not StopOrder.objects.exists()


def test_whoever_may_not_stop_the_institution_pauses_nothing(house, channels):
    for person in (house.officer, house.unit_head):
        with pytest.raises(PermissionDenied):
            services.pause_topics([Topic.LIGHT], why="", by=person)
    assert not StopOrder.objects.exists()
