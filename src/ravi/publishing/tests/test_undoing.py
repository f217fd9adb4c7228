"""A yes can be taken back while nothing has left: its copies are held for a moment, and what has gone is said."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.notices.models import Notice
from ravi.publishing import services
from ravi.publishing.errors import NotNow
from ravi.publishing.models import Approval
from ravi.publishing.queries import posts_awaiting, shown_set
from ravi.publishing.rules import UNDO_S, Need, Topic, released_at

from .conftest import fields, submitted

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
MOMENTS = st.integers(-100, 100).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(st.none() | MOMENTS, st.none() | MOMENTS, st.integers(0, 20))
def test_hold_is_short_and_lets_nothing_expire(due: datetime | None, until: datetime | None, hold_s: int) -> None:
    at = released_at(due, until, NOW, hold_s)
    asked = max(due or NOW, NOW)
    assert asked <= at <= max(asked, NOW + timedelta(seconds=hold_s))
    if until is not None and until > asked:
        assert at < until


def held(post, by):
    post.refresh_from_db()
    return services.approve_shown(post, by=by, digest=shown_set(post).digest, hold_s=UNDO_S)


@pytest.mark.django_db
def test_taken_back_in_time_leaves_nothing(house, channels) -> None:
    post = submitted(house, channels)
    held(post, house.expert)
    assert min(Delivery.objects.values_list("due_at", flat=True)) > clock.now()
    back = services.take_back_yes(post, by=house.expert)
    assert (back.state, back.approved_at) == ("submitted", None)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not Approval.objects.filter(voided_at=None).exists()
    assert not Notice.objects.filter(kind="post_approved", read_at=None).exists()
    assert list(posts_awaiting(house.head)) == list(posts_awaiting(house.expert)) == [post]
    assert len(held(post, house.head).delivery_ids) == 3


@pytest.mark.django_db
def test_what_has_gone_is_said_and_the_yes_stands(house, channels) -> None:
    post = submitted(house, channels)
    held(post, house.expert)
    Delivery.objects.filter(channel_id=channels.telegram.pk).update(state="sent", sent_at=clock.now())
    with pytest.raises(NotNow, match="رفته است"):
        services.take_back_yes(post, by=house.expert)
    assert Approval.objects.filter(voided_at=None).count() == 3
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["pending", "pending", "sent"]


@pytest.mark.django_db
def test_only_ones_own_and_only_where_it_stands(house, channels) -> None:
    post = submitted(house, channels)
    with pytest.raises(PermissionDenied):
        services.take_back_yes(post, by=house.expert)
    held(post, house.expert)
    for person in (house.head, house.editor, house.officer):
        with pytest.raises(PermissionDenied):
            services.take_back_yes(post, by=person)
    draft = services.start_post(house.headquarters, fields(channels.lent), by=house.editor)
    with pytest.raises(NotNow):
        services.take_back_yes(draft, by=house.expert)


@pytest.mark.django_db
def test_first_of_two_steps_is_taken_back_too(house, channels) -> None:
    services.set_steps(Topic.ORGANISATION, None, 2, by=house.head)
    post = submitted(house, channels)
    held(post, house.head)
    services.take_back_yes(post, by=house.head)
    assert held(post, house.expert).need is Need.APPROVER
    assert len(held(post, house.head).delivery_ids) == 3
    services.take_back_yes(post, by=house.head)
    assert list(Approval.objects.filter(voided_at=None).values_list("approver", flat=True).distinct()) == [
        house.expert.pk
    ]


@pytest.mark.django_db
def test_note_is_about_the_version_that_was_read(house, channels) -> None:
    post = submitted(house, channels)
    services.save_draft(post, fields(channels.lent, text="ب"), expected_revision=1, by=house.editor)
    services.submit_post(post, by=house.editor)
    with pytest.raises(NotNow, match="عوض شد"):
        services.return_post(post, "منبع؟", by=house.expert, expected_revision=1)
    assert services.return_post(post, "منبع؟", by=house.expert, expected_revision=2).revision == 2
