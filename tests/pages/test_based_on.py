"""A newer version stands on every page of the older one at once: the unit's tasks, its offer, its board, headquarters' list."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.delivery.models import Delivery
from ravi.network import services
from ravi.network.draft import VersionFields
from ravi.network.facts.values import Phone
from ravi.network.models import Adoption, Offer
from ravi.network.queries import fields_of
from ravi.publishing import services as publishing
from ravi.publishing.queries import shown_set
from tests.pages.conftest import Newsroom
from tests.pages.test_offers import offered, sent_back

pytestmark = pytest.mark.django_db


def taken(newsroom: Newsroom, **own: str) -> Adoption:
    """The hospital's answer to the offer: unchanged, or with its own words."""
    offer = offered(newsroom)
    browser = newsroom.browse(newsroom.officer)
    if own:
        address = f"/network/offers/{offer.pk}/adapt/"
        parts = {f"part_{name}": text for name, text in fields_of(offer.message.current).parts.items()}
        browser.post(address, sent_back(browser.get(address)) | parts | {f"part_{k}": v for k, v in own.items()})
    else:
        browser.post(f"/network/offers/{offer.pk}/", sent_back(browser.get(f"/network/offers/{offer.pk}/")))
    return Adoption.objects.get(ended_at=None)


def issue_next(newsroom: Newsroom, offer: Offer, **changed: Any) -> None:
    """What the editor issues next."""
    message = offer.message
    version = services.start_version(message, by=newsroom.editor)
    words: VersionFields = replace(fields_of(message.current), what_changed="شمارهٔ تلفن عوض شد.", **changed)
    version = services.save_version(version, words, expected_revision=version.revision, by=newsroom.editor)
    services.issue_version(version, expected_revision=version.revision, by=newsroom.editor)


def other_phone(offer: Offer) -> dict[str, Any]:
    """The same facts with another phone."""
    facts = fields_of(offer.message.current).facts
    return {"facts": tuple(replace(f, value=Phone("04135550000")) if f.name == "تلفن" else f for f in facts)}


def test_the_difference_stands_on_every_page_at_once(newsroom: Newsroom) -> None:
    answer = taken(newsroom)
    publishing.approve_shown(answer.post, by=newsroom.head, digest=shown_set(answer.post).digest)
    issue_next(newsroom, answer.offer, **other_phone(answer.offer))
    officer = newsroom.browse(newsroom.officer)
    assert f'href="/network/offers/{answer.offer_id}/"' in officer.get("/").content.decode()
    page = officer.get(f"/network/offers/{answer.offer_id}/").content.decode()
    assert "<del><bdi>\u2066۰۴۱۳۳۳۳۴۴۴۴\u2069</bdi></del>" in page
    assert "<ins><bdi>\u2066۰۴۱۳۵۵۵۰۰۰۰\u2069</bdi></ins>" in page
    assert "شمارهٔ تلفن عوض شد." in page and "نگارش تازه را برمی‌داریم" in page
    assert "همان‌طور که هست برود" not in page
    board = officer.get(f"/posts/{answer.post_id}/board/").content.decode()
    assert "بر پایهٔ نگارش ۱ است؛ ستاد به نگارش ۲ رسیده" in board
    message = newsroom.browse(newsroom.editor).get(f"/network/{answer.offer.message_id}/").content.decode()
    assert "۱ واحد هنوز بر پایهٔ نگارش پیشین است" in message and newsroom.hospital.name in message


def test_one_tap_takes_the_new_version(newsroom: Newsroom) -> None:
    answer = taken(newsroom)
    issue_next(newsroom, answer.offer, **other_phone(answer.offer))
    officer, address = newsroom.browse(newsroom.officer), f"/network/offers/{answer.offer_id}/"
    assert officer.post(address, sent_back(officer.get(address))).status_code == 302
    new = Adoption.objects.get(ended_at=None)
    assert (new.version.number, new.kind) == (2, "adopted") and "۰۴۱۳۵۵۵۰۰۰۰" in new.post.text


def test_own_words_begin_with_the_new_facts_and_a_conflict_side_by_side(newsroom: Newsroom) -> None:
    own = "{دوز} برای همکاران ما آغاز شد. تلفن: {تلفن}"
    answer = taken(newsroom, full=own)
    text = "{دوز} برای همه آغاز شد. تلفن: {تلفن}"
    issue_next(newsroom, answer.offer, text=text, **other_phone(answer.offer))
    officer, address = newsroom.browse(newsroom.officer), f"/network/offers/{answer.offer_id}/adapt/"
    page = officer.get(address)
    assert page.context["form"]["part_full"].value() == own
    said = page.content.decode()
    assert "این را هم شما عوض کرده‌اید، هم ستاد" in said and "<ins>برای همه</ins>" in said
    kept = sent_back(page) | {bound.html_name: bound.value() for bound in page.context["form"].texts}
    assert officer.post(address, kept).status_code == 302
    new = Adoption.objects.get(ended_at=None)
    assert new.parts == {"full": own} and "۰۴۱۳۵۵۵۰۰۰۰" in new.post.text


def test_words_without_another_fact_may_go_on(newsroom: Newsroom) -> None:
    answer = taken(newsroom)
    publishing.approve_shown(answer.post, by=newsroom.head, digest=shown_set(answer.post).digest)
    issue_next(newsroom, answer.offer, text="{دوز} آغاز شد. با کارت ملی بیایید. تلفن: {تلفن}")
    officer, address = newsroom.browse(newsroom.officer), f"/network/offers/{answer.offer_id}/"
    page = officer.get(address)
    assert "همان‌طور که هست برود" in page.content.decode()
    assert not Delivery.objects.filter(state="pending").exists()
    given = {"before": sent_back(page)["before"]}
    assert newsroom.browse(newsroom.neighbour).post(f"{address}go-on/", given).status_code in (403, 404)
    assert newsroom.browse(newsroom.editor).post(f"{address}go-on/", given).status_code == 403
    for _ in range(2):
        assert officer.post(f"{address}go-on/", given).status_code == 302
    assert Delivery.objects.filter(state="pending").count() == 2


def test_an_approver_is_told_why_and_where(newsroom: Newsroom) -> None:
    answer = taken(newsroom)
    digest = shown_set(answer.post).digest
    issue_next(newsroom, answer.offer, **other_phone(answer.offer))
    head, address = newsroom.browse(newsroom.head), f"/posts/{answer.post_id}/approval/"
    said = head.post(address, {"digest": digest}, follow=True).content.decode()
    assert "ستاد این پیام را در این میان عوض کرده است" in said
    assert f'href="/network/offers/{answer.offer_id}/"' in said
    assert not Delivery.objects.exists()


def test_headquarters_page_asks_no_more_for_two_units_than_for_one(newsroom: Newsroom) -> None:
    answer = taken(newsroom)
    other = Offer.objects.get(message=answer.offer.message, unit=newsroom.faculty)
    neighbour, address = newsroom.browse(newsroom.neighbour), f"/network/offers/{other.pk}/"
    neighbour.post(address, sent_back(neighbour.get(address)))
    issue_next(newsroom, answer.offer, **other_phone(answer.offer))
    editor, counted = newsroom.browse(newsroom.editor), []
    for _ in range(2):
        editor.get(f"/network/{answer.offer.message_id}/")
        with CaptureQueriesContext(connection) as asked:
            editor.get(f"/network/{answer.offer.message_id}/")
        counted.append(len(asked))
        if len(counted) == 1:
            publishing.withdraw_post(Adoption.objects.get(offer=other).post, by=newsroom.neighbour)
    assert counted[0] == counted[1]
