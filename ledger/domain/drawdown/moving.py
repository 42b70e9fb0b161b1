"""What an invoice or a credit holds of its orders: taken, given back, and moved to others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.advances import (
    NO_ADVANCES,
    Advances,
    deducted,
    named_advances,
    orders_of,
    told,
    untold,
    without,
)
from ledger.domain.drawdown.after import after, drawdown_after, orders_after
from ledger.domain.drawdown.allocation import by_order
from ledger.domain.drawdown.commands import MoveDrawdown, Part, RecordDrawdown
from ledger.domain.drawdown.crediting import funded, over, waiting_credits
from ledger.domain.drawdown.eligibility import (
    not_eligible_flags,
    unused_facts,
    used_facts,
    with_funding,
)
from ledger.domain.drawdown.evolve import evolve
from ledger.domain.drawdown.faults import check_invoice, supplier_flags
from ledger.domain.drawdown.flags import limit_flags, order_flags
from ledger.domain.drawdown.judging import taken_in
from ledger.domain.drawdown.payer import in_turn, payer_of
from ledger.domain.drawdown.state import NAMED, NOT_ELIGIBLE, Orders, State, named, stream
from ledger.domain.events import (
    Allocation,
    DrawdownAdvancesNamed,
    DrawdownMoved,
    LineAmount,
    New,
    TakenBack,
)
from ledger.domain.given import Given
from ledger.domain.refusals import Fault, Invalid, LaterStands
from ledger.domain.spelling import fold_number

OF_DRAWING = (
    *("exceeds-order", "exceeds-line", "exceeds-invoiced", "order-ended", "order-not-confirmed"),
    *("over-limit", NOT_ELIGIBLE, "accrual", "recorded-late", "order-line-unknown"),
    *("credit-lines-differ", "issued-before-order"),
)
"""Flags of an invoice that say what it draws: elsewhere they are others. The rest stay."""


EARLY = "issued-before-order"
"""The flag of an invoice that is dated before its order, and so before what it is of was agreed."""


Places = Mapping[str, tuple[int, int] | None]
"""By the order's number, how many facts of it come before an invoice that it gets, and that one's
position in the log; None: it comes last."""
NOWHERE: Places = MappingProxyType({})


class Held(NamedTuple):
    """What an invoice holds: its parts, the facts of its orders and their agreement, and flags."""

    allocations: tuple[Allocation, ...]
    facts: list[New]
    flags: tuple[str, ...]
    taken: tuple[TakenBack, ...] = ()
    deducts: tuple[TakenBack, ...] = ()


def hold(
    ids: tuple[str, str],
    parts: tuple[Part, ...],
    amount: int,
    days: tuple[date, date, date],
    of: agreement.State,
    orders: Orders,
    credited: Sequence[State],
    advances: Advances = NO_ADVANCES,
    places: Places = NOWHERE,
) -> Held:
    """What an invoice or credit of an amount (öre) comes to hold of its orders: it draws their
    lines and waits. What it exceeds becomes its flags, and the earlier years that it belongs to.

    `ids` are its own and that of the drawdown that it was first recorded as, `days` its issue date,
    the one from which it counts and today; `advances` are what it takes back, `places` are those of
    an invoice that was somewhere else at first. Raises Invalid.
    """
    (id, first), (issued_on, on, today) = ids, days
    deducts = deducted(advances, (issued_on, today), of, orders)
    given_orders, orders = orders, without(orders, advances, deducts)
    comes = {
        name: order.invoiced(one, id, first, places.get(name)) for name, one in given_orders.items()
    }
    allocations, taken = over(amount, parts, orders, credited)
    there, told = orders, {n: order.where_it_comes(o, comes[n]) for n, o in given_orders.items()}
    if amount >= 0 and any(told[name] is not one for name, one in given_orders.items()):
        there = without(told, advances, deducts)  # it is shared, and judged, as where it comes in
        allocations, taken = over(amount, _parts(allocations), there, credited)
    taken = funded(taken, credited, (issued_on, today), of, orders)
    if taken:
        allocations = tuple(line for one in taken for line in one.lines)
    else:
        one_credited = credited[0] if credited else None
        allocations = with_funding(allocations, issued_on, of, there, one_credited, today)
    facts: list[New] = []
    flags: list[str] = []
    # A credit that names no invoice may be of one that waits: what that counts for is looked at
    # once more when the credit is approved.
    waits = not credited or any(one.status == "recorded" for one in credited)
    own = by_order(allocations)
    whole = (*allocations, *(line for one in deducts for line in one.lines))
    for name, lines in by_order(whole).items():
        if name in own:
            flags += order_flags(orders[name], own[name], amount, waits=waits)
            flags += _day_flags(orders[name], own[name], amount, issued_on)
        if amount >= 0:
            event = replace(comes[name], lines=lines)
            moved = order.with_moves_told_anew(given_orders[name], of, event, on, "invoiced")
            flags += limit_flags(of, moved)
            of = after(of, moved)
            facts += moved
    if amount >= 0:
        flags += not_eligible_flags(allocations)
        facts += used_facts(of, id, whole, on)
    return Held(allocations, facts, tuple(dict.fromkeys(flags)), taken, deducts)


def _day_flags(
    state: order.State, lines: tuple[LineAmount, ...], amount: int, issued_on: date
) -> list[str]:
    """The earlier years that it belongs to, and that it is dated before its order."""
    flags = [f"accrual:{year}" for year in order.earlier_years(state, lines, issued_on)]
    if amount > 0 and issued_on < state.ordered_on:
        flags.append(f"{EARLY}:{state.ordered_on}")
    return flags


def places_of(first: str, names: Iterable[str], given: Given) -> Places:
    """The places in its orders that an invoice comes to which was recorded first as a drawdown, on
    other orders by mistake."""
    return {name: given.earlier(order.stream(name), stream(first)) for name in names}


class Gone(NamedTuple):
    """The facts of what an invoice held going back, and the flags of the limits that it passes."""

    facts: list[New]
    flags: tuple[str, ...]


def give_back(state: State, of: agreement.State, given: Given, on: date, cause: str) -> Gone:
    """What an invoice that waited held is as before it came, for every day: a wrong date leaves no
    trace. A credit that waited held nothing.

    What its orders hold again is shared as they are now: it may pass a member's limit, and cannot
    be refused for that.
    """
    facts: list[New] = []
    flags: list[str] = []
    if state.is_credit:
        return Gone(facts, ())
    for name, lines in by_order(state.drawing).items():
        one = order.named(given, name)
        event = order.invoice_withdrawn(one, state.id, lines)
        moved = order.with_moves_told_anew(one, of, event, on, cause)
        flags += limit_flags(of, moved)
        of = after(of, moved)
        facts += moved
    facts += unused_facts(of, state)
    return Gone(facts, tuple(dict.fromkeys(flags)))


def move(command: MoveDrawdown, state: State, given: Given) -> list[New]:
    """To other orders or lines of its agreement, as if it had been recorded there.

    Raises Invalid, NotUnderAgreement, SupplierDiffers, NotAParty; LaterStands where a credit of it
    waits.
    """
    later = tuple(one.id for one in waiting_credits(state, given))
    if later:
        raise LaterStands(name=state.id, later=later)
    of = agreement.named(given, state.agreement)
    orders = {part.order: order.named(given, part.order) for part in command.parts}
    credited = tuple(named(given, id) for id in state.credits_of)
    check_invoice(_as_recorded(state, command.parts), of, orders, [])
    for one in orders.values():
        agreement.require_own(of, one.buyer, one.number, given.by, given.today)
    ids = () if state.is_credit else tuple(one.drawdown for one in state.deducts)
    advances = named_advances(ids, state.prepaid, of, state.supplier, given, state.id)
    orders |= orders_of(advances, given)
    if len(credited) > 1:
        orders |= {name: order.named(given, name) for one in credited for name in one.orders}
    gone = give_back(state, of, given, command.on, "invoice-moved")
    of = after(of, gone.facts)
    orders = orders_after(orders, gone.facts)
    days = (state.issued_on, state.issued_on, given.today)
    own = state.id, state.anew_of or state.id
    places = places_of(own[1], orders, given)
    buyer = payer_of(command.parts, orders, credited, made_out_to=state.buyer)
    parts = in_turn(command.parts, orders, buyer)
    held = hold(own, parts, state.amount, days, of, orders, credited, advances, places)
    if _places(held.allocations) == _places(state.allocations):
        raise Invalid(Fault(pointer="/lines", sentence="It draws these lines already."))
    kept = (*kept_flags(state), *supplier_flags(state.supplier, held.allocations, orders))
    event = DrawdownMoved(
        buyer=buyer,
        allocations=held.allocations,
        reason=command.reason,
        flags=tuple(dict.fromkeys((*gone.flags, *held.flags, *kept))),
        taken=held.taken,
        deducts=state.deducts if state.is_credit else held.deducts,
    )
    facts = [
        New(stream(state.id), event, command.on),
        *untold(state, given, command.on),
        *gone.facts,
        *told(state.id, held.deducts, state.issued_on),
        *held.facts,
    ]
    moved, of = drawdown_after(state, facts), after(of, held.facts)
    return [*facts, *taken_in(moved, of, orders_after(orders, held.facts), given.today)]


def kept_flags(state: State) -> tuple[str, ...]:
    """What it is flagged for wherever it draws."""
    return tuple(flag for flag in state.flags if flag.partition(":")[0] not in OF_DRAWING)


class Answered(NamedTuple):
    """An invoice whose advances somebody named, what it draws, as they then are, and the facts."""

    state: State
    of: agreement.State
    orders: dict[str, order.State]
    facts: list[New]


def answered(deducts: Sequence[str], state: State, given: Given, on: date) -> Answered:
    """An invoice that waits takes back the advances that are named, and no others.

    Raises Invalid, NotFound, WrongStatus, CreditTooLarge.
    """
    of = agreement.named(given, state.agreement)
    advances = named_advances(deducts, state.prepaid, of, state.supplier, given, state.id)
    orders = {name: order.named(given, name) for name in state.orders}
    orders |= orders_of(advances, given)
    if not advances.states and not state.deducts:
        event = DrawdownAdvancesNamed(deducts=(), allocations=state.allocations, flags=state.flags)
        return Answered(
            evolve(state, event, on, given.by), of, orders, [New(stream(state.id), event, on)]
        )
    gone = give_back(state, of, given, on, "invoice-moved")
    of = after(of, gone.facts)
    orders = orders_after(orders, gone.facts)
    parts = _parts(state.allocations)
    ids, days = (
        (state.id, state.anew_of or state.id),
        (state.issued_on, state.issued_on, given.today),
    )
    held = hold(ids, parts, state.amount, days, of, orders, (), advances)
    event = DrawdownAdvancesNamed(
        deducts=held.deducts,
        allocations=held.allocations,
        flags=tuple(dict.fromkeys((*_not_here(state, advances), *gone.flags, *held.flags))),
    )
    facts = [
        New(stream(state.id), event, on),
        *untold(state, given, on),
        *gone.facts,
        *told(state.id, held.deducts, state.issued_on),
        *held.facts,
    ]
    of, orders = after(of, held.facts), orders_after(orders, held.facts)
    later = taken_in(drawdown_after(state, facts), of, orders, given.today)
    facts += later
    return Answered(
        drawdown_after(state, facts), after(of, later), orders_after(orders, later), facts
    )


def _not_here(state: State, advances: Advances) -> Iterator[str]:
    """What it is flagged for wherever it draws, but that advances which it takes back now were not
    here."""
    numbers = {fold_number(one.invoice) for one in advances.states}
    for flag in kept_flags(state):
        code, _, about = flag.partition(":")
        if code != NAMED or fold_number(about) not in numbers:
            yield flag


def _as_recorded(state: State, parts: tuple[Part, ...]) -> RecordDrawdown:
    """What would be recorded, had it been recorded on these orders and lines."""
    return RecordDrawdown(
        agreement=state.agreement,
        supplier=state.supplier,
        invoice=state.invoice,
        issued_on=state.issued_on,
        type=state.type,
        currency=state.currency,
        amount=state.amount,
        parts=parts,
        match=state.match,
    )


def _parts(allocations: Iterable[Allocation]) -> tuple[Part, ...]:
    return tuple(Part(order=one.order, line=one.line, amount=one.amount) for one in allocations)


def _places(allocations: Iterable[Allocation]) -> dict[tuple[str, int], int]:
    places: dict[tuple[str, int], int] = {}
    for part in allocations:
        place = part.order, part.line
        places[place] = places.get(place, 0) + part.amount
    return places
