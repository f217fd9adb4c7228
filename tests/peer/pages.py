"""Pages with 5,000 posts and 30,000 copies behind them: milliseconds, questions to the database, size."""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from conftest import build_house
from ravi.cli.home import Home, read_running
from ravi.cli.ports import free_port
from ravi.core.tenancy import tenant
from ravi.directory import services as directory
from ravi.publishing import queries, services
from ravi.publishing.draft import DraftFields
from tests.crash.engines import ROOT
from tests.crash.town import wait_until
from tests.peer.work import ACCOUNTS, PLATFORM

POSTS = 5_000
LOOKS = 7
MULTIPLY = "insert into {table} ({columns}) select {values} from {table} t cross join generate_series(1, {count}) n"


def measure(admin: "psycopg.Connection[Any]") -> dict[str, dict[str, Any]]:
    """By page."""
    house = build_house("pages_")
    house.institution.is_demo = True  # the second factor is another matter
    house.institution.save()
    house.editor.refresh_from_db()
    post = _approved(house)
    _multiply(admin, post.pk)
    client = Client()
    client.force_login(house.editor, backend="allauth.account.auth_backends.AuthenticationBackend")
    pages = {"first page": "/", "messages": "/posts/", "a message's board": f"/posts/{post.pk}/board/",
             "unknown desk": "/deliveries/unknown/"}  # fmt: skip
    with override_settings(ALLOWED_HOSTS=["*"]):
        return {name: _look(client, path) for name, path in pages.items()}


def _approved(house: Any) -> Any:
    with tenant(house.institution.pk):
        channels = [
            directory.open_channel(
                directory.NewChannel(
                    unit=house.headquarters, platform=PLATFORM, adapter="sandbox", handle=f"hq{one}", purpose="خبر"
                ),
                by=None,
            )
            for one in range(ACCOUNTS)
        ]
        fields = DraftFields(
            topic="organisation", title="واکسن", text="فردا بیایید.",
            channel_ids=frozenset(channel.pk for channel in channels),
        )  # fmt: skip
        post = services.start_post(house.headquarters, fields, by=house.editor)
        services.submit_post(post, by=house.editor)
        digest = queries.shown_set(post).digest
        return services.approve_shown(post, by=house.head, digest=digest).post


def _multiply(admin: "psycopg.Connection[Any]", post_id: int) -> None:
    """The same post and its copies again and again, as sent ones, in two large statements."""
    admin.execute(
        "update delivery_delivery set state = 'sent', sent_at = now(), settled_at = now() where post_id = %s", [post_id]
    )
    admin.execute("set session_replication_role = replica")
    last = admin.execute("select max(id) from publishing_post").fetchone()
    assert last is not None
    first = last[0] + 1
    own = {"id": f"{first} - 1 + n", "edited_at": "t.edited_at - n * interval '1 minute'"}
    admin.execute(_spell(admin, "publishing_post", own, POSTS - 1) + f" where t.id = {post_id}")
    copy = {"id": None, "post_id": f"{first} - 1 + n", "key": "replace(gen_random_uuid()::text, '-', '')"}
    admin.execute(_spell(admin, "delivery_delivery", copy, POSTS - 1) + f" where t.post_id = {post_id}")
    admin.execute("set session_replication_role = origin")
    admin.execute("vacuum analyze")


def _spell(admin: "psycopg.Connection[Any]", table: str, own: dict[str, str | None], count: int) -> str:
    question = "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'"
    names = [row[0] for row in admin.execute(question, [table]).fetchall() if own.get(row[0], "") is not None]
    values = [own.get(name) or f"t.{name}" for name in names]
    return MULTIPLY.format(table=table, columns=", ".join(names), values=", ".join(values), count=count)


def _look(client: Client, path: str) -> dict[str, Any]:
    taken = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        answer = client.get(path)
        taken.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (path, answer.status_code)
    with CaptureQueriesContext(connection) as questions:
        answer = client.get(path)
    return {
        "median, ms": round(statistics.median(taken), 1),
        "slowest, ms": round(max(taken), 1),
        "queries": len(questions),
        "HTML, kB": round(len(answer.content) / 1000, 1),
    }


def memory() -> dict[str, int]:
    """MB of each process of a running Ravi, after two hundred pages."""
    with tempfile.TemporaryDirectory(prefix="ravi-peer-") as folder:
        home, port = Home(Path(folder) / "home"), free_port(19000 + os.getpid() % 900)
        environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
        environment |= {"RAVI_HOME": str(home.path), "PYTHONPATH": str(ROOT / "src")}
        argv = [sys.executable, "-m", "ravi.cli", "up", "--port", str(port)]
        process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: bool((found := read_running(home)) and found.is_ready), within_s=120)
            for _ in range(100):
                for path in ("/", "/p/"):
                    urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=20).read()
            running = read_running(home)
            assert running is not None
            return {name: _family_mb(one.pid) for name, one in running.processes.items() if name in ("web", "engine")}
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _family_mb(pid: int) -> int:
    """Resident memory of a process and its children; what they share is counted for each."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(_own_mb(one) for one in (str(pid), *children))


def _own_mb(pid: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024)
