"""The unit's inbox: an offer is taken in three taps, written in the unit's own words, or left with a reason."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import Dose, LockedFact, Phone
from ravi.network.models import Adoption, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.publishing import services as publishing
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db

FACTS = (
    LockedFact("دوز", FactKind.DOSE, Dose(2)),
    LockedFact("تلفن", FactKind.PHONE, Phone("04133334444")),
)
TEXT = "{دوز} آغاز شد. تلفن: {تلفن}"


def offered(newsroom: Newsroom, title: str = "نوبت دوم") -> Offer:
    """News of the organisation before the hospital."""
    top = newsroom.headquarters
    fields = MessageFields(topic="organisation", aims=(Aim(TargetKind.TREE, top.pk),))
    message = services.draft_message(
        top, fields, VersionFields(title=title, text=TEXT, facts=FACTS), by=newsroom.editor
    )
    version = message.versions.get()
    services.issue_version(version, expected_revision=version.revision, by=newsroom.editor)
    return Offer.objects.get(message=message, unit=newsroom.hospital)


def sent_back(page: Any) -> dict[str, Any]:
    """What the form would send as it stands."""
    form = page.context["form"]
    return {
        "version": form.initial["version"],
        "before": form.initial["before"] or "",
        "channels": form.initial["channels"],
    }


def test_three_taps_from_the_inbox(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    browser = newsroom.browse(newsroom.officer)
    inbox = browser.get("/network/offers/").content.decode()
    assert f'href="/network/offers/{offer.pk}/"' in inbox and "تازه" in inbox
    page = browser.get(f"/network/offers/{offer.pk}/")
    shown = page.content.decode()
    for value in ("دوز دوم", "\u2066۰۴۱۳۳۳۳۴۴۴۴\u2069"):
        assert f"<bdi>{value}</bdi></mark>" in shown
    said = browser.post(f"/network/offers/{offer.pk}/", sent_back(page), follow=True).content.decode()
    post = Post.objects.get()
    assert post.state == Post.State.SUBMITTED and "منتظر تأیید" in said
    assert browser.post(f"/network/offers/{offer.pk}/", sent_back(page)).status_code == 302
    assert Post.objects.count() == 1
    assert browser.get(f"/posts/{post.pk}/edit/").status_code in (200, 302)


def test_own_words_with_the_difference_and_what_contradicts(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    browser, address = newsroom.browse(newsroom.officer), f"/network/offers/{offer.pk}/adapt/"
    given = sent_back(browser.get(address)) | {"part_title": "نوبت دوم"}
    own = TEXT + "\nبه درمانگاه ما بیایید."
    compared = browser.post(address, given | {"part_full": own, "act": "compare"})
    assert "<ins>" in compared.content.decode() and not Adoption.objects.exists()
    unlike = browser.post(address, given | {"part_full": TEXT.replace("{دوز}", "دوز سوم"), "act": "compare"})
    assert unlike.status_code == 422 and "دوز سوم" in " ".join(unlike.context["form"].errors["part_full"])
    wrong = browser.post(address, given | {"part_full": TEXT.replace("{دوز}", "دوز سوم")})
    assert wrong.status_code == 422 and "دوز سوم" in wrong.content.decode()
    assert browser.post(address, given | {"part_full": own}).status_code == 302
    assert Adoption.objects.get().kind == "adapted"
    assert Post.objects.get().text.endswith("به درمانگاه ما بیایید.")
    assert "به درمانگاه ما" in browser.get(f"/network/offers/{offer.pk}/").content.decode()


def test_the_approver_reads_what_the_unit_changed(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    browser, address = newsroom.browse(newsroom.officer), f"/network/offers/{offer.pk}/adapt/"
    given = sent_back(browser.get(address)) | {"part_title": "نوبت دوم"}
    browser.post(address, given | {"part_full": TEXT + "\nبه درمانگاه ما بیایید."})
    page = newsroom.browse(newsroom.expert).get(f"/posts/{Post.objects.get().pk}/approval/").content.decode()
    changed = page[page.index('id="origin-h"') :]
    assert "نگارش ۱" in changed and "<ins>" in changed[: changed.index("</section>")]


def test_the_approver_reads_that_nothing_was_changed(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    browser = newsroom.browse(newsroom.officer)
    browser.post(f"/network/offers/{offer.pk}/", sent_back(browser.get(f"/network/offers/{offer.pk}/")))
    page = newsroom.browse(newsroom.expert).get(f"/posts/{Post.objects.get().pk}/approval/").content.decode()
    assert "واژه به واژه همان متن ستاد، نگارش ۱" in page


def test_what_does_not_fit_leads_back_to_the_offer_and_never_to_a_copy_of_its_words(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    browser, address = newsroom.browse(newsroom.officer), f"/network/offers/{offer.pk}/adapt/"
    given = sent_back(browser.get(address)) | {"part_title": "نوبت دوم", "part_full": f"{TEXT} {'سلامت ' * 100}"}
    said = browser.post(address, given, follow=True).content.decode()
    assert "جا نمی‌شود" in said and "ماستودون" in said
    post = Post.objects.get()
    board = browser.get(f"/posts/{post.pk}/board/").content.decode()
    assert (
        f'href="/network/offers/{offer.pk}/"' in board
        and "/posts/new/" not in board.split("<main", 1)[1].split("</main", 1)[0]
    )
    assert "سلامت سلامت" not in browser.get(f"/posts/new/?from={post.pk}").content.decode()


def test_who_has_published_it_is_not_led_to_words_that_would_be_refused(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    browser, address = newsroom.browse(newsroom.officer), f"/network/offers/{offer.pk}/"
    browser.post(address, sent_back(browser.get(address)))
    post = Post.objects.get()
    assert f'href="{address}adapt/"' in browser.get(address).content.decode()
    publishing.approve_shown(post, by=newsroom.head, digest=shown_set(post).digest)
    Delivery.objects.update(state="sent", sent_at=clock.now(), changed_at=clock.now())
    page = browser.get(address).content.decode()
    assert f'href="{address}adapt/"' not in page and f'href="{address}decline/"' not in page
    assert "پیش‌تر منتشر شده" in page and f'href="/posts/{post.pk}/board/"' in page


def test_a_reason_is_asked_for_and_read(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    browser, address = newsroom.browse(newsroom.officer), f"/network/offers/{offer.pk}/decline/"
    given = {
        key: value for key, value in sent_back(browser.get(f"/network/offers/{offer.pk}/")).items() if key != "channels"
    }
    assert browser.post(address, given).status_code == 422
    assert browser.post(address, given | {"why": "other", "more": " "}).status_code == 422
    assert browser.post(address, given | {"why": "elsewhere", "more": "اینجا بخش اطفال نیست"}).status_code == 302
    assert Adoption.objects.get().reason == "به مخاطبان ما مربوط نیست. اینجا بخش اطفال نیست"
    assert "اطفال" in newsroom.browse(newsroom.editor).get(f"/network/offers/{offer.pk}/").content.decode()


def test_headquarters_reads_and_does_not_answer(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    for person in (newsroom.editor, newsroom.head, newsroom.auditor):
        browser = newsroom.browse(person)
        assert "همین متن را منتشر" not in browser.get(f"/network/offers/{offer.pk}/").content.decode()
        assert browser.post(f"/network/offers/{offer.pk}/", {}).status_code == 403
        assert browser.get(f"/network/offers/{offer.pk}/decline/").status_code == 403
    offer.refresh_from_db()
    assert offer.seen_at is None


def test_a_foreign_channel_is_no_choice(newsroom: Newsroom) -> None:
    offer = offered(newsroom)
    browser = newsroom.browse(newsroom.officer)
    foreign = Channel.objects.filter(unit=newsroom.headquarters).first()
    assert foreign is not None
    given = sent_back(browser.get(f"/network/offers/{offer.pk}/")) | {"channels": [str(foreign.pk)]}
    assert browser.post(f"/network/offers/{offer.pk}/", given).status_code == 422
    assert not Post.objects.exists()


def test_the_inbox_asks_no_more_for_three_than_for_one(newsroom: Newsroom) -> None:
    browser = newsroom.browse(newsroom.officer)
    counted = []
    for title in ("یک", "دو", "سه"):
        offered(newsroom, title)
        browser.get("/network/offers/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get("/network/offers/")
        counted.append(len(asked))
    assert counted[0] == counted[2]
