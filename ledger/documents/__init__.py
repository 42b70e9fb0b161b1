"""Readers of documents that others wrote: e-invoices and the numbers inside them."""

from collections.abc import Callable

from ledger.documents import peppol_invoice

FORMATS: dict[str, Callable[[bytes], peppol_invoice.Invoice]] = {
    "peppol-invoice": peppol_invoice.read,
}
"""Name of a format → its reader, which raises DocumentFaults."""
