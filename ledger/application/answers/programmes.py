"""What goes out of programmes: an order's sessions and instalments, and rounds."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, get_args

from ledger.application.answers.making import Answer
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    one_of,
    text,
    whole,
)
from ledger.application.bodies.fields import CREDITS, CURRENCY
from ledger.application.bodies.terms import NUMBER, ORDER
from ledger.domain import agreement, order
from ledger.domain.events import RoundResult
from ledger.domain.money import a_head, to_text
from ledger.domain.order import DueStatus, SessionStatus
from ledger.wording import Sentence, say

BY = ("buyer", "supplier")


class PriceHolds(Answer):
    """For how many seats a price holds, and what it should be a head."""

    least_seats: Annotated[int | None, whole("The fewest seats.")]
    most_seats: Annotated[int | None, whole("The most seats.")]
    least_per_head: Annotated[str | None, amount("The least that is expected a head.")]
    most_per_head: Annotated[str | None, amount("The most that is expected a head.")]


class CourseSession(Answer):
    """A meeting of the course."""

    number: Annotated[int, whole("Its number in the order.", 1)]
    planned_on: Annotated[date, day("The day that it is, or was, planned for.")]
    line: Annotated[int, whole("Its line.", 1)]
    amount: Annotated[str, amount("Its part of the line; of a cancelled one, the fee.")]
    status: Annotated[str, one_of("How far it has come.", get_args(SessionStatus))]
    settled_on: Annotated[date | None, day("When it was held or cancelled.")]
    participants: Annotated[int | None, whole("How many took part.")]
    mentors: Annotated[int | None, whole("How many mentors.")]
    reason: Annotated[str, text("Why it was cancelled.")]


class DueInstalment(Answer):
    """A part of a line, and how it stands today."""

    number: Annotated[int, whole("Its number in the order.", 1, of="instalment.number")]
    line: Annotated[int, whole("Its line.", 1, of="instalment.line")]
    amount: Annotated[str, amount("How much.", of="instalment.amount")]
    due_on: Annotated[date, day("When it falls due.")]
    session: Annotated[
        int | None, whole("The session that it comes with.", of="instalment.session")
    ]
    invoiced: Annotated[str, amount("What of it is invoiced, approved or waiting.")]
    status: Annotated[
        str,
        one_of("Invoiced, overdue, the next, planned after it, or released.", get_args(DueStatus)),
    ]


class CancelledPart(Answer):
    """What was cancelled: seats, a session, or where both are null the whole order."""

    cancelled_on: Annotated[date, day("When.", of="on")]
    cancelled_by: Annotated[str, one_of("Who cancelled.", BY, of="by")]
    seats: Annotated[int | None, whole("How many seats.")]
    session: Annotated[int | None, whole("Which session.")]
    fee: Annotated[str, amount("What stays committed.")]
    released: Annotated[str, amount("What is released.")]
    reason: Annotated[str, text("Why.")]


class PlannedInvoice(Answer):
    """What is still to be invoiced, and when that is planned."""

    on: Annotated[date, day("The day.")]
    line: Annotated[int, whole("Of which line.", 1)]
    amount: Annotated[str, amount("How much.")]


class OrderNotice(Answer):
    """What seats and prices warn of."""

    flag: Annotated[str, text("The flag that it is stored as.")]
    line: Annotated[int | None, whole("The line that it is about.")]
    detail: Annotated[
        str,
        text(
            "The warning as a sentence with its figures.",
            of=lambda one, at: say(Sentence(one.sentence, one.figures), at.language),
        ),
    ]


class ProgrammeRound(Answer):
    """A round of a programme: the orders that give it."""

    programme: Annotated[str, text("The programme.")]
    round: Annotated[int | None, whole("Which round; null: none is said.")]
    orders: Annotated[list[str], listed("The numbers of its orders.")]
    statuses: Annotated[
        list[Annotated[str, one_of("How far an order has come.", ORDER)]],
        listed("Of each of its orders."),
    ]
    courses: Annotated[list[str], listed("What was ordered, each once.")]
    starts_on: Annotated[date | None, day("The first start of a course.")]
    ends_on: Annotated[date | None, day("The last end of a course.")]
    credits: Annotated[
        list[Annotated[str, text("hp", CREDITS)]],
        listed("Higher education credits, each once; none where empty."),
    ]
    seats: Annotated[int, whole("Seats that are paid for.")]
    free_seats: Annotated[int, whole("Free seats.")]
    credits_awarded: Annotated[int, whole("Participants who were awarded their credits.")]
    sessions: Annotated[int, whole("Sessions, without those that were cancelled.")]
    sessions_held: Annotated[int, whole("Sessions that were held.")]
    amount: Annotated[str, amount("What its orders ask for; ended ones, what is invoiced of them.")]
    invoiced: Annotated[str, amount("What is invoiced of them, approved or waiting.")]
    result: Annotated[str, text("What came of it, as reported; empty: nothing is.")]
    participants: Annotated[
        int | None, whole("How many took part, as reported, else seats used; null: unknown.")
    ]
    completed: Annotated[int | None, whole("How many completed it; null: not counted.")]
    women: Annotated[int | None, whole("Women who took part; null: not counted.")]
    men: Annotated[int | None, whole("Men who took part; null: not counted.")]
    per_participant: Annotated[
        str | None,
        amount("What is invoiced for each who took part; null where either is unknown."),
    ]


class ProgrammeRounds(Answer):
    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    items: Annotated[list[ProgrammeRound], listed("By programme and round.")]


def rounds_answer(of: agreement.State, orders: Iterable[order.State]) -> ProgrammeRounds:
    """The rounds of an agreement's programmes, of those orders that name one, and of results."""
    results = {(one.programme, one.round or 0): one for one in of.results}
    rounds: dict[tuple[str, int], list[order.State]] = {key: [] for key in results}
    for state in orders:
        if state.programme:
            rounds.setdefault((state.programme, state.round or 0), []).append(state)
    items = [
        _round(name, number, found, results.get((name, number)))
        for (name, number), found in sorted(rounds.items())
    ]
    return ProgrammeRounds(agreement=of.number, currency=of.currency, items=items)


def _round(
    name: str, number: int, orders: Sequence[order.State], result: RoundResult | None
) -> ProgrammeRound:
    result = result or RoundResult(programme=name)
    live = [state for state in orders if state.status not in ("declined", "lapsed", "cancelled")]
    sessions = [one for state in orders for one in state.sessions if one.status != "cancelled"]
    invoiced = sum(state.invoiced for state in orders)
    took_part = _took_part(result, live)
    return ProgrammeRound(
        programme=name,
        round=number or None,
        orders=[state.number for state in orders],
        statuses=[state.status for state in orders],
        courses=list(dict.fromkeys(state.course for state in orders)),
        starts_on=min((state.starts_on for state in live if state.starts_on), default=None),
        ends_on=max((state.ends_on for state in live if state.ends_on), default=None),
        credits=list(dict.fromkeys(state.credits for state in live if state.credits)),
        seats=sum(state.seats or 0 for state in live),
        free_seats=sum(state.free_seats or 0 for state in live),
        credits_awarded=sum(state.credits_awarded or 0 for state in live),
        sessions=len(sessions),
        sessions_held=sum(one.status == "held" for one in sessions),
        amount=to_text(sum(map(_held, orders))),
        invoiced=to_text(invoiced),
        result=result.result,
        participants=took_part,
        completed=result.completed,
        women=result.women,
        men=result.men,
        per_participant=to_text(a_head(invoiced, took_part)) if took_part and invoiced else None,
    )


def _took_part(result: RoundResult, orders: Sequence[order.State]) -> int | None:
    """As reported of the round, else the seats used of its orders where all have reported."""
    if result.participants is not None:
        return result.participants
    used = [state.seats_used for state in orders]
    known = [seats for seats in used if seats is not None]
    return sum(known) if known and len(known) == len(used) else None


def _held(state: order.State) -> int:
    return state.invoiced if state.status in order.RELEASED else state.amount
