"""Signs what is told, as the Standard Webhooks specification 1.0.0 says (github.com/standard-webhooks, read 2026-11-26). Pure."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
HEADERS = {
    "webhook-id": "names the event at this address: the same one again is the same event",
    "webhook-timestamp": "when this try was made, in seconds since 1970",
    "webhook-signature": "v1, and the HMAC-SHA256 of id.timestamp.body in Base64; two for a day after a new secret",
}
_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    """A secret with 256 random bits, as it is shown to the person who gives it to the other program."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sign(secret_texts: Iterable[str], message_id: str, at_s: int, body: bytes) -> str:
    """The `webhook-signature`: one for each secret, since two hold while one takes the other's place."""
    told = b".".join((message_id.encode(), str(at_s).encode(), body))
    return " ".join(f"v1,{_signature(secret, told)}" for secret in secret_texts)


def headers(secret_texts: Iterable[str], message_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """All that goes before the body."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Ravi",
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": sign(secret_texts, message_id, at_s, body),
    }


def _signature(secret: str, told: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
