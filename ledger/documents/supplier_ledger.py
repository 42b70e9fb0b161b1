"""Supplier ledgers (leverantörsreskontra): what a buyer paid, row by row, as it was booked.

The columns are those of lankadedata.se/spec/leverantorsreskontra/1.1, in any order, and what real
files have in their place: `bokforingsdatum` and `nettobelopp`, Swedish or English heads, no heads
at all, amounts that are debit or credit. One invoice is as many rows as accounts that it was booked
on. Nothing is booked from such a file: it is held against what the ledger has
(`ledger.reconciliation`).
"""

import re
from datetime import date

import msgspec
from msgspec.structs import replace

from ledger.bounds import MAX_NAME
from ledger.documents import tables, written
from ledger.documents.faults import Fault, Findings, refusal
from ledger.documents.ledger_columns import HEADED, Columns, Vat, columns, fits, head
from ledger.documents.ledger_ways import Ways, side_of
from ledger.documents.organisation import normalise
from ledger.documents.written import Mark
from ledger.domain.spelling import fold

_NO_NUMBER = re.compile(r"[-–—.\s0*]*|saknas|n/?a|null|none", re.IGNORECASE)
"""What a ledger writes where an invoice has no number."""
_WHOLE = re.compile(r"(\d+)\.0", re.ASCII)
"""A number that a program took for an amount."""
_EMPTY = re.compile(r"[-0,. ]*")
"""What stands in the column of the side that an amount is not on."""
_HEADS_WITHIN = 20
"""Lines that a file may have before its heads: what it is, of when."""
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
    lines, said = tables.first_lines(text, _HEADS_WITHIN)
    fitting = [tables.separator(line, fits, said) for line in lines or [""]]
    best, delimiter = max(fitting, key=lambda one: one[0])
    if best < HEADED:  # no heads at all
        best, delimiter = fitting[0]
    reading: _Reading | None = None
    found: list[Row] = []
    for cells in tables.rows(text, delimiter, findings, follow):
        if _is_separator(cells, delimiter):
            continue
        if reading is None and best >= HEADED and fits(cells.cells) < best:
            findings.warn(
                f"/{cells.number}",
                "before-heads",
                "Row {row} stands before the heads and is not read.",
                row=str(cells.number),
            )
            continue
        if reading is None:
            reading = _Reading(columns(cells, findings), findings)
            if reading.has_heads:
                continue
        if reading.columns.is_heads(cells):
            continue
        if row := reading.row(cells):
            found.append(row)
    if reading is None or not found:
        findings.refuse()
        raise refusal("no-rows", "The file has no row with a payment.")
    reading.tell_of_suppliers()
    reading.ways.settle(findings)
    findings.refuse()
    return SupplierLedger(
        rows=tuple(map(reading.settled, found)),
        vat=reading.vat,
        warnings=tuple(findings.warnings),
    )


def _is_separator(row: tables.Cells, delimiter: str) -> bool:
    """The line with which a file tells a spreadsheet what sets its cells apart."""
    written_so = delimiter.join(row.cells).strip("\ufeff ").lower()
    return row.number == 1 and written_so == f"sep={delimiter}"


def _number(text: str) -> str:
    """An organisation number without what people and programs write beside it: spaces, dashes of
    another form, the sign of a text, a country, and decimals."""
    plain = fold(text.removeprefix("'"))
    plain = re.sub(r"^se(\d{6}-?\d{4})(?:-?01)?$", r"\1", plain)
    return plain[:-2] if _WHOLE.fullmatch(plain) else plain


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────


class _Reading:
    """The rows of one file: what is read of each, and what is told of all of them together."""

    def __init__(self, columns: Columns, findings: Findings) -> None:
        self.columns, self.findings = columns, findings
        self.has_heads = columns.has_heads
        self.ways = Ways()
        self._numbers: dict[str, str | None] = {}
        self._texts: dict[str, str] = {}
        self._unread, self._first = 0, 0

    @property
    def vat(self) -> Vat:
        """What the head of the amounts says."""
        return self.columns.vat

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
        invoice = self._text(row, "invoice").removeprefix("'")
        if (whole := _WHOLE.fullmatch(invoice)) is not None:
            invoice = whole[1]
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

    def settled(self, row: Row) -> Row:
        """A row as the whole file has it be read."""
        on, amount = self.ways.on(row.number, row.on), self.ways.amount(row.number, row.amount)
        return row if (on, amount) == (row.on, row.amount) else replace(row, on=on, amount=amount)

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
                self._numbers[text] = normalise(_number(text))
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
        name, side = self._amount_in(row)
        text = self._given(row, name)
        if not text:
            return None
        try:
            ore, mark = written.marked(text)
            if side or self._cell(row, "side"):
                if mark or (ore < 0 and not side):
                    raise ValueError(text)
                mark = side or side_of(self._cell(row, "side"))
        except written.Ambiguous:
            message = (
                "Row {row}, {column}: {value} may be thousands or decimals; write two decimals."
            )
            self._fault(row, name, "amount-ambiguous", message=message, value=text[:40])
        except ValueError:
            message = "Row {row}, {column}: {value} is no amount in whole öre."
            self._fault(row, name, "amount", message=message, value=text[:40])
        else:
            self.ways.sides(row.number, mark, self._cell(row, "account"))
            return ore
        return None

    def _amount_in(self, row: tables.Cells) -> tuple[str, Mark]:
        """The column that a row has its amount in, and its side where there is one for each."""
        if "amount" in self.columns.at:
            return "amount", ""
        if _EMPTY.fullmatch(self._cell(row, "debit")):
            return "credit", "credit"
        if not _EMPTY.fullmatch(self._cell(row, "credit")):
            message = "Row {row}, {column}: the row has both a debit and a credit."
            self._fault(row, "credit", "both-sides", message=message)
        return "debit", "debit"

    def _day(self, row: tables.Cells) -> date | None:
        text = self._given(row, "on")
        if not text:
            return None
        try:
            day = written.day(text)
        except ValueError:
            message = "Row {row}, {column}: {value} is no date such as 2026-01-31."
            self._fault(row, "on", "date", message=message, value=text[:40])
            return None
        self.ways.days(row.number, day, self.columns.heads[self.columns.at["on"]], text[:40])
        return day.on

    def _given(self, row: tables.Cells, name: str) -> str:
        text = self._cell(row, name)
        if not text:
            self._fault(row, name, "missing", message="Row {row}, {column}: the cell is empty.")
        return text

    def _fault(self, row: tables.Cells, name: str, code: str, message: str, **figures: str) -> None:
        column = self.columns.heads[self.columns.at[name]]
        place = f"/{row.number}/{head(column) or name}"
        self.findings.fault(place, code, message, row=str(row.number), column=column, **figures)
