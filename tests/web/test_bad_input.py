"""Bad input over HTTP: every fault at its place, nothing written, on both databases."""

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from msgspec.structs import replace

from ledger.bounds import FAULTS_SAID, FILE_LIMIT, MAX_JSON_BODY
from ledger.config import MEGABYTE
from ledger.web.app import create_app
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, SUPPLIER, recorded
from tests.people import let_in

ORDERS = "/agreements/SKO-2023/orders"
LINE = {"kind": "delivery", "amount": "60000.00"}


@pytest.fixture
def signed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    return api


@pytest.fixture(autouse=True)
def _nothing_is_written(signed, ledger) -> Iterator[None]:
    before = recorded(ledger.store)
    yield
    assert recorded(ledger.store) == before


def faults(answer, status: int = 422) -> dict[str, str]:
    """The faults of a problem document by their places."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    for error in answer.json.get("errors", ())[:FAULTS_SAID]:
        assert error["detail"] in answer.json["detail"], "how many there are tells nothing"
    return {error["pointer"]: error["detail"] for error in answer.json.get("errors", ())}


def send(client, path: str, raw: bytes, content_type: str = "application/json", **headers: str):
    return client.client.post(
        f"/api/v1{path}",
        data=raw,
        headers={**client.headers, "Content-Type": content_type, **headers},
    )


# ── Members of a body ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"colour": "blue", "lines": [{**LINE, "vat": "1.00"}]}, {"/colour", "/lines/0/vat"}),
        ({"lines": [{**LINE, "amount": 60000.5}]}, {"/lines/0/amount"}),
        ({"lines": [{**LINE, "amount": 60000}]}, {"/lines/0/amount"}),
        ({"lines": [LINE, {**LINE, "unit_price": 1.5}]}, {"/lines/1/unit_price"}),
        ({"seats": True, "lines": [{**LINE, "year": "2024"}]}, {"/seats", "/lines/0/year"}),
        ({"seats": -3, "starts_on": "2024-02-30"}, {"/seats", "/starts_on"}),
        ({"seats": 10**30}, {"/seats"}),
        ({"seats": 1.5}, {"/seats"}),
        ({"seats": 1e300}, {"/seats"}),
        ({"seats": None, "unit": None, "lines": None}, {"/seats", "/unit", "/lines"}),
        ({"ordered_on": "20 november", "ends_on": 20240322}, {"/ordered_on", "/ends_on"}),
        ({"ordered_on": "0001-01-01", "ends_on": "9999-12-31"}, {"/ordered_on", "/ends_on"}),
        ({"buyer": "2120002404", "supplier": "a university"}, {"/buyer", "/supplier"}),
        ({"credits": "7.25", "course": ""}, {"/credits", "/course"}),
        ({"course": "  ", "unit": "x" * 201, "challenge": "x" * 4001},
         {"/course", "/unit", "/challenge"}),
        ({"course": "a\x00b", "unit": "\ud800", "reference": "a\x1bb"},
         {"/course", "/unit", "/reference"}),
        ({"lines": []}, {"/lines"}),
        ({"lines": [LINE] * 501}, {"/lines"}),
        ({"lines": {"kind": "delivery"}}, {"/lines"}),
        (
            {"supplier": "2021004052", "starts_on": "2024-03-22", "ends_on": "2024-01-15",
             "respond_by": "2023-11-19", "lines": [{**LINE, "quantity": 12}]},
            {"/supplier", "/ends_on", "/respond_by", "/lines/0"},
        ),
        ({"a/b~c": 1, "": 2, "\ud800": 3, "\x00": 4},
         {"/a~1b~0c", "/", "/\\ud800", "/\x00"}),
    ],
)  # fmt: skip
def test_every_fault_of_an_order_is_named_at_its_place(signed, change, places):
    answer = signed("orderer").post(ORDERS, {**ORDER, **change})
    assert set(faults(answer)) == places


@pytest.mark.parametrize(
    "amount",
    [
        *(
            "-1.00",
            "0",
            "0.00",
            "-0",
            "1e5",
            "1,50",
            "1 000",
            "1.005",
            "NaN",
            "Infinity",
            " 1",
            "1\n",
        ),
        *("", "+1", "0x10", "١٢", "100000000000.01", "9" * 15, "9" * 5000, None, [], {}, True),
    ],
)
def test_an_amount_that_is_none_is_refused_at_its_place(signed, amount):
    answer = signed("orderer").post(ORDERS, {**ORDER, "lines": [{**LINE, "amount": amount}]})
    assert set(faults(answer)) == {"/lines/0/amount"}


def test_every_fault_of_an_agreement_is_named_at_its_place(signed):
    body = {
        **AGREEMENT,
        "number": "SKO/2024",
        "currency": "kr",
        "cap": "0",
        "buyers": [{"organisation": "212000-2404"}],
        "regime": "lou",
        "limits": [{"name": "2024", "year": 2024, "amount": "-1"}],
        "policy": {"delivery_after_term": 1, "alerts": [0]},
    }
    assert set(faults(signed("manager").post("/agreements", body))) == {
        "/number",
        "/currency",
        "/cap",
        "/buyers/0/organisation",
        "/regime",
        "/limits/0/amount",
        "/policy/delivery_after_term",
        "/policy/alerts/0",
    }


def test_every_fault_of_an_invoice_is_named_at_its_place(signed):
    body = {
        **INVOICE,
        "amount": "0.00",
        "type": "389",
        "issued_on": "2024-3-25",
        "vat": 60000,
        "lines": [{"order": "", "line": 0, "amount": "1.001"}],
    }
    answer = signed("finance").post("/orders/SKO-2023-0001/drawdowns", body)
    assert set(faults(answer)) == {
        "/amount",
        "/type",
        "/issued_on",
        "/vat",
        "/lines/0/order",
        "/lines/0/line",
        "/lines/0/amount",
    }


@pytest.mark.parametrize("day", ["2023-09-04", "2027-09-05"])
def test_an_order_dated_outside_the_term_is_refused_with_the_term(signed, clock, day):
    clock.move(date(2027, 9, 5))
    body = {**ORDER, "ordered_on": day, "starts_on": "2027-10-04", "ends_on": "2027-12-01"}
    answer = signed("orderer").post(ORDERS, body)
    faults(answer, 409)
    assert answer.json["type"].endswith("/outside-term")
    assert answer.json["ends_on"] == "2027-09-04"


def test_every_fault_of_an_address_is_named(signed):
    client = signed("finance")
    answer = client.get("/orders", limit="0", status="gone", unit="\x00", colour="blue")
    assert set(faults(answer)) == {"/limit", "/status", "/unit", "/colour"}
    answer = client.get("/agreements/SKO-2023/balance", as_of="1 maj", known_at="2024-05-01")
    assert set(faults(answer)) == {"/as_of", "/known_at"}
    for known_at in ("0001-01-01T00:00:00+23:59", "2024-05-01T12:00:00", "9999-12-31T23:59:59Z"):
        answer = client.get("/agreements/SKO-2023/balance", known_at=known_at)
        assert set(faults(answer)) == {"/known_at"}
    assert set(faults(signed("orderer").post(ORDERS, ORDER, dry_run="1"))) == {"/dry_run"}


@pytest.mark.parametrize(
    "name", ["%00", "%ED%A0%80", "..", "a" * 41, "SKO-2023%00", "%F0%9F%8E%93"]
)
def test_an_address_that_no_agreement_can_have_is_not_found(signed, name):
    for path in (f"/agreements/{name}", f"/orders/{name}-0001", f"/drawdowns/{name}"):
        faults(signed("admin").get(path), 404)
    faults(signed("admin").post(f"/agreements/{name}/orders", ORDER), 404)


# ── The body as a whole ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"\xff\xfe",
        b'{"course": NaN}',
        b'{"course": "a" "b"}',
        b"[" * 100_000,
        b'{"course":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"seats": ' + b"9" * 5_000 + b"}",
    ],
)
def test_a_body_that_is_not_sound_json_is_refused(signed, raw):
    assert set(faults(send(signed("orderer"), ORDERS, raw))) == {""}


@pytest.mark.parametrize("raw", [b"[1]", b'"text"', b"null", b"17", b"[[" * 400 + b"]]" * 400])
def test_a_body_that_is_no_object_is_refused(signed, raw):
    assert set(faults(send(signed("orderer"), ORDERS, raw))) == {""}


def test_members_given_twice_are_named_wherever_they_stand_beside_all_other_faults(signed):
    raw = (
        b'{"course": "a", "course": "b", "seats": 0,'
        b' "lines": [{"kind": "x", "amount": "1.00"},'
        b' {"kind": "x", "kind": "y", "amount": "1.00", "amount": 2}]}'
    )
    found = faults(send(signed("orderer"), ORDERS, raw))
    assert set(found) == {"/course", "/seats", "/lines/1/kind", "/lines/1/amount"}
    assert found["/lines/1/kind"] == "The member kind is given twice."


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"]
)
def test_a_body_of_another_content_type_is_refused(signed, content_type):
    raw = json.dumps(ORDER).encode()
    faults(send(signed("orderer"), ORDERS, raw, content_type), 415)


@pytest.mark.parametrize("key", ["", "a" * 201, "nyckel-å", "a\tb", "\x7f"])
def test_an_idempotency_key_that_is_none_is_refused(signed, key):
    answer = signed("orderer").post(ORDERS, ORDER, {"Idempotency-Key": key})
    assert set(faults(answer)) == {""}
    assert "Idempotency-Key" in faults(answer)[""]


@pytest.mark.parametrize(
    "version", ["", "1", '"one"', '"-1"', "W/1", '"1", "2"', '"' + "9" * 16 + '"']
)
def test_a_version_that_is_none_never_matches(signed, version):
    faults(signed("orderer").post(ORDERS, ORDER, {"If-Match": version}), 412)


def test_a_body_over_its_bound_is_refused(signed):
    body = {**ORDER, "challenge": "x" * MAX_JSON_BODY}
    faults(signed("orderer").post(ORDERS, body), 413)


def test_who_may_not_write_is_told_so_before_the_body_is_read(signed):
    faults(send(signed("auditor"), ORDERS, b"{"), 403)
    nobody = signed("orderer")
    nobody.headers = {}
    faults(send(nobody, ORDERS, b"{"), 401)


# ── A body in pieces, which does not say how long it is ───────────────────────────────────────


@pytest.mark.parametrize(
    ("role", "path", "content_type", "most"),
    [
        ("orderer", ORDERS, "application/json", MAX_JSON_BODY),
        ("finance", "/documents/peppol-invoice", "application/xml", FILE_LIMIT * MEGABYTE),
    ],
)
def test_a_body_in_pieces_is_held_to_its_bound_too(signed, role, path, content_type, most):
    client = signed(role)
    pieces = BytesIO(b" " * (most + 1))
    answer = client.client.post(
        f"/api/v1{path}",
        input_stream=pieces,
        content_type=content_type,
        headers={**client.headers, "Transfer-Encoding": "chunked"},
        # As gunicorn says it: the stream ends where the body does.
        environ_overrides={"wsgi.input_terminated": True},
    )
    faults(answer, 413)


# ── Documents ─────────────────────────────────────────────────────────────────────────────────

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<Invoice>&c;</Invoice>"""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not xml",
        b"<Invoice>",
        b"<Invoice></Order>",
        b"\x00",
        b"<a>\x00</a>",
        BILLION_LAUGHS,
        b'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:1/evil.dtd"><Invoice/>',
        b'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice>&x;</Invoice>',
        b'<?xml version="1.0" encoding="UTF-7"?><Invoice/>',
        pytest.param(b"<a>" * 50_000 + b"</a>" * 50_000, id="nested"),
        pytest.param(b"<a/>" * 1_000_001, id="tags"),
        pytest.param(b"<a " + b"b='' " * 500_001 + b"/>", id="attributes"),
        b"<Invoice/>",
        b"<Invoice xmlns='urn:sfti:documents:BasicInvoice:1:0'/>",
        b"<x:CrossIndustryInvoice xmlns:x='urn:un:unece:uncefact:data:standard:"
        b"CrossIndustryInvoice:100'/>",
        b"<StandardBusinessDocument xmlns='http://www.unece.org/cefact/namespaces/"
        b"StandardBusinessDocumentHeader'/>",
        b"%PDF-1.7",
        b"{}",
    ],
)
def test_a_broken_or_hostile_document_is_refused_and_not_kept(signed, raw):
    client = signed("finance")
    answer = send(client, "/documents/peppol-invoice", raw, "application/xml")
    assert faults(answer)
    assert b"root:" not in answer.data
    assert client.get("/documents").json["items"] == []


def test_a_document_over_its_bound_is_refused(signed):
    raw = b"<Invoice>" + b" " * FILE_LIMIT * MEGABYTE + b"</Invoice>"
    faults(send(signed("finance"), "/documents/peppol-invoice", raw, "application/xml"), 413)


def test_a_document_of_another_content_type_or_format_is_refused(signed):
    client = signed("finance")
    for content_type in ("application/json", "multipart/form-data; boundary=x"):
        answer = send(client, "/documents/peppol-invoice", b"<Invoice/>", content_type)
        faults(answer, 415)
    faults(send(client, "/documents/edifact", b"<Invoice/>", "application/xml"), 404)


def test_the_university_sends_nothing_in_a_buyers_name(signed):
    faults(signed("orderer", SUPPLIER).post(ORDERS, ORDER), 403)


def test_how_large_a_document_may_be_is_a_setting(ledger):
    settings = replace(ledger.settings, file_limit=1_000_000)
    app = create_app(ledger=replace(ledger, settings=settings))
    token = let_in(ledger, "Finance", BUYER, ("finance",))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/xml"}
    for size, status in ((1_000_000, 422), (1_000_001, 413)):
        answer = app.test_client().post(
            "/api/v1/documents/peppol-invoice", data=b" " * size, headers=headers
        )
        assert answer.status_code == status, size
