"""What an order must be before any limit is asked: its lines, dates, parties and status."""

from collections.abc import Sequence
from datetime import date

from ledger.bounds import MAX_AMOUNT
from ledger.domain import agreement
from ledger.domain.codes import CodeMap
from ledger.domain.days import year_faults
from ledger.domain.events import By, OrderLine, PriceRange
from ledger.domain.given import Given
from ledger.domain.order.coding import coding_of
from ledger.domain.order.commands import ChangeOrder, CounterOrder, LineTerms, PlaceOrder
from ledger.domain.order.plan.schedule import Session
from ledger.domain.order.state import State
from ledger.domain.position import by_line, ordered
from ledger.domain.refusals import (
    Amount,
    BelowInvoiced,
    DeliveryAfterTerm,
    Fault,
    Invalid,
    LineBelowInvoiced,
    NotEntitled,
    NotFound,
    SessionSettled,
)

AS_ASKED = tuple(
    name
    for name in LineTerms.__struct_fields__
    if name in OrderLine.__struct_fields__
    and name not in ("amount", "year", "cost_centre", "codes")
)
"""Members of a line that are recorded as they are asked for."""


def refuse(faults: Sequence[Fault]) -> None:
    """Raises Invalid with all faults, if there is one."""
    if faults:
        raise Invalid(*faults)


def written_lines(
    lines: tuple[LineTerms, ...],
    default: date,
    code_map: CodeMap | None = None,
    before: Sequence[OrderLine] = (),
) -> tuple[tuple[OrderLine, ...], list[Fault]]:
    """Numbered lines and their faults; a line without a year is delivered in `default`'s.

    `before` are the order's lines as they are: a line that says nothing of codes keeps theirs.
    """
    faults: list[Fault] = []
    if not lines:
        faults.append(Fault(pointer="/lines", sentence="At least one line is needed."))
    written = []
    for i, line in enumerate(lines):
        amount, line_faults = _amount(line, f"/lines/{i}")
        coding, code_faults = coding_of(
            line, before[i] if i < len(before) else None, code_map, f"/lines/{i}"
        )
        range_faults = _range_faults(line.price_range, f"/lines/{i}/price_range")
        faults += [*line_faults, *range_faults, *code_faults]
        written.append(
            OrderLine(
                number=i + 1,
                amount=amount,
                year=line.year or default.year,
                of_start=line.year is None,
                cost_centre=coding.cost_centre,
                codes=coding.codes,
                code_string=coding.code_string,
                **{name: getattr(line, name) for name in AS_ASKED},
            )
        )
    if not faults and sum(line.amount for line in written) > MAX_AMOUNT:
        faults.append(Fault(pointer="/lines", sentence="The amounts are absurdly large."))
    return tuple(written), faults


def _amount(line: LineTerms, pointer: str) -> tuple[int, list[Fault]]:
    priced = line.quantity is not None and line.unit_price is not None
    product = (line.quantity or 0) * (line.unit_price or 0)
    amount = line.amount if line.amount is not None else product
    if (line.quantity is None) != (line.unit_price is None):
        return 0, [
            Fault(pointer=pointer, sentence="Give both a quantity and a unit price, or none.")
        ]
    if line.amount is None and not priced:
        return 0, [
            Fault(pointer=pointer, sentence="Give an amount, or a quantity and a unit price.")
        ]
    if priced and amount != product:
        return 0, [
            Fault(
                pointer=f"{pointer}/amount",
                sentence="The amount is not the quantity times the unit price.",
            )
        ]
    if amount <= 0:
        return 0, [Fault(pointer=f"{pointer}/amount", sentence="An order line is above 0.")]
    return amount, []


def _range_faults(holds: PriceRange | None, pointer: str) -> list[Fault]:
    if holds is None:
        return []
    seats = holds.least_seats, holds.most_seats
    prices = holds.least_per_head, holds.most_per_head
    if seats == prices == (None, None):
        return [Fault(pointer=pointer, sentence="Give a range of seats, of prices, or both.")]
    for low, high in (seats, prices):
        if (low is None) != (high is None) or (low is not None and high is not None and high < low):
            sentence = "A range has a least and a most, and the least is not above the most."
            return [Fault(pointer=pointer, sentence=sentence)]
    return []


def date_faults(
    starts_on: date | None,
    ends_on: date | None,
    ordered_on: date | None = None,
    respond_by: date | None = None,
) -> list[Fault]:
    """Dates that stand in the wrong order."""
    faults = []
    if starts_on and ends_on and ends_on < starts_on:
        faults.append(Fault(pointer="/ends_on", sentence="The course ends before it starts."))
    if respond_by and ordered_on and respond_by < ordered_on:
        faults.append(
            Fault(pointer="/respond_by", sentence="The last day to answer is before the order.")
        )
    return faults


def letter_faults(letter: str, by: By, supplier: str) -> list[Fault]:
    """The university's answer that somebody else enters came by something, which is named: it never
    looks as if the university had given it here."""
    if by.organisation == supplier:
        sentence = "What the university answers itself came by no letter."
        return [Fault(pointer="/letter", sentence=sentence)] if letter else []
    sentence = "Say by which letter or message the university answered: you enter it for them."
    return [] if letter.strip() else [Fault(pointer="/letter", sentence=sentence)]


def planned_faults(
    asked: PlaceOrder | ChangeOrder | CounterOrder,
    of: agreement.State,
    on: date,
) -> list[Fault]:
    """What is asked for on a day is planned for years that can be under the agreement. A line that
    names no year is of its order's, whose own days are asked about the term.

    An invoice may fall due after the term, and an order be answered, also where nothing may be
    delivered then.
    """
    delivered = {
        f"/lines/{i}/year": line.year
        for i, line in enumerate(asked.lines or ())
        if line.year is not None
    }
    due = {}
    for pointer, day in {"/starts_on": asked.starts_on, "/ends_on": asked.ends_on}.items():
        if day is not None:
            delivered[pointer] = day.year
    if not isinstance(asked, CounterOrder):
        for i, session in enumerate(asked.sessions or ()):
            delivered[f"/sessions/{i}/on"] = session.on.year
        for i, instalment in enumerate(asked.instalments or ()):
            if instalment.due_on is not None:
                due[f"/instalments/{i}/due_on"] = instalment.due_on.year
    if isinstance(asked, PlaceOrder) and asked.respond_by is not None:
        due["/respond_by"] = asked.respond_by.year
    term = of.starts_on, of.ends_on
    return [
        *year_faults(delivered, term, after_term=of.policy_on(on).delivery_after_term),
        *year_faults(due, term, after_term=True),
    ]


def last_planned(asked: PlaceOrder | ChangeOrder) -> date | None:
    """The last day on which something is to be delivered, of what is asked for."""
    sessions = (session.on for session in asked.sessions or ())
    days = [day for day in (asked.starts_on, asked.ends_on, *sessions) if day is not None]
    return max(days, default=None)


def check_buyer(of: agreement.State, buyer: str, given: Given, on: date) -> None:
    """The buyer is one on the order's day. Raises NotEntitled, NotAParty. Rule: LOU 7 kap. 3 §."""
    if buyer not in {party.organisation for party in of.buyers_on(on)}:
        raise NotEntitled(organisation=buyer, agreement=of.number)
    agreement.require_own(of, buyer, of.number, given.by, given.today)


def check_term(
    of: agreement.State, ordered_on: date | None, delivered_on: date | None, on: date
) -> None:
    """The order date decides whether an order is within the term; the last day counts. Whether
    it may be delivered after it is decided by the policy of the day `on`.

    Raises OutsideTerm, DeliveryAfterTerm.
    """
    if ordered_on is not None:
        agreement.require_within_term(of, ordered_on)
    after_term = of.policy_on(on).delivery_after_term
    if delivered_on is not None and delivered_on > of.ends_on and not after_term:
        raise DeliveryAfterTerm(agreement=of.number, delivered_on=delivered_on, ends_on=of.ends_on)


def require_not_below_invoiced(state: State, lines: tuple[OrderLine, ...]) -> None:
    """Raises BelowInvoiced where the whole would be less than is invoiced, LineBelowInvoiced where
    a line that is invoiced would go or be made less than that."""
    if ordered(lines) < state.invoiced:
        raise BelowInvoiced(
            asked=Amount(ordered(lines), state.currency),
            invoiced=Amount(state.invoiced, state.currency),
        )
    before = {line.number: line.amount for line in state.lines}
    after = {line.number: line.amount for line in lines}
    for number, invoiced in by_line((*state.drawn, *state.pending)).items():
        amount = after.get(number, 0)
        smaller = amount < before.get(number, 0) or number not in after
        if number not in after or (smaller and amount < invoiced):
            raise LineBelowInvoiced(
                line=number,
                asked=Amount(amount, state.currency),
                invoiced=Amount(invoiced, state.currency),
            )


def too_many_seats(pointer: str, places: int) -> Fault:
    """More took part than there are seats, free ones counted."""
    figures = {"seats": str(places)}
    return Fault(pointer=pointer, sentence="Seats in the order: {seats}.", figures=figures)


def delivery_faults(state: State, seats: int | None, free_seats: int | None) -> list[Fault]:
    """Fewer seats than were used, as was reported later on: that is reported again first."""
    count = state.seats if seats is None else seats
    free = state.free_seats if free_seats is None else free_seats
    used, day = state.seats_used, state.delivered_on
    if count is None or used is None or day is None or count + (free or 0) >= used:
        return []
    sentence = "The delivery of {day} says that {used} seats were used: report it again first."
    figures = {"day": day.isoformat(), "used": str(used)}
    pointer = "/free_seats" if seats is None else "/seats"
    return [Fault(pointer=pointer, sentence=sentence, figures=figures)]


def held_after_faults(state: State, on: date) -> list[Fault]:
    """A course is not delivered before a session of it that was held: the last one is named."""
    held = [one for one in state.sessions if one.status == "held" and one.settled_on is not None]
    last = max(held, key=lambda one: one.settled_on or date.min, default=None)
    if last is None or last.settled_on is None or last.settled_on <= on:
        return []
    sentence = "Session {session} was held on {day}, which is after {on}."
    figures = {
        "session": str(last.number), "day": last.settled_on.isoformat(), "on": on.isoformat()
    }  # fmt: skip
    return [Fault(pointer="/delivered_on", sentence=sentence, figures=figures)]


def given_after_faults(state: State, on: date, pointer: str) -> list[Fault]:
    """Nothing is given of an order on a day after it was closed: that is opened again first."""
    closed_on = state.closed_on
    if state.status != "closed" or closed_on is None or on <= closed_on:
        return []
    sentence = "{on} is after the order was closed, {day}: open it again first."
    figures = {"on": on.isoformat(), "day": closed_on.isoformat()}
    return [Fault(pointer=pointer, sentence=sentence, figures=figures)]


def session_named(state: State, number: int) -> Session:
    """Raises NotFound."""
    found = next((one for one in state.sessions if one.number == number), None)
    if found is None:
        raise NotFound(what="session", name=f"{state.number}/{number}")
    return found


def require_planned(state: State, number: int) -> Session:
    """The session, which is still to come. Raises NotFound, SessionSettled."""
    found = session_named(state, number)
    if found.status != "planned":
        raise SessionSettled(
            session=number, order=state.number, status=found.status, on=found.settled_on
        )
    return found
