"""What goes wrong with a message for the network, through the pages that people have: a message for nobody, a last day before
its time, an officer who leaves with five offers open."""

from datetime import timedelta
from typing import Any

import pytest

from ravi.accounts import services as accounts
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.network import services
from ravi.network.draft import MessageFields, VersionFields
from ravi.network.models import Message, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.errors import PostExpired
from ravi.publishing.models import Post
from tests.pages.conftest import Newsroom
from tests.pages.test_uptake import offer_of, offered, take

pytestmark = pytest.mark.django_db


def draft(newsroom: Newsroom, *, valid_for: timedelta | None = None, **fields: Any) -> Message:
    """Ready but for what is wrong with it."""
    top = newsroom.headquarters
    given: dict[str, Any] = {"topic": "organisation", "aims": (Aim(TargetKind.TREE, top.pk),)}
    until = clock.now() + valid_for if valid_for is not None else None
    words = VersionFields(title="تعطیلی", text="شنبه تعطیل است.", valid_until=until)
    return services.draft_message(top, MessageFields(**(given | fields)), words, by=newsroom.editor)


def offer_it(newsroom: Newsroom, message: Message) -> tuple[str, str]:
    """What the page says before, and what it says to whoever offers it all the same."""
    editor, address = newsroom.browse(newsroom.editor), f"/network/{message.pk}/issue/"
    before = editor.get(address).content.decode()
    assert 'name="revision"' not in before  # there is no button
    return before, editor.post(address, {"revision": "1"}, follow=True).content.decode()


def test_a_message_with_no_unit_is_said_and_not_offered(newsroom: Newsroom) -> None:
    message = draft(newsroom, aims=())
    assert all("این پیام به هیچ واحدی نمی‌رسد" in said for said in offer_it(newsroom, message))
    message.refresh_from_db()
    assert message.state == "draft" and not Offer.objects.exists()


@pytest.mark.parametrize(
    ("valid_for", "deadline", "why"),
    [
        (timedelta(days=2), timedelta(days=3), "یکی را عوض کنید"),
        (timedelta(hours=-1), None, "روز دیرتری"),
    ],
)
def test_a_last_day_that_is_too_soon_is_said_and_not_offered(
    newsroom: Newsroom, valid_for: timedelta, deadline: timedelta | None, why: str
) -> None:
    message = draft(newsroom, valid_for=valid_for, deadline=clock.now() + deadline if deadline else None)
    assert all(why in said for said in offer_it(newsroom, message))
    assert not Offer.objects.exists()


def test_an_answer_is_not_scheduled_behind_its_last_day(newsroom: Newsroom) -> None:
    message = draft(newsroom, valid_for=timedelta(days=2))
    version = message.versions.get()
    services.issue_version(version, expected_revision=version.revision, by=newsroom.editor)
    message.refresh_from_db()
    post = take(message, newsroom.hospital, newsroom.officer)
    for wait in (timedelta(days=2), timedelta(days=30)):
        with pytest.raises(PostExpired, match="معتبر است"):
            publishing.schedule_post(post, clock.now() + wait, by=newsroom.officer)
    publishing.schedule_post(post, clock.now() + timedelta(days=1), by=newsroom.officer)
    assert Post.objects.get(pk=post.pk).due_at is not None


def test_an_officer_who_leaves_with_five_offers_open_leaves_them_to_the_unit(newsroom: Newsroom) -> None:
    """They stay with the unit: its head finds them, the reminders go there, and whoever comes after begins with them."""
    messages = [offered(newsroom, title=f"پیام {n}", deadline=clock.now() + timedelta(days=2)) for n in range(5)]
    for message in messages:
        services.tell_offers(message.pk)
        services.see_offer(offer_of(message, newsroom.hospital), by=newsroom.officer)
    accounts.record_leaver(newsroom.officer, by=newsroom.head)
    addresses = [f"/network/offers/{offer_of(message, newsroom.hospital).pk}/" for message in messages]
    successor = accounts.add_person("successor", "جانشین", None, institution=newsroom.institution, by=None)
    accounts.grant_role(successor, RoleKind.UNIT_OFFICER, unit=newsroom.hospital, by=None)
    for person in (newsroom.unit_head, successor):
        inbox = newsroom.browse(person).get("/network/offers/").content.decode()
        assert all(f'href="{address}"' in inbox for address in addresses)
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        services.remind(newsroom.institution.pk)
    reminded = Notice.objects.filter(kind="offer_reminder", url__in=addresses).values_list(
        "person__username", flat=True
    )
    assert sorted(reminded) == sorted([newsroom.unit_head.username, successor.username] * 5)
    post = take(messages[0], newsroom.hospital, successor)
    post.refresh_from_db()
    assert post.state == "submitted" and post.author_id == successor.pk


def test_where_the_last_one_leaves_headquarters_sees_that_nobody_answers(newsroom: Newsroom) -> None:
    message = offered(newsroom)
    accounts.record_leaver(newsroom.neighbour, by=newsroom.head)
    page = newsroom.browse(newsroom.editor).get(f"/network/{message.pk}/uptake/")
    assert [unit.pk for unit in page.context["board"].nobody] == [newsroom.faculty.pk]
    assert newsroom.faculty.name in page.content.decode()
