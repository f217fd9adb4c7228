"""Ravi with a public name behind a real nginx with TLS, by the very file that docs/operate/README.md tells to copy."""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from ravi.cli.home import Home, read_running
from ravi.cli.ports import free_port
from ravi.cli.postgres import home_place
from ravi.cli.test_kinds import SBIN
from tests.certificates import certificate
from tests.launch.folders import remove_place

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
NAME = "ravi.example"
PASSWORD = "a long password 14"  # noqa: S105 -- of a made-up person
AROUND = "daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {temp} {server} }}"
TEMP = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def nginx(folder: Path, ravi_port: int) -> Iterator[tuple[int, int]]:
    """The shipped file with other ports and the certificate of the test; gives (http, https)."""
    certificate(folder, NAME)
    plain, secure = free_port(8780), free_port(8880)
    server = (ROOT / "deploy" / "nginx" / "ravi.conf").read_text(encoding="utf-8")
    for told, here in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("/etc/ssl/ravi/", f"{folder}/"),
        ("127.0.0.1:8000", f"127.0.0.1:{ravi_port}"),
    ):
        assert told in server
        server = server.replace(told, here)
    temp = " ".join(f"{one}_temp_path {folder}/{one};" for one in TEMP)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, temp=temp, server=server))
    program = shutil.which("nginx", path=SBIN)
    assert program
    process = subprocess.Popen([program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"])
    try:
        _until_open(secure)
        yield plain, secure
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _until_open(port: int) -> None:
    give_up = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < give_up
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="module")
def ravi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, int]]:
    """A founded Ravi with a public name."""
    home, port = Home(tmp_path_factory.mktemp("proxy") / "home"), free_port(8760)
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    environment |= {"RAVI_HOME": str(home.path), "PYTHONPATH": str(ROOT / "src"), "RAVI_DOMAIN": NAME}
    program = [sys.executable, "-m", "ravi.cli"]
    said = home.path.with_name("said.txt")
    with said.open("wb") as sink:
        process = subprocess.Popen([*program, "up", "--port", str(port)], env=environment, stdout=sink, stderr=sink)
    try:
        give_up = time.monotonic() + 150
        while not (here := read_running(home)) or not here.is_ready:
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < give_up, said.read_text()
            time.sleep(0.1)
        assert here.url == f"https://{NAME}/"
        words = ["found", "mehregan", "--name", "دانشگاه مهرگان", "--head", "maryam", "--head-name", "مریم راد"]
        subprocess.run([*program, *words], env=environment, input=f"{PASSWORD}\n", text=True, check=True, timeout=120)
        yield home, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)
        remove_place(home_place(home.path))


class Browser:
    """One who trusts the certificate and keeps its cookies as a browser does: by name, to HTTPS."""

    def __init__(self, port: int, trusted: Path) -> None:
        self.context = ssl.create_default_context(cafile=str(trusted))
        self.port = port
        self.cookies: dict[str, str] = {}
        self.set: list[str] = []

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        raw = socket.create_connection(("127.0.0.1", self.port), 20)
        connection = http.client.HTTPSConnection(NAME, timeout=20)
        connection.sock = self.context.wrap_socket(raw, server_hostname=NAME)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        sent |= {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request(method, path, urlencode(form) if form else None, sent)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.set.append(line)
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.headers, answer.read().decode()


def token_in(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_head_signs_in_through_tls(ravi: tuple[Home, int], tmp_path: Path) -> None:
    home, ravi_port = ravi
    with nginx(tmp_path, ravi_port) as (plain, secure):
        first = http.client.HTTPConnection("127.0.0.1", plain, timeout=20)
        first.request("GET", "/sign-in/", headers={"Host": NAME})
        answer = first.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/sign-in/")

        browser = Browser(secure, tmp_path / "fullchain.pem")
        status, headers, page = browser.ask("GET", "/sign-in/")
        assert status == 200
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        form = {"login": "maryam", "password": PASSWORD, "csrfmiddlewaretoken": token_in(page)}
        own = f"https://{NAME}"
        assert browser.ask("POST", "/sign-in/", form, Origin="https://elsewhere.example")[0] == 403
        assert browser.ask("POST", "/sign-in/", form | {"csrfmiddlewaretoken": "x" * 64}, Origin=own)[0] == 403
        assert browser.ask("POST", "/sign-in/", form | {"password": "wrong"}, Origin=own)[0] == 200
        status, headers, _page = browser.ask("POST", "/sign-in/", form, Origin=own, Referer=f"{own}/sign-in/")
        assert (status, headers["Location"]) == (302, "/")
        assert {name for name in browser.cookies if name.startswith("__Host-")} == {"__Host-ravi_session"}
        assert [line for line in browser.set if "; Secure" not in line and not line.startswith("ravi_language")] == []
        status, headers, _page = browser.ask("GET", "/")
        assert (status, headers["Location"]) == (302, "/second-factor/")  # asked for at the first sign-in
        status, _headers, _page = browser.ask("GET", "/second-factor/totp/activate/")
        assert status in {200, 302}

        stranger = Browser(secure, tmp_path / "fullchain.pem")
        assert stranger.ask("GET", "/sign-in/", **{"Host": "elsewhere.example"})[0] == 400
        _status, _headers, page = stranger.ask("GET", "/sign-in/")
        wrong = {"login": "stranger", "password": "wrong", "csrfmiddlewaretoken": token_in(page)}
        assert stranger.ask("POST", "/sign-in/", wrong, **{"Origin": own, "X-Forwarded-For": "203.0.113.9"})[0] == 200
        here = read_running(home)
        assert here is not None
        with psycopg.connect(here.databases["owner"]) as connection:
            rows = connection.execute("select username, host(ip_address) from axes_accessattempt order by 1").fetchall()
        assert rows == [
            ("maryam", "127.0.0.1"),
            ("stranger", "127.0.0.1"),
        ]  # what the proxy saw, not what the client claims
