"""Erasing for good: who may, what goes, and whose bytes stay."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.core import audit, blob, clock
from ravi.core.models import AuditEntry, Blob
from ravi.library.errors import AlreadyHere, ImageRefused, MediaRefused
from ravi.library.models import Media, Rendition
from ravi.library.queries import Asked, shelf_of
from ravi.library.services import edit_image, erase_media

pytestmark = pytest.mark.django_db


def has_bytes(house, sha256):
    return Blob.objects.filter(institution_id=house.institution.pk, sha256=sha256).exists()


def erased(media, by, reason="consent", note=""):
    gone = erase_media(media, by=by, reason=reason, note=note)
    media.refresh_from_db()
    return gone


def rendition(house, media, content=b"smaller"):
    return Rendition.objects.create(
        institution=house.institution,
        media=media,
        recipe="jpeg 100",
        sha256=blob.put(house.institution.pk, content, "image/jpeg"),
        media_type="image/jpeg",
        width=1,
        height=1,
        size_bytes=len(content),
        made_at=clock.now(),
    )


def stamped(house, media, content=b"stamped"):
    """As whoever draws watermarks keeps one."""
    row = Media.objects.get(pk=media.pk)
    row.pk, row._state.adding = None, True
    row.sha256 = blob.put(house.institution.pk, content, "image/jpeg")
    row.made_as, row.made_from, row.unit = "stamped", media, house.faculty
    row.save()
    return row


@pytest.mark.parametrize("who", ["head", "unit_head"])
def test_the_units_head_and_headquarters_head_erase(staff, put, who):
    media = put()
    assert erased(media, getattr(staff, who)) == 1
    assert not has_bytes(staff, media.sha256)
    assert (media.erased_by, media.erase_reason) == (getattr(staff, who), "consent")
    assert media.original_name == ""  # it was named for whom it shows
    assert "پاک شد" in media.gone and "رضایت" in media.gone
    entry = AuditEntry.objects.filter(verb="erase_media").get()
    assert (entry.by_id, entry.subject_id) == (getattr(staff, who).pk, str(media.pk))
    assert audit.verify(staff.institution.pk) == []


@pytest.mark.parametrize("who", ["officer", "editor", "expert", "auditor", "neighbour", "outsider"])
def test_nobody_else_erases(staff, put, sign_in, who):
    media, person = put(), getattr(staff, who)
    with pytest.raises(PermissionDenied):
        erase_media(media, by=person, reason="consent")
    data = {"reason": "consent"}
    assert sign_in(person).post(f"/library/{media.pk}/erasure/", data).status_code in (403, 404)
    assert has_bytes(staff, media.sha256)


def test_everything_that_was_made_of_it_goes_too(staff, put):
    media = put()
    mark, small = stamped(staff, media), rendition(staff, media)
    of_mark = rendition(staff, mark, b"smaller still")
    assert erased(media, staff.unit_head) == 4
    mark.refresh_from_db()
    assert mark.erased_at == media.erased_at
    assert not any(has_bytes(staff, one.sha256) for one in (media, mark, small, of_mark))


def test_a_version_alone_leaves_the_original(staff, put):
    media = put()
    mark = stamped(staff, media)
    assert erased(mark, staff.head) == 1
    media.refresh_from_db()
    assert media.erased_at is None and has_bytes(staff, media.sha256) and not has_bytes(staff, mark.sha256)


def test_nobody_elses_bytes_go(staff, put):
    ours, theirs = put(side=70), put(side=70, unit=staff.faculty, by=staff.neighbour)
    small = rendition(staff, ours, b"shared")
    rendition(staff, put(), b"shared")
    assert erased(ours, staff.unit_head) == 0
    assert has_bytes(staff, theirs.sha256) and has_bytes(staff, small.sha256)
    assert erased(theirs, staff.head) == 1
    assert not has_bytes(staff, theirs.sha256)


def test_a_films_picture_and_captions_go_with_it(staff, put):
    film = put()
    names = [blob.put(staff.institution.pk, content, "x/y") for content in (b"film", b"poster", b"WEBVTT")]
    Media.objects.filter(pk=film.pk).update(thumbnail_sha256=names[1], captions_sha256="")
    film.refresh_from_db()
    assert erased(film, staff.head) == 2
    assert not has_bytes(staff, names[1]) and has_bytes(staff, names[0])


def test_a_reason_is_asked_and_another_one_in_words(staff, put, sign_in):
    media, client = put(), sign_in(staff.unit_head)
    address = f"/library/{media.pk}/erasure/"
    for data in ({}, {"reason": "nonsense"}, {"reason": "other"}, {"reason": "other", "note": "  "}):
        assert client.post(address, data).status_code == 422
    for reason, note in (("", ""), ("nonsense", ""), ("other", " ")):
        with pytest.raises(MediaRefused):
            erase_media(media, by=staff.head, reason=reason, note=note)
    assert has_bytes(staff, media.sha256)
    assert client.post(address, {"reason": "other", "note": "لوگوی کهنه"}).status_code == 302
    page = client.get(f"/library/{media.pk}/").content.decode()
    assert "لوگوی کهنه" in page and "/file" not in page
    assert client.get(f"/library/{media.pk}/file").status_code == 404
    assert client.get(address)["Location"] == f"/library/{media.pk}/"
    assert "لوگوی کهنه" not in "".join(AuditEntry.objects.values_list("body", flat=True))


def test_a_second_click_says_that_it_is_done(staff, put):
    media = put()
    erased(media, staff.head)
    with pytest.raises(MediaRefused, match="پیش"):
        erase_media(media, by=staff.unit_head, reason="mistake")
    media.refresh_from_db()
    assert media.erased_by == staff.head and AuditEntry.objects.filter(verb="erase_media").count() == 1


def test_what_was_erased_leaves_the_shelf_and_takes_no_other_words(staff, put):
    media, other = put(), put()
    erased(media, staff.head)
    assert list(shelf_of(staff.officer, Asked())) == [other]
    assert list(shelf_of(staff.officer, Asked(kind="erased"))) == [media]
    with pytest.raises(ImageRefused):
        edit_image(media, by=staff.officer, alt_text="نه", shows_people=False)


def test_the_same_picture_can_be_brought_again(staff, put):
    media = put(side=80)
    erased(media, staff.head, "mistake")
    again = put(side=80)
    assert again.pk != media.pk and has_bytes(staff, again.sha256)
    with pytest.raises(AlreadyHere):
        put(side=80)


def test_the_page_names_what_stays_elsewhere(staff, put, sign_in):
    ours = put(side=90)
    put(side=90, unit=staff.faculty, by=staff.neighbour)
    stamped(staff, ours)
    with CaptureQueriesContext(connection) as queries:
        page = sign_in(staff.head).get(f"/library/{ours.pk}/erasure/").content.decode()
    assert staff.faculty.name in page and len(queries) < 40
    assert staff.faculty.name not in sign_in(staff.unit_head).get(f"/library/{ours.pk}/erasure/").content.decode()
