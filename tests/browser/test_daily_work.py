"""The daily work in a real Chromium, without JavaScript: ordered, answered, invoiced, approved."""

import re

from ledger.clock import day_of, system
from tests.browser.test_first_face import (
    address,
    chromium,
    pytestmark,  # noqa: F401
    spaced,
)

__all__ = ["address", "chromium"]


def signed_in(chromium, address, role, **more):
    context = chromium.new_context(base_url=address, locale="sv-SE", **more)
    page = context.new_page()
    page.goto("/")
    page.locator(f"button[name=role][value={role}]").click()
    return page


def test_a_course_is_ordered_confirmed_invoiced_and_approved(chromium, address):
    script = {"java_script_enabled": False}
    orderer = signed_in(chromium, address, "orderer", **script)
    orderer.goto("/agreements/SKO-2023/order")
    orderer.get_by_label("Kurs eller utbildning").fill("Att leda i förändring")
    orderer.get_by_label("Slag", exact=True).fill("delivery")
    orderer.get_by_label("Belopp, kr exkl. moms").fill("10 000")
    orderer.get_by_role("button", name="Räkna").click()
    assert orderer.get_by_role("heading", name="Så påverkas avtalet").is_visible()
    assert orderer.get_by_label("Kurs eller utbildning").input_value() == "Att leda i förändring"
    orderer.get_by_role("button", name="Granska och skicka").click()
    orderer.locator("button[value='edit:course']").click()
    orderer.locator("#course:focus").wait_for()
    orderer.get_by_role("button", name="Granska och skicka").click()
    orderer.get_by_role("button", name="Skicka avropet, 10 000 kr").click()
    assert "Nytt avrop: SKO-2023-" in orderer.get_by_role("status").inner_text()
    there = re.sub(r"^https?://[^/]+", "", orderer.url)
    supplier = signed_in(chromium, address, "supplier", **script)
    supplier.locator(f'a[href="{there}"]').click()
    supplier.get_by_role("link", name="Bekräfta").click()
    supplier.get_by_role("button", name="Bekräfta").click()
    finance = signed_in(chromium, address, "finance", **script)
    finance.goto(f"{there}/invoice")
    finance.get_by_label("Fakturanummer").fill("7001")
    finance.get_by_label("Fakturadatum").fill(day_of(system()).isoformat())
    finance.get_by_label("Belopp, kr exkl. moms").first.fill("10 000")
    finance.get_by_role("button", name="Registrera en faktura").click()
    invoice = re.sub(r"^https?://[^/]+", "", finance.url)
    assert invoice.startswith("/invoices/"), spaced(finance.locator("main").inner_text())
    approver = signed_in(chromium, address, "approver", **script)
    approver.goto(invoice)
    approver.get_by_role("link", name="Attestera").click()
    approver.get_by_role("button", name="Attestera").click()
    assert "Attestera: 7001" in approver.get_by_role("status").inner_text()


def test_a_refused_form_has_the_focus_and_keeps_what_was_typed(chromium, address):
    page = signed_in(chromium, address, "orderer")
    page.goto("/agreements/SKO-2023/order")
    page.get_by_label("Kurs eller utbildning").fill("Kurs")
    page.get_by_label("Slag", exact=True).fill("delivery")
    page.get_by_label("Belopp, kr exkl. moms").fill("99 000 000")
    page.get_by_role("button", name="Granska och skicka").click()
    assert page.title().startswith("Fel:")
    page.locator("#refusal:focus").wait_for()
    assert page.get_by_label("Belopp, kr exkl. moms").input_value() == "99 000 000"
    page.get_by_role("button", name="Använd").click()
    assert page.get_by_role("heading", name="Så påverkas avtalet").is_visible()
