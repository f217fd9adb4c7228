"""Keeps each room's Persian catalogue in step with its code, without the gettext programs.

    python tools/messages.py update  [ROOM ...]   read the code, add new strings to locale/fa/LC_MESSAGES/django.po
    python tools/messages.py compile [ROOM ...]   write django.mo beside each django.po
    python tools/messages.py check   [ROOM ...]   exit 1 when a string has no Persian, or a catalogue is out of step

The way of a string: write it in English (`_("Send")`, `{% translate "Send" %}`, `{% blocktranslate %}`), run
`update ROOM`, fill in the empty `msgstr`, run `compile ROOM`, commit `.po` and `.mo`. A string that left the code is
kept as a comment (`#~`) and comes back with its Persian when the string does. English has no catalogue: the message
ids are the English, and Django counts them the English way. Persian has one plural form: the noun stays as it is
after a number.
"""

import argparse
import gettext
import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "ravi"
WITHOUT_CATALOGUE = {"text", "platforms", "config"}  # say nothing to people
LANGUAGE = "fa"
PLURAL_FORMS = "nplurals=1; plural=0;"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml", ".svg"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sdirf]|\{(\w*)[^{}]*\}")
# The date stands in the catalogue's header; a fixed one keeps the files the same from run to run.
WRITTEN_ON = datetime(2026, 11, 22, tzinfo=UTC)

Key = tuple[str | None, str]


def rooms(names: Iterable[str] = ()) -> list[Path]:
    """The folders of the named rooms, or of all rooms that may hold a catalogue."""
    wanted = set(names)
    found = [p for p in sorted(SOURCE.iterdir()) if (p / "__init__.py").exists() and p.name not in WITHOUT_CATALOGUE]
    unknown = wanted - {p.name for p in found}
    if unknown:
        raise SystemExit(f"No such room: {', '.join(sorted(unknown))}")
    return [p for p in found if not wanted or p.name in wanted]


def catalogue_path(room: Path) -> Path:
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def strings_of(room: Path) -> Catalog:
    """Every translatable string in the room's code and templates."""
    catalogue = empty_catalogue()
    for path in sorted(room.rglob("*")):
        inner = path.relative_to(room).parts
        if not path.is_file() or {"tests", "locale", "migrations", "__pycache__"} & set(inner):
            continue
        for singular_or_pair, comments, context in strings_in(path):
            catalogue.add(
                singular_or_pair,
                locations=[(path.relative_to(SOURCE.parent).as_posix(), 1)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def strings_in(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    if path.suffix == ".py":
        source = path.read_text("utf-8")
    elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts:
        # The result is read as Python, where a line's indentation would mean something.
        source = "\n".join(line.lstrip() for line in templatize(path.read_text("utf-8")).split("\n"))
    else:
        return
    reader = io.BytesIO(source.encode("utf-8"))
    options = {"encoding": "utf-8"}
    for _line, message, comments, context in extract("python", reader, KEYWORDS, ["Translators:"], options):
        yield message, comments, context


def empty_catalogue() -> Catalog:
    catalogue = Catalog(project="Ravi", charset="utf-8", fuzzy=False, header_comment="# Ravi in Persian.")
    catalogue.locale = LANGUAGE
    catalogue._num_plurals, catalogue._plural_expr = 1, "0"  # Babel offers no public way to set them
    catalogue.creation_date = catalogue.revision_date = WRITTEN_ON
    return catalogue


def read_catalogue(path: Path) -> Catalog:
    if not path.exists():
        return empty_catalogue()
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def key_of(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def entries(catalogue: Catalog) -> dict[Key, Message]:
    return {key_of(message): message for message in catalogue if message.id}


def update(room: Path) -> None:
    found, path = strings_of(room), catalogue_path(room)
    if not entries(found) and not path.exists():
        return
    known = read_catalogue(path)
    translated = {key_of(m): m for m in known.obsolete.values()} | entries(known)
    for key, message in entries(found).items():
        old = translated.pop(key, None)
        if old is not None:
            message.string = fit_forms(message, old)
            message.flags |= old.flags & {"fuzzy"}
            message.user_comments = old.user_comments
    for old in translated.values():
        if old.string and any(old.string):
            found.obsolete[old.id if isinstance(old.id, str) else old.id[0]] = old
    write_catalogue(found, path)
    missing = sum(1 for m in entries(found).values() if not is_filled(m))
    sys.stdout.write(f"{room.name}: {len(entries(found))} strings, {missing} without Persian\n")


def fit_forms(message: Message, old: Message) -> str | tuple[str, ...]:
    """A string that gained or lost its plural keeps its Persian."""
    first = old.string if isinstance(old.string, str) else (old.string[0] if old.string else "")
    return first if isinstance(message.id, str) else (first,)


def write_catalogue(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, include_lineno=False, sort_output=True)
    path.write_bytes(buffer.getvalue())


def compile_room(room: Path) -> None:
    path = catalogue_path(room)
    if path.exists():
        path.with_suffix(".mo").write_bytes(compiled(path))


def compiled(path: Path) -> bytes:
    catalogue = read_catalogue(path)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def is_filled(message: Message) -> bool:
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(forms) and all(form.strip() for form in forms)


def check(room: Path) -> list[str]:
    """What is wrong with the room's catalogue, one sentence each."""
    found, path = entries(strings_of(room)), catalogue_path(room)
    if not found and not path.exists():
        return []
    known = entries(read_catalogue(path))
    problems = [f"no entry for {key[1]!r}: run update" for key in found.keys() - known.keys()]
    problems += [f"{key[1]!r} is no longer in the code: run update" for key in known.keys() - found.keys()]
    for key, message in known.items():
        problems += [f"{key[1]!r} {what}" for what in problems_of(message)]
    if not path.with_suffix(".mo").exists() or tables(path.with_suffix(".mo").read_bytes()) != tables(compiled(path)):
        problems.append("django.mo differs from django.po: run compile")
    return [f"{room.name}: {problem}" for problem in sorted(problems)]


def problems_of(message: Message) -> list[str]:
    if not is_filled(message):
        return ["has no Persian"]
    if message.fuzzy:
        return ["is marked fuzzy: read it again"]
    english = [message.id] if isinstance(message.id, str) else list(message.id)
    persian = [message.string] if isinstance(message.string, str) else list(message.string)
    wanted = placeholders(english[-1])
    # A form may leave out the number («یک پیام»), but never name something that the code does not give.
    if any(placeholders(form) - wanted for form in persian) or placeholders(persian[-1]) != wanted:
        return [f"has other placeholders in Persian: {sorted(placeholders(persian[-1]))}, not {sorted(wanted)}"]
    return []


def placeholders(text: str) -> frozenset[str]:
    return frozenset(match.group() for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def tables(mo: bytes) -> dict[object, str]:
    """The strings of a compiled catalogue without its header, which names Babel's version."""
    table: dict[object, str] = dict(vars(gettext.GNUTranslations(io.BytesIO(mo)))["_catalog"])
    table.pop("", None)
    return table


def clashes(folders: Iterable[Path]) -> list[str]:
    """Django merges all rooms into one table: the same English must be the same Persian everywhere."""
    seen: dict[Key, tuple[str, object]] = {}
    problems = []
    for room in folders:
        for key, message in entries(read_catalogue(catalogue_path(room))).items():
            words = (message.string,) if isinstance(message.string, str) else tuple(message.string)
            other = seen.setdefault(key, (room.name, words))
            if other[1] != words and is_filled(message):
                problems.append(f"{room.name}: {key[1]!r} has another Persian in {other[0]}")
    return problems


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["update", "compile", "check"])
    parser.add_argument("room", nargs="*")
    options = parser.parse_args(argv)
    folders = rooms(options.room)
    if options.action == "check":
        problems = [problem for room in folders for problem in check(room)] + clashes(folders)
        sys.stdout.writelines(f"{problem}\n" for problem in problems)
        return 1 if problems else 0
    for room in folders:
        (update if options.action == "update" else compile_room)(room)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
