"""A database that is broken, full or not whole is said in one sentence, which names the file and
what to do; and what is said to do helps."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from ledger.config import read
from ledger.opening import open_ledger
from ledger.projections.database import SHAPE
from ledger.registry import Registry
from tests.service.race import sign

VIEWS = f"avrop.views.{SHAPE}.db"


@pytest.fixture
def filled(desk):
    opened = open_ledger(read(), desk.clock)
    sign(opened.service, 10_000_00)
    opened.views.catch_up()
    opened.registry.who("Anna", "2120002403")
    opened.close()
    assert "A" in desk.done("balance", "A"), "the control"
    return desk


def page_broken(file):
    """A page of a file, in the middle, becomes noise, as a bad disk leaves it."""
    path = Path(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(bytes(data))


def told(desk, *asked):
    said = desk.refused(*asked)
    assert len(said.splitlines()) == 1, said
    return said


def test_a_corrupt_page_of_the_read_models_and_the_remedy_works(filled):
    page_broken(VIEWS)
    said = told(filled, "balance", "A")
    assert VIEWS in said
    assert "avrop rebuild" in said
    filled.done("rebuild")
    assert "A" in filled.done("balance", "A")


def test_a_missing_table_of_the_read_models_and_the_remedy_works(filled):
    with closing(sqlite3.connect(VIEWS)) as connection:
        connection.execute("DROP TABLE orders")
    said = told(filled, "order", "list")
    assert VIEWS in said
    assert "avrop rebuild" in said
    filled.done("rebuild")
    filled.done("order", "list")


@pytest.mark.parametrize(
    ("file", "asked"), [("avrop.db", ("balance", "A")), ("avrop.registry.db", ("person", "list"))]
)
def test_a_corrupt_page_of_the_log_or_the_registry(filled, file, asked):
    page_broken(file)
    said = told(filled, *asked)
    assert file in said
    assert "avrop restore" in said


def test_a_missing_table_of_the_registry_and_the_remedy_works(filled):
    with closing(sqlite3.connect("avrop.registry.db")) as connection:
        connection.execute("DROP TABLE tokens")
    said = told(filled, "token", "list")
    assert "avrop.registry.db" in said
    assert "avrop init" in said
    filled.done("init")
    filled.done("token", "list")


def test_a_full_disk_is_said(filled, monkeypatch):
    opened = Registry.__init__

    def full(self, *given, **more):
        opened(self, *given, **more)

        @event.listens_for(self._engine, "connect")
        def nothing_more(connection, _):
            (count,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count={count}")

    monkeypatch.setattr(Registry, "__init__", full)
    add = ("token", "add", "--person", "Anna", "--organisation", "2120002403", "--role", "orderer")
    results = (filled.ask(*add) for _ in range(60))
    result = next(one for one in results if one.exit_code)
    assert result.output.count("\n") == 1
    assert "avrop.registry.db" in result.output
    assert "make room" in result.output
