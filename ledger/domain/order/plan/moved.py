"""What a session that moves, or goes, makes of the amounts beside it and of the order's days."""

from datetime import date

from msgspec.structs import replace

from ledger.domain.events import SessionMoved
from ledger.domain.order.plan.schedule import Session, settle
from ledger.domain.order.state import State


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
