"""What may happen to an order, and why.

A decision looks at the order and its agreement together and answers with facts for both.
"""

from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain import agreement, organisation
from ledger.domain.events import (
    CounterAccepted,
    CounterRejected,
    Instalment,
    New,
    OrderChanged,
    OrderClosed,
    OrderConfirmed,
    OrderCountered,
    OrderDeclined,
    OrderDelivered,
    OrderLapsed,
    OrderLine,
    OrderPlaced,
    OrderStarted,
    PlannedSession,
    RoomReserved,
)
from ledger.domain.given import Given
from ledger.domain.money import least_of
from ledger.domain.numbering import order_number
from ledger.domain.order.carriers import changed_allocation, chosen_split
from ledger.domain.order.commands import (
    AcceptCounter,
    ChangeOrder,
    CloseOrder,
    ConfirmOrder,
    CounterOrder,
    DeclineOrder,
    DeliverOrder,
    LapseOrder,
    PlaceOrder,
    RejectCounter,
    StartOrder,
)
from ledger.domain.order.evolve import evolve
from ledger.domain.order.faults import (
    check_buyer,
    check_term,
    date_faults,
    delivery_faults,
    given_after_faults,
    held_after_faults,
    last_planned,
    letter_faults,
    planned_faults,
    refuse,
    require_not_below_invoiced,
    too_many_seats,
    written_lines,
)
from ledger.domain.order.notices import notice_flags
from ledger.domain.order.owed import owed_left, require_not_below_owed
from ledger.domain.order.plan.start import led_by_start
from ledger.domain.order.plan.terms import changed_plan, new_plan, programme_faults
from ledger.domain.order.room import (
    check_again,
    enlarge,
    fact,
    over_limit_flags,
    with_moves,
)
from ledger.domain.order.state import State, holding, is_unanswered, left, stream
from ledger.domain.order.supplier.choice import check_choice, choose
from ledger.domain.order.supplier.last_day import last_day_to_answer
from ledger.domain.order.supplier.rank import end_or_pass_on
from ledger.domain.position import moves, ordered
from ledger.domain.refusals import (
    Amount,
    Fault,
    Invalid,
    NotDue,
    ReleaseDiffers,
)


def place(command: PlaceOrder, state: agreement.State, given: Given) -> list[New]:
    """The order takes its number and its room; soft limits that it passes become its flags.

    Raises Invalid, AgreementNotOpen, NotEntitled, NotAParty, OutOfTurn, CompetitionNeeded,
    NotFound, OverAward, OutsideTerm, DeliveryAfterTerm, CapExceeded.
    Rule: the cap binds when ordering (EU Court C-216/17).
    """
    event = placing(command, state, given)
    placed = evolve(None, event, command.ordered_on, given.by)
    moved = moves(None, holding(placed))
    passed = agreement.check_limits(state, moved, command.ordered_on)
    flags = (*over_limit_flags(passed), *notice_flags(placed))
    reserved = RoomReserved(
        order=event.number, sequence=state.orders + 1, moves=moved, competition=command.competition
    )
    return [
        New(stream(event.number), replace(event, flags=flags), command.ordered_on),
        *agreement.move_room(state, reserved, command.ordered_on),
    ]


def placing(command: PlaceOrder, of: agreement.State, given: Given) -> OrderPlaced:
    """The order without its flags, where nothing but a limit can still refuse it."""
    choice = choose(command, of)
    written, faults = _written(command, of, given)
    refuse([*choice.faults, *faults, *planned_faults(command, of, command.ordered_on)])
    agreement.require_open(of)
    check_buyer(of, command.buyer, given, command.ordered_on)
    check_choice(choice, command.competition, of, ordered(written.lines))
    check_term(of, command.ordered_on, last_planned(command), command.ordered_on)
    split = chosen_split(
        command.split, of, command.buyer, written.lines, command.seats, command.ordered_on
    )
    days = None if command.respond_by else of.policy_on(command.ordered_on).answer_days
    last_day = command.respond_by
    if days is not None:
        last_day = last_day_to_answer(of, command.ordered_on, given.today, days)
    return OrderPlaced(
        agreement=of.number,
        number=order_number(of.number, of.orders + 1),
        buyer=command.buyer,
        supplier=choice.supplier,
        currency=of.currency,
        course=command.course,
        lines=written.lines,
        ordered_on=command.ordered_on,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        respond_by=last_day,
        answer_days=days,
        counts_seats=True,
        unit=command.unit,
        challenge=command.challenge,
        reference=command.reference,
        credits=command.credits,
        seats=command.seats,
        split=split,
        programme=command.programme,
        round=command.round,
        free_seats=command.free_seats,
        minimum_seats=command.minimum_seats,
        sessions=written.sessions,
        instalments=written.instalments,
        passed_over=choice.passed_over,
        award=choice.award,
    )


class Written(NamedTuple):
    """What a new order is of."""

    lines: tuple[OrderLine, ...]
    sessions: tuple[PlannedSession, ...]
    instalments: tuple[Instalment, ...]


def _written(command: PlaceOrder, of: agreement.State, given: Given) -> tuple[Written, list[Fault]]:
    """Lines, coded by the buyer's own map on the order date, and their plan; with all faults."""
    code_map = organisation.code_map(given, command.buyer, command.ordered_on)
    lines, faults = written_lines(command.lines, command.starts_on or command.ordered_on, code_map)
    sessions, instalments, plan_faults = new_plan(command, lines, least_of(of.currency))
    faults += plan_faults if not faults else []
    faults += programme_faults(command.programme, command.round)
    days = command.starts_on, command.ends_on, command.ordered_on, command.respond_by
    return Written(lines, sessions, instalments), [*faults, *date_faults(*days)]


def confirm(command: ConfirmOrder, state: State, given: Given) -> list[New]:
    """The limits are checked again, on its own day: confirming is what binds. After the term, or
    the closing of the agreement, it is flagged. Raises Invalid, CapExceeded."""
    refuse(letter_faults(command.letter, given.by, state.supplier))
    of = agreement.named(given, state.agreement)
    check_again(state, of, command.on)
    event = OrderConfirmed(
        reference=command.reference, letter=command.letter, flags=late_flags(of, command.on)
    )
    return with_moves(state, of, event, command.on, "confirmed")


def late_flags(of: agreement.State, on: date) -> tuple[str, ...]:
    """The contract of an order is made when it is confirmed: after the term, or under an agreement
    that is closed, a person should look at it. Rule: DOMAIN 1.10."""
    flags = []
    if on > of.ends_on:
        flags.append("confirmed-after-term")
    if of.closed_on is not None and on >= of.closed_on:
        flags.append("confirmed-after-closing")
    return tuple(flags)


def decline(command: DeclineOrder, state: State, given: Given) -> list[New]:
    """In a ranking it goes to the next supplier. Raises Invalid."""
    refuse(letter_faults(command.letter, given.by, state.supplier))
    event = OrderDeclined(reason=command.reason, letter=command.letter)
    return end_or_pass_on(state, given, event, command.on, "declined")


def lapse(command: LapseOrder, state: State, given: Given) -> list[New]:
    """Its room counts as released from the day that this is said: a late answer was still one.

    Raises NotDue.
    """
    if not is_unanswered(state, command.on) or state.respond_by is None:
        raise NotDue(name=state.number, on=command.on)
    event = OrderLapsed(respond_by=state.respond_by)
    return end_or_pass_on(state, given, event, command.on, "lapsed")


def counter(command: CounterOrder, state: State, given: Given) -> list[New]:
    """A higher offer needs room as an order does, and so do an offer's own lines, also of less in
    all: of each limit that they ask more of than the order does.

    The university does not know how the buyer books: what it adds is coded as the last line.

    Raises Invalid, DeliveryAfterTerm, BelowInvoiced, AgreementNotOpen, OutsideTerm, CapExceeded.
    """
    of = agreement.named(given, state.agreement)
    code_map = organisation.code_map(given, state.buyer, state.ordered_on)
    starts_on = command.starts_on or state.starts_on
    added = max(0, len(command.lines) - len(state.lines))
    before = (*state.lines, *state.lines[-1:] * added)
    lines, faults = written_lines(command.lines, starts_on or state.ordered_on, code_map, before)
    faults += planned_faults(command, of, command.on)
    faults += letter_faults(command.letter, given.by, state.supplier)
    refuse([*faults, *date_faults(starts_on, command.ends_on or state.ends_on)])
    check_term(of, None, command.ends_on or command.starts_on, command.on)
    require_not_below_invoiced(state, lines)
    event = OrderCountered(
        lines=lines,
        reason=command.reason,
        seats=command.seats,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        letter=command.letter,
    )
    return enlarge(state, given, event, command.on, "countered")


def accept(command: AcceptCounter, state: State, given: Given) -> list[New]:
    """The offer's whole amount is judged on its own day; one that makes the order larger is an
    order, asked about the term like a placing. What was invoiced since the offer is not undone.

    Raises Invalid, NotEntitled, BelowInvoiced, LineBelowInvoiced, AgreementNotOpen, OutsideTerm,
    CapExceeded.
    """
    of, by = agreement.named(given, state.agreement), given.by
    offered = None
    if state.counter is not None:
        offered = state.counter.seats
        require_not_below_invoiced(state, state.counter.lines)
    allocated = changed_allocation(state, of, offered, command.allocation, by, command.on)
    event = CounterAccepted(
        reference=command.reference, allocated=allocated, flags=late_flags(of, command.on)
    )
    after = evolve(state, event, command.on, by)
    if after.amount > state.amount:
        agreement.require_takes(of, command.on)
    check_again(after, of, command.on, before=state)
    return with_moves(state, of, event, command.on, "counter-accepted")


def reject(command: RejectCounter, state: State, given: Given) -> list[New]:
    """A counter-offer is a refusal (avtalslagen 6 §): the order ends with it, or is passed on."""
    event = CounterRejected(reason=command.reason)
    return end_or_pass_on(state, given, event, command.on, "counter-rejected")


def change(command: ChangeOrder, state: State, given: Given) -> list[New]:
    """What makes it larger needs room as an order does.

    Raises Invalid, NotEntitled, NotAParty, DeliveryAfterTerm, BelowInvoiced, BelowOwed,
    AgreementNotOpen, OutsideTerm, CapExceeded.
    """
    of, by = agreement.named(given, state.agreement), given.by
    code_map = organisation.code_map(given, state.buyer, state.ordered_on)
    kept = replace(command, order="", on=date.min, reason="")
    if kept == ChangeOrder(order="", on=date.min, reason=""):
        raise Invalid(Fault(pointer="", sentence="Nothing is changed."))
    starts_on = command.starts_on or state.starts_on
    faults: list[Fault] = []
    said = state.lines
    if command.lines is not None:
        before = state.starts_on or state.ordered_on
        said, faults = written_lines(command.lines, before, code_map, state.lines)
    lines, led = said, None
    if not faults:
        there, stay = replace(state, lines=said), command.sessions is None
        lines, led = led_by_start(there, command.starts_on, planned_stay=stay)
    sessions, instalments, plan_faults = changed_plan(command, state, lines)
    faults += plan_faults if not faults else []
    faults += planned_faults(command, of, command.on)
    if command.seats is not None or command.free_seats is not None:
        faults += delivery_faults(state, command.seats, command.free_seats)
    refuse([*faults, *date_faults(starts_on, command.ends_on or state.ends_on)])
    check_term(of, None, last_planned(command), command.on)
    if command.lines is not None:
        require_not_below_invoiced(state, said)
        require_not_below_owed(state, said)
    allocated = changed_allocation(state, of, command.seats, command.allocation, by, command.on)
    event = OrderChanged(
        lines=lines,
        reason=command.reason,
        seats=command.seats if command.seats is not None else state.seats,
        starts_on=starts_on,
        ends_on=command.ends_on or state.ends_on,
        free_seats=command.free_seats,
        minimum_seats=command.minimum_seats,
        sessions=sessions,
        instalments=led if instalments is None else instalments,
        allocated=allocated,
        said=said if said not in (state.lines, lines) else (),
    )
    return enlarge(state, given, event, command.on, "changed")


def start(command: StartOrder, state: State, given: Given) -> list[New]:
    """No money moves."""
    return [fact(state, OrderStarted(), command.on, state.counts_from(command.on))]


def deliver(command: DeliverOrder, state: State, given: Given) -> list[New]:
    """No money moves. Reported again, the last one counts. Raises Invalid."""
    faults = [
        *held_after_faults(state, command.on),
        *given_after_faults(state, command.on, "/delivered_on"),
    ]
    if state.delivered_on is not None and not command.reason.strip():
        sentence = "It was reported delivered on {day} already: say why it is reported again."
        figures = {"day": state.delivered_on.isoformat()}
        faults.append(Fault(pointer="/reason", sentence=sentence, figures=figures))
    if state.places is not None and command.seats_used > state.places:
        faults.append(too_many_seats("/seats_used", state.places))
    if command.credits_awarded is not None and command.credits_awarded > command.seats_used:
        faults.append(
            Fault(
                pointer="/credits_awarded",
                sentence="More participants were awarded credits than used a seat.",
            )
        )
    if (command.women or 0) + (command.men or 0) > command.seats_used:
        sentence = "More women and men were counted than used a seat."
        faults.append(Fault(pointer="/women", sentence=sentence))
    if faults:
        raise Invalid(*faults)
    day = state.counts_from(command.on)
    event = OrderDelivered(
        delivered_on=command.on if command.on != day else None,
        seats_used=command.seats_used,
        credits_awarded=command.credits_awarded,
        women=command.women,
        men=command.men,
        reason=command.reason,
    )
    return [New(stream(state.number), event, day)]


def close(command: CloseOrder, state: State, given: Given) -> list[New]:
    """What was not invoiced is released; what is owed of it, with a reason.

    Raises ReleaseDiffers, Invalid.
    """
    of = agreement.named(given, state.agreement)
    released = left(state)
    if command.release not in (None, released):
        raise ReleaseDiffers(
            order=state.number,
            release=Amount(released, state.currency),
            expected=Amount(command.release or 0, state.currency),
        )
    due = sum(owed_left(state).values())
    if due and not command.reason.strip():
        fault = Fault(
            pointer="/reason",
            sentence="{owed} of it is owed and not invoiced: say why it is released.",
            figures={"owed": Amount(due, state.currency)},
        )
        raise Invalid(fault)
    event = OrderClosed(released=released, reason=command.reason)
    return with_moves(state, of, event, command.on, "closed")
