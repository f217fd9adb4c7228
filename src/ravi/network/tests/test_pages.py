"""Headquarters' pages: from a form with blanks to the units, on plain HTML."""

from dataclasses import replace

import pytest
from django.urls import reverse

from ravi.core import clock
from ravi.core.calendar import in_tehran
from ravi.network import services
from ravi.network.facts.values import key
from ravi.network.models import Campaign, Fact, Message, Offer, Version
from ravi.network.pattern import KINDS, PATTERNS
from ravi.network.queries import fields_of
from ravi.text.jalali import to_jalali

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(house, sign_in):
    """A browser of somebody of the house; the second factor is relaxed."""
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True
        institution.save()

    def of(person):
        person.refresh_from_db()
        return sign_in(person)

    return of


def asked(page):
    """What the page's form would send when nothing is typed."""
    form = page.context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if bound.field.widget.use_fieldset and hasattr(bound.field.widget, "widgets"):
            parts = value if isinstance(value, list) else bound.field.widget.decompress(value)
            sent |= {f"{bound.html_name}_{place}": part for place, part in enumerate(parts)}
        elif isinstance(value, bool):
            sent |= {bound.html_name: "on"} if value else {}
        elif value is not None:
            sent[bound.html_name] = value
    return sent


def days(name, moment):
    year, month, day = to_jalali(in_tehran(moment).date())
    return {f"{name}_0": str(day), f"{name}_1": str(month), f"{name}_2": str(year)}


def test_from_blanks_to_the_units(house, browse, words):
    browser = browse(house.editor)
    page = browser.post("/network/new/", {"pattern": "vaccination"}, follow=True)
    message = Message.objects.get()
    assert page.redirect_chain[-1][0] == reverse("network:words", args=[message.pk])
    sent = asked(page) | days("valid_until", words.valid_until)
    assert browser.post(page.request["PATH_INFO"], sent).status_code == 302
    facts_page = browser.get(reverse("network:facts", args=[message.pk]))
    assert [kind for _name, kind in facts_page.context["blanks"]] == ["dose", "age", "date", "place", "time", "phone"]
    fill(browser, message, "dose", "دوز", {"number": "۲"})
    fill(browser, message, "age", "سن", {"low": "۶۰", "unit": "year"})
    fill(browser, message, "date", "تاریخ", {"first_0": "۱۰", "first_1": "9", "first_2": "۱۴۰۵"})
    fill(browser, message, "place", "مکان", {"text": "درمانگاه امید"})
    fill(browser, message, "time", "ساعت", {"first": "۸", "last": "۱۳:۳۰"})
    fill(browser, message, "phone", "تلفن", {"digits": "۰۴۱-۳۳۳۳ ۴۴۴۴"})
    assert "دوز دوم" in browser.get(reverse("network:message", args=[message.pk])).content.decode()
    browser.post(reverse("network:request", args=[message.pk]))
    ask_expert(browse(house.expert), message)
    page = browser.get(reverse("network:issue", args=[message.pk]))
    assert (page.context["obstacle"], page.context["waits_for_expert"]) == ("", False)
    sent = {"revision": str(page.context["draft"].version.revision)}
    for _twice in range(2):
        assert browser.post(reverse("network:issue", args=[message.pk]), sent).status_code == 302
    assert Offer.objects.count() == 2


def fill(browser, message, kind, name, value):
    address = reverse("network:fact", args=[message.pk, 0])
    page = browser.get(address, {"kind": kind, "name": name})
    done = browser.post(address, asked(page) | {"kind": kind, **value})
    assert done.status_code == 302, done.context["form"].errors


def ask_expert(browser, message):
    assert "network" in browser.get("/notices/").content.decode()
    page = browser.get(reverse("network:endorsement", args=[message.pk]))
    sent = {"content_hash": page.context["draft"].version.content_hash}
    assert browser.post(reverse("network:endorsement", args=[message.pk]), sent).status_code == 302


def test_what_could_not_be_true_is_said_and_the_rest_kept(house, browse, draft):
    message = draft()
    address = reverse("network:fact", args=[message.pk, 0])
    page = browse(house.editor).post(
        address, {"kind": "age", "name": "گروه", "low": "۶۰", "high": "۱۲", "unit": "year"}
    )
    assert page.status_code == 422
    assert page.context["form"]["name"].value() == "گروه"
    assert Fact.objects.count() == 6


def test_two_tabs_keep_both_texts(house, browse, draft, words):
    message = draft()
    version = message.versions.get()
    browser = browse(house.editor)
    page = browser.get(reverse("network:words", args=[message.pk]))
    services.save_version(version, replace(words, title="عنوان همکار"), expected_revision=1, by=house.head)
    again = browser.post(page.request["PATH_INFO"], asked(page) | {"title": "عنوان من"})
    assert again.status_code == 422
    said = again.content.decode()
    assert "عنوان همکار" in said.replace("<del>", "").replace("</del>", "") and 'value="عنوان من"' in said
    assert browser.post(page.request["PATH_INFO"], asked(again) | {"title": "عنوان من"}).status_code == 302
    version.refresh_from_db()
    assert (version.title, version.revision) == ("عنوان من", 3)


def test_a_fact_that_is_removed_shows_what_misses_it(house, browse, draft):
    message = draft()
    browser = browse(house.editor)
    page = browser.get(reverse("network:fact", args=[message.pk, 1]))
    browser.post(page.request["PATH_INFO"], asked(page) | {"kind": "dose", "remove": "1"})
    shown = browser.get(reverse("network:facts", args=[message.pk]))
    assert shown.context["blanks"] == [("دوز", "dose")]
    assert browser.get(reverse("network:issue", args=[message.pk])).context["obstacle"] != ""


def test_settings_choose_the_units(house, browse, draft):
    message = draft()
    browser = browse(house.head)
    page = browser.get(reverse("network:settings", args=[message.pk]))
    sent = asked(page) | {"kinds": ["faculty"], "kind": "alert", "window_min": ""}
    del sent["everybody"]
    assert browser.post(page.request["PATH_INFO"], sent).status_code == 302
    assert browser.post(page.request["PATH_INFO"], sent).status_code == 422  # another tab's
    page = browser.get(reverse("network:issue", args=[message.pk]))
    message.refresh_from_db()
    assert (message.kind, message.window_min) == ("alert", 0)
    assert page.context["aims"] == ["Every unit of the kind “Faculty”"] or len(page.context["aims"]) == 1


def test_next_version_shows_what_changed(house, browse, offered, words):
    message = offered()
    browser = browse(house.editor)
    page = browser.post(reverse("network:next_version", args=[message.pk]), follow=True)
    moved = next(fact for fact in words.facts if fact.name == "تاریخ")
    assert browser.post(page.request["PATH_INFO"], asked(page) | {"what_changed": "تاریخ"}).status_code == 302
    address = reverse("network:fact", args=[message.pk, words.facts.index(moved) + 1])
    page = browser.get(address)
    browser.post(address, asked(page) | {"kind": "date", "first_0": "۱۲"})
    said = browser.get(reverse("network:versions", args=[message.pk])).content.decode()
    assert "<del>" in said and "۱۲" in said


def test_campaign_is_begun_changed_and_ended(house, browse):
    browser = browse(house.editor)
    page = browser.get("/network/campaigns/new/")
    assert browser.post("/network/campaigns/new/", asked(page) | {"name": "پاییز سالم"}).status_code == 302
    assert browser.post("/network/campaigns/new/", asked(page) | {"name": "پاییز سالم"}).status_code == 422
    campaign = Campaign.objects.get()
    late = days("starts_on", clock.now()) | days("ends_on", campaign.created_at.replace(year=2025))
    edit = reverse("network:edit_campaign", args=[campaign.pk])
    assert browser.post(edit, asked(browser.get(edit)) | late).status_code == 422
    assert browser.post(reverse("network:end_campaign", args=[campaign.pk])).status_code == 302
    assert "پاییز سالم" in browser.get("/network/campaigns/").content.decode()


def test_only_headquarters_comes_here(house, browse, draft):
    message = draft()
    for name, person in house.people().items():
        browser = browse(person)
        may_read = name in ("head", "editor", "expert", "auditor")
        answer = browser.get(reverse("network:message", args=[message.pk]))
        assert answer.status_code == (200 if may_read else 404), name
        assert browser.get(reverse("network:words", args=[message.pk])).status_code == (
            200 if name in ("head", "editor") else 404
        ), name


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_lists_ask_no_more_for_more(house, browse, draft, rows, django_assert_max_num_queries):
    for _row in range(rows):
        services.ask_endorsement(draft(), by=house.editor)
    browser = browse(house.expert)
    with django_assert_max_num_queries(16):
        assert browser.get("/network/").status_code == 200


def test_patterns_are_whole(house, browse):
    """Their blanks have kinds, and filled with any value of those they contradict nothing."""
    known = {key(name) for name in KINDS}
    browser = browse(house.editor)
    for pattern in PATTERNS:
        browser.post("/network/new/", {"pattern": pattern.name})
        version = Version.objects.latest("pk")
        assert fields_of(version) == replace(pattern.words, facts=())
        page = browser.get(reverse("network:facts", args=[version.message_id]))
        assert {key(name) for name, _kind in page.context["blanks"]} <= known


def test_forms_with_blanks_have_english_names(house, browse):
    browser = browse(house.editor)
    browser.cookies["ravi_language"] = "en"
    said = browser.get("/network/new/").content.decode()
    for name in ("Vaccination by dose and age", "Keeping distance", "Limits on travel", "A clinic&#x27;s notice"):
        assert name in said
    for says in ("Which dose, for which age, from when, where.", "From when, until when, and where to ask."):
        assert says in said


def test_whoever_names_a_reviewer_reads_that_the_name_is_public(house, browse, draft):
    said = browse(house.editor).get(f"/network/{draft().pk}/words/").content.decode()
    assert "این نام در صفحهٔ همگانی پیام می‌آید" in said
