"""Whose rows a transaction sees: row-level security asks the setting that stands here.

Without a tenant every tenant table is empty; that is the second wall behind `visible_to`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_MARK = "_ravi_institution_id"


@contextmanager
def tenant(institution_id: int) -> Iterator[None]:
    """A transaction that sees one institution's rows; leaving it gives the outer tenant back.

    Inside the same tenant it asks the database nothing and opens no savepoint.
    """
    outer = current_institution_id()
    if outer == institution_id:
        yield
        return
    with transaction.atomic():
        is_nested = len(connection.savepoint_ids) > 0
        _set(str(institution_id))
        setattr(connection, _MARK, institution_id)
        try:
            yield
            # After an exception the rolled-back savepoint has restored it; with the transaction itself it ends anyway.
            if is_nested:
                _set("" if outer is None else str(outer))
        finally:
            setattr(connection, _MARK, outer)


def current_institution_id() -> int | None:
    """The institution of this transaction, or None."""
    return getattr(connection, _MARK, None) if connection.in_atomic_block else None


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('ravi.institution', %s, true)", [value])
