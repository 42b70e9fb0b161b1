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

SELECT_HEAD = "SELECT CAST(size AS bigint) AS size, CAST(roots AS {1}) AS roots FROM {0}head"
_NEWEST = "SELECT max(number) AS newest FROM {0}leaves WHERE number >= 0"
_COUNT = "SELECT count(*) AS count FROM {0}leaves WHERE number >= 0"
_JOINED = """SELECT number, {stream} AS stream, {version} AS version, {hash} AS hash,
{topic} AS topic, {state} AS state, {position} AS position
FROM {0}leaves LEFT JOIN {0}stored_events
ON originator_id = stream AND originator_version = version """
_ROWS = f"{_JOINED} WHERE number >= ? AND number <= ? ORDER BY number LIMIT ?"
_ROW = f"{_JOINED} WHERE stream = ? AND version = ?"
_OF_STREAM = f"{_JOINED} WHERE stream = ? AND version <= ? ORDER BY version"
_STRAYS = """SELECT -1 AS number, {originator_id} AS stream, {originator_version} AS version,
NULL AS hash, {topic} AS topic, {state} AS state, {position} AS position
FROM {0}stored_events WHERE {position} >= ? AND NOT EXISTS
(SELECT 1 FROM {0}leaves
WHERE stream = originator_id AND version = originator_version AND number >= 0)
ORDER BY originator_id, originator_version"""
_AT = """SELECT number, {hash} AS hash FROM {0}stored_events LEFT JOIN {0}leaves
ON stream = originator_id AND version = originator_version WHERE {position} = ?"""
_LEAVES = "SELECT {hash} AS hash FROM {0}leaves WHERE number >= ? AND number < ? ORDER BY number"
_NODES = """SELECT {hash} AS hash FROM {0}nodes
WHERE level = ? AND number >= ? AND number < ? ORDER BY number"""
_ALL_NODES = "SELECT {level} AS level, {number} AS number, {hash} AS hash FROM {0}nodes"
_RECEIPT = "SELECT number, {hash} AS hash FROM {0}leaves WHERE stream = ? AND version = ?"

_TEXTS = ("stream", "originator_id", "topic", "key")
_WHOLE = ("version", "originator_version", "level", "number")


def checked_columns(*, on_sqlite: bool) -> dict[str, str]:
    """Column → how it is read. SQLite keeps a value of any type in any column, and texts that are
    none: what is not of its column's type is read as null, or as no bytes."""
    if not on_sqlite:
        names = (*_TEXTS, *_WHOLE, "hash", "state")
        return {**dict(zip(names, names, strict=True)), "position": "notification_id"}
    return {
        **{n: f"CASE typeof({n}) WHEN 'text' THEN CAST({n} AS blob) END" for n in _TEXTS},
        **{n: f"CASE typeof({n}) WHEN 'integer' THEN {n} END" for n in _WHOLE},
        "hash": "CASE typeof(hash) WHEN 'blob' THEN hash ELSE x'' END",
        "state": "CAST(state AS blob)",
        "position": "stored_events.rowid",
    }


LOWEST, LARGEST = -(2**63), 2**63 - 1
"""The positions and numbers that a database holds. The log's begin at 1 and at 0; an attacker's
need not."""


class TreeDamaged(Exception):
    """The stored tree is not as the recorders leave it; the message says what is wrong."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)


def occupied() -> TreeDamaged:
    """Something stands where an append would write, and no recorder wrote it."""
    return TreeDamaged(reason="there are leaves or nodes that the stored head does not count")


Stored = tuple[str, int, str, bytes]
"""An event as it is stored: its stream, its version there, its name and its bytes."""


class Growth(msgspec.Struct, frozen=True):
    """What events add to the tree: rows of `leaves` and of `nodes`, and the head after them."""

    head: Head
    leaves: list[tuple[int, str, int, bytes]]
    nodes: list[tuple[int, int, bytes]]

    @property
    def roots(self) -> bytes:
        return b"".join(self.head.roots)


def grown(head: Head, events: Sequence[Stored]) -> Growth:
    """What stored events, in order, add to the tree of a head."""
    leaves: list[tuple[int, str, int, bytes]] = []
    for number, (stream, version, name, data) in enumerate(events, head.size):
        made = entry.make(number, stream, version, name, data)
        leaves.append((number, stream, version, tree.leaf_hash(made)))
    after, nodes = completed(head, [leaf[-1] for leaf in leaves])
    return Growth(after, leaves, nodes)


def completed(head: Head, leaves: Sequence[bytes]) -> tuple[Head, list[tuple[int, int, bytes]]]:
    """The head after more leaf hashes, and the rows of `nodes` that they complete."""
    nodes: list[tuple[int, int, bytes]] = []

    def complete(level: int, number: int, node: bytes) -> None:
        nodes.append((level // ROW_LEVELS, number, node))

    return tree.append(head, leaves, complete), nodes


def head_of(row: Any) -> Head:
    """The head in its table's row. Raises TreeDamaged."""
    if row is None:
        raise TreeDamaged(reason="the stored head is gone")
    try:
        roots = bytes(row["roots"])
        parts = tuple([roots[i : i + HASH] for i in range(0, len(roots), HASH)])
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
        self._bytes = "bytea" if schema else "blob"
        self._columns = checked_columns(on_sqlite=not schema)

    def _ask(self, query: str, *values: Any) -> list[Any]:
        return self._asked(query.format(self._schema, self._bytes, **self._columns), *values)

    def head(self) -> Head:
        """The stored head. Raises TreeDamaged."""
        return head_of(next(iter(self._ask(SELECT_HEAD)), None))

    def end(self) -> int:
        """One more than the newest leaf's number: the head's size, where nobody was at it."""
        newest: int | None = self._ask(_NEWEST)[0]["newest"]
        return 0 if newest is None else newest + 1

    def count(self) -> int:
        """How many leaves there are."""
        found: int = self._ask(_COUNT)[0]["count"]
        return found

    def rows(self, start: int, end: int, limit: int = LARGEST) -> list[Row]:
        """Leaves by number, from `start` to before `end`, each with its event if that is there."""
        return _all(self._ask(_ROWS, start, end - 1, limit))

    def of_stream(self, stream: str, to: int = LARGEST) -> list[Row]:
        """The leaves of a stream up to a version, each with its event if that is there."""
        return _all(self._ask(_OF_STREAM, stream, to))

    def at(self, position: int) -> tuple[int, str] | None:
        """The leaf of the event at a position: its number, and its hash in hexadecimal; (-1, "") of
        an event that has none. None where there is no event."""
        found = next(iter(self._ask(_AT, position)), None)
        if found is None:
            return None
        number = found["number"]
        return (-1, "") if number is None else (number, bytes(found["hash"] or b"").hex())

    def every(self, end: int) -> Iterator[Row]:
        """All leaves before `end`, in order, read in batches."""
        start = 0
        while start < end and (rows := self.rows(start, end, MAX_NOTARY_BATCH)):
            yield from rows
            start = rows[-1].index + 1

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
            stored = [bytes(row["hash"]) for row in found]
            if len(stored) != count or any(len(each) != HASH for each in stored):
                raise TreeDamaged(reason="there are leaf hashes or nodes missing")
            return stored

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
        places = [(whole_of(row["level"]), whole_of(row["number"])) for row in found]
        return dict(zip(places, (bytes(row["hash"]) for row in found), strict=True))

    def receipt(self, stream: str, version: int) -> str:
        """The receipt of a fact; empty where the tree does not have it."""
        found = self._ask(_RECEIPT, stream, version)
        return receipt(found[0]["number"], bytes(found[0]["hash"])) if found else ""


def _row(row: Any) -> Row:
    return _all([row])[0]


def _all(rows: Sequence[Any]) -> list[Row]:
    """No event has U+FFFD in its stream or name, so what is no text is not of its leaf then. Each
    log is read whole by this: in one expression, without a call of our own for any row."""
    return [
        Row(
            index=row["number"],
            stream=str(row["stream"] or b"", errors="replace") if on_sqlite else row["stream"],
            version=-1 if row["version"] is None else row["version"],
            name=str(row["topic"] or b"", errors="replace") if on_sqlite else row["topic"] or "",
            stored=row["state"],
            leaf=row["hash"],
            position=row["position"],
        )
        for on_sqlite in (bool(rows) and type(rows[0]["stream"]) is not str,)
        for row in rows
    ]


def text_of(value: bytes | str | None) -> str:
    """No event has U+FFFD in its stream or name, so it is not of its leaf then."""
    if value is None:
        return ""
    return value if isinstance(value, str) else value.decode(errors="replace")


def whole_of(value: int | None) -> int:
    return -1 if value is None else value


def _is_of_its_leaf(row: Row) -> bool:
    try:
        made = entry.make(row.index, row.stream, row.version, row.name, row.stored or b"")
    except EntryRefused:
        return False
    return tree.leaf_hash(made) == row.leaf
