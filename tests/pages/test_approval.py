"""The yes is of another person and to exactly what was shown; a stale page says so and shows the new one."""

import pytest

from ravi.publishing import services
from ravi.publishing.models import Approval, Post
from tests.pages.conftest import TEXT, TOO_LONG_FOR_MASTODON, Newsroom
from tests.pages.test_composer import form

pytestmark = pytest.mark.django_db


def test_a_first_version_is_shown_whole_and_open(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    page = newsroom.browse(newsroom.head).get(f"/posts/{post.pk}/approval/")
    assert page.context["changes"] is None
    assert TEXT in page.content.decode()
    assert page.context["turn"].place == 1


def test_what_changed_comes_first(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    services.return_post(post, "تا ۲۰ آذر", by=newsroom.head)
    editor = newsroom.browse(newsroom.editor)
    post.refresh_from_db()
    editor.post(f"/posts/{post.pk}/", form(post, text=TEXT.replace("۱۹", "۲۰"), act="submit"))
    page = newsroom.browse(newsroom.head).get(f"/posts/{post.pk}/approval/").content.decode()
    assert "<del>۱۹</del> <ins>۲۰</ins>" in page
    assert "۱ تغییر نسبت به ویرایشی که برگرداندید" in page


def test_the_author_reads_why_not_and_cannot_say_yes(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    editor = newsroom.browse(newsroom.editor)
    page = editor.get(f"/posts/{post.pk}/approval/")
    assert page.context["why_not"]
    assert 'name="digest"' not in page.content.decode()
    assert editor.post(f"/posts/{post.pk}/approval/", {"digest": page.context["shown"].digest}).status_code == 403
    assert Approval.objects.count() == 0


def test_a_writer_with_the_right_cannot_approve_their_own(newsroom: Newsroom) -> None:
    post = newsroom.submitted(by=newsroom.head)
    head = newsroom.browse(newsroom.head)
    digest = head.get(f"/posts/{post.pk}/approval/").context["shown"].digest
    answer = head.post(f"/posts/{post.pk}/approval/", {"digest": digest}, follow=True)
    assert "کس دیگری" in answer.content.decode()
    assert Approval.objects.count() == 0


def test_a_stale_page_approves_nothing_and_shows_the_new_text(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    head = newsroom.browse(newsroom.head)
    old = head.get(f"/posts/{post.pk}/approval/").context["shown"].digest
    newsroom.browse(newsroom.editor).post(f"/posts/{post.pk}/edit/", form(post, text="متن دیگر", act="submit"))
    answer = head.post(f"/posts/{post.pk}/approval/", {"digest": old}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/posts/{post.pk}/approval/"
    assert "متن دیگر" in answer.content.decode()
    assert Approval.objects.count() == 0


def test_approved_twice_is_approved_once(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    head = newsroom.browse(newsroom.head)
    digest = head.get(f"/posts/{post.pk}/approval/").context["shown"].digest
    urls = [head.post(f"/posts/{post.pk}/approval/", {"digest": digest}).url for _ in range(2)]
    assert urls == [f"/posts/{post.pk}/board/"] * 2
    assert Approval.objects.count() == 6


def test_a_form_without_its_set_approves_nothing(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    head = newsroom.browse(newsroom.head)
    for digest in ("", "0" * 64, "x" * 999):
        head.post(f"/posts/{post.pk}/approval/", {"digest": digest})
    assert Post.objects.get().state == "submitted"


def test_health_advice_is_for_the_expert(newsroom: Newsroom) -> None:
    post = newsroom.submitted(topic="health")
    assert newsroom.browse(newsroom.head).get(f"/posts/{post.pk}/approval/").context["may_approve"] is False
    assert newsroom.browse(newsroom.expert).get(f"/posts/{post.pk}/approval/").context["may_approve"] is True


def test_sent_back_with_a_note_that_the_writer_reads(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    head = newsroom.browse(newsroom.head)
    assert head.post(f"/posts/{post.pk}/return/", {"note": " "}).status_code == 422
    head.post(f"/posts/{post.pk}/return/", {"note": "منبع را بنویسید."})
    page = newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/")
    assert "منبع را بنویسید." in page.content.decode()
    assert Post.objects.get().state == "returned"


def test_only_who_may_approve_sends_back(newsroom: Newsroom) -> None:
    post = newsroom.submitted()
    assert newsroom.browse(newsroom.editor).get(f"/posts/{post.pk}/return/").status_code == 403
    for person in (newsroom.neighbour, newsroom.outsider):
        assert newsroom.browse(person).post(f"/posts/{post.pk}/return/", {"note": "x"}).status_code == 404


def test_copies_that_stay_out_are_named(newsroom: Newsroom) -> None:
    post = newsroom.submitted(text=TOO_LONG_FOR_MASTODON)
    page = newsroom.browse(newsroom.head).get(f"/posts/{post.pk}/approval/").content.decode()
    assert "۳ نسخه بیرون می‌ماند" in page


def test_hidden_characters_are_shown(newsroom: Newsroom) -> None:
    post = newsroom.submitted(text="سلامت\u202eت", lang="ar")
    page = newsroom.browse(newsroom.head).get(f"/posts/{post.pk}/approval/").content.decode()
    assert "۱ نویسهٔ پنهان" in page


def test_the_queue_leads_on(newsroom: Newsroom) -> None:
    first, second = newsroom.submitted(), newsroom.submitted(title="دومی")
    turn = newsroom.browse(newsroom.head).get(f"/posts/{first.pk}/approval/").context["turn"]
    assert (turn.place, turn.total, turn.next_url) == (1, 2, f"/posts/{second.pk}/approval/")
