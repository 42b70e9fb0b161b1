"""What a session that moves, or goes, makes of the amounts beside it and of the order's days.

What is not invoiced of it goes with it to a line of the other year."""

from datetime import date

from msgspec.structs import replace

from ledger.domain.events import OrderLine, SessionMoved
from ledger.domain.order.plan.price import resized, sessions_on
from ledger.domain.order.plan.schedule import Session, covered, settle
from ledger.domain.order.state import State, holding
from ledger.domain.position import by_line, left_by_line


def line_after(
    state: State, session: Session, year: int
) -> tuple[int, tuple[OrderLine, ...] | None]:
    """The line that a session is on after it has moved into a year, and the lines if they change.

    It takes its line with it where it is alone on it and nothing is invoiced; else what is not
    invoiced of it goes to a line of that year for the same, or to a new one.
    """
    (line,) = (line for line in state.lines if line.number == session.line)
    invoiced = by_line((*state.drawn, *state.pending)).get(line.number, 0)
    rest = _not_invoiced(state, session, invoiced)
    alone = all(one.number == session.number or one.line != line.number for one in state.sessions)
    if line.year == year or not rest:
        return line.number, None
    if alone and not invoiced:
        there = replace(line, year=year, of_start=False)
        return line.number, tuple(there if one == line else one for one in state.lines)
    less = resized(line, -rest, sessions_on(state, line.number))
    target = next((one for one in state.lines if _takes(state, one, line, year)), None)
    if target is not None:
        more = resized(target, rest, sessions_on(state, target.number))
        after = {line.number: less, target.number: more}
        return target.number, tuple(after.get(one.number, one) for one in state.lines)
    number = max(one.number for one in state.lines) + 1
    new = replace(
        line,
        number=number,
        amount=rest,
        year=year,
        quantity=None,
        unit_price=None,
        price_range=None,
        of_start=False,
    )
    return number, (*(less if one == line else one for one in state.lines), new)


def _not_invoiced(state: State, session: Session, invoiced: int) -> int:
    """What of a session is still to be invoiced, in öre: invoices draw the sessions of a line in
    the order of their days."""
    mine = [one for one in state.sessions if one.line == session.line]
    mine.sort(key=lambda one: (one.day, one.number))
    done = covered([one.amount for one in mine], invoiced)
    rest = next(one.amount - part for one, part in zip(mine, done, strict=True) if one == session)
    return min(rest, left_by_line(holding(state)).get(session.line, 0))


def _takes(state: State, other: OrderLine, line: OrderLine, year: int) -> bool:
    """Whether a line is of that year, has sessions, and is for the same as another: the same kind
    of cost, paid by the same, booked at the same place."""
    alike = (other.kind, other.funding, other.cost_centre) == (
        line.kind,
        line.funding,
        line.cost_centre,
    )
    return alike and other.year == year and sessions_on(state, other.number) > 0


def moved_amount(state: State, session: Session, event: SessionMoved) -> int:
    """What a session is worth where it has moved to: what was invoiced of it stays."""
    if event.lines is None or event.line == session.line:
        return session.amount
    before, after = (
        sum(line.amount for line in lines if line.number == event.line)
        for lines in (state.lines, event.lines)
    )
    return after - before


def kept_by_another(
    sessions: tuple[Session, ...], session: Session, invoiced: int
) -> tuple[Session, ...]:
    """What was invoiced of a session that leaves its line is of the one before it there, which is
    invoiced too, or of the next; so the sessions of the line still add up to it."""
    others = [one for one in sessions if one.line == session.line and one != session]
    if not invoiced or not others:
        return sessions
    before = [one for one in others if (one.day, one.number) < (session.day, session.number)]
    chosen = max(before, key=_in_time) if before else min(others, key=_in_time)
    return settle(sessions, chosen.number, amount=chosen.amount + invoiced)


def _in_time(session: Session) -> tuple[date, int]:
    return session.day, session.number


def dated(before: State, after: State) -> State:
    """The order with the start and end of its sessions, where these made them before.

    A start that was the first session's day is the first one's still, of those not cancelled; one
    that was stated earlier stays, unless a session is now before it. The end likewise.
    """
    was, now = (
        [one.planned_on for one in state.sessions if one.status != "cancelled"]
        for state in (before, after)
    )
    if not now:
        return after
    starts_on, ends_on = before.starts_on, before.ends_on
    if starts_on is not None:
        starts_on = min(now) if starts_on == min(was, default=None) else min(starts_on, *now)
    if ends_on is not None:
        ends_on = max(now) if ends_on == max(was, default=None) else max(ends_on, *now)
    return replace(after, starts_on=starts_on, ends_on=ends_on)
