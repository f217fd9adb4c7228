"""Whose rows a transaction sees: row-level security asks the setting that stands here.

Without a tenant every tenant table is empty; that is the second wall behind `visible_to`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def tenant(institution_id: int) -> Iterator[None]:
    """A transaction that sees one institution's rows; leaving it gives the outer tenant back."""
    with transaction.atomic():
        before = _current()
        _set(str(institution_id))
        yield
        _set(before)  # after an exception the rolled-back savepoint has already restored it


def current_institution_id() -> int | None:
    """The institution of this transaction, or None."""
    value = _current()
    return int(value) if value else None


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('ravi.institution', true), '')")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('ravi.institution', %s, true)", [value])
