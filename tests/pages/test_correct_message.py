"""Correcting everywhere from headquarters' page: said before it is done, read once for one yes, every copy followed."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.delivery.models import Delivery
from ravi.network.jobs import correct
from ravi.network.models import Adoption, CorrectedAnswer
from ravi.network.tests.outside import agreed, carried
from ravi.publishing.models import Approval, Post
from tests.pages.conftest import Newsroom
from tests.pages.test_based_on import issue_next, other_phone, taken
from tests.pages.test_offers import TEXT
from tests.pages.test_shared_yes import adopted

pytestmark = pytest.mark.django_db


def out(newsroom: Newsroom, units: int = 2) -> Any:
    """A message whose copies are out in that many units, and headquarters' next version of it; the message."""
    version = adopted(newsroom, units)
    for post in Post.objects.filter(state="submitted"):
        agreed(post, newsroom.head)
    carried(*Post.objects.all())
    offer = version.message.offers.get(unit=newsroom.hospital)
    issue_next(newsroom, offer, **other_phone(offer))
    version.message.refresh_from_db()
    return version.message


def correcting(newsroom: Newsroom, message: Any) -> str:
    """The action from the page, with its job; the page's address."""
    address = f"/network/{message.pk}/corrections/"
    newsroom.browse(newsroom.editor).post(address, {"version": message.current_id})
    correct(message.institution_id, message.current_id)
    return address


def test_said_before_done_once_and_followed(newsroom: Newsroom) -> None:
    message = out(newsroom, 3)
    editor, address = newsroom.browse(newsroom.editor), f"/network/{message.pk}/corrections/"
    assert f'href="{address}"' in editor.get(f"/network/{message.pk}/").content.decode()
    said = editor.get(address).content.decode()
    assert "۶ نسخه در ۳ واحد به نگارش ۲ می‌رسد" in said and "همان‌جا ویرایش می‌شود" in said
    assert "۳ ویرایش می‌شود" in said and not CorrectedAnswer.objects.exists()
    correcting(newsroom, message)
    said = editor.get(address).content.decode()
    assert "۰ نسخه از ۶ نسخه متن تازه را دارد" in said and "منتظر تأیید" in said and newsroom.hospital.name in said
    head, yes = newsroom.browse(newsroom.head), f"/network/yes/{message.current_id}/corrections/"
    assert f'href="{yes}"' in head.get("/").content.decode()
    page = head.get(yes)
    assert "۶ نسخه در ۳ واحد" in page.content.decode() and "<ins>" in page.content.decode()
    shown = [row.key for row in page.context["shown"].same.rows]
    for _ in range(2):  # a double tap is one yes
        answer = head.post(yes, {"post": shown}, follow=True)
    assert "در ۳ واحد تأیید شد" in answer.content.decode()
    assert Delivery.objects.filter(action="edit", state="pending").count() == 6
    assert Approval.objects.filter(copy__post__corrects__isnull=False, voided_at=None).count() == 6
    said = editor.get(address).content.decode()
    assert "آخرین نسخهٔ صف" in said and "تا یک دقیقهٔ دیگر" in said
    carried(*Post.objects.filter(corrects__isnull=False))
    said = editor.get(address).content.decode()
    assert "۶ نسخه از ۶ نسخه متن تازه را دارد" in said and "دیگر چیزی در راه نیست" in said
    board = editor.get(f"/network/{message.pk}/uptake/").content.decode()
    assert "اصلاح" in board and "بر پایهٔ نگارش" not in board


def test_the_yes_is_taken_back_within_seconds(newsroom: Newsroom) -> None:
    message = out(newsroom)
    correcting(newsroom, message)
    head, yes = newsroom.browse(newsroom.head), f"/network/yes/{message.current_id}/corrections/"
    shown = [row.key for row in head.get(yes).context["shown"].same.rows]
    page = head.post(yes, {"post": shown}, follow=True)
    assert f'action="{yes}undo/"' in page.content.decode()
    assert "در ۲ واحد پس گرفته شد" in head.post(f"{yes}undo/", follow=True).content.decode()
    assert not Delivery.objects.filter(action="edit").exclude(state="cancelled").exists()


def test_own_words_stand_apart_with_what_differs(newsroom: Newsroom) -> None:
    answer = taken(newsroom, full="همشهریان! " + TEXT)
    agreed(answer.post, newsroom.head)
    carried(answer.post)
    issue_next(newsroom, answer.offer, **other_phone(answer.offer))
    answer.offer.message.refresh_from_db()
    message = answer.offer.message
    correcting(newsroom, message)
    page = newsroom.browse(newsroom.head).get(f"/network/yes/{message.current_id}/corrections/")
    [own] = page.context["shown"].own
    assert own.row.unit == newsroom.hospital.name and own.difference.count == 1
    assert not page.context["shown"].same.rows and "با متن خود واحدها" in page.content.decode()
    assert "همشهریان!" in page.content.decode()


def test_a_unit_writes_the_correction_of_what_both_changed(newsroom: Newsroom) -> None:
    answer = taken(newsroom, full="همشهریان! " + TEXT)
    agreed(answer.post, newsroom.head)
    carried(answer.post)
    issue_next(newsroom, answer.offer, text=TEXT + " نوبت بگیرید.")
    answer.offer.message.refresh_from_db()
    message = answer.offer.message
    editor = newsroom.browse(newsroom.editor)
    assert "هم شما متن را عوض کرده‌اید" in editor.get(f"/network/{message.pk}/corrections/").content.decode()
    said = editor.get(correcting(newsroom, message)).content.decode()
    assert "اصلاحیه‌اش را خودش می‌نویسد" in said
    officer, address = newsroom.browse(newsroom.officer), f"/network/offers/{answer.offer_id}/correction/"
    assert f'href="{address}"' in officer.get(f"/network/offers/{answer.offer_id}/").content.decode()
    page = officer.get(address)
    assert "نوبت بگیرید" in page.content.decode()
    form = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    wrong = officer.post(address, form | {"part_full": "فقط {دوز}"})
    assert wrong.status_code == 422 and not CorrectedAnswer.objects.filter(outcome="made").exists()
    officer.post(address, form | {"part_full": "همشهریان! " + TEXT + " نوبت یادتان نرود."})
    row = CorrectedAnswer.objects.get(outcome="made")
    assert row.post and row.post.state == "submitted" and "نوبت یادتان نرود" in row.post.text
    assert "منتظر تأیید است" in officer.get(f"/network/offers/{answer.offer_id}/").content.decode()


def test_others_neither_correct_nor_say_yes(newsroom: Newsroom) -> None:
    message = out(newsroom)
    address, yes = f"/network/{message.pk}/corrections/", f"/network/yes/{message.current_id}/corrections/"
    for person in (newsroom.officer, newsroom.auditor, newsroom.outsider, newsroom.expert):
        assert newsroom.browse(person).post(address, {"version": message.current_id}).status_code in (403, 404)
    correcting(newsroom, message)
    shown = [row.key for row in newsroom.browse(newsroom.head).get(yes).context["shown"].same.rows]
    for person in (newsroom.officer, newsroom.auditor, newsroom.outsider):
        assert newsroom.browse(person).post(yes, {"post": shown}).status_code in (403, 404)
    neighbour = newsroom.browse(newsroom.neighbour)
    mine = Adoption.objects.get(offer__unit=newsroom.hospital)
    assert neighbour.get(f"/network/offers/{mine.offer_id}/correction/").status_code in (403, 404)
    assert not Approval.objects.filter(copy__post__corrects__isnull=False).exists()


def test_an_older_page_corrects_nothing(newsroom: Newsroom) -> None:
    message = out(newsroom)
    editor, older = newsroom.browse(newsroom.editor), message.versions.get(number=1)
    said = editor.post(f"/network/{message.pk}/corrections/", {"version": older.pk}, follow=True)
    assert "نگارش ۲" in said.content.decode() and not CorrectedAnswer.objects.exists()


def test_questions_do_not_grow_with_units(newsroom: Newsroom) -> None:
    counted = []
    for units in (2, 5):
        message = out(newsroom, units)
        editor, head = newsroom.browse(newsroom.editor), newsroom.browse(newsroom.head)
        address, yes = f"/network/{message.pk}/corrections/", f"/network/yes/{message.current_id}/corrections/"
        asked = []
        for browser, page in ((editor, address), (editor, None), (head, yes), (editor, address)):
            if page is None:
                correcting(newsroom, message)
                continue
            browser.get(page)
            with CaptureQueriesContext(connection) as found:
                browser.get(page)
            asked.append(len(found))
        counted.append(asked)
    assert counted[0] == counted[1], counted


def test_of_very_many_units_those_that_need_somebody_stand_first(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ravi.network.pages.corrected.MOST_UNITS", 2)
    message = out(newsroom, 4)
    address = correcting(newsroom, message)
    last = CorrectedAnswer.objects.select_related("post__unit").order_by("adoption__offer__unit__sort_key", "pk").last()
    assert last is not None and last.post is not None
    for row in CorrectedAnswer.objects.exclude(pk=last.pk):
        agreed(row.post, newsroom.head)
        carried(row.post)
    page = newsroom.browse(newsroom.editor).get(address)
    rows = page.context["rows"]
    assert len(rows) == 2 and rows[0].unit == last.post.unit.name and rows[0].bead == "turn"
    said = page.content.decode()
    assert "۲ واحد دیگر در صفحهٔ «پذیرش»" in said and "۶ نسخه از ۸ نسخه متن تازه را دارد" in said
