"""The next one follows at once, and the last yes can be taken back on the way."""

from datetime import timedelta

import pytest

from ravi.core import clock
from ravi.delivery.models import Delivery
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db


def test_yes_next_and_undo(newsroom: Newsroom) -> None:
    first, second = newsroom.submitted(), newsroom.submitted(title="دومی")
    head = newsroom.browse(newsroom.head)
    digest = head.get(f"/posts/{first.pk}/approval/").context["shown"].digest
    answer = head.post(f"/posts/{first.pk}/approval/", {"digest": digest})
    assert answer.url == f"/posts/{second.pk}/approval/"
    assert head.get(answer.url).context["undo"] == f"/posts/{first.pk}/undoing/"
    assert head.post(f"/posts/{first.pk}/undoing/").url == f"/posts/{first.pk}/approval/"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert head.get(answer.url).context["undo"] == ""


def test_undo_is_offered_as_long_as_copies_are_held(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    head = newsroom.browse(newsroom.head)
    digest = head.get(f"/posts/{post.pk}/approval/").context["shown"].digest
    page = head.post(f"/posts/{post.pk}/approval/", {"digest": digest}, follow=True).content.decode()
    assert f'action="/posts/{post.pk}/undoing/"' in page
    with clock.at(clock.now() + timedelta(seconds=9)):
        assert head.get(f"/posts/{post.pk}/board/").context["undo"] == ""
    Delivery.objects.update(state="sent", sent_at=clock.now())
    said = head.post(f"/posts/{post.pk}/undoing/", follow=True).content.decode()
    assert "پس بگیرید" in said
