"""`/metrics`: figures of this Ravi in Prometheus' words, from the database alone, so that one address suffices.

Rooms register what they measure; no tenant, person or word of theirs enters a label.
"""

import hmac
import ipaddress
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from ravi.core import clock
from ravi.core.models import Pulse
from ravi.core.pulse import living

Source = Callable[[], Iterable[Metric]]


@dataclass(frozen=True)
class Described:
    """One metric as the page docs/operate/metrics.md lists it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    says: str


_sources: dict[str, Source] = {}
DESCRIBED: dict[str, Described] = {}


def register(name: str, source: Source, described: Iterable[Described]) -> None:
    """A room's own figures; called from AppConfig.ready. The same name replaces."""
    _sources[name] = source
    DESCRIBED.update({one.name: one for one in described})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Only for this machine, or for whoever shows RAVI_METRICS_TOKEN; for others there is nothing here."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_All())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """By token; without one from this machine itself, which a proxy's other visitors are not."""
    token = os.environ.get("RAVI_METRICS_TOKEN", "")
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if token and shown:
        return hmac.compare_digest(shown.encode(), token.encode())
    is_passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not token and not is_passed_on and _is_here(request.META.get("REMOTE_ADDR", ""))


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class _All(Collector):
    def collect(self) -> Iterator[Metric]:
        for source in _sources.values():
            yield from source()


def gauge(described: Described, samples: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    """One gauge with its values by label."""
    family = GaugeMetricFamily(described.name, described.says, labels=described.labels)
    for labels, value in samples:
        family.add_metric(labels, value)
    return family


def told_by(pulses: Iterable[Pulse], label: str) -> Iterator[Metric]:
    """What each process counted itself, told apart by `label`."""
    families: dict[str, Metric] = {}
    for pulse in pulses:
        for family in text_string_to_metric_families(str(pulse.figures.get("text", ""))):
            kept = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                if not sample.name.endswith("_created"):
                    kept.samples.append(sample._replace(labels={**sample.labels, label: pulse.name}))
    yield from families.values()


ALIVE = Described("ravi_processes", "gauge", ("kind",), "Processes that did their work within the last minute.")
QUEUE = Described("ravi_jobs", "gauge", ("state",), "Side jobs in the line: todo, doing, failed.")
OLDEST = Described("ravi_jobs_oldest_seconds", "gauge", (), "How long the oldest side job that may run has waited.")
SESSIONS = Described(
    "ravi_database_sessions", "gauge", ("application",), "Sessions of the database by who opened them."
)
MOST_SESSIONS = Described("ravi_database_sessions_max", "gauge", (), "Sessions that the database allows.")
_OWN = (ALIVE, QUEUE, OLDEST, SESSIONS, MOST_SESSIONS)


def own() -> Iterator[Metric]:
    """The processes, the line of side jobs and the database."""
    yield gauge(ALIVE, [((kind,), len(living(kind))) for kind in ("engine", "jobs")])
    states = _rows("select status::text, count(*) from procrastinate_jobs group by 1")
    counts = {"todo": 0, "doing": 0, "failed": 0} | dict(states)
    yield gauge(QUEUE, [((state,), counts[state]) for state in ("todo", "doing", "failed")])
    waited = _rows(
        "select coalesce(extract(epoch from %s - min(coalesce(j.scheduled_at, e.at))), 0)::float8 from procrastinate_jobs j"
        " join procrastinate_events e on e.job_id = j.id and e.type = 'deferred'"
        " where j.status = 'todo' and coalesce(j.scheduled_at, e.at) <= %s",
        [clock.now()] * 2,
    )
    yield gauge(OLDEST, [((), max(0.0, waited[0][0]))])
    sessions = _rows(
        "select split_part(application_name, ' ', 1), count(*) from pg_stat_activity"
        " where datname = current_database() and backend_type = 'client backend' group by 1"
    )
    yield gauge(SESSIONS, [((name or "other",), count) for name, count in sessions])
    yield gauge(MOST_SESSIONS, [((), float(_rows("select current_setting('max_connections')::int")[0][0]))])


def _rows(query: str, values: list[datetime] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


register("core", own, _OWN)
