"""What lasts is told once: a case opens with its notice and closes when its cause has ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from ravi.core import clock
from ravi.notices.models import Case
from ravi.notices.rules import Params
from ravi.notices.services.notice import tell


@dataclass(frozen=True)
class Lasting:
    """One thing that lasts now: whom it concerns, the data of its sentence, where to act."""

    people: Collection[int]
    params: Params
    url: str


def keep_cases(kind_name: str, now: Mapping[str, Lasting], *, institution_id: int) -> int:
    """Tell of what is new among `now`, close what is not in it any more; how many were told.

    Of two at once only one opens a case: the other's insert finds it there.
    """
    with transaction.atomic():
        open_cases = Case.objects.filter(institution_id=institution_id, kind=kind_name, closed_at=None)
        known = set(open_cases.values_list("key", flat=True))
        if known - set(now):
            open_cases.exclude(key__in=now).update(closed_at=clock.now())
        fresh = [key for key in now if key not in known and _open(kind_name, key, institution_id)]
        for key in fresh:
            one = now[key]
            tell(one.people, kind_name, one.params, one.url, institution_id=institution_id)
    return len(fresh)


def _open(kind_name: str, key: str, institution_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into notices_case (institution_id, kind, key, opened_at) values (%s, %s, %s, %s)"
            " on conflict (institution_id, kind, key) where closed_at is null do nothing",
            [institution_id, kind_name, key, clock.now()],
        )
        return bool(cursor.rowcount == 1)
