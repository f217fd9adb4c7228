"""How the removals of some posts' copies stand, counted by the database: there may be thousands of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from ravi.delivery.models import Delivery
from ravi.delivery.read_back.rules import CASES, ReadBackOutcome
from ravi.delivery.read_back.told import looks_back_to, outcome_of_change
from ravi.delivery.rules import MANUAL, OPEN, Action, State
from ravi.delivery.store import waiting


@dataclass(frozen=True)
class Removals:
    """How many stand in each state, how many of the open ones wait until it is known what there is to remove, how many
    copies never went, and what was found where a removal went out. A copy that a program could not remove and a person was
    asked to counts once, as the person's."""

    states: Mapping[State, int]
    waits: int
    never_went: int
    read_back: Mapping[ReadBackOutcome, int] = field(default_factory=dict)

    @property
    def still(self) -> int:
        """That went out and stands there all the same; nobody has dealt with it."""
        return sum(count for outcome, count in self.read_back.items() if outcome in CASES)

    @property
    def open(self) -> int:
        """In line or on their way."""
        return sum(self.states.get(state, 0) for state in OPEN)


def removals_of(post_ids: Collection[int], now: datetime) -> Removals:
    """Three questions at most, whatever the numbers."""
    mine = Delivery.objects.filter(post_id__in=post_ids)
    by_people = mine.filter(action=Action.DELETE, adapter=MANUAL, about=OuterRef("about"))
    tried = Q(action=Action.DELETE) & (Q(adapter=MANUAL) | ~Exists(by_people))
    rows = mine.filter(tried | Q(action=Action.PUBLISH, state=State.CANCELLED)).values_list("action", "state")
    found = rows.annotate(n=Count("pk"), under_way=ArrayAgg("pk", filter=Q(state__in=OPEN), default=[])).order_by()
    removals = [(State(state), n, under_way) for action, state, n, under_way in found if action == Action.DELETE]
    states = {state: n for state, n, _under_way in removals}
    return Removals(
        states=states,
        waits=_waits([pk for _state, _n, under_way in removals for pk in under_way], now),
        never_went=sum(n for action, _state, n, _under_way in found if action == Action.PUBLISH),
        read_back=_read_back(mine.filter(tried, state=State.SENT), now) if State.SENT in states else {},
    )


def _waits(removal_ids: Collection[int], now: datetime) -> int:
    if not removal_ids:
        return 0
    with connection.cursor() as cursor:
        return waiting.waiting_for_outcome(cursor, removal_ids, now)


def _read_back(gone: QuerySet[Delivery], now: datetime) -> Mapping[ReadBackOutcome, int]:
    is_new = ExpressionWrapper(Q(settled_at__gt=looks_back_to(now)), output_field=BooleanField())
    is_settled = ExpressionWrapper(Q(read_back__settled_at__isnull=False), output_field=BooleanField())
    told = gone.values_list("read_back__outcome", "adapter", "platform", is_new, is_settled)
    found: Counter[ReadBackOutcome] = Counter()
    for stored, adapter, platform, new, settled, n in told.annotate(n=Count("pk")).order_by():
        outcome = outcome_of_change(stored, adapter, platform, is_new=bool(new), is_settled=bool(settled))
        if outcome is not None:
            found[outcome] += n
    return found
