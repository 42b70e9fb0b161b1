"""The page of the supplier ledger: a file goes in, what is to be looked at or a file comes out."""

import io
import re

import pytest
from msgspec.structs import replace

from ledger.bounds import MAX_LEDGER_FILE
from ledger.config import MEGABYTE
from ledger.web import create_app
from tests.clock import NOW
from tests.web.test_exports import read_csv
from tests.web.test_pages import Browser, finance, played, words  # noqa: F401 - fixtures
from tests.web.test_reconciliation import booked, file_of

FILE = file_of(
    booked("90012345", "240000.00"),
    booked("90012571", "-15000.00", "2024-05-14"),
    booked("90019999", "1000.50", "2024-06-28", leverantor="<b>Mitt</b>"),
    booked("1", "7.00", leverantor_id="5566310917"),
)


def sent(browser: Browser, content: bytes = FILE, language: str = "en", **form):
    return browser.post(
        "/reconcile",
        language,
        page="/agreements",
        ledger=(io.BytesIO(content), "reskontra.csv"),
        **form,
    )


def test_the_page_tells_the_coverage_and_what_to_look_at(finance):  # noqa: F811
    page = sent(finance)
    assert page.status_code == 200
    read = words(page)
    assert "99.6 per cent is in the ledger" in read
    assert "Rows: 4. Of other suppliers: 1." in read
    assert "90019999 1 000,50 missing Not in the ledger. The file names no agreement." in read
    assert "90012345" not in read, "what is in the ledger is only counted"
    assert "<b>Mitt</b>" not in page.text


def test_it_is_in_swedish_where_the_reader_is(finance):  # noqa: F811
    read = words(sent(finance, language="sv"))
    assert "99,6 procent i liggaren" in read
    assert "saknas Finns inte i liggaren. Filen anger inget avtal." in read


def test_the_accountant_takes_the_whole_as_a_file(finance):  # noqa: F811
    answer = sent(finance, **{"as": "csv"})
    name = f"supplier-ledger-compared-as-of-{NOW.date()}.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert [row["Verdict"] for row in read_csv(answer.text)] == ["matched", "matched", "missing"]
    swedish = sent(finance, language="sv", **{"as": "csv"}).text
    assert read_csv(swedish, ";")[2]["Betalt"] == "1000,50"


def test_a_file_with_faults_gives_the_form_again_with_all_of_them(finance):  # noqa: F811
    page = sent(finance, file_of(booked(amount="1.250"), booked(day="igår")))
    assert page.status_code == 422
    read = words(page)
    assert "Row 2, belopp: 1.250 may be thousands or decimals; write two decimals." in read
    assert "Row 3, datum: igår is no date such as 2026-01-31." in read
    assert 'type="file"' in page.text


def test_without_a_file_one_is_asked_for(finance):  # noqa: F811
    page = sent(finance, b"")
    assert (page.status_code, "Choose a file." in page.text) == (422, True)


@pytest.mark.parametrize("more", [0, 1])
def test_a_file_may_have_as_many_bytes_as_the_page_says(played, more):  # noqa: F811
    ledger = played.extensions["ledger"]
    settings = replace(ledger.settings, file_limit=MEGABYTE)
    browser = Browser(create_app(ledger=replace(ledger, settings=settings), demo=True))
    browser.post("/session", role="finance")
    row = booked("90019999").encode() + b"\r\n"
    content = FILE + row * ((MEGABYTE - len(FILE)) // len(row))
    content += b"\n" * (MEGABYTE - len(content) + more)
    page = sent(browser, content)
    assert page.status_code == (413 if more else 200)
    told = words(browser.get("/reconcile"))
    assert "at most 1 MB here" in told
    assert f"the API and the command line take {MAX_LEDGER_FILE // MEGABYTE} MB" in told


def test_nothing_is_written_also_where_it_is_refused(finance, played):  # noqa: F811
    store = played.extensions["ledger"].store
    before = store.position()
    sent(finance)
    sent(finance, b"x")
    supplier = Browser(played)
    supplier.post("/session", role="supplier")
    assert sent(supplier).status_code == 403
    assert store.position() == before


@pytest.mark.parametrize("role", ["supplier", "orderer", "approver"])
def test_who_may_not_ask_is_shown_no_way_there(played, role):  # noqa: F811
    browser = Browser(played)
    assert 'href="/reconcile"' not in browser.post("/session", role=role).text
    assert browser.get("/reconcile").status_code == 403


def test_who_may_is_shown_the_way(finance):  # noqa: F811
    page = finance.get("/reconcile")
    assert re.search(r'href="/reconcile" aria-current="page"', page.text)
    assert 'href="/reconcile"' in finance.get("/agreements").text
