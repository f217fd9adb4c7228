"""The citizens' site: one answer for everybody, no sign-in, no cookie, nothing of another institution."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ravi.accounts import services as accounts
from ravi.core import clock
from ravi.core.spreadsheet import safe_cell
from ravi.core.tenancy import tenant
from ravi.directory import services
from ravi.directory.models import Channel
from ravi.directory.rules import ChannelState
from ravi.public.letters import letters


@pytest.fixture
def open_one(house):
    def opened(handle="sample_omid", platform="bale", purpose="نوبت‌دهی", unit=None, link=None):
        link = f"https://ble.ir/{handle}" if link is None else link
        new = services.NewChannel(unit or house.hospital, platform, "sandbox", handle, purpose, link)
        return services.open_channel(new, by=None)

    return opened


@pytest.fixture
def page(house, client):
    def get(name="channels", slug=None, **asked):
        return client.get(reverse(f"public:{name}", args=[slug or house.institution.slug]), asked)

    return get


def sql(asked):
    own = ("SAVEPOINT", "RELEASE", "ROLLBACK", "select set_config", "select coalesce")
    return [query["sql"] for query in asked if not query["sql"].startswith(own)]


def test_an_unknown_institution_is_not_found(house, client):
    for name in ("channels", "check", "csv", "json"):
        assert client.get(reverse(f"public:{name}", args=["nobody"])).status_code == 404


def test_the_list_shows_what_is_official_and_nothing_else(house, open_one, page):
    open_one()
    services.move_channel(open_one("frozen_one"), ChannelState.FROZEN, by=None)
    services.move_channel(open_one("retired_one"), ChannelState.RETIRED, by=None)
    services.request_channel(services.NewChannel(house.hospital, "bale", "sandbox", "asked_one", "x"), by=house.officer)
    services.list_channel(open_one("hidden_one"), False, by=house.head)
    with tenant(house.other_institution.pk):
        services.open_channel(services.NewChannel(house.other_unit, "bale", "sandbox", "their_one", "x"), by=None)
    text = page().content.decode()
    assert "@sample_omid" in text and "نوبت‌دهی" in text
    for handle in ("frozen_one", "retired_one", "asked_one", "hidden_one", "their_one"):
        assert handle not in text
    assert "their_one" in page(slug=house.other_institution.slug).content.decode()


def test_the_list_is_found_by_words_and_unit(house, open_one, page):
    open_one()
    open_one("sample_behdasht", unit=house.faculty, purpose="آموزش")

    def handles(**asked):
        return {channel.handle for channel in page(**asked).context["page"]}

    assert handles(words="بهداشت") == {"sample_behdasht"}
    assert handles(words="امید") == {"sample_omid"}
    assert handles(unit=str(house.faculty.pk)) == {"sample_behdasht"}
    assert handles(unit=str(house.other_unit.pk)) == {"sample_omid", "sample_behdasht"}
    assert handles(words="هیچ") == set()


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_every_page_asks_as_much_for_any_number_of_rows(house, open_one, page, rows):
    for number in range(rows):
        open_one(f"sample_{number}", unit=(house.hospital, house.faculty)[number % 2])
    for name, asked, count in (("channels", {}, 5), ("check", {"q": "@sample_0"}, 8), ("csv", {}, 2), ("json", {}, 2)):
        with CaptureQueriesContext(connection) as queries:
            assert page(name, **asked).status_code == 200
        assert len(sql(queries)) == count, (name, sql(queries))


def test_yes_names_the_chain_from_the_university_to_the_channel(house, open_one, page):
    channel = open_one()
    Channel.objects.filter(pk=channel.pk).update(verified_at=clock.now())
    answer = page("check", q="https://ble.ir/Sample_Omid")
    assert [link["who"] for link in answer.context["chain"]][:2] == [house.institution.name, house.hospital.name]
    text = answer.content.decode()
    assert "is-sent" in text and "verdict is-blocked" not in text and "نوبت‌دهی" in text


def test_a_lookalike_marks_and_names_the_letter(house, open_one, page):
    open_one()
    answer = page("check", q="@sample_0mid")
    text = answer.content.decode()
    assert "<mark>0</mark>" in text and "<mark>o</mark>" in text
    assert answer.context["differences"] == [{"typed": letters("0"), "ours": letters("o")}]
    assert "verdict is-blocked" in text and "verdict is-sent" not in text


def test_our_handle_on_another_platform_is_not_ours(house, open_one, page):
    open_one()
    text = page("check", q="t.me/sample_omid").content.decode()
    assert "verdict is-blocked" in text and "تلگرام" in text and "بله" in text


def test_no_is_no(house, open_one, page):
    open_one()
    text = page("check", q="@football_fans").content.decode()
    assert "verdict is-blocked" in text and "@football_fans" in text


def test_a_frozen_channel_is_a_warning(house, open_one, page):
    services.move_channel(open_one(), ChannelState.FROZEN, by=None)
    text = page("check", q="@sample_omid").content.decode()
    assert "verdict is-held" in text and "verdict is-sent" not in text


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "\x00", "%00", "x" * 5_000, "\u202e@omid", "💉", "' or 1=1"]
)
def test_strange_words_are_answered(house, open_one, page, typed):
    open_one()
    answer = page("check", q=typed)
    assert answer.status_code == 200 and b"<script>alert" not in answer.content


def test_no_words_no_verdict(house, open_one, page):
    open_one()
    assert "match" not in page("check", q="  ").context


def test_every_answer_is_the_same_for_staff_and_may_be_kept_by_any_cache(house, open_one, client):
    open_one()
    staff = Client()
    staff.force_login(house.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in ("channels", "check", "csv", "json"):
        url = reverse(f"public:{name}", args=[house.institution.slug]) + "?q=@sample_omid"
        answer = client.get(url)
        assert "public" in answer["Cache-Control"] and "max-age=60" in answer["Cache-Control"]
        assert not answer.cookies and b"csrfmiddlewaretoken" not in answer.content
        assert staff.get(url).content == answer.content


def test_only_reading_is_possible(house, client):
    for name in ("channels", "check", "csv", "json"):
        assert client.post(reverse(f"public:{name}", args=[house.institution.slug])).status_code == 405


def test_the_language_stands_in_the_address(house, open_one, page):
    open_one()
    english = page("check", q="@sample_omid", language="en")
    assert b'lang="en"' in english.content and b"Yes, it is ours" in english.content
    assert b'lang="fa-IR"' in page(language="xx").content


def test_the_first_page_leads_on_or_lists(house, client):
    answer = client.get(reverse("public:home"))
    assert answer.status_code == 200 and house.other_institution.name in answer.content.decode()
    assert "مدیر" not in answer.content.decode()


def test_the_only_institution_is_entered_at_once(fresh_database, client):
    accounts.found_institution("دانشگاه یگانه", "only")
    answer = client.get(reverse("public:home"))
    assert (answer.status_code, answer.url) == (302, "/p/only/")


def test_the_files_hold_the_whole_list(house, open_one, page):
    for number in range(70):
        open_one(f"sample_{number:02}")
    rows = list(csv.reader(io.StringIO(page("csv").content.decode("utf-8-sig"))))
    assert len(rows) == 71 and rows[1][2] == "sample_00"
    values = json.loads(page("json").content)
    assert values["institution"] == house.institution.name and len(values["channels"]) == 70
    assert values["channels"][0] == {
        "unit": house.hospital.name,
        "platform": "bale",
        "handle": "sample_00",
        "link": "https://ble.ir/sample_00",
        "purpose": "نوبت‌دهی",
        "official_since": None,
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\tx", "\rx", "\nx", "＝1"])
def test_no_cell_is_a_formula(house, open_one, page, text):
    assert safe_cell(text) == f"'{text}"
    open_one(purpose=text)
    rows = list(csv.reader(io.StringIO(page("csv").content.decode("utf-8-sig"))))
    assert rows[1][4] == f"'{text}"


@given(st.text(max_size=3))
def test_every_letter_has_words(text):
    assert letters(text)


def test_the_first_load_is_light(house, open_one, page):
    for number in range(60):
        open_one(f"sample_{number}")
    assert len(page().content) < 60_000
