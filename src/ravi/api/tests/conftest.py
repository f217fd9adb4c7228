"""A program that speaks with one person's key, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ravi.accounts.rules import Verb
from ravi.accounts.services import issue_access_token
from tests.pages.conftest import newsroom, settle

__all__ = ["Program", "newsroom", "program", "settle"]

ALL = tuple(Verb)


class Program:
    """A client of the API. No cookie, no redirect; bodies are JSON."""

    def __init__(self, key: str = "", **headers: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = ({"Authorization": f"Bearer {key}"} if key else {}) | headers

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers | headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"content_type": "application/json", "headers": self.headers | headers}
        return getattr(self.client, method)(f"/api/v1/{path}", {} if body is None else body, **given)

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
