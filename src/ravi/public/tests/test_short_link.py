"""A short address leads on and counts people, by the day and by nothing else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from conftest import build_house
from ravi.core import calendar
from ravi.core.tenancy import tenant
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.models import ShortLink, ShortLinkDay
from ravi.network.queries import openings_of, short_address, short_link_of
from ravi.network.rules import CODE_LETTERS, SHORT_PATH, Aim, TargetKind
from ravi.network.tests.conftest import draft, offered, words
from ravi.public.short_link import is_opened_by_somebody

__all__ = ["draft", "offered", "words"]
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def orders_need_no_yes():
    """Nothing is sent here."""


@pytest.fixture
def link(house: Any, offered: Callable[..., Any]) -> ShortLink:
    found = short_link_of(offered())
    assert found
    return found


@pytest.mark.django_db
def test_it_leads_to_the_page_and_counts_once(client, link):
    answer = client.get(f"/m/{link.code.upper()}", headers={"User-Agent": PHONE})
    assert (answer.status_code, answer["Location"]) == (302, f"/p/sample/messages/{link.code}/")
    assert answer["Cache-Control"] == "no-store" and not answer.cookies
    assert client.get(answer["Location"]).status_code == 200
    assert openings_of(link).total == 1


@pytest.mark.django_db
def test_a_message_that_nobody_made_is_not_found(client, link):
    assert client.get("/m/zzzzzzz", headers={"User-Agent": PHONE}).status_code == 404
    assert client.post(f"/m/{link.code}").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "TelegramBot (like TwitterBot)"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "http.rb/5.1.1 (Mastodon/4.2.0; +https://example.social/) Bot"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": ""},
        {"User-Agent": PHONE, "Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": PHONE, "Purpose": "prefetch"},
        {"User-Agent": PHONE, "X-Moz": "prefetch"},
    ],
)
def test_programs_and_what_is_fetched_ahead_are_led_on_and_not_counted(client, link, headers):
    assert client.get(f"/m/{link.code}", headers=headers).status_code == 302
    assert openings_of(link).total == 0


def test_looking_at_the_head_opens_nothing():
    assert not is_opened_by_somebody("HEAD", {"User-Agent": PHONE})
    assert is_opened_by_somebody("GET", {"User-Agent": PHONE})


@pytest.mark.django_db
def test_a_day_has_a_count_and_nothing_of_anybody(link, client, capfd):
    told = {"User-Agent": PHONE, "Referer": "https://t.me/some_group", "X-Forwarded-For": "203.0.113.7"}
    client.get(f"/m/{link.code}", headers=told, REMOTE_ADDR="203.0.113.7")
    assert {field.column for field in ShortLinkDay._meta.get_fields() if hasattr(field, "column")} == {
        "id", "institution_id", "short_link_id", "day", "opened",
    }  # fmt: skip
    assert {field.column for field in ShortLink._meta.get_fields() if hasattr(field, "column")} == {
        "id", "institution_id", "message_id", "code", "made_at",
    }  # fmt: skip
    assert not [
        one for one in apps.get_models() if "opening" in one.__name__.lower() or "visit" in one.__name__.lower()
    ]
    logged = capfd.readouterr()
    said = logged.out + logged.err
    assert '"view": "short_link"' in said
    for told_only_to_us in (link.code, "203.0.113.7", "Pixel", "t.me"):
        assert told_only_to_us not in said


@pytest.mark.django_db
def test_the_address_is_the_settings_and_short(link, settings):
    settings.BASE_URL = "https://say.example.ir"
    assert short_address(link.code) == f"https://say.example.ir{SHORT_PATH}{link.code}"
    assert set(link.code) <= set(CODE_LETTERS) and not set("01ilo") & set(CODE_LETTERS)


@pytest.mark.database
def test_fifty_at_once_lose_none(fresh_database):
    house = build_house()
    with tenant(house.institution.pk):
        link = issued(house)

    def open_it(_turn: int) -> int:
        try:
            return Client().get(f"/m/{link.code}", headers={"User-Agent": PHONE}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(open_it, range(50))) == {302}
    with tenant(house.institution.pk):
        [day] = openings_of(link).days
    assert (day.opened, day.day) == (50, calendar.today())


def issued(house: Any) -> ShortLink:
    """An organisation's message, which no expert has to see."""
    fields = MessageFields(topic="organisation", aims=(Aim(TargetKind.TREE, house.headquarters.pk),))
    message = services.draft_message(house.headquarters, fields, VersionFields("عنوان", "متن"), by=house.editor)
    version = message.versions.get()
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    found = short_link_of(message)
    assert found
    return found
