"""An agreement, its orders and a drawdown as they are after facts that are decided together."""

from collections.abc import Iterable, Mapping

from ledger.domain import agreement, order
from ledger.domain.drawdown.evolve import evolve
from ledger.domain.drawdown.state import State, stream
from ledger.domain.events import NOBODY, AgreementEvent, DrawdownEvent, New, OrderEvent


def after(of: agreement.State, facts: Iterable[New]) -> agreement.State:
    """The agreement after its own among the facts, for what is decided next."""
    for new in facts:
        if new.stream == agreement.stream(of.number):
            assert isinstance(new.event, AgreementEvent)
            of = agreement.evolve(of, new.event, new.effective_on, NOBODY)
    return of


def orders_after(orders: Mapping[str, order.State], facts: Iterable[New]) -> dict[str, order.State]:
    """Orders by their numbers, after their own among the facts."""
    found = dict(orders)
    of_streams = {order.stream(one.number): name for name, one in orders.items()}
    for new in facts:
        if new.stream in of_streams:
            assert isinstance(new.event, OrderEvent)
            name = of_streams[new.stream]
            found[name] = order.evolve(found[name], new.event, new.effective_on, NOBODY)
    return found


def drawdown_after(state: State, facts: Iterable[New]) -> State:
    """A drawdown after its own among the facts."""
    for new in facts:
        if new.stream == stream(state.id):
            assert isinstance(new.event, DrawdownEvent)
            state = evolve(state, new.event, new.effective_on, NOBODY)
    return state
