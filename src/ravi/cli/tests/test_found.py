"""An institution from the command line: its head signs in and must set up a second factor; what cannot be taken is said."""

import argparse
import io
from typing import Any

import pytest
from django.test import Client

from ravi.accounts.models import Institution, Person
from ravi.accounts.queries import headquarters, rights
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.accounts.services import add_unit
from ravi.cli import found
from ravi.core.tenancy import tenant

PASSWORD = "a long password 14"  # noqa: S105 -- of a made-up person


def asked(**wanted: str) -> argparse.Namespace:
    plain = {"slug": "mehregan", "name": "دانشگاه مهرگان", "head": "maryam", "head_name": "مريم راد"}
    return argparse.Namespace(**(plain | wanted))


def test_the_head_of_a_new_institution_signs_in_and_sets_up_a_second_factor(house: Any) -> None:
    assert "دانشگاه مهرگان stands" in found.found(asked(), PASSWORD)
    person = Person.objects.select_related("institution").get(username="maryam")
    assert (person.name, person.institution.slug, person.institution.is_demo) == ("مریم راد", "mehregan", False)
    with tenant(person.institution_id):
        assert rights(person).kinds == {RoleKind.HEAD}
    browser = Client()
    browser.post("/sign-in/", {"login": "maryam", "password": PASSWORD})
    answer = browser.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/second-factor/")


@pytest.mark.parametrize(
    ("wanted", "password", "said"),
    [
        ({"slug": "دانشگاه"}, PASSWORD, "Short name"),
        ({"head": "مریم"}, PASSWORD, "User name"),
        ({"name": " "}, PASSWORD, "Name of the institution"),
        ({}, "short", "First password"),
        ({}, "", "First password"),
        ({"slug": "sample"}, PASSWORD, "Another institution has this short name"),
        ({"head": "editor"}, PASSWORD, "This user name is taken"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_written(
    house: Any, wanted: dict[str, str], password: str, said: str
) -> None:
    before = Institution.objects.count()
    with pytest.raises(found.NotFounded, match=said):
        found.found(asked(**wanted), password)
    assert Institution.objects.count() == before


def test_a_password_comes_from_stdin_and_never_from_an_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nmore\n"))
    assert found.asked_password("maryam") == PASSWORD


def test_the_first_page_of_a_new_institution_says_the_next_step_until_all_is_there(house: Any, sign_in: Any) -> None:
    found.found(asked(), PASSWORD)
    Institution.objects.filter(slug="mehregan").update(is_demo=True)  # the second factor is not the matter here
    head = Person.objects.get(username="maryam")
    browser = sign_in(head)
    page = browser.get("/").content.decode()
    assert "گام‌های نخست" in page
    assert "/people/new/" in page
    with tenant(head.institution_id):
        add_unit("بیمارستان", UnitKind.HOSPITAL, parent=headquarters(head.institution_id), by=head)
    assert browser.get("/").content.decode().count("انجام شد") == 1


def test_where_nobody_can_sign_in_yet_the_page_says_what_to_do(fresh_database: Any) -> None:
    assert "ravi found" in Client().get("/sign-in/").content.decode()
