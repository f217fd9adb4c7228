"""Not my field: another is asked, nobody loses it. Away: the stand-in is told, who holds the right already."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from ravi.accounts import absence as absences
from ravi.accounts import services as accounts
from ravi.accounts.models import Absence
from ravi.accounts.rules import APPROVING, HeldRole, Rights, RoleKind, may_stand_in
from ravi.accounts.services import AccountRefused
from ravi.core import clock
from ravi.notices.models import Notice
from ravi.publishing import services
from ravi.publishing.errors import DraftRefused, NotNow
from ravi.publishing.models import PassOn
from ravi.publishing.queries import asked_for, posts_awaiting, shown_set

from .conftest import approved, submitted

KINDS = st.sets(st.sampled_from(RoleKind))


def rights_with(kinds: set[RoleKind]) -> Rights:
    return Rights(tuple(HeldRole(kind, 1, frozenset({1})) for kind in sorted(kinds)))


@given(KINDS, KINDS)
def test_standing_in_lends_no_right(theirs: set[RoleKind], mine: set[RoleKind]) -> None:
    there, here = rights_with(theirs), rights_with(mine)
    if may_stand_in(there, here):
        assert not [ability for ability in APPROVING if here.may(ability) and not there.may(ability)]


@pytest.fixture
def second(house: Any) -> Any:
    """Another health expert."""
    added = accounts.add_person("expert2", "expert2", None, institution=house.institution, by=None)
    accounts.grant_role(added, RoleKind.EXPERT, unit=house.headquarters, by=None)
    return added


def away(person: Any, stand_in: Any = None, *, days: int = 3, by: Any = None) -> Absence:
    now = clock.now()
    return absences.note_absence(
        person, starts_at=now, ends_at=now + timedelta(days=days), stand_in=stand_in, by=by or person
    )


@pytest.mark.django_db
def test_passed_on_leaves_one_queue_and_every_other_keeps_it(house, channels, second) -> None:
    post = submitted(house, channels)
    passed = services.pass_on(post, second, by=house.expert, note="واکسن")
    assert services.pass_on(post, second, by=house.expert, note="واکسن") == passed
    assert [list(posts_awaiting(who)) for who in (house.expert, second, house.head)] == [[], [post], [post]]
    assert Notice.objects.get(kind="post_passed").person == second
    services.pass_on(post, house.expert, by=second)
    assert [list(posts_awaiting(who)) for who in (house.expert, second)] == [[post], []]
    assert services.approve_shown(post, by=second, digest=shown_set(post).digest).delivery_ids
    assert not Notice.objects.filter(kind="post_passed", read_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["left", "role", "away"])
def test_passed_to_somebody_who_cannot_any_more_comes_back(house, channels, second, how) -> None:
    post = submitted(house, channels, topic="health")
    services.pass_on(post, second, by=house.expert)
    assert list(posts_awaiting(house.expert)) == []
    if how == "left":
        accounts.record_leaver(second, by=house.head)
    elif how == "role":
        accounts.end_role(second.roles.get(ended_at=None), by=house.head)
    else:
        away(second)
    assert list(posts_awaiting(house.expert)) == [post]


@pytest.mark.django_db
def test_whatever_is_passed_somebody_has_it(house, channels, second) -> None:
    people = (house.head, house.expert, second)
    for one, two, three in product(people, repeat=3):
        post = submitted(house, channels)
        for by, to in ((one, two), (two, three), (three, one)):
            if by != to:
                services.pass_on(post, to, by=by)
        assert any(post in posts_awaiting(who) for who in people), (one, two, three)


@pytest.mark.django_db
def test_passed_only_to_who_may_and_only_while_it_waits(house, channels, second) -> None:
    post = submitted(house, channels, topic="health")
    for wrong in (house.head, house.editor, house.officer, house.expert):
        with pytest.raises(DraftRefused):
            services.pass_on(post, wrong, by=house.expert)
    with pytest.raises(PermissionDenied):
        services.pass_on(post, second, by=house.head)
    done = approved(house, channels)
    with pytest.raises(NotNow):
        services.pass_on(done, second, by=house.expert)
    assert not PassOn.objects.exists()


@pytest.mark.django_db
def test_requests_go_to_the_stand_in(house, channels, second) -> None:
    away(house.expert, second)
    submitted(house, channels, topic="health")
    assert [notice.person for notice in Notice.objects.filter(kind="post_submitted")] == [second]


@pytest.mark.django_db
def test_when_all_are_away_everybody_is_told_and_the_page_knows_until_when(house, channels) -> None:
    noted = away(house.expert)
    post = submitted(house, channels, topic="health")
    assert [notice.person for notice in Notice.objects.filter(kind="post_submitted")] == [house.expert]
    asked = asked_for(post, [])
    assert (asked.here, asked.away) == ((), ((house.expert, noted.ends_at),))
    absences.end_absence(house.expert, by=house.head)
    assert asked_for(post, []).here == (house.expert,)


@pytest.mark.django_db
def test_stand_in_is_told_once_when_the_absence_begins(house, channels, second) -> None:
    submitted(house, channels, topic="health")
    now = clock.now()
    absences.note_absence(
        house.expert, starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2), stand_in=second, by=house.head
    )
    assert services.tell_stand_ins(house.institution.pk) == 0
    with clock.at(now + timedelta(days=1, minutes=1)):
        assert (services.tell_stand_ins(house.institution.pk), services.tell_stand_ins(house.institution.pk)) == (1, 0)
    told = Notice.objects.get(kind="stands_in")
    assert (told.person, told.params["count"]) == (second, 1)


@pytest.mark.django_db
def test_stand_in_holds_the_right_already(house, second) -> None:
    for wrong in (house.head, house.editor, house.expert, house.outsider):
        with pytest.raises(AccountRefused):
            away(house.expert, wrong)
    assert absences.possible_stand_ins(house.expert) == [second]
    assert {one.pk for one in absences.possible_stand_ins(house.head)} == {house.expert.pk, second.pk}
    first, other = away(house.head, second), away(house.head, house.expert)
    assert list(Absence.objects.filter(ended_at=None)) == [other] and first.pk != other.pk
    with pytest.raises(AccountRefused):
        away(house.head, days=-1)
