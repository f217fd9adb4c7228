"""Of every table it is said how long its rows stay, and the night's job keeps it."""

from datetime import timedelta

import pytest
from django.db import connection

from conftest import ROOT
from ravi.accounts.jobs import discard_old
from ravi.accounts.models import Session
from ravi.core import clock, retention
from ravi.core.tenancy import tenant
from ravi.notices.models import Notice

pytestmark = pytest.mark.django_db
PAGE = ROOT / "docs" / "retention.md"


def test_every_table_is_named_once(house):
    with connection.cursor() as cursor:
        tables = {name for name in connection.introspection.table_names(cursor) if not is_part(cursor, name)}
    assert {keep.table for keep in retention.keeps()} == tables


def is_part(cursor, table: str) -> bool:
    """A partition says nothing of its own."""
    cursor.execute("select relispartition from pg_class where relname = %s", [table])
    return bool(cursor.fetchone()[0])


def test_what_holds_something_is_told_with_a_reason():
    for keep in retention.keeps():
        assert keep.why
        assert (keep.days is None) == (keep.old is None)
        assert keep.days is None or keep.days >= 1


def test_the_page_names_every_table_and_its_days():
    said = PAGE.read_text(encoding="utf-8")
    for keep in retention.keeps():
        assert f"| `{keep.table}` | {keep.holds} | {'stays' if keep.days is None else f'{keep.days} days'} |" in said


def test_rows_go_when_their_time_is_over_and_not_before(house):
    now = clock.now()
    told = {"institution": house.institution, "person": house.head, "kind": "post_submitted", "url": "/", "params": {}}
    old = Notice.objects.create(created_at=now - timedelta(days=181), **told)
    young = Notice.objects.create(created_at=now - timedelta(days=179), **told)
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=now - timedelta(days=2))
    Session.objects.create(session_key="b" * 32, session_data="", expire_date=now + timedelta(days=2))
    discard_old(0)
    with tenant(house.institution.pk):
        assert set(Notice.objects.filter(pk__in=[old.pk, young.pk])) == {young}
    assert set(Session.objects.filter(session_key__in=["a" * 32, "b" * 32]).values_list("session_key", flat=True)) == {
        "b" * 32
    }
    discard_old(0)


def test_the_web_role_may_do_what_the_night_asks(house):
    """A query that the role may not run fails here and not at night."""
    with tenant(house.institution.pk):
        retention.discard_old(clock.now(), of_institution=True)
    retention.discard_old(clock.now(), of_institution=False)
