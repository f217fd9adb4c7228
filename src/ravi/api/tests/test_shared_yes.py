"""One yes of a program to a shown set: exactly that set, or nothing."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from ravi.accounts.models import Institution
from ravi.accounts.rules import RoleKind, Verb
from ravi.accounts.services import grant_role
from ravi.accounts.tests.test_second_factor import code_of
from ravi.delivery.models import Delivery
from ravi.network import services
from ravi.network.jobs import say_shared_yeses
from ravi.network.models import Adoption
from ravi.publishing.models import Approval, Post

from .test_network import SECRET, channels, offer_to, offered, seen  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(newsroom, program, offered):  # noqa: F811
    """Both units took the message unchanged."""
    grant_role(newsroom.neighbour, RoleKind.UNIT_OFFICER, unit=newsroom.faculty, by=None)
    for person, unit in ((newsroom.officer, newsroom.hospital), (newsroom.neighbour, newsroom.faculty)):
        asks, address = program(person), offer_to(unit)
        taken = asks.post(f"{address}/adoption", {"channel_ids": channels(unit)}, **seen(asks, address))
        assert taken.status_code == 200, taken.json()
    return f"shared-yeses/{offered.current_id}"


def test_every_copy_of_the_set_gets_a_yes_of_its_own(newsroom, program, waiting):
    expert = program(newsroom.expert)
    assert [(one["units"], f"shared-yeses/{one['version_id']}") for one in expert.get("shared-yeses").json()] == [
        (2, waiting)
    ]
    shown = expert.get(waiting).json()
    hashes = {one for post in shown["posts"] for one in post["hashes"]}
    assert {one["unit_id"] for one in shown["posts"]} == {newsroom.hospital.pk, newsroom.faculty.pk}
    assert sum(len(one["channel_ids"]) for one in shown["groups"]) == 4
    done = expert.post(waiting, {"digest": shown["digest"]})
    assert done.status_code == 200, done.json()
    assert done.json()["approved"] == sorted(Post.objects.values_list("pk", flat=True))
    assert set(Approval.objects.values_list("content_hash", flat=True)) == hashes
    assert Delivery.objects.count() == len(hashes) == 4
    assert expert.get(waiting).json()["posts"] == []


def test_more_than_a_program_waits_for_are_begun_and_what_stayed_is_told(newsroom, program, waiting, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 1)
    expert = program(newsroom.expert)
    shown = expert.get(waiting).json()
    begun = expert.post(waiting, {"digest": shown["digest"]})
    assert (begun.status_code, begun.json()) == (202, {"begun": 2})
    officer, address = program(newsroom.officer), offer_to(newsroom.hospital)
    assert officer.post(f"{address}/refusal", {"reason": "x"}, **seen(officer, address)).status_code == 200
    say_shared_yeses(0)
    carried = expert.get(waiting).json()["carried"]
    assert (carried["done"], carried["total"], carried["is_open"]) == (1, 2, False)
    assert [one.partition(":")[0] for one in carried["stayed"]] == [newsroom.hospital.name]
    assert Delivery.objects.count() == 2


def test_a_set_that_changed_is_refused_whole(newsroom, program, waiting):
    expert = program(newsroom.expert)
    before = expert.get(waiting).json()
    officer, address = program(newsroom.officer), offer_to(newsroom.hospital)
    body = {"channel_ids": channels(newsroom.hospital)[:1]}
    assert officer.post(f"{address}/refusal", {"reason": "x"}, **seen(officer, address)).status_code == 200
    refused = expert.post(waiting, {"digest": before["digest"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ravi:problem:shown_set_changed")
    officer.post(f"{address}/adoption", body, **seen(officer, address))
    assert expert.post(waiting, {"digest": before["digest"]}).status_code == 409
    assert not Approval.objects.exists()
    assert not Delivery.objects.exists()
    now = expert.get(waiting).json()
    assert expert.post(waiting, {"digest": now["digest"]}).status_code == 200
    assert expert.post(waiting, {"digest": now["digest"]}).status_code == 409  # nothing of it waits any more
    assert Delivery.objects.count() == 3


def test_some_of_it_stay_for_another_look(newsroom, program, waiting):
    expert = program(newsroom.expert)
    shown = expert.get(waiting).json()
    mine = Adoption.objects.get(offer__unit=newsroom.hospital).post_id
    for foreign in ([mine, 10**9], [newsroom.draft().pk]):
        assert expert.post(waiting, {"digest": shown["digest"], "post_ids": foreign}).status_code == 404
    done = expert.post(waiting, {"digest": shown["digest"], "post_ids": [mine]})
    assert done.json()["approved"] == [mine]
    assert set(Delivery.objects.values_list("post_id", flat=True)) == {mine}


def test_it_asks_for_the_right_the_verb_and_a_code(newsroom, program, waiting):
    expert = program(newsroom.expert)
    body = {"digest": expert.get(waiting).json()["digest"]}
    assert program(newsroom.auditor).post(waiting, body).status_code == 403
    assert program(newsroom.expert, verbs=(Verb.WRITE,)).post(waiting, body).json()["type"] == "urn:ravi:problem:verb"
    assert program(newsroom.editor).post(waiting, body).status_code == 403
    Institution.objects.update(is_demo=False)
    TOTP.activate(newsroom.expert, SECRET)
    assert expert.post(waiting, body).json()["type"] == "urn:ravi:problem:code_missing"
    assert not Approval.objects.exists()
    named = {"Ravi-Code": code_of(SECRET), "Idempotency-Key": "yes"}
    first, again = (expert.post(waiting, body, **named) for _ in range(2))
    assert (first.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert Delivery.objects.count() == 4
