"""Copies on a platform whose log is the judge: what was ordered, what had begun at a fault, and what came of it."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from conftest import Urls
from ravi.cli.postgres.cluster import Cluster
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery import services
from ravi.delivery.rules import Verdict
from tests.city import City
from tests.crash.engines import EngineProcess
from tests.sandbox import Sandbox

ANSWER_MS = 200
# Short figures, so that leases end within the test; their proportions are the real ones'.
FIGURES = {
    "lease_s": 9.0,
    "call_timeout_s": 6.0,
    "send_window_s": 1.0,
    "unknown_block_s": 4.0,
    "look_after_s": 2.0,
    "repeat_after_s": 1.0,
    "breaker_s": 1.0,
    "breaker_max_s": 4.0,
    "concurrency": 60,
}
SETTLED_WITHIN_S = 240.0
READABLE = ("wordpress", "mastodon", "bluesky")  # Mastodon by its key, which outlives every test
OPEN = ("pending", "claimed", "sending")

Row = dict[str, Any]


@dataclass
class Town:
    """One institution with its engines' database and its platform; posts are numbered on, whoever uses it."""

    cluster: Cluster
    urls: Urls
    city: City
    sandbox: Sandbox
    folder: Path
    admin: Any
    engines: list[EngineProcess] = field(default_factory=list)
    numbers: list[int] = field(default_factory=lambda: [0])

    def engine(self, **how: Any) -> EngineProcess:
        """One that is not started yet; whoever made the town ends it."""
        wanted = {
            "reaches": (f"127.0.0.1:{self.sandbox.port}",),
            "policy": json.dumps(FIGURES),
            "url": self.urls.engine,
        }
        log = self.folder / f"engine-{len(self.engines)}.log"
        made = EngineProcess(**({"keys_folder": self.city.keys_folder, "log": log} | wanted | how))
        self.engines.append(made)
        return made

    def publish(self, channels: Sequence[Any] | None = None, **wanted: Any) -> int:
        """Order one copy of a new post for each channel; the post's number."""
        self.numbers[0] += 1
        number = self.numbers[0]
        self.city.order(number, clock.now(), channels, **({"text": f"پیام {number}", "title": "خبر"} | wanted))
        return number

    def states(self, *posts: int) -> Counter[str]:
        statement = "select state, count(*) from delivery_delivery where post_id = any(%s) group by state"
        return Counter(dict(self.rows(statement, list(posts))))

    def keys(self, posts: Iterable[int], *states: str) -> set[str]:
        """The keys of these posts' copies, in these states or in any."""
        statement = "select key from delivery_delivery where post_id = any(%s) and (%s or state = any(%s))"
        return {row[0] for row in self.rows(statement, list(posts), not states, list(states))}

    def sending(self) -> set[str]:
        """What was begun and not yet answered."""
        return {row[0] for row in self.rows("select key from delivery_delivery where state = 'sending'")}

    def in_flight(self) -> set[str]:
        """What dead engines had in hand: counted when the server has ended their last statement too.

        A fence that was under way when an engine died is still committed by its backend a moment later.
        """
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            if not self.rows("select 1 from pg_stat_activity where usename = 'ravi_engine'"):
                break
            time.sleep(0.02)
        return self.sending()

    def wait_until_sent(self, post: int, count: int, *, within_s: float = 90) -> None:
        """Until so many copies of the post have gone, as the platform sees it."""
        keys = self.keys([post])
        wait_until(lambda: sum(line.get("key") in keys for line in self.sandbox.log()) >= count, within_s=within_s)

    def wait_until_known(self, engine: EngineProcess) -> None:
        """Until it has told the ledger that it works: a machine that is busy starts it late."""
        assert engine.process is not None
        mine = f"%:{engine.process.pid}:%"
        wait_until(lambda: self.rows("select 1 from delivery_worker where owner like %s", mine), within_s=90)

    def settle(self, *posts: int) -> None:
        """Until every copy is settled and nothing is left that Ravi would look at by itself."""
        statement = """select count(*) from delivery_delivery where post_id = any(%s)
            and (state in ('pending', 'claimed', 'sending') or (state = 'unknown' and look_at is not null))"""
        wait_until(
            lambda: self.rows(statement, list(posts))[0][0] == 0, within_s=SETTLED_WITHIN_S, every_s=0.3, strict=False
        )

    def came_of(self, fault: str, posts: Sequence[int], in_flight: set[str]) -> Row:
        """One row of the table, from the ledger and the platform's own log."""
        states, published = self.states(*posts), self.sandbox.published()
        unknown = self.keys(posts, "unknown")
        readable = """select count(*) from delivery_delivery where post_id = any(%s) and state = 'unknown'
            and platform = any(%s)"""
        return {
            "fault": fault,
            "in flight": len(in_flight & self.keys(posts)),
            "copies": sum(states.values()),
            **{state: states[state] for state in ("sent", "failed", "unknown", "missed")},
            "unknown, readable": int(self.rows(readable, list(posts), list(READABLE))[0][0]),
            "unknown, not in flight": len(unknown - in_flight),
            "doubled": sum(published[key] > 1 for key in self.keys(posts)),
            "lost": sum(published[key] == 0 for key in self.keys(posts, "sent")),
            "gone unsaid": sum(published[key] > 0 for key in self.keys(posts, "failed", "missed", *OPEN)),
        }

    def hurry(self) -> None:
        """No pace of a channel is in the way: what limits from here on are the engines."""
        self.admin.execute(
            """update delivery_slot set gap_s = 0.05, rate_per_s = 1000, burst = 1000
            where channel_id in (select channel_id from delivery_slot order by channel_id for update)"""
        )

    def clear(self, *posts: int) -> None:
        """Take what is left of these posts out of the line."""
        left = "select id from delivery_delivery where post_id = any(%s) and state in ('pending', 'held')"
        with tenant(self.city.institution_id):
            services.cancel([row[0] for row in self.rows(left, list(posts))], by=None)

    def answer_unknown(self, *posts: int) -> None:
        """What a person does at the desk: looks at the platform and says what is there. What is not, goes once more."""
        published = self.sandbox.published()
        unknown = self.rows(
            "select id, key from delivery_delivery where post_id = any(%s) and state = 'unknown'", list(posts)
        )
        with tenant(self.city.institution_id):
            for verdict, is_there in ((Verdict.THERE, True), (Verdict.NOT_THERE, False)):
                ids = [pk for pk, key in unknown if bool(published[key]) is is_there]
                if ids:
                    services.resolve_together(ids, by=None, verdict=verdict)

    def connect_again(self) -> None:
        """After the server was away."""
        connection.close()
        self.admin.close()
        self.admin = psycopg.connect(self.urls.admin, autocommit=True)

    def rows(self, statement: str, *values: Any) -> list[Any]:
        found: list[Any] = self.admin.execute(statement, list(values)).fetchall()
        return found


def judge(row: Row) -> None:
    """What must hold after every fault."""
    told = {
        name: row[name] for name in ("doubled", "lost", "gone unsaid", "unknown, readable", "unknown, not in flight")
    }
    assert told == dict.fromkeys(told, 0), row
    assert row["sent"] + row["failed"] + row["unknown"] + row["missed"] == row["copies"], row


def wait_until(is_so: Any, *, within_s: float, every_s: float = 0.05, strict: bool = True) -> None:
    """Poll. What does not come about is an error, or with `strict` off the caller's to find out."""
    give_up = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > give_up:
            assert not strict, f"this did not come about within {within_s:.0f} s"
            return
        time.sleep(every_s)


def printed(table: Sequence[Row]) -> str:
    """Columns that stand below each other."""
    names = list(dict.fromkeys(name for row in table for name in row))
    cells = [names, *([str(row.get(name, "")) for name in names] for row in table)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(names))]
    return "\n".join(" | ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)) for line in cells)
