"""Names as long as they may be, and as many, are read models' to keep: nothing stops projecting."""

import hashlib

import pytest

from tests.documents.bills import Bill, rows
from tests.web.test_booking import Desk
from tests.web.test_booking_by_hand import assign

MANY = tuple("".join(hashlib.sha512(f"{i}{k}".encode()).hexdigest() for k in (1, 2))[:200]
             for i in range(40))  # fmt: skip
"""Numbers of 200 characters, of which nothing is alike."""


@pytest.fixture
def desk(api, ledger):
    desk = Desk(api, ledger)
    desk.sign()
    return desk


def test_an_invoice_in_the_place_of_many_with_long_numbers_is_kept(desk):
    order = desk.order()
    bill = Bill("N1", rows(("10.00", 1)), order=order, type="384", credits=MANY)
    told = assign(desk, desk.queued(bill), order=order, corrects="replaces", reason="Ersätter")
    assert told.status_code == 201, told.text
    assert desk.drawdown(told.json["drawdown"])["status"] == "recorded"


def test_a_final_invoice_that_names_many_long_numbers_is_kept(desk):
    order = desk.order()
    found = desk.recorded(Bill("S1", rows(("10.00", 1)), order=order, prepaid="5", credits=MANY))
    desk.approve(found["id"], deducts=[])
    later = desk.recorded(Bill(MANY[7], rows(("10.00", 1)), order=order))
    assert f"advance-after:{found['id']}" in later["flags"]
