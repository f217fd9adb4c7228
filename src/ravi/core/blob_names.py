"""Which columns name bytes of core.blob: every room says it in its `retention.py`, and bytes go when nothing names them.

The one place that decides whether bytes may go: the same bytes may be somebody else's too.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

from ravi.core.models import Blob


@dataclass(frozen=True)
class Name:
    """A column with a SHA-256 of core.blob. Rows `t` for which the SQL `unless` is true name bytes that were erased."""

    table: str
    column: str
    unless: str = ""

    @property
    def sql(self) -> str:
        but = f" and not ({self.unless})" if self.unless else ""
        return (
            f'select 1 from "{self.table}" t where t.institution_id = b.institution_id'  # noqa: S608 -- the code's own names
            f' and t."{self.column}" = b.sha256{but}'
        )


@dataclass(frozen=True)
class Told:
    """A column with a text in which the name of bytes may stand: it keeps them from being forgotten, not from erasure."""

    table: str
    column: str

    @property
    def sql(self) -> str:
        return (
            f'select 1 from "{self.table}" t where t.institution_id = b.institution_id'  # noqa: S608 -- the code's own names
            f' and position(b.sha256 in t."{self.column}") > 0'
        )


NAMES: dict[tuple[str, str], Name | Told] = {}


def names_bytes(table: str, *columns: str, unless: str = "") -> None:
    """These columns name bytes, which stay as long as the row does, or until `unless` holds of it."""
    NAMES.update({(table, column): Name(table, column, unless) for column in columns})


def tells_of_bytes(table: str, column: str) -> None:
    """A frozen text in which bytes are named: what was approved and sent stays to be seen until it is erased."""
    NAMES[table, column] = Told(table, column)


def hold(institution_id: int, hashes: Collection[str]) -> list[int]:
    """Ids of these bytes; until this transaction ends nobody brings or removes them. Before the audit chain is held."""
    named = Blob.objects.filter(institution_id=institution_id, sha256__in=hashes)
    return list(named.order_by("sha256").select_for_update().values_list("pk", flat=True))


def let_go(institution_id: int, hashes: Collection[str]) -> int:
    """Remove those of these bytes that no row names any more; how many went. The others are somebody else's too.

    Whoever keeps the same bytes in this moment has named them before this can hold them, or keeps them anew afterwards.
    """
    gone = _unnamed(hold(institution_id, hashes), (name for name in _names() if isinstance(name, Name)))
    return Blob.objects.filter(pk__in=gone).delete()[0]


def forgotten(before: datetime) -> QuerySet[Blob]:
    """Bytes in sight that were brought before that moment and that nothing names: an upload whose form failed."""
    old = Blob.objects.filter(stored_at__lt=before)
    names = _names()
    few = _unnamed(old.values_list("pk", flat=True), (name for name in names if isinstance(name, Name)))
    held = list(old.filter(pk__in=few).order_by("sha256").select_for_update().values_list("pk", flat=True))
    return Blob.objects.filter(pk__in=_unnamed(held, names))


def _names() -> list[Name | Told]:
    autodiscover_modules("retention")
    return list(NAMES.values())


def _unnamed(ids: Iterable[int], names: Iterable[Name | Told]) -> list[int]:
    asked = list(ids)
    if not asked:
        return []
    nobody = "".join(f" and not exists ({name.sql})" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"select b.id from core_blob b where b.id = any(%s){nobody}", [asked])  # noqa: S608 -- the code's own names
        return [row[0] for row in cursor.fetchall()]
