"""Figures of a server with its workers: at their own port, of all together, whoever ends."""

import http.client
import re
import socket
import time

import pytest

from tests.conftest import AGREEMENT, BUYER
from tests.people import let_in
from tests.service.conftest import BROKEN, Served


@pytest.fixture
def clock():
    from datetime import UTC, datetime

    from tests.clock import SetClock

    return SetClock(datetime.now(UTC))


@pytest.fixture
def figures_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def serving(ledger, database, figures_port):
    workers = {} if database.startswith("sqlite") else {"AVROP_WORKERS": "3"}
    server = Served(database, AVROP_METRICS=str(figures_port), **workers)
    yield server
    server.stop()


def fetched(port: int, path: str = "/metrics") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def told(port: int, sought: str, seconds: float = 30) -> str:
    """The figures, once there are some of what is sought."""
    until = time.monotonic() + seconds
    text = ""
    while time.monotonic() < until:
        try:
            _, text = fetched(port)
        except BROKEN:
            text = ""
        if re.search(sought, text, re.MULTILINE):
            return text
        time.sleep(0.1)
    raise AssertionError(f"no {sought} in: {text}")


def figure(text: str, name: str) -> float:
    return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])


@pytest.mark.slow
def test_all_workers_count_together_and_on_a_port_of_their_own(
    serving, ledger, figures_port, database
):
    token = let_in(ledger, "Anna", BUYER, ("manager",))
    for number in range(20):
        body = {**AGREEMENT, "number": f"A-{number}"}
        assert serving.answered(token, "POST", "/agreements", body)[0] == 201
    text = told(figures_port, r"^avrop_request_seconds_count.* 20\.0$")
    (count,) = re.findall(r'^avrop_request_seconds_count{[^}]*status="201"} (\S+)$', text, re.M)
    assert float(count) == 20
    assert figure(text, "avrop_facts_appended_total") >= 20
    assert figure(text, "avrop_log_entries") == ledger.store.leaves.end()
    assert figure(text, "avrop_commands_waiting") == 0
    assert fetched(serving.port)[0] == 404, "never at the public address"


@pytest.mark.slow
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_where_the_worker_that_answers_ends_another_does_and_what_was_counted_counts(
    serving, ledger, figures_port
):
    token = let_in(ledger, "Anna", BUYER, ("manager",))
    assert serving.answered(token, "POST", "/agreements", AGREEMENT)[0] == 201
    before = figure(told(figures_port, "^avrop_facts"), "avrop_facts_appended_total")
    for worker in list(serving.workers):
        serving.kill(worker)
    assert serving.answered(token, "GET", "/agreements")[0] == 200
    text = told(figures_port, r"^avrop_facts_appended_total [1-9]")
    assert figure(text, "avrop_facts_appended_total") >= before
    assert figure(text, "avrop_commands_waiting") == 0
    assert 'route="/api/v1/agreements",status="201"' in text, "what the dead ones counted"
    assert 'route="/api/v1/agreements",status="200"' in text
