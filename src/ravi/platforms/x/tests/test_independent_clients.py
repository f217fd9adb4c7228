"""Two client libraries that know nothing of Ravi judge the server that judges the adapter: X's own, made from its description
of the API, and tweepy."""

from __future__ import annotations

import ast
import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter
from xdk import Client
from xdk.media.models import CreateMetadataRequest, InitializeUploadRequest, UploadRequest
from xdk.oauth1_auth import OAuth1
from xdk.posts.models import CreateRequest

from ravi.platforms import registry
from ravi.platforms.contract_samples import PERSIAN, png
from ravi.platforms.x.tests.test_x import MEHREGAN, SECRETS, Place
from tests.fakes import x_server, x_world
from tests.fakes.x_server import XServer, running


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with running(XServer()) as server:
        place = Place(server)
        place.account.bearer = "b" * 40
        yield place


def of_x(place: Place) -> Client:
    keys = OAuth1(MEHREGAN.app, SECRETS[0], "oob", MEHREGAN.token, SECRETS[1])
    return Client(base_url=f"http://127.0.0.1:{place.port}", auth=keys)


def of_tweepy(place: Place, bearer: str = "b" * 40) -> tweepy.Client:
    class Here(HTTPAdapter):
        """tweepy's host is written into it."""

        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            assert request.url is not None
            request.url = request.url.replace("https://api.twitter.com", f"http://127.0.0.1:{place.port}")
            return super().send(request, *args, **kwargs)

    client = tweepy.Client(bearer)
    client.session.mount("https://api.twitter.com", Here())
    return client


def told(answer: Any) -> dict[str, Any]:
    """What its strict models made of an answer."""
    read: dict[str, Any] = answer.model_dump(exclude_none=True)
    return read


async def test_xs_own_library_lives_with_it(place: Place) -> None:
    def walk() -> None:
        x = of_x(place)
        me = told(x.users.get_me(user_fields=["public_metrics"]))["data"]
        assert (me["username"], me["public_metrics"]["followers_count"]) == ("Mehregan", 1248)
        picture = UploadRequest(media=base64.b64encode(png()).decode(), media_category="tweet_image")
        number = told(x.media.upload(picture))["data"]["id"]
        x.media.create_metadata(CreateMetadataRequest(id=number, metadata={"alt_text": {"text": "پوستر"}}))
        made = told(x.posts.create(CreateRequest(text=PERSIAN, media={"media_ids": [number]})))["data"]
        assert made["text"] == PERSIAN
        read = told(x.posts.get_by_ids(ids=[made["id"], "77"], post_fields=["public_metrics"]))
        assert [post["public_metrics"]["like_count"] for post in read["data"]] == [0]
        assert read["errors"][0]["resource_id"] == "77"
        assert told(x.posts.delete(id=made["id"]))["data"] == {"deleted": True}

    await asyncio.to_thread(walk)
    assert place.server.posts == {} and place.server.ever == 1


async def test_its_refusals_are_the_ones_that_xs_own_library_knows(place: Place) -> None:
    def refused(call: Any) -> int:
        with pytest.raises(requests.HTTPError) as caught:
            call()
        return int(caught.value.response.status_code)

    def walk() -> None:
        x = of_x(place)
        x.posts.create(CreateRequest(text="سلام"))
        assert refused(lambda: x.posts.create(CreateRequest(text="سلام"))) == 403
        assert refused(lambda: x.posts.create(CreateRequest(text="ب" * 281))) == 403
        assert refused(lambda: x.posts.create(CreateRequest(text="تصویر", media={"media_ids": ["1"]}))) == 400
        assert refused(lambda: x.posts.delete(id="77")) == 404
        film = InitializeUploadRequest(media_type="video/mp4", media_category="tweet_video", total_bytes=10)
        number = told(x.media.initialize_upload(film))["data"]["id"]
        assert refused(lambda: x.media.finalize_upload(number)) == 400
        x.auth.access_token.access_token_secret = "another"
        assert refused(x.users.get_me) == 401

    await asyncio.to_thread(walk)
    assert place.server.ever == 1


async def test_tweepy_lives_with_it(place: Place) -> None:
    def walk() -> None:
        client = of_tweepy(place)
        made: Any = client.create_tweet(text=PERSIAN, user_auth=False)
        assert made.data["text"] == PERSIAN
        answer: Any = client.create_tweet(text="پاسخ", in_reply_to_tweet_id=made.data["id"], user_auth=False)
        read: Any = client.get_tweets([made.data["id"], "77"], tweet_fields=["public_metrics"])
        assert read.data[0].text == PERSIAN and read.errors[0]["type"].endswith("resource-not-found")
        assert client.get_me(user_auth=False).data.username == "Mehregan"
        assert client.delete_tweet(answer.data["id"], user_auth=False).data == {"deleted": True}
        with pytest.raises(tweepy.Forbidden, match="duplicate content"):
            client.create_tweet(text=PERSIAN, user_auth=False)
        for number in range(x_world.POSTS - 3):
            client.create_tweet(text=f"پست {number}", user_auth=False)
        with pytest.raises(tweepy.TooManyRequests) as later:
            client.create_tweet(text="یکی بیش", user_auth=False)
        assert later.value.reset_time
        with pytest.raises(tweepy.Unauthorized):
            of_tweepy(place, "stranger").get_me(user_auth=False)

    await asyncio.to_thread(walk)


def test_the_server_and_what_it_judges_share_nothing() -> None:
    for path in (Path(x_server.__file__), Path(x_world.__file__)):
        assert not [name for name in imported(path) if name.startswith("ravi")], path.name
    folder = Path(registry.__file__).parent
    judged = [*folder.glob("x/*.py"), *folder.glob("shapes/*.py")]
    foreign = {"xdk", "tweepy", "twitter_text", "oauthlib", "requests", "tests"}
    assert not [name for path in judged for name in imported(path) if name.split(".")[0] in foreign]


def imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return named + [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
