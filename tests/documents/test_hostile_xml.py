"""Files that mean harm, or are none of ours, are refused before they cost anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.bounds import MAX_ATTRIBUTES, MAX_DOCUMENT, MAX_FAULTS, MAX_MARKUP, MAX_TAGS
from ledger.documents.faults import DocumentFaults, Fault
from ledger.documents.peppol_invoice import read
from tests.documents.invoice_samples import adds_up, changed, codes, found, sample

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"

BOMB = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))


@pytest.mark.parametrize(
    ("prolog", "value"),
    [
        (f'<!DOCTYPE Invoice [<!ENTITY l0 "lol">{BOMB}]>', "&l9;"),
        ('<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/invoice.dtd">', "F-1001"),
        ('<!DOCTYPE Invoice [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]>', "F-1001"),
        ("<!DOCTYPE Invoice>", "F-1001"),
    ],
    ids=["billion laughs", "external entity", "external DTD", "parameter entity", "bare"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_any_doctype_is_refused(prolog: str, value: str, encoding: str) -> None:
    text = sample().split("?>", 1)[1].replace("F-1001", value)
    data = f'<?xml version="1.0" encoding="{encoding}"?>{prolog}{text}'.encode(encoding)
    assert found(data) == {("", "doctype")}


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert found(changed((">F-1001<", ">&x;<"))) == {("", "not-xml")}


@pytest.mark.parametrize(
    "encoding",
    [
        *("utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "latin1", "windows-1252", "ISO-8859-15"),
        "UTF8",
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_has(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = changed(('encoding="UTF-8"', f'encoding="{declared}"'))
    assert read(text.encode(encoding)) == read(sample().encode())


def test_utf_16_without_a_byte_order_mark_is_refused() -> None:
    assert found(sample().encode("utf-16-le")) == {("", "encoding-broken")}
    ascii_only = sample().replace("ä", "a").replace("ö", "o")
    assert found(ascii_only.encode("utf-16-le")) == {("", "not-xml")}


def test_an_unknown_encoding_is_refused() -> None:
    assert codes(changed(('encoding="UTF-8"', 'encoding="UTF-7"'))) == {"encoding-unknown"}


def test_bytes_that_are_not_the_encoding_are_refused() -> None:
    assert codes(sample().encode("iso-8859-1")) == {"encoding-broken"}
    assert codes(b"\xff\xfe" + b"<") == {"encoding-broken"}


@pytest.mark.parametrize("data", [b"", b"  \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert found(data) == {("", "empty")}


@pytest.mark.parametrize(
    "data", [b"hello", b"\x00\x01\x02", b"<Invoice", b"<!--", b"<![CDATA[", b"<?x"]
)
def test_what_is_not_xml_is_refused(data: bytes) -> None:
    assert found(data) == {("", "not-xml")}


@pytest.mark.parametrize(
    "root",
    [
        "<Order/>",
        f'<Order xmlns="{UBL}Order-2"/>',
        "<Invoice/>",
        f'<Invoice xmlns="{UBL}CreditNote-2"/>',
        "<SelfBilledInvoice/>",
    ],
)
def test_another_document_is_refused(root: str) -> None:
    assert found(root) == {("", "not-an-invoice")}


def test_an_empty_invoice_is_refused_with_everything_that_it_lacks() -> None:
    places = {place for place, _ in found(f'<Invoice xmlns="{UBL}Invoice-2"/>')}
    assert {"/Invoice/ID", "/Invoice/IssueDate", "/Invoice/InvoiceLine"} <= places


def test_deep_nesting_is_refused() -> None:
    assert found("<a>" * 5_000 + "</a>" * 5_000) == {("", "not-xml")}


def test_more_tags_than_the_bound_are_refused() -> None:
    assert found("<a>" + "<b/>" * MAX_TAGS + "</a>") == {("", "too-many-tags")}


def test_more_attributes_than_the_bound_are_refused() -> None:
    text = changed((">F-1001<", f">{'=' * (MAX_ATTRIBUTES + 1)}<"))
    assert found(text) == {("", "too-many-attributes")}


def test_more_than_the_bound_beside_the_attachments_is_refused() -> None:
    text = changed((">F-1001<", f">{'F' * MAX_MARKUP}<"))
    assert found(text) == {("", "too-large-unpacked")}


def test_a_huge_text_is_refused_by_the_parser() -> None:
    assert found(changed((">F-1001<", f">{'F' * 12_000_000}<"))) == {("", "not-xml")}


@pytest.mark.parametrize(
    "sign", ["<!--", "<![CDATA[", "<?", '<cbc:EmbeddedDocumentBinaryObject a="', "&#65;", "<a ="]
)
def test_one_sign_over_and_over_is_looked_at_once(sign: str) -> None:
    refused = codes(f"<a>{sign * 300_000}")
    assert refused <= {"not-xml", "too-many-tags", "too-many-attributes"}


def test_a_file_over_the_bound_is_refused() -> None:
    assert found(b" " * (MAX_DOCUMENT + 1)) == {("", "too-large")}


@given(st.data())
def test_a_truncated_file_is_refused(data: st.DataObject) -> None:
    whole = sample().encode().rstrip()
    length = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))
    assert codes(whole[:length]) <= {"not-xml", "empty", "encoding-broken"}


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=9_000))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(noise: bytes, at: int) -> None:
    whole = sample().encode()
    refused: tuple[Fault, ...] = ()
    try:
        assert adds_up(read(whole[:at] + noise + whole[at + len(noise) :]))
    except DocumentFaults as refusal:
        refused = refusal.faults
    assert len(refused) <= MAX_FAULTS
