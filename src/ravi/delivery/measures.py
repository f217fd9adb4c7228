"""What delivery measures: the ledger over all institutions (counted by a side job), breakers, and what engines counted."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from prometheus_client.core import Metric

from ravi.accounts.queries import institution_ids
from ravi.core import clock, metrics
from ravi.core.metrics import Described, gauge
from ravi.core.pulse import freshest, living, note_pulse
from ravi.core.tenancy import tenant
from ravi.delivery import queries
from ravi.delivery.models import Breaker, Delivery, ReadBack
from ravi.delivery.read_back.models import NEEDS_A_PERSON
from ravi.delivery.read_back.rules import CASES, ReadBackOutcome
from ravi.delivery.rules import OPEN, SILENT_AFTER_S, State

# Terminal states are counted as transitions (ravi_settles): nobody counts millions of rows that never change again.
STANDING = (*sorted(OPEN), State.HELD, State.UNKNOWN)

COPIES = Described("ravi_copies", "gauge", ("state",), "Copies that are not over yet, by state.")
DUE = Described("ravi_copies_due", "gauge", (), "Copies in line whose time has come.")
LATE = Described("ravi_copies_late", "gauge", (), "Copies due for more than five minutes.")
SILENT = Described("ravi_copies_silent", "gauge", (), "Late copies of which nobody can say why they wait.")
OLDEST = Described("ravi_copies_oldest_due_seconds", "gauge", (), "How long the oldest copy in line has been due.")
UNKNOWN = Described("ravi_unknown_oldest_seconds", "gauge", (), "How long the oldest unknown copy has been unknown.")
READ_BACK = Described(
    "ravi_read_back",
    "gauge",
    ("outcome",),
    "Changes that are still to be read back, and those that do not stand and that nobody has dealt with.",
)
BREAKER = Described(
    "ravi_breaker_open",
    "gauge",
    ("platform", "route"),
    "1 while nobody calls this platform, because it did not answer.",
)
WAY = Described(
    "ravi_way_failing",
    "gauge",
    ("platform", "route"),
    "1 while the last call to this platform on this route reached nobody.",
)
WAY_OK = Described(
    "ravi_way_answered_seconds",
    "gauge",
    ("platform", "route"),
    "How long ago this platform answered on this route.",
)
# What each engine counts itself: delivery/meter.py.
COUNTED = (
    Described(
        "ravi_calls_total", "counter", ("platform", "outcome", "engine"), "Calls to platforms by what came of them."
    ),
    Described("ravi_call_seconds", "histogram", ("platform", "engine"), "How long a call to a platform took."),
    Described("ravi_claims_total", "counter", ("engine",), "Copies that this engine took in hand."),
    Described(
        "ravi_fence_refusals_total", "counter", ("engine",), "Copies held back by the fence just before their call."
    ),
    Described(
        "ravi_settles_total", "counter", ("state", "engine"), "Transitions that were written, by the state after it."
    ),
)
LEDGER = (COPIES, DUE, LATE, SILENT, OLDEST, UNKNOWN)


def count_all(now: datetime) -> None:
    """Count every institution's ledger and keep the sums for `/metrics` and `/health/`."""
    sums: Counter[str] = Counter()
    oldest: dict[str, datetime] = {}
    for institution_id in institution_ids():
        with tenant(institution_id):
            found = _count(now)
        sums.update({name: value for name, value in found.items() if isinstance(value, int)})
        for name, value in found.items():
            if isinstance(value, datetime):
                oldest[name] = min(value, oldest.get(name, value))
    ages = {name: max(0.0, (now - moment).total_seconds()) for name, moment in oldest.items()}
    note_pulse("ledger", "all", {**sums, **ages})


def _count(now: datetime) -> dict[str, Any]:
    standing = Delivery.objects.filter(state__in=STANDING)
    states = standing.order_by().values_list("state").annotate(Count("pk"))
    due = Q(state=State.PENDING, due_at__lte=now)
    late = Q(state=State.PENDING, due_at__lte=datetime.fromtimestamp(now.timestamp() - SILENT_AFTER_S, now.tzinfo))
    ages = standing.aggregate(
        due=Count("pk", filter=due),
        late=Count("pk", filter=late),
        oldest_due=Min("due_at", filter=due),
        oldest_unknown=Min("unknown_at", filter=Q(state=State.UNKNOWN)),
    )
    return (
        {f"state {state}": count for state, count in states}
        | _read_back()
        | ages
        | {"silent": len(queries.silent_copies(now))}
    )


def _read_back() -> dict[str, int]:
    """Each a step into an index."""
    waits = ReadBack.objects.filter(ended_at=None).count()
    cases = ReadBack.objects.filter(NEEDS_A_PERSON).order_by().values_list("outcome").annotate(Count("pk"))
    return {f"read back {ReadBackOutcome.WAITS}": waits} | {f"read back {outcome}": n for outcome, n in cases}


def figures() -> Iterator[Metric]:
    """For `/metrics`."""
    one = freshest("ledger")
    kept = one.figures if one else {}
    yield gauge(COPIES, [((state,), kept.get(f"state {state}", 0)) for state in STANDING])
    for described, name in ((DUE, "due"), (LATE, "late"), (SILENT, "silent"), (OLDEST, "oldest_due")):
        yield gauge(described, [((), kept.get(name, 0))])
    yield gauge(UNKNOWN, [((), kept.get("oldest_unknown", 0))])
    known = (ReadBackOutcome.WAITS, *sorted(CASES))
    yield gauge(READ_BACK, [((one,), kept.get(f"read back {one}", 0)) for one in known])
    yield gauge(BREAKER, [((one.platform, one.route), float(one.trips > 0)) for one in Breaker.objects.all()])
    ways, now = queries.ways(), clock.now()
    yield gauge(WAY, [((one.platform, one.route), float(one.is_failing)) for one in ways])
    answered = [((one.platform, one.route), (now - one.ok_at).total_seconds()) for one in ways if one.ok_at]
    yield gauge(WAY_OK, answered)
    yield from metrics.told_by(living("engine"), "engine")


def register_measures() -> None:
    """Announce them; called when the apps are ready."""
    described: Iterable[Described] = (*LEDGER, READ_BACK, BREAKER, WAY, WAY_OK, *COUNTED)
    metrics.register("delivery", figures, described)
