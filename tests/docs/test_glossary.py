"""The glossary's Persian is the interface's Persian."""

import re

from babel.messages.pofile import read_po
from django.utils import translation

from ravi.core.beads import BEADS
from ravi.platforms import registry
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "glossary" / "terms.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<english>[^|]+) \| (?P<persian>[^|]+) \| (?P<rest>[^|]+) \|$", re.MULTILINE)
PERSIAN = re.compile(r"[\u0600-\u06ff\u200c]+(?: [\u0600-\u06ff\u200c]+)*")


def interface() -> str:
    """Every Persian sentence of the interface, in one text."""
    said = [registry.profile(kind, name).name_fa for kind in registry.kinds() for name in registry.platforms(kind)]
    for path in sorted((ROOT / "src" / "ravi").glob("*/locale/fa/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fa"):
                said += [message.string] if isinstance(message.string, str) else message.string
    return "\n".join(said)


def test_every_persian_word_of_the_glossary_stands_in_the_interface() -> None:
    said = interface()
    rows = [row for row in ROW.finditer(PAGE) if row["english"] != "English" and not row["english"].startswith("-")]
    assert len(rows) > 25
    words = {word for row in rows for part in (row["persian"], row["rest"]) for word in PERSIAN.findall(part)}
    words = {word for whole in words for word in whole.split("،")}
    assert sorted(word.strip() for word in words if word.strip() and word.strip() not in said) == []


def test_every_thing_that_the_network_made_has_its_row() -> None:
    rows = {row["english"].partition(" (")[0].strip() for row in ROW.finditer(PAGE)}
    new = "uptake, reminder, correction, withdrawal, standing approval, template, pause, short address, webhook, translation"
    assert {*new.split(", "), "review", "one yes for all", "merging units", "week"} - rows == set()


def test_states_are_called_what_the_beads_say() -> None:
    told = PAGE.partition("States of a copy:")[2]
    with translation.override("fa"):
        lacking = {state: str(bead.word) for state, bead in BEADS.items() if state != "corrected"}
    assert {state: word for state, word in lacking.items() if word not in told or state not in told} == {}
