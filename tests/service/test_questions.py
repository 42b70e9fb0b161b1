"""Short questions to the log: a connection that was lost meanwhile is no refusal."""

import sqlite3
import threading

import psycopg
import pytest

from ledger.domain.refusals import Unavailable
from tests.service.race import BY, ordering, sign


def idle_of(store):
    return store._questions._idle


def test_a_connection_that_was_lost_while_nothing_was_asked_is_replaced(ledger):
    sign(ledger.service, 1_000_00)
    ledger.service.execute(ordering(100_00), BY)
    before = ledger.store.history("agreement/A")
    [cursor] = idle_of(ledger.store)
    if not ledger.store.on_sqlite:  # a file is not lost
        lose = "SELECT pg_terminate_backend(%s)"
        ledger.store._log.writer._open().execute(lose, (cursor.connection.info.backend_pid,))
    assert ledger.store.history("agreement/A") == before
    assert (idle_of(ledger.store) == [cursor]) is ledger.store.on_sqlite


def test_what_the_database_refuses_is_said_in_words_and_asked_anew_on_another_connection(ledger):
    with pytest.raises(Unavailable):
        ledger.store._ask("SELECT nothing FROM nowhere")
    assert ledger.store.position() == 0


def test_several_ask_at_once_each_on_a_connection_of_its_own(ledger):
    sign(ledger.service, 1_000_00)
    together, found = threading.Barrier(6), []

    def ask():
        together.wait()
        found.extend(len(ledger.store.history("agreement/A")) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 120
    assert 1 <= len(idle_of(ledger.store)) <= 6


def test_none_is_left_open_when_the_log_is_closed(ledger):
    ledger.store.position()
    [cursor] = idle_of(ledger.store)
    ledger.store.close()
    assert not idle_of(ledger.store)
    with pytest.raises((sqlite3.ProgrammingError, psycopg.Error)):
        cursor.execute("SELECT 1")
