"""Publishes to a Matrix room. The homeserver keeps our transaction's name for its token and answers a repetition with the first
event; our key inside each event finds a copy when that name has been forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from ravi.platforms.contract import (
    NO_RIGHTS,
    Adapter,
    Beside,
    Content,
    Idempotency,
    MediaItem,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    Problem,
    Profile,
    Receipt,
    Rejected,
    Standing,
    Transport,
    Verified,
)
from ravi.platforms.matrix.events import (
    MESSAGE,
    PINNED,
    Event,
    Uploaded,
    contents_of,
    in_answer_to,
    key_of,
    latest_body,
    removal,
    replacing,
    transaction,
    with_key,
)
from ravi.platforms.matrix.homeserver import NOT_FOUND, Homeserver, MatrixCredentials, only_from, room_path
from ravi.platforms.matrix.profile import TEXT_BYTES
from ravi.platforms.matrix.rights import may_speak
from ravi.platforms.shapes.json_http import JsonAnswer, asked_at, text_at
from ravi.platforms.shapes.limits import problems_of
from ravi.text.lengths import utf8_bytes

# Synapse forgets a transaction's name after a day (storage/databases/main/events_worker.py, 1.163.2), other homeservers keep
# it in memory for half an hour; the specification names no time.
KEPT_S = 1800.0
_PAGES, _PAGE = 10, "100"
_LOOK_BACK = timedelta(days=30)
Sending = Callable[[int], Awaitable[JsonAnswer]]


class Matrix:
    """`target` is the room's public name, `#name:server`, or its number, `!number`. A copy with files is several events: its
    id here is all of theirs, joined by commas."""

    kind: ClassVar[str] = "matrix"
    idempotency: ClassVar[Idempotency] = Idempotency("native", lifetime_s=KEPT_S, scope="credential")
    credentials_type: ClassVar[type] = MatrixCredentials

    def __init__(self, credentials: MatrixCredentials, transport: Transport) -> None:
        self._server = Homeserver(credentials, transport.http)

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        room = await self._server.room_of(target)
        events = await self._events(content)
        if content.reply_to:
            events[0] = in_answer_to(events[0], content.reply_to.split(",")[0])
        keyed = [with_key(event, key, part, len(events)) for part, event in enumerate(events)]

        async def sending(part: int) -> JsonAnswer:
            return await self._server.put(_send(room, transaction(key, part)), keyed[part])

        receipt = await self._all(target, len(events), sending, "sent")
        return await self._pinned(target, receipt) if content.pin else receipt

    async def edit(self, target: str, remote_id: str, content: Content, *, key: str) -> Receipt:
        room, ids = await self._server.room_of(target), remote_id.split(",")
        if len(ids) != _parts(content):
            raise Rejected("media_changed", "a copy keeps its number of files; remove it and publish anew")
        events = await self._events(content)

        async def sending(part: int) -> JsonAnswer:
            change = replacing(events[part], ids[part])
            return await self._server.put(_send(room, transaction(key, part, "change-")), change)

        changed = await self._all(target, len(ids), sending, "changed")
        return Receipt(remote_id, _link(target, ids[0]), changed.evidence)

    async def delete(self, target: str, remote_id: str) -> None:
        """A later wording stands in events of its own. They go first: of what is gone nobody tells them any more, and a
        removal that broke off must be able to go on."""
        room = await self._server.room_of(target)
        for event_id in remote_id.split(","):
            for wording in [*await self._changes(room, event_id), event_id]:
                await self._remove(room, wording)

    async def pin(self, target: str, remote_id: str) -> None:
        """Beside what others pinned. Somebody who pins in the same moment is not seen: the room has one list for all."""
        room, event_id = await self._server.room_of(target), remote_id.split(",")[0]
        state = await self._server.state(room, PINNED)
        pinned = state.data.get("pinned") if state and isinstance(state.data, Mapping) else []
        if not isinstance(pinned, list) or event_id not in pinned:
            kept = pinned if isinstance(pinned, list) else []
            await self._server.put(f"{room_path(room)}/state/{PINNED}/", {"pinned": [*kept, event_id]})

    async def find(self, target: str, key: str) -> Receipt | None:
        room, me = await self._server.room_of(target), await self._server.me()
        found: dict[int, str] = {}
        parts, start = 0, ""
        for _ in range(_PAGES):
            answer = await self._page(room, me, start)
            for event in answer.data["chunk"]:
                ours = key_of(event) if isinstance(event, Mapping) else None
                if ours and ours[0] == key:
                    found[ours[1]], parts = event["event_id"], ours[2]
            if parts and len(found) == parts:
                ids = [found[part] for part in sorted(found)]
                return Receipt(",".join(ids), _link(target, ids[0]), f"{parts} events of ours stand there")
            start = str(answer.data.get("end") or "")
            if not start or self._is_long_ago(answer.data["chunk"]):
                if found:
                    raise NotSent(f"only {len(found)} of {parts} events are there")
                return None
        raise NotSent("the room holds more of our messages than are read back")

    async def read(self, target: str, remote_id: str, content: Content) -> Standing | None:
        """The latest wording of each of its events; of one that was removed nothing is left."""
        room = await self._server.room_of(target)
        bodies = [await self._wording(room, event_id) for event_id in remote_id.split(",")]
        found = [body for body in bodies if body is not None]
        wanted = [event["body"] for event in contents_of(content, tuple(Uploaded("") for _ in content.media))]
        return Standing("\n\n".join(found), bodies == wanted) if found else None

    async def verify(self, target: str) -> Verified:
        me, room = await self._server.me(), await self._server.room_of(target)
        if not await self._is_inside(room, me):
            raise Rejected(NO_RIGHTS, f"{me} is not in the room: invite it, and accept the invitation as that account")
        if await self._server.state(room, "m.room.encryption"):
            raise Rejected(
                NO_RIGHTS, "the room is encrypted, which a public channel is not: make one without encryption"
            )
        created = await self._server.state(room, "m.room.create", format="event")
        levels = await self._server.state(room, "m.room.power_levels")
        if not may_speak(me, created.data if created else {}, levels.data if levels else None):
            raise Rejected(NO_RIGHTS, f"{me} may not write in the room: raise its role there")
        named = await self._server.state(room, "m.room.name")
        name = named.data.get("name") if named and isinstance(named.data, Mapping) else ""
        return Verified(str(name or target), target, f"{me} may write here")

    async def count(self, target: str) -> int:
        """The room's summary, which says how many and not who (the list of members would)."""
        room = await self._server.room_of(target)
        answer = await self._server.ask(f"/_matrix/client/v1/room_summary/{quote(room, safe='')}")
        members = answer.data.get("num_joined_members") if isinstance(answer.data, Mapping) else None
        if isinstance(members, bool) or not isinstance(members, int) or members < 0:
            raise NotSent("the answer has no num_joined_members")
        return members

    async def limits(self, target: str) -> Mapping[str, float]:
        answer = await self._server.ask("/_matrix/client/v1/media/config")
        size = answer.data.get("m.upload.size") if isinstance(answer.data, Mapping) else None
        if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
            raise NotSent("the homeserver names no size for files")
        return {"image_bytes": size, "video_bytes": size}

    async def _is_inside(self, room: str, me: str) -> bool:
        try:
            member = await self._server.state(room, "m.room.member", me)
        except Rejected as refusal:
            if refusal.code == NO_RIGHTS:
                return False
            raise
        inside = member.data if member else None
        return isinstance(inside, Mapping) and inside.get("membership") == "join"

    async def _events(self, content: Content) -> list[Event]:
        """Files go up first: nobody sees one that no event names."""
        if utf8_bytes(content.text) > TEXT_BYTES:
            raise Rejected("too_long", f"more than {TEXT_BYTES} bytes would not leave room for a correction")
        return contents_of(content, tuple([await self._uploaded(item) for item in content.media]))

    async def _uploaded(self, item: MediaItem) -> Uploaded:
        uri = await self._file(item)
        return Uploaded(uri, await self._file(item.thumbnail) if item.thumbnail else "")

    async def _file(self, item: MediaItem | Beside) -> str:
        if item.content is None:
            raise Rejected("media_missing", f"the bytes of file {item.sha256[:12]} were not loaded")
        try:
            answer = await self._server.upload(item.sha256[:16], item.media_type, item.content)
            return text_at(answer, "content_uri")
        except OutcomeUnknown as unknown:
            await self._check_size(len(item.content))
            raise NotSent(f"a file did not arrive: {unknown.detail}", evidence=unknown.evidence) from unknown
        except Rejected as refusal:
            if refusal.code == "too_long":
                refusal.code = "media_too_large"
            raise

    async def _check_size(self, size_bytes: int) -> None:
        """A homeserver hangs up on a file that is too large for it, in the middle of it and without a word."""
        try:
            most = (await self.limits(""))["image_bytes"]
        except PlatformError:
            return
        if size_bytes > most:
            raise Rejected("media_too_large", f"the homeserver takes {most} bytes a file, not {size_bytes}")

    async def _all(self, target: str, parts: int, sending: Sending, done: str) -> Receipt:
        """One event after another. Once the first stands nothing may be called undone: the same names again go on."""
        ids: list[str] = []
        evidence = ""
        for part in range(parts):
            try:
                answer = await sending(part)
                ids.append(text_at(answer, "event_id"))
                evidence = evidence or answer.evidence
            except PlatformError as error:
                if not ids:
                    raise
                detail = f"only the first {part} of {parts} events were {done}: {error.detail}"
                raise OutcomeUnknown(detail, evidence=error.evidence) from error
        return Receipt(",".join(ids), _link(target, ids[0]), evidence)

    async def _remove(self, room: str, event_id: str) -> None:
        path = f"{room_path(room)}/redact/{quote(event_id, safe='')}/{removal(event_id)}"
        try:
            text_at(await self._server.put(path, {}), "event_id")
        except Rejected as refusal:
            if refusal.code == NOT_FOUND:
                return
            if refusal.evidence.startswith("HTTP 404") and refusal.code != "not_possible":
                detail = "somebody before the homeserver knows no such address: whether the message stands is not known"
                raise OutcomeUnknown(detail, evidence=refusal.evidence) from refusal
            raise

    async def _wording(self, room: str, event_id: str) -> str | None:
        try:
            answer = await self._server.ask(f"{room_path(room)}/event/{quote(event_id, safe='')}")
        except Rejected as refusal:
            if refusal.code == NOT_FOUND:
                return None
            raise
        if asked_at(answer, "event_id") != event_id or not isinstance(answer.data.get("content"), Mapping):
            raise NotSent("the answer is not the event that was asked for", evidence=answer.evidence)
        return latest_body(answer.data, await self._later(room, event_id))

    async def _changes(self, room: str, event_id: str) -> list[str]:
        """The events that carry a later wording; only the author's count, and only ours are removed."""
        return [str(one["event_id"]) for one in await self._later(room, event_id) if one.get("event_id")]

    async def _later(self, room: str, event_id: str) -> list[Mapping[str, Any]]:
        """The author's own events that say it anew, the newest first."""
        path = f"{room_path(room).replace('/v3/', '/v1/')}/relations/{quote(event_id, safe='')}/m.replace/{MESSAGE}"
        try:
            answer = await self._server.ask(path, limit=_PAGE)
        except Rejected as refusal:
            if refusal.code == NOT_FOUND:
                return []
            raise
        chunk = answer.data.get("chunk") if isinstance(answer.data, Mapping) else None
        events = [one for one in chunk if isinstance(one, Mapping)] if isinstance(chunk, list) else []
        me = await self._server.me() if events else ""
        return [one for one in events if one.get("sender") == me]

    async def _page(self, room: str, me: str, start: str) -> JsonAnswer:
        more = {"from": start} if start else {}
        answer = await self._server.ask(
            f"{room_path(room)}/messages", dir="b", limit=_PAGE, filter=only_from(me), **more
        )
        if not isinstance(answer.data, Mapping) or not isinstance(answer.data.get("chunk"), list):
            raise NotSent("the room's messages cannot be read", evidence=answer.evidence)
        return answer

    def _is_long_ago(self, chunk: list[Any]) -> bool:
        oldest = chunk[-1].get("origin_server_ts") if chunk and isinstance(chunk[-1], Mapping) else None
        heard_at = self._server.heard_at
        if not isinstance(oldest, int | float) or heard_at is None:
            return False
        return datetime.fromtimestamp(oldest / 1000, UTC) < heard_at - _LOOK_BACK

    async def _pinned(self, target: str, receipt: Receipt) -> Receipt:
        """The post stands whatever becomes of its pin: that is told beside the receipt."""
        try:
            await self.pin(target, receipt.remote_id)
        except PlatformError as error:
            return Receipt(receipt.remote_id, receipt.link, f"{receipt.evidence} | not pinned: {error.detail}")
        return receipt


ADAPTERS: Mapping[str, type[Adapter]] = {"matrix": Matrix}


def _send(room: str, name: str) -> str:
    return f"{room_path(room)}/send/{MESSAGE}/{quote(name, safe='')}"


def _parts(content: Content) -> int:
    return len(contents_of(content, tuple(Uploaded("") for _ in content.media)))


def _link(target: str, event_id: str) -> str:
    return f"https://matrix.to/#/{quote(target.strip(), safe=':!')}/{quote(event_id, safe='$')}"
