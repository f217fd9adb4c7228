"""The one test class that every adapter passes. A subclass names the adapter and gives a `place` to publish to.

    class TestThis(AdapterContract):
        adapter_type = This
        profile = PROFILES["this"]

        @pytest.fixture
        async def place(self) -> AsyncIterator[Place]: ...

What an adapter lacks is tested too: it then must not have the method. Nothing here is ever skipped.
"""

from __future__ import annotations

import dataclasses
import inspect
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import pytest

from ravi.core.egress import Egress
from ravi.platforms import contract_faults
from ravi.platforms.contract import (
    ABILITIES,
    CORE_NAMES,
    LIMIT_NAMES,
    OWN_CHOICE,
    Adapter,
    Content,
    CredentialsRefused,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    Profile,
    RateLimited,
    Receipt,
    Rejected,
    abilities_of,
    secrets_of,
)
from ravi.platforms.contract_faults import HOST, HTTP_FAULTS, Hostile, free_port
from ravi.platforms.contract_predictions import Verdicts
from ravi.platforms.contract_read import WordsReadAgain
from ravi.platforms.contract_samples import PERSIAN, at_the_brim, image
from ravi.platforms.transport import Timeouts, open_transport

WHAT_EACH_FAULT_IS: dict[str, type[PlatformError]] = {
    "refused": NotSent,
    "reset": OutcomeUnknown,
    "silence": OutcomeUnknown,
    "cut_answer": OutcomeUnknown,
    "too_large": OutcomeUnknown,
    "server_error": OutcomeUnknown,
    "bad_gateway": OutcomeUnknown,
    "unavailable": OutcomeUnknown,
    "html": OutcomeUnknown,
    "half_json": OutcomeUnknown,
    "no_receipt": OutcomeUnknown,
    "error_inside": Rejected,
    "rate_limited": RateLimited,
    "unauthorised": CredentialsRefused,
    "forbidden": Rejected,
    "redirect": Rejected,
    "no_greeting": NotSent,
    "rejected": Rejected,
    "rejected_data": Rejected,
}


@dataclass(frozen=True)
class Shown:
    """What a reader of the platform sees."""

    text: str
    alts: tuple[str, ...] = ()


class Place(Protocol):
    """A running platform on `port`, with one channel in it, and an eye of its own on what stands there."""

    port: int

    def credentials(self, port: int, *, wrong: bool = False) -> Any: ...

    def target(self, port: int) -> str: ...

    async def shown(self, receipt: Receipt) -> Shown | None: ...

    async def effects(self, key: str) -> int: ...


def surface_problems(adapter_type: type) -> list[str]:
    """Promise 1, "and nothing else": every public name beyond the declared abilities, and every changed signature."""
    allowed = CORE_NAMES | abilities_of(adapter_type)
    problems = [f"has {name}" for name in dir(adapter_type) if not name.startswith("_") and name not in allowed]
    problems += [f"lacks {name}" for name in CORE_NAMES if not hasattr(adapter_type, name)]
    promised = {name: getattr(ABILITIES[name], name) for name in abilities_of(adapter_type)}
    for name, protocol in {**promised, "publish": Adapter.publish, "validate": Adapter.validate}.items():
        given = inspect.signature(getattr(adapter_type, name, protocol))
        if list(given.parameters) != list(inspect.signature(protocol).parameters):
            problems.append(f"{name}{given} is not what the contract says")
    return sorted(problems)


def innocent_of_nothing(_method: str, _path: str) -> bytes | None:
    return None


class AdapterContract(Verdicts, WordsReadAgain):
    """See the module. Adapters that do not speak HTTP give their own `faults`, `hostile` and `is_fatal`."""

    adapter_type: ClassVar[type[Any]]
    profile: ClassVar[Profile]
    faults: ClassVar[tuple[str, ...]] = HTTP_FAULTS
    #: False where the platform names no limit, and its server, as the real one, takes more than we choose to send.
    holds_our_choices: ClassVar[bool] = True
    #: What a hostile HTTP server answers rightly, such as the look-up before a write.
    innocent: ClassVar[Callable[[str, str], bytes | None]] = staticmethod(innocent_of_nothing)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "fault" in metafunc.fixturenames:
            metafunc.parametrize("fault", self.faults)

    def hostile(self, fault: str) -> AbstractAsyncContextManager[Hostile]:
        return contract_faults.hostile_http(fault, type(self).innocent)

    def is_fatal(self, sent: bytes) -> bool:
        """Whether these bytes, once they have gone up, may have made the post."""
        return b"POST " in sent

    @pytest.fixture
    def key(self) -> str:
        return f"ravi-test-{uuid.uuid4().hex}"

    @pytest.fixture
    async def adapter(self, place: Place) -> AsyncIterator[Any]:
        async with self.adapter_at(place, place.port) as adapter:
            yield adapter

    @pytest.fixture
    def target(self, place: Place) -> str:
        return place.target(place.port)

    @asynccontextmanager
    async def adapter_at(
        self, place: Place, port: int, *, answer_s: float = 30.0, wrong: bool = False
    ) -> AsyncIterator[Any]:
        egress = Egress(frozenset({(HOST, port)}))
        async with open_transport(egress, timeouts=Timeouts(connect_s=2.0, answer_s=answer_s)) as transport:
            yield self.adapter_type(place.credentials(port, wrong=wrong), transport)

    def content(self, text: str = "سلام", **changes: Any) -> Content:
        return Content(**{"text": text, "title": "آزمون", **changes})

    # What it is

    def test_it_has_the_declared_abilities_and_nothing_else(self) -> None:
        assert surface_problems(self.adapter_type) == []

    async def test_an_instance_adds_no_public_name(self, adapter: Any) -> None:
        assert [name for name in vars(adapter) if not name.startswith("_")] == []

    def test_its_credentials_say_how_to_ask_for_them(self) -> None:
        fields = dataclasses.fields(self.adapter_type.credentials_type)
        assert fields
        for one in fields:
            assert one.metadata["label_en"] and one.metadata["label_fa"]
            assert isinstance(one.metadata["secret"], bool)

    def test_secrets_are_not_in_the_repr_of_credentials(self, place: Place) -> None:
        credentials = place.credentials(place.port)
        assert secrets_of(credentials)
        assert [secret for secret in secrets_of(credentials) if secret in repr(credentials)] == []

    # What it publishes

    async def test_text_is_published(self, place: Place, adapter: Any, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        assert receipt.remote_id
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == "سلام"
        assert await place.effects(key) == 1

    async def test_persian_comes_back_exactly(self, place: Place, adapter: Any, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(PERSIAN), key=key)
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == PERSIAN

    async def test_image_arrives_with_its_alt_text(self, place: Place, adapter: Any, target: str, key: str) -> None:
        alt = "پوستر «نوبت دوم»، ۶۰ سال به بالا & رایگان، با نیم‌فاصله"
        receipt = await adapter.publish(target, self.content(media=(image(alt),)), key=key)
        shown = await place.shown(receipt)
        assert shown is not None and shown.alts == ((alt,) if self.profile.shows_alt_text else ())

    async def test_an_image_without_its_bytes_is_refused_here(
        self, place: Place, adapter: Any, target: str, key: str
    ) -> None:
        bare = dataclasses.replace(image("تصویر"), content=None)
        with pytest.raises(Rejected):
            await adapter.publish(target, self.content(media=(bare,)), key=key)
        assert await place.effects(key) == 0

    @pytest.mark.parametrize("with_media", [False, True])
    async def test_a_text_at_the_brim_of_each_limit_is_taken(
        self, place: Place, adapter: Any, target: str, key: str, with_media: bool
    ) -> None:
        media = (image("تصویر"),) if with_media else ()
        brims = [at_the_brim(limit) for limit in self.profile.limits(with_media=with_media)] or ["ب" * 20_000]
        for number, text in enumerate(brims):
            content = self.content(text, media=media)
            assert adapter.validate(content, self.profile) == []
            shown = await place.shown(await adapter.publish(target, content, key=f"{key}-{number}"))
            assert shown is not None and shown.text == text

    @pytest.mark.parametrize("with_media", [False, True])
    async def test_too_long_is_predicted_and_refused(
        self, place: Place, adapter: Any, target: str, key: str, with_media: bool
    ) -> None:
        media = (image("تصویر"),) if with_media else ()
        for limit in self.profile.limits(with_media=with_media):
            content = self.content(at_the_brim(limit, over=1), media=media)
            problems = adapter.validate(content, self.profile)
            assert [(p.code, p.unit, p.limit) for p in problems] == [("too_long", limit.unit, limit.maximum)]
            if limit.source == OWN_CHOICE and not self.holds_our_choices:
                continue
            with pytest.raises(Rejected):
                await adapter.publish(target, content, key=key)
        assert await place.effects(key) == 0

    # How it fails

    async def test_a_fault_is_called_what_it_is(self, place: Place, key: str, fault: str) -> None:
        async with self.hostile(fault) as hostile, self.adapter_at(place, hostile.port, answer_s=0.5) as adapter:
            with pytest.raises(PlatformError) as caught:
                await adapter.publish(place.target(hostile.port), self.content(), key=key)
        assert type(caught.value) is WHAT_EACH_FAULT_IS[fault]
        assert caught.value.detail

    async def test_a_refusal_to_go_faster_names_the_delay(self, place: Place, key: str) -> None:
        async with self.hostile("rate_limited") as hostile, self.adapter_at(place, hostile.port) as adapter:
            with pytest.raises(RateLimited) as caught:
                await adapter.publish(place.target(hostile.port), self.content(), key=key)
        assert caught.value.retry_after_s >= 7

    async def test_no_secret_stands_in_an_error(self, place: Place, key: str) -> None:
        async with self.hostile("echo") as hostile, self.adapter_at(place, hostile.port) as adapter:
            with pytest.raises(PlatformError) as caught:
                await adapter.publish(place.target(hostile.port), self.content(), key=key)
        told = f"{caught.value} {caught.value.detail} {caught.value.evidence}"
        assert [s for s in secrets_of(place.credentials(hostile.port)) if s in told] == []

    async def test_a_wrong_token_is_a_refused_credential(self, place: Place, target: str, key: str) -> None:
        async with self.adapter_at(place, place.port, wrong=True) as adapter:
            with pytest.raises(CredentialsRefused):
                await adapter.publish(target, self.content(), key=key)
        assert await place.effects(key) == 0

    async def test_a_dead_server_never_marks_a_credential(self, place: Place) -> None:
        port = free_port()
        async with self.adapter_at(place, port) as adapter:
            if "verify" in abilities_of(self.adapter_type):
                with pytest.raises(NotSent):
                    await adapter.verify(place.target(port))

    async def test_a_lost_answer_is_unknown_and_can_be_settled_as_declared(
        self, place: Place, target: str, key: str
    ) -> None:
        """The post stands once, whatever is then done automatically by the declared kind of key."""
        content = self.content("پاسخ گم شد")
        lossy = contract_faults.losing_answers(place.port, self.is_fatal)
        async with lossy as port, self.adapter_at(place, port) as adapter:
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(place.target(port), content, key=key)
        assert await place.effects(key) == 1
        async with self.adapter_at(place, place.port) as adapter:
            if "find" in abilities_of(self.adapter_type):
                found = await adapter.find(target, key)
                assert found is not None and found.remote_id
            if self.adapter_type.idempotency.kind != "none":
                await adapter.publish(target, content, key=key)
        assert await place.effects(key) == 1

    # Abilities

    async def test_find_knows_what_is_not_there(self, adapter: Any, target: str, key: str) -> None:
        if "find" in abilities_of(self.adapter_type):
            assert await adapter.find(target, key) is None
        else:
            assert not hasattr(adapter, "find")

    async def test_edit_replaces_the_text(self, place: Place, adapter: Any, target: str, key: str) -> None:
        if "edit" not in abilities_of(self.adapter_type):
            assert not hasattr(adapter, "edit")
            return
        receipt = await adapter.publish(target, self.content("پیش از ویرایش"), key=key)
        edited = await adapter.edit(target, receipt.remote_id, self.content(PERSIAN), key=key)
        assert edited.remote_id == receipt.remote_id
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == PERSIAN
        assert await place.effects(key) == 1

    async def test_delete_removes_and_may_be_repeated(self, place: Place, adapter: Any, target: str, key: str) -> None:
        if "delete" not in abilities_of(self.adapter_type):
            assert not hasattr(adapter, "delete")
            return
        receipt = await adapter.publish(target, self.content(), key=key)
        await adapter.delete(target, receipt.remote_id)
        assert await place.shown(receipt) is None
        await adapter.delete(target, receipt.remote_id)

    @pytest.mark.parametrize("ability", ["edit", "delete"])
    async def test_a_change_without_a_clear_answer_is_unknown(self, place: Place, key: str, ability: str) -> None:
        if ability not in abilities_of(self.adapter_type):
            return
        async with self.hostile("html") as hostile, self.adapter_at(place, hostile.port) as adapter:
            target = place.target(hostile.port)
            with pytest.raises(OutcomeUnknown):
                if ability == "edit":
                    await adapter.edit(target, "1", self.content(), key=key)
                else:
                    await adapter.delete(target, "1")

    async def test_pin_takes_a_published_post(self, adapter: Any, target: str, key: str) -> None:
        if "pin" not in abilities_of(self.adapter_type):
            assert not hasattr(adapter, "pin")
            return
        receipt = await adapter.publish(target, self.content(), key=key)
        await adapter.pin(target, receipt.remote_id)

    async def test_verify_names_the_account(self, place: Place, adapter: Any, target: str) -> None:
        if "verify" not in abilities_of(self.adapter_type):
            assert not hasattr(adapter, "verify")
            return
        verified = await adapter.verify(target)
        assert verified.name and verified.handle
        async with self.adapter_at(place, place.port, wrong=True) as other:
            with pytest.raises(CredentialsRefused):
                await other.verify(target)

    async def test_count_is_a_number_of_our_own_channel(self, adapter: Any, target: str) -> None:
        if "count" not in abilities_of(self.adapter_type):
            assert not hasattr(adapter, "count")
            return
        assert await adapter.count(target) >= 0

    async def test_measure_tells_what_the_profile_promises_and_leaves_out_what_is_gone(
        self, adapter: Any, target: str, key: str
    ) -> None:
        if "measure" not in abilities_of(self.adapter_type):
            assert not hasattr(adapter, "measure")
            assert self.profile.counts == frozenset()
            return
        stays = await adapter.publish(target, self.content("می‌ماند"), key=key)
        goes = await adapter.publish(target, self.content("می‌رود"), key=f"{key}-2")
        await adapter.delete(target, goes.remote_id)
        found = await adapter.measure(target, (stays.remote_id, goes.remote_id))
        assert set(found) == {stays.remote_id}
        told = dataclasses.asdict(found[stays.remote_id])
        assert {kind for kind, value in told.items() if value is not None} == self.profile.counts

    async def test_limits_are_named_as_the_contract_names_them(self, adapter: Any, target: str) -> None:
        if "limits" not in abilities_of(self.adapter_type):
            assert not hasattr(adapter, "limits")
            return
        found = await adapter.limits(target)
        assert found and set(found) <= LIMIT_NAMES

    @pytest.mark.parametrize("said", [b"{}", b"[]", b'"ok"', b"null", b'{"status":"maintenance"}'])
    async def test_what_does_not_say_that_a_post_is_gone_is_no_removal(self, place: Place, said: bytes) -> None:
        """JSON with status 200 that answers nothing: a removal would be called read back."""
        if "read" not in abilities_of(self.adapter_type):
            return
        answer = contract_faults.http_answer("200 OK", "application/json", said)
        async with (
            contract_faults.hostile_http("html", lambda *asked: type(self).innocent(*asked) or answer) as hostile,
            self.adapter_at(place, hostile.port) as adapter,
        ):
            with pytest.raises(PlatformError):
                await adapter.read(place.target(hostile.port), "1", self.content())

    @pytest.mark.parametrize("ability", ["count", "measure", "limits", "renew", "read"])
    async def test_a_reading_without_a_clear_answer_is_an_error(self, place: Place, ability: str) -> None:
        if ability not in abilities_of(self.adapter_type):
            return
        async with self.hostile("html") as hostile, self.adapter_at(place, hostile.port) as adapter:
            target = place.target(hostile.port)
            arguments: dict[str, tuple[Any, ...]] = {
                "measure": (target, ("1",)), "renew": (), "read": (target, "1", self.content()),
            }  # fmt: skip
            with pytest.raises(PlatformError):
                await getattr(adapter, ability)(*arguments.get(ability, (target,)))
