"""A statement comes in pages, with what was carried to each and what all of them come to."""

import csv
import io
import re
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from ledger.web.pages.sections import statement as page_of
from tests.conftest import AGREEMENT, BUYER, ORDER
from tests.web.test_acting import Reader

ADDRESS = "/agreements/SKO-2023/statement"
PLACES = ("reserved", "committed", "drawn")


@pytest.fixture
def busy(api):
    """An agreement with some rows of a single fact and several on one day."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    for number in range(1, 5):
        assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
        if number % 2:
            done = api("supplier").post(f"/orders/SKO-2023-000{number}/confirm", {})
            assert done.status_code == 200, done.text
    return api


def pages(client, limit):
    found, asked = [], {"limit": limit}
    while True:
        answer = client.get(ADDRESS, **asked)
        assert answer.status_code == 200, answer.text
        found.append(answer.json)
        link = answer.headers.get("Link")
        if link is None:
            return found
        (after,) = parse_qs(urlsplit(link[1 : link.index(">")]).query)["after"]
        asked["after"] = after


def ore(text):
    return int(text.replace(".", ""))


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_joined_are_the_statement_and_their_sums_are_those_of_all(busy, limit):
    client = busy("finance")
    whole = client.get(ADDRESS).json
    some = pages(client, limit)
    assert [row for page in some for row in page["items"]] == whole["items"]
    assert len(some) > 2, "the control: it is in pages"
    assert all(page["closing"] == whole["closing"] for page in some)
    assert whole["closing"]["remaining"] == whole["items"][-1]["remaining"]
    used = dict.fromkeys(PLACES, 0)
    for page in some:
        assert {name: ore(page["opening"][name]) for name in PLACES} == used
        for row in page["items"]:
            used = {name: used[name] + ore(row[name]) for name in PLACES}
    assert {name: ore(whole["closing"][name]) for name in PLACES} == used
    for before, page in pairwise(some):
        if page["items"]:
            assert page["opening"]["remaining"] == before["items"][-1]["remaining"]


def test_a_file_has_all_of_it_whatever_a_page_holds(busy):
    client = busy("finance")
    whole = client.get(ADDRESS).json["items"]
    text = client.get(ADDRESS, format="csv", limit=2).get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    orders = [row for row in rows if any("SKO-2023-000" in cell for cell in row)]
    assert len(orders) == sum(1 for one in whole if one["order"])


def test_a_place_that_is_none_is_refused(busy):
    for after in ("x", "2024-13-45.1.1"):
        assert busy("finance").get(ADDRESS, after=after).status_code == 422


def test_the_page_goes_on_and_its_sums_are_those_of_all(busy, ledger, monkeypatch):
    monkeypatch.setattr(page_of, "STATEMENT_ROWS", 2)
    reader = Reader(busy.app, ledger, "clerk", BUYER, "finance", "manager")
    address, seen, ends = ADDRESS, 0, set()
    while address:
        answer = reader.get(address)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 200, text
        seen += text.count('<span class="date">')
        ends.add(text[text.index("<tfoot>") : text.index("</tfoot>")])
        goes_on = re.search(r'href="([^"]*)"[^>]*>The rows that follow', text)
        address = goes_on[1].replace("&amp;", "&") if goes_on else ""
    assert seen == len(busy("finance").get(ADDRESS).json["items"])
    assert len(ends) == 1
