"""A sole trader's number and name are personal data: the registry has them, the log never."""

from types import SimpleNamespace

import pytest

from ledger.application.acts.agreements import sign
from ledger.application.bodies.agreements import SignAgreement
from ledger.application.bodies.parsing import load
from ledger.domain.events import By
from ledger.domain.refusals import Invalid
from ledger.service import Service
from tests.conftest import AGREEMENT, INVOICE, ORDER

TRADER, NAME = "8112289874", "A sole trader's own name"
UNDER = {
    **AGREEMENT,
    "suppliers": [{"organisation": "811228-9874", "name": NAME}],
    "limits": [{"name": "the trader", "supplier": "811228-9874", "amount": "500000.00"}],
}


@pytest.fixture
def invoiced(api):
    """An agreement with a sole trader, and an order that is confirmed and invoiced by it."""
    assert api("manager").post("/agreements", UNDER).status_code == 201
    placed = api("orderer").post(
        "/agreements/SKO-2023/orders", {**ORDER, "supplier": "811228-9874"}
    )
    assert placed.status_code == 201
    university = api("supplier", TRADER)
    assert university.post("/orders/SKO-2023-0001/confirm").status_code == 200
    body = {**INVOICE, "supplier": TRADER}
    recorded = api("finance").post("/orders/SKO-2023-0001/drawdowns", body)
    assert recorded.status_code == 201
    return api


def stored(ledger) -> str:
    return "\n".join(
        f"{row.originator_id} {row.state.decode()}" for row in ledger.store.follow_stored(0, 1000)
    )


def test_no_fact_holds_the_number_or_the_name_of_a_sole_trader(invoiced, ledger):
    log = stored(ledger)
    assert "drawdown/N" in log
    assert TRADER not in log
    assert "811228" not in log
    assert NAME not in log


def test_the_search_finds_a_number_that_is_in_the_log(invoiced, ledger):
    assert "2120002403" in stored(ledger)


def test_people_see_the_name_until_it_is_erased(invoiced, ledger):
    manager = invoiced("manager")
    shown = manager.get("/agreements/SKO-2023").json["suppliers"]
    assert [party["name"] for party in shown] == [NAME]
    id = shown[0]["organisation"]
    assert id.startswith("N")
    assert manager.get("/orders/SKO-2023-0001").json["supplier"] == id
    assert ledger.registry.erase(id)
    assert manager.get("/agreements/SKO-2023").json["suppliers"] == [
        {"organisation": id, "name": ""}
    ]


def test_a_limit_on_a_sole_trader_counts_like_any_other(invoiced):
    limits = invoiced("finance").get("/agreements/SKO-2023/balance").json["limits"]
    assert limits[1]["committed"] == "240000.00"


def test_the_same_number_is_the_same_party_ever_after(invoiced, ledger):
    assert ledger.registry.party(TRADER) == ledger.registry.party(TRADER)
    assert ledger.registry.party("2120002403") == "2120002403"


def test_without_a_registry_a_personal_number_is_refused(ledger):
    by = By(person="p-1", organisation="2120002403", role="manager")
    there = SimpleNamespace(by=by, taken=lambda number: None)
    command = sign(there, load(SignAgreement, UNDER))
    with pytest.raises(Invalid) as refused:
        Service(ledger.store).execute(command, by)
    assert [fault.pointer for fault in refused.value.faults] == ["/suppliers/0/organisation"]
    assert ledger.store.position() == 0
