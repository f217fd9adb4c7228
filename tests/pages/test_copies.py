"""Copies: one copy's life, the unknown desk, stopping and letting go on."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any
from urllib.parse import quote

import pytest

from ravi.accounts import services as accounts
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.core.models import AuditEntry
from ravi.delivery.models import Delivery, StopOrder
from tests.pages.conftest import Newsroom
from tests.pages.test_board import asked, copies

pytestmark = pytest.mark.django_db


def test_one_copy_tells_its_life(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    one = copies(post)[0]
    settle([one], "sent", link="https://example.org/p/7", remote_id="7")
    page = newsroom.browse(newsroom.editor).get(f"/deliveries/{one.pk}/").content.decode()
    assert "پذیرفت و رسید داد" in page
    assert "https://example.org/p/7" in page
    assert newsroom.head.name in page


def test_an_unknown_copy_that_is_there(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    one = copies(post)[0]
    settle([one], "unknown", error_code="no_answer")
    editor = newsroom.browse(newsroom.editor)
    assert len(editor.get(f"/deliveries/unknown/?post={post.pk}").context["copies"]) == 1
    editor.post(
        f"/deliveries/{one.pk}/verdict/", {"verdict": "there", "attempt": one.attempt, "link": "example.org/p/7"}
    )
    one.refresh_from_db()
    assert (one.state, one.link) == ("sent", "https://example.org/p/7")
    board = editor.get(f"/posts/{post.pk}/board/{one.unit_id}/").content.decode()
    assert "همکاری آن را در" in board


def test_an_unknown_copy_that_is_not_there_goes_again_once(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    one = copies(newsroom.approved())[0]
    settle([one], "unknown", error_code="no_answer")
    editor = newsroom.browse(newsroom.editor)
    for _ in range(2):
        assert editor.post(f"/deliveries/{one.pk}/verdict/", _not_there(one)).status_code == 302
    one.refresh_from_db()
    assert one.state == "pending"


def test_an_answer_about_an_earlier_attempt_sends_nothing_again(
    newsroom: Newsroom, settle: Callable[..., None]
) -> None:
    """The form of before, sent once more: whoever filled it in did not look for what was sent since."""
    post = newsroom.approved()
    one = copies(post)[0]
    settle([one], "unknown", error_code="no_answer")
    before = _not_there(one)
    settle([one], "unknown", error_code="no_answer", attempt=one.attempt + 1)
    editor = newsroom.browse(newsroom.editor)
    several = f"/deliveries/unknown/answers/?post={post.pk}"
    for form in (before, {"verdict": "not_there"}):
        page = editor.post(f"/deliveries/{one.pk}/verdict/", form, follow=True).content.decode()
        assert "یک بار دیگر نگاه کنید" in page
    stale = {"verdict": "not_there", "copy": [f"{one.pk}-{before['attempt']}"]}
    answered = editor.post(several, stale)
    assert (answered.status_code, "یک بار دیگر نگاه کنید" in answered.content.decode()) == (422, True)
    one.refresh_from_db()
    assert one.state == "unknown"


def _not_there(one: Delivery) -> dict[str, Any]:
    return _answer(one, "not_there")


def _answer(one: Delivery, verdict: str) -> dict[str, Any]:
    return {"verdict": verdict, "attempt": one.attempt}


@pytest.mark.parametrize(
    ("verdict", "state", "said"), [("there", "sent", "دیگر آنجا نیست"), ("not_there", "pending", "هنوز آنجاست")]
)
def test_the_answer_about_a_removal_means_what_its_button_says(
    newsroom: Newsroom, settle: Callable[..., None], verdict: str, state: str, said: str
) -> None:
    post = newsroom.approved()
    settle(Delivery.objects.all(), "sent")
    editor = newsroom.browse(newsroom.editor)
    editor.post(f"/posts/{post.pk}/withdrawal/", {"reason": ""})
    removals = Delivery.objects.filter(action="delete")
    settle(removals, "unknown", error_code="no_answer")
    desk = editor.get(f"/deliveries/unknown/?post={post.pk}")
    assert desk.context["groups"] == []  # many removals are not answered in the words of many publications
    assert "هنوز هست؛ دوباره بردار" in desk.content.decode()
    assert "نیست؛ دوباره بفرست" not in desk.content.decode()
    answered = editor.post(f"/deliveries/{removals[0].pk}/verdict/", _answer(removals[0], verdict), follow=True)
    assert said in answered.content.decode()
    assert Delivery.objects.get(pk=removals[0].pk).state == state


def test_left_open_stays_unknown(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    one = copies(newsroom.approved())[0]
    settle([one], "unknown", error_code="no_answer")
    newsroom.browse(newsroom.editor).post(
        f"/deliveries/{one.pk}/verdict/", {"verdict": "leave", "attempt": one.attempt}
    )
    one.refresh_from_db()
    assert one.state == "unknown"


def test_neighbour_and_outsider_find_no_copy(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    one = copies(newsroom.approved(), unit_id=newsroom.hospital.pk)[0]
    settle([one], "unknown", error_code="no_answer")
    for person in (newsroom.neighbour, newsroom.outsider):
        browser = newsroom.browse(person)
        assert browser.get(f"/deliveries/{one.pk}/").status_code == 404
        assert browser.post(f"/deliveries/{one.pk}/verdict/", {"verdict": "there"}).status_code == 404
        assert browser.get("/deliveries/unknown/").context["copies"] == []


@pytest.mark.parametrize("count", [1, 3, 100])
def test_the_desk_asks_the_same_for_any_number(newsroom: Newsroom, settle: Callable[..., None], count: int) -> None:
    newsroom.add_units(max(0, count // 2))
    post = newsroom.approved()
    settle(copies(post)[:count], "unknown", error_code="no_answer")
    editor = newsroom.browse(newsroom.editor)
    assert len(asked(editor, "/deliveries/unknown/")) <= 12


def stop(browser: Any, target: str = "institution:") -> Any:
    return browser.post("/deliveries/stops/new/", {"target": target, "next": "/posts/"})


def test_stop_acts_at_once_and_is_audited(newsroom: Newsroom) -> None:
    newsroom.approved()
    assert stop(newsroom.browse(newsroom.editor)).url == "/posts/"
    order = StopOrder.objects.get()
    assert (order.scope, order.stopped_by_id, order.lifted_at) == ("institution", newsroom.editor.pk, None)
    assert AuditEntry.objects.filter(verb="delivery.stop", by_id=newsroom.editor.pk).count() == 1


def test_whoever_stopped_does_not_lift(newsroom: Newsroom) -> None:
    editor = newsroom.browse(newsroom.editor)
    stop(editor)
    address = f"/deliveries/stops/{StopOrder.objects.get().pk}/lifting/"
    assert newsroom.head.name in editor.get(address).content.decode()
    editor.post(address)
    assert StopOrder.objects.get().lifted_at is None
    newsroom.browse(newsroom.head).post(address)
    assert StopOrder.objects.get().lifted_by_id == newsroom.head.pk
    page = newsroom.browse(newsroom.head).get("/deliveries/stops/").content.decode()
    assert "همهٔ ارسال‌ها متوقف بود" in page and "همهٔ ارسال‌ها متوقف است" not in page


def test_alone_means_a_sentence(newsroom: Newsroom) -> None:
    for role in newsroom.head.roles.all():
        accounts.grant_role(newsroom.expert, "head", unit=role.unit, by=None)
        accounts.end_role(role, by=None)
    expert = newsroom.browse(newsroom.expert)
    accounts.record_leaver(newsroom.editor, by=newsroom.expert)
    stop(expert)
    for person in (newsroom.unit_head,):
        accounts.record_leaver(person, by=newsroom.expert)
    page = expert.get(f"/deliveries/stops/{StopOrder.objects.get().pk}/lifting/").content.decode()
    assert "نفر دومی" in page


def test_an_officer_stops_the_own_unit_and_nothing_more(newsroom: Newsroom) -> None:
    officer = newsroom.browse(newsroom.officer)
    assert stop(officer).status_code == 422
    assert stop(officer, f"unit:{newsroom.faculty.pk}").status_code == 422
    assert stop(officer, f"unit:{newsroom.hospital.pk}").status_code == 302
    assert StopOrder.objects.get().key == str(newsroom.hospital.pk)


def test_stops_of_others_are_not_found(newsroom: Newsroom) -> None:
    stop(newsroom.browse(newsroom.officer), f"unit:{newsroom.hospital.pk}")
    address = f"/deliveries/stops/{StopOrder.objects.get().pk}/lifting/"
    for person in (newsroom.neighbour, newsroom.outsider):
        assert newsroom.browse(person).get(address).status_code == 404
        assert newsroom.browse(person).post(address).status_code == 404


def test_what_waited_is_sent_moved_or_dropped(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    editor = newsroom.browse(newsroom.editor)
    posts = [newsroom.approved(title=title) for title in ("یک", "دو", "سه")]
    for post in posts:
        settle(copies(post), "held", error_code="stop")
    date = {"due_at_0": "۸", "due_at_1": "9", "due_at_2": "۱۴۰۵", "due_at_3": "۲۳:۳۰"}
    editor.post("/deliveries/held/", {"post": posts[0].pk, "act": "send"})
    editor.post("/deliveries/held/", {"post": posts[1].pk, "act": "drop"})
    bad = editor.post("/deliveries/held/", {"post": posts[2].pk, "act": "move"} | date | {"due_at_0": "۳۱"})
    assert bad.status_code == 422
    assert 'value="۳۱"' in bad.content.decode()
    editor.post("/deliveries/held/", {"post": posts[2].pk, "act": "move"} | date)
    states = [set(Delivery.objects.filter(post_id=post.pk).values_list("state", flat=True)) for post in posts]
    assert states == [{"pending"}, {"cancelled"}, {"pending"}]


def test_nothing_is_released_while_stopped(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post), "held", error_code="stop")
    editor = newsroom.browse(newsroom.editor)
    stop(editor)
    answer = editor.post("/deliveries/held/", {"post": post.pk, "act": "send"})
    assert "هنوز متوقف است" in answer.content.decode()
    assert Delivery.objects.filter(post_id=post.pk, state="held").count() == 6


def test_a_neighbour_releases_nothing(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post), "held", error_code="stop")
    assert (
        newsroom.browse(newsroom.neighbour).post("/deliveries/held/", {"post": post.pk, "act": "send"}).status_code
        == 403
    )
    assert newsroom.browse(newsroom.outsider).post("/deliveries/held/", {"post": post.pk, "act": "send"}).url
    assert Delivery.objects.filter(post_id=post.pk, state="held").count() == 6


def test_one_answer_reaches_the_ticked_copies_and_no_other(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    newsroom.add_units(2)
    post = newsroom.approved()
    telegram = copies(post, platform="telegram")
    settle(telegram, "unknown", error_code="no_answer")
    editor = newsroom.browse(newsroom.editor)
    desk = editor.get("/deliveries/unknown/").content.decode()
    address = f"/deliveries/unknown/answers/?post={post.pk}&platform=telegram"
    assert address.replace("&", "&amp;") in desk
    assert editor.get(address).content.decode().count('name="copy"') == 5
    assert editor.post(address, {"verdict": "there"}).status_code == 422
    ticked = [f"{one.pk}-{one.attempt}" for one in telegram[:3]]
    assert editor.post(address, {"verdict": "there", "copy": ticked}).status_code == 302
    states = [Delivery.objects.get(pk=one.pk).state for one in telegram]
    assert states == ["sent"] * 3 + ["unknown"] * 2
    assert AuditEntry.objects.filter(verb="delivery.resolve", by_id=newsroom.editor.pk).count() == 1


def test_nobody_answers_for_other_units(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    mine = copies(post, unit_id=newsroom.hospital.pk)
    settle(copies(post), "unknown", error_code="no_answer")
    address = f"/deliveries/unknown/answers/?post={post.pk}"
    neighbour = newsroom.browse(newsroom.neighbour)
    assert neighbour.post(address, {"verdict": "there", "copy": [f"{mine[0].pk}-{mine[0].attempt}"]}).status_code == 422
    assert newsroom.browse(newsroom.auditor).get(address).status_code == 403
    assert newsroom.browse(newsroom.outsider).get(address).context["copies"] == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"unknown"}


def test_whoever_sees_more_units_than_they_serve_is_asked_only_for_theirs(
    newsroom: Newsroom, settle: Callable[..., None]
) -> None:
    """The desk had held out an answer for every copy in sight, and refused it when it was given."""
    post = newsroom.approved()
    settle(copies(post), "unknown", error_code="no_answer")
    mine, others = (copies(post, unit_id=unit.pk) for unit in (newsroom.hospital, newsroom.faculty))
    accounts.grant_role(newsroom.officer, RoleKind.AUDITOR, unit=newsroom.headquarters, by=None)
    officer = newsroom.browse(newsroom.officer)
    desk = officer.get("/deliveries/unknown/").content.decode()
    assert all(f'id="copy-{one.pk}"' in desk for one in [*mine, *others])
    forms = {one.pk for one in copies(post) if f'action="/deliveries/{one.pk}/verdict/"' in desk}
    assert forms == {one.pk for one in mine}
    assert "/deliveries/unknown/answers/" not in desk  # one copy on each platform is not several
    assert officer.post(f"/deliveries/{others[0].pk}/verdict/", _answer(others[0], "there")).status_code == 403
    several = officer.get(f"/deliveries/unknown/answers/?post={post.pk}")
    assert {one.pk for one in several.context["copies"]} == {one.pk for one in mine}
    assert officer.post(f"/deliveries/{mine[0].pk}/verdict/", _answer(mine[0], "there")).status_code == 302


def test_a_neighbours_unknown_copies_are_not_there(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post), "unknown", error_code="no_answer")
    [one, *_rest] = copies(post, unit_id=newsroom.hospital.pk)
    for person in (newsroom.neighbour, newsroom.outsider):
        browser = newsroom.browse(person)
        assert f'id="copy-{one.pk}"' not in browser.get(f"/deliveries/unknown/?post={post.pk}").content.decode()
        assert browser.post(f"/deliveries/{one.pk}/verdict/", _answer(one, "there")).status_code == 404
    assert set(Delivery.objects.values_list("state", flat=True)) == {"unknown"}


def test_an_old_case_is_marked_and_ravis_own_look_is_said(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    one, two = copies(newsroom.approved())[:2]
    long_ago = clock.now() - timedelta(minutes=6)
    settle([one, two], "unknown", error_code="no_answer")
    Delivery.objects.update(unknown_at=long_ago)
    Delivery.objects.filter(pk=two.pk).update(look_at=clock.now() + timedelta(minutes=1))
    page = newsroom.browse(newsroom.editor).get("/deliveries/unknown/")
    assert [(copy.pk, copy.is_long) for copy in page.context["copies"]] == [(one.pk, True), (two.pk, False)]
    text = page.content.decode()
    assert text.count("نامعلوم از") == 1
    assert "خودش دوباره نگاه می‌کند" in text


def test_the_way_back_from_the_desk_leads_where_one_came_from(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    settle(copies(post)[:1], "unknown", error_code="no_answer")
    editor = newsroom.browse(newsroom.editor)
    assert (
        f'class="crumb" href="/posts/{post.pk}/board/"'
        in editor.get(f"/deliveries/unknown/?post={post.pk}").content.decode()
    )
    assert 'class="crumb" href="/"' in editor.get("/deliveries/unknown/").content.decode()


def test_what_a_key_holds_stands_apart_and_leads_to_its_channel(
    newsroom: Newsroom, settle: Callable[..., None]
) -> None:
    post = newsroom.approved()
    one, *rest = copies(post)
    settle([one], "held", error_code="credentials_refused", trouble_at=clock.now())
    settle(rest, "held", error_code="stop", trouble_at=clock.now())
    editor = newsroom.browse(newsroom.editor)
    page = editor.get("/deliveries/held/").content.decode()
    assert page.count("زمانشان که رسید ارسال متوقف بود.") == page.count("سکو دیگر کلید کانال را نمی‌پذیرد.") == 1
    assert f'href="/channels/{one.channel_id}/"' in page
    assert page.index("زمانشان که رسید") < page.index("سکو دیگر کلید کانال")  # what only waits for a word comes first
    assert "کلید کانال را نپذیرفت" in editor.get("/").content.decode()
    editor.post("/deliveries/held/", {"post": post.pk, "why": "stop", "act": "send"})
    assert list(Delivery.objects.filter(post_id=post.pk, state="held")) == [one]
    assert "سکو دیگر کلید کانال را نمی‌پذیرد" in editor.get("/").content.decode()


def test_a_new_key_is_one_tap_from_what_waits_for_it_and_leads_back(
    newsroom: Newsroom, settle: Callable[..., None]
) -> None:
    post = newsroom.approved()
    [one, *_rest] = copies(post)
    settle([one], "held", error_code="credentials_refused", trouble_at=clock.now())
    here, door = f"/deliveries/held/?post={post.pk}", f"/channels/{one.channel_id}/credential/"
    editor = newsroom.browse(newsroom.editor)
    way = f"{door}?next={quote(here)}"
    assert f'href="{way}"' in editor.get(here).content.decode()
    assert f'value="{here}"' in editor.get(way).content.decode()
    expert = newsroom.browse(newsroom.expert)  # sees that it waits, and is offered no key to give
    assert door not in expert.get(here).content.decode()


def test_every_message_keeps_its_name_however_many_copies_wait(
    newsroom: Newsroom, settle: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("ravi.delivery.views.held"), "MOST_COPIES", 4)
    for title in ("نخست", "دوم"):
        settle(copies(newsroom.approved(title=title)), "held", error_code="stop")
    page = newsroom.browse(newsroom.editor).get("/deliveries/held/").content.decode()
    assert "نخست" in page and "دوم" in page
    assert page.count("۴ نسخهٔ دیگر، روی تابلو") == 2


def test_whoever_stopped_is_told_only_of_people_who_can_let_it_go_on(newsroom: Newsroom) -> None:
    stop(newsroom.browse(newsroom.editor))
    order = StopOrder.objects.get()
    browser = newsroom.browse(newsroom.editor)
    page = browser.get(f"/deliveries/stops/{order.pk}/lifting/").content.decode()
    assert f"<b>{newsroom.head.name}</b>" in page
    assert f"<b>{newsroom.unit_head.name}</b>" not in page
    assert "ادامهٔ ارسال" not in browser.get("/").content.decode()


def test_whoever_lands_on_the_address_of_a_button_reads_that_nothing_was_done(newsroom: Newsroom) -> None:
    """After an hour away: a button was pressed, signing in came between, and the way back asks for the button's address."""
    post = newsroom.approved()
    one = copies(post)[0]
    page = newsroom.browse(newsroom.editor).get(f"/deliveries/{one.pk}/verdict/")
    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert "کاری انجام نشد" in page.content.decode()
