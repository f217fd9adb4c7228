"""Programs correct one message that is out: what happens to each copy is read before, the yes is another person's."""

import pytest

from ravi.accounts.rules import Verb
from ravi.delivery.models import Delivery
from ravi.network.models import Adoption
from ravi.publishing.models import Post

from .test_network import channels, offer_to, offered, seen  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db
NEW = {"title": "واکسن", "text": "از ۸ تا ۲۰ آذر بیایید.", "topic": "organisation"}


@pytest.fixture
def out(newsroom, settle):
    """On every channel but one; there it waits."""
    post = newsroom.approved()
    copies = list(Delivery.objects.filter(post_id=post.pk).order_by("pk"))
    settle(copies[1:], "sent")
    return post


def test_from_what_would_happen_to_the_order(newsroom, program, out):
    editor, head = program(newsroom.editor), program(newsroom.head)
    address = f"posts/{out.pk}/correction"
    told = editor.get(address).json()
    copies = list(Delivery.objects.order_by("pk"))
    ways = {one["copy_id"]: (one["way"], one["otherwise"]) for one in told["channels"]}
    assert ways[copies[0].pk] == ("in_place", "edit")
    assert {ways[one.pk] for one in copies[1:]} == {("edit", None)}
    assert (told["corrects_id"], told["open_id"], told["holds_id"], told["corrections"]) == (None, None, out.pk, [])
    made = editor.post(address, {"words": NEW})
    assert (made.status_code, made.json()["corrects_id"], made.json()["text"]) == (201, out.pk, NEW["text"])
    mine = made.json()["id"]
    assert made["Location"] == f"/api/v1/posts/{mine}"
    assert editor.get(address).json()["open_id"] == mine
    again = program(newsroom.head).post(address, {})
    assert (again.status_code, again.json()["type"]) == (409, "urn:ravi:problem:correction_open")
    assert again.json()["correction_id"] == mine
    submitted = editor.post(f"posts/{mine}/submission", **{"If-Match": made["ETag"]})
    assert submitted.status_code == 200, submitted.json()
    body = {"digest": submitted.json()["digest"]}
    assert editor.post(f"posts/{mine}/approval", body).status_code == 403
    approved = head.post(f"posts/{mine}/approval", body)
    assert approved.status_code == 200, approved.json()
    ordered = Delivery.objects.filter(post_id=mine)
    assert sorted(ordered.values_list("action", flat=True)) == sorted(["publish"] + ["edit"] * (len(copies) - 1))
    after = editor.get(address).json()
    assert (after["open_id"], after["holds_id"]) == (None, mine)
    assert after["corrections"] == [{"id": mine, "state": "approved"}]
    listed = editor.get("copies", {"post_id": mine}).json()["items"]
    assert {one["about_id"] for one in listed if one["action"] == "edit"} == {one.pk for one in copies[1:]}


def test_without_words_it_begins_with_those_that_hold(newsroom, program, out):
    editor = program(newsroom.editor)
    made = editor.post(f"posts/{out.pk}/correction", {}).json()
    assert (made["text"], made["channel_ids"]) == (out.text, sorted(made["channel_ids"]))
    changed = editor.put(f"posts/{made['id']}", NEW, **seen(editor, f"posts/{made['id']}"))
    assert (changed.status_code, changed.json()["channel_ids"]) == (200, made["channel_ids"])
    chosen = editor.put(f"posts/{made['id']}/replacing", {"replaces": True})
    assert (chosen.status_code, chosen.json()["replaces"], chosen.json()["corrects_id"]) == (200, True, out.pk)
    assert editor.put(f"posts/{out.pk}/replacing", {"replaces": True}).status_code == 409


def test_it_is_for_those_who_write_there(newsroom, program, out):
    address = f"posts/{out.pk}/correction"
    assert program(newsroom.officer).post(address, {}).status_code == 404
    assert program(newsroom.auditor).post(address, {}).status_code == 403
    reads = program(newsroom.editor, verbs=(Verb.WITHDRAW, Verb.APPROVE))
    assert reads.get(address).status_code == 200
    assert reads.post(address, {}).json()["type"] == "urn:ravi:problem:verb"
    waiting = newsroom.submitted()
    assert program(newsroom.editor).post(f"posts/{waiting.pk}/correction", {}).status_code == 409
    assert not Post.objects.filter(corrects__isnull=False).exists()
    once = {"Idempotency-Key": "one"}
    first, again = (program(newsroom.editor).post(address, {}, **once) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 409)  # another key, another name
    editor = program(newsroom.editor)
    assert editor.post(f"posts/{waiting.pk}/correction", {}, **once).status_code == 409


def test_headquarters_words_are_not_corrected_in_a_unit(newsroom, program, offered):  # noqa: F811
    officer, address = program(newsroom.officer), offer_to(newsroom.hospital)
    officer.post(f"{address}/adoption", {"channel_ids": channels(newsroom.hospital)}, **seen(officer, address))
    refused = officer.post(f"posts/{Adoption.objects.get().post_id}/correction", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ravi:problem:words_kept_elsewhere")


def test_answers_are_pinned_where_a_program_can(newsroom, program, out):
    editor = program(newsroom.editor)
    mine = editor.post(f"posts/{out.pk}/correction", {"words": NEW}).json()["id"]
    chosen = editor.put(f"posts/{mine}/pinning", {"pins": True})
    assert (chosen.status_code, chosen.json()["pins"]) == (200, True), chosen.json()
    told = {one["platform"]: (one["way"], one["pinned"]) for one in chosen.json()["channels"]}
    assert all(pinned == (way == "reply") for way, pinned in told.values()), told
    assert editor.put(f"posts/{out.pk}/pinning", {"pins": True}).status_code == 409
    assert editor.put(f"posts/{mine}/pinning", {}).status_code == 422
