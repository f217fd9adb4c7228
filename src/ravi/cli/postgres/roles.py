"""The three database roles (owner migrates, web serves, engine sends) and the database, made if they are not there."""

import psycopg
from psycopg import sql

from ravi.cli.postgres.cluster import DATABASE, Cluster

OWNER, WEB, ENGINE = "ravi_owner", "ravi_web", "ravi_engine"
ROLES = (OWNER, WEB, ENGINE)


def ensure_roles(cluster: Cluster, *, may_create_databases: bool = False) -> None:
    """Create or correct roles and database; `may_create_databases` lets the owner make test databases."""
    with psycopg.connect(cluster.url(database="postgres"), autocommit=True) as connection:
        for role in ROLES:
            _ensure_role(connection, role, cluster.passwords[role], createdb=may_create_databases and role == OWNER)
        _ensure_database(connection)


def _ensure_role(connection: psycopg.Connection, role: str, password: str, *, createdb: bool) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER" if exists else "CREATE")
    may = sql.SQL("CREATEDB" if createdb else "NOCREATEDB")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {} PASSWORD {}").format(
            verb, sql.Identifier(role), may, sql.Literal(password)
        )
    )


def _ensure_database(connection: psycopg.Connection) -> None:
    name, owner = sql.Identifier(DATABASE), sql.Identifier(OWNER)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(name, owner)
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(name, sql.Identifier(WEB), sql.Identifier(ENGINE))
    )
