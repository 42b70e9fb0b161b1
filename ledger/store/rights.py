"""Who may do what in PostgreSQL: one role owns the tables, another writes with the least that it
takes, a third reads for the notary (docker/roles.sql).

Whoever serves the ledger can then add to the log and move its tree's head on, and can change or
remove nothing that is recorded.
"""

from typing import LiteralString

from psycopg.sql import SQL, Identifier

from ledger.connecting.postgresql import opened

WRITERS: tuple[LiteralString, ...] = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA avrop_log FROM {0}",
    "GRANT USAGE ON SCHEMA avrop_log, avrop_registry TO {0}",
    "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA avrop_log TO {0}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA avrop_log TO {0}",
    "GRANT UPDATE ON avrop_log.head TO {0}",
    # Kept states are a shortcut that the log proves; they may go.
    "GRANT DELETE ON avrop_log.snapshots TO {0}",
    # Names, sessions and files can be erased: that is what the registry is for.
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA avrop_registry TO {0}",
)
# Read models are dropped and made anew, which only their owner can do.
_SCHEMAS = r"SELECT nspname FROM pg_namespace WHERE nspname ~ '^avrop_views_\d+(_anew)?$'"
_VIEWS = r"""SELECT schemaname, tablename FROM pg_tables
WHERE schemaname ~ '^avrop_views_\d+(_anew)?$'"""


def grant(database: str, writer: str) -> None:
    """Let a role that is there write, and no more. Run as the tables' owner, after each `init`.

    Raises psycopg.Error, as where there is no such role.
    """
    role = Identifier(writer)
    with opened(database, "rights") as connection:
        for statement in WRITERS:
            connection.execute(SQL(statement).format(role))
        for (schema,) in connection.execute(_SCHEMAS).fetchall():
            change = SQL("ALTER SCHEMA {1} OWNER TO {0}")
            connection.execute(change.format(role, Identifier(schema)))
        for table in connection.execute(_VIEWS).fetchall():
            change = SQL("ALTER TABLE {1} OWNER TO {0}")
            connection.execute(change.format(role, Identifier(*table)))
