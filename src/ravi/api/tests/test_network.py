"""Programs of headquarters and of units do with the network's messages what people do on its pages, and no more."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from ravi.accounts.models import Institution
from ravi.accounts.rules import Verb
from ravi.accounts.tests.test_second_factor import code_of
from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory.models import Channel
from ravi.network.models import Adoption, Message, Offer
from ravi.publishing.models import Post

pytestmark = pytest.mark.django_db

SECRET = "A" * 32
FACTS = [
    {"name": "دوز", "kind": "dose", "value": {"number": 2}},
    {"name": "سن", "kind": "age", "value": {"low": 60}},
    {"name": "تاریخ", "kind": "date", "value": {"first": "2026-12-01"}, "label": "روز آغاز"},
]
TEXT = "تزریق {دوز} برای افراد {سن} از {تاریخ} آغاز می‌شود."


def words(**more: Any) -> dict[str, Any]:
    until = (clock.now() + timedelta(days=30)).isoformat()
    return {"title": "دوز دوم", "text": TEXT, "facts": FACTS, "valid_until": until} | more


def settings(newsroom: Any, **more: Any) -> dict[str, Any]:
    return {"aims": [{"kind": "tree", "unit_id": newsroom.headquarters.pk}]} | more


def seen(asks: Any, address: str) -> dict[str, str]:
    return {"If-Match": asks.get(address)["ETag"]}


@pytest.fixture
def offered(newsroom: Any, program: Any) -> Any:
    """A message of the organisation that stands before every unit."""
    editor = program(newsroom.editor)
    body = {"settings": settings(newsroom, topic="organisation"), "words": words()}
    made = editor.post("messages", body).json()
    issued = editor.post(f"messages/{made['id']}/issue", **seen(editor, f"messages/{made['id']}"))
    assert issued.status_code == 200, issued.json()
    return Message.objects.get(pk=made["id"])


def offer_to(unit: Any) -> str:
    return f"offers/{Offer.objects.get(unit=unit).pk}"


def channels(unit: Any) -> list[int]:
    return sorted(Channel.objects.filter(unit=unit).values_list("pk", flat=True))


def test_from_a_campaign_to_copies_in_line(newsroom, program):
    editor, expert, officer = (program(one) for one in (newsroom.editor, newsroom.expert, newsroom.officer))
    campaign = editor.post("campaigns", {"name": "به‌موقع", "languages": ["fa"]}).json()
    said = {"settings": settings(newsroom, campaign_id=campaign["id"], window_min=0), "words": words()}
    made = editor.post("messages", said)
    assert made.status_code == 201, made.json()
    address, etag = made["Location"].removeprefix("/api/v1/"), made["ETag"]
    assert etag == editor.get(address)["ETag"] == '"1-draft-1.1"'
    assert (
        made.json()["draft"]["shown"]["full"]
        == "تزریق دوز دوم برای افراد ۶۰ سال و بالاتر از سه‌شنبه ۱۰ آذر ۱۴۰۵ آغاز می‌شود."
    )
    assert editor.post(f"{address}/issue", **{"If-Match": etag}).json()["type"] == "urn:ravi:problem:needs_expert"
    assert editor.post(f"{address}/request").status_code == 204
    body = {"content_hash": expert.get(address).json()["draft"]["content_hash"]}
    endorsed = expert.post(f"{address}/endorsement", body)
    assert endorsed.json()["draft"]["is_endorsed"], endorsed.json()
    issued = editor.post(f"{address}/issue", **{"If-Match": etag})
    assert (issued.status_code, issued.json()["version"], len(issued.json()["offers"])) == (200, 1, 2)
    (waiting,) = officer.get("offers", {"awaiting_me": "true"}).json()["items"]
    assert (waiting["title"], waiting["version"], waiting["seen_at"]) == ("دوز دوم", 1, None)
    offer = f"offers/{waiting['id']}"
    assert officer.post(f"{offer}/sight").status_code == 204
    taken = officer.post(f"{offer}/adoption", {"channel_ids": channels(newsroom.hospital)}, **seen(officer, offer))
    assert (taken.status_code, taken.json()["ready"]) == (200, 2), taken.json()
    post = taken.json()["answer"]["post_id"]
    digest = expert.get(f"posts/{post}/shown").json()["digest"]
    assert len(expert.post(f"posts/{post}/approval", {"digest": digest}).json()["copies"]) == 2
    lines = {one["unit_id"]: one for one in editor.get(f"{address}/uptake").json()}
    mine = lines[newsroom.hospital.pk]
    assert (mine["answer"], mine["based_on"], mine["state"]) == ("adopted", 1, "approved")
    assert {one["channel_id"] for one in mine["channels"]} == set(channels(newsroom.hospital))
    assert lines[newsroom.faculty.pk]["state"] == "not_seen"


def test_own_words_keep_the_facts(newsroom, program, offered):
    officer, address = program(newsroom.officer), offer_to(newsroom.hospital)
    told = officer.get(address).json()
    assert {one["name"]: one["written"] for one in told["offer"]["facts"]}["دوز"] == "دوز دوم"
    body = {"channel_ids": channels(newsroom.hospital), "parts": {"full": TEXT.replace("{دوز}", "دوز سوم")}}
    refused = officer.post(f"{address}/adoption", body, **seen(officer, address))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ravi:problem:facts_contradicted")
    assert {one["at"] for one in refused.json()["errors"]} == {"full"}
    assert not Post.objects.exists()
    body["parts"] = {"full": "همشهریان! " + TEXT}
    taken = officer.post(f"{address}/adoption", body, **seen(officer, address))
    assert taken.json()["answer"]["parts"] == body["parts"], taken.json()
    assert taken.json()["answer"]["kind"] == "adapted"


def test_a_change_of_mind_and_two_at_once(newsroom, program, offered):
    officer, chief, address = program(newsroom.officer), program(newsroom.unit_head), offer_to(newsroom.hospital)
    before = seen(officer, address)
    first = officer.post(f"{address}/refusal", {"reason": "مخاطب ما نیست"}, **before)
    assert first["ETag"] == first.json()["etag"] == officer.get(address)["ETag"]
    late = chief.post(f"{address}/adoption", {"channel_ids": channels(newsroom.hospital)}, **before)
    assert (late.status_code, late["ETag"]) == (412, first["ETag"])
    assert not Post.objects.exists()
    body = {"channel_ids": channels(newsroom.hospital)}
    again = chief.post(f"{address}/adoption", body, **{"If-Match": late["ETag"]})
    assert again.json()["answer"]["kind"] == "adopted"
    assert Adoption.objects.filter(ended_at=None).count() == 1
    assert officer.post(f"{address}/refusal", {"reason": "x"}).status_code == 428
    assert officer.post(f"{address}/refusal", {"reason": " "}, **seen(officer, address)).status_code == 422


def test_a_newer_version_is_read_before_it_is_answered(newsroom, program, offered):
    editor, officer, address = program(newsroom.editor), program(newsroom.officer), f"messages/{offered.pk}"
    old = seen(officer, offer_to(newsroom.hospital))
    draft = editor.post(f"{address}/draft")
    wordless = editor.put(f"{address}/draft", words(title="تازه"), **{"If-Match": draft["ETag"]})
    refused = editor.post(f"{address}/issue", **{"If-Match": wordless["ETag"]})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ravi:problem:message_refused")
    said = words(title="تازه", what_changed="عنوان")
    saved = editor.put(f"{address}/draft", said, **{"If-Match": wordless["ETag"]})
    assert editor.put(f"{address}/draft", said, **{"If-Match": draft["ETag"]}).status_code == 412
    issued = editor.post(f"{address}/issue", **{"If-Match": saved["ETag"]})
    assert (issued.json()["version"], issued.json()["offers"]) == (2, [])
    answer = officer.post(f"{offer_to(newsroom.hospital)}/refusal", {"reason": "x"}, **old)
    assert answer.status_code == 412
    assert [editor.get(f"{address}/versions/{number}").json()["parts"]["title"] for number in (1, 2)] == [
        "دوز دوم",
        "تازه",
    ]


def test_verbs_open_no_more_than_they_say(newsroom, program, offered):
    address, body = offer_to(newsroom.hospital), {"reason": "x"}
    writes = program(newsroom.officer, verbs=(Verb.WRITE, Verb.WITHDRAW))
    assert writes.post(f"{address}/refusal", body, **seen(writes, address)).json()["type"] == "urn:ravi:problem:verb"
    reads = program(newsroom.officer, verbs=())
    assert (reads.get(address).json()["may_answer"], reads.get("offers").status_code) == (False, 200)
    adopts = program(newsroom.officer, verbs=(Verb.ADOPT,))
    assert adopts.post("posts", {"unit_id": newsroom.hospital.pk}).status_code == 403
    taken = adopts.post(f"{address}/adoption", {"channel_ids": channels(newsroom.hospital)}, **seen(adopts, address))
    assert taken.status_code == 200, taken.json()
    assert program(newsroom.editor, verbs=(Verb.WRITE,)).post("campaigns", {"name": "x"}).status_code == 403
    offers = program(newsroom.editor, verbs=(Verb.OFFER,))
    assert offers.post("campaigns", {"name": "x"}).status_code == 201
    assert offers.post(f"messages/{offered.pk}/end").json()["state"] == "ended"


def test_nobody_answers_for_another_unit_nor_writes_for_the_network_from_one(newsroom, program, offered):
    editor, address = program(newsroom.editor), offer_to(newsroom.hospital)
    for other in (editor, program(newsroom.auditor), program(newsroom.head)):
        refused = other.post(f"{address}/refusal", {"reason": "x"}, **seen(other, address))
        assert refused.status_code == 403, refused.json()
    assert program(newsroom.neighbour).get(address).status_code == 404
    bounded = program(newsroom.unit_head, unit=newsroom.faculty)
    assert bounded.get(address).status_code == 404
    officer = program(newsroom.officer)
    assert officer.post("campaigns", {"name": "x"}).status_code == 403
    assert officer.get(f"messages/{offered.pk}").status_code == 404
    assert officer.get("messages").json()["items"] == []
    assert not Adoption.objects.exists()


def test_the_experts_yes_asks_for_a_code_outside_a_demo(newsroom, program):
    editor, expert = program(newsroom.editor), program(newsroom.expert)
    made = editor.post("messages", {"settings": settings(newsroom), "words": words()}).json()
    Institution.objects.update(is_demo=False)
    TOTP.activate(newsroom.expert, SECRET)
    address, body = f"messages/{made['id']}/endorsement", {"content_hash": made["draft"]["content_hash"]}
    assert expert.post(address, body).json()["type"] == "urn:ravi:problem:code_missing"
    assert expert.post(address, body, **{"Ravi-Code": "000000"}).json()["type"] == "urn:ravi:problem:code"
    assert program(newsroom.head).post(address, body).status_code == 403
    assert expert.post(address, body, **{"Ravi-Code": code_of(SECRET)}).status_code == 200


@pytest.mark.parametrize(
    "fact",
    [
        {"kind": "dose", "value": {}},
        {"kind": "dose", "value": {"number": 0}},
        {"kind": "age", "value": {"low": "60"}},
        {"kind": "date", "value": {"first": "۱۴۰۵"}},
        {"kind": "time", "value": {"first": "08:00+03:30"}},
        {"kind": "link", "value": {"url": "javascript:alert(1)"}},
        {"kind": "date", "value": {"first": "0001-01-01"}},
    ],
)
def test_what_is_no_such_fact_is_said(newsroom, program, fact):
    body = {"settings": settings(newsroom), "words": words(text="x", facts=[{"name": "x"} | fact])}
    refused = program(newsroom.editor).post("messages", body)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ravi:problem:not_a_fact")
    assert not Message.objects.exists()


def test_aims_name_units_of_the_institution(newsroom, program):
    editor = program(newsroom.editor)
    for aim in (
        {"kind": "unit", "unit_id": newsroom.other_unit.pk},
        {"kind": "tree"},
        {"kind": "kind", "unit_id": newsroom.hospital.pk},
        {"kind": "unit", "unit_id": newsroom.hospital.pk, "unit_kind": "centre"},
    ):
        refused = editor.post("messages", {"settings": {"aims": [aim]}, "words": words()})
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:ravi:problem:message_refused"), aim
    assert not Message.objects.exists()


def test_a_named_answer_is_given_once(newsroom, program, offered):
    officer, address = program(newsroom.officer), offer_to(newsroom.hospital)
    once = seen(officer, address) | {"Idempotency-Key": "first"}
    body = {"channel_ids": channels(newsroom.hospital)}
    first, again = (officer.post(f"{address}/adoption", body, **once) for _ in range(2))
    assert (first.status_code, first.json(), again["Idempotency-Replayed"]) == (200, again.json(), "true")
    assert Post.objects.count() == 1
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("units", [1, 30])
def test_uptake_asks_as_much_for_many_units_as_for_one(
    newsroom, program, offered, units, django_assert_max_num_queries
):
    newsroom.add_units(units)
    editor, address = program(newsroom.editor), f"messages/{offered.pk}"
    editor.post(f"{address}/draft")
    drafted = seen(editor, address)
    saved = editor.put(f"{address}/draft", words(what_changed="x"), **drafted)
    editor.post(f"{address}/issue", **{"If-Match": saved["ETag"]})
    with django_assert_max_num_queries(14):
        told = editor.get(f"{address}/uptake").json()
    assert len(told) == 2 + units
