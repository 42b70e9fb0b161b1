"""What only the whole of a supplier ledger tells of its rows.

Which of day and month comes first, and which side of an account was paid: what nothing tells is
refused, never guessed.
"""

from datetime import date

from ledger.documents.faults import Findings
from ledger.documents.written import Day, First, Mark
from ledger.domain.spelling import fold

_COSTS = ("4", "5", "6", "7")
"""With what the accounts of costs begin (BAS): on them an invoice is debited."""
_DEBTS = ("24", "25")
"""The same of debts to suppliers (2440, in municipalities 2510): on them an invoice is credited."""
_SIDES: dict[str, Mark] = {
    **dict.fromkeys(("d", "dr", "debet", "debit"), "debit"),
    **dict.fromkeys(("c", "cr", "k", "kredit", "credit"), "credit"),
}


def side_of(text: str) -> Mark:
    """Of a cell that says debit or credit. Raises ValueError."""
    try:
        return _SIDES[fold(text).removesuffix(".")]
    except KeyError:
        raise ValueError(text) from None


class Ways:
    """What the rows of one file say of how the others are written: noted row by row, `settle`d when
    all are read, and then asked."""

    def __init__(self) -> None:
        self._month_first = False
        self._paid: Mark = ""
        self._firsts = set[First]()
        self._others: dict[int, tuple[date, str, str]] = {}
        self._marks: dict[int, Mark] = {}
        self._accounts = set[str]()
        self._bare = False

    def days(self, row: int, day: Day, place: str, text: str) -> None:
        """Note how a row writes its day, at which place (column) and in which words."""
        if day.first:
            self._firsts.add(day.first)
        if day.other is not None:
            self._others[row] = day.other, place, text

    def sides(self, row: int, mark: Mark, account: str) -> None:
        """Note on which side of which account a row's amount is; `mark` is empty where it does not
        say."""
        if not mark:
            self._bare = True
            return
        self._marks[row] = mark
        self._accounts.add(account)

    def settle(self, findings: Findings) -> None:
        """Note a fault of what the file leaves open."""
        self._month_first = self._firsts == {"month"}
        if self._others and len(self._firsts) != 1:
            self._unsure_days(findings)
        self._paid = self._side_paid()
        if self._marks and not self._paid:
            self._unsure_sides(findings)

    def on(self, row: int, on: date) -> date:
        """The day of a row, which reads so where the day comes first."""
        return self._others[row][0] if self._month_first and row in self._others else on

    def amount(self, row: int, ore: int) -> int:
        """The amount of a row (öre) as it was paid: negative on the other side of its account."""
        return ore if self._marks.get(row, self._paid) == self._paid else -ore

    def _unsure_days(self, findings: Findings) -> None:
        for row, (_, column, text) in self._others.items():
            message = (
                "Row {row}, {column}: in {value} day or month may come first, and no other row "
                "tells which; write it as 2026-01-31."
            )
            figures = {"row": str(row), "column": column, "value": text}
            findings.fault(f"/{row}/{column}", "date-ambiguous", message, **figures)

    def _side_paid(self) -> Mark:
        """On which side what is paid stands: by the accounts, all of costs or all of debts to
        suppliers; where credits alone are marked, the rest is paid. "": nothing tells."""
        if all(account.startswith(_COSTS) for account in self._accounts):
            return "debit"
        if all(account.startswith(_DEBTS) for account in self._accounts):
            return "credit"
        no_account = self._accounts == {""}
        only = set(self._marks.values())
        return "debit" if no_account and self._bare and only == {"credit"} else ""

    def _unsure_sides(self, findings: Findings) -> None:
        first = next(iter(self._marks))
        findings.fault(
            f"/{first}",
            "side-unknown",
            "In {count} rows, the first of them {row}, the amount is said to be debit or credit, "
            "and nothing tells which of them was paid: put a minus before what is credited "
            "instead.",
            count=str(len(self._marks)),
            row=str(first),
        )
