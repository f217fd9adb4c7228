"""The contract for an adapter that calls nobody: each test of a network becomes the proof that there is none."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ravi.platforms.contract import abilities_of, secrets_of
from ravi.platforms.contract_tests import AdapterContract, Place


class QuietContract(AdapterContract):
    """All else holds as for every adapter. `adapter_at` has to give one that writes down what it published."""

    def test_its_credentials_say_how_to_ask_for_them(self) -> None:
        assert dataclasses.fields(self.adapter_type.credentials_type) == ()

    def test_secrets_are_not_in_the_repr_of_credentials(self, place: Place) -> None:
        assert secrets_of(place.credentials(place.port)) == ()

    async def test_a_fault_is_called_what_it_is(self, place: Place, key: str, fault: str) -> None:
        """Whatever server stands there, it is not asked, and the copy stands."""
        async with self.hostile(fault) as hostile, self.adapter_at(place, hostile.port) as adapter:
            receipt = await adapter.publish(place.target(place.port), self.content(), key=key)
            assert hostile.requests == []
        assert await place.shown(receipt) is not None

    async def test_a_refusal_to_go_faster_names_the_delay(self, place: Place, key: str) -> None:
        await self.test_a_fault_is_called_what_it_is(place, key, "rate_limited")

    async def test_no_secret_stands_in_an_error(self, place: Place, key: str) -> None:
        await self.test_a_fault_is_called_what_it_is(place, key, "echo")

    async def test_a_wrong_token_is_a_refused_credential(self, place: Place, target: str, key: str) -> None:
        """There is no token that could be wrong."""
        assert place.credentials(place.port, wrong=True) == place.credentials(place.port)

    async def test_a_lost_answer_is_unknown_and_can_be_settled_as_declared(
        self, place: Place, target: str, key: str
    ) -> None:
        """No answer can be lost on the way; the engine's own may, and then the copy is published once more."""
        assert self.adapter_type.idempotency.kind == "natural"
        async with self.adapter_at(place, place.port) as adapter:
            first = await adapter.publish(target, self.content(), key=key)
            assert await adapter.publish(target, self.content(), key=key) == first
        assert await place.effects(key) == 1

    @pytest.mark.parametrize("ability", ["edit", "delete"])
    async def test_a_change_without_a_clear_answer_is_unknown(self, place: Place, key: str, ability: str) -> None:
        """A change asks nobody either."""
        assert ability in abilities_of(self.adapter_type)
        async with self.hostile("html") as hostile, self.adapter_at(place, hostile.port) as adapter:
            target = place.target(place.port)
            receipt = await adapter.publish(target, self.content(), key=key)
            arguments: dict[str, Any] = {"content": self.content("نو"), "key": key} if ability == "edit" else {}
            await getattr(adapter, ability)(target, receipt.remote_id, **arguments)
            assert hostile.requests == []
