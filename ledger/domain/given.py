"""What a decision is handed beside its command: who asks, today, and the states of other things."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from ledger.domain.events import By
from ledger.domain.refusals import NotFound

if TYPE_CHECKING:  # the states are of rooms that are built on this one
    from ledger.domain import agreement, drawdown, order, organisation
    from ledger.domain.codes import CodeMap

Find = Callable[[str], Any]
"""The state of a stream; None where nothing is recorded."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Whatever is found is looked at: what is decided holds as long as it stays as it is."""

    by: By
    today: date
    find: Find

    def agreement(self, number: str) -> "agreement.State":
        """Raises NotFound."""
        state: agreement.State = found(self.find, "agreement", number)
        return state

    def order(self, number: str) -> "order.State":
        """Raises NotFound."""
        state: order.State = found(self.find, "order", number)
        return state

    def drawdown(self, id: str) -> "drawdown.State":
        """Raises NotFound."""
        state: drawdown.State = found(self.find, "drawdown", id)
        return state

    def organisation(self, number: str) -> "organisation.State | None":
        """None where nothing is recorded of it: then it has no rules of its own."""
        state: organisation.State | None = self.find(f"organisation/{number}")
        return state

    def code_map(self, buyer: str, on: date) -> "CodeMap | None":
        """The map that the buyer's codes follow on a day."""
        rules = self.organisation(buyer)
        return None if rules is None else rules.code_map_on(on)


def found(find: Find, noun: str, name: str) -> Any:
    """The state of what a name names. Raises NotFound where nothing is recorded of it."""
    state = find(f"{noun}/{name}")
    if state is None:
        raise NotFound(what=noun, name=name)
    return state
