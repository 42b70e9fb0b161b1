"""A log that was recorded by earlier rules opens, and its figures are those that it gave then.

`tests/logs/rules-1.jsonl` are the facts of one agreement as the first version of the rules
recorded them, and so on, of what later ones decide otherwise: differences that were added to
amounts, room that was released on a day to come, fees that were cancelled again, a credit of
nothing, an invoice beyond its own line, seats and sessions that moved beside invoices that waited,
invoices beyond their order that counted from the latest of them, an order that ended before it was
delivered, a value that came to the threshold; and the balances that that version
then told, of days on which something begins.
"""

import json
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from ledger import codec
from ledger.cli.rebuild import check_rebuild
from ledger.domain import agreement, order
from ledger.domain.events import New
from ledger.domain.limits import Use
from ledger.domain.position import position
from ledger.replaying import replay
from ledger.store.entries import Entry, Request
from ledger.verifying import Held, verify
from tests.people import let_in

LOGS = Path(__file__).parent / "logs"
BUYER = "2120002403"
LOGGED = ("rules-1", "rules-2", "rules-3", "rules-4", "rules-6")
TERMS = ("amount", "reserved", "committed", "drawn", "remaining")


@pytest.fixture(params=LOGGED)
def before(request, ledger, monkeypatch):
    """The name of a log of earlier rules, recorded again as it was: the same bytes."""
    lines = (LOGS / f"{request.param}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    for key, some in groupby(rows, key=lambda row: row[3]["request"]):
        facts, versions = [], {}
        for stream, version, name, stored in some:
            data = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            fact = codec.decode(stream, version, name, data.encode())
            facts.append((fact, New(stream, fact.event, fact.effective_on)))
            versions.setdefault(stream, version - 1)
        monkeypatch.setattr(codec, "RULES", facts[0][0].rules)
        entry = Entry(
            facts=[new for _, new in facts],
            versions=versions,
            by=facts[0][0].by,
            recorded_at=facts[0][0].recorded_at,
            request=Request(key=key, digest=key),
        )
        ledger.store.append([entry])
    monkeypatch.undo()
    return request.param


def test_each_day_s_figures_are_those_that_it_told_then(before, ledger, api):
    told = json.loads((LOGS / f"{before}.figures.json").read_text(encoding="utf-8"))
    finance = api("finance", BUYER)
    for day, limits in told.items():
        found = finance.get("/agreements/A1/balance", as_of=day).json["limits"]
        assert {one["name"]: [one[term] for term in TERMS] for one in found} == limits, day
    assert check_rebuild(ledger) == []
    rules = {step.fact.rules for step in replay(ledger.store, "A1")}
    assert rules == {int(before.partition("-")[2])}


def test_it_is_verified(before, ledger, api):
    """As `avrop verify` does, also with what the rules of today recorded behind it."""
    assert verify(ledger, Held()).findings == ()
    manager, finance = api("manager", BUYER), api("finance", BUYER)
    assert manager.post("/agreements/A1/suspend", {"reason": "r"}).status_code == 200
    assert finance.get("/agreements/A1/balance").status_code == 200
    assert verify(ledger, Held()).findings == ()


@pytest.mark.parametrize("before", ["rules-4"], indirect=True)
def test_each_day_s_orders_read_as_the_room_that_they_had_moved(before, ledger):
    """Also where an invoice was turned down after others of earlier days had come after it: they
    are told anew by the rule that they were recorded by."""
    told = json.loads((LOGS / f"{before}.figures.json").read_text(encoding="utf-8"))
    state, names = ledger.service.load("agreement/A1")[1], range(1, 5)
    orders = [ledger.service.load(f"order/A1-{number:04d}")[1] for number in names]
    for day, limits in told.items():
        use = Use()
        for one in orders:
            then = order.as_of(one, date.fromisoformat(day))
            use += sum(position(order.holding(then)).values(), Use()) if then else Use()
        assert [written(ore) for ore in (use.committed, use.drawn)] == limits["cap"][2:4], day
    assert state.ends_on == date(2027, 2, 27)  # an option of a month after the 30th of January
    assert agreement.extended_to(state, date(2027, 2, 20)) == date(2027, 3, 30)


def written(ore: int) -> str:
    return f"{ore // 100}.{ore % 100:02d}"


@pytest.mark.parametrize("before", ["rules-1", "rules-2"], indirect=True)
def test_it_is_carried_on_by_the_rules_of_today(before, ledger, api):
    """What waits, was cancelled or shared then is decided now, and still adds up."""
    place = {"course": "Kurs", "lines": [{"kind": "delivery", "amount": "100.00"}]}
    placed = api("orderer", BUYER).post("/agreements/A1/orders", place)
    assert placed.status_code == 201, placed.text
    for number in range(1, 11):
        name = f"A1-{number:04d}"
        api("orderer", BUYER).post(f"/orders/{name}/cancel", {"reason": "r", "fee": "0.00"})
        api("manager", BUYER).post(f"/orders/{name}/close", {"reason": "r"})
    drawn = api("finance", BUYER).get("/drawdowns", agreement="A1").json["items"]
    taken = 0
    for one in (one for one in drawn if one["status"] == "approved"):
        token = let_in(ledger, "another", BUYER, ("approver",))
        path, headers = (
            f"/api/v1/drawdowns/{one['id']}/take-back",
            {"Authorization": f"Bearer {token}"},
        )
        asked = api("finance", BUYER).client.post(path, json={"reason": "r"}, headers=headers)
        taken += asked.status_code == 200
    assert taken
    limits = api("finance", BUYER).get("/agreements/A1/balance").json["limits"]
    for one in limits:
        parts = [round(float(one[term]) * 100) for term in TERMS]
        assert parts[0] == sum(parts[1:])
    assert check_rebuild(ledger) == []


@pytest.mark.parametrize("before", ["rules-1", "rules-4", "rules-6"], indirect=True)
def test_its_history_and_its_statement_read_as_it_was_recorded(before, api):
    """Differences that were added to an amount are told as what they are, and add up to it."""
    lines = (LOGS / f"{before}.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [fact for name, *_, fact in map(json.loads, lines) if name == "agreement/A1"]
    finance = api("finance", BUYER)
    items = finance.get("/agreements/A1/history", limit=200).json["items"]
    told = [one for one in items if one["stream"] == "agreement/A1"]
    assert [(one["data"], one["effective_on"], one["by"]) for one in told] == [
        (fact["data"], fact["effective_on"], fact["by"]) for fact in facts
    ]
    figures = json.loads((LOGS / f"{before}.figures.json").read_text(encoding="utf-8"))
    *_, (day, limits) = figures.items()
    rows = finance.get("/agreements/A1/statement", limit=200, as_of=day).json["items"]
    assert rows[-1]["remaining"] == limits["cap"][4]
    caps = [round(float(row["cap"]) * 100) for row in rows]
    assert written(sum(caps)) == limits["cap"][0]


@pytest.mark.parametrize("before", ["rules-1"], indirect=True)
def test_an_amount_that_is_set_before_a_difference_leaves_the_day_of_that_as_it_was(before, api):
    """The cap of 2024-06-13 is what it was told to be then, whatever is set between."""
    manager, finance = api("manager", BUYER), api("finance", BUYER)
    body = {"change": {"cap": "75000.00"}, "ground": "policy", "decision": "N",
            "decided_on": "2024-05-10", "effective_on": "2024-05-10"}  # fmt: skip
    assert manager.post("/agreements/A1/amendments", body).status_code == 201
    days = ("2024-01-24", "2024-05-09", "2024-05-10", "2024-06-12", "2024-06-13")
    caps = [finance.get("/agreements/A1/balance", as_of=day).json["cap"] for day in days]
    assert caps == ["100000.00", "70000.00", "75000.00", "75000.00", "90000.00"]
