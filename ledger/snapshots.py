"""States folded from facts, and kept, so that a long stream is not folded anew by each process.

A kept state is only ever a shortcut, and helps to decide only where the log proves it. The first
fact that is recorded after it carries its digest, the seal; so the seal is in the leaf of that
fact, the leaf in the tree of the newest head. `restore` checks all three: a digest, a leaf, and a
proof that grows with the logarithm of the log. What fails is not used, the log is folded instead,
and both the process's own log and `avrop verify` say so.

So an edited kept state is refused before it decides, also where the seal was edited to fit, also
with that fact's leaf. What this cannot catch is a history whose tree was made anew to its head:
that is the log itself lying, and is for those to find who hold a checkpoint. It does not say
that the state was folded rightly either: `differences` folds the log to compare the whole.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec
from msgspec.structs import replace

from ledger import codec, logs
from ledger.audit.tree import ProofFails
from ledger.bounds import SNAPSHOT_EVERY
from ledger.domain import (
    access,
    agreement,
    drawdown,
    files,
    links,
    numbering,
    order,
    organisation,
    restoring,
)
from ledger.domain.events import By, Fact, New
from ledger.store import Entry, Store, TreeDamaged

KINDS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "agreement": (agreement.State, agreement.evolve),
    "order": (order.State, order.evolve),
    "drawdown": (drawdown.State, drawdown.evolve),
    "organisation": (organisation.State, organisation.evolve),
    "access": (access.State, access.evolve),
    "file": (files.State, files.evolve),
    "link": (links.State, links.evolve),
    "number": (numbering.State, numbering.evolve),
    "log": (restoring.State, restoring.evolve),
}
"""First part of a stream's id → its state and how a fact changes it."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A kept state, and by which rules it was taken."""

    rules: int
    state: msgspec.Raw


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A state to keep once the fact that seals it, the one after `version`, is recorded."""

    stream: str
    version: int
    data: bytes


def fold(stream: str, state: Any, fact: Fact) -> Any:
    """The state of a stream after one more of its facts."""
    return fold_new(stream, state, fact, fact.by)


def fold_new(stream: str, state: Any, new: New | Fact, by: By) -> Any:
    """The same before it is stored."""
    evolve = KINDS[stream.partition("/")[0]][1]
    return evolve(state, new.event, new.effective_on, by)


def sealed(entry: Entry, states: dict[str, Any]) -> tuple[Entry, Kept | None]:
    """An entry as it is recorded, and the state to keep after it, if it is time for one.

    `states` are those before it. It is time when the facts of its agreement pass a multiple of
    SNAPSHOT_EVERY; a command moves the room of one agreement at most.
    """
    for place, new in enumerate(entry.facts):
        if not new.stream.startswith("agreement/"):
            continue
        before = entry.versions.get(new.stream, 0)
        after = before + sum(other.stream == new.stream for other in entry.facts)
        if not before or before // SNAPSHOT_EVERY == after // SNAPSHOT_EVERY:
            break
        state = msgspec.Raw(msgspec.json.encode(states[new.stream]))
        data = msgspec.json.encode(Snapshot(rules=codec.RULES, state=state))
        facts = list(entry.facts)
        facts[place] = replace(new, seal=_digest(data))
        kept = Kept(stream=new.stream, version=before, data=data)
        return replace(entry, facts=facts), kept
    return entry, None


def keep(store: Store, kept: Kept) -> None:
    store.save_snapshot(kept.stream, kept.version, kept.data)


def restore(store: Store, stream: str) -> tuple[int, Any]:
    """The newest kept state of an agreement and its version, if the log proves it and it was taken
    by these rules; else 0 and None."""
    found = store.snapshot(stream) if stream.startswith("agreement/") else None
    if found is None:
        return 0, None
    version, data = found
    if wrong := _unproven(store, stream, version, data):
        logs.log().warning("a kept state is not used", stream=stream, version=version, why=wrong)
        return 0, None
    try:
        kept = msgspec.json.decode(data, type=Snapshot)
        state = msgspec.json.decode(kept.state, type=KINDS["agreement"][0])
    except (ValueError, RecursionError):
        return 0, None
    return (version, state) if kept.rules == codec.RULES else (0, None)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _unproven(store: Store, stream: str, version: int, data: bytes) -> str:
    """Why a kept state is not used; empty where the log proves it."""
    sealing = store.history(stream, after=version, to=version + 1)
    if not sealing or not sealing[0].seal:
        return "no fact of the log seals it; it is not used"
    if sealing[0].seal != _digest(data):
        return f"fact {version + 1} seals another state; it is not used"
    try:
        store.leaves.prove(stream, version + 1)
    except (ProofFails, TreeDamaged) as failure:
        return f"fact {version + 1}, which seals it, is not proved: {failure}; it is not used"
    return ""


def differences(store: Store) -> list[str]:
    """Kept states that the log does not prove or that are not what it folds to, each in words."""
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
    kept = store.snapshot(stream, version)
    if kept is None:  # a rebuild dropped it meanwhile
        return
    if wrong := _unproven(store, stream, version, kept[1]):
        yield wrong
    try:
        snapshot = msgspec.json.decode(kept[1], type=Snapshot)
        if snapshot.rules != codec.RULES:
            return
        state = msgspec.json.decode(snapshot.state, type=type(folded))
    except (ValueError, RecursionError) as error:
        yield f"cannot be read: {error}"
        return
    for name in folded.__struct_fields__:
        ours, theirs = getattr(state, name), getattr(folded, name)
        if ours != theirs:
            yield f"{name} is {ours!r}, the log says {theirs!r}"
