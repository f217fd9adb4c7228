"""The record is for head and auditor, in sentences, and says at once when a link is not what it was."""

import ast
from pathlib import Path

import psycopg
import pytest

import ravi
from conftest import build_house
from ravi.accounts import services as accounts
from ravi.accounts.models import Institution
from ravi.core.tenancy import tenant
from ravi.desk.record import VERBS, problems

SOURCE = Path(ravi.__file__).parent
# Functions through which verbs reach core.audit.record.
WRITERS = {"record", "note", "_record", "_record_many", "_note", "_note_role"}


@pytest.mark.django_db
def test_record_is_read_by_head_and_auditor_only(house, sign_in):
    for name, person in house.people().items():
        expected = 200 if name in ("head", "auditor", "outsider") else 403
        assert sign_in(person).get("/audit/").status_code == expected


@pytest.mark.django_db
def test_outsider_reads_own_record_only(house, sign_in):
    mine = sign_in(house.auditor).get("/audit/").content.decode()
    theirs = sign_in(house.outsider).get("/audit/").content.decode()
    assert str(VERBS["grant_role"]) in mine and str(VERBS["grant_role"]) in theirs
    assert f"accounts.unit {house.hospital.pk} " in mine and f"accounts.unit {house.hospital.pk} " not in theirs


@pytest.mark.django_db
def test_whole_record_says_so(house, sign_in):
    said = sign_in(house.auditor).get("/audit/?check=1").content.decode()
    assert "is-knot" in said and 'role="alert"' not in said


def test_damaged_record_says_where(fresh_database, sign_in):
    house = build_house()
    Institution.objects.update(is_demo=True)
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("alter table core_audit_entry disable trigger append_only")
        admin.execute("update core_audit_entry set body = replace(body, 'add_unit', 'x') where seq = 2")
    with tenant(house.institution.pk):
        assert problems(house.institution.pk)
    assert 'role="alert"' in sign_in(house.auditor).get("/audit/?check=1").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3, 100])
def test_record_asks_the_same_number_of_questions(house, sign_in, count, django_assert_max_num_queries):
    for number in range(count):
        accounts.add_person(f"p{number}", "نام", None, institution=house.institution, by=house.head)
    browser = sign_in(house.auditor)
    with django_assert_max_num_queries(12):
        browser.get("/audit/")


ENGINE = {"delivery.batch"}  # linked once per settled batch, in the engine's own store


def test_every_verb_in_the_code_has_its_words():
    assert verbs_in_code() | ENGINE == set(VERBS)


def verbs_in_code() -> set[str]:
    """First arguments of the functions that write links, wherever they are called."""
    found: set[str] = set()
    for path in SOURCE.rglob("services*/**/*.py"):
        found |= verbs_in(path)
    for path in (*SOURCE.rglob("services.py"), *SOURCE.rglob("restoration.py")):
        found |= verbs_in(path)
    return found


def verbs_in(path: Path) -> set[str]:
    found: set[str] = set()
    if "tests" in path.parts:
        return found
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in WRITERS and node.args:
            found |= {
                part.value
                for part in ast.walk(node.args[0])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
