"""What a credit takes back: of which invoices, on which of their lines.

A credit may come while its invoice waits: it is approved after it, and falls with it.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown.allocation import allocate, by_order, to_credit
from ledger.domain.drawdown.commands import Part, RecordDrawdown
from ledger.domain.drawdown.eligibility import with_funding
from ledger.domain.drawdown.faults import (
    check_credit,
    check_credited,
    check_parts,
    passing,
)
from ledger.domain.drawdown.state import Orders, State, named, stream
from ledger.domain.events import (
    Allocation,
    DrawdownCreditReceived,
    LineAmount,
    New,
    TakenBack,
)
from ledger.domain.given import Given
from ledger.domain.position import by_line
from ledger.domain.refusals import Amount, Fault, Invalid

BEYOND = "exceeds-invoiced"
ELSEWHERE = "order-differs"
"""The flag of a credit that lands on another order than the one that it was said to be of."""
LINES_DIFFER = "credit-lines-differ"
"""The flag of a credit whose lines are not those that its invoice drew: it lands on those."""


def credited_by(command: RecordDrawdown, of: agreement.State, given: Given) -> tuple[State, ...]:
    """The invoices that a credit names, each with something left to credit; also negative ones,
    which a credit note adds again.

    Raises NotFound; Invalid, WrongStatus, CreditTooLarge.
    """
    if command.credits is None:
        return ()
    ids = dict.fromkeys((command.credits, *command.also_credits))
    return require_creditable(command, of, [named(given, id) for id in ids])


def require_creditable(
    credit: RecordDrawdown | State, of: agreement.State, some: Sequence[State]
) -> tuple[State, ...]:
    """The invoices of a credit. Raises NotFound; Invalid, WrongStatus, CreditTooLarge."""
    require_its_own(credit, of, some)
    for one, amount in zip(some, amounts_of(abs(credit.amount), some), strict=True):
        check_credit(amount, one)
    return tuple(some)


def require_its_own(
    credit: RecordDrawdown | State, of: agreement.State, some: Sequence[State]
) -> None:
    """The invoices of a credit are ones that it takes back. Raises NotFound, Invalid."""
    for one in some:
        check_credited(credit, of, one)
        if (one.amount < 0) == (credit.amount < 0):
            sentence = "{drawdown} is no invoice that this takes back."
            raise Invalid(
                Fault(pointer="/credits", sentence=sentence, figures={"drawdown": one.id})
            )


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


class Landing(NamedTuple):
    """What a credit's parts are, and what it is flagged for; no parts: by its invoices alone."""

    parts: tuple[Part, ...]
    flags: tuple[str, ...] = ()


def landing(
    amount: int, parts: Sequence[Part], orders: Orders, credited: Sequence[State]
) -> Landing:
    """Where a credit of an amount (öre, signed) lands: as its parts say, where its invoices drew
    such lines; else on the lines that they drew, which is flagged where it says otherwise."""
    asked = tuple(parts)
    says = len(asked) > 1 or any(part.line is not None for part in asked)
    if len(credited) > 1:
        if says and spread(asked, orders, credited).is_whole:
            return Landing(asked)
        return Landing((), (LINES_DIFFER,) if says else ())
    (one,) = credited
    known = {name: orders[name] for name in dict.fromkeys(part.order for part in one.allocations)}
    if asked and all(part.order in known for part in asked):
        allocations = allocate(asked, known, one)
        if not any(passing(allocations, known, one)):
            return Landing(asked)
    return Landing(parts_of(amount, one), (LINES_DIFFER,) if says else ())


def on_its_lines(
    command: RecordDrawdown, orders: Orders, credited: Sequence[State]
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The parts of a credit, and flags: see `landing`. What a person names otherwise than its
    invoice drew is a fault of its own later on."""
    typed = command.source is None and len(credited) == 1
    if not credited or command.said or typed:
        return command.parts, ()
    return landing(command.amount, command.parts, orders, credited)


class Spread(NamedTuple):
    """The parts of a credit by its invoices, and what none of them drew (öre, positive)."""

    parts: tuple[tuple[State, tuple[Part, ...]], ...]
    beyond: tuple[tuple[Part, int], ...]

    @property
    def is_whole(self) -> bool:
        return not self.beyond


def spread(asked: Sequence[Part], orders: Orders, credited: Sequence[State]) -> Spread:
    """The parts of a credit over its invoices, in their sequence: of each line as much as the
    invoice has left of it."""
    left: dict[str, dict[tuple[str, int], int]] = {}
    sign = -1 if credited[0].amount >= 0 else 1
    for one in credited:
        left[one.id] = {
            (name, line): max(0, -sign * amount)
            for name in dict.fromkeys(part.order for part in one.allocations)
            for line, amount in by_line(to_credit(orders[name], one)).items()
        }
    found: dict[str, dict[tuple[str, int], int]] = {one.id: {} for one in credited}
    beyond: list[tuple[Part, int]] = []
    named_first = sorted(asked, key=lambda part: part.line is None)
    for part in named_first:
        rest = sign * part.amount
        for one in credited:
            for place, there in left[one.id].items():
                if place[0] != part.order or part.line not in (None, place[1]):
                    continue
                taken = max(0, min(rest, there))
                if taken:
                    left[one.id][place] -= taken
                    found[one.id][place] = found[one.id].get(place, 0) + taken
                    rest -= taken
        if rest:
            beyond.append((part, rest))
    parts = tuple(
        (
            one,
            tuple(
                Part(order=order, line=line, amount=sign * ore)
                for (order, line), ore in found[one.id].items()
            ),
        )
        for one in credited
        if found[one.id]
    )
    return Spread(parts, tuple(beyond))


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
    if parts:
        found_parts = spread(parts, orders, credited)
        _require_drawn(found_parts, credited)
        by_invoice = found_parts.parts
    else:
        amounts = amounts_of(abs(amount), credited)
        by_invoice = tuple(
            (one, parts_of(sign * some, one)) for one, some in zip(credited, amounts, strict=True)
        )
    whole: list[Allocation] = []
    taken: list[TakenBack] = []
    for one, its in by_invoice:
        lines = allocate(its, orders, one)
        check_parts(lines, orders, one)
        whole += lines
        some = abs(sum(part.amount for part in its))
        taken.append(TakenBack(drawdown=one.id, amount=some, lines=lines))
    return tuple(whole), tuple(taken)


def _require_drawn(found: Spread, credited: Sequence[State]) -> None:
    """Raises Invalid."""
    if not found.is_whole:
        names = ", ".join(one.id for one in credited)
        sentence = "{drawdown} have {beyond} less of {order} left to credit than that."
        raise Invalid(
            *(
                Fault(
                    pointer="/lines",
                    sentence=sentence,
                    figures={
                        "drawdown": names,
                        "beyond": Amount(beyond, credited[0].currency),
                        "order": part.order if part.line is None else f"{part.order}/{part.line}",
                    },
                )
                for part, beyond in found.beyond
            )
        )


def funded(
    taken: Sequence[TakenBack],
    credited: Sequence[State],
    days: tuple[date, date],
    of: agreement.State,
    orders: Orders,
) -> tuple[TakenBack, ...]:
    """What is taken back of several invoices with what funding covers of it, as each was judged.
    `days` are the credit's issue date, and today."""
    by_id = {one.id: one for one in credited}
    return tuple(
        replace(
            part,
            lines=with_funding(part.lines, days[0], of, orders, by_id[part.drawdown], days[1]),
        )
        for part in taken
    )


def spread_anew(
    state: State,
    credited: Sequence[State],
    of: agreement.State,
    orders: Orders,
    today: date,
) -> tuple[TakenBack, ...]:
    """What a credit takes back of each of several invoices as they are now: of each line, of
    whichever has it left; else as each has an amount left."""
    asked = dict[tuple[str, int], int]()
    for one in state.allocations:
        asked[one.order, one.line] = asked.get((one.order, one.line), 0) + one.amount
    parts = tuple(Part(order=name, line=line, amount=ore) for (name, line), ore in asked.items())
    if not spread(parts, orders, credited).is_whole:
        parts = ()
    _, taken = over(state.amount, parts, orders, credited)
    return funded(taken, credited, (state.issued_on, today), of, orders)


def taken_back(state: State) -> tuple[TakenBack, ...]:
    """What a credit takes back of each of its invoices, by their lines."""
    if state.taken or state.credits is None:
        return state.taken
    amount, lines = abs(state.amount), state.allocations
    return (TakenBack(drawdown=state.credits, amount=amount, lines=lines),)


def received(id: str, credited: Sequence[State], command: RecordDrawdown) -> list[New]:
    """What the invoices of a credit are told when it comes: it waits, and falls where they do."""
    event = DrawdownCreditReceived(credit=id)
    return [New(stream(one.id), event, command.issued_on) for one in credited]


def waiting_credits(state: State, given: Given) -> list[State]:
    """The credits of an invoice that are recorded and not decided."""
    some = (named(given, id) for id in state.awaited)
    return [one for one in some if one.status == "recorded" and state.id in one.credits_of]


def restored(one: order.State, of: State | None, state: State) -> tuple[LineAmount, ...]:
    """What an order's lines count for again, in öre, where a credit note takes back the whole of a
    negative invoice whose room went to the cap."""
    if of is None or one.status in order.ENDED or abs(state.amount) != abs(of.amount):
        return ()
    entry = next((entry for entry in one.credited if entry.drawdown == of.id), None)
    return () if entry is None else entry.reduced
