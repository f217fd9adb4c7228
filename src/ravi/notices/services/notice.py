"""Who is told what, and what was read."""

from collections.abc import Collection, Iterable

from django.db import transaction

from ravi.accounts.models import Person
from ravi.accounts.queries import active_people
from ravi.core import clock
from ravi.core.canonical import JSON
from ravi.notices.models import Notice
from ravi.notices.rules import Params, kind
from ravi.notices.services.dispatch import line_up
from ravi.notices.timing import SAME_CASE


@transaction.atomic
def tell(person_ids: Collection[int], kind_name: str, params: Params, url: str, *, institution_id: int) -> list[Notice]:
    """One notice to each person, in the caller's transaction. Raises UnknownKind for a kind that no room announced."""
    kind(kind_name)
    people = active_people(set(person_ids), institution_id)
    at = clock.now()
    notices = Notice.objects.bulk_create(
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
    line_up(notices)
    return notices


@transaction.atomic
def tell_more(person_ids: Collection[int], kind_name: str, params: Params, url: str, *, institution_id: int) -> None:
    """As `tell`, but for whoever has not read a young notice of the same case: its counts grow instead.

    So 360 copies that end one after the other make one notice, not 360.
    """
    at = clock.now()
    same = Notice.objects.filter(person_id__in=set(person_ids), kind=kind_name, url=url, read_at=None)
    young = same.filter(institution_id=institution_id, created_at__gte=at - SAME_CASE)
    known = set()
    for notice in young.select_for_update().order_by("person_id", "-pk"):
        if notice.person_id not in known:
            known.add(notice.person_id)
            notice.params = _joined(notice.params, params)
            notice.save(update_fields=["params"])
    if others := set(person_ids) - known:
        tell(others, kind_name, params, url, institution_id=institution_id)


def _joined(old: Params, new: Params) -> dict[str, JSON]:
    """Counts add up, words are the latest."""
    joined: dict[str, JSON] = {**old, **new}
    for name, value in new.items():
        before = old.get(name)
        if isinstance(value, int) and isinstance(before, int):
            joined[name] = before + value
    return joined


def mark_read(person: Person, notice_ids: Collection[int] | None = None) -> int:
    """Note that `person` has read these notices (None: all of theirs); how many were unread. Others' notices stay."""
    unread = Notice.objects.filter(person=person, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=clock.now())


@transaction.atomic
def tell_each(told: Iterable[tuple[Collection[int], str, Params, str]], *, institution_id: int) -> list[Notice]:
    """`tell` for many at once, each (person ids, kind, params, url): a few questions, however many they are."""
    listed = [(set(ids), name, dict(params), url) for ids, name, params, url in told if kind(name)]
    active = set(active_people(set().union(*(one[0] for one in listed)), institution_id).values_list("pk", flat=True))
    at = clock.now()
    notices = Notice.objects.bulk_create(
        Notice(institution_id=institution_id, person_id=pk, kind=name, params=params, url=url, created_at=at)
        for ids, name, params, url in listed
        for pk in sorted(ids & active)
    )
    line_up(notices)
    return notices


def answer_all(kind_names: Collection[str], urls: Collection[str], *, institution_id: int) -> int:
    """`answer` for many at once; how many still waited."""
    asking = Notice.objects.filter(institution_id=institution_id, kind__in=kind_names, url__in=urls, read_at=None)
    return asking.update(read_at=clock.now())


def answer(kind_name: str, url: str, *, institution_id: int) -> int:
    """Nobody has to do any more what these notices asked for: they count as read. How many still waited."""
    asking = Notice.objects.filter(institution_id=institution_id, kind=kind_name, url=url, read_at=None)
    return asking.update(read_at=clock.now())
