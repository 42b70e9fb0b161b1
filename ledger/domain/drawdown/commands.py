"""What people ask of a drawdown."""

from datetime import date

import msgspec

from ledger.domain.events import Match, Room, Source


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an invoice as somebody names it; without a line it draws the order's in turn.

    `amount` in öre excluding VAT, negative on a credit.
    """

    order: str
    amount: int
    line: int | None = None


class RecordDrawdown(msgspec.Struct, frozen=True, kw_only=True):
    """Record an invoice (amounts positive) or a credit (negative), in öre excluding VAT.

    `credits` is the invoice that a credit takes back, `also_credits` are further ones.

    A credit note (381) that is typed counts negative whichever way its amounts are written; what
    comes from a file (`source`) is signed as it counts. `said`: a person named the parts of it.
    `alike` are the drawdowns of the supplier, over all agreements, that are known to have its
    number or amount, to be in the place of that number, or to say that something was paid before;
    `flags` are what the file says that a person should look at, `unlike` what it says otherwise
    than the file that the same invoice was recorded from, `match` why it belongs to its orders:
    where a person said so, it may be another supplier's than theirs. `prepaid` and `rounding` are
    with VAT; `deducts` are the advances that a final invoice takes back, or of a typed credit those
    that it lets stand although its invoice took them back. `made_out_to` is the buyer that the file
    names, `own` the order that it names for itself: they say whose it is, see `payer_of`.
    """

    agreement: str
    supplier: str
    invoice: str
    issued_on: date
    type: str
    currency: str
    amount: int
    parts: tuple[Part, ...]
    said: bool = False
    vat: int | None = None
    due_on: date | None = None
    credits: str | None = None
    also_credits: tuple[str, ...] = ()
    room: Room | None = None
    text: str = ""
    source: Source | None = None
    alike: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    match: Match | None = None
    prepaid: int | None = None
    rounding: int | None = None
    deducts: tuple[str, ...] = ()
    made_out_to: str = ""
    own: str = ""


class MatchCredit(msgspec.Struct, frozen=True, kw_only=True):
    """Tie a credit to its invoice, or to several, which were not here when the credit came.

    `parts` is what the credit's own lines name, where that is known: it lands there where its
    invoices drew such lines. `absent` are the flags of others that it names and that are not here:
    these are only told what it takes back of them, once it is approved.
    """

    drawdown: str
    on: date
    credits: str
    also_credits: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    absent: tuple[str, ...] = ()


class ApproveDrawdown(msgspec.Struct, frozen=True, kw_only=True):
    """Attest it, as another person than recorded it. `room` is for a credit only: see `Room`.

    `match` ties a credit to the invoices that it waited for, where they are here now and it fits.
    `deducts` answers which advances an invoice takes back that says that something was paid before,
    or which of those that its invoice took back a credit lets stand; empty: none. `apart`: an
    advance is none of those that a final invoice, which was approved before it came, says were
    paid. `alike` are the supplier's invoices that say that something was paid before and deduct
    none, where that is asked of.
    """

    drawdown: str
    on: date
    room: Room | None = None
    note: str = ""
    match: MatchCredit | None = None
    deducts: tuple[str, ...] | None = None
    apart: bool = False
    alike: tuple[str, ...] = ()


class RecordRecharge(msgspec.Struct, frozen=True, kw_only=True):
    """Record that who paid the invoice took `amount` öre of it back from a member."""

    drawdown: str
    member: str
    amount: int
    reference: str
    on: date


class ReverseRecharge(msgspec.Struct, frozen=True, kw_only=True):
    """Give a recharge back to its member: `amount` öre of it, or None: all that is left of it."""

    drawdown: str
    member: str
    reference: str
    reason: str
    on: date
    amount: int | None = None


class WithdrawDrawdown(msgspec.Struct, frozen=True, kw_only=True):
    """Take back what one recorded oneself, before it is decided."""

    drawdown: str
    on: date
    reason: str


class MoveDrawdown(msgspec.Struct, frozen=True, kw_only=True):
    """Let it draw other orders or lines of its agreement, before it is decided.

    The amounts of `parts` add up to its own.
    """

    drawdown: str
    on: date
    reason: str
    parts: tuple[Part, ...]


class TakeBackApproval(msgspec.Struct, frozen=True, kw_only=True):
    """Take an approval back, as another approver: it waits again, as before."""

    drawdown: str
    on: date
    reason: str


class RejectDrawdown(msgspec.Struct, frozen=True, kw_only=True):
    """Turn it down, as another person than recorded it; what it held is as before it came."""

    drawdown: str
    on: date
    reason: str
