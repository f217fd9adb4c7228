"""What a platform says in its own words is masked, and a code is a word that logs may hold."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ravi.platforms.contract import HttpAnswer, NotSent, OutcomeUnknown, PlatformError, Rejected
from ravi.platforms.shapes.json_http import JsonAnswer, JsonDoor, number_at

SECRET = "sekret-token"


async def said(status: int, body: str, *, method: str = "POST", **headers: str) -> PlatformError:
    class Answering:
        async def request(self, *_: Any, **__: Any) -> HttpAnswer:
            return HttpAnswer(status, headers, body.encode(), datetime(2026, 11, 26, tzinfo=UTC))

    with pytest.raises(PlatformError) as caught:
        await JsonDoor(Answering(), {}, (SECRET,)).call(method, "https://example.org/", data={})
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, f'{{"code": "{SECRET}", "message": "wrong: {SECRET}"}}', {}),
        (200, f'{{"ok": false, "description": "wrong: {SECRET}"}}', {}),
        (302, "", {"location": f"https://example.org/?token={SECRET}"}),
        (500, SECRET, {}),
    ],
)
async def test_no_refusal_repeats_a_secret(status: int, body: str, headers: dict[str, str]) -> None:
    error = await said(status, body, **headers)
    assert SECRET not in f"{error.detail} {error.evidence} {getattr(error, 'code', '')}"
    assert "***" in f"{error.detail} {error.evidence}"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("rest_post_invalid_id", "rest_post_invalid_id"),
        (403, "403"),
        ("the words of the message", "http_400"),
        ("a\\u0000b", "http_400"),
        ("\\ud800", "http_400"),
        ("x" * 61, "http_400"),
    ],
)
async def test_a_code_is_a_word(code: object, expected: str) -> None:
    written = code if isinstance(code, int) else f'"{code}"'
    error = await said(400, f'{{"code": {written}, "message": "no"}}')
    assert isinstance(error, Rejected)
    assert (error.code, error.detail) == (expected, "no")


def test_a_count_is_a_whole_number_or_no_answer() -> None:
    assert number_at(JsonAnswer({"a": {"b": 0}}, ""), "a", "b") == 0
    for data in ({}, {"a": None}, {"a": {"b": "3"}}, {"a": {"b": True}}, {"a": {"b": -1}}, {"a": {"b": 1.5}}, [3]):
        with pytest.raises(NotSent):
            number_at(JsonAnswer(data, ""), "a", "b")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("https://api.x.com/2/problems/invalid-request", "invalid-request"),
        ("about:blank", "http_400"),
        ("", "http_400"),
    ],
)
async def test_a_problem_of_rfc_9457_says_its_name_and_its_detail(kind: str, code: str) -> None:
    error = await said(400, f'{{"type": "{kind}", "title": "Invalid Request", "detail": "too long", "status": 400}}')
    assert isinstance(error, Rejected)
    assert (error.code, error.detail) == (code, "too long")


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, "<!doctype html>"), (200, '{"ok": tr'), (201, ""), (303, ""), (408, "{}"), (500, "{}"), (199, "{}")],
)
async def test_what_is_neither_a_yes_nor_a_no_is_unknown_of_a_call_and_nothing_of_a_question(
    status: int, body: str
) -> None:
    assert isinstance(await said(status, body), OutcomeUnknown)
    assert isinstance(await said(status, body, method="GET"), NotSent)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_who_points_elsewhere_took_nothing_and_is_not_followed(status: int) -> None:
    error = await said(status, "", location="https://elsewhere.example/")
    assert isinstance(error, Rejected) and error.code == "redirected"
