"""An adapter's credentials as a dataclass of text fields, each with what a form needs to ask for it."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import Any


def credential_field(
    label_en: str,
    label_fa: str,
    *,
    secret: bool = False,
    address: bool = False,
    default: str | None = None,
    help_en: str = "",
    help_fa: str = "",
) -> Any:
    """One field of an adapter's credentials, with what a form needs to ask for it. Values are text. `address`: where calls
    with the secrets go, with http:// only on this machine."""
    words = {"label_en": label_en, "label_fa": label_fa, "help_en": help_en, "help_fa": help_fa}
    metadata = {**words, "secret": secret, "address": address}
    if default is None:
        return field(metadata=metadata, repr=not secret)
    return field(default=default, metadata=metadata, repr=not secret)


def is_of_another_server(credentials: object) -> bool:
    """Whether they lead to another server than the platform's own, which is the default of a field named `server`."""
    fields = dataclasses.fields(credentials) if dataclasses.is_dataclass(credentials) else ()
    platforms_own = next((one.default for one in fields if one.name == "server"), dataclasses.MISSING)
    if not isinstance(platforms_own, str):
        return False
    return _plain(str(getattr(credentials, "server", ""))) not in {"", _plain(platforms_own)}


def _plain(address: str) -> str:
    return address.strip().rstrip("/").casefold()


def secrets_of(credentials: object) -> tuple[str, ...]:
    """The secret values of a credentials object, to be masked in every evidence."""
    fields = dataclasses.fields(credentials)  # type: ignore[arg-type]
    values = (str(getattr(credentials, f.name)) for f in fields if f.metadata.get("secret"))
    return tuple(value for value in values if value)
