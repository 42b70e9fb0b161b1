"""One received file: what it says, why it waits, where it may belong, and what came with it."""

import base64
import hashlib

import pytest

from ledger.documents.characters import safe_name
from ledger.registry import checks, enclosed
from tests.conftest import BUYER, SUPPLIER, appoint
from tests.documents.invoice_samples import changed
from tests.intake.intake_given import naming
from tests.people import person_of
from tests.web.test_documents import problem, receive

OTHER = "2120001470"
PDF = b"%PDF-1.7 \x00\xff invented"
DIGEST = hashlib.sha256(PDF).hexdigest()


def enclosing(name="Underlag.pdf", media_type="application/pdf", content=PDF):
    """The sample invoice with an attachment, in the envelope of an access point."""
    document = (
        "<cac:AdditionalDocumentReference><cbc:ID>B-1</cbc:ID>"
        "<cbc:DocumentDescription>Underlag</cbc:DocumentDescription><cac:Attachment>"
        f'<cbc:EmbeddedDocumentBinaryObject mimeCode="{media_type}" filename="{name}">'
        f"{base64.b64encode(content).decode()}</cbc:EmbeddedDocumentBinaryObject>"
        "</cac:Attachment></cac:AdditionalDocumentReference>"
    )
    supplier = "  <cac:AccountingSupplierParty>"
    text = changed((supplier, document + supplier)).partition("?>")[2]
    namespace = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    return (
        f'<StandardBusinessDocument xmlns="{namespace}"><StandardBusinessDocumentHeader>'
        "<Sender><Identifier>0007:2021004524</Identifier></Sender>"
        "<Receiver><Identifier>0007:2120002403</Identifier></Receiver>"
        "<DocumentIdentification><InstanceIdentifier>m-1</InstanceIdentifier>"
        "<CreationDateAndTime>2024-03-25T08:00:00Z</CreationDateAndTime>"
        f"</DocumentIdentification></StandardBusinessDocumentHeader>{text}"
        "</StandardBusinessDocument>"
    ).encode()


@pytest.fixture
def shown(api):
    """Receive a file and look at it."""

    def look(content, role="finance", **headers):
        answer = receive(api("finance"), content)
        assert answer.status_code in (200, 201, 202), answer.text
        client = api(role)
        client.headers.update(headers)
        found = client.get(f"/documents/{answer.json['sha256']}")
        assert found.status_code == 200, found.text
        return found.json

    return look


def offers(document):
    return [
        (one["order"], [reason["code"] for reason in one["reasons"]])
        for one in document["candidates"]
    ]


# ── What it says ──────────────────────────────────────────────────────────────────────────────


def test_a_waiting_file_is_told_with_all_that_is_read_of_it(shown):
    document = shown(naming("4711", agreement="RAM-1", buyer_reference="9"))
    assert (document["status"], document["refusal"]) == ("queued", "order-unknown")
    assert (document["reason"], document["drawdown"]) == ("There is no order 4711.", "")
    read = document["read"]
    assert (read["number"], read["order"], read["agreement"]) == ("F-1001", "4711", "RAM-1")
    assert (read["amount"], read["vat"], read["currency"]) == ("240475.18", "60085.51", "SEK")
    assert (read["supplier"]["number"], read["buyer"]["number"]) == (SUPPLIER, BUYER)
    assert [line["order_line"] for line in read["lines"]] == ["1", "2", "3"]
    assert (read["line_count"], read["buyer_reference"], read["payee"]) == (3, "9", None)


def test_a_recorded_file_is_told_too_without_candidates(shown, place):
    place(reference="4711")
    document = shown(naming("4711"))
    assert (document["status"], document["reason"]) == ("recorded", "")
    assert document["drawdown"]
    assert document["candidates"] == []


def test_only_those_whom_it_is_made_out_to_see_it_and_their_auditors(api, ledger):
    sha256 = receive(api("finance"), enclosing()).json["sha256"]
    paths = (f"/documents/{sha256}", f"/documents/{sha256}/attachments/{DIGEST}")
    for path in paths:
        for role in ("approver", "finance", "admin", "auditor"):
            assert api(role).get(path).status_code == 200
        assert api("admin", OTHER).get(path).status_code == 200
        for role in ("orderer", "manager", "supplier"):
            assert api(role).get(path).status_code == 403
        for role in ("approver", "finance", "auditor"):
            assert problem(api(role, OTHER).get(path)) == (404, "not-found")
    assert [one["sha256"] for one in api("auditor").get("/documents").json["items"]] == [sha256]
    assert api("auditor", OTHER).get("/documents").json["items"] == []
    appoint(ledger, f"auditor {OTHER}", BUYER)
    assert len(api("auditor", OTHER).get("/documents").json["items"]) == 1
    assert api("auditor").post(f"/documents/{sha256}/retry").status_code == 403


def test_there_is_no_other_file(api):
    assert problem(api("finance").get(f"/documents/{'0' * 64}")) == (404, "not-found")


# ── Candidates ────────────────────────────────────────────────────────────────────────────────


def test_orders_that_references_name_come_first_each_with_why(shown, place):
    one, two = place(confirmed="K-1"), place(confirmed="K-2")
    document = shown(naming(f"{one}, {two}"))
    assert document["refusal"] == "order-ambiguous"
    (first, why), (second, _) = offers(document)
    assert {first, second} == {one, two}
    assert why[0] == "named-in-order"
    assert "same-supplier" in why


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"buyer_reference": "{0}"}, "named-in-buyer-reference"),
        ({"order": "Avrop {0}"}, "named-in-order"),
        ({"sellers": "Avrop {0}"}, "named-in-sellers-order"),
    ],
)
def test_a_number_in_another_field_or_among_words_is_offered(shown, place, written, code):
    place(confirmed="K-1")
    number = place(confirmed="K-2")
    filled = {name: text.format(number) for name, text in written.items()}
    document = shown(naming(**filled))
    assert document["status"] == "queued"
    order, why = offers(document)[0]
    assert (order, why[0]) == (number, code)


def test_what_is_left_the_course_and_the_days_are_reasons_with_their_figures(shown, place):
    plain = place(confirmed="K-1", course="Annat")
    lines = [{"kind": "delivery", "amount": "240475.18", "year": 2024}]
    likely = place(confirmed="K-2", course="Deltagare i kurs", lines=lines)
    later = place(confirmed="K-3", course="Annat", starts_on="2024-05-01", ends_on="2024-06-01")
    document = shown(naming("4711", agreement="RAM-1"))
    assert [order for order, _ in offers(document)] == [likely, plain, later]
    best = document["candidates"][0]
    assert best["left"] == "240475.18"
    assert {reason["code"]: reason["detail"] for reason in best["reasons"]} == {
        "same-supplier": "It is this supplier's.",
        "same-amount": "Exactly 240\N{NO-BREAK SPACE}475,18\N{NO-BREAK SPACE}kr is left of it.",
        "course-in-text": "Its course stands there: Deltagare i kurs.",
        "given-before": "It was given by 2024-03-22, before the invoice.",
        "under-agreement": "It is under RAM-1, which the invoice names.",
    }


@pytest.mark.parametrize("where", ["Description", "Note"])
def test_a_course_is_found_in_all_that_a_line_says(shown, place, where):
    place(confirmed="K-1", course="Att leda i vården")
    text = naming("4711").decode()
    if where == "Note":
        said = text.replace(
            "<cbc:InvoicedQuantity",
            "<cbc:Note>att leda i vården</cbc:Note><cbc:InvoicedQuantity",
            1,
        )
    else:
        said = text.replace(
            "<cac:Item>", "<cac:Item><cbc:Description>Kurs: Att leda i vården</cbc:Description>", 1
        )
    assert said != text
    (found,) = shown(said.encode())["candidates"]
    assert "course-in-text" in [reason["code"] for reason in found["reasons"]]


def test_reasons_are_said_in_the_readers_language(shown, place):
    place(confirmed="K-1")
    document = shown(naming("4711"), **{"Accept-Language": "sv"})
    assert document["reason"] == "Det finns inget avrop 4711."
    details = [reason["detail"] for reason in document["candidates"][0]["reasons"]]
    assert "Det är den här leverantörens." in details


def test_candidates_are_bounded_and_none_is_of_another_currency_or_buyer(shown, place, api):
    for n in range(12):
        place(confirmed=f"K-{n}")
    place("RAM-9", signed={"currency": "NOK"}, confirmed="K-99")
    document = shown(naming("4711"))
    assert len(document["candidates"]) == 10
    assert all(one["agreement"] == "RAM-1" for one in document["candidates"])


# ── What came with it ─────────────────────────────────────────────────────────────────────────


def test_attachments_and_the_envelope_are_kept_and_shown(shown, ledger):
    document = shown(enclosing())
    assert document["attachments"] == [
        {
            "sha256": DIGEST,
            "bytes": len(PDF),
            "name": "Underlag.pdf",
            "media_type": "application/pdf",
            "reference": "B-1",
            "description": "Underlag",
        }
    ]
    assert document["envelope"] == {
        "sender": "0007:2021004524",
        "receiver": "0007:2120002403",
        "message": "m-1",
        "created_at": "2024-03-25T08:00:00Z",
    }
    assert enclosed.attached(ledger.registry, "0" * 64) == []
    assert enclosed.sent(ledger.registry, "0" * 64) is None


def test_who_approves_reads_the_file_of_an_invoice_and_what_is_attached(api, place):
    sha256 = receive(api("finance"), enclosing()).json["sha256"]
    said = {"order": place(), "reason": "Vår"}
    receipt = api("finance").post(f"/documents/{sha256}/assign", said).json
    approver = api("approver")
    source = approver.get(f"/drawdowns/{receipt['drawdown']}").json["source"]
    assert source["address"] == f"/api/v1/documents/{receipt['sha256']}"
    path = source["address"].removeprefix("/api/v1")
    (attached,) = approver.get(path).json["attachments"]
    assert approver.get(f"{path}/attachments/{attached['sha256']}").data == PDF
    assert approver.get("/documents").status_code == 403, "the queue is worked off by finance"
    assert api("approver", "2120001470").get(path).status_code == 404
    assert api("supplier").get(path).status_code == 403


def download(api, content):
    sha256 = receive(api("finance"), content).json["sha256"]
    digest = api("finance").get(f"/documents/{sha256}").json["attachments"][0]["sha256"]
    return api("finance").get(f"/documents/{sha256}/attachments/{digest}")


def test_an_attachment_is_saved_byte_for_byte_and_no_browser_opens_it(api):
    answer = download(api, enclosing())
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename=Underlag.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\a.exe", "a.exe"),
        ("a&#34;; filename=b.html", "a__ filename_b.html"),
        ("x&#10;Set-Cookie: a=b.pdf", "x_Set-Cookie_ a_b.pdf"),
        (".htaccess", "htaccess"),
        ("räkning 1.pdf", "räkning 1.pdf"),
        ("gnp&#x202e;fdp.exe", "gnpfdp.exe"),
    ],
)
def test_a_hostile_name_is_no_more_than_a_name(api, name, safe):
    answer = download(api, enclosing(name, "text/html", b"<script>alert(1)</script>"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert len(answer.headers.getlist("Set-Cookie")) == 0
    assert (
        safe_name(name.replace("&#34;", '"').replace("&#10;", "\n").replace("&#x202e;", "\u202e"))
        == safe
    )


def test_a_name_of_nothing_is_one_of_the_digest(api):
    assert safe_name("...") == safe_name("") == safe_name("/") == ""
    answer = download(api, enclosing("..."))
    assert answer.headers["Content-Disposition"] == f"attachment; filename={DIGEST[:12]}.bin"


def test_an_attachment_of_another_file_is_not_found(api):
    sha256 = receive(api("finance"), enclosing()).json["sha256"]
    other = receive(api("finance"), naming("4711")).json["sha256"]
    assert problem(api("finance").get(f"/documents/{other}/attachments/{DIGEST}")) == (
        404,
        "not-found",
    )
    path = f"/documents/{sha256}/attachments/{'0' * 64}"
    assert problem(api("finance").get(path)) == (404, "not-found")


def test_what_came_with_a_file_goes_with_it_where_somebody_is_erased(api, ledger):
    from datetime import date

    person = person_of(ledger, "Underlag")
    sha256 = receive(api("finance"), enclosing()).json["sha256"]
    api("finance").post(f"/documents/{sha256}/discard", {"reason": "R"})
    checks.keep(ledger.registry, sha256, "2025.11", "{}")
    kept = ledger.registry.erase(person, date(2030, 1, 1))
    assert (kept.files_kept, len(enclosed.attached(ledger.registry, sha256))) == (1, 1)
    again = person_of(ledger, "Underlag")
    gone = ledger.registry.erase(again, date(2060, 1, 1))
    assert gone.files_removed == 1
    assert enclosed.attached(ledger.registry, sha256) == []
    assert enclosed.sent(ledger.registry, sha256) is None
    assert checks.kept(ledger.registry, sha256) is None


# ── The official rules ────────────────────────────────────────────────────────────────────────


def test_the_newest_check_of_a_file_is_told(api, ledger):
    sha256 = receive(api("finance"), naming("4711")).json["sha256"]
    path = f"/documents/{sha256}/check"
    assert problem(api("finance").get(path)) == (404, "not-found")
    outcome = (
        '{"release":"2025.11","on":"2024-03-25","in_force":false,"sheets":{},"absent":[],'
        '"findings":[{"rule":"BR-1","flag":"fatal","place":"/Invoice","line":3,"text":"T"}]}'
    )
    checks.keep(ledger.registry, sha256, "2025.11", outcome)
    answer = api("auditor").get(path)
    assert answer.json["release"] == "2025.11"
    assert (answer.json["valid"], answer.json["in_force"]) == (False, False)
    assert [one["rule"] for one in answer.json["findings"]] == ["BR-1"]
    assert api("supplier").get(path).status_code == 403
    assert problem(api("finance", OTHER).get(path)) == (404, "not-found")
