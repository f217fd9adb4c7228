"""A pasted address is that of a post of ours, or a sentence can say what it is instead."""

import pytest

from ravi.directory.post_links import Fault, Found, fault_of, is_same_post


@pytest.mark.parametrize(
    ("platform", "handle", "link"),
    [
        ("instagram", "mehregan", "https://www.instagram.com/p/C1aBcD_efG/"),
        ("instagram", "mehregan", "https://www.instagram.com/mehregan/p/C1aBcD_efG/"),
        ("instagram", "Mehregan", "https://instagram.com/mehregan/reel/C1/?igsh=abc"),
        ("aparat", "mehregan", "https://www.aparat.com/v/abc12"),
        ("youtube", "mehregan", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("youtube", "mehregan", "https://youtu.be/abcdefghijk"),
        ("x", "mehregan", "https://x.com/mehregan/status/1790000000000000000"),
        ("threads", "mehregan", "https://www.threads.com/@mehregan/post/C1"),
        ("linkedin", "mehregan", "https://www.linkedin.com/feed/update/urn:li:activity:7000000000000000000/"),
        ("facebook", "mehregan", "https://www.facebook.com/mehregan/posts/pfbid0abc"),
        ("telegram", "mehregan_ums", "https://t.me/mehregan_ums/12"),
        ("telegram", "mehregan_ums", "https://t.me/s/mehregan_ums/12"),
        ("bale", "mehregan", "https://ble.ir/mehregan/-123/456"),
        ("eitaa", "mehregan", "https://eitaa.com/mehregan/12"),
        ("wordpress", "mehregan.example", "https://mehregan.example/news/flu/"),
        ("wordpress", "mehregan.example", "https://mehregan.example/?p=12"),
        ("mastodon", "mehregan@social.example", "https://social.example/@mehregan/113000000000000000"),
        ("matrix", "#mehregan:ums.example", "https://matrix.to/#/%23mehregan:ums.example/$event"),
        ("matrix", "#mehregan:ums.example", "https://matrix.to/#/!fl94S_x/$event?via=ums.example"),
        ("matrix", "!fl94S_x", "https://matrix.to/#/!fl94S_x/$event"),
    ],
)
def test_a_post_of_ours_is_taken(platform: str, handle: str, link: str) -> None:
    assert fault_of(link, platform, handle) is None


@pytest.mark.parametrize(
    ("platform", "handle", "link", "fault", "what"),
    [
        ("instagram", "mehregan", "instagram.com/p/C1", Fault.NO_ADDRESS, ""),
        ("instagram", "mehregan", "https://instagram.com/p/C 1", Fault.NO_ADDRESS, ""),
        ("instagram", "mehregan", "https://[bad", Fault.NO_ADDRESS, ""),
        ("instagram", "mehregan", "javascript:alert(1)", Fault.NO_ADDRESS, ""),
        ("instagram", "mehregan", "https://www.aparat.com/v/abc12", Fault.OTHER_PLATFORM, "aparat"),
        ("instagram", "mehregan", "https://example.org/p/1", Fault.OTHER_PLATFORM, "example.org"),
        ("instagram", "mehregan", "https://www.instagram.com/somebody/p/C1/", Fault.OTHER_CHANNEL, "somebody"),
        ("instagram", "mehregan", "https://www.instagram.com/mehregan_official/p/C1/", Fault.LOOKALIKE, "mehregan_official"),
        ("instagram", "mehregan", "https://www.instagram.com/mehregan/", Fault.NO_POST, ""),
        ("instagram", "mehregan", "https://www.instagram.com/", Fault.NO_POST, ""),
        ("instagram", "mehregan", "https://www.instagram.com/p/", Fault.NO_POST, ""),
        ("instagram", "mehregan", "https://www.instagram.com/mehregan/?igsh=abc", Fault.NO_POST, ""),
        ("instagram", "mehregan", "https://www.instagram.com/mehregan?utm_source=qr", Fault.NO_POST, ""),
        ("instagram", "mehregan", "https://www.instagram.com/?igsh=abc", Fault.NO_POST, ""),
        ("youtube", "mehregan", "https://www.youtube.com/@mehregan?si=abc", Fault.NO_POST, ""),
        ("x", "mehregan", "https://x.com/mehregan?s=20", Fault.NO_POST, ""),
        ("wordpress", "mehregan.example", "https://mehregan.example/?utm_source=telegram", Fault.NO_POST, ""),
        ("youtube", "mehregan", "https://youtu.be/", Fault.NO_POST, ""),
        ("telegram", "mehregan_ums", "https://t.me/mehregan_ums", Fault.NO_POST, ""),
        ("telegram", "mehregan_ums", "https://t.me/mehregan-ums/12", Fault.LOOKALIKE, "mehregan-ums"),
        ("linkedin", "mehregan", "https://www.linkedin.com/company/mehregan/", Fault.NO_POST, ""),
        ("wordpress", "mehregan.example", "https://evil.example/mehregan.example/", Fault.OTHER_CHANNEL, "evil.example"),
        ("wordpress", "mehregan.example", "https://mehregan.example/", Fault.NO_POST, ""),
        ("matrix", "#mehregan:ums.example", "https://matrix.to/", Fault.NO_POST, ""),
        ("matrix", "#mehregan:ums.example", "https://matrix.to/#/#mehregan:ums.example?via=x.example", Fault.NO_POST, ""),
        ("matrix", "#mehregan:ums.example", "https://matrix.to/#/#other:a.example/$e", Fault.OTHER_CHANNEL, "#other:a.example"),
        ("matrix", "!fl94S_x", "https://matrix.to/#/!somewhere/$event", Fault.OTHER_CHANNEL, "!somewhere"),
        ("mastodon", "mehregan@a.example", "https://another.org/@mehregan/1", Fault.OTHER_CHANNEL, "mehregan@another.org"),
    ],
)  # fmt: skip
def test_anything_else_is_told_what_it_is(platform: str, handle: str, link: str, fault: Fault, what: str) -> None:
    assert fault_of(link, platform, handle) == Found(fault, what)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://www.instagram.com/p/C1/", "https://instagram.com/p/C1?igsh=abc", True),
        ("https://www.youtube.com/watch?v=abc", "https://youtube.com/watch?si=x&v=abc", True),
        ("https://www.youtube.com/watch?v=abc", "https://www.youtube.com/watch?v=abd", False),
        ("https://www.instagram.com/p/C1/", "https://www.instagram.com/p/c1/", False),
        ("https://matrix.to/#/#a:b/$one", "https://matrix.to/#/#a:b/$two", False),
    ],
)
def test_two_addresses_of_one_post_are_known_as_that(one: str, other: str, is_same: bool) -> None:
    assert is_same_post(one, other) is is_same
