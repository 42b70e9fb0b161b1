"""How many calls an order and a balance take: they do not depend on the machine, so that what makes
them dearer is seen in the change that does."""

import sys

import pytest
from werkzeug.test import EnvironBuilder

from ledger.metrics import Counting
from ledger.web import create_app
from tests.conftest import BUYER, ORDER
from tests.people import let_in
from tests.service.race import BY, ordering, sign

MOST = {
    "an order": {"sqlite": 700, "postgresql": 700},
    "an order over HTTP": {"sqlite": 1_630, "postgresql": 1_690},
    "a balance over HTTP": {"sqlite": 1_265, "postgresql": 1_570},
}
"""Some hundredths above what they took when it was last lowered: lower it where they take less."""


def calls_of(prepared) -> int:
    """Calls of functions, those of C too, the fewest: how often a driver looks for an answer
    depends on how busy the machine is. The first times are for what is made once."""
    counts = []
    for _ in range(12):
        calls, done = 0, prepared()

        def count(frame, event, argument):
            nonlocal calls
            calls += event in ("call", "c_call")

        sys.setprofile(count)
        try:
            done()
        finally:
            sys.setprofile(None)
        counts.append(calls)
    return min(counts[5:])


@pytest.fixture
def counted(ledger, monkeypatch):
    """What is counted, by its name, where nothing else counts."""
    monkeypatch.setattr(Counting, "now", None)
    sign(ledger.service, 100_000_000_000_00)
    app = create_app(ledger=ledger)
    token = let_in(ledger, "Anna", BUYER, ("orderer", "auditor"))
    body = {**ORDER, "ordered_on": "2026-02-01", "starts_on": "2026-03-01", "ends_on": "2026-04-01"}
    body["lines"] = [{**line, "year": 2026} for line in ORDER["lines"]]

    def asked(path, **more):
        """What the server calls, without the client."""
        headers = {"Authorization": f"Bearer {token}"}
        environ = EnvironBuilder(f"/api/v1/agreements/A/{path}", headers=headers, **more)
        given = environ.get_environ()

        def answer():
            said = []
            b"".join(app.wsgi_app(given, lambda status, headers, error=None: said.append(status)))
            assert said[0][0] == "2", said

        return answer

    return {
        "an order": lambda: lambda: ledger.service.execute(ordering(100_00), BY),
        "an order over HTTP": lambda: asked("orders", method="POST", json=body),
        "a balance over HTTP": lambda: asked("balance"),
    }


@pytest.mark.parametrize("what", MOST)
def test_it_takes_no_more_calls_than_it_took(counted, database, what):
    most = MOST[what][database.partition(":")[0]]
    taken = calls_of(counted[what])
    assert taken <= most, f"{what} takes {taken} calls"
