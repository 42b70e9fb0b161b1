"""What is enclosed is cut out before parsing, known by its digest, and found again in the file."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.bounds import MAX_MARKUP
from ledger.documents.attachments import cut, enclosed
from ledger.documents.characters import decoded
from ledger.documents.peppol_invoice import read
from tests.documents.invoice_samples import changed, found, sample

PICTURE = bytes(range(256)) * 4


def written(content: bytes, width: int = 76) -> str:
    text = base64.b64encode(content).decode()
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


def with_attachment(inside: str, more: str = 'mimeCode="image/png" filename="ritning.png"') -> str:
    return changed(
        (
            "<cac:AccountingSupplierParty>",
            "<cac:AdditionalDocumentReference><cbc:ID>B-1</cbc:ID>"
            "<cbc:DocumentDescription>Ritning</cbc:DocumentDescription><cac:Attachment>"
            f"<cbc:EmbeddedDocumentBinaryObject {more}>{inside}</cbc:EmbeddedDocumentBinaryObject>"
            "</cac:Attachment></cac:AdditionalDocumentReference><cac:AccountingSupplierParty>",
        )
    )


def test_an_attachment_is_known_by_the_digest_of_its_bytes() -> None:
    invoice = read(with_attachment(written(PICTURE)).encode())
    (attachment,) = invoice.attachments
    assert attachment.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert (attachment.bytes, attachment.name) == (len(PICTURE), "ritning.png")
    assert (attachment.media_type, attachment.reference) == ("image/png", "B-1")
    assert (attachment.description, invoice.warnings) == ("Ritning", ())
    assert invoice.amount == read(sample().encode()).amount


def test_an_attachment_is_found_again_in_the_file_that_it_came_in() -> None:
    data = with_attachment(written(PICTURE)).encode()
    (attachment,) = read(data).attachments
    assert enclosed(decoded(data), attachment.sha256) == PICTURE
    assert enclosed(decoded(data), "0" * 64) is None


@given(st.lists(st.binary(max_size=300), max_size=4), st.integers(1, 90))
def test_every_attachment_is_cut_out_whatever_its_bytes(contents: list[bytes], width: int) -> None:
    text = "<a>" + "".join(
        f"<x:EmbeddedDocumentBinaryObject b='1>2'>{written(content, width)}"
        "</x:EmbeddedDocumentBinaryObject>"
        for content in contents
    )
    whole = cut(text)
    assert set(whole.sizes) == {hashlib.sha256(content).hexdigest() for content in contents}
    assert whole.broken == frozenset()
    assert whole.text.count("\n") == text.count("\n")
    for content in contents:
        assert enclosed(text, hashlib.sha256(content).hexdigest()) == content


def test_an_attachment_in_cdata_or_with_a_comment_is_cut_out_too() -> None:
    half = len(written(PICTURE)) // 2
    text = written(PICTURE)
    inside = f"<![CDATA[{text[:half]}]]><!-- x -->{text[half:]}"
    (attachment,) = read(with_attachment(inside).encode()).attachments
    assert attachment.sha256 == hashlib.sha256(PICTURE).hexdigest()


@pytest.mark.parametrize("line_end", ["&#13;\n", "&#xD;&#xA;", "&#xd;\n", "&#10;", "&#x9;&#32;\n"])
def test_an_attachment_whose_signs_are_written_as_references_is_read(line_end: str) -> None:
    text = written(PICTURE).replace("\n", "")
    lines = line_end.join(text[at : at + 76] for at in range(0, len(text), 76))
    for sign in "+/=":
        lines = lines.replace(sign, f"&#{ord(sign)};")
    invoice = read(with_attachment(lines).encode())
    (attachment,) = invoice.attachments
    assert (attachment.sha256, attachment.bytes) == (
        hashlib.sha256(PICTURE).hexdigest(),
        len(PICTURE),
    )
    assert invoice.warnings == ()
    assert enclosed(with_attachment(lines), attachment.sha256) == PICTURE


@pytest.mark.parametrize("inside", ["QQ&#10;&#10;==", "QQ<!--\n\n-->==", "<![CDATA[QQ\n]]>\n=="])
def test_a_fault_below_an_attachment_keeps_the_number_of_its_line(inside: str) -> None:
    text = with_attachment(inside)
    assert cut(text).text.count("\n") == text.count("\n")


def test_a_reference_in_cdata_is_text() -> None:
    invoice = read(with_attachment("<![CDATA[QQ&#61;&#61;]]>").encode())
    assert [warning.code for warning in invoice.warnings] == ["attachment-unreadable"]


def test_what_is_no_base64_is_kept_by_its_text_and_told() -> None:
    invoice = read(with_attachment("inte Base64!").encode())
    (attachment,) = invoice.attachments
    assert attachment.sha256 == hashlib.sha256(b"inte Base64!").hexdigest()
    assert [warning.code for warning in invoice.warnings] == ["attachment-unreadable"]


def test_elements_within_an_attachment_are_told_and_cost_nothing_else() -> None:
    invoice = read(with_attachment("<b/>").encode())
    assert invoice.attachments == ()
    assert [warning.code for warning in invoice.warnings] == ["attachment-unreadable"]


def test_an_attachment_larger_than_all_else_may_be_is_read() -> None:
    content = b"\x07" * MAX_MARKUP
    (attachment,) = read(with_attachment(written(content)).encode()).attachments
    assert attachment.bytes == MAX_MARKUP


@pytest.mark.parametrize("inside", ["", "QQ=="])
def test_an_attachment_does_not_hide_a_doctype(inside: str) -> None:
    text = with_attachment(inside).replace("<Invoice ", "<!DOCTYPE Invoice><Invoice ", 1)
    assert found(text) == {("", "doctype")}


def test_an_attachment_that_is_not_closed_is_no_xml() -> None:
    text = with_attachment("QQ==")
    assert found(text[: text.index("QQ==") + 2]) == {("", "not-xml")}
