"""The choice of a supplier for a new order: whose it is, by which award, and past whom."""

import msgspec

from ledger.domain import agreement
from ledger.domain.order.commands import PlaceOrder
from ledger.domain.order.supplier.award import (
    award_of,
    check_award,
    check_competed,
    competition_faults,
    named_supplier,
)
from ledger.domain.order.supplier.turn import before, chosen_supplier
from ledger.domain.refusals import Fault, OutOfTurn
from ledger.domain.selection import Award, PassedOver


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which supplier an order goes to. With `faults` it is not to be relied on.

    `passed_over` had their turn before it: only they matter. `waiting` have it still. `award` is
    None where orders are not competed for, or nothing is won.
    """

    supplier: str
    faults: tuple[Fault, ...]
    passed_over: tuple[PassedOver, ...]
    waiting: tuple[str, ...]
    award: Award | None


def choose(command: PlaceOrder, of: agreement.State) -> Choice:
    """Whoever is named, or won, or whose turn it is; what cannot be meant is its faults."""
    won = agreement.active_competition(of, command.competition)
    named = named_supplier(of, command.supplier, won, command.ordered_on)
    supplier, faults = chosen_supplier(of, named, command.passed_over, command.ordered_on)
    faults += competition_faults(of, command.competition, won, command.supplier)
    first = before(of, supplier, command.ordered_on)
    over = {one.supplier for one in command.passed_over}
    return Choice(
        supplier=supplier,
        faults=tuple(faults),
        passed_over=tuple(one for one in command.passed_over if one.supplier in first),
        waiting=tuple(name for name in first if name not in over),
        award=award_of(of, won, command.buyer, command.ordered_on),
    )


def check_choice(choice: Choice, competition: int | None, of: agreement.State, asked: int) -> None:
    """Whether an order of so many öre may go there, by the competition that it names.

    Raises OutOfTurn where somebody before the supplier is not passed over; CompetitionNeeded,
    NotFound, OverAward.
    """
    if choice.waiting:
        first = choice.waiting[0]
        raise OutOfTurn(
            agreement=of.number, supplier=choice.supplier, first=first, waiting=choice.waiting
        )
    check_competed(of, competition, choice.award)
    check_award(of.number, choice.award, asked, of.currency)
