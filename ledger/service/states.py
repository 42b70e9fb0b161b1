"""The states of streams as this process last saw them: what it decides on before it looks."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from ledger import snapshots
from ledger.bounds import STATES_KEPT
from ledger.snapshots import fold
from ledger.store import Store

Seen = tuple[int, Any]
"""A stream's version and state; 0 and None where nothing is recorded."""


class States:
    """What was last seen of each stream, also that there was nothing. Safe to use from several
    threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._guard = threading.Lock()

    def newest(self, stream: str) -> Seen:
        """What is known, and what came since."""
        version, state = self._seen.get(stream, (0, None))
        if version == 0:
            version, state = snapshots.restore(self._store, stream)
        for fact in self._store.history(stream, after=version):
            version, state = fact.version, fold(stream, state, fact)
        if version:
            self.keep({stream: (version, state)})
        return version, state

    def last_seen(self, stream: str) -> Seen:
        """Not the newest where another process wrote to it since."""
        found = self._seen.get(stream)
        if found is None:
            found = self.newest(stream)
            self.keep({stream: found})
        return found

    def known(self, stream: str) -> Any:
        """The state that was last seen; None where it never was."""
        return self._seen.get(stream, (0, None))[1]

    def at(self, stream: str, version: int) -> Any:
        """The state as it was at a version."""
        state = None
        for fact in self._store.history(stream, to=version):
            state = fold(stream, state, fact)
        return state

    def renew(self, streams: Iterable[str]) -> bool:
        """Look for what came to these streams since they were last seen; whether anything did."""
        seen = {stream: self.last_seen(stream) for stream in streams}
        came: dict[str, Seen] = {}
        versions = {stream: version for stream, (version, _) in seen.items()}
        for fact in self._store.chosen.after(versions):
            _, state = came.get(fact.stream, seen[fact.stream])
            came[fact.stream] = fact.version, fold(fact.stream, state, fact)
        self.keep(came)
        return bool(came)

    def keep(self, seen: Mapping[str, Seen]) -> None:
        """Remember, unless something newer is."""
        with self._guard:
            for stream, (version, state) in seen.items():
                if self._seen.get(stream, (0, None))[0] <= version:
                    self._seen[stream] = (version, state)
                    self._seen.move_to_end(stream)
            while len(self._seen) > STATES_KEPT:
                self._seen.popitem(last=False)
