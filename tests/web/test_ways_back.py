"""Ways back over HTTP: each slip of the table, its way back, and what is refused."""

from datetime import timedelta

import pytest

from tests.conftest import AGREEMENT, BUYER, ORDER, Api
from tests.people import let_in

REASON = {"reason": "En felskrivning"}


@pytest.fixture
def signed(api):
    """An agreement, and two orders of 240 000 that are confirmed."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    for number in ("0001", "0002"):
        assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
        path = f"/orders/SKO-2023-{number}/confirm"
        assert api("supplier").post(path, {"confirmed_on": "2023-11-28"}).status_code == 200
    return api


@pytest.fixture
def other_approver(api, ledger):
    """Another approver of the same buyer."""
    client = api("approver").client
    return Api(client, let_in(ledger, "other approver", BUYER, ("approver",)))


def invoice(api, number="90012345", amount="100000.00", order="0001", **more):
    body = {"invoice": number, "issued_on": "2024-03-25", "amount": amount, **more}
    return api("finance").post(f"/orders/SKO-2023-{order}/drawdowns", body)


def places(api):
    got = api("finance").get("/agreements/SKO-2023/balance").json
    return tuple(got[name] for name in ("reserved", "committed", "drawn", "remaining"))


BEFORE = ("0.00", "480000.00", "0.00", "1520000.00")


def kind(answer):
    return answer.status_code, answer.json["type"].rpartition("/")[2]


# ── Invoices ──────────────────────────────────────────────────────────────────────────────────


def test_an_own_entry_is_withdrawn_and_recorded_anew(signed):
    id = invoice(signed).json["id"]
    assert kind(signed("admin").post(f"/drawdowns/{id}/withdraw", REASON)) == (
        409,
        "recorded-by-another",
    )
    assert signed("finance").post(f"/drawdowns/{id}/withdraw").status_code == 422
    answer = signed("finance").post(f"/drawdowns/{id}/withdraw", REASON)
    assert (answer.status_code, answer.json["status"]) == (200, "withdrawn")
    assert places(signed) == BEFORE
    again = invoice(signed, amount="50000.00")
    assert again.status_code == 201
    assert again.json["id"] == f"{id}.2"
    assert again.json["anew_of"] == id
    assert signed("finance").get(f"/drawdowns/{id}").json["anew"] == [f"{id}.2"]
    assert signed("finance").get(f"/drawdowns/{id}.2").json["amount"] == "50000.00"


def test_the_number_of_an_invoice_that_was_turned_down_is_free_and_taken_while_one_stands(signed):
    id = invoice(signed).json["id"]
    assert kind(invoice(signed)) == (409, "duplicate-invoice")
    assert kind(invoice(signed, amount="1.00")) == (409, "invoice-differs")
    signed("approver").post(f"/drawdowns/{id}/reject", {"reason": "Fel knapp"})
    assert invoice(signed).json["id"] == f"{id}.2"
    refused = invoice(signed)
    assert kind(refused) == (409, "duplicate-invoice")
    assert refused.json["drawdown"] == f"{id}.2"


def test_what_may_be_the_same_invoice_twice_is_flagged_over_all_orders_and_agreements(signed):
    other = {**AGREEMENT, "number": "SKO-2024"}
    assert signed("manager").post("/agreements", other).status_code == 201
    assert signed("orderer").post("/agreements/SKO-2024/orders", ORDER).status_code == 201
    first = invoice(signed).json["id"]
    body = {"invoice": "9001 2345", "issued_on": "2024-03-26", "amount": "1.00"}
    answer = signed("finance").post("/orders/SKO-2024-0001/drawdowns", body)
    assert f"same-number:{first}" in answer.json["flags"]
    body = {"invoice": "2", "issued_on": "2024-04-26", "amount": "100000.00"}
    answer = signed("finance").post("/orders/SKO-2024-0001/drawdowns", body)
    assert f"same-amount:{first}" in answer.json["flags"]
    assert invoice(signed, "3", "7.00").json["flags"] == []


def test_an_invoice_on_the_wrong_order_or_line_is_moved_before_it_is_decided(signed):
    id = invoice(signed).json["id"]
    body = {"order": "SKO-2023-0002", "line": 2, **REASON}
    answer = signed("finance").post(f"/drawdowns/{id}/move", body)
    assert answer.status_code == 200
    assert [(x["order"], x["line"]) for x in answer.json["lines"]] == [("SKO-2023-0002", 2)]
    assert places(signed) == BEFORE
    lines = [
        {"order": "SKO-2023-0001", "line": 1, "amount": "60000.00"},
        {"order": "SKO-2023-0002", "amount": "40000.00"},
    ]
    answer = signed("finance").post(f"/drawdowns/{id}/move", {"lines": lines, **REASON})
    assert [x["amount"] for x in answer.json["lines"]] == ["60000.00", "40000.00"]
    for wrong in ({}, {"order": "SKO-2023-0001", "line": 9}, {"lines": lines[:1]}):
        assert (
            signed("finance").post(f"/drawdowns/{id}/move", {**wrong, **REASON}).status_code == 422
        )
    assert signed("approver").post(f"/drawdowns/{id}/approve").status_code == 200
    assert kind(signed("finance").post(f"/drawdowns/{id}/move", body)) == (409, "wrong-status")


def on_days(api):
    days = ("2024-03-25", "2024-04-10", "2024-04-20", "2024-05-02")
    path, terms = "/agreements/SKO-2023/balance", ("reserved", "committed", "drawn", "remaining")
    found = [api("finance").get(path, as_of=day).json for day in days]
    return [tuple(one[term] for term in terms) for one in found]


@pytest.mark.parametrize("end", ["close", "cancel"])
@pytest.mark.parametrize("first", ["0001", "0002"], ids=["on another order", "on its own"])
def test_an_invoice_that_is_moved_to_its_order_is_as_if_it_had_been_there_all_along(
    signed, first, end
):
    """Whatever became of the order meanwhile: its end, and an invoice that came later."""
    id = invoice(signed, order=first).json["id"]
    what = {"close": {"closed_on": "2024-04-10", **REASON}, "cancel": {"fee": "1000.00"}}[end]
    day = {} if end == "close" else {"cancelled_on": "2024-04-10", **REASON}
    ended = signed("manager").post(f"/orders/SKO-2023-0002/{end}", {**what, **day})
    assert ended.status_code == 200, ended.text
    invoice(signed, number="2", amount="300.00", order="0002", issued_on="2024-05-02")
    if first == "0001":
        body = {"order": "SKO-2023-0002", **REASON}
        assert signed("finance").post(f"/drawdowns/{id}/move", body).status_code == 200
    kept = "100000.00" if end == "close" else "101000.00"
    last = {"close": 100_300, "cancel": 101_000}[end]
    assert [row[1] for row in on_days(signed)] == [
        "480000.00",
        *[f"{240_000 + float(kept):.2f}"] * 2,
        f"{240_000 + last}.00",
    ]
    answer = signed("approver").post(f"/drawdowns/{id}/approve", {"approved_on": "2024-04-20"})
    assert answer.status_code == 200
    assert [row[2] for row in on_days(signed)] == ["0.00"] + ["100000.00"] * 3


def test_what_was_held_up_by_a_slip_counts_from_its_own_day_once_that_is_gone(signed):
    """The closing of 10 April counted from the day of a later invoice; that was mistyped."""
    id = invoice(signed, issued_on="2024-05-02").json["id"]
    body = {"closed_on": "2024-04-10", **REASON}
    assert signed("manager").post("/orders/SKO-2023-0001/close", body).status_code == 200
    assert [row[1] for row in on_days(signed)] == ["480000.00"] * 3 + ["340000.00"]
    facts = signed("manager").get("/agreements/SKO-2023/history", limit=200).json["items"]
    closed = next(one for one in facts if one["name"] == "order-closed")
    assert (closed["effective_on"], closed["data"]["dated"]) == ("2024-05-02", "2024-04-10")
    assert signed("finance").post(f"/drawdowns/{id}/withdraw", REASON).status_code == 200
    assert [row[1] for row in on_days(signed)] == ["480000.00"] + ["240000.00"] * 3
    for day, status, held in (
        ("2024-04-09", "confirmed", "240000.00"),
        ("2024-04-10", "closed", "0.00"),
    ):
        one = signed("finance").get("/orders/SKO-2023-0001", as_of=day).json
        listed = signed("finance").get("/orders", as_of=day).json["items"]
        assert (one["status"], one["committed"]) == (status, held)
        assert [(x["status"]) for x in listed if x["number"] == one["number"]] == [status]


def test_an_approval_is_taken_back_by_another_approver(signed, other_approver):
    id = invoice(signed).json["id"]
    before = signed("finance").get(f"/drawdowns/{id}").json
    assert signed("approver").post(f"/drawdowns/{id}/approve").status_code == 200
    assert places(signed) == ("0.00", "380000.00", "100000.00", "1520000.00")
    path = f"/drawdowns/{id}/take-back"
    assert kind(signed("approver").post(path, REASON)) == (403, "own-approval")
    assert signed("finance").post(path, REASON).status_code == 403
    assert other_approver.post(path).status_code == 422
    answer = other_approver.post(path, REASON)
    assert answer.status_code == 200
    after = signed("finance").get(f"/drawdowns/{id}").json
    assert {**after, "actions": None} == {**before, "actions": None}
    assert places(signed) == BEFORE
    assert kind(other_approver.post(path, REASON)) == (409, "wrong-status")


def test_a_credit_s_approval_is_taken_back_before_its_invoice_s(signed, other_approver):
    id = invoice(signed).json["id"]
    signed("approver").post(f"/drawdowns/{id}/approve")
    approved = places(signed), signed("finance").get("/orders/SKO-2023-0001").json["lines"]
    body = {"invoice": "K1", "issued_on": "2024-05-10", "amount": "30000.00", "room": "cap"}
    credit = signed("finance").post(f"/drawdowns/{id}/reverse", body).json["id"]
    signed("approver").post(f"/drawdowns/{credit}/approve")
    refused = other_approver.post(f"/drawdowns/{id}/take-back", REASON)
    assert kind(refused) == (409, "later-stands")
    assert refused.json["later"] == [credit]
    assert other_approver.post(f"/drawdowns/{credit}/take-back", REASON).status_code == 200
    assert signed("finance").get(f"/drawdowns/{id}").json["credited"] == "0.00"
    after = places(signed), signed("finance").get("/orders/SKO-2023-0001").json["lines"]
    assert after == approved
    assert other_approver.post(f"/drawdowns/{id}/take-back", REASON).status_code == 200
    assert places(signed) == BEFORE


# ── Orders ────────────────────────────────────────────────────────────────────────────────────


def test_an_order_that_was_closed_too_early_is_reopened_if_it_fits(signed):
    path = "/orders/SKO-2023-0001"
    assert kind(signed("orderer").post(f"{path}/reopen", REASON)) == (409, "wrong-status")
    close = {"closed_on": "2023-12-01", **REASON}
    assert signed("manager").post(f"{path}/close", close).status_code == 200
    assert signed("orderer").post(f"{path}/reopen").status_code == 422
    lines = [{"kind": "delivery", "amount": "1520000.01", "year": 2024}]
    body = {**ORDER, "ordered_on": "2023-12-01", "lines": lines}
    assert signed("orderer").post("/agreements/SKO-2023/orders", body).status_code == 201
    refused = signed("orderer").post(f"{path}/reopen", REASON)
    assert kind(refused) == (409, "cap-exceeded")
    assert refused.json["limits"][0]["over"] == "0.01"
    signed("orderer").post("/orders/SKO-2023-0003/cancel")
    assert signed("orderer").post(f"{path}/reopen", REASON).json["status"] == "confirmed"
    assert places(signed) == BEFORE


def test_a_delivery_that_was_reported_wrong_is_reported_again(signed):
    path = "/orders/SKO-2023-0001/deliver"
    first = {"delivered_on": "2024-03-22", "seats_used": 11}
    assert signed("supplier").post(path, first).status_code == 200
    again = {"delivered_on": "2024-03-21", "seats_used": 12}
    refused = signed("supplier").post(path, again)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/reason"
    assert signed("supplier").post(path, {**again, **REASON}).status_code == 200
    order = signed("orderer").get("/orders/SKO-2023-0001").json
    assert (order["seats_used"], order["status"]) == (12, "delivered")
    assert signed("orderer").post("/orders/SKO-2023-0001/cancel").status_code == 409


# ── Agreements ────────────────────────────────────────────────────────────────────────────────


def test_a_signing_is_put_right_by_another_person_before_anything_stands_on_it(api):
    api("manager").post("/agreements", {**AGREEMENT, "cap": "200000.00"})
    path = "/agreements/SKO-2023/rectify"
    right = {"cap": "2000000.00", "title": "Rätt titel", **REASON}
    assert kind(api("manager").post(path, right)) == (403, "own-signing")
    answer = api("admin").post(path, right)
    assert answer.status_code == 200
    assert (answer.json["cap"], answer.json["title"]) == ("2000000.00", "Rätt titel")
    assert api("finance").get("/agreements/SKO-2023/balance").json["remaining"] == "2000000.00"
    statement = api("finance").get("/agreements/SKO-2023/statement").json["items"]
    assert statement[-1]["remaining"] == "2000000.00"
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    refused = api("admin").post(path, {"cap": "1.00", **REASON})
    assert kind(refused) == (409, "signing-in-use")


@pytest.mark.parametrize("start", ["2023-01-01", "2023-09-05", "2024-01-01"])
def test_statement_and_balance_agree_on_every_day_after_a_start_was_put_right(api, start):
    api("manager").post("/agreements", {**AGREEMENT, "cap": "200000.00"})
    path = "/agreements/SKO-2023"
    right = {"cap": "60.00", "starts_on": start, "signed_on": "2023-01-01", **REASON}
    answer = api("admin").post(f"{path}/rectify", right)
    assert answer.status_code == 200, answer.text
    (row,) = api("finance").get(f"{path}/statement").json["items"]
    assert (row["cause"], row["effective_on"], row["cap"]) == ("rectified", start, "60.00")
    for day in ("2023-10-01", "2024-01-01", "2024-02-01"):
        rows = api("finance").get(f"{path}/statement", as_of=day).json["items"]
        balance = api("finance").get(f"{path}/balance", as_of=day).json["remaining"]
        assert [one["remaining"] for one in rows] == [balance], "before its term, as it begins"


def test_what_was_known_before_a_signing_was_put_right_is_told_as_it_was(api, clock):
    api("manager").post("/agreements", {**AGREEMENT, "cap": "200000.00"})
    before = clock().isoformat()
    clock.move(clock.today + timedelta(days=1))
    api("admin").post("/agreements/SKO-2023/rectify", {"cap": "60.00", **REASON})
    told = api("finance").get("/agreements/SKO-2023/statement", known_at=before).json["items"]
    assert [(one["cause"], one["remaining"]) for one in told] == [("signed", "200000.00")]


def test_an_agreement_without_orders_is_made_void_and_its_number_stays_taken(api):
    api("manager").post("/agreements", AGREEMENT)
    answer = api("manager").post("/agreements/SKO-2023/void", REASON)
    assert (answer.status_code, answer.json["status"]) == (200, "voided")
    refused = api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    assert kind(refused) == (409, "agreement-not-open")
    assert kind(api("manager").post("/agreements", AGREEMENT)) == (409, "already-exists")
    assert kind(api("manager").post("/agreements/SKO-2023/reopen", REASON)) == (409, "wrong-status")


def test_an_agreement_with_orders_is_never_void(signed):
    refused = signed("manager").post("/agreements/SKO-2023/void", REASON)
    assert kind(refused) == (409, "signing-in-use")


def test_a_limit_is_removed_and_binds_no_longer(api):
    limits = [{"name": "2024", "year": 2024, "amount": "1000.00"}]
    api("manager").post("/agreements", {**AGREEMENT, "limits": limits})
    assert kind(api("orderer").post("/agreements/SKO-2023/orders", ORDER)) == (409, "cap-exceeded")
    path = "/agreements/SKO-2023/remove-limit"
    assert api("manager").post(path, {"name": "2025", **REASON}).status_code == 404
    assert api("manager").post(path, {"name": "cap", **REASON}).status_code == 422
    removed = {"name": "2024", "removed_on": "2023-11-20", **REASON}
    assert api("manager").post(path, removed).status_code == 200
    day_before = {**ORDER, "ordered_on": "2023-11-19"}
    refused = api("orderer").post("/agreements/SKO-2023/orders", day_before)
    assert kind(refused) == (409, "cap-exceeded")
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    names = [x["name"] for x in api("finance").get("/agreements/SKO-2023/balance").json["limits"]]
    assert "2024" not in names


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("supplier", "/agreements/SKO-2023/rectify"),
        ("orderer", "/agreements/SKO-2023/void"),
        ("finance", "/agreements/SKO-2023/remove-limit"),
        ("supplier", "/orders/SKO-2023-0001/reopen"),
    ],
)
def test_who_may_not_is_refused(signed, role, path):
    assert signed(role).post(path, {"name": "2024", **REASON}).status_code == 403


def test_every_way_back_is_told_in_the_history(signed, other_approver):
    id = invoice(signed).json["id"]
    signed("approver").post(f"/drawdowns/{id}/approve")
    other_approver.post(f"/drawdowns/{id}/take-back", REASON)
    signed("finance").post(f"/drawdowns/{id}/move", {"order": "SKO-2023-0002", **REASON})
    signed("finance").post(f"/drawdowns/{id}/withdraw", REASON)
    invoice(signed)
    items = signed("manager").get("/agreements/SKO-2023/history", limit=200).json["items"]
    said = {item["event"] for item in items} if "event" in items[0] else {i["name"] for i in items}
    assert {
        "drawdown-approval-taken-back",
        "order-drawing-taken-back",
        "drawdown-moved",
        "drawdown-withdrawn",
        "drawdown-recorded-anew",
    } <= said
    assert BUYER in str(items)


def test_a_notice_is_told_by_who_may_amend_and_not_before_it_is_published(api, clock):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    body = {"change": {"cap": "2500000.00"}, "ground": "17:12", "decision": "KS 1"}
    amended = api("manager").post("/agreements/SKO-2023/amendments", body).json
    assert amended["flags"] == ["notice-missing"]
    assert amended["notices"] == [
        {"decision": "KS 1", "ground": "17:12", "number": None, "published_on": None}
    ]
    path, told = "/agreements/SKO-2023/notices", {"decision": "KS 1", "number": "2027/S 1-1"}
    assert api("finance").post(path, told).status_code == 403
    ahead = api("manager").post(path, {**told, "published_on": "2027-09-30"})
    assert [one["pointer"] for one in ahead.json["errors"]] == ["/published_on"]
    assert api("manager").post(path, {**told, "decision": "KS 2"}).status_code == 404
    done = api("manager").post(path, told)
    assert done.status_code == 200, done.text
    assert done.json["flags"] == []
    assert done.json["notices"][0]["number"] == "2027/S 1-1"
    history = api("manager").get("/agreements/SKO-2023/history").json["items"]
    assert (history[-1]["name"], history[-1]["effective_on"]) == (
        "notice-published", clock.today.isoformat()
    )  # fmt: skip
    assert history[-2]["data"]["flags"] == ["notice-missing"]
