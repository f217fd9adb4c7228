"""How long rows stay: every room says it of each of its tables in `retention.py`, and one job of the night keeps it.

Personal text stands in rows that can go; the audit chain and the ledger hold ids and stay.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.module_loading import autodiscover_modules

from ravi.core.blob_names import forgotten

Rows = models.QuerySet[Any]


@dataclass(frozen=True)
class Keep:
    """One table's time. `old(before)` are the rows whose time began before that moment and is over with it.

    `days` None: the rows stay, and `why` says until when. `holds` names what is personal or large in them.
    """

    table: str
    holds: str
    why: str
    days: int | None = None
    old: Callable[[datetime], Rows] | None = None
    of_institution: bool = True


KEEPS: dict[str, Keep] = {}


def stays(table: str, holds: str, why: str) -> None:
    """Rows of this table are not removed by time."""
    KEEPS[table] = Keep(table, holds, why)


def goes(
    table: str, holds: str, why: str, *, days: int, old: Callable[[datetime], Rows], of_institution: bool = True
) -> None:
    """Rows of this table go `days` after what `old` counts from."""
    KEEPS[table] = Keep(table, holds, why, days, old, of_institution)


def keeps() -> list[Keep]:
    """What every room said, by table."""
    autodiscover_modules("retention")
    return [KEEPS[table] for table in sorted(KEEPS)]


def discard_old(now: datetime, *, of_institution: bool) -> dict[str, int]:
    """Table -> how many rows went: those of the institution in sight, or those that belong to none."""
    return dict(_discarded(now, of_institution))


def _discarded(now: datetime, of_institution: bool) -> Iterator[tuple[str, int]]:
    for keep in keeps():
        if keep.old is None or keep.days is None or keep.of_institution != of_institution:
            continue
        count, _each = keep.old(now - timedelta(days=keep.days)).delete()
        if count:
            yield keep.table, count


goes(
    "core_blob", "pictures", "goes with what names it; what nothing names, after a day", days=1, old=forgotten,
)  # fmt: skip
stays("core_audit_entry", "ids, hashes, states", "append-only: who did what, in a chain that verifies")
stays("core_pulse", "a machine's name", "a process that was not seen for a day is forgotten with the next one's pulse")
stays("procrastinate_jobs", "", "done jobs go at once, failed ones after three days (core.clear)")
for _table in ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers"):
    stays(_table, "", "goes with the line of jobs")
for _table in ("auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations"):
    stays(_table, "", "Django's own, nothing about people")
