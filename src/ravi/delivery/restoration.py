"""What becomes of the ledger when a backup comes back: it starts stopped, and nothing goes out twice by itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from ravi.accounts.queries import institution_ids
from ravi.core import audit
from ravi.core.canonical import JSON, sha256
from ravi.core.tenancy import tenant
from ravi.delivery.rules import Scope
from ravi.delivery.store import desk, restored


@dataclass(frozen=True)
class Restored:
    """How many copies wait for somebody: `unknown` may have gone out since the backup, `held` are later or were held."""

    unknown: int
    held: int


@transaction.atomic
def start_stopped(*, backup_at: datetime, reason: str, now: datetime) -> Restored:
    """A stop of scope `all` over every institution, removals too, and every copy out of its line.

    As the owner, before any engine may connect. Nobody stands as the stopper, so that one person may end the stop.
    """
    unknown = held = 0
    with connection.cursor() as cursor:
        restored.forget_engines(cursor)
    institutions = institution_ids()
    for number in institutions:
        with tenant(number), connection.cursor() as cursor:
            audit.hold(number)
            found = restored.settle_again(cursor, number, now=now)
            if number == institutions[0]:
                _stop(cursor, number, reason, now)
            _record(number, found, backup_at)
            unknown += len(found["unknown"])
            held += len(found["held"])
    return Restored(unknown, held)


def _stop(cursor: desk.Cursor, institution_id: int, reason: str, now: datetime) -> None:
    desk.stop(cursor, Scope.ALL.value, "", institution_id, reason=reason[:300], removals_too=True, by=None, now=now)


def _record(institution_id: int, found: dict[str, list[int]], backup_at: datetime) -> None:
    facts: dict[str, JSON] = {
        "backup": backup_at.isoformat(timespec="seconds"),
        "unknown": len(found["unknown"]),
        "held": len(found["held"]),
        "all": sha256([*found["unknown"], *found["held"]]),
    }
    subject = ("accounts.institution", institution_id)
    audit.record("delivery.restore", by=None, subject=subject, institution_id=institution_id, facts=facts)
