"""Mistakes that other systems make with frameworks, budgets and holds: here each one is a test.

Every case is played on both databases through the service or the API, with the figures asserted
that a person would read. Whose mistake it was stands above each.
"""

from collections import Counter
from datetime import UTC, date, datetime

import msgspec
import pytest

from ledger import deciding
from ledger.domain import agreement
from ledger.domain.agreement.proposing import SHARED
from ledger.domain.events import By
from tests.conftest import AGREEMENT, BUYER, recorded
from tests.service.race import race, sign

DAY = "2024-01-15"
NUMBER = "SKO-2023"
TERMS = ("reserved", "committed", "drawn", "remaining")


@pytest.fixture
def agreed(api):
    """Sign the agreement with a cap in kronor (None: unknown); gives the API."""

    def with_cap(cap, **more):
        body = {**AGREEMENT, "cap": cap, **more}
        signed = api("manager").post("/agreements", body)
        assert signed.status_code == 201, signed.text
        return api

    return with_cap


def order(api, amount, *more, status=201, kind="delivery"):
    lines = [{"kind": kind, "amount": each} for each in (amount, *more)]
    body = {"course": "Kurs", "ordered_on": DAY, "lines": lines}
    answer = api("orderer").post(f"/agreements/{NUMBER}/orders", body)
    assert answer.status_code == status, answer.text
    return answer.json if status != 201 else answer.json["number"]


def confirm(api, name, status=200):
    answer = api("supplier").post(f"/orders/{name}/confirm", {"confirmed_on": DAY})
    assert answer.status_code == status, answer.text


def invoice(api, name, amount, number="1", **more):
    body = {"invoice": number, "issued_on": "2024-03-25", "amount": amount, **more}
    answer = api("finance").post(f"/orders/{name}/drawdowns", body)
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def approve(api, id, **body):
    answer = api("approver").post(f"/drawdowns/{id}/approve", {"approved_on": "2024-04-01", **body})
    assert answer.status_code == 200, answer.text


def balance(api, **query):
    answer = api("finance").get(f"/agreements/{NUMBER}/balance", **query)
    assert answer.status_code == 200, answer.text
    return tuple(answer.json[term] for term in TERMS)


def history(api):
    return api("auditor").get(f"/agreements/{NUMBER}/history", limit=500).json["items"]


# ── Tryton 8.2: all eight get it ──────────────────────────────────────────────────────────────


def test_of_eight_writers_that_each_order_all_that_is_left_exactly_one_succeeds(ledger, database):
    sign(ledger.service, 1_000_000)
    assert race(database, 8, 1_000_000) == ["A-0001"]
    state = ledger.service.load("agreement/A")[1]
    assert (state.orders, agreement.use_of(state, state.cap).total) == (1, 1_000_000)


# ── Blnk before its fix: all six ──────────────────────────────────────────────────────────────


def test_of_six_holds_of_1000_on_5000_in_parallel_five_succeed(ledger, database):
    sign(ledger.service, 5_000_00)
    assert race(database, 6, 1_000_00) == [f"A-{n:04d}" for n in range(1, 6)]
    state = ledger.service.load("agreement/A")[1]
    assert agreement.use_of(state, state.cap).total == 5_000_00


# ── Tryton 8.2: both pass, and remaining is unchanged until the invoice ───────────────────────


def test_two_service_orders_that_together_pass_the_cap_are_not_both_taken(agreed):
    api = agreed("100.00")
    first = order(api, "60.00")
    confirm(api, first)
    assert balance(api) == ("0.00", "60.00", "0.00", "40.00")
    refused = order(api, "60.00", status=409)
    assert refused["limits"] == [
        {
            "limit": "cap",
            "cap": "100.00",
            "used": "60.00",
            "asked": "60.00",
            "over": "20.00",
            "fits": "40.00",
            "on": DAY,
        }
    ]
    approve(api, invoice(api, first, "60.00"))
    assert balance(api) == ("0.00", "0.00", "60.00", "40.00")


def test_two_service_orders_under_a_soft_cap_show_what_they_pass_it_by_before_any_invoice(agreed):
    api = agreed("100.00", policy={"cap_effect": "soft"})
    for _ in range(2):
        confirm(api, order(api, "60.00"))
    assert balance(api) == ("0.00", "120.00", "0.00", "-20.00")


# ── Tryton: over-use is shown as 0 ────────────────────────────────────────────────────────────


def test_over_use_is_shown_as_over_use_wherever_it_is_read(agreed):
    api = agreed("100.00")
    name = order(api, "100.00")
    confirm(api, name)
    approve(api, invoice(api, name, "130.00"))
    assert balance(api) == ("0.00", "0.00", "130.00", "-30.00")
    assert balance(api, as_of="2024-12-31") == ("0.00", "0.00", "130.00", "-30.00")
    (listed,) = api("finance").get("/agreements").json["items"]
    assert listed["balance"]["remaining"] == "-30.00"
    statement = api("finance").get(f"/agreements/{NUMBER}/statement").json["items"]
    assert statement[-1]["remaining"] == "-30.00"
    assert order(api, "0.01", status=409)["limits"][0]["fits"] == "0.00"


# ── ERPNext: yes, no, no ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("orders", [("110.00",), ("50.00", "60.00"), ("100.00", "10.00")])
def test_a_tolerance_of_10_per_cent_gives_the_same_answer_however_it_is_split(agreed, orders):
    limit = {"name": "delivery", "kind": "delivery", "amount": "100.00", "tolerance": 10}
    api = agreed("1000.00", limits=[limit])
    for amount in orders:
        order(api, amount)
    refused = order(api, "0.01", status=409)["limits"]
    assert refused == [
        {
            "limit": "delivery",
            "cap": "110.00",
            "used": "110.00",
            "asked": "0.01",
            "over": "0.01",
            "fits": "0.00",
            "on": DAY,
        }
    ]


@pytest.mark.parametrize("orders", [("110.01",), ("50.00", "60.01"), ("100.00", "10.01")])
def test_past_the_tolerance_it_is_the_same_ore_that_is_refused(agreed, orders):
    limit = {"name": "delivery", "kind": "delivery", "amount": "100.00", "tolerance": 10}
    api = agreed("1000.00", limits=[limit])
    for amount in orders[:-1]:
        order(api, amount)
    assert order(api, orders[-1], status=409)["limits"][0]["over"] == "0.01"


# ── FOLIO, fixed again in 2026 ────────────────────────────────────────────────────────────────


def committed(api, name):
    got = api("finance").get(f"/orders/{name}").json
    return got["amount"], got["committed"], got["drawn"]


@pytest.mark.parametrize("amount", ["33.33", "100.01", "200.03", "250.00"])
def test_rejecting_an_invoice_gives_the_commitment_back_exactly(agreed, amount):
    api = agreed("1000.00")
    name = order(api, "100.01", "100.02")
    confirm(api, name)
    before = balance(api), committed(api, name)
    id = invoice(api, name, amount)
    rejected = api("approver").post(f"/drawdowns/{id}/reject", {"reason": "Fel"})
    assert rejected.status_code == 200, rejected.text
    assert (balance(api), committed(api, name)) == before


@pytest.mark.parametrize("amount", ["33.33", "100.01", "200.03", "250.00"])
def test_crediting_an_invoice_to_its_order_gives_the_commitment_back_exactly(agreed, amount):
    api = agreed("1000.00")
    name = order(api, "100.01", "100.02")
    confirm(api, name)
    before = balance(api), committed(api, name)
    for number in ("1", "2"):
        id = invoice(api, name, amount, number)
        approve(api, id)
        body = {"invoice": f"K{number}", "issued_on": "2024-05-10", "room": "order"}
        credit = api("finance").post(f"/drawdowns/{id}/reverse", body)
        assert credit.status_code == 201, credit.text
        approve(api, credit.json["id"], approved_on="2024-05-10")
        assert (balance(api), committed(api, name)) == before


def test_crediting_an_invoice_to_the_cap_gives_its_room_back_and_not_twice(agreed):
    api = agreed("1000.00")
    name = order(api, "100.01", "100.02")
    confirm(api, name)
    id = invoice(api, name, "200.03")
    approve(api, id)
    body = {"invoice": "K1", "issued_on": "2024-05-10", "room": "cap"}
    credit = api("finance").post(f"/drawdowns/{id}/reverse", body)
    approve(api, credit.json["id"], approved_on="2024-05-10")
    assert balance(api) == ("0.00", "0.00", "0.00", "1000.00")
    again = api("finance").post(f"/drawdowns/{id}/reverse", {**body, "invoice": "K2"})
    assert again.status_code == 422, again.text
    assert balance(api) == ("0.00", "0.00", "0.00", "1000.00")


# ── Blnk: on every later transaction ──────────────────────────────────────────────────────────


def test_an_alert_crosses_its_threshold_once_and_not_on_every_later_transaction(agreed):
    api = agreed("100.00", policy={"alerts": [50, 80]})
    names = [order(api, "10.00") for _ in range(7)]
    for name in names:
        confirm(api, name)
    approve(api, invoice(api, names[0], "10.00"))
    for name in names[1:5]:
        cancelled = api("orderer").post(f"/orders/{name}/cancel", {"cancelled_on": DAY})
        assert cancelled.status_code == 200, cancelled.text
    for _ in range(3):
        order(api, "10.00")
    crossed = [fact["data"] for fact in history(api) if fact["name"] == "threshold-crossed"]
    assert crossed == [{"limit": "cap", "percent": 50, "used": 50_00, "amount": 100_00}]
    order(api, "20.00")
    crossed = [fact["data"] for fact in history(api) if fact["name"] == "threshold-crossed"]
    assert [each["percent"] for each in crossed] == [50, 80]


# ── No agreement system answers both ──────────────────────────────────────────────────────────


def test_a_cap_changed_in_april_is_asked_for_in_march_both_as_of_and_as_known(ledger, api):
    by = By(person="p-manager", organisation=BUYER, role="manager")
    terms = msgspec.convert(
        {
            "number": NUMBER,
            "title": "Uppdragsutbildning",
            "currency": "SEK",
            "cap": 1_000_00,
            "buyers": [{"organisation": BUYER}],
            "suppliers": [{"organisation": "2021004524"}],
            **dict.fromkeys(("signed_on", "starts_on"), "2024-01-01"),
            "ends_on": "2027-12-31",
        },
        agreement.SignAgreement,
    )
    ledger.service.execute(terms, by, now=datetime(2024, 1, 1, 9, tzinfo=UTC))

    def amend(cap, effective_on, now):
        command = agreement.AmendAgreement(
            agreement=NUMBER,
            ground="17:9",
            decision="KS",
            decided_on=date(2024, 4, 10),
            effective_on=effective_on,
            cap=cap,
        )
        ledger.service.execute(command, by, now=now)

    amend(1_050_00, date(2024, 3, 15), datetime(2024, 4, 10, 9, tzinfo=UTC))
    amend(1_080_00, date(2024, 5, 1), datetime(2024, 4, 11, 9, tzinfo=UTC))
    asked = {
        "in March, as of before the change took effect": {"as_of": "2024-03-14"},
        "in March, as of when it had": {"as_of": "2024-03-31"},
        "in March, as of then and as known then": {
            "as_of": "2024-03-31",
            "known_at": "2024-03-31T12:00:00Z",
        },
        "as known in March of any later day": {"known_at": "2024-03-31T12:00:00Z"},
        "as known between the two decisions": {
            "as_of": "2024-05-01",
            "known_at": "2024-04-10T12:00:00Z",
        },
        "as of May": {"as_of": "2024-05-01"},
        "now": {},
    }
    got = {name: balance(api, **query)[3] for name, query in asked.items()}
    assert got == dict(
        zip(
            asked,
            ("1000.00", "1050.00", "1000.00", "1000.00", "1050.00", "1080.00", "1080.00"),
            strict=True,
        )
    )


# ── Tryton: an order without a money cap crashes ──────────────────────────────────────────────


def test_an_unknown_cap_is_unknown_everywhere_and_crashes_nothing(agreed):
    api = agreed(None)
    name = order(api, "180.00")
    confirm(api, name)
    approve(api, invoice(api, name, "180.00"))
    assert balance(api) == ("0.00", "0.00", "180.00", None)
    assert balance(api, as_of="2024-12-31") == ("0.00", "0.00", "180.00", None)
    assert api("finance").get(f"/agreements/{NUMBER}").json["cap"] is None
    (listed,) = api("finance").get("/agreements").json["items"]
    assert (listed["balance"]["cap"], listed["balance"]["remaining"]) == (None, None)
    statement = api("finance").get(f"/agreements/{NUMBER}/statement").json["items"]
    assert {row["remaining"] for row in statement} == {None}
    dry = {"course": "K", "ordered_on": DAY, "lines": [{"kind": "delivery", "amount": "1.00"}]}
    tried = api("orderer").post(f"/agreements/{NUMBER}/orders", dry, dry_run="true")
    assert (tried.status_code, tried.json["balance"]["remaining"]) == (200, None)
    assert history(api)[0]["data"]["cap"] is None


def test_a_cap_that_becomes_known_counts_what_was_used_while_it_was_not(agreed):
    api = agreed(None, regime="outside_lou", policy={"amendments": "free"})
    order(api, "180.00")

    def amend(cap, on):
        body = {"change": {"cap": cap}, "ground": "policy", "decision": "KS", "decided_on": on}
        answer = api("manager").post(f"/agreements/{NUMBER}/amendments", body)
        assert answer.status_code == 201, answer.text

    amend("200.00", "2024-02-01")
    assert balance(api) == ("180.00", "0.00", "0.00", "20.00")
    assert order(api, "20.01", status=409)["limits"][0]["over"] == "0.01"
    amend(None, "2024-03-01")
    amend("300.00", "2024-04-01")
    amend("310.00", "2024-05-01")
    assert balance(api) == ("180.00", "0.00", "0.00", "130.00")
    statement = api("finance").get(f"/agreements/{NUMBER}/statement").json["items"]
    remaining = [row["remaining"] for row in statement]
    assert remaining == [None, None, "20.00", None, "120.00", "130.00"]


# ── Tryton: an agreement is edited in place ───────────────────────────────────────────────────


def test_no_route_edits_an_agreement_in_place(agreed, ledger):
    api = agreed("100.00")
    order(api, "60.00")
    before, position = history(api), recorded(ledger.store)
    client = api("admin")
    for method in ("put", "patch", "delete"):
        answer = getattr(client.client, method)(
            f"/api/v1/agreements/{NUMBER}",
            json={**AGREEMENT, "cap": "1.00"},
            headers=client.headers,
        )
        assert answer.status_code == 405
    again = api("manager").post("/agreements", {**AGREEMENT, "cap": "999999.00"})
    assert (again.status_code, again.json["type"].rpartition("/")[2]) == (409, "already-exists")
    assert (history(api), recorded(ledger.store)) == (before, position)
    writing = {
        rule.rule
        for rule in api.app.url_map.iter_rules()
        if rule.methods & {"PUT", "PATCH", "DELETE"}
    }
    # The directory of people is beside the log, and erasing is what it is for.
    assert writing == {"/api/v1/persons/<person:id>"}


def test_no_command_edits_an_agreement_without_its_decision_or_reason_and_its_day():
    commands = deciding.AgreementCommand.__args__
    assert agreement.AmendAgreement in commands
    # What says what a day brings, or which numbers it goes by, takes what was proposed with its
    # reason, counts beside, or asks suppliers for offers, takes and opens them: none of it changes
    # a term. What is proposed to all is one of these commands, most with a decision and a day of
    # their own; what else is beside is what a funder was asked and paid, with its reference, and
    # the numbers that an agreement goes by.
    beside = {
        agreement.WatchTerm,
        agreement.SkipNumbers,
        agreement.AcceptShareMove,
        agreement.ProposeChange,
        agreement.AcceptChange,
        agreement.RecordInKind,
        agreement.ClaimFunding,
        agreement.ReceiveFunding,
        agreement.ReportResult,
        agreement.GiveNumbers,
        agreement.SkipNumbers,
        agreement.OpenCompetition,
        agreement.AnswerCompetition,
        agreement.OpenOffers,
    }
    assert beside < set(commands)
    told = {agreement.ClaimFunding, agreement.ReceiveFunding, agreement.GiveNumbers}
    assert set(SHARED.values()) - told <= set(commands) - beside
    for command in commands:
        if command in beside:
            continue
        fields = set(command.__struct_fields__)
        assert fields & {"decision", "reason"}, command
        assert fields & {"decided_on", "on"}, command
        if command is agreement.RectifySigning:
            # As it should have been signed: by another person, and while nothing stands on it.
            guards = deciding.DECISIONS[command].guards
            assert {agreement.unused, agreement.another_person} < set(guards)
            continue
        assert not fields & {"title", "currency", "signed_on", "starts_on"}, command
        # Another supplier takes a supplier's place by amendment, on a ground (LOU 17 kap. 13 §).
        assert "suppliers" not in fields or "ground" in fields, command


def test_what_was_signed_is_still_readable_after_every_amendment(agreed):
    api = agreed("2000000.00")
    order(api, "60.00")
    signed = history(api)[0]
    body = {"change": {"cap": "2150000.00"}, "ground": "17:9", "decision": "KS 2026/12"}
    answer = api("manager").post(f"/agreements/{NUMBER}/amendments", body)
    assert answer.status_code == 201, answer.text
    assert history(api)[0] == signed
    assert signed["data"]["cap"] == 2_000_000_00
    names = Counter(fact["name"] for fact in history(api))
    assert (names["agreement-signed"], names["agreement-amended"]) == (1, 1)


def test_nothing_that_is_done_later_changes_the_bytes_of_what_was_recorded(agreed, ledger):
    api = agreed("1000.00", policy={"alerts": [50]})
    name = order(api, "600.00")
    before = [(row.id, row.topic, row.state) for row in ledger.store.follow_stored(0, 100)]
    confirm(api, name)
    approve(api, invoice(api, name, "700.00"))
    body = {"change": {"cap": "1050.00"}, "ground": "17:9", "decision": "KS 2026/12"}
    assert api("manager").post(f"/agreements/{NUMBER}/amendments", body).status_code == 201
    closed = api("manager").post(f"/agreements/{NUMBER}/close", {"reason": "Slut"})
    assert closed.status_code == 200
    ledger.views.rebuild()
    after = [(row.id, row.topic, row.state) for row in ledger.store.follow_stored(0, 100)]
    assert after[: len(before)] == before
    assert len(after) > len(before) > 2
