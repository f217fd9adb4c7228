"""A sandbox that answers at another port is followed, whatever people did with its channels meanwhile."""

import base64

import pytest

from ravi.core.crypto import generate_keypair
from ravi.demo.load import Sandbox, follow_sandbox
from ravi.directory.models import Channel, Credential
from ravi.directory.rules import ChannelState
from ravi.directory.services import NewChannel, move_channel, open_channel

pytestmark = pytest.mark.django_db


def test_links_and_addresses_follow_the_sandbox(house, settings):
    settings.CREDENTIAL_PUBLIC_KEY = base64.urlsafe_b64encode(generate_keypair()[1]).decode()
    settings.CREDENTIAL_KEY_ID = "k1"
    links = {
        "old": "http://127.0.0.1:8600/bale/old/",
        "here": "http://127.0.0.1:8603/bale/here/",
        "own": "https://example.org/own",
        "gone": "http://127.0.0.1:8600/bale/gone/",
    }
    for handle, link in links.items():
        open_channel(NewChannel(house.hospital, "bale", "sandbox", handle, "خبر", link), by=None)
    move_channel(Channel.objects.get(handle="gone"), ChannelState.RETIRED, by=None)

    follow_sandbox(house.institution, Sandbox("http://127.0.0.1:8603", "a token of the sandbox"))

    moved = dict(Channel.objects.filter(handle__in=links).values_list("handle", "link"))
    assert moved == links | {"old": "http://127.0.0.1:8603/bale/old/"}
    assert set(Credential.objects.values_list("channel__handle", flat=True)) == {"old"}


def test_a_feed_follows_ravis_own_address(house, settings):
    settings.BASE_URL = "http://localhost:8000"
    channel = open_channel(NewChannel(house.hospital, "feeds", "feeds", "omid", "خبر"), by=None)
    settings.BASE_URL = "http://localhost:8001"
    follow_sandbox(house.institution, Sandbox("http://127.0.0.1:8600", "a token of the sandbox"))
    channel.refresh_from_db()
    assert channel.link == channel.address == "http://localhost:8001/p/sample/news/omid/"
