"""The packet of a copy by hand: whoever pastes its words has every address that was approved."""

import pytest

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.models import Channel
from ravi.directory.services import NewChannel
from ravi.publishing.pages.packet import Packet

from .test_hand import due, ordered

pytestmark = pytest.mark.django_db
TEXT = "برای [ثبت نام](https://example.org/register) بشتابید."
PLAIN = "برای ثبت نام (https://example.org/register) بشتابید."


@pytest.mark.parametrize(
    ("platform", "handle"), [("telegram", "omid_by_hand"), ("wordpress", "omid.example"), ("linkedin", "omid-health")]
)
def test_the_address_behind_a_link_stands_in_the_words_that_are_approved_and_pasted(house, platform, handle):
    new = NewChannel(house.hospital, platform, "manual", handle, "خبر", f"https://{platform}.example/{handle}")
    channel = directory.open_channel(new, by=None)
    directory.lend_channel(channel, by=None)
    copy = due(ordered(house, channel, text=TEXT))
    packet = Packet(copy, channel, house.officer, may_do=True, now=clock.now())
    assert (packet.payload["text"], packet.payload["entities"]) == (PLAIN, [])
    assert packet.text == PLAIN


def test_a_copy_approved_for_a_program_says_its_addresses_to_a_hand(house, channels):
    copy = Delivery.objects.get(post_id=ordered(house, channels.telegram, text=TEXT).pk)
    channel = Channel.objects.get(pk=copy.channel_id)
    packet = Packet(copy, channel, house.officer, may_do=True, now=clock.now())
    assert "https://example.org/register" not in packet.payload["text"]
    assert packet.text == PLAIN
