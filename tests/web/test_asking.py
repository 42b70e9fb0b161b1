"""Whatever pages answer is what the API answers for the same two times, on any day."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import pairwise, product

import pytest

from ledger.demo import PROGRAMMES, play
from ledger.domain.limits import FIGURES
from ledger.domain.money import from_text
from ledger.web import create_app
from ledger.wording import kronor, seats
from tests.conftest import Api
from tests.people import let_in
from tests.web.test_pages import Browser

DAYS = (1, 200, 500, 900, 1400)
"""Some days of a programme, counted from the first of its agreement: early, midway, late."""


@pytest.fixture
def played(ledger):
    list(play(ledger, PROGRAMMES))
    return create_app(ledger=ledger, demo=True)


def visitors(app, ledger):
    """Each programme's finance officer with its agreement: in a browser, and over the API."""
    for programme in PROGRAMMES:
        _, organisation = programme.people["finance"]
        token = let_in(ledger, f"Asks {programme.name}", organisation, ("finance",))
        browser = Browser(app)
        assert browser.post("/session", token=token).status_code < 400
        yield browser, Api(app.test_client(), token), programme.number


def days_of(api, number):
    starts_on = date.fromisoformat(api.get(f"/agreements/{number}").json["starts_on"])
    return [starts_on + timedelta(days=after) for after in DAYS]


def cells(page):
    """What stands in every cell of a figure."""
    assert page.status_code == 200, page.text
    found = re.findall(r'<td class="amount"[^>]*>(.*?)</td>', page.text, re.DOTALL)
    plain = [unescape(re.sub(r"<[^>]+>", "", text)) for text in found]
    return ["".join(text.split("\n")).strip() for text in plain]


def told(text, unit="money", currency="SEK", *, signed=False):
    """A figure of the API as a cell has it: kronor are said in the caption, not there."""
    if text is None:
        return "unknown"
    count = from_text(text) if unit == "money" else int(text)
    said = kronor(count, "" if currency == "SEK" else currency) if unit == "money" else seats(count)
    return f"+{said}" if signed and count > 0 else said


def same(page, expected):
    """The page has each of the figures, in this order, among its cells."""
    have = iter(cells(page))
    lacking = [one for one in expected if not any(cell == one for cell in have)]
    assert lacking == []


TERMS = ("amount", "reserved", "committed", "drawn", "remaining")


def test_a_comparison_is_the_api_s(played, ledger):
    for browser, api, number in visitors(played, ledger):
        for first, second in pairwise(days_of(api, number)):
            found = api.get(f"/agreements/{number}/compare", from_as_of=first, to_as_of=second).json
            page = browser.get(
                f"/agreements/{number}/compare", **{"from": str(first), "to": str(second)}
            )
            expected = []
            before, after, change = found["from"]["limits"], found["to"]["limits"], found["changes"]
            for member in TERMS:
                expected += [told(before[0][member]), told(after[0][member])]
                expected.append(told(change[0][member], signed=True))
            for was, now, by in zip(before[1:], after[1:], change[1:], strict=True):
                unit = by["unit"]
                expected += [told(was["remaining"], unit), told(now["remaining"], unit)]
                expected += [
                    told(by[member], unit, signed=True)
                    for member in ("remaining", "amount", "reserved", "committed", "drawn")
                ]
            same(page, expected)
            moved = {told(one["remaining"], signed=True) for item in found["items"]
                     for one in item["moved"] if one["limit"] == "cap"}  # fmt: skip
            assert moved <= set(cells(page))


def test_what_came_in_between_comes_to_the_difference(played, ledger):
    for browser, api, number in visitors(played, ledger):
        first, *_, second = days_of(api, number)
        query = {"from_as_of": first, "to_as_of": second, "limit": 500}
        found = api.get(f"/agreements/{number}/compare", **query).json
        change = found["changes"][0]["remaining"]
        if change is None:
            continue
        moved = sum(
            from_text(one["remaining"])
            for item in found["items"]
            for one in item["moved"]
            if one["limit"] == "cap"
        )
        assert moved == from_text(change)
        page = browser.get(
            f"/agreements/{number}/compare", **{"from": str(first), "to": str(second)}
        )
        if found["items"]:
            said = kronor(from_text(change), "SEK")
            assert f"Together they come to the difference: {said}." in page.text


def test_a_forecast_is_the_api_s(played, ledger):
    for browser, api, number in visitors(played, ledger):
        for day in days_of(api, number):
            found = api.get(f"/agreements/{number}/forecast", on=day).json
            page = browser.get(f"/agreements/{number}/forecast", as_of=day)
            expected = []
            for limit in found["limits"]:
                members = ("amount", "used", "left_least", "left_most")
                found_of = [told(limit[member], limit["unit"]) for member in members]
                if limit["verdict"] == "not-begun":  # it is not unknown: it is not there yet
                    found_of = ["–" if one == "unknown" else one for one in found_of]
                expected += found_of
                for text in (limit["sentence"], limit["assumption"], *limit["changed_by"]):
                    assert text[1:] in unescape(page.text)
            same(page, expected)


def test_why_is_the_api_s_for_every_figure(played, ledger):
    for browser, api, number in visitors(played, ledger):
        for day in days_of(api, number)[1::2]:
            limits = api.get(f"/agreements/{number}/balance", as_of=day).json["limits"]
            for limit in limits:
                for figure in FIGURES:
                    query = {"figure": figure, "limit": limit["name"], "as_of": day}
                    page = browser.get(f"/agreements/{number}/why", **query)
                    found = api.get(f"/agreements/{number}/balance/explain", rows=500, **query).json
                    assert found["amount"] == limit["amount" if figure == "cap" else figure]
                    head = unescape(re.sub(r"<[^>]+>", "", page.text.split("<h1")[1]))
                    begun = limit["begins_on"] is None
                    assert (told(found["amount"], limit["unit"]) if begun else "not there") in head
                    parts = [told(one["amount"], limit["unit"], signed=True)
                             for one in found["items"]]  # fmt: skip
                    assert sorted(set(parts)) == sorted(set(parts) & set(cells(page)))
                    agrees = "The sum agrees with the agreement's page."
                    if found["items"] and found["amount"] is not None:
                        assert agrees in unescape(page.text)


REPORTS = {
    "stale": ("ordered", "invoiced", "release"),
    "rounds": ("amount", "invoiced", "per_participant"),
    "suppliers": ("ordered", "drawn"),
    "accruals": ("delivered", "invoiced", "accrued", "prepaid"),
}


def test_a_report_is_the_api_s(played, ledger):
    for browser, api, number in visitors(played, ledger):
        for day, (report, members) in product(days_of(api, number), REPORTS.items()):
            year = {"year": str(day.year)} if report == "accruals" else {}
            times = {"as_of": str(day), "known_at": "2199-01-01T00:00:00Z"}
            found = api.get(f"/agreements/{number}/{report}", **times, **year).json
            page = browser.get(f"/reports/{report}", agreement=number, **times, **year)
            same(page, [told(one[member]) for one in found["items"] for member in members])


def test_what_is_in_use_is_the_api_s_and_comes_to_the_balance(played, ledger):
    for browser, api, number in visitors(played, ledger):
        for day in days_of(api, number):
            found = api.get("/use", as_of=day, agreement=number).json
            page = browser.get("/reports/use", as_of=str(day), agreement=number)
            members = ("reserved", "committed", "drawn", "used")
            expected = [told(one[member]) for one in found["items"] for member in members]
            if found["items"]:
                same(page, expected)
            balance = api.get(f"/agreements/{number}/balance", as_of=day).json
            (total,) = found["totals"] or (
                {"reserved": "0.00", "committed": "0.00", "drawn": "0.00"},
            )
            assert [total[m] for m in members[:3]] == [balance[m] for m in members[:3]]


def test_a_summary_is_the_api_s(played, ledger):
    for browser, api, number in visitors(played, ledger):
        for day in days_of(api, number):
            found = api.get(f"/agreements/{number}/summary", as_of=day).json
            page = browser.get("/reports/summary", as_of=str(day), agreement=number)
            expected = [told(year["paid"]) for year in found["years"]]
            expected += [told(one[member]) for one in found["courses"]
                         for member in ("paid", "per_participant")]  # fmt: skip
            same(page, expected)
            assert all(line in unescape(page.text) for line in found["text"].splitlines() if line)
