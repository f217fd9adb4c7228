"""The engine's way out: opens credentials, fetches media, lets the platform's adapter speak, and names what came back.

Whatever an adapter raises becomes an outcome here; nothing is repeated and no secret enters an outcome.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from ravi.delivery.boxes import Boxes
from ravi.delivery.credentials import KeyFolder, NoCredential, Opened, scope_of
from ravi.delivery.engine import values as engine
from ravi.delivery.engine.ports import Clock, StoreDown
from ravi.delivery.engine.reconcile import is_key_spent
from ravi.delivery.looks import OWN_SERVERS, stands_alone
from ravi.delivery.payload import media_hashes, payload_hash, read_payload
from ravi.delivery.room import WAIT_S, Place, Room
from ravi.delivery.routes import Routes, UnknownRoute
from ravi.delivery.rules import Action, Code
from ravi.delivery.store.connection import Line, rows_of
from ravi.platforms import contract, registry

SIZES = """
select coalesce(sum(size_bytes), 0) from core_blob where institution_id = %(institution)s and sha256 = any(%(hashes)s)
"""
BLOBS = """
select sha256, content, size_bytes from core_blob where institution_id = %(institution)s and sha256 = any(%(hashes)s)
"""
# A renewed credential is used at the latest after this long; a refused one is read again at once.
FRESH_S = 30.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call that only waits for the fence."""

    head: engine.Head
    adapter: contract.Adapter
    content: contract.Content
    scope: str
    own_server: bool = False
    place: Place | None = None  # held as long as the call is: with it the bytes go

    @property
    def size_bytes(self) -> int:
        return self.place.size_bytes if self.place else 0


@dataclass(slots=True)
class Kept:
    """A credential that was opened, its box, when that was last read, and by route the adapters that speak with it."""

    read_at: float
    box: bytes | None
    opened: Opened
    adapters: dict[tuple[str, str, str], contract.Adapter] = field(default_factory=dict)


@dataclass(slots=True)
class Courier:
    """Implements the engine's Transport port over adapters."""

    line: Line
    keys: KeyFolder
    routes: Routes
    clock: Clock
    room: Room = field(default_factory=Room)
    _opened: dict[int, Kept] = field(default_factory=dict)
    _boxes: Boxes = field(init=False)

    def __post_init__(self) -> None:
        self._boxes = Boxes(self.line)

    def means(self, adapter: str, platform: str) -> engine.Means:
        return _means_of(registry.adapter(adapter, platform))

    async def prepare(self, ticket: engine.Ticket) -> Prepared | engine.Outcome:
        head = ticket.head
        if payload_hash(head.payload) != head.approved_hash:
            return engine.Rejected(Code.NOT_APPROVED, "the words are not the approved ones")
        try:
            kept = await self._credential(head)
            if head.sent_maybe and is_key_spent(head, self.means(head.adapter, head.platform), kept.opened.scope):
                return engine.KeySpent("the credential was renewed since the first attempt")
            adapter = await self._adapter(head, kept)
            is_own = stands_alone(head.adapter, kept.opened.values)
            content, place = await self._content(head)
            return Prepared(head, adapter, content, kept.opened.scope, is_own, place)
        except NoCredential as refused:
            return engine.CredentialsRefused(str(refused))
        except registry.UnknownPlatform as missing:
            return engine.Rejected("not_possible", str(missing))
        except _MediaGone as missing:
            return engine.Rejected(Code.PICTURE_GONE, str(missing))
        except UnknownRoute as missing:
            # Never another way instead, and no reason to give the copy up: somebody sets the route, or its proxy, and it goes.
            self._note(head, engine.NotSent(str(missing)), is_own=head.adapter in OWN_SERVERS)
            return engine.NotSent(str(missing))
        except TimeoutError:
            return engine.NoRoom()
        except StoreDown:
            return engine.NotSent("the database did not answer")

    async def send(self, ready: Any) -> engine.Outcome:
        prepared: Prepared = ready
        outcome = await self._called(prepared)
        self._note(prepared.head, outcome, is_own=prepared.own_server)
        return outcome

    async def _called(self, prepared: Prepared) -> engine.Outcome:
        try:
            return await _speak(prepared)
        except contract.PlatformError as error:
            if isinstance(error, contract.CredentialsRefused) and await self._was_renewed(prepared):
                return engine.NotSent("the credential was renewed a moment ago; the next call takes the new one")
            return outcome_of(error)

    async def _was_renewed(self, prepared: Prepared) -> bool:
        """Whether what was refused is no longer what stands there: then nobody has to be told, and no channel to be held."""
        channel_id = prepared.head.channel_id
        self._opened.pop(channel_id, None)
        try:
            box = await self._boxes.of(channel_id)
        except StoreDown:
            return False
        return box is not None and scope_of(box) != prepared.scope

    def _note(self, head: engine.Head, outcome: engine.Outcome, *, is_own: bool) -> None:
        """What the outcome tells of the way; a site or mail server that is down tells nothing of all the others."""
        failure = None
        if isinstance(outcome, engine.NotSent):
            failure = outcome.reason
        elif isinstance(outcome, engine.Unsure):
            failure = outcome.detail
        if not registry.needs_credential(head.adapter, head.platform):
            return  # Ravi's own pages: no way leads there
        if failure is None or not is_own:
            self.routes.note(head.platform, head.route, self.clock.now(), failure)

    async def find(self, case: engine.Case) -> engine.Finding:
        try:
            adapter = await self._adapter(case.head, await self._credential(case.head))
            if not isinstance(adapter, contract.Findable):
                return engine.CannotTell("this platform offers no reading back")
            receipt = await adapter.find(case.head.target, case.head.key)
        except (contract.PlatformError, NoCredential, UnknownRoute, StoreDown) as error:
            return engine.CannotTell(str(error)[:200] or type(error).__name__)
        if receipt is None:
            return engine.Absent()
        return engine.Found(receipt.remote_id, link_for_people(receipt.link), receipt.evidence)

    def forget(self, channel_id: int) -> None:
        """Another credential stands there by now, or may: the next call reads it anew."""
        self._opened.pop(channel_id, None)

    async def _adapter(self, head: engine.Head, kept: Kept) -> contract.Adapter:
        way = (head.adapter, head.platform, head.route)
        if way not in kept.adapters:
            kind = registry.adapter(head.adapter, head.platform)
            kept.adapters[way] = kind(kept.opened.values, await self.routes.transport(head.route))
        return kept.adapters[way]

    async def _credential(self, head: engine.Head) -> Kept:
        now = self.clock.now()
        kept = self._opened.get(head.channel_id)
        if kept is not None and now - kept.read_at < FRESH_S:
            return kept
        box = await self._boxes.of(head.channel_id)
        if box is not None and kept is not None and box == kept.box:
            kept.read_at = now
            return kept
        kind = registry.adapter(head.adapter, head.platform)
        opened = self.keys.open(head.channel_id, box, kind.credentials_type)
        kept = self._opened[head.channel_id] = Kept(now, box, opened)
        return kept

    async def _content(self, head: engine.Head) -> tuple[contract.Content, Place | None]:
        """Raises TimeoutError where there is no room for its bytes."""
        said = read_payload(head.payload)
        found: dict[str, tuple[bytes, int]] = {}
        place = None
        if hashes := [name for item in said["media"] for name in media_hashes(item)]:
            place, found = await self._loaded({"institution": head.institution_id, "hashes": hashes})
        content = contract.Content(
            text=said["text"],
            title=said["title"],
            link=said["link"],
            lang=said["lang"],
            media=tuple(_media(item, found) for item in said["media"]),
            reply_to=head.reply_remote_id,
            pin=said["pin"],
            marks=tuple(contract.Mark(**entity) for entity in said["entities"]),
        )
        return content, place

    async def _loaded(self, named: dict[str, Any]) -> tuple[Place, dict[str, tuple[bytes, int]]]:
        """The bytes of these names, in a place that was taken for them before."""
        async with self.line.transaction() as connection:
            [(size_bytes,)] = await rows_of(connection, SIZES, named)
        async with asyncio.timeout(WAIT_S):
            place = await self.room.take(int(size_bytes))
        async with self.line.transaction() as connection:
            return place, {row[0]: (bytes(row[1]), row[2]) for row in await rows_of(connection, BLOBS, named)}


@cache
def _means_of(kind: type[contract.Adapter]) -> engine.Means:
    own = kind.idempotency
    can_find = "find" in contract.abilities_of(kind)
    return engine.Means(own.kind, own.lifetime_s, own.scope == "credential", can_find, kind.kind in OWN_SERVERS)


def outcome_of(error: contract.PlatformError) -> engine.Outcome:
    """The engine's word for what an adapter raised."""
    detail, evidence = error.detail[:500], error.evidence[:1000]
    if isinstance(error, contract.RateLimited):
        return engine.Limited(error.retry_after_s, evidence)
    if isinstance(error, contract.NotSent):
        return engine.NotSent(detail, evidence)
    if isinstance(error, contract.Rejected):
        return engine.Rejected(error.code, detail, evidence)
    if isinstance(error, contract.CredentialsRefused):
        return engine.CredentialsRefused(detail, evidence)
    return engine.Unsure(detail, evidence)


class _MediaGone(Exception):
    pass


async def _speak(prepared: Prepared) -> engine.Outcome:
    head, adapter = prepared.head, prepared.adapter
    if head.action == Action.PUBLISH:
        return _delivered(await adapter.publish(head.target, prepared.content, key=head.key))
    if not head.about_remote_id:
        # Somebody saw the copy there and gave no address of its own: nothing says which post is meant.
        return engine.Rejected(Code.NO_ADDRESS, "")
    if head.action == Action.EDIT and isinstance(adapter, contract.Editable):
        remote = head.about_remote_id
        return _delivered(await adapter.edit(head.target, remote, prepared.content, key=head.key))
    if head.action == Action.DELETE and isinstance(adapter, contract.Deletable):
        await adapter.delete(head.target, head.about_remote_id)
        return engine.Delivered(head.about_remote_id, "")
    if head.action == Action.PIN and isinstance(adapter, contract.Pinnable):
        await adapter.pin(head.target, head.about_remote_id)
        return engine.Delivered(head.about_remote_id, "")
    return engine.Rejected("not_possible", f"{head.platform} offers no {head.action} by program")


def _delivered(receipt: contract.Receipt) -> engine.Delivered:
    return engine.Delivered(receipt.remote_id, link_for_people(receipt.link), receipt.evidence)


def link_for_people(link: str) -> str:
    """A platform's link is shown to be opened, so it is a web address or nothing."""
    return link if link.startswith(("https://", "http://")) else ""


def _media(item: Mapping[str, Any], found: Mapping[str, tuple[bytes, int]]) -> contract.MediaItem:
    is_video = item["media_type"].startswith("video/")
    content, size_bytes = _kept(item, found, "video" if is_video else "image")
    return contract.MediaItem(
        sha256=item["sha256"],
        media_type=item["media_type"],
        alt_text=item["alt"],
        content=content,
        size_bytes=size_bytes,
        width=item.get("width", 0),
        height=item.get("height", 0),
        duration_s=item.get("duration_ms", 0) / 1000,
        thumbnail=_beside(item.get("thumbnail"), found, "a video's picture"),
        captions=_beside(item.get("captions"), found, "captions"),
    )


def _beside(
    item: Mapping[str, Any] | None, found: Mapping[str, tuple[bytes, int]], what: str
) -> contract.Beside | None:
    if item is None:
        return None
    return contract.Beside(item["sha256"], item["media_type"], _kept(item, found, what)[0], item.get("lang", ""))


def _kept(item: Mapping[str, Any], found: Mapping[str, tuple[bytes, int]], what: str) -> tuple[bytes, int]:
    if item["sha256"] not in found:
        raise _MediaGone(f"the bytes of {what} {item['sha256'][:12]} are not kept any more")
    return found[item["sha256"]]
