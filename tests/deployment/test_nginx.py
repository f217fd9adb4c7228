"""What nginx's file says of each address, read as nginx reads it; tests/servers/test_proxy.py runs the program itself."""

import re
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "deploy" / "nginx" / "ravi.conf"
LOCATION = re.compile(r"location (?P<kind>~ )?(?P<place>\S+) \{(?P<body>[^}]*)\}")
FORWARDED = ("Host $host", "X-Forwarded-Proto $scheme", "X-Forwarded-For $remote_addr")


def body_of(path: str) -> str:
    """The block that answers: a pattern that fits goes before the longest beginning."""
    blocks = list(LOCATION.finditer(FILE.read_text(encoding="utf-8")))
    patterns = [one for one in blocks if one["kind"] and re.search(one["place"], path)]
    beginnings = [one for one in blocks if not one["kind"] and path.startswith(one["place"])]
    return (patterns or sorted(beginnings, key=lambda one: -len(one["place"])))[0]["body"]


@pytest.mark.parametrize(
    ("path", "is_written_down"),
    [
        ("/m/abcdefg/", False),
        ("/p/mehregan/messages/", False),
        ("/p/mehregan/messages/abcdefg/", False),
        ("/p/mehregan/messages/abcdefg.jsonld", False),
        ("/p/mehregan/messages/feed.atom", False),
        ("/p/mehregan/", True),
        ("/p/mehregan/news/messages/", True),
        ("/messages/", True),
        ("/posts/7/", True),
        ("/", True),
    ],
)
def test_no_reader_of_a_message_is_written_down(path: str, is_written_down: bool) -> None:
    assert ("access_log off;" not in body_of(path)) is is_written_down


@pytest.mark.parametrize("path", ["/", "/posts/7/", "/m/abcdefg/", "/p/mehregan/messages/"])
def test_every_request_says_where_it_came_from(path: str) -> None:
    body = body_of(path)
    assert "proxy_pass http://127.0.0.1:8000;" in body
    assert [one for one in FORWARDED if f"proxy_set_header {one};" not in body] == []
