"""What a credit takes back: of which invoices, on which of their lines; and when it is found late.

A credit may come while its invoice waits: it is approved after it, and falls with it.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.allocation import allocate, by_order
from ledger.domain.drawdown.commands import MatchCredit, Part, RecordDrawdown
from ledger.domain.drawdown.eligibility import with_funding
from ledger.domain.drawdown.faults import (
    before_flags,
    check_credit,
    check_credited,
    check_parts,
    passing,
)
from ledger.domain.drawdown.flags import order_flags
from ledger.domain.drawdown.state import UNMATCHED, Orders, State, named, stream
from ledger.domain.events import (
    Allocation,
    DrawdownCredited,
    DrawdownCreditMatched,
    DrawdownCreditReceived,
    DrawdownEvent,
    LineAmount,
    New,
    TakenBack,
)
from ledger.domain.funding import negated_funded
from ledger.domain.given import Given
from ledger.domain.refusals import Fault, Invalid, WrongStatus
from ledger.domain.sharing import negated

BEYOND = "exceeds-invoiced"
LINES_DIFFER = "credit-lines-differ"
"""The flag of a credit whose lines are not those that its invoice drew: it lands on those."""


def credited_by(command: RecordDrawdown, of: agreement.State, given: Given) -> tuple[State, ...]:
    """The invoices that a credit names, each with something left to credit; also negative ones,
    which a credit note adds again.

    Raises NotFound; Invalid, WrongStatus, CreditTooLarge.
    """
    if command.credits is None:
        return ()
    some = tuple(named(given, id) for id in (command.credits, *command.also_credits))
    for one in some:
        check_credited(command, of, one)
        if (one.amount < 0) == (command.amount < 0):
            sentence = "{drawdown} is no invoice that this takes back."
            raise Invalid(
                Fault(pointer="/credits", sentence=sentence, figures={"drawdown": one.id})
            )
    for one, amount in zip(some, amounts_of(abs(command.amount), some), strict=True):
        check_credit(amount, one)
    return some


def amounts_of(amount: int, credited: Sequence[State]) -> list[int]:
    """What a credit (positive öre) takes back of each of its invoices: of the first as much as is
    left, and so on; the last has the rest."""
    found: list[int] = []
    for i, one in enumerate(credited, 1):
        taken = amount if i == len(credited) else min(amount, max(0, one.left_to_credit))
        found.append(taken)
        amount -= taken
    return found


def parts_of(amount: int, credited: State) -> tuple[Part, ...]:
    """A credit's amount, signed, over the orders of its invoice, in their sequence."""
    sign, rest = (1 if amount > 0 else -1), abs(amount)
    gone = by_order(credited.credited_lines)
    parts: list[Part] = []
    for name, lines in by_order(credited.allocations).items():
        of = sum(one.amount for one in lines) - sum(one.amount for one in gone.get(name, ()))
        taken = min(rest, max(0, -sign * of))
        rest -= taken
        parts.append(Part(order=name, amount=sign * taken))
    parts[-1] = replace(parts[-1], amount=parts[-1].amount + sign * rest)
    return tuple(part for part in parts if part.amount) or tuple(parts[-1:])


def on_its_lines(
    command: RecordDrawdown, orders: Orders, credited: Sequence[State]
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The parts of a credit, and flags: as its file says, where its invoice drew such lines; else
    on the lines that its invoice drew. What is typed otherwise is a fault of its own later on."""
    if command.source is None or len(credited) != 1:
        return command.parts, ()
    (one,) = credited
    if all(part.line is None for part in command.parts):
        return parts_of(command.amount, one), ()
    drew = {part.order for part in one.allocations}
    known = {name: state for name, state in orders.items() if name in drew}
    if known.keys() == orders.keys():
        allocations = allocate(command.parts, orders, one)
        if not any(passing(allocations, orders, one)):
            return command.parts, ()
    return parts_of(command.amount, one), (LINES_DIFFER,)


def over(
    amount: int, parts: tuple[Part, ...], orders: Orders, credited: Sequence[State]
) -> tuple[tuple[Allocation, ...], tuple[TakenBack, ...]]:
    """Where a credit of several invoices lands, and what it takes back of each; of one there is
    nothing more to say. Raises Invalid."""
    if len(credited) < 2:
        of = credited[0] if credited else None
        found = allocate(parts, orders, of)
        if of is not None:
            check_parts(found, orders, of)
        return found, ()
    sign = 1 if amount > 0 else -1
    whole: list[Allocation] = []
    taken: list[TakenBack] = []
    for one, some in zip(credited, amounts_of(abs(amount), credited), strict=True):
        lines = allocate(parts_of(sign * some, one), orders, one)
        check_parts(lines, orders, one)
        whole += lines
        taken.append(TakenBack(drawdown=one.id, amount=some, lines=lines))
    return tuple(whole), tuple(taken)


def taken_back(state: State) -> tuple[TakenBack, ...]:
    """What a credit takes back of each of its invoices, by their lines."""
    if state.taken or state.credits is None:
        return state.taken
    amount, lines = abs(state.amount), state.allocations
    return (TakenBack(drawdown=state.credits, amount=amount, lines=lines),)


def credit_facts(state: State, given: Given) -> list[tuple[str, DrawdownEvent]]:
    """What the invoices of a credit that is approved are told. Raises WrongStatus,
    CreditTooLarge."""
    found: list[tuple[str, DrawdownEvent]] = []
    for one in taken_back(state):
        credited = named(given, one.drawdown)
        check_credit(one.amount, credited, approved=True)
        lines = tuple(
            replace(
                part,
                amount=-part.amount,
                shares=negated(part.shares),
                funded=negated_funded(part.funded),
                fees=negated(part.fees),
            )
            for part in one.lines
        )
        event = DrawdownCredited(credit=state.id, amount=one.amount, lines=lines)
        found.append((stream(credited.id), event))
    return found


def received(id: str, credited: Sequence[State], command: RecordDrawdown) -> list[New]:
    """What the invoices of a credit are told when it comes: it waits, and falls where they do."""
    event = DrawdownCreditReceived(credit=id)
    return [New(stream(one.id), event, command.issued_on) for one in credited]


def waiting_credits(state: State, given: Given) -> list[State]:
    """The credits of an invoice that are recorded and not decided."""
    some = (named(given, id) for id in state.awaited)
    return [one for one in some if one.status == "recorded" and state.id in one.credits_of]


def match(command: MatchCredit, state: State, given: Given) -> list[New]:
    """A credit whose invoice was not here when it came, and is now: it lands on its lines.

    Raises WrongStatus, NotFound, Invalid, CreditTooLarge.
    """
    return matched(command, state, given)[1]


def matched(command: MatchCredit, state: State, given: Given) -> tuple[State, list[New]]:
    """The credit as it then is, and its facts."""
    if state.status != "recorded" or state.credits is not None or not state.is_credit:
        raise WrongStatus(name=state.id, status=state.status, action="match", needed="recorded")
    of = agreement.named(given, state.agreement)
    one = named(given, command.credits)
    check_credited(state, of, one)
    check_credit(abs(state.amount), one)
    before = _before(state, one)
    orders = {name: order.named(given, name) for name in one.orders}
    allocations = allocate(parts_of(state.amount, one), orders, one)
    check_parts(allocations, orders, one)
    allocations = with_funding(allocations, state.issued_on, of, orders, one, given.today)
    flags = [flag for flag in state.flags if flag.partition(":")[0] not in (UNMATCHED, BEYOND)]
    for name, lines in by_order(allocations).items():
        waits = one.status == "recorded"
        flags += order_flags(orders[name], lines, state.amount, waits=waits)
    event = DrawdownCreditMatched(
        credits=one.id,
        buyer=orders[allocations[0].order].buyer,
        allocations=allocations,
        flags=tuple(dict.fromkeys((*flags, *before))),
    )
    told = DrawdownCreditReceived(credit=state.id)
    after = replace(
        state,
        credits=one.id,
        buyer=event.buyer,
        allocations=allocations,
        flags=event.flags,
    )
    return after, [
        New(stream(state.id), event, command.on),
        New(stream(one.id), told, command.on),
    ]


def _before(state: State, credited: State) -> list[str]:
    """The flag of a received credit that is dated before its invoice. Raises Invalid for one that
    was typed."""
    flags = before_flags(state.issued_on, (credited,))
    if flags and state.source is None:
        sentence = "{on} is before the day of the invoice that it credits, {since}."
        figures = {"on": state.issued_on.isoformat(), "since": credited.issued_on.isoformat()}
        raise Invalid(Fault(pointer="/credits", sentence=sentence, figures=figures))
    return flags


def restored(one: order.State, of: State | None, state: State) -> tuple[LineAmount, ...]:
    """What an order's lines count for again, in öre, where a credit note takes back the whole of a
    negative invoice whose room went to the cap."""
    if of is None or one.status in order.ENDED or abs(state.amount) != abs(of.amount):
        return ()
    entry = next((entry for entry in one.credited if entry.drawdown == of.id), None)
    return () if entry is None else entry.reduced
