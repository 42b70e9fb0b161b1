"""A course that comes to start in the next year: the same figures of each year in every door."""

from datetime import timedelta

import pytest

from ledger.cli.rebuild import check_rebuild
from ledger.domain.limits import used
from ledger.replaying import replay
from tests.clock import STARTED
from tests.conftest import AGREEMENT

PATH = "/agreements/SKO-2023"
TODAY = STARTED.today
YEARS = (TODAY.year, TODAY.year + 1)
ENOUGH = ("1000.00", "900.00")
LIMITS = [
    {"name": str(y), "year": y, "amount": amount} for y, amount in zip(YEARS, ENOUGH, strict=True)
]


def told(answer):
    assert answer.status_code in (200, 201), answer.text
    return answer.json


@pytest.fixture
def partly_invoiced(api):
    """A course of 1 000 in the autumn, of which 400 are invoiced in advance and wait."""
    terms = {"cap": "2000.00", "limits": LIMITS, "ends_on": f"{YEARS[1]}-12-31"}
    told(api("manager").post("/agreements", {**AGREEMENT, **terms}))
    body = {"course": "Kurs", "lines": [{"kind": "delivery", "amount": "1000.00"}]}
    body["starts_on"] = f"{YEARS[0]}-11-02"
    number = told(api("orderer").post(f"{PATH}/orders", body))["number"]
    told(api("supplier").post(f"/orders/{number}/confirm", {}))
    bill = {"invoice": "1", "issued_on": str(TODAY), "amount": "400.00"}
    id = told(api("finance").post(f"/orders/{number}/drawdowns", bill))["id"]
    return number, id


def committed(api, **times):
    found = told(api("finance").get(f"{PATH}/balance", **times))
    return {one["name"]: one["committed"] for one in found["limits"][1:]}


def test_each_year_s_figures_follow_its_start_from_that_day_in_every_door(
    partly_invoiced, api, ledger, clock
):
    number, id = partly_invoiced
    before, first = clock().isoformat(), {str(YEARS[0]): "1000.00", str(YEARS[1]): "0.00"}
    clock.move(TODAY + timedelta(days=1))
    later = {"starts_on": f"{YEARS[1]}-02-01", "reason": "The teacher is ill."}
    told(api("orderer").post(f"/orders/{number}/change", later))
    after = {str(YEARS[0]): "400.00", str(YEARS[1]): "600.00"}
    assert committed(api) == after
    assert committed(api, as_of=str(TODAY)) == committed(api, known_at=before) == first
    told(api("approver").post(f"/drawdowns/{id}/approve", {}))
    summary = told(api("finance").get(f"{PATH}/summary"))
    assert [(one["year"], one["paid"]) for one in summary["years"]] == [(YEARS[0], "400.00")]
    *_, step = replay(ledger.store, "SKO-2023")
    use = [used(limit, step.state.totals).total for limit in step.state.limits]
    assert use == [100_000, 40_000, 60_000]
    assert check_rebuild(ledger) == []


def test_the_year_that_it_would_go_to_has_no_room_and_nothing_is_changed(partly_invoiced, api):
    number, _ = partly_invoiced
    full = {"course": "Full", "lines": [{"kind": "delivery", "amount": "300.01", "year": YEARS[1]}]}
    told(api("orderer").post(f"{PATH}/orders", full))
    later = {"starts_on": f"{YEARS[1]}-02-01", "reason": "The teacher is ill."}
    answer = api("orderer").post(f"/orders/{number}/change", later)
    assert answer.status_code == 409
    (over,) = answer.json["limits"]
    assert (over["limit"], over["over"]) == (str(YEARS[1]), "0.01")
    assert told(api("finance").get(f"/orders/{number}"))["starts_on"] == f"{YEARS[0]}-11-02"
