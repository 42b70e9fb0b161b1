"""Readers of documents that others wrote: e-invoices and the numbers inside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.documents.peppol_invoice import Invoice
    from ledger.documents.supplier_ledger import SupplierLedger
    from ledger.documents.tables import Follow


def _peppol_invoice(content: bytes) -> Invoice:
    from ledger.documents import peppol_invoice  # with lxml, which few need

    return peppol_invoice.read(content)


FORMATS: dict[str, Callable[[bytes], Invoice]] = {"peppol-invoice": _peppol_invoice}
"""Name of a format → its reader, which raises DocumentFaults."""


def _supplier_ledger(content: bytes, follow: Follow | None = None) -> SupplierLedger:
    from ledger.documents import supplier_ledger

    return supplier_ledger.read(content, follow)


COMPARED = {"supplier-ledger": _supplier_ledger}
"""The same of what is held against the ledger and books nothing: it is never received."""
