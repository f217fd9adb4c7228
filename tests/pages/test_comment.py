"""A sentence is picked without JavaScript; whoever writes answers and settles."""

import pytest

from ravi.publishing.models import Comment
from tests.pages.conftest import TEXT, Newsroom
from tests.pages.test_board import asked

pytestmark = pytest.mark.django_db


def test_comment_answer_settle(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    address = f"/posts/{post.pk}/comments/"
    expert, editor = newsroom.browse(newsroom.expert), newsroom.browse(newsroom.editor)
    assert expert.post(address, {"revision": "1", "words": "؟"}).status_code == 422
    expert.post(address, {"revision": "1", "passage": "0", "words": "منبع؟"})
    said = Comment.objects.get()
    assert said.quote == TEXT
    page = editor.get(address)
    assert "منبع؟" in page.content.decode() and page.context["form"] is None
    one = f"{address}{said.pk}/"
    editor.post(one, {"words": "سامانه"})
    editor.post(one, {"act": "resolve"})
    page = expert.get(address).content.decode()
    assert "سامانه" in page and "حل‌شده دانست" in page


def test_questions_do_not_grow_with_comments(newsroom: Newsroom) -> None:
    post, expert = newsroom.submitted(), newsroom.browse(newsroom.expert)
    address, found = f"/posts/{post.pk}/comments/", {}
    for size in (1, 3):
        while Comment.objects.count() < size:
            expert.post(address, {"revision": "1", "passage": "0", "words": f"نظر {Comment.objects.count()}"})
        found[size] = len(asked(expert, address))
    assert found[1] == found[3] <= 12
