"""Programs write translations, experts who read them say yes, and a unit's program answers in a language that it is given."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from ravi.accounts.models import Institution
from ravi.accounts.rules import Verb
from ravi.accounts.services import set_reads
from ravi.accounts.tests.test_second_factor import code_of
from ravi.network.models import Message, Translation, TranslationYes
from ravi.publishing.models import Post

from .test_network import SECRET, channels, offer_to, seen, settings, words

pytestmark = pytest.mark.django_db
ENGLISH = {"title": "Second dose", "text": "{دوز} for people {سن}, from {تاریخ}."}


@pytest.fixture
def health(newsroom, program):
    """A health message that stands before every unit."""
    editor, expert = program(newsroom.editor), program(newsroom.expert)
    made = editor.post("messages", {"settings": settings(newsroom), "words": words()}).json()
    address = f"messages/{made['id']}"
    expert.post(f"{address}/endorsement", {"content_hash": made["draft"]["content_hash"]})
    assert editor.post(f"{address}/issue", **seen(editor, address)).status_code == 200
    return address


@pytest.fixture
def reader(newsroom):
    set_reads(newsroom.expert, ["fa", "en"], by=newsroom.head)
    newsroom.expert.refresh_from_db()
    return newsroom.expert


def test_a_unit_is_given_it_after_the_yes_and_answers_in_it(newsroom, program, health, reader):
    editor, expert, officer = program(newsroom.editor), program(reader), program(newsroom.officer)
    listed = {one["lang"]: one for one in editor.get(f"{health}/translations").json()}
    assert {one["translation"] for one in listed.values()} == {None}
    assert set(listed) == {"azb", "az", "ku", "ar", "en"}
    address = f"{health}/translations/en"
    kept = editor.put(address, ENGLISH, **{"If-Match": listed["en"]["etag"]})
    assert kept.status_code == 200, kept.json()
    assert (kept.json()["needs_yes"], kept.json()["is_given"]) == (True, False)
    assert kept["ETag"] == kept.json()["etag"] == expert.get(address)["ETag"]
    assert kept.json()["translation"]["shown"]["full"] == (
        "dose 2 for people 60 years and older, from 1 December 2026 (10 Azar 1405)."
    )
    offer = offer_to(newsroom.hospital)
    assert officer.get(offer).json()["languages"] == ["fa"]
    assert officer.get(f"{offer}/words/en").status_code == 404
    body = {"channel_ids": channels(newsroom.hospital), "lang": "en", "with_link": False}
    refused = officer.post(f"{offer}/adoption", body, **seen(officer, offer))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:ravi:problem:message_refused")
    assert expert.post(f"{address}/endorsement", {"revision": 9}).status_code == 409
    said = expert.post(f"{address}/endorsement", {"revision": 1})
    assert (said.status_code, said.json()["is_given"]) == (200, True), said.json()
    assert officer.get(offer).json()["languages"] == ["fa", "en"]
    assert officer.get(f"{offer}/words/en").json()["shown"]["title"] == "Second dose"
    taken = officer.post(f"{offer}/adoption", body, **seen(officer, offer))
    assert (taken.status_code, taken.json()["answer"]["lang"], taken.json()["answer"]["link"]) == (200, "en", "")
    assert Post.objects.get().text.startswith("dose 2 for people 60 years and older")


def test_the_short_address_stands_under_the_words_as_it_was_chosen(newsroom, program, health):
    officer, offer = program(newsroom.officer), offer_to(newsroom.hospital)
    assert officer.get(offer).json()["with_link"] is True
    body = {"channel_ids": channels(newsroom.hospital)}
    taken = officer.post(f"{offer}/adoption", body, **seen(officer, offer)).json()["answer"]
    assert "/m/" in taken["link"]
    without = officer.post(f"{offer}/adoption", body | {"with_link": False}, **seen(officer, offer)).json()["answer"]
    assert (without["link"], officer.get(offer).json()["answer"]["link"]) == ("", "")
    assert [one.link for one in Post.objects.order_by("pk")] == [taken["link"], ""]


def test_settings_say_whether_posts_carry_it(newsroom, program):
    editor = program(newsroom.editor)
    made = editor.post("messages", {"settings": settings(newsroom, with_link=False), "words": words()})
    assert (made.json()["with_link"], Message.objects.get().with_link) == (False, False)
    address = f"messages/{made.json()['id']}"
    saved = editor.put(f"{address}/settings", settings(newsroom, with_link=True), **{"If-Match": made["ETag"]})
    assert saved.json()["with_link"] is True


def test_over_what_was_seen_by_those_who_write_and_read_it(newsroom, program, health, reader):
    editor, expert, address = program(newsroom.editor), program(reader), f"{health}/translations/en"
    assert editor.put(address, ENGLISH).status_code == 428
    first = seen(editor, address)
    assert editor.put(address, ENGLISH, **first).status_code == 200
    late = editor.put(address, ENGLISH | {"title": "x"}, **first)
    assert (late.status_code, late["ETag"]) == (412, editor.get(address)["ETag"])
    wrong = editor.put(address, ENGLISH | {"text": "third dose from {تاریخ}"}, **seen(editor, address))
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:ravi:problem:facts_contradicted")
    assert {one["at"] for one in wrong.json()["errors"]} == {"full"}
    assert Translation.objects.get().revision == 1
    assert program(newsroom.officer).get(f"{health}/translations").status_code == 404
    assert expert.put(address, ENGLISH, **seen(expert, address)).status_code == 403
    only_reads = program(newsroom.editor, verbs=(Verb.APPROVE,))
    assert only_reads.put(address, ENGLISH, **seen(only_reads, address)).json()["type"] == "urn:ravi:problem:verb"
    assert editor.post(f"{health}/translations/ku/endorsement", {"revision": 1}).status_code == 404
    assert program(newsroom.head).post(f"{address}/endorsement", {"revision": 1}).status_code == 403
    assert editor.get(f"{health}/translations/fa").status_code == 422
    assert not TranslationYes.objects.exists()


def test_whoever_does_not_read_it_says_no_yes_and_a_yes_asks_for_a_code(newsroom, program, health):
    editor, expert, address = program(newsroom.editor), program(newsroom.expert), f"{health}/translations/en"
    editor.put(address, ENGLISH, **seen(editor, address))
    body, yes = {"revision": 1}, f"{address}/endorsement"
    refused = expert.post(yes, body)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:ravi:problem:language_unread")
    set_reads(newsroom.expert, ["fa", "en"], by=newsroom.head)
    Institution.objects.update(is_demo=False)
    TOTP.activate(newsroom.expert, SECRET)
    assert expert.post(yes, body).json()["type"] == "urn:ravi:problem:code_missing"
    named = {"Ravi-Code": code_of(SECRET), "Idempotency-Key": "yes"}
    first, again = (expert.post(yes, body, **named) for _ in range(2))
    assert (first.status_code, again["Idempotency-Replayed"]) == (200, "true")


def test_a_newer_version_leaves_it_behind(newsroom, program, health, reader):
    editor, address = program(newsroom.editor), f"{health}/translations/en"
    editor.put(address, ENGLISH, **seen(editor, address))
    program(reader).post(f"{address}/endorsement", {"revision": 1})
    editor.post(f"{health}/draft")
    saved = editor.put(f"{health}/draft", words(title="تازه", what_changed="عنوان"), **seen(editor, health))
    content_hash = saved.json()["draft"]["content_hash"]
    program(reader).post(f"{health}/endorsement", {"content_hash": content_hash})
    assert editor.post(f"{health}/issue", **{"If-Match": saved["ETag"]}).status_code == 200
    told = editor.get(address).json()
    assert (told["is_given"], told["needs_yes"], told["translation"]["is_outdated"]) == (False, False, True)
    again = editor.put(address, ENGLISH, **{"If-Match": told["etag"]})
    assert (again.status_code, again.json()["translation"]["version"]) == (200, 2)
