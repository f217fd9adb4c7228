"""A restore that is killed after the last row and before the stop stands leaves nothing that would send."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import Urls
from ravi.cli.home import Home
from ravi.cli.keys import load_keys
from ravi.cli.ports import free_port
from ravi.cli.postgres import home_place
from ravi.core import clock
from tests.city import build_city, without_posts
from tests.crash.engines import ROOT
from tests.crash.test_restore_drill import ravi
from tests.launch.folders import remove_place
from tests.sandbox import Sandbox, running_sandbox

pytestmark = pytest.mark.crash
# The last act of a restore never comes: the process is gone, as after kill -9 or a power cut.
KILLED = """
import os, sys
from ravi.cli import program, restore
restore._settle = lambda *_: os._exit(9)
sys.exit(program.main(["restore", *sys.argv[1:]]))
"""


def run(home: Home, sandbox: Sandbox, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "RAVI_HOME": str(home.path)}
    environment["RAVI_EGRESS_ALLOW"] = f"127.0.0.1:{sandbox.port}"
    argv = [sys.executable, *words]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_a_killed_restore_does_not_start(fresh_database: Urls, tmp_path: Path, django_db_blocker: Any) -> None:
    old, new, file = Home(tmp_path / "old"), Home(tmp_path / "new"), tmp_path / "night.ravi"
    old.prepare()
    load_keys(old)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery\n")
    with running_sandbox(tmp_path / "sandbox") as sandbox, psycopg.connect(fresh_database.admin) as admin:
        without_posts(admin)
        admin.commit()
        city = build_city(sandbox, old.keys / "private", clock.now(), units=1)
        city.order(1, clock.now())
        urls = fresh_database.environment() | {"RAVI_BACKUP_DATABASE_URL": fresh_database.admin}
        ravi(old, urls, "backup", str(file), "--passphrase-file", str(passphrase))
        try:
            killed = run(new, sandbox, "-c", KILLED, str(file), "--passphrase-file", str(passphrase))
            assert killed.returncode == 9, killed.stderr
            started = run(new, sandbox, "-m", "ravi.cli", "up", "--port", str(free_port(8780)))
            assert started.returncode == 1
            assert "a restore did not come to its end here" in started.stdout
            again = run(new, sandbox, "-m", "ravi.cli", "restore", str(file), "--passphrase-file", str(passphrase))
            assert (again.returncode, "holds a Ravi already" in again.stderr) == (4, True)
        finally:
            remove_place(home_place(new.path))
        assert sandbox.published() == {}
