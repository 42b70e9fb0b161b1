"""Credits that are themselves taken back: what they no longer take back of their own invoices.

A credit of a credit is told to that one, and to what that one takes back: it counts there again.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.after import drawdown_after
from ledger.domain.drawdown.allocation import allocate, turned
from ledger.domain.drawdown.commands import Part
from ledger.domain.drawdown.crediting import spread, taken_back
from ledger.domain.drawdown.eligibility import with_funding
from ledger.domain.drawdown.faults import check_credit
from ledger.domain.drawdown.state import State, named, stream
from ledger.domain.events import Allocation, DrawdownCredited, DrawdownEvent, New
from ledger.domain.given import Given


class Told(NamedTuple):
    """What an invoice is told of a credit."""

    drawdown: str
    event: DrawdownCredited


def credit_facts(state: State, given: Given) -> list[tuple[str, DrawdownEvent]]:
    """What the invoices of a credit that is approved are told. Raises WrongStatus,
    CreditTooLarge."""
    direct: list[Told] = []
    for one in taken_back(state):
        check_credit(one.amount, named(given, one.drawdown), approved=True)
        event = DrawdownCredited(credit=state.id, amount=one.amount, lines=turned(one.lines))
        direct.append(Told(one.drawdown, event))
    return [(stream(one.drawdown), one.event) for one in told_with_all(state, direct, given)]


def told_with_all(
    credit: State, told: Sequence[Told], given: Given, undone: Sequence[New] = ()
) -> list[Told]:
    """What the invoices of a credit that counts from now on are told, with all that follows: where
    they are credits, what theirs are told; and what was credited of this one before. `undone` is
    what they are told first."""
    found = [*told]
    for one in told:
        before = (*undone, *_as_facts(found, given))
        found += _passed_on(named(given, one.drawdown), one.event, before, given)
    of = replace(
        credit,
        status="approved",
        credits=told[0].drawdown if told else None,
        taken=credit.taken if len(told) > 1 else (),
        credits_taken=(),
    )
    for event in credit.credits_taken:
        found += _passed_on(of, event, (*undone, *_as_facts(found, given)), given)
        of = replace(of, credits_taken=(*of.credits_taken, event))
    return found


def all_told(credit: State, given: Given) -> list[str]:
    """Every invoice that was told of a credit: those that it takes back, and theirs."""
    found = dict.fromkeys(credit.credits_of)
    for id in credit.credits_of:
        found |= dict.fromkeys(_beyond(named(given, id), credit.id, given))
    return list(found)


def _beyond(state: State, credit: str, given: Given) -> Iterator[str]:
    for id in state.credits_of:
        one = named(given, id)
        if any(each.credit == credit for each in one.credits_taken):
            yield id
            yield from _beyond(one, credit, given)


def _passed_on(
    state: State, event: DrawdownCredited, before: Sequence[New], given: Given
) -> list[Told]:
    """What the invoices of a credit are told of what was credited of it; one that waits tells them
    once it is approved. `before` is what is told already."""
    if state.status == "recorded" or not event.amount:
        return []
    found: list[Told] = []
    roots = [drawdown_after(named(given, id), before) for id in state.credits_of]
    for root, amount, lines in _parts(state, event, roots, given):
        sign = -1 if event.amount > 0 else 1
        back = replace(event, amount=sign * amount, lines=lines)
        found.append(Told(root.id, back))
        found += _passed_on(root, back, (*before, *_as_facts(found, given)), given)
    return found


def _as_facts(told: Iterable[Told], given: Given) -> list[New]:
    return [New(stream(one.drawdown), one.event, given.today) for one in told]


def _parts(
    state: State, event: DrawdownCredited, roots: Sequence[State], given: Given
) -> Iterator[tuple[State, int, tuple[Allocation, ...]]]:
    """Of each invoice how much (öre, positive), and on which lines."""
    views = [view for root in roots if (view := _view(state, event, root)).left_to_credit > 0]
    there = {root.id: root for root in roots}
    if len(views) == 1 and views[0].left_to_credit >= abs(event.amount):
        yield there[views[0].id], abs(event.amount), event.lines
        return
    if not views:
        return
    of = agreement.named(given, state.agreement)
    orders = {name: order.named(given, name) for view in views for name in view.orders}
    asked = [Part(order=one.order, line=one.line, amount=one.amount) for one in turned(event.lines)]
    for view, parts in spread(asked, orders, views).parts:
        lines = allocate(parts, orders, view)
        lines = with_funding(lines, view.issued_on, of, orders, view, given.today)
        yield there[view.id], abs(sum(part.amount for part in parts)), turned(lines)


def _view(state: State, event: DrawdownCredited, root: State) -> State:
    """A credit as if it were of one of its invoices alone: what it took back of that, less what was
    credited of it; where a credit of a credit is taken back, what that had given back."""
    others = {one.credit for one in state.credits_taken}
    own = [one for one in root.credits_taken if one.credit == state.id]
    back = [one for one in root.credits_taken if one.credit in others]
    taken, given_back = sum(one.amount for one in own), -sum(one.amount for one in back)
    lines = turned(line for one in own for line in one.lines)
    gone = tuple(line for one in back for line in one.lines)
    bare = replace(state, id=root.id, credits=None, taken=(), deducts=(), deducted=())
    if event.amount > 0:
        sign = -1 if state.amount < 0 else 1
        return replace(
            bare,
            amount=sign * taken,
            allocations=lines,
            credited=given_back,
            credited_lines=gone,
        )
    sign = 1 if state.amount < 0 else -1
    return replace(
        bare, amount=sign * given_back, allocations=turned(gone), credited=0, credited_lines=()
    )
