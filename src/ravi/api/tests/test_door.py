"""The frame of the API: whose key, how often, in which language, once or again."""

from datetime import timedelta

import pytest

from conftest import House
from ravi.accounts.models import AccessToken
from ravi.accounts.rules import Verb
from ravi.accounts.services import end_role, issue_access_token, record_leaver, revoke_access_token
from ravi.api import rules
from ravi.api.tests.conftest import Program
from ravi.core import clock
from ravi.core.tenancy import tenant

pytestmark = pytest.mark.django_db


def test_without_a_key_nothing_is_said(newsroom):
    for program in (Program(), Program("ravi_1-x"), Program("nonsense"), Program("ravi_" + "9" * 18 + "-" + "a" * 43)):
        answer = program.get("me")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:ravi:problem:no_key"
    assert Program().get("no/such/address").status_code == 401


def test_a_browsers_session_speaks_not_here(newsroom, sign_in):
    browser = sign_in(newsroom.editor)
    assert browser.get("/api/").status_code == 200
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/posts", {}, content_type="application/json").status_code == 401


def test_key_says_whose_it_is_and_what_it_may(newsroom, program):
    told = program(newsroom.unit_head, verbs=(Verb.WRITE,), unit=newsroom.hospital).get("me").json()
    assert told["person"] == {"id": newsroom.unit_head.pk, "name": newsroom.unit_head.name}
    assert told["institution"]["id"] == newsroom.institution.pk
    assert told["roles"] == [{"kind": "unit_head", "unit_id": newsroom.hospital.pk}]
    assert (told["verbs"], told["unit_id"]) == (["write"], newsroom.hospital.pk)


def test_ended_key_opens_nothing(newsroom):
    key = issue_access_token(newsroom.officer, "x", by=newsroom.officer)
    row = AccessToken.objects.latest("pk")
    assert Program(key).get("me").status_code == 200
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert row.hint and key.startswith(row.hint)
    revoke_access_token(row, by=newsroom.officer)
    assert Program(key).get("me").status_code == 401
    AccessToken.objects.update(revoked_at=None)
    assert Program(key).get("me").status_code == 200
    AccessToken.objects.update(valid_until=clock.now())
    assert Program(key).get("me").status_code == 401


def test_a_leavers_key_opens_nothing(newsroom, program):
    theirs = program(newsroom.officer)
    record_leaver(newsroom.officer, by=newsroom.head)
    assert theirs.get("me").status_code == 401


def test_a_key_may_never_more_than_its_person_may_now(newsroom, program):
    theirs = program(newsroom.officer)
    assert len(theirs.get("units").json()["items"]) == 1
    end_role(newsroom.officer.roles.get(ended_at=None), by=newsroom.head)
    assert theirs.get("units").json()["items"] == []
    assert theirs.get("posts").json()["items"] == []


def test_a_key_of_one_unit_sees_that_unit(newsroom, program):
    wide, bounded = program(newsroom.editor), program(newsroom.editor, unit=newsroom.hospital)
    assert {one["id"] for one in bounded.get("units").json()["items"]} == {newsroom.hospital.pk}
    assert len(wide.get("units").json()["items"]) == 3
    channels = bounded.get("channels", {"publishable": "true"}).json()["items"]
    assert {one["unit_id"] for one in channels} == {newsroom.hospital.pk}
    mine, theirs = (
        newsroom.draft(unit=newsroom.hospital, by=newsroom.officer, channel_ids=frozenset()),
        newsroom.draft(),
    )
    assert bounded.get(f"posts/{mine.pk}").status_code == 200
    assert bounded.get(f"posts/{theirs.pk}").status_code == 404
    assert wide.get(f"posts/{theirs.pk}").status_code == 200


def test_another_institution_is_not_there(newsroom, program):
    post = newsroom.draft()
    foreign = outsiders_program(newsroom)
    assert foreign.get(f"posts/{post.pk}").status_code == 404
    assert foreign.get("posts").json()["items"] == []


def outsiders_program(newsroom: House) -> Program:
    with tenant(newsroom.other_institution.pk):
        return Program(issue_access_token(newsroom.outsider, "x", by=newsroom.outsider))


def test_more_than_a_minutes_requests_wait(newsroom, program, monkeypatch):
    monkeypatch.setattr(rules, "MOST_REQUESTS", 3)
    first, second = program(newsroom.editor), program(newsroom.editor)
    assert [first.get("me").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = first.get("me")
    assert 1 <= int(refused["Retry-After"]) <= rules.WINDOW_S + 1
    assert second.get("me").status_code == 200
    AccessToken.objects.update(window_at=clock.now() - timedelta(seconds=61))
    assert first.get("me").status_code == 200


def test_language_is_the_programs_wish_then_its_persons(newsroom, program):
    asks = program(newsroom.editor)
    assert asks.get("posts/1").json()["detail"].startswith("نشانی")
    english = asks.get("posts/1", **{"Accept-Language": "de, en;q=0.5"})
    assert english.json()["detail"].startswith("The address")
    assert english["Content-Language"] == "en"
    newsroom.editor.language = "en"
    newsroom.editor.save()
    assert asks.get("posts/1").json()["title"] == "There is nothing here"


def test_what_is_no_address_is_a_problem_too(newsroom, program):
    asks = program(newsroom.editor)
    for path in ("nowhere", "posts/x", "posts/0", "posts/99999999999999999999"):
        answer = asks.get(path)
        assert answer.status_code in (404, 422), path
        assert answer["Content-Type"] == "application/problem+json"
    wrong = asks.send("delete", "me")
    assert (wrong.status_code, wrong["Allow"]) == (405, "GET")
    assert wrong["Content-Type"] == "application/problem+json"


def test_too_much_is_refused_before_it_is_read(newsroom, program):
    asks = program(newsroom.editor)
    given = {"content_type": "application/json", "headers": asks.headers}
    answer = asks.client.post("/api/v1/posts", b" " * (rules.MOST_BODY_BYTES + 1), **given)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_pages_go_on_where_the_last_one_ended(newsroom, program):
    made = [newsroom.draft(title=f"{number}").pk for number in range(5)]
    asks = program(newsroom.editor)
    first = asks.get("posts", {"limit": 2}).json()
    newsroom.draft(title="between")
    second = asks.get("posts", {"limit": 2, "cursor": first["next"]}).json()
    third = asks.get("posts", {"limit": 2, "cursor": second["next"]}).json()
    seen = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert seen == sorted(made, reverse=True)
    assert third["next"] is None
    assert asks.get("posts", {"cursor": "x"}).status_code == 422
    assert asks.get("posts", {"limit": 1000}).status_code == 422


def test_nothing_is_kept_by_caches(newsroom, program):
    assert program(newsroom.editor).get("me")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"),
        ("fa-IR,fa;q=0.9,en;q=0.8", "fa"),
        ("de", ""),
        ("en;q=0", ""),
        ("en;q=x", ""),
        ("", ""),
        ("EN-gb", "en"),
    ],
)
def test_preferred_language(accepted, language):
    assert rules.preferred(accepted, ("fa", "en")) == language


def test_a_cursor_is_read_back_and_nothing_else_is():
    assert rules.read_cursor(rules.cursor_before(2**63 - 1)) == 2**63 - 1
    for text in ("", "x", "ا", "YmVmb3JlOi0x", rules.cursor_before(2**63)):
        assert rules.read_cursor(text) is None
