"""Lists: narrowed by words, in the order of a column, summed; as of any day; and their files."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qsl

import pytest

from ledger.projections import agreements, drawdowns, orders
from ledger.projections.then import Then
from ledger.web import create_app
from tests.conftest import AGREEMENT, ORDER
from tests.web.test_pages import Browser, finance, played, words

__all__ = ["finance", "played"]


def numbers(page) -> list[str]:
    """The first cell of each row, by its link."""
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        unescape(one).strip()
        for one in re.findall(r'<th scope="row">\s*<a[^>]*>(.*?)</a>', body, re.DOTALL)
    ]


def feet(page) -> list[str]:
    found = page.text.partition("<tfoot>")[2].partition("</tfoot>")[0]
    texts = (re.sub(r"<[^>]+>", " ", one) for one in found.split("</tr>"))
    spaced = (unescape(one).replace("\N{NO-BREAK SPACE}", " ") for one in texts)
    return [line for line in (" ".join(one.split()) for one in spaced) if line]


@pytest.mark.parametrize("sort", ["", "starts_on", "-starts_on", "amount", "-amount", "to_invoice"])
@pytest.mark.parametrize("day", [None, "2024-06-30", "2023-12-31"])
def test_orders_stand_in_the_order_asked_for_on_any_day_however_they_are_paged(
    finance, harnosand, monkeypatch, sort, day
):
    times = {"as_of": day} if day else {}
    whole = finance.get("/orders", **({"sort": sort} if sort else {}), **times)
    found = numbers(whole)
    then = Then(as_of=date.fromisoformat(day) if day else harnosand.today, current=day is None)
    with harnosand.views.database.reading() as connection:
        states = {row.state.number: row.state for row in orders.listed(connection, then=then)}
    assert set(found) == set(states)
    by = orders.SORTS.get(sort.removeprefix("-"))
    key = [(by.of(states[one]), one) if by else one for one in found]
    assert key == sorted(key, reverse=sort.startswith("-"))
    monkeypatch.setattr("ledger.web.pages.lists.PAGE", 2)
    paged, after = [], ""
    while True:
        asked = {**({"sort": sort} if sort else {}), **({"after": after} if after else {})}
        some = numbers(finance.get("/orders", **asked, **times))
        paged += some
        if len(some) < 2:
            break
        after = some[-1]
    assert paged == found


def test_the_heads_lead_to_the_orders_that_there_are_and_say_which_it_is(finance):
    page = finance.get("/orders", q="sko", as_of="2025-06-30")
    heads = re.findall(r'<th scope="col"([^>]*)>\s*<a class="ds-link" href="([^"]+)"', page.text)
    assert [unescape(href).partition("?")[2] for _, href in heads] == [
        "q=sko&as_of=2025-06-30",
        "q=sko&as_of=2025-06-30&sort=starts_on",
        "q=sko&as_of=2025-06-30&sort=-amount",
        "q=sko&as_of=2025-06-30&sort=-to_invoice",
    ]
    assert 'aria-sort="ascending"' in heads[0][0]
    page = finance.get("/orders", sort="-amount")
    (sorted_by,) = re.findall(r'aria-sort="(\w+)"', page.text)
    assert sorted_by == "descending"
    assert "sort=amount" in page.text
    assert finance.get("/orders", sort="course").status_code == 422


def test_the_menu_leads_to_orders_that_have_not_ended_and_invoices_that_wait(finance):
    start = finance.get("/").text
    for path, status in (("/orders", "not-ended"), ("/invoices", "recorded")):
        assert f'href="{path}?status={status}"' in start
    ended = {
        number
        for status in ("cancelled", "declined", "lapsed", "closed")
        for number in numbers(finance.get("/orders", status=status))
    }
    found = set(numbers(finance.get("/orders", status="not-ended")))
    assert found == set(numbers(finance.get("/orders"))) - ended


def test_words_narrow_a_list_whatever_their_case_and_order(finance):
    found = numbers(finance.get("/orders", q="STYRD sko-2023"))
    assert found
    assert set(found) <= set(numbers(finance.get("/orders")))
    page = finance.get("/orders", q="nothing is called so")
    assert "No order fits." in words(page)
    assert 'href="/orders"' in page.text
    assert numbers(finance.get("/orders", q="%")) == []
    invoice = numbers(finance.get("/invoices", q="90012345"))
    assert invoice == ["90012345"]
    assert numbers(finance.get("/agreements", q="mittuniversitetet")) == ["SKO-2023"]
    assert "No agreement fits." in words(finance.get("/agreements", q="Lund"))


@pytest.mark.parametrize("day", [None, "2024-06-30"])
def test_the_sums_are_those_of_the_whole_list_by_the_same_filter(finance, monkeypatch, day):
    times = {"as_of": day} if day else {}
    asked = {"q": "sko", **times}
    rows = finance.get("/orders", format="csv", **asked).text.splitlines()
    whole = finance.get("/orders", **asked)
    (foot,) = feet(whole)
    count = len(numbers(whole))
    assert foot.startswith(f"Sum of {count} orders ")
    amounts = re.findall(r'data-label="Amount">\s*([^<]*?)\s*</td>', whole.text)
    *each, total = (int(re.sub(r"[^\d]", "", one)) for one in amounts)
    assert sum(each) == total
    assert len(rows) > count
    monkeypatch.setattr("ledger.web.pages.lists.PAGE", 1)
    assert feet(finance.get("/orders", **asked)) == [foot]
    assert len(feet(finance.get("/invoices", **times))) == 1


def test_a_list_in_two_currencies_has_two_sums(ledger, api):
    manager = api("manager")
    manager.post("/agreements", AGREEMENT)
    euro = {**AGREEMENT, "number": "EUR-1", "currency": "EUR"}
    assert manager.post("/agreements", euro).status_code == 201
    for number in ("SKO-2023", "EUR-1"):
        assert api("orderer").post(f"/agreements/{number}/orders", ORDER).status_code == 201
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="manager")
    assert len(feet(browser.get("/orders"))) == 2
    assert len(feet(browser.get("/agreements"))) == 2


def test_what_is_too_long_to_sum_or_to_put_in_order_says_so(finance, monkeypatch):
    monkeypatch.setattr("ledger.projections.sorting.MOST_SUMMED", 1)
    page = finance.get("/orders")
    assert feet(page) == []
    assert "The list is too long to be summed here" in words(page)
    monkeypatch.setattr("ledger.projections.sorting.MOST_FOLDED", 1)
    then = finance.get("/orders", sort="-amount", as_of="2024-06-30")
    assert "the list is in its own order only" in words(then)
    assert numbers(then) == numbers(finance.get("/orders", as_of="2024-06-30"))


def test_an_agreements_own_lists_are_narrowed_and_put_in_order_the_same_way(finance):
    page = finance.get("/agreements/SKO-2023/orders", sort="-amount", q="sko")
    assert numbers(page) == numbers(finance.get("/orders", sort="-amount", q="sko"))
    assert 'href="/agreements/SKO-2023/orders?sort=amount&amp;q=sko"' in page.text or (
        "/agreements/SKO-2023/orders?" in page.text
    )
    assert len(feet(page)) == 1
    invoices = finance.get("/agreements/SKO-2023/invoices", sort="amount")
    assert numbers(invoices) == numbers(finance.get("/invoices", sort="amount"))


def test_every_order_of_a_list_has_an_index():
    for rows in (agreements, orders, drawdowns):
        for by in rows.SORTS.values():
            table = by.column.table
            assert any(next(iter(one.columns)) is by.column for one in table.indexes), by.column


@pytest.fixture(scope="module")
def all_seen(lived):
    """Finance of each programme of the whole demonstration."""
    app = create_app(ledger=lived, demo=True)
    browser = Browser(app)
    browser.post("/session", role="supplier")
    return browser


def links(page) -> list[str]:
    return [unescape(one) for one in re.findall(r'<a class="ds-link" href="([^"]+)"', page.text)]


def test_agreements_are_narrowed_by_their_use_their_end_and_their_supplier(all_seen):
    page = all_seen.get("/agreements")
    used = dict(zip(numbers(page), map(int, re.findall(r"(\d+) per cent</span>", page.text)),
                    strict=True))  # fmt: skip
    ends = dict(zip(numbers(page), re.findall(r'data-label="Last day">([\d-]+)<', page.text),
                    strict=True))  # fmt: skip
    assert len(set(used.values())) > 1
    for percent in (1, min(used.values()) + 1, 90, 100):
        found = numbers(all_seen.get(f"/agreements?used_from={percent}"))
        assert found == [one for one in used if used[one] >= percent]
    for months, last in ((6, "2027-09-15"), (12, "2028-03-15")):
        found = numbers(all_seen.get(f"/agreements?ends_within={months}"))
        assert found == [one for one in ends if "2027-03-15" <= ends[one] <= last]
    # On another day by the figures of that day.
    former = all_seen.get("/agreements?used_from=1&as_of=2024-01-01")
    assert set(numbers(former)) <= set(numbers(all_seen.get("/agreements?as_of=2024-01-01")))
    assert all_seen.get("/agreements?used_from=0").status_code == 422


def test_a_filter_stays_with_the_order_of_the_list_and_is_taken_off_by_the_same_link(all_seen):
    page = all_seen.get("/agreements?sort=ends_on&q=led")
    there = next(one for one in links(page) if "used_from=90" in one)
    assert {"sort=ends_on", "q=led"} <= set(there.partition("?")[2].split("&"))
    page = all_seen.get(there)
    assert 'aria-current="true">At least 90 per cent in use' in page.text
    back = "/agreements?q=led&sort=ends_on"
    assert back in links(page)
    if not numbers(page):
        assert "No agreement fits." in words(page)


def test_the_api_and_the_page_narrow_agreements_alike(ledger, api):
    for number, ends, supplier in (
        ("SKO-1", "2024-08-31", "2021004524"),
        ("SKO-2", "2027-09-04", "2021003096"),
    ):
        suppliers = [{"organisation": supplier, "name": f"Lärosäte {number}"}]
        signed = AGREEMENT | {"number": number, "ends_on": ends, "suppliers": suppliers}
        assert api("manager").post("/agreements", signed).status_code == 201
    ordered = ORDER | {"lines": [{"kind": "delivery", "amount": "1900000.00", "year": 2024}]}
    assert api("orderer").post("/agreements/SKO-1/orders", ordered).status_code == 201
    browser = Browser(create_app(ledger=ledger, demo=True))
    browser.post("/session", role="finance")
    assert "Lärosäte SKO-2</option>" in browser.get("/agreements").text
    for asked, wanted in (
        ("used_from=95", ["SKO-1"]),
        ("used_from=96", []),
        ("ends_within=6&as_of=2024-04-01", ["SKO-1"]),
        ("ends_within=6&as_of=2024-02-01", []),
        ("ends_within=6&as_of=2024-09-01", []),
        ("supplier=202100-3096", ["SKO-2"]),
        ("supplier=2021003096&used_from=1", []),
    ):
        assert numbers(browser.get(f"/agreements?{asked}")) == wanted, asked
        items = api("finance").get("/agreements", **dict(parse_qsl(asked))).json["items"]
        assert [one["number"] for one in items] == wanted, asked
