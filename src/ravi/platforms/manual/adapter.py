"""Stands where no program publishes: a person does, and says so (delivery/hand.py). Nothing here reaches the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ravi.platforms.contract import Adapter, Content, Idempotency, Problem, Profile, Receipt, Rejected, Transport
from ravi.platforms.shapes.limits import problems_of


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """Ravi keeps no password of an account that people use by hand."""


class Manual:
    """Holds a text against the platform's own limits, and refuses to send it. The engine sets such a copy aside before
    it comes here; this is the second wall."""

    kind: ClassVar[str] = "manual"
    idempotency: ClassVar[Idempotency] = Idempotency("none")
    credentials_type: ClassVar[type] = NoCredentials

    def __init__(self, credentials: NoCredentials, transport: Transport) -> None:
        pass

    @staticmethod
    def validate(content: Content, profile: Profile) -> list[Problem]:
        return problems_of(content, profile)

    async def publish(self, target: str, content: Content, *, key: str) -> Receipt:
        raise Rejected("by_hand", "a person publishes here; no program does")


#: A person reaches every platform, under the limits of that platform's own folder (registry.own).
EVERYWHERE: type[Adapter] = Manual
