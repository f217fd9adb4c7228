"""The institution's chain of who did what: appended, never changed, checkable by anyone with the rows.

Facts hold ids, hashes and states; personal text stays in rows that can be erased while the chain still verifies.
"""

import hashlib
import json
from collections.abc import Mapping

from django.db import connection, models
from django.utils.translation import gettext as _

from ravi.core import calendar, clock
from ravi.core.canonical import canonical_json
from ravi.core.models import AuditEntry

GENESIS = "0" * 64


def record(
    verb: str,
    *,
    by: models.Model | int | None,
    subject: models.Model | tuple[str, int],
    institution_id: int,
    facts: Mapping[str, object] | None = None,
) -> int:
    """Append one link and return its seq. `by` is a person or their id, None for Ravi itself.

    `facts` take what canonical JSON takes. Raises TypeError for anything else.
    """
    kind, key = subject if isinstance(subject, tuple) else (subject._meta.label_lower, subject.pk)
    body = canonical_json(
        {
            "at": clock.now().isoformat(timespec="microseconds"),
            "by": by.pk if isinstance(by, models.Model) else by,
            "facts": dict(facts or {}),
            "institution": institution_id,
            "subject": [kind, str(key)],
            "verb": verb,
        }
    ).decode()
    with connection.cursor() as cursor:
        cursor.execute("select core_audit_append(%s, %s)", [institution_id, body])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def hold(institution_id: int) -> None:
    """Until this transaction ends nobody else adds to the institution's chain: for what must be decided one by one."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(7261, %s::int)", [institution_id])


def entries(institution_id: int) -> models.QuerySet[AuditEntry]:
    """The links of the chain, in their order."""
    return AuditEntry.objects.filter(institution_id=institution_id).order_by("seq")


def verify(institution_id: int) -> list[str]:
    """What is wrong with the chain, as sentences; empty for a whole chain. Call it inside the institution's tenant."""
    problems: list[str] = []
    previous, expected = GENESIS, 1
    for entry in entries(institution_id).iterator(2_000):
        said = {"n": calendar.number(entry.seq)}
        if entry.seq != expected:
            missing = {"n": calendar.number(expected), "next": said["n"]}
            problems.append(_("Line %(n)s is missing: the next one is %(next)s.") % missing)
        if entry.previous_hash != previous:
            problems.append(_("Line %(n)s does not follow the one before it.") % said)
        if entry.hash != link_hash(entry.previous_hash, entry.seq, entry.body):
            problems.append(_("Line %(n)s was changed after it was written.") % said)
        elif _columns_differ(entry):
            problems.append(_("The columns of line %(n)s do not say what the line itself says.") % said)
        previous, expected = entry.hash, entry.seq + 1
    return problems


def link_hash(previous: str, seq: int, body: str) -> str:
    """Hex SHA-256 of one link; core_audit_append computes the same in the database."""
    return hashlib.sha256(f"{previous}:{seq}:{body}".encode()).hexdigest()


def _columns_differ(entry: AuditEntry) -> bool:
    body = json.loads(entry.body)
    told = (body["verb"], body["by"], body["subject"][0], body["subject"][1])
    return told != (entry.verb, entry.by_id, entry.subject_type, entry.subject_id)
