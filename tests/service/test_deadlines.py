"""A reading ends when nobody waits for it any more: after its time, or when its caller has gone."""

import socket
import threading
import time

import pytest
from sqlalchemy import text

from ledger import deadline
from ledger.deadline import Deadline
from ledger.domain.refusals import CallerGone, TookTooLong
from ledger.web import create_app
from tests.conftest import BUYER, Api
from tests.people import let_in

ENDLESS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
    "SELECT count(*) FROM n"
)
SHORT = text("SELECT count(*) FROM (SELECT 1) AS one")
LONG = 30.0


@pytest.fixture(autouse=True)
def nobody_waits():
    yield
    deadline.begin(None)


def test_a_statement_is_stopped_after_its_time_and_the_connection_serves_the_next(ledger):
    began = time.monotonic()
    deadline.begin(Deadline(0.5))
    with pytest.raises(TookTooLong), ledger.views.database.reading() as connection:
        connection.execute(ENDLESS)
    assert time.monotonic() - began < LONG
    with pytest.raises(TookTooLong), ledger.views.database.reading() as connection:
        pass
    deadline.begin(Deadline(LONG))
    for _ in range(3):
        with ledger.views.database.reading() as connection:
            assert connection.execute(SHORT).scalar_one() == 1


def test_a_statement_is_stopped_when_its_caller_has_gone(ledger):
    gone = threading.Event()
    threading.Timer(0.5, gone.set).start()
    deadline.begin(Deadline(LONG, gone.is_set))
    with pytest.raises(CallerGone), ledger.views.database.reading() as connection:
        connection.execute(ENDLESS)


def test_what_asks_again_and_again_is_stopped_between_its_statements(ledger):
    deadline.begin(Deadline(0.3))

    def ask():
        with ledger.views.database.reading() as connection:
            while True:
                connection.execute(SHORT)

    with pytest.raises(TookTooLong):
        ask()
    with pytest.raises(TookTooLong):
        ledger.store.follow(0, 10)


def test_the_control_who_has_no_deadline_is_not_stopped(ledger):
    with deadline.stopping(lambda: pytest.fail("it was stopped")):
        time.sleep(0.6)
    deadline.begin(Deadline(LONG))
    with deadline.stopping(lambda: pytest.fail("it was stopped")):
        time.sleep(0.6)


@pytest.fixture
def asking(ledger, monkeypatch):
    """The answer to one route, whose list is read for ever; its caller at a socket."""

    def forever(connection, *_, **__):
        connection.execute(ENDLESS)

    monkeypatch.setattr("ledger.projections.orders.listed", forever)
    client = Api(create_app(ledger=ledger).test_client(), let_in(ledger, "F", BUYER, ("finance",)))
    here, there = socket.socketpair()

    def ask():
        return client.client.get(
            "/api/v1/orders", headers=client.headers, environ_overrides={"gunicorn.socket": here}
        )

    yield ask, there
    here.close()
    there.close()


def test_a_route_answers_in_words_when_its_time_is_over(asking, monkeypatch):
    monkeypatch.setattr("ledger.web.patience.READ_SECONDS", 0.5)
    answer = asking[0]()
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/took-too-long")
    assert answer.headers["Retry-After"]


def test_a_route_stops_when_whoever_asked_hangs_up(asking, monkeypatch):
    monkeypatch.setattr("ledger.web.patience.READ_SECONDS", LONG)
    ask, there = asking
    threading.Timer(0.5, there.close).start()
    began = time.monotonic()
    answer = ask()
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/caller-gone")
    assert time.monotonic() - began < LONG
