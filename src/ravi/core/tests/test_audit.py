"""The chain says so when a link was changed, removed or moved."""

import psycopg
import pytest
from django.utils import translation

from ravi.core import audit
from ravi.core.models import AuditEntry
from ravi.core.tenancy import tenant


@pytest.mark.django_db
def test_chain_of_the_founding_is_whole(house):
    assert AuditEntry.objects.count() > 5
    assert audit.verify(house.institution.pk) == []


@pytest.mark.django_db
def test_link_hash_is_the_same_in_python_and_in_the_database(house):
    seq = audit.record(
        "tested", by=house.head.pk, subject=house.hospital, institution_id=house.institution.pk, facts={"ن": 1}
    )
    entry = AuditEntry.objects.get(seq=seq)
    assert entry.hash == audit.link_hash(entry.previous_hash, seq, entry.body)
    assert (entry.verb, entry.by_id, entry.subject_type) == ("tested", house.head.pk, "accounts.unit")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            "update core_audit_entry set body = replace(body, 'add_unit', 'add_xxxx') where verb = 'add_unit'",
            "was changed",
        ),
        ("update core_audit_entry set verb = 'x' where seq = 3", "columns of line 3"),
        ("delete from core_audit_entry where seq = 2", "Line 2 is missing"),
    ],
)
def test_damage_is_found(fresh_database, damage, said):
    from conftest import build_house

    house = build_house()
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("alter table core_audit_entry disable trigger append_only")
        admin.execute(damage)
    with tenant(house.institution.pk), translation.override("en"):
        assert any(said in problem for problem in audit.verify(house.institution.pk))
