"""PostgreSQL's disk fills up in the middle of a publish: the engine waits, the web says so, and all goes on with space."""

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.utils import translation

from conftest import build_house, django_on
from ravi.core import clock
from tests.city import build_city, without_posts
from tests.crash.engines import durable_cluster
from tests.crash.town import ANSWER_MS, Town, judge, wait_until
from tests.sandbox import running_sandbox

pytestmark = pytest.mark.crash

DISK_MB = 240
UNITS = 20
FULL = "دیسک پایگاه داده پر است"
AWAY = "پایگاه داده هنوز پاسخ نمی‌دهد"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0711", "ravi-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        assert os.environ.get("CI") != "true", "mounting must be possible in CI: run as root"
        pytest.skip("this machine lets us mount nothing (that needs root)")
    for parent in folder.parents:  # PostgreSQL is another user and must get there
        if parent.stat().st_uid == os.geteuid() and parent.is_relative_to("/tmp") and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o011)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def town(small_disk: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[Town]:
    with (
        durable_cluster(small_disk) as (cluster, urls),
        running_sandbox(tmp_path / "sandbox") as sandbox,
        django_db_blocker.unblock(),
        django_on(urls),
        psycopg.connect(urls.admin, autocommit=True) as admin,
    ):
        without_posts(admin)
        sandbox.faults(delay_ms=ANSWER_MS)
        yield Town(
            cluster, urls, build_city(sandbox, tmp_path / "keys", clock.now(), units=UNITS), sandbox, tmp_path, admin
        )


def test_a_full_disk_loses_nothing_and_says_so(town: Town, small_disk: Path, tell: Callable[..., None]) -> None:
    editor = Client(raise_request_exception=False)
    house = build_house()
    house.institution.is_demo = True  # the second factor is another test's matter
    house.institution.save()
    house.editor.refresh_from_db()
    editor.force_login(house.editor, backend="allauth.account.auth_backends.AuthenticationBackend")
    engine = town.engine()
    engine.start()
    post, other = town.publish(), town.publish()
    town.wait_until_sent(post, 30)
    ballast = small_disk / "ballast"
    _fill(ballast)
    in_flight = town.sending()
    answers = [_write(editor) for _ in range(12)]
    assert engine.is_running
    refused = [answer for answer in answers if answer[0] != 302]
    assert refused
    assert {answer[0] for answer in refused} == {503}
    assert all(FULL in words or AWAY in words for _status, words in refused)
    in_flight |= town.sending() if town.cluster.process and town.cluster.process.poll() is None else set()
    ballast.unlink()
    if town.cluster.process is None or town.cluster.process.poll() is not None:
        town.cluster.start()
    wait_until(lambda: _answers(town), within_s=60)
    in_flight |= town.sending()
    town.settle(post, other)
    row = town.came_of("PostgreSQL's disk is full", [post, other], in_flight)
    said = "no room" if any(FULL in words for _status, words in refused) else "no answer"
    tell("the disk is full", row | {"the web says": said, "refused": len(refused)})
    judge(row)
    assert _write(editor)[0] == 302
    assert engine.end() == 0


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(b"\x5a" * size)
            except OSError:
                continue


def _write(editor: Client) -> tuple[int, str]:
    """A new draft of words that no database makes smaller; the answer's status and words."""
    said = {"title": "واکسن", "text": secrets.token_hex(60_000), "reach": "all", "when": "now", "topic": "organisation"}
    with translation.override("fa"):
        answer = editor.post("/posts/new/", said | {"act": "save", "expected_revision": 0})
    assert answer.status_code != 302 or answer.url.startswith("/posts/"), answer.url
    return answer.status_code, answer.content.decode()


def _answers(town: Town) -> bool:
    try:
        town.connect_again()
    except psycopg.Error:
        return False
    return True
