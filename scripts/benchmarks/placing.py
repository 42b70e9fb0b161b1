"""Placing an order in-process, against a plain hand-written transaction on the same database."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import psycopg

from benchmarks.ledgers import BODY, BY, NUMBER, PLACE, sign
from benchmarks.measure import Row, Target, paired, row
from benchmarks.surroundings import Surroundings

TARGETS = {"postgresql": Target(at_least=1.0), "sqlite": Target(at_least=0.5)}
AMOUNT = 240_000_00
CAP = 100_000_000_000_00

TABLES = (
    "CREATE TABLE agreement (number TEXT PRIMARY KEY, cap BIGINT, used BIGINT, orders BIGINT)",
    "CREATE TABLE placed (number TEXT PRIMARY KEY, agreement TEXT, amount BIGINT, body TEXT)",
    "CREATE TABLE moved (id {serial} PRIMARY KEY, placed TEXT, reserved BIGINT, by_whom TEXT)",
)
FIND = "SELECT cap, used, orders FROM agreement WHERE number = ?"
USE = "UPDATE agreement SET used = ?, orders = ? WHERE number = ?"
PLACED = "INSERT INTO placed VALUES (?, ?, ?, ?)"
MOVED = "INSERT INTO moved (placed, reserved, by_whom) VALUES (?, ?, ?)"


def measure(around: Surroundings, database: str) -> Iterator[Row]:
    address = around.address(database)
    plain = _sqlite if database == "sqlite" else _postgresql
    with (
        around.ledger(address) as ledger,
        plain(around.address(database)) as baseline,
        around.progress(f"{database}: placing orders") as tell,
    ):
        sign(ledger)
        blocks = paired(
            lambda: ledger.service.execute(PLACE, BY),
            baseline,
            blocks=around.sizes.blocks,
            calls=around.sizes.calls * 3,
            tell=tell,
        )
    yield row(
        "placing",
        database,
        "an order placed in-process",
        "a plain transaction",
        "calls/s",
        TARGETS[database],
        blocks,
    )


def _place(execute: Callable[[str, tuple[Any, ...]], Any], find: str) -> None:
    """Check the cap and write three times: the agreement, the order, what moved."""
    cap, used, orders = execute(find, (NUMBER,)).fetchone()
    if used + AMOUNT > cap:
        raise ValueError("the cap would be passed")
    number = f"{NUMBER}-{orders + 1:04d}"
    body = msgspec.json.encode(BODY).decode()
    execute(USE, (used + AMOUNT, orders + 1, NUMBER))
    execute(PLACED, (number, NUMBER, AMOUNT, body))
    execute(MOVED, (number, AMOUNT, BY.person))


@contextlib.contextmanager
def _sqlite(address: str) -> Iterator[Callable[[], None]]:
    """As durable as the log: a write-ahead log, synchronised at each commit."""
    path = address.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        *(table.format(serial="INTEGER") for table in TABLES),
        f"INSERT INTO agreement VALUES ('{NUMBER}', {CAP}, 0, 0)",
    ):
        connection.execute(statement)

    def place() -> None:
        connection.execute("BEGIN IMMEDIATE")
        _place(connection.execute, FIND)
        connection.execute("COMMIT")

    yield place
    connection.close()


@contextlib.contextmanager
def _postgresql(address: str) -> Iterator[Callable[[], None]]:
    """One connection, kept; statements are prepared by the driver after some calls."""
    with psycopg.connect(address) as connection:
        for table in TABLES:
            connection.execute(table.format(serial="BIGSERIAL"))
        connection.execute(f"INSERT INTO agreement VALUES ('{NUMBER}', {CAP}, 0, 0)")
        connection.commit()

        def execute(statement: str, values: tuple[Any, ...]) -> Any:
            return connection.execute(statement.replace("?", "%s"), values)

        def place() -> None:
            _place(execute, FIND + " FOR UPDATE")
            connection.commit()

        yield place
