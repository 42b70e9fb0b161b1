"""Every figure of every page is the API's, for the same two times: read off the pages, over the
whole demonstration, on many days, and as it was known at many moments."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from lxml import html

from ledger.demo import PROGRAMMES
from ledger.domain.calendar import SWEDEN
from ledger.web import create_app
from ledger.web.pages.agreements import SOME, UNDER_WAY
from tests.conftest import LIVED_ON, Api
from tests.people import let_in
from tests.web.test_pages import Browser

ROLES = ("admin", "manager", "finance", "approver", "orderer")
FIRST, LAST = date(2023, 9, 1), LIVED_ON.date() + timedelta(days=150)
DAYS = 40
Figure = Decimal | None
FORMULA = {"Cap": "cap", "Reserved": "reserved", "Committed": "committed", "Drawn": "drawn",
           "Remaining": "remaining"}  # fmt: skip


class Asked(NamedTuple):
    """Two times, as a page is asked for them and as the API is."""

    as_of: date
    known_at: datetime | None

    @property
    def of_page(self) -> dict[str, str]:
        moment = self.known_at and self.known_at.strftime("%Y-%m-%dT%H:%M")
        return self._with(moment)

    @property
    def of_api(self) -> dict[str, str]:
        return self._with(self.known_at and self.known_at.isoformat())

    def _with(self, moment: str | None) -> dict[str, str]:
        return {"as_of": self.as_of.isoformat(), **({"known_at": moment} if moment else {})}


def asked_for() -> list[Asked]:
    """Days from before the first agreement to after today; every third as it was known then, or
    half a year later."""
    step = (LAST - FIRST) / (DAYS - 1)
    found = []
    for at in range(DAYS):
        day = FIRST + step * at
        known = datetime(day.year, day.month, day.day, 17, 30, tzinfo=SWEDEN)
        later = min(known + timedelta(days=180 * (at % 2)), LIVED_ON.astimezone(SWEDEN))
        found.append(Asked(day, later if at % 3 == 0 else None))
    return found


def read(text: str) -> Figure:
    """A figure as a page writes it; None: it is not known, or its limit is not there yet."""
    if text.startswith(("unknown", "begins on")) or text == "–":
        return None
    found = re.sub(r"[\s\xa0]", "", text).replace("kr", "").replace("−", "-").replace(",", ".")
    return Decimal(re.sub(r"seats?$|%$", "", found))


def told(value: object) -> Figure:
    """A figure as the API answers it."""
    return None if value is None else Decimal(str(value))


class Row(NamedTuple):
    head: str
    cells: Mapping[str, str]

    def figures(self, names: Sequence[str]) -> list[Figure]:
        return [read(self.cells[name]) for name in names]


class Table(NamedTuple):
    caption: str
    rows: list[Row]
    foot: list[Row]


class Page:
    """A page as it is read: its formula, its answer and its tables."""

    def __init__(self, text: str) -> None:
        self.root = html.fromstring(text)

    @property
    def answer(self) -> str:
        return _plain(self.root.xpath("//p[@class='answer']")[0])

    @property
    def formula(self) -> dict[str, Figure]:
        terms = self.root.xpath("//div[@class='formula']/dl/div")
        assert terms
        return {
            re.sub(r"^[−=]", "", _plain(one.find("dt"))).strip(): read(_plain(one.find("dd")))
            for one in terms
        }

    def table(self, caption: str, within: str = "") -> Table:
        """The one whose caption begins so, in a section; without rows where there is none."""
        there = f"//section[@aria-labelledby='{within}']//table" if within else "//table"
        for one in self.root.xpath(there):
            if (said := _plain(one.find("caption"))).startswith(caption):
                return Table(said, _rows(one, "tbody"), _rows(one, "tfoot"))
        return Table("", [], [])


def _rows(table: html.HtmlElement, part: str) -> list[Row]:
    return [
        Row(
            _plain(row.find("th")),
            {cell.get("data-label", ""): _plain(cell) for cell in row.findall("td")},
        )
        for row in table.xpath(f"./{part}/tr")
    ]


def _plain(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


class Reader:
    """Somebody who reads pages and asks the API, with the same roles."""

    def __init__(self, app, ledger, organisation: str) -> None:
        token = let_in(ledger, "Whoever compares", organisation, ROLES)
        self.browser, self.api = Browser(app), Api(app.test_client(), token)
        assert self.browser.post("/session", token=token).status_code == 200

    def page(self, path: str, asked: Asked, **more: str) -> Page:
        got = self.browser.get(path, **asked.of_page, **more)
        assert got.status_code == 200, (path, asked, got.status_code)
        return Page(got.text)

    def answer(self, path: str, asked: Asked, **more: str) -> dict:
        got = self.api.get(path, **asked.of_api, **more)
        assert got.status_code == 200, (path, asked, got.text)
        return got.json

    def on(self, path: str, asked: Asked) -> dict:
        """Of what is told for a day of its own."""
        found = {"on" if name == "as_of" else name: v for name, v in asked.of_api.items()}
        return self.api.get(path, **found).json


@pytest.fixture(scope="module")
def readers(lived):
    app = create_app(ledger=lived, demo=True)
    return {one.number: Reader(app, lived, one.people["finance"][1]) for one in PROGRAMMES}


def same(table: Table, items: Sequence[dict], head: str, members: Mapping[str, str]) -> None:
    """Each row of a table is an item, with the same figures under the names of its columns."""
    assert len(table.rows) == len(items), table.caption
    for row, item in zip(table.rows, items, strict=True):
        assert row.head.startswith(str(item[head])) or head == "name"
        assert row.figures(list(members)) == [told(item[name]) for name in members.values()]


def agreements_listed(reader: Reader, asked: Asked) -> None:
    page, items = reader.page("/agreements", asked), reader.answer("/agreements", asked)["items"]
    table, cap = page.table("What is left"), {"Drawn": "drawn", "Remaining": "remaining"}
    assert len(table.rows) == len(items)
    bound = 0
    for row, item in zip(table.rows, items, strict=True):
        balance = item["balance"]
        assert row.head.startswith(item["number"])
        members = {"Cap": "cap", **cap, "Can be ordered": "room"}
        assert row.figures(list(members)) == [told(balance[name]) for name in members.values()]
        bound += Decimal(balance["reserved"]) + Decimal(balance["committed"])
    if table.foot:
        assert read(table.foot[0].cells["Bound"]) == bound


def agreement_shown(reader: Reader, asked: Asked, number: str) -> None:
    there = f"/agreements/{number}"
    page, balance = reader.page(there, asked), reader.answer(f"{there}/balance", asked)
    assert page.formula == {name: told(balance[one]) for name, one in FORMULA.items()}
    if balance["room"] is not None:
        assert read(re.split(r" kr (?:can|could)", page.answer)[0]) == told(balance["room"])
    by_name = {one["name"]: one for one in balance["limits"]}
    for row in page.table("Limits that bind").rows:
        limit = by_name[row.head]
        used = sum(Decimal(limit[name]) for name in ("reserved", "committed", "drawn"))
        assert row.figures(("Amount", "Used", "Remaining", "Can be ordered")) == [
            told(limit["amount"]), used, told(limit["remaining"]), told(limit["room"])
        ]  # fmt: skip
    listed = reader.answer("/orders", asked, agreement=number, limit="200")["items"]
    orders = [one for one in listed if one["status"] in UNDER_WAY]
    rows = page.table("kr", "orders").rows
    assert len(rows) == min(SOME, len(orders))
    kept = {one["number"]: one for one in orders}
    for row in rows:
        one = kept[row.head.split()[0]]
        assert row.figures(("Amount", "Drawn")) == [told(one["amount"]), told(one["drawn"])]
    waiting = reader.answer("/drawdowns", asked, agreement=number, status="recorded")["items"]
    same(page.table("kr", "invoices"), waiting[:SOME], "invoice", {"Amount": "amount"})


def limits_shown(reader: Reader, asked: Asked, number: str) -> None:
    page = reader.page(f"/agreements/{number}/limits", asked)
    balance = reader.answer(f"/agreements/{number}/balance", asked)
    members = ("amount", "reserved", "committed", "drawn", "remaining", "room")
    labels = ("Amount", "Reserved", "Committed", "Drawn", "Remaining", "Can be ordered")
    shown = {
        row.find("th").text.strip(): [
            read(_plain(cell)) for cell in row.findall("td") if cell.get("data-label") in labels
        ]
        for row in page.root.xpath("//tbody/tr")
    }
    wanted = {one["name"]: [told(one[name]) for name in members] for one in balance["limits"]}
    assert shown == wanted


def statement_shown(reader: Reader, asked: Asked, number: str) -> None:
    there = f"/agreements/{number}/statement"
    page, items = reader.page(there, asked), reader.answer(there, asked)["items"]
    table = page.table("")
    assert len(table.rows) == len(items)
    for row, item in zip(table.rows, items, strict=True):
        assert row.head.startswith(item["effective_on"])
        for name, member in FORMULA.items():
            said = row.cells[name]
            assert (read(said) if said else Decimal(0)) == told(item[member]), (row, item)


def forecast_shown(reader: Reader, asked: Asked, number: str) -> None:
    there = f"/agreements/{number}/forecast"
    page, found = reader.page(there, asked), reader.on(there, asked)
    table = page.table("Each limit")
    same(table, found["limits"], "name", {
        "Amount": "amount", "Used": "used", "Left at least": "left_least",
        "Left at most": "left_most",
    })  # fmt: skip
    for row, limit in zip(table.rows, found["limits"], strict=True):
        days = [row.cells[name] for name in ("Reached at the earliest", "At the latest")]
        assert days == [limit["earliest"] or "–", limit["latest"] or "–"]


def council_shown(reader: Reader, asked: Asked, number: str) -> None:
    there = f"/agreements/{number}/council"
    page, found = reader.page(there, asked), reader.answer(there, asked)
    assert page.formula == {name: told(found["balance"][one]) for name, one in FORMULA.items()}
    assert page.answer == found["headline"].replace("\N{NO-BREAK SPACE}", " ")
    rows = page.table("What waits").rows
    amounts = [told(one["amount"]) for one in found["matters"]]
    assert [None if row.cells["Amount"] == "–" else read(row.cells["Amount"]) for row in rows] == (
        amounts
    )


def summary_shown(reader: Reader, asked: Asked, number: str) -> None:
    page = reader.page("/reports/summary", asked, agreement=number)
    found = reader.answer(f"/agreements/{number}/summary", asked)
    assert read(page.answer.split(" kr ")[0]) == told(found["paid"])
    same(page.table("Paid by year"), found["years"], "year", {"Paid": "paid"})
    same(page.table("Courses"), found["courses"], "course", {
        "Orders": "orders", "Paid": "paid", "Seats used": "seats_used",
        "For each who took part": "per_participant",
    })  # fmt: skip


def reports_shown(reader: Reader, asked: Asked, number: str) -> None:
    there, year = f"/agreements/{number}", str(asked.as_of.year)
    page = reader.page("/reports/use", asked, agreement=number)
    used = reader.answer("/use", asked, agreement=number)
    members = {"Reserved": "reserved", "Committed": "committed", "Drawn": "drawn", "In use": "used"}
    table = page.table("In use")
    same(table, used["items"], "agreement", members)
    assert [row.figures(list(members)) for row in table.foot] == [
        [told(total[name]) for name in members.values()] for total in used["totals"]
    ]
    page = reader.page("/reports/accruals", asked, agreement=number, year=year)
    found = reader.answer(f"{there}/accruals", asked, year=year)
    same(page.table("By order"), found["items"], "order", {
        "Delivered": "delivered", "Invoiced": "invoiced", "Not invoiced": "accrued",
        "Not delivered": "prepaid",
    })  # fmt: skip
    page = reader.page("/reports/rounds", asked, agreement=number)
    found = reader.answer(f"{there}/rounds", asked)
    same(page.table("Rounds"), found["items"], "programme", {
        "Amount": "amount", "Invoiced": "invoiced", "For each who took part": "per_participant",
    })  # fmt: skip
    page = reader.page("/reports/suppliers", asked, agreement=number)
    found = reader.answer(f"{there}/suppliers", asked)
    same(page.table("What each"), found["items"], "name", {
        "Ordered": "ordered", "Drawn": "drawn", "Orders": "orders",
    })  # fmt: skip
    page, found = reader.page("/reports/stale", asked, agreement=number), reader.on(
        f"{there}/stale", asked
    )  # fmt: skip
    same(page.table("The course is over"), found["items"], "order", {
        "Ordered": "ordered", "Invoiced": "invoiced", "Would be released": "release",
    })  # fmt: skip


def lists_shown(reader: Reader, asked: Asked, number: str) -> None:
    """With the sums of all that there are: those of an agreement are one page here."""
    for name, members in (
        ("orders", {"Amount": "amount", "Drawn": "drawn"}),
        ("invoices", {"Amount": "amount"}),
    ):
        page = reader.page(f"/agreements/{number}/{name}", asked)
        route, head = ("/orders", "number") if name == "orders" else ("/drawdowns", "invoice")
        items = reader.answer(route, asked, agreement=number, limit="200")["items"]
        table = page.table("kr, excl. VAT")
        same(table, items, head, members)
        if items:
            sums = [sum(Decimal(one[member]) for one in items) for member in members.values()]
            assert table.foot[0].figures(list(members)) == sums


PAGES = (
    agreement_shown, limits_shown, statement_shown, forecast_shown, council_shown, summary_shown,
    reports_shown, lists_shown,
)  # fmt: skip


@pytest.mark.parametrize("at", range(DAYS))
def test_every_figure_of_every_page_is_the_apis(readers, at):
    """Each day all agreements in their list, and one of them in all of its pages."""
    asked, number = asked_for()[at], PROGRAMMES[at % len(PROGRAMMES)].number
    reader = readers[number]
    agreements_listed(reader, asked)
    there = reader.api.get(f"/agreements/{number}", **asked.of_api)
    if there.status_code == 404:
        page = reader.browser.get(f"/agreements/{number}", **asked.of_page)
        assert "data-label" not in page.text
        return
    for shown in PAGES:
        shown(reader, asked, number)
