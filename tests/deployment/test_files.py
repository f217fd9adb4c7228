"""What stands in deploy/ is read by the programs that it is meant for, and does there what the pages say of it.

nginx's file is tried in tests/servers/test_proxy.py, with a Ravi behind it.
"""

import getpass
import gzip
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ravi.cli.ports import free_port
from ravi.cli.test_kinds import SBIN
from tests.certificates import certificate

pytestmark = pytest.mark.deployment

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NAME = "ravi.example"
WRITE = """
import select, sys
from ravi.core.logs import log
number = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    number += 1
    log("counted", number=number)
print(number)
"""


def program(name: str) -> str:
    found = shutil.which(name, path=SBIN)
    assert found, f"{name} is not here"
    return found


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").glob("*.service")), ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_in_a_unit(tmp_path: Path, unit: Path) -> None:
    told = unit.read_text(encoding="utf-8")
    assert "/opt/ravi/bin/ravi " in told
    here = tmp_path / unit.name
    here.write_text(told.replace("/opt/ravi/bin/ravi", program("true")), encoding="utf-8")
    command = [program("systemd-analyze"), "verify", "--man=no", here]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_logrotate_turns_the_log_of_a_running_process_and_loses_no_line(tmp_path: Path) -> None:
    (folder := tmp_path / "log").mkdir(mode=0o700)
    told, log = (DEPLOY / "logrotate" / "ravi").read_text(encoding="utf-8"), folder / "engine.log"
    for there, here in (
        ("/var/log/ravi", str(folder)),
        ("640 ravi ravi", f"640 {getpass.getuser()}"),
        ("rotate 5", "rotate 50"),
    ):
        assert there in told
        told = told.replace(there, here)
    (settings := tmp_path / "ravi").write_text(told, encoding="utf-8")
    settings.chmod(0o644)
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip
    command = [program("logrotate"), "--force", "--state", tmp_path / "state", settings]
    for number in range(1, 11):
        _until(lambda: log.exists() and log.stat().st_size > 0)
        subprocess.run(command, check=True, timeout=60)
        assert len(list(folder.iterdir())) == number + 1
    count = int(process.communicate(b"\n", timeout=60)[0])
    assert process.returncode == 0
    parts = sorted(folder.iterdir(), key=lambda path: -int("0" + "".join(filter(str.isdigit, path.name))))
    texts = [gzip.decompress(one.read_bytes()) if one.suffix == ".gz" else one.read_bytes() for one in parts]
    numbers = [json.loads(line)["number"] for line in b"".join(texts).splitlines()]
    assert numbers == list(range(1, count + 1))


class Behind(http.server.BaseHTTPRequestHandler):
    """Says which headers came."""

    def do_POST(self) -> None:
        told = json.dumps({name.lower(): self.headers.get_all(name) for name in self.headers}).encode()
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def caddy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The shipped file with other ports and the certificate of the test, before a server that tells its headers."""
    folder = tmp_path_factory.mktemp("caddy")
    certificate(folder, NAME)
    behind = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    port, told = free_port(8980), (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    for there, here in (
        (f"{NAME} {{", f"https://{NAME}:{port} {{\n\ttls {folder}/fullchain.pem {folder}/privkey.pem"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind.server_port}"),
    ):
        assert there in told
        told = told.replace(there, here)
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{told}", encoding="utf-8")
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = [program("caddy"), "run", "--config", folder / "Caddyfile"]
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stderr=log)
    try:
        _until(lambda: _is_open(port))
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        behind.shutdown()
        behind.server_close()


def test_caddy_finds_nothing_wrong_in_its_file() -> None:
    path = DEPLOY / "caddy" / "Caddyfile"
    for command in (["validate", "--adapter", "caddyfile", "--config", path], ["fmt", path]):
        done = subprocess.run([program("caddy"), *command], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    assert done.stdout == path.read_text(encoding="utf-8")


def test_caddy_says_by_itself_where_a_request_came_from_and_how(caddy: int) -> None:
    status, told = _ask(caddy, 1_000)
    assert status == 200
    seen = {name: json.loads(told)[name] for name in ("host", "x-forwarded-for", "x-forwarded-proto")}
    assert seen == {"host": [f"{NAME}:{caddy}"], "x-forwarded-for": ["127.0.0.1"], "x-forwarded-proto": ["https"]}


def test_caddy_takes_a_picture_and_refuses_what_is_too_large(caddy: int) -> None:
    taken, refused = (_ask(caddy, size)[0] for size in (30_000_000, 41_000_000))
    assert taken == 200
    assert refused in (413, 502)  # the second is Caddy 2.6's word for it


def _ask(port: int, size: int) -> tuple[int, bytes]:
    trusted = ssl.create_default_context()
    trusted.check_hostname, trusted.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        connection: Any = http.client.HTTPConnection(f"{NAME}:{port}", timeout=30)
        connection.sock = trusted.wrap_socket(plain, server_hostname=NAME)
        forged = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "http"}
        connection.request("POST", "/", b"x" * size, forged)
        answer = connection.getresponse()
        said = answer.status, answer.read()
        connection.close()
    return said


def _is_open(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def _until(is_so: Any) -> None:
    give_up = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.02)
