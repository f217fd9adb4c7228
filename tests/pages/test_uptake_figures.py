"""The figures of docs/performance-board.md for the uptake board, whole in the full run: it says them and judges no time."""

import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.models import Offer
from ravi.network.rules import Aim, TargetKind
from tests.pages.conftest import Newsroom
from tests.pages.test_board import asked
from tests.pages.test_uptake import all_take, many_units

pytestmark = pytest.mark.django_db
UNITS = [60, 600] if os.environ.get("RAVI_TEST_FULL") else [6]


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came of it."""
    began = time.perf_counter()
    found = act()
    return (time.perf_counter() - began) * 1000, found


@pytest.mark.parametrize("units", UNITS)
def test_figures(newsroom: Newsroom, units: int) -> None:
    many_units(newsroom, units)
    top = newsroom.headquarters
    fields = MessageFields(topic="organisation", kind="notice", aims=(Aim(TargetKind.TREE, top.pk),))
    words = VersionFields(title="تعطیلی شنبه", text="شنبه تعطیل است.")
    message = services.draft_message(top, fields, words, by=newsroom.editor)
    version = message.versions.get()
    offer_ms, _issued = timed(lambda: services.issue_version(version, expected_revision=1, by=newsroom.editor))
    officer, editor = newsroom.browse(newsroom.officer), newsroom.browse(newsroom.editor)
    offer = Offer.objects.get(message=message, unit=newsroom.hospital)
    inbox_ms, inbox = timed(lambda: officer.get("/network/offers/"))
    assert f"/network/offers/{offer.pk}/" in inbox.content.decode()
    message.refresh_from_db()
    all_take(newsroom, message)
    address = f"/network/{message.pk}/uptake/"
    questions = len(asked(editor, address))
    board_ms = [timed(lambda: editor.get(address))[0] for _visit in range(7)]
    csv_ms = [timed(lambda: editor.get(f"/network/{message.pk}/uptake.csv"))[0] for _visit in range(3)]
    sys.stderr.write(
        f"\n{units} units: offered in {offer_ms:.0f} ms, inbox {inbox_ms:.0f} ms; board {questions} questions, "
        f"median {median(board_ms):.0f} ms (best {min(board_ms):.0f}); table {median(csv_ms):.0f} ms\n"
    )
