"""The pages of sign-in, people and units, each with an outsider at the door."""

import pytest
from axes.models import AccessAttempt

from conftest import PASSWORD
from ravi.accounts import services
from ravi.accounts.models import Person, Role, Unit
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.accounts.sign_in import MOST_FROM_ONE_PLACE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relaxed(house):
    """These tests are about rights; the second factor has its own."""
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True
        institution.save()
    for person in house.people().values():
        person.refresh_from_db()


def test_sign_in_with_name_and_password(house, client):
    services.set_password(house.editor, PASSWORD, by=house.head)
    answer = client.post("/sign-in/", {"login": "Editor", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/me/").status_code == 200


def test_wrong_password_keeps_the_name_and_says_so(house, client):
    answer = client.post("/sign-in/", {"login": "editor", "password": "no"})
    assert answer.status_code == 200
    assert "editor" in answer.content.decode()


def test_one_password_on_many_names_closes_the_place_for_a_while(house, client):
    services.set_password(house.editor, PASSWORD, by=house.head)
    told = {"user_agent": "x", "failures_since_start": 1}
    AccessAttempt.objects.bulk_create(
        [AccessAttempt(username=f"name{n}", ip_address="203.0.113.9", **told) for n in range(MOST_FROM_ONE_PLACE - 1)]
    )
    client.post("/sign-in/", {"login": "nobody", "password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    right = {"login": "editor", "password": PASSWORD}
    page = client.post("/sign-in/", right, REMOTE_ADDR="203.0.113.9").content.decode()
    assert "رمزهای نادرست بسیاری آمد" in page
    assert client.post("/sign-in/", right, REMOTE_ADDR="203.0.113.10").status_code == 302


def test_many_wrong_passwords_close_the_name_for_a_while(house, client):
    services.set_password(house.editor, PASSWORD, by=house.head)
    for _ in range(8):
        client.post("/sign-in/", {"login": "editor", "password": "no"})
    answer = client.post("/sign-in/", {"login": "editor", "password": PASSWORD})
    assert answer.status_code in {403, 429}
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client):
    before = Person.objects.count()
    client.post("/sign-up/", {"username": "x", "password1": PASSWORD})
    assert Person.objects.count() == before


def test_head_adds_a_person_with_a_role(house, sign_in):
    browser = sign_in(house.head)
    answer = browser.post("/people/new/", {"name": "علي كريمي", "username": "ali", "password": PASSWORD})
    added = Person.objects.get(username="ali")
    assert answer.url == f"/people/{added.pk}/"
    assert added.name == "علی کریمی"
    browser.post(f"/people/{added.pk}/roles/", {"kind": "unit_officer", "unit": house.hospital.pk})
    assert Role.objects.get(person=added).unit == house.hospital


def test_invisible_name_is_refused(house, sign_in):
    answer = sign_in(house.head).post(
        "/people/new/", {"name": "\u200f\u200f", "username": "ghost", "password": PASSWORD}
    )
    assert answer.status_code == 200
    assert not Person.objects.filter(username="ghost").exists()


def test_officer_may_not_add_people(house, sign_in):
    assert sign_in(house.officer).get("/people/new/").status_code == 403


def test_officer_does_not_find_a_neighbour(house, sign_in):
    browser = sign_in(house.officer)
    assert browser.get(f"/people/{house.neighbour.pk}/").status_code == 404
    assert browser.get(f"/units/{house.faculty.pk}/").status_code == 404
    assert browser.get(f"/units/{house.hospital.pk}/").status_code == 200


def test_outsider_finds_nothing(house, sign_in):
    browser = sign_in(house.outsider)
    for address in (f"/people/{house.head.pk}/", f"/units/{house.hospital.pk}/", f"/units/{house.hospital.pk}/name/"):
        assert browser.get(address).status_code == 404, address


def test_head_plants_and_renames_a_unit(house, sign_in):
    browser = sign_in(house.head)
    browser.post("/units/new/", {"name": "شبكه بهداشت", "kind": "county_network", "parent": house.headquarters.pk})
    unit = Unit.objects.get(kind="county_network")
    assert unit.name == "شبکه بهداشت"
    browser.post(f"/units/{unit.pk}/name/", {"name": "شبکهٔ بهداشت نارون"})
    assert Unit.objects.get(pk=unit.pk).name == "شبکهٔ بهداشت نارون"


def test_own_password_needs_the_old_one(house, sign_in):
    services.set_password(house.officer, PASSWORD, by=house.head)
    house.officer.refresh_from_db()
    browser = sign_in(house.officer)
    assert browser.post("/me/password/", {"current": "wrong", "new": "another long password"}).status_code == 200
    assert browser.post("/me/password/", {"current": PASSWORD, "new": "another long password"}).status_code == 302
    assert browser.get("/me/").status_code == 200


def test_key_is_shown_once(house, sign_in):
    browser = sign_in(house.editor)
    browser.post("/me/tokens/", {"name": "اتاق خبر"})
    assert "ravi_" in browser.get("/me/").content.decode()
    assert "ravi_" not in browser.get("/me/").content.decode().replace("ravi_language", "")


def test_language_is_chosen_and_kept(house, sign_in):
    browser = sign_in(house.editor)
    assert 'lang="fa-IR" dir="rtl"' in browser.get("/me/").content.decode()
    browser.post("/me/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert 'lang="en" dir="ltr"' in browser.get("/me/").content.decode()


@pytest.mark.parametrize("address", ["/people/", "/units/"])
@pytest.mark.parametrize("count", [1, 3, 100])
def test_lists_ask_a_bounded_number_of_questions(house, sign_in, address, count, django_assert_max_num_queries):
    for number in range(count):
        person = services.add_person(f"p{number}", f"نام {number}", None, institution=house.institution, by=None)
        unit = services.add_unit(f"واحد {number}", UnitKind.CENTRE, parent=house.headquarters, by=None)
        services.grant_role(person, RoleKind.UNIT_OFFICER, unit=unit, by=None)
    browser = sign_in(house.head)
    with django_assert_max_num_queries(12):
        assert browser.get(address).status_code == 200


def test_head_hands_over_a_new_password(house, sign_in, client):
    browser = sign_in(house.officer)
    assert browser.get("/me/").status_code == 200
    sign_in(house.head).post(f"/people/{house.officer.pk}/password/", {"password": PASSWORD})
    assert browser.get("/me/").status_code == 302
    client.post("/sign-in/", {"login": "officer", "password": PASSWORD})
    assert client.get("/me/").status_code == 200


def test_others_hand_over_nothing(house, sign_in):
    for person in (house.editor, house.unit_head, house.outsider):
        answer = sign_in(person).post(f"/people/{house.officer.pk}/password/", {"password": PASSWORD})
        assert answer.status_code == 404
