"""Years of old copies cost a page nothing: no question reads a table of copies or of evidence from end to end."""

from datetime import UTC, datetime, timedelta

import pytest

from ravi.cli.board.archive import Archive, Size
from ravi.cli.board.city import found_city, pages
from ravi.cli.board.engine import questions
from ravi.cli.board.visit import months_read, scanned, visit

ROWS, MONTHS = 20_160, 24
BIG = ("delivery_delivery", "delivery_ledger", "delivery_attempt", "publishing_copy", "publishing_approval")
MOST = 12  # questions of one page, see test_questions.py
# A copy of yesterday may have lived in two months; a day more on either side, because machines' clocks differ.
MOST_MONTHS = 3


@pytest.fixture
def archive(fresh_database):
    city = found_city(units=12, others=3)
    made = Archive(
        fresh_database.admin,
        city.institutions,
        city.editor.pk,
        city.head.pk,
        Size(ROWS, MONTHS, 2_000, 20),
        lambda _line: None,
    )
    made.make()
    yield made, city
    made.connection.close()


def test_old_copies_are_not_read(archive, fresh_database):
    made, city = archive
    visited = visit(city.editor, pages(city.editor, made.size.posts), warm=0, runs=1)
    asked = {f"{page.address} {number}": one for page in visited for number, one in enumerate(page.questions)}
    asked |= questions(fresh_database.engine, datetime.now(UTC) + timedelta(seconds=5))
    found = {name: lines for name, one in asked.items() if (lines := scanned(one.plan, BIG))}
    assert found == {}, [name + lines[0] for name, lines in found.items()]
    assert {page.address: len(page.questions) for page in visited if len(page.questions) > MOST} == {}
    read = {name: months_read(one.plan) for name, one in asked.items() if name != "chain: first look"}
    assert {name: months for name, months in read.items() if months > MOST_MONTHS} == {}
    # Years of old trouble are not read to find what nobody was told of.
    troubles = [one.plan for one in asked.values() if any("trouble_at >=" in line for line in one.plan)]
    assert troubles and all(any("Index Cond" in line and "trouble_at >=" in line for line in plan) for plan in troubles)
    # An institution that has sent nothing for long must not be looked for through the lines of all others.
    steps = [line for line in asked["chain: every look"].plan if "Index Cond" in line]
    assert steps and all("institution_id" in line for line in steps), steps
    lives = [months for name, months in read.items() if name.startswith("/deliveries/") and months]
    assert lives and read["chain: every look"] >= 1  # the evidence was asked for at all
