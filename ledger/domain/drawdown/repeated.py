"""Credits of final invoices that repeat what was paid before: they take back what those drew.

The advance was paid and stays so: what its final invoice took back of it stands again, and the next
final invoice may deduct it. A credit that does not repeat it takes the advance back too.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.drawdown.advances import (
    Advances,
    deducted,
    gross_left,
    net_of,
    orders_of,
    undeducted,
)
from ledger.domain.drawdown.allocation import turned
from ledger.domain.drawdown.commands import RecordDrawdown
from ledger.domain.drawdown.flags import ROUNDED
from ledger.domain.drawdown.state import UNCLEAR, State, named, stream
from ledger.domain.events import (
    DrawdownAdvancesNamed,
    DrawdownDeductionTakenBack,
    New,
    TakenBack,
)
from ledger.domain.given import Given
from ledger.domain.money import to_text
from ledger.domain.refusals import Amount, CreditedAdvancesUnsaid, Fault, Invalid, LaterStands

Credit = RecordDrawdown | State


class Repeated(NamedTuple):
    """What a credit that comes lets stand of advances, and what it is flagged for."""

    deducts: tuple[TakenBack, ...] = ()
    flags: tuple[str, ...] = ()


def repeated(credit: Credit, some: Sequence[State], of: agreement.State, given: Given) -> Repeated:
    """What a credit of some invoices lets stand, by what it repeats of what was paid before; by
    whoever types it, what they name. Where that is not sure, a flag: its approval asks.

    Raises Invalid.
    """
    ids: Sequence[str] | None = ()
    if isinstance(credit, RecordDrawdown) and credit.deducts:
        ids = credit.deducts
    elif credit.prepaid:
        alike = credit.alike if isinstance(credit, RecordDrawdown) else ()
        ids = _sure(credit, some, given, alike) if some else None
    if ids is None:
        return Repeated((), (f"{UNCLEAR}:{to_text(abs(credit.prepaid or 0))}",))
    return Repeated(_let_stand(ids, credit, some, of, given))


def stand_again(
    ids: Sequence[str] | None, state: State, alike: Sequence[str], given: Given, on: date
) -> tuple[State, list[New]]:
    """A credit that is to be approved with what it lets stand of advances, as somebody says (`ids`;
    none: it takes the advances back too), and the facts of that.

    `alike` are invoices that may be final ones of those advances too. Raises Invalid;
    CreditedAdvancesUnsaid where nobody says what is not sure.
    """
    some, flags = [named(given, id) for id in state.credits_of], state.flags
    if ids is None:
        ids = _as_before(state, some, given)
    if ids is None and state.prepaid and some:
        flags = tuple(flag for flag in flags if flag.partition(":")[0] != UNCLEAR)
        ids = _sure(state, some, given, alike)
        if ids is None:
            raise CreditedAdvancesUnsaid(
                drawdown=state.id,
                prepaid=Amount(abs(state.prepaid), state.currency),
                advances=tuple(one.id for one in _undone(some, given, state.id)),
            )
    if ids is None:
        return state, []
    found = _let_stand(ids, state, some, agreement.named(given, state.agreement), given)
    if (found, flags) == (state.deducts, state.flags) and not state.is_unclear:
        return state, []
    event = DrawdownAdvancesNamed(deducts=found, allocations=state.allocations, flags=flags)
    after = replace(state, deducts=found, flags=flags, asked=True)
    return after, [New(stream(state.id), event, on)]


def took_back(credit: State, some: Sequence[State], given: Given) -> bool:
    """Whether a credit that repeats what was paid before, and was approved before its invoices
    came, took back advances too that they deduct: that it did is looked at again."""
    return bool(credit.prepaid) and credit.is_credit and bool(_undone(some, given, credit.id))


def no_longer(state: State, given: Given, on: date) -> list[New]:
    """What the advances are told where the approval of a credit that let them stand is taken
    back. Raises LaterStands where another took them back meanwhile."""
    facts: list[New] = []
    for one in state.deducts if state.is_credit else ():
        advance = named(given, one.drawdown)
        if advance.left_to_credit + one.amount < 0:
            at = [each.final for each in advance.deducted].index(state.id)
            later = (
                *(each.final for each in advance.deducted[at + 1 :]),
                *(each.credit for each in advance.credits_taken),
            )
            raise LaterStands(name=state.id, later=tuple(dict.fromkeys(later)))
        facts.append(New(stream(advance.id), DrawdownDeductionTakenBack(final=state.id), on))
    return facts


def _as_before(state: State, some: Sequence[State], given: Given) -> tuple[str, ...] | None:
    """What somebody said before its approval was taken back, where that still can be."""
    ids = tuple(one.drawdown for one in state.deducts)
    there = {one.id for one in _undone(some, given, state.id)}
    return ids if state.asked and ids and there.issuperset(ids) else None


def _sure(
    credit: Credit, some: Sequence[State], given: Given, alike: Sequence[str]
) -> tuple[str, ...] | None:
    """The advances that stand again where a credit repeats what was paid before: all that its
    invoices took back, or a part of the only one. None where a person has to say: it repeats less
    than that of several, or more than the part that it credits, or another final invoice says that
    they were paid and was approved as deducting none."""
    undone = _undone(some, given, _id_of(credit))
    if not undone:
        return ()
    repeats = -(credit.prepaid or 0)
    whole = sum(gross_left(one) for one in undone)
    if repeats <= 0 or (len(undone) > 1 and repeats < whole - ROUNDED):
        return None
    if _is_beyond(_amounts(credit, undone), credit, some):
        return None
    if _other_finals(undone, alike, given):
        return None
    return tuple(one.id for one in undone)


def _is_beyond(amounts: Sequence[int], credit: Credit, some: Sequence[State]) -> bool:
    """Whether more would stand again than is credited; of whole invoices, which may have drawn less
    than the advances that they took back, that is as it was."""
    return sum(amounts) > abs(credit.amount) < sum(one.left_to_credit for one in some)


def _other_finals(undone: Iterable[State], alike: Iterable[str], given: Given) -> bool:
    for advance in undone:
        for one in (given.find(stream(id)) for id in alike):
            if one is None or one.supplier != advance.supplier:
                continue
            meets = not set(one.orders).isdisjoint(advance.orders)
            if meets and one.issued_on >= advance.issued_on and undeducted(one, given):
                return True
    return False


def _undone(some: Iterable[State], given: Given, credit: str) -> tuple[State, ...]:
    """Each advance that final invoices took back, as if that were all of it: what they took back of
    it and other credits of theirs did not let stand again is left of it."""
    taken: dict[str, list[TakenBack]] = {}
    credits = set[str]()
    for final in some:
        credits |= {one.credit for one in final.credits_taken}
        for one in final.deducts:
            taken.setdefault(one.drawdown, []).append(one)
    found = []
    for id, parts in taken.items():
        advance = named(given, id)
        amount = sum(one.amount for one in parts)
        back = [one for one in advance.deducted if one.final in credits - {credit}]
        view = replace(
            advance,
            amount=amount,
            vat=(advance.vat or 0) * amount // advance.amount,
            allocations=turned(line for one in parts for line in one.lines),
            credited=-sum(one.amount for one in back),
            credited_lines=turned(line for one in back for line in one.lines),
            deducted=(),
        )
        if view.left_to_credit > 0:
            found.append(view)
    return tuple(found)


def _amounts(credit: Credit, undone: Sequence[State]) -> tuple[int, ...]:
    """How much of each stands again, in öre excluding VAT: all, but where less is repeated."""
    repeats = -(credit.prepaid or 0)
    if repeats <= 0 or repeats >= sum(gross_left(one) for one in undone) - ROUNDED:
        return tuple(one.left_to_credit for one in undone)
    return net_of(repeats, undone)


def _let_stand(
    ids: Sequence[str], credit: Credit, some: Sequence[State], of: agreement.State, given: Given
) -> tuple[TakenBack, ...]:
    """What a credit lets stand of the advances that are named, negative, on the lines from which
    their final invoice took it. Raises Invalid."""
    undone = {one.id: one for one in _undone(some, given, _id_of(credit))}
    ids = tuple(dict.fromkeys(ids))
    sentence = "{drawdown} is no advance that the invoice which it credits deducts."
    faults = [
        Fault(pointer="/deducts", sentence=sentence, figures={"drawdown": id})
        for id in ids
        if id not in undone
    ]
    if faults:
        raise Invalid(*faults)
    chosen = tuple(undone[id] for id in ids)
    amounts = _amounts(credit, chosen)
    if _is_beyond(amounts, credit, some):
        sentence = "{asked} of advances would stand again, and it credits {amount} in all."
        figures = {
            "asked": Amount(sum(amounts), credit.currency),
            "amount": Amount(abs(credit.amount), credit.currency),
        }
        raise Invalid(Fault(pointer="/deducts", sentence=sentence, figures=figures))
    advances = Advances(chosen, amounts)
    days = credit.issued_on, given.today
    found = deducted(advances, days, of, orders_of(advances, given))
    return tuple(
        replace(one, amount=-one.amount, lines=turned(one.lines)) for one in found if one.amount
    )


def _id_of(credit: Credit) -> str:
    return credit.id if isinstance(credit, State) else ""
