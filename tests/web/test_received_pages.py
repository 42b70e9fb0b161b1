"""The pages of received files: what is wrong is said where it stands, and what came is shown."""

import base64
import io
import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import delete

from ledger.registry.tables import headings
from tests.conftest import BUYER
from tests.documents.bills import Bill, rows, written
from tests.web.test_acting import Reader, hidden
from tests.web.test_booking import Desk

NOWHERE = Bill("F9", rows(("10.00", 1)), order="RAM-1-0999", notes=("Ring först",))


@pytest.fixture
def desk(api, ledger):
    found = Desk(api, ledger)
    found.sign()
    found.order()
    return found


@pytest.fixture
def page(api, ledger):
    """The pages of a finance officer."""
    return Reader(api.app, ledger, "clerk", BUYER, "finance")


def handed_in(page, *files):
    sent = hidden(page.get("/invoices/receive").text)
    some = [(io.BytesIO(content), name) for name, content in files]
    return page.client.post(
        "/invoices/receive",
        data={**sent, "files": some},
        content_type="multipart/form-data",
        headers={"Accept-Language": "en"},
    )


def with_attachment(bill):
    inner = base64.b64encode(b"a course plan").decode()
    enclosed = (
        "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>"
        f'<cbc:EmbeddedDocumentBinaryObject mimeCode="text/html" filename="../plan.html">{inner}'
        "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )
    at = "<cac:AccountingSupplierParty>"
    return written(bill).decode().replace(at, enclosed + at).encode()


def test_each_fault_of_a_file_is_said_where_it_stands(desk, page):
    wrong = written(NOWHERE).replace(b">10.00<", b">10,00<")
    shown = handed_in(page, ("fel.xml", wrong)).text
    assert "/Invoice/InvoiceLine[1]/LineExtensionAmount" in shown
    assert "is not an amount with at most two decimals" in shown
    assert "Faults in the request" not in shown, "how many there are is no reason"


def test_the_queue_goes_on_to_the_files_after_its_first_page(desk, page):
    some = [(f"{name}.xml", written(replace(NOWHERE, number=name))) for name in ("Q1", "Q2", "Q3")]
    handed_in(page, *some)
    first = page.get("/invoices/queue?q=part&limit=2&as_of=2024-06-30").text
    onward = unescape(re.search(r'href="([^"]+)">More files', first)[1])
    assert {"q=part", "limit=2", "as_of=2024-06-30"} <= set(onward.partition("?")[2].split("&"))
    second = page.get(onward).text
    told = [re.findall(r">(Q\d)</bdi></a>", text) for text in (first, second)]
    assert told == [["Q1", "Q2"], ["Q3"]]
    assert "More files" not in second


def test_what_became_of_a_file_is_told_with_its_amount_its_flags_and_why_it_belongs(desk, page):
    bill = Bill("A1", rows(("90000.00", 1)), order="RAM-1-0001", type="386")
    shown = handed_in(page, ("a.xml", written(bill))).text
    for part in ("90\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr", "RAM-1-0001", "exceeds its order"):
        assert part in shown
    assert "This is a prepayment invoice (386)" in shown


def test_what_came_with_a_file_is_on_its_page_and_is_saved_as_mere_bytes(desk, page):
    sent = desk.finance.client.post(
        "/api/v1/documents/peppol-invoice?name=faktura.xml",
        data=with_attachment(NOWHERE),
        headers={**desk.finance.headers, "Content-Type": "application/xml"},
    ).json
    path = f"/invoices/queue/{sent['sha256']}"
    shown = page.get(path).text
    assert "Ring först" in shown
    digest = desk.finance.get(f"/documents/{sent['sha256']}").json["attachments"][0]["sha256"]
    assert f"{path}/attachments/{digest}" in shown
    saved = page.get(f"{path}/attachments/{digest}")
    assert (saved.status_code, saved.mimetype) == (200, "application/octet-stream")
    assert saved.data == b"a course plan"
    assert "plan.html" in saved.headers["Content-Disposition"]
    assert ".." not in saved.headers["Content-Disposition"]
    assert page.get(f"{path}/attachments/{'0' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("words", "found"),
    [("f9", True), ("faktura.xml f9", True), ("ram-1-0999", True), ("f9 annan", False)],
)
def test_received_files_are_narrowed_by_words(desk, page, words, found):
    desk.finance.client.post(
        "/api/v1/documents/peppol-invoice?name=faktura.xml",
        data=written(NOWHERE),
        headers={**desk.finance.headers, "Content-Type": "application/xml"},
    )
    items = desk.finance.get("/documents", q=words).json["items"]
    assert [(one["invoice"], one["amount"]) for one in items] == [("F9", "10.00")] * found
    shown = page.get(f"/invoices/queue?q={words}").text
    assert ("faktura.xml" in shown.partition("</form>")[2]) is found or not found
    assert ("No file has these words." in shown) is not found


def test_a_file_of_an_earlier_version_is_listed_without_a_head(desk, page, ledger):
    sent = desk.queued(NOWHERE)
    with ledger.registry.transaction() as connection:
        connection.execute(delete(headings))
    (item,) = desk.finance.get("/documents").json["items"]
    assert (item["sha256"], item["invoice"], item["amount"]) == (sent["sha256"], None, None)
    assert desk.finance.get("/documents", q="f9").json["items"] == []
    assert sent["sha256"][:12] in page.get("/invoices/queue").text
