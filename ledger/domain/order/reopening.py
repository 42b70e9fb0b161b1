"""Opening an order again that was closed too early."""

from msgspec.structs import replace

from ledger.domain import agreement
from ledger.domain.events import New, OrderReopened
from ledger.domain.given import Given
from ledger.domain.order.commands import ReopenOrder
from ledger.domain.order.evolve import evolve
from ledger.domain.order.room import check_ordered, over_limit_flags, with_moves
from ledger.domain.order.state import State, holding
from ledger.domain.position import moves


def reopen(command: ReopenOrder, state: State, given: Given) -> list[New]:
    """It is as before it was closed, if what it then held still fits.

    It was ordered within the term and is no new order: neither the term's end nor a closed
    agreement stops it. Raises CapExceeded.
    """
    of = agreement.named(given, state.agreement)
    event = OrderReopened(reason=command.reason)
    after = evolve(state, event, state.counts_from(command.on), given.by)
    held = moves(holding(state), holding(after))
    day = state.counts_from(command.on)
    passed = agreement.check_limits(of, held, day)
    flags = over_limit_flags((*passed, *check_ordered(state, after, of, day)))
    return with_moves(state, of, replace(event, flags=flags), command.on, "reopened")
