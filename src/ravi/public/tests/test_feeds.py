"""The institution's own feeds: what was sent stands there in three forms, corrected in place, gone when it was removed."""

import json
from datetime import UTC, datetime, timedelta

import feedparser
import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from ravi.core import blob
from ravi.core.tenancy import tenant
from ravi.delivery.published import Entry
from ravi.directory import services
from ravi.directory.rules import ChannelState
from ravi.library.models import Media, Rendition
from ravi.library.services import erase_media
from ravi.platforms.contract import Mark
from ravi.platforms.contract_samples import PERSIAN, png
from ravi.public.feeds import Feed, Item, made
from ravi.public.tests.newsroom import corrected, ordered, own_channel, removed, sent

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

# What https://www.jsonfeed.org/version/1.1/ says of each part that we use.
_URL = {"type": "string", "pattern": "^https?://"}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_AUTHORS = {
    "type": "array",
    "items": {"type": "object", "minProperties": 1, "properties": {"name": {"type": "string"}, "url": _URL}},
}
_ITEM = {
    "type": "object",
    "required": ["id"],
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
    "properties": {
        "id": {"type": "string", "minLength": 1}, "url": _URL, "title": {"type": "string"},
        "content_html": {"type": "string"}, "content_text": {"type": "string"}, "image": _URL,
        "date_published": _MOMENT, "date_modified": _MOMENT, "authors": _AUTHORS, "language": {"type": "string"},
        "attachments": {
            "type": "array",
            "items": {
                "type": "object", "required": ["url", "mime_type"], "additionalProperties": False,
                "properties": {
                    "url": _URL, "mime_type": {"type": "string", "pattern": "^[a-z]+/"},
                    "title": {"type": "string"}, "size_in_bytes": {"type": "integer"},
                },
            },
        },
    },
    "additionalProperties": False,
}  # fmt: skip
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"}, "title": {"type": "string"}, "feed_url": _URL,
        "home_page_url": _URL, "description": {"type": "string"}, "language": {"type": "string"}, "authors": _AUTHORS,
        "hubs": {"type": "array", "items": {"type": "object", "required": ["type", "url"]}},
        "items": {"type": "array", "items": _ITEM},
    },
    "additionalProperties": False,
}  # fmt: skip


@pytest.fixture
def channel(house):
    return own_channel(house.hospital)


def get(client, path, **headers):
    return client.get(f"/p/sample/{path}", headers=headers)


def parsed(client, path):
    answer = get(client, path)
    assert answer.status_code == 200
    found = feedparser.parse(answer.content, response_headers={"content-type": answer["Content-Type"]})
    assert not found.bozo, found.get("bozo_exception")
    return found


def read(client, path):
    answer = get(client, path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/feed+json; charset=utf-8")
    said = json.loads(answer.content)
    jsonschema.Draft202012Validator(JSON_FEED).validate(said)
    return said


@pytest.mark.parametrize(("form", "version"), [("rss", "rss20"), ("atom", "atom10")])
def test_a_reader_of_feeds_finds_words_images_language_and_moments(house, channel, client, form, version):
    picture = blob.put(house.institution.pk, png(3, 2), "image/png")
    copy = sent(
        channel, text=PERSIAN, title="واکسن «رایگان» & <مهم>", media=[(picture, "image/png", "پوستر & شرح")], at=NOW
    )
    found = parsed(client, f"feed.{form}")
    assert found.version == version
    assert (found.feed.title, found.feed.language) == (house.institution.name, "fa")
    [entry] = found.entries
    assert entry.id == f"urn:uuid:{copy.key[:8]}-{copy.key[8:12]}-{copy.key[12:16]}-{copy.key[16:20]}-{copy.key[20:]}"
    assert entry.title == "واکسن «رایگان» & <مهم>"
    assert entry.link == f"http://localhost:8000/p/sample/news/omid/{copy.key}/"
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == NOW
    words = entry.content[0].value if form == "atom" else entry.summary
    assert "👩🏽‍⚕️" in words and 'alt="پوستر &amp; شرح"' in words and "&lt;بخش&gt;" in words
    [file] = entry.enclosures
    assert (file.type, file.length) == ("image/png", str(len(png(3, 2))))
    assert entry.author == house.hospital.name or form == "rss"
    image = client.get(file.href.removeprefix("http://localhost:8000"))
    assert (image.status_code, image["Content-Type"], image.content) == (200, "image/png", png(3, 2))


def test_a_json_feed_is_one_by_its_own_rules(house, channel, client):
    picture = blob.put(house.institution.pk, png(3, 2), "image/png")
    copy = sent(channel, text=PERSIAN, media=[(picture, "image/png", "پوستر")], at=NOW)
    said = read(client, "feed.json")
    [item] = said["items"]
    assert item["content_text"] == PERSIAN and item["date_published"] == NOW.isoformat()
    assert item["attachments"][0]["size_in_bytes"] == len(png(3, 2)) and item["attachments"][0]["title"] == "پوستر"
    assert item["id"].replace("-", "") == f"urn:uuid:{copy.key}" and item["language"] == "fa"
    assert item["authors"] == [{"name": house.hospital.name}]


def test_a_correction_keeps_the_entry_and_changes_its_words_and_moment(house, channel, client):
    copy = sent(channel, text="پیش از اصلاح", at=NOW)
    before = read(client, "feed.json")["items"][0]
    corrected(channel, copy, "میان")
    corrected(channel, copy, "پس از اصلاح", after_s=90)
    [after] = read(client, "feed.json")["items"]
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert (after["content_text"], after["date_modified"]) == (
        "پس از اصلاح", (NOW + timedelta(seconds=90)).isoformat(),
    )  # fmt: skip
    [entry] = parsed(client, "feed.atom").entries
    assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == NOW + timedelta(seconds=90)
    assert "پس از اصلاح" in get(client, f"news/omid/{copy.key}/").content.decode()


def test_what_is_removed_is_gone_from_feeds_pages_and_images(house, channel, client):
    picture = blob.put(house.institution.pk, png(), "image/png")
    copy = sent(channel, media=[(picture, "image/png", "تصویر")], at=NOW)
    page, image = f"news/omid/{copy.key}/", f"news/omid/{copy.key}/1.png"
    assert [get(client, path).status_code for path in (page, image)] == [200, 200]
    removed(channel, copy)
    assert read(client, "feed.json")["items"] == [] and parsed(client, "feed.rss").entries == []
    assert [get(client, path).status_code for path in (page, image)] == [404, 404]


def test_an_image_that_is_not_kept_is_not_found(house, channel, client):
    copy = sent(channel, media=[("a" * 64, "image/png", "تصویر")], at=NOW)
    assert get(client, f"news/omid/{copy.key}/1.png").status_code == 404


def test_what_waits_or_failed_does_not_stand_there(house, channel, client):
    ordered(channel, 1)
    [failed] = ordered(channel, 2)
    type(failed).objects.filter(pk=failed.pk).update(state="failed")
    copy = sent(channel, 3, at=NOW)
    ordered(channel, 3, text="اصلاحی که هنوز نرفته است", action="edit", of=copy.pk)
    assert [item["content_text"] for item in read(client, "feed.json")["items"]] == ["پیام 3"]


def test_a_unit_and_a_channel_have_feeds_of_their_own(house, channel, client):
    own_channel(house.faculty, "daneshkade")
    sent(channel, 1, at=NOW)
    assert len(read(client, "feed.json")["items"]) == 1
    assert len(read(client, f"units/{house.hospital.pk}/feed.json")["items"]) == 1
    assert read(client, f"units/{house.faculty.pk}/feed.json")["items"] == []
    assert read(client, "news/daneshkade/feed.json")["items"] == []
    assert house.hospital.name in read(client, "news/omid/feed.json")["title"]
    for path in (
        f"units/{house.headquarters.pk}/feed.json",
        "news/nobody/feed.json",
        "feed.xml",
        "news/omid/feed.html",
    ):
        assert get(client, path).status_code == 404


def test_another_institutions_news_are_not_ours(house, channel, client):
    sent(channel, at=NOW)
    other = house.other_institution.slug
    assert json.loads(client.get(f"/p/{other}/feed.json").content)["items"] == []
    assert client.get(f"/p/{other}/units/{house.hospital.pk}/feed.json").status_code == 404
    with tenant(house.other_institution.pk):
        theirs = own_channel(house.other_unit)
        sent(theirs, text="از آن دیگری", at=NOW)
    assert [item["content_text"] for item in read(client, "feed.json")["items"]] == ["پیام 1"]


def test_a_channel_off_the_list_takes_its_news_along(house, channel, client):
    copy = sent(channel, at=NOW)
    services.list_channel(channel, False, by=house.head)
    assert read(client, "feed.json")["items"] == []
    assert get(client, f"news/omid/{copy.key}/").status_code == 404


def test_a_frozen_channel_shows_nothing_until_it_is_open_again(house, channel, client):
    sent(channel, at=NOW)
    services.move_channel(channel, ChannelState.FROZEN, by=None)
    assert read(client, "feed.json")["items"] == []
    services.move_channel(channel, ChannelState.ACTIVE, by=None)
    assert len(read(client, "feed.json")["items"]) == 1


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_an_unchanged_feed_is_not_sent_again(house, channel, client, form):
    copy = sent(channel, at=NOW)
    first = get(client, f"feed.{form}")
    assert get(client, f"feed.{form}").content == first.content
    known = {"If-None-Match": first["ETag"]}
    dated = {"If-Modified-Since": first["Last-Modified"]}
    for asked in (known, dated, known | dated):
        answer = get(client, f"feed.{form}", **asked)
        assert (answer.status_code, answer.content) == (304, b"")
    corrected(channel, copy, "نو")
    assert [get(client, f"feed.{form}", **asked).status_code for asked in (known, dated)] == [200, 200]
    second = get(client, f"feed.{form}")
    removed(channel, copy)
    for asked in ({"If-None-Match": second["ETag"]}, {"If-Modified-Since": second["Last-Modified"]}):
        assert get(client, f"feed.{form}", **asked).status_code == 200


def test_an_empty_feed_is_a_feed(house, channel, client):
    assert parsed(client, "feed.rss").entries == parsed(client, "feed.atom").entries == []
    assert read(client, "feed.json")["items"] == []


def test_pages_name_their_feeds_where_there_is_one(house, client):
    assert "application/rss+xml" not in get(client, "").content.decode()
    channel = own_channel(house.hospital)
    copy = sent(channel, text="سلام", title="عنوان <b>", at=NOW)
    for path, feed in (
        ("", "feed.rss"),
        ("news/omid/", "news/omid/feed.rss"),
        (f"news/omid/{copy.key}/", "news/omid/feed.rss"),
    ):
        text = get(client, path).content.decode()
        assert f'<link rel="alternate" type="application/rss+xml" title="RSS" href="/p/sample/{feed}">' in text
    assert "عنوان &lt;b&gt;" in get(client, "news/omid/").content.decode()


def test_anybody_may_read_and_no_cookie_comes(house, channel, client, sign_in):
    sent(channel, at=NOW)
    for one in (Client(), sign_in(house.outsider)):
        answer = get(one, "feed.json")
        assert answer["Access-Control-Allow-Origin"] == "*" and not answer.cookies
        assert "max-age=60" in answer["Cache-Control"] and "public" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["feed.rss", "feed.atom", "feed.json", "news/omid/"])
def test_more_entries_ask_no_more_questions(house, channel, client, path):
    picture = blob.put(house.institution.pk, png(), "image/png")

    def questions():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert get(client, path).status_code == 200
        own = ("SAVEPOINT", "RELEASE", "ROLLBACK", "select set_config", "select coalesce")
        return len([query for query in asked.captured_queries if not query["sql"].startswith(own)])

    sent(channel, 1, media=[(picture, "image/png", "تصویر")], at=NOW)
    one = questions()
    for number in (2, 3):
        copy = sent(channel, number, media=[(picture, "image/png", "تصویر")], at=NOW)
        corrected(channel, copy, f"اصلاح {number}")
    assert questions() == one


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(
    WORDS,
    WORDS,
    st.lists(st.builds(Mark, st.sampled_from(["bold", "quote"]), st.integers(0, 60), st.integers(0, 60)), max_size=3),
)
def test_no_words_break_a_feed(title, text, marks):
    """Control signs that XML cannot hold are left out there; JSON keeps every one."""
    entry = Entry("a" * 32, 1, title, text, tuple(marks), "fa", (), NOW, NOW)
    feed = Feed(title, text, title, "fa", "https://x.example/", "https://x.example/feed", "", NOW)
    items = [Item(entry, "https://x.example/1/", title, (), {})]
    for form in ("rss", "atom"):
        found = feedparser.parse(made(form, feed, items))
        assert not found.bozo and len(found.entries) == 1
    said = json.loads(made("json", feed, items))
    jsonschema.Draft202012Validator(JSON_FEED).validate(said)
    assert (said["items"][0]["content_text"], said["items"][0]["title"]) == (text, title)


def of_library(house, sha256, **more):
    told = {"institution": house.institution, "unit": house.hospital, "media_type": "image/png", "added_at": NOW}
    seen = {"width": 3, "height": 2, "size_bytes": 9, "alt_text": "چهره", "shows_people": False}
    return Media.objects.create(sha256=sha256, **told | seen | more)


def test_an_erased_picture_leaves_pages_and_feeds_and_the_words_stay(house, channel, client):
    picture = blob.put(house.institution.pk, png(3, 2), "image/png")
    other = blob.put(house.institution.pk, png(4, 2), "image/png")
    copy = sent(channel, text=PERSIAN, media=[(picture, "image/png", "چهره"), (other, "image/png", "پوستر")], at=NOW)
    media = of_library(house, picture)
    where = f"/p/sample/news/omid/{copy.key}/"
    assert where + "1.png" in client.get(where).content.decode()
    erase_media(media, by=house.head, reason="other", note="راز")
    assert client.get(where + "1.png").status_code == 404 and client.get(where + "2.png").status_code == 200
    for path in (where, "/p/sample/news/omid/"):
        shown = client.get(path).content.decode()
        assert "1.png" not in shown and "2.png" in shown and "برداشته شد" in shown and "راز" not in shown
    [item] = read(client, "feed.json")["items"]
    assert [one["url"].rsplit("/", 1)[1] for one in item["attachments"]] == ["2.png"] and "1.png" not in item[
        "content_html"
    ]
    for form in ("rss", "atom"):
        [entry] = parsed(client, f"feed.{form}").entries
        assert [file.href.rsplit("/", 1)[1] for file in entry.enclosures] == ["2.png"]


def test_what_was_fitted_for_a_channel_goes_with_its_image_and_not_with_another_units(house, channel, client):
    """Two units had the same poster; one erased it, and the other's news said that a picture was taken out."""
    drawn = blob.put(house.institution.pk, png(5, 2), "image/png")
    theirs, ours = of_library(house, "a" * 64, unit=house.faculty), of_library(house, "a" * 64)
    for media in (theirs, ours):
        told = {"institution": house.institution, "recipe": "jpeg 5 9000 any", "media_type": "image/png"}
        Rendition.objects.create(media=media, sha256=drawn, width=5, height=2, size_bytes=9, made_at=NOW, **told)
    copy = sent(channel, text=PERSIAN, media=[(drawn, "image/png", "پوستر")], at=NOW)
    where = f"/p/sample/news/omid/{copy.key}/"
    erase_media(ours, by=house.head, reason="mistake")
    assert "1.png" in client.get(where).content.decode() and client.get(where + "1.png").status_code == 200
    erase_media(theirs, by=house.head, reason="mistake")
    shown = client.get(where).content.decode()
    assert "1.png" not in shown and "برداشته شد" in shown and client.get(where + "1.png").status_code == 404
