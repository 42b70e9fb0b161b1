"""Credit notes find their invoices: while these wait, afterwards, and before they come."""

import pytest

from tests.conftest import AGREEMENT, BUYER
from tests.documents.bills import Bill, rows
from tests.web.test_booking import Desk, lines_of


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order()


def credit(number, amount, *invoices, order="", line=None, **more):
    some = rows((amount, line))
    return Bill(number, some, order=order, type="381", credits=invoices, **more)


def test_a_credit_note_finds_its_invoice_while_that_waits_and_is_approved_after_it(desk, order):
    invoice = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    found = desk.recorded(credit("K1", "400.00", "C7", order=order))
    assert found["credits"] == invoice["id"]
    assert desk.drawdown(invoice["id"])["awaited"] == [found["id"]]
    too_early = desk.approver.post(f"/drawdowns/{found['id']}/approve", {"room": "cap"})
    assert (too_early.status_code, too_early.json["type"].rpartition("/")[2]) == (
        409,
        "wrong-status",
    )
    desk.approve(invoice["id"])
    desk.approve(found["id"], room="cap")
    rest = desk.finance.post(
        f"/drawdowns/{invoice['id']}/reverse", {"invoice": "K2", "issued_on": "2024-06-01"}
    )
    assert rest.json["amount"] == "-600.00"


@pytest.mark.parametrize("how", ["reject", "withdraw"])
def test_a_credit_that_waits_falls_with_its_invoice(desk, order, how):
    invoice = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    found = desk.recorded(credit("K1", "400.00", "C7", order=order))
    role = {"reject": desk.approver, "withdraw": desk.finance}[how]
    answer = role.post(f"/drawdowns/{invoice['id']}/{how}", {"reason": "Fel kurs"})
    assert answer.status_code == 200, answer.text
    fallen = desk.drawdown(found["id"])
    assert (fallen["status"], fallen["reason"]) == (answer.json["status"], "Fel kurs")
    assert desk.balance()["remaining"] == "1984000.00"
    again = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order, due_on="2024-05-01"))
    assert again["anew_of"] == invoice["id"]


def test_an_invoice_is_not_moved_under_the_credit_that_waits_for_it(desk, order):
    other = desk.order()
    invoice = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    found = desk.recorded(credit("K1", "400.00", "C7", order=order))
    body = {"order": other, "reason": "Fel avrop"}
    refused = desk.finance.post(f"/drawdowns/{invoice['id']}/move", body)
    assert (refused.status_code, refused.json["later"]) == (409, [found["id"]])


@pytest.mark.parametrize("written", ["fa-1001", "FA-1001", "Fa - 1001"])
def test_the_number_of_an_invoice_is_found_whatever_its_case_and_spaces(desk, order, written):
    invoice = desk.recorded(Bill("FA-1001", rows(("1000.00", 1)), order=order))
    assert desk.recorded(credit("K1", "1.00", written, order=order))["credits"] == invoice["id"]


def test_a_credit_note_without_an_order_of_its_own_lands_on_its_invoices(desk, order):
    invoice = desk.recorded(Bill("C7", rows(("1000.00", 2)), order=order))
    found = desk.recorded(credit("K1", "400.00", "C7"))
    assert (found["credits"], lines_of(found)) == (invoice["id"], [(2, "-400.00")])


def test_a_credit_lands_on_the_lines_of_its_invoice_whatever_it_names(desk, order):
    desk.recorded(Bill("C7", rows(("1000.00", 2)), order=order))
    plain = desk.recorded(credit("K1", "100.00", "C7", order=order))
    assert (lines_of(plain), plain["flags"]) == ([(2, "-100.00")], [])
    other = desk.recorded(credit("K2", "150.00", "C7", order=order, line=1))
    assert (lines_of(other), other["flags"]) == ([(2, "-150.00")], ["credit-lines-differ"])


def test_a_credit_that_lands_elsewhere_at_its_approval_says_so(desk, order):
    """What waits beside it takes the line that it was recorded on."""
    invoice = desk.recorded(Bill("C7", rows(("1000.00", 1), ("500.00", 2)), order=order))
    first = desk.recorded(credit("K1", "500.00", "C7", order=order, line=2))
    second = desk.recorded(credit("K2", "100.00", "C7", order=order, line=2))
    for one in (invoice, first, second):
        desk.approve(one["id"], **({} if one is invoice else {"room": "cap"}))
    after = desk.drawdown(second["id"])
    assert lines_of(after) == [(1, "-100.00")]
    assert "credit-lines-differ" in after["flags"]
    assert "credit-lines-differ" not in desk.drawdown(first["id"])["flags"]
    back = desk.second_approver.post(f"/drawdowns/{second['id']}/take-back", {"reason": "Fel"})
    assert back.status_code == 200, back.text
    after = desk.drawdown(second["id"])
    assert (lines_of(after), after["flags"]) == ([(2, "-100.00")], [])


@pytest.mark.parametrize("first", ["K1", "K2"])
def test_of_two_credits_over_several_orders_the_later_lands_on_what_the_first_left(desk, first):
    desk.sign()
    one, other = desk.order(), desk.order()
    some = rows(("1000.00", 1, one), ("700.00", 2, other))
    invoice = desk.recorded(Bill("C7", some))
    found = {
        number: desk.recorded(credit(number, amount, "C7"))["id"]
        for number, amount in (("K1", "900.00"), ("K2", "800.00"))
    }
    desk.approve(invoice["id"])
    for number in (first, *(set(found) - {first})):
        desk.approve(found[number], room="cap")
    assert (desk.drawn(), desk.drawdown(invoice["id"])["status"]) == ("0.00", "reversed")
    back = [desk.drawdown(id) for id in found.values()]
    places = sorted((x["order"], x["line"], x["amount"]) for each in back for x in each["lines"])
    assert sum(float(ore) for name, _, ore in places if name == one) == -1000
    assert sum(float(ore) for name, _, ore in places if name == other) == -700
    assert ["credit-lines-differ" in each["flags"] for each in back] == [
        first != "K1",
        first != "K2",
    ]


def test_a_credit_that_names_another_order_than_its_invoices_says_that(desk, order):
    other = desk.order(lines=[{"kind": "delivery", "amount": "8000.00", "year": 2024}])
    desk.recorded(Bill("C7", rows(("1000.00", 1), ("500.00", 2)), order=order))
    found = desk.recorded(credit("K1", "100.00", "C7", order=other, line=2))
    assert [one["order"] for one in found["lines"]] == [order]
    assert f"order-differs:{other}" in found["flags"]
    assert not [flag for flag in found["flags"] if flag.startswith("order-line-unknown")]


def assign(desk, waiting, **body):
    path = f"/documents/{waiting['sha256']}/assign"
    return desk.finance.post(path, {"reason": "Leverantörens fel", **body})


def test_a_credit_is_not_said_to_be_of_another_order_than_its_invoice(desk, order):
    """Where a person says so, both are named, and a person decides anew."""
    other = desk.order()
    desk.recorded(Bill("C7", rows(("1000.00", 2)), order=order))
    waiting = desk.queued(credit("K1", "100.00", "C7", order=order, agreement="RAM-9"))
    refused = assign(desk, waiting, order=other)
    assert refused.status_code == 422
    (error,) = refused.json["errors"]
    assert error["pointer"] == "/order"
    assert (order in error["detail"], other in error["detail"]) == (True, True)
    parts = [{"order": order, "amount": "60.00"}, {"order": other, "amount": "40.00"}]
    refused = assign(desk, waiting, lines=parts)
    assert [one["pointer"] for one in refused.json["errors"]] == ["/lines/1/order"]
    undrawn = assign(desk, waiting, lines=[{"order": order, "line": 1, "amount": "100.00"}])
    assert (undrawn.status_code, undrawn.json["errors"][0]["pointer"]) == (422, "/lines")
    assert desk.finance.get("/documents").json["items"][0]["sha256"] == waiting["sha256"]
    done = assign(desk, waiting, lines=[{"order": order, "line": 2, "amount": "100.00"}])
    assert done.status_code == 201, done.text
    found = desk.drawdown(done.json["drawdown"])
    assert lines_of(found) == [(2, "-100.00")]
    assert found["flags"] == ["agreement-differs:RAM-9"]


def test_a_credit_that_a_person_placed_before_its_invoice_came_elsewhere_says_that(desk, order):
    other = desk.order()
    waiting = desk.queued(credit("K1", "100.00", "C7", order="?"))
    done = assign(desk, waiting, order=other)
    assert done.status_code == 201, done.text
    desk.recorded(Bill("C7", rows(("1000.00", 2)), order=order))
    found = desk.drawdown(done.json["drawdown"])
    assert [(one["order"], one["line"]) for one in found["lines"]] == [(order, 2)]
    assert f"order-differs:{other}" in found["flags"]


def test_a_credit_of_a_number_that_two_invoices_have_says_that_they_are_several(desk, order):
    for day in ("2024-03-25", "2024-03-26"):
        desk.recorded(Bill("C7", rows(("10.00", 1)), order=order, issued_on=day))
    found = desk.recorded(credit("K1", "1.00", "C7", order=order, line=1))
    assert (found["credits"], found["flags"]) == (None, ["credit-ambiguous:C7"])


def test_more_than_is_left_that_a_person_records_says_that_and_not_that_it_is_absent(desk, order):
    desk.recorded(Bill("C7", rows(("500.00", 1)), order=order))
    waiting = desk.queued(credit("K1", "600.00", "C7", order=order))
    path = f"/documents/{waiting['sha256']}/assign"
    done = desk.finance.post(path, {"order": order, "reason": "Överens med leverantören"})
    assert done.status_code == 201, done.text
    flags = desk.drawdown(done.json["drawdown"])["flags"]
    assert "credit-beyond:C7" in flags
    assert "credit-unmatched:C7" not in flags


def test_a_credit_without_a_reference_is_judged_by_what_waits_and_again_at_its_approval(
    desk, order
):
    invoice = desk.recorded(Bill("C7", rows(("500.00", 1)), order=order))
    some = [desk.recorded(credit(f"K{i}", f"{i}00.00", order=order, line=1)) for i in (3, 4)]
    assert [one["flags"] for one in some] == [[], []]
    desk.approve(invoice["id"])
    for one in some:
        desk.approve(one["id"], room="cap")
    after = [desk.drawdown(one["id"])["flags"] for one in some]
    assert ["exceeds-invoiced" in flags for flags in after] == [False, True]


def test_a_credit_is_booked_by_the_codes_of_its_invoice(desk, order):
    parts = [{"name": "ansvar", "lengths": [4]}]
    coded = {"parts": parts, "starts_on": "2023-01-01", "decision": "KS 1"}
    set_ = desk.manager.post(f"/organisations/{BUYER}/code-map", coded)
    assert set_.status_code == 200, set_.text
    recode = f"/orders/{order}/recode"
    before = desk.finance.post(recode, {"line": 1, "codes": "1111", "reason": "Först"})
    assert before.status_code == 200, before.text
    invoice = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    desk.approve(invoice["id"])
    after = desk.finance.post(recode, {"line": 1, "codes": "2222", "reason": "Flyttad"})
    assert after.status_code == 200, after.text
    found = desk.recorded(credit("K1", "400.00", "C7", order=order))
    desk.approve(found["id"], room="cap")
    assert desk.drawdown(found["id"])["lines"][0]["code_string"] == "1111"
    later = desk.recorded(Bill("C8", rows(("1000.00", 1)), order=order))
    desk.approve(later["id"])
    assert desk.drawdown(later["id"])["lines"][0]["code_string"] == "2222"


def test_a_credit_of_several_invoices_takes_the_first_whole_and_the_rest_of_the_next(desk, order):
    first = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    second = desk.recorded(Bill("C8", rows(("500.00", 2)), order=order))
    for one in (first, second):
        desk.approve(one["id"])
    found = desk.recorded(credit("K1", "1200.00", "c7", "C8", order=order))
    assert (found["credits"], found["also_credits"]) == (first["id"], [second["id"]])
    assert lines_of(found) == [(1, "-1000.00"), (2, "-200.00")]
    desk.approve(found["id"], room="cap")
    assert desk.drawdown(first["id"])["status"] == "reversed"
    assert desk.drawdown(second["id"])["credited"] == "200.00"
    assert desk.drawn() == "300.00"
    back = desk.second_approver.post(f"/drawdowns/{found['id']}/take-back", {"reason": "Fel"})
    assert back.status_code == 200, back.text
    assert desk.drawdown(first["id"])["status"] == "approved"
    assert desk.drawdown(second["id"])["credited"] == "0.00"
    assert desk.drawn() == "1500.00"


def test_a_credit_note_and_an_invoice_of_days_that_cannot_be_are_kept_and_flagged(desk, order):
    late = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order, due_on="2199-01-01"))
    assert late["flags"] == ["due-date:2199-01-01"]
    found = desk.recorded(credit("K1", "400.00", "C7", order=order, issued_on="2024-03-24"))
    assert found["flags"] == ["credit-before-invoice:2024-03-25"]
    first = desk.recorded(credit("K2", "1.00", "C8", order=order, issued_on="2024-03-24"))
    desk.recorded(Bill("C8", rows(("1.00", 1)), order=order))
    assert "credit-before-invoice:2024-03-25" in desk.drawdown(first["id"])["flags"]


def test_a_credit_that_is_typed_with_a_day_before_its_invoice_is_refused_with_both(desk, order):
    invoice = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    path, body = f"/drawdowns/{invoice['id']}/reverse", {"invoice": "K2", "issued_on": "2024-03-24"}
    refused = desk.finance.post(path, body)
    assert refused.status_code == 422
    assert [fault["detail"] for fault in refused.json["errors"]] == [
        "2024-03-24 is before the day of the invoice that it credits, 2024-03-25."
    ]
    typed = {"invoice": "1", "issued_on": "2024-03-25", "amount": "1.00", "due_on": "2199-01-01"}
    refused = desk.finance.post(f"/orders/{order}/drawdowns", typed)
    assert [fault["pointer"] for fault in refused.json["errors"]] == ["/due_on"]


def test_more_than_several_invoices_have_left_waits(desk, order):
    for number in ("C7", "C8"):
        desk.recorded(Bill(number, rows(("500.00", 1)), order=order))
    waiting = desk.queued(credit("K1", "1000.01", "C7", "C8", order=order))
    assert waiting["refusal"] == "credit-too-large"


def test_a_credit_that_comes_first_is_flagged_and_tied_when_its_invoice_comes(desk, order):
    found = desk.recorded(credit("K1", "400.00", "c-7", order=order))
    assert (found["credits"], found["flags"]) == (
        None,
        ["exceeds-invoiced", "credit-unmatched:c-7"],
    ) or found["flags"] == ["credit-unmatched:c-7", "exceeds-invoiced"]
    invoice = desk.recorded(Bill("C-7", rows(("1000.00", 2)), order=order))
    tied = desk.drawdown(found["id"])
    assert (tied["credits"], lines_of(tied)) == (invoice["id"], [(2, "-400.00")])
    assert [flag for flag in tied["flags"] if flag.startswith("credit-unmatched")] == []


def test_a_credit_of_an_invoice_that_was_typed_later_is_tied_at_its_approval(desk, order):
    found = desk.recorded(credit("K1", "400.00", "C7", order=order))
    body = {"invoice": "c7", "issued_on": "2024-03-25", "amount": "1000.00"}
    typed = desk.finance.post(f"/orders/{order}/drawdowns", body).json
    desk.approve(typed["id"])
    desk.approve(found["id"], room="cap")
    assert desk.drawdown(found["id"])["credits"] == typed["id"]
    assert desk.drawdown(typed["id"])["credited"] == "400.00"


def test_a_person_ties_a_credit_to_its_invoice(desk, order):
    found = desk.recorded(credit("K1", "400.00", "0007", order=order))
    invoice = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    path = f"/drawdowns/{found['id']}/match"
    tied = desk.finance.post(path, {"credits": invoice["id"]})
    assert (tied.status_code, tied.json["credits"]) == (200, invoice["id"]), tied.text
    again = desk.finance.post(path, {"credits": invoice["id"]})
    assert again.status_code == 409
    nothing = desk.finance.post(path, {"credits": "2021004524.X.2024-03-25.380"})
    assert nothing.status_code in (404, 409)


@pytest.mark.parametrize("how", ["received", "assigned", "typed", "typed over orders"])
def test_a_credit_without_order_or_invoice_waits_until_its_invoice_comes(desk, order, how):
    waiting = desk.queued(credit("K1", "400.00", "C7"))
    assert (waiting["refusal"], "C7" in waiting["reason"]) == ("credited-unknown", True)
    if how.startswith("typed"):
        body = {"invoice": "C7", "issued_on": "2024-03-25", "amount": "1000.00"}
        path = f"/orders/{order}/drawdowns"
        if how == "typed over orders":
            body["lines"] = [{"order": order, "amount": "1000.00"}]
            path = "/agreements/RAM-1/drawdowns"
        answer = desk.finance.post(path, body)
        assert answer.status_code == 201, answer.text
        invoice = answer.json
    elif how == "assigned":
        sha256 = desk.queued(Bill("C7", rows(("1000.00", 1)), order="4711"))["sha256"]
        said = {"order": order, "reason": "Vår"}
        answer = desk.finance.post(f"/documents/{sha256}/assign", said)
        invoice = desk.drawdown(answer.json["drawdown"])
    else:
        invoice = desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    assert desk.finance.get("/documents").json["items"] == []
    (awaited,) = desk.drawdown(invoice["id"])["awaited"]
    if how.startswith("typed"):
        assert invoice["awaited"] == [awaited], "its answer tells of it too"
    assert desk.drawdown(awaited)["amount"] == "-400.00"


def test_what_is_said_to_be_absent_is_that_alone_which_is(desk, order):
    desk.recorded(Bill("C7", rows(("1000.00", 1)), order=order))
    waiting = desk.queued(credit("K1", "400.00", "C7", "C8"))
    assert "C8" in waiting["reason"]
    assert "C7" not in waiting["reason"]
    desk.recorded(Bill("C8", rows(("1000.00", 1)), order=order))
    assert desk.finance.get("/documents").json["items"] == []


def test_the_invoices_of_another_agreement_or_supplier_are_none_of_a_credits(desk, order):
    desk.sign("RAM-2")
    elsewhere = desk.order("RAM-2")
    desk.recorded(Bill("C7", rows(("1000.00", 1)), order=elsewhere))
    found = desk.recorded(credit("K1", "400.00", "C7", order=order))
    assert found["credits"] is None
    assert "credit-elsewhere:C7" in found["flags"], "it is here"


def test_a_negative_invoice_that_is_taken_back_whole_is_reversed_and_can_be_again(desk, order):
    invoice = desk.recorded(Bill("C7", rows(("8000.00", 1)), order=order))
    desk.approve(invoice["id"])
    back = desk.recorded(Bill("N1", rows(("-400.00", 1)), order=order, credits=("C7",)))
    desk.approve(back["id"], room="cap")
    lower = desk.balance()
    bill = credit("K1", "-400.00", "N1", order=order)
    found = desk.recorded(bill)
    assert (found["credits"], found["amount"]) == (back["id"], "400.00")
    desk.approve(found["id"])
    assert desk.drawdown(back["id"])["status"] == "reversed"
    taken = desk.second_approver.post(f"/drawdowns/{found['id']}/take-back", {"reason": "Fel"})
    assert taken.status_code == 200, taken.text
    after = desk.balance()
    assert after["drawn"] == lower["drawn"]
    assert AGREEMENT["cap"] == "2000000.00"


def test_a_credit_of_several_invoices_takes_of_each_line_what_others_left(desk, order):
    """Both invoices draw line 2: that of the first is credited whole before it is approved."""
    first = Bill("C7", rows(("3000.00", 2)), order=order)
    second = Bill("C8", rows(("500.00", 1), ("300.00", 2)), order=order)
    for bill in (first, second):
        desk.approve(desk.recorded(bill)["id"])
    both = Bill("K1", rows(("200.00", 1), ("300.00", 2)), type="381", credits=("C7", "C8"),
                order=order)  # fmt: skip
    waits = desk.recorded(both)
    whole = desk.recorded(credit("K2", "3000.00", "C7", order=order, line=2))
    desk.approve(whole["id"], room="cap")
    found = desk.approve(waits["id"], room="cap")
    assert sorted(lines_of(found)) == [(1, "-200.00"), (2, "-300.00")]
    assert desk.drawn() == "300.00"


@pytest.mark.parametrize(("number", "named"), [("0012", "12"), ("12", "0012"), ("D-1", "d–1")])
def test_a_credit_finds_its_invoice_also_where_it_spells_the_number_otherwise(
    desk, order, number, named
):
    first = desk.recorded(Bill(number, rows(("1000.00", 1)), order=order))
    found = desk.recorded(credit("K1", "400.00", named, order=order))
    assert (found["credits"], found["flags"]) == (first["id"], [f"credit-spelt:{named}"])
    exact = desk.recorded(Bill(named, rows(("700.00", 1)), order=order))
    assert exact["flags"] == [f"same-number:{first['id']}"], "a person looks at both"
    found = desk.recorded(credit("K2", "300.00", named, order=order))
    assert (found["credits"], found["flags"]) == (exact["id"], [])


def test_a_credit_that_came_first_finds_the_invoice_that_spells_its_number_otherwise(desk, order):
    found = desk.recorded(credit("K1", "400.00", "0012", order=order))
    first = desk.recorded(Bill("12", rows(("1000.00", 1)), order=order))
    assert desk.drawdown(found["id"])["credits"] == first["id"]
