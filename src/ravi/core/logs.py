"""Log lines: one JSON object each, ids and states, never text, secrets or anything of a person."""

import json
import sys
import time
from datetime import UTC, datetime


def log(event: str, /, **facts: object) -> None:
    """One event of this process on stderr."""
    line = {"at": _at(time.time()), "event": event, **facts}
    sys.stderr.write(json.dumps(line, default=str, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def _at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
