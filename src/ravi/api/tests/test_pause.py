"""Programs pause light content in all units, read what that holds, and another person ends it."""

import pytest

from ravi.accounts.rules import Verb
from ravi.delivery.models import StopOrder

pytestmark = pytest.mark.django_db


def test_a_pause_holds_light_content_until_another_person_ends_it(newsroom, program):
    post = newsroom.approved(topic="light", title="جشن")
    head, editor, unit = program(newsroom.head), program(newsroom.editor), program(newsroom.unit_head)
    before = unit.get("pauses").json()
    assert (before["may_pause"], before["stops"], before["held"]) == (False, [], [])
    weights = {one["topic"]: one["copies"] for one in head.get("pauses").json()["pausable"]}
    assert weights == {"light": 6, "organisation": 0}
    once = {"Idempotency-Key": "mourning"}
    first, again = (head.post("pauses", {"topics": ["light"], "why": "mourning"}, **once) for _ in range(2))
    assert (first.status_code, again["Idempotency-Replayed"]) == (201, "true"), first.json()
    assert head.post("pauses", {"topics": ["light"], "why": "crisis"}).json()[0]["id"] == first.json()[0]["id"]
    told = editor.get("pauses").json()
    assert [(one["scope"], one["key"]) for one in told["stops"]] == [("topic", "light")]
    assert [(one["post_id"], one["copies"]) for one in told["held"]] == [(post.pk, 6)]
    stop = f"stops/{first.json()[0]['id']}/lifting"
    assert head.post(stop).json()["type"] == "urn:ravi:problem:same_person"
    assert StopOrder.objects.get().lifted_at is None
    lifts = editor.post(stop)
    assert lifts.status_code == 200, lifts.json()
    assert editor.get("pauses").json()["stops"] == []


def test_health_advice_does_not_pause_and_few_may(newsroom, program):
    head = program(newsroom.head)
    refused = head.post("pauses", {"topics": ["health"], "why": "crisis"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ravi:problem:publishing_refused")
    for body in ({"topics": [], "why": "crisis"}, {"topics": ["light"], "why": "x"}):
        assert head.post("pauses", body).status_code == 422
    assert program(newsroom.unit_head).post("pauses", {"topics": ["light"], "why": "holiday"}).status_code == 403
    reads = program(newsroom.head, verbs=(Verb.WRITE,))
    assert reads.post("pauses", {"topics": ["light"], "why": "holiday"}).json()["type"] == "urn:ravi:problem:verb"
    assert not StopOrder.objects.exists()
