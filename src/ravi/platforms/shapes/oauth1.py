"""Signs a call with two keys and their secrets (OAuth 1.0a, RFC 5849, HMAC-SHA1); pure."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Keys:
    """Who calls (the app) and for whom (the account). No secret goes over the line, only what it signs."""

    app: str
    app_secret: str = field(repr=False)
    account: str
    account_secret: str = field(repr=False)


def spelt(text: str) -> str:
    """Percent-encoded as the signature wants it: letters, digits and -._~ stay (RFC 5849, 3.6)."""
    return quote(text, safe="-._~")


def authorization(keys: Keys, method: str, url: str, query: Mapping[str, str], *, nonce: str, timestamp: int) -> str:
    """The header of one call. `url` without its query; a body that is JSON or a form of parts is not signed (3.4.1.3.1)."""
    own = {
        "oauth_consumer_key": keys.app,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(timestamp),
        "oauth_token": keys.account,
        "oauth_version": "1.0",
    }
    pairs = sorted((spelt(name), spelt(value)) for name, value in {**query, **own}.items())
    base = "&".join((method.upper(), spelt(url), spelt("&".join(f"{name}={value}" for name, value in pairs))))
    secret = f"{spelt(keys.app_secret)}&{spelt(keys.account_secret)}"
    digest = hmac.digest(secret.encode(), base.encode(), "sha1")
    signed = {**own, "oauth_signature": base64.b64encode(digest).decode()}
    return "OAuth " + ", ".join(f'{spelt(name)}="{spelt(value)}"' for name, value in sorted(signed.items()))
