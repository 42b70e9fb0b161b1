"""The envelope of access points is taken off, and who sent it to whom is kept."""

from ledger.documents.peppol_invoice import read
from tests.documents.invoice_samples import changed, found, sample

NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
HEADER = """<sh:StandardBusinessDocumentHeader><sh:HeaderVersion>1.0</sh:HeaderVersion>
<sh:Sender><sh:Identifier Authority="iso6523-actorid-upis">0007:2021004524</sh:Identifier>
</sh:Sender><sh:Receiver><sh:Identifier Authority="x">0007:2120002403</sh:Identifier></sh:Receiver>
<sh:DocumentIdentification><sh:Standard>x</sh:Standard><sh:TypeVersion>2.1</sh:TypeVersion>
<sh:InstanceIdentifier>3c2d-9</sh:InstanceIdentifier><sh:Type>Invoice</sh:Type>
<sh:CreationDateAndTime>2024-03-25T08:00:00Z</sh:CreationDateAndTime></sh:DocumentIdentification>
</sh:StandardBusinessDocumentHeader>"""


def wrapped(*documents: str, header: str = HEADER) -> str:
    inside = "".join(document.partition("?>")[2] for document in documents)
    name = "sh:StandardBusinessDocument"
    return f'<{name} xmlns:sh="{NAMESPACE}">{header}{inside}</{name}>'


def test_an_invoice_in_an_envelope_is_the_same_invoice() -> None:
    plain, invoice = read(sample().encode()), read(wrapped(sample()).encode())
    for name in ("number", "amount", "lines", "supplier", "buyer", "warnings", "payable"):
        assert getattr(invoice, name) == getattr(plain, name)
    assert plain.envelope is None


def test_sender_and_receiver_of_the_envelope_are_kept() -> None:
    envelope = read(wrapped(sample()).encode()).envelope
    assert envelope is not None
    assert (envelope.sender, envelope.receiver) == ("0007:2021004524", "0007:2120002403")
    assert (envelope.message, envelope.created_at) == ("3c2d-9", "2024-03-25T08:00:00Z")


def test_an_envelope_that_says_nothing_is_taken_off_and_told() -> None:
    invoice = read(wrapped(sample(), header="").encode())
    assert invoice.envelope is not None
    assert (invoice.envelope.sender, invoice.envelope.receiver) == ("", "")
    assert {warning.code for warning in invoice.warnings} == {"envelope-incomplete"}


def test_an_envelope_with_no_document_or_with_two_is_refused() -> None:
    assert found(wrapped()) == {("", "envelope-not-single")}
    assert found(wrapped(sample(), sample())) == {("", "envelope-not-single")}


def test_faults_in_an_envelope_have_their_whole_place() -> None:
    text = wrapped(changed((">2024-03-25<", ">soon<")))
    assert found(text) == {("/StandardBusinessDocument/Invoice/IssueDate", "not-a-date")}


def test_another_document_in_an_envelope_is_refused() -> None:
    assert found(wrapped("?><Order/>")) == {("", "not-an-invoice")}
    assert found(wrapped("?>" + wrapped(sample()))) == {("", "not-an-invoice")}
