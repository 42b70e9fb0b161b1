"""A registry of an earlier version, brought forward: whose people they are, and that two may have
one name."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, inspect, select, text, update

from ledger.registry.tables import drafts, is_there, persons, secrets_kept, sessions, tokens

UNRECORDED = "tokens of an earlier version"
"""The name of a secret that is kept while the log has to be told of tokens that are older than its
facts of them."""
FORMER = "persons_before"


def is_earlier(connection: Connection) -> bool:
    """Whether people are kept without whose they are, or tokens without their last day."""
    return any(
        is_there(connection, table) and column not in _columns(connection, table)
        for table, column in ((persons, "organisation"), (tokens, "ends_on"))
    )


def bring_forward(connection: Connection, acted_for: Callable[[], Mapping[str, str]]) -> None:
    """In one transaction, in which nobody else writes; nothing in a registry that is new or is as
    it should be."""
    if is_there(connection, persons) and "organisation" not in _columns(connection, persons):
        secrets_kept.create(connection, checkfirst=True)
        if is_there(connection, tokens):
            connection.execute(
                insert(secrets_kept), {"name": UNRECORDED, "value": secrets.token_urlsafe(48)}
            )
        _persons(connection, acted_for())
    if is_there(connection, sessions) and "owner" not in _columns(connection, sessions):
        sessions.drop(connection)  # whoever is signed in signs in again
    if is_there(connection, tokens) and "ends_on" not in _columns(connection, tokens):
        connection.execute(text(f"ALTER TABLE {_called(connection, tokens.name)} ADD ends_on TEXT"))


def _schema(connection: Connection) -> str | None:
    found: str | None = connection.get_execution_options()["schema_translate_map"]["registry"]
    return found


def _called(connection: Connection, name: str) -> str:
    schema = _schema(connection)
    return name if schema is None else f"{schema}.{name}"


def _columns(connection: Connection, table: Table) -> set[str]:
    found = inspect(connection).get_columns(table.name, schema=_schema(connection))
    return {column["name"] for column in found}


def _persons(connection: Connection, acted_for: Mapping[str, str]) -> None:
    """Each person is of the organisation that they acted for last, by the log or else by their
    newest token; whoever has tokens of others besides becomes another person in each of those."""
    former = _called(connection, FORMER)
    connection.execute(text(f"ALTER TABLE {_called(connection, persons.name)} RENAME TO {FORMER}"))
    if _schema(connection) is not None:  # its index would keep the name of the new table's
        connection.execute(text(f"ALTER TABLE {former} DROP CONSTRAINT persons_pkey"))
    persons.create(connection)
    held = _held(connection)
    for row in connection.execute(text(f"SELECT id, name FROM {former}")).all():  # noqa: S608
        by = held.get(row.id, {})
        newest = max(by, key=lambda organisation: by[organisation], default="")
        first = acted_for.get(row.id, newest)
        connection.execute(insert(persons), _row(row.id, first, row.name))
        for organisation in sorted(by.keys() - {first}):
            other = "p-" + secrets.token_hex(8)
            connection.execute(insert(persons), _row(other, organisation, row.name))
            _give(connection, row.id, organisation, other)
    connection.execute(text(f"DROP TABLE {former}"))


def _row(id: str, organisation: str, name: str) -> dict[str, Any]:
    return {"id": id, "organisation": organisation, "name": name, "salt": secrets.token_hex(16)}


def _held(connection: Connection) -> dict[str, dict[str, str]]:
    """Person → organisation → when their newest token of it was made."""
    held: dict[str, dict[str, str]] = {}
    if is_there(connection, tokens):
        columns = tokens.c
        query = select(columns.person, columns.organisation, columns.created_at)
        for person, organisation, made in connection.execute(query):
            by = held.setdefault(person, {})
            by[organisation] = max(made, by.get(organisation, ""))
    return held


def _give(connection: Connection, person: str, organisation: str, other: str) -> None:
    """What somebody had for an organisation is the other's, who is they in it."""
    for table in (tokens, sessions, drafts):
        if is_there(connection, table):
            mine = (table.c.person == person) & (table.c.organisation == organisation)
            connection.execute(update(table).where(mine).values(person=other))
