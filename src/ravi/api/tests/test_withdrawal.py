"""Programs take a message of the network back everywhere, and read how far that has come."""

import pytest

from ravi.accounts.rules import Verb
from ravi.api.tests.test_network import channels, offer_to, offered, seen  # noqa: F401 -- fixtures
from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.network.jobs import withdraw
from ravi.network.models import Message, Offer
from ravi.publishing.models import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def out(newsroom, program, offered, settle):  # noqa: F811
    """The hospital's answer has its yes: one copy is out, one in the line."""
    officer, address = program(newsroom.officer), offer_to(newsroom.hospital)
    taken = officer.post(f"{address}/adoption", {"channel_ids": channels(newsroom.hospital)}, **seen(officer, address))
    post = taken.json()["answer"]["post_id"]
    expert = program(newsroom.expert)
    digest = expert.get(f"posts/{post}/shown").json()["digest"]
    assert expert.post(f"posts/{post}/approval", {"digest": digest}).status_code == 200
    settle(Delivery.objects.order_by("pk")[:1], "sent")
    return f"messages/{offered.pk}/withdrawal"


def test_what_it_would_do_is_what_it_does(newsroom, program, out):
    editor = program(newsroom.editor, verbs=(Verb.WITHDRAW,))
    before = editor.get(out).json()
    assert (before["state"], before["may_withdraw"], before["progress"]) == ("offered", True, None)
    assert before["would"] == {
        "posts": 1,
        "open_offers": 1,
        "removed": 1,
        "by_hand": 0,
        "cancelled": 1,
        "unknown": 0,
    }
    done = editor.post(out, {"reason": "تاریخ اشتباه بود"})
    assert done.status_code == 200, done.json()
    assert (done.json()["state"], done.json()["reason"], done.json()["would"]) == (
        "withdrawn",
        "تاریخ اشتباه بود",
        None,
    )
    assert done.json()["progress"]["posts_left"] == 1
    assert not Delivery.objects.filter(state="pending", action="publish").exists()
    message = Message.objects.get()
    withdraw(message.institution_id, message.pk)
    progress = editor.get(out).json()["progress"]
    assert {name: progress[name] for name in ("posts_left", "going", "never_went")} == {
        "posts_left": 0,
        "going": 1,
        "never_went": 1,
    }
    removal = Delivery.objects.get(action="delete")
    Delivery.objects.filter(pk=removal.pk).update(state="sent", sent_at=clock.now(), settled_at=clock.now())
    assert editor.get(out).json()["progress"]["removed"] == 1
    assert Post.objects.get().state == "withdrawn"
    assert Offer.objects.get(unit=newsroom.faculty).state == "closed"
    assert editor.post(out, {"reason": "دوباره"}).json()["reason"] == "تاریخ اشتباه بود"


def test_only_those_may_who_may_on_the_page(newsroom, program, out):
    body = {"reason": "x"}
    assert program(newsroom.officer).post(out, body).status_code == 404
    assert program(newsroom.auditor).post(out, body).status_code == 403
    assert program(newsroom.expert).get(out).json()["may_withdraw"] is False
    assert program(newsroom.expert).post(out, body).status_code == 403  # nobody asked for this expert's yes
    without = program(newsroom.head, verbs=(Verb.OFFER, Verb.WRITE))
    assert without.post(out, body).json()["type"] == "urn:ravi:problem:verb"
    head = program(newsroom.head)
    assert head.post(out, {"reason": " "}).status_code == 422
    assert head.post(out, {}).status_code == 422
    assert Message.objects.get().state == "offered"
    named = {"Idempotency-Key": "once"}
    first, again = (head.post(out, body, **named) for _ in range(2))
    assert (first.status_code, again["Idempotency-Replayed"]) == (200, "true")


def test_what_no_unit_ever_had_is_ended_instead(newsroom, program):
    editor = program(newsroom.editor)
    made = editor.post("messages", {"settings": {"topic": "organisation"}, "words": {"title": "x", "text": "y"}}).json()
    refused = editor.post(f"messages/{made['id']}/withdrawal", {"reason": "x"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ravi:problem:not_now")
    told = editor.get(f"messages/{made['id']}/withdrawal").json()
    assert (told["may_withdraw"], told["would"]) == (False, None)
