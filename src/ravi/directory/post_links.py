"""Says whether a pasted address is that of a post on our own channel, as far as the address shows it. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from ravi.directory.handles import HOSTS, PREFIXES, PREFIXES_OF, SHORTENED, is_within, key_of, read_typed
from ravi.directory.resemblance import resembles

# What names a post behind a question mark; all else there (igsh, si, s, utm_source) says how somebody came by the address.
_NAMES_A_POST = frozenset({"v", "p", "page_id", "story_fbid", "fbid"})


class Fault(StrEnum):
    """What is wrong with a pasted address."""

    NO_ADDRESS = "no_address"
    OTHER_PLATFORM = "other_platform"
    OTHER_CHANNEL = "other_channel"
    LOOKALIKE = "lookalike"
    NO_POST = "no_post"


@dataclass(frozen=True)
class Found:
    """The fault, and the platform or the account that the address names."""

    fault: Fault
    what: str = ""


def fault_of(link: str, platform: str, handle: str) -> Found | None:
    """What speaks against `link` as a post of `handle` on `platform`; None where nothing does."""
    if not link.startswith(("https://", "http://")) or any(letter.isspace() for letter in link):
        return Found(Fault.NO_ADDRESS)
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return Found(Fault.NO_ADDRESS)
    if "." not in host:
        return Found(Fault.NO_ADDRESS)
    known = HOSTS.get(host)
    if known is not None and known != platform:
        return Found(Fault.OTHER_PLATFORM, known)
    if known is None:
        return _on_a_site(link, parts, host, platform, handle)
    return _on_a_platform(link, parts, host, handle)


def is_same_post(one: str, other: str) -> bool:
    """Whether two addresses lead to one post, however somebody came by them."""
    return _bare(one) == _bare(other)


def _bare(link: str) -> tuple[str, str, str, str]:
    try:
        parts = urlsplit(link)
    except ValueError:
        return link, "", "", ""
    host = (parts.hostname or "").removeprefix("www.")
    return host, parts.path.rstrip("/"), _asked(parts), parts.fragment


def _asked(parts: SplitResult) -> str:
    """What behind the question mark names a post."""
    return urlencode(sorted((name, value) for name, value in parse_qsl(parts.query) if name in _NAMES_A_POST))


def _on_a_platform(link: str, parts: SplitResult, host: str, handle: str) -> Found | None:
    account = read_typed(link).key
    path = [part for part in parts.path.split("/") if part]
    if HOSTS[host] == "matrix":
        return _in_a_room(account, parts, key_of(handle))
    if account == host:  # it names a post, and nobody's account: instagram.com/p/CODE
        is_post = bool(_asked(parts)) or len(path) > 1 or (host in SHORTENED and len(path) == 1)
        return None if is_post else Found(Fault.NO_POST)
    if fault := _other(account, key_of(handle)):
        return fault
    prefixes = PREFIXES | PREFIXES_OF.get(HOSTS[host], frozenset())
    named = [part for part in path if part.lower() not in prefixes]
    return None if len(named) > 1 or _asked(parts) or parts.fragment else Found(Fault.NO_POST)


def _in_a_room(account: str, parts: SplitResult, room: str) -> Found | None:
    """A room by its name or by its number, which does not say what name leads to it; its messages stand after a slash."""
    named = [part for part in parts.fragment.split("?")[0].split("/") if part]
    if not named:
        return Found(Fault.NO_POST)
    if not (account.startswith("!") and room.startswith("#")) and (fault := _other(account, room)):
        return fault
    return None if len(named) > 1 else Found(Fault.NO_POST)


def _on_a_site(link: str, parts: SplitResult, host: str, platform: str, handle: str) -> Found | None:
    """A server of one's own: a website, or a Mastodon server."""
    read = read_typed(link)
    if platform == "mastodon":
        if fault := _other(read.key, key_of(handle)):
            return fault
        return None if len([part for part in parts.path.split("/") if part]) > 1 else Found(Fault.NO_POST)
    if platform == "wordpress":
        if not is_within(read.key, key_of(handle)):
            return Found(Fault.OTHER_CHANNEL, host)
        return None if read.key != key_of(handle) or _asked(parts) else Found(Fault.NO_POST)
    # Every platform whose hosts are known has its posts there; of the others the address says nothing.
    return Found(Fault.OTHER_PLATFORM, host) if platform in HOSTS.values() else None


def _other(account: str, ours: str) -> Found | None:
    if account == ours:
        return None
    return Found(Fault.LOOKALIKE if resembles(account, ours) else Fault.OTHER_CHANNEL, account)
