"""`ravi engine` as a process that can be killed, and a PostgreSQL that keeps its promises and can be restarted."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from conftest import Urls
from ravi.cli.postgres.binaries import choose_binaries
from ravi.cli.postgres.cluster import Cluster
from ravi.cli.postgres.place import Place, home_place
from ravi.cli.postgres.roles import ensure_roles
from ravi.cli.postgres.throwaway import new_passwords, urls_of

ROOT = Path(__file__).parents[2]


@dataclass
class EngineProcess:
    """One engine that may reach these ports of the machine; `log` collects the JSON lines of every life.

    `wrapped` stands before the program, such as a command that enters another host.
    """

    url: str
    keys_folder: Path
    reaches: Sequence[str]
    log: Path
    policy: str = "{}"
    wrapped: Sequence[str] = ()
    program: Sequence[str] = ("-m", "ravi.cli")
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
            "RAVI_ENGINE_DATABASE_URL": self.url,
            "RAVI_CREDENTIAL_KEYS_FOLDER": str(self.keys_folder),
            "RAVI_EGRESS_ALLOW": ",".join(self.reaches),
            "RAVI_ENGINE_POLICY": self.policy,
        }
        with self.log.open("ab") as log:
            command = [*self.wrapped, sys.executable, *self.program, "engine"]
            self.process = subprocess.Popen(command, env=environment, stderr=log, cwd=ROOT)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """No warning, no last word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def end(self) -> int:
        """As `ravi up` ends it; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def durable_cluster(folder: Path | None = None) -> Iterator[tuple[Cluster, Urls]]:
    """A migrated database with synchronous commits whose server the test may stop, kill and start.

    `folder` holds its data where that matters; it is emptied by whoever made it.
    """
    home = Path(tempfile.mkdtemp(prefix="ravi-crash-"))
    place = home_place(home)
    if folder is not None:
        place = Place(_owned(folder / "cluster", place), place.socket, place.user)
    cluster = Cluster(place, choose_binaries(wanted=None), new_passwords(), home / "postgres.log")
    try:
        cluster.start()
        ensure_roles(cluster, may_create_databases=True)
        made = urls_of(cluster)
        urls = Urls(made.web, made.owner, made.engine, str(made.admin))
        environment = {**os.environ, "DATABASE_URL": urls.owner, "PYTHONPATH": str(ROOT / "src")}
        subprocess.run([sys.executable, "-m", "ravi.core.database"], env=environment, check=True, timeout=300)
        yield cluster, urls
    finally:
        cluster.stop()
        for leftover in (place.socket, place.folder, home_place(home).folder, home):
            shutil.rmtree(leftover, ignore_errors=True)


def _owned(folder: Path, like: Place) -> Path:
    folder.mkdir(mode=0o700)
    if like.user is not None:
        os.chown(folder, like.user.uid, like.user.gid)
    return folder
