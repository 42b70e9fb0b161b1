"""Supplier ledgers (leverantörsreskontra): what a buyer paid, row by row, as it was booked.

The columns are those of lankadedata.se/spec/leverantorsreskontra/1.1, in any order, and what real
files have in their place: `bokforingsdatum` and `nettobelopp`, Swedish heads, no heads at all. One
invoice is as many rows as accounts that it was booked on. Nothing is booked from such a file: it is
held against what the ledger has (`ledger.reconciliation`).
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from ledger.bounds import MAX_NAME
from ledger.documents import tables, written
from ledger.documents.faults import Fault, Findings, refusal
from ledger.documents.organisation import normalise

Vat = Literal["excluded", "included", "unknown"]

SPECIFIED = (
    "kopare_id", "kopare", "verifikationsnummer", "leverantor", "leverantor_id", "konto_nr",
    "konto_text", "belopp", "datum", "forvaltning", "fakturanummer", "grund", "avtal", "kommun_id",
    "s_kod_nr",
)  # fmt: skip
"""The columns of specification 1.1, in its order: that of a file without heads."""

NAMED: Mapping[str, tuple[str, ...]] = {
    "buyer": ("kopare_id", "kopare_organisationsnummer", "kopare_orgnr",
              "koparens_organisationsnummer"),
    "voucher": ("verifikationsnummer", "verifikatnummer", "verifikationsnr", "verifikat", "ver_nr",
                "vernr"),
    "supplier_name": ("leverantor", "leverantorsnamn", "leverantor_namn", "leverantorens_namn"),
    "supplier": ("leverantor_id", "leverantorens_organisationsnummer",
                 "leverantor_organisationsnummer", "leverantor_orgnr", "leverantorens_orgnr",
                 "organisationsnummer_leverantor", "orgnr_leverantor", "leverantorsid"),
    "amount": ("belopp", "nettobelopp", "belopp_exkl_moms", "belopp_exklusive_moms",
               "belopp_ex_moms", "belopp_utan_moms", "konterat_belopp_exklusive_moms",
               "konterat_belopp_exkl_moms", "konterat_belopp", "fakturabelopp", "bruttobelopp",
               "belopp_inkl_moms", "belopp_inklusive_moms", "belopp_med_moms",
               "konterat_belopp_inklusive_moms", "konterat_belopp_inkl_moms"),
    "on": ("datum", "bokforingsdatum", "bokford", "bokforingsdag", "betalningsdatum",
           "betaldatum", "betalningsdag", "registreringsdatum", "fakturadatum"),
    "invoice": ("fakturanummer", "fakturanr", "faktura_nr", "fakturanummer_leverantor",
                "leverantorens_fakturanummer"),
    "agreement": ("avtal", "avtalsnummer", "avtal_id", "avtalsnr"),
}  # fmt: skip
"""What each column is called, without case, accents and signs; the first that is there is read."""

UNNAMED = ("organisationsnummer", "organisationsnr", "orgnr", "org_nr")
"""Whose number it is, is told by whether the supplier's has a column of its own."""

_NET = re.compile("netto|ex(?:kl|klusive)?_moms|utan_moms")
_GROSS = re.compile("brutto|inkl(?:usive)?_moms|med_moms")
_NO_NUMBER = re.compile(r"[-–—.\s0*]*|saknas|n/?a|null|none", re.IGNORECASE)
"""What a ledger writes where an invoice has no number."""
_TOTAL = re.compile("(?:del|total)?(?:sum|summa|total|totalt)(?:_|$)")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One booking. `amount` in öre, as the file has it: a credit is negative.

    `number` is the row in the file, from 1. `buyer` and `supplier` are ten digits, None where the
    file has no true organisation number there: then the name is what there is.
    """

    number: int
    amount: int
    on: date
    buyer: str | None = None
    supplier: str | None = None
    supplier_name: str = ""
    voucher: str = ""
    invoice: str = ""
    agreement: str = ""


class SupplierLedger(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was read; `vat` is what the head of its amounts says of VAT."""

    rows: tuple[Row, ...]
    vat: Vat
    warnings: tuple[Fault, ...] = ()


def read(content: bytes, follow: tables.Follow | None = None) -> SupplierLedger:
    """A supplier ledger, with each row at its place. Raises DocumentFaults with all faults.

    `follow` gives its lines on, for a bar. A row whose supplier has no true number is read, with a
    warning: real registers hold such (an internal number, a name).
    """
    findings = Findings()
    text = tables.decoded(content, findings)
    line, delimiter = tables.first_line(text)
    delimiter = delimiter or tables.separator(line, _fits)
    reading: _Reading | None = None
    found: list[Row] = []
    for cells in tables.rows(text, delimiter, findings, follow):
        if _is_separator(cells, delimiter):
            continue
        if reading is None:
            reading = _Reading(_columns(cells, findings), findings)
            if reading.has_heads:
                continue
        if row := reading.row(cells):
            found.append(row)
    if reading is None or not found:
        findings.refuse()
        raise refusal("no-rows", "The file has no row with a payment.")
    reading.tell_of_suppliers()
    findings.refuse()
    return SupplierLedger(rows=tuple(found), vat=reading.vat, warnings=tuple(findings.warnings))


def _is_separator(row: tables.Cells, delimiter: str) -> bool:
    """The line with which a file tells a spreadsheet what sets its cells apart."""
    written_so = delimiter.join(row.cells).strip("\ufeff ").lower()
    return row.number == 1 and written_so == f"sep={delimiter}"


# ── Columns ───────────────────────────────────────────────────────────────────────────────────


def head(cell: str) -> str:
    """A head as it is compared: "Leverantörens org.nr" is leverantorens_org_nr."""
    letters = unicodedata.normalize("NFKD", tables.plain(cell).casefold())
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


_KNOWN = frozenset(SPECIFIED).union(UNNAMED, *NAMED.values())


def _fits(cells: list[str]) -> int:
    """How many heads are known; of a row without heads, how near it is to the specification's."""
    known = sum(head(cell) in _KNOWN for cell in cells)
    return known * 10 if known else max(0, 5 - abs(len(SPECIFIED) - len(cells)))


class _Columns(msgspec.Struct, frozen=True):
    """Where each thing stands, by its name in `NAMED`; `heads` are told in faults."""

    at: dict[str, int]
    heads: tuple[str, ...]
    has_heads: bool


def _columns(row: tables.Cells, findings: Findings) -> _Columns:
    heads = [head(cell) for cell in row.cells]
    if sum(one in _KNOWN for one in heads) < 2:
        return _unheaded(row, findings)
    at: dict[str, int] = {}
    for name, names in NAMED.items():
        places = [heads.index(one) for one in names if one in heads]
        if places:
            at[name] = places[0]
            _given_once(heads, places[0], row, findings)
    for unnamed in (i for i, one in enumerate(heads) if one in UNNAMED):
        at.setdefault("supplier" if "supplier" not in at else "buyer", unnamed)
    needed = {"amount": "belopp", "on": "datum", "supplier": "leverantor_id"}
    if "supplier_name" in at:
        del needed["supplier"]
    if lacking := [column for name, column in needed.items() if name not in at]:
        said = ", ".join(lacking)
        raise refusal("columns", "The file has no column {columns}.", columns=said)
    return _Columns(at, tuple(tables.plain(cell)[:MAX_NAME] for cell in row.cells), True)


def _given_once(heads: list[str], at: int, row: tables.Cells, findings: Findings) -> None:
    """Which of two columns of one name would count is nobody's to guess."""
    if heads.count(heads[at]) > 1:
        findings.fault(
            f"/{row.number}/{heads[at]}",
            "column-twice",
            "The column {column} is there twice.",
            column=heads[at],
        )


def _unheaded(row: tables.Cells, findings: Findings) -> _Columns:
    """A file that begins with a payment has the specification's columns; that one which all rows
    have alike, the buyer's name, may be left out."""
    names = list(SPECIFIED)
    if len(row.cells) == len(names) - 1:
        names.remove("kopare")
    if len(row.cells) != len(names):
        raise refusal(
            "no-heads",
            "The first row has no heads, and its {count} cells are not the {needed} of the "
            "specification.",
            count=str(len(row.cells)),
            needed=str(len(SPECIFIED)),
        )
    findings.warn(
        "/1",
        "no-heads",
        "The file has no heads; its columns were read in the specification's order.",
    )
    at = {name: names.index(some[0]) for name, some in NAMED.items()}
    return _Columns(at, tuple(names), False)


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────


class _Reading:
    """The rows of one file: what is read of each, and what is told of all of them together."""

    def __init__(self, columns: _Columns, findings: Findings) -> None:
        self.columns, self.findings = columns, findings
        self.has_heads = columns.has_heads
        self._numbers: dict[str, str | None] = {}
        self._texts: dict[str, str] = {}
        self._unread, self._first = 0, 0

    @property
    def vat(self) -> Vat:
        """What the head of the amounts says; the specification's `belopp` says nothing."""
        name = head(self.columns.heads[self.columns.at["amount"]])
        if _GROSS.search(name):
            return "included"
        return "excluded" if _NET.search(name) else "unknown"

    def row(self, row: tables.Cells) -> Row | None:
        """The payment of a row; None where it is none, or has faults, which are then noted."""
        if self._is_total(row):
            return None
        before = self.findings.count
        self._check_width(row)
        amount = self._amount(row)
        on = self._day(row)
        supplier, name = self._supplier(row)
        if amount is None or on is None or self.findings.count > before:
            return None
        invoice = self._text(row, "invoice")
        return Row(
            number=row.number,
            amount=amount,
            on=on,
            buyer=self._number(self._cell(row, "buyer")),
            supplier=supplier,
            supplier_name=name,
            voucher=self._text(row, "voucher"),
            invoice="" if _NO_NUMBER.fullmatch(invoice) else invoice,
            agreement=self._text(row, "agreement"),
        )

    def tell_of_suppliers(self) -> None:
        if self._unread:
            self.findings.warn(
                f"/{self._first}",
                "supplier-number",
                "In {count} rows, the first of them {row}, the supplier's number is no "
                "organisation number; there the name is compared.",
                count=str(self._unread),
                row=str(self._first),
            )

    def _is_total(self, row: tables.Cells) -> bool:
        """A last line with the sum, which some exports have."""
        if any(self._cell(row, name) for name in ("on", "supplier", "invoice")):
            return False
        first = next((cell for cell in row.cells if cell.strip()), "")
        if not _TOTAL.match(head(first)):
            return False
        self.findings.warn(
            f"/{row.number}", "total", "Row {row} is a sum and is not counted.", row=str(row.number)
        )
        return True

    def _check_width(self, row: tables.Cells) -> None:
        """Cells beyond the heads: a separator stands within a text, and all after it is shifted."""
        count, most = len(row.cells), len(self.columns.heads)
        if count > most and any(cell.strip() for cell in row.cells[most:]):
            self.findings.fault(
                f"/{row.number}",
                "row-shifted",
                "Row {row} has {count} cells, and there are {most} columns.",
                row=str(row.number),
                count=str(count),
                most=str(most),
            )

    def _cell(self, row: tables.Cells, name: str) -> str:
        at = self.columns.at.get(name)
        return "" if at is None or at >= len(row.cells) else tables.plain(row.cells[at])

    def _text(self, row: tables.Cells, name: str) -> str:
        """A text of at most MAX_NAME characters; the same ones of many rows are kept once."""
        text = self._cell(row, name)[:MAX_NAME]
        return self._texts.setdefault(text, text)

    def _number(self, text: str) -> str | None:
        if text not in self._numbers:
            try:
                self._numbers[text] = normalise(text.removeprefix("'"))
            except ValueError:
                self._numbers[text] = None
        return self._numbers[text]

    def _supplier(self, row: tables.Cells) -> tuple[str | None, str]:
        number = self._number(self._cell(row, "supplier"))
        name = self._text(row, "supplier_name")
        if number is None:
            self._unread, self._first = self._unread + 1, self._first or row.number
            if not name:
                self._fault(
                    row,
                    "supplier" if "supplier" in self.columns.at else "supplier_name",
                    "supplier-missing",
                    message="Row {row}, {column}: the supplier has neither an organisation number "
                    "nor a name.",
                )
        return number, name

    def _amount(self, row: tables.Cells) -> int | None:
        text = self._given(row, "amount")
        if not text:
            return None
        try:
            return written.amount(text)
        except written.Ambiguous:
            message = (
                "Row {row}, {column}: {value} may be thousands or decimals; write two decimals."
            )
            self._fault(row, "amount", "amount-ambiguous", message=message, value=text[:40])
        except ValueError:
            message = "Row {row}, {column}: {value} is no amount in whole öre."
            self._fault(row, "amount", "amount", message=message, value=text[:40])
        return None

    def _day(self, row: tables.Cells) -> date | None:
        text = self._given(row, "on")
        if not text:
            return None
        try:
            return written.day(text)
        except ValueError:
            message = "Row {row}, {column}: {value} is no date such as 2026-01-31."
            self._fault(row, "on", "date", message=message, value=text[:40])
        return None

    def _given(self, row: tables.Cells, name: str) -> str:
        text = self._cell(row, name)
        if not text:
            self._fault(row, name, "missing", message="Row {row}, {column}: the cell is empty.")
        return text

    def _fault(self, row: tables.Cells, name: str, code: str, message: str, **figures: str) -> None:
        column = self.columns.heads[self.columns.at[name]]
        place = f"/{row.number}/{head(column) or name}"
        self.findings.fault(place, code, message, row=str(row.number), column=column, **figures)
