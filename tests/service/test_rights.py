"""Who may do what on a real PostgreSQL: who serves the ledger adds to its log and changes none."""

import secrets

import psycopg
import pytest

from ledger.config import read
from ledger.demo import NUMBER, PROGRAMME, Player, people
from ledger.opening import open_ledger
from ledger.store.rights import grant
from ledger.verifying import Held, verify_log
from tests.clock import STARTED
from tests.conftest import made
from tests.people import let_in


@pytest.fixture(scope="module")
def addresses(postgres):
    """The owner's address of a ledger, and the writer's."""
    owner, role = made(postgres), f"w{secrets.token_hex(6)}"
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
    opened = open_ledger(read({"AVROP_DATABASE": owner}), STARTED)
    opened.create()
    opened.close()
    for _ in range(2):  # at each upgrade again
        grant(owner, role)
    head, _, query = owner.partition("?")
    server, _, name = head.rpartition("/")
    scheme, _, host = server.partition("://")
    return owner, f"{scheme}://{role}:secret@{host.rpartition('@')[2]}/{name}?{query}"


@pytest.fixture(scope="module")
def writer(addresses):
    """The programme played by the role that serves: reads, writes, snapshots, read models anew."""
    opened = open_ledger(read({"AVROP_DATABASE": addresses[1]}), STARTED)
    opened.store.check()
    let_in(opened, "Anna", "2120002403", ("finance",))
    list(Player(opened.service, opened.views, opened.registry,
                people(opened.service, opened.registry), NUMBER).play(PROGRAMME))  # fmt: skip
    opened.views.rebuild()
    yield opened
    opened.close()


def test_the_role_that_serves_does_all_that_the_ledger_does(writer):
    assert writer.store.position() > 20
    assert verify_log(writer.store, Held()) == []
    assert writer.registry.names({writer.registry.anywhere("Anna")})


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE avrop_log.stored_events SET state = state",
        "DELETE FROM avrop_log.stored_events",
        "TRUNCATE avrop_log.stored_events",
        "DROP TABLE avrop_log.stored_events",
        "ALTER TABLE avrop_log.stored_events RENAME TO gone",
        "UPDATE avrop_log.leaves SET stream = stream",
        "DELETE FROM avrop_log.leaves",
        "UPDATE avrop_log.nodes SET hash = hash",
        "DELETE FROM avrop_log.nodes",
        "DELETE FROM avrop_log.head",
        "UPDATE avrop_log.requests SET digest = digest",
        "DELETE FROM avrop_log.requests",
        "UPDATE avrop_log.snapshots SET state = state",
        "CREATE TABLE avrop_log.another (a int)",
        "CREATE FUNCTION avrop_log.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA another",
        "ALTER TABLE avrop_log.leaves DISABLE TRIGGER ALL",
    ],
)
def test_what_is_recorded_it_can_neither_change_nor_remove(writer, addresses, forbidden):
    with (
        psycopg.connect(addresses[1]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(forbidden)


def test_the_control_its_owner_could(writer, addresses):
    with psycopg.connect(addresses[0]) as connection:
        connection.execute("DELETE FROM avrop_log.leaves WHERE number = 0")
        connection.rollback()
