"""What a file says in words where it should name an order is kept without what is a person's."""

from dataclasses import replace

import pytest

from tests.documents.bills import Bill, Row, rows
from tests.people import person_of
from tests.service.test_privacy import PLANTED, scan
from tests.web.test_booking import Desk
from tests.web.test_booking_by_hand import assign

PLACES = {
    "BT-10": lambda bill, text: replace(bill, buyer_reference=text, order=""),
    "BT-12": lambda bill, text: replace(bill, agreement=text),
    "BT-13": lambda bill, text: replace(bill, order=text),
    "BT-13 beside an order on each line": lambda bill, text: replace(
        bill, order=text, rows=(Row("10.00", 1, bill.order),)
    ),
    "BT-14": lambda bill, text: replace(bill, order="", sellers_order=text),
    "BT-22": lambda bill, text: replace(bill, order="", notes=(text,)),
    "BT-25": lambda bill, text: replace(bill, type="381", credits=(f"F {text}",)),
    "BT-25 of a corrected one": lambda bill, text: replace(
        bill, type="384", credits=(f"F {text}",)
    ),
    "BT-132": lambda bill, text: replace(bill, rows=(Row("10.00", text),)),
    "the order of a line": lambda bill, text: replace(bill, rows=(Row("10.00", 1, text),)),
    "the text of a line": lambda bill, text: replace(
        bill, order="", rows=(Row("10.00", 1, "", text),)
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_no_fact_and_no_reason_keeps_a_number_of_a_person_or_an_address(api, ledger, place):
    desk = Desk(api, ledger)
    desk.sign()
    order = desk.order(reference="811228-9875")
    person_of(ledger, "Erik Alm")
    sound = Bill("F1", rows(("10.00", 1)), order=order)
    correction = {"corrects": "difference"} if "corrected" in place else {}
    # Digits alone are an invoice's number there, by which the two find each other.
    numbered = [text for text in PLANTED if not text.isdigit()]
    for n, text in enumerate(numbered if "BT-25" in place else PLANTED):
        answer = desk.send(replace(PLACES[place](sound, text), number=f"F{n}"))
        assert answer.status_code in (201, 202), answer.text
        if answer.status_code == 202:
            assert text not in desk.finance.get("/documents").text
            found = assign(desk, answer.json, order=order, reason="Vår", **correction)
            assert found.status_code == 201, found.text
        assert scan(ledger) == []


def test_an_invoice_s_own_number_is_kept_apart_and_is_one_number_all_the_same(api, ledger):
    desk = Desk(api, ledger)
    desk.sign()
    order = desk.order()
    person_of(ledger, "Erik Alm")
    bill = Bill("811228-9874", rows(("10.00", 1)), order=order)
    found = desk.recorded(bill)
    assert "811228" not in found["id"] + found["invoice"]
    again = desk.send(bill)
    assert (again.json["status"], again.json["drawdown"]) == ("duplicate", found["id"])
    longer = desk.send(replace(bill, number="811228-9874", buyer_reference="2"))
    assert longer.json["refusal"] == "invoice-differs"
    other = desk.recorded(replace(bill, number="19640823-3234"))
    assert other["id"] != found["id"], "two numbers are never one"
    credit = desk.recorded(replace(bill, number="K1", type="381", credits=("811228-9874",)))
    assert credit["credits"] == found["id"]
    assert scan(ledger) == []
    digits = desk.recorded(replace(bill, number="8112289874"))
    assert digits["invoice"] == "8112289874", "digits alone number an invoice"
