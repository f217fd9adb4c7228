"""Log lines of every process: one JSON object each, ids and states; never text, secrets or anything of a person.

What libraries say is kept by its template, without what they put into it: nobody knows what that may hold. Of an
exception stand its class and where it came from; its words may quote a row or a form. Free of Django, for all processes.
"""

import json
import logging
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from ravi.core import stderr

MOST_FRAMES = 12
LONGEST_EVENT = 200

# The ids of what is being done: of a request, of a job; each line inside carries them.
_marks: ContextVar[Mapping[str, object]] = ContextVar("ravi_log_marks", default={})  # noqa: B039 -- never changed


def log(event: str, /, **facts: object) -> None:
    """One event of this process on stderr."""
    _write({"at": _at(time.time()), "event": event, **_marks.get(), **facts})


@contextmanager
def marked(**ids: object) -> Iterator[None]:
    """Every line inside carries these ids."""
    token = _marks.set({**_marks.get(), **ids})
    try:
        yield
    finally:
        _marks.reset(token)


class JsonFormatter(logging.Formatter):
    """What libraries log, in the same shape."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": _at(record.created),
            "event": str(getattr(record, "action", "") or record.msg)[:LONGEST_EVENT],
            "level": record.levelname,
            "logger": record.name,
            **_marks.get(),
        }
        if isinstance(status := getattr(record, "status_code", None), int):
            line["status"] = status
        if record.exc_info and record.exc_info[0]:
            line |= told_exception(record.exc_info[0], record.exc_info[2])
        return _spelled(line)


class Handler(logging.StreamHandler[Any]):
    """What libraries log goes where our own lines go, also after the log was moved aside."""

    def emit(self, record: logging.LogRecord) -> None:
        stderr.follow()
        super().emit(record)


def told_exception(kind: type[BaseException], trace: TracebackType | None) -> dict[str, object]:
    """Its class and its way, innermost last; never its words."""
    frames = traceback.extract_tb(trace)[-MOST_FRAMES:]
    return {"exception": kind.__name__, "where": [f"{one.filename}:{one.lineno} {one.name}" for one in frames]}


def told_wall(error: BaseException) -> dict[str, object]:
    """The constraint by which the database refused, where it names one; never the row."""
    return {"constraint": getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""}


# For logging.config: what is not asked for by a level is not said.
CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "ravi.core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "ravi.core.logs.Handler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


def _write(line: Mapping[str, object]) -> None:
    stderr.write(_spelled(line) + "\n")


def _spelled(line: Mapping[str, object]) -> str:
    return json.dumps(line, default=str, ensure_ascii=False)


def _at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
