"""Each platform gets an image as it takes it; what is shown, approved, frozen and sent is one and the same."""

import hashlib
import io
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from ravi.core import blob
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.library.models import Rendition
from ravi.library.services import add_image, fitting
from ravi.publishing import jobs, services
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries import fields_of, previews, shown_set
from ravi.publishing.queries.draft import chosen_channels

from .conftest import fields


def instagram_of(house):
    place = NewChannel(house.headquarters, "instagram", "manual", "sample", "خبر", "https://instagram.com/sample")
    return directory.open_channel(place, by=None)


def poster(house, size=(400, 1200), mode="RGB", **words):
    out = io.BytesIO()
    Image.new(mode, size, (10, 120, 90) if mode == "RGB" else (10, 120, 90, 80)).save(out, "PNG")
    upload = SimpleUploadedFile("x.png", out.getvalue(), "image/png")
    said = {"alt_text": "پوستر واکسن", "shows_people": False, **words}
    return add_image(upload, unit=house.headquarters, by=house.editor, **said)


@pytest.fixture
def stage(house, channels):
    """A draft with a tall poster, for Instagram and three others."""
    media = poster(house)
    everywhere = channels.lent | {instagram_of(house).pk}
    post = services.start_post(house.headquarters, fields(everywhere, media_ids=(media.pk,)), by=house.editor)
    return house, media, post


def media_of(copy):
    return json.loads(copy.payload)["media"]


def test_a_kept_draft_has_its_images_drawn_in_the_background(stage):
    house, media, post = stage
    with connection.cursor() as cursor:
        cursor.execute("select args from procrastinate_jobs where task_name = 'publishing.fit'")
        asked = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
    assert asked == [{"institution_id": house.institution.pk, "post_id": post.pk, "by_id": house.editor.pk}]
    jobs.fit(**asked[0])
    assert [row.media_id for row in Rendition.objects.all()] == [media.pk]
    jobs.fit(**asked[0])
    assert Rendition.objects.count() == 1


def test_a_job_for_a_post_that_is_gone_does_nothing(house):
    jobs.fit(house.institution.pk, post_id=10**9, by_id=house.editor.pk)
    assert not Rendition.objects.exists()


def test_the_counters_know_what_will_be_drawn_before_it_is(stage):
    _house, media, post = stage
    found = {one.channel.platform: one for one in previews(fields_of(post), chosen_channels(post))}
    assert all(not one.sentences for one in found.values())
    sent = found["instagram"].sent[0]
    assert (sent.rendition_id, sent.item.width, sent.item.height) == (None, 960, 1200)
    assert found["telegram"].sent[0].item.sha256 == media.sha256


def test_each_platform_gets_its_own_and_the_hash_covers_it(stage):
    house, media, post = stage
    services.submit_post(post, by=house.editor)
    rendition = Rendition.objects.get()
    assert (rendition.width, rendition.height) == (960, 1200)
    hashes = {copy.platform: media_of(copy)[0]["sha256"] for copy in Copy.objects.all()}
    assert hashes.pop("instagram") == rendition.sha256 and set(hashes.values()) == {media.sha256}
    copy = Copy.objects.get(platform="instagram")
    assert media_of(copy) == [{"sha256": rendition.sha256, "media_type": "image/jpeg", "alt": "پوستر واکسن"}]
    assert copy.content_hash == hashlib.sha256(copy.payload.encode()).hexdigest() and not copy.problems


def test_what_is_approved_is_what_lies_ready_to_be_sent(stage):
    house, _media, post = stage
    services.submit_post(post, by=house.editor)
    services.approve_shown(post, by=house.expert, digest=shown_set(Post.objects.get()).digest)
    delivery = Delivery.objects.get(platform="instagram")
    sha256 = json.loads(delivery.payload)["media"][0]["sha256"]
    image = Image.open(io.BytesIO(blob.get(house.institution.pk, sha256)))
    assert image.size == (960, 1200) and 4 / 5 <= image.width / image.height <= 1.91


def test_a_see_through_poster_is_flattened_where_it_must_be(house, channels):
    media = poster(house, (300, 300), "RGBA")
    both = channels.lent | {instagram_of(house).pk}
    post = services.start_post(house.headquarters, fields(both, media_ids=(media.pk,)), by=house.editor)
    services.submit_post(post, by=house.editor)
    kinds = {copy.platform: media_of(copy)[0]["media_type"] for copy in Copy.objects.all()}
    assert kinds == {
        "instagram": "image/jpeg",
        "telegram": "image/png",
        "mastodon": "image/png",
        "wordpress": "image/png",
    }


def test_what_cannot_be_drawn_is_blocked_with_its_sentence_and_the_others_go(stage, monkeypatch):
    house, media, post = stage
    monkeypatch.setattr(fitting, "draw_by", lambda _content, recipes: [None] * len(recipes))
    submission = services.submit_post(post, by=house.editor)
    assert [copy.platform for copy in submission.blocked] == ["instagram"]
    assert submission.blocked[0].problems[0]["code"] == "media_shape"
    assert {media_of(copy)[0]["sha256"] for copy in submission.ready} == {media.sha256}


def test_an_account_that_takes_less_gets_a_lighter_one(house, channels):
    out = io.BytesIO()
    Image.effect_noise((900, 700), 90).convert("RGB").save(out, "JPEG", quality=95)
    upload = SimpleUploadedFile("x.jpg", out.getvalue(), "image/jpeg")
    media = add_image(upload, unit=house.headquarters, by=house.editor, alt_text="ن", shows_people=False)
    channels.mastodon.found_limits = {"image_bytes": 60_000}
    channels.mastodon.save(update_fields=["found_limits"])
    post = services.start_post(house.headquarters, fields(channels.lent, media_ids=(media.pk,)), by=house.editor)
    submission = services.submit_post(post, by=house.editor)
    assert media.size_bytes > 60_000 >= Rendition.objects.get().size_bytes and not submission.blocked


def test_a_refused_writer_has_nothing_drawn(stage):
    house, _media, post = stage
    with pytest.raises(PermissionDenied):
        services.submit_post(post, by=house.outsider)
    assert not Rendition.objects.exists()


def test_looking_writes_nothing_and_shows_both_pictures(stage, sign_in):
    house, media, post = stage
    house.institution.is_demo = True  # this is about pages, not about the second factor
    house.institution.save()
    editor, expert = sign_in(house.editor), sign_in(house.expert)
    address = f"/posts/{post.pk}/preview/instagram/"
    for url in (address, f"/posts/{post.pk}/?see=instagram"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = editor.get(url).content.decode()
        assert "دو کناره‌اش پر شد" in page and "در حال ساخته شدن است" in page
        writes = [one["sql"] for one in asked if one["sql"].lower().startswith(("insert", "delete"))]
        assert [sql for sql in writes if "library" in sql or "blob" in sql or "procrastinate" in sql] == []
    services.submit_post(post, by=house.editor)
    drawn = reverse("library:rendition", args=[Rendition.objects.get().pk])
    kept = reverse("library:file", args=[media.pk])
    for browser, url in ((editor, address), (expert, f"/posts/{post.pk}/approval/")):
        page = browser.get(url).content.decode()
        assert f'src="{drawn}"' in page and f'src="{kept}"' in page
        assert "برای اینستاگرام آماده شد: دو کناره‌اش پر شد. چیزی بریده نشده است." in page
        assert "در حال ساخته شدن است" not in page


def test_the_packet_by_hand_hands_out_the_fitted_one(stage, sign_in):
    house, _media, post = stage
    house.institution.is_demo = True
    house.institution.save()
    services.submit_post(post, by=house.editor)
    services.approve_shown(post, by=house.expert, digest=shown_set(Post.objects.get()).digest)
    delivery = Delivery.objects.get(platform="instagram")
    answer = sign_in(house.head).get(reverse("publishing:hand_image", args=[delivery.pk, 1]))
    assert answer.content == blob.get(house.institution.pk, Rendition.objects.get().sha256)
