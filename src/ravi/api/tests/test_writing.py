"""Programs write, send, answer and take back as people do, once, and over the version that they saw."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from ravi.accounts.models import Institution
from ravi.accounts.rules import Verb
from ravi.accounts.tests.test_second_factor import code_of
from ravi.api.models import Answer
from ravi.core import clock
from ravi.delivery.models import Delivery, StopOrder
from ravi.directory.models import Channel
from ravi.library.models import Media
from ravi.publishing.models import Post, SetAside
from tests.architecture.objects import _picture

pytestmark = pytest.mark.django_db

SECRET = "A" * 32


def words(newsroom: Any, **more: Any) -> dict[str, Any]:
    ids = sorted(Channel.objects.filter(unit=newsroom.hospital).values_list("pk", flat=True))
    said = {"unit_id": newsroom.hospital.pk, "title": "واکسن", "text": "از شنبه", "topic": "organisation"}
    return said | {"channel_ids": ids} | more


def test_from_the_first_word_to_the_line(newsroom, program):
    writes, answers = program(newsroom.officer), program(newsroom.expert)
    made = writes.post("posts", words(newsroom))
    assert made.status_code == 201
    address, version = made["Location"].removeprefix("/api/v1/"), made["ETag"]
    assert version == writes.get(address)["ETag"] == '"1-draft"'
    changed = writes.put(address, {**words(newsroom), "text": "از یکشنبه"} | {"unit_id": None}, **{"If-Match": version})
    assert changed.status_code == 422  # the unit of a message does not change
    body = {name: value for name, value in words(newsroom, text="از یکشنبه").items() if name != "unit_id"}
    changed = writes.put(address, body, **{"If-Match": version})
    assert (changed.status_code, changed.json()["text"]) == (200, "از یکشنبه")
    sent = writes.post(f"{address}/submission", **{"If-Match": changed["ETag"]})
    assert sent.json()["etag"] == sent["ETag"]
    assert (sent.json()["ready"], sent.json()["blocked"]) == (2, 0)
    waiting = answers.get("posts", {"awaiting_me": "true"}).json()["items"]
    assert [one["title"] for one in waiting] == ["واکسن"]
    shown = answers.get(f"{address}/shown").json()
    assert shown["digest"] == sent.json()["digest"]
    approved = answers.post(f"{address}/approval", {"digest": shown["digest"]})
    assert approved.status_code == 200, approved.json()
    copies = answers.get("copies", {"post_id": address.split("/")[1]}).json()["items"]
    assert sorted(one["id"] for one in copies) == sorted(approved.json()["copies"])
    assert {one["state"] for one in copies} == {"pending"}
    withdrawn = writes.post(f"{address}/withdrawal", {"reason": "x"})
    assert withdrawn.json()["cancelled"] == 2


def test_nobody_says_yes_to_their_own(newsroom, program):
    post = newsroom.submitted(by=newsroom.head)
    writer = program(newsroom.head)
    digest = writer.get(f"posts/{post.pk}/shown").json()["digest"]
    refused = writer.post(f"posts/{post.pk}/approval", {"digest": digest})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:ravi:problem:own_work")
    assert not Delivery.objects.exists()


def test_a_verb_that_a_key_lacks_is_refused(newsroom, program):
    reads = program(newsroom.editor, verbs=())
    assert reads.get("posts").status_code == 200
    refused = reads.post("posts", words(newsroom))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:ravi:problem:verb")
    assert program(newsroom.editor, verbs=(Verb.APPROVE,)).post("posts", words(newsroom)).status_code == 403
    assert not Post.objects.exists()


def test_a_verb_gives_nothing_that_its_person_may_not(newsroom, program):
    auditor = program(newsroom.auditor)
    assert auditor.post("posts", words(newsroom)).status_code == 403
    post = newsroom.submitted()
    digest = auditor.get(f"posts/{post.pk}/shown").json()["digest"]
    assert auditor.post(f"posts/{post.pk}/approval", {"digest": digest}).status_code == 403
    bounded = program(newsroom.editor, unit=newsroom.hospital)
    assert bounded.post("posts", words(newsroom, unit_id=newsroom.headquarters.pk)).status_code == 404


def test_a_yes_asks_for_a_code_outside_a_demo(newsroom, program):
    Institution.objects.update(is_demo=False)
    TOTP.activate(newsroom.expert, SECRET)
    post, answers = newsroom.submitted(), program(newsroom.expert)
    body = {"digest": answers.get(f"posts/{post.pk}/shown").json()["digest"]}
    address = f"posts/{post.pk}/approval"
    assert answers.post(address, body).json()["type"] == "urn:ravi:problem:code_missing"
    assert answers.post(address, body, **{"Ravi-Code": "000000"}).json()["type"] == "urn:ravi:problem:code"
    assert answers.post(address, body, **{"Ravi-Code": code_of(SECRET)}).status_code == 200


def test_wrong_codes_are_counted_though_the_request_left_nothing(newsroom, program):
    Institution.objects.update(is_demo=False)
    TOTP.activate(newsroom.expert, SECRET)
    post, answers = newsroom.submitted(), program(newsroom.expert)
    body = {"digest": answers.get(f"posts/{post.pk}/shown").json()["digest"]}
    for _ in range(8):
        answers.post(f"posts/{post.pk}/approval", body, **{"Ravi-Code": "000000"})
    refused = answers.post(f"posts/{post.pk}/approval", body, **{"Ravi-Code": code_of(SECRET)})
    assert refused.status_code == 403
    assert not Delivery.objects.exists()


def test_another_version_than_the_one_that_was_seen_is_refused_and_nothing_is_kept(newsroom, program):
    post, writes = newsroom.draft(), program(newsroom.editor)
    body = {"title": "x", "text": "y", "topic": "organisation"}
    assert writes.put(f"posts/{post.pk}", body).status_code == 428
    refused = writes.put(f"posts/{post.pk}", body, **{"If-Match": '"9-draft"'})
    assert (refused.status_code, refused["ETag"]) == (412, '"1-draft"')
    assert Post.objects.get().revision == 1
    assert not SetAside.objects.exists()


def test_what_a_message_cannot_be_is_said_in_the_sentence_of_the_page(newsroom, program):
    refused = program(newsroom.editor).post("posts", words(newsroom, link="ftp://x", unit_id=newsroom.headquarters.pk))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ravi:problem:draft_refused")
    for bad in ({"text": "a\x00"}, {"due_at": "0001-01-01T00:00:00Z"}, {"due_at": "2027-01-01T00:00:00"}, {"hm": 1}):
        answer = program(newsroom.editor).post("posts", words(newsroom, **bad))
        assert answer.json()["type"] == "urn:ravi:problem:not_valid", bad
        assert {one["at"] for one in answer.json()["errors"]} == set(bad), "the field as the sender wrote it"
    assert not Post.objects.exists()


def test_a_named_request_is_done_once(newsroom, program):
    writes, name = program(newsroom.officer), {"Idempotency-Key": "first"}
    first, again = (writes.post("posts", words(newsroom), **name) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first["Location"], first["ETag"]) == (again["Location"], again["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    other = writes.post("posts", words(newsroom, text="other"), **name)
    assert (other.status_code, other.json()["type"]) == (422, "urn:ravi:problem:request_name_taken")
    assert Post.objects.count() == 1
    assert program(newsroom.editor).post("posts", words(newsroom), **name).status_code == 201
    Answer.objects.update(at=clock.now().replace(year=2020))
    assert writes.post("posts", words(newsroom), **name).status_code == 201
    assert Post.objects.count() == 3
    assert writes.post("posts", words(newsroom), **{"Idempotency-Key": "x" * 101}).status_code == 400


def test_a_refused_request_leaves_its_name_free(newsroom, program):
    writes, name = program(newsroom.officer), {"Idempotency-Key": "first"}
    assert writes.post("posts", words(newsroom, link="ftp://x"), **name).status_code == 422
    assert writes.post("posts", words(newsroom), **name).status_code == 201
    assert Post.objects.count() == 1


def test_an_image_comes_with_its_words(newsroom, program):
    writes = program(newsroom.officer)
    said = {"unit_id": newsroom.hospital.pk, "alt_text": "آبی", "shows_people": "false", "image": _picture()}
    made = writes.client.post("/api/v1/media", said, headers=writes.headers)
    assert made.status_code == 201, made.json()
    file = writes.client.get(made.json()["file"], headers=writes.headers)
    assert file["Content-Type"] == made.json()["media_type"]
    assert (
        writes.client.get(made.json()["file"], headers=writes.headers | {"If-None-Match": file["ETag"]}).status_code
        == 304
    )
    said |= {"shows_people": "true", "image": _picture()}
    assert writes.client.post("/api/v1/media", said, headers=writes.headers).status_code == 422
    assert Media.objects.count() == 1


def test_unknown_copies_are_answered(newsroom, program, settle):
    newsroom.approved()
    copy = Delivery.objects.first()
    settle([copy], "unknown")
    answers = program(newsroom.editor)
    (told,) = answers.get("copies", {"state": "unknown"}).json()["items"]
    assert (told["id"], told["ask"]) == (copy.pk, "look")
    address, body = f"copies/{copy.pk}/verdict", {"verdict": "there", "attempt": told["attempt"]}
    assert answers.post(address, body | {"attempt": 7}).status_code == 409
    assert answers.post(address, body).json() == {"state": "sent"}
    assert answers.post(address, body).json()["type"] == "urn:ravi:problem:not_unknown"
    assert program(newsroom.auditor).post(address, body).status_code == 403


def test_stops_reach_as_far_as_their_person(newsroom, program):
    officer, head = program(newsroom.officer), program(newsroom.head)
    assert officer.post("stops", {"scope": "institution"}).status_code == 403
    assert officer.post("stops", {"scope": "unit", "key": str(newsroom.faculty.pk)}).status_code == 403
    made = officer.post("stops", {"scope": "unit", "key": str(newsroom.hospital.pk), "reason": "x"})
    assert made.status_code == 201
    address = f"stops/{made.json()['id']}/lifting"
    assert officer.post(address).status_code == 403
    assert head.post(address).json() == {"waiting": 0}
    assert head.post(address).json()["type"] == "urn:ravi:problem:already_lifted"
    assert StopOrder.objects.get().lifted_by_id == newsroom.head.pk


def test_held_copies_go_when_their_stop_is_lifted(newsroom, program, settle):
    newsroom.approved()
    ids = [one.pk for one in Delivery.objects.all()]
    settle(Delivery.objects.all(), "held")
    head, officer = program(newsroom.head), program(newsroom.unit_head, unit=newsroom.hospital)
    stop = head.post("stops", {"scope": "institution"}).json()["id"]
    assert head.post("releases", {"copy_ids": ids}).json()["type"] == "urn:ravi:problem:still_stopped"
    program(newsroom.editor).post(f"stops/{stop}/lifting")
    mine = Delivery.objects.filter(unit_id=newsroom.hospital.pk).count()
    assert officer.post("releases", {"copy_ids": ids}).json() == {"released": mine}
    assert head.post("releases", {"copy_ids": ids}).json() == {"released": len(ids) - mine}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}
    assert program(newsroom.officer).post("releases", {"copy_ids": ids}).status_code == 403
