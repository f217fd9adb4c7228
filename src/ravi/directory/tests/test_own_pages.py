"""A channel on Ravi's own pages: its address is not asked of anybody, and nothing is connected."""

import pytest
from django.urls import reverse

from ravi.directory import services
from ravi.directory.models import Channel
from ravi.directory.names import reachable


def opened(house, sign_in, **said):
    asked = {"unit": house.hospital.pk, "where": "feeds:feeds", "handle": "omid", "purpose": "خبرها"} | said
    return sign_in(house.head).post(reverse("directory:new"), asked)


def test_its_address_is_made_from_its_name(open_house, sign_in):
    assert opened(open_house, sign_in, link="https://elsewhere.example.org/").status_code == 302
    channel = Channel.objects.get(platform="feeds")
    page = f"http://localhost:8000/p/{open_house.institution.slug}/news/omid/"
    assert (channel.link, channel.address, channel.shown_handle) == (page, page, "omid")


def test_nothing_is_connected_and_it_says_so(open_house, sign_in):
    opened(open_house, sign_in)
    channel = Channel.objects.get(platform="feeds")
    text = sign_in(open_house.head).get(reverse("directory:channel", args=[channel.pk])).content.decode()
    assert "چیزی برای اتصال نیست" in text
    assert reverse("directory:credential", args=[channel.pk]) not in text
    assert sign_in(open_house.head).get(reverse("directory:credential", args=[channel.pk])).status_code == 403
    with pytest.raises(services.DirectoryRefused, match="چیزی برای اتصال نیست"):
        services.set_credential(channel, {}, by=open_house.head)


def test_nobody_serves_it_by_hand():
    pairs = reachable(with_sandbox=False)
    assert ("feeds", "feeds") in pairs and ("manual", "feeds") not in pairs
