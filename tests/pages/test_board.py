"""The board: one number, what needs a person by cause, every copy in its place, and no query more for 360 of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.publishing.models import Post
from tests.pages.conftest import TOO_LONG_FOR_MASTODON, Newsroom

pytestmark = pytest.mark.django_db

# Savepoints and the tenant's setting are the frame of every request; what counts are the questions of the page.
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "set_config", "current_setting")


def asked(browser: Any, address: str) -> list[str]:
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return [q["sql"] for q in captured.captured_queries if not any(word in q["sql"] for word in FRAME)]


def copies(post: Post, **which: Any) -> list[Delivery]:
    return list(Delivery.objects.filter(post_id=post.pk, **which).order_by("pk"))


def test_one_number_and_one_sentence(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post)[:4], "sent")
    page = newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/board/")
    assert (page.context["board"].sent, page.context["board"].total) == (4, 6)
    assert "۲ نسخه در راه است" in page.content.decode()


def test_what_needs_somebody_is_grouped_by_cause(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved(text=TOO_LONG_FOR_MASTODON)
    telegram = copies(post)
    settle(telegram[:1], "unknown", error_code="no_answer")
    settle(telegram[1:2], "missed", error_code="late")
    settle(telegram[2:], "failed", error_code="chat_not_found", error_detail="گپ نیست")
    page = newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/board/")
    titles = [branch.title for branch in page.context["branches"]]
    assert titles == ["۱ نسخه نامعلوم است", "۱ نسخه منتشر نشد", "۳ نسخه مانع دارد", "۱ نسخه جا ماند"]
    assert "گپ نیست" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3, 100])
def test_the_list_asks_the_same_for_any_number(newsroom: Newsroom, count: int) -> None:
    editor = newsroom.browse(newsroom.editor)
    for number in range(count):
        newsroom.draft(title=f"پیام {number}", channel_ids=frozenset())
    questions = asked(editor, "/posts/")
    assert len(questions) <= 12, questions
    page = editor.get("/posts/")
    assert len(page.context["rows"]) == min(count, 25)


def test_the_page_says_304_until_something_changes(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    editor = newsroom.browse(newsroom.editor)
    page = editor.get(f"/posts/{post.pk}/board/", headers={"X-Ravi-Live": "1"})
    same = {"X-Ravi-Live": "1", "If-None-Match": page["ETag"]}
    assert editor.get(f"/posts/{post.pk}/board/", headers=same).status_code == 304
    settle(copies(post)[:1], "sent")
    assert editor.get(f"/posts/{post.pk}/board/", headers=same).status_code == 200


def test_when_all_is_done_nothing_polls(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post), "sent")
    page = newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/board/").content.decode()
    assert "data-live" not in page
    assert "btn-stop" not in page


def test_the_stop_beside_a_message_says_that_it_stops_more(newsroom: Newsroom) -> None:
    post = newsroom.approved()
    page = newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/board/").content.decode()
    assert page.count("توقف همهٔ ارسال‌ها") == 2
    own = newsroom.browse(newsroom.unit_head).get(f"/posts/{post.pk}/board/").content.decode()
    assert "توقف همهٔ ارسال‌ها" not in own


def test_one_units_copies_with_links(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post, unit_id=newsroom.hospital.pk), "sent", link="https://example.org/p/7")
    editor = newsroom.browse(newsroom.editor)
    page = editor.get(f"/posts/{post.pk}/board/{newsroom.hospital.pk}/").content.decode()
    assert page.count("https://example.org/p/7") == 2
    assert editor.get(f"/posts/{post.pk}/board/{newsroom.other_unit.pk}/").status_code == 404


def test_missed_copies_are_sent_again_once(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    missed = copies(post)[:2]
    settle(missed, "missed", error_code="late")
    editor = newsroom.browse(newsroom.editor)
    page = editor.get(f"/posts/{post.pk}/again/?state=missed")
    assert len(page.context["rows"]) == 2
    chosen = {"copies": [one.pk for one in missed]}
    editor.post(f"/posts/{post.pk}/again/", chosen)
    editor.post(f"/posts/{post.pk}/again/", chosen)
    assert Delivery.objects.filter(post_id=post.pk, state="pending").count() == 6


def test_withdrawing_asks_then_takes_back(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post, platform="mastodon"), "sent")
    editor = newsroom.browse(newsroom.editor)
    assert editor.get(f"/posts/{post.pk}/withdrawal/").status_code == 200
    page = editor.post(f"/posts/{post.pk}/withdrawal/", {"reason": "اشتباه"}, follow=True)
    assert Post.objects.get().state == "withdrawn"
    assert page.redirect_chain[-1][0] == f"/posts/{post.pk}/board/"
    assert "۳ نسخه دارد برداشته می‌شود" in page.content.decode()
    later = editor.get(f"/posts/{post.pk}/board/").context["board"]
    assert later.rest_sentence == "۳ نسخه دارد برداشته می‌شود."


def test_what_was_taken_back_and_stands_there_still_is_said_so(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    """A removal that a platform refused is no copy that was not published: people can read it."""
    post = newsroom.approved()
    settle(copies(post), "sent")
    editor = newsroom.browse(newsroom.editor)
    editor.post(f"/posts/{post.pk}/withdrawal/", {"reason": ""})
    settle(copies(post, action="delete", platform="telegram"), "sent")
    refused = copies(post, action="delete", platform="mastodon")
    settle(refused, "failed", error_code="http_404", trouble_at=clock.now())
    page = editor.get(f"/posts/{post.pk}/board/")
    assert (page.context["board"].sent, page.context["branches"]) == (3, [])
    [by_hand] = page.context["by_hand"]
    assert by_hand.text == "ماستودون برنداشت: پاسخش شمارهٔ ۴۰۴ بود. هر یک را باز کنید و همان‌جا پاک کنید."
    assert [line.way for line in by_hand.lines] == ["https://example.org/1"] * 3
    assert "منتشر نشد" not in page.content.decode()
    unit = editor.get(f"/posts/{post.pk}/board/{newsroom.hospital.pk}/").content.decode()
    assert "از ماستودون برداشته نشد" in unit
    home = editor.get("/").content.decode()
    assert "«واکسن»: ۳\u00a0نسخه برداشته نشد" in home
    assert "منتشر نشد" not in home
    told = editor.get("/notices/").content.decode()
    assert "۳ نسخه برداشته نشد" in told
    assert "هنوز آنجا خوانده می‌شود" in editor.get(f"/deliveries/{refused[0].pk}/").content.decode()


def test_a_copy_that_a_person_found_is_taken_back_by_hand(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post), "sent")
    settle(copies(post, platform="mastodon"), "sent", remote_id="", link="")
    editor = newsroom.browse(newsroom.editor)
    editor.post(f"/posts/{post.pk}/withdrawal/", {"reason": ""})
    removals = copies(post, action="delete")
    assert {(one.platform, one.adapter) for one in removals} == {("telegram", "sandbox"), ("mastodon", "manual")}
    settle([one for one in removals if one.adapter == "manual"], "held", error_code="by_hand")
    [branch] = editor.get(f"/posts/{post.pk}/board/").context["branches"]
    assert (branch.state, branch.title) == ("by_hand", "۳ نسخه باید دستی برداشته شود")
    assert branch.url == f"/posts/hands/?post={post.pk}&platform=mastodon"


def test_where_ravi_looks_itself_nobody_is_asked_to(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    soon = clock.now() + timedelta(minutes=1)
    settle(copies(post, platform="mastodon"), "unknown", error_code="engine_gone", look_at=soon, trouble_at=clock.now())
    editor = newsroom.browse(newsroom.editor)
    [branch] = editor.get(f"/posts/{post.pk}/board/").context["branches"]
    assert branch.text == "راوی تا لحظه‌ای دیگر خودش در ماستودون می‌بیند؛ کاری با شما نیست."
    assert "راوی تا لحظه‌ای دیگر خودش آنجا را می‌بیند." in editor.get("/").content.decode()
    assert editor.get(f"/deliveries/unknown/?post={post.pk}").context["groups"] == []


def test_a_copy_behind_an_unknown_one_says_so_and_no_end_is_promised_before(
    newsroom: Newsroom, settle: Callable[..., None]
) -> None:
    newsroom.add_units(5)
    settle(copies(newsroom.approved(title="پیشین"), platform="telegram")[:1], "unknown", error_code="no_answer")
    post = newsroom.approved()
    waiting, *others = copies(post, platform="telegram")
    settle([*others, *copies(post, platform="mastodon")], "sent")
    page = newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/board/")
    assert "۱ نسخه پشت نسخه‌ای نامعلوم مانده است" in page.content.decode()
    assert page.context["board"].expected_end >= clock.now() + timedelta(minutes=9)


def test_a_blocked_copy_becomes_a_message_of_its_own(newsroom: Newsroom) -> None:
    post = newsroom.approved(text=TOO_LONG_FOR_MASTODON)
    page = newsroom.browse(newsroom.editor).get(f"/posts/new/?from={post.pk}&platform=mastodon")
    assert page.context["chosen_sentence"] == "۳ واحد، ۳ کانال"
    assert TOO_LONG_FOR_MASTODON.strip() in page.content.decode()


def test_neighbour_and_outsider_find_no_board(newsroom: Newsroom) -> None:
    post = newsroom.approved()
    for person in (newsroom.neighbour, newsroom.outsider):
        for page in ("board/", f"board/{newsroom.hospital.pk}/", "again/", "text/", "withdrawal/"):
            assert newsroom.browse(person).get(f"/posts/{post.pk}/{page}").status_code == 404
