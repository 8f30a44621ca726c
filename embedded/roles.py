"""The database and its three roles, made once at the first start; safe to run again.

`owner` owns the schema and migrates, `app` serves the web and owns nothing, `jobs` closes days past row-level
security. Default privileges stand in `template1`, so that test databases have them too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import LiteralString

import psycopg
from psycopg import sql

DATABASE = "smart_products"

ROLES: dict[str, LiteralString] = {
    "owner": "LOGIN CREATEDB BYPASSRLS",
    "app": "LOGIN NOBYPASSRLS",
    "jobs": "LOGIN BYPASSRLS",
}

GRANTS: tuple[LiteralString, ...] = (
    "ALTER SCHEMA public OWNER TO owner",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO app, jobs",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app, jobs",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT TRUNCATE ON TABLES TO jobs",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO app, jobs",
)


def prepare(link: psycopg.Connection, address_of: Callable[[str], str]) -> None:
    """Make what is missing of roles, privileges and database; `link` is a superuser's, in autocommit."""
    if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        return
    known = {row[0] for row in link.execute("SELECT rolname FROM pg_roles")}
    for role, options in ROLES.items():
        if role not in known:
            link.execute(sql.SQL("CREATE ROLE {} ").format(sql.Identifier(role)) + sql.SQL(options))
    # Who passes by row-level security may also look as the web does, which it binds.
    link.execute("GRANT app TO owner, jobs")
    with psycopg.connect(address_of("template1"), autocommit=True) as template:
        for statement in GRANTS:
            template.execute(statement)
    link.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(sql.Identifier(DATABASE)))
