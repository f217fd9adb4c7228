"""Opens sealed credentials with the private keys that only the engine holds, and seals renewed ones for itself."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ravi.core.canonical import canonical_json
from ravi.core.crypto import BoxUnreadable, open_sealed, public_of, seal
from ravi.directory.errands import credential_aad


class NoCredential(Exception):
    """There is none, or the engine cannot open it; the sentence holds no secret."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A channel's credential; `scope` names it without telling anything of it."""

    values: Any
    scope: str


@dataclass(slots=True)
class KeyFolder:
    """Files KEYID.key, each the base64url of 32 bytes."""

    folder: Path | None
    _keys: dict[str, bytes] = field(default_factory=dict)

    def open(self, channel_id: int, box: bytes | None, credentials_type: type[Any]) -> Opened:
        """Raises NoCredential. An adapter that asks for nothing needs no box."""
        if not fields(credentials_type):
            return Opened(credentials_type(), "")
        if box is None:
            raise NoCredential("No credential is set for this channel.")
        try:
            plaintext = self._opened(bytes(box), credential_aad(channel_id))
            told: Mapping[str, Any] = json.loads(plaintext)
            known = {one.name for one in fields(credentials_type)}
            values = credentials_type(**{name: text for name, text in told.items() if name in known})
        except (BoxUnreadable, ValueError, TypeError) as error:
            raise NoCredential(f"The credential of this channel cannot be opened: {type(error).__name__}.") from error
        return Opened(values, scope_of(box))

    def seal(self, channel_id: int, values: Any, *, key_id: str) -> bytes:
        """As the web seals what an officer types (directory/services/credential.py). Raises NoCredential."""
        private = self.keys().get(key_id, b"")
        if len(private) != 32:
            raise NoCredential(f"The key {key_id!r} is not held here.")
        aad = credential_aad(channel_id)
        return seal(canonical_json(asdict(values)), public_key=public_of(private), key_id=key_id, aad=aad)

    def _opened(self, box: bytes, aad: bytes) -> bytes:
        """With the keys that are known, else with what has come into the folder since."""
        try:
            return open_sealed(box, private_keys=self._keys, aad=aad)
        except BoxUnreadable:
            return open_sealed(box, private_keys=self.keys(), aad=aad)

    def keys(self) -> Mapping[str, bytes]:
        """The keys in the folder, read again."""
        if self.folder is not None:
            for path in self.folder.glob("*.key"):
                if path.stem not in self._keys:
                    self._keys[path.stem] = _key(path)
        return self._keys


def scope_of(box: bytes) -> str:
    """A name for what is in a box that tells nothing of it; another one for each that was sealed."""
    return hashlib.sha256(bytes(box)).hexdigest()[:32]


def _key(path: Path) -> bytes:
    text = path.read_text().strip()
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
