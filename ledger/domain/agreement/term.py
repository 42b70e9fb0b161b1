"""What the calendar alone brings about for an agreement: alerts, and the end of its term."""

from datetime import date

from ledger.domain.agreement.commands import WatchTerm
from ledger.domain.agreement.plan import under_use_due
from ledger.domain.agreement.room import thresholds_due
from ledger.domain.agreement.state import State, Status, stream
from ledger.domain.calendar import add_months, extended
from ledger.domain.events import AgreementExpired, Event, New, TermAlertRaised
from ledger.domain.given import Given
from ledger.domain.refusals import NotDue

GONE: tuple[Status, ...] = ("closed", "voided")
"""Statuses of an agreement that nobody looks to for its end."""
ENDED = "ended"
"""How any other stands after the last day of its term."""


def due_on_term(state: State, on: date) -> tuple[Event, ...]:
    """What is to be said on a day and has not been; the term's last day is within it.

    Of a closed agreement nothing is, since nothing more can be ordered; nor of an expired one, on
    whatever day, since there is nothing left to do before the end.
    """
    if state.status in GONE or state.expired:
        return ()
    if on > state.ends_on:
        return (AgreementExpired(ends_on=state.ends_on),)
    ending = (
        TermAlertRaised(months=months, ends_on=state.ends_on)
        for months in sorted(
            set(state.policy_on(on).term_alerts) - set(state.term_alerts), reverse=True
        )
        if on >= add_months(state.ends_on, -months)
    )
    return (*thresholds_due(state, on), *under_use_due(state, on), *ending)


def is_over(state: State, on: date) -> bool:
    """Whether the last day of the term has passed, recorded or not."""
    return on > state.ends_on


def standing(state: State, on: date) -> str:
    """How it stands on a day: ended, whatever was recorded, or else its status."""
    return ENDED if is_over(state, on) and state.status not in GONE else state.status


def extended_to(state: State, on: date) -> date:
    """The last day of the term by the next option in `Policy.extensions`, as they are on a day."""
    options = state.policy_on(on).extensions
    return extended(state.ends_on, options[state.extensions_used].months, state.signed_end)


def watch_term(command: WatchTerm, state: State, given: Given) -> list[New]:
    """Raises NotDue where there is nothing to say on that day."""
    due = due_on_term(state, command.on)
    if not due:
        raise NotDue(name=state.number, on=command.on)
    return [New(stream(state.number), event, command.on) for event in due]
