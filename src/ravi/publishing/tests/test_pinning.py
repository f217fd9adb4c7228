"""What only answers a copy may go to the top of its channel: chosen by its writer, shown to whoever says yes, and frozen."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from ravi.delivery.models import Delivery
from ravi.delivery.payload import is_pinned
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.publishing import services
from ravi.publishing.correction import Way
from ravi.publishing.errors import NotNow
from ravi.publishing.models import Copy, Post
from ravi.publishing.pages.correction import fates
from ravi.publishing.queries import fields_of, how_corrected, shown_set

from .conftest import fields
from .test_correction import NEW, all_out

pytestmark = pytest.mark.django_db
# The practice Bluesky has no pin; the true one has.
PLATFORMS = {"telegram": "sandbox", "eitaa": "sandbox", "bluesky": "bluesky"}


@pytest.fixture
def out(house: Any) -> Post:
    """On a channel that is edited, one that pins as it sends, and one that pins afterwards."""
    opened = [
        directory.open_channel(NewChannel(house.headquarters, name, adapter, f"hq-{name}.example", "خبر"), by=None)
        for name, adapter in PLATFORMS.items()
    ]
    post = services.start_post(house.headquarters, fields(frozenset(one.pk for one in opened)), by=house.editor)
    services.submit_post(post, by=house.editor)
    services.approve_post(post, by=house.expert, hashes=shown_set(Post.objects.get(pk=post.pk)).hashes)
    all_out(post)
    return Post.objects.get(pk=post.pk)


def begun(house: Any, out: Post) -> Post:
    return services.correct_post(out, replace(fields_of(out), text=NEW), by=house.editor)


def pinned(made: Post) -> dict[str, bool]:
    return {one.platform: is_pinned(one.payload) for one in Copy.objects.filter(post=made, revision=made.revision)}


def test_only_what_answers_is_pinned_and_the_approver_reads_it(house, out):
    made = begun(house, out)
    services.choose_pinning(made, True, by=house.editor)
    made.refresh_from_db()
    plan = {one.channel.platform: one for one in how_corrected(made)}
    assert {name: one.way for name, one in plan.items()} == {
        "telegram": Way.EDIT,
        "eitaa": Way.REPLY,
        "bluesky": Way.REPLY,
    }
    [answered] = [one for one in fates(plan.values()) if "پاسخ" in one.title]
    assert "بالای کانال" in answered.text and "ایتا" in answered.text and "تلگرام" not in answered.text
    services.submit_post(made, by=house.editor)
    made.refresh_from_db()
    assert pinned(made) == {"telegram": False, "eitaa": True, "bluesky": True}
    services.approve_post(made, by=house.expert, hashes=shown_set(made).hashes)
    sent = {one.platform: is_pinned(one.payload) for one in Delivery.objects.filter(post_id=made.pk)}
    assert sent == pinned(made)


def test_without_the_choice_nothing_is(house, out):
    made = begun(house, out)
    services.choose_pinning(made, True, by=house.editor)
    services.choose_pinning(made, False, by=house.editor)
    services.submit_post(made, by=house.editor)
    made.refresh_from_db()
    assert pinned(made) == dict.fromkeys(PLATFORMS, False)
    assert "بالای کانال" not in " ".join(one.text for one in fates(how_corrected(made)))


def test_the_choice_ends_with_the_submission(house, out):
    """What an approver reads cannot be moved to the top afterwards."""
    made = begun(house, out)
    services.submit_post(made, by=house.editor)
    with pytest.raises(NotNow):
        services.choose_pinning(made, True, by=house.editor)
    with pytest.raises(NotNow):
        services.choose_pinning(out, True, by=house.editor)
    with pytest.raises(PermissionDenied):
        services.choose_pinning(made, True, by=house.unit_head)
    with pytest.raises(IntegrityError, match="only_corrections_pin"), transaction.atomic():
        Post.objects.filter(pk=out.pk).update(pins=True)
