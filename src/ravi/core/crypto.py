"""Sealed boxes: whoever holds the public key can close one, only the engine's private key opens it.

X25519 (a fresh key per box), HKDF-SHA256, AES-256-GCM. Box = version byte, key id length, key id, ephemeral public key,
nonce, ciphertext with tag. The `aad` binds a box to its row, so that it cannot be moved to another one.
"""

import os
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = 1
_KEY_BYTES, _NONCE_BYTES = 32, 12


class BoxUnreadable(Exception):
    """The box is damaged, belongs to another row, or its key is not held here."""


def generate_keypair() -> tuple[bytes, bytes]:
    """(private, public), 32 raw bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal(plaintext: bytes, *, public_key: bytes, key_id: str, aad: bytes) -> bytes:
    """Close `plaintext` for the holder of the private key; `key_id` (at most 255 bytes) names that key."""
    name = key_id.encode()
    ephemeral = X25519PrivateKey.generate()
    mine = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
    nonce = os.urandom(_NONCE_BYTES)
    head = bytes([_VERSION, len(name)]) + name + mine
    return head + nonce + AESGCM(_derive(shared, mine + public_key)).encrypt(nonce, plaintext, head + aad)


def open_sealed(box: bytes, *, private_keys: Mapping[str, bytes], aad: bytes) -> bytes:
    """The plaintext. Raises BoxUnreadable with a sentence that holds no secret."""
    if len(box) < 2 + _KEY_BYTES + _NONCE_BYTES or box[0] != _VERSION:
        raise BoxUnreadable("This is not a sealed box of version 1.")
    end = 2 + box[1]
    key_id = box[2:end].decode("utf-8", "replace")
    theirs = box[end : end + _KEY_BYTES]
    head, rest = box[: end + _KEY_BYTES], box[end + _KEY_BYTES :]
    if key_id not in private_keys:
        raise BoxUnreadable(f"The private key {key_id!r} is not held here.")
    private, public = _pair(private_keys[key_id])
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
        key = _derive(shared, theirs + public)
        return AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head + aad)
    except (InvalidTag, ValueError) as error:  # ValueError: a part is of another length, or no point of the curve
        raise BoxUnreadable("The sealed box is damaged or belongs to another row.") from error


def public_of(private_key: bytes) -> bytes:
    """The public half, with which whoever opens boxes can close one."""
    return _pair(private_key)[1]


@lru_cache(maxsize=16)
def _pair(private_key: bytes) -> tuple[X25519PrivateKey, bytes]:
    """Making the public half costs as much as opening a box."""
    private = X25519PrivateKey.from_private_bytes(private_key)
    return private, private.public_key().public_bytes_raw()


def _derive(shared: bytes, context: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ravi credential 1" + context).derive(shared)
