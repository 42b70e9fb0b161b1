"""What may happen to a session beside that it is cancelled: it is moved, or held."""

from ledger.domain import agreement
from ledger.domain.days import year_faults
from ledger.domain.events import New, SessionHeld, SessionMoved
from ledger.domain.given import Given
from ledger.domain.order.faults import (
    check_term,
    given_after_faults,
    refuse,
    require_planned,
    session_named,
    too_many_seats,
)
from ledger.domain.order.may import require_status
from ledger.domain.order.plan.commands import HoldSession, MoveSession
from ledger.domain.order.plan.moved import line_after
from ledger.domain.order.room import enlarge
from ledger.domain.order.state import OPEN, State, stream
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
    line, lines = line_after(state, session, command.to.year)
    event = SessionMoved(
        session=session.number,
        moved_from=session.planned_on,
        moved_to=command.to,
        line=line,
        lines=lines,
        reason=command.reason,
    )
    return enlarge(state, given, event, command.on, "session-moved")


def hold_session(command: HoldSession, state: State, given: Given) -> list[New]:
    """Counts only. It is held in the year that it is planned for: else it is moved first. Reported
    again, the last one counts; of an order that has ended it is only reported again.

    Raises NotFound, SessionSettled, WrongStatus, Invalid.
    """
    session = session_named(state, command.session)
    if session.status != "held":
        require_status(state, "report a session of", statuses=OPEN)
        require_planned(state, command.session)
    faults = given_after_faults(state, command.on, "/held_on")
    if command.on.year != session.planned_on.year:
        faults.append(
            Fault(
                pointer="/held_on",
                sentence="The session is planned for {day}: move it to the year of its holding.",
                figures={"day": session.planned_on.isoformat()},
            )
        )
    delivered = state.delivered_on
    if delivered is not None and command.on > delivered:
        faults.append(
            Fault(
                pointer="/held_on",
                sentence="The course was reported delivered on {day}: report that again first.",
                figures={"day": delivered.isoformat()},
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
        reason=command.reason,
    )
    return [New(stream(state.number), event, day)]
