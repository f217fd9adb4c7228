"""Programs of health experts say what they find in an emergency message that went out; a key alone says nothing."""

from typing import Any

import pytest

from ravi.accounts.models import Institution
from ravi.accounts.rules import Verb
from ravi.network.models import AfterReview
from ravi.network.tests.alarm import Alarm
from ravi.publishing.models import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(newsroom: Any) -> Alarm:
    """Signed and filled in, in a demo, where a yes asks for no code."""
    Institution.objects.filter(pk=newsroom.institution.pk).update(is_demo=True)
    made = Alarm(newsroom.house)
    made.sign()
    return made


@pytest.fixture
def went(alarm: Alarm) -> Post:
    return alarm.sent()


def test_it_is_listed_read_and_found_right_once(newsroom, program, alarm, went):
    second, officer = program(alarm.second), program(newsroom.officer)
    [told] = second.get("emergency-reviews", {"is_open": "true"}).json()["items"]
    assert (told["title"], told["text"], told["verdict"]) == (went.title, went.text, None)
    assert (told["may_review"], told["is_overdue"], told["filled_by"]["id"]) == (True, False, newsroom.officer.pk)
    [seen] = officer.get("emergency-reviews").json()["items"]
    assert (seen["id"], seen["may_review"]) == (told["id"], False)
    address = f"emergency-reviews/{told['id']}"
    found = second.post(f"{address}/finding", {"verdict": "right"})
    assert (found.status_code, found.json()["verdict"], found.json()["done_by"]["id"]) == (
        200,
        "right",
        alarm.second.pk,
    )
    assert second.post(f"{address}/finding", {"verdict": "right"}).status_code == 200, "twice is once"
    otherwise = second.post(f"{address}/finding", {"verdict": "correct", "note": "نشانی"})
    assert otherwise.status_code == 409
    assert second.get("emergency-reviews", {"is_open": "true"}).json()["items"] == []
    assert second.get(address).json()["may_review"] is False


def test_a_withdrawal_says_why_and_takes_it_back(program, alarm, went):
    address, second = f"emergency-reviews/{alarm.review(went).pk}/finding", program(alarm.second)
    assert second.post(address, {"verdict": "withdraw"}).status_code in (409, 422), "whoever wrote it must read why"
    went.refresh_from_db()
    assert went.state == "submitted" or went.state == "approved"
    done = second.post(address, {"verdict": "withdraw", "note": "نشانی نادرست است."})
    assert (done.status_code, done.json()["note"]) == (200, "نشانی نادرست است.")
    went.refresh_from_db()
    assert went.state == "withdrawn"


def test_neither_who_filled_it_in_nor_who_signed_nor_a_key_alone(newsroom, program, alarm, went):
    address = f"emergency-reviews/{alarm.review(went).pk}/finding"
    for who in (newsroom.officer, newsroom.expert, newsroom.head, newsroom.editor):
        assert program(who).post(address, {"verdict": "right"}).status_code == 403
    assert program(alarm.second, verbs=[Verb.WRITE]).post(address, {"verdict": "right"}).status_code == 403
    Institution.objects.filter(pk=newsroom.institution.pk).update(is_demo=False)
    without = program(alarm.second).post(address, {"verdict": "right"})
    assert (without.status_code, without.json()["type"]) == (403, "urn:ravi:problem:code_missing")
    assert AfterReview.objects.filter(done_at=None).count() == 1


@pytest.mark.parametrize(
    "body", [{}, {"verdict": "fine"}, {"verdict": "right", "note": "x" * 1001}, {"verdict": "right", "x": 1}]
)
def test_wrong_bodies_are_named(program, alarm, went, body):
    found = program(alarm.second).post(f"emergency-reviews/{alarm.review(went).pk}/finding", body)
    assert found.status_code == 422


def test_a_key_that_may_only_approve_takes_nothing_back(program, alarm, went):
    address, approves = (
        f"emergency-reviews/{alarm.review(went).pk}/finding",
        program(alarm.second, verbs=[Verb.APPROVE]),
    )
    refused = approves.post(address, {"verdict": "withdraw", "note": "نشانی"})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:ravi:problem:verb")
    went.refresh_from_db()
    assert went.state != "withdrawn"
    assert approves.post(address, {"verdict": "correct", "note": "نشانی"}).status_code == 200
