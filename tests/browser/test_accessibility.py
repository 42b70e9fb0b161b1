"""No page bars anybody, as far as axe-core sees: WCAG 2.1 A and AA, 2.2 AA, and best practice; nor
is any wider than its window, or a table than its frame.

Each commit looks at each address once, in one state of the eight; `--long` at each in all of them.
"""

import itertools

import pytest

from ledger.clock import day_of, system
from ledger.demo import PROGRAMMES
from tests.browser.test_first_face import (
    address,
    chromium,
    faults,
    pytestmark,  # noqa: F401
)

__all__ = ["address", "chromium"]

STATES = list(itertools.product(("sv", "en"), ("light", "dark"), (320, 1280)))
"""Language, colours and width."""
WIDTHS = (320, 390, 700, 1000, 1280)
"""Nothing is scrolled sideways at any of them, whatever the state."""
BEFORE = f"{day_of(system()).year - 1}-06-30"
PARTS = (
    *("orders", "invoices", "limits", "amendments", "members", "funding", "suppliers"),
    *("statement", "timeline", "documents"),
)
FIRST = (
    *("/agreements", f"/agreements/SKO-2023?as_of={BEFORE}", "/nowhere"),
    *("/orders?sort=-amount&q=sko", "/invoices", "/search?q=sko"),
    *("/agreements/SKO-2023?as_of=2001-01-01", "/orders?as_of=yesterday"),
    *("/problems", "/problems/cap-exceeded", "/problems/no-such-type"),
    *("/reconcile", "/agreements/SKO-2023/sheet", "/orders/SKO-2023-0001/sheet"),
    *("/api", "/api/reference/orders", "/api/reference/shapes/PlaceOrder"),
)
WALKS = {
    "orderer": ("/", "/orders", "/agreements/SKO-2023/order", "/orders/SKO-2023-0001/reopen"),
    "supplier": (
        "/",
        "/orders?status=placed",
        "/orders/SKO-2023-0001/answer",
        "/orders/SKO-2023-0001/counter",
    ),
    "finance": (
        *("/", "/orders/SKO-2023-0001", "/orders/SKO-2023-0001/invoice", *FIRST),
        *("/invoices/receive", "/invoices/queue", "/invoices/queue?status=discarded"),
        "/invoices?status=rejected",
        *("/reports/use", "/reports/accruals?year=fel", "/reports/stale", "/reports/rounds"),
        *("/reports/suppliers", "/reports/summary", "/agreements/SKO-2023/council"),
    ),
    "manager": (
        *(f"/agreements/SKO-2023/{part}" for part in PARTS),
        "/agreements/SKO-2023",
        "/agreements/SKO-2023/why?figure=committed",
        "/agreements/SKO-2023/compare",
        "/agreements/SKO-2023/compare?from=fel",
        "/agreements/SKO-2023/forecast",
        "/agreements/SKO-2023/what-if",
        "/agreements/new",
        "/agreements/SKO-2023/amend",
        "/agreements/SKO-2023/close",
    ),
    "approver": ("/", "/invoices?status=recorded", "/invoices/attest", "/agreements/new"),
    "auditor": (
        *("/", "/invoices/queue", "/agreements/SKO-2023/why?figure=drawn"),
        *("/audit", "/audit/log", "/audit/log?from=fel", "/audit/log/20", "/audit/checkpoints"),
        *("/audit/replay", "/audit/replay/SKO-2023", "/audit/receipt/5", "/audit/receipt/99999"),
        *(
            "/audit/attempts",
            "/audit/reads",
            "/audit/bundle?agreement=SKO-2023",
            "/agreements/SKO-2023/passed",
        ),
    ),
    "admin": (
        "/",
        "/agreements/SKO-2023",
        "/demonstration",
        "/settings/me",
        "/settings",
        "/settings/organisations",
        "/settings/people",
        "/settings/people/new",
        "/settings/attest",
        "/settings/attest/grant",
        "/settings/codes",
        "/settings/mail",
        "/settings/auditors",
        "/settings/ledger",
        "/settings/import",
        "/settings/webhooks",
        "/help",
        "/help/figures",
        "/accessibility",
    ),
    **{
        f"{one.name}.manager": tuple(
            f"/agreements/{one.number}{part}"
            for part in ("", "/members", "/funding", "/suppliers", "/amendments", "/limits")
        )
        for one in PROGRAMMES[1:]
    },
}
"""Where each goes: also to empty lists, to what cannot be done now and to what is not theirs."""

OPENED = "for (const one of document.querySelectorAll('details')) one.open = true"
WIDE = "[...document.querySelectorAll('table')].map(t => t.scrollWidth - t.clientWidth)"


def signed_in(chromium, address, role, state):
    """A page of somebody's; scripts run for axe-core's sake alone. With what the page before it,
    where one signs in, is found to be."""
    language, colours, width = state
    context = chromium.new_context(
        base_url=address,
        viewport={"width": width, "height": 800},
        color_scheme=colours,
        locale=language,
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto("/")
    found = faults(page) if role == "finance" else []
    page.evaluate(OPENED)
    page.locator(f"button[name=role][value='{role}']").first.click()
    return page, found


def looked_at(page, path, width):
    answer = page.goto(path)
    assert answer.status < 500, path
    page.evaluate(OPENED)
    for one in (*(one for one in WIDTHS if one != width), width):
        page.set_viewport_size({"width": one, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= one, (path, one)
        assert max(page.evaluate(WIDE), default=0) <= 1, (path, one)
    return faults(page)


@pytest.mark.parametrize("role", WALKS)
def test_no_page_bars_anybody_in_a_state_of_each(chromium, address, role, record_property):
    found, shift = [], list(WALKS).index(role)
    for at, state in enumerate(STATES):
        mine = [path for n, path in enumerate(WALKS[role]) if (n + shift) % len(STATES) == at]
        if not mine:
            continue
        page, more = signed_in(chromium, address, role, state)
        found += more
        for path in mine:
            found += looked_at(page, path, state[2])
        page.context.close()
    record_property("states", len(WALKS[role]))
    assert found == []


@pytest.mark.parametrize("state", STATES[:2], ids=str)
def test_a_form_that_was_refused_and_one_that_is_asked_of_bar_nobody(chromium, address, state):
    page, _ = signed_in(chromium, address, "orderer", state)
    page.goto("/agreements/SKO-2023/order")
    page.locator("button[value=send]").click()
    found = faults(page)
    page.locator("[name=course]").fill("Att leda")
    page.locator("[name=lines-0-amount]").fill("10 000")
    page.locator("button[value=send]").click()
    page.locator("button[value=sure]").wait_for()
    found += faults(page)
    page.context.close()
    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("role", WALKS)
def test_no_page_bars_anybody_in_any_state(chromium, address, role, state, record_property):
    page, found = signed_in(chromium, address, role, state)
    for path in WALKS[role]:
        found += looked_at(page, path, state[2])
    page.context.close()
    record_property("states", len(WALKS[role]))
    assert found == []
