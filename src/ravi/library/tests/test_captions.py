"""Captions: read strictly, said with their line, written as one plain WebVTT."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.library.captions import Bad, Cue, check_within, read_captions, webvtt

SRT = """1
00:00:00,500 --> 00:00:02,000
دست‌ها را بیست ثانیه بشویید.

2
00:00:02,000 --> 00:00:04,250
<i>با آب و صابون</i>
و خشک کنید.
"""
VTT = """WEBVTT - آموزش

NOTE made by somebody

STYLE
::cue { color: red }

opening
00:01.000 --> 00:02.000 align:start position:10%
a &amp; b < c

01:00:00.000 --> 01:00:01.500
<b>x</b>
"""


def cue(text: str = "سلام", start: int = 0, end: int = 1000, settings: str = "", line: int = 0) -> Cue:
    return Cue(start, end, text, settings, line)


def test_subrip_becomes_webvtt() -> None:
    assert webvtt(read_captions(SRT.encode())).decode() == (
        "WEBVTT\n\n"
        "00:00:00.500 --> 00:00:02.000\nدست‌ها را بیست ثانیه بشویید.\n\n"
        "00:00:02.000 --> 00:00:04.250\n<i>با آب و صابون</i>\nو خشک کنید.\n"
    )


def test_webvtt_loses_its_notes_and_styles_and_keeps_its_cues() -> None:
    cues = read_captions(("\ufeff" + VTT.replace("\n", "\r\n")).encode())
    assert [(one.start_ms, one.end_ms, one.text, one.settings) for one in cues] == [
        (1000, 2000, "a &amp; b &lt; c", "align:start position:10%"),
        (3_600_000, 3_601_500, "<b>x</b>", ""),
    ]
    assert [one.words for one in cues] == ["a & b < c", "x"]
    written = webvtt(cues)
    assert b"NOTE" not in written and b"STYLE" not in written


def timed(*lines: str) -> bytes:
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty", 0),
        (b"WEBVTT\n\n", "empty", 0),
        (b"WEBVTT\n\nNOTE nothing\n", "empty", 0),
        ("سلام".encode("utf-16"), "not_utf8", 0),
        ("1\n00:00:00,000 --> 00:00:01,000\nسلام".encode("cp1256", "replace"), "not_utf8", 0),
        (b"x" * 200_001, "too_large", 0),
        (b"hello\nworld\n", "no_timing", 1),
        (timed("1", "00:00:01,000 --> 00:00:02,000", "a", "", "2", "words", "more"), "no_timing", 5),
        (timed("1", "00:00:01 --> 00:00:02,000", "a"), "bad_time", 2),
        (timed("1", "00:61:01,000 --> 00:62:02,000", "a"), "bad_time", 2),
        (timed("1", "00:00:01,000 -> 00:00:02,000", "a"), "no_timing", 1),
        (timed("1", "00:00:01,000 --> 00:00:02,000 X1:10", "a"), "bad_time", 2),
        (timed("1", "00:00:02,000 --> 00:00:02,000", "a"), "ends_before", 2),
        (timed("00:00:02,000 --> 00:00:03,000", "a", "", "00:00:01,999 --> 00:00:05,000", "b"), "out_of_order", 4),
        (timed("1", "00:00:01,000 --> 00:00:02,000", "", "2"), "no_words", 2),
        (timed("1", "00:00:01,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:04,000"), "no_words", 3),
        (timed("1", "00:00:01,000 --> 00:00:02,000", '<font color="red">a</font>'), "markup", 3),
        (timed("1", "00:00:01,000 --> 00:00:02,000", "a", "<script>alert(1)</script>"), "markup", 4),
        (timed("1", "00:00:01,000 --> 00:00:02,000", r"{\an8}a"), "markup", 3),
        (timed("1", "00:00:01,000 --> 00:00:02,000", "<i"), "markup", 3),
        (b"1\n00:00:01,000 --> 00:00:02,000\na\x00b", "bad_sign", 3),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content: bytes, code: str, line: int) -> None:
    with pytest.raises(Bad) as bad:
        read_captions(content)
    assert (bad.value.code, bad.value.line) == (code, line)


def test_captions_of_another_video_are_noticed() -> None:
    check_within([cue(start=900)], 1000)
    with pytest.raises(Bad) as bad:
        check_within([cue(), cue(start=1000, line=7)], 1000)
    assert (bad.value.code, bad.value.line) == ("past_the_end", 7)


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufffd\ufffe\uffff"), max_size=40
)
TIMES = st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**5)), min_size=1, max_size=8)


@given(TIMES, st.lists(WORDS, min_size=8, max_size=8))
def test_what_was_written_is_read_back_the_same(times: list[tuple[int, int]], words: list[str]) -> None:
    ordered = sorted(times)
    written = "WEBVTT\n\n" + "\n".join(
        f"{stamp_of(start)} --> {stamp_of(start + length)}\n{text.replace('<', '').replace('{', '') or 'x'}\n"
        for (start, length), text in zip(ordered, words, strict=False)
    )
    try:
        cues = read_captions(written.encode())
    except Bad as bad:
        assert bad.code in {"no_words", "empty", "no_timing"}  # words of spaces only, or an arrow among them
        return
    assert [one.start_ms for one in cues] == [start for start, _length in ordered]
    again = read_captions(webvtt(cues))
    assert [(c.start_ms, c.end_ms, c.text, c.settings) for c in again] == [
        (c.start_ms, c.end_ms, c.text, c.settings) for c in cues
    ]
    assert webvtt(again) == webvtt(cues)


def stamp_of(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode) | st.sampled_from([SRT, VTT]).map(str.encode))
def test_anything_is_either_refused_with_a_code_or_made_plain(content: bytes) -> None:
    try:
        cues = read_captions(content)
    except Bad:
        return
    assert [one.text for one in read_captions(webvtt(cues))] == [one.text for one in cues]


@given(st.integers(0, len(SRT) - 1), st.characters(exclude_categories=["Cs"]))
def test_one_changed_sign_breaks_nothing(place: int, sign: str) -> None:
    changed = SRT[:place] + sign + SRT[place + 1 :]
    try:
        read_captions(changed.encode())
    except Bad as bad:
        assert 0 <= bad.line <= changed.count("\n") + changed.count("\r") + 1
