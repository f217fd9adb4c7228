"""A route on which calls are counted, and keep the platform's pace among themselves: what readings and looks are paid by."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from ravi.delivery.engine.ports import Clock
from ravi.platforms import contract


@dataclass(slots=True)
class Calls:
    """How often one question has gone out, and the step that its calls keep."""

    step_s: float
    calls: int = 0


counting: ContextVar[Calls] = ContextVar("calls")


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts into whatever `counting` holds in the task that calls."""

    under: contract.Transport
    clock: Clock

    @property
    def http(self) -> contract.HttpPort:
        return self

    @property
    def smtp(self) -> contract.SmtpPort:
        return self.under.smtp

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> contract.HttpAnswer:
        asked = counting.get()
        if asked.calls:
            await self.clock.sleep(asked.step_s)
        asked.calls += 1
        return await self.under.http.request(method, url, headers=headers, body=body)
