"""What every sender is: a way to one place that its person has named. Failures are the platforms' own words for them."""

from dataclasses import dataclass
from typing import Protocol

from ravi.platforms.contract import HttpPort, SmtpPort


@dataclass(frozen=True)
class Words:
    """A short message: `subject` in one line, `text` with its link, in the reader's language."""

    subject: str
    text: str
    language: str


class Ports(Protocol):
    """The way out, behind the egress rules."""

    @property
    def http(self) -> HttpPort: ...
    @property
    def smtp(self) -> SmtpPort: ...


class Sender(Protocol):
    """Raises NotSent, RateLimited, Rejected, CredentialsRefused or OutcomeUnknown (platforms.contract)."""

    async def open(self, address: str) -> str:
        """Make the place ready to be written to; what `send` needs to know of it, "" when nothing."""
        ...

    async def send(self, address: str, room: str, words: Words, *, key: str) -> None:
        """One message. `key` is the same when it is tried again."""
        ...
