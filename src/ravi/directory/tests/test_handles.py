"""What people paste, in one spelling; and what only looks like ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.directory.handles import ACCOUNTS, clean_handle, key_of, leads_elsewhere, link_of, read_typed
from ravi.directory.resemblance import is_one_slip, resembles, spots


@pytest.mark.parametrize(
    ("typed", "platform", "key"),
    [
        ("@Sample_Omid", "", "sample_omid"),
        (" sample_omid ", "", "sample_omid"),
        ("«@sample_omid»", "", "sample_omid"),
        ("\u200e@sample_omid\u200f", "", "sample_omid"),
        ("@sample_۲۴", "", "sample_24"),
        ("ble.ir/sample_omid", "bale", "sample_omid"),
        ("https://ble.ir/sample_omid/", "bale", "sample_omid"),
        ("HTTP://WWW.T.ME/Sample_Omid", "telegram", "sample_omid"),
        ("t.me/s/sample_omid/120?x=1", "telegram", "sample_omid"),
        ("telegram.me/sample_omid#top", "telegram", "sample_omid"),
        ("tg://resolve?domain=sample_omid&post=2", "telegram", "sample_omid"),
        ("//eitaa.com/sample_omid", "eitaa", "sample_omid"),
        ("web.eitaa.com/#@sample_omid", "eitaa", "sample_omid"),
        ("https://bsky.app/profile/sample.example", "bluesky", "sample.example"),
        ("#Sample:Matrix.example", "", "#sample:matrix.example"),
        ("https://matrix.to/#/#sample:matrix.example", "matrix", "#sample:matrix.example"),
        ("https://matrix.to/#/%23sample:matrix.example/$event?via=matrix.example", "matrix", "#sample:matrix.example"),
        ("https://matrix.to/", "matrix", "matrix.to"),
        ("https://www.instagram.com/Sample_Omid/", "instagram", "sample_omid"),
        ("https://www.instagram.com/sample_omid/p/DKx1/?img_index=2", "instagram", "sample_omid"),
        ("https://www.instagram.com/reel/DKx1/", "instagram", "instagram.com"),
        ("https://m.facebook.com/sample.omid/posts/pfbid02", "facebook", "sample.omid"),
        ("https://www.facebook.com/permalink.php?story_fbid=12&id=100064", "facebook", "100064"),
        ("facebook.com/profile.php?id=100064", "facebook", "100064"),
        ("https://www.facebook.com/people/Omid/100064/", "facebook", "omid"),
        ("https://fb.watch/aB1/", "facebook", "fb.watch"),
        ("https://www.threads.net/@sample_omid/post/DKx1", "threads", "sample_omid"),
        ("threads.com/t/DKx1", "threads", "threads.com"),
        ("https://x.com/Sample_Omid/status/1999?s=20", "x", "sample_omid"),
        ("https://x.com/i/status/1999", "x", "x.com"),
        ("https://www.linkedin.com/company/sample-omid/posts/", "linkedin", "sample-omid"),
        ("https://www.linkedin.com/feed/update/urn:li:share:7/", "linkedin", "linkedin.com"),
        ("https://www.youtube.com/@SampleOmid/videos", "youtube", "sampleomid"),
        ("https://www.youtube.com/channel/UCabc_1/about", "youtube", "ucabc_1"),
        ("https://youtu.be/dQw4w9", "youtube", "youtu.be"),
        ("https://www.youtube.com/watch?v=dQw4w9", "youtube", "youtube.com"),
        ("https://www.aparat.com/sample_omid", "aparat", "sample_omid"),
        ("https://www.aparat.com/v/abc12", "aparat", "aparat.com"),
        ("https://social.example/@ems", "mastodon", "ems@social.example"),
        ("@ems@social.example", "", "ems@social.example"),
        ("mailto:News@Sample.example?subject=x", "email", "news@sample.example"),
        ("https://www.sample.example/news/12/", "", "sample.example/news/12"),
        ("sample.example", "", "sample.example"),
        ("https://sample.example@evil.example/", "", "evil.example"),
        ("https://evil.example\\@sample.example", "mastodon", "sample.example@evil.example"),
        ("https://xn--mgbh0fb.example/", "", "مثال.example"),
        ("http://localhost:8101/bale/sample_omid", "", "localhost:8101/bale/sample_omid"),
        ("", "", ""),
        ("@", "", ""),
        ("https://", "", ""),
    ],
)
def test_what_is_pasted_gets_one_spelling(typed, platform, key):
    read = read_typed(typed)
    assert (read.platform, read.key) == (platform, key)


@given(st.text(max_size=400))
def test_nothing_that_is_typed_breaks_the_reader(text):
    assert isinstance(read_typed(text).key, str)


def test_only_latin_letters_lose_their_case():
    assert key_of("\u212aIT") == "\u212ait"  # the Kelvin sign is not k


@pytest.mark.parametrize(
    ("platform", "typed", "handle"),
    [
        ("bale", "https://ble.ir/Sample_Omid", "Sample_Omid"),
        ("mastodon", "https://social.example/@Ems", "ems@social.example"),
        ("mastodon", "@ems@social.example", "ems@social.example"),
        ("wordpress", "https://www.Sample.example/omid/", "sample.example/omid"),
        ("email", "mailto:news@sample.example", "news@sample.example"),
        ("bluesky", "bsky.app/profile/sample.example", "sample.example"),
        ("matrix", "#Sample:matrix.example", "#Sample:matrix.example"),
        ("matrix", "sample:matrix.example", "#sample:matrix.example"),
        ("matrix", "https://matrix.to/#/%23sample:matrix.example?via=x.example", "#sample:matrix.example"),
        ("matrix", "!Fl94S54S_Q-x", "!Fl94S54S_Q-x"),
    ],
)
def test_a_handle_is_kept_as_it_is_written_there(platform, typed, handle):
    assert clean_handle(platform, typed) == handle


@pytest.mark.parametrize(
    ("platform", "typed"),
    [
        ("bale", "t.me/sample"),
        ("bale", "کانال ما"),
        ("email", "sample"),
        ("wordpress", "a b"),
        ("eitaa", "s\u0430mple"),
        ("matrix", "#s\u0430mple:matrix.example"),
        ("matrix", "#sample"),
        ("matrix", "t.me/sample"),
    ],
)
def test_what_cannot_be_a_handle_is_refused(platform, typed):
    with pytest.raises(ValueError):
        clean_handle(platform, typed)


@pytest.mark.parametrize("platform", [*ACCOUNTS, "youtube"])
def test_the_link_of_a_handle_leads_to_it(platform):
    link = link_of(platform, "sample.omid")
    assert read_typed(link).key == "sample.omid" and not leads_elsewhere(link, platform, "sample.omid")
    assert leads_elsewhere(link, platform, "sample.umid")


@pytest.mark.parametrize("room", ["#sample.omid:matrix.example", "!Fl94S54S_Q-x"])
def test_the_link_of_a_room_leads_to_it(room):
    link = link_of("matrix", room)
    assert "#" not in link.removeprefix("https://matrix.to/#/")
    assert not leads_elsewhere(link, "matrix", room) and not leads_elsewhere(f"{link}/$event", "matrix", room)
    assert leads_elsewhere(link_of("matrix", "#sample:matrix.example"), "matrix", room)


def test_a_channel_of_youtube_is_reached_by_its_number_too():
    number = "UC" + "aB3-_" * 4 + "xy"
    assert link_of("youtube", number) == f"https://www.youtube.com/channel/{number}"
    assert not leads_elsewhere(link_of("youtube", number), "youtube", number)


@pytest.mark.parametrize(
    "typed",
    [
        "sample_0mid",
        "s\u0430mple_omid",  # Cyrillic a
        "sampleomid",
        "sample.omid",
        "sample_omiid",
        "sample_omd",
        "sample_omdi",
        "sample_umid",
        "sample_omid2",
        "sample_omid_official",
        "real_sample_omid",
        "sample\u200c_omid",
    ],
)
def test_what_could_be_taken_for_ours_resembles_it(typed):
    assert resembles(typed, "sample_omid")


@pytest.mark.parametrize("typed", ["sample_omid", "sample_koodakan", "sample", "omid", "football_fans", "x"])
def test_what_could_not_does_not(typed):
    assert not resembles(typed, "sample_omid")


def test_the_spots_put_both_handles_together_again():
    cut = spots("sample_0mid", "sample_omid")
    assert "".join(spot.typed for spot in cut) == "sample_0mid"
    assert "".join(spot.ours for spot in cut) == "sample_omid"
    assert [(spot.typed, spot.ours) for spot in cut if spot.is_different] == [("0", "o")]


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_slip_is_the_same_both_ways(first, second):
    assert is_one_slip(first, second) == is_one_slip(second, first)
