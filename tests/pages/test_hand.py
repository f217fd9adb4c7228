"""The packet of a copy by hand, its list and its task: what an officer sees, types and is told."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from ravi.core import clock
from ravi.delivery import services as ledger
from ravi.delivery.models import Delivery, HandReport
from ravi.directory import services as directory
from ravi.directory.models import Channel
from ravi.library.services import add_image
from ravi.publishing import services
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set

pytestmark = pytest.mark.django_db
LINK = "https://www.instagram.com/p/C1aBcD/"


@pytest.fixture
def instagram(newsroom: Any) -> Channel:
    new = directory.NewChannel(newsroom.hospital, "instagram", "manual", "omid.mehregan.example", "خبر")
    channel = directory.open_channel(new, by=None)
    directory.lend_channel(channel, by=None)
    return channel


def drawing(name: str = "x.jpg", red: int = 0) -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (1000, 1000), (red, 0, 128)).save(drawn, "JPEG")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/jpeg")


@pytest.fixture
def copy(newsroom: Any, instagram: Channel) -> Delivery:
    return waiting(newsroom, instagram)


def waiting(newsroom: Any, channel: Channel) -> Delivery:
    """A copy with one image whose time has come."""
    another = drawing(red=20 * Delivery.objects.count())  # the library keeps the same picture once
    image = add_image(another, unit=newsroom.headquarters, by=newsroom.editor, alt_text="صف واکسن", shows_people=False)
    post = newsroom.draft(channel_ids=frozenset({channel.pk}), media_ids=(image.pk,))
    services.submit_post(post, by=newsroom.editor)
    services.approve_post(post, by=newsroom.expert, hashes=[one.content_hash for one in shown_set(post).copies])
    made = Delivery.objects.get(post_id=post.pk)
    Delivery.objects.filter(pk=made.pk).update(state="held", error_code="by_hand", changed_at=clock.now())
    made.refresh_from_db()
    return made


def url(name: str, copy: Delivery, *more: int) -> str:
    return reverse(f"publishing:{name}", args=[copy.pk, *more])


def test_the_packet_has_all_that_is_needed(newsroom, copy):
    page = newsroom.sign_in(newsroom.officer).get(url("hand", copy)).content.decode()
    assert "از ۸ تا ۱۹ آذر" in page and "صف واکسن" in page
    assert 'data-copy="packet-text"' in page and 'id="packet-text"' in page and "readonly" in page
    assert url("hand_image", copy, 1) in page
    assert 'class="qr"' in page
    assert "منتشر کردم" in page and "نتوانستم منتشر کنم" in page
    image = newsroom.sign_in(newsroom.officer).get(url("hand_image", copy, 1))
    assert image["Content-Type"] == "image/jpeg" and image["Content-Disposition"].startswith("attachment; ")
    assert image.content[:2] == b"\xff\xd8"
    assert newsroom.sign_in(newsroom.officer).get(url("hand_image", copy, 2)).status_code == 404


def test_the_task_leads_to_the_list_and_the_list_to_the_packet(newsroom, copy):
    browser = newsroom.sign_in(newsroom.officer)
    hands = reverse("publishing:hands")
    assert f'href="{hands}"' in browser.get(reverse("desk:home")).content.decode()
    assert url("hand", copy) in browser.get(hands).content.decode()
    board = newsroom.sign_in(newsroom.editor).get(reverse("publishing:board", args=[copy.post_id])).content.decode()
    assert f"{hands}?post={copy.post_id}&amp;platform=instagram" in board and "منتظر کار دستی" in board
    assert (
        reverse("publishing:board", args=[copy.post_id])
        not in browser.get(f"{hands}?post={copy.post_id}").content.decode()
    )
    assert url("hand", copy) not in browser.get(reverse("delivery:held")).content.decode()


def test_a_pasted_link_is_confirmed_and_shown_with_its_hand(newsroom, copy):
    browser = newsroom.sign_in(newsroom.officer)
    answer = browser.post(url("hand", copy), {"standing": "waits", "link": " instagram.com/p/C1aBcD/ "}, follow=True)
    page = answer.content.decode()
    assert "دستی منتشر شد" in page and "https://instagram.com/p/C1aBcD/" in page and newsroom.officer.name in page
    assert "اشتباه کردم" in page
    life = browser.get(reverse("delivery:delivery", args=[copy.pk])).content.decode()
    assert "دستی در اینستاگرام انجام داد" in life
    board = reverse("publishing:unit_board", args=[copy.post_id, newsroom.hospital.pk])
    unit = newsroom.sign_in(newsroom.editor).get(board).content.decode()
    assert "دستی منتشر شد" in unit


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"link": ""}, "پیوند پست را بچسبانید، یا پایین‌تر بگویید چرا پیوند ندارد."),
        ({"link": "https://www.aparat.com/v/abc"}, "این پیوند به آپارات می‌رود، نه به اینستاگرام."),
        (
            {"link": "https://instagram.com/other/p/C1/"},
            "این پست از «other» است؛ کانال ما «@omid.mehregan.example» است.",
        ),
        ({"link": "https://instagram.com/omid_mehregan_example/p/C1/"}, "تنها شبیه کانال ما"),
        ({"link": "https://instagram.com/omid.mehregan.example/"}, "این پیوند به خود کانال می‌رود."),
        ({"link": "javascript:alert(1)"}, "یک نشانی بنویسید که با https:// آغاز شود."),
    ],
)
def test_a_wrong_link_is_told_in_a_sentence_and_nothing_is_counted(newsroom, copy, said, told):
    answer = newsroom.sign_in(newsroom.officer).post(url("hand", copy), {"standing": "waits", **said})
    assert answer.status_code == 422 and told in answer.content.decode()
    copy.refresh_from_db()
    assert copy.state == "held" and not HandReport.objects.exists()


def test_without_a_link_a_reason_suffices_and_a_picture_stays_with_it(newsroom, copy):
    browser = newsroom.sign_in(newsroom.officer)
    broken = SimpleUploadedFile("x.png", b"no picture", "image/png")
    said = {"standing": "waits", "link": "", "reason": "استوری بود"}
    refused = browser.post(url("hand", copy), {**said, "picture": broken})
    assert refused.status_code == 422 and "استوری بود" in refused.content.decode()
    assert browser.post(url("hand", copy), {**said, "picture": drawing()}).status_code == 302
    report = HandReport.objects.get()
    shown = browser.get(url("hand_evidence", copy, report.pk))
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert browser.get(url("hand_evidence", copy, report.pk + 1)).status_code == 404


def test_whoever_sees_it_and_may_not_do_it_gets_no_form_and_is_refused(newsroom, copy):
    browser = newsroom.sign_in(newsroom.expert)
    page = browser.get(url("hand", copy)).content.decode()
    assert "این کار با کس دیگری است" in page and 'name="link"' not in page
    for name in ("hand", "hand_failure", "hand_link", "hand_undoing"):
        said = {"standing": "waits", "link": LINK, "reason": "نشد"}
        assert browser.post(url(name, copy), said).status_code == 403
    copy.refresh_from_db()
    assert copy.state == "held"


def test_under_a_stop_the_page_says_so_and_offers_no_confirmation(newsroom, copy):
    ledger.stop("all", "", by=newsroom.head, reason="", institution_id=newsroom.institution.pk)
    browser = newsroom.sign_in(newsroom.officer)
    page = browser.get(url("hand", copy)).content.decode()
    assert "ارسال متوقف است" in page and 'name="link"' not in page
    answer = browser.post(url("hand", copy), {"standing": "waits", "link": LINK}, follow=True)
    assert "توقف" in answer.content.decode()
    copy.refresh_from_db()
    assert copy.state == "held"


def test_withdrawn_while_the_page_was_open_is_said_and_can_be_told_as_it_is(newsroom, copy):
    browser = newsroom.sign_in(newsroom.officer)
    services.withdraw_post(message_of(copy), by=newsroom.head)
    answer = browser.post(url("hand", copy), {"standing": "waits", "link": LINK}, follow=True)
    page = answer.content.decode()
    assert "این نسخه دیگر منتظر کار دستی نیست" in page and "با این همه منتشر شد" in page
    copy.refresh_from_db()
    assert copy.state == "cancelled"
    browser.post(url("hand", copy), {"standing": "given_up", "link": LINK})
    copy.refresh_from_db()
    assert copy.state == "sent"
    assert Delivery.objects.filter(about=copy, action="delete", adapter="manual").count() == 1


def message_of(copy: Delivery) -> Post:
    return Post.objects.get(pk=copy.post_id)


def test_a_removal_is_asked_for_confirmed_without_a_link_and_counts_as_gone(newsroom, copy):
    browser = newsroom.sign_in(newsroom.officer)
    browser.post(url("hand", copy), {"standing": "waits", "link": LINK})
    services.withdraw_post(message_of(copy), by=newsroom.head)
    removals = Delivery.objects.filter(about=copy, action="delete")
    removals.update(state="held", error_code="by_hand", changed_at=clock.now())
    removal = removals.get()
    page = browser.get(url("hand", removal)).content.decode()
    assert "دستی بردارید" in page and LINK in page and 'name="link"' not in page and 'id="packet-text"' not in page
    assert "اشتباه کردم" not in browser.get(url("hand", copy)).content.decode()
    assert browser.post(url("hand_link", removal), {"link": LINK}).status_code == 404
    said = browser.post(url("hand", removal), {"standing": "waits"}, follow=True).content.decode()
    assert "دیگر آنجا نیست" in said
    removal.refresh_from_db()
    assert removal.state == "sent"


def test_failure_undoing_and_another_link(newsroom, copy):
    browser = newsroom.sign_in(newsroom.officer)
    assert browser.post(url("hand_failure", copy), {"reason": ""}).status_code == 422
    browser.post(url("hand", copy), {"standing": "waits", "link": LINK})
    assert browser.post(url("hand_link", copy), {"link": ""}).status_code == 422
    browser.post(url("hand_link", copy), {"link": "https://www.instagram.com/p/C2/"})
    copy.refresh_from_db()
    assert copy.link == "https://www.instagram.com/p/C2/"
    browser.post(url("hand_undoing", copy))
    copy.refresh_from_db()
    assert (copy.state, copy.error_code) == ("held", "by_hand")
    browser.post(url("hand_failure", copy), {"reason": "حساب بسته است"})
    copy.refresh_from_db()
    assert (copy.state, copy.error_detail) == ("failed", "حساب بسته است")


def test_a_copy_of_a_program_has_no_packet(newsroom):
    [channel] = newsroom.open_channels(newsroom.hospital, ("bale",))
    post = newsroom.draft(channel_ids=frozenset({channel.pk}))
    services.submit_post(post, by=newsroom.editor)
    services.approve_post(post, by=newsroom.expert, hashes=[one.content_hash for one in shown_set(post).copies])
    made = Delivery.objects.filter(post_id=post.pk).first()
    assert newsroom.sign_in(newsroom.editor).get(url("hand", made)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_any_number_of_rows(newsroom, instagram, rows):
    for _row in range(rows):
        waiting(newsroom, instagram)
    browser = newsroom.sign_in(newsroom.officer)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(reverse("publishing:hands")).content.decode()
    assert page.count("باز کردن بسته") == rows
    wanted = [one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_config"))]
    assert len(wanted) <= 9, "\n".join(wanted)


def test_one_post_is_not_said_to_be_two_messages(newsroom, instagram, copy):
    """The phone still held the link of yesterday's post."""
    browser = newsroom.sign_in(newsroom.officer)
    browser.post(url("hand", copy), {"link": LINK})
    other = waiting(newsroom, instagram)
    again = browser.post(url("hand", other), {"link": f"{LINK}?igsh=abc"})
    assert again.status_code == 422 and "پیوند خودش را بردارید" in again.content.decode()
    other.refresh_from_db()
    assert other.state == "held"
    browser.post(url("hand", other), {"link": "https://www.instagram.com/p/another/"})
    wrong = browser.post(url("hand_link", other), {"link": LINK})
    assert wrong.status_code == 422
    assert browser.post(url("hand_link", copy), {"link": f"{LINK}?igsh=abc"}).status_code == 302  # its own
