"""One yes to several units' unchanged copies: only to what its speaker sees, and only while they serve."""

from datetime import timedelta

import pytest

from ravi.accounts.services import record_leaver
from ravi.core import clock
from ravi.network import services
from ravi.network.models import SharedYes
from ravi.network.tests.test_adoption import adopt, channel_ids, offer  # noqa: F401 -- fixtures
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries import shown_set
from ravi.publishing.services import Together

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(house, offer, channel_ids):  # noqa: F811
    """The hospital's unchanged answer, as a page names it: post and digest."""
    post = adopt(offer, channel_ids, house.officer).adoption.post
    return {post.pk: shown_set(post).digest}


def test_what_is_not_in_sight_is_no_part_of_a_yes(house, offer, shown):  # noqa: F811
    version = offer.message.current
    assert services.say_shared_yes(version, shown, by=house.neighbour) == Together((), {})
    assert services.begin_shared_yes(version, shown, by=house.neighbour) is None
    assert not SharedYes.objects.exists()


def test_a_yes_of_somebody_who_has_left_is_said_no_more(house, offer, shown):  # noqa: F811
    yes = services.begin_shared_yes(offer.message.current, shown, by=house.expert, hold_s=8)
    record_leaver(house.expert, by=house.head)
    with clock.at(clock.now() + timedelta(seconds=9)):
        assert services.carry_shared_yes()
    part = yes.parts.get()
    assert part.said_at is not None and part.refused
    assert (Post.objects.get(pk=part.post_id).state, Approval.objects.count()) == ("submitted", 0)
