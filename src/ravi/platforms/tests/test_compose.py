"""Which words a channel gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.platforms.compose import CLASSES, FULL, Fitted, Parts, content_of, fit, with_link
from ravi.platforms.contract import MediaItem, Problem, Profile
from ravi.platforms.marking import Shown
from ravi.platforms.registry import platforms, profile

LINK = "https://example.org/workshop-1"
SEED = Path(__file__).parents[2] / "demo" / "seed" / "workshop-message.fa.md"


def linked(text: str, link: str) -> str:
    return with_link(Shown(text), link).text


def seed_variants() -> dict[str, str]:
    body = SEED.read_text(encoding="utf-8").split("---\n", 2)[2]
    full, *others = body.split("<!-- variant: ")
    parts = {FULL: full.strip("\n")}
    for other in others:
        name, text = other.split(" -->\n", 1)
        parts[name] = text.strip("\n")
    return parts


def chosen(variants: dict[str, str], its: Profile, link: str = "", media: tuple[MediaItem, ...] = ()) -> Fitted:
    return fit(Parts(variants=variants, title="عنوان", link=link, media=media), its)


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("telegram", "medium"),
        ("bale", "medium"),
        ("eitaa", "medium"),
        ("wordpress", "full"),
        ("mastodon", "short"),
        ("bluesky", "short"),
    ],
)
def test_the_seed_message_fits_every_platform_with_its_longest_text(platform: str, name: str) -> None:
    fitted = chosen(seed_variants(), profile("sandbox", platform), LINK)
    assert fitted.name == name
    assert fitted.problems == ()
    assert fitted.text.endswith(f"\n{LINK}")


def test_with_an_image_the_caption_limit_holds() -> None:
    picture = MediaItem("0" * 64, "image/jpeg", "پوستر", None, 10, 10, 1000)
    fitted = chosen(seed_variants(), profile("sandbox", "telegram"), LINK, media=(picture,))
    assert fitted.name == "caption"
    assert [(m.unit, m.limit) for m in fitted.measures] == [("telegram_utf16", 1024)]


def test_a_platforms_own_variant_wins_even_when_shorter() -> None:
    fitted = chosen({"full": "بلند " * 10, "telegram": "کوتاه"}, profile("sandbox", "telegram"))
    assert (fitted.name, fitted.text) == ("telegram", "کوتاه")


def test_a_platforms_own_variant_that_is_too_long_blocks_and_is_not_swapped() -> None:
    fitted = chosen({"full": "کوتاه", "mastodon": "ب" * 501}, profile("sandbox", "mastodon"))
    assert fitted.name == "mastodon"
    assert fitted.problems == (Problem("too_long", "mastodon_chars", 501, 500),)


def test_another_platforms_variant_is_never_taken() -> None:
    fitted = chosen({"bale": "برای بله"}, profile("sandbox", "telegram"), LINK)
    assert [problem.code for problem in fitted.problems] == ["empty"]


def test_nothing_fits_shows_the_shortest_with_its_counts_and_cuts_nothing() -> None:
    variants = {"full": "ب" * 900, "short": "ب" * 420}
    fitted = chosen(variants, profile("sandbox", "bluesky"))
    assert fitted.name == "short" and fitted.text == variants["short"]
    assert fitted.problems == (Problem("too_long", "bluesky_graphemes", 420, 300),)
    assert [(m.unit, m.actual) for m in fitted.measures] == [("bluesky_graphemes", 420), ("utf8_bytes", 840)]


def test_the_link_is_counted() -> None:
    text = "ب" * 500
    mastodon = profile("sandbox", "mastodon")
    assert chosen({"full": text}, mastodon).problems == ()
    assert chosen({"full": text}, mastodon, LINK).problems == (Problem("too_long", "mastodon_chars", 524, 500),)


def test_the_link_is_not_repeated_when_it_is_already_in_the_text() -> None:
    assert linked(f"ببینید {LINK} را", LINK) == f"ببینید {LINK} را"
    assert linked(f"{LINK}2", LINK) == f"{LINK}2\n{LINK}"
    assert linked("", LINK) == LINK


def test_content_is_exactly_what_was_fitted() -> None:
    parts = Parts(variants={"full": "متن"}, title="عنوان", link=LINK, pin=True)
    fitted = fit(parts, profile("sandbox", "telegram"))
    content = content_of(parts, fitted)
    assert (content.text, content.link, content.title, content.pin) == (f"متن\n{LINK}", "", "عنوان", True)


def test_media_problems_name_count_type_and_size() -> None:
    telegram = profile("sandbox", "telegram")
    eleven = tuple(MediaItem("0" * 64, "image/jpeg", "", None, 1, 1, 10) for _ in range(11))
    heavy = (MediaItem("0" * 64, "image/svg+xml", "", None, 1, 1, 11 * 1024 * 1024),)
    assert Problem("too_many_media", "images", 11, 10) in chosen({"full": "ب"}, telegram, media=eleven).problems
    assert {p.code for p in chosen({"full": "ب"}, telegram, media=heavy).problems} == {
        "media_type",
        "media_too_large",
    }


def test_a_title_is_asked_for_only_where_the_platform_has_a_field_for_it() -> None:
    parts = Parts(variants={FULL: "متن"}, title=" ")
    assert fit(parts, profile("sandbox", "wordpress")).problems == (Problem("title_missing", "field", 0, 1),)
    assert fit(parts, profile("sandbox", "telegram")).problems == ()


NAMES = st.sampled_from([FULL, *CLASSES, *platforms("sandbox")])
TEXTS = st.text(alphabet="بپ \n‌👩a", max_size=700)


@given(st.dictionaries(NAMES, TEXTS), st.sampled_from(platforms("sandbox")), st.sampled_from(["", LINK]))
def test_a_copy_is_whole_and_within_every_limit_or_blocked(variants: dict[str, str], platform: str, link: str) -> None:
    its = profile("sandbox", platform)
    fitted = chosen(variants, its, link)
    if fitted.problems:
        return
    assert variants[fitted.name].strip()
    assert fitted.text == linked(variants[fitted.name], link)
    assert all(measure.fits for measure in fitted.measures)
    if fitted.name != platform:
        longer = [v for n, v in variants.items() if n in (FULL, *CLASSES) and len(v) > len(variants[fitted.name])]
        for text in longer:
            assert (
                not text.strip()
                or chosen({FULL: text}, its, link).problems
                or len(linked(text, link).encode("utf-16-le")) <= len(fitted.text.encode("utf-16-le"))
            )
