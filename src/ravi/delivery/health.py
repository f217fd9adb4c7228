"""Delivery's answers to `/health/`: whether anybody claims what is due. Fixed words, no tenant."""

from datetime import datetime

from ravi.core.health import Trouble, register
from ravi.core.pulse import freshest
from ravi.delivery import queries

ENGINE_DEAD = Trouble("engine_dead", "No engine has been seen for a minute: nothing is sent.")
COPIES_LATE = Trouble("copies_late", "Copies were due more than five minutes ago, and nobody can say why they wait.")


def register_checks() -> None:
    """Announce them; called when the apps are ready."""
    register("engine", engine)
    register("late", late)


def engine(now: datetime) -> Trouble | None:
    """The heartbeat alone; an engine that ended a moment ago is perhaps being started again."""
    seen = queries.engine_seen(now).last
    return None if seen is not None and seen >= now - queries.DEAD_AFTER else ENGINE_DEAD


def late(now: datetime) -> Trouble | None:
    """What the jobs process counted over all institutions a moment ago; a web request looks into one only."""
    one = freshest("ledger")
    return COPIES_LATE if one is not None and one.figures.get("silent", 0) else None
