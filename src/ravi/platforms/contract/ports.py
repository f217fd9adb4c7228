"""The transport as adapters see it: http and smtp on their channel's route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer; header names are lower case. Redirects come back as they are: they are never followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


class HttpPort(Protocol):
    """Raises NotSent while nothing can have been written (for GET always: it has no effect), else OutcomeUnknown."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer: ...


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and as whom to speak SMTP. `security`: "tls" from the first byte, "starttls" (required), "none"."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    username: str = ""
    password: str = field(default="", repr=False)


class SmtpPort(Protocol):
    """Ambiguity begins with the end of DATA: everything before it raises NotSent, Rejected or CredentialsRefused."""

    async def send(self, server: SmtpServer, *, sender: str, recipient: str, message: bytes) -> str: ...

    async def check(self, server: SmtpServer) -> str: ...


class Transport(Protocol):
    """What an adapter may reach the world with, on its channel's route."""

    @property
    def http(self) -> HttpPort: ...

    @property
    def smtp(self) -> SmtpPort: ...
