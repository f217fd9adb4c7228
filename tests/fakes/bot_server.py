"""A Bot API server over HTTP that plays Telegram, Bale or Soroush, with their refusals and their flood control."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.bot_flavour import BALE, SOROUSH, TELEGRAM, Flavour
from tests.fakes.bot_media import Media
from tests.fakes.bot_methods import METHODS, Values
from tests.fakes.bot_world import Bot, Chat, Message, Refused, Words, World
from tests.fakes.threads import in_a_thread_of_its_own


@dataclass
class BotServer:
    """`flood` switches its pace on, where the platform names one; `not_now_s` refuses every sending with that delay, or, with
    -1, in the platform's own words without one. `port` is set by `running`."""

    world: World = field(default_factory=World)
    flood: bool = False
    flavour: Flavour = TELEGRAM
    not_now_s: int = 0
    port: int = 0
    now: Callable[[], float] = time.time
    _by_bot: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _by_chat: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    async def answer(self, request: web.Request) -> web.Response:
        try:
            bot = self._bot(request.match_info["token"])
            name = request.match_info["method"]
            if not self.flavour.knows(name):
                raise Refused(404, "Not Found")
            values, files = await _values(request)
            result = METHODS[name.lower()](self, bot, values, files)
            return web.json_response({"ok": True, "result": result})
        except Refused as no:
            said: dict[str, Any] = {"ok": False, "error_code": no.number, "description": no.sentence}
            if no.parameters:
                said["parameters"] = no.parameters
            return web.json_response(said, status=no.number)

    def _bot(self, token: str) -> Bot:
        if token in self.world.bots:
            return self.world.bots[token]
        number, colon, secret = token.partition(":")
        if colon and number.isdigit() and secret:
            raise Refused(401, "Unauthorized")
        raise self.no("no_bot", 404, "Not Found")

    def no(self, meaning: str, number: int, sentence: str) -> Refused:
        """A refusal in this platform's own words, where it has some."""
        return Refused(*self.flavour.says.get(meaning, (number, sentence)))

    def chat(self, values: Values) -> Chat:
        called = str(values.get("chat_id") or "")
        if not called:
            raise Refused(400, "Bad Request: chat_id is empty")
        found = self.world.chat(called)
        if found is None:
            raise self.no("no_chat", 400, "Bad Request: chat not found")
        return found

    def place(self, bot: Bot, values: Values, right: str) -> Chat:
        """The chat, if this bot may do this there."""
        chat = self.chat(values)
        if bot.number in chat.kicked:
            raise self.no("no_rights", 403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        if bot.number not in chat.rights:
            raise self.no("no_rights", 403, f"Forbidden: bot is not a member of the {chat.kind} chat")
        if chat.kind == "channel" and not chat.rights[bot.number].get(right):
            raise self.no("no_rights", 400, "Bad Request: need administrator rights in the channel chat")
        return chat

    def pace(self, bot: Bot, chat: Chat, count: int) -> None:
        """Each message of an album counts. One a second in a chat is advice in Telegram: short bursts pass."""
        if self.not_now_s < 0:
            raise self.no("too_fast", 429, "Too Many Requests")
        if self.not_now_s:
            raise Refused(429, f"Too Many Requests: retry after {self.not_now_s}", retry_after=self.not_now_s)
        if not self.flood or self.flavour.windows is None:
            return
        now, (per_bot, per_chat) = self.now(), self.flavour.windows
        windows = ((self._by_bot[bot.token], *per_bot), (self._by_chat[chat.number], *per_chat))
        for seen, most, window_s in windows:
            while seen and seen[0] <= now - window_s:
                seen.popleft()
            if len(seen) + count > most:
                wait_s = max(1, round(seen[0] + window_s - now)) if seen else 1
                raise Refused(429, f"Too Many Requests: retry after {wait_s}", retry_after=wait_s)
        for seen, _, _ in windows:
            seen.extend([now] * count)

    def still_young(self, message: Message) -> None:
        within_s = self.flavour.deletes_within_s
        if within_s is not None and self.now() - message.date >= within_s:
            raise Refused(400, "Bad Request: message can't be deleted")

    def put(
        self, chat: Chat, words: Words, media: Media | None = None, *, group: str = "", reply_to: int = 0
    ) -> Message:
        message = Message(next(chat.numbers), int(self.now()), words, media, group, reply_to=reply_to)
        chat.messages[message.number] = message
        chat.ever += 1
        return message


async def _values(request: web.Request) -> tuple[Values, dict[str, bytes]]:
    values: Values = dict(request.query)
    files: dict[str, bytes] = {}
    if not request.can_read_body:
        return values, files
    if request.content_type == "application/json":
        try:
            values |= await request.json()
        except ValueError:
            raise Refused(400, "Bad Request: can't parse JSON object") from None
        return values, files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file:
                files[name] = value.file.read()
        else:
            values[name] = str(value)
    return values, files


@asynccontextmanager
async def running(server: BotServer) -> AsyncIterator[BotServer]:
    """On a port of its own, this machine only."""
    app = web.Application(client_max_size=160 * 1024 * 1024)
    app.router.add_route("*", "/bot{token}/{method}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()


@contextmanager
def in_a_thread(server: BotServer) -> Iterator[BotServer]:
    """For tests that are not asynchronous themselves."""
    with in_a_thread_of_its_own(running(server)):
        yield server


__all__ = ["BALE", "SOROUSH", "TELEGRAM", "BotServer", "Flavour", "in_a_thread", "running"]
