"""Two client libraries that know nothing of Ravi live with the server that judges the adapter. Both have Eitaayar's host
written into them, so the address is set once they are made."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import eitaapy
import eitaayarbot
import pytest

from ravi.platforms import registry
from ravi.platforms.contract_samples import PERSIAN, png
from ravi.platforms.eitaa.tests.test_eitaa import ACCOUNT, TOKEN, Panel
from tests.fakes import eitaa_server
from tests.fakes.eitaa_server import EitaaServer, running

CHAT = "11252784"


@pytest.fixture
async def panel() -> AsyncIterator[Panel]:
    async with running(EitaaServer()) as server:
        yield Panel(server)


def of_eitaapy(panel: Panel, token: str = TOKEN) -> eitaapy.Robot:
    robot = eitaapy.Robot(token)
    assert robot.base_url == f"https://eitaayar.ir/api/{token}"
    robot.base_url = f"http://127.0.0.1:{panel.port}/api/{token}"
    return robot


@asynccontextmanager
async def of_eitaayarbot(panel: Panel, token: str = TOKEN) -> AsyncIterator[eitaayarbot.AsyncEitaaBot]:
    bot = eitaayarbot.AsyncEitaaBot(token)
    assert bot.base_url == f"https://eitaayar.ir/api/{token}"
    bot.base_url = f"http://127.0.0.1:{panel.port}/api/{token}"
    yield bot
    await bot.close()


async def test_eitaapy_lives_with_it(panel: Panel, tmp_path: Path) -> None:
    (tmp_path / "poster.png").write_bytes(png())
    robot = of_eitaapy(panel)
    assert await robot.get_me() == {"ok": True, "result": ACCOUNT}
    sent = await robot.send_message(CHAT, PERSIAN, pin=1)
    assert sent["ok"] and sent["result"]["text"] == PERSIAN and sent["result"]["chat"]["username"] == "mehregan"
    answer = await robot.send_message(CHAT, "پاسخ", id_message_to_reply=sent["result"]["message_id"])
    filed = await robot.send_file(CHAT, str(tmp_path / "poster.png"), caption="پوستر")
    assert filed["result"]["caption"] == "پوستر"
    first, second, third = panel.channel.posts.values()
    assert first.pinned and second.reply_to == first.number == answer["result"]["message_id"] - 1
    assert (third.file, third.content) == ("poster.png", png())


async def test_eitaayarbot_lives_with_it(panel: Panel, tmp_path: Path) -> None:
    (tmp_path / "poster.png").write_bytes(png())
    async with of_eitaayarbot(panel) as bot:
        assert (await bot.get_info())["result"]["username"] == ACCOUNT["username"]
        sent = await bot.send_message(CHAT, PERSIAN, title="در پنل", date=1_800_000_000, pin=1, viewCountForDelete=500)
        assert sent["result"]["from"] == ACCOUNT
        await bot.send_file(CHAT, str(tmp_path / "poster.png"), caption="پوستر")
    first, second = panel.channel.posts.values()
    assert (first.text, first.title, first.pinned) == (PERSIAN, "در پنل", True)
    assert (first.scheduled, first.gone_after_views) == (1_800_000_000, 500)
    assert (second.text, second.content) == ("پوستر", png())


async def test_its_refusals_are_refusals_to_both(panel: Panel, tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    robot, stranger = of_eitaapy(panel), of_eitaapy(panel, "bot1:nobody")
    for refused, said in (
        (await stranger.get_me(), "Unauthorized"),
        (await robot.send_message("404", "سلام"), "peer not found"),
        (await robot.send_message("mehregan", "سلام"), "user not access of channel chat"),
        (await robot.send_message(CHAT, "  "), "text is empty"),
        (await robot.send_message(CHAT, "سلام", pin="yes"), "pin invalid"),
        (await robot.send_message(CHAT, "سلام", date="tomorrow"), "date invalid"),
        (await robot.send_message(CHAT, ["سلام"]), "text invalid"),
        (await robot.send_file(CHAT, str(tmp_path / "empty.png")), "file invalid"),
    ):
        assert refused["ok"] is False and said in refused["description"]
    async with of_eitaayarbot(panel) as bot:
        with pytest.raises(RuntimeError, match="method not found"):
            await bot.send_document(CHAT, str(tmp_path / "empty.png"))
        with pytest.raises(RuntimeError, match="peer not found"):
            await bot.send_message("404", "سلام")
    assert panel.channel.posts == {}


def test_the_server_and_what_it_judges_share_nothing() -> None:
    assert not [name for name in imported(Path(eitaa_server.__file__)) if name.startswith("ravi")]
    judged = Path(registry.__file__).parent.glob("eitaa/*.py")
    foreign = {"tests", "eitaapy", "eitaayarbot"}
    assert not [name for path in judged for name in imported(path) if name.split(".")[0] in foreign]


def imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return named + [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
