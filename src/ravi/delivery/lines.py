"""What an engine says: one JSON object per line on stderr, ids and states and never text or secrets."""

import asyncio
import json
import time
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring

from ravi.core.stderr import write


class JsonLog:
    """What one turn of the loop has to say is written together at its end."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._loop = asyncio.get_running_loop()

    def __call__(self, event: str, /, **facts: object) -> None:
        if not self._lines:
            self._loop.call_soon(self.flush)
        self._lines.append(spelt(event, facts))

    def flush(self) -> None:
        """Write what is there."""
        lines, self._lines = self._lines, []
        write("".join(lines))


def spelt(event: str, facts: Mapping[str, object]) -> str:
    """One line. Most facts are whole numbers and short words, which need no encoder of their own."""
    told = "".join([f', "{name}": {_spelt(fact)}' for name, fact in facts.items()])
    return f'{{"at": "{_second(int(time.time()))}", "event": "{event}"{told}}}\n'


_encode = json.JSONEncoder(default=str, ensure_ascii=False).encode


def _spelt(fact: object) -> str:
    if type(fact) is int:
        return str(fact)
    return encode_basestring(fact) if type(fact) is str else _encode(fact)


@lru_cache(2)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
