"""The only writer of notices: who is told what, and what was read."""

from collections.abc import Collection

from django.db import transaction

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.notices.models import Notice
from ravi.notices.rules import Params, kind


@transaction.atomic
def tell(person_ids: Collection[int], kind_name: str, params: Params, url: str, *, institution_id: int) -> list[Notice]:
    """One notice to each person, in the caller's transaction. Raises UnknownKind for a kind that no room announced."""
    kind(kind_name)
    people = Person.objects.filter(pk__in=set(person_ids), institution_id=institution_id, is_active=True)
    at = clock.now()
    return Notice.objects.bulk_create(
        [
            Notice(
                institution_id=institution_id,
                person_id=person_id,
                kind=kind_name,
                params=dict(params),
                url=url,
                created_at=at,
            )
            for person_id in sorted(people.values_list("pk", flat=True))
        ]
    )


def mark_read(person: Person, notice_ids: Collection[int] | None = None) -> int:
    """Note that `person` has read these notices (None: all of theirs); how many were unread. Others' notices stay."""
    unread = Notice.objects.filter(person=person, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=clock.now())


def answer(kind_name: str, url: str, *, institution_id: int) -> int:
    """Nobody has to do any more what these notices asked for: they count as read. How many still waited."""
    asking = Notice.objects.filter(institution_id=institution_id, kind=kind_name, url=url, read_at=None)
    return asking.update(read_at=clock.now())
