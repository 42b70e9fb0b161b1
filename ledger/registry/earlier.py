"""A registry of an earlier version, brought forward: whose people they are, and that two may have
one name."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, inspect, select, text, update

from ledger.registry.tables import drafts, is_there, persons, sessions, tokens

UNRECORDED = "tokens of an earlier version"
"""The name of a secret that is kept while the log has to be told of tokens that are older than its
facts of them."""
ActedFor = Callable[[], Mapping[str, str]]
"""Says from the log for whom each person acted last: of an earlier version's people no organisation
was kept."""


def schema_of(connection: Connection) -> str | None:
    found: str | None = connection.get_execution_options()["schema_translate_map"]["registry"]
    return found


def called(connection: Connection, name: str) -> str:
    schema = schema_of(connection)
    return name if schema is None else f"{schema}.{name}"


def columns(connection: Connection, table: Table) -> set[str]:
    found = inspect(connection).get_columns(table.name, schema=schema_of(connection))
    return {column["name"] for column in found}


def put_aside(connection: Connection, table: Table) -> str:
    """Make a table anew, empty; what the one before it is called now, which is to be dropped."""
    former = f"{table.name}_before"
    renamed = f"ALTER TABLE {called(connection, table.name)} RENAME TO {former}"
    connection.execute(text(renamed))
    former = called(connection, former)
    if schema_of(connection) is not None:  # its index would keep the name of the new table's
        connection.execute(text(f"ALTER TABLE {former} DROP CONSTRAINT {table.name}_pkey"))
    table.create(connection)
    return former


def persons_within(connection: Connection, acted_for: Mapping[str, str]) -> None:
    """Each person is of the organisation that they acted for last, by the log or else by their
    newest token; whoever has tokens of others besides becomes another person in each of those."""
    former = put_aside(connection, persons)
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
