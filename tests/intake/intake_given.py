"""A desk that files are received at, and invoices that name orders in many ways."""

import pytest

from ledger.documents.peppol_invoice import read
from ledger.domain.events import By
from ledger.intake import Desk
from tests.conftest import AGREEMENT, BUYER, ORDER
from tests.documents.invoice_samples import changed


@pytest.fixture
def at_desk(ledger):
    """Organisation → the desk of its finance; None: the ledger's own."""

    def desk(organisation=BUYER):
        by = By(person="p-1", organisation=organisation or BUYER, role="finance")
        return Desk(by, ledger.service, ledger.views, ledger.registry, organisation)

    return desk


@pytest.fixture
def place(api):
    """Sign an agreement, where it is not, and place an order under it: its number."""

    def placed(agreement="RAM-1", *, confirmed=None, signed=None, **more):
        answer = api("manager").post(
            "/agreements",
            {**AGREEMENT, "cap": "20000000.00", "number": agreement, **(signed or {})},
        )
        assert answer.status_code in (201, 409), answer.text
        answer = api("orderer").post(f"/agreements/{agreement}/orders", {**ORDER, **more})
        assert answer.status_code == 201, answer.text
        number = answer.json["number"]
        if confirmed is not None:
            supplier = api("supplier", answer.json["supplier"])
            done = supplier.post(f"/orders/{number}/confirm", {"reference": confirmed})
            assert done.status_code == 200, done.text
        return number

    return placed


def naming(order=None, *, sellers=None, agreement=None, buyer_reference=None, lines=()):
    """The sample invoice, which names an order, an agreement and so on as is said. A line that is
    None names none."""
    inner = f"<cbc:ID>{'NA' if order is None else order}</cbc:ID>"
    if sellers is not None:
        inner += f"<cbc:SalesOrderID>{sellers}</cbc:SalesOrderID>"
    contract = ""
    if agreement is not None:
        contract = (
            "<cac:ContractDocumentReference>"
            f"<cbc:ID>{agreement}</cbc:ID></cac:ContractDocumentReference>"
        )
    text = changed()
    text = _between(text, "<cac:OrderReference>", "</cac:OrderReference>", inner)
    start, end = "<cac:ContractDocumentReference>", "</cac:ContractDocumentReference>"
    before, _, rest = text.partition(start)
    text = before + contract + rest.partition(end)[2]
    if buyer_reference is not None:
        text = _between(text, "<cbc:BuyerReference>", "</cbc:BuyerReference>", buyer_reference)
    for at, line in enumerate(lines, 1):
        if line is None:
            continue
        old = f"<cbc:LineID>{at}</cbc:LineID>"
        named = f"<cac:OrderReference><cbc:ID>{line}</cbc:ID></cac:OrderReference>"
        assert old in text
        text = text.replace(old, old + named)
    return text.encode()


def invoice_naming(order=None, **more):
    return read(naming(order, **more))


def _between(text, start, end, inner):
    before, _, rest = text.partition(start)
    return before + start + inner + end + rest.partition(end)[2]
