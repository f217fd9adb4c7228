"""Opens the pages as a person does, under the web's role and walls, and takes the time and the plan of each question."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

from ravi.accounts.models import Person
from ravi.core.tenancy import tenant

# The frame of every request: a transaction, the tenant's setting, the session.
FRAME = ("savepoint", "set_config", "accounts_session", "current_setting")
PARTED = ("delivery_ledger", "delivery_attempt")


@dataclass(slots=True)
class Question:
    """One statement of one page, with each time it took in milliseconds, and its plan."""

    statement: str
    values: Any
    ms: list[float] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        return median(self.ms)


@dataclass(slots=True)
class Page:
    """One address: the whole answer's time in milliseconds, and its questions in order."""

    name: str
    address: str
    ms: list[float] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        """The highest of the questions' medians."""
        return max((one.median for one in self.questions), default=0.0)


@contextmanager
def taken() -> Iterator[list[tuple[str, Any, float]]]:
    """Every statement inside the block that is no frame: words, values, milliseconds."""
    found: list[tuple[str, Any, float]] = []

    def watch(execute: Callable[..., Any], statement: str, values: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(statement, values, many, context)
        finally:
            if not any(word in statement.lower() for word in FRAME):
                found.append((statement, values, (time.perf_counter() - began) * 1000))

    with connection.execute_wrapper(watch):
        yield found


def visit(person: Person, pages: Sequence[tuple[str, str]], *, warm: int = 2, runs: int = 5) -> list[Page]:
    """Each page `runs` times after `warm` visits that do not count. Raises LookupError for a page that is not there."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return [_visit(client, person, Page(name, address), warm, runs) for name, address in pages]


def _visit(client: Client, person: Person, page: Page, warm: int, runs: int) -> Page:
    for number in range(warm + runs):
        began = time.perf_counter()
        with taken() as found:
            answer = client.get(page.address)
        if answer.status_code != 200:
            raise LookupError(f"{page.address} answers {answer.status_code}.")
        if number < warm:
            continue
        page.ms.append((time.perf_counter() - began) * 1000)
        if len(page.questions) != len(found):
            page.questions = [Question(statement, values) for statement, values, _ms in found]
        for question, (_statement, _values, ms) in zip(page.questions, found, strict=True):
            question.ms.append(ms)
    with tenant(person.institution_id):
        for question in page.questions:
            question.plan = explained(question.statement, question.values)
    return page


def explained(statement: str, values: Any) -> list[str]:
    """EXPLAIN (ANALYZE, BUFFERS) of it, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, buffers) {statement}", values)
        return [row[0] for row in cursor.fetchall()]


def scanned(plan: Sequence[str], tables: Sequence[str]) -> list[str]:
    """Lines that read one of the tables from its first row to its last."""
    return [line for line in plan if "Seq Scan on" in line and any(f" {table}" in line for table in tables)]


def months_read(plan: Sequence[str]) -> int:
    """How many partitions one question looked into, of the table of which it looked into most."""
    read = [line for line in plan if "never executed" not in line and "Scan" in line]
    return max(sum(f" on {table}_2" in line or f" using {table}_2" in line for line in read) for table in PARTED)
