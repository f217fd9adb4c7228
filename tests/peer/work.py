"""60 posts for 6 accounts of Mastodon's shape, due in one second, under each of the peer's questions."""

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from conftest import Urls
from ravi.core import clock
from ravi.delivery.bench.usage import cpu_s
from tests.city import City, build_city
from tests.crash.engines import ROOT, EngineProcess
from tests.crash.town import wait_until

POSTS, ACCOUNTS, PLATFORM = 60, 6, "mastodon"
COPIES = POSTS * ACCOUNTS
DUE_IN_S = 8.0
SETTLED_WITHIN_S = 1500.0
Found = dict[str, Any]


@dataclass
class Stand:
    """One question's stub, institution and engines."""

    urls: Urls
    admin: "psycopg.Connection[Any]"
    city: City
    port: int
    log: Path
    folder: Path
    first: int

    def order(self, *, paced: bool = True) -> float:
        """All copies, due in the same second; that moment. Without pace, neither gap nor rate of ours is in the way."""
        now = clock.now()
        due_at = now + timedelta(seconds=DUE_IN_S)
        for post in range(self.first, self.first + POSTS):
            self.city.order(post, now, due_at=due_at)
        if not paced:
            self.admin.execute(
                """update delivery_slot set gap_s = 0, rate_per_s = 1000, burst = 1000
                where channel_id in (select channel_id from delivery_slot order by channel_id for update)"""
            )
        return due_at.timestamp()

    def engine(self, number: int = 0) -> EngineProcess:
        log = self.folder / f"engine-{self.first}-{number}.log"
        return EngineProcess(self.urls.engine, self.city.keys_folder, (f"127.0.0.1:{self.port}",), log)

    def calls(self) -> list[Found]:
        return [json.loads(line) for line in self.log.read_text().split("\n")[:-1]]

    def states(self) -> Counter[str]:
        statement = "select state, count(*) from delivery_delivery where institution_id = %s group by state"
        return Counter(dict(self.admin.execute(statement, [self.city.institution_id]).fetchall()))

    def settled(self, *, within_s: float = SETTLED_WITHIN_S) -> None:
        """Until nothing is left that Ravi would do by itself."""
        statement = """select count(*) from delivery_delivery where institution_id = %s
            and (state in ('pending', 'claimed', 'sending') or (state = 'unknown' and look_at is not null))"""
        wanted = [self.city.institution_id]
        wait_until(
            lambda: self.admin.execute(statement, wanted).fetchone() == (0,),
            within_s=within_s,
            every_s=0.1,
            strict=False,
        )

    def judged(self) -> Found:
        """Counted in the stub's log."""
        made = Counter(call["key"] for call in self.calls() if call["made"])
        states = self.states()
        return {
            "delivered": len(made),
            "doubled": sum(count > 1 for count in made.values()),
            "never sent": COPIES - len(made),
            "unknown, left to a person": states["unknown"],
            "stuck": states["claimed"] + states["sending"] + states["pending"],
        }


@dataclass
class Bench:
    """Everything that the questions share."""

    urls: Urls
    admin: "psycopg.Connection[Any]"
    folder: Path
    asked: int = 0

    @contextmanager
    def stand(self, *, platform: str = PLATFORM, **options: Any) -> Iterator[Stand]:
        self.asked += 1
        log = self.folder / f"calls-{self.asked}.jsonl"
        argv = [sys.executable, "-m", "tests.peer.stub", str(log), json.dumps(options)]
        stub = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert stub.stdout is not None
        port = int(stub.stdout.readline())
        try:
            city = build_city(
                None, self.folder / "keys", clock.now(),
                units=ACCOUNTS, slug=f"peer{self.asked}", platforms=(platform,), url=f"http://127.0.0.1:{port}",
            )  # fmt: skip
            yield Stand(self.urls, self.admin, city, port, log, self.folder, 1000 * self.asked)
        finally:
            stub.terminate()
            stub.communicate(timeout=20)

    def speed(self, *, paced: bool, engines: int = 1) -> Found:
        """Due -> last delivered, with engines that run already, as a worker does."""
        with self.stand() as stand:
            workers = [stand.engine(number) for number in range(engines)]
            for worker in workers:
                worker.start()
            living = "select count(*) from delivery_worker where ended_at is null and seen_at > now() - interval '9 s'"
            wait_until(lambda: self.admin.execute(living).fetchone() == (engines,), within_s=60)
            pids = [worker.process.pid for worker in workers if worker.process]
            before = sum(cpu_s(pid) for pid in pids)
            due = stand.order(paced=paced)
            stand.settled()
            used = sum(cpu_s(pid) for pid in pids) - before
            memory = max(_rss_mb(pid) for pid in pids)
            assert [worker.end() for worker in workers] == [0] * engines
            last = max(call["at"] for call in stand.calls() if call["made"])
            told = {"due to last, s": round(last - due, 1), "per s": round(COPIES / (last - due), 1)}
            told |= {"worker CPU each, ms": round(1000 * used / COPIES, 2), "worker memory, MB": memory}
            return told | stand.judged()

    def killed(self, *, platform: str = PLATFORM, after: float = 0.4) -> Found:
        """Answers after 200 ms; the worker is killed in the middle and another one started."""
        with self.stand(platform=platform, answer_s=0.2, remembers_keys=platform == PLATFORM) as stand:
            due = stand.order(paced=False)
            return self._run(stand, due, kill_at=int(COPIES * after))

    def broken(self, *, platform: str = PLATFORM, **options: Any) -> Found:
        """The stub's faults, and an engine that meets them."""
        with self.stand(platform=platform, remembers_keys=platform == PLATFORM, **options) as stand:
            due = stand.order(paced=False)
            return self._run(stand, due)

    def _run(self, stand: Stand, due: float, *, kill_at: int = 0) -> Found:
        worker = stand.engine()
        worker.start()
        if kill_at:
            wait_until(lambda: len(stand.calls()) >= kill_at, within_s=120, every_s=0.02)
            worker.kill()
            worker.start()
        stand.settled()
        assert worker.end() == 0
        return {"due to last settled, s": round(time.time() - due, 1)} | stand.judged() | _limits(stand.calls())


def _limits(calls: list[Found]) -> Found:
    """What came too early: before the moment that the last "not now" of the same account had named."""
    by_account: dict[str, list[Found]] = defaultdict(list)
    for call in calls:
        by_account[call["account"]].append(call)
    refused = [call for call in calls if call["status"] == 429]
    if not refused:
        return {}
    after, early = 0, 0
    for mine in by_account.values():
        for before, call in zip(mine, mine[1:], strict=False):
            if before["status"] == 429:
                after += 1
                early += call["at"] < before["at"] + before["wait_s"]
    return {"429s": len(refused), "retries": after, "too early": early}


def _rss_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024)
