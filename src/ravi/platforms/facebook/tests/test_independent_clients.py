"""Two client libraries that know nothing of Ravi judge the server that judges the adapter."""

from __future__ import annotations

import ast
import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import facebook
import pytest
from pyfacebook import FacebookError, GraphAPI

from ravi.platforms import registry
from ravi.platforms.contract_samples import PERSIAN, png
from ravi.platforms.facebook.tests.test_facebook import ME, TOKEN, Place
from tests.fakes import graph_server
from tests.fakes.graph_server import TEXT, GraphServer, running


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with running(GraphServer()) as server:
        yield Place(server)


def of_pyfacebook(place: Place, token: str = TOKEN) -> GraphAPI:
    return GraphAPI(access_token=token, version="v24.0", base_url=f"http://127.0.0.1:{place.port}/")


async def test_python_facebook_api_lives_with_it(place: Place) -> None:
    def walk() -> None:
        api = of_pyfacebook(place)
        assert api.get_object("me", fields="id,name,username") == ME
        assert api.get_object(ME["id"], fields="followers_count")["followers_count"] == 1248
        photo = {"source": ("a.png", io.BytesIO(png()), "image/png")}
        said = {"published": "false", "alt_text_custom": "پوستر"}
        number = api.post_object(ME["id"], "photos", data=said, files=photo)["id"]
        attached = json.dumps([{"media_fbid": number}])
        made = api.post_object(ME["id"], "feed", data={"message": PERSIAN, "attached_media": attached})["id"]
        read = api.get_object(made, fields="message,permalink_url,reactions.limit(0).summary(total_count)")
        assert read["message"] == PERSIAN and read["reactions"]["summary"] == {"total_count": 0}
        assert read["reactions"]["data"] == []
        assert api.post_object(made, data={"message": "نو"}) == {"success": True}
        assert api.delete_object(made) == {"success": True}

    await asyncio.to_thread(walk)
    assert place.server.posts == {} and place.server.ever == 1


async def test_its_refusals_are_the_ones_that_python_facebook_api_knows(place: Place) -> None:
    def refused(call: Any) -> tuple[int, int | None]:
        with pytest.raises(FacebookError) as caught:
            call()
        return caught.value.code, getattr(caught.value, "error_subcode", None)

    def walk() -> None:
        api = of_pyfacebook(place)
        assert refused(lambda: of_pyfacebook(place, "EAAGanother").get_object("me")) == (190, None)
        assert refused(lambda: api.delete_object("1_2")) == (100, 33)
        assert refused(lambda: api.post_object("me", "feed", data={"message": "ب" * (TEXT + 1)}))[0] == 100
        assert refused(lambda: api.post_object("me", "photos", data={}))[0] == 324
        text = {"source": ("a.txt", io.BytesIO(b"text"), "text/plain")}
        assert refused(lambda: api.post_object("me", "photos", data={}, files=text)) == (100, 1366046)
        api.post_object("me", "feed", data={"message": "سلام"})
        assert refused(lambda: api.post_object("me", "feed", data={"message": "سلام"}))[0] == 506
        place.server.calls_left = 0
        assert refused(lambda: api.get_object("me"))[0] == 32
        told = api.rate_limit.resources["business"][ME["id"]]["pages"]
        assert told.estimated_time_to_regain_access == 19

    await asyncio.to_thread(walk)
    assert place.server.ever == 1


async def test_facebook_sdk_lives_with_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its host is written into it."""
    monkeypatch.setattr(facebook, "FACEBOOK_GRAPH_URL", f"http://127.0.0.1:{place.port}/")

    def walk() -> None:
        api = facebook.GraphAPI(TOKEN, version="3.1")
        made = api.put_object("me", "feed", message=PERSIAN)["id"]
        assert api.get_object(made, fields="message")["message"] == PERSIAN
        photo = api.put_photo(io.BytesIO(png()), message="با تصویر")
        assert place.server.posts[photo["post_id"]].text == "با تصویر"
        assert api.delete_object(made) == {"success": True}
        with pytest.raises(facebook.GraphAPIError, match="does not exist"):
            api.delete_object(made)

    await asyncio.to_thread(walk)


def test_the_server_and_what_it_judges_share_nothing() -> None:
    assert not [name for name in imported(Path(graph_server.__file__)) if name.startswith("ravi")]
    folder = Path(registry.__file__).parent
    judged = [*folder.glob("facebook/*.py"), *folder.glob("shapes/*.py")]
    foreign = {"facebook", "pyfacebook", "requests", "tests"}
    assert not [name for path in judged for name in imported(path) if name.split(".")[0] in foreign]


def imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return named + [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
