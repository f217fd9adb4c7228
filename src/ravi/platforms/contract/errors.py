"""What an adapter raises, which decides what the engine does: not sent, refused for good, or nobody knows."""

from __future__ import annotations

# Codes of Rejected that people can do something about, whatever the platform calls them.
NO_RIGHTS, NO_CHANNEL, OTHER_ACCOUNT = "no_rights", "no_channel", "other_account"
# And those that say why a published copy cannot be changed: gone already, too late, other files than stand there; or why words
# cannot go as they are.
GONE, TOO_OLD, MEDIA_CHANGED, MARKUP = "gone", "too_old", "media_changed", "markup"


# Our own choice: whoever names a longer wait, or no number, is asked again after a day. Beyond it a moment may be none that a
# calendar or a database can hold.
LONGEST_WAIT_S = 24 * 3600.0


class PlatformError(Exception):
    """A send or a reading that did not end in a receipt. `evidence`: status and a short excerpt, never a secret."""

    def __init__(self, detail: str, *, evidence: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.evidence = evidence


class RateLimited(PlatformError):
    """The platform said "not now": nothing was published. `retry_after_s`: the platform's own delay, at most a day."""

    def __init__(self, retry_after_s: float, *, detail: str = "rate limited", evidence: str = "") -> None:
        super().__init__(detail, evidence=evidence)
        # What is no number is not below anything either.
        self.retry_after_s = float(max(retry_after_s, 0.0)) if retry_after_s < LONGEST_WAIT_S else LONGEST_WAIT_S


class NotSent(PlatformError):
    """Provably no effect: refused connection, name not found, TLS failure, or a preparing step that failed."""

    @property
    def reason(self) -> str:
        return self.detail


class Rejected(PlatformError):
    """The platform read the request and said no for good: nothing was published by this call."""

    def __init__(self, code: str, detail: str, *, evidence: str = "") -> None:
        super().__init__(detail, evidence=evidence)
        self.code = code


class CredentialsRefused(PlatformError):
    """The platform answered that this token or password is not valid. Never raised for a network failure."""


class OutcomeUnknown(PlatformError):
    """Bytes of the request may have reached the platform and no clear answer came back: timeout after the write, reset,
    5xx, an answer that cannot be read. Nothing automatic may repeat it blindly."""
