"""What an order is after a session or a cancellation: its schedule follows its lines."""

from datetime import date

from msgspec.structs import replace

from ledger.domain.days import RECORDED_LATE
from ledger.domain.events import (
    Instalment,
    LineAmount,
    OrderCancelled,
    SeatsCancelled,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
)
from ledger.domain.money import least_of
from ledger.domain.order.owed import owed
from ledger.domain.order.plan.moved import dated, kept_by_another, moved_amount
from ledger.domain.order.plan.schedule import (
    Cancellation,
    Fee,
    covered,
    fees_in,
    fitted,
    in_order,
    moved_fees,
    settle,
)
from ledger.domain.order.state import State, Uncancelled
from ledger.domain.position import add_lines, by_line, ordered
from ledger.domain.sharing import Weight


def less(allocated: tuple[Weight, ...], organisation: str | None, less: int) -> tuple[Weight, ...]:
    """The seats after so many fewer of one organisation's; who has none is left out."""
    if organisation is None:
        return allocated
    seats = {part.organisation: part.weight for part in allocated}
    seats[organisation] = seats.get(organisation, 0) - less
    return tuple(Weight(organisation=name, weight=count) for name, count in seats.items() if count)


def invoiced_of(state: State) -> dict[int, int]:
    """What is invoiced of each instalment, approved or waiting, in öre by its number.

    Invoices draw the instalments of their line in the order in which they fall due.
    """
    invoiced = by_line((*state.drawn, *state.pending))
    due = in_order(state.instalments, state.sessions)
    found: dict[int, int] = {}
    for line in dict.fromkeys(one.line for one in due):
        mine = [one for one in due if one.line == line]
        done = covered([one.amount for one in mine], invoiced.get(line, 0))
        found |= {one.number: part for one, part in zip(mine, done, strict=True)}
    return found


def refitted(state: State) -> State:
    """The order with sessions and instalments that add up to its lines as they now are."""
    if not state.sessions and not state.instalments:
        return state
    invoiced = by_line((*state.drawn, *state.pending))
    sessions, instalments = fitted(
        state.lines, state.sessions, state.instalments, invoiced, least_of(state.currency)
    )
    return replace(state, sessions=sessions, instalments=instalments)


def reflagged(flags: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """That it was recorded late stays whatever becomes of it; all else is as it now is."""
    late = (flag for flag in flags if flag == RECORDED_LATE)
    return tuple(dict.fromkeys((*late, *now)))


def _rewarned(flags: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """The soft limits that were passed stay; what seats and prices warn of is as they now are."""
    passed = tuple(flag for flag in flags if flag.startswith("over-limit:"))
    return reflagged(flags, (*passed, *now))


def seats_cancelled(state: State, event: SeatsCancelled, on: date) -> State:
    cancelled = Cancellation(
        on=on,
        by="buyer",
        fee=event.fee,
        released=event.released,
        seats=event.seats,
        reason=event.reason,
    )
    after = replace(
        state,
        lines=event.lines,
        seats=None if state.seats is None else max(0, state.seats - event.seats),
        allocated=less(state.allocated, event.holder, event.seats),
        cancellations=(*state.cancellations, cancelled),
        flags=_rewarned(state.flags, event.flags),
    )
    if event.fee:
        fee = Fee(line=event.line, amount=event.fee, borne_by=event.borne_by)
        after = replace(after, fees=(*state.fees, fee))
    return refitted(after)


def order_cancelled(state: State, event: OrderCancelled, on: date) -> State:
    released = state.amount - ordered(event.lines)
    cancelled = Cancellation(
        on=on, by=event.by, fee=event.fee, released=released, reason=event.reason
    )
    after = refitted(
        replace(
            state,
            status="cancelled",
            lines=event.lines,
            counter=None,
            reason=event.reason,
            cancellations=(*state.cancellations, cancelled),
            flags=tuple(dict.fromkeys((*state.flags, *event.flags))),
            uncancelled=Uncancelled(
                lines=state.lines,
                owed=tuple(
                    LineAmount(line=line, amount=amount) for line, amount in owed(state).items()
                ),
                invoiced=add_lines(state.drawn, state.pending),
                invoices=state.invoices,
                fee=event.fee,
                percent=event.percent,
            ),
        )
    )
    sessions = (
        replace(one, status="cancelled", settled_on=on) if one.status == "planned" else one
        for one in after.sessions
    )
    return replace(after, sessions=tuple(sessions))


def session_held(state: State, event: SessionHeld, on: date) -> State:
    counts = {"participants": event.participants, "mentors": event.mentors}
    day = event.held_on or on
    before = next(one for one in state.sessions if one.number == event.session)
    again = before.status == "held"
    fees = (
        before.fees
        if again
        else fees_in(state.fees, state.sessions, event.session, least_of(state.currency))
    )
    sessions = settle(
        state.sessions, event.session, status="held", settled_on=day, fees=fees, **counts
    )
    return replace(state, sessions=sessions)


def session_moved(state: State, event: SessionMoved) -> State:
    """An instalment that comes with the session goes with it, unless it is invoiced; and so does
    who coded the line that it comes from."""
    session = next(one for one in state.sessions if one.number == event.session)
    rest = moved_amount(state, session, event)
    kept = kept_by_another(state.sessions, session, session.amount - rest)
    coded_by = ((event.line, person) for line, person in state.coded_by if line == session.line)
    fees = state.fees
    if event.line != session.line:
        part = min(rest, fees_in(fees, state.sessions, event.session, least_of(state.currency)))
        fees = moved_fees(fees, session.line, event.line, part)
    after = replace(
        state,
        lines=state.lines if event.lines is None else event.lines,
        sessions=settle(
            kept, event.session, planned_on=event.moved_to, line=event.line, amount=rest
        ),
        instalments=_instalments_moved(state, event),
        flags=_rewarned(state.flags, event.flags),
        coded_by=tuple(dict.fromkeys((*state.coded_by, *coded_by))),
        fees=fees,
    )
    return refitted(dated(state, after))


def _instalments_moved(state: State, event: SessionMoved) -> tuple[Instalment, ...]:
    """Of one that is partly invoiced that part stays, and the rest goes with the session."""
    new = event.line not in {line.number for line in state.lines}
    takes = new or any(one.line == event.line for one in state.instalments)
    invoiced = invoiced_of(state)
    kept: list[Instalment] = []
    more: list[Instalment] = []
    for one in state.instalments:
        done = invoiced[one.number]
        goes = one.session == event.session and one.line != event.line and done < one.amount
        if not goes:
            kept.append(one)
            continue
        if done:
            kept.append(replace(one, amount=done))
        if takes:  # else the line that it goes to is invoiced with its sessions
            number = one.number
            if done:
                number = max(other.number for other in (*state.instalments, *more)) + 1
            more.append(replace(one, number=number, line=event.line, amount=one.amount - done))
    return tuple(sorted((*kept, *more), key=lambda one: one.number))


def session_cancelled(state: State, event: SessionCancelled, on: date) -> State:
    cancelled = Cancellation(
        on=on,
        by=event.by,
        fee=event.fee,
        released=event.released,
        session=event.session,
        reason=event.reason,
    )
    # What comes with the session is released with it; the rest of the line's plan stays.
    instalments = tuple(
        replace(one, amount=max(0, one.amount - event.released))
        if one.session == event.session
        else one
        for one in state.instalments
    )
    (session,) = (one for one in state.sessions if one.number == event.session)
    after = replace(
        state,
        lines=event.lines,
        sessions=settle(
            state.sessions,
            event.session,
            status="cancelled",
            settled_on=on,
            amount=session.amount - event.released,
            fees=fees_in(state.fees, state.sessions, event.session, least_of(state.currency)),
            reason=event.reason,
        ),
        instalments=instalments,
        cancellations=(*state.cancellations, cancelled),
        flags=_rewarned(state.flags, event.flags),
    )
    return refitted(dated(state, after))
