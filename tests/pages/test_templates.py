"""A template on its pages: written, signed, filled in on one screen and sent as it was looked at."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from ravi.accounts.models import Institution
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.facts.kinds import FactKind
from ravi.network.models import StandingRule, Template
from ravi.network.template import Blank, TemplateWords
from ravi.publishing.models import Post
from tests.pages.conftest import Newsroom
from tests.pages.test_board import asked
from tests.pages.test_questions import same_for_all

pytestmark = pytest.mark.django_db

WORDS = TemplateWords(
    "تغییر ساعت",
    "{مکان} در {تاریخ} پذیرش ندارد.\nپرسش: {تلفن}",
    blanks=(Blank("مکان", FactKind.PLACE), Blank("تاریخ", FactKind.DATE), Blank("تلفن", FactKind.PHONE)),
)
TYPED = {
    "unit": "", "b0_text": "بیمارستان امید", "b1_first_0": "۱۰", "b1_first_1": "9", "b1_first_2": "۱۴۰۵",
    "b2_digits": "۰۴۱ ۳۳۳۳ ۴۴۴۴",
}  # fmt: skip


def made(newsroom: Newsroom, name: str = "تعطیلی") -> Template:
    return services.start_template(newsroom.hospital, name, WORDS, by=newsroom.unit_head)


def typed(newsroom: Newsroom, **more: Any) -> dict[str, Any]:
    channels = Channel.objects.filter(unit=newsroom.hospital).values_list("pk", flat=True)
    return TYPED | {"unit": newsroom.hospital.pk, "channels": [str(pk) for pk in channels]} | more


def digest(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]*)"', page)
    assert found
    return found[1]


def test_written_with_its_blanks_in_two_steps(newsroom: Newsroom) -> None:
    browser = newsroom.browse(newsroom.officer)
    said = {
        "unit": newsroom.hospital.pk, "name": "تعطیلی", "topic": "organisation", "title": "تعطیلی", "days": "۷",
        "text": "{مکان} در {تاریخ} بسته است.",
    }  # fmt: skip
    page = browser.post(reverse("templates:new"), said)
    assert page.status_code == 200 and "kind_مکان" in page.content.decode() and not Template.objects.exists()
    kinds = {"kind_مکان": "place", "choices_مکان": "درمانگاه\r\nاورژانس", "kind_تاریخ": "date"}
    assert browser.post(reverse("templates:new"), said | kinds).status_code == 302
    template = Template.objects.get()
    page = browser.get(reverse("templates:template", args=[template.pk])).content.decode()
    assert "درمانگاه" in page and "اورژانس" in page
    changed = said | kinds | {"text": "{مکان} در {تاریخ} باز نیست.", "seen": template.current.content_hash}
    assert browser.post(reverse("templates:edit", args=[template.pk]), changed).status_code == 302
    stale = browser.post(reverse("templates:edit", args=[template.pk]), changed | {"title": "دیگر"})
    assert stale.status_code == 422 and "عوض شد" in stale.content.decode()


def test_looked_at_and_then_sent_and_nothing_else(newsroom: Newsroom) -> None:
    template = made(newsroom)
    version = template.current
    assert version is not None
    services.sign_standing(version, newsroom.hospital, days=9, content_hash=version.content_hash, by=newsroom.head)
    browser, page = newsroom.browse(newsroom.officer), reverse("templates:fill", args=[template.pk])
    assert newsroom.head.name in browser.get(page).content.decode()
    assert browser.post(page, typed(newsroom, act="send")).status_code == 200 and not Post.objects.exists()
    look = browser.post(page, typed(newsroom, act="look")).content.decode()
    assert "بیمارستان امید در سه‌شنبه ۱۰ آذر ۱۴۰۵ پذیرش ندارد." in look
    seen = digest(look)
    # Another value than the one that was looked at is shown first.
    other = browser.post(page, typed(newsroom, act="send", seen=seen, b1_first_0="۱۱"))
    assert other.status_code == 200 and "۱۱ آذر" in other.content.decode() and not Post.objects.exists()
    sent = browser.post(page, typed(newsroom, act="send", seen=seen))
    assert sent.status_code == 302 and Post.objects.get().state == "approved"
    again = browser.post(page, typed(newsroom, act="send", seen=seen))
    assert again["Location"] == sent["Location"] and Post.objects.count() == 1
    chain = newsroom.browse(newsroom.head).get(
        reverse("publishing:approval", args=[Post.objects.get().pk]), follow=True
    )
    assert chain.status_code == 200


def test_wrong_values_are_said_beside_their_blank_and_kept(newsroom: Newsroom) -> None:
    template = made(newsroom)
    page = reverse("templates:fill", args=[template.pk])
    wrong = {"b0_text": "هر چه خواستم", "b1_first_0": "۳۲", "b2_digits": "زنگ نزنید"}
    said = newsroom.browse(newsroom.officer).post(page, typed(newsroom, act="look", **wrong))
    text = said.content.decode()
    assert said.status_code == 422 and text.count('class="error"') >= 3 and "زنگ نزنید" in text


def test_signed_with_the_second_factor_and_ended_by_a_button(newsroom: Newsroom) -> None:
    template = made(newsroom)
    page = reverse("templates:signing", args=[template.pk])
    browser = newsroom.browse(newsroom.expert)
    assert template.current is not None
    said = {"units": [newsroom.hospital.pk], "days": "۹۰", "content_hash": template.current.content_hash}
    assert browser.post(page, said | {"days": "۹۱"}).status_code == 422
    assert browser.post(page, said).status_code == 302
    rule = StandingRule.objects.get()
    assert newsroom.expert.name in browser.get(reverse("templates:rules")).content.decode()
    refused = newsroom.browse(newsroom.officer).post(reverse("templates:ending", args=[rule.pk]))
    assert refused.status_code == 403
    assert browser.post(reverse("templates:ending", args=[rule.pk])).status_code == 302
    rule.refresh_from_db()
    assert rule.end_reason == "ended"
    assert browser.post(page, said | {"content_hash": "0" * 64}).status_code == 422
    Institution.objects.filter(pk=newsroom.institution.pk).update(is_demo=False)
    asked_first = newsroom.browse(newsroom.expert).post(page, said)
    assert asked_first.status_code == 302 and StandingRule.objects.filter(ended_at=None).count() == 0


def test_the_lists_ask_no_more_for_more(newsroom: Newsroom, django_assert_max_num_queries: Callable[..., Any]) -> None:
    found: dict[str, dict[int, list[str]]] = {"templates:templates": {}, "templates:rules": {}}
    for size in (1, 3, 20):
        for number in range(Template.objects.count(), size):
            version = made(newsroom, f"قالب {number}").current
            assert version is not None
            services.sign_standing(
                version, newsroom.hospital, days=9, content_hash=version.content_hash, by=newsroom.head
            )
        for name, counts in found.items():
            counts[size] = asked(newsroom.browse(newsroom.head), reverse(name))
    for counts in found.values():
        same_for_all(counts)
