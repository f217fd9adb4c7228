"""A program of somebody else's making goes the whole way: a key from the page, a draft, another person's yes, and out."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.journeys.running import Ravi

pytestmark = pytest.mark.journey

WAITS_S = 120


def key_of(ravi: Ravi, name: str, verbs: tuple[str, ...]) -> str:
    """Made as its person makes it, on their own page."""
    with httpx.Client(base_url=ravi.url, follow_redirects=True) as browser:

        def send(page: str, **said: object) -> httpx.Response:
            found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(page).text)
            assert found
            return browser.post(page, data={"csrfmiddlewaretoken": found[1], **said})

        send("/sign-in/", login=name, password=ravi.password)
        made = re.search(r"ravi_[0-9]+-[\w-]{43}", send("/me/tokens/", name="x", verbs=list(verbs), days="30").text)
        assert made
        return made[0]


Program = Callable[..., httpx.Client]


@pytest.fixture
def program(ravi: Ravi) -> Iterator[Program]:
    """`program(name, *verbs)`: a client with a key of that person's."""
    with ExitStack() as clients:

        def made(name: str, *verbs: str) -> httpx.Client:
            headers = {"Authorization": f"Bearer {key_of(ravi, name, verbs)}", "Accept-Language": "en"}
            return clients.enter_context(httpx.Client(base_url=f"{ravi.url}/api/v1/", headers=headers))

        yield made


def test_from_a_key_to_a_sent_copy(program: Program) -> None:
    writer, approver = program("officer", "write"), program("expert", "approve")
    me = writer.get("me").json()
    channels = writer.get("channels", params={"publishable": "true"}).json()["items"]
    chosen = [one["id"] for one in channels if one["platform"] in ("telegram", "mastodon")][:2]
    words = {"unit_id": me["roles"][0]["unit_id"], "title": "x", "text": "From a program", "lang": "en"}
    words |= {"topic": "organisation", "channel_ids": chosen}
    once = {"Idempotency-Key": "draft-1"}
    made = writer.post("posts", json=words, headers=once)
    assert made.status_code == 201, made.text
    assert writer.post("posts", json=words, headers=once).json() == made.json()
    post = made.json()["id"]
    sent = writer.post(f"posts/{post}/submission", headers={"If-Match": made.headers["ETag"]})
    assert sent.json()["ready"] == len(chosen), sent.text
    digest = approver.get(f"posts/{post}/shown").json()["digest"]
    assert writer.post(f"posts/{post}/approval", json={"digest": digest}).status_code == 403
    approved = approver.post(f"posts/{post}/approval", json={"digest": digest})
    assert approved.status_code == 200, approved.text
    give_up = time.monotonic() + WAITS_S
    while True:
        copies = writer.get("copies", params={"post_id": post}).json()["items"]
        if {one["state"] for one in copies} == {"sent"}:
            break
        assert time.monotonic() < give_up, copies
        time.sleep(0.5)
    assert len(copies) == len(chosen)
    for one in copies:
        assert "From a program" in httpx.get(one["link"]).text
