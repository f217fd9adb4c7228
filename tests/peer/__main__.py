"""Asks Ravi what the nearest peer was asked, and prints what came of it: `python -m tests.peer [--only NAME] [--json]`."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
django.setup()

from conftest import django_on  # noqa: E402 -- Django is ready by now
from ravi.delivery.bench import usage  # noqa: E402
from tests.city import without_posts  # noqa: E402
from tests.crash.engines import durable_cluster  # noqa: E402
from tests.peer import pages  # noqa: E402
from tests.peer.work import Bench  # noqa: E402

Question = Callable[[Bench], Any]
QUESTIONS: dict[str, Question] = {
    "paced": lambda bench: bench.speed(paced=True),
    "one-worker": lambda bench: bench.speed(paced=False),
    "two-workers": lambda bench: bench.speed(paced=False, engines=2),
    "killed": lambda bench: bench.killed(),
    "killed-without-keys": lambda bench: bench.killed(platform="telegram"),
    "reset": lambda bench: bench.broken(reset_every=20),
    "silence": lambda bench: bench.broken(silence_every=20),
    "first-100": lambda bench: bench.broken(limit_calls=100, retry_after_s=30),
    "window": lambda bench: bench.broken(limit_s=300.0),
    "pages": lambda bench: pages.measure(bench.admin),
    "memory": lambda _bench: pages.memory(),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="ravi bench peer")
    parser.add_argument("--only", action="append", choices=QUESTIONS, help="ask only this; may be given again")
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    options = parser.parse_args()
    found = {}
    with (
        tempfile.TemporaryDirectory(prefix="ravi-peer-") as folder,
        durable_cluster() as (_cluster, urls),
        django_on(urls),
        psycopg.connect(urls.admin, autocommit=True) as admin,
    ):
        without_posts(admin)
        bench = Bench(urls, admin, Path(folder))
        for name in options.only or QUESTIONS:
            sys.stderr.write(f"{name} ...\n")
            found[name] = QUESTIONS[name](bench) | {"load": usage.load()}
            if not options.json:
                sys.stdout.write(f"{name}: {json.dumps(found[name])}\n")
                sys.stdout.flush()
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
