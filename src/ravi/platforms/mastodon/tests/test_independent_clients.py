"""Two client libraries that know nothing of Ravi judge the server that judges the adapter."""

from __future__ import annotations

import ast
import asyncio
import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import atoot
import pytest
from mastodon import Mastodon as Client
from mastodon.errors import (
    MastodonAPIError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonUnauthorizedError,
)

from ravi.platforms import registry
from ravi.platforms.contract_samples import PERSIAN, png
from ravi.platforms.mastodon.tests.test_mastodon import TOKEN, Place
from tests.fakes import mastodon_server
from tests.fakes.mastodon_server import MastodonServer, running


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with running(MastodonServer()) as server:
        yield Place(server)


def client(place: Place, token: str = TOKEN) -> Client:
    return Client(access_token=token, api_base_url=f"http://127.0.0.1:{place.port}", ratelimit_method="throw")


async def in_thread(story: Callable[[], None]) -> None:
    """Mastodon.py waits for its answers; the server lives in this thread."""
    await asyncio.to_thread(story)


async def test_mastodon_py_lives_with_it(place: Place) -> None:
    api = client(place)

    def story() -> None:
        me = api.account_verify_credentials()
        assert (me.username, me.display_name, me.followers_count) == ("mehregan", "شبکهٔ بهداشت مهرگان", 0)
        assert api.instance_v2().configuration.statuses.max_characters == mastodon_server.TEXT
        picture = api.media_post(png(), "image/png", description="شرح تصویر")
        assert picture.description == "شرح تصویر" and picture.url
        film = api.media_post(b"\0\0\0\x18ftypmp42", "video/mp4")
        assert film.url is None and film.type == "video"
        posted = api.status_post(PERSIAN, media_ids=[picture.id], language="fa", idempotency_key="k")
        assert posted.language == "fa" and posted.media_attachments[0].description == "شرح تصویر"
        assert api.status_post(PERSIAN, idempotency_key="k").id == posted.id
        assert api.status_source(posted.id).text == PERSIAN
        answer = api.status_post("پاسخ", in_reply_to_id=posted.id)
        assert str(answer.in_reply_to_id) == str(posted.id)
        changed = api.status_update(posted.id, "نو", media_ids=[picture.id])
        assert changed.content == "<p>نو</p>" and changed.edited_at
        assert [one.content for one in api.status_history(posted.id)][-1] == "<p>نو</p>"
        described = api.status_update(
            posted.id, "نو", media_attributes=[api.generate_media_edit_attributes(picture.id, "شرح تازه")]
        )
        assert described.media_attachments[0].description == "شرح تازه"
        assert api.status_pin(posted.id).pinned
        assert [one.id for one in api.statuses([posted.id, answer.id])] == [posted.id, answer.id]
        assert api.status_delete(answer.id).text == "پاسخ"

    await in_thread(story)
    assert place.texts() == ["نو"]


async def test_its_refusals_are_the_ones_that_mastodon_py_knows(place: Place) -> None:
    place.server.now = lambda: 1_800_000_000.0
    api = client(place)

    def refused(call: Callable[[], Any], sentence: str) -> None:
        with pytest.raises(MastodonAPIError) as caught:
            call()
        assert caught.value.args[1] == 422 and sentence in caught.value.args[3]

    def story() -> None:
        refused(lambda: api.status_post(""), "can't be blank")
        refused(lambda: api.status_post("ب" * (mastodon_server.TEXT + 1)), "character limit of 500")
        api.status_post("ب" * (mastodon_server.TEXT - 24) + f" https://example.org/{'a' * 200}")
        pictures = [api.media_post(png(2, n), "image/png") for n in range(1, 6)]
        refused(lambda: api.status_post("x", media_ids=pictures), "more than 4")
        film = api.media_post(b"film", "video/mp4")
        refused(lambda: api.status_post("x", media_ids=[film]), "finished processing")
        assert api.media(film.id).url is None and api.media(film.id).url
        refused(lambda: api.status_post("x", media_ids=[film, pictures[0]]), "contains images")
        refused(lambda: api.media_post(b"x", "text/plain"), "content type is invalid")
        long = "ش" * (mastodon_server.DESCRIPTION + 1)
        refused(lambda: api.media_post(png(), "image/png", description=long), "too long")
        posts = [api.status_post(f"{n}") for n in range(mastodon_server.PINS + 1)]
        for post in posts[:-1]:
            api.status_pin(post)
        refused(lambda: api.status_pin(posts[-1]), "maximum number")
        with pytest.raises(MastodonNotFoundError):
            api.status_delete(1)
        with pytest.raises(MastodonUnauthorizedError):
            client(place, "not-the-token").account_verify_credentials()
        for n in range(29):  # and the one that was not there
            api.status_delete(api.status_post(f"دیگر {n}"))
        with pytest.raises(MastodonRatelimitError):
            api.status_delete(posts[0])

    await in_thread(story)


async def test_a_key_is_forgotten_after_an_hour(place: Place) -> None:
    now = 1_800_000_000.0
    place.server.now = lambda: now
    api = client(place)
    first = await asyncio.to_thread(api.status_post, "یک", idempotency_key="k")
    now += mastodon_server.KEY_LIVES_S
    assert (await asyncio.to_thread(api.status_post, "یک", idempotency_key="k")).id != first.id


async def test_atoot_lives_with_it(place: Place) -> None:
    api = await atoot.MastodonAPI.create(f"127.0.0.1:{place.port}", access_token=TOKEN, use_https=False)
    try:
        assert (await api.verify_account_credentials())["acct"] == "mehregan"
        # It keeps what it is given in one place for all calls, unless each brings its own.
        file = io.BytesIO(png())
        file.name = "picture.png"  # by which it tells the server what it is
        picture = await api.upload_attachment(file, params={}, description="شرح")
        assert picture["url"] and picture["description"] == "شرح"
        posted = await api.create_status(params={}, status=PERSIAN, media_ids=[picture["id"]], language="fa")
        assert posted["media_attachments"][0]["description"] == "شرح" and posted["language"] == "fa"
        assert (await api.status_pin(posted))["pinned"]
        assert (await api.view_status(posted))["favourites_count"] == 0
        assert int(api.ratelimit_limit) == 300 and api.ratelimit_reset.endswith("Z")
        with pytest.raises(atoot.UnprocessedError, match="character limit"):
            await api.create_status(params={}, status="ب" * 501)
        await api.delete_status(posted)
        with pytest.raises(atoot.NotFoundError):
            await api.view_status(posted)
    finally:
        await api.close()
    assert place.texts() == []


def test_the_server_and_what_it_judges_share_nothing() -> None:
    fakes = Path(mastodon_server.__file__).parent
    for path in fakes.glob("mastodon_*.py"):
        assert not [name for name in imported(path) if name.startswith("ravi")], path.name
    folder = Path(registry.__file__).parent
    judged = [*folder.glob("mastodon/*.py"), *folder.glob("shapes/*.py")]
    assert judged and not [
        name
        for path in judged
        for name in imported(path)
        if name.split(".")[0] in {"mastodon", "atoot", "tests"} and not name.startswith("ravi")
    ]


def imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return named + [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
