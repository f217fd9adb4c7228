"""The WordPress adapter against a real WordPress."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from html import unescape

import pytest
from bs4 import BeautifulSoup, Tag

from ravi.core.egress import Egress
from ravi.platforms.compose import content_of, fit
from ravi.platforms.contract import Beside, Content, CredentialsRefused, Mark, MediaItem, Receipt, Rejected
from ravi.platforms.contract_faults import HOST, http_answer
from ravi.platforms.contract_samples import image, png
from ravi.platforms.contract_tests import AdapterContract, Place, Shown
from ravi.platforms.transport import open_transport
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

    def lacks(self, receipt: Receipt, content: Content) -> str:
        """The title as it stands above the words."""
        title = self._site.read(f"/wp/v2/posts/{receipt.remote_id}", context="edit")["title"]["raw"]
        return "" if title == content.title else f"the title is {title!r}, not {content.title!r}"

    async def effects(self, key: str) -> int:
        slugs = ",".join([key, *(f"{key}-{n}" for n in range(2, 6))])
        return len(self._site.read("/wp/v2/posts", slug=slugs, status="any"))


def words(html: str) -> str:
    """The plain text that stands in a post's HTML."""
    soup = BeautifulSoup(html, "html.parser")
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    return "\n\n".join(paragraph.get_text() for paragraph in soup.find_all("p"))


def tiny_film() -> bytes:
    """An MP4 that is whole and shows nothing: its kind, a head of one second, no track, four bytes of contents."""

    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", 8 + len(body)) + kind + body

    one, matrix = 0x00010000, (0x00010000, 0, 0, 0, 0x00010000, 0, 0, 0, 0x40000000)
    head = struct.pack(">IIIIIIH10x9I24xI", 0, 0, 0, 1000, 1000, one, 0x0100, *matrix, 1)
    kind = box(b"ftyp", b"mp42\0\0\0\0mp42isom")
    return kind + box(b"moov", box(b"mvhd", head)) + box(b"mdat", b"\0\0\0\0")


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

    async def test_marks_are_seen_and_hashtags_stay_words(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        text = "مهم: #واکسن_رایگان\nگفت: بیایید\n\nنشانی"
        marks = (Mark("bold", 0, 3), Mark("quote", 19, 30), Mark("link", 32, 37, "https://example.org/?a=1&b=[x]"))
        receipt = await adapter.publish(target, self.content(text, marks=marks), key=key)
        rendered = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["content"]["rendered"]
        soup = BeautifulSoup(rendered, "html.parser")
        assert soup.strong is not None and soup.strong.get_text() == "مهم"
        assert soup.blockquote is not None and soup.blockquote.get_text().strip() == "گفت: بیایید"
        [link] = soup.find_all("a")
        assert (link["href"], link.get_text()) == ("https://example.org/?a=1&b=[x]", "نشانی")
        assert "#واکسن_رایگان" in soup.get_text()

    async def test_several_images_are_a_gallery_and_an_edit_replaces_them(
        self, wordpress: WordPressSite, place: Place, adapter: WordPress, target: str, key: str
    ) -> None:
        pictures = [replace(image(f"تصویر {n}"), content=png(2, 3 + n), sha256=f"{key}-{n}") for n in range(4)]
        receipt = await adapter.publish(target, self.content(media=tuple(pictures)), key=key)

        def seen() -> list[str]:
            rendered = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["content"]["rendered"]
            gallery = BeautifulSoup(rendered, "html.parser").find(class_="wp-block-gallery")
            return [str(one["alt"]) for one in gallery.find_all("img")] if isinstance(gallery, Tag) else []

        assert seen() == ["تصویر 1", "تصویر 2", "تصویر 3"]
        before = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")
        await adapter.edit(target, receipt.remote_id, self.content("نو", media=tuple(reversed(pictures))), key=key)
        after = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")
        assert seen() == ["تصویر 2", "تصویر 1", "تصویر 0"]
        assert before["featured_media"] != after["featured_media"]
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == "نو"
        await adapter.edit(target, receipt.remote_id, self.content("بی تصویر"), key=key)
        assert seen() == [] and wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["featured_media"] == 0

    async def test_a_film_is_uploaded_with_its_picture_and_captions(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        content = tiny_film()
        captions = "WEBVTT\n\n00:00.000 --> 00:01.000\nسلام\n".encode()
        film = MediaItem(
            f"{key}-film", "video/mp4", "فیلم کوتاه", content, duration_s=1.0,
            thumbnail=Beside(f"{key}-picture", "image/png", png(4, 3)),
            captions=Beside(f"{key}-words", "text/vtt", captions),
        )  # fmt: skip
        receipt = await adapter.publish(target, self.content(media=(film, image("تصویر"))), key=key)
        post = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")
        video = BeautifulSoup(post["content"]["rendered"], "html.parser").video
        assert video is not None and video.track is not None
        assert video["aria-label"] == "فیلم کوتاه" and post["featured_media"]
        for address, bytes_of_it in ((video["src"], content), (video.track["src"], captions)):
            assert wordpress.download(str(address)) == bytes_of_it
        assert str(video["poster"]).endswith(".png")

    async def test_a_film_alone_has_neither_and_no_picture_of_its_own_is_featured(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        film = MediaItem(f"{key}-alone", "video/mp4", "", tiny_film(), duration_s=1.0)
        receipt = await adapter.publish(target, self.content(media=(film,)), key=key)
        post = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")
        video = BeautifulSoup(post["content"]["rendered"], "html.parser").video
        assert video is not None and post["featured_media"] == 0
        assert (video.track, video.get("poster"), video.get("aria-label")) == (None, None, None)
        assert wordpress.download(str(video["src"])) == film.content

    @pytest.mark.parametrize(("own", "said"), [("", "ckb"), ("en", "en")])
    async def test_captions_name_their_language_and_else_the_posts(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str, own: str, said: str
    ) -> None:
        words = Beside(f"{key}-words", "text/vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nسڵاو\n".encode(), lang=own)
        film = MediaItem(f"{key}-film", "video/mp4", "فیلم", tiny_film(), duration_s=1.0, captions=words)
        receipt = await adapter.publish(target, self.content(media=(film,), lang="ckb"), key=key)
        rendered = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["content"]["rendered"]
        track = BeautifulSoup(rendered, "html.parser").track
        assert track is not None and track["srclang"] == said

    async def test_a_picture_of_the_library_has_a_name_of_ours_and_its_own_words(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        """The same bytes with other words are another picture there: alternative texts differ by post."""
        one = replace(image("یک تصویر"), sha256=f"{key}-same")
        named = []
        for number, alt in enumerate(("یک تصویر", "تصویر دیگر")):
            media = (replace(one, alt_text=alt),)
            receipt = await adapter.publish(target, self.content(media=media), key=f"{key}-{number}")
            post = wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")
            found = wordpress.read(f"/wp/v2/media/{post['featured_media']}", context="edit")
            assert (found["alt_text"], found["mime_type"]) == (alt, "image/png")
            assert found["source_url"].endswith(f"{found['slug']}.png")
            assert found["title"]["raw"] == found["slug"] and found["slug"].startswith("ravi-")
            named.append(found["slug"])
        assert len(set(named)) == 2

    async def test_an_edited_post_is_still_found_by_its_slug(self, adapter: WordPress, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        await adapter.edit(target, receipt.remote_id, self.content("نو", title="عنوان دیگر"), key=key)
        found = await adapter.find(target, key)
        assert found is not None and (found.remote_id, found.link) == (receipt.remote_id, receipt.link)

    async def test_the_sites_own_categories_are_left_alone(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        made = wordpress.write("/wp/v2/categories", name=f"دسته {key}")
        wordpress.write(f"/wp/v2/posts/{receipt.remote_id}", categories=str(made["id"]))
        await adapter.edit(target, receipt.remote_id, self.content("نو"), key=key)
        assert wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["categories"] == [made["id"]]

    async def test_a_password_never_goes_to_another_site(self, adapter: WordPress, key: str) -> None:
        with pytest.raises(Rejected):
            await adapter.publish("http://elsewhere.example.org/", self.content(), key=key)

    async def test_pinned_is_sticky(self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        await adapter.pin(target, receipt.remote_id)
        assert wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["sticky"] is True

    async def test_a_pin_goes_with_its_post_and_only_where_it_was_asked_for(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        for is_pinned in (True, False):
            receipt = await adapter.publish(target, self.content(pin=is_pinned), key=f"{key}-{is_pinned}".lower())
            assert wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["sticky"] is is_pinned

    @pytest.mark.parametrize("status", ["publish", "draft", "pending", "private", "future"])
    async def test_the_same_key_finds_its_post_whatever_the_site_made_of_it(
        self, wordpress: WordPressSite, place: Place, adapter: WordPress, target: str, key: str, status: str
    ) -> None:
        """Somebody of the site took it down, or dated it later: a second one beside it is for nobody."""
        receipt = await adapter.publish(target, self.content(), key=key)
        when = {"date_gmt": "2099-01-01T00:00:00"} if status == "future" else {}
        wordpress.write(f"/wp/v2/posts/{receipt.remote_id}", status=status, **when)
        assert wordpress.read(f"/wp/v2/posts/{receipt.remote_id}", context="edit")["status"] == status
        found = await adapter.find(target, key)
        again = await adapter.publish(target, self.content("دوباره"), key=key)
        assert found is not None and {found.remote_id, again.remote_id} == {receipt.remote_id}
        assert await place.effects(key) == 1
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == "سلام"

    async def test_a_receipt_names_the_post_and_the_site_says_so(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        made = await adapter.publish(target, self.content(), key=key)
        edited = await adapter.edit(target, made.remote_id, self.content("نو"), key=key)
        found = await adapter.find(target, key)
        assert found is not None
        for receipt, status in ((made, 201), (edited, 200), (found, 200)):
            assert (receipt.remote_id, receipt.link) == (made.remote_id, made.link)
            assert receipt.evidence.startswith(f"HTTP {status} ")

    async def test_what_somebody_binned_does_not_stand_and_is_removed_for_good(
        self, wordpress: WordPressSite, adapter: WordPress, target: str, key: str
    ) -> None:
        receipt = await adapter.publish(target, self.content(), key=key)
        assert wordpress.put_into_the_bin(receipt.remote_id)["status"] == "trash"
        assert await adapter.read(target, receipt.remote_id, self.content()) is None
        await adapter.delete(target, receipt.remote_id)
        assert wordpress.read(f"/wp/v2/posts/{receipt.remote_id}", context="edit") is None

    async def test_whoever_may_not_change_it_is_refused_and_it_stands(
        self, wordpress: WordPressSite, place: Place, adapter: WordPress, target: str, key: str
    ) -> None:
        """An author who may publish, and a post that is somebody else's: no removal, no new words, and no "it is gone"."""
        receipt = await adapter.publish(target, self.content(), key=key)
        async with self.as_role("author", wordpress, place, key) as author:
            acts = {
                "rest_cannot_edit": lambda: author.edit(target, receipt.remote_id, self.content("نو"), key=key),
                "rest_cannot_delete": lambda: author.delete(target, receipt.remote_id),
                "rest_forbidden_context": lambda: author.read(target, receipt.remote_id, self.content()),
            }
            for code, act in acts.items():
                with pytest.raises(Rejected) as caught:
                    await act()
                assert caught.value.code == code
            with pytest.raises(Rejected):
                await author.pin(target, receipt.remote_id)
        shown = await place.shown(receipt)
        assert shown is not None and shown.text == "سلام"
        assert wordpress.read(f"/wp/v2/posts/{receipt.remote_id}")["sticky"] is False

    async def test_a_user_who_may_not_publish_is_not_verified_and_publishes_nothing(
        self, wordpress: WordPressSite, place: Place, target: str, key: str
    ) -> None:
        async with self.as_role("contributor", wordpress, place, key) as contributor:
            with pytest.raises(CredentialsRefused, match="may not publish posts"):
                await contributor.verify(target)
            with pytest.raises(Rejected):
                await contributor.publish(target, self.content(), key=key)
        assert await place.effects(key) == 0
        async with self.as_role("author", wordpress, place, key[-12:]) as author:
            verified = await author.verify(target)
        assert (verified.name, verified.handle) == (f"author {key[-12:]}", f"author-{key[-12:]}")

    @asynccontextmanager
    async def as_role(self, role: str, site: WordPressSite, place: Place, name: str) -> AsyncIterator[WordPress]:
        """Somebody else of the site, with an application password of their own."""
        user = site.write(
            "/wp/v2/users", username=f"{role}-{name}", name=f"{role} {name}", email=f"{role}-{name}@example.org",
            password=name, roles=role,
        )  # fmt: skip
        word = site.write(f"/wp/v2/users/{user['id']}/application-passwords", name="ravi")["password"]
        async with open_transport(Egress(frozenset({(HOST, place.port)}))) as transport:
            yield WordPress(WordPressCredentials(f"http://{HOST}:{place.port}", f"{role}-{name}", word), transport)
