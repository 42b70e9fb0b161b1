"""Reports as pages, and the same over the API: what is in use, by whom, and what is to be done."""

import pytest

from ledger.web import create_app
from tests.conftest import AGREEMENT, INVOICE, ORDER
from tests.web.test_pages import Browser, words

REPORTS = ("use", "accruals", "stale", "rounds", "suppliers", "summary")


def signed_in(ledger, role):
    browser = Browser(create_app(ledger=ledger, demo=True))
    assert browser.post("/session", role=role).status_code == 200
    return browser


@pytest.fixture
def finance(harnosand):
    return signed_in(harnosand, "finance")


@pytest.fixture
def used(api):
    """An agreement with two orders of units, one of them confirmed and invoiced."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    for unit in ("Skolan", "Omsorgen"):
        placed = api("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "unit": unit})
        assert placed.status_code == 201, placed.text
    assert api("supplier").post("/orders/SKO-2023-0001/confirm").status_code == 200
    assert api("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).status_code == 201
    return api


# ── What is in use ────────────────────────────────────────────────────────────────────────────


def test_what_is_in_use_comes_to_the_balance(used):
    found = used("finance").get("/use").json
    balance = used("finance").get("/agreements/SKO-2023/balance").json
    (total,) = found["totals"]
    for member in ("reserved", "committed", "drawn"):
        assert total[member] == balance[member]
    units = [(one["unit"], one["orders"]) for one in found["items"]]
    assert units == [("Omsorgen", 1), ("Skolan", 1)]


def test_what_is_in_use_is_narrowed_and_as_it_was(used):
    finance = used("finance")
    (one,) = finance.get("/use", unit="Skolan").json["items"]
    assert one["unit"] == "Skolan"
    assert finance.get("/use", year=one["year"], buyer=one["buyer"]).json["items"]
    assert finance.get("/use", year=1999).json == {
        "as_of": finance.get("/use").json["as_of"], "known_at": None, "totals": [], "items": [],
    }  # fmt: skip
    assert finance.get("/use", as_of="2020-01-01").json["items"] == []
    assert used("finance", "2120000787").get("/use").json["items"] == []
    assert used("orderer").get("/use").status_code == 403


def test_each_figure_in_use_leads_to_its_why(finance):
    page = finance.get("/reports/use")
    told = words(page)
    assert "Together" in told
    assert "/agreements/SKO-2023/why?figure=drawn&amp;year=2024" in page.text
    assert "rows: " in told


# ── The pages ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("report", REPORTS)
def test_each_report_is_a_page_in_both_languages_on_any_day(finance, report):
    for query in ({}, {"as_of": "2024-06-30"}, {"known_at": "2200-01-01T00:00"}):
        for language in ("sv", "en"):
            page = finance.get(f"/reports/{report}", language, **query)
            assert page.status_code == 200
            assert "SKO-2023" in page.text
            assert 'aria-current="page"' in page.text


@pytest.mark.parametrize("report", REPORTS)
def test_on_a_day_without_agreements_a_report_says_so(finance, report):
    told = words(finance.get(f"/reports/{report}", as_of="2001-01-01"))
    assert "There is no agreement here on that day." in told


@pytest.mark.parametrize("report", REPORTS)
def test_each_list_is_a_file_too(finance, report):
    file = finance.get(f"/reports/{report}", language="sv", format="csv")
    assert file.mimetype == "text/csv"
    assert "attachment" in file.headers["Content-Disposition"]


def test_a_year_that_cannot_be_read_is_said_at_its_field(finance):
    for report in ("use", "accruals"):
        page = finance.get(f"/reports/{report}", language="sv", year="i fjol")
        assert page.status_code == 422
        assert 'value="i fjol"' in page.text
        assert 'id="year-fault"' in page.text


def test_in_december_the_year_is_the_one_that_ends(finance):
    assert 'value="2024"' in finance.get("/reports/accruals", as_of="2024-12-15").text
    assert 'value="2024"' in finance.get("/reports/accruals", as_of="2025-01-15").text


def test_the_menu_has_reports_for_whom_they_are_for(harnosand):
    for role, has in (("finance", True), ("manager", True), ("orderer", False)):
        page = signed_in(harnosand, role).get("/")
        assert ('href="/reports/use"' in page.text) == has
    for role in ("orderer", "approver", "supplier"):
        for report in REPORTS:
            assert signed_in(harnosand, role).get(f"/reports/{report}").status_code == 403


def test_another_s_agreement_has_no_report(finance):
    assert finance.get("/reports/stale", agreement="ANNANS-1").status_code == 404


# ── The council's page ────────────────────────────────────────────────────────────────────────


def test_a_report_leads_to_the_council_s_page(finance):
    assert 'href="/agreements/SKO-2023/council"' in finance.get("/reports/stale").text
    told = words(finance.get("/agreements/SKO-2023/council"))
    assert "Open matters" in told
    assert "can be ordered today" in told
    then = words(finance.get("/agreements/SKO-2023/council", as_of="2024-06-30"))
    assert "As of 2024-06-30, as known at" in then


def test_the_council_s_page_is_a_pdf_where_that_is_installed(finance):
    file = finance.get("/agreements/SKO-2023/council", format="pdf")
    assert file.status_code in (200, 501)
    assert file.status_code == 501 or file.mimetype == "application/pdf"
