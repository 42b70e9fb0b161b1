"""A grant over the API: claimed, paid, extended; and what a round came to, told to everybody."""

import pytest

from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER

PATH = "/agreements/SKO-2023"
PLACES = ("reserved", "committed", "drawn", "remaining")
GRANT = {
    "name": "ESF",
    "funder": "ESF-rådet",
    "ceiling": "500000.00",
    "starts_on": "2023-11-01",
    "ends_on": "2024-01-31",
    "decision": "D 1",
    "decided_on": "2023-10-20",
}


@pytest.fixture
def late(api):
    """An approved invoice of a month after the grant's period; and its id."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert api("manager").post(f"{PATH}/funding", GRANT).status_code == 200
    lines = [{**line, "funding": "ESF"} for line in ORDER["lines"]]
    order = {**ORDER, "lines": lines, "programme": "Trainee", "round": 1, "free_seats": 2}
    assert api("orderer").post(f"{PATH}/orders", order).status_code == 201
    assert api("supplier").post("/orders/SKO-2023-0001/confirm", {}).status_code == 200
    drawn = api("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE)
    approved = api("approver").post(f"/drawdowns/{drawn.json['id']}/approve", {})
    assert approved.status_code == 200, approved.text
    return drawn.json["id"]


def source(api, **query):
    (found,) = api("finance").get(f"{PATH}/funding", **query).json["sources"]
    return found


def test_what_is_claimed_and_paid_is_told_with_what_is_left(api, late):
    manager = api("manager")
    claim = {"name": "ESF", "amount": "100.00", "reference": "A", "claimed_on": "2024-05-01"}
    assert manager.post(f"{PATH}/funding/claim", claim).json["flags"] == [
        "claimed-beyond-support:ESF",
        "recorded-late",
    ]
    paid = {"name": "ESF", "amount": "40.00", "reference": "B", "paid_on": "2024-06-01"}
    assert manager.post(f"{PATH}/funding/receive", paid).status_code == 200
    found = source(api)
    told = (found[name] for name in ("claimed", "paid", "to_claim", "outstanding"))
    assert tuple(told) == ("100.00", "40.00", "-100.00", "60.00")
    assert source(api, as_of="2024-05-31")["paid"] == "0.00"
    assert manager.post(f"{PATH}/funding/claim", {**claim, "amount": "-100.01"}).status_code == 422
    assert manager.post(f"{PATH}/funding/claim", {**claim, "name": "EU"}).status_code == 404
    assert manager.post(f"{PATH}/funding/claim", {**claim, "amount": "0.00"}).status_code == 422


def test_whether_the_period_is_over_is_told_for_the_day(api, late):
    assert source(api, as_of="2024-01-31")["period_over"] is False
    assert source(api, as_of="2024-02-01")["period_over"] is True
    assert source(api)["period_over"] is True


def test_an_extended_period_judges_again_what_it_had_left_out(api, late):
    assert (source(api)["support"], source(api)["eligible"]) == ("0.00", "0.00")
    refused = api("finance").post(f"/drawdowns/{late}/judge-again", {})
    assert refused.status_code == 409
    assert refused.json["type"].endswith("/judged-already")
    assert api("finance").get(f"/drawdowns/{late}").json["flags"] == ["not-eligible:ESF"]
    before = api("finance").get(f"{PATH}/balance").json
    longer = {**GRANT, "ends_on": "2024-12-31", "decision": "D 2", "decided_on": "2024-05-01"}
    dry = api("manager").post(f"{PATH}/funding/change", longer, dry_run="true")
    assert dry.status_code == 200
    assert source(api)["support"] == "0.00"
    changed = api("manager").post(f"{PATH}/funding/change", longer)
    assert changed.status_code == 200, changed.text
    assert (source(api)["support"], source(api)["eligible"]) == ("240000.00", "240000.00")
    assert api("finance").get(f"/drawdowns/{late}").json["flags"] == []
    after = api("finance").get(f"{PATH}/balance").json
    assert [after[name] for name in PLACES] == [before[name] for name in PLACES]


@pytest.mark.parametrize("how", ["change", "withdraw"])
def test_a_decision_that_is_recorded_late_holds_for_what_came_since_its_day(api, late, how):
    longer = {**GRANT, "ends_on": "2024-12-31", "decision": "D 2", "decided_on": "2024-01-20"}
    assert api("manager").post(f"{PATH}/funding/change", longer).status_code == 200
    assert source(api)["support"] == "240000.00"
    day = {"decision": "D 3", "decided_on": "2024-02-01"}
    if how == "change":
        less = {**longer, **day, "share": "50.00"}
        assert api("manager").post(f"{PATH}/funding/change", less).status_code == 200
    else:
        body = {**day, "name": "ESF", "reason": "r"}
        assert api("manager").post(f"{PATH}/funding/withdraw", body).status_code == 200
    told = source(api)["eligible"], source(api)["support"]
    assert told == {"change": ("240000.00", "120000.00"), "withdraw": ("0.00", "0.00")}[how]
    again = api("finance").post(f"/drawdowns/{late}/judge-again", {})
    assert again.json["type"].endswith("/judged-already")


@pytest.mark.parametrize("first", ["2024-04-02", "2024-03-28"])
@pytest.mark.parametrize("in_time", [True, False])
def test_a_ceiling_that_is_lowered_late_is_taken_in_the_order_in_which_invoices_came(
    api, late, in_time, first
):
    """The first has what there is, also where the one after it had taken of it, and where it is of
    a day before the decision and came after it."""
    manager, finance = api("manager"), api("finance")
    begun = {**GRANT, "ends_on": "2024-12-31", "ceiling": "600000.00", "decided_on": "2024-01-20"}
    assert manager.post(f"{PATH}/funding/change", begun).status_code == 200
    less = {**begun, "ceiling": "290000.00", "decision": "D 3", "decided_on": "2024-04-01"}
    assert not in_time or manager.post(f"{PATH}/funding/change", less).status_code == 200
    ids = []
    for number, day, kronor in (("9", first, "60000.00"), ("1", "2024-04-03", "40000.00")):
        more = {**INVOICE, "invoice": number, "issued_on": day, "amount": kronor, "vat": "0.00"}
        ids.append(finance.post("/orders/SKO-2023-0001/drawdowns", more).json["id"])
        approve = {"approved_on": day}
        assert api("approver").post(f"/drawdowns/{ids[-1]}/approve", approve).status_code == 200
    assert in_time or manager.post(f"{PATH}/funding/change", less).status_code == 200
    assert source(api, as_of=first)["eligible"] == "50000.00"
    assert (source(api)["eligible"], source(api)["left"]) == ("290000.00", "0.00")
    told = [finance.get(f"/drawdowns/{id}").json["lines"] for id in ids]
    found = [sum(float(part["eligible"]) for one in lines for part in one["funding"])
             for lines in told]  # fmt: skip
    assert found == [50_000, 0]


def test_what_a_credit_left_of_an_invoice_is_judged_by_a_ceiling_that_is_lowered_late(api, late):
    """What the credit gave back stays as it was told to the funder; no more is taken than there
    is."""
    manager, finance, approver = api("manager"), api("finance"), api("approver")
    begun = {**GRANT, "ends_on": "2024-12-31", "ceiling": "600000.00", "decided_on": "2024-01-20"}
    assert manager.post(f"{PATH}/funding/change", begun).status_code == 200
    ids = []
    for number, day, kronor in (("9", "2024-03-28", "60000.00"), ("1", "2024-04-03", "40000.00")):
        more = {**INVOICE, "invoice": number, "issued_on": day, "amount": kronor, "vat": "0.00"}
        ids.append(finance.post("/orders/SKO-2023-0001/drawdowns", more).json["id"])
        assert approver.post(f"/drawdowns/{ids[-1]}/approve", {}).status_code == 200
    part = {"invoice": "K", "issued_on": "2024-04-05", "amount": "20000.00", "room": "cap"}
    credit = finance.post(f"/drawdowns/{ids[0]}/reverse", part).json["id"]
    assert approver.post(f"/drawdowns/{credit}/approve", {}).status_code == 200
    before = finance.get(f"{PATH}/balance").json
    less = {**begun, "ceiling": "290000.00", "decision": "D 3", "decided_on": "2024-04-01"}
    assert manager.post(f"{PATH}/funding/change", less).status_code == 200
    assert (source(api)["eligible"], source(api)["left"]) == ("290000.00", "0.00")
    told = [finance.get(f"/drawdowns/{id}").json["lines"] for id in ids]
    found = [sum(float(part["eligible"]) for one in lines for part in one["funding"])
             for lines in told]  # fmt: skip
    assert found == [60_000, 10_000]
    after = finance.get(f"{PATH}/balance").json
    assert [after[name] for name in PLACES] == [before[name] for name in PLACES]


def test_a_decision_that_all_buyers_agreed_to_judges_what_each_of_them_was_invoiced(api, ledger):
    member = "2120001470"
    joint = {**AGREEMENT, "buyers": [{"organisation": BUYER}, {"organisation": member}]}
    assert api("manager").post("/agreements", joint).status_code == 201

    def agreed(what, body):
        asked = api("manager").post(f"{PATH}/funding{what}", body, propose="true")
        assert asked.status_code in (200, 201), asked.text
        number = asked.json["proposals"][-1]["number"]
        done = api("manager", member).post(f"{PATH}/proposals/{number}/accept")
        assert done.status_code == 200, done.text

    agreed("", GRANT)
    ids = []
    for nth, organisation in enumerate((BUYER, member), 1):
        lines = [{**line, "funding": "ESF"} for line in ORDER["lines"]]
        placed = api("orderer", organisation).post(f"{PATH}/orders", {**ORDER, "lines": lines})
        at = f"/orders/{placed.json['number']}"
        assert api("supplier").post(f"{at}/confirm", {}).status_code == 200
        bill = {**INVOICE, "invoice": f"J{nth}"}
        drawn = api("finance", organisation).post(f"{at}/drawdowns", bill)
        assert drawn.status_code == 201, drawn.text
        assert "not-eligible:ESF" in drawn.json["flags"]
        ids.append((organisation, drawn.json["id"]))
    agreed("/change", {**GRANT, "ends_on": "2024-12-31", "decision": "D 2",
                       "decided_on": "2024-05-01"})  # fmt: skip
    for organisation, id in ids:
        again = api("finance", organisation).get(f"/drawdowns/{id}").json
        assert "not-eligible:ESF" not in again["flags"], organisation


def test_a_round_s_result_is_told_by_the_rounds_and_the_public_summary(api, late):
    body = {
        "programme": "Trainee",
        "round": 1,
        "result": "Nya uppdrag",
        "participants": 12,
        "completed": 11,
        "women": 7,
        "men": 5,
    }
    assert api("manager").post(f"{PATH}/results", body).status_code == 200
    (told,) = api("finance").get(f"{PATH}/rounds").json["items"]
    assert {name: told[name] for name in body} == body
    assert (told["per_participant"], told["free_seats"]) == ("20000.00", 2)
    summary = api("finance").get(f"{PATH}/summary").json
    assert summary["results"] == [body]
    assert summary["free_seats"] == 2
    assert summary["per_participant"] is None
    assert "Nya uppdrag" in summary["text"]
    (paid,) = summary["funding"]
    assert (paid["claimed"], paid["received"], paid["period_over"]) == ("0.00", "0.00", True)
    more = api("manager").post(f"{PATH}/results", {**body, "completed": 13})
    assert [each["pointer"] for each in more.json["errors"]] == ["/completed"]
    named = {**body, "result": "Anna 850101-1236 fick nytt uppdrag"}
    assert api("manager").post(f"{PATH}/results", named).status_code == 422
    assert BUYER not in summary["text"]
