"""A message's public page says what holds now, and what became of it, to people, readers of feeds and programs alike."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.network import services
from ravi.network.draft import Source
from ravi.network.models import Message
from ravi.network.queries import short_link_of
from ravi.network.tests.conftest import draft, offered, words
from ravi.public.message import FRESH_S, MOST
from ravi.publishing import services as publishing
from ravi.publishing.queries import shown_set

__all__ = ["draft", "offered", "words"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def orders_need_no_yes():
    """Here they do: the wall stays up."""


@pytest.fixture
def page(client):
    """`page(message)` is what citizens see of it."""

    def get(message, **asked):
        return client.get(f"/p/sample/messages/{short_link_of(message).code}/", asked)

    return get


def read(answer):
    """The page as a parser of HTML finds it, and the description for programs in it."""
    found = BeautifulSoup(answer.content, "html.parser")
    [described] = found.find_all("script", type="application/ld+json")
    return found, json.loads(described.string)


def issue_next(message, house, words, **changed):
    version = services.start_version(message, by=house.editor)
    services.save_version(version, replace(words, **changed), expected_revision=1, by=house.editor)
    version.refresh_from_db()
    services.endorse_version(version, content_hash=version.content_hash, by=house.expert)
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    message.refresh_from_db()


def test_nothing_stands_in_public_before_a_version_was_issued(house, client, draft):
    message = draft()
    assert short_link_of(message) is None
    assert message.title not in client.get("/p/sample/messages/").content.decode()
    assert client.get("/p/sample/messages/abcdefg/").status_code == 404


def test_the_page_says_the_words_with_their_facts_and_on_what_they_rest(house, page, offered, words):
    source = Source("دستور نمونه", "https://behdasht.example.ir/d", clock.now().date(), "دکتر نمونه")
    bad = Source("با نشانی بد", "javascript:alert(1)")
    answer = page(offered(words=replace(words, sources=(source, bad))))
    found, said = read(answer)
    text = found.get_text(" ")
    assert "برقرار است" in found.h2.get_text() and found.h1.get_text() == "دوز دوم برای سالمندان"
    assert "دوز دوم برای افراد ۶۰ سال و بالاتر" in text and "{" not in found.article.get_text()
    assert found.find("a", href="https://behdasht.example.ir/vaccine").get_text() == "نوبت بگیرید"
    assert "دکتر نمونه" in text and "کارشناس سلامت" in text and house.expert.name not in text
    assert house.editor.name not in found.article.get_text() and b"javascript:" not in answer.content
    assert said["@type"] == "MedicalWebPage" and said["lastReviewed"] and said["mainEntity"]["expires"]
    assert said["mainEntity"]["articleBody"].startswith("تزریق دوز دوم")


def test_a_new_version_is_seen_at_once_and_no_cache_keeps_the_old_one_longer(house, client, page, offered, words):
    message = offered()
    before = page(message)
    assert f"max-age={FRESH_S}" in before["Cache-Control"] and FRESH_S <= 10 and not before.cookies
    unchanged = client.get(before.request["PATH_INFO"], headers={"If-None-Match": before["ETag"]})
    assert unchanged.status_code == 304
    issue_next(message, house, words, title="دوز دوم، با تاریخ درست", what_changed="تاریخ درست شد")
    after = client.get(before.request["PATH_INFO"], headers={"If-None-Match": before["ETag"]})
    found, said = read(after)
    assert after.status_code == 200 and "اصلاح شد" in found.h2.get_text()
    assert [one.b.get_text() for one in found.select(".said-steps li")] == ["نگارش ۲", "نگارش ۱"]
    assert found.get_text().count("تاریخ درست شد") == 2
    [correction] = said["mainEntity"]["correction"]
    assert (correction["text"], said["mainEntity"]["version"]) == ("تاریخ درست شد", "2")


def test_a_withdrawn_message_keeps_its_page_and_says_its_claim_no_more(page, client, offered):
    message = offered()
    Message.objects.filter(pk=message.pk).update(state="withdrawn", ended_at=clock.now())
    found, said = read(page(message))
    text = found.article.get_text(" ")
    assert "پس گرفته شد" in found.h2.get_text() and message.title in text
    assert "افراد" not in text and "۶۰ سال" not in text and "articleBody" not in said["mainEntity"]
    assert said["mainEntity"]["creativeWorkStatus"] == "Withdrawn"
    [entry] = feedparser.parse(client.get("/p/sample/messages/feed.atom").content).entries
    assert entry.title.startswith("پس گرفته شد") and "افراد" not in entry.content[0].value


@pytest.fixture
def titles(client):
    """`titles()` are those of the list as citizens see it, from above to below."""

    def read_list(**asked):
        found = BeautifulSoup(client.get("/p/sample/messages/", asked).content, "html.parser")
        return [row.b.get_text() for row in found.select(".said-list li")]

    return read_list


def take_back(message, ago=timedelta()):
    Message.objects.filter(pk=message.pk).update(state="withdrawn", ended_at=clock.now() - ago)


def test_what_was_withdrawn_stands_first_the_last_one_above_and_anew_in_the_feed(client, titles, offered, words):
    first, second, third, fourth = (offered(words=replace(words, title=name)) for name in ("یک", "دو", "سه", "چهار"))
    assert titles() == ["چهار", "سه", "دو", "یک"]
    take_back(first)
    take_back(third, timedelta(days=3))
    assert titles() == ["یک", "سه", "چهار", "دو"]
    entries = feedparser.parse(client.get("/p/sample/messages/feed.atom").content).entries
    assert [entry.title.split()[-1] for entry in entries] == ["یک", "چهار", "دو", "سه"]


def test_the_list_has_pages_that_keep_the_language_and_the_withdrawn_lead_the_first(
    client, titles, offered, words, monkeypatch
):
    monkeypatch.setattr("ravi.public.message.MOST", 2)
    first, *_rest = (offered(words=replace(words, title=name)) for name in ("یک", "دو", "سه", "چهار", "پنج"))
    take_back(first)
    pages = [titles(page=number) for number in (1, 2, 3)]
    assert pages == [["یک", "پنج"], ["چهار", "سه"], ["دو"]]
    assert titles(page=99) == pages[2] and titles(page="x") == titles() == pages[0]
    middle = client.get("/p/sample/messages/", {"page": 2, "language": "en"})
    links = BeautifulSoup(middle.content, "html.parser").select(".pager a")
    assert [(one["rel"], one["href"]) for one in links] == [
        (["prev"], "?page=1&language=en"),
        (["next"], "?page=3&language=en"),
    ]


def test_what_is_over_says_so_without_anybody_doing_anything(page, offered):
    message = offered()
    before = page(message)
    with clock.at(message.valid_until + timedelta(seconds=1)):
        after = page(message)
        found, said = read(after)
    assert "برقرار بود" in found.h2.get_text() and said["mainEntity"]["creativeWorkStatus"] == "Expired"
    assert before["ETag"] != after["ETag"]


def test_the_places_are_public_channels_on_which_copies_stand(house, page, offered):
    message = offered()
    offer = message.offers.get(unit=house.hospital)
    channels = [
        directory.open_channel(NewChannel(house.hospital, platform, "sandbox", "omid", "خبر"), by=None)
        for platform in ("telegram", "bale")
    ]
    done = services.adopt_offer(
        offer, services.Answer(message.current_id), channel_ids=[one.pk for one in channels], by=house.officer
    )
    post = done.adoption.post
    publishing.approve_shown(post, by=house.expert, digest=shown_set(post).digest)
    assert not read(page(message))[0].select(".said-places li")
    copies = list(Delivery.objects.filter(post_id=post.pk).order_by("channel_id"))
    Delivery.objects.filter(pk__in=[one.pk for one in copies]).update(
        state="sent", sent_at=clock.now(), link="https://t.me/x/1"
    )
    [row] = read(page(message))[0].select(".said-places li")
    assert row.b.get_text() == house.hospital.name
    assert [one["href"] for one in row.select("a")] == ["https://t.me/x/1"] * len(copies)
    directory.list_channel(channels[0], False, by=house.head)
    [row] = read(page(message))[0].select(".said-places li")
    assert len(row.select("a")) == len(copies) - 1


def test_the_same_number_of_questions_for_any_number_of_messages(client, offered):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/p/sample/messages/").status_code == 200
        return len([one for one in queries if one["sql"].lstrip().upper().startswith("SELECT")])

    offered()
    few = asked()
    for _n in range(MOST - 1):
        offered()
    assert asked() == few
    take_back(offered())
    assert asked() == few


def test_nothing_of_the_words_ends_the_description_inside_the_page(page, offered, words):
    nasty = "</script><script>alert(1)</script> <!-- "
    found, said = read(page(offered(words=replace(words, title=nasty))))
    assert said["name"].strip() == nasty.strip() and not [
        one for one in found.find_all("script") if one.string == "alert(1)"
    ]


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_the_feed_of_messages_is_one(house, client, offered, words, form):
    message = offered()
    issue_next(message, house, words, what_changed="ساعت درست شد")
    found = feedparser.parse(client.get(f"/p/sample/messages/feed.{form}").content)
    [entry] = found.entries
    assert not found.bozo and entry.title.startswith("اصلاح شد") and re.search("ساعت درست شد", str(entry))


def test_an_attackers_host_enters_no_address(client, page, offered):
    answer = client.get(page(offered()).request["PATH_INFO"], headers={"Host": "localhost"})
    assert "http://localhost:8000/m/" in answer.content.decode()
    assert client.get("/p/sample/messages/", headers={"Host": "evil.example"}).status_code == 400
