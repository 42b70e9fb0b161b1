"""Whatever was booked can be decided, and decided otherwise: no two wait for each other."""

from dataclasses import replace

import pytest

from tests.documents.bills import Bill, rows
from tests.web.test_booking import Desk, lines_of
from tests.web.test_booking_credits import credit


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order()


def take_back(desk, id):
    return desk.second_approver.post(f"/drawdowns/{id}/take-back", {"reason": "Fel"})


def test_of_two_credits_beyond_the_order_the_later_is_taken_back_first(desk, order):
    invoice = desk.recorded(Bill("C7", rows(("9000.00", 1), ("9000.00", 2)), order=order))
    desk.approve(invoice["id"])
    before = desk.balance()
    first, second = (
        desk.recorded(credit(number, "600.00", "C7", order=order))["id"] for number in ("K1", "K2")
    )
    for one in (first, second):
        desk.approve(one, room="cap")
    blocked = take_back(desk, first)
    assert (blocked.status_code, blocked.json["later"]) == (409, [second])
    for one in (second, first):
        assert take_back(desk, one).status_code == 200
    after = desk.balance()
    assert (after["drawn"], after["remaining"]) == (before["drawn"], before["remaining"])


def test_a_credit_note_whose_lines_on_one_order_come_to_nothing_is_recorded(desk, order):
    other = desk.order()
    some = rows(("100.00", 1, other), ("-100.00", 1, other), ("50.00", 1))
    found = desk.recorded(Bill("K1", some, order=order, type="381"))
    assert found["amount"] == "-50.00"
    assert sum(float(amount) for _, amount in lines_of(found)) == -50.0


# ── Credits of several invoices, and those that come first ────────────────────────────────────


def test_a_credit_of_more_than_is_left_that_a_person_recorded_is_approved_as_it_is(desk, order):
    invoice = desk.recorded(Bill("F1", rows(("1000.00", 1)), order=order))
    desk.approve(invoice["id"])
    waiting = desk.queued(credit("K1", "1000.01", "F1", order=order))
    path = f"/documents/{waiting['sha256']}/assign"
    id = desk.finance.post(path, {"order": order, "reason": "Kulans"}).json["drawdown"]
    done = desk.approve(id, room="order")
    assert (done["status"], done["credits"]) == ("approved", None)
    assert "credit-beyond:F1" in done["flags"]
    assert desk.drawn() == "-0.01"


@pytest.mark.parametrize("first_here", [True, False])
def test_a_credit_of_several_that_came_before_one_of_them_is_tied_when_all_are_here(
    desk, order, first_here
):
    def invoices(*numbers):
        return [
            desk.recorded(Bill(one, rows(("1000.00", line)), order=order))["id"]
            for one, line in numbers
        ]

    ids = invoices(("C7", 1)) if first_here else []
    found = desk.recorded(credit("K1", "1200.00", "C7", "C8", order=order))
    assert found["credits"] is None
    ids += invoices(*(() if first_here else (("C7", 1),)), ("C8", 2))
    tied = desk.drawdown(found["id"])
    assert (tied["credits"], tied["also_credits"]) == (ids[0], [ids[1]])
    assert [one["amount"] for one in tied["taken"]] == ["1000.00", "200.00"]
    assert lines_of(tied) == [(1, "-1000.00"), (2, "-200.00")]
    for one in ids:
        desk.approve(one)
    desk.approve(found["id"], room="cap")
    assert desk.drawdown(ids[0])["status"] == "reversed"
    assert desk.drawdown(ids[1])["credited"] == "200.00"
    assert desk.drawn() == "800.00"


def test_a_credit_that_came_first_lands_on_the_line_that_it_names(desk, order):
    found = desk.recorded(credit("K1", "400.00", "C7", order=order, line=2))
    desk.recorded(Bill("C7", rows(("1000.00", 1), ("1000.00", 2)), order=order))
    tied = desk.drawdown(found["id"])
    assert (lines_of(tied), tied["flags"]) == ([(2, "-400.00")], [])


def test_a_credit_of_several_lands_on_the_lines_that_it_names(desk, order):
    for number in ("C7", "C8"):
        desk.recorded(Bill(number, rows(("500.00", 1), ("500.00", 2)), order=order))
    some = rows(("700.00", 2), ("100.00", 1))
    found = desk.recorded(Bill("K1", some, order=order, type="381", credits=("C7", "C8")))
    assert [one["amount"] for one in found["taken"]] == ["600.00", "200.00"]
    assert sorted(lines_of(found)) == [(1, "-100.00"), (2, "-200.00"), (2, "-500.00")]
    beyond = rows(("301.00", 2), ("100.00", 1))
    other = desk.recorded(Bill("K2", beyond, order=order, type="381", credits=("C7", "C8")))
    assert other["flags"] == []
    for number in ("C9", "C10"):
        desk.recorded(Bill(number, rows(("500.00", 1), ("500.00", 2)), order=order))
    some = rows(("1001.00", 2), ("1.00", 1))
    third = desk.recorded(Bill("K3", some, order=order, type="381", credits=("C9", "C10")))
    assert third["flags"] == ["credit-lines-differ"]


def test_a_person_ties_a_credit_to_several_invoices_and_to_no_credit(desk, order):
    found = desk.recorded(credit("K1", "700.00", "0007", order=order))
    other = desk.recorded(credit("K2", "700.00", "0008", order=order))
    first, second = (
        desk.recorded(Bill(number, rows(("500.00", 1)), order=order))["id"]
        for number in ("C7", "C8")
    )
    path = f"/drawdowns/{found['id']}/match"
    assert desk.finance.post(path, {"credits": first}).json["type"].endswith("/credit-too-large")
    assert desk.finance.post(path, {"credits": other["id"]}).status_code == 422
    tied = desk.finance.post(path, {"credits": first, "also_credits": [second]})
    assert tied.status_code == 200, tied.text
    assert [one["amount"] for one in tied.json["taken"]] == ["500.00", "200.00"]


def test_a_credit_of_several_is_moved_to_the_lines_that_they_drew_and_no_others(desk, order):
    first, second = (
        desk.recorded(Bill(number, rows(("500.00", 1), ("500.00", 2)), order=order))["id"]
        for number in ("C7", "C8")
    )
    found = desk.recorded(credit("K1", "1200.00", "C7", "C8", order=order))
    assert [one["amount"] for one in found["taken"]] == ["1000.00", "200.00"]
    path = f"/drawdowns/{found['id']}/move"
    two = [{"line": 1, "amount": "300.00"}, {"line": 2, "amount": "900.00"}]
    moved = desk.finance.post(path, {"order": order, "lines": two, "reason": "Andra rader"})
    assert moved.status_code == 200, moved.text
    assert [(one["drawdown"], one["amount"]) for one in moved.json["taken"]] == [
        (first, "800.00"),
        (second, "400.00"),
    ]
    too_much = [{"line": 1, "amount": "1100.00"}, {"line": 2, "amount": "100.00"}]
    refused = desk.finance.post(path, {"order": order, "lines": too_much, "reason": "?"})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/lines")
    assert "100" in refused.json["errors"][0]["detail"]
    elsewhere = desk.order()
    assert desk.finance.post(path, {"order": elsewhere, "reason": "?"}).status_code == 422
    for one in (first, second):
        desk.approve(one)
    desk.approve(found["id"], room="cap")
    assert (desk.drawdown(first)["credited"], desk.drawdown(second)["credited"]) == (
        "800.00",
        "400.00",
    )
    assert desk.drawn() == "800.00"
    assert take_back(desk, found["id"]).status_code == 200
    assert desk.drawn() == "2000.00"


# ── Advances ──────────────────────────────────────────────────────────────────────────────────


def prepaid(desk, order):
    advance = desk.recorded(Bill("A1", rows(("4000.00", 1)), order=order, type="386"))
    desk.approve(advance["id"])
    bill = Bill("S1", rows(("6000.00", 1)), order=order, prepaid="5000.00", credits=("A1",))
    return advance["id"], desk.recorded(bill)["id"]


def test_an_invoice_that_deducts_an_advance_is_moved_and_takes_it_back_all_the_same(desk, order):
    other = desk.order()
    advance, final = prepaid(desk, order)
    body = {"order": other, "line": 2, "reason": "Fel avrop"}
    moved = desk.finance.post(f"/drawdowns/{final}/move", body)
    assert moved.status_code == 200, moved.text
    assert moved.json["deducts"] == [{"drawdown": advance, "amount": "4000.00"}]
    assert desk.drawdown(advance)["deducted"] == [{"drawdown": final, "amount": "4000.00"}]
    assert [(x["order"], x["line"]) for x in moved.json["lines"]] == [(other, 2)]
    third = desk.approver.post(f"/drawdowns/{final}/approve", {"approved_on": "2025-06-01"})
    assert third.status_code == 200, third.text
    assert desk.drawn() == "6000.00"
    assert desk.balance()["remaining"] == "1968000.00"
    assert take_back(desk, final).status_code == 200
    desk.reject(final)
    assert (desk.drawn(), desk.drawdown(advance)["deducted"]) == ("4000.00", [])
    assert desk.balance()["remaining"] == "1968000.00"


@pytest.mark.parametrize("answer", ["the same", "none"])
def test_who_approves_may_say_again_which_advances_are_deducted(desk, order, answer):
    advance, final = prepaid(desk, order)
    deducts = [advance] if answer == "the same" else []
    done = desk.approve(final, deducts=deducts)
    assert [one["drawdown"] for one in done["deducts"]] == deducts
    assert desk.drawn() == ("6000.00" if deducts else "10000.00")


def test_what_was_approved_after_a_credit_beyond_the_order_does_not_wait_for_it(desk, order):
    invoice = desk.recorded(Bill("C7", rows(("9000.00", 1), ("9000.00", 2)), order=order))
    desk.approve(invoice["id"])
    back = desk.recorded(credit("K1", "600.00", "C7", order=order))["id"]
    desk.approve(back, room="cap")
    again = desk.recorded(credit("K2", "-600.00", "K1", order=order))["id"]
    desk.approve(again)
    assert take_back(desk, invoice["id"]).json["later"] == [back, again]
    assert take_back(desk, back).json["later"] == [again]
    for one in (again, back, invoice["id"]):
        assert take_back(desk, one).status_code == 200
    assert desk.balance()["drawn"] == "0.00"


def test_a_credit_that_finds_its_invoice_at_its_approval_is_coded_as_that(desk):
    """It came first, on one line; its invoice was typed, on two."""
    desk.sign()
    lines = [
        {"kind": "delivery", "amount": "8000.00", "year": 2024, "codes": "4100-56"},
        {"kind": "delivery", "amount": "8000.00", "year": 2025, "codes": "4100-57"},
    ]
    order = desk.order(lines=lines)
    credit = Bill("K1", rows(("1500.00",)), order=order, type="381", credits=("H1",))
    waiting = desk.recorded(replace(credit, issued_on="2024-04-25"))
    assert waiting["flags"] == ["credit-unmatched:H1", "exceeds-invoiced"]
    body = {"invoice": "H1", "issued_on": "2024-03-25", "amount": "1500.00"}
    body["lines"] = [{"line": 1, "amount": "1000.00"}, {"line": 2, "amount": "500.00"}]
    typed = desk.finance.post(f"/orders/{order}/drawdowns", body)
    assert typed.status_code == 201, typed.text
    desk.approve(typed.json["id"])
    found = desk.approve(waiting["id"], room="cap")
    assert found["credits"] == typed.json["id"]
    coded = [(one["line"], one["amount"], one["code_string"]) for one in found["lines"]]
    assert coded == [(1, "-1000.00", "4100-56"), (2, "-500.00", "4100-57")]
    assert "recorded-late" in found["flags"], "approved late, which its approval says"
    assert desk.drawn() == "0.00"
    told = desk.finance.get("/events").json["items"]
    own = [fact["name"] for fact in told if fact["stream"] == f"drawdown/{waiting['id']}"]
    assert own == ["drawdown-recorded", "drawdown-credit-matched", "drawdown-approved"]
    path = f"/drawdowns/{waiting['id']}/take-back"
    back = desk.second_approver.post(path, {"reason": "Fel", "on": "2025-06-02"})
    assert back.status_code == 200, back.text
    again = desk.drawdown(waiting["id"])
    assert [(one["line"], one["amount"]) for one in again["lines"]] == [
        (1, "-1000.00"), (2, "-500.00"),
    ]  # fmt: skip
    assert desk.approve(waiting["id"], room="cap")["status"] == "approved"


def test_a_credit_of_invoices_of_two_agreements_says_so_and_not_that_they_are_absent(desk, order):
    desk.sign("RAM-2")
    other = desk.order("RAM-2")
    desk.recorded(Bill("F1", rows(("1000.00", 1)), order=order))
    desk.recorded(Bill("F2", rows(("2000.00", 1)), order=other))
    bill = Bill("K1", rows(("1000.00",), ("2000.00",)), type="381", credits=("F1", "F2"))
    waiting = desk.queued(bill)
    assert waiting["refusal"] == "order-ambiguous"
    assert waiting["reason"] == f"F1, F2 names several orders: {order}, {other}."
    told = desk.finance.post(
        f"/documents/{waiting['sha256']}/assign", {"order": order, "reason": "Delas"}
    )
    flags = desk.drawdown(told.json["drawdown"])["flags"]
    assert "credit-elsewhere:F2" in flags
    assert not any(flag.startswith("credit-unmatched") for flag in flags)


@pytest.mark.parametrize("named", [True, False])
def test_a_credit_of_nothing_of_an_invoice_that_is_here_says_nothing_of_it(desk, order, named):
    desk.recorded(Bill("F1", rows(("0.00", 1)), order=order))
    bill = Bill("K1", rows(("0.00", 1)), type="381", credits=("F1",), order=order if named else "")
    flags = desk.recorded(bill)["flags"]
    assert not any(flag.startswith("credit-") for flag in flags)
    absent = desk.recorded(replace(bill, number="K2", credits=("F9",), order=order))
    assert "credit-unmatched:F9" in absent["flags"]
