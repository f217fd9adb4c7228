"""Is this one ours? Three answers, and never a wrong yes."""

import pytest

from ravi.core.tenancy import tenant
from ravi.directory import services
from ravi.directory.matching import Verdict, match_handle
from ravi.directory.rules import ChannelState


@pytest.fixture
def channels(house):
    def opened(unit, platform, handle, link=""):
        new = services.NewChannel(unit, platform, "sandbox", handle, "خبر", link)
        return services.open_channel(new, by=house.head)

    return {
        "omid": opened(house.hospital, "bale", "sample_omid", "https://ble.ir/sample_omid"),
        "omid_eitaa": opened(house.hospital, "eitaa", "sample_omid_e", "http://localhost:8101/eitaa/sample_omid_e"),
        "site": opened(house.headquarters, "wordpress", "sample.example", "https://sample.example"),
        "ems": opened(house.headquarters, "mastodon", "ems@social.example"),
    }


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("@sample_omid", "omid"),
        ("ble.ir/Sample_Omid", "omid"),
        ("https://ble.ir/sample_omid/12", "omid"),
        ("http://localhost:8101/eitaa/sample_omid_e", "omid_eitaa"),
        ("https://sample.example/news/12", "site"),
        ("www.sample.example", "site"),
        ("@ems@social.example", "ems"),
        ("https://social.example/@ems", "ems"),
    ],
)
def test_ours_is_ours_in_every_spelling(house, channels, typed, name):
    match = match_handle(house.institution, typed)
    assert (match.verdict, list(match.channels)) == (Verdict.YES, [channels[name]])


@pytest.mark.parametrize(
    ("typed", "name", "differences"),
    [
        ("@sample_0mid", "omid", [("0", "o")]),
        ("s\u0430mple_omid", "omid", [("\u0430", "a")]),
        ("https://ble.ir/sample_omidd", "omid", [("d", "")]),
        ("samp1e.example", "site", [("1", "l")]),
        ("https://sample.example.evil.example/", "site", [(".evil.example", "")]),
        ("t.me/sample_omid", "omid", []),
        ("instagram.com/sample_omid", "omid", []),
        ("https://evil.example/sample_omid", "omid", []),
    ],
)
def test_what_only_looks_like_ours_is_named(house, channels, typed, name, differences):
    match = match_handle(house.institution, typed)
    assert (match.verdict, match.channel) == (Verdict.LOOKALIKE, channels[name])
    assert [(spot.typed, spot.ours) for spot in match.spots if spot.is_different] == differences


@pytest.mark.parametrize(
    "typed", ["", "  ", "@", "@football_fans", "https://news.example/", "سلام", "' or 1=1 --", "\x00", "%00"]
)
def test_anything_else_is_not_ours(house, channels, typed):
    assert match_handle(house.institution, typed).verdict is Verdict.NO


def test_a_retired_an_unlisted_and_a_requested_channel_are_not_ours(house, channels):
    services.move_channel(channels["omid"], ChannelState.RETIRED, by=house.head)
    services.list_channel(channels["ems"], False, by=house.head)
    new = services.NewChannel(house.hospital, "telegram", "sandbox", "sample_new", "خبر")
    services.request_channel(new, by=house.officer)
    typed = ["ble.ir/sample_omid", "@ems@social.example", "@sample_new"]
    assert Verdict.YES not in {match_handle(house.institution, text).verdict for text in typed}


def test_a_frozen_channel_is_ours_and_says_that_it_is_frozen(house, channels):
    services.move_channel(channels["omid"], ChannelState.FROZEN, by=house.officer)
    match = match_handle(house.institution, "@sample_omid")
    assert match.verdict is Verdict.YES and match.channel is not None
    assert match.channel.state == ChannelState.FROZEN


def test_another_institutions_channels_are_not_ours(house, channels):
    with tenant(house.other_institution.pk):
        assert match_handle(house.other_institution, "@sample_omid").verdict is Verdict.NO


def test_a_bare_handle_names_every_platform_where_it_is_ours(house, channels):
    new = services.NewChannel(house.hospital, "telegram", "sandbox", "sample_omid", "خبر")
    second = services.open_channel(new, by=house.head)
    assert set(match_handle(house.institution, "@sample_omid").channels) == {channels["omid"], second}
    assert list(match_handle(house.institution, "t.me/sample_omid").channels) == [second]


def test_three_queries_whatever_the_number_of_channels(house, channels, django_assert_num_queries):
    for number in range(100):
        new = services.NewChannel(house.hospital, "telegram", "sandbox", f"sample_unit{number}", "خبر")
        services.open_channel(new, by=None)
    with django_assert_num_queries(2):
        match_handle(house.institution, "@sample_0mid")
