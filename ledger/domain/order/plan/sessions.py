"""What may happen to a session beside that it is cancelled: it is moved, or held."""

from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.days import year_faults
from ledger.domain.events import New, OrderLine, SessionHeld, SessionMoved
from ledger.domain.given import Given
from ledger.domain.order.faults import (
    check_term,
    refuse,
    require_planned,
    too_many_seats,
)
from ledger.domain.order.plan.commands import HoldSession, MoveSession
from ledger.domain.order.plan.price import resized, sessions_on
from ledger.domain.order.plan.schedule import Session, covered
from ledger.domain.order.room import enlarge
from ledger.domain.order.state import State, holding, stream
from ledger.domain.position import by_line, left_by_line
from ledger.domain.refusals import Fault, Invalid


def move_session(command: MoveSession, state: State, given: Given) -> list[New]:
    """Another day. In another year what is not invoiced of it goes to a line of that year, as far
    as the limits have room; what is invoiced stays on the line that the invoice drew.

    Raises NotFound, SessionSettled, Invalid, DeliveryAfterTerm, CapExceeded.
    """
    of = agreement.named(given, state.agreement)
    session = require_planned(state, command.session)
    if command.to == session.planned_on:
        raise Invalid(Fault(pointer="/to", sentence="The session is on that day already."))
    term, after_term = (of.starts_on, of.ends_on), of.policy_on(command.on).delivery_after_term
    refuse(year_faults({"/to": command.to.year}, term, after_term=after_term))
    check_term(of, None, command.to, command.on)
    line, lines = _line_after(state, session, command.to.year)
    event = SessionMoved(
        session=session.number,
        moved_from=session.planned_on,
        moved_to=command.to,
        line=line,
        lines=lines,
        reason=command.reason,
    )
    return enlarge(state, given, event, command.on, "session-moved")


def _line_after(
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
        lines = (replace(one, year=year) if one == line else one for one in state.lines)
        return line.number, tuple(lines)
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


def hold_session(command: HoldSession, state: State, given: Given) -> list[New]:
    """Counts only. It is held in the year that it is planned for: else it is moved first.

    Raises NotFound, SessionSettled, Invalid.
    """
    session = require_planned(state, command.session)
    faults = []
    if command.on.year != session.planned_on.year:
        faults.append(
            Fault(
                pointer="/held_on",
                sentence="The session is planned for {day}: move it to the year of its holding.",
                figures={"day": session.planned_on.isoformat()},
            )
        )
    if state.places is not None and command.participants > state.places:
        faults.append(too_many_seats("/participants", state.places))
    if faults:
        raise Invalid(*faults)
    day = state.counts_from(command.on)
    event = SessionHeld(
        session=session.number,
        participants=command.participants,
        mentors=command.mentors,
        held_on=command.on if command.on != day else None,
    )
    return [New(stream(state.number), event, day)]
