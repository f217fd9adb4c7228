"""The WordPress adapter against a real WordPress."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape

import pytest
from bs4 import BeautifulSoup

from ravi.platforms.compose import content_of, fit
from ravi.platforms.contract import Content, Receipt, Rejected
from ravi.platforms.contract_faults import http_answer
from ravi.platforms.contract_samples import image
from ravi.platforms.contract_tests import AdapterContract, Place, Shown
from ravi.platforms.wordpress.adapter import WordPress, WordPressCredentials
from ravi.platforms.wordpress.profile import PROFILES
from tests.servers.seed import seed_message
from tests.servers.wordpress import USER, WordPressSite

pytestmark = pytest.mark.server


class WordPressPlace:
    def __init__(self, site: WordPressSite) -> None:
        self._site = site
        self.port = site.port

    def credentials(self, port: int, *, wrong: bool = False) -> WordPressCredentials:
        word = "wrong wrong wrong" if wrong else self._site.application_password
        return WordPressCredentials(f"http://127.0.0.1:{port}", USER, word)

    def target(self, port: int) -> str:
        return f"http://127.0.0.1:{port}/"

    async def shown(self, receipt: Receipt) -> Shown | None:
        post = self._site.read(f"/wp/v2/posts/{receipt.remote_id}", context="edit")
        if post is None:
            return None
        media = self._site.read(f"/wp/v2/media/{post['featured_media']}") if post["featured_media"] else None
        return Shown(words(post["content"]["raw"]), (unescape(media["alt_text"]),) if media else ())

    async def effects(self, key: str) -> int:
        slugs = ",".join([key, *(f"{key}-{n}" for n in range(2, 6))])
        return len(self._site.read("/wp/v2/posts", slug=slugs, status="any"))


def words(html: str) -> str:
    """The plain text that stands in a post's HTML."""
    soup = BeautifulSoup(html, "html.parser")
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    return "\n\n".join(paragraph.get_text() for paragraph in soup.find_all("p"))


def nothing_there(method: str, _path: str) -> bytes | None:
    return http_answer("200 OK", "application/json", b"[]") if method == "GET" else None


class TestWordPress(AdapterContract):
    adapter_type = WordPress
    profile = PROFILES["wordpress"]
    innocent = staticmethod(nothing_there)

    @pytest.fixture
    async def place(self, wordpress: WordPressSite) -> AsyncIterator[Place]:
        yield WordPressPlace(wordpress)

    async def test_the_seed_message_is_read_back_whole(
        self, wordpress: WordPressSite, place: Place, adapter: WordPress, target: str, key: str
    ) -> None:
        parts = seed_message()
        fitted = fit(parts, self.profile)
        assert (fitted.name, fitted.problems) == ("full", ())
        receipt = await adapter.publish(target, content_of(parts, fitted), key=key)
        post = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}", context="edit")
        assert post["title"]["raw"] == parts.title
        assert post["status"] == "publish" and post["link"] == receipt.link
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == fitted.text

    async def test_nothing_in_a_text_is_expanded(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        text = "[gallery ids=1] <script>alert(1)</script>\n\nhttps://www.youtube.com/watch?v=dQw4w9WgXcQ"
        receipt = await adapter.publish(target, self.content(text), key=key)
        rendered = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["content"]["rendered"]
        assert "<script" not in rendered and "<iframe" not in rendered
        assert "[gallery ids=1]" in BeautifulSoup(rendered, "html.parser").get_text()

    async def test_the_same_image_is_uploaded_once(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        content: Content = self.content(media=(image("یک تصویر"), image("تصویر دوم")))
        first = await adapter.publish(target, content, key=f"{key}-a")
        second = await adapter.publish(target, content, key=f"{key}-b")
        posts = [wordpress.read(f"/wp/v2/posts/{r.remote_id}", context="edit") for r in (first, second)]
        assert posts[0]["featured_media"] == posts[1]["featured_media"]
        assert 'alt="تصویر دوم"' in posts[0]["content"]["raw"]

    async def test_a_password_never_goes_to_another_site(self, adapter: WordPress, key: str) -> None:
        with pytest.raises(Rejected):
            await adapter.publish("http://elsewhere.example.org/", self.content(), key=key)

    async def test_pinned_is_sticky(self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        await adapter.pin(target, receipt.remote_id)
        assert wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["sticky"] is True
