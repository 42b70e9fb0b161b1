"""Agreements, orders and drawdowns as they were: as of a date, as known at a moment."""

import itertools
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings

from ledger.application.acts.agreements import sign as sign_of
from ledger.application.bodies.agreements import SignAgreement
from ledger.application.bodies.parsing import load
from ledger.domain import order
from ledger.domain.agreement import AmendAgreement
from ledger.domain.events import By
from ledger.domain.limits import Use
from ledger.domain.position import position
from ledger.projections import agreements, drawdowns, orders, postings
from ledger.projections.then import Then
from tests.cli.desk import Desk
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER
from tests.projections.history_given import HISTORIES, played, point

# ── A cap changed in April with effect from February: what was it in March? ───────────────────

FIRST, LAST = "2024-03-01", "2024-03-31"
THEN_KNOWN, LATER_KNOWN = "2024-03-31T12:00:00Z", "2024-05-31T12:00:00Z"
ANSWERS = {
    (FIRST, THEN_KNOWN): "1000.00",
    (LAST, THEN_KNOWN): "1050.00",
    (FIRST, LATER_KNOWN): "1250.00",
    (LAST, LATER_KNOWN): "1050.00",
}
"""As of a day in March, as known at a moment → the cap, which was signed as 1 000.

In January 1 050 were decided from the middle of March; in April 1 250 from February until then."""


@pytest.fixture
def amended(ledger, api):
    """One amendment recorded in January, and one in April that reaches back to before it."""
    by = By(person="p-1", organisation=BUYER, role="manager")
    body = {**AGREEMENT, "cap": "1000.00", "policy": {"amendments": "free"}}
    days = {"signed_on": "2024-01-01", "starts_on": "2024-01-01", "ends_on": "2027-12-31"}
    there = SimpleNamespace(by=by, taken=lambda number: None)
    sign = sign_of(there, load(SignAgreement, {**body, **days}))
    ledger.service.execute(sign, by, now=datetime(2024, 1, 1, 9, tzinfo=UTC))
    for cap, effective_on, month in (
        (1_050_00, date(2024, 3, 15), 1),
        (1_250_00, date(2024, 2, 1), 4),
    ):
        amend = AmendAgreement(
            agreement="SKO-2023",
            ground="policy",
            decision=f"KS {month}",
            decided_on=date(2024, month, 20),
            effective_on=effective_on,
            cap=cap,
        )
        ledger.service.execute(amend, by, now=datetime(2024, month, 20, 9, tzinfo=UTC))
    return api


def test_a_cap_changed_in_april_from_february_gives_four_right_answers_for_march(
    amended, database, tmp_path, monkeypatch
):
    monkeypatch.setenv("AVROP_DATABASE", database)
    api, desk = amended("finance"), Desk(tmp_path)
    for (as_of, known_at), cap in ANSWERS.items():
        times = {"as_of": as_of, "known_at": known_at}
        options = ("--as-of", as_of, "--known-at", known_at)
        path = "/agreements/SKO-2023"
        (listed,) = api.get("/agreements", **times).json["items"]
        (on_line,) = desk.json("agreement", "list", *options)
        told = {
            "balance": api.get(f"{path}/balance", **times).json["cap"],
            "explain": api.get(f"{path}/balance/explain", figure="cap", **times).json["amount"],
            "one": api.get(path, **times).json["cap"],
            "list": listed["cap"],
            "list, balance": listed["balance"]["remaining"],
            "avrop balance": desk.json("balance", "SKO-2023", *options)["cap"],
            "avrop why": desk.json("why", "SKO-2023", "cap", *options)["amount"],
            "avrop agreement show": desk.json("agreement", "show", "SKO-2023", *options)["cap"],
            "avrop agreement list": on_line["balance"]["cap"],
        }
        assert told == dict.fromkeys(told, cap), (as_of, known_at)


# ── Orders and invoices ───────────────────────────────────────────────────────────────────────


def test_an_order_and_its_invoice_are_shown_as_they_were(api, database, tmp_path, monkeypatch):
    api("manager").post("/agreements", AGREEMENT)
    api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    name = "SKO-2023-0001"
    api("supplier").post(f"/orders/{name}/confirm", {"confirmed_on": "2023-11-28"})
    id = api("finance").post(f"/orders/{name}/drawdowns", INVOICE).json["id"]
    api("approver").post(f"/drawdowns/{id}/approve", {"approved_on": "2024-04-02"})
    auditor = api("auditor")
    monkeypatch.setenv("AVROP_DATABASE", database)
    desk = Desk(tmp_path)

    def status(path, day):
        answer = auditor.get(path, as_of=day)
        return answer.json["status"] if answer.status_code == 200 else answer.status_code

    days = ("2023-11-19", "2023-11-20", "2023-11-27", "2023-11-28", "2024-04-02")
    told = [status(f"/orders/{name}", day) for day in days]
    assert told == [404, "placed", "placed", "confirmed", "confirmed"]
    tag = auditor.get(f"/orders/{name}", as_of="2023-11-27").headers["ETag"]
    assert tag.startswith('"1.')
    days = ("2024-03-24", "2024-03-25", "2024-04-01", "2024-04-02")
    assert [status(f"/drawdowns/{id}", d) for d in days] == [
        404,
        "recorded",
        "recorded",
        "approved",
    ]
    placed = auditor.get("/orders", as_of="2023-11-27", status="placed").json["items"]
    assert [(item["number"], item["reserved"]) for item in placed] == [(name, "240000.00")]
    assert auditor.get("/orders", as_of="2023-11-27", status="confirmed").json["items"] == []
    assert auditor.get("/drawdowns", known_at="2020-01-01T00:00:00Z").json["items"] == []
    waited = auditor.get("/drawdowns", as_of="2024-04-01", status="recorded").json["items"]
    assert [item["decided_by"] for item in waited] == [None]
    assert auditor.get("/agreements/SKO-2023", as_of="2023-11-19").json["orders"] == 0
    assert auditor.get("/agreements/SKO-2023", as_of="2023-11-20").json["orders"] == 1
    assert status("/agreements/SKO-2023", "2023-09-04") == 404

    then = ("--as-of", "2023-11-27")
    assert desk.json("order", "show", name, *then)["status"] == "placed"
    assert [item["status"] for item in desk.json("order", "list", *then)] == ["placed"]
    assert desk.json("drawdown", "list", *then) == []
    before = ("--as-of", "2024-04-01")
    assert desk.json("drawdown", "show", id, *before)["status"] == "recorded"
    (waiting,) = desk.json("drawdown", "list", "--waiting", *before)
    assert waiting["id"] == id
    assert "There is no drawdown" in desk.refused("drawdown", "show", id, *then)


def test_pages_of_what_was_go_on_where_the_page_before_ended(api):
    api("manager").post("/agreements", AGREEMENT)
    for day in range(1, 8):
        body = {
            **ORDER,
            "lines": [{"kind": "x", "amount": "1.00"}],
            "ordered_on": f"2023-12-0{day}",
        }
        number = api("orderer").post("/agreements/SKO-2023/orders", body).json["number"]
        if day % 2:
            confirmed_on = {"confirmed_on": "2023-12-10"}
            api("supplier").post(f"/orders/{number}/confirm", confirmed_on)
    query = {"status": "confirmed", "as_of": "2023-12-10", "limit": 2}
    first = api("finance").get("/orders", **query)
    after = first.json["items"][-1]["number"]
    assert f"after={after}" in first.headers["Link"]
    assert "as_of=2023-12-10" in first.headers["Link"]
    second = api("finance").get("/orders", after=after, **query)
    numbers = [item["number"][-1] for page in (first, second) for item in page.json["items"]]
    assert numbers == ["1", "3", "5", "7"]


def test_what_was_is_what_the_postings_say_whatever_was_done(ledger):
    numbers = itertools.count(1)

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(HISTORIES)
    def play(history):
        steps, amendments, points = history
        run = played(ledger, f"F{next(numbers)}", steps, amendments)
        with ledger.views.database.reading() as connection:
            for then in (point(run, *some) for some in points):
                rows = orders.listed(connection, agreement=run.number, then=then, limit=500)
                held = [position(order.holding(row.state)).values() for row in rows]
                use = sum(itertools.chain(*held), start=Use())
                now = agreements.find(connection, run.number, None).now
                cap = postings.balance_at(connection, now, then.as_of, then.known_at)[0]
                assert use == cap.use, then
                row = agreements.find(connection, run.number, None, then)
                assert (row.state.orders if row else 0) == len(rows)
            ever = Then(as_of=date.max)
            for listed in (orders.listed, drawdowns.listed):
                narrowed = {"agreement": run.number, "limit": 500}
                now = listed(connection, **narrowed)
                assert listed(connection, then=ever, **narrowed) == now

    play()
