"""The states that a decision looks at, and at which versions: what it holds by."""

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.domain import agreement, drawdown, order
from ledger.domain.events import By
from ledger.domain.given import Earlier, Given, Selves, alone, found, unknown
from ledger.snapshots import fold_new
from ledger.store import Entry


class Loaded:
    """The states that one decision has looked at, with the versions that it relies on."""

    def __init__(
        self,
        load: Callable[[str], tuple[int, Any]],
        earlier: Earlier = unknown,
        selves: Selves = alone,
    ) -> None:
        self._load = load
        self._earlier = earlier
        self._selves = selves
        self.versions: dict[str, int] = {}
        self.states: dict[str, Any] = {}

    def find(self, stream: str) -> Any:
        if stream not in self.versions:
            self.versions[stream], self.states[stream] = self._load(stream)
        return self.states[stream]

    def left_by(self, entry: Entry) -> "Loaded":
        """The states and versions that an entry leaves."""
        left = Loaded(self._load, self._earlier, self._selves)
        left.versions, left.states = dict(self.versions), dict(self.states)
        for new in entry.facts:
            stream = new.stream
            left.states[stream] = fold_new(stream, left.states.get(stream), new, entry.by)
            left.versions[stream] = left.versions.get(stream, 0) + 1
        return left

    def seen(self, stream: str) -> tuple[int, Any]:
        return self.versions[stream], self.states[stream]

    def given(self, by: By, today: date) -> Given:
        """What a decision is handed: whatever it finds is looked at here."""
        return Given(by=by, today=today, find=self.find, earlier=self._earlier, selves=self._selves)

    def agreement(self, number: str) -> agreement.State:
        """Raises NotFound."""
        state: agreement.State = found(self.find, "agreement", number)
        return state

    def order(self, number: str) -> order.State:
        """Raises NotFound."""
        state: order.State = found(self.find, "order", number)
        return state

    def drawdown(self, id: str) -> drawdown.State:
        """Raises NotFound."""
        state: drawdown.State = found(self.find, "drawdown", id)
        return state
