"""What an invoice may say that it follows (BT-24): with its code lists, its official rules and its
days, so that the next specification is a row; and what else suppliers send, by name."""

from __future__ import annotations

from datetime import date

import msgspec

from ledger.documents.faults import DocumentFaults, refusal

_BEGINNING = date(2017, 6, 28)
"""The day of EN 16931-1:2017."""

_CEN = "CEN-EN16931-UBL"
_EN_16931 = "urn:cen.eu:en16931:2017"
_EN_16931_INVOICES = (
    "71 80 81 82 84 102 130 202 203 204 211 218 219 295 326 331 380 382 383 384 385 386 387 388 "
    "389 390 393 394 395 456 457 471 472 473 500 501 527 553 575 623 633 751 780 817 870 875 876 "
    "877 935"
)
_EN_16931_CREDIT_NOTES = "81 83 261 262 296 308 381 396 420 458 502 503 532"


class Specification(msgspec.Struct, frozen=True, kw_only=True):
    """What BT-24 begins with, and what then holds from one day up to and including another.

    `invoices` and `credit_notes` are the types of document (UNCL1001); `sheets` are the official
    rules, by the names of their files in a release. `told` is said of every document that follows
    it: a stable code and a sentence.
    """

    identifier: str
    name: str
    invoices: frozenset[str]
    credit_notes: frozenset[str]
    sheets: tuple[str, ...]
    valid_from: date = _BEGINNING
    valid_to: date | None = None
    told: tuple[str, str] | None = None

    def types(self, kind: str) -> frozenset[str]:
        """The types of "Invoice" or "CreditNote"."""
        return self.credit_notes if kind == "CreditNote" else self.invoices


def _row(identifier: str, name: str, invoices: str, credits: str, sheets: str, /) -> Specification:
    return Specification(
        identifier=identifier,
        name=name,
        invoices=frozenset(invoices.split()),
        credit_notes=frozenset(credits.split()),
        sheets=tuple(sheets.split()),
    )


SPECIFICATIONS: tuple[Specification, ...] = (
    # UNCL1001-inv and UNCL1001-cn of Peppol, and 389, which was billing's before self-billing had
    # a specification of its own: a pro forma invoice (325) is not among them.
    _row(
        f"{_EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        "Peppol BIS Billing 3",
        "71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 389 393 395 553 575 623 780 817 "
        "870 875 876 877",
        "81 83 381 396 532",
        f"{_CEN} PEPPOL-EN16931-UBL",
    ),
    _row(
        f"{_EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0",
        "Peppol BIS Self-Billing 3",
        "389 527",
        "261",
        f"{_CEN} PEPPOL-EN16931-UBL-SB",
    ),
    _row(
        f"{_EN_16931}#compliant#",
        "EN 16931 (CIUS)",
        _EN_16931_INVOICES,
        _EN_16931_CREDIT_NOTES,
        _CEN,
    ),
    _row(_EN_16931, "EN 16931", _EN_16931_INVOICES, _EN_16931_CREDIT_NOTES, _CEN),
)
"""The narrower first: the first row that an identifier begins with is its own."""


def specification(identifier: str, on: date | None) -> Specification | None:
    """The row of an identifier on a day; of an identifier that has none on that day, any of its."""
    rows = [row for row in SPECIFICATIONS if identifier.startswith(row.identifier)]
    rows = [row for row in rows if row.identifier == rows[0].identifier]
    return next((row for row in rows if on is None or is_valid(row, on)), rows[0] if rows else None)


def is_valid(row: Specification, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def extension(identifier: str) -> str | None:
    """What an identifier says that it extends EN 16931 with: amounts may then mean more."""
    _, mark, named = identifier.partition("#conformant#")
    return named if mark else None


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A release of the official rules, by the name of its folder, and its first day of use."""

    name: str
    valid_from: date


RELEASES: tuple[Release, ...] = (
    Release(name="2025.5", valid_from=date(2025, 8, 25)),
    Release(name="2025.11", valid_from=date(2026, 2, 23)),
    Release(name="2026.5", valid_from=date(2026, 8, 17)),
)
"""OpenPeppol's, the oldest first: each holds until the next."""


# ── What is not read ──────────────────────────────────────────────────────────────────────────

_OTHERS = (
    ("urn:sfti:documents:", "Svefaktura 1.0"),
    ("urn:sfti:", "SFTI"),
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:", "Cross Industry Invoice (CII)"),
    ("urn:ferd:CrossIndustryDocument:", "Cross Industry Invoice (CII)"),
    ("urn:un:unece:uncefact:data:standard:CrossIndustry", "Cross Industry Invoice (CII)"),
    ("http://www.finvoice.info", "Finvoice"),
)
"""What a root's namespace begins with → what the document is."""
_ROOTS = {"Finvoice": "Finvoice", "CrossIndustryInvoice": "Cross Industry Invoice (CII)"}
_LOOKED_AT, _BEFORE = 1_024, b"\xef\xbb\xbf\0 \t\r\n"
"""Bytes within which a PDF has to begin, and what programs set before a file that they pass on."""
_BEGINNINGS = ((b"%PDF-", "PDF"), (b"PK\x03\x04", "ZIP"), (b"UNA:", "EDIFACT"))


def refuse_bytes(data: bytes) -> None:
    """Raises DocumentFaults for a file that is another thing than XML, and that has a name."""
    begins = data[:_LOOKED_AT].lstrip(_BEFORE)
    for beginning, name in _BEGINNINGS:
        if begins.startswith(beginning):
            raise _other(name)


def other_format(tag: str) -> DocumentFaults | None:
    """The refusal of a document by its root, "{namespace}name", where it is one that has a name."""
    namespace, _, name = tag.lstrip("{").rpartition("}")
    known = next((told for start, told in _OTHERS if namespace.startswith(start)), None)
    known = known or _ROOTS.get(name)
    return _other(known) if known else None


def _other(name: str) -> DocumentFaults:
    return refusal(
        "format-not-read",
        "The format of the file is {format}, which is not read. Ask the supplier to send it as "
        "Peppol BIS Billing 3 (UBL), to the buyer's address in Peppol.",
        format=name,
    )
