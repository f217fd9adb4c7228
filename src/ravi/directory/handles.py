"""Reads what people type or paste for a channel into one spelling, and says where it leads. Pure.

Only the letters A to Z lose their case: a Kelvin sign or a Cyrillic letter stays what it is, so that it can be shown as
the difference that it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

# Hosts under which a path names an account. Platforms that Ravi does not publish to stand here too: our handle on a
# platform where we are not is the commonest imitation.
HOSTS: Mapping[str, str] = {
    "ble.ir": "bale",
    "web.bale.ai": "bale",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "telegram.dog": "telegram",
    "web.telegram.org": "telegram",
    "eitaa.com": "eitaa",
    "web.eitaa.com": "eitaa",
    "bsky.app": "bluesky",
    "matrix.to": "matrix",
    "rubika.ir": "rubika",
    "web.rubika.ir": "rubika",
    "splus.ir": "soroush",
    "web.splus.ir": "soroush",
    "instagram.com": "instagram",
    "facebook.com": "facebook",
    "m.facebook.com": "facebook",
    "web.facebook.com": "facebook",
    "fb.com": "facebook",
    "fb.watch": "facebook",
    "threads.com": "threads",
    "threads.net": "threads",
    "x.com": "x",
    "twitter.com": "x",
    "mobile.twitter.com": "x",
    "linkedin.com": "linkedin",
    "aparat.com": "aparat",
    "youtube.com": "youtube",
    "m.youtube.com": "youtube",
    "youtu.be": "youtube",
    "virasty.com": "virasty",
    "gap.im": "gap",
}
# First parts of a path that do not name the account: t.me/s/NAME, bsky.app/profile/NAME, HOST/users/NAME.
PREFIXES = frozenset({"s", "profile", "users", "@", "channel", "c"})
PREFIXES_OF: Mapping[str, frozenset[str]] = {
    "facebook": frozenset({"pages", "people", "p"}),
    "linkedin": frozenset({"company", "school", "showcase", "in"}),
    "youtube": frozenset({"user"}),
}
# First parts under which a post stands without its account: instagram.com/p/CODE, youtube.com/watch?v=CODE.
NAMELESS: Mapping[str, frozenset[str]] = {
    "aparat": frozenset({"v", "playlist"}),
    "facebook": frozenset({"groups", "photo", "photo.php", "reel", "share", "video.php", "watch"}),
    "instagram": frozenset({"p", "reel", "reels", "stories", "tv"}),
    "linkedin": frozenset({"feed", "posts", "pulse"}),
    "threads": frozenset({"t"}),
    "x": frozenset({"i"}),
    "youtube": frozenset({"embed", "live", "playlist", "shorts", "watch"}),
}
SHORTENED = frozenset({"fb.watch", "youtu.be"})
# Before an account's handle, what people open; LinkedIn's institutions are companies there.
ACCOUNTS: Mapping[str, str] = {
    "aparat": "www.aparat.com/",
    "bale": "ble.ir/",
    "bluesky": "bsky.app/profile/",
    "eitaa": "eitaa.com/",
    "facebook": "www.facebook.com/",
    "instagram": "www.instagram.com/",
    "linkedin": "www.linkedin.com/company/",
    "rubika": "rubika.ir/",
    "soroush": "splus.ir/",
    "telegram": "t.me/",
    "threads": "www.threads.com/@",
    "x": "x.com/",
}

_EDGES = " \t\r\n\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff«»\"'<>()،,؛;"
_UPPER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DIGITS = {ord(char): str(n % 10) for n, char in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"[^\s/@?#]+\.[^\s/@?#.]{2,}(:\d+)?([/?#].*)?", re.DOTALL)
_CHANNEL_NUMBER = re.compile(r"UC[\w-]{22}")
_PLAIN_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)?")
_PLAIN_SITE = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d+)?(?:/[A-Za-z0-9_.~-]+)*")
# https://spec.matrix.org/latest/appendices/#common-identifier-format: a room's name, or its number.
_PLAIN_ROOM = re.compile(r"#[A-Za-z0-9._=/+-]+:[A-Za-z0-9.-]+(?::\d+)?|![A-Za-z0-9_-]+(?::[A-Za-z0-9.-]+(?::\d+)?)?")
_PLAIN_LIST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

MAX_TYPED = 300


@dataclass(frozen=True)
class Typed:
    """`key` in the spelling of comparison; `platform` "" where the words do not say it; `account` the last name in a
    site's path, which may borrow one of our handles."""

    key: str
    platform: str = ""
    account: str = ""
    is_site: bool = False


def read_typed(text: str) -> Typed:
    """What "https://ble.ir/x", "t.me/s/x/12", "@x", "x@host", "https://host/@x", "host/path" and "mailto:a@b" mean."""
    # Browsers read a backslash as a slash: https://evil.example\@ours.example leads to evil.example.
    text = text.strip(_EDGES)[:MAX_TYPED].replace("\\", "/")
    if text.lower().startswith("mailto:"):
        return Typed(key_of(text[7:].split("?")[0]), "email")
    if text.lower().startswith(("tg:", "bale:")) and "=" in text:
        return Typed(_account_key(text.split("=")[1].split("&")[0]), "telegram" if text[:2].lower() == "tg" else "bale")
    if "://" in text or text.startswith("//") or (_HOST.fullmatch(text) and not text.startswith("@")):
        return _read_address(text)
    return Typed(_account_key(text))


def key_of(handle: str) -> str:
    """The spelling in which two handles are compared: no leading @, no case, no trailing slash."""
    return handle.strip(_EDGES).lstrip("@").translate(_UPPER).rstrip("/")


def clean_handle(platform: str, typed: str) -> str:
    """The handle to keep for a channel, from what was typed or pasted. Raises ValueError when it cannot be one."""
    read = read_typed(typed)
    if platform in {"wordpress", "email"}:
        handle = read.key
        shape = _PLAIN_LIST if platform == "email" else _PLAIN_SITE
    else:
        if read.platform not in {"", platform}:
            raise ValueError(read.platform)
        handle = _own_case(typed, read.key)
        shape = _PLAIN_ACCOUNT
        if platform == "matrix":
            handle, shape = handle if handle.startswith(("#", "!")) else f"#{handle}", _PLAIN_ROOM
    if len(handle) > 200 or not shape.fullmatch(handle):
        raise ValueError(handle)
    return handle


def is_within(key: str, site: str) -> bool:
    """Whether a page's key lies on that site: the site itself or something under it."""
    return key == site or key.startswith(f"{site}/")


def _read_address(text: str) -> Typed:
    try:
        parts = urlsplit(text if _SCHEME.match(text) and "://" in text else f"//{text.lstrip('/')}")
        host = _host_key(parts.hostname or "")
        port = parts.port
    except ValueError:
        return Typed(key_of(text))
    path = [unquote(part) for part in parts.path.split("/") if part]
    if host in HOSTS:
        named = _named(host, path, parts.query)
        if host.startswith("web.") and parts.fragment:
            named = parts.fragment
        if host == "matrix.to":  # matrix.to/#/%23room:server/$event?via=server
            named = unquote(parts.fragment.lstrip("/").split("/")[0].split("?")[0])
        return Typed(_account_key(named) if named else host, HOSTS[host])
    where = f"{host}:{port}" if port and port not in {80, 443} else host
    if path and path[0].startswith("@") and len(path[0]) > 1:
        account = key_of(path[0])
        return Typed(account if "@" in account else f"{account}@{where}", "mastodon", account)
    key = "/".join([where, *path]).translate(_UPPER)
    return Typed(key, account=_account_key(path[-1]) if path else "", is_site=True)


def _named(host: str, path: list[str], query: str) -> str:
    """The account that an address on a known platform names; "" where it names only a post, or nothing."""
    platform = HOSTS[host]
    if platform == "facebook" and path and path[0].endswith(".php") and "id" in parse_qs(query):
        return parse_qs(query)["id"][0]
    if host in SHORTENED or (path and path[0].lower() in NAMELESS.get(platform, ())):
        return ""
    prefixes = PREFIXES | PREFIXES_OF.get(platform, frozenset())
    return next((part for part in path if part.lower() not in prefixes), "")


def _host_key(host: str) -> str:
    host = host.rstrip(".").translate(_UPPER)
    if "xn--" in host:
        try:
            host = host.encode("ascii").decode("idna")
        except UnicodeError:
            return host
    return host.removeprefix("www.")


def _account_key(text: str) -> str:
    key = key_of(text)
    # Handles without a dot are ASCII on every platform here: a Persian digit comes from the keyboard, not from a name.
    return key if "." in key else key.translate(_DIGITS)


def _own_case(typed: str, key: str) -> str:
    """The handle in the case that was typed, where it can be found there."""
    at = typed.translate(_UPPER).find(key)
    return typed[at : at + len(key)] if at >= 0 and key else key


def link_of(platform: str, handle: str) -> str:
    """The address that people open for an account; "" where the handle alone does not say it."""
    if platform == "youtube":
        # A channel's own number, of which there is one to each channel, or the name that it took.
        return f"https://www.youtube.com/{f'channel/{handle}' if _CHANNEL_NUMBER.fullmatch(handle) else f'@{handle}'}"
    if platform in ACCOUNTS:
        return f"https://{ACCOUNTS[platform]}{handle}"
    if platform == "matrix":
        return f"https://matrix.to/#/{quote(handle, safe=':!')}"
    if platform == "mastodon" and "@" in handle:
        name, server = handle.split("@", 1)
        return f"https://{server}/@{name}"
    return f"https://{handle}" if platform == "wordpress" else ""


def leads_elsewhere(link: str, platform: str, handle: str) -> bool:
    """Whether a link names another account than `handle`, or another platform."""
    read = read_typed(link)
    if platform == "email":
        return False
    if read.is_site:
        return platform == "wordpress" and not is_within(read.key, key_of(handle))
    return read.key != key_of(handle) or read.platform not in {"", platform}
