"""Without a tenant nothing is seen; with one, only its own."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from ravi.accounts.models import Unit
from ravi.core.models import AuditEntry
from ravi.core.tenancy import current_institution_id, tenant

pytestmark = pytest.mark.django_db


def test_query_without_tenant_returns_nothing(house):
    with connection.cursor() as cursor:
        cursor.execute("select set_config('ravi.institution', '', true)")
    assert list(Unit.objects.all()) == []


def test_query_in_tenant_returns_own_rows_only(house):
    assert {unit.institution_id for unit in Unit.objects.all()} == {house.institution.pk}
    with tenant(house.other_institution.pk):
        assert {unit.institution_id for unit in Unit.objects.all()} == {house.other_institution.pk}
    assert current_institution_id() == house.institution.pk


def test_row_for_another_tenant_is_refused(house):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Unit.objects.create(
            institution=house.other_institution,
            name="x",
            kind="hospital",
            path="",
            sort_key="",
            parent=house.other_unit,
        )


def test_failed_inner_tenant_gives_outer_back(house):
    with pytest.raises(ZeroDivisionError), tenant(house.other_institution.pk):
        raise ZeroDivisionError
    assert current_institution_id() == house.institution.pk


def test_audit_is_append_only(house):
    for statement in (
        "update core_audit_entry set verb = 'x'",
        "delete from core_audit_entry",
        "truncate core_audit_entry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.exists()
