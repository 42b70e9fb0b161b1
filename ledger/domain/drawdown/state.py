"""A drawdown as its facts so far make it, and what makes two of them the same."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace

from ledger.domain import order
from ledger.domain.events import (
    Allocation,
    DrawdownCredited,
    DrawdownDeducted,
    Match,
    Room,
    Source,
    TakenBack,
)
from ledger.domain.funding import funded_of
from ledger.domain.given import Given, found
from ledger.domain.spelling import fold_number

Status = Literal["recorded", "approved", "rejected", "withdrawn", "reversed"]
FREED: tuple[Status, ...] = ("rejected", "withdrawn")
"""Its invoice may be recorded anew."""
ADVANCE = "advance"
"""The flag of a prepayment: a final invoice takes it back."""
UNCLEAR = "advance-unclear"
"""The flag of an invoice that says that something was paid before, and it is not sure which
advances that is; the amount stands after a colon."""
NAMED = "advance-named"
"""The flag of the same invoice that names what was paid before (BG-3), of which nothing was here to
deduct; its number stands after a colon."""
NOT_ELIGIBLE = "not-eligible"
"""The flag of an invoice that a source does not cover all of; its name stands after a colon."""
DIFFERS = "supplier-differs"
"""The flag of an invoice on another supplier's order; who sent it stands after a colon."""
AFTER = "advance-after"
"""The flag of an advance that comes when a final invoice, which says that something was paid
before, is approved as deducting none; that one's id stands after a colon, where it is the same
buyer's."""
REPLACES = "replaces"
"""The flag of a corrected invoice in the place of another, whose whole number stands after a
colon; an earlier version wrote several into one."""
UNMATCHED = "credit-unmatched"
"""The flag of a credit whose invoice is not here yet; its number stands after a colon."""
SEVERAL = "credit-ambiguous"
"""The same where several invoices have that number."""
SPELT = "credit-spelt"
"""The flag of a credit that spells the number of its invoice otherwise; it stands after a colon."""
TOO_LITTLE = "credit-beyond"
"""The same where the invoice is here, and has less left to credit."""
OF_ANOTHER = "credit-elsewhere"
"""The same where the invoice is here, under another agreement."""
UNTIED = (UNMATCHED, SEVERAL, TOO_LITTLE, OF_ANOTHER)
"""Why a credit is tied to no invoice, although it names some: looked at again at its approval."""
Orders = Mapping[str, order.State]
"""The orders that an invoice draws, by their numbers."""


class Recharge(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken back from a member, in öre, under which reference, on which day.

    `given_back` is what of it the member has had back again.
    """

    member: str
    amount: int
    reference: str
    on: date
    given_back: int = 0

    @property
    def left(self) -> int:
        """What the member has paid and not had back, in öre."""
        return self.amount - self.given_back


class AsRecorded(msgspec.Struct, frozen=True, kw_only=True):
    """What of a drawdown its approval changed, as it was before."""

    allocations: tuple[Allocation, ...]
    room: Room | None
    flags: tuple[str, ...]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """From which day a drawdown is judged otherwise, and its parts as they were judged before."""

    on: date
    before: tuple[Allocation, ...]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A drawdown as its facts so far make it.

    `amount` (negative: a credit) and `credited` (what approved credits took back, positive) in öre
    excluding VAT; `vat` beside them, in öre. `right` is the number of the buyer's attest right that
    it was approved under, `deputy_for` whose it is where not the approver's own. `anew` are the
    drawdowns of the same invoice that came after it was turned down or withdrawn, `anew_of` is the
    first of them. `awaited` are its credits that came, `credits_taken` those that are approved;
    `taken` is what a credit of several invoices takes back of each; `as_recorded` is what of it an
    approval changed. `prepaid` and `rounding` are with VAT; `deducts` is what a final invoice takes
    back of each advance, `deducted` what final invoices took back of an advance (negative in both:
    what a credit of a final invoice lets stand again); `asked` says that somebody said which.
    `judged` is what funding covered of it before it was judged again, where it draws now.
    """

    id: str
    agreement: str
    supplier: str
    buyer: str
    invoice: str
    type: str
    issued_on: date
    currency: str
    amount: int
    allocations: tuple[Allocation, ...]
    recorded_by: str
    vat: int | None = None
    due_on: date | None = None
    credits: str | None = None
    room: Room | None = None
    text: str = ""
    source: Source | None = None
    flags: tuple[str, ...] = ()
    status: Status = "recorded"
    decided_by: str = ""
    decided_on: date | None = None
    reason: str = ""
    credited: int = 0
    credited_lines: tuple[Allocation, ...] = ()
    recharges: tuple[Recharge, ...] = ()
    right: int | None = None
    deputy_for: str | None = None
    anew_of: str | None = None
    anew: tuple[str, ...] = ()
    moved_by: tuple[str, ...] = ()
    credits_taken: tuple[DrawdownCredited, ...] = ()
    awaited: tuple[str, ...] = ()
    taken: tuple[TakenBack, ...] = ()
    match: Match | None = None
    prepaid: int | None = None
    rounding: int | None = None
    deducts: tuple[TakenBack, ...] = ()
    deducted: tuple[DrawdownDeducted, ...] = ()
    asked: bool = False
    as_recorded: AsRecorded | None = None
    judged: tuple[Judged, ...] = ()

    @property
    def entered_by(self) -> tuple[str, ...]:
        """Everybody whose entry it is, as it reads: none of them decides it."""
        return (self.recorded_by, *self.moved_by)

    @property
    def is_credit(self) -> bool:
        """Both legal shapes: a credit note (381) and a negative invoice (380)."""
        return self.amount < 0

    @property
    def credits_of(self) -> tuple[str, ...]:
        """The invoices that it takes back, or a part of each."""
        named = () if self.credits is None else (self.credits,)
        return tuple(one.drawdown for one in self.taken) or named

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The numbers, folded, of the invoices that it credits and was not tied to when it came."""
        parts = (flag.partition(":") for flag in self.flags)
        return tuple(fold_number(about) for code, _, about in parts if code in UNTIED)

    @property
    def is_partly_tied(self) -> bool:
        """Whether it is told to the invoices of a credit that are here, and another is not."""
        absent = (UNMATCHED, SEVERAL, OF_ANOTHER)
        codes = {flag.partition(":")[0] for flag in self.flags}
        return self.credits is not None and not codes.isdisjoint(absent)

    def named_among(self, numbers: str) -> bool:
        """Whether its number is that, or one of several, set apart by commas and spaces."""
        return fold_number(self.invoice) in _each(numbers)

    @property
    def left_to_credit(self) -> int:
        """Öre that approved credits and final invoices have not taken back, positive whichever way
        it counts."""
        return abs(self.amount) - self.credited - sum(one.amount for one in self.deducted)

    @property
    def is_advance(self) -> bool:
        """Whether it is a prepayment, or named as such."""
        return ADVANCE in self.flags

    @property
    def is_on_anothers(self) -> bool:
        """Whether a person put it on the order of another supplier."""
        return any(flag.partition(":")[0] == DIFFERS for flag in self.flags)

    @property
    def drawing(self) -> tuple[Allocation, ...]:
        """What it draws of its orders: its own parts, less the advances that it takes back, or
        with those that a credit lets stand."""
        return (*self.allocations, *(line for one in self.deducts for line in one.lines))

    @property
    def is_unclear(self) -> bool:
        """Whether somebody has to say which advances it takes back. A credit is asked by what its
        invoices deduct when it is approved, once they are known."""
        if self.asked or (self.is_credit and self.credits_of):
            return False
        return any(f.partition(":")[0] == UNCLEAR for f in self.flags)

    @property
    def orders(self) -> tuple[str, ...]:
        """The numbers of the orders that it draws, each once, in the invoice's own sequence."""
        return tuple(dict.fromkeys(part.order for part in self.drawing))

    @property
    def asks(self) -> bool:
        """Whether its approval may have to say something of advances: what it takes back, or that
        it is another than a final invoice speaks of."""
        return self.is_unclear or any(flag.partition(":")[0] == AFTER for flag in self.flags)

    @property
    def paid_before(self) -> int:
        """What was paid before, in öre with VAT, where it was approved by somebody who was asked
        which advances that is; else 0."""
        return max(0, self.prepaid or 0) if self.asked and self.status == "approved" else 0

    @property
    def paid_by(self) -> tuple[str, ...]:
        """The numbers, folded, of what it names as paid before and was not here to deduct, where
        it was approved by somebody who was asked."""
        parts = (flag.partition(":") for flag in self.flags)
        named = [about for code, _, about in parts if code == NAMED]
        return tuple(dict.fromkeys(map(fold_number, named))) if self.paid_before else ()

    def names_paid(self, number: str, under: str, amount: int) -> bool:
        """Whether it names an invoice of this number, under an agreement, as paid before."""
        return amount > 0 and under == self.agreement and fold_number(number) in self.paid_by

    @property
    def replaces(self) -> tuple[str, ...]:
        """The numbers, folded, of the invoices that it is in the place of."""
        parts = (flag.partition(":") for flag in self.flags)
        named = [about for code, _, about in parts if code == REPLACES]
        return tuple(dict.fromkeys(number for about in named for number in _each(about)))

    @property
    def decider(self) -> str:
        """Who carries all of it, also where the order is another's; else the order's buyer."""
        shares = [share for part in self.allocations for share in part.shares if share.amount]
        carried = {share.organisation for share in shares}
        whole = all(
            part.amount == sum(share.amount for share in part.shares) for part in self.allocations
        )
        return carried.pop() if whole and len(carried) == 1 else self.buyer

    @property
    def carriers(self) -> tuple[str, ...]:
        """Who beside the buyer carries a part of it."""
        names = (share.organisation for part in self.allocations for share in part.shares)
        return tuple(name for name in dict.fromkeys(names) if name != self.buyer)


def as_seen_by(state: State, party: str) -> State:
    """What a party sees of a drawdown: one that only carries a part of it, its own share alone; a
    supplier whose invoice a person put on another supplier's order, nothing of that."""
    if party == state.buyer:
        return state
    if party == state.supplier:
        return _without_order(state) if state.is_on_anothers else state
    return replace(
        state,
        allocations=tuple(_own_share(part, party) for part in state.allocations),
        credited_lines=tuple(_own_share(part, party) for part in state.credited_lines),
        recharges=tuple(one for one in state.recharges if one.member == party),
    )


def _without_order(state: State) -> State:
    """The invoice as it came, and what became of it."""
    return replace(
        state,
        allocations=(),
        credited_lines=(),
        deducts=(),
        deducted=(),
        taken=(),
        match=None,
        flags=tuple(flag for flag in state.flags if flag.partition(":")[0] == DIFFERS),
    )


def _own_share(part: Allocation, party: str) -> Allocation:
    return replace(
        part,
        shares=tuple(s for s in part.shares if s.organisation == party),
        funded=funded_of(part.funded, party),
        fees=tuple(s for s in part.fees if s.organisation == party),
    )


def _each(numbers: str) -> tuple[str, ...]:
    """The numbers that a text may mean, folded: the whole of it, or those between commas."""
    return tuple(dict.fromkeys(map(fold_number, (numbers, *numbers.split(", ")))))


def as_spelt(number: str, some: Sequence[State]) -> Sequence[State]:
    """Of drawdowns that have a number, however it is spelt, those that have it so but for case and
    spaces; where none has, all."""
    return [one for one in some if plain(one.invoice) == plain(number)] or some


def plain(invoice: str) -> str:
    """An invoice's number without what does not make another of it."""
    return "".join(invoice.upper().split())


def identity(supplier: str, invoice: str, issued_on: date, type: str) -> str:
    """One invoice is one id, however often it arrives: supplier, number, issue date, type.

    Case and spaces do not make another invoice. What is not safe in an address is written ~XX.
    """
    safe = "".join(
        c
        if c.isascii() and (c.isalnum() or c in "-_")
        else "".join(f"~{b:02X}" for b in c.encode())
        for c in plain(invoice)
    )
    return f"{supplier.replace(':', '-')}.{safe}.{issued_on.isoformat()}.{type}"


def number_in(id: str) -> str:
    """The invoice's number as its id has it: in capitals and without spaces."""
    number = id.split(".")[1] if id.count(".") > 1 else id
    return unquote(number.replace("~", "%"))


def stream(id: str) -> str:
    """The stream of a drawdown's facts; its first version forbids drawing it twice."""
    return f"drawdown/{id}"


def named(given: Given, id: str) -> State:
    """The one that somebody names. Raises NotFound."""
    state: State = found(given.find, "drawdown", id)
    return state
