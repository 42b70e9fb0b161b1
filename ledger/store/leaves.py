"""The log's hash tree as it is stored beside the events: what an append adds, and how it is read.

`leaves` has one row for each event, numbered 0, 1, 2 … without holes; `nodes` the roots of complete
subtrees of 256, 65 536 … leaves; `head` the size and the roots that growth needs. The recorders
write all three in the transaction of the events.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from ledger.audit import entry, tree
from ledger.audit.entry import EntryRefused, Row
from ledger.audit.tree import HASH, ROW_LEVELS, Hashes, Head, ProofFails
from ledger.bounds import MAX_NOTARY_BATCH

Ask = Callable[..., list[Any]]
"""A query with `?` for its values, and the values → rows whose columns have names."""

TABLES = (
    "CREATE TABLE IF NOT EXISTS {0}leaves (number bigint PRIMARY KEY, stream text NOT NULL, "
    "version bigint NOT NULL, hash {1} NOT NULL, UNIQUE (stream, version))",
    "CREATE TABLE IF NOT EXISTS {0}nodes (level integer, number bigint, hash {1} NOT NULL, "
    "PRIMARY KEY (level, number))",
    "CREATE TABLE IF NOT EXISTS {0}head (one integer PRIMARY KEY CHECK (one = 1), "
    "size bigint NOT NULL, roots {1} NOT NULL)",
)
"""Where the tables are, and what bytes are called there."""

SELECT_HEAD = "SELECT size, roots FROM {0}head"
_NEWEST = "SELECT max(number) AS newest FROM {0}leaves"
_ROWS = """SELECT number, stream, version, hash, topic, state, {1} AS position
FROM {0}leaves LEFT JOIN {0}stored_events
ON originator_id = stream AND originator_version = version
WHERE number >= ? AND number < ? ORDER BY number"""
_ROW = """SELECT number, stream, version, hash, topic, state, {1} AS position
FROM {0}leaves LEFT JOIN {0}stored_events
ON originator_id = stream AND originator_version = version
WHERE stream = ? AND version = ?"""
_STRAYS = """SELECT -1 AS number, originator_id AS stream, originator_version AS version,
NULL AS hash, topic, state, {1} AS position FROM {0}stored_events WHERE {1} >= ? AND NOT EXISTS
(SELECT 1 FROM {0}leaves
WHERE stream = originator_id AND version = originator_version AND number >= 0)
ORDER BY originator_id, originator_version"""
_LEAVES = "SELECT hash FROM {0}leaves WHERE number >= ? AND number < ? ORDER BY number"
_NODES = """SELECT hash FROM {0}nodes
WHERE level = ? AND number >= ? AND number < ? ORDER BY number"""
_ALL_NODES = "SELECT level, number, hash FROM {0}nodes"
_RECEIPT = "SELECT number, hash FROM {0}leaves WHERE stream = ? AND version = ?"


LOWEST = -(2**63)
"""The lowest position that a database holds. The log's begin at 1; an attacker's need not."""


class TreeDamaged(Exception):
    """The stored tree is not as the recorders leave it; the message says what is wrong."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)


def occupied() -> TreeDamaged:
    """Something stands where an append would write, and no recorder wrote it."""
    return TreeDamaged(reason="there are leaves or nodes that the stored head does not count")


class Growth(msgspec.Struct, frozen=True):
    """What events add to the tree: rows of `leaves` and of `nodes`, and the head after them."""

    head: Head
    leaves: list[tuple[int, str, int, bytes]]
    nodes: list[tuple[int, int, bytes]]

    @property
    def roots(self) -> bytes:
        return b"".join(self.head.roots)


def grown(head: Head, events: Sequence[Any]) -> Growth:
    """What stored events, in order, add to the tree of a head."""
    leaves: list[tuple[int, str, int, bytes]] = []
    for number, event in enumerate(events, head.size):
        stream, version = event.originator_id, event.originator_version
        made = entry.make(number, stream, version, event.topic, event.state)
        leaves.append((number, stream, version, tree.leaf_hash(made)))
    after, nodes = completed(head, [leaf[-1] for leaf in leaves])
    return Growth(after, leaves, nodes)


def completed(head: Head, leaves: Sequence[bytes]) -> tuple[Head, list[tuple[int, int, bytes]]]:
    """The head after more leaf hashes, and the rows of `nodes` that they complete."""
    nodes: list[tuple[int, int, bytes]] = []

    def complete(level: int, number: int, node: bytes) -> None:
        if level % ROW_LEVELS == 0:
            nodes.append((level // ROW_LEVELS, number, node))

    return tree.append(head, leaves, complete), nodes


def head_of(row: Any) -> Head:
    """The head in its table's row. Raises TreeDamaged."""
    if row is None:
        raise TreeDamaged(reason="the stored head is gone")
    try:
        roots = bytes(row["roots"])
        parts = tuple(roots[i : i + HASH] for i in range(0, len(roots), HASH))
        return Head(size=row["size"], roots=parts)
    except (TypeError, ValueError) as error:
        raise TreeDamaged(reason="the stored head cannot be the head of a tree") from error


def receipt(number: int, leaf: bytes) -> str:
    """What whoever wrote is given: the leaf's number, and its hash in hexadecimal."""
    return f"{number}:{leaf.hex()}"


class Leaves:
    """The stored tree with its events: what the notary reads, and what proofs are made from."""

    def __init__(self, ask: Ask, schema: str) -> None:
        self._asked, self._schema = ask, schema
        self._position = "notification_id" if schema else "stored_events.rowid"

    def _ask(self, query: str, *values: Any) -> list[Any]:
        return self._asked(query.format(self._schema, self._position), *values)

    def head(self) -> Head:
        """The stored head. Raises TreeDamaged."""
        return head_of(next(iter(self._ask(SELECT_HEAD)), None))

    def end(self) -> int:
        """One more than the newest leaf's number: the head's size, where nobody was at it."""
        newest: int | None = self._ask(_NEWEST)[0]["newest"]
        return 0 if newest is None else newest + 1

    def rows(self, start: int, end: int) -> list[Row]:
        """Leaves by number, from `start` to before `end`, each with its event if that is there."""
        return [_row(row) for row in self._ask(_ROWS, start, end)]

    def every(self, end: int) -> Iterator[Row]:
        """All leaves before `end`, in order, read in batches."""
        for start in range(0, end, MAX_NOTARY_BATCH):
            yield from self.rows(start, min(end, start + MAX_NOTARY_BATCH))

    def strays(self, start: int = LOWEST) -> list[Row]:
        """Events from a position on that have no leaf, and leaves that are numbered below 0: the
        log's own recorder leaves none."""
        return [*(_row(row) for row in self._ask(_STRAYS, start)), *self.rows(LOWEST, 0)]

    def proving(self) -> tuple[Head, Hashes]:
        """The stored head, and the tree that proofs are made from. Raises TreeDamaged where the
        one is not that of the other; so do questions where a stored hash is missing."""
        head, hashes = self.head(), self.hashes()
        if tree.head_at(head.size, hashes) != head:
            raise TreeDamaged(reason="the stored head is not that of the stored leaf hashes")
        return head, hashes

    def hashes(self) -> Hashes:
        """The tree, for proofs. Questions raise TreeDamaged where a stored hash is missing."""

        def rows(level: int, start: int, count: int) -> Sequence[bytes]:
            end = start + count
            if level == 0:
                found = self._ask(_LEAVES, start, end)
            else:
                found = self._ask(_NODES, level, start, end)
            stored = [_bytes(row["hash"]) for row in found]
            if len(stored) != count or any(len(each or b"") != HASH for each in stored):
                raise TreeDamaged(reason="there are leaf hashes or nodes missing")
            return [bytes(each or b"") for each in stored]

        return tree.from_rows(rows)

    def prove(self, stream: str, version: int) -> None:
        """That a stored fact is in the tree of the stored head, as it is.

        Raises ProofFails, or TreeDamaged where there is no such tree. About twice the logarithm of
        the log in short reads.
        """
        found = self._ask(_ROW, stream, version)
        row = _row(found[0]) if found else None
        if row is None or not _is_of_its_leaf(row):
            raise ProofFails(f"{stream} version {version} is not what its leaf hash is of")
        head, hashes = self.proving()
        proof = tree.inclusion_proof(row.index, head.size, hashes)
        tree.verify_inclusion(row.index, head.size, row.leaf or b"", proof, tree.root(head))

    def nodes(self) -> dict[tuple[int, int], bytes]:
        """Level (1: of 256 leaves, 2: of 65 536 …) and number → every stored node."""
        found = self._ask(_ALL_NODES)
        return {(row["level"], row["number"]): bytes(row["hash"]) for row in found}

    def receipt(self, stream: str, version: int) -> str:
        """The receipt of a fact; empty where the tree does not have it."""
        found = self._ask(_RECEIPT, stream, version)
        return receipt(found[0]["number"], bytes(found[0]["hash"])) if found else ""


def _row(row: Any) -> Row:
    return Row(
        index=row["number"],
        stream=row["stream"],
        version=row["version"],
        name=row["topic"] or "",
        stored=_bytes(row["state"]),
        leaf=_bytes(row["hash"]),
        position=row["position"],
    )


def _is_of_its_leaf(row: Row) -> bool:
    try:
        made = entry.make(row.index, row.stream, row.version, row.name, row.stored or b"")
    except EntryRefused:
        return False
    return tree.leaf_hash(made) == row.leaf


def _bytes(value: Any) -> bytes | None:
    """SQLite keeps a text where somebody wrote one, whatever its column's type."""
    return value.encode() if isinstance(value, str) else value
