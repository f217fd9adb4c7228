"""A newer version in a program's eyes: who is behind, what differs, going on with the older words or taking the newer."""

import pytest

from ravi.network.models import Adoption
from ravi.publishing.models import Post

from .test_network import FACTS, TEXT, channels, offer_to, offered, seen, words  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db


def issue(program, newsroom, message, **changed):
    editor, address = program(newsroom.editor), f"messages/{message.pk}"
    editor.post(f"{address}/draft")
    saved = editor.put(f"{address}/draft", words(what_changed="تازه", **changed), **seen(editor, address))
    assert editor.post(f"{address}/issue", **{"If-Match": saved["ETag"]}).status_code == 200


@pytest.fixture
def answered(newsroom, program, offered):  # noqa: F811
    """The hospital took the first version in its own words."""
    officer, address = program(newsroom.officer), offer_to(newsroom.hospital)
    body = {"channel_ids": channels(newsroom.hospital), "parts": {"full": "همشهریان! " + TEXT}}
    assert officer.post(f"{address}/adoption", body, **seen(officer, address)).status_code == 200
    return officer, address


def test_words_that_are_still_true_may_go_on(newsroom, program, offered, answered):  # noqa: F811
    officer, address = answered
    editor, board = program(newsroom.editor), f"messages/{offered.pk}/board"
    assert officer.get(f"{address}/behind").status_code == 404
    before = editor.get(board).json()
    assert (before["units"], before["behind"], before["version"]) == (2, [], 1)
    assert before["by_unit"] == {"adapted": 1, "not_seen": 1}
    issue(program, newsroom, offered, title="تازه")
    answer = Adoption.objects.get()
    after = editor.get(board).json()
    assert after["behind"] == [
        {
            "offer_id": answer.offer_id,
            "unit_id": newsroom.hospital.pk,
            "post_id": answer.post_id,
            "based_on": 1,
            "waits": True,
        }
    ]
    told = officer.get(f"{address}/behind").json()
    assert (told["waits"], told["may_go_on"], told["facts"], told["what_changed"]) == (True, True, [], "تازه")
    assert (told["parts"]["title"], told["parts"]["full"]) == ("تازه", "همشهریان! " + TEXT)
    wrong = officer.post(f"{address}/going-on", {"answer_id": answer.pk + 1})
    assert (wrong.status_code, wrong.json()["type"]) == (412, "urn:ravi:problem:answered_meanwhile")
    assert program(newsroom.editor).post(f"{address}/going-on", {"answer_id": answer.pk}).status_code == 403
    assert program(newsroom.neighbour).get(f"{address}/behind").status_code == 404
    gone = officer.post(f"{address}/going-on", {"answer_id": answer.pk})
    assert (gone.status_code, gone.json()["id"], gone.json()["version"]) == (200, answer.pk, 1)
    assert Post.objects.get().halted_at is None
    assert editor.get(board).json()["behind"][0]["waits"] is False


def test_a_fact_that_must_be_right_is_taken_with_the_newer_words(newsroom, program, offered, answered):  # noqa: F811
    officer, address = answered
    issue(program, newsroom, offered, title="دوز سوم", facts=[FACTS[0] | {"value": {"number": 3}}, *FACTS[1:]])
    told = officer.get(f"{address}/behind").json()
    assert told["facts"] == [
        {"name": "دوز", "label": "دوز", "before": "دوز دوم", "after": "دوز سوم", "is_required": True}
    ]
    assert told["may_go_on"] is False
    refused = officer.post(f"{address}/going-on", {"answer_id": told["answer"]["id"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ravi:problem:not_now")
    body = {"channel_ids": channels(newsroom.hospital), "parts": told["parts"]}
    taken = officer.post(f"{address}/adoption", body, **seen(officer, address))
    assert (taken.status_code, taken.json()["answer"]["version"]) == (200, 2), taken.json()
    assert "دوز سوم" in Post.objects.latest("pk").text
    assert officer.get(f"{address}/behind").status_code == 404


def test_what_both_have_changed_is_said(newsroom, program, offered, answered):  # noqa: F811
    officer, address = answered
    issue(program, newsroom, offered, text=TEXT + " ماسک بزنید.")
    (conflict,) = officer.get(f"{address}/behind").json()["conflicts"]
    assert conflict == {"part": "full", "own": "همشهریان! " + TEXT, "before": TEXT, "after": TEXT + " ماسک بزنید."}
