"""Search: over what one may see, grouped; a number that is one thing's leads straight to it."""

import pytest

from ledger.web import create_app
from tests.conftest import AGREEMENT, ORDER
from tests.people import let_in
from tests.web.test_pages import Browser, finance, played, words

__all__ = ["finance", "played"]


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("SKO-2023", "/agreements/SKO-2023"),
        ("sko-2023", "/agreements/SKO-2023"),
        ("SKO-2023-0001", "/orders/SKO-2023-0001"),
        ("sko-2023-0001", "/orders/SKO-2023-0001"),
        ("90012345", "/invoices/2021004524.90012345.2024-03-25.380"),
    ],
)
def test_a_number_leads_straight_to_what_has_it(finance, written, there):
    answer = finance.client.get("/search", query_string={"q": written, "as_of": "2025-06-30"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{there}?as_of=2025-06-30"


def test_what_has_the_words_is_told_sort_by_sort(finance):
    page = finance.get("/search", q="mittuniversitetet")
    assert "SKO-2023" in words(page)
    assert "Organisations" in words(page)
    page = finance.get("/search", q="STYRD")
    assert 'href="/orders/SKO-2023-0001"' in page.text
    page = finance.get("/search", q="härnösand")
    assert "Härnösands kommun 2120002403" in words(page)
    assert 'href="/agreements?q=2120002403"' in page.text


def test_nothing_found_says_what_to_do_and_nothing_asked_is_a_form(finance):
    assert "Try fewer" in words(finance.get("/search", q="finns inte"))
    assert "Try fewer" not in words(finance.get("/search"))
    assert finance.get("/search", q="%").text.count("<li>") == finance.get("/search").text.count(
        "<li>"
    )


def test_so_many_of_each_are_told_with_a_link_to_all(ledger, api, monkeypatch):
    monkeypatch.setattr("ledger.web.pages.search.SOME", 2)
    manager = api("manager")
    for number in ("A-1", "A-2", "A-3"):
        manager.post("/agreements", {**AGREEMENT, "number": number})
    for _ in range(3):
        api("orderer").post("/agreements/A-1/orders", ORDER)
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="manager")
    page = browser.get("/search", q="A-")
    assert "A-1-0002" in page.text
    assert "A-1-0003" not in page.text
    assert 'href="/orders?q=A-"' in page.text
    assert 'href="/agreements?q=A-"' in page.text


def test_while_it_is_typed_the_first_of_each_are_suggested(finance):
    answer = finance.client.get(
        "/search", query_string={"q": "sko-2023"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'href="/agreements/SKO-2023"' in answer.text
    assert answer.text.count("/orders/SKO-2023-") == 3
    assert "HX-Request" in answer.headers["Vary"]


def test_nobody_finds_what_they_may_not_see(played, harnosand):
    browser = Browser(played)
    browser.post("/session", token=let_in(harnosand, "A", "2120000787", ("finance",)))
    for sought in ("SKO-2023", "SKO-2023-0001", "90012345", "styrd", "Mittuniversitetet"):
        answer = browser.client.get("/search", query_string={"q": sought})
        assert answer.status_code == 200
        assert "/orders/" not in answer.text
        assert "/agreements/SKO" not in answer.text
        assert "2021004524" not in answer.text


def test_every_page_of_somebody_signed_in_has_the_box_and_keeps_the_times(finance, played):
    page = finance.get("/orders", as_of="2024-06-30")
    box = page.text.partition('class="search-box"')[2].partition("</form>")[0]
    assert 'name="as_of" value="2024-06-30"' in box
    assert "search-box" not in Browser(played).get("/").text
