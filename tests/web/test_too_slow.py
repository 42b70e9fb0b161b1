"""A page that took too long says so in words, in the frame of every page: no question of the frame
itself stands in the way of that."""

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.routing.converters import NumberConverter

from tests.web.test_pages import finance, played

__all__ = ["finance", "played"]

NAMED = {"orders": "SKO-2023-0001", "invoices": "2021004524.90012345.2024-03-25.380"}
"""What pages of an address are of; others are of an agreement."""


def addresses(app):
    """Each page that is asked for, of something that is there."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or not rule.endpoint.startswith("pages."):
            continue
        name = NAMED.get(rule.rule.split("/")[1], "SKO-2023")
        numbered = {one for one, by in rule._converters.items() if isinstance(by, NumberConverter)}
        values = {one: 1 if one in numbered else name for one in rule.arguments}
        yield app.url_map.bind("").build(rule.endpoint, values, method="GET", append_unknown=False)


def test_every_page_whose_time_is_over_says_so_in_words(finance, played, monkeypatch):
    some = list(addresses(played))
    assert len(some) > 60
    monkeypatch.setattr("ledger.web.patience.READ_SECONDS", -0.001)
    slow = 0
    for address in some:
        page = finance.get(address)
        assert page.status_code != 500, address
        slow += page.status_code == 503
        if page.status_code == 503 and page.mimetype == "text/html":
            assert "</html>" in page.text, address
            assert "This took longer than" in page.text, address
    assert slow > 30


@pytest.mark.parametrize("away", ["session", "names"])
def test_a_page_says_that_the_database_is_away_where_that_of_names_is(
    finance, harnosand, monkeypatch, away
):
    def gone(*_, **__):
        raise OperationalError("", None, OSError())

    monkeypatch.setattr(type(harnosand.registry), away, gone)
    page = finance.get("/agreements")
    assert (page.status_code, "</html>" in page.text) == (503, True)
    assert "The database cannot be reached." in page.text
