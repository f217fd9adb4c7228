"""The platform of the bench: nginx that says the same to everybody, or our own small server where nginx is not here."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ravi.delivery.bench.stub_server import ANSWER_BODY

SBIN = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
NGINX = """
daemon off; master_process off; pid nginx.pid; error_log nginx.error;
events {{ worker_connections 2048; }}
http {{
    log_format call '$http_idempotency_key $msec $uri';
    access_log calls call buffer=256k flush=1s;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    keepalive_requests 100000000; default_type application/json;
    server {{ listen 127.0.0.1:{port} backlog=1024; location / {{ return 200 '{answer}'; }} }}
}}
"""


class Call(NamedTuple):
    """One request as the platform saw it."""

    key: str
    at: float
    path: str


@dataclass(slots=True)
class Stub:
    """`name` says which of the two it is; `calls()` may be asked once the server has ended."""

    name: str
    port: int
    calls_file: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def calls(self) -> list[Call]:
        """The platform's own log, the judge over both clients."""
        words = (line.split(" ") for line in self.calls_file.read_text().split("\n")[:-1])
        return [Call(key, float(at), path) for key, at, path in words]

    def published(self) -> list[Call]:
        """The calls under a copy's key: engines also ask for numbers, beside the copies."""
        return [call for call in self.calls() if call.key != "-"]


@contextmanager
def running_stub(folder: Path, environment: Mapping[str, str], *, without_nginx: bool = False) -> Iterator[Stub]:
    """The stub as a process of its own; `calls()` is complete after the block."""
    folder.mkdir()
    program = None if without_nginx else shutil.which("nginx", path=SBIN)
    stub = _nginx(program, folder) if program else _own(folder, environment)
    try:
        yield stub
    finally:
        stub.process.terminate()
        stub.process.wait(20)


def _nginx(program: str, folder: Path) -> Stub:
    port = _free_port()
    (folder / "nginx.conf").write_text(NGINX.format(port=port, answer=ANSWER_BODY.decode()))
    argv = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "nginx.error"]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for(port)
    return Stub("nginx", port, folder / "calls", process)


def _own(folder: Path, environment: Mapping[str, str]) -> Stub:
    calls = folder / "calls"
    argv = [sys.executable, "-m", "ravi.delivery.bench.stub_server", str(calls)]
    process = subprocess.Popen(argv, env=dict(environment), stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as said:
        port = int(said.readline())
    return Stub("asyncio.Protocol", port, calls, process)


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])


def _wait_for(port: int) -> None:
    give_up = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return
