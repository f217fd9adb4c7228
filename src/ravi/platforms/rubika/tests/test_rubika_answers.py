"""What each answer of Rubika's means, and where its adapter goes: without any server."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from ravi.platforms.contract import (
    Content,
    CredentialsRefused,
    HttpAnswer,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
)
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import image
from ravi.platforms.rubika.adapter import Rubika, RubikaCredentials
from ravi.platforms.rubika.tests.test_rubika import BOT, CHAT


class Answering(NobodyThere):
    """The edge of the network, with one answer to everything but the question whose the channel's id is."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    async def request(self, _method: str, url: str, **_: object) -> HttpAnswer:
        self.asked.append(url)
        if url.endswith("/getChat"):
            return HttpAnswer(200, {}, b'{"status": "OK", "data": {"chat": {}}}', datetime.now(UTC))
        return HttpAnswer(200, {}, json.dumps(self.answer).encode(), datetime.now(UTC))


CREDENTIALS = RubikaCredentials(BOT.token, CHAT)


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ({"status": "OK"}, OutcomeUnknown),
        ({"status": "OK", "data": {}}, OutcomeUnknown),
        ({"status": "OK", "data": {"message_id": ""}}, OutcomeUnknown),
        ({"data": {"message_id": "1"}}, OutcomeUnknown),
        ([], OutcomeUnknown),
        ("OK", OutcomeUnknown),
        ({"status": "SERVER_ERROR"}, OutcomeUnknown),
        ({"status": "SOMETHING_NEW"}, OutcomeUnknown),
        ({"status": ["OK"], "data": {"message_id": "1"}}, OutcomeUnknown),
        ({"status": "INVALID_INPUT"}, Rejected),
        ({"status": "INVALID_INPUT", "dev_message": "text is too long"}, Rejected),
        ({"status": "TOO_REQUESTS"}, RateLimited),
        ({"status": "TOO_REQUEST"}, RateLimited),
        ({"status": "INVALID_AUTH"}, CredentialsRefused),
        ({"status": "NOT_REGISTERED"}, CredentialsRefused),
        ({"status": "INVALID_ACCESS"}, CredentialsRefused),
    ],
)
async def test_what_an_answer_of_200_means(answer: object, means: type[PlatformError]) -> None:
    with pytest.raises(PlatformError) as caught:
        await Rubika(CREDENTIALS, Answering(answer)).publish("x", Content("متن"), key="k")
    assert type(caught.value) is means and caught.value.detail


@pytest.mark.parametrize("place", ["http://files.example/upload", "ftp://127.0.0.1/", "", "//files.example/x", 5, None])
async def test_a_file_is_brought_to_no_place_without_tls(place: object) -> None:
    network = Answering({"status": "OK", "data": {"upload_url": place}})
    with pytest.raises(NotSent):
        await Rubika(CREDENTIALS, network).publish("x", Content("متن", media=(image("تصویر"),)), key="k")
    assert [url.rpartition("/")[2] for url in network.asked] == ["getChat", "requestSendFile"]


async def test_a_token_is_not_sent_in_the_clear() -> None:
    network = NobodyThere()
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await Rubika(dataclasses.replace(CREDENTIALS, server="http://rubika.example"), network).verify("x")
    assert network.asked == []


async def test_rubikas_own_server_is_meant_where_none_is_named() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Rubika(RubikaCredentials(f" {BOT.token}\n", CHAT), network).verify("x")
    assert network.asked == [f"https://botapi.rubika.ir/v3/{BOT.token}/getMe"]


async def test_a_token_cannot_lead_to_another_method() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Rubika(RubikaCredentials("a/../../evil?x=", CHAT), network).verify("x")
    assert network.asked == ["https://botapi.rubika.ir/v3/a%2F..%2F..%2Fevil%3Fx%3D/getMe"]


def test_its_type_says_that_nothing_can_be_pinned_or_counted() -> None:
    assert [name for name in ("pin", "find", "count", "measure") if hasattr(Rubika, name)] == []
