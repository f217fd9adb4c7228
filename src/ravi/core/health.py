"""Whether this Ravi does its work: for monitors, load balancers and the supervisor. No tenant, no names, no figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse

from ravi.core import clock
from ravi.core.middleware import no_database
from ravi.core.pulse import living


@dataclass(frozen=True)
class Trouble:
    """A fixed word for programs and a sentence for people."""

    code: str
    sentence: str


Check = Callable[[datetime], Trouble | None]
_checks: dict[str, Check] = {}

DATABASE_DOWN = Trouble("database_down", "The database does not answer.")
JOBS_DEAD = Trouble("jobs_dead", "No jobs process has done anything for a minute: nobody is told what goes wrong.")


def register(name: str, check: Check) -> None:
    """A room's own question, asked at every look; called from AppConfig.ready. The same name replaces."""
    _checks[name] = check


@no_database
def live(request: HttpRequest) -> JsonResponse:
    """200: this process answers. Asks nobody."""
    return JsonResponse({"status": "ok"})


@no_database
def health(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503 with the reasons; `ravi doctor` says what to do about each."""
    troubles = look(clock.now())
    answer = {"status": "trouble" if troubles else "ok", "reasons": [one.code for one in troubles]}
    if troubles:
        answer["sentences"] = [one.sentence for one in troubles]
    response = JsonResponse(answer, status=503 if troubles else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def look(now: datetime) -> list[Trouble]:
    """Everything that is wrong; a database that is away hides the rest."""
    try:
        with transaction.atomic():
            found = [check(now) for check in (_jobs, *_checks.values())]
    except DatabaseError:
        return [DATABASE_DOWN]
    return [one for one in found if one is not None]


def _jobs(now: datetime) -> Trouble | None:
    return None if living("jobs") else JOBS_DEAD
