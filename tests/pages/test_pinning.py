"""Whoever corrects what is out says on its page whether answers go to the top; headquarters does for all units at once."""

from collections.abc import Callable

import pytest

from ravi.network.models import Correction
from ravi.publishing.models import Post
from tests.pages.conftest import Newsroom
from tests.pages.test_board import copies
from tests.pages.test_correct_message import out

pytestmark = pytest.mark.django_db


def test_the_writer_chooses_and_reads_what_that_does(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    newsroom.open_channels(newsroom.headquarters, ("eitaa",))
    post = newsroom.approved()
    settle(copies(post), "sent")
    editor = newsroom.browse(newsroom.editor)
    editor.post(f"/posts/{post.pk}/correction/")
    made = Post.objects.get(corrects=post)
    address = f"/posts/{made.pk}/correction/"
    assert "سنجاق کردن پاسخ‌ها بالای کانال" in editor.get(address).content.decode()
    said = editor.post(address, {"answers": "pin"}, follow=True).content.decode()
    assert "در ایتا بالای کانال سنجاق می‌شود" in said and "پاسخ‌ها سنجاق نشود" in said
    said = editor.post(address, {"answers": "leave"}, follow=True).content.decode()
    assert "بالای کانال سنجاق می‌شود" not in said


@pytest.mark.parametrize("platform", ["eitaa", "bale"])
def test_headquarters_is_asked_only_where_something_could_be_pinned(newsroom: Newsroom, platform: str) -> None:
    newsroom.open_channels(newsroom.hospital, (platform,))
    message = out(newsroom)
    editor, address = newsroom.browse(newsroom.editor), f"/network/{message.pk}/corrections/"
    is_asked = 'name="pins"' in editor.get(address).content.decode()
    assert is_asked is (platform == "eitaa")
    editor.post(address, {"version": message.current_id, **({"pins": "on"} if is_asked else {})})
    assert Correction.objects.get().pins is is_asked
