"""Secrets of webhooks at rest: sealed for whoever holds this Ravi's own key, bound to their row.

The pair is drawn from the secret key that the web and the jobs hold: the engine's private keys stay the engine's.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from ravi.api.models import Webhook
from ravi.core import crypto

KEY_ID = "webhook-1"


def seal(secret: str, webhook: Webhook) -> bytes:
    """The box for the row."""
    public = crypto.public_of(_private())
    return crypto.seal(secret.encode(), public_key=public, key_id=KEY_ID, aad=_row(webhook))


def open_box(box: bytes, webhook: Webhook) -> str:
    """The secret. Raises crypto.BoxUnreadable, also where this Ravi has another secret key than when it was sealed."""
    return crypto.open_sealed(bytes(box), private_keys={KEY_ID: _private()}, aad=_row(webhook)).decode()


def _private() -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ravi webhook 1")
    return key.derive(settings.SECRET_KEY.encode())


def _row(webhook: Webhook) -> bytes:
    return f"webhook:{webhook.institution_id}:{webhook.pk}".encode()
