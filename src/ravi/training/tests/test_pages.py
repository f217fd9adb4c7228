"""The way of a workshop over its pages: planned, announced, people sent, one comes and one does not."""

from datetime import timedelta

import icalendar
import pytest

from ravi.accounts import services as accounts
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.text.jalali import to_jalali
from ravi.training.models import Instructor, Registration, Series, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_home(house):
    """The second factor is another test's matter."""
    house.institution.is_demo = True
    house.institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return house


def day_fields(name, days):
    year, month, day = to_jalali((clock.now() + timedelta(days=days)).date())
    return {f"{name}_0": str(day), f"{name}_1": str(month), f"{name}_2": str(year)}


def planned(browser):
    browser.post("/workshops/series/new/", {"name": "مدیریت فضای مجازی"})
    series = Series.objects.get()
    browser.post(f"/workshops/series/{series.pk}/new/", {"title": "کارگاه نخست", "unit_seats": "۱", "seats": ""})
    workshop = Workshop.objects.get()
    said = {"topic": "روایتگری", "part": "morning", "first": "۸:۳۰", "last": "۱۲.۳۰", "room": "سالن شمارهٔ ۱"}
    said["teachers"] = "رضا کاویان، روابط عمومی وزارت بهداشت\nسرهنگ پناهی"
    assert browser.post(f"/workshops/{workshop.pk}/sessions/new/", said | day_fields("on", 9)).status_code == 302
    return workshop


def text(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_plan_to_who_comes(at_home, sign_in):
    editor, head, officer = sign_in(at_home.editor), sign_in(at_home.unit_head), sign_in(at_home.officer)
    workshop = planned(editor)
    address = f"/workshops/{workshop.pk}/"
    assert officer.get(address).status_code == 404 and "کارگاه نخست" not in text(officer, "/workshops/")
    editor.post(f"{address}open/")
    assert "کارگاه نخست" in text(officer, "/workshops/")
    programme = text(officer, address)
    assert "ساعت ۸:۳۰ تا ۱۲:۳۰" in programme and "وزارت بهداشت" in programme and "سالن شمارهٔ ۱" in programme
    assert "معرفی همکاران" not in programme and "لغو کارگاه" not in programme
    sending = f"{address}nomination/{at_home.hospital.pk}/"
    assert "۱ جا برای شما مانده است" in text(head, sending)
    head.post(sending, {"people": [at_home.officer.pk, at_home.unit_head.pk]})
    assert "منتظر شما هستند" in text(officer, "/workshops/")
    officer.post(f"{address}answer/", {"comes": "yes"})
    assert Registration.objects.get(person=at_home.officer).state == "confirmed"
    assert "در فهرست انتظار هستید" in text(head, address)
    for rubbish in ({}, {"comes": "maybe"}):
        officer.post(f"{address}answer/", rubbish)
        assert Registration.objects.get(person=at_home.officer).state == "confirmed"
    officer.post(f"{address}answer/", {"comes": "no"})
    assert Registration.objects.get(person=at_home.unit_head).state == "nominated"
    assert "چه کسانی می‌آیند" in text(head, address)
    assert "چه کسانی می‌آیند" not in text(sign_in(at_home.neighbour), address)
    assert at_home.officer.name not in text(sign_in(at_home.neighbour), address)  # who comes is seen by its own unit


def test_teachers_stand_with_their_office(at_home, sign_in):
    planned(sign_in(at_home.editor))
    assert list(Instructor.objects.order_by("place").values_list("name", "affiliation")) == [
        ("رضا کاویان", "روابط عمومی وزارت بهداشت"),
        ("سرهنگ پناهی", ""),
    ]


def test_what_is_wrong_is_said_and_kept_on_the_page(at_home, sign_in):
    editor = sign_in(at_home.editor)
    workshop = planned(editor)
    wrong = {"topic": "آغاز", "part": "morning", "first": "۱۲", "last": "۸", "room": ""} | day_fields("on", 9)
    answer = editor.post(f"/workshops/{workshop.pk}/sessions/new/", wrong)
    assert answer.status_code == 422 and "پیش از آغازش تمام می‌شود" in answer.content.decode()
    assert editor.post(f"/workshops/{workshop.pk}/cancellation/", {"reason": ""}).status_code == 422
    assert editor.post(f"/workshops/{workshop.pk}/edit/", {"title": ""}).status_code == 422


def test_nobody_ends_the_seat_of_another_unit(at_home, sign_in):
    editor = sign_in(at_home.editor)
    workshop = planned(editor)
    editor.post(f"/workshops/{workshop.pk}/open/")
    head = sign_in(at_home.unit_head)
    head.post(f"/workshops/{workshop.pk}/nomination/{at_home.hospital.pk}/", {"people": [at_home.officer.pk]})
    row = Registration.objects.get()
    accounts.grant_role(at_home.neighbour, RoleKind.UNIT_HEAD, unit=at_home.faculty, by=None)
    end = f"/workshops/{workshop.pk}/registrations/{row.pk}/end/"
    assert sign_in(at_home.neighbour).post(end).status_code == 404
    assert head.post(end).status_code == 302
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_a_calendar_reads_the_same_moments(at_home, sign_in):
    editor = sign_in(at_home.editor)
    workshop = planned(editor)
    editor.post(f"/workshops/{workshop.pk}/open/")
    answer = editor.get(f"/workshops/{workshop.pk}/calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    session = workshop.sessions.get()
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (session.starts_at, session.ends_at)
    assert "روایتگری" in event["SUMMARY"] and "رضا کاویان" in event["DESCRIPTION"]
    assert event["STATUS"] == "CONFIRMED" and event["LOCATION"] == "سالن شمارهٔ ۱"
    uid = event["UID"]
    elsewhere = editor.get(f"/workshops/{workshop.pk}/calendar.ics", headers={"host": "127.0.0.1"})
    assert icalendar.Calendar.from_ical(elsewhere.content).walk("VEVENT")[0]["UID"] == uid
    editor.post(f"/workshops/{workshop.pk}/cancellation/", {"reason": "مدرس بیمار است."})
    [event] = icalendar.Calendar.from_ical(editor.get(f"/workshops/{workshop.pk}/calendar.ics").content).walk("VEVENT")
    assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == (uid, "CANCELLED", 1)


def test_ones_own_calendar_holds_what_one_comes_to(at_home, sign_in):
    editor, head = sign_in(at_home.editor), sign_in(at_home.unit_head)
    workshop = planned(editor)
    editor.post(f"/workshops/{workshop.pk}/open/")
    head.post(f"/workshops/{workshop.pk}/nomination/{at_home.hospital.pk}/", {"people": [at_home.officer.pk]})
    mine = icalendar.Calendar.from_ical(sign_in(at_home.officer).get("/workshops/calendar.ics").content)
    others = icalendar.Calendar.from_ical(sign_in(at_home.neighbour).get("/workshops/calendar.ics").content)
    assert (len(mine.walk("VEVENT")), len(others.walk("VEVENT"))) == (1, 0)
