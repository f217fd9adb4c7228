"""The secrets of one home, made once: credential key pair, Django's key, database and demo passwords."""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from ravi.cli.home import Home, HomeUnusable
from ravi.cli.postgres.place import write_private
from ravi.cli.postgres.throwaway import new_passwords
from ravi.core.crypto import generate_keypair

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: it is read aloud and typed


@dataclass(frozen=True)
class Keys:
    """`private_folder` is for the engine alone; everything else may be known to the web or the database."""

    key_id: str
    public_key: str
    private_folder: Path
    secret_key: str
    database_passwords: dict[str, str]
    sandbox_token: str
    demo_password: str


def load_keys(home: Home) -> Keys:
    """Read the secrets of a home; what is missing is made and kept. Raises HomeUnusable when they are damaged."""
    path = home.keys / "secrets.json"
    private = home.keys / "private"
    private.mkdir(mode=0o700, exist_ok=True)
    try:
        kept = json.loads(path.read_text()) if path.exists() else {}
        complete = {**_make(private, kept), **kept}
        if complete != kept:
            write_private(path, json.dumps(complete, indent=1))
        return Keys(private_folder=private, **complete)
    except (ValueError, TypeError) as error:
        raise HomeUnusable(f"{path} is damaged: put it back from a backup. Nothing was changed.") from error


def _make(private: Path, kept: dict[str, object]) -> dict[str, object]:
    made: dict[str, object] = {
        "secret_key": secrets.token_urlsafe(48),
        "database_passwords": new_passwords(),
        "sandbox_token": secrets.token_urlsafe(24),
        "demo_password": "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)),
    }
    if "key_id" not in kept:
        key_id = f"key-{secrets.token_hex(4)}"
        secret, public = generate_keypair()
        write_private(private / f"{key_id}.key", _text(secret))
        made |= {"key_id": key_id, "public_key": _text(public)}
    return made


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
