"""Rights follow from roles, units and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravi.accounts.rules import INSTITUTION_WIDE, MAY, Ability, RoleKind, UnitKind, may_hold, rights_of

# 1 headquarters, 2 hospital, 3 network with health house 4, 21 begins like 2
PATHS = {1: "1/", 2: "1/2/", 3: "1/3/", 4: "1/3/4/", 21: "1/21/"}


def test_unit_role_reaches_its_subtree_only():
    rights = rights_of([(RoleKind.UNIT_HEAD, 3)], PATHS)
    assert rights.units == {3, 4}
    assert rights.may(Ability.WRITE_POST, 4)
    assert not rights.may(Ability.WRITE_POST, 2)


def test_unit_with_a_longer_number_is_not_under_a_shorter_one():
    assert rights_of([(RoleKind.UNIT_OFFICER, 2)], PATHS).units == {2}


def test_institution_wide_roles_see_the_whole_tree():
    for kind in INSTITUTION_WIDE:
        assert rights_of([(kind, 1)], PATHS).units == frozenset(PATHS)


def test_nobody_without_a_role_may_anything():
    rights = rights_of([], PATHS)
    assert not any(rights.may(ability) for ability in Ability)
    assert not rights.units


def test_only_the_expert_approves_health_facts():
    assert [kind for kind in RoleKind if Ability.APPROVE_HEALTH_POST in MAY[kind]] == [RoleKind.EXPERT]


def test_who_writes_for_the_network_does_not_approve():
    assert Ability.APPROVE_POST not in MAY[RoleKind.EDITOR]
    assert Ability.WRITE_POST not in MAY[RoleKind.EXPERT]


def test_the_auditor_only_reads():
    assert MAY[RoleKind.AUDITOR] == {Ability.SEE_ALL_UNITS, Ability.READ_AUDIT}


@given(st.lists(st.tuples(st.sampled_from(RoleKind), st.sampled_from(sorted(PATHS)))))
def test_more_roles_never_take_a_right_away(roles):
    whole = rights_of(roles, PATHS)
    for one in roles:
        part = rights_of([one], PATHS)
        assert part.units <= whole.units
        for ability in Ability:
            for unit in PATHS:
                assert not part.may(ability, unit) or whole.may(ability, unit)


@pytest.mark.parametrize("kind", RoleKind)
def test_a_role_is_held_where_it_belongs(kind):
    assert may_hold(kind, UnitKind.HEADQUARTERS) == (kind in INSTITUTION_WIDE)
    assert may_hold(kind, UnitKind.HOSPITAL) == (kind not in INSTITUTION_WIDE)
