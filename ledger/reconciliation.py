"""A supplier ledger held against the drawdowns: which payments are here, missing, or different.

Pure: rows and drawdowns in, verdicts out. It books nothing; a payment never is a second drawdown.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from ledger.bounds import BOOKED_EARLY, BOOKED_LATE
from ledger.documents.ledger_columns import Vat
from ledger.documents.supplier_ledger import Row
from ledger.domain.spelling import fold, fold_number
from ledger.drawn import AWAITED, TURNED_DOWN, Drawn, Way, ways

Verdict = Literal["matched", "likely", "different", "missing", "not-paid"]
"""`matched`: it is here, with the same amount. `likely`: it has no invoice number, and one of the
supplier's invoices has its amount. `different`: it is here, and something differs. `missing`: it is
not here. `not-paid`: an approved invoice of the file's time that the file has no payment of."""

Differs = Literal["amount", "status", "buyer", "date", "currency", "agreement"]


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Whose payments are asked about: `pairs` of a buyer and a supplier that have an agreement.

    `names` are suppliers by their name, as `plain_name` has it, for rows without a true number;
    `agreements` the numbers of agreements by what a row may call them (`fold`); `payers` whose file
    it is where it does not say (none: anybody's).
    """

    pairs: frozenset[tuple[str, str]]
    names: dict[str, str] = {}
    agreements: dict[str, str] = {}
    payers: frozenset[str] = frozenset()

    @property
    def suppliers(self) -> frozenset[str]:
        return frozenset(supplier for _, supplier in self.pairs)


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice as the file has it, all its rows together, or one that it has not (`not-paid`).

    `paid` is what the file has, `drawn` what the ledger has, excluding VAT; `difference` is paid
    less what was expected, with VAT where `vat` is included, and without what was paid before where
    the file has it so (`is_rest`). All in öre; None: there is none.
    """

    verdict: Verdict
    supplier: str
    supplier_name: str = ""
    invoice: str = ""
    buyers: tuple[str, ...] = ()
    paid: int | None = None
    first_on: date | None = None
    last_on: date | None = None
    rows: tuple[int, ...] = ()
    vouchers: tuple[str, ...] = ()
    named_agreement: str = ""
    drawn: int | None = None
    vat: Vat = "unknown"
    difference: int | None = None
    is_rest: bool = False
    differs: tuple[Differs, ...] = ()
    drawdowns: tuple[Drawn, ...] = ()


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a file. Sums in öre are of payments by their size, so that a credit, too, is one
    that is here or not, and the coverage is never above 100.

    `outside` are rows of other suppliers, or of buyers without an agreement with theirs.
    """

    items: tuple[Payment, ...]
    rows: int
    outside: int
    outside_paid: int
    first_on: date
    last_on: date

    def of(self, *verdicts: Verdict) -> list[Payment]:
        return [one for one in self.items if one.verdict in verdicts]

    def size(self, *verdicts: Verdict) -> int:
        return sum(abs(one.paid or 0) for one in self.of(*verdicts))

    @property
    def paid(self) -> int:
        """Of all payments to the agreements' suppliers."""
        return self.size("matched", "likely", "different", "missing")

    @property
    def coverage(self) -> str | None:
        """Per cent of what was paid that is here with the same amount; None: nothing was paid."""
        return _per_cent(self.size("matched"), self.paid)

    @property
    def coverage_likely(self) -> str | None:
        """The same with what is likely here: of a file without invoice numbers all is that."""
        return _per_cent(self.size("matched", "likely"), self.paid)


def _per_cent(part: int, whole: int) -> str | None:
    """With one decimal, never rounded up: "100.0" is all of it."""
    tenths = part * 1_000 // whole if whole else None
    return None if tenths is None else f"{tenths // 10}.{tenths % 10}"


def plain_name(text: str) -> str:
    """A name as it is compared: without case and double spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def reconcile(rows: Sequence[Row], drawn: Iterable[Drawn], scope: Scope) -> Reconciliation:
    """Every invoice of the file with its verdict, in the order of the file, and after them those
    drawdowns that it should have had. `rows` are at least one."""
    ours = _Ours(drawn)
    groups, outside = _grouped(rows, scope, ours)
    ours.paid_by_themselves({name for name, _ in groups})
    items = [_judged(group, name, ours, scope) for name, group in groups]
    used = {found.id for item in items for found in item.drawdowns}
    free = [one for one in ours.all if one.id not in used]
    items = _likely(items, free)
    used.update(found.id for item in items for found in item.drawdowns)
    first, last = min(row.on for row in rows), max(row.on for row in rows)
    payers = {row.buyer for row in rows if row.buyer} or scope.payers
    unpaid = [
        Payment(
            verdict="not-paid",
            supplier=one.supplier,
            invoice=one.invoice,
            buyers=(one.buyer,),
            drawn=one.amount,
            drawdowns=(one,),
        )
        for one in sorted(free, key=lambda one: (one.issued_on, one.id))
        if one.id not in used
        and one.status in AWAITED
        and one.amount != one.deducted
        and first <= one.issued_on <= last
        and (not payers or one.buyer in payers)
    ]
    return Reconciliation(
        items=(*items, *unpaid),
        rows=len(rows),
        outside=len(outside),
        outside_paid=sum(abs(row.amount) for row in outside),
        first_on=first,
        last_on=last,
    )


# ── Rows to invoices ──────────────────────────────────────────────────────────────────────────

_Name = tuple[str, str]
"""A supplier, and its invoice's number, folded."""


class _Ours:
    """The drawdowns, by supplier and number, and the credits by what they take back."""

    def __init__(self, drawn: Iterable[Drawn]) -> None:
        self.all = list(drawn)
        self.named: dict[_Name, list[Drawn]] = {}
        self.credits: dict[str, list[Drawn]] = {}
        for one in self.all:
            self.named.setdefault((one.supplier, fold_number(one.invoice)), []).append(one)
            if one.credits is not None and one.status not in TURNED_DOWN:
                self.credits.setdefault(one.credits, []).append(one)

    def paid_by_themselves(self, names: set[_Name]) -> None:
        """Credits that the file has under their own numbers are not under those of invoices."""
        for some in self.credits.values():
            some[:] = [one for one in some if (one.supplier, fold_number(one.invoice)) not in names]


def _grouped(
    rows: Iterable[Row], scope: Scope, ours: _Ours
) -> tuple[list[tuple[_Name, Payment]], list[Row]]:
    """Rows of one invoice together; one without a number by its voucher. What is outside, apart."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    outside: list[Row] = []
    suppliers = scope.suppliers
    for row in rows:
        supplier = row.supplier or scope.names.get(plain_name(row.supplier_name))
        number = fold_number(row.invoice) if row.invoice else ""
        asked = (row.buyer, supplier) in scope.pairs if row.buyer else supplier in suppliers
        if supplier is None or not (asked or (number and (supplier, number) in ours.named)):
            outside.append(row)
            continue
        place = ("", row.voucher or f"/{row.number}") if not number else (number,)
        groups.setdefault((supplier, *place), []).append(row)
    found = []
    for (supplier, number, *_), some in groups.items():
        found.append(((supplier, number), _together(supplier, some)))
    return found, outside


def _together(supplier: str, rows: Sequence[Row]) -> Payment:
    return Payment(
        verdict="missing",
        supplier=supplier,
        supplier_name=rows[0].supplier_name,
        invoice=rows[0].invoice,
        buyers=tuple(dict.fromkeys(row.buyer for row in rows if row.buyer)),
        paid=sum(row.amount for row in rows),
        first_on=min(row.on for row in rows),
        last_on=max(row.on for row in rows),
        rows=tuple(row.number for row in rows),
        vouchers=tuple(dict.fromkeys(row.voucher for row in rows if row.voucher)),
        named_agreement=next((row.agreement for row in rows if row.agreement), ""),
    )


# ── Verdicts ──────────────────────────────────────────────────────────────────────────────────


def _judged(payment: Payment, name: _Name, ours: _Ours, scope: Scope) -> Payment:
    """The verdict on an invoice, of those here with its supplier and number."""
    candidates = ours.named.get(name, ()) if payment.invoice else ()
    if not candidates:
        return payment
    nearest = sorted(candidates, key=lambda one: _distance(payment, one))
    live = [one for one in nearest if one.status not in TURNED_DOWN]
    if not live:
        return _against(payment, (nearest[0],), scope, ("status",))
    # Another of the same number, or its credits, may have been booked under that number.
    with_credits = [(one, *ours.credits[one.id]) for one in live if ours.credits.get(one.id)]
    for some in (*((one,) for one in live), *with_credits, tuple(live)):
        if _agreeing(payment, some) is not None:
            return _against(payment, some, scope)
    return _against(payment, (live[0],), scope, ("amount",))


def _against(
    payment: Payment, some: tuple[Drawn, ...], scope: Scope, differs: tuple[Differs, ...] = ()
) -> Payment:
    assert payment.paid is not None, "a payment of the file has an amount"
    way = _agreeing(payment, some) or Way(sum(one.amount for one in some), "unknown")
    found = tuple(dict.fromkeys((*differs, *_also(payment, some, scope))))
    return replace(
        payment,
        verdict="different" if found else "matched",
        drawn=sum(one.amount for one in some),
        vat=way.vat,
        difference=None if "currency" in found else payment.paid - way.amount,
        is_rest=way.is_rest,
        differs=found,
        drawdowns=some,
    )


def _agreeing(payment: Payment, some: Sequence[Drawn]) -> Way | None:
    """How the amounts agree; None: not at all."""
    return next((way for way in ways(some) if way.amount == payment.paid), None)


def _also(payment: Payment, some: Sequence[Drawn], scope: Scope) -> Iterable[Differs]:
    """What differs beside the amount."""
    if any(one.currency != "SEK" for one in some):
        yield "currency"
    if payment.buyers and not {one.buyer for one in some}.intersection(payment.buyers):
        yield "buyer"
    if not any(_is_near(payment, one) for one in some):
        yield "date"
    named = scope.agreements.get(fold(payment.named_agreement))
    if named is not None and named not in {one.agreement for one in some}:
        yield "agreement"


def _is_near(payment: Payment, one: Drawn) -> bool:
    """Whether it was booked so shortly after its issue date that it is the same invoice."""
    assert payment.first_on is not None, "a payment of the file has a day"
    assert payment.last_on is not None, "a payment of the file has a day"
    first, last = (payment.first_on - one.issued_on).days, (payment.last_on - one.issued_on).days
    return first <= BOOKED_LATE and last >= -BOOKED_EARLY


def _distance(payment: Payment, one: Drawn) -> tuple[int, str]:
    assert payment.first_on is not None, "a payment of the file has a day"
    return abs((payment.first_on - one.issued_on).days), one.id


# ── Payments without a number ─────────────────────────────────────────────────────────────────

_LOOKED_AT = 100
"""Invoices of one amount among which the nearest is looked for: so many of one amount have no
supplier and no buyer at a time."""


class _Waiting:
    """Invoices of one supplier and amount, the earliest first; those of the past are let go."""

    def __init__(self) -> None:
        self.some: list[Drawn] = []
        self.at = 0

    def nearest(self, payment: Payment, used: set[str]) -> Drawn | None:
        assert payment.first_on is not None, "a payment of the file has a day"
        while self.at < len(self.some):
            one = self.some[self.at]
            if one.id not in used and (payment.first_on - one.issued_on).days <= BOOKED_LATE:
                break
            self.at += 1
        ahead = self.some[self.at : self.at + _LOOKED_AT]
        fitting = [one for one in ahead if one.id not in used and _is_near(payment, one)]
        return min(fitting, key=lambda one: _distance(payment, one), default=None)


def _likely(items: Sequence[Payment], free: Sequence[Drawn]) -> list[Payment]:
    """Payments without a number, each with the nearest invoice of its supplier and amount: never
    the same one twice, and never counted as here."""
    waiting: dict[tuple[str, int, str], _Waiting] = {}
    for one in sorted(free, key=lambda one: (one.issued_on, one.id)):
        if one.status in TURNED_DOWN or not one.amount or one.currency != "SEK":
            continue
        for amount in {way.amount for way in ways((one,))}:
            for buyer in ("", one.buyer):
                place = one.supplier, amount, buyer
                waiting.setdefault(place, _Waiting()).some.append(one)
    found, used = list(items), set[str]()
    unnumbered = [(item.first_on, i) for i, item in enumerate(items) if not item.invoice]
    for _, i in sorted(unnumbered):
        item = items[i]
        assert item.paid is not None, "a payment of the file has an amount"
        buyer = item.buyers[0] if item.buyers else ""
        some = waiting.get((item.supplier, item.paid, buyer))
        nearest = some.nearest(item, used) if some else None
        if nearest is not None:
            used.add(nearest.id)
            way = _agreeing(item, (nearest,))
            assert way is not None, "it was found by its amount"
            found[i] = replace(
                item,
                verdict="likely",
                drawn=nearest.amount,
                vat=way.vat,
                difference=0,
                is_rest=way.is_rest,
                drawdowns=(nearest,),
            )
    return found
