"""Channels and messages that publishing's tests meet everywhere."""

from dataclasses import dataclass
from typing import Any

import pytest

from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.publishing import services
from ravi.publishing.draft import DraftFields
from ravi.publishing.queries import shown_set


@dataclass
class Channels:
    """Two lent channels of the hospital, one of headquarters, one of the hospital that is not lent."""

    telegram: Any
    mastodon: Any
    wordpress: Any
    unlent: Any

    @property
    def lent(self) -> frozenset[int]:
        return frozenset({self.telegram.pk, self.mastodon.pk, self.wordpress.pk})


def open_channels(house: Any) -> Channels:
    """Through the services of the directory."""

    def opened(unit: Any, platform: str, handle: str) -> Any:
        new = NewChannel(unit=unit, platform=platform, adapter="sandbox", handle=handle, purpose="خبر")
        return directory.open_channel(new, by=None)

    made = Channels(
        telegram=opened(house.hospital, "telegram", "omid_tg"),
        mastodon=opened(house.hospital, "mastodon", "omid"),
        wordpress=opened(house.headquarters, "wordpress", "sample"),
        unlent=opened(house.hospital, "bale", "omid_bale"),
    )
    for channel in (made.telegram, made.mastodon):
        directory.lend_channel(channel, by=None)
    return made


@pytest.fixture
def channels(house):
    return open_channels(house)


def fields(channel_ids: frozenset[int], **more: Any) -> DraftFields:
    """A short message that fits everywhere."""
    said = {
        "title": "کارگاه فضای مجازی",
        "text": "کارگاه یکشنبه ۲۲ اسفند برگزار شد.",
        "topic": "organisation",
        "channel_ids": channel_ids,
    }
    return DraftFields(**said | more)


def submitted(house: Any, channels: Channels, **more: Any) -> Any:
    """A post of the editor that waits for a yes."""
    post = services.start_post(house.headquarters, fields(channels.lent, **more), by=house.editor)
    services.submit_post(post, by=house.editor)
    post.refresh_from_db()
    return post


def approved(house: Any, channels: Channels, **more: Any) -> Any:
    """The same with the expert's yes."""
    post = submitted(house, channels, **more)
    services.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)
    post.refresh_from_db()
    return post
