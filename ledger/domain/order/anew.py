"""An order told again without a fact that was a slip, or with one back in its former place.

What a later fact made of the order may rest on what was invoiced when it was decided: what stays
when it is cancelled, on which line a session that moves comes to be, what a credit takes of its
lines. When the slip is mended these are decided again in their turn, as if it had never happened.
A fact that an earlier version decided by other rules stays as it was recorded.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from ledger.domain.events import (
    NAMES,
    NOBODY,
    By,
    OrderCancelled,
    OrderChanged,
    OrderCredited,
    OrderCreditTakenBack,
    OrderDrawingTakenBack,
    OrderDrawn,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    OrderJudged,
    SeatsCancelled,
    SessionCancelled,
    SessionMoved,
)
from ledger.domain.order.crediting import credited
from ledger.domain.order.owed import fee_of, kept_lines, owed
from ledger.domain.order.plan.moved import line_after
from ledger.domain.order.released import seats_released, session_released
from ledger.domain.order.state import Past, State, Step, holding
from ledger.domain.position import moves

Undoing = OrderInvoiceWithdrawn | OrderDrawingTakenBack | OrderCreditTakenBack
Fold = Callable[[State, OrderEvent, date, By], State]
"""How a fact changes an order."""
Edit = tuple[Step | None, Step | None]
"""A fact of the past and what stands in its place; None where it is not there."""


def remembered(
    state: State, after: State, event: OrderEvent, on: date, by: By, fold: Fold
) -> State:
    """The state after a fact, with its past; where that is told anew, as it then reads."""
    past = state.past
    if past is None:
        if not isinstance(event, OrderInvoiced | OrderCredited):
            return after
        past = Past(before=state)
    edits = _edits(past.steps, event, on, by)
    if edits is None:
        return replace(after, past=_and(past, _step(event, on, by)))
    now, steps = _told(past.before, edits, fold)
    told = Past(before=past.before, steps=steps)
    if not _is_told_anew(event):
        return replace(after, past=told)
    waiting = after.waiting
    if isinstance(event, OrderInvoiced):
        *others, last = waiting
        waiting = (*others, replace(last, moves=moves(holding(state), holding(now))))
    return replace(now, waiting=waiting, moved_on=after.moved_on, past=told)


def place_of(state: State, first: str) -> str | None:
    """The drawdown whose place an invoice of the same comes back to, if there is such a place."""
    return first if any(_is_place(one, first) for one in _steps(state)) else None


def _is_told_anew(event: OrderEvent) -> bool:
    if isinstance(event, OrderInvoiced):
        return event.place_of is not None
    return isinstance(event, Undoing) and event.anew


def _steps(state: State) -> tuple[Step, ...]:
    return () if state.past is None else state.past.steps


def _and(past: Past, step: Step) -> Past:
    return Past(before=past.before, steps=(*past.steps, step))


def _step(event: OrderEvent, on: date, by: By) -> Step:
    return Step(stored=event.stored, data=_data(event), on=on, person=by.person)


def _data(event: OrderEvent) -> str:
    return msgspec.json.encode(event).decode()


def _fact(step: Step) -> OrderEvent:
    event = msgspec.json.decode(step.data, type=NAMES[step.stored])
    assert isinstance(event, OrderEvent), "the past of an order is its own facts"
    return event


# ── What becomes of the past ──────────────────────────────────────────────────────────────────


def _edits(steps: Sequence[Step], event: OrderEvent, on: date, by: By) -> list[Edit] | None:
    """The past as it was and as it is to be told; None where the fact only comes to it."""
    if isinstance(event, OrderInvoiced) and event.place_of is not None:
        first = event.place_of
        back = _step(event, on, by)
        edits: list[Edit] = [(one, back if _is_place(one, first) else one) for one in steps]
    elif isinstance(event, Undoing):
        edits = [(one, _without(one, event)) for one in steps]
    else:
        return None
    return edits if any(old is not new for old, new in edits) else None


def _is_place(step: Step, first: str) -> bool:
    if not step.gone:
        return False
    event = _fact(step)
    assert isinstance(event, OrderInvoiced), "only an invoice keeps its place"
    return first in (event.drawdown, event.place_of)


def _without(step: Step, event: Undoing) -> Step | None:
    """A step after what is taken back; the place of an invoice is kept."""
    if step.gone or f'"{event.drawdown}"' not in step.data:
        return step
    one = _fact(step)
    if getattr(one, "drawdown", None) != event.drawdown:
        return step
    match event:
        case OrderInvoiceWithdrawn():
            return replace(step, gone=True) if isinstance(one, OrderInvoiced) else None
        case OrderCreditTakenBack():
            return None if isinstance(one, OrderCredited) else step
        case _:
            if isinstance(one, OrderJudged) and one.drawn:  # it is judged where it waits
                return replace(step, data=_data(replace(one, drawn=False)))
            return None if isinstance(one, OrderDrawn) else step


# ── Telling it again ──────────────────────────────────────────────────────────────────────────


def _told(before: State, edits: Sequence[Edit], fold: Fold) -> tuple[State, tuple[Step, ...]]:
    """The order as it is told anew, and the facts as they then read."""
    now, steps = before, list[Step]()
    for telling in _tellings(before, edits, fold):
        now = telling.now
        steps += [] if telling.step is None else [telling.step]
    return now, tuple(steps)


class Telling(NamedTuple):
    """After a fact of the past, of its day: the order as it was and as it is told anew, and the
    fact as it then reads; None where it is not there."""

    on: date
    was: State
    now: State
    step: Step | None


def _tellings(before: State, edits: Sequence[Edit], fold: Fold) -> Iterator[Telling]:
    was = now = before
    for old, new in edits:
        same = old is new
        then = was
        if old is not None and not old.gone:
            was = _folded(was, old, fold)
        again = new
        if new is not None and not new.gone:
            again = _in_its_place(new, then, now, same=same)
            now = was if same and now is then else _folded(now, again, fold)
        there = again or old
        assert there is not None, "an edit is of a fact that was there, or that comes"
        yield Telling(there.on, was, now, again)


def _in_its_place(step: Step, was: State, now: State, *, same: bool) -> Step:
    """A fact in its place: what was there as it is decided now, what comes in from a day on which
    it would have counted: never from before the order's latest move until then."""
    if not same:
        return replace(step, on=now.counts_from(step.on))
    return step if now is was else _again(step, was, now)


def retold(state: State, event: OrderEvent, on: date, fold: Fold) -> tuple[Telling, ...]:
    """How each fact of an order's past left it, and leaves it without what is taken back: also
    where it comes to the same in the end. Nothing where what is taken back is not of its past."""
    past = state.past
    if past is None:
        return ()
    edits = _edits(past.steps, event, on, NOBODY)
    return () if edits is None else tuple(_tellings(past.before, edits, fold))


def _folded(state: State, step: Step, fold: Fold) -> State:
    by = By(person=step.person, organisation="", role="")
    return fold(state, _fact(step), step.on, by)


def _again(step: Step, was: State, now: State) -> Step:
    """A fact as it is decided on the order as it now is; one that rests on nothing of it, or was
    decided by other rules, stays."""
    event = _fact(step)
    fee = step.fee
    if fee is None and isinstance(event, OrderCancelled | SeatsCancelled | SessionCancelled):
        fee = event.fee
    if _decided(event, fee or 0, was, was) != event:
        return step
    again = _decided(event, fee or 0, was, now)
    return step if again == event else replace(step, data=_data(again), fee=fee)


def _decided(event: OrderEvent, fee: int, was: State, now: State) -> OrderEvent:
    """`fee` is what was stated when it was recorded, in öre."""
    match event:
        case OrderCancelled():
            kept = kept_lines(now, owed(now), fee_of(fee, event.percent, now.currency), now.lines)
            return replace(event, lines=kept.lines, fee=kept.fee)
        case SeatsCancelled():
            left = seats_released(
                now, event.line, event.seats, fee_of(fee, event.percent, now.currency)
            )
            return replace(event, fee=left.fee, released=left.released, lines=left.lines)
        case SessionCancelled():
            left = session_released(now, event.session, fee_of(fee, event.percent, now.currency))
            return replace(event, fee=left.fee, released=left.released, lines=left.lines)
        case SessionMoved():
            session = next(one for one in now.sessions if one.number == event.session)
            line, lines = line_after(now, session, event.moved_to.year)
            return replace(event, line=line, lines=lines)
        case OrderCredited() if event.room == "cap":
            again = credited(event.drawdown, now, event.lines, "cap")
            return replace(event, reduced=again.reduced, offer_reduced=again.offer_reduced)
        case OrderChanged():  # what it did not change is as it is
            return replace(event, lines=now.lines) if event.lines == was.lines else event
        case OrderDrawn() if event.restored:
            there = (one.drawdown for one in was.credited if one.reduced == event.restored)
            whose = next(there, None)
            some = (one.reduced for one in now.credited if one.drawdown == whose)
            return replace(event, restored=next(some, event.restored))
        case _:
            return event
