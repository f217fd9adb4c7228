"""What counts as a hashtag."""

from ravi.text.hashtags import hashtags


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in hashtags(text)]


def test_persian_and_latin_tags_are_found_with_their_half_spaces() -> None:
    assert found("#واکسن و #سلامت_مادران، #می‌مانیم #Vaccine2") == ["#واکسن", "#سلامت_مادران", "#می‌مانیم", "#Vaccine2"]


def test_numbers_addresses_and_signs_inside_words_are_none() -> None:
    assert found("#۱۴۰۵ #12 a#b https://example.org/#top &#1234; ##") == []
