"""How long a text is in each platform's own unit; what a limit is stands in the platform's profile.

Units read 2026-11-22: Telegram counts UTF-16 code units; X weighs NFC text (twitter-text configuration 3), an address
23, an emoji 2; Bluesky counts grapheme clusters and UTF-8 bytes; Mastodon counts grapheme clusters, an address with a
scheme as 23 and a mention without its server. Threads (read 2026-11-26) counts characters, and an emoji as its UTF-8 bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import regex

from ravi.text.composition import composed
from ravi.text.emoji import EMOJI
from ravi.text.links import LATIN, Link, links_on_mastodon, links_on_x

ADDRESS_LENGTH = 23
GRAPHEME = regex.compile(r"\X")
# \X looks back over all letters of a row of flags at each of them; a pair counts as any one character does (UAX 29, GB12).
FLAG = regex.compile(r"[\U0001F1E6-\U0001F1FF]{2}")
# Code points that weigh 1 on X; all others weigh 2.
LIGHT = regex.compile(r"[\x00-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
MENTION = regex.compile(
    r"(?<![=/\w])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*+)(?:@\w+(?:[.-]+\w+)*+)?", regex.IGNORECASE | regex.VERSION1
)
NO_MENTION_BEFORE = regex.compile(rf"[@＠{LATIN}]|://")


@dataclass(frozen=True)
class Lengths:
    telegram_utf16: int
    x_weighted: int
    bluesky_graphemes: int
    mastodon_chars: int
    utf8_bytes: int


def measure(text: str) -> Lengths:
    return Lengths(**{unit: count(text) for unit, count in UNITS.items()})


def telegram_utf16(text: str) -> int:
    return len(text) + sum(1 for character in text if character > "\uffff")


def utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def bluesky_graphemes(text: str) -> int:
    return sum(1 for _ in GRAPHEME.finditer(FLAG.sub("x", text)))


def threads_chars(text: str) -> int:
    """Code points, of which there are never fewer than characters of another kind; an emoji's bytes instead of its own."""
    return len(text) + sum(utf8_bytes(emoji.group()) - len(emoji.group()) for emoji in EMOJI.finditer(text))


def mastodon_chars(text: str, *, address_length: int = ADDRESS_LENGTH) -> int:
    """`address_length` is the server's own `characters_reserved_per_url`."""
    parts: list[str] = []
    done = 0
    for start, end, instead in sorted(_mastodon_entities(text, address_length)):
        if start >= done:
            parts += [text[done:start], instead]
            done = end
    return bluesky_graphemes("".join([*parts, text[done:]]))


def _mastodon_entities(text: str, address_length: int) -> list[tuple[int, int, str]]:
    entities = [(link.start, link.end, "x" * address_length) for link in links_on_mastodon(text)]
    for mention in MENTION.finditer(text):
        if not NO_MENTION_BEFORE.match(text, mention.end()):
            entities.append((mention.start(), mention.end(), "@" + mention.group(1)))
    return entities


def x_weighted(text: str) -> int:
    text = composed(text)
    weight = 0
    done = 0
    for link in links_on_x(text):
        weight += _weight(text, done, link) + ADDRESS_LENGTH
        done = link.end
    return weight + _weight(text, done, Link(len(text), len(text)))


def _weight(text: str, start: int, before: Link) -> int:
    weight = 0
    for emoji in EMOJI.finditer(text, start, before.start):
        weight += _plain_weight(text[start : emoji.start()]) + 2
        start = emoji.end()
    return weight + _plain_weight(text[start : before.start])


def _plain_weight(text: str) -> int:
    return 2 * len(text) - sum(1 for _ in LIGHT.finditer(text))


UNITS: dict[str, Callable[[str], int]] = {
    "telegram_utf16": telegram_utf16,
    "x_weighted": x_weighted,
    "bluesky_graphemes": bluesky_graphemes,
    "mastodon_chars": mastodon_chars,
    "utf8_bytes": utf8_bytes,
}
