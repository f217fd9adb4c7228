"""Every line is one JSON object with the ids of what is being done, and nothing that people typed enters one."""

import json
import logging
import sys

import pytest
from django.test import Client

from ravi.accounts.models import Institution
from ravi.accounts.services import issue_access_token
from ravi.core import logs
from ravi.core.logs import CONFIG, JsonFormatter, log, marked
from ravi.publishing.views import composer

SECRETS = ("متنی که نباید دیده شود", "a-password-typed-in-a-form", "someone@example.org")


class Here(logging.Handler):
    """Writes to whatever stderr is now."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")


@pytest.fixture
def lines(capsys):
    """What this process would write from now on, our own lines and those of libraries, at every level."""
    handler = Here()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_carries_the_ids_of_what_is_being_done(lines):
    with marked(job=3, doing="notices.dispatch"), marked(delivery=7):
        log("sent", state="sent")
    log("idle")
    (first, second) = lines()
    assert {name: first[name] for name in ("event", "job", "doing", "delivery", "state")} == {
        "event": "sent", "job": 3, "doing": "notices.dispatch", "delivery": 7, "state": "sent",
    }  # fmt: skip
    assert set(second) == {"at", "event"} and second["at"].endswith("Z")


def test_of_a_library_stands_its_template_and_of_an_exception_its_way(lines):
    try:
        raise ValueError(SECRETS[0])
    except ValueError:
        logging.getLogger("django.request").error("Went wrong: %s", SECRETS[1], exc_info=True)
    (line,) = lines()
    assert (line["event"], line["exception"], line["level"]) == ("Went wrong: %s", "ValueError", "ERROR")
    assert line["where"][-1].endswith("test_of_a_library_stands_its_template_and_of_an_exception_its_way")
    assert not any(secret in json.dumps(line, ensure_ascii=False) for secret in SECRETS)


def test_a_request_is_one_line_with_its_id(house, lines):
    answer = Client().get("/deliveries/12/?q=x", headers={"X-Request-ID": "from-the-proxy-1"})
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert {name: line[name] for name in ("request", "method", "status", "view", "delivery")} == {
        "request": "from-the-proxy-1", "method": "GET", "status": 302, "view": "delivery:delivery", "delivery": 12,
    }  # fmt: skip
    assert answer.headers["X-Request-ID"] == "from-the-proxy-1"
    other = Client().get("/sign-in/", headers={"X-Request-ID": "no good\r\nid"})
    assert len(other.headers["X-Request-ID"]) == 16


def test_what_people_type_never_stands_in_a_line(house, lines, sign_in, monkeypatch):
    Institution.objects.update(is_demo=True)
    token = issue_access_token(house.editor, "x", by=house.editor)
    Client().post("/sign-in/", {"login": SECRETS[2], "password": SECRETS[1]})
    browser = sign_in(house.editor)
    browser.raise_request_exception = False

    def broken(*_: object, **__: object) -> None:
        raise ValueError(SECRETS[0])

    monkeypatch.setattr(composer, "render", broken)
    answer = browser.post("/posts/new/", {"title": SECRETS[0], "text": SECRETS[0]}, headers={"Authorization": token})
    log_of_all = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines())
    assert answer.status_code in (200, 302, 422, 500)
    assert '"event": "request"' in log_of_all
    for secret in (*SECRETS, token, house.editor.name):
        assert secret not in log_of_all


def test_every_process_uses_the_same_shape():
    assert CONFIG["formatters"]["json"]["()"] == f"{logs.__name__}.JsonFormatter"
    assert CONFIG["root"]["level"] == "WARNING"
