"""What a room is told, and who may speak in it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ravi.platforms.contract import Beside, Content, Mark, MediaItem
from ravi.platforms.contract_samples import PERSIAN, image
from ravi.platforms.matrix.events import (
    Uploaded,
    contents_of,
    in_answer_to,
    key_of,
    latest_body,
    removal,
    replacing,
    transaction,
    with_key,
)
from ravi.platforms.matrix.rights import may_speak

ME = "@ravi:example.org"
HERE = Uploaded("mxc://example.org/1")


def test_words_go_as_they_stand_and_without_marks_there_is_no_html() -> None:
    assert contents_of(Content(PERSIAN), ()) == [{"msgtype": "m.text", "body": PERSIAN}]


def test_marked_words_have_their_html_beside_them() -> None:
    [event] = contents_of(Content("<b> مهم", marks=(Mark("bold", 4, 7),)), ())
    assert event["body"] == "<b> مهم"
    assert event["formatted_body"] == '<p dir="auto">&lt;b&gt; <strong>مهم</strong></p>'


def test_files_follow_the_words_and_say_what_they_show() -> None:
    video = MediaItem("f", "video/mp4", "", b"12345", 4, 3, 5, 2.5, Beside("t", "image/jpeg", b"123"))
    words, first, second = contents_of(
        Content("متن", media=(image("پوستر"), video)), (HERE, Uploaded("mxc://example.org/2", "mxc://example.org/3"))
    )
    assert words["body"] == "متن" and (first["msgtype"], first["body"]) == ("m.image", "پوستر")
    assert (second["body"], second["info"]) == (
        "video",
        {
            "mimetype": "video/mp4", "size": 5, "w": 4, "h": 3, "duration": 2500, "thumbnail_url": "mxc://example.org/3",
            "thumbnail_info": {"mimetype": "image/jpeg", "size": 3},
        },
    )  # fmt: skip


def test_a_file_without_words_is_one_event() -> None:
    bare = dataclasses.replace(image(""), width=0, height=0)
    [event] = contents_of(Content(" ", media=(bare,)), (HERE,))
    assert (event["msgtype"], event["body"], "w" in event["info"]) == ("m.image", "image", False)


def test_a_change_carries_the_new_words_for_all_programs() -> None:
    [event] = contents_of(Content("نو", marks=(Mark("bold", 0, 2),)), ())
    change = replacing(event, "$1")
    assert change["m.new_content"] == event and change["body"] == "* نو" and "formatted_body" not in change
    assert change["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$1"}
    assert key_of({"event_id": "$2", "content": change}) is None


def test_a_key_is_read_back_from_events_of_ours_alone() -> None:
    event = with_key(in_answer_to({"msgtype": "m.text", "body": "x"}, "$0"), "ravi-1", 1, 3)
    assert key_of({"event_id": "$1", "content": event}) == ("ravi-1", 1, 3)
    odd: list[Any] = [
        {},
        {"content": event},
        {"event_id": "$1", "content": {"ravi.copy": "x"}},
        {"event_id": 1, "content": event},
    ]
    assert [key_of(one) for one in odd] == [None] * 4
    assert key_of({"event_id": "$1", "content": {"ravi.copy": {"key": "k", "part": "0", "of": 1}}}) is None


def test_each_call_has_a_name_of_its_own() -> None:
    names = [transaction("k", 0), transaction("k", 1), transaction("k", 0, "change-"), removal("$1"), removal("$2")]
    assert len(set(names)) == 5 and removal("$1") == removal("$1")


@pytest.mark.parametrize(
    ("created", "levels", "may"),
    [
        ({}, None, True),
        ({}, {}, True),
        ({}, {"events_default": 50}, False),
        ({}, {"events_default": 50, "users": {ME: 50}}, True),
        ({}, {"events_default": "50", "users": {ME: "100"}}, True),
        ({}, {"events": {"m.room.message": 100}, "users": {ME: 50}}, False),
        ({}, {"events": {"m.room.message": 10}, "events_default": 100, "users_default": 10}, True),
        ({}, {"users_default": -1}, False),
        ({"sender": ME, "content": {"room_version": "11"}}, {"events_default": 50}, False),
        ({"sender": ME, "content": {"room_version": "12"}}, {"events_default": 50}, True),
        (
            {"sender": "@x:y", "content": {"room_version": "12", "additional_creators": [ME]}},
            {"events_default": 50},
            True,
        ),
        (
            {"sender": "@x:y", "content": {"room_version": "12", "additional_creators": ME}},
            {"events_default": 50},
            False,
        ),
        ({"sender": ME}, {"events_default": 50}, False),
    ],
)
def test_who_may_speak(created: dict[str, Any], levels: dict[str, Any] | None, may: bool) -> None:
    assert may_speak(ME, created, levels) is may


def test_the_newest_wording_is_what_people_read() -> None:
    first = {"content": {"msgtype": "m.text", "body": "۸ آذر"}}
    later = [{"content": replacing({"body": words}, "$1")} for words in ("۱۰ آذر", "۹ آذر")]
    assert latest_body(first, later) == "۱۰ آذر"
    assert latest_body(first, []) == "۸ آذر"
    assert latest_body(first, [{"content": {}}]) == "۸ آذر"  # a wording that was taken away again
    assert latest_body({"content": {}}, later) is None
    assert latest_body(None, []) is None
