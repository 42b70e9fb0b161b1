"""How many clicks each thing takes from the first page, in a real Chromium without JavaScript."""

import pytest

from tests.browser.journeys import Mouse, served
from tests.browser.test_first_face import (
    chromium,
    pytestmark,  # noqa: F401
    spaced,
)
from tests.conftest import AGREEMENT
from tests.documents.bills import Bill, rows, written

__all__ = ["chromium"]

COURSE = {"course": "Att leda", "lines": [{"kind": "delivery", "amount": "180000.00"}]}
EXTENDED = {"extensions": [{"months": 12}]}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with served(tmp_path_factory.mktemp("served")) as house:
        house.done("manager", "/agreements", {**AGREEMENT, "policy": EXTENDED})
        yield house


@pytest.fixture
def mouse(house, chromium):
    """Role → somebody who clicks."""
    pages = []

    def of(role):
        pages.append(house.enter(chromium, role, java_script_enabled=False))
        return Mouse(pages[-1])

    yield of
    for page in pages:
        page.context.close()


def placed(house, confirmed=True):
    number = house.done("orderer", "/agreements/SKO-2023/orders", COURSE)["number"]
    if confirmed:
        house.done("supplier", f"/orders/{number}/confirm")
    return number


def main(mouse):
    return spaced(mouse.page.locator("main").inner_text())


def test_what_is_left_is_told_at_once_and_of_a_day_and_why_in_one_or_two(mouse):
    manager = mouse("manager")
    assert "2 000 000" in main(manager)
    assert manager.clicks == 0
    manager.click("2 000 000")
    assert "cap" in main(manager)
    assert ("why" in manager.page.url, manager.clicks) == (True, 1)
    finance = mouse("finance")
    finance.open("Show as of")
    finance.page.get_by_label("Show as of", exact=True).fill("2024-06-30")
    finance.click("Show", "button")
    assert "as_of=2024-06-30" in finance.page.url
    assert "2 000 000" in main(finance)
    assert finance.clicks == 2


def test_a_course_is_ordered_with_its_fields_and_three(mouse):
    orderer = mouse("orderer")
    orderer.click("New order")
    orderer.fill("Course or training", "Att leda")
    orderer.fill("Amount, kr excl. VAT (optional)", "180 000")
    orderer.click("Review and send", "button")
    assert "New order: SKO-2023-0001" in orderer.done()
    assert orderer.clicks <= 3


def test_a_university_answers_in_two(house, mouse):
    number = placed(house, confirmed=False)
    supplier = mouse("supplier")
    supplier.click(number)
    supplier.click("Confirm", "button")
    assert f"Confirm: {number}" in supplier.done()
    assert supplier.clicks == 2


def test_an_invoice_is_attested_in_two(house, mouse):
    body = {"invoice": "90014903", "issued_on": "2026-03-02", "amount": "160000.00"}
    house.done("finance", f"/orders/{placed(house)}/drawdowns", body)
    approver = mouse("approver")
    approver.click("90014903")
    approver.click("Approve 160 000 kr", "button")
    assert "Approve: 90014903" in approver.done()
    assert approver.clicks == 2


def test_an_invoice_that_waits_is_placed_in_three(house, mouse):
    number, finance = placed(house), house.api("finance")
    answer = finance.client.post(
        "/api/v1/documents/peppol-invoice",
        data=written(Bill("K2", rows(("2000.00",)))),
        headers={**finance.headers, "Content-Type": "application/xml"},
    )
    assert answer.json["status"] == "queued"
    clicking = mouse("finance")
    clicking.click("K2")
    clicking.click("It belongs here")
    assert clicking.page.get_by_label("Order (optional)").first.input_value().startswith("SKO-")
    clicking.fill("Order (optional)", number)
    clicking.fill("Reason (optional)", "The same course")
    clicking.click("It belongs here", "button")
    assert "is recorded as an invoice" in clicking.done()
    assert clicking.clicks == 3


def test_a_file_for_the_council_takes_two_and_an_extension_three(mouse):
    manager = mouse("manager")
    manager.click("SKO-2023")
    with manager.page.expect_download() as file:
        manager.press("Council page as PDF")
    assert file.value.suggested_filename.endswith(".pdf")
    assert manager.clicks == 2
    manager = mouse("manager")
    manager.click("SKO-2023")
    manager.click("Extend")
    manager.fill("Decision", "KS 2026 § 14")
    manager.click("Extend", "button")
    assert "Extend: SKO-2023" in manager.done()
    assert manager.clicks == 3
