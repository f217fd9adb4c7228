"""The record is for head and auditor, in sentences, and says at once when a link is not what it was."""

import ast
import re
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.utils.translation import override

import ravi
from conftest import build_house
from ravi.accounts import services as accounts
from ravi.accounts.models import Institution
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.core.models import AuditEntry
from ravi.core.tenancy import tenant
from ravi.delivery import services as delivery
from ravi.delivery.rules import Scope
from ravi.desk.record import VERBS, lines, problems
from ravi.desk.record_facts import LABELS, NAMED, NUMBERS, SUBJECTS, Names, said
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.publishing import services as publishing
from ravi.publishing.draft import DraftFields

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
    assert house.hospital.name in mine and house.hospital.name not in theirs


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
    return {verb for path in writers() for verb in verbs_in(path)}


def writers() -> list[Path]:
    """Whatever may write a link: everything but tests, and core, which does not know what is written."""
    every = (path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
    return [SOURCE / path for path in every if "tests" not in path.parts and path.parts[0] != "core"]


def verbs_in(path: Path) -> set[str]:
    found: set[str] = set()
    if "audit" not in (text := path.read_text("utf-8")) and "note(" not in text:
        return found
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _name(node.func) in WRITERS and node.args:
            found |= {
                part.value
                for part in ast.walk(node.args[0])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.django_db
def test_a_persian_reader_meets_no_word_of_the_code(newsy_house):
    with tenant(newsy_house.institution.pk), override("fa"):
        told = lines(AuditEntry.objects.filter(institution_id=newsy_house.institution.pk))
    words = [(line.subject, str(line.did), *[word for fact in line.facts for word in fact]) for line in told]
    names = {person.name for person in newsy_house.people().values()} | {"nemuneh"}
    latin = {word for line in words for word in re.findall(r"\b[A-Za-z_.]{3,}\b", " ".join(line))}
    assert latin <= names
    assert "نقش" in " ".join(word for line in words for word in line)


@pytest.fixture
def newsy_house(house):
    """The house after some of everything: its record has facts of many kinds."""
    unit = accounts.add_unit("بیمارستان نو", UnitKind.HOSPITAL, parent=house.headquarters, by=house.head)
    person = accounts.add_person("p0", "پریسا نیک‌رو", None, institution=house.institution, by=house.head)
    accounts.end_role(accounts.grant_role(person, RoleKind.UNIT_HEAD, unit=unit, by=house.head), by=house.head)
    new = NewChannel(unit=unit, platform="telegram", adapter="sandbox", handle="nemuneh", purpose="خبر")
    channel = directory.open_channel(new, by=house.head)
    directory.lend_channel(channel, by=None)
    post = publishing.start_post(
        house.headquarters, DraftFields(topic="organisation", title="واکسن", text="متن"), by=house.editor
    )
    publishing.save_draft(post, DraftFields(title="دیگر", text="متن"), expected_revision=post.revision, by=house.editor)
    delivery.stop(Scope.UNIT, str(unit.pk), by=house.head, reason="", institution_id=house.institution.pk)
    return house


def test_every_fact_in_the_code_has_its_words():
    assert facts_in_code() <= set(LABELS)


def test_every_kind_of_subject_has_its_words():
    kinds = {model._meta.label_lower for model in apps.get_models() if model._meta.label_lower in SUBJECTS}
    assert set(SUBJECTS) - kinds == {"delivery.ledger"}  # the engine's own name for the lines that it links


def test_every_number_that_names_something_is_known_as_one():
    """A fact whose value is a row's number in the code; what is counted has its thousands set apart, and this has not."""
    naming = {name for name, value in written_facts() if re.search(r"(\.pk|_id)\]?$|^ids\b|\.pk if ", value)}
    assert {"correction", "comment", "return", "ids", "call"} <= naming
    assert naming <= NUMBERS | set(NAMED) | {"to", "key"}


def test_every_fact_of_every_verb_stands_in_persian_digits_with_its_word():
    with override("fa"):
        for name in sorted(facts_in_code()):
            ((called, shown),) = said({name: 12345}, Names())
            assert re.search("[A-Za-z0-9]", called + shown) is None, (name, called, shown)
            assert ("٬" in shown) is (name not in NUMBERS | set(NAMED)), (name, shown)
            ((_called, shown),) = said({name: "12345"}, Names())
            assert shown == "۱۲۳۴۵", (name, shown)


def facts_in_code() -> set[str]:
    """Names in the dictionaries that the functions which write links are given, or that stand as `facts` before."""
    return {name for name, _value in written_facts()}


def written_facts() -> set[tuple[str, str]]:
    """With the expression of their value."""
    found: set[tuple[str, str]] = set()
    for path in writers():
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "audit" in text or "note(" in text else ():
            if isinstance(node, ast.Call) and _name(node.func) in WRITERS:
                given = [*node.args[1:], *(word.value for word in node.keywords)]
                found |= {pair for one in given for pair in pairs_of(one)}
            if isinstance(node, ast.Assign | ast.AnnAssign) and _name_of_target(node) in ("facts", "counts"):
                found |= pairs_of(node.value) if node.value else set()
    return found


def pairs_of(node: ast.AST) -> set[tuple[str, str]]:
    return {
        (key.value, ast.unparse(value))
        for part in ast.walk(node)
        if isinstance(part, ast.Dict)
        for key, value in zip(part.keys, part.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _name_of_target(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""
