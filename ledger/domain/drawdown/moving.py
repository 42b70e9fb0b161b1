"""What an invoice or a credit holds of its orders: taken, given back, and moved to others."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.allocation import by_order
from ledger.domain.drawdown.commands import MoveDrawdown, Part, RecordDrawdown
from ledger.domain.drawdown.crediting import over, waiting_credits
from ledger.domain.drawdown.eligibility import not_eligible_flags, used_facts, with_funding
from ledger.domain.drawdown.faults import check_invoice
from ledger.domain.drawdown.flags import limit_flags, order_flags
from ledger.domain.drawdown.state import Orders, State, named, stream
from ledger.domain.events import (
    NOBODY,
    AgreementEvent,
    Allocation,
    DrawdownMoved,
    Event,
    New,
    OrderEvent,
    TakenBack,
)
from ledger.domain.given import Given
from ledger.domain.refusals import Fault, Invalid, LaterStands

KEPT = ("same-number", "same-amount")
"""Flags of an invoice that say nothing of what it draws."""


class Held(NamedTuple):
    """What an invoice holds: its parts, the facts of its orders and their agreement, and flags."""

    allocations: tuple[Allocation, ...]
    facts: list[New]
    flags: tuple[str, ...]
    taken: tuple[TakenBack, ...] = ()


def hold(
    ids: tuple[str, str],
    parts: tuple[Part, ...],
    amount: int,
    days: tuple[date, date],
    of: agreement.State,
    orders: Orders,
    credited: Sequence[State],
) -> Held:
    """What an invoice or credit of an amount (öre) comes to hold of its orders: it draws their
    lines and waits. What it exceeds becomes its flags, and the earlier years that it belongs to.

    `ids` are its own and that of the drawdown that it was first recorded as, `days` its issue date
    and the one from which it counts. Raises Invalid.
    """
    (id, first), (issued_on, on) = ids, days
    allocations, taken = over(amount, parts, orders, credited)
    taken = tuple(
        replace(one, lines=with_funding(one.lines, issued_on, of, orders, credited_one))
        for one, credited_one in zip(taken, credited, strict=False)
    )
    if taken:
        allocations = tuple(line for one in taken for line in one.lines)
    else:
        one_credited = credited[0] if credited else None
        allocations = with_funding(allocations, issued_on, of, orders, one_credited)
    facts: list[New] = []
    flags: list[str] = []
    waits = any(one.status == "recorded" for one in credited)
    for name, lines in by_order(allocations).items():
        drawn = orders[name]
        flags += order_flags(drawn, lines, amount, waits=waits)
        years = order.earlier_years(drawn, lines, issued_on)
        flags += [f"accrual:{year}" for year in years]
        if amount >= 0:
            event = order.invoiced(drawn, id, first, lines)
            moved = order.with_moves(drawn, of, event, on, "invoiced", id)
            flags += limit_flags(of, moved)
            of = after(of, moved)
            facts += moved
    if amount >= 0:
        flags += not_eligible_flags(allocations)
        facts += used_facts(of, id, allocations, on)
    return Held(allocations, facts, tuple(dict.fromkeys(flags)), taken)


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
    for name, lines in by_order(state.allocations).items():
        one = order.named(given, name)
        event = order.invoice_withdrawn(one, state.id, lines)
        moved = order.with_invoice_gone(one, of, event, on, cause)
        flags += limit_flags(of, moved)
        of = after(of, moved)
        facts += moved
    facts += used_facts(of, state.id, state.allocations, state.issued_on, -1)
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
    gone = give_back(state, of, given, command.on, "invoice-moved")
    of = after(of, gone.facts)
    orders = {name: _order_after(one, gone.facts) for name, one in orders.items()}
    days = (state.issued_on, command.on)
    ids = state.id, state.anew_of or state.id
    held = hold(ids, command.parts, state.amount, days, of, orders, credited)
    if _places(held.allocations) == _places(state.allocations):
        raise Invalid(Fault(pointer="/lines", sentence="It draws these lines already."))
    kept = (flag for flag in state.flags if flag.partition(":")[0] in KEPT)
    event = DrawdownMoved(
        buyer=orders[held.allocations[0].order].buyer,
        allocations=held.allocations,
        reason=command.reason,
        flags=tuple(dict.fromkeys((*gone.flags, *held.flags, *kept))),
    )
    return [New(stream(state.id), event, command.on), *gone.facts, *held.facts]


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


def _places(allocations: Iterable[Allocation]) -> dict[tuple[str, int], int]:
    places: dict[tuple[str, int], int] = {}
    for part in allocations:
        place = part.order, part.line
        places[place] = places.get(place, 0) + part.amount
    return places


def _order_after(one: order.State, facts: list[New]) -> order.State:
    """An order after its own among facts."""
    for new in facts:
        if new.stream == order.stream(one.number):
            one = order.evolve(one, _order_event(new.event), new.effective_on, NOBODY)
    return one


def _order_event(event: Event) -> OrderEvent:
    assert isinstance(event, OrderEvent)
    return event


def after(of: agreement.State, facts: list[New]) -> agreement.State:
    """The agreement after its own among the facts, for the next order of the same invoice."""
    for new in facts:
        if new.stream == agreement.stream(of.number):
            of = agreement.evolve(of, _agreement_event(new.event), new.effective_on, NOBODY)
    return of


def _agreement_event(event: Event) -> AgreementEvent:
    assert isinstance(event, AgreementEvent)
    return event
