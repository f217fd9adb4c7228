"""The database itself is held to what the code declares: walls, grants, and what no table may hold."""

import pytest
from django.apps import apps
from django.core.management import call_command

from ravi.core.access import ENGINE, OUTSIDE, WEB, is_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(shared_admin):
    """Only asked here."""
    return shared_admin


def tables(admin):
    """Those that are asked; a month of one is reached through its table."""
    rows = admin.execute(
        """select relname from pg_class
           where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition"""
    )
    return {row[0] for row in rows}


def months(admin):
    rows = admin.execute("select relname from pg_class where relkind = 'r' and relispartition")
    return {row[0] for row in rows}


def test_every_table_has_a_wall_or_a_reason(admin):
    walled = {
        row[0]
        for row in admin.execute(
            """select c.relname from pg_class c join pg_policy p on p.polrelid = c.oid
               where c.relkind in ('r', 'p') and c.relrowsecurity and c.relforcerowsecurity and p.polname = 'tenant'"""
        )
    }
    assert walled == {model._meta.db_table for model in apps.get_models() if is_tenant(model)}
    assert tables(admin) - walled == {name for name in OUTSIDE if name in tables(admin)}
    assert not walled & set(OUTSIDE)


def test_migrations_say_what_the_models_say(capsys):
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(f"a migration is missing:\n{capsys.readouterr().out}")


def test_every_walled_table_has_an_institution(admin):
    for model in apps.get_models():
        if is_tenant(model):
            column = model._meta.get_field("institution")
            assert column.column == "institution_id" and not column.null, model


def test_engine_crosses_institutions_on_named_tables_only(admin):
    rows = admin.execute(
        "select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'engine'"
    )
    declared = {m._meta.db_table for m in apps.get_models() if is_tenant(m) and m.access.engine}
    assert {row[0] for row in rows} == declared
    assert declared == ENGINE_TABLES


# The engine role reads or writes these over all institutions, and no other; a new name here needs a reason in review.
ENGINE_TABLES = {
    "core_audit_entry",
    "core_blob",
    "delivery_attempt",
    "delivery_delivery",
    "delivery_ledger",
    "delivery_read_back",
    "delivery_reading",
    "delivery_reading_due",
    "delivery_slot",
    "delivery_stoporder",
    "directory_channel",
    "directory_credential",
    "directory_errand",
    "directory_finding",
}


def test_roles_are_plain(admin):
    rows = admin.execute(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname in (%s, %s)", [WEB, ENGINE]
    ).fetchall()
    assert sorted(rows) == [(ENGINE, False, False, False), (WEB, False, False, False)]


def test_web_and_engine_own_nothing(admin):
    rows = admin.execute("select tablename, tableowner from pg_tables where schemaname = 'public'").fetchall()
    assert {owner for _, owner in rows} == {"ravi_owner"}


def test_append_only_tables_take_no_change(admin):
    for table in APPEND_ONLY:
        for role in (WEB, ENGINE):
            for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
                row = admin.execute("select has_table_privilege(%s, %s, %s)", [role, table, privilege]).fetchone()
                assert row == (False,), (role, table, privilege)


APPEND_ONLY = ["core_audit_entry", "delivery_attempt", "delivery_ledger", "delivery_reading", "directory_finding"]


def test_months_have_the_walls_of_their_tables(admin):
    """Nobody reads or changes a month but through its table; even the owner meets the wall and the trigger."""
    found = months(admin)
    assert {name.rsplit("_", 2)[0] if "default" not in name else name for name in found} == {
        "delivery_attempt", "delivery_attempt_default", "delivery_ledger", "delivery_ledger_default",
        "delivery_reading", "delivery_reading_default",
    }  # fmt: skip
    for name in found:
        rows = admin.execute(
            """select c.relrowsecurity, c.relforcerowsecurity, c.relacl,
                   (select count(*) from pg_policy p where p.polrelid = c.oid),
                   (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'append_only'
                    and t.tgenabled = 'O' and t.tgfoid = 'core_append_only'::regproc)
               from pg_class c where c.relname = %s""",
            [name],
        ).fetchall()
        assert rows == [(True, True, None, 0, 1)], name


def test_functions_run_with_the_rights_of_whoever_calls(admin):
    """All belong to the owner; one with the owner's rights is a door in the wall, and named here."""
    rows = admin.execute(
        """select p.proname, pg_get_userbyid(p.proowner), p.prosecdef from pg_proc p
           where p.pronamespace = 'public'::regnamespace"""
    ).fetchall()
    assert any(name.startswith("procrastinate_") for name, _owner, _definer in rows)
    assert {owner for _name, owner, _definer in rows} == {"ravi_owner"}
    assert {name for name, _owner, is_definer in rows if is_definer} == DOORS


# It takes no argument and returns a number: the coming months of the evidence, made by whoever asks.
DOORS = {"delivery_make_months"}
