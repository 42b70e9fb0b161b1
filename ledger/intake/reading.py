"""A received file as it is read for the log: what numbers an invoice by a person stands aside."""

from msgspec.structs import replace

from ledger.documents import FORMATS
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import personal
from ledger.registry import Registry


def read_in(content: bytes, format: str, registry: Registry) -> Invoice:
    """The invoice, with an opaque id in its number, and in those of the invoices that it names
    (BG-3), where a personal number is written: the same each time, so that no two become one and
    a credit finds its invoice. What it stands for is in the registry, where it can be erased.

    Raises DocumentFaults.
    """
    invoice = FORMATS[format](content)

    def apart(number: str) -> str:
        return personal.without(number, numbered=True, stand_in=registry.party)

    credits = tuple(replace(one, number=apart(one.number)) for one in invoice.credits)
    return replace(invoice, number=apart(invoice.number), credits=credits)
