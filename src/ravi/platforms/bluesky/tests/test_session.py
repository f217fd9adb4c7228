"""A session's misfortunes: what a server may answer to signing in, and what of it nobody may read."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ravi.platforms.bluesky.adapter import Bluesky
from ravi.platforms.bluesky.profile import PROFILES
from ravi.platforms.bluesky.session import BlueskyCredentials
from ravi.platforms.contract import Content, CredentialsRefused, HttpAnswer, NotSent, OutcomeUnknown, Rejected
from ravi.platforms.contract_faults import NobodyThere

ME = BlueskyCredentials(" @mehregan.example.org\n", "abcd-efgh-ijkl-mnop", "https://pds.example.org/")
SESSION = {"did": "did:plc:m", "handle": "mehregan.example.org", "accessJwt": "access-1", "refreshJwt": "refresh-1"}
ENDED = (400, {"error": "ExpiredToken", "message": "Token has expired"})
NOT_THERE = (400, {"error": "RecordNotFound", "message": "Could not locate record"})


class Scripted(NobodyThere):
    """Answers by the call's name, each answer once and the last one again and again."""

    def __init__(self, **answers: Any) -> None:
        super().__init__()
        self.answers = {name: list(found) if isinstance(found, list) else [found] for name, found in answers.items()}
        self.said: list[bytes] = []

    async def request(self, _method: str, url: str, **sent: Any) -> HttpAnswer:
        await asyncio.sleep(0)  # others may go on meanwhile, as on a network
        name = url.split("/xrpc/")[1].split("?")[0].rsplit(".", 1)[1]
        self.asked.append(name)
        self.said.append(sent.get("body") or b"")
        queue = self.answers[name]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return HttpAnswer(status, {}, json.dumps(body).encode(), datetime(2026, 11, 26, tzinfo=UTC))


def told(error: Any) -> str:
    return f"{error} {error.detail} {error.evidence}"


async def test_the_account_is_asked_for_as_it_was_meant() -> None:
    network = Scripted(createSession=SESSION, getSession=SESSION, getRecord=NOT_THERE)
    verified = await Bluesky(ME, network).verify("mehregan.example.org")
    assert json.loads(network.said[0]) == {"identifier": "mehregan.example.org", "password": "abcd-efgh-ijkl-mnop"}
    assert (verified.name, verified.handle) == ("mehregan.example.org", "mehregan.example.org")


async def test_many_at_once_sign_in_once_and_renew_once() -> None:
    network = Scripted(
        createSession=SESSION,
        refreshSession={**SESSION, "accessJwt": "access-2"},
        getRecord=[NOT_THERE, ENDED, NOT_THERE],
    )
    adapter = Bluesky(ME, network)
    assert await asyncio.gather(*(adapter.find("mehregan.example.org", str(n)) for n in range(4))) == [None] * 4
    assert (network.asked.count("createSession"), network.asked.count("refreshSession")) == (1, 1)


@pytest.mark.parametrize("answer", [{}, "yes", None, {**SESSION, "did": ""}, {**SESSION, "refreshJwt": 7}])
async def test_an_answer_without_a_session_is_not_sent_and_its_tokens_are_not_quoted(answer: Any) -> None:
    with pytest.raises(NotSent, match="holds no session") as caught:
        await Bluesky(ME, Scripted(createSession=answer)).publish("mehregan.example.org", Content("متن"), key="k")
    assert "access-1" not in told(caught.value)


async def test_signing_in_without_an_answer_has_published_nothing() -> None:
    network = Scripted(createSession=OutcomeUnknown("no answer in time"))
    with pytest.raises(NotSent, match="signing in: no answer"):
        await Bluesky(ME, network).publish("mehregan.example.org", Content("متن"), key="k")


async def test_a_renewal_without_an_answer_loses_nothing_and_signs_in_with_no_password() -> None:
    network = Scripted(
        createSession=SESSION,
        getRecord=[ENDED, NOT_THERE],
        refreshSession=[OutcomeUnknown("cut"), {**SESSION, "accessJwt": "2"}],
    )
    adapter = Bluesky(ME, network)
    with pytest.raises(NotSent, match="signing in: cut"):
        await adapter.find("mehregan.example.org", "k")
    assert await adapter.find("mehregan.example.org", "k") is None
    assert network.asked.count("createSession") == 1


async def test_an_accounts_own_password_with_a_second_factor_is_named() -> None:
    no = (401, {"error": "AuthFactorTokenRequired", "message": "A sign in code has been sent to your email address"})
    with pytest.raises(CredentialsRefused, match="make an app password"):
        await Bluesky(ME, Scripted(createSession=no)).verify("mehregan.example.org")


async def test_an_account_that_is_switched_off_is_a_refusal() -> None:
    network = Scripted(createSession={**SESSION, "active": False, "status": "deactivated"})
    with pytest.raises(Rejected, match="switched off") as caught:
        await Bluesky(ME, network).publish("mehregan.example.org", Content("متن"), key="k")
    assert caught.value.code == "no_rights"


async def test_a_server_that_takes_none_of_its_tokens_is_a_refused_credential() -> None:
    network = Scripted(createSession=SESSION, refreshSession=ENDED, getRecord=ENDED)
    with pytest.raises(CredentialsRefused, match="none of its own tokens"):
        await Bluesky(ME, network).find("mehregan.example.org", "k")
    assert network.asked.count("createSession") == 2


async def test_a_token_that_the_server_repeats_is_masked() -> None:
    network = Scripted(createSession=SESSION, getRecord=(400, {"error": "Odd", "message": "no: access-1"}))
    with pytest.raises(Rejected) as caught:
        await Bluesky(ME, network).find("mehregan.example.org", "k")
    assert "***" in told(caught.value) and "access-1" not in told(caught.value)


async def test_a_password_is_not_sent_in_the_clear() -> None:
    network = NobodyThere()
    with pytest.raises(CredentialsRefused, match="must begin with https://"):
        await Bluesky(BlueskyCredentials("m", "word", "http://pds.example.org"), network).verify("m")
    assert network.asked == []


async def test_blueskys_own_server_is_meant_where_none_is_named() -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await Bluesky(BlueskyCredentials("m.bsky.social", "word"), network).verify("m.bsky.social")
    assert network.asked == ["https://bsky.social/xrpc/com.atproto.server.createSession"]


async def test_counts_that_are_missing_are_no_zero() -> None:
    uri = "at://did:plc:m/app.bsky.feed.post/3k"
    for post in ({"uri": uri}, {"uri": uri, "likeCount": 1, "repostCount": 1, "quoteCount": True, "replyCount": 0}):
        network = Scripted(createSession=SESSION, getPosts={"posts": [post]})
        with pytest.raises(NotSent, match="the answer has no"):
            await Bluesky(ME, network).measure("mehregan.example.org", (uri,))


async def test_an_address_that_cannot_be_one_spoils_no_question_about_the_others() -> None:
    numbers = {"likeCount": 1, "repostCount": 1, "quoteCount": 1, "replyCount": 0}
    network = Scripted(
        createSession=SESSION, getPosts={"posts": [{"uri": "at://did:plc:m/app.bsky.feed.post/3k", **numbers}]}
    )
    found = await Bluesky(ME, network).measure(
        "mehregan.example.org", ("3k", "not a key", "", "at://did:plc:x/app.bsky.feed.post/3k")
    )
    assert {name: counts.shares for name, counts in found.items()} == {"3k": 2}


async def test_a_posts_upload_that_breaks_off_has_published_nothing() -> None:
    from ravi.platforms.contract_samples import image

    network = Scripted(createSession=SESSION, getRecord=NOT_THERE, uploadBlob=OutcomeUnknown("cut"))
    with pytest.raises(NotSent, match="a file did not arrive"):
        await Bluesky(ME, network).publish("mehregan.example.org", Content("x", media=(image("a"),)), key="k")
    assert "putRecord" not in network.asked


def test_the_sandbox_plays_it_within_the_same_limits() -> None:
    from ravi.platforms import registry

    played, real = registry.profile("sandbox", "bluesky"), PROFILES["bluesky"]
    for name in ("text_limits", "max_media", "media_types", "max_media_bytes", "gap_s", "bucket"):
        ours, theirs = getattr(played, name), getattr(real, name)
        if name == "text_limits":
            ours, theirs = ([(one.unit, one.maximum, one.applies) for one in limits] for limits in (ours, theirs))
        assert ours == theirs, name
