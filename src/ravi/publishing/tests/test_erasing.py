"""When something that messages carry is erased: nothing of it goes out, nobody is left in the dark, the record stays whole."""

from collections.abc import Callable
from typing import Any

import pytest

from ravi.core import audit, clock
from ravi.delivery.models import Delivery
from ravi.delivery.services import resolve_unknown
from ravi.library.queries import hashes_of
from ravi.library.services import add_image, erase_media
from ravi.library.tests.conftest import picture
from ravi.library.uses import fates_of
from ravi.notices.models import Notice
from ravi.publishing import services
from ravi.publishing.errors import DraftRefused, NothingToSend, NotNow
from ravi.publishing.models import Approval, Post, Return
from ravi.publishing.queries import fields_of, shown_set

from .conftest import approved, fields, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(house):
    return add_image(picture(), unit=house.hospital, by=house.officer, alt_text="پوستر", shows_people=False)


def erase(house, image, by=None):
    return erase_media(image, by=by or house.head, reason="consent")


def states(post):
    return sorted(Delivery.objects.filter(post_id=post.pk, action="publish").values_list("state", flat=True))


def told(house, person):
    return list(Notice.objects.filter(person=person, kind="post_lost_media").values_list("params", flat=True))


def test_a_draft_keeps_its_place_and_cannot_be_sent_with_it(house, channels, image):
    post = services.start_post(house.headquarters, fields(channels.lent, media_ids=(image.pk,)), by=house.editor)
    erase(house, image)
    post.refresh_from_db()
    assert post.state == "draft" and post.images.count() == 1
    with pytest.raises(DraftRefused, match="پاک شد"):
        services.submit_post(post, by=house.editor)
    services.save_draft(post, fields(channels.lent), expected_revision=post.revision, by=house.editor)
    assert services.submit_post(post, by=house.editor).ready
    assert told(house, house.editor) == [{"title": post.title, "who": "head", "count": 0, "is_returned": False}]


def test_what_was_erased_is_put_into_no_message(house, channels, image):
    erase(house, image)
    with pytest.raises(DraftRefused):
        services.start_post(house.headquarters, fields(channels.lent, media_ids=(image.pk,)), by=house.editor)


def test_a_message_that_waits_for_its_yes_goes_back_with_the_reason(house, channels, image):
    post = submitted(house, channels, media_ids=(image.pk,))
    digest = shown_set(post).digest
    erase(house, image, by=house.unit_head)
    post.refresh_from_db()
    assert post.state == "returned"
    assert "رضایت" in Return.objects.get(post=post).note
    with pytest.raises(NotNow):
        services.approve_shown(post, by=house.expert, digest=digest)
    assert told(house, house.editor)[0]["is_returned"]


def test_an_approved_message_of_which_nothing_left_goes_back(house, channels, image):
    post = approved(house, channels, media_ids=(image.pk,))
    erase(house, image)
    post.refresh_from_db()
    assert post.state == "returned" and states(post) == ["cancelled"] * 3
    assert not Approval.objects.filter(copy__post=post, voided_at=None).exists()
    assert told(house, house.editor)[0]["count"] == 3
    assert audit.verify(house.institution.pk) == []


def test_what_is_out_stays_in_the_record_and_what_waits_does_not_go(house, channels, image, settle_one):
    post = approved(house, channels, media_ids=(image.pk,))
    settle_one(post, "sent", channels.telegram)
    erase(house, image)
    post.refresh_from_db()
    assert post.state == "approved" and states(post) == ["cancelled", "cancelled", "sent"]
    sent = Delivery.objects.get(post_id=post.pk, state="sent")
    assert image.sha256 in sent.payload
    [fate], unseen = fates_of([image.pk], hashes_of([image.pk]), house.head)
    assert (fate.waiting, fate.moving, unseen) == (0, 0, 0)
    assert [(place.handle, place.link) for place in fate.published] == [("@omid_tg", "https://example.org/1")]
    assert fate.withdrawal_url == f"/posts/{post.pk}/withdrawal/"
    services.withdraw_post(post, by=house.head)


def test_no_copy_is_sent_again_without_its_picture(house, channels, image, settle_one):
    post = approved(house, channels, media_ids=(image.pk,))
    settle_one(post, "sent", channels.telegram)
    lost = settle_one(post, "failed", channels.mastodon)
    erase(house, image)
    with pytest.raises(NothingToSend):
        services.send_again(post, [lost.pk], by=house.editor)


def test_copies_without_the_picture_go_on(house, channels, image):
    """Of another message nothing changes."""
    post = approved(house, channels)
    erase(house, image)
    post.refresh_from_db()
    assert post.state == "approved" and states(post) == ["pending"] * 3


def test_an_unknown_copy_stays_with_people(house, channels, image, settle_one):
    post = approved(house, channels, media_ids=(image.pk,))
    unclear = settle_one(post, "unknown", channels.telegram)
    erase(house, image)
    post.refresh_from_db()
    assert post.state == "approved" and states(post) == ["cancelled", "cancelled", "unknown"]
    assert resolve_unknown(unclear, by=house.head, verdict="there") == "sent"


def test_messages_out_of_sight_are_counted_and_stopped_too(house, channels, image):
    post = approved(house, channels, media_ids=(image.pk,))
    found, unseen = fates_of([image.pk], hashes_of([image.pk]), house.unit_head)
    assert (list(found), unseen) == ([], 1)
    erase(house, image, by=house.unit_head)
    assert states(post) == ["cancelled"] * 3


@pytest.fixture
def settle_one() -> Callable[..., Delivery]:
    """As an engine leaves one copy."""

    def write(post: Post, state: str, channel: Any) -> Delivery:
        now = clock.now()
        more = {
            "sent": {"sent_at": now, "link": "https://example.org/1", "remote_id": "1"},
            "failed": {"error_code": "http_400", "settled_at": now},
            "unknown": {"unknown_at": now, "sent_maybe": True},
        }[state]
        mine = Delivery.objects.filter(post_id=post.pk, channel_id=channel.pk)
        mine.update(state=state, changed_at=now, **more)
        return mine.get()

    return write


def test_fields_of_a_returned_message_still_name_it(house, channels, image):
    post = submitted(house, channels, media_ids=(image.pk,))
    erase(house, image)
    assert fields_of(Post.objects.get(pk=post.pk)).media_ids == (image.pk,)


def test_every_page_says_since_when_and_why_instead_of_a_broken_picture(house, channels, image, sign_in, settle_one):
    house.institution.is_demo = True
    house.institution.save()
    for person in (house.editor, house.head, house.expert):
        person.refresh_from_db()
    draft = services.start_post(house.headquarters, fields(channels.lent, media_ids=(image.pk,)), by=house.editor)
    post = approved(house, channels, media_ids=(image.pk,))
    settle_one(post, "sent", channels.telegram)
    client, picture_url = sign_in(house.editor), f"/library/{image.pk}/file"
    pages = [
        f"/posts/{draft.pk}/",
        f"/posts/{draft.pk}/text/",
        f"/posts/{post.pk}/text/",
        f"/posts/{post.pk}/approval/",
    ]
    shown = [url for url in pages if picture_url in client.get(url, follow=True).content.decode()]
    assert len(shown) >= 3
    erase(house, image)
    for url in pages:
        page = client.get(url, follow=True).content.decode()
        assert picture_url not in page, url
        assert url not in shown or "رضایت پس گرفته شد" in page, url
