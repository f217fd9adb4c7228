"""Programs of a unit's head say what it takes by itself; what was taken so is taken back, and nobody else's word counts."""

from typing import Any

import pytest

from ravi.accounts.rules import Verb
from ravi.api import jobs
from ravi.api.webhook.rules import EventType
from ravi.network.jobs import take
from ravi.network.models import Adoption, AutoAdoption, Message, Offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(newsroom: Any) -> str:
    return f"units/{newsroom.hospital.pk}/auto-adoption"


def issued(newsroom: Any, program: Any, kind: str = "notice") -> Message:
    """A notice of headquarters, and the side job that follows it."""
    editor = program(newsroom.editor)
    aims = [{"kind": "tree", "unit_id": newsroom.headquarters.pk}]
    said = {
        "settings": {"aims": aims, "topic": "organisation", "kind": kind},
        "words": {"title": "تعطیلی", "text": "فردا"},
    }
    made = editor.post("messages", said)
    assert made.status_code == 201, made.json()
    done = editor.post(f"messages/{made.json()['id']}/issue", **{"If-Match": made["ETag"]})
    assert done.status_code == 200, done.json()
    take(newsroom.institution.pk, made.json()["id"])
    return Message.objects.get(pk=made.json()["id"])


def test_from_the_heads_word_to_an_answer_and_back(newsroom, program, place):
    head, officer = program(newsroom.unit_head), program(newsroom.officer)
    none = {"unit_id": newsroom.hospital.pk, "kinds": [], "by": None, "at": None}
    assert head.get(place).json() == none | {"may_change": True}
    assert officer.get(place).json() == none | {"may_change": False}
    said = head.put(place, {"kinds": ["notice"]})
    assert (said.status_code, said.json()["kinds"], said.json()["by"]["id"]) == (200, ["notice"], newsroom.unit_head.pk)
    assert head.put(place, {"kinds": ["notice"]}).json() == said.json(), "the same again is the same"
    message = issued(newsroom, program)
    offer = Offer.objects.get(message=message, unit=newsroom.hospital)
    answer = Adoption.objects.get(offer=offer)
    assert (answer.rule_id, answer.by_id) == (AutoAdoption.objects.get().pk, newsroom.unit_head.pk)
    assert officer.get(f"offers/{offer.pk}").json()["answer"]["id"] == answer.pk
    other = officer.post(f"offers/{offer.pk}/taking-back", {"answer_id": answer.pk + 1})
    assert other.status_code == 412
    assert officer.post(f"offers/{offer.pk}/taking-back", {"answer_id": answer.pk}).status_code == 204
    offer.refresh_from_db()
    assert (offer.state, Adoption.objects.filter(ended_at=None).count()) == ("open", 0)
    assert head.send("delete", place).status_code == 204
    assert head.get(place).json()["kinds"] == []
    assert head.send("delete", place).status_code == 204, "ending twice is ending once"


def test_addresses_hear_that_what_was_taken_by_itself_was_taken_back(newsroom, program, place, add, receiver):
    program(newsroom.unit_head).put(place, {"kinds": ["notice"]})
    add(events=[EventType.OFFER_ANSWERED])
    offer = Offer.objects.get(message=issued(newsroom, program), unit=newsroom.hospital)
    program(newsroom.officer).post(
        f"offers/{offer.pk}/taking-back", {"answer_id": Adoption.objects.get(offer=offer).pk}
    )
    jobs.webhooks(0)
    heard = [one["data"] for one in receiver.told if one["data"]["offer_id"] == offer.pk]
    assert [one["answer"] for one in heard] == ["adopted", None]
    assert {one["state"] for one in heard} == {"open"}, "as it stands when it is told"


def test_what_was_not_chosen_waits_for_a_person(newsroom, program, place):
    program(newsroom.unit_head).put(place, {"kinds": ["alert"]})
    offer = Offer.objects.get(message=issued(newsroom, program), unit=newsroom.hospital)
    assert (offer.state, Adoption.objects.count()) == ("open", 0)


@pytest.mark.parametrize("kinds", [[], ["message"], ["notice", "health"], "notice", None])
def test_other_messages_are_never_taken(newsroom, program, place, kinds):
    assert program(newsroom.unit_head).put(place, {"kinds": kinds}).status_code == 422
    assert not AutoAdoption.objects.exists()


def test_nobody_else_says_it(newsroom, program, place):
    for who in (newsroom.officer, newsroom.editor, newsroom.expert, newsroom.head):
        assert program(who).put(place, {"kinds": ["notice"]}).status_code == 403
        assert program(who).send("delete", place).status_code == 403
    reads_only = program(newsroom.unit_head, verbs=[Verb.WRITE])
    assert reads_only.put(place, {"kinds": ["notice"]}).status_code == 403
    elsewhere = program(newsroom.unit_head).put(f"units/{newsroom.faculty.pk}/auto-adoption", {"kinds": ["notice"]})
    assert elsewhere.status_code == 404
    above = program(newsroom.editor).get(f"units/{newsroom.headquarters.pk}/auto-adoption")
    assert above.status_code == 404, "headquarters is offered nothing"
    assert not AutoAdoption.objects.exists()
