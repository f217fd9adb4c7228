"""Waits until every copy is settled and says what became of each, for people or as one JSON object per copy."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person
from ravi.cli.publication import Ordered
from ravi.core import calendar
from ravi.core.beads import BEADS
from ravi.core.tenancy import tenant
from ravi.delivery.pages import sentences
from ravi.delivery.queries import CopyLine, board
from ravi.delivery.rules import SETTLED
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.publishing.queries import Preview

_POLL_S = 0.4
_PATIENCE_S = 90.0


class RaviAway(Exception):
    """The database did not answer for a long time; the copies stand in the ledger and go on when Ravi does."""


def settled_lines(ordered: Ordered, person: Person, *, is_running: Callable[[], bool]) -> list[CopyLine]:
    """The copies once all of them are settled; at once when they are scheduled for later. Raises RaviAway."""
    shown = -1
    while True:
        lines = _read(ordered, person, is_running)
        done = sum(line.state in SETTLED for line in lines)
        if sys.stderr.isatty() and done != shown:
            said = {"done": calendar.number(done), "all": calendar.number(len(lines))}
            print(_("%(done)s of %(all)s copies") % said, file=sys.stderr, end="\r", flush=True)
        shown = done
        if ordered.is_future or done == len(lines):
            return lines
        time.sleep(_POLL_S)


def copy_object(line: CopyLine, channel: Channel) -> dict[str, Any]:
    """What `--json` says of one copy."""
    return {
        "delivery": line.delivery_id,
        "channel": channel.handle,
        "platform": channel.platform,
        "state": str(line.state),
        "link": line.link,
        "error": ": ".join(part for part in (line.code, line.detail) if part),
        "unit": channel.unit.name,
        "by_hand": line.by_hand,
    }


def sentences_of(lines: Sequence[CopyLine]) -> dict[int, str]:
    """What became of each copy, in the words of the board."""
    return {line.delivery_id: sentences.of_line(line, platform_name(line.platform)) for line in lines}


def blocked_object(preview: Preview) -> dict[str, Any]:
    """What `--json` says of a copy that cannot go: its sentences, and the count and limit of each problem."""
    return {
        "delivery": None,
        "channel": preview.channel.handle,
        "platform": preview.channel.platform,
        "state": "blocked",
        "link": "",
        "error": " ".join(preview.sentences),
        "unit": preview.channel.unit.name,
        "problems": preview.problems,
    }


def place(found: Mapping[str, Any]) -> str:
    """A copy's channel for people."""
    return f"{platform_name(found['platform'])} {found['channel']} ({found['unit']})"


def print_json(objects: Sequence[Mapping[str, Any]]) -> None:
    """One object per line, Persian as it is."""
    for found in objects:
        print(json.dumps(found, ensure_ascii=False))


def print_report(objects: Sequence[Mapping[str, Any]], said: Mapping[int, str], where: str) -> None:
    """A line per state, a sentence per copy that is not simply sent, and the page where all of it stands."""
    counts = Counter(_word(found) for found in objects)
    for state, count in counts.most_common():
        text = ngettext("%(n)s copy: %(state)s", "%(n)s copies: %(state)s", count)
        print(text % {"n": calendar.number(count), "state": state})
    for found in objects:
        if found["state"] not in ("sent", "pending"):
            print(f"  {place(found)}: {said[found['delivery']]}")
    print(where)


def _word(found: Mapping[str, Any]) -> str:
    """The state, and whether it is a person's hand."""
    by_hand = {"sent": "sent_by_hand", "held": "by_hand"}.get(found["state"]) if found.get("by_hand") else None
    return str(BEADS[by_hand or found["state"]].word)


def _read(ordered: Ordered, person: Person, is_running: Callable[[], bool]) -> list[CopyLine]:
    deadline = time.monotonic() + _PATIENCE_S
    wanted = set(ordered.delivery_ids)
    while True:
        try:
            with tenant(person.institution_id):
                return [line for line in board([ordered.post_id])[ordered.post_id] if line.delivery_id in wanted]
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if time.monotonic() > deadline or not is_running():
                raise RaviAway(
                    _("Ravi does not answer. The copies stand in its ledger and go on when it runs again.")
                ) from error
            time.sleep(_POLL_S)
