"""`kill -9` of workers in mid-request: what was answered is in the log once; all of it or none."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.cli.rebuild import check_rebuild
from tests.service.log_check import execute, facts_of, faults, requests_of

KILLS, CLIENTS = 100, 8
ORDER = {
    "course": "Kurs",
    "ordered_on": "2024-01-15",
    "lines": [{"kind": "delivery", "amount": "100.00"}],
}


class Load:
    """Clients that order and confirm, each request again under its key until it is answered."""

    def __init__(self, served, tokens) -> None:
        self.served, self.tokens = served, tokens
        self.acknowledged: dict[str, str] = {}
        self.balances: list[dict] = []
        self.cut: list[str] = []
        self.in_flight = 0
        self.done = threading.Event()
        self._guard = threading.Lock()
        served.broken = lambda key: self.cut.append(str(key))

    def work(self, client: int) -> None:
        nth = 0
        while not self.done.is_set():
            nth += 1
            number = self._write(
                "orderer", f"place-{client}-{nth}", "/agreements/SKO-2023/orders", ORDER, 201
            )
            body = {"confirmed_on": "2024-01-16"}
            self._write(
                "supplier", f"confirm-{client}-{nth}", f"/orders/{number}/confirm", body, 200
            )

    def _write(self, role, key, path, body, expected):
        with self._guard:
            self.in_flight += 1
        status, answer = self.served.answered(self.tokens[role], "POST", path, body, key)
        with self._guard:
            self.in_flight -= 1
        assert status == expected, (key, status, answer)
        self.acknowledged[key] = answer["number"]
        return answer["number"]

    def read(self) -> None:
        while not self.done.is_set():
            path = "/agreements/SKO-2023/balance"
            status, balance = self.served.answered(self.tokens["finance"], "GET", path)
            assert status == 200, balance
            self.balances.append(balance)
            time.sleep(0.02)


def kill_in_mid_request(served, load) -> None:
    """Until a worker's death has cut a request off: one that answers nobody is killed for nothing.

    New answers show that the workers are up again; only then is one killed, at a random moment.
    """
    cut = len(load.cut)
    while len(load.cut) == cut:
        answered, until = len(load.acknowledged), time.monotonic() + 60
        while len(load.acknowledged) < answered + 2 or not load.in_flight or not served.workers:
            assert time.monotonic() < until, "".join(served.said[-20:])
            time.sleep(0.001)
        cut = len(load.cut)
        time.sleep(random.uniform(0, 0.01))
        served.kill(random.choice(served.workers))
        noticed = time.monotonic() + 0.5
        while len(load.cut) == cut and time.monotonic() < noticed:
            time.sleep(0.001)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_workers_killed_in_mid_request_lose_nothing_and_leave_nothing_half_written(
    served, tokens, signed, ledger, settings
):
    signed("2000000.00")
    load = Load(served, tokens)
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        clients = [pool.submit(load.work, number) for number in range(CLIENTS)]
        clients.append(pool.submit(load.read))
        try:
            for _ in range(KILLS):
                kill_in_mid_request(served, load)
        finally:
            load.done.set()
        for client in clients:
            client.result(timeout=120)

    assert len(load.cut) >= KILLS
    assert served.replayed, "workers also died between their commit and their answer"
    facts, requests = facts_of(ledger.store), requests_of(settings)
    people = {role: ledger.registry.caller(token).person for role, token in tokens.items()}
    acknowledged = {
        f"{people['orderer' if key.startswith('place') else 'supplier']}:{key}": number
        for key, number in load.acknowledged.items()
    }
    assert faults(facts, requests, acknowledged) == []
    others = [key for key, stream, _ in requests if not stream.startswith("access/")]
    assert len(others) == len(acknowledged) + 1, "the signing, beside what was acknowledged"
    assert_read_models_are_whole(load, served, tokens, ledger)
    assert_a_lost_fact_is_seen(settings, ledger, acknowledged)


def assert_read_models_are_whole(load, served, tokens, ledger):
    """Each balance read meanwhile added up and none went back; nothing had to be repaired."""
    _, last = served.answered(tokens["finance"], "GET", "/agreements/SKO-2023/balance")
    positions = [balance["position"] for balance in (*load.balances, last)]
    assert positions == sorted(positions)
    for balance in (*load.balances, last):
        terms = [balance[t] for t in ("reserved", "committed", "drawn", "remaining")]
        assert sum(int(term.replace(".", "")) for term in terms) == 2_000_000_00
    assert last["committed"] == f"{len(load.acknowledged) // 2 * 100}.00"
    assert check_rebuild(ledger) == []


def assert_a_lost_fact_is_seen(settings, ledger, acknowledged):
    """The control: half of one command taken from the log is found. The read models see that the
    log is another one, and are made anew from what is left of it; that damage to them is found,
    their own tests show."""
    lost = next(f for f in reversed(facts_of(ledger.store)) if f.stream == "agreement/SKO-2023")
    schema = "" if ledger.store.on_sqlite else "avrop_log."
    execute(
        settings,
        f"DELETE FROM {schema}stored_events WHERE originator_id='agreement/SKO-2023' "
        f"AND originator_version={lost.version}",
    )
    found = faults(facts_of(ledger.store), requests_of(settings), acknowledged)
    assert any(lost.request in fault and "not whole" in fault for fault in found)
    assert check_rebuild(ledger) == []


def test_the_check_names_each_kind_of_damage(ledger, settings, api):
    from tests.conftest import AGREEMENT

    api("manager").post("/agreements", AGREEMENT)
    for key in ("a", "b"):
        placed = api("orderer").post("/agreements/SKO-2023/orders", ORDER, {"Idempotency-Key": key})
        assert placed.status_code == 201
    facts, requests = facts_of(ledger.store), requests_of(settings)
    assert faults(facts, requests, {facts[-1].request: "SKO-2023-0002"}) == []
    assert faults(facts[:-1], requests, {}), "half of the last command"
    assert faults([*facts, facts[-1]], requests, {}), "a fact twice"
    assert faults(facts[:-2], requests, {}), "a request without facts"
    assert faults(facts, requests[:-1], {}), "facts without their request"
    assert faults(facts, requests, {facts[-1].request: "SKO-2023-0001"}), "another answer"
    assert faults(facts, requests, {"never": "SKO-2023-0001"}), "an answer without facts"
