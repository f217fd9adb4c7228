"""Direction and hidden characters: keeps phones and Latin runs readable in Persian text, and shows what hides."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from ravi.text.emoji import EMOJI

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
# A phone, a range, a handle or an address: what turns around between Persian words.
RUN = regex.compile(
    r"(?<![\p{L}\p{N}\u200e\u2066-\u2068@#/.+\-])"
    r"(?:[a-zA-Z][a-zA-Z0-9+.\-]*+://[^\s<>\"«»،؛؟()\u2066-\u2069]++|[@#][a-zA-Z0-9_.]*[a-zA-Z0-9_]"
    r"|\+?\(?\p{Nd}++\)?(?:[ \-()]{1,2}+\p{Nd}++)++|\+\p{Nd}++"
    r"|[a-zA-Z0-9._%+\-]{1,64}@[a-zA-Z0-9\-]++(?:\.[a-zA-Z0-9\-]++)++|[-−]\p{Nd}++(?:[.,٫٬]\p{Nd}++)*+)"
    r"(?![\p{L}\p{N}\u200e\u2069])"
)
ISOLATED = regex.compile(r"[\u2066-\u2068][^\u2066-\u2069\n]*+\u2069|\u200e[^\u200e\n]*+\u200e")
# An island of left-to-right letters and numbers, as `isolate` makes: nothing in it or around it turns.
ISLAND = regex.compile(
    r"[\u2066\u2068](?:[0-9\u0660-\u0669\u06f0-\u06f9]|[^\u2066-\u2069\u202a-\u202e\n\p{Arabic}\p{Hebrew}])*+\u2069"
)
HIDDEN = regex.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200d\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff\ud800-\udfff]"
)
INVISIBLE_NAME = regex.compile(r"[\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]++")
FORBIDDEN_IN_NAME = regex.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
MARK_STACK = regex.compile(r"\p{M}{5,}")
JOINED_LETTER = regex.compile(r"\p{Arabic}")


@dataclass(frozen=True)
class HiddenCharacter:
    """One character that a reader cannot see; `name` is Unicode's."""

    position: int
    code: str
    name: str


def isolate(text: str) -> str:
    """`text` as a left-to-right island, for plain text that goes to a platform. Costs 4 on X."""
    return f"{LRI}{text}{PDI}"


def isolate_runs(text: str) -> str:
    """Every phone, range of numbers, handle, e-mail and address in its own island; those already in one stay."""
    parts: list[str] = []
    done = 0
    for start, end in [*(found.span() for found in ISOLATED.finditer(text)), (len(text), len(text))]:
        parts += [_islands(text[done:start]), text[start:end]]
        done = end
    return "".join(parts)


def _islands(text: str) -> str:
    isolated: str = RUN.sub(lambda run: _island(run.group()), text)
    return isolated


def _island(run: str) -> str:
    """A bracket whose other half stands outside the run stays outside too: the two would turn in different ways."""
    lone = _lone_bracket(run)
    if lone is None:
        return isolate(run)
    return _islands(run[:lone]) + run[lone] + _islands(run[lone + 1 :])


def _lone_bracket(run: str) -> int | None:
    opened: list[int] = []
    for place, character in enumerate(run):
        if character == "(":
            opened.append(place)
        elif character == ")":
            if not opened:
                return place
            opened.pop()
    return opened[0] if opened else None


def hidden_characters(text: str) -> list[HiddenCharacter]:
    """What a reviewer should know is there: overrides, zero-width spaces, tags, lone selectors, strange isolates.

    Welcome are the parts of emoji and the two marks of an island of left-to-right text.
    """
    welcome = {place for island in ISLAND.finditer(text) for place in (island.start(), island.end() - 1)}
    return [found for found in _hidden(text) if found.position not in welcome]


def _hidden(text: str) -> Iterator[HiddenCharacter]:
    shown = ((emoji.start(), emoji.end()) for emoji in EMOJI.finditer(text))
    start, end = next(shown, (len(text), len(text)))
    for found in HIDDEN.finditer(text):
        place, character = found.start(), found.group()
        while end <= place and start < len(text):
            start, end = next(shown, (len(text), len(text)))
        if start <= place < end or (character == "\u200d" and _is_shaping(text, place)):
            continue
        yield HiddenCharacter(place, f"U+{ord(character):04X}", unicodedata.name(character, "CONTROL"))


def _is_shaping(text: str, place: int) -> bool:
    """A zero-width joiner beside a Persian letter shows that letter's joined form."""
    return JOINED_LETTER.search(text[max(place - 1, 0) : place + 2]) is not None


def visible_name_ok(name: str) -> bool:
    """Whether a name can be seen and says what it seems to: not empty to the eye, no override, no stack of marks."""
    return INVISIBLE_NAME.sub("", name) != "" and not FORBIDDEN_IN_NAME.search(name) and not MARK_STACK.search(name)
