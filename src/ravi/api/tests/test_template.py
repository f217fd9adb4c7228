"""Programs write templates, sign them beforehand, fill them in and send; nothing of it is easier than on the pages."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from ravi.accounts.models import Institution
from ravi.accounts.rules import Verb
from ravi.accounts.tests.test_second_factor import code_of
from ravi.delivery.models import Delivery
from ravi.network.models import StandingRule, Template
from ravi.publishing.models import Approval, Post

from .test_network import SECRET, channels

pytestmark = pytest.mark.django_db
WORDS = {
    "name": "تغییر ساعت",
    "title": "تغییر ساعت {مکان}",
    "text": "{مکان} در {تاریخ} پذیرش دارد.",
    "blanks": [
        {"name": "مکان", "kind": "place", "choices": ["درمانگاه شبانه‌روزی"]},
        {"name": "تاریخ", "kind": "date"},
    ],
}
VALUES = {"مکان": {"text": "درمانگاه شبانه‌روزی"}, "تاریخ": {"first": "2026-12-01"}}


@pytest.fixture
def made(newsroom, program):
    """The hospital's template, written by its head."""
    answer = program(newsroom.unit_head).post("templates", WORDS | {"unit_id": newsroom.hospital.pk})
    assert answer.status_code == 201, answer.json()
    return answer


def filling(newsroom, made, **more):
    said = {"content_hash": made.json()["content_hash"], "unit_id": newsroom.hospital.pk, "values": VALUES}
    return said | {"channel_ids": channels(newsroom.hospital)} | more


def signing(newsroom, made, **more):
    return {"content_hash": made.json()["content_hash"], "unit_ids": [newsroom.hospital.pk]} | more


def test_what_was_signed_beforehand_is_the_yes(newsroom, program, made):
    head, officer = program(newsroom.head), program(newsroom.officer)
    address = made["Location"].removeprefix("/api/v1/")
    assert [one["name"] for one in officer.get("templates").json()["items"]] == ["تغییر ساعت"]
    told = officer.get(address).json()
    assert (told["fill_for"], told["may_write"]) == ([newsroom.hospital.pk], True)
    assert [one["name"] for one in told["blanks"]] == ["مکان", "تاریخ"]
    signed = head.post(f"{address}/signing", signing(newsroom, made, days=30))
    assert (signed.status_code, [one["holds"] for one in signed.json()]) == (200, [True]), signed.json()
    sent = officer.post(f"{address}/filling", filling(newsroom, made))
    assert sent.status_code == 200, sent.json()
    assert (sent.json()["ready"], sent.json()["is_approved"]) == (2, True)
    assert Delivery.objects.count() == 2
    assert Post.objects.get().title == "تغییر ساعت درمانگاه شبانه‌روزی"
    assert set(Approval.objects.values_list("approver_id", "rule_id")) == {(newsroom.head.pk, signed.json()[0]["id"])}
    ended = head.post(f"standing-approvals/{signed.json()[0]['id']}/end")
    assert ended.status_code == 204
    (rule,) = officer.get("standing-approvals").json()["items"]
    assert (rule["holds"], rule["end_reason"]) == (False, "ended")
    assert officer.get("standing-approvals", {"holds": "true"}).json()["items"] == []
    values = VALUES | {"تاریخ": {"first": "2026-12-02"}}
    waits = officer.post(f"{address}/filling", filling(newsroom, made, values=values))
    assert waits.json()["is_approved"] is False
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"مکان": {"text": "جای دیگر"}, "تاریخ": {"first": "2026-12-01"}}, "template_refused"),
        ({"مکان": {"text": "درمانگاه شبانه‌روزی"}}, "template_refused"),
        (VALUES | {"دیگر": {"text": "x"}}, "template_refused"),
        (VALUES | {"تاریخ": {"first": "دیروز"}}, "not_a_fact"),
        (VALUES | {"تاریخ": {"text": "x"}}, "not_a_fact"),
    ],
)
def test_no_free_text_gets_in(newsroom, program, made, values, kind):
    officer, address = program(newsroom.officer), made["Location"].removeprefix("/api/v1/")
    refused = officer.post(f"{address}/filling", filling(newsroom, made, values=values))
    assert (refused.status_code, refused.json()["type"]) == (422, f"urn:ravi:problem:{kind}"), refused.json()
    assert not Post.objects.exists()


def test_other_words_end_what_was_signed_and_are_seen_first(newsroom, program, made):
    head, chief = program(newsroom.head), program(newsroom.unit_head)
    address = made["Location"].removeprefix("/api/v1/")
    head.post(f"{address}/signing", signing(newsroom, made))
    changed = WORDS | {"text": WORDS["text"] + " بیایید."}
    assert chief.put(address, changed).status_code == 428
    assert chief.put(address, changed, **{"If-Match": '"x"'}).status_code == 412
    saved = chief.put(address, changed, **{"If-Match": made["ETag"]})
    assert (saved.status_code, saved.json()["number"]) == (200, 2)
    assert StandingRule.objects.get().end_reason == "changed"
    for path, body in (("signing", signing(newsroom, made)), ("filling", filling(newsroom, made))):
        asks = head if path == "signing" else chief
        late = asks.post(f"{address}/{path}", body)
        assert (late.status_code, late.json()["type"]) == (409, "urn:ravi:problem:template_changed")
    refused = chief.put(address, WORDS | {"text": "بی جای خالی"}, **{"If-Match": saved["ETag"]})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ravi:problem:template_refused")
    assert chief.post(f"{address}/end").status_code == 204
    assert chief.get(address).status_code == 404


def test_nobody_signs_own_words_health_or_without_a_code(newsroom, program, made):
    address = made["Location"].removeprefix("/api/v1/")
    mine = program(newsroom.head).post("templates", WORDS | {"name": "سر", "unit_id": newsroom.hospital.pk})
    own = program(newsroom.head).post(f"templates/{mine.json()['id']}/signing", signing(newsroom, mine))
    assert (own.status_code, own.json()["type"]) == (403, "urn:ravi:problem:own_words")
    assert program(newsroom.officer).post(f"{address}/signing", signing(newsroom, made)).status_code == 403
    health = program(newsroom.unit_head).post(
        "templates", WORDS | {"name": "سلامت", "topic": "health", "unit_id": newsroom.hospital.pk}
    )
    head = program(newsroom.head)
    body = signing(newsroom, health)
    assert head.post(f"{health['Location'].removeprefix('/api/v1/')}/signing", body).status_code == 422
    for unit_ids in ([newsroom.faculty.pk], [newsroom.hospital.pk, newsroom.faculty.pk]):
        refused = head.post(f"{address}/signing", signing(newsroom, made, unit_ids=unit_ids))
        assert refused.status_code == 409, refused.json()  # for all of them or for none
    other = head.post(f"{address}/signing", signing(newsroom, made, unit_ids=[newsroom.other_unit.pk]))
    assert other.status_code == 404
    Institution.objects.update(is_demo=False)
    TOTP.activate(newsroom.head, SECRET)
    assert head.post(f"{address}/signing", signing(newsroom, made)).json()["type"] == "urn:ravi:problem:code_missing"
    assert not StandingRule.objects.exists()
    named = {"Ravi-Code": code_of(SECRET), "Idempotency-Key": "sign"}
    first, again = (head.post(f"{address}/signing", signing(newsroom, made), **named) for _ in range(2))
    assert (first.status_code, again["Idempotency-Replayed"], StandingRule.objects.count()) == (200, "true", 1)


def test_an_emergency_stays_one_and_is_signed_by_an_expert(newsroom, program):
    chief, body = program(newsroom.unit_head), WORDS | {"topic": "health", "emergency": True}
    made = chief.post("templates", body | {"unit_id": newsroom.hospital.pk})
    assert (made.status_code, made.json()["emergency"]) == (201, True), made.json()
    address = made["Location"].removeprefix("/api/v1/")
    saved = chief.put(address, body | {"title": "ساعت {مکان}"}, **{"If-Match": made["ETag"]})
    assert (saved.status_code, saved.json()["emergency"]) == (200, True), saved.json()
    assert program(newsroom.head).post(f"{address}/signing", signing(newsroom, saved)).status_code == 403
    signed = program(newsroom.expert).post(f"{address}/signing", signing(newsroom, saved))
    assert (signed.status_code, signed.json()[0]["is_emergency"]) == (200, True), signed.json()
    wrong = chief.put(address, body | {"topic": "organisation"}, **{"If-Match": saved["ETag"]})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:ravi:problem:template_refused")


def test_verbs_and_units_bound_it(newsroom, program, made):
    address = made["Location"].removeprefix("/api/v1/")
    assert program(newsroom.neighbour).get(address).status_code == 404
    reads = program(newsroom.unit_head, verbs=(Verb.APPROVE,))
    body = WORDS | {"name": "x", "unit_id": newsroom.hospital.pk}
    assert reads.post("templates", body).json()["type"] == "urn:ravi:problem:verb"
    writes = program(newsroom.head, verbs=(Verb.WRITE,))
    assert writes.post(f"{address}/signing", signing(newsroom, made)).json()["type"] == "urn:ravi:problem:verb"
    signed = program(newsroom.head).post(f"{address}/signing", signing(newsroom, made)).json()
    assert program(newsroom.expert).post(f"standing-approvals/{signed[0]['id']}/end").status_code == 403
    assert StandingRule.objects.get().ended_at is None
    assert program(newsroom.neighbour).post(f"{address}/filling", filling(newsroom, made)).status_code == 404
    assert program(newsroom.officer).post("templates", WORDS | {"unit_id": newsroom.faculty.pk}).status_code == 404
    assert Template.objects.count() == 1
