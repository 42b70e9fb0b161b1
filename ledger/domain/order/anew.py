"""An order told again without a fact that was a slip, or with one back in its former place.

What a later fact made of the order may rest on what was invoiced when it was decided: what stays
when it is cancelled, on which line a session that moves comes to be, what a credit takes of its
lines. When the slip is mended these are decided again in their turn, as if it had never happened.
So it is with its day: what was held up by the slip counts from the day that was stated. A fact that
an earlier version decided by other rules stays as it was recorded.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from ledger.domain.events import (
    NAMES,
    NOBODY,
    By,
    OpeningBalanceRecorded,
    OpeningBalanceTakenBack,
    OrderCancelled,
    OrderChanged,
    OrderCredited,
    OrderCreditTakenBack,
    OrderDelivered,
    OrderDrawingTakenBack,
    OrderDrawn,
    OrderEvent,
    OrderInvoiced,
    OrderInvoiceWithdrawn,
    OrderJudged,
    OrderPassedOn,
    OrderPlaced,
    SeatsCancelled,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
)
from ledger.domain.order.crediting import credited
from ledger.domain.order.owed import fee_of, kept_lines, owed
from ledger.domain.order.plan.moved import line_after
from ledger.domain.order.plan.start import led_by_start
from ledger.domain.order.released import seats_released, session_released
from ledger.domain.order.state import Past, State, Step, holding
from ledger.domain.position import Holding

OfDrawdown = OrderInvoiceWithdrawn | OrderDrawingTakenBack | OrderCreditTakenBack
Undoing = OfDrawdown | OpeningBalanceTakenBack
Fold = Callable[[State, OrderEvent, date, By], State]
"""How a fact changes an order."""
Edit = tuple[Step | None, Step | None]
"""A fact of the past and what stands in its place; None where it is not there."""


def remembered(
    state: State, after: State, event: OrderEvent, on: date, by: By, fold: Fold
) -> State:
    """The state after a fact, with its past; where that is told anew, as it then reads."""
    past = state.past or Past(before=state)
    facts = past.facts + 1
    step = _step(event, on, by, facts)
    edits = _edits(past.steps, event, step)
    if edits is None:
        return replace(after, past=replace(past, steps=(*past.steps, step), facts=facts))
    now, steps = _told(past.before, edits, fold)
    told = Past(before=past.before, steps=steps, facts=facts, retold=True)
    return replace(now if _is_told_anew(event) else after, past=told)


def place_of(state: State, *drawdowns: str) -> str | None:
    """The first of these drawdowns whose place an invoice of the same comes back to; None where
    none has one."""
    steps = () if state.past is None else state.past.steps
    return next((id for id in drawdowns if any(_is_place(one, id) for one in steps)), None)


def at_place(state: State, event: OrderInvoiced, fold: Fold) -> State:
    """The order as it was where an invoice comes in."""
    if state.past is None or not _is_told_anew(event):
        return state
    now, steps = state.past.before, state.past.steps
    for old, new in _edits(steps, event, _step(event, now.ordered_on, NOBODY, 0)) or ():
        if old is not new:
            break
        now = now if old is None or old.gone else _folded(now, old, fold)
    return now


def counts_from(state: State, event: OrderEvent, on: date) -> date:
    """From when a fact of a day counts: never from before the order's latest move. An invoice
    comes, is drawn, and is judged again on its own day, whatever others came meanwhile, but for one
    that takes something of an advance back: that counts before it."""
    if isinstance(event, OrderDrawn) and not event.restored and _adds(event):
        return state.draws_from(event.drawdown, on)
    if isinstance(event, OrderJudged):
        return state.draws_from(event.drawdown, on)
    if isinstance(event, OrderInvoiced) and event.own_day and _adds(event):
        return max(on, state.moved_on)
    return state.counts_from(on)


def _adds(event: OrderDrawn | OrderInvoiced) -> bool:
    return all(line.amount >= 0 for line in event.lines)


def told_until(state: State, day: date, fold: Fold) -> State | None:
    """The order as of a day, as it is now told; None where it was not placed by then."""
    past = state.past or Past(before=state)
    now = past.before
    if now.ordered_on > day:
        return None
    for step in past.steps:
        now = _folded(now, step, fold) if step.on <= day and not step.gone else now
    return now


def _is_told_anew(event: OrderEvent) -> bool:
    if isinstance(event, OrderInvoiced):
        return event.place_of is not None or event.after is not None
    if isinstance(event, OpeningBalanceTakenBack):
        return True
    return isinstance(event, OfDrawdown) and event.anew


def _step(event: OrderEvent, on: date, by: By, number: int) -> Step:
    return Step(
        stored=event.stored,
        data=_data(event),
        on=on,
        stated=_stated(event, on),
        person=by.person,
        number=number,
    )


def _data(event: OrderEvent) -> str:
    return msgspec.json.encode(event).decode()


def _fact(step: Step) -> OrderEvent:
    event = msgspec.json.decode(step.data, type=NAMES[step.stored])
    assert isinstance(event, OrderEvent), "the past of an order is its own facts"
    return event


# ── What becomes of the past ──────────────────────────────────────────────────────────────────


def _edits(steps: Sequence[Step], event: OrderEvent, step: Step) -> list[Edit] | None:
    """The past as it was and as it is to be told; None where the fact only comes to it."""
    if isinstance(event, OrderInvoiced) and event.place_of is not None:
        first = event.place_of
        edits: list[Edit] = [
            (one, _instead(one, step) if _is_place(one, first) else one) for one in steps
        ]
    elif isinstance(event, OrderInvoiced) and event.after is not None:
        step = replace(step, number=event.after, position=event.position or 0)
        edits = [(one, one) for one in steps]
        edits.insert(_place_after(steps, step), (None, step))
    elif isinstance(event, Undoing):
        edits = [(one, _without(one, event)) for one in steps]
    else:
        return None
    return edits if any(old is not new for old, new in edits) else None


def _instead(place: Step, step: Step) -> Step:
    return replace(step, number=place.number, position=place.position)


def _place_after(steps: Sequence[Step], step: Step) -> int:
    """Where an invoice comes that was recorded after so many of the order's facts, and after others
    that were then elsewhere too: not before its supplier had it."""
    had = (place for place, one in enumerate(steps) if one.stored == OrderPassedOn.stored)
    first = max(had, default=-1) + 1
    turn = step.number, step.position
    later = (
        place
        for place, one in enumerate(steps)
        if place >= first and (one.number, one.position) > turn
    )
    return next(later, len(steps))


def _is_place(step: Step, first: str) -> bool:
    if not step.gone:
        return False
    event = _fact(step)
    assert isinstance(event, OrderInvoiced), "only an invoice keeps its place"
    return first in (event.drawdown, event.place_of)


def _without(step: Step, event: Undoing) -> Step | None:
    """A step after what is taken back; the place of an invoice is kept."""
    if isinstance(event, OpeningBalanceTakenBack):
        return None if step.stored == OpeningBalanceRecorded.stored else step
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
        now = telling.now[1]
        steps += [] if telling.step is None else [telling.step]
    return now, tuple(steps)


class Telling(NamedTuple):
    """A fact of the past: the order before and after it, as it was and as it is told anew, and the
    fact as it was and as it then reads; None where it is not there."""

    was: tuple[State, State]
    now: tuple[State, State]
    old: Step | None
    step: Step | None

    @property
    def is_as_it_was(self) -> bool:
        """Whether nothing has changed so far."""
        return self.old is self.step and self.was[1] is self.now[1]


def _tellings(before: State, edits: Sequence[Edit], fold: Fold) -> Iterator[Telling]:
    was = now = before
    for old, new in edits:
        same = old is new
        then, since = was, now
        if old is not None and not old.gone:
            was = _folded(was, old, fold)
        again = new
        if new is not None and not new.gone:
            again = _in_its_place(new, then, now, same=same)
            now = was if same and now is then else _folded(now, again, fold)
        yield Telling((then, was), (since, now), old, again)


def _in_its_place(step: Step, was: State, now: State, *, same: bool) -> Step:
    """A fact in its place: what was there as it is decided now, what comes in from a day on which
    it would have counted: never from before the order's latest move until then."""
    if same and now is was:
        return step
    event = _fact(step)
    if not same:
        return replace(step, on=counts_from(now, event, step.stated))
    again = _again(step, event, was, now)
    if counts_from(was, event, step.stated) != step.on:  # of an earlier version
        return again
    return replace(again, on=counts_from(now, event, step.stated))


def _stated(event: OrderEvent, on: date) -> date:
    """The day that was stated of a fact that counts from a day."""
    match event:
        case OrderPlaced():
            return on
        case OrderDelivered():
            return event.dated or event.delivered_on or on
        case SessionHeld():
            return event.dated or event.held_on or on
        case _:
            return event.dated or on


class Apart(NamedTuple):
    """What an order holds at the end of a day, as it was told and as it is told anew."""

    day: date
    was: Holding
    now: Holding


def told_apart(
    state: State, event: OrderEvent, on: date, fold: Fold
) -> tuple[date, list[Apart]] | None:
    """From when a fact counts that takes another of an order's past back, or comes in among them,
    and what the order holds on each day from then on, without it and with it: also where it comes
    to the same in the end. None where what is taken back is not of its past."""
    past = state.past or Past(before=state)
    step = _step(event, on, NOBODY, past.facts + 1)
    edits = _edits(past.steps, event, step)
    if edits is None and isinstance(event, Undoing):
        return None
    alike: list[Edit] = [(one, one) for one in past.steps]
    tellings = list(_tellings(past.before, edits or [*alike, (None, step)], fold))
    first = next((one for one in tellings if not one.is_as_it_was), None)
    if first is None:
        return None
    days = (one.on for one in (first.old, first.step) if one is not None and not one.gone)
    was = _day_by_day(past.before, (one.old for one in tellings), fold)
    now = _day_by_day(past.before, (one.step for one in tellings), fold)
    return min(days), _side_by_side(past.before, was, now)


def _day_by_day(before: State, steps: Iterable[Step | None], fold: Fold) -> dict[date, State]:
    """The order at the end of each day on which a fact counts: an invoice of an earlier day may
    have come after one of a later."""
    there = [one for one in steps if one is not None and not one.gone]
    found: dict[date, State] = {}
    for step in sorted(there, key=lambda one: one.on):
        before = found[step.on] = _folded(before, step, fold)
    return found


def _side_by_side(
    before: State, was: Mapping[date, State], now: Mapping[date, State]
) -> list[Apart]:
    found: list[Apart] = []
    one, other = before, before
    for day in sorted({*was, *now}):
        one, other = was.get(day, one), now.get(day, other)
        found.append(Apart(day, holding(one), holding(other)))
    return found


def _folded(state: State, step: Step, fold: Fold) -> State:
    by = By(person=step.person, organisation="", role="")
    return fold(state, _fact(step), step.on, by)


def _again(step: Step, event: OrderEvent, was: State, now: State) -> Step:
    """A fact as it is decided on the order as it now is; one that rests on nothing of it, or was
    decided by other rules, stays."""
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
        case OrderChanged():  # what it did not change is as it is, or goes with its start
            planned_stay = event.sessions is None
            one, other = (
                led_by_start(
                    replace(state, lines=event.said or state.lines),
                    event.starts_on,
                    planned_stay=planned_stay,
                )
                for state in (was, now)
            )
            if event.lines != one.lines:
                return event
            led = one.instalments == event.instalments
            instalments = other.instalments if led else event.instalments
            return replace(event, lines=other.lines, instalments=instalments)
        case OrderDrawn() if event.restored:
            there = (one.drawdown for one in was.credited if one.reduced == event.restored)
            whose = next(there, None)
            some = (one.reduced for one in now.credited if one.drawdown == whose)
            return replace(event, restored=next(some, event.restored))
        case _:
            return event
