"""A unit's copies carry the message's short address if the unit wants, before the yes and within every platform's length."""

import json

import pytest

from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.network import services
from ravi.network.draft import MessageFields
from ravi.network.queries import short_address, short_link_of
from ravi.network.services import Answer
from ravi.platforms.compose import Parts, fit
from ravi.publishing.models import Post
from ravi.publishing.queries import fields_of
from ravi.publishing.queries.fitting import profile_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def channels(house):
    return [
        directory.open_channel(NewChannel(house.hospital, platform, "sandbox", "omid", "خبر"), by=None)
        for platform in ("telegram", "bale", "wordpress", "mastodon", "bluesky")
    ]


def adopt(message, house, channels, **more):
    offer = message.offers.get(unit=house.hospital)
    before = services_answer(offer)
    answer = Answer(message.current_id, before)
    return services.adopt_offer(offer, answer, channel_ids=[one.pk for one in channels], by=house.officer, **more)


def services_answer(offer):
    living = offer.adoptions.filter(ended_at=None).first()
    return living.pk if living else None


def test_every_copy_carries_it_before_anybody_says_yes(house, offered, channels):
    message = offered()
    address = short_address(short_link_of(message).code)
    done = adopt(message, house, channels)
    for copy in done.submission.ready:
        said = json.loads(copy.payload)
        assert address in (said["link"], said["text"].splitlines()[-1]), copy.channel_id


def test_it_counts_in_every_length_as_the_platform_counts(house, offered, channels, settings):
    settings.BASE_URL = "https://say.example.ir"
    post = adopt(offered(), house, channels).adoption.post
    fields = fields_of(post)
    for channel in channels:
        profile = profile_of(channel)
        parts = {"variants": {"full": fields.text}, "title": fields.title}
        bare, linked = (fit(Parts(**parts, link=link), profile) for link in ("", fields.link))
        for before, after in zip(bare.measures, linked.measures, strict=True):
            grown = after.actual - before.actual
            # Mastodon counts every address as 23 characters (docs.joinmastodon.org/user/posting, read 2026-11-26).
            address = 23 if after.unit == "mastodon_chars" else len(fields.link)
            assert grown == (0 if profile.link_field else address + 1), (channel.platform, after.unit)


def test_the_message_says_what_is_usual_and_the_unit_decides(house, offered, channels):
    message = offered(with_link=False)
    assert adopt(message, house, channels[:1]).adoption.post.link == ""
    again = adopt(message, house, channels[:1], with_link=True)
    assert again.submission is not None and again.adoption.post.link.endswith(short_link_of(message).code)
    assert adopt(message, house, channels[:1], with_link=True).submission is None
    assert Post.objects.exclude(state=Post.State.WITHDRAWN).count() == 1
    services.edit_message(message, MessageFields(with_link=True), expected_revision=message.revision, by=house.editor)
    message.refresh_from_db()
    assert message.with_link
