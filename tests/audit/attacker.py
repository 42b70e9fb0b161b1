"""Somebody with the database in their hands, and the ledger that they have it of."""

import json
import sqlite3
from typing import NamedTuple

import psycopg

from ledger.audit import tree
from ledger.audit.tree import ROW_LEVELS, Head
from ledger.store import SCHEMA

EDIT = "UPDATE {0}stored_events SET state=? WHERE originator_id=? AND originator_version=?"


class Database:
    """The ledger's own database, past the ledger."""

    def __init__(self, ledger) -> None:
        self.address, self.on_sqlite = ledger.settings.database, ledger.store.on_sqlite
        self.views = ledger.settings.views
        self.schema = "" if self.on_sqlite else f"{SCHEMA}."

    def do(self, *statements) -> None:
        """Statements with `?` for values and {0} before tables, in one transaction."""
        if self.on_sqlite:
            connection = sqlite3.connect(self.address.removeprefix("sqlite:///"))
        else:
            connection = psycopg.connect(self.address)
        mark = "?" if self.on_sqlite else "%s"
        with connection:
            for statement, *values in statements:
                connection.execute(statement.format(self.schema).replace("?", mark), values)
        connection.close()

    def put(self, rows) -> None:
        """The whole log anew: these events with these leaves, their nodes, their head, and the
        requests that they came by."""
        nodes = []

        def completed(level, number, node):
            if level % ROW_LEVELS == 0:
                nodes.append(("INSERT INTO {0}nodes VALUES (?,?,?)", level // 8, number, node))

        head = tree.append(Head(), [row.leaf for row in rows], completed)
        events = "INSERT INTO {0}stored_events (originator_id, originator_version, topic, state) "
        tables = ("stored_events", "leaves", "nodes", "requests")
        self.do(
            *((f"DELETE FROM {{0}}{name}",) for name in tables),
            *requests_of(rows),
            *((events + "VALUES (?,?,?,?)", r.stream, r.version, r.name, r.stored) for r in rows),
            *(
                ("INSERT INTO {0}leaves VALUES (?,?,?,?)", r.index, r.stream, r.version, r.leaf)
                for r in rows
            ),
            *nodes,
            ("UPDATE {0}head SET size=?, roots=?", head.size, b"".join(head.roots)),
        )


class Case(NamedTuple):
    """A ledger that the notary has signed, its database, and the checkpoint that is held."""

    ledger: object
    database: Database
    verify: object

    def rows(self):
        leaves = self.ledger.store.leaves
        return leaves.rows(0, leaves.end())

    def edit(self, index, stored) -> None:
        row = self.rows()[index]
        self.database.do((EDIT, stored, row.stream, row.version))


def requests_of(rows):
    """Statements that keep the requests of these events, as far as they can be read."""
    made = {}
    for row in rows:
        try:
            key = json.loads(row.stored)["request"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        stream, _ = made.setdefault(key, (row.stream, row.version))
        if stream == row.stream:
            made[key] = stream, row.version
    insert = "INSERT INTO {0}requests VALUES (?, '', ?, ?)"
    return [(insert, key, stream, version) for key, (stream, version) in made.items()]


def moved(database, *places) -> None:
    """Events to other positions: (from, to), one after the other."""
    column = "rowid" if database.on_sqlite else "notification_id"
    statement = f"UPDATE {{0}}stored_events SET {column}=? WHERE {column}=?"
    database.do(*((statement, new, old) for old, new in places))
