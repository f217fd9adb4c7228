"""The head chooses what the unit takes by itself, sees what was taken, takes it back, and ends it with one tap."""

import pytest

from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.jobs import take
from ravi.network.models import AutoAdoption, Offer
from ravi.network.rules import Aim, MessageKind, TargetKind
from ravi.publishing.rules import Topic
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db


def closure(newsroom: Newsroom) -> Offer:
    """A notice of headquarters before the hospital, answered by the side job."""
    top = newsroom.headquarters
    fields = MessageFields(topic=Topic.ORGANISATION, kind=MessageKind.NOTICE, aims=(Aim(TargetKind.TREE, top.pk),))
    words = VersionFields(title="تعطیلی فردا", text="فردا بسته‌ایم.")
    message = services.draft_message(top, fields, words, by=newsroom.editor)
    version = message.versions.get()
    services.issue_version(version, expected_revision=version.revision, by=newsroom.editor)
    take(top.institution_id, message.pk)
    return Offer.objects.get(message=message, unit=newsroom.hospital)


def test_from_the_inbox_to_a_notice_that_took_itself_and_back(newsroom: Newsroom) -> None:
    head, address = newsroom.browse(newsroom.unit_head), f"/network/units/{newsroom.hospital.pk}/by-itself/"
    assert f'href="{address}"' in head.get("/network/offers/").content.decode()
    assert f'href="{address}"' in head.get(f"/units/{newsroom.hospital.pk}/").content.decode()
    assert "هر بار از واحد پرسیده می‌شود" in head.get(address).content.decode()
    assert head.post(address, {"kinds": []}).status_code == 422
    assert "آگهی‌ها خودکار پذیرفته می‌شوند" in head.post(address, {"kinds": ["notice"]}, follow=True).content.decode()
    offer = closure(newsroom)
    page = f"/network/offers/{offer.pk}/"
    said = head.get(page).content.decode()
    assert "طبق قرار" in said and "پس می‌گیریم" in said
    assert "خودکار پذیرفته شد؛" in head.get("/network/offers/").content.decode()
    board = newsroom.browse(newsroom.editor)
    assert "۱ واحد آن را خودکار پذیرفت." in board.get(f"/network/{offer.message_id}/uptake/").content.decode()
    table = board.get(f"/network/{offer.message_id}/uptake.csv").content.decode()
    assert "خودکار پذیرفته شد" in table
    before = head.get(page).context["form"].initial["before"]
    head.post(f"{page}take-back/", {"before": before})
    offer.refresh_from_db()
    assert offer.state == "open"
    head.post(f"{address}end/")
    assert AutoAdoption.objects.get().end_reason == "ended"


def test_an_officer_reads_it_and_changes_nothing(newsroom: Newsroom) -> None:
    officer, address = newsroom.browse(newsroom.officer), f"/network/units/{newsroom.hospital.pk}/by-itself/"
    page = officer.get(address).content.decode()
    assert "این را سرپرست واحد برمی‌گزیند" in page and 'name="kinds"' not in page
    assert officer.post(address, {"kinds": ["notice"]}).status_code == 403
    assert officer.post(f"{address}end/").status_code == 403
    assert officer.get(f"/network/units/{newsroom.headquarters.pk}/by-itself/").status_code == 404
    assert newsroom.browse(newsroom.neighbour).get(address).status_code == 404
