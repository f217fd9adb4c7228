"""Correcting what is out, page by page: what will happen, the words, the yes, and the board that says so."""

from dataclasses import replace

import pytest

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.publishing import services
from ravi.publishing.models import Post
from ravi.publishing.queries import fields_of
from tests.pages.conftest import Newsroom
from tests.pages.test_board import asked

pytestmark = pytest.mark.django_db


def published(newsroom: Newsroom, **fields) -> Post:
    post = newsroom.approved(**fields)
    now = clock.now()
    for one in Delivery.objects.filter(post_id=post.pk):
        sent = {"state": "sent", "sent_at": now, "settled_at": now, "remote_id": f"r{one.pk}"}
        Delivery.objects.filter(pk=one.pk).update(**sent)
    return post


def begun(newsroom: Newsroom, post: Post, text: str = "زمان واکسن عوض شد.") -> Post:
    return services.correct_post(post, replace(fields_of(post), text=text), by=newsroom.editor)


def test_from_the_board_to_the_board_of_the_correction(newsroom: Newsroom) -> None:
    post = published(newsroom)
    editor, head = newsroom.browse(newsroom.editor), newsroom.browse(newsroom.head)
    assert f'href="/posts/{post.pk}/correction/"' in editor.get(f"/posts/{post.pk}/board/").content.decode()
    shown = editor.get(f"/posts/{post.pk}/correction/")
    assert [fate.bead for fate in shown.context["fates"]] == ["sent"]
    composer = editor.post(f"/posts/{post.pk}/correction/")
    made = Post.objects.get(corrects=post)
    assert composer.url == f"/posts/{made.pk}/" == editor.post(f"/posts/{post.pk}/correction/").url
    page = editor.get(composer.url).content.decode()
    assert f'href="/posts/{made.pk}/correction/"' in page and 'name="reach"' not in page and 'name="when"' not in page
    typed = {"title": "واکسن", "text": "زمان واکسن عوض شد.", "expected_revision": made.revision, "act": "submit"}
    assert editor.post(composer.url, typed).url == f"/posts/{made.pk}/approval/"
    waiting = head.get(f"/posts/{made.pk}/approval/")
    assert waiting.context["changes"].since == "آنچه منتشر شده" and waiting.context["changes"].difference.count
    assert len(waiting.context["fates"]) == 1
    head.post(f"/posts/{made.pk}/approval/", {"digest": waiting.context["shown"].digest})
    assert set(Delivery.objects.filter(post_id=made.pk).values_list("action", flat=True)) == {"edit"}
    board = editor.get(f"/posts/{post.pk}/board/").content.decode()
    assert f'href="/posts/{made.pk}/board/"' in board and "اصلاح شد" in board
    assert editor.get(f"/posts/{made.pk}/correction/").url == f"/posts/{made.pk}/"


def test_a_reader_sees_what_would_happen_and_begins_nothing(newsroom: Newsroom) -> None:
    post = published(newsroom)
    auditor = newsroom.browse(newsroom.auditor)
    assert "btn-1" not in auditor.get(f"/posts/{post.pk}/correction/").content.decode()
    assert auditor.post(f"/posts/{post.pk}/correction/").status_code == 403


def test_the_plan_asks_the_same_for_many_channels(newsroom: Newsroom) -> None:
    few = published(newsroom)
    newsroom.add_units(6)
    many = published(newsroom, title="همه")
    editor = newsroom.browse(newsroom.editor)
    counts = [len(asked(editor, f"/posts/{post.pk}/correction/")) for post in (few, many, begun(newsroom, many))]
    assert counts[0] == counts[1] <= 12 and counts[2] <= 13


def test_a_draft_is_not_corrected_but_changed(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    editor = newsroom.browse(newsroom.editor)
    assert editor.get(f"/posts/{post.pk}/correction/").url == f"/posts/{post.pk}/"
    said = editor.post(f"/posts/{post.pk}/correction/", follow=True).content.decode()
    assert "خود پیام را تغییر دهید" in said and not Post.objects.filter(corrects=post).exists()
