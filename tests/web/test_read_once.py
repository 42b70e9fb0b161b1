"""What was read of a file when it came is kept: a look at one of very many lines reads none of it
anew, its lines are told a page at a time."""

import time
from io import BytesIO
from types import SimpleNamespace

import pytest
from sqlalchemy import delete

from ledger.bounds import LINES_SHOWN, MAX_PAGE, RECORDED_SECONDS
from ledger.documents import FORMATS
from ledger.registry.tables import readings
from tests.conftest import BUYER
from tests.documents.bills import Bill, Row, written
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


@pytest.fixture
def first_look(desk, ledger, monkeypatch):
    """A file that an earlier version took. From here on it takes thirty seconds to read one, and
    none of them passes."""
    path = waiting(desk, "F1")
    with ledger.registry.transaction() as connection:
        connection.execute(delete(readings))
    gone, read = [0.0], FORMATS["peppol-invoice"]

    def slowly(content):
        gone[0] += 30.0
        return read(content)

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + gone[0], sleep=time.sleep)
    monkeypatch.setattr("ledger.deadline.time", clock)
    monkeypatch.setitem(FORMATS, "peppol-invoice", slowly)
    return path


@pytest.mark.parametrize("act", ["", "/retry"])
def test_a_first_look_that_takes_too_long_reads_it_for_the_next(desk, first_look, monkeypatch, act):
    ask = desk.finance.post if act else desk.finance.get
    late = ask(f"{first_look}{act}")
    assert (late.status_code, late.json["type"]) == (503, "/problems/took-too-long")
    monkeypatch.setitem(FORMATS, "peppol-invoice", lambda _: pytest.fail("it is read anew"))
    again = ask(f"{first_look}{act}")
    assert (again.status_code, again.json["status"]) == (202 if act else 200, "queued")


def test_what_there_is_no_time_to_read_is_refused_in_words_and_nothing_is_kept(
    desk, api, ledger, monkeypatch
):
    bill = Bill("F1", tuple(Row("0.01", 1) for _ in range(LINES)), order=desk.order())
    browser = Browser(api.app)
    browser.post("/session", token=let_in(ledger, "F", BUYER, ("finance",)))
    with monkeypatch.context() as patch:
        patch.setattr("ledger.web.patience.ANSWER_SECONDS", RECORDED_SECONDS - 0.01)
        refused = desk.send(bill)
        page = browser.post("/invoices/receive", files=[(BytesIO(written(bill)), "F1.xml")])
    assert (refused.status_code, refused.json["type"]) == (422, "/problems/invalid")
    said = f"The file has {LINES} lines, and there was no time to read them all"
    assert said in refused.json["detail"]
    assert said in words(page)
    assert desk.finance.get("/documents").json["items"] == []
    assert desk.recorded(bill)["amount"] == "6.01"
