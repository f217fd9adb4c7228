"""A homeserver's odd answers, and a token that goes nowhere without TLS."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ravi.platforms.contract import Content, CredentialsRefused, HttpAnswer, NotSent, OutcomeUnknown, Rejected
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import image
from ravi.platforms.matrix.adapter import Matrix
from ravi.platforms.matrix.homeserver import MatrixCredentials
from ravi.platforms.matrix.profile import TEXT_BYTES

ME = MatrixCredentials(" https://matrix.example.org/\n", " token-1\n")
NOW = datetime(2026, 11, 26, tzinfo=UTC)


class Answering(NobodyThere):
    """Answers by a word in the address, the first that fits."""

    def __init__(self, **answers: Any) -> None:
        super().__init__()
        self.answers = answers

    async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
        self.asked.append(url)
        answer = next(found for word, found in self.answers.items() if word in url)
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return HttpAnswer(status, {}, json.dumps(body).encode(), NOW)


async def test_a_token_is_not_sent_in_the_clear() -> None:
    network = NobodyThere()
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await Matrix(MatrixCredentials("http://matrix.example.org", "t"), network).verify("!a:b")
    assert network.asked == []


async def test_a_rooms_name_cannot_lead_to_another_call() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Matrix(ME, network).publish("#a/../../x?y:b", Content("متن"), key="k")
    assert network.asked == ["https://matrix.example.org/_matrix/client/v3/directory/room/%23a%2F..%2F..%2Fx%3Fy%3Ab"]


@pytest.mark.parametrize("answer", [{}, [], None, {"event_id": ""}, {"event_id": True}])
async def test_an_answer_without_an_event_is_no_receipt(answer: object) -> None:
    with pytest.raises(OutcomeUnknown):
        await Matrix(ME, Answering(send=answer)).publish("!a:b", Content("متن"), key="k")


async def test_a_refusal_is_named_as_the_others_name_it() -> None:
    for errcode, code in (("M_FORBIDDEN", "no_rights"), ("M_TOO_LARGE", "too_long"), ("M_BAD_JSON", "M_BAD_JSON")):
        network = Answering(send=(403, {"errcode": errcode, "error": "No: token-1"}))
        with pytest.raises(Rejected) as caught:
            await Matrix(ME, network).publish("!a:b", Content("متن"), key="k")
        assert caught.value.code == code and "token-1" not in f"{caught.value} {caught.value.evidence}"


@pytest.mark.parametrize("foreign", [{"error": "not_found"}, {"code": "not_found"}, "<html>", {}])
async def test_only_the_homeservers_own_word_makes_a_message_gone(foreign: object) -> None:
    gone = (404, {"errcode": "M_NOT_FOUND", "error": "No such event"})
    await Matrix(ME, Answering(relations=gone, redact=gone)).delete("!a:b", "$1")
    with pytest.raises(OutcomeUnknown, match="is not known"):
        await Matrix(ME, Answering(relations=gone, redact=(404, foreign))).delete("!a:b", "$1")
    with pytest.raises(Rejected):
        await Matrix(ME, Answering(relations=(404, foreign), redact=gone)).delete("!a:b", "$1")


async def test_a_file_that_is_too_large_is_no_text_that_is_too_long() -> None:
    network = Answering(upload=(413, {"errcode": "M_TOO_LARGE", "error": "Upload request body is too large"}))
    with pytest.raises(Rejected) as caught:
        await Matrix(ME, network).publish("!a:b", Content("x", media=(image("a"),)), key="k")
    assert caught.value.code == "media_too_large"


async def test_a_file_that_breaks_off_has_published_nothing() -> None:
    network = Answering(upload=OutcomeUnknown("cut"), config=NotSent("nobody"))
    with pytest.raises(NotSent, match="a file did not arrive"):
        await Matrix(ME, network).publish("!a:b", Content("x", media=(image("a"),)), key="k")
    assert [url for url in network.asked if "/send/" in url] == []


async def test_a_file_on_which_the_homeserver_hangs_up_is_too_large_where_it_says_so() -> None:
    content = Content("x", media=(image("a"),))
    for most, error in ((10, Rejected), (10**6, NotSent)):
        network = Answering(upload=OutcomeUnknown("cut"), config={"m.upload.size": most})
        with pytest.raises(error) as caught:
            await Matrix(ME, network).publish("!a:b", content, key="k")
        assert isinstance(caught.value, NotSent) or caught.value.code == "media_too_large"


async def test_a_text_that_leaves_no_room_for_a_correction_is_refused_here() -> None:
    network = NobodyThere()
    with pytest.raises(Rejected) as caught:
        await Matrix(ME, network).publish("!a:b", Content("x" * (TEXT_BYTES + 1)), key="k")
    assert caught.value.code == "too_long" and network.asked == []


@pytest.mark.parametrize("days", [29, 31])
async def test_reading_back_ends_with_what_is_older_than_a_month_or_says_that_it_did_not(days: int) -> None:
    page = {"chunk": [{"origin_server_ts": (NOW.timestamp() - days * 86400) * 1000}], "end": "more"}
    network = Answering(whoami={"user_id": "@me:b"}, messages=page)
    if days > 30:
        assert await Matrix(ME, network).find("!a:b", "k") is None
        assert len(network.asked) == 2
    else:
        with pytest.raises(NotSent, match="more of our messages"):
            await Matrix(ME, network).find("!a:b", "k")


@pytest.mark.parametrize("answer", [{"num_joined_members": True}, {"num_joined_members": -1}, {}, []])
async def test_a_number_of_members_that_is_none_is_an_error(answer: object) -> None:
    with pytest.raises(NotSent):
        await Matrix(ME, Answering(room_summary=answer)).count("!a:b")


async def test_an_old_homeserver_without_a_summary_says_so() -> None:
    network = Answering(room_summary=(404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}))
    with pytest.raises(Rejected) as caught:
        await Matrix(ME, network).count("!a:b")
    assert caught.value.code == "not_possible"
