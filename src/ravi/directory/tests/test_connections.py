"""How a connection's life and its last look are shown, and whom its end is told; nobody sees what the credential is."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation

from conftest import build_house
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.directory import sentences, services
from ravi.directory.forms import CredentialForm
from ravi.directory.models import Channel
from ravi.directory.watch import watch
from ravi.notices.models import Case, Notice
from ravi.notices.rules import kind
from ravi.platforms import registry

NOW = datetime(2026, 12, 28, 8, 0, tzinfo=UTC)  # ۷ دی ۱۴۰۵
FIELDS = {"base_url": "http://localhost:1", "token": "t0ken"}


class Renewing:
    """An adapter that can renew, as far as anybody asks here."""

    async def renew(self):
        raise NotImplementedError


def said(sign_in, person, channel, page="channel"):
    with clock.at(NOW):
        answer = sign_in(person).get(reverse(f"directory:{page}", args=[channel.pk] if page != "channels" else []))
    assert answer.status_code == 200
    assert "t0ken" not in answer.text
    return " ".join(BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ").split())


class Told:
    """A credential as the pages read it."""

    def __init__(self, **found):
        self.__dict__ |= {"expires_at": None, "renew_refused_at": None, "checked_at": None, "outcome": "", **found}


CHANNEL = Channel(adapter="sandbox", platform="bale")


@pytest.mark.parametrize(
    ("days", "can_renew", "is_refused", "state", "words"),
    [
        (40, False, False, "sent", "تا ۱۷ بهمن ۱۴۰۵ معتبر است (۴۰ روز دیگر). پیش از آن کلید تازه بگذارید."),
        (12, False, False, "unknown", "تا ۱۹ دی ۱۴۰۵ معتبر است (۱۲ روز دیگر). پیش از آن کلید تازه بگذارید."),
        (12, True, False, "sent", "تا ۱۹ دی ۱۴۰۵ معتبر است (۱۲ روز دیگر). راوی پیش از آن خودش تازه‌اش می‌کند."),
        (12, True, True, "unknown", "تا ۱۹ دی ۱۴۰۵ معتبر است (۱۲ روز دیگر) و سکو دیگر تازه‌اش نمی‌کند."),
        (-1, True, False, "blocked", "در ۶ دی ۱۴۰۵ به پایان رسید."),
    ],
)
def test_a_tokens_life_is_one_sentence(days, can_renew, is_refused, state, words, monkeypatch, settings):
    from django.utils import translation

    if can_renew:
        monkeypatch.setattr(registry, "adapter", lambda *_: Renewing)
    credential = Told(expires_at=NOW + timedelta(days=days), renew_refused_at=NOW if is_refused else None)
    with translation.override("fa"):
        told = sentences.life_of(CHANNEL, credential, NOW)
    assert told.state == state
    assert told.text.replace("\u2068", "").replace("\u2069", "").startswith(words)


def test_what_tells_no_end_says_nothing_of_one():
    assert sentences.life_of(CHANNEL, Told(), NOW) is None


@pytest.fixture
def far(fresh_database, sealing_key):
    """Channels with credentials over which the engine's role has written, and the institution's people."""
    house = build_house()
    with tenant(house.institution.pk), clock.at(NOW - timedelta(days=30)):
        channels = [
            services.open_channel(services.NewChannel(house.hospital, "bale", "sandbox", f"sample_{n}", "x"), by=None)
            for n in range(3)
        ]
        for channel in channels:
            services.set_credential(channel, FIELDS, by=None)
        services.add_custodian(channels[0], house.unit_head, since=NOW.date(), by=None)

    def says(channel, **found):
        names = ", ".join(f"{name} = %s" for name in found)
        with psycopg.connect(fresh_database.engine, autocommit=True) as engine:
            engine.execute(
                f"update directory_credential set {names} where channel_id = %s", [*found.values(), channel.pk]
            )

    return house, channels, says


def told(house, now):
    """Who was told what since the last time."""
    with tenant(house.institution.pk), clock.at(now):
        before = set(Notice.objects.values_list("pk", flat=True))
        watch(house.institution.pk, now)
        fresh = Notice.objects.exclude(pk__in=before).select_related("person")
        return sorted((one.kind, one.person.username) for one in fresh)


def test_an_end_is_told_at_fourteen_days_at_three_and_when_it_came(far):
    house, channels, says = far
    until = NOW + timedelta(days=15)
    for channel in channels[:2]:
        says(channel, expires_at=until)
    assert told(house, NOW) == []
    soon = until - timedelta(days=14)
    assert told(house, soon) == [("connection_ends", "head"), ("connection_ends", "unit_head")]
    assert told(house, soon + timedelta(days=1)) == []
    very_soon = until - timedelta(days=3)
    assert {kind for kind, _ in told(house, very_soon)} == {"connection_ends_very_soon"}
    assert {kind for kind, _ in told(house, until)} == {"connection_ended"}
    with tenant(house.institution.pk), clock.at(until):
        notice = Notice.objects.filter(kind="connection_ended", person=house.head).get()
        assert notice.params["count"] == 2
        for channel in channels[:2]:
            services.set_credential(channel, FIELDS, by=None)
    assert told(house, until + timedelta(minutes=5)) == []
    with tenant(house.institution.pk):
        assert not Case.objects.filter(closed_at=None).exists()


def test_a_token_that_ravi_renews_is_told_of_only_when_that_failed(far, monkeypatch):
    house, channels, says = far
    monkeypatch.setattr(registry, "adapter", lambda *_: Renewing)
    says(channels[0], expires_at=NOW + timedelta(days=2))
    assert told(house, NOW) == []
    says(channels[0], renew_refused_at=NOW)
    assert {kind for kind, _ in told(house, NOW)} == {"connection_ends_very_soon", "connection_not_renewed"}


def test_another_account_is_an_alarm_to_the_heads_and_a_task_to_whoever_keeps_the_channel(far):
    """Its custodian saw that nothing goes out, and was told nothing of the key that only they could set right."""
    house, channels, says = far
    says(channels[0], outcome="other_account", checked_at=NOW)
    assert told(house, NOW) == [("connection_elsewhere", "head"), ("connection_to_correct", "unit_head")]
    assert told(house, NOW) == []
    with tenant(house.institution.pk):
        asked = Notice.objects.get(kind="connection_to_correct")
        assert asked.url == reverse("directory:channel", args=[channels[0].pk])
        with translation.override("en"):
            said = kind(asked.kind).sentence(asked.params)
        assert "Set this channel's own key" in said and channels[0].shown_handle in said
    says(channels[0], outcome="verified")
    assert told(house, NOW) == []
    with tenant(house.institution.pk):
        assert not Case.objects.filter(closed_at=None).exists()


def test_another_account_of_a_channel_that_nobody_keeps_is_told_to_the_heads(far):
    house, channels, says = far
    says(channels[1], outcome="other_account", checked_at=NOW)
    assert told(house, NOW) == [("connection_elsewhere", "head")]


def test_the_list_warns_and_the_page_says_what_to_do(far, sign_in):
    house, channels, says = far
    with tenant(house.institution.pk):
        house.institution.is_demo = True
        house.institution.save()
        house.head.refresh_from_db()
    says(channels[0], outcome="refused", detail="Unauthorized", checked_at=NOW - timedelta(hours=2))
    says(channels[1], outcome="verified", checked_at=NOW - timedelta(hours=2), expires_at=NOW + timedelta(days=12))
    listed = said(sign_in, house.head, channels[0], "channels")
    assert "کلید پذیرفته نشد" in listed and "پایان کلید: ۱۲ روز دیگر" in listed
    page = said(sign_in, house.head, channels[0])
    assert "آخرین بررسی: ۲ ساعت پیش. سکو این کلید را نمی‌پذیرد" in page and "Unauthorized" in page
    assert "همه‌چیز درست بود" in said(sign_in, house.head, channels[1])
    assert "۲ ساعت پیش" in said(sign_in, house.head, channels[1], "verification")


ADAPTERS = [
    (kind, registry.platforms(kind)[0])
    for kind in registry.kinds()
    if not registry.is_by_hand(kind) and fields(registry.adapter(kind, registry.platforms(kind)[0]).credentials_type)
]


@pytest.mark.parametrize(("kind", "platform"), ADAPTERS)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_connect_form_asks_for_each_field_by_name_and_never_shows_a_secret_again(kind, platform, language):
    from django.utils import translation

    credentials = registry.adapter(kind, platform).credentials_type
    with translation.override(language):
        typed = {part.name: f"s3cret-{part.name}" for part in fields(credentials)}
        form = CredentialForm({**typed, next(iter(typed)): ""}, kind=credentials)
        shown = str(form)
    asked = BeautifulSoup(shown, "html.parser")
    for part in fields(credentials):
        assert part.metadata[f"label_{language}"].strip() in asked.get_text()
        [box] = asked.find_all("input", {"name": part.name})
        if part.metadata["secret"]:
            assert (box["type"], box.get("value"), box["autocomplete"]) == ("password", None, "new-password")
            assert f"s3cret-{part.name}" not in shown
    assert (
        any(part.metadata["help_fa"] and part.metadata["help_en"] for part in fields(credentials)) or kind == "sandbox"
    )


@pytest.mark.parametrize(
    "typed", ["matrix.example.org", "https://", "http://example.org", "https://a b.org", "https://[a", "x"]
)
@pytest.mark.parametrize(("kind", "platform"), [way for way in ADAPTERS if way[0] != "email"])
def test_an_address_that_no_call_can_reach_is_not_sealed(kind, platform, typed):
    credentials = registry.adapter(kind, platform).credentials_type
    addresses = [part.name for part in fields(credentials) if part.metadata["address"]]
    assert addresses
    form = CredentialForm(dict.fromkeys((part.name for part in fields(credentials)), typed), kind=credentials)
    assert set(addresses) <= set(form.errors)
