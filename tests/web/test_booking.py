"""What was read rightly is booked rightly: signs, lines, buyers, and what a person should see."""

import pytest

from tests.conftest import AGREEMENT, BUYER, ORDER, Api
from tests.documents.bills import Bill, Row, rows, written
from tests.people import let_in

OTHER = "2120001470"
MEMBER = "2120001488"
TWO_YEARS = [
    {"kind": "delivery", "amount": "8000.00", "year": 2024},
    {"kind": "delivery", "amount": "8000.00", "year": 2025},
]


class Desk:
    """Signs, orders and takes in, as those who may."""

    def __init__(self, api, ledger):
        self.manager, self.orderer, self.supplier = map(api, ("manager", "orderer", "supplier"))
        self.finance, self.approver = api("finance"), api("approver")
        token = let_in(ledger, "second approver", BUYER, ("approver",))
        self.second_approver = Api(api.app.test_client(), token)

    def sign(self, number="RAM-1", **more):
        answer = self.manager.post("/agreements", {**AGREEMENT, "number": number, **more})
        assert answer.status_code == 201, answer.text
        return number

    def order(self, agreement="RAM-1", lines=TWO_YEARS, **more):
        body = {**ORDER, "lines": lines, **more}
        answer = self.orderer.post(f"/agreements/{agreement}/orders", body)
        assert answer.status_code == 201, answer.text
        number = answer.json["number"]
        confirmed = {"confirmed_on": "2023-11-28"}
        assert self.supplier.post(f"/orders/{number}/confirm", confirmed).status_code == 200
        return number

    def send(self, bill):
        return self.finance.client.post(
            "/api/v1/documents/peppol-invoice",
            data=written(bill),
            headers={**self.finance.headers, "Content-Type": "application/xml"},
        )

    def recorded(self, bill):
        answer = self.send(bill)
        assert (answer.status_code, answer.json["status"]) == (201, "recorded"), answer.text
        return self.drawdown(answer.json["drawdown"])

    def queued(self, bill):
        answer = self.send(bill)
        assert (answer.status_code, answer.json["status"]) == (202, "queued"), answer.text
        return answer.json

    def drawdown(self, id):
        return self.finance.get(f"/drawdowns/{id}").json

    def approve(self, id, **more):
        body = {"approved_on": "2025-06-01", **more}
        answer = self.approver.post(f"/drawdowns/{id}/approve", body)
        assert answer.status_code == 200, answer.text
        return answer.json

    def reject(self, id):
        body = {"rejected_on": "2025-06-01", "reason": "Fel"}
        answer = self.approver.post(f"/drawdowns/{id}/reject", body)
        assert answer.status_code == 200, answer.text
        return answer.json

    def drawn(self, agreement="RAM-1"):
        return self.balance(agreement)["drawn"]

    def balance(self, agreement="RAM-1"):
        return self.finance.get(f"/agreements/{agreement}/balance").json


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


def lines_of(drawdown):
    return [(line["line"], line["amount"]) for line in drawdown["lines"]]


# ── Lines ─────────────────────────────────────────────────────────────────────────────────────


def test_a_line_that_names_the_orders_draws_it_whatever_else_is_on_the_document(desk):
    desk.sign()
    order = desk.order()
    bill = Bill("1", rows(("7000.00", 2)), order=order, charge="100.00")
    assert lines_of(desk.recorded(bill)) == [(2, "7100.00")]


def test_charges_go_with_the_named_lines_by_their_amounts_and_add_up(desk):
    desk.sign()
    order = desk.order()
    some = rows(("100.00", 1), ("200.00", 2), ("50.00",))
    found = desk.recorded(Bill("1", some, order=order, charge="10.00"))
    assert lines_of(found) == [(1, "103.33"), (2, "206.67"), (1, "50.00")]
    assert found["amount"] == "360.00"


def test_an_allowance_on_the_document_makes_the_named_lines_less(desk):
    desk.sign()
    order = desk.order()
    found = desk.recorded(Bill("1", rows(("300.00", 2)), order=order, charge="-50.00"))
    assert lines_of(found) == [(2, "250.00")]


def test_lines_without_a_reference_draw_what_the_named_ones_left(desk):
    desk.sign()
    order = desk.order()
    found = desk.recorded(Bill("1", rows(("8000.00", 1), ("300.00",)), order=order))
    assert lines_of(found) == [(1, "8000.00"), (2, "300.00")]
    assert found["flags"] == []


@pytest.mark.parametrize("written_as", ["2", "0002", " 2 "])
def test_a_line_number_counts_however_it_is_padded(desk, written_as):
    desk.sign()
    order = desk.order()
    found = desk.recorded(Bill("1", rows(("100.00", written_as)), order=order))
    assert (lines_of(found), found["flags"]) == ([(2, "100.00")], [])


@pytest.mark.parametrize("written_as", ["9", "0", "two", "²", "2a"])
def test_a_line_number_that_the_order_lacks_is_flagged(desk, written_as):
    desk.sign()
    order = desk.order()
    found = desk.recorded(Bill("1", rows(("100.00", written_as), ("50.00", 2)), order=order))
    assert lines_of(found) == [(2, "50.00"), (1, "100.00")]
    assert found["flags"] == [f"order-line-unknown:{written_as}"]


def test_an_order_on_a_line_sends_that_line_to_it(desk):
    desk.sign()
    first, second = desk.order(), desk.order()
    some = rows(("100.00", 1), ("200.00", 2, second), ("30.00", None, second))
    found = desk.recorded(Bill("1", some, order=first))
    assert [(x["order"], x["line"], x["amount"]) for x in found["lines"]] == [
        (first, 1, "100.00"),
        (second, 2, "200.00"),
        (second, 1, "30.00"),
    ]


def test_orders_on_the_lines_alone_are_enough(desk):
    desk.sign()
    first, second = desk.order(), desk.order()
    some = rows(("100.00", 1, second), ("200.00", 1, first))
    found = desk.recorded(Bill("1", some))
    assert [x["order"] for x in found["lines"]] == [second, first]


def places(found):
    return [(x["order"], x["line"], x["amount"]) for x in found["lines"]]


@pytest.mark.parametrize(("charge", "each"), [("30.00", 10), ("-30.00", -10), ("0.01", 0)])
def test_charges_are_spread_over_the_orders_that_lines_name_without_their_lines(desk, charge, each):
    desk.sign()
    first, second = desk.order(), desk.order()
    some = rows(("1000.00", None, first), ("2000.00", None, second))
    found = desk.recorded(Bill("1", some, charge=charge))
    odd = 0.01 if charge == "0.01" else 0
    assert places(found) == [
        (first, 1, f"{1000 + each:.2f}"),
        (second, 1, f"{2000 + 2 * each + odd:.2f}"),
    ]


def test_charges_go_with_the_named_lines_of_each_order_and_else_with_what_is_of_it(desk):
    desk.sign()
    first, second = desk.order(), desk.order()
    some = rows(("100.00", 2), ("100.00",), ("100.00", None, second), ("0.00", 1, second))
    found = desk.recorded(Bill("1", some, order=first, charge="30.00"))
    assert places(found) == [(first, 2, "120.00"), (first, 1, "100.00"), (second, 1, "110.00")]


def test_charges_beside_lines_of_nothing_are_the_document_s_orders(desk):
    desk.sign()
    first, second = desk.order(), desk.order()
    some = rows(("0.00", 2, second), ("0.00", 1))
    found = desk.recorded(Bill("1", some, order=first, charge="30.00"))
    assert places(found) == [(first, 1, "30.00")]


def test_a_line_of_an_order_that_nobody_has_keeps_the_whole_in_the_queue(desk):
    desk.sign()
    order = desk.order()
    some = rows(("100.00", 1), ("200.00", 1, "RAM-1-0999"))
    assert desk.queued(Bill("1", some, order=order))["refusal"] == "order-unknown"
    assert desk.drawn() == "0.00"


# ── Signs ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "credit",
    [("381", "400.00"), ("396", "400.00"), ("380", "-400.00")],
    ids=["credit note", "factored credit note", "negative invoice"],
)
def test_each_shape_of_a_credit_takes_back_alike(desk, credit):
    desk.sign()
    order = desk.order()
    invoice = desk.recorded(Bill("1", rows(("1000.00", 2)), order=order))
    desk.approve(invoice["id"])
    type, amount = credit
    bill = Bill("2", rows((amount, 2)), order=order, type=type, credits=("1",))
    found = desk.recorded(bill)
    assert (found["amount"], lines_of(found)) == ("-400.00", [(2, "-400.00")])
    assert found["credits"] == invoice["id"]
    desk.approve(found["id"], room="cap")
    assert desk.drawn() == "600.00"


def test_a_negative_invoice_and_the_credit_note_that_takes_it_back_come_to_nothing(desk):
    desk.sign()
    order = desk.order()
    invoice = desk.recorded(Bill("1", rows(("1000.00", 2)), order=order))
    desk.approve(invoice["id"])
    before = desk.balance()
    back = desk.recorded(Bill("2", rows(("-400.00", 2)), order=order, credits=("1",)))
    desk.approve(back["id"], room="cap")
    again = Bill("3", rows(("-400.00", 2)), order=order, type="381", credits=("2",))
    found = desk.recorded(again)
    assert (found["amount"], lines_of(found)) == ("400.00", [(2, "400.00")])
    desk.approve(found["id"])
    after = desk.balance()
    assert (after["drawn"], after["remaining"]) == (before["drawn"], before["remaining"])


def test_a_credit_note_whose_lines_go_both_ways_keeps_them(desk):
    desk.sign()
    order = desk.order()
    invoice = desk.recorded(Bill("1", rows(("1000.00", 1), ("500.00", 2)), order=order))
    desk.approve(invoice["id"])
    some = rows(("600.00", 1), ("-100.00", 2))
    found = desk.recorded(Bill("2", some, order=order, type="381", credits=("1",)))
    assert (found["amount"], lines_of(found)) == ("-500.00", [(1, "-600.00"), (2, "100.00")])
    before = desk.balance()
    desk.approve(found["id"], room="cap")
    after = desk.balance()
    assert after["drawn"] == "1000.00"
    assert (before["remaining"], after["remaining"]) == ("1984000.00", "1984600.00")


def test_what_goes_both_ways_in_lines_that_count_together_makes_room_for_the_difference(desk):
    desk.sign()
    order = desk.order(lines=[{"kind": "delivery", "amount": "8000.00", "year": 2024}] * 2)
    invoice = desk.recorded(Bill("1", rows(("8000.00", 1), ("500.00", 2)), order=order))
    desk.approve(invoice["id"])
    some = rows(("600.00", 1), ("-100.00", 2))
    found = desk.recorded(Bill("2", some, order=order, type="381", credits=("1",)))
    desk.approve(found["id"], room="cap")
    after = desk.balance()
    assert (after["drawn"], after["remaining"]) == ("8000.00", "1984500.00")


def test_an_invoice_that_comes_to_nothing_is_recorded_and_closes_no_order(desk):
    desk.sign()
    order = desk.order()
    found = desk.recorded(Bill("1", rows(("10.00", 1), ("-10.00", 2)), order=order))
    assert found["amount"] == "0.00"
    desk.approve(found["id"])
    plain = desk.recorded(Bill("2", rows(("10.00",), ("-10.00",)), order=order))
    assert [(x["order"], x["amount"]) for x in plain["lines"]] == [(order, "0.00")]
    desk.approve(plain["id"])
    assert desk.finance.get(f"/orders/{order}").json["status"] == "confirmed"
    assert desk.balance()["committed"] == "16000.00"


# ── Whom it is made out to, and who is paid ───────────────────────────────────────────────────


def test_what_is_made_out_to_none_of_the_buyers_waits(desk):
    desk.sign()
    order = desk.order()
    waiting = desk.queued(Bill("1", rows(("100.00", 1)), order=order, buyer=OTHER))
    assert waiting["refusal"] == "buyer-differs"
    assert desk.drawn() == "0.00"


@pytest.mark.parametrize(
    "known_by",
    [
        "<cbc:EndpointID schemeID='9955'>SE{0}01</cbc:EndpointID>",
        "<cac:PartyIdentification><cbc:ID schemeID='0007'>{0}</cbc:ID></cac:PartyIdentification>",
    ],
)
def test_a_buyer_is_known_by_each_scheme_that_says_its_number(desk, known_by):
    desk.sign()
    order = desk.order()

    def made_out_to(buyer, number):
        text = written(Bill(number, rows(("100.00", 1)), order=order)).decode()
        head, tag, rest = text.partition("<cac:AccountingCustomerParty>")
        old = f'<cbc:CompanyID schemeID="0007">{BUYER}</cbc:CompanyID>'
        address = f'<cbc:EndpointID schemeID="0007">{BUYER}</cbc:EndpointID>'
        assert (rest.count(old), rest.count(address)) == (1, 1)
        rest = rest.replace(old, "").replace(address, known_by.format(buyer))
        return desk.finance.client.post(
            "/api/v1/documents/peppol-invoice",
            data=(head + tag + rest).encode(),
            headers={**desk.finance.headers, "Content-Type": "application/xml"},
        )

    found = made_out_to(BUYER, "F1")
    assert (found.status_code, found.json["status"]) == (201, "recorded"), found.text
    waits = made_out_to(OTHER, "F2")
    assert (waits.status_code, waits.json["refusal"]) == (202, "buyer-differs")
    said = {"order": order, "reason": "Ändå vår"}
    refused = desk.finance.post(f"/documents/{waits.json['sha256']}/assign", said)
    assert refused.status_code == 409, "nobody says otherwise"


def test_what_has_no_readable_buyer_waits(desk):
    desk.sign()
    order = desk.order()
    waiting = desk.queued(Bill("1", rows(("100.00", 1)), order=order, buyer=""))
    assert waiting["refusal"] == "buyer-unread"


def test_what_is_made_out_to_another_of_the_buyers_is_flagged(desk):
    desk.sign(buyers=[*AGREEMENT["buyers"], {"organisation": MEMBER}])
    order = desk.order()
    found = desk.recorded(Bill("1", rows(("100.00", 1)), order=order, buyer=MEMBER))
    assert found["flags"] == [f"buyer-differs:{MEMBER}"]
    assert found["buyer"] == BUYER


def test_who_is_paid_in_the_suppliers_place_is_flagged(desk):
    desk.sign()
    order = desk.order()
    bill = Bill("1", rows(("100.00", 1)), order=order, payee="5560125790")
    assert desk.recorded(bill)["flags"] == ["payee-differs:5560125790"]
    self_billed = Bill("2", (Row("200.00", 1),), order=order, type="389")
    assert desk.recorded(self_billed)["flags"] == ["self-billed"]


def test_a_factored_invoice_that_names_no_payee_says_so(desk):
    desk.sign()
    order = desk.order()
    answer = desk.send(Bill("1", rows(("100.00", 1)), order=order, type="393"))
    assert desk.drawdown(answer.json["drawdown"])["flags"] == ["payee-unnamed"]
    (warning,) = answer.json["warnings"]
    assert warning["pointer"] == "/Invoice/InvoiceTypeCode"
    assert "?" not in warning["detail"]


@pytest.mark.parametrize("how", ["typed", "received"])
def test_an_invoice_that_is_dated_before_its_order_is_flagged(desk, how):
    desk.sign()
    order = desk.order()
    ordered_on = desk.finance.get(f"/orders/{order}").json["ordered_on"]
    if how == "received":
        bill = Bill(
            "1", rows(("100.00", 1)), order=order, issued_on="1999-03-31", due_on="1999-04-30"
        )
        found = desk.recorded(bill)
    else:
        body = {"invoice": "1", "issued_on": "1999-03-31", "amount": "100.00"}
        found = desk.finance.post(f"/orders/{order}/drawdowns", body).json
    assert [flag for flag in found["flags"] if flag.startswith("issued")] == [
        f"issued-before-order:{ordered_on}"
    ]


# ── However much is on it ─────────────────────────────────────────────────────────────────────


def test_thousands_of_lines_of_one_order_come_to_a_part_for_each_line_of_the_order(desk):
    desk.sign()
    order = desk.order()
    many = rows(*(("0.37", 1 + i % 2) for i in range(3_000)))
    found = desk.recorded(Bill("1", many, order=order, charge="0.01"))
    assert lines_of(found) == [(1, "555.01"), (2, "555.00")]
    assert found["flags"] == []


def test_lines_that_go_both_ways_on_one_line_of_an_order_count_as_their_sum(desk):
    desk.sign()
    order = desk.order()
    some = rows(("700.00", 1), ("-200.00", 1), ("30.00", 2), ("-30.00", "02"), ("5.00",))
    found = desk.recorded(Bill("1", some, order=order))
    assert lines_of(found) == [(1, "500.00"), (1, "5.00")]


@pytest.mark.parametrize("how", ["as it comes", "by a person"])
def test_thousands_of_lines_that_no_order_has_are_told_in_a_few_flags(desk, how):
    desk.sign()
    order = desk.order()
    many = rows(*(("0.10", f"{i}-no-such-line") for i in range(2_000)))
    if how == "as it comes":
        found = desk.recorded(Bill("1", many, order=order))
    else:
        many = tuple(Row(one.amount, None, f"NO-{one.line}") for one in many)
        waiting = desk.queued(Bill("1", many, order=order))
        path = f"/documents/{waiting['sha256']}/assign"
        done = desk.finance.post(path, {"order": order, "reason": "Vår"})
        assert done.status_code == 201, done.text
        found = desk.drawdown(done.json["drawdown"])
    assert found["amount"] == "200.00"
    assert len(found["flags"]) <= 52
    assert found["flags"][-1].endswith(":… +1950")


def test_thousands_of_invoices_that_are_credited_and_not_here_are_told_in_a_few_flags(desk):
    desk.sign()
    order = desk.order()
    invoice = desk.recorded(Bill("C9", rows(("1000.00", 1)), order=order))
    named = ("C9", *(f"NOT-HERE-{i}" for i in range(2_000)))
    bill = Bill("K1", rows(("10.00", 1)), order=order, type="381", credits=named)
    found = desk.recorded(bill)
    assert (found["amount"], found["credits"]) == ("-10.00", None)
    assert "credit-unmatched:NOT-HERE-0" in found["flags"]
    assert "credit-unmatched:… +1950" in found["flags"]
    assert invoice["id"] not in str(found["flags"])


# ── References that mean nothing here ─────────────────────────────────────────────────────────


def test_a_line_of_the_order_that_nobody_has_is_not_the_other_lines(desk):
    desk.sign()
    order = desk.order()
    some = rows(("100.00", 1, order), ("200.00", 1, "RAM-1-0999"))
    waiting = desk.queued(Bill("1", some, order="RAM-1-0999"))
    assert waiting["reason"] == "There is no order RAM-1-0999."


def test_a_reference_that_nobody_has_is_not_skipped_for_the_lines_that_it_is_of(desk):
    desk.sign()
    order = desk.order()
    some = rows(("100.00", 1), ("200.00", 2, order))
    waiting = desk.queued(Bill("1", some, order="RAM-1-0999"))
    assert waiting["reason"] == "There is no order RAM-1-0999."
    assert desk.drawn() == "0.00"


def test_a_line_without_an_order_among_lines_of_several_waits(desk):
    desk.sign()
    one, two = desk.order(), desk.order()
    some = rows(("100.00", 1, one), ("50.00", 1), ("200.00", 2, two))
    waiting = desk.queued(Bill("1", some))
    assert (waiting["refusal"], "Line 2" in waiting["reason"]) == ("line-unnamed", True)


def test_a_reference_that_means_nothing_beside_one_that_does_is_flagged(desk):
    desk.sign()
    order = desk.order()
    found = desk.recorded(Bill("1", rows(("100.00", 1, order)), order="4711"))
    assert found["flags"] == ["order-unknown:4711"]
