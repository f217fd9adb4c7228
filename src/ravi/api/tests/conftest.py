"""A program that speaks with one person's key, and nothing else; and one of somebody else's that is told by itself."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from ravi.accounts.rules import Verb
from ravi.accounts.services import issue_access_token
from ravi.api.interface import description
from ravi.api.models import Webhook
from ravi.api.tests.receiver import Receiver, receiver_running
from ravi.api.webhook import services
from ravi.api.webhook.rules import CHOSEN
from ravi.core.egress import Egress
from tests.pages.conftest import newsroom, settle

__all__ = ["Program", "newsroom", "program", "settle"]

ALL = tuple(Verb)
# Whole words before what stands in for a number.
SHAPES = [
    (re.compile(re.sub(r"{\w+}", "[^/]+", path.removeprefix("/api/v1/"))), said)
    for path, said in sorted(description()["paths"].items(), key=lambda one: one[0].count("{"))
]


def as_described(method: str, path: str, answer: Any) -> Any:
    """Every good answer of every test brings the headers that the description names, and no others that programs need."""
    if answer.status_code in (200, 201, 202) and answer["Content-Type"].startswith("application/json"):
        [one] = [said for shape, said in SHAPES if shape.fullmatch(path.partition("?")[0])][:1]
        described = one[method]["responses"][str(answer.status_code)].get("headers", {})
        assert set(described) == {"ETag", "Location"} & set(answer.headers), (method, path)
    return answer


class Program:
    """A client of the API. No cookie, no redirect; bodies are JSON."""

    def __init__(self, key: str = "", **headers: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = ({"Authorization": f"Bearer {key}"} if key else {}) | headers

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        return as_described("get", path, self.client.get(f"/api/v1/{path}", query, headers=self.headers | headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"content_type": "application/json", "headers": self.headers | headers}
        answer = getattr(self.client, method)(f"/api/v1/{path}", {} if body is None else body, **given)
        return as_described(method, path, answer)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("post", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("put", path, body, **headers)


@pytest.fixture
def program() -> Callable[..., Program]:
    """`program(person)` speaks with a new key of that person; `verbs` and `unit` bound it."""

    def make(person: Any, *, verbs: Any = ALL, unit: Any = None, **headers: str) -> Program:
        return Program(issue_access_token(person, "x", by=person, verbs=verbs, unit=unit), **headers)

    return make


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiver_running() as running:
        monkeypatch.setenv("RAVI_EGRESS_ALLOW", running.address.removeprefix("http://"))
        yield running


@pytest.fixture
def add(newsroom: Any, receiver: Receiver) -> Callable[..., Webhook]:
    """`add(by=…, unit=…, events=…)`: an address at the receiver, which then knows the secret."""

    def make(*, by: Any = None, unit: Any = None, events: Any = CHOSEN, url: str = "") -> Webhook:
        egress = Egress.from_environment({"RAVI_EGRESS_ALLOW": receiver.address.removeprefix("http://")})
        made, receiver.secret = services.add_webhook(
            unit or newsroom.headquarters,
            "گزارشگر",
            url or receiver.address,
            events,
            egress=egress,
            by=by or newsroom.head,
        )
        return made

    return make
