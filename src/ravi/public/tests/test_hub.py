"""A hub hears which feeds have changed, once, and again when it did not take the word."""

from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.delivery.models import Delivery
from ravi.public.jobs import tell_hub
from ravi.public.models import HubWord
from ravi.public.tests.newsroom import corrected, own_channel, removed, sent
from tests.fakes.websub_hub import Hub, running

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FORMS = ("rss", "atom", "json")


@pytest.fixture
def hub(settings, monkeypatch):
    with running(Hub()) as hub:
        settings.WEBSUB_HUB = hub.url
        monkeypatch.setenv("RAVI_EGRESS_ALLOW", f"127.0.0.1:{hub.port}")
        yield hub
        assert hub.refused == []


@pytest.fixture
def channel(house):
    return own_channel(house.hospital)


def said(hub):
    told, hub.told = hub.told, []
    return told


def test_every_feed_in_which_something_changed_is_named_once(house, channel, hub, client):
    own_channel(house.faculty, "quiet")
    copy = sent(channel, at=NOW)
    base = "http://localhost:8000/p/sample"
    wanted = [
        f"{base}/{place}feed.{form}" for place in ("", f"units/{house.hospital.pk}/", "news/omid/") for form in FORMS
    ]
    tell_hub(0)
    assert said(hub) == wanted
    tell_hub(0)
    assert said(hub) == []
    corrected(channel, copy, "نو")
    tell_hub(0)
    assert said(hub) == wanted
    removed(channel, copy)
    tell_hub(0)
    assert said(hub) == wanted
    for topic in wanted:
        answer = client.get(topic.removeprefix("http://localhost:8000"))
        assert f'<{topic}>; rel="self"' in answer["Link"] and f'<{hub.url}>; rel="hub"' in answer["Link"]
        if not topic.endswith("json"):
            links = {link.rel: link.href for link in feedparser.parse(answer.content).feed.links}
            assert (links["self"], links["hub"]) == (topic, hub.url)
        else:
            assert answer.json()["hubs"] == [{"type": "WebSub", "url": hub.url}]


@pytest.mark.parametrize("answer", [500, 404, 302, 429])
def test_a_hub_that_is_not_well_is_told_again(house, channel, hub, answer):
    sent(channel, at=NOW)
    hub.answer = answer
    tell_hub(0)
    assert hub.told == [] and not HubWord.objects.exists()
    hub.answer = 204
    tell_hub(0)
    assert len(hub.told) == 9
    assert HubWord.objects.get().told_through == NOW


def test_a_feed_that_the_hub_does_not_take_keeps_no_other_from_being_told(house, channel, hub):
    """Everything behind the refused one went untold, minute after minute."""
    sent(channel, at=NOW)
    hub.unwanted = "http://localhost:8000/p/sample/feed.rss"
    tell_hub(0)
    assert len(hub.told) == 8 and hub.unwanted not in hub.told
    assert not HubWord.objects.exists()
    hub.unwanted, hub.told = "", []
    tell_hub(0)
    assert len(hub.told) == 9
    assert HubWord.objects.get().told_through == NOW


def test_a_hub_that_is_not_there_keeps_nobody(house, channel, settings, monkeypatch):
    monkeypatch.setenv("RAVI_EGRESS_ALLOW", "127.0.0.1:9")
    settings.WEBSUB_HUB = "http://127.0.0.1:9/hub"
    sent(channel, at=NOW)
    tell_hub(0)
    assert not HubWord.objects.exists()


def test_without_a_hub_nobody_is_told_and_nothing_names_one(house, channel, client):
    sent(channel, at=NOW)
    tell_hub(0)
    assert not HubWord.objects.exists()
    assert b"hub" not in client.get("/p/sample/feed.rss").content


def test_more_channels_ask_no_more_questions(house, channel, hub):
    sent(channel, at=NOW)
    tell_hub(0)

    def asked():
        Delivery.objects.update(sent_at=NOW + timedelta(hours=len(hub.told)))
        with CaptureQueriesContext(connection) as queries:
            tell_hub(0)
        return len([one for one in queries.captured_queries if "directory_" in one["sql"] or "delivery_" in one["sql"]])

    one = asked()
    for handle in ("two", "three"):
        sent(own_channel(house.hospital, handle), at=NOW)
    assert asked() == one
