"""Two days beside each other as a page: what it was, what it is, and what came in between."""

import pytest

from ledger.web import create_app
from tests.web.test_pages import Browser, words

PATH = "/agreements/SKO-2023/compare"


@pytest.fixture
def finance(harnosand):
    browser = Browser(create_app(ledger=harnosand, demo=True))
    assert browser.post("/session", role="finance").status_code == 200
    return browser


def test_then_since_and_the_difference_stand_beside_each_other(finance):
    told = words(finance.get(PATH, **{"from": "2024-12-31", "to": "2026-06-30"}))
    assert "Then 2024-12-31 Since 2026-06-30 Difference" in told
    assert "Drawn 529 000 979 000 +450 000" in told
    assert "Cap 2 000 000 2 150 000 +150 000" in told


def test_what_came_in_between_stands_by_its_sort_and_comes_to_the_difference(finance):
    told = words(finance.get(PATH, **{"from": "2024-12-31", "to": "2026-06-30"}))
    sorts = ["New orders", "What became of orders", "Invoices and credits"]
    sorts.append("The agreement and its amendments")
    places = [told.index(f"{sort}, kr, excl. VAT What happened") for sort in sorts]
    assert places == sorted(places)
    assert "Together they come to the difference" in told
    assert "Corrections of the past" not in told


def test_one_day_as_it_was_known_then_shows_what_was_registered_afterwards(finance):
    query = {"from": "2026-06-30", "to": "2026-06-30", "from_known_at": "2020-01-01"}
    told = words(finance.get(PATH, **query))
    assert "Corrections of the past – registered afterwards" in told
    assert "New orders, kr, excl. VAT What happened" not in told


def test_a_day_that_cannot_be_read_is_said_at_its_field_and_what_was_typed_stays(finance):
    page = finance.get(PATH, language="sv", **{"from": "igår", "to": "2026-06-30"})
    assert page.status_code == 422
    assert 'value="igår"' in page.text
    assert 'id="from-fault"' in page.text
    assert "<title>Fel: " in page.text
    assert "Från dag: " in words(page)


def test_days_are_read_as_people_write_them(finance):
    told = words(finance.get(PATH, **{"from": "20241231", "to": "30/6 2026"}))
    assert "Then 2024-12-31 Since 2026-06-30 Difference" in told


def test_the_same_days_have_nothing_between_them(finance):
    told = words(finance.get(PATH, **{"from": "2026-06-30", "to": "2026-06-30"}))
    assert "Nothing came in between: choose two other days." in told


def test_the_other_day_is_the_one_that_is_looked_at(finance):
    told = words(finance.get(PATH, as_of="2025-06-30"))
    assert "Then 2024-12-31 Since 2025-06-30" in told


def test_what_came_in_between_is_a_file_too(finance):
    query = {"from": "2024-12-31", "to": "2026-06-30", "format": "csv"}
    file = finance.get(PATH, language="sv", **query)
    assert file.mimetype == "text/csv"
    assert "SKO-2023-0003" in file.text


def test_who_may_not_see_every_fact_has_no_comparison(harnosand):
    orderer = Browser(create_app(ledger=harnosand, demo=True))
    orderer.post("/session", role="orderer")
    assert orderer.get(PATH).status_code == 403
