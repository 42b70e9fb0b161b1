"""Tables of the pages: every row has a cell for each column, and cells end where they began."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ledger.web
from ledger.demo import PROGRAMMES, play
from ledger.web import create_app
from tests.people import let_in
from tests.web.test_pages import Browser


class Tables(HTMLParser):
    """The cells of every row, by the tables of a page; what is closed and was not open."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[int]] = []
        self.open: list[str] = []
        self.astray: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append(0)
        elif tag in ("td", "th"):
            self.tables[-1][-1] += int(dict(attributes).get("colspan", 1))
        if tag in ("table", "tr", "td", "th"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("table", "tr", "td", "th") and (not self.open or self.open.pop() != tag):
            self.astray.append(tag)


def tables(page) -> Tables:
    assert page.status_code == 200
    found = Tables()
    found.feed(page.text)
    return found


@pytest.fixture
def browser(ledger):
    list(play(ledger, PROGRAMMES))
    return Browser(create_app(ledger=ledger, demo=True))


def test_every_row_of_every_table_has_a_cell_for_each_of_its_columns(ledger, browser):
    wrong = {}
    for programme in PROGRAMMES:
        _, organisation = programme.people["finance"]
        token = let_in(ledger, f"Looks at {programme.name}", organisation, ("finance",))
        assert browser.post("/session", token=token).status_code < 400
        for path in ("/agreements", f"/agreements/{programme.number}"):
            found = tables(browser.get(path))
            assert found.tables
            if found.astray or found.open or any(len(set(rows)) > 1 for rows in found.tables):
                wrong[path] = found.tables, found.astray
    assert wrong == {}


def test_a_row_with_a_cell_too_many_and_one_that_ends_astray_are_found():
    found = Tables()
    found.feed("<table><tr><th>A</th></tr><tr><td>1</td> x</th><td>2</td></tr></table>")
    assert found.tables == [[1, 2]]
    assert found.astray


TEMPLATES = Path(ledger.web.__file__).parent / "templates"


def test_where_a_caption_says_the_unit_no_cell_says_it_again():
    found = []
    for path in TEMPLATES.rglob("*.html"):
        for table in re.findall(r"<table.*?</table>", path.read_text(), re.DOTALL):
            caption = re.search(r"<caption.*?</caption>", table, re.DOTALL)
            if caption and re.search(r"kr[ ,]", caption[0]):
                cells = re.findall(r'<td class="amount".*?</td>', table, re.DOTALL)
                found += [(path.name, one) for one in cells if re.search(r"\bamount\(|kronor", one)]
    assert found == []
