"""Pages of people who signed in stay with them; a body that no form needs is not read."""

from typing import Any

from django.test import Client

from ravi.core.middleware import MOST_BODY_BYTES


def test_no_cache_on_the_way_keeps_a_page(newsroom: Any) -> None:
    browser = newsroom.browse(newsroom.editor)
    for address in ("/", "/posts/", "/me/", f"/posts/{newsroom.draft().pk}/", "/nothing-here/"):
        assert browser.get(address)["Cache-Control"] == "private, no-cache", address
    assert "public" in browser.get("/p/sample/")["Cache-Control"]


def test_signing_out_empties_the_browsers_cache(newsroom: Any) -> None:
    answer = newsroom.browse(newsroom.editor).post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache"'


def test_a_huge_body_is_refused_unread(newsroom: Any) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read")

        readline = read

        def close(self) -> None: ...

    for length in (str(MOST_BODY_BYTES + 1), "9" * 40, "-1", "x"):
        answer = Client().post("/sign-in/", CONTENT_LENGTH=length, **{"wsgi.input": Unread()})
        assert answer.status_code == 413, length


def test_a_device_keeps_each_persons_words_apart(newsroom: Any) -> None:
    post = newsroom.draft(unit=newsroom.hospital, by=newsroom.officer, channel_ids=frozenset())
    for address in ("/posts/new/", f"/posts/{post.pk}/"):
        keys = {
            newsroom.browse(person).get(address).context["draft_key"]
            for person in (newsroom.officer, newsroom.unit_head)
        }
        assert len(keys) == 2, address
    browser = newsroom.browse(newsroom.officer)
    typed = {"title": "x", "text": "y"}
    answer = browser.post(f"/posts/{post.pk}/draft/", typed, headers={"X-Ravi-Draft": "1"}).json()
    assert answer["key"] == browser.get(f"/posts/{post.pk}/").context["draft_key"]
