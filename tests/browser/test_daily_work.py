"""The daily work in a real Chromium, with a script and without: ordered, answered, invoiced,
approved, and why so much is used; nothing is said in the console."""

import re

import pytest
from playwright.sync_api import expect

from ledger.clock import day_of, system
from tests.browser.test_first_face import (
    address,
    chromium,
    pytestmark,  # noqa: F401
)

__all__ = ["address", "chromium"]


def signed_in(chromium, address, role, said=None, **more):
    context = chromium.new_context(base_url=address, locale="sv-SE", **more)
    page = context.new_page()
    if said is not None:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/")
    page.locator(f"button[name=role][value={role}]").click()
    return page


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_a_course_is_ordered_confirmed_invoiced_approved_and_told_of(chromium, address, script):
    said = []
    orderer, supplier, finance, approver = (
        signed_in(chromium, address, role, said, java_script_enabled=script)
        for role in ("orderer", "supplier", "finance", "approver")
    )
    orderer.goto("/agreements/SKO-2023/order")
    orderer.get_by_label("Kurs eller utbildning").fill("Att leda i förändring")
    orderer.get_by_label("Slag", exact=True).fill("delivery")
    orderer.get_by_label("Belopp, kr exkl. moms").fill("10 000")
    orderer.get_by_role("button", name="Räkna").click()
    expect(orderer.get_by_role("heading", name="Så påverkas avtalet")).to_be_visible()
    assert orderer.get_by_label("Kurs eller utbildning").input_value() == "Att leda i förändring"
    orderer.get_by_role("button", name="Granska och skicka").click()
    orderer.locator("button[value='edit:course']").click()
    orderer.locator("#course:focus").wait_for()
    orderer.get_by_role("button", name="Granska och skicka").click()
    orderer.get_by_role("button", name="Skicka avropet, 10 000 kr").click()
    assert "Nytt avrop: SKO-2023-" in orderer.get_by_role("status").inner_text()
    there = re.sub(r"^https?://[^/]+", "", orderer.url)
    supplier.goto("/")
    supplier.locator(f'a[href="{there}/answer"]').click()
    expect(supplier.get_by_role("columnheader", name="Om ni bekräftar")).to_be_visible()
    supplier.get_by_role("button", name="Bekräfta").click()
    assert "Bekräfta: SKO-2023-" in supplier.get_by_role("status").inner_text()
    finance.goto(f"{there}/invoice")
    number = f"700{there[-1]}"
    finance.get_by_label("Fakturanummer").fill(number)
    finance.get_by_label("Fakturadatum").fill(day_of(system()).isoformat())
    finance.get_by_label("Belopp, kr exkl. moms").first.fill("10 000")
    finance.get_by_role("button", name="Registrera en faktura").click()
    finance.wait_for_url("**/invoices/*")
    invoice = re.sub(r"^https?://[^/]+", "", finance.url)
    approver.goto(invoice)
    approver.get_by_role("button", name="Attestera 10").click()
    assert f"Attestera: {number}" in approver.get_by_role("status").inner_text()
    finance.goto("/agreements/SKO-2023")
    finance.locator(".formula .drawn + dd a").click()
    expect(finance.locator("main")).to_contain_text(number)
    for page in (orderer, supplier, finance, approver):
        page.context.close()
    assert said == []


def test_a_refused_form_has_the_focus_and_keeps_what_was_typed(chromium, address):
    page = signed_in(chromium, address, "orderer")
    page.goto("/agreements/SKO-2023/order")
    page.get_by_label("Kurs eller utbildning").fill("Kurs")
    page.get_by_label("Slag", exact=True).fill("delivery")
    page.get_by_label("Belopp, kr exkl. moms").fill("99 000 000")
    page.get_by_role("button", name="Granska och skicka").click()
    page.locator("#refusal:focus").wait_for()
    assert page.title().startswith("Fel:")
    assert page.get_by_label("Belopp, kr exkl. moms").input_value() == "99 000 000"
    page.get_by_role("button", name="Använd").click()
    expect(page.get_by_role("heading", name="Så påverkas avtalet")).to_be_visible()


def test_rows_that_are_cards_on_a_phone_are_sorted_there(chromium, address):
    page = signed_in(chromium, address, "finance", viewport={"width": 390, "height": 800})
    page.goto("/orders")
    expect(page.get_by_role("columnheader", name="Belopp")).to_be_hidden()
    order = page.get_by_role("navigation", name="Sortera efter")
    order.get_by_role("link", name="Belopp").click()
    page.wait_for_url("**sort=-amount**")
    assert order.locator("[aria-current]").inner_text().startswith("Belopp")
    amounts = page.locator("tbody td[data-label=Belopp]").all_inner_texts()
    figures = [int(re.sub(r"\D", "", one)) for one in amounts]
    assert figures == sorted(figures, reverse=True)
    page.emulate_media(media="print")  # on paper a table is one, however narrow the window
    expect(page.locator("thead")).to_be_visible()
    expect(page.locator(".on-paper")).to_be_visible()
    page.context.close()


def test_the_button_back_and_a_second_press_leave_one_order(chromium, address):
    page = signed_in(chromium, address, "orderer")
    page.goto("/agreements/SKO-2023/order")
    page.get_by_label("Kurs eller utbildning").fill("En gång")
    page.get_by_label("Belopp, kr exkl. moms").fill("1 000")
    page.get_by_role("button", name="Granska och skicka").click()
    page.get_by_role("button", name="Skicka avropet").click()
    page.wait_for_url("**/orders/*")
    first = page.url
    page.evaluate("history.go(-2)")  # past what was shown once more, which a browser asks to resend
    page.wait_for_url("**/order")
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Granska och skicka").click()
    told = page.locator("main").inner_text()
    assert page.url == first or page.title().startswith("Fel:"), told
    page.goto("/orders?q=en+gång")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.context.close()
