"""Finds words that would name a reader: in the names of columns, and in the keys of whatever was stored of an answer.

Promise 1: numbers are counts. Our own people, channels and bots have names; whoever follows, reacts or answers has none here.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Whoever is not ours, in the words of platforms' APIs and of tables that keep them.
_READER = (
    r"follower|following|subscriber|commenter|commentator|reader|viewer|visitor|liker|reactor|voter|member|fan|"
    r"audience|favou?rited_by|reblogged_by|liked_by|reposted_by|shared_by|viewed_by|reacted_by|replied_by|seen_by|from_user"
)
_WHO = r"ids?|names?|handles?|username|users?|accounts?|acct|dids?|uri|url|avatar|email|phone|list|profile"
NAMES_A_READER = re.compile(
    rf"(?:^|_)(?:{_READER})s?_(?:{_WHO})$"  # follower_id, commenter_name
    r"|^(?:favou?rited|reblogged|liked|reposted|shared|viewed|reacted|replied|seen)_by(?:_ids?)?$"
    r"|^(?:followers|subscribers|commenters|viewers|likers|members|reactors|visitors)$"  # a list where a count belongs
    r"|^(?:author|actor|sender|from|commenter|user|owner|profile)_?(?:handle|acct|did|screen_?name|full_?name|nick_?name)$"
    r"|^(?:from_user|screen_?name|full_?name|nick_?name|first_name|last_name|user_?name)$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def names_a_reader(name: str) -> bool:
    """Whether a column or a key of this name could hold who somebody is; `followers_count` could not."""
    return NAMES_A_READER.search(_CAMEL.sub("_", name).lower()) is not None


def keys_of(stored: str) -> Iterator[tuple[str, ...]]:
    """The paths of keys in all JSON that stands in a stored text, also where it was cut off in the middle."""
    decoder = json.JSONDecoder()
    at = 0
    while (start := _next(stored, at)) >= 0:
        try:
            value, at = decoder.raw_decode(stored, start)
        except ValueError:
            yield from ((key,) for key in re.findall(r'"([A-Za-z_]\w*)"\s*:', stored[start:]))
            return
        yield from _paths(value, ())


def identities_in(stored: Iterable[str], own: frozenset[tuple[str, ...]] = frozenset()) -> set[tuple[str, ...]]:
    """The key paths that name a reader, but for those that name us."""
    found = {path for text in stored for path in keys_of(text) if names_a_reader(path[-1])}
    return {path for path in found if path[-2:] not in own and path[-1:] not in own}


def _paths(value: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            # A list of people is none where it is a number: {"followers": 12} counts.
            if not isinstance(inner, int | float):
                yield (*above, str(key))
            yield from _paths(inner, (*above, str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, above)


def _next(text: str, at: int) -> int:
    found = [place for mark in "{[" if (place := text.find(mark, at)) >= 0]
    return min(found, default=-1)
