"""What a registry becomes step by step: from whatever an earlier version left to what this one has.

A table that comes new needs a line here and nothing in it: whichever are not there are made after
the last step. A step changes what is there already, and does nothing where that is so done: before
there were numbers, some of it was made while the ledger was served.
"""

import secrets
from collections.abc import Callable

from sqlalchemy import Connection, Table, delete, insert, select, text

from ledger.registry import earlier
from ledger.registry.earlier import UNRECORDED, ActedFor, called, columns
from ledger.registry.tables import (
    is_there,
    metadata,
    persons,
    received,
    secrets_kept,
    sessions,
    tokens,
    version,
)

Step = Callable[[Connection, ActedFor], None]


def files_decided(connection: Connection, _: ActedFor) -> None:
    """Received files are bytes, and say whose they are and who discarded them."""
    if not _lacks(connection, received, "buyer"):
        return
    former = earlier.put_aside(connection, received)
    query = text(
        "SELECT sha256, format, status, reason, drawdown, received_at, content "  # noqa: S608
        f"FROM {former}"
    )
    blank = dict.fromkeys(("buyer", "refusal", "decided_by", "decided_at"), "")
    for row in connection.execute(query).mappings().all():
        content = row["content"].encode("latin-1")
        connection.execute(insert(received), {**blank, **row, "figures": "{}", "content": content})
    connection.execute(text(f"DROP TABLE {former}"))


def tokens_revoked(connection: Connection, _: ActedFor) -> None:
    _add(connection, tokens, "revoked_at")


def people_of_organisations(connection: Connection, acted_for: ActedFor) -> None:
    """An id is a person's within one organisation; the log has to be told what tokens gave."""
    if not _lacks(connection, persons, "organisation"):
        return
    secrets_kept.create(connection, checkfirst=True)
    if is_there(connection, tokens):
        row = {"name": UNRECORDED, "value": secrets.token_urlsafe(48)}
        connection.execute(insert(secrets_kept), row)
    earlier.persons_within(connection, acted_for())


def sessions_owned(connection: Connection, _: ActedFor) -> None:
    """Whoever is signed in signs in again."""
    if _lacks(connection, sessions, "owner"):
        sessions.drop(connection)


def tokens_ending(connection: Connection, _: ActedFor) -> None:
    _add(connection, tokens, "ends_on")


def tables_alone(_: Connection, __: ActedFor) -> None:
    """Nothing but tables that come new."""


STEPS: tuple[Step, ...] = (
    files_decided,
    tokens_revoked,
    people_of_organisations,
    sessions_owned,
    tokens_ending,
    tables_alone,  # all up to the number of the version itself
    tables_alone,  # what is read of each received file
    tables_alone,  # happened
    tables_alone,  # addresses, the outbox and links
    tables_alone,  # jobs, and what came of them
    tables_alone,  # webhooks, and what they are told
)
"""In order, each numbered by its place from 1. None is ever changed or taken out."""
NEWEST = len(STEPS)


def version_of(connection: Connection) -> int | None:
    """The number of the last step that a registry took: 0 of one before there were numbers; None
    where there is none."""
    if is_there(connection, version):
        found: int | None = connection.execute(select(version.c.number)).scalar()
        return found or 0
    return 0 if is_there(connection, persons) else None


def take(connection: Connection, acted_for: ActedFor) -> None:
    """Bring a registry forward, or make a new one; in one transaction, in which nobody else does.
    Nothing where it is as it should be, or of a newer version."""
    had = version_of(connection)
    if had is not None and had > NEWEST:
        return
    for step in STEPS[had:] if had is not None else ():
        step(connection, acted_for)
    metadata.create_all(connection)
    if had != NEWEST:
        connection.execute(delete(version))
        connection.execute(insert(version), {"number": NEWEST})


def _lacks(connection: Connection, table: Table, column: str) -> bool:
    return is_there(connection, table) and column not in columns(connection, table)


def _add(connection: Connection, table: Table, column: str) -> None:
    """A column of text that may be empty."""
    if _lacks(connection, table, column):
        connection.execute(
            text(f"ALTER TABLE {called(connection, table.name)} ADD {column} VARCHAR")
        )
