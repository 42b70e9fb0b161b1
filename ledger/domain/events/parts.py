"""What facts are made of."""

from datetime import date
from typing import ClassVar, Literal

import msgspec

from ledger.domain.codes import Codes
from ledger.domain.funding import Funded
from ledger.domain.sharing import Shares

PartyRole = Literal["lead", "member", "company"]
NumberKind = Literal["diary", "supplier", "framework", "other"]


class Party(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation: its ten digits (a sole trader: an opaque id) and its name.

    `role` is a buyer's part in a joint agreement: who answers for it, a member, a company of one.
    """

    organisation: str
    name: str = ""
    role: PartyRole | None = None


class FurtherNumber(msgspec.Struct, frozen=True, kw_only=True):
    """Another number that an agreement goes by: the buyer's diary number, the supplier's own
    number of it, that of a state framework which it is called off from, or another."""

    kind: NumberKind
    number: str


class Reasons(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a change is not substantial: a reason for each criterion of LOU 17 kap. 14 §.

    That others would not have taken part or won, that the balance does not tip to the supplier's
    favour, that the scope is not considerably larger, and that the supplier is the same.
    """

    other_bidders: str = ""
    balance: str = ""
    scope: str = ""
    supplier: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The public notice of an amendment (LOU 17 kap. 11 and 12 §§), as it was published."""

    number: str
    published_on: date


class RoundResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a round of a programme came to: words, and counts of people. None: not counted."""

    programme: str
    round: int | None = None
    result: str = ""
    participants: int | None = None
    completed: int | None = None
    women: int | None = None
    men: int | None = None


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier whose place another takes (LOU 17 kap. 13 §); orders keep the one they have."""

    supplier: str
    by: Party


class PriceRange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For how many seats a line's price holds, and what it is then expected to be a head, in öre.

    A bound that is None is not there; each is within the range itself.
    """

    least_seats: int | None = None
    most_seats: int | None = None
    least_per_head: int | None = None
    most_per_head: int | None = None


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an order. `amount` is what it counts for, also where a fee has replaced seats.

    `year` is its delivery year, `unit_price` in öre. `code_string` is how `codes` were written by
    the map of then; `responsible` (an opaque id) is whose own cost it is, if anybody's. `of_start`:
    no year was named, and it is that of the course's start; earlier versions did not say it.
    """

    number: int
    kind: str
    amount: int
    year: int
    text: str = ""
    quantity: int | None = None
    unit_price: int | None = None
    funding: str | None = None
    cost_centre: str | None = None
    price_range: PriceRange | None = None
    codes: Codes = ()
    code_string: str = ""
    responsible: str | None = None
    of_start: bool = False


class LineAmount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount in öre on one line of one order, and who carries it: all the buyer's if none.

    `funded` says what funding sources cover of it, where that was judged; `fees` are the parts of
    `shares` that are fees of a named holder alone.
    """

    line: int
    amount: int
    shares: Shares = ()
    funded: Funded = ()
    fees: Shares = ()


class Allocation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of an invoice: which order and line it draws. Negative on a credit.

    `shares` are the order's cost split of it, as it was when the invoice came; `funded` is what
    the agreement's funding sources cover of it, as it was judged then; `code_string` is how the
    line was coded then; `fees` are the parts of the shares that are a named holder's fee.
    """

    order: str
    line: int
    amount: int
    shares: Shares = ()
    funded: Funded = ()
    code_string: str = ""
    fees: Shares = ()


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """What one document takes back of another, in öre excluding VAT: `amount` as it is told,
    positive; `lines` as they then count, the other way than those of what is taken back. What a
    credit lets stand of an advance is negative, and its lines count as the advance's own."""

    drawdown: str
    amount: int
    lines: tuple[Allocation, ...]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """The received file that a record was made from."""

    format: str
    sha256: str


MatchedBy = Literal["order-reference", "sellers-order", "line-order", "credited-invoice", "person"]
"""What says which order a received invoice belongs to: BT-13, BT-14, its lines alone, the invoice
that it credits (BT-25), or a person."""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Why a received invoice is taken to belong to its orders: by what, and how that is written
    there; where a person said so, why."""

    by: MatchedBy
    value: str


Room = Literal["cap", "order"]
"""Where the room of a credit goes: back to the cap, or back to its order, to be invoiced again."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every fact is; it says nothing by itself.

    `stored` is the name that it is stored under: never reused and never removed. `flags` say what
    a person should look at.
    """

    stored: ClassVar[str]
    flags: tuple[str, ...] = ()


class Dated(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What happens to an order after its placing.

    `dated` is the day that was stated, where it counts from a later one: the day of the order's
    latest move, which may go away again.
    """

    dated: date | None = None
