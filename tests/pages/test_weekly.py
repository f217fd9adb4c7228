"""The head's week: Saturday to Friday, what went out and what did not, for earlier weeks too; counts and posts, no person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.delivery.progress import Came
from ravi.network.weekly import EARLIEST, Week, week_asked, week_of
from ravi.publishing import services
from ravi.publishing.models import Post
from ravi.publishing.queries import fields_of, shown_set
from ravi.text.jalali import TEHRAN, to_gregorian
from tests.pages.conftest import Newsroom
from tests.pages.test_board import asked, copies
from tests.pages.test_uptake import approve, offered, read_by_postgres, take

WEEK = "/network/week/"
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@given(days)
def test_every_day_is_in_one_week_that_begins_on_saturday(day: date) -> None:
    week = week_of(day)
    assert f"{week.first:%A}" == "Saturday" and week.first <= day <= week.last
    assert week.after.before == week and week.ends == week.after.begins
    assert week.ends - week.begins == timedelta(days=7)


def test_a_week_goes_over_the_new_year() -> None:
    """1 Farvardin 1406 is a Sunday."""
    nowruz = to_gregorian(1406, 1, 1)
    assert week_of(nowruz) == week_of(to_gregorian(1405, 12, 29)) == Week(nowruz - timedelta(days=1))


def test_the_last_moment_of_friday_is_the_weeks() -> None:
    week = week_of(date(2026, 11, 26))
    assert (week.first, week.last) == (date(2026, 11, 21), date(2026, 11, 27))
    assert week.ends == datetime(2026, 11, 27, 20, 30, tzinfo=UTC) == datetime(2026, 11, 28, tzinfo=TEHRAN)


@pytest.mark.parametrize("text", ["", "x", "9" * 5000, "2026-13-01", "3000-01-01", "۲۰۲۶-۱۱-۲۶"])
def test_whatever_an_address_says_is_a_week(text: str) -> None:
    today = date(2026, 11, 26)
    assert week_asked(text, today) == week_of(today)
    assert week_asked("1999-01-01", today) == week_of(EARLIEST)


def totals(page: Any) -> dict[str, int]:
    return {str(came): count for came, count in page.context["page"].total.items() if count}


def move(deliveries: list[Delivery], back: timedelta, state: str, **columns: Any) -> None:
    """As an engine would have written it at that time."""
    at = clock.now() - back
    columns |= {"sent_at": at, "settled_at": at} if state == "sent" else {}
    Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).update(state=state, changed_at=at, **columns)


@pytest.mark.django_db
def test_what_went_out_what_did_not_and_what_waits(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    post = newsroom.approved()
    first, second, third, fourth, *rest = copies(post)
    settle([first, second], "sent")
    settle([third], "failed", error_code="forbidden")
    settle([fourth], "unknown", error_code="no_answer")
    offered(newsroom, title="تعطیلی شنبه")
    page = newsroom.browse(newsroom.head).get(WEEK)
    assert totals(page) == {Came.SENT: 2, Came.FAILED: 1, Came.UNKNOWN: 1, Came.WAITS: len(rest)}
    shown = page.context["page"]
    assert (shown.out, shown.messages) == (2, 1)
    for lines in (shown.by_message, shown.by_unit, shown.by_platform):
        assert sum(int(calendar_number(line.numbers[0])) for line in lines if line.numbers[0]) == 2
    said = page.content.decode()
    assert "واکسن" in said and "تعطیلی شنبه" in said and "۰ واحد از ۲ واحد پاسخ داده‌اند" in said


@pytest.mark.django_db
def test_the_answers_of_many_units_to_one_message_are_one_line(newsroom: Newsroom, settle: Callable[..., None]) -> None:
    """The head's page had a line for each of 36 units that said the same."""
    message = offered(newsroom, title="تعطیلی شنبه")
    for unit, by in ((newsroom.hospital, newsroom.unit_head), (newsroom.faculty, newsroom.neighbour)):
        settle(copies(approve(newsroom, take(message, unit, by))), "sent")
    settle(copies(newsroom.approved(title="واکسن")), "sent")
    shown = newsroom.browse(newsroom.head).get(WEEK).context["page"]
    network, own = shown.by_message
    assert (network.name, network.of, network.url) == ("تعطیلی شنبه", "۲ واحد", f"/network/{message.pk}/uptake/")
    assert (own.name, shown.messages) == ("واکسن", 2)
    assert sum(int(calendar_number(line.numbers[0])) for line in shown.by_message) == shown.out


def calendar_number(text: str) -> str:
    return text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))


@pytest.mark.django_db
def test_earlier_weeks_stay_and_say_nothing_of_now(newsroom: Newsroom) -> None:
    first, second, *_rest = copies(newsroom.approved())
    move([first], timedelta(days=7), "sent")
    move([second], timedelta(days=14), "failed", error_code="forbidden")
    head = newsroom.browse(newsroom.head)
    page = head.get(WEEK)
    assert Came.SENT not in totals(page) and page.context["later"] == ""
    page = head.get(page.context["earlier"])
    assert totals(page) == {Came.SENT: 1} and "waits" not in page.context["page"].columns
    page = head.get(page.context["earlier"])
    assert totals(page) == {Came.FAILED: 1}
    assert totals(head.get(page.context["later"])) == {Came.SENT: 1}


@pytest.mark.django_db
def test_only_headquarters_reads_it_and_nobodys_institution_but_ones_own(newsroom: Newsroom, settle: Any) -> None:
    settle(copies(newsroom.approved()), "sent")
    for name, person in newsroom.people().items():
        for address in (WEEK, "/network/week.csv"):
            answer = newsroom.browse(person).get(address)
            assert (answer.status_code == 200) is (name in ("head", "editor", "expert", "auditor", "outsider")), name
            assert name != "outsider" or "واکسن" not in answer.content.decode()


@pytest.mark.django_db
def test_the_same_questions_for_few_and_many(newsroom: Newsroom, settle: Any) -> None:
    head = newsroom.browse(newsroom.head)
    settle(copies(newsroom.approved(title="یک")), "sent")
    few = asked(head, WEEK)
    newsroom.add_units(10)
    for number in range(5):
        settle(copies(newsroom.approved(title=f"پیام {number}")), "sent")
    many = asked(head, WEEK)
    assert len(few) == len(many) <= 12, many
    assert len(asked(head, "/network/week.csv")) <= 12


@pytest.mark.django_db
def test_another_program_reads_the_table(newsroom: Newsroom, settle: Any, shared_admin: psycopg.Connection) -> None:
    post = newsroom.approved(title="@SUM(1)")
    settle(copies(post), "sent")
    content = newsroom.browse(newsroom.head).get("/network/week.csv").content
    rows = read_by_postgres(shared_admin, content, 13)
    assert len(rows) == len(copies(post)) and {row[5] for row in rows} == {"'@SUM(1)"}
    assert {row[6:] for row in rows} == {("1", "0", "0", "0", "0", "0", "0")}
    assert newsroom.editor.name not in content.decode() and newsroom.head.name not in content.decode()


def corrected(newsroom: Newsroom, post: Post, text: str = "زمان واکسن عوض شد.", *, replacing: bool = False) -> Post:
    """With other words, and a yes to them."""
    post.refresh_from_db()
    made = services.correct_post(post, replace(fields_of(post), text=text), by=newsroom.editor)
    services.choose_replacing(made, replacing, by=newsroom.editor)
    made.refresh_from_db()
    services.submit_post(made, by=newsroom.editor)
    made.refresh_from_db()
    return services.approve_shown(made, by=newsroom.head, digest=shown_set(made).digest).post


@pytest.mark.django_db
@pytest.mark.parametrize("platform", ["eitaa", "bluesky"])
def test_answers_and_replacements_correct_and_publish_nothing(newsroom: Newsroom, platform: str) -> None:
    """Neither edits: on one a correction is an answer; on the other, too long for one, it takes the older post's place."""
    (channel,) = newsroom.open_channels(newsroom.headquarters, (platform,))
    post = newsroom.approved(text="واکسن از شنبه.", channel_ids=frozenset({channel.pk}))
    move(copies(post), timedelta(minutes=2), "sent", remote_id="1", attempt=1)
    is_replaced = platform == "bluesky"
    made = corrected(newsroom, post, "ب" * 295 if is_replaced else "واکسن از یکشنبه.", replacing=is_replaced)
    ordered = list(Delivery.objects.exclude(state="sent"))
    wanted = [("delete", post.pk), ("publish", made.pk)] if is_replaced else [("publish", made.pk)]
    assert [(one.action, one.post_id) for one in ordered] == wanted
    move(ordered, timedelta(minutes=1), "sent", remote_id="2", attempt=1)
    assert totals(newsroom.browse(newsroom.head).get(WEEK)) == {Came.SENT: 1, Came.CORRECTED: 1}


@pytest.mark.django_db
def test_newer_words_that_go_out_instead_of_older_ones_are_one_publication(newsroom: Newsroom) -> None:
    (channel,) = newsroom.open_channels(newsroom.headquarters, ("eitaa",))
    post = newsroom.approved(channel_ids=frozenset({channel.pk}), due_at=clock.now() + timedelta(hours=5))
    made = corrected(newsroom, post)
    move(copies(made), timedelta(minutes=1), "sent", remote_id="2", attempt=1)
    assert totals(newsroom.browse(newsroom.head).get(WEEK)) == {Came.SENT: 1}
