"""Programs correct a message of the network everywhere, follow every copy, and say one yes: to exactly what was shown."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from ravi.accounts.models import Institution
from ravi.accounts.rules import RoleKind, Verb
from ravi.accounts.services import grant_role
from ravi.accounts.tests.test_second_factor import code_of
from ravi.api.tests.test_network import SECRET
from ravi.delivery.models import Delivery
from ravi.delivery.read_back.rules import ReadBackOutcome
from ravi.network import services
from ravi.network.jobs import correct, say_shared_yeses
from ravi.network.models import Adoption, CorrectedAnswer, Correction
from ravi.network.tests.outside import agreed, carried
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.changed import Fate
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries.changed import Changed
from tests.pages.test_based_on import issue_next, other_phone, taken
from tests.pages.test_correct_message import out
from tests.pages.test_offers import TEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(newsroom):
    """Out in the hospital and the faculty, two copies each; the second version is issued."""
    return out(newsroom)


@pytest.fixture
def waiting(newsroom, program, message):
    """Its corrections are written and wait; their address."""
    done = program(newsroom.editor).post(f"messages/{message.pk}/corrections", {"version": 2})
    assert done.status_code == 200, done.json()
    correct(message.institution_id, message.current_id)
    return f"correction-yeses/{message.current_id}"


def changes() -> Any:
    return Delivery.objects.filter(action="edit")


def test_what_it_would_do_then_each_unit_and_copy(newsroom, program, message):
    editor, address = program(newsroom.editor, verbs=(Verb.OFFER,)), f"messages/{message.pk}/corrections"
    before = editor.get(address).json()
    assert (before["version"], before["version_id"], before["may_correct"]) == (2, message.current_id, True)
    assert before["progress"] is None
    ways = before["would"].pop("ways")
    assert before["would"] == {"units": 2, "own_words": 0, "copies": 4, "unknown": 0, "not_out": 0, "waiting": []}
    assert {(one["platform"], one["way"], one["copies"]) for one in ways} == {
        ("telegram", "edit", 2),
        ("mastodon", "edit", 2),
    }
    assert not CorrectedAnswer.objects.exists()
    begun = editor.post(address, {"version": 2})
    assert begun.status_code == 200, begun.json()
    assert begun.json()["would"] is None
    assert (begun.json()["progress"]["units_left"], begun.json()["progress"]["total"]) == (2, 0)
    correct(message.institution_id, message.current_id)
    progress = editor.get(address).json()["progress"]
    assert (progress["units_left"], progress["done"], progress["total"]) == (0, 0, 4)
    assert {one["unit_id"] for one in progress["units"]} == {newsroom.hospital.pk, newsroom.faculty.pk}
    assert {one["outcome"] for one in progress["units"]} == {"made"}
    assert {copy["fate"] for one in progress["units"] for copy in one["copies"]} == {"waits_for_yes"}
    corrections = Post.objects.filter(corrects__isnull=False)
    assert {one["post_id"] for one in progress["units"]} == set(corrections.values_list("pk", flat=True))
    for post in corrections:
        agreed(post, newsroom.head)
    assert editor.get(address).json()["progress"]["ends_at"] is not None
    carried(*corrections)
    progress = editor.get(address).json()["progress"]
    assert (progress["done"], progress["total"], progress["ends_at"]) == (4, 4, None)


def test_it_says_who_has_to_act_first_and_who_keeps_own_words(newsroom, program):
    answer = taken(newsroom, full="همشهریان! " + TEXT)
    agreed(answer.post, newsroom.head)
    carried(answer.post)
    offer = answer.offer
    issue_next(newsroom, offer, **other_phone(offer))
    address = f"messages/{offer.message_id}/corrections"
    editor = program(newsroom.editor)
    would = editor.get(address).json()["would"]
    assert (would["units"], would["own_words"], would["waiting"]) == (1, 1, [])
    offer.message.refresh_from_db()
    issue_next(newsroom, offer, text="از امروز " + TEXT)
    would = editor.get(address).json()["would"]
    assert (would["units"], would["copies"]) == (0, 0)
    assert would["waiting"] == [{"unit_id": newsroom.hospital.pk, "offer_id": offer.pk, "outcome": "own_words"}]
    assert editor.post(address, {"version": 3}).status_code == 200
    offer.message.refresh_from_db()
    correct(offer.message.institution_id, offer.message.current_id)
    (unit,) = editor.get(address).json()["progress"]["units"]
    assert (unit["outcome"], unit["post_id"], unit["copies"]) == ("own_words", None, [])


def test_only_those_may_who_may_on_the_page_and_only_the_version_that_holds(newsroom, program, message):
    address = f"messages/{message.pk}/corrections"
    assert program(newsroom.officer).get(address).status_code == 404
    assert program(newsroom.officer).post(address, {"version": 2}).status_code == 404
    assert program(newsroom.expert).get(address).json()["may_correct"] is False
    for person in (newsroom.expert, newsroom.auditor):
        assert program(person).post(address, {"version": 2}).status_code == 403
    without = program(newsroom.editor, verbs=(Verb.WRITE, Verb.APPROVE, Verb.WITHDRAW))
    assert without.post(address, {"version": 2}).json()["type"] == "urn:ravi:problem:verb"
    editor = program(newsroom.editor)
    old = editor.post(address, {"version": 1})
    assert (old.status_code, old.json()["type"]) == (412, "urn:ravi:problem:newer_version")
    assert editor.post(address, {"version": 3}).status_code == 404
    assert editor.post(address, {}).status_code == 422
    assert not Correction.objects.exists()
    named = {"Idempotency-Key": "once"}
    first, again = (editor.post(address, {"version": 2}, **named) for _ in range(2))
    assert (first.status_code, again["Idempotency-Replayed"]) == (200, "true")
    services.withdraw_message(message, reason="x", by=newsroom.editor)
    over = editor.post(address, {"version": 2})
    assert (over.status_code, over.json()["type"]) == (409, "urn:ravi:problem:not_now")
    assert editor.get(address).json()["may_correct"] is False


def test_where_nothing_is_newer_there_is_nothing_to_correct(newsroom, program):
    message = taken(newsroom).offer.message
    editor, address = program(newsroom.editor), f"messages/{message.pk}/corrections"
    told = editor.get(address).json()
    assert (told["version"], told["may_correct"], told["would"], told["progress"]) == (1, False, None, None)
    assert editor.post(address, {"version": 1}).json()["type"] == "urn:ravi:problem:not_now"


def test_every_copy_of_the_shown_corrections_gets_a_yes_of_its_own(newsroom, program, waiting):
    head = program(newsroom.head, verbs=(Verb.APPROVE,))
    (brief,) = head.get("correction-yeses").json()
    assert (brief["units"], f"correction-yeses/{brief['version_id']}") == (2, waiting)
    shown = head.get(waiting).json()
    assert {one["unit_id"] for one in shown["posts"]} == {newsroom.hospital.pk, newsroom.faculty.pk}
    assert {one["own_words"] for one in shown["posts"]} == {False}
    answered = Adoption.objects.filter(ended_at=None).values_list("post_id", flat=True)
    assert {one["corrects_id"] for one in shown["posts"]} == set(answered)
    copies = [copy for one in shown["posts"] for copy in one["copies"]]
    assert {copy["way"] for copy in copies} == {"edit"}
    assert all("۰۴۱۳۵۵۵۰۰۰۰" in one["text"] for one in shown["groups"])
    assert sum(len(one["channel_ids"]) for one in shown["groups"]) == 4
    assert Notice.objects.filter(kind="corrections_asked", read_at=None).exists()
    done = head.post(waiting, {"digest": shown["digest"]})
    assert done.status_code == 200, done.json()
    assert done.json()["approved"] == sorted(one["post_id"] for one in shown["posts"])
    said = Approval.objects.filter(copy__post__corrects__isnull=False, voided_at=None, approver=newsroom.head)
    assert set(said.values_list("content_hash", flat=True)) == {copy["hash"] for copy in copies}
    assert changes().filter(state="pending").count() == 4
    assert not Notice.objects.filter(kind="corrections_asked", read_at=None).exists()
    assert head.get(waiting).json()["posts"] == []
    assert head.post(waiting, {"digest": shown["digest"]}).status_code == 409  # nothing of it waits any more


def test_corrections_that_changed_are_refused_whole(newsroom, program, waiting):
    head = program(newsroom.head)
    before = head.get(waiting).json()
    gone = Post.objects.get(corrects__isnull=False, unit=newsroom.hospital)
    publishing.withdraw_post(gone, by=gone.author, by_keeper=True)
    refused = head.post(waiting, {"digest": before["digest"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ravi:problem:shown_set_changed")
    assert not changes().exists()
    now = head.get(waiting).json()
    assert [one["unit_id"] for one in now["posts"]] == [newsroom.faculty.pk]
    assert head.post(waiting, {"digest": now["digest"]}).status_code == 200
    assert changes().count() == 2


def test_where_one_cannot_be_approved_none_is(newsroom, program, waiting, monkeypatch):
    head = program(newsroom.head)
    shown = head.get(waiting).json()
    stays = shown["posts"][1]["post_id"]
    say = services.say_corrections_yes

    def one_changed_meanwhile(version: Any, digests: Any, **more: Any) -> Any:
        return say(version, {**digests, stays: "0" * 64}, **more)

    monkeypatch.setattr(services, "say_corrections_yes", one_changed_meanwhile)
    refused = head.post(waiting, {"digest": shown["digest"]})
    assert (refused.status_code, refused.json()["errors"][0]["at"]) == (409, str(stays))
    assert not changes().exists()
    assert not Approval.objects.filter(copy__post__corrects__isnull=False).exists()


def test_some_of_the_corrections_stay_for_another_look(newsroom, program, waiting):
    head = program(newsroom.head)
    shown = head.get(waiting).json()
    mine = shown["posts"][0]["post_id"]
    for foreign in ([mine, 10**9], [shown["posts"][0]["corrects_id"]]):
        assert head.post(waiting, {"digest": shown["digest"], "post_ids": foreign}).status_code == 404
    assert head.post(waiting, {"digest": shown["digest"], "post_ids": [mine]}).json()["approved"] == [mine]
    assert set(changes().values_list("post_id", flat=True)) == {mine}


def test_more_than_a_program_waits_for_are_begun_and_followed(newsroom, program, waiting, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 1)
    head = program(newsroom.head, verbs=(Verb.APPROVE,))
    shown = head.get(waiting).json()
    assert shown["carried"] is None
    begun = head.post(waiting, {"digest": shown["digest"]})
    assert (begun.status_code, begun.json()) == (202, {"begun": 2})
    after = head.get(waiting).json()
    assert (after["posts"], after["carried"]) == ([], {"done": 0, "total": 2, "is_open": True, "stayed": []})
    assert head.get("correction-yeses").json() == [] and not changes().exists()
    assert head.post(waiting, {"digest": shown["digest"]}).status_code == 409  # it is on its way
    say_shared_yeses(0)
    assert head.get(waiting).json()["carried"] == {"done": 2, "total": 2, "is_open": False, "stayed": []}
    assert changes().filter(state="pending").count() == 4


def test_the_yes_asks_for_another_person_the_right_the_verb_and_a_code(newsroom, program, waiting):
    head = program(newsroom.head)
    body = {"digest": head.get(waiting).json()["digest"]}
    assert program(newsroom.head, verbs=(Verb.OFFER,)).post(waiting, body).json()["type"] == "urn:ravi:problem:verb"
    for person in (newsroom.auditor, newsroom.editor):
        assert program(person).post(waiting, body).status_code == 403
    grant_role(newsroom.editor, RoleKind.HEAD, unit=newsroom.headquarters, by=None)
    assert program(newsroom.editor).get(waiting).json()["posts"] == []  # whoever wrote it says no yes to it
    assert program(newsroom.editor).post(waiting, body).status_code == 409
    Institution.objects.update(is_demo=False)
    TOTP.activate(newsroom.head, SECRET)
    assert head.post(waiting, body).json()["type"] == "urn:ravi:problem:code_missing"
    assert head.post(waiting, body, **{"Ravi-Code": "000000"}).status_code == 403
    assert not changes().exists()
    named = {"Ravi-Code": code_of(SECRET), "Idempotency-Key": "yes"}
    first, again = (head.post(waiting, body, **named) for _ in range(2))
    assert (first.status_code, again["Idempotency-Replayed"]) == (200, "true"), first.json()
    assert changes().count() == 4


def test_what_does_not_stand_is_not_done(newsroom, program, message, monkeypatch):
    """Programs were told that all is corrected, in the answer that listed the old words."""
    program(newsroom.editor).post(f"messages/{message.pk}/corrections", {"version": 2})
    copies = [
        Changed(1, 1, "mastodon", Fate.EDITED, read_back=found)
        for found in (ReadBackOutcome.STANDS, ReadBackOutcome.OTHER_WORDS, ReadBackOutcome.SETTLED)
    ]
    monkeypatch.setattr("ravi.api.routes.network_corrections.how_changed", lambda *_: copies)
    progress = program(newsroom.editor).get(f"messages/{message.pk}/corrections").json()["progress"]
    assert (progress["done"], progress["total"]) == (2, 3)
