"""Why a figure is what it is, as a page: order by order, with sums, narrowed, kept, compared."""

import re
from html import unescape

import pytest

from ledger.web import create_app
from tests.conftest import AGREEMENT, ORDER
from tests.web.test_pages import Browser, words

PATH = "/agreements/SKO-2023/why"


@pytest.fixture
def finance(harnosand):
    browser = Browser(create_app(ledger=harnosand, demo=True))
    assert browser.post("/session", role="finance").status_code == 200
    return browser


def test_the_rows_stand_order_by_order_with_subtotals_and_the_running_sum(finance):
    told = words(finance.get(PATH, figure="drawn", as_of="2024-12-31"))
    assert "SKO-2023-0001 Strategiskt styrd kompetensutveckling 225 000" in told
    assert "SKO-2023-0002 Strategiskt styrd kompetensutveckling 304 000" in told
    assert told.index("SKO-2023-0001") < told.index("SKO-2023-0002")
    assert re.search(r"\+152 000 529 000 The figure 529 000", told)
    assert "The sum agrees with the agreement's page." in told
    assert "approver, Härnösands kommun" in told  # and who it was


def test_what_is_in_use_is_narrowed_to_a_year_and_what_may_be_used_is_not(finance):
    told = words(finance.get(PATH, figure="drawn", year="2025"))
    assert "Only a part of the figure: 2025." in told
    assert "SKO-2023-0001" not in told
    assert "agrees with" not in told
    whole = words(finance.get(PATH, figure="remaining", year="2025"))
    assert "Only a part" not in whole


def test_the_api_narrows_the_same_and_refuses_what_cannot_be(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    for unit in ("Skolan", "Omsorgen"):
        api("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "unit": unit})
    finance, path = api("finance"), "/agreements/SKO-2023/balance/explain"
    whole = finance.get(path, figure="reserved").json
    one = finance.get(path, figure="reserved", unit="Skolan").json
    assert {item["order"] for item in one["items"]} == {"SKO-2023-0001"}
    assert float(one["amount"]) * 2 == float(whole["amount"])
    (year,) = {item["year"] for item in one["items"]}
    (buyer,) = {item["buyer"] for item in one["items"]}
    same = finance.get(path, figure="reserved", unit="Skolan", year=year, buyer=buyer).json
    assert same == one
    assert finance.get(path, figure="reserved", year=1999).json["amount"] == "0.00"
    refused = finance.get(path, figure="remaining", year=year)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/figure"


def test_the_permanent_link_has_both_times_and_shows_the_same(finance):
    page = finance.get(PATH, figure="committed")
    (there,) = re.findall(r'href="([^"]+)">A link that always shows this', page.text)
    there = unescape(there)
    assert "as_of=" in there
    assert "known_at=" in there
    same = finance.get(there.removeprefix("http://localhost"))
    assert same.status_code == 200
    head = re.compile(r"<h1.*?</h1>", re.DOTALL)
    assert head.search(same.text)[0] == head.search(page.text)[0]


def test_its_rows_are_a_file_and_another_day_is_a_click_away(finance):
    file = finance.get(PATH, language="sv", figure="drawn", format="csv")
    assert file.mimetype == "text/csv"
    assert "SKO-2023-0001" in file.text
    assert finance.get(PATH, figure="drawn", format="xlsx").status_code == 200
    assert 'href="/agreements/SKO-2023/compare"' in finance.get(PATH).text


@pytest.mark.parametrize("path", ["why", "compare"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_file_of_what_is_not_there_is_none(finance, path, format):
    answer = finance.get(f"/agreements/NIX-1/{path}?format={format}")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_figure_of_more_rows_than_a_page_has_no_sums_and_goes_on(finance, monkeypatch):
    monkeypatch.setattr("ledger.web.pages.why.MAX_PAGE", 3)
    page = finance.get(PATH, figure="drawn")
    told = words(page)
    assert "no sums of rows stand here" in told
    assert "Running sum" not in told
    (there,) = re.findall(r'href="([^"]+)">More rows', page.text)
    assert "The figure" in words(finance.get(unescape(there)))


def test_a_year_that_cannot_be_read_is_said_and_narrows_nothing(finance):
    page = finance.get(PATH, figure="drawn", year="i fjol")
    assert page.status_code == 422
    assert 'value="i fjol"' in page.text
    assert "This cannot be read" in words(page)
    assert "Only a part" not in words(page)
