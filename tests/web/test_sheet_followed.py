"""An invoice that is written as the sheet for suppliers says is matched, and its lines found."""

import pytest

from tests.documents.bills import Bill, Row
from tests.web.test_booking import Desk, lines_of


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


def as_told(sheet, placed, number="1", order=None):
    """The invoice that a sheet describes, of all lines of one of its orders."""
    say = {field["term"]: field["write"] for field in sheet["fields"]}
    some = tuple(Row(line["amount"], line["write"]) for line in placed["lines"])
    return Bill(
        number,
        some,
        order=order or say["BT-13"] or placed["number"],
        agreement=say["BT-12"],
        buyer_reference=say["BT-10"] or "1",
        currency=say["BT-5"],
        buyer=say["BT-47"],
        supplier=say["BT-30"],
    )


@pytest.mark.parametrize("agreement", ["RAM-1", "2023-0001"])
@pytest.mark.parametrize("of", ["orders", "agreements"])
def test_an_invoice_as_the_sheet_says_is_matched_and_its_lines_found(desk, of, agreement):
    number = desk.sign(agreement)
    order = desk.order(number, reference="INK-7", unit="4711")
    sheet = desk.supplier.get(f"/{of}/{order if of == 'orders' else number}/sheet").json
    (placed,) = sheet["orders"]
    found = desk.recorded(as_told(sheet, placed))
    assert lines_of(found) == [(1, "8000.00"), (2, "8000.00")]
    assert found["flags"] == []
    other = desk.order(number, reference="INK-8")
    sheet = desk.supplier.get(f"/orders/{other}/sheet").json
    (placed,) = sheet["orders"]
    by_reference = as_told(sheet, placed, "2", order=placed["reference"])
    found = desk.recorded(by_reference)
    assert {line["order"] for line in found["lines"]} == {other}


def test_a_reference_that_several_orders_share_is_not_offered_in_the_order_s_place(desk):
    desk.sign()
    first, second = (desk.order(reference="INK-7") for _ in range(2))
    for order in (first, second):
        sheet = desk.supplier.get(f"/orders/{order}/sheet").json
        (placed,) = sheet["orders"]
        assert (placed["reference"], "INK-7" in sheet["text"]) == ("", False)
        found = desk.recorded(as_told(sheet, placed, order))
        assert {line["order"] for line in found["lines"]} == {order}
    desk.sign("RAM-2")
    elsewhere = desk.order("RAM-2", reference="INK-7")
    sheet = desk.supplier.get(f"/orders/{elsewhere}/sheet").json
    (placed,) = sheet["orders"]
    assert placed["reference"] == "INK-7", "the agreement narrows it"
    found = desk.recorded(as_told(sheet, placed, order="INK-7"))
    assert {line["order"] for line in found["lines"]} == {elsewhere}
