"""Who may touch which table: grants and row-level security, written from what each model declares.

`apply` runs as the owner after every migration. A table that is neither a tenant's nor in `OUTSIDE` is an error,
so a new table cannot be forgotten (tests/architecture holds the database to this page).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

OWNER, WEB, ENGINE = "ravi_owner", "ravi_web", "ravi_engine"
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
APPEND = ("SELECT", "INSERT")
READ = ("SELECT",)


@dataclass(frozen=True)
class Access:
    """Privileges per role in PostgreSQL's words; columns may be named, as in "SELECT (id, name)".

    `engine` also opens a policy over all institutions for that role: name it only where the engine's work needs it.
    `read_by_all` is the SQL condition of rows that every institution may read (and none but their own may change).
    """

    web: tuple[str, ...] = ALL
    engine: tuple[str, ...] = ()
    read_by_all: str = ""


@dataclass(frozen=True)
class Outside:
    """A table without an institution, and why."""

    why: str
    web: tuple[str, ...] = ALL
    engine: tuple[str, ...] = ()


OUTSIDE: dict[str, Outside] = {
    "accounts_institution": Outside("the tenants themselves; a public page finds its tenant here", ALL, READ),
    "accounts_person": Outside(
        "sign-in looks a name up before a tenant is known; names are unique in the installation"
    ),
    "accounts_session": Outside("sessions are read before a tenant is known"),
    "account_emailaddress": Outside("a sign-in table of allauth, unused"),
    "account_emailconfirmation": Outside("a sign-in table of allauth, unused"),
    "mfa_authenticator": Outside("second factors, read while signing in"),
    "axes_accessattempt": Outside("failed sign-ins, before anybody is known"),
    "axes_accessattemptexpiration": Outside("until when a name is locked out"),
    "axes_accesslog": Outside("sign-ins, before anybody is known"),
    "axes_accessfailurelog": Outside("failed sign-ins, before anybody is known"),
    "django_content_type": Outside("Django's own list of models", READ),
    "auth_permission": Outside("Django's own list; Ravi's rights are roles", READ),
    "auth_group": Outside("Django's own list, unused", READ),
    "auth_group_permissions": Outside("Django's own list, unused", READ),
    "django_migrations": Outside("which migrations ran", READ, READ),
    "core_pulse": Outside("which processes do their work, and their counts", ALL, ALL),
    "procrastinate_jobs": Outside("the line of side jobs; each names its institution in its arguments"),
    "procrastinate_events": Outside("what became of side jobs"),
    "procrastinate_periodic_defers": Outside("which periodic jobs are in the line"),
    "procrastinate_workers": Outside("heartbeats of jobs processes"),
    "delivery_worker": Outside("heartbeats of engines, which serve all institutions", ("SELECT", "DELETE"), ALL),
    "delivery_bucket": Outside("rates per credential scope, no content", READ, ALL),
    "delivery_way": Outside("which route leads to each platform, and how it fares, no content", READ, ALL),
    "delivery_breaker": Outside("health per platform and route, no content", READ, ALL),
}


class Unplaced(Exception):
    """A table that declares no access."""


def apply(connection: BaseDatabaseWrapper) -> None:
    """Write grants and policies for every table, as the owner. Raises Unplaced for a table that nobody declared."""
    with connection.cursor() as cursor:
        for statement in statements(connection.introspection.table_names(cursor)):
            cursor.execute(statement)


def statements(table_names: list[str]) -> Iterator[str]:
    """The SQL that gives every named table exactly what is declared."""
    tenants = {model._meta.db_table: model for model in apps.get_models() if is_tenant(model)}
    yield f"grant usage on schema public to {WEB}, {ENGINE}"
    yield f"grant usage, select on all sequences in schema public to {WEB}, {ENGINE}"
    for table in sorted(table_names):
        if table in tenants:
            access: Access = tenants[table].access  # type: ignore[attr-defined]
            yield from _policies(table, access)
            yield from _grants(table, access.web, access.engine)
        elif table in OUTSIDE:
            yield from _grants(table, OUTSIDE[table].web, OUTSIDE[table].engine)
        else:
            raise Unplaced(f"Table {table} has no institution and no line in ravi.core.access.OUTSIDE.")


def is_tenant(model: type[models.Model]) -> bool:
    """Whether the model's rows belong to one institution."""
    return hasattr(model, "access") and not model._meta.abstract


def _policies(table: str, access: Access) -> Iterator[str]:
    mine = "institution_id = nullif(current_setting('ravi.institution', true), '')::bigint"
    yield f'alter table "{table}" enable row level security'
    yield f'alter table "{table}" force row level security'
    yield f'drop policy if exists tenant on "{table}"'
    yield f'create policy tenant on "{table}" to {WEB}, {OWNER} using ({mine}) with check ({mine})'
    yield f'drop policy if exists engine on "{table}"'
    yield f'drop policy if exists read_by_all on "{table}"'
    if access.read_by_all:
        yield f'create policy read_by_all on "{table}" for select to {WEB} using ({access.read_by_all})'
    if access.engine:
        yield f'create policy engine on "{table}" to {ENGINE} using (true) with check (true)'


def _grants(table: str, web: tuple[str, ...], engine: tuple[str, ...]) -> Iterator[str]:
    yield f'revoke all on "{table}" from public, {WEB}, {ENGINE}'
    for role, privileges in ((WEB, web), (ENGINE, engine)):
        if privileges:
            yield f'grant {", ".join(privileges)} on "{table}" to {role}'
