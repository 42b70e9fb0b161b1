"""What was read of a file when it came is kept: a look at one of very many lines reads none of it
anew, its lines are told a page at a time."""

import pytest
from sqlalchemy import delete

from ledger.bounds import LINES_SHOWN, MAX_PAGE
from ledger.documents import FORMATS
from ledger.registry.tables import readings
from tests.conftest import BUYER
from tests.documents.bills import Bill, Row
from tests.people import let_in
from tests.web.test_booking import Desk
from tests.web.test_pages import Browser, words

LINES = MAX_PAGE + LINES_SHOWN + 1


@pytest.fixture
def desk(api, ledger):
    desk = Desk(api, ledger)
    desk.sign()
    return desk


def waiting(desk, number):
    rows = tuple(Row("0.01", 1 + i % 2, text=f"Plats {i}") for i in range(1, LINES + 1))
    return f"/documents/{desk.queued(Bill(number, rows, order='UNKNOWN-7'))['sha256']}"


@pytest.fixture
def kept(desk, monkeypatch):
    """Two files that wait; from here on none is read anew."""
    files = waiting(desk, "F1"), waiting(desk, "F2")
    monkeypatch.setitem(FORMATS, "peppol-invoice", lambda _: pytest.fail("it is read anew"))
    return files


def test_a_kept_file_is_looked_at_worked_off_and_discarded_without_being_read_anew(desk, kept):
    order, (one, other) = desk.order(), kept
    assert desk.finance.get(one).json["read"]["amount"] == "6.01"
    assert desk.finance.post(f"{one}/retry").status_code == 202
    assigned = desk.finance.post(f"{one}/assign", {"order": order, "reason": "Vår"})
    assert assigned.status_code == 201, assigned.text
    gone = desk.finance.post(f"{other}/discard", {"reason": "Inte vår"})
    assert gone.json["status"] == "discarded"


def test_its_lines_are_told_a_page_at_a_time(desk, kept, api, ledger):
    def lines(**query):
        read = desk.finance.get(kept[0], **query).json["read"]
        assert read["line_count"] == LINES
        return [line["text"] for line in read["lines"]]

    assert (len(lines()), lines(after_line=LINES - 1)) == (MAX_PAGE, [f"Plats {LINES}"])
    assert desk.finance.get(kept[0], after_line=-1).status_code == 422
    browser = Browser(api.app)
    browser.post("/session", token=let_in(ledger, "F", BUYER, ("finance",)))
    page = browser.get(f"/invoices{kept[0].replace('documents', 'queue')}")
    assert f"Lines 1 to {LINES_SHOWN} of {LINES}" in words(page)
    assert page.text.count("<bdi>Plats ") == LINES_SHOWN
    assert f"after_line={LINES_SHOWN}#read" in page.text
    last = browser.get(page.request.path, after_line=LINES - 1)
    assert (f"Plats {LINES}<" in last.text, "The rows that follow" in last.text) == (True, False)
    assert f"It has {LINES} lines" in words(browser.get(page.request.path, after_line=10**6))


def test_a_file_that_an_earlier_version_took_is_read_once_more_and_then_kept(
    desk, ledger, monkeypatch
):
    path = waiting(desk, "F1")
    with ledger.registry.transaction() as connection:
        connection.execute(delete(readings))
    before = desk.finance.get(path).json["read"]
    monkeypatch.setitem(FORMATS, "peppol-invoice", lambda _: pytest.fail("it is read anew"))
    assert desk.finance.get(path).json["read"] == before
