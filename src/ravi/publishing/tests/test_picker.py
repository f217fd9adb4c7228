"""Choosing from the library: everything typed is kept, what is ticked joins the message, and nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.library.services import add_image, erase_media
from ravi.library.tests.conftest import picture
from ravi.publishing import services
from ravi.publishing.models import Post
from ravi.publishing.queries import fields_of

from .conftest import fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(house):
    house.institution.is_demo = True  # these tests are about pictures, not about the second factor
    house.institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return house


def image(house, words="پوستر", unit=None, by=None):
    unit, by = unit or house.hospital, by or house.officer
    return add_image(picture(), unit=unit, by=by, alt_text=words, shows_people=False)


def draft(house, *media):
    return services.start_post(house.hospital, fields(frozenset(), media_ids=media), by=house.officer)


def media_of(post):
    return fields_of(Post.objects.get(pk=post.pk)).media_ids


def test_the_composer_keeps_what_was_typed_and_leads_to_the_shelf(staff, sign_in):
    client = sign_in(staff.officer)
    answer = client.post("/posts/new/", {"act": "shelf", "title": "تازه", "text": "نیمه‌کاره", "reach": "all"})
    post = Post.objects.get()
    assert answer["Location"] == f"/posts/{post.pk}/images/"
    assert (post.title, post.text) == ("تازه", "نیمه‌کاره")


def test_what_is_ticked_joins_the_message_after_what_is_there(staff, sign_in):
    first, second, third = image(staff, "یک"), image(staff, "دو"), image(staff, "سه")
    post, client = draft(staff, second.pk), sign_in(staff.officer)
    page = client.get(f"/posts/{post.pk}/images/")
    shown = page.content.decode()
    assert f'value="{first.pk}"' in shown and f'value="{second.pk}"' not in shown
    data = {"media": [third.pk, first.pk], "expected_revision": post.revision}
    assert client.post(f"/posts/{post.pk}/images/", data)["Location"] == f"/posts/{post.pk}/#images"
    assert media_of(post) == (second.pk, third.pk, first.pk)
    post.refresh_from_db()
    data["expected_revision"] = post.revision
    client.post(f"/posts/{post.pk}/images/", data)  # a second click changes nothing
    assert media_of(post) == (second.pk, third.pk, first.pk)


def test_what_is_out_of_sight_or_erased_is_not_taken(staff, sign_in):
    theirs, gone = image(staff, unit=staff.faculty, by=staff.neighbour), image(staff)
    erase_media(gone, by=staff.head, reason="consent")
    post, client = draft(staff), sign_in(staff.officer)
    shown = client.get(f"/posts/{post.pk}/images/").content.decode()
    assert 'name="media"' not in shown
    for pk in (theirs.pk, gone.pk, "x"):
        client.post(f"/posts/{post.pk}/images/", {"media": [pk], "expected_revision": post.revision})
        assert media_of(post) == ()


def test_somebody_elses_save_in_between_loses_nothing(staff, sign_in):
    one, post = image(staff), draft(staff)
    seen = post.revision
    services.save_draft(post, fields(frozenset(), title="از دیگری"), expected_revision=seen, by=staff.unit_head)
    sign_in(staff.officer).post(f"/posts/{post.pk}/images/", {"media": [one.pk], "expected_revision": seen})
    post.refresh_from_db()
    assert (post.title, media_of(post)) == ("از دیگری", ())
    assert post.set_aside.get().fields["media_ids"] == [one.pk]


def test_words_find_one_and_others_may_not_pick(staff, sign_in):
    image(staff, "پوستر سرخک"), image(staff, "کارگاه")
    post = draft(staff)
    rows = sign_in(staff.officer).get(f"/posts/{post.pk}/images/", {"q": "سرخک"}).context["rows"]
    assert [media.alt_text for media in rows] == ["پوستر سرخک"]
    assert sign_in(staff.auditor).get(f"/posts/{post.pk}/images/").status_code == 403


def test_more_pictures_ask_no_more_questions(staff, sign_in):
    post, client, asked = draft(staff), sign_in(staff.officer), []
    for more in (1, 2):
        for _each in range(more):
            image(staff)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/posts/{post.pk}/images/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_same_picture_is_offered_in_the_composer(staff, sign_in):
    kept = add_image(picture(44), unit=staff.hospital, by=staff.officer, alt_text="پوستر", shows_people=False)
    post, client = draft(staff), sign_in(staff.officer)
    data = {"act": "add_image", "text": "متن", "image-image": picture(44), "image-alt_text": "دوباره"}
    data |= {"image-shows_people": "no", "expected_revision": post.revision, "reach": "all"}
    answer = client.post(f"/posts/{post.pk}/", data)
    assert answer.status_code == 422 and f'value="use:{kept.pk}"' in answer.content.decode()
    post.refresh_from_db()
    data = {"act": f"use:{kept.pk}", "text": "متن", "expected_revision": post.revision, "reach": "all"}
    assert client.post(f"/posts/{post.pk}/", data).status_code == 302
    assert media_of(post) == (kept.pk,)
