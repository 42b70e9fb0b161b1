"""A database that is locked, stalled or frozen: every request is answered, in words, and it heals
by itself."""

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ledger import deadline
from ledger.connecting import postgresql
from ledger.domain.refusals import PerhapsRecorded, Unavailable
from ledger.opening import open_ledger
from ledger.projections.database import LIVE
from ledger.web import create_app
from tests.conftest import BUYER, ORDER, STARTED
from tests.people import let_in
from tests.service.race import BY, ordering, sign

SOON = 1.3
"""Seconds in place of the nine, so that the test is short."""


@pytest.fixture
def on_postgresql(ledger):
    if ledger.store.on_sqlite:
        pytest.skip("a server is frozen, a file is not")
    sign(ledger.service, 100_000_000_00)
    return ledger


@pytest.fixture
def asked(on_postgresql, monkeypatch):
    """Requests of somebody who may order and read, on connections that are open already."""
    app = create_app(ledger=on_postgresql)
    token = let_in(on_postgresql, "Anna", BUYER, ("orderer", "auditor"))
    headers = {"Authorization": f"Bearer {token}"}
    body = {**ORDER, "ordered_on": "2026-02-01", "starts_on": "2026-03-01", "ends_on": "2026-04-01"}
    body["lines"] = [{**line, "year": 2026} for line in ORDER["lines"]]
    client = app.test_client()

    def ask(key=None):
        began = time.monotonic()
        if key is None:
            answer = client.get("/api/v1/agreements/A/balance", headers=headers)
        else:
            given = {**headers, "Idempotency-Key": key}
            answer = client.post("/api/v1/agreements/A/orders", json=body, headers=given)
        return answer, time.monotonic() - began

    assert ask()[0].status_code == 200, "the control"
    assert ask("before")[0].status_code == 201, "the control"
    monkeypatch.setattr("ledger.web.patience.ANSWER_SECONDS", SOON)
    monkeypatch.setattr("ledger.web.patience.READ_SECONDS", SOON - 1)
    return ask


def is_asked(address, question):
    """Whether the server still works on a question a while after nobody waits for it."""
    until = time.monotonic() + 8
    query = "SELECT count(*) FROM pg_stat_activity WHERE query = %s AND state = 'active'"
    with psycopg.connect(address, autocommit=True) as connection:
        while time.monotonic() < until:
            if connection.execute(query, (question,)).fetchone() == (0,):
                return False
            time.sleep(0.1)
    return True


@pytest.mark.parametrize("looks", [True, False])
def test_the_server_stops_what_nobody_waits_for(on_postgresql, looks):
    address = on_postgresql.settings.database
    question = f"SELECT pg_sleep(15), {looks}"
    settings = "" if looks else "-c client_connection_check_interval=0"
    connection = postgresql.opened(address, "test", settings=settings)
    deadline.begin(None, 0.5)
    try:
        with pytest.raises(postgresql.Unanswered):
            connection.execute(question)
    finally:
        deadline.begin(None)
    assert is_asked(address, question) is not looks


@contextmanager
def frozen(address):
    """The server with all its processes, so that it neither answers nor closes anything."""
    with psycopg.connect(address) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone()
    first = int((Path(folder) / "postmaster.pid").read_text().split("\n")[0])
    of_it = [first, *children(first)]
    for process in of_it:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(of_it):
            os.kill(process, signal.SIGCONT)


def children(process):
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(one) for task in tasks for one in task.read_text().split()]


def test_a_frozen_server_is_answered_for_in_time_and_it_heals(asked, settings, on_postgresql):
    position = on_postgresql.store.position()
    with frozen(settings.database):
        for key in (None, "during", None):
            answer, took = asked(key)
            assert answer.status_code == 503, answer.json
            assert answer.headers["Retry-After"]
            assert took < SOON + 1.5
    assert asked()[0].status_code == 200
    again, _ = asked("during")
    assert again.status_code == 201, again.json
    assert asked("during")[0].headers["Idempotent-Replayed"] == "true"
    orders = on_postgresql.store.follow(position, 100)
    assert sum(type(fact.event).__name__ == "OrderPlaced" for fact in orders) == 1


def test_the_control_without_a_bound_nobody_is_answered(on_postgresql, settings):
    """What waits for a frozen server waits for as long as it is frozen."""
    on_postgresql.store.position()
    waited = []

    def wait():
        began = time.monotonic()
        on_postgresql.store.position()
        waited.append(time.monotonic() - began)

    import threading

    thread = threading.Thread(target=wait)
    with frozen(settings.database):
        thread.start()
        thread.join(SOON * 2)
        assert thread.is_alive()
    thread.join()
    assert waited[0] > SOON


def test_a_page_says_it_too(on_postgresql, settings, monkeypatch):
    app = create_app(ledger=on_postgresql)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    token = let_in(on_postgresql, "Anna", BUYER, ("orderer", "auditor"))
    browser.post("/session", data={"token": token})
    assert browser.get("/agreements/A").status_code == 200, "the control"
    monkeypatch.setattr("ledger.web.patience.ANSWER_SECONDS", SOON)
    monkeypatch.setattr("ledger.web.patience.READ_SECONDS", SOON - 1)
    with frozen(settings.database):
        began = time.monotonic()
        answer = browser.get("/agreements/A", headers={"Accept-Language": "en"})
        assert answer.status_code == 503
        assert "The database cannot be reached" in answer.get_data(as_text=True)
        assert time.monotonic() - began < SOON + 1.5
    assert browser.get("/agreements/A").status_code == 200


def test_locked_read_models_are_answered_for_in_time(asked, settings, on_postgresql):
    on_postgresql.service.execute(ordering(100_00), BY)
    with psycopg.connect(settings.database) as connection:
        tables = ", ".join(f"{LIVE}.{name}" for name in ("positions", "orders", "agreements"))
        connection.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        answer, took = asked()
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert took < SOON + 1.5
    assert asked()[0].status_code == 200


def test_a_write_that_waits_for_a_lock_is_answered_for_in_time_and_may_be_recorded(
    asked, settings, on_postgresql
):
    """What was sent is done by the server all the same, once it has the lock."""
    position = on_postgresql.store.position()
    with psycopg.connect(settings.database) as connection:
        connection.execute("SELECT * FROM avrop_log.head FOR UPDATE")
        answer, took = asked("locked")
        assert answer.status_code == 503
        assert answer.json["type"] == "/problems/perhaps-recorded"
        assert "same key" in answer.json["detail"]
        assert took < SOON + 1.5
    assert asked("locked")[0].status_code == 201
    orders = on_postgresql.store.follow(position, 100)
    assert sum(type(fact.event).__name__ == "OrderPlaced" for fact in orders) == 1


# ── Connecting ────────────────────────────────────────────────────────────────────────────────


def test_every_part_says_who_it_is_and_waits_for_no_lock_for_ever(on_postgresql, settings):
    on_postgresql.views.catch_up()
    on_postgresql.registry.version()
    with psycopg.connect(settings.database) as connection:
        names = connection.execute(
            "SELECT DISTINCT application_name FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert {name for (name,) in names} >= {"avrop log", "avrop registry", "avrop read models"}
    for engine in (on_postgresql.views.database.engine, on_postgresql.registry._engine):
        with engine.connect() as connection:
            shown = connection.exec_driver_sql("SHOW lock_timeout").scalar()
            assert shown == "4s"


def several_hosts(address):
    """The same server, after a host that is not there."""
    parts = psycopg.conninfo.conninfo_to_dict(address)
    host, name, user = parts["host"], parts["dbname"], parts["user"]
    return f"postgresql://{user}@/{name}?host=/nowhere,{host}&port=5432,{parts.get('port', 5432)}"


def test_an_address_of_several_hosts_is_read_by_every_part(on_postgresql, settings):
    from ledger.config import read

    address = several_hosts(settings.database)
    opened = open_ledger(read({"AVROP_DATABASE": address}), STARTED)
    opened.service.execute(ordering(100_00), BY)
    assert opened.views.catch_up() == opened.store.position()
    opened.check()
    opened.close()


def test_what_an_address_says_itself_goes_before(settings, on_postgresql):
    address = f"{settings.database}&application_name=mine&options=-c%20work_mem%3D5MB"
    with postgresql.opened(address, "log", settings="-c jit=off") as connection:
        shown = [
            connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("application_name", "work_mem", "jit", "lock_timeout")
        ]
    assert shown == ["mine", "5MB", "off", "4s"]


def test_where_no_time_is_left_nobody_is_connected_to(settings, on_postgresql):
    deadline.begin(None, 0)
    try:
        with pytest.raises(psycopg.OperationalError, match="no time left"):
            postgresql.opened(settings.database, "log")
    finally:
        deadline.begin(None)


def test_what_was_not_recorded_is_not_said_to_be_perhaps(on_postgresql, settings):
    """A database that cannot be written to, and answers, knows that nothing was recorded."""
    name = settings.database.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(settings.database, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    opened = open_ledger(settings, STARTED)
    with pytest.raises(Unavailable) as raised:
        opened.service.execute(ordering(100_00), BY)
    assert not isinstance(raised.value, PerhapsRecorded)
    opened.close()
