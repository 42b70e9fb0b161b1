"""What was invoiced of an order before it was taken into the ledger, as it was carried over."""

from typing import ClassVar

from ledger.domain.events.parts import Dated, LineAmount, Source


class OpeningBalanceRecorded(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """So much of the order was invoiced, and approved, before it was taken into the ledger: the
    invoices themselves are not here.

    `evidence` names what says so, `source` the file that it was read from.
    """

    stored: ClassVar[str] = "opening-balance-recorded"
    lines: tuple[LineAmount, ...]
    evidence: str
    source: Source | None = None


class OpeningBalanceTakenBack(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """The order's opening balance was wrong: what happened since is told as if it had never been
    there. `lines` are those that no longer count."""

    stored: ClassVar[str] = "opening-balance-taken-back"
    lines: tuple[LineAmount, ...]
    reason: str


OpeningEvent = OpeningBalanceRecorded | OpeningBalanceTakenBack
