"""One yes to the unchanged copies of many units: the words once, a row per hash, what is refused alone, and its undo."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravi.accounts import services as accounts
from ravi.accounts.rules import RoleKind
from ravi.delivery.models import Delivery
from ravi.directory.models import Channel
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.models import Adoption, Offer, Version
from ravi.network.rules import Aim, TargetKind
from ravi.network.services import Answer
from ravi.publishing import services as publishing
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries import shown_set
from tests.pages.conftest import Newsroom
from tests.pages.test_offers import FACTS, TEXT

pytestmark = pytest.mark.django_db

OWN = "این پیام را شما نوشته‌اید یا عوض کرده‌اید"


def adopted(newsroom: Newsroom, units: int = 2) -> Version:
    """News that the hospital, the faculty and more units have taken as it is."""
    top = newsroom.headquarters
    newsroom.add_units(units - 2)
    fields = MessageFields(topic="organisation", window_min=0, aims=(Aim(TargetKind.TREE, top.pk),))
    words = VersionFields(title="نوبت دوم", text=TEXT, variants={"short": "{دوز}. {تلفن}"}, facts=FACTS)
    message = services.draft_message(top, fields, words, by=newsroom.editor)
    version = message.versions.get()
    issued = services.issue_version(version, expected_revision=version.revision, by=newsroom.editor)
    for offer in issued.offers:
        adopt(newsroom, offer, version)
    return issued.version


def adopt(newsroom: Newsroom, offer: Offer, version: Version) -> Adoption:
    """An officer of the unit takes it."""
    who = {newsroom.hospital.pk: newsroom.officer, newsroom.faculty.pk: newsroom.neighbour}.get(offer.unit_id)
    if who is None:
        who = accounts.add_person(
            f"officer-{offer.unit_id}", f"مسئول {offer.unit_id}", None, institution=newsroom.institution, by=None
        )
        accounts.grant_role(who, RoleKind.UNIT_OFFICER, unit=offer.unit, by=None)
    channels = list(Channel.objects.filter(unit_id=offer.unit_id).values_list("pk", flat=True))
    return services.adopt_offer(offer, Answer(version.pk), channel_ids=channels, by=who).adoption


def keys(page: Any) -> list[str]:
    return [row.key for row in page.context["shown"].rows]


def test_one_tap_writes_a_row_per_hash(newsroom: Newsroom) -> None:
    version = adopted(newsroom, 4)
    head, address = newsroom.browse(newsroom.head), f"/network/yes/{version.pk}/"
    assert f'href="{address}"' in head.get("/").content.decode()
    page = head.get(address)
    said = page.content.decode()
    assert "۸ نسخه در ۴ واحد" in said and newsroom.hospital.name in said
    texts = page.context["shown"].texts
    assert sum(len(one.group.copies) for one in texts) == 8 and len(texts) <= 2
    for _ in range(2):  # a double tap is one yes
        answer = head.post(address, {"post": keys(page)}, follow=True)
    assert "در ۴ واحد تأیید شد" in answer.content.decode()
    assert Approval.objects.filter(approver=newsroom.head, voided_at=None).count() == Delivery.objects.count() == 8
    assert {approval.content_hash for approval in Approval.objects.all()} == set(
        Delivery.objects.values_list("content_hash", flat=True)
    )
    assert set(Post.objects.values_list("state", flat=True)) == {"approved"}


def test_undo_takes_all_of_it_back_but_what_has_gone(newsroom: Newsroom) -> None:
    version = adopted(newsroom, 3)
    head, address = newsroom.browse(newsroom.head), f"/network/yes/{version.pk}/"
    page = head.post(address, {"post": keys(head.get(address))}, follow=True)
    assert f'action="{address}undo/"' in page.content.decode()
    gone = Post.objects.get(unit=newsroom.hospital)
    Delivery.objects.filter(post_id=gone.pk).update(state="sent", sent_at=gone.created_at, settled_at=gone.created_at)
    said = head.post(f"{address}undo/", follow=True).content.decode()
    assert "در ۲ واحد پس گرفته شد" in said and f"{newsroom.hospital.name}: " in said
    assert Post.objects.filter(state="submitted").count() == 2
    assert not Delivery.objects.exclude(post_id=gone.pk).exclude(state="cancelled").exists()


def test_what_changed_meanwhile_stays_and_the_others_go(newsroom: Newsroom) -> None:
    version = adopted(newsroom, 3)
    head, address = newsroom.browse(newsroom.head), f"/network/yes/{version.pk}/"
    shown = keys(head.get(address))
    mine = Adoption.objects.get(offer__unit=newsroom.faculty)
    publishing.return_post(mine.post, "کوتاه‌تر", by=newsroom.head)
    said = head.post(address, {"post": shown}, follow=True).content.decode()
    assert "در ۲ واحد تأیید شد" in said and f"{newsroom.faculty.name}: " in said
    mine.post.refresh_from_db()
    assert mine.post.state == "returned"
    assert not Delivery.objects.filter(post_id=mine.post_id).exists()


def test_a_unit_taken_out_keeps_waiting_and_a_forged_set_gets_no_yes(newsroom: Newsroom) -> None:
    version = adopted(newsroom, 3)
    own = newsroom.submitted(
        by=newsroom.officer,
        unit=newsroom.hospital,
        channel_ids=frozenset(Channel.objects.filter(unit=newsroom.hospital).values_list("pk", flat=True)),
    )
    head, address = newsroom.browse(newsroom.head), f"/network/yes/{version.pk}/"
    first, second, third = keys(head.get(address))
    forged = f"{third.partition(':')[0]}:{'0' * 64}"
    head.post(address, {"post": [first, forged, f"{own.pk}:{shown_set(own).digest}", "x", ""]})
    assert [str(pk) for pk in Approval.objects.order_by().values_list("copy__post_id", flat=True).distinct()] == [
        first.partition(":")[0]
    ]
    assert Post.objects.filter(state="submitted").count() == 3
    assert second in keys(head.get(address))


def test_whoever_wrote_it_or_may_not_approve_says_no_yes(newsroom: Newsroom) -> None:
    version = adopted(newsroom)
    address = f"/network/yes/{version.pk}/"
    shown = keys(newsroom.browse(newsroom.head).get(address))
    accounts.grant_role(newsroom.editor, RoleKind.HEAD, unit=newsroom.headquarters, by=None)
    wrote = newsroom.browse(newsroom.editor)
    assert keys(wrote.get(address)) == []
    assert OWN in wrote.post(address, {"post": shown}, follow=True).content.decode()
    post = Post.objects.first()
    assert post and OWN in wrote.get(f"/posts/{post.pk}/approval/").content.decode()
    for person in (newsroom.officer, newsroom.auditor, newsroom.outsider):
        assert newsroom.browse(person).post(address, {"post": shown}).status_code in (403, 404)
    assert not Approval.objects.exists()


def test_questions_do_not_grow_with_units(newsroom: Newsroom) -> None:
    counted = []
    for units in (2, 6):
        version = adopted(newsroom, units)
        head, address = newsroom.browse(newsroom.head), f"/network/yes/{version.pk}/"
        head.get(address)
        with CaptureQueriesContext(connection) as asked:
            page = head.get(address)
        counted.append(len(asked))
    assert len(page.context["shown"].rows) == 6 and counted[0] == counted[1]
