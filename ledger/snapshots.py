"""States folded from facts, and kept, so that a long stream is not folded anew by each process.

A kept state is only ever a shortcut. It is used while the log still has the fact that it was
taken at and the rules are those it was taken by; `differences` folds the log to compare the whole.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import msgspec

from ledger import codec
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import Fact
from ledger.store import Store

KINDS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "agreement": (agreement.State, agreement.evolve),
    "order": (order.State, order.evolve),
    "drawdown": (drawdown.State, drawdown.evolve),
}
"""First part of a stream's id → its state and how a fact changes it."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A kept state, and by which rules and at which fact it was taken."""

    rules: int
    request: str
    state: msgspec.Raw


def fold(stream: str, state: Any, fact: Fact) -> Any:
    """The state of a stream after one more of its facts."""
    evolve = KINDS[stream.partition("/")[0]][1]
    return evolve(state, fact.event, fact.effective_on, fact.by)


def take(store: Store, last: Fact, state: Any) -> None:
    """Keep the state that a stream has after a fact."""
    kept = Snapshot(
        rules=codec.RULES, request=last.request, state=msgspec.Raw(msgspec.json.encode(state))
    )
    store.save_snapshot(last.stream, last.version, msgspec.json.encode(kept))


def restore(store: Store, stream: str) -> tuple[int, Any]:
    """A kept state, if it was taken by these rules and the log still has its last fact."""
    found = store.snapshot(stream) if stream.startswith("agreement/") else None
    if found is None:
        return 0, None
    version, data = found
    last = store.history(stream, after=version - 1, to=version)
    try:
        kept = msgspec.json.decode(data, type=Snapshot)
        state = msgspec.json.decode(kept.state, type=KINDS["agreement"][0])
    except msgspec.MsgspecError:
        return 0, None
    if len(last) != 1 or kept.rules != codec.RULES or kept.request != last[0].request:
        return 0, None
    return version, state


def differences(store: Store) -> list[str]:
    """Kept states that are not what the log folds to, each in words.

    One that was taken by other rules is never used, and is left out.
    """
    found: list[str] = []
    for stream, versions in groupby(store.snapshots(), key=lambda kept: kept[0]):
        state, at = None, 0
        for _, version in versions:
            for fact in store.history(stream, after=at, to=version):
                state, at = fold(stream, state, fact), fact.version
            name = f"snapshot {stream} {version}"
            if at != version:
                found.append(f"{name}: not in the log")
            else:
                found += [f"{name}: {said}" for said in _compared(store, stream, version, state)]
    return found


def _compared(store: Store, stream: str, version: int, folded: Any) -> Iterator[str]:
    (fact,) = store.history(stream, after=version - 1, to=version)
    kept = store.snapshot(stream, version)
    if kept is None:  # a rebuild dropped it meanwhile
        return
    try:
        snapshot = msgspec.json.decode(kept[1], type=Snapshot)
        if snapshot.rules != codec.RULES:
            return
        state = msgspec.json.decode(snapshot.state, type=type(folded))
    except msgspec.MsgspecError as error:
        yield f"cannot be read: {error}"
        return
    if snapshot.request != fact.request:
        yield f"request is {snapshot.request!r}, the log says {fact.request!r}"
    for name in folded.__struct_fields__:
        ours, theirs = getattr(state, name), getattr(folded, name)
        if ours != theirs:
            yield f"{name} is {ours!r}, the log says {theirs!r}"
