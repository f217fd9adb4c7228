"""The keys of a home inside a backup: sealed with a passphrase, or left out; in a demo, whose keys guard nothing, open.

Whoever holds the database and the private key holds every channel; a file that is copied about holds one of the two
(docs/decisions/0015-backups.md). scrypt and AES-256-GCM.
"""

import base64
import getpass
import json
import os
import sys
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ravi.cli.home import Home
from ravi.cli.postgres.place import write_private

SEALED, OPEN, NONE = "sealed", "open", "none"
KEPT = ("secret_key", "key_id", "public_key", "sandbox_token", "demo_password")
LEAST = 12
_SALT, _NONCE = 16, 12


class PassphraseNeeded(Exception):
    """The keys are sealed and the passphrase is missing or wrong, or too short; the message is a sentence."""


def asked_passphrase(path: Path | None, *, twice: bool = False) -> str:
    """From the file, the environment's RAVI_BACKUP_PASSPHRASE, else the terminal; "" where nobody can be asked."""
    if path is not None:
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise PassphraseNeeded(f"The passphrase cannot be read from {path}. Nothing was changed.") from error
    if os.environ.get("RAVI_BACKUP_PASSPHRASE"):
        return os.environ["RAVI_BACKUP_PASSPHRASE"]
    if not sys.stdin.isatty():
        return ""
    first = getpass.getpass(
        "Passphrase for the keys (empty: leave them out): " if twice else "Passphrase of the keys: "
    )
    if twice and first and getpass.getpass("Once more: ") != first:
        raise PassphraseNeeded("The two passphrases differ. Nothing was written.")
    return first


def pack(home: Home, passphrase: str, *, is_demo: bool) -> tuple[str, bytes]:
    """How the keys are kept, and the member's bytes; none where there is no passphrase. Raises PassphraseNeeded."""
    if not passphrase and not is_demo:
        return NONE, b""
    if passphrase and len(passphrase) < LEAST:
        raise PassphraseNeeded(f"A passphrase has at least {LEAST} characters. Nothing was written.")
    kept = json.loads((home.keys / "secrets.json").read_text())
    private = {path.name: path.read_text() for path in sorted((home.keys / "private").glob("*.key"))}
    plain = json.dumps({"secrets": {name: kept[name] for name in KEPT}, "private": private}).encode()
    if not passphrase:
        return OPEN, plain
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return SEALED, base64.b64encode(salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, b"ravi keys 1"))


def unpack(kind: str, told: bytes, home: Home, passphrase: str) -> None:
    """Write the keys into a home that has none. Raises PassphraseNeeded."""
    plain = told
    if kind == SEALED:
        if not passphrase:
            raise PassphraseNeeded(
                "The keys in this backup are sealed: give --passphrase-file, or --without-keys. Nothing was changed."
            )
        raw = base64.b64decode(told)
        salt, nonce, box = raw[:_SALT], raw[_SALT : _SALT + _NONCE], raw[_SALT + _NONCE :]
        try:
            plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, box, b"ravi keys 1")
        except InvalidTag as error:
            raise PassphraseNeeded("This is not the passphrase of this backup. Nothing was changed.") from error
    found = json.loads(plain)
    for name, text in found["private"].items():
        write_private(home.keys / "private" / Path(name).name, text)
    write_private(home.keys / "secrets.json", json.dumps(found["secrets"], indent=1))


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << 16, r=8, p=1).derive(passphrase.encode())
