"""A log that was recorded by earlier rules opens, and its figures are those that it gave then.

`tests/logs/rules-2.jsonl` are the facts of one agreement as the second version of the rules
recorded them, and so on, of what later ones decide otherwise: differences that were added to
amounts, room that was released on a day to come, fees that were cancelled again, a credit of
nothing, an invoice beyond its own line, seats and sessions that moved beside invoices that waited,
invoices beyond their order that counted from the latest of them; and the balances that that version
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
from tests.people import let_in

LOGS = Path(__file__).parent / "logs"
BUYER = "2120002403"
TERMS = ("amount", "reserved", "committed", "drawn", "remaining")


@pytest.fixture(params=["rules-2", "rules-3", "rules-4"])
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


@pytest.mark.parametrize("before", ["rules-2"], indirect=True)
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
