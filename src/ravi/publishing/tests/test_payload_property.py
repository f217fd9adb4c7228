"""Promise 4 as a property: whatever of a copy changes, its hash changes, and the yes that was given is void."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ravi.core import blob, clock
from ravi.delivery.models import Delivery
from ravi.delivery.payload import freeze_payload, payload_hash
from ravi.library.models import Media
from ravi.publishing import services
from ravi.publishing.errors import PublishingRefused, ShownSetChanged
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries import fields_of, shown_set

from .conftest import fields

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
MEDIA = st.tuples(st.binary(min_size=1, max_size=64), st.sampled_from(["image/png", "image/jpeg"]), WORDS)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1))
COPIES = st.fixed_dictionaries(
    {
        "post_id": st.integers(1, 10**9),
        "channel_id": st.integers(1, 10**9),
        "action": st.sampled_from(["publish", "edit", "delete", "pin"]),
        "text": WORDS,
        "title": WORDS,
        "lang": st.sampled_from(["fa", "en", "ckb"]),
        "link": WORDS,
        "media": st.lists(MEDIA, max_size=3),
        "reply_to": st.none() | st.integers(1, 10**9),
        "pin": st.booleans(),
        "valid_until": MOMENTS,
    }
)


def hash_of(copy):
    media = [(hashlib.sha256(content).hexdigest(), kind, alt) for content, kind, alt in copy["media"]]
    return payload_hash(freeze_payload(**copy | {"media": media}))


@given(COPIES, COPIES, st.sampled_from(sorted(["post_id", "channel_id", "action", "text", "title", "lang", "link"])))
def test_each_field_is_in_the_hash(copy, other, name):
    assume(copy[name] != other[name])
    assert hash_of(copy) != hash_of(copy | {name: other[name]})


@given(COPIES, COPIES, st.sampled_from(["reply_to", "pin", "valid_until", "media"]))
def test_each_optional_field_is_in_the_hash(copy, other, name):
    assume(copy[name] != other[name])
    assert hash_of(copy) != hash_of(copy | {name: other[name]})


@given(COPIES, MEDIA, st.data())
def test_each_byte_of_media_is_in_the_hash(copy, item, data):
    content, kind, alt = item
    position = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[position] ^= data.draw(st.integers(1, 255))
    assert hash_of(copy | {"media": [item]}) != hash_of(copy | {"media": [(bytes(changed), kind, alt)]})
    assert hash_of(copy | {"media": [item]}) != hash_of(copy | {"media": [(content, kind, alt + ".")]})


@given(COPIES, MEDIA, MEDIA)
def test_order_of_media_is_in_the_hash(copy, first, second):
    assume(first != second)
    assert hash_of(copy | {"media": [first, second]}) != hash_of(copy | {"media": [second, first]})


@given(COPIES)
def test_payload_names_every_field_of_the_promise(copy):
    media = [(hashlib.sha256(content).hexdigest(), kind, alt) for content, kind, alt in copy["media"]]
    frozen = json.loads(freeze_payload(**copy | {"media": media}))
    assert frozen.keys() == {
        *("post", "action", "channel", "title", "text", "entities", "lang", "media", "link", "reply_to", "pin"),
        "valid_until",
    }
    assert set().union(*(item.keys() for item in frozen["media"])) <= {"sha256", "media_type", "alt"}


class _Undone(Exception):
    """Rolls one example back."""


@pytest.fixture
def stage(house, channels):
    """A post with an image, submitted and approved for tomorrow."""
    media = [_image(house, content) for content in (b"\x00" * 32, b"\xff" * 32)]
    due = clock.now() + timedelta(days=1)
    given_fields = fields(
        channels.lent, media_ids=(media[0].pk,), due_at=due, link="https://example.org/1", variants={"short": "کوتاه"}
    )
    post = services.start_post(house.headquarters, given_fields, by=house.editor)
    services.submit_post(post, by=house.editor)
    return house, channels, Post.objects.get(pk=post.pk), media


CHANGES = st.one_of(
    st.builds(lambda text: {"title": text}, WORDS),
    st.builds(lambda text: {"text": text}, WORDS),
    st.builds(lambda text: {"variants": {"short": text}}, WORDS),
    st.builds(lambda text: {"link": f"https://example.org/{len(text)}"}, WORDS),
    st.sampled_from(
        [
            {"lang": "en"},
            {"valid_until": datetime(2040, 1, 1, tzinfo=UTC)},
            {"media": "other"},
            {"media": "both"},
            {"media": "none"},
            {"channels": "fewer"},
            {"topic": "health"},
        ]
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=CHANGES, is_approved=st.booleans())
@pytest.mark.django_db
def test_any_change_voids_what_was_shown_and_approved(stage, change, is_approved):
    house, channels, post, media = stage
    with pytest.raises(_Undone), transaction.atomic():
        before = shown_set(post)
        if is_approved:
            services.approve_shown(post, by=house.expert, digest=before.digest)
        current = Post.objects.get(pk=post.pk)
        old = fields_of(current)
        wanted = replace(old, **_concrete(change, channels, media))
        saved = services.save_draft(current, wanted, expected_revision=current.revision, by=house.editor)
        if saved.revision != current.revision:
            assert saved.state == "draft"
            assert not Approval.objects.filter(copy__post=post, voided_at=None).exists()
            assert not Delivery.objects.filter(post_id=post.pk).exclude(state="cancelled").exists()
            _assert_old_yes_is_worthless(house, post, before)
        raise _Undone


def _assert_old_yes_is_worthless(house, post, before):
    try:
        services.submit_post(post, by=house.editor)
    except PublishingRefused:
        return  # the change left nothing that could be sent
    again = shown_set(Post.objects.get(pk=post.pk))
    if again.hashes != before.hashes:
        with pytest.raises(ShownSetChanged):
            services.approve_shown(post, by=house.expert, digest=before.digest)
    assert not Delivery.objects.filter(post_id=post.pk).exclude(state="cancelled").exists()


def _concrete(change, channels, media):
    if "media" in change:
        ids = {"other": (media[1].pk,), "both": (media[0].pk, media[1].pk), "none": ()}
        return {"media_ids": ids[change["media"]]}
    if "channels" in change:
        return {"channel_ids": frozenset({channels.telegram.pk})}
    return change


def _image(house, content):
    sha256 = blob.put(house.institution.pk, content, "image/png")
    return Media.objects.create(
        institution=house.institution,
        unit=house.headquarters,
        sha256=sha256,
        media_type="image/png",
        width=4,
        height=2,
        size_bytes=len(content),
        original_name="a.png",
        alt_text="تصویر کارگاه",
        shows_people=False,
        added_by=house.editor,
        added_at=clock.now(),
    )
