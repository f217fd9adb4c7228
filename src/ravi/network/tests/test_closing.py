"""A unit ends in the middle of a campaign, alone or in another one: nothing of its work is lost, nothing new reaches it."""

import pytest
from django.core.exceptions import PermissionDenied

from ravi.accounts import services as accounts
from ravi.accounts.closing import close_unit, foretold, possible_successors
from ravi.accounts.models import Role, Unit
from ravi.accounts.queries import forget_rights, units_visible_to, units_written_for
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.accounts.services import AccountRefused
from ravi.core import audit
from ravi.directory import services as directory
from ravi.directory.models import Channel
from ravi.directory.services import NewChannel
from ravi.network import services
from ravi.network.models import Offer
from ravi.network.queries.target import reached_unit_ids
from ravi.network.rules import OfferState
from ravi.network.services import Answer
from ravi.network.tests.test_based_on import issue_next
from ravi.notices.models import Notice
from ravi.publishing import services as publishing
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def channels(house):
    """Two of the hospital's, one of the faculty's."""
    for unit, platform, handle in (
        (house.hospital, "telegram", "omid_tg"),
        (house.hospital, "bale", "omid_bale"),
        (house.faculty, "telegram", "faculty_tg"),
    ):
        directory.open_channel(NewChannel(unit, platform, "sandbox", handle, "خبر"), by=None)
    return list(Channel.objects.filter(unit=house.hospital))


def adopted(house, message, channels) -> Post:
    offer = Offer.objects.get(message=message, unit=house.hospital)
    ids = [channel.pk for channel in channels]
    done = services.adopt_offer(offer, Answer(message.current_id), channel_ids=ids, by=house.officer)
    post = done.adoption.post
    publishing.approve_post(post, by=house.expert, hashes=shown_set(post).hashes)
    post.refresh_from_db()
    return post


def merge(house):
    return close_unit(house.hospital, successor=house.faculty, by=house.head)


def test_a_merged_unit_takes_its_channels_people_and_published_work_along(house, offered, channels):
    post = adopted(house, offered(), channels)
    merge(house)
    assert set(Channel.objects.filter(unit=house.faculty).values_list("handle", "state")) == {
        ("omid_tg", "active"),
        ("omid_bale", "active"),
        ("faculty_tg", "active"),
    }
    for person in (house.officer, house.unit_head, house.neighbour):
        forget_rights(person)
        assert list(units_written_for(person)) == [house.faculty]
    kinds = Role.objects.filter(person=house.unit_head, ended_at=None).values_list("unit", "kind")
    assert list(kinds) == [(house.faculty.pk, "unit_officer")]
    taken_back = publishing.withdraw_post(post, by=house.neighbour)
    assert taken_back.cancelled == 2
    assert audit.verify(house.institution.pk) == []


def test_what_nobody_had_answered_stands_before_the_successor(house, draft, offered, channels):
    from ravi.network.rules import Aim, TargetKind  # noqa: PLC0415 -- only here

    both = offered()
    only = offered(aims=(Aim(TargetKind.UNIT, house.hospital.pk),))
    merge(house)
    assert set(Offer.objects.filter(unit=house.hospital).values_list("state", flat=True)) == {OfferState.CLOSED}
    mine = Offer.objects.filter(unit=house.faculty)
    assert set(mine.values_list("message", "state")) == {(both.pk, "open"), (only.pk, "open")}


def test_an_answer_that_was_given_stays_with_its_copies(house, offered, channels):
    message = offered()
    adopted(house, message, channels)
    merge(house)
    assert Offer.objects.get(message=message, unit=house.hospital).state == OfferState.ADOPTED


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("person", "url"))


def of_hospital(house, message, *people):
    page = f"/network/offers/{Offer.objects.get(message=message, unit=house.hospital).pk}/"
    return {(person.pk, page) for person in people}


def test_of_a_new_version_hears_whoever_answers_for_the_merged_unit_now(house, offered, words, channels):
    message = offered()
    post = adopted(house, message, channels)
    merge(house)
    issue_next(house, message, words, title="دوز دوم، با نشانی تازه")
    assert told("version_changed") == of_hospital(house, message, house.neighbour, house.officer, house.unit_head)
    assert Notice.objects.filter(kind="version_changed", params__waits=True).count() == 3
    post.refresh_from_db()
    assert post.halted_at


def test_after_two_mergers_the_last_successor_hears_of_it(house, offered, words, channels):
    third = accounts.add_unit("بیمارستان سینا", UnitKind.HOSPITAL, parent=house.headquarters, by=None)
    message = offered()
    adopted(house, message, channels)
    merge(house)
    close_unit(house.faculty, successor=third, by=house.head)
    issue_next(house, message, words, title="دوز دوم، با نشانی تازه")
    assert told("version_changed") == of_hospital(house, message, house.neighbour, house.officer, house.unit_head)


def test_of_a_withdrawal_hears_whoever_answers_for_what_the_merged_unit_took(house, offered, channels):
    took, left = offered(), offered()
    adopted(house, took, channels)
    merge(house)
    for message in (took, left):
        services.withdraw_message(message, reason="تاریخ اشتباه بود", by=house.head)
    heard = told("message_withdrawn")
    assert heard >= of_hospital(house, took, house.neighbour, house.officer, house.unit_head)
    assert not {page for _person, page in heard} & {page for _person, page in of_hospital(house, left, house.officer)}


def test_a_unit_that_ends_alone_retires_its_channels_and_is_reached_no_more(house, offered, channels):
    message = offered()
    close_unit(house.hospital, successor=None, by=house.head)
    assert set(Channel.objects.filter(unit=house.hospital).values_list("state", "listed")) == {("retired", False)}
    assert house.hospital.pk not in reached_unit_ids(message)
    assert Offer.objects.get(message=message, unit=house.hospital).state == OfferState.CLOSED
    forget_rights(house.officer)
    assert not units_visible_to(house.officer)
    assert house.hospital in units_visible_to(house.head)


def test_twice_is_once_and_another_end_is_refused(house, channels):
    assert merge(house).closed_at == merge(house).closed_at
    with pytest.raises(AccountRefused, match="بسته"):
        close_unit(house.hospital, successor=None, by=house.head)


def test_what_cannot_end_says_why(house):
    below = accounts.add_unit("درمانگاه", UnitKind.CENTRE, parent=house.hospital, by=None)
    for unit, successor in (
        (house.headquarters, None),
        (house.hospital, None),  # something stands under it
        (below, below),
        (below, house.other_unit),
    ):
        with pytest.raises(AccountRefused):
            close_unit(unit, successor=successor, by=house.head)
    assert house.other_unit not in possible_successors(below, house.head)
    for person in (house.unit_head, house.editor, house.outsider):
        with pytest.raises(PermissionDenied):
            close_unit(below, successor=None, by=person)
    assert not Unit.objects.exclude(closed_at=None).exists()


def test_what_ended_under_it_before_moves_along(house):
    below = accounts.add_unit("درمانگاه", UnitKind.CENTRE, parent=house.hospital, by=None)
    close_unit(below, successor=house.hospital, by=house.head)
    merge(house)
    below.refresh_from_db()
    assert below.path == f"{house.faculty.path}{house.hospital.pk}/{below.pk}/"
    forget_rights(house.neighbour)
    assert below in units_visible_to(house.neighbour)


def test_nobody_begins_to_serve_in_a_closed_unit_and_its_name_is_free(house):
    close_unit(house.hospital, successor=None, by=house.head)
    with pytest.raises(AccountRefused):
        accounts.grant_role(house.officer, RoleKind.UNIT_OFFICER, unit=house.hospital, by=house.head)
    with pytest.raises(AccountRefused):
        accounts.add_unit("درمانگاه", UnitKind.CENTRE, parent=house.hospital, by=house.head)
    again = accounts.add_unit(house.hospital.name, UnitKind.HOSPITAL, parent=house.headquarters, by=house.head)
    assert again.pk != house.hospital.pk


def test_the_page_foretells_what_happens(house, offered, channels):
    offered()
    said = foretold(house.hospital, house.faculty)
    assert said["people"] == 2
    assert any("۲ کانال" in sentence for sentence in said["follows"])
    assert any("۱ " in sentence for sentence in said["follows"])
