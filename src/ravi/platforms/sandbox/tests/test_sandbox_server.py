"""The server that judges: what it refuses by itself, what it logs, what it does when told to misbehave."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ravi.core.egress import Egress
from ravi.platforms import registry
from ravi.platforms.contract import Content, Mark, NotSent, OutcomeUnknown, RateLimited, Receipt, Rejected
from ravi.platforms.contract_samples import image
from ravi.platforms.sandbox import server as server_package
from ravi.platforms.sandbox.adapter import SandboxCredentials
from ravi.platforms.transport import Timeouts, open_transport
from tests.sandbox import Sandbox, running_sandbox

SERVER = Path(server_package.__file__).parent
TOKEN = "a-token-of-this-channel"


def registered(sandbox: Sandbox, handle: str) -> Sandbox:
    sandbox.register_all(
        {"platform": platform, "handle": handle, "name": "دانشگاه مهرگان", "token": TOKEN}
        for platform in registry.platforms("sandbox")
    )
    return sandbox


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Iterator[Sandbox]:
    """The shared server with all misfortunes off and channels that no other test has seen."""
    shared.faults()
    shared.clock(None)
    shared.only_handle = f"mehregan-{uuid.uuid4().hex[:8]}"
    yield registered(shared, shared.only_handle)


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A server of its own, to be killed and started again."""
    with running_sandbox(tmp_path) as sandbox:
        sandbox.only_handle = "mehregan"
        yield registered(sandbox, "mehregan")


@asynccontextmanager
async def adapter(sandbox: Sandbox, platform: str, *, answer_s: float = 10.0) -> AsyncIterator[Any]:
    egress = Egress(frozenset({("127.0.0.1", sandbox.port)}))
    async with open_transport(egress, timeouts=Timeouts(2.0, answer_s)) as transport:
        yield registry.adapter("sandbox", platform)(SandboxCredentials(sandbox.url, TOKEN), transport)


async def publish(sandbox: Sandbox, platform: str, key: str, *, text: str = "سلام", answer_s: float = 10.0) -> Receipt:
    async with adapter(sandbox, platform, answer_s=answer_s) as door:
        place = f"{platform}/{sandbox.only_handle}"
        receipt: Receipt = await door.publish(place, Content(text, title="عنوان"), key=key)
        return receipt


def test_the_server_shares_no_module_with_the_adapter() -> None:
    for path in SERVER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            ours = [name for name in names if name.startswith("ravi")]
            assert [name for name in ours if not name.startswith("ravi.platforms.sandbox.server")] == [], path


def test_no_module_of_ours_reads_the_servers_table() -> None:
    for path in SERVER.parents[2].rglob("*.py"):
        if SERVER not in path.parents and "tests" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
                assert not module.startswith("ravi.platforms.sandbox.server"), path


@pytest.mark.parametrize("platform", ["telegram", "bale", "eitaa"])
async def test_a_messenger_makes_a_second_post_of_a_repeat(sandbox: Sandbox, platform: str) -> None:
    first = await publish(sandbox, platform, "k")
    second = await publish(sandbox, platform, "k")
    assert first.remote_id != second.remote_id
    assert sandbox.published()["k"] == 2


async def test_mastodon_remembers_a_key_for_an_hour(sandbox: Sandbox) -> None:
    sandbox.clock("2026-11-22T10:00:00+00:00")
    first = await publish(sandbox, "mastodon", "k")
    sandbox.clock("2026-11-22T10:59:59+00:00")
    assert await publish(sandbox, "mastodon", "k") == first
    sandbox.clock("2026-11-22T11:00:00+00:00")
    assert (await publish(sandbox, "mastodon", "k")).remote_id != first.remote_id


async def test_wordpress_makes_a_second_post_of_a_used_slug_when_nobody_looks_first(sandbox: Sandbox) -> None:
    data = {"key": "k", "text": "سلام", "title": "عنوان"}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(2):
            async with session.post(f"{sandbox.url}/api/wordpress/{sandbox.only_handle}/posts", json=data) as answer:
                assert answer.status == 200
    assert sandbox.published()["k"] == 2


async def test_bluesky_creates_a_record_once(sandbox: Sandbox) -> None:
    first = await publish(sandbox, "bluesky", "k")
    again = await publish(sandbox, "bluesky", "k")
    assert again.remote_id == first.remote_id
    assert sandbox.published()["k"] == 1


@pytest.mark.parametrize(
    ("platform", "expected"),
    [("telegram", 7), ("bale", 7), ("wordpress", 7), ("mastodon", 7), ("bluesky", 7), ("eitaa", 60)],
)
async def test_each_platform_says_not_now_in_its_own_form(sandbox: Sandbox, platform: str, expected: float) -> None:
    sandbox.faults(rate_limit_every=1, retry_after_s=7)
    with pytest.raises(RateLimited) as caught:
        await publish(sandbox, platform, "k")
    assert caught.value.retry_after_s == pytest.approx(expected, abs=1.01)
    assert sandbox.published()["k"] == 0


@pytest.mark.parametrize(
    ("fault", "effects"),
    [("lose_answers_every", 1), ("reset_every", 1), ("error_after_every", 1), ("html_every", 1), ("error_every", 0)],
)
async def test_faults_strike_before_or_after_the_effect(sandbox: Sandbox, fault: str, effects: int) -> None:
    sandbox.faults(**{fault: 2}, silence_s=1)
    await publish(sandbox, "telegram", "first")
    with pytest.raises(OutcomeUnknown):
        await publish(sandbox, "telegram", "second", answer_s=0.3)
    assert (sandbox.published()["first"], sandbox.published()["second"]) == (1, effects)
    sandbox.faults()
    await publish(sandbox, "telegram", "third")


async def test_a_fault_can_be_kept_to_one_channel(sandbox: Sandbox) -> None:
    sandbox.faults(error_every=1, only_platform="bale")
    await publish(sandbox, "telegram", "k")
    with pytest.raises(OutcomeUnknown):
        await publish(sandbox, "bale", "k")


async def test_refusing_closes_the_door_and_opens_it_again(own_sandbox: Sandbox) -> None:
    sandbox = own_sandbox
    sandbox.faults(refuse_for_s=0.6)
    await asyncio.sleep(0.25)
    with pytest.raises(NotSent):
        await publish(sandbox, "telegram", "k")
    await asyncio.sleep(0.8)
    await publish(sandbox, "telegram", "k")
    assert sandbox.published()["k"] == 1


async def test_a_channels_own_pace_is_enforced_when_asked(sandbox: Sandbox) -> None:
    sandbox.faults(enforce_gap_s=30)
    await publish(sandbox, "telegram", "a")
    with pytest.raises(RateLimited) as caught:
        await publish(sandbox, "telegram", "b")
    assert 25 < caught.value.retry_after_s <= 30


async def test_the_log_survives_a_kill_and_a_torn_line(own_sandbox: Sandbox) -> None:
    sandbox = own_sandbox
    async with adapter(sandbox, "telegram") as door:
        receipts = await asyncio.gather(
            *(door.publish(f"telegram/{sandbox.only_handle}", Content(f"پیام {n}"), key=f"k{n}") for n in range(20))
        )
        await door.edit(f"telegram/{sandbox.only_handle}", receipts[0].remote_id, Content("ویراسته"), key="k0")
    sandbox.kill()
    with (sandbox.folder / "effects.jsonl").open("ab") as log:
        log.write(b'{"n": 99, "action": "publish", "te')
    sandbox.start()
    lines = sandbox.log()
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    assert sandbox.published() == {f"k{n}": 1 for n in range(20)}
    again = await publish(sandbox, "telegram", "after")
    assert int(again.remote_id) == 21
    assert sandbox.log()[-1]["text_sha256"] == hashlib.sha256("سلام".encode()).hexdigest()


async def test_only_the_keeper_registers_and_sets_faults(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        calls = (("PUT", "/api/telegram/x"), ("PUT", "/_channels"), ("POST", "/_faults"), ("POST", "/_clock"))
        for method, path in calls:
            async with session.request(method, sandbox.url + path, json={"name": "n", "token": "12345678"}) as answer:
                assert answer.status == 403, path


async def test_an_unknown_fault_is_refused(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.admin_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for bad in ({"delay": 3}, {"delay_ms": "long"}, {"delay_ms": -1}, {"only_platform": 3}):
            async with session.post(f"{sandbox.url}/_faults", json=bad) as answer:
                assert answer.status == 400, bad


async def test_tokens_are_not_kept_in_the_log(sandbox: Sandbox) -> None:
    assert TOKEN not in (sandbox.folder / "effects.jsonl").read_text(encoding="utf-8")


async def test_registering_again_changes_nothing_and_restarts_keep_it(own_sandbox: Sandbox) -> None:
    sandbox = own_sandbox
    count = len(sandbox.log())
    sandbox.register("telegram", sandbox.only_handle, token=TOKEN)
    assert len(sandbox.log()) == count
    sandbox.stop()
    sandbox.start()
    await publish(sandbox, "telegram", "k")


# Numbers


async def test_an_audience_grows_and_is_the_same_for_the_same_moment(sandbox: Sandbox) -> None:
    place = f"mastodon/{sandbox.only_handle}"
    sandbox.clock("2026-11-01T10:00:00+00:00")
    first = await publish(sandbox, "mastodon", "k")
    told = []
    async with adapter(sandbox, "mastodon") as door:
        for moment in ("2026-11-01T11:00", "2026-11-02T10:00", "2026-11-30T10:00", "2026-11-30T10:00"):
            sandbox.clock(f"{moment}:00+00:00")
            told.append((await door.count(place), (await door.measure(place, (first.remote_id,)))[first.remote_id]))
    members = [count for count, _ in told]
    assert members[0] < members[2] and told[2] == told[3]
    reactions = [counts.reactions for _, counts in told]
    assert reactions == sorted(reactions) and reactions[0] < reactions[2]
    assert {counts.views for _, counts in told} == {None}


async def test_each_platform_tells_as_little_as_the_real_one(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    told = {}
    async with aiohttp.ClientSession(headers=headers) as session:
        for platform in registry.platforms("sandbox"):
            base = f"{sandbox.url}/api/{platform}/{sandbox.only_handle}"
            statuses = []
            for question in ("members", "numbers?ids=1"):
                async with session.get(f"{base}/{question}") as answer:
                    statuses.append(answer.status)
            told[platform] = tuple(statuses)
    assert told == {
        "telegram": (200, 405), "bale": (200, 405), "eitaa": (405, 405), "wordpress": (405, 405),
        "mastodon": (200, 200), "bluesky": (200, 200),
    }  # fmt: skip


async def test_more_posts_than_one_question_takes_are_asked_for_in_turns(sandbox: Sandbox) -> None:
    place = f"bluesky/{sandbox.only_handle}"
    async with adapter(sandbox, "bluesky") as door:
        ids = [(await door.publish(place, Content(f"پیام {n}"), key=f"k{n}")).remote_id for n in range(27)]
        assert set(await door.measure(place, (*ids, "4000"))) == set(ids)
        sandbox.faults(reading_limited_every=2, retry_after_s=7)
        with pytest.raises(RateLimited):
            await door.measure(place, tuple(ids))
        await door.publish(place, Content("نوشتن جداست"), key="k99")


# Pages

MARKUP = '<script>alert(1)</script> & "گیومه"'


async def test_pages_show_posts_and_escape_every_word(sandbox: Sandbox) -> None:
    for platform in registry.platforms("sandbox"):
        async with adapter(sandbox, platform) as door:
            content = Content(f"خانه‌ها {MARKUP}\nhttps://example.org/?a=1&b=2", title=MARKUP, media=(image(MARKUP),))
            receipt = await door.publish(f"{platform}/{sandbox.only_handle}", content, key="k")
        for url in (f"{sandbox.url}/{platform}/{sandbox.only_handle}/", receipt.link):
            html, headers = await fetch(url)
            assert "خانه‌ها" in html and "دانشگاه مهرگان" in html
            assert "<script" not in html
            assert "&lt;script&gt;" in html
            assert 'href="https://example.org/?a=1&amp;b=2"' in html
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert 'dir="rtl"' in html and "style=" not in html
        source = html.split('<img src="', 1)[1].split('"', 1)[0]
        async with aiohttp.ClientSession() as session, session.get(sandbox.url + source) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")


async def test_formatting_is_shown_and_what_a_platform_does_not_know_is_refused(sandbox: Sandbox) -> None:
    text = "مهم: سامانه\nگفت\nپایان"
    marks = (Mark("bold", 0, 3), Mark("link", 5, 11, "https://example.org/?a=1&b=2"), Mark("quote", 12, 15))
    async with adapter(sandbox, "telegram") as door:
        receipt = await door.publish(f"telegram/{sandbox.only_handle}", Content(text, marks=marks), key="k")
    page, _headers = await fetch(receipt.link)
    assert (
        '<b>مهم</b>: <a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener">سامانه</a>'
        "<blockquote>گفت</blockquote>پایان</div>"
    ) in page
    for platform, bad in (
        ("mastodon", Mark("bold", 0, 3)),
        ("bluesky", Mark("bold", 0, 3)),
        ("telegram", Mark("bold", 3, 3)),
        ("telegram", Mark("bold", 0, len(text) + 1)),
        ("telegram", Mark("link", 0, 3, "javascript:alert(1)")),
    ):
        async with adapter(sandbox, platform) as door:
            with pytest.raises(Rejected):
                await door.publish(f"{platform}/{sandbox.only_handle}", Content(text, marks=(bad,)), key="bad")


async def test_pages_mark_what_was_edited_pinned_and_deleted(sandbox: Sandbox) -> None:
    async with adapter(sandbox, "telegram") as door:
        place = f"telegram/{sandbox.only_handle}"
        edited = await door.publish(place, Content("پیش"), key="a")
        await door.edit(place, edited.remote_id, Content("پس از ویرایش"), key="a")
        await door.pin(place, edited.remote_id)
        gone = await door.publish(place, Content("رفتنی"), key="b")
        await door.delete(place, gone.remote_id)
    html, _ = await fetch(f"{sandbox.url}/telegram/{sandbox.only_handle}/")
    assert "پس از ویرایش" in html and "ویرایش‌شده" in html and "سنجاق‌شده" in html
    assert "رفتنی" not in html and "این پیام پاک شد" in html
    async with aiohttp.ClientSession() as session, session.get(gone.link) as answer:
        assert answer.status == 410


async def test_the_index_lists_channels_and_every_page_has_no_foreign_request(sandbox: Sandbox) -> None:
    html, _ = await fetch(f"{sandbox.url}/")
    for platform in registry.platforms("sandbox"):
        assert f'href="/{platform}/{sandbox.only_handle}/"' in html
    style, _ = await fetch(f"{sandbox.url}/_style.css")
    assert "http" not in html.replace("http-equiv", "") and "http" not in style


async def test_a_page_that_is_not_there_is_404(sandbox: Sandbox) -> None:
    place = f"/telegram/{sandbox.only_handle}"
    async with aiohttp.ClientSession() as session:
        for path in ("/telegram/nobody/", f"{place}/9", f"{place}/x", "/_media/..%2Fx/image-png"):
            async with session.get(sandbox.url + path) as answer:
                assert answer.status == 404, path


async def fetch(url: str) -> tuple[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200, url
        return await answer.text(), answer.headers
