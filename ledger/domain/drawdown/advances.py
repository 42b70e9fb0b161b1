"""Advances, and the final invoices that take them back: each by its own net, never more.

What was paid before (BT-113) is with VAT; an advance is drawn without. So much of each advance is
taken back as its part of what was paid, by its own VAT.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.allocation import PREPAYMENT, allocate, by_order, turned
from ledger.domain.drawdown.commands import RecordDrawdown
from ledger.domain.drawdown.crediting import parts_of
from ledger.domain.drawdown.eligibility import with_funding
from ledger.domain.drawdown.flags import ROUNDED
from ledger.domain.drawdown.state import ADVANCE, AFTER, Orders, State, named, stream
from ledger.domain.events import (
    DrawdownDeducted,
    DrawdownDeductionTakenBack,
    LineAmount,
    New,
    TakenBack,
)
from ledger.domain.given import Given
from ledger.domain.position import add_lines
from ledger.domain.refusals import (
    AdvanceAfterFinal,
    AdvanceAfterOthers,
    AdvanceDeducted,
    AdvancesUnsaid,
    Amount,
    Fault,
    Invalid,
    LaterStands,
    NotFound,
    WrongStatus,
)


class Advances(NamedTuple):
    """The advances that a final invoice takes back, and how much of each, in öre excluding VAT."""

    states: tuple[State, ...] = ()
    amounts: tuple[int, ...] = ()


NO_ADVANCES = Advances()


def gross_left(advance: State) -> int:
    """What of an advance is left to deduct, with its VAT, in öre."""
    gross = advance.amount + (advance.vat or 0)
    return gross * advance.left_to_credit // advance.amount if advance.amount else 0


def undeducted(final: State, given: Given) -> int:
    """What of what a final invoice says was paid before (öre with VAT) somebody approved as
    deducting none of the advances; 0: nothing, but for öre that are rounding."""
    left = final.paid_before
    for one in final.deducts if left else ():
        advance = named(given, one.drawdown)
        left -= one.amount * (advance.amount + (advance.vat or 0)) // advance.amount
    return left if left > ROUNDED else 0


def after_flags(
    command: RecordDrawdown, names: Collection[str], buyer: str, given: Given
) -> list[str]:
    """The final invoices that were approved before this came, as deducting none, and may have drawn
    it already: those that name it, whatever it is and whichever order it is of, and of an advance
    those on its orders. Which one it is, is told where it is the buyer's own."""
    found = []
    for one in _finals(command.alike, command.supplier, given):
        late = one.names_paid(command.invoice, command.agreement, command.amount)
        if late or _may_be_its(one, command, names):
            found.append(f"{AFTER}:{one.id}" if one.buyer == buyer else AFTER)
    return found


def _may_be_its(final: State, command: RecordDrawdown, names: Collection[str]) -> bool:
    is_advance = command.type == PREPAYMENT or ADVANCE in command.flags
    before = final.issued_on >= command.issued_on
    return is_advance and before and not set(final.orders).isdisjoint(names)


def _finals(ids: Iterable[str], supplier: str, given: Given) -> Iterator[State]:
    """Those of the drawdowns that say that something was paid before, of which somebody approved
    that they deduct nothing."""
    for id in ids:
        one: State | None = given.find(stream(id))
        if one is not None and one.supplier == supplier and undeducted(one, given):
            yield one


def require_apart(state: State, alike: Sequence[str], given: Given, *, apart: bool) -> None:
    """An advance that a final invoice may have drawn already is said to be another one, or that
    one's approval is taken back and names it. `alike` are looked at where it is another buyer's.

    Raises AdvanceAfterFinal, AdvanceAfterOthers.
    """
    parts = [flag.partition(":") for flag in state.flags]
    finals = [named(given, id) for code, _, id in parts if code == AFTER and id]
    if apart:
        return
    for one in finals:
        if left := undeducted(one, given):
            raise AdvanceAfterFinal(
                drawdown=state.id, final=one.id, prepaid=Amount(left, one.currency)
            )
    for one in _finals(alike if AFTER in state.flags else (), state.supplier, given):
        if one.names_paid(state.invoice, state.agreement, state.amount):
            raise AdvanceAfterOthers(drawdown=state.id, invoice=state.invoice)


def net_of(prepaid: int, advances: Sequence[State]) -> tuple[int, ...]:
    """What is taken back of each advance, in öre excluding VAT, where `prepaid` (with VAT) was paid
    before: the first whole, and so on, never more than is left of each. What was paid in whole
    kronor is all of an advance, and nothing of the next."""
    found: list[int] = []
    for one in advances:
        whole = gross_left(one)
        part = min(max(0, prepaid), whole)
        prepaid -= part
        if found and part <= ROUNDED:
            part = 0
        elif part > 0 and whole - part <= ROUNDED:
            part = whole
        gross = one.amount + (one.vat or 0)
        net = (
            one.left_to_credit if part == whole else (2 * part * one.amount + gross) // (2 * gross)
        )
        found.append(min(net, one.left_to_credit))
    return tuple(found)


def named_advances(
    ids: Sequence[str],
    prepaid: int | None,
    of: agreement.State,
    supplier: str,
    given: Given,
    final: str = "",
) -> Advances:
    """The advances that somebody names; without `prepaid` each is taken back whole. What `final`
    takes back of them already counts as not taken back: it is asked anew.

    Raises NotFound, Invalid, WrongStatus, AdvanceDeducted.
    """
    states = tuple(_before(named(given, id), final) for id in dict.fromkeys(ids))
    for one in states:
        if (one.agreement, one.supplier) != (of.number, supplier):
            raise NotFound(what="drawdown", name=one.id)
        if one.amount <= 0 or one.deducts:
            sentence = "{drawdown} is no advance."
            raise Invalid(
                Fault(pointer="/deducts", sentence=sentence, figures={"drawdown": one.id})
            )
        if one.status not in ("recorded", "approved"):
            raise WrongStatus(
                name=one.id, status=one.status, action="deduct", needed="recorded or approved"
            )
        if one.left_to_credit <= 0:
            finals = tuple(dict.fromkeys(each.final for each in one.deducted if each.amount > 0))
            raise AdvanceDeducted(drawdown=one.id, finals=finals)
    amounts = tuple(one.left_to_credit for one in states)
    if prepaid is not None:
        amounts = net_of(prepaid, states)
    pairs = [(one, amount) for one, amount in zip(states, amounts, strict=True) if amount]
    return Advances(tuple(one for one, _ in pairs), tuple(amount for _, amount in pairs))


def _before(advance: State, final: str) -> State:
    """An advance as if a final invoice did not take it back."""
    left = tuple(one for one in advance.deducted if one.final != final)
    return replace(advance, deducted=left)


def deducted(
    advances: Advances, days: tuple[date, date], of: agreement.State, orders: Orders
) -> tuple[TakenBack, ...]:
    """What is taken back of each, on the lines that it drew, as it was split and judged. `days` are
    the issue date of what takes it back, and today."""
    found = []
    for one, amount in zip(*advances, strict=True):
        lines = allocate(parts_of(-amount, one), orders, one)
        lines = with_funding(lines, days[0], of, orders, one, days[1])
        found.append(TakenBack(drawdown=one.id, amount=amount, lines=lines))
    return tuple(found)


def without(orders: Orders, advances: Advances, deducts: Sequence[TakenBack]) -> Orders:
    """The orders as if the advances had been given back: what the final invoice then draws."""
    freed = dict(orders)
    for advance, one in zip(advances.states, deducts, strict=True):
        place = "drawn" if advance.status == "approved" else "pending"
        for name, lines in by_order(one.lines).items():
            held: tuple[LineAmount, ...] = getattr(freed[name], place)
            freed[name] = replace(freed[name], **{place: add_lines(held, lines)})
    return freed


def told(final: str, deducts: Sequence[TakenBack], on: date) -> list[New]:
    """What the advances are told of the final invoice that takes them back."""
    facts = []
    for one in deducts:
        event = DrawdownDeducted(final=final, amount=one.amount, lines=turned(one.lines))
        facts.append(New(stream(one.drawdown), event, on))
    return facts


def untold(state: State, given: Given, on: date) -> list[New]:
    """What the advances are told where the final invoice no longer takes them back; a credit that
    waits has told them nothing."""
    if state.is_credit:
        return []
    event = DrawdownDeductionTakenBack(final=state.id)
    return [New(stream(named(given, one.drawdown).id), event, on) for one in state.deducts]


def require_not_deducted(state: State, given: Given) -> None:
    """A final invoice that takes an advance back goes first. Raises LaterStands."""
    if state.deducted:
        raise LaterStands(name=state.id, later=tuple(one.final for one in state.deducted))


def require_approvable(state: State, given: Given) -> None:
    """Raises AdvancesUnsaid where it is not said which advances it takes back, WrongStatus where
    one of them is not approved yet."""
    if state.is_unclear:
        raise AdvancesUnsaid(drawdown=state.id, prepaid=Amount(state.prepaid or 0, state.currency))
    for one in state.deducts:
        advance = named(given, one.drawdown)
        if advance.status not in ("approved", "reversed"):
            raise WrongStatus(
                name=advance.id, status=advance.status, action="deduct", needed="approved"
            )


def orders_of(advances: Advances, given: Given) -> dict[str, order.State]:
    """The orders that the advances draw."""
    return {name: order.named(given, name) for one in advances.states for name in one.orders}
