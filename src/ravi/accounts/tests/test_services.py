"""People come, hold roles and leave; leaving closes everything at once."""

import hashlib

import pytest

from ravi.accounts import services
from ravi.accounts.models import AccessToken, Person, Role, Session
from ravi.accounts.queries import people_visible_to, people_who_may, rights, units_visible_to
from ravi.accounts.rules import Ability, RoleKind, UnitKind
from ravi.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_leaver_loses_sessions_roles_and_keys_at_once(house, sign_in):
    browser = sign_in(house.officer)
    token = services.issue_access_token(house.officer, "x", by=house.officer)
    assert browser.get("/me/").status_code != 302 or "second-factor" in browser.get("/me/").url
    services.record_leaver(house.officer, by=house.head)
    assert not Session.objects.filter(person_id=house.officer.pk).exists()
    assert not Role.objects.filter(person=house.officer, ended_at=None).exists()
    assert AccessToken.objects.get(digest=hashlib.sha256(token.encode()).hexdigest()).revoked_at
    assert browser.get("/me/").url.startswith("/sign-in/")
    assert not rights(Person.objects.get(pk=house.officer.pk)).roles


def test_leaver_cannot_sign_in_again(house, client):
    services.set_password(house.officer, "a long enough password", by=house.head)
    services.record_leaver(house.officer, by=house.head)
    client.post("/sign-in/", {"login": "officer", "password": "a long enough password"})
    assert "_auth_user_id" not in client.session


def test_nobody_records_their_own_leaving(house):
    with pytest.raises(services.AccountRefused):
        services.record_leaver(house.head, by=house.head)


def test_the_last_head_stays(house):
    role = Role.objects.get(person=house.head, kind=RoleKind.HEAD)
    with pytest.raises(services.AccountRefused):
        services.end_role(role, by=house.head)
    services.grant_role(house.editor, RoleKind.HEAD, unit=house.headquarters, by=house.head)
    services.end_role(role, by=house.editor)
    assert not rights(house.head).roles


def test_role_in_a_unit_of_the_wrong_kind_is_refused(house):
    with pytest.raises(services.AccountRefused):
        services.grant_role(house.officer, RoleKind.EDITOR, unit=house.hospital, by=house.head)
    with pytest.raises(services.AccountRefused):
        services.grant_role(house.outsider, RoleKind.UNIT_HEAD, unit=house.hospital, by=house.head)


def test_user_name_is_one_in_the_installation_whatever_its_case(house):
    with pytest.raises(services.AccountRefused):
        services.add_person("Outsider", "x", None, institution=house.institution, by=house.head)


def test_two_units_of_one_name_under_one_parent_are_refused(house):
    with pytest.raises(services.AccountRefused):
        services.add_unit(house.hospital.name, UnitKind.CENTRE, parent=house.headquarters, by=house.head)


def test_sight(house):
    assert set(units_visible_to(house.officer)) == {house.hospital}
    assert set(units_visible_to(house.editor)) == {house.headquarters, house.hospital, house.faculty}
    assert set(people_visible_to(house.officer)) == {house.officer, house.unit_head}
    assert house.outsider not in people_visible_to(house.head)


def test_people_who_may(house):
    assert set(people_who_may(house.institution.pk, Ability.APPROVE_HEALTH_POST)) == {house.expert}


def test_every_act_leaves_a_link(house):
    services.record_leaver(house.officer, by=house.head)
    verbs = set(AuditEntry.objects.filter(by_id=house.head.pk).values_list("verb", flat=True))
    assert {"end_role", "record_leaver"} <= verbs


def test_what_has_ended_stays_as_it_ended(house):
    """The same form twice: the second one writes nothing over the first."""
    role = Role.objects.get(person=house.officer)
    for by in (house.head, house.editor):
        services.end_role(Role.objects.get(pk=role.pk), by=by)
        services.record_leaver(Person.objects.get(pk=house.officer.pk), by=by)
    role.refresh_from_db()
    assert role.ended_by_id == house.head.pk
    assert AuditEntry.objects.filter(verb__in=["end_role", "record_leaver"]).count() == 2
