"""Which processes of this Ravi do their work, on whatever machine, and what they counted; no content, no tenant."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection

from ravi.core import clock
from ravi.core.models import Pulse

# Whoever was not seen for so long is dead to people.
DEAD_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(days=1)


def note_pulse(kind: str, name: str, figures: Mapping[str, Any] | None = None) -> None:
    """Say that this process does its work; forgets those that were not seen for a day."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into core_pulse (kind, name, seen_at, figures) values (%s, %s, %s, %s)"
            " on conflict (kind, name) do update set seen_at = excluded.seen_at, figures = excluded.figures",
            [kind, name, now, json.dumps(figures or {})],
        )
    Pulse.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def freshest(kind: str) -> Pulse | None:
    """The latest word of a kind, however old."""
    return Pulse.objects.filter(kind=kind).order_by("-seen_at").first()


def living(kind: str) -> list[Pulse]:
    """Processes of a kind that were seen lately, latest first."""
    return list(Pulse.objects.filter(kind=kind, seen_at__gte=clock.now() - DEAD_AFTER).order_by("-seen_at"))
