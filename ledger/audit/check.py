"""The examination: a log against itself, and against checkpoints and a copy held outside it.

Three steps, each naming what it finds. The log against itself: every event against its leaf hash,
places and versions without holes, the head against the leaves. The leaves against checkpoints:
the oldest one that they no longer give says between which entries something was done. The
entries against a copy (the notary's tiles, somebody's bundle): what was done, and to which entry.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from ledger.audit import entry as leaf_entry
from ledger.audit import tree
from ledger.audit.checkpoint import Checkpoint
from ledger.audit.entry import EntryRefused, Row
from ledger.audit.findings import Finding, Kind
from ledger.audit.moments import Moments, Since
from ledger.audit.tree import HASH, ROW_LEVELS, Head
from ledger.bounds import MAX_FAULTS, MAX_NOTARY_BATCH


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What an examination saw: the tree of the stored leaf hashes, with what is stored of it by
    row and number, whether it gives the roots of all checkpoints, and all that was wrong."""

    head: Head
    fits: bool
    findings: tuple[Finding, ...]
    nodes: Mapping[tuple[int, int], bytes]


Figures = Mapping[str, str | int]


class Places:
    """Rows as they come, in order: the index that the next should have, the position that it
    should come after, since read models follow positions and the tree has none, and its moment."""

    def __init__(
        self, index: int = 0, position: int | None = None, moments: Moments | None = None
    ) -> None:
        self.index, self._position, self._moments = index, position, moments or Moments()

    def check(self, row: Row) -> list[Finding]:
        """What is wrong with the next row."""
        if self._is_sound(row):
            return []
        found = [check_row(row, self.index), self._misplaced(row)]
        if row.leaf is not None:
            found += self._moments.check(row)
        if row.leaf is not None:
            self.index = max(self.index, row.index + 1)
        return [finding for finding in found if finding is not None]

    def _is_sound(self, row: Row) -> bool:
        """Whether nothing is wrong with the next row, as nearly always: then this is all that is
        done about it. What it cannot say is looked at part by part."""
        stored, position = row.stored, row.position
        if row.index != self.index or stored is None or position is None:
            return False
        if position <= (self._position or 0) or not leaf_entry.is_of_leaf(row, stored):
            return False
        if not self._moments.is_later(row.index, stored):
            return False
        self.index, self._position = row.index + 1, position
        return True

    def check_all(self, rows: Iterable[Row]) -> list[Finding]:
        return [finding for row in rows for finding in self.check(row)]

    def _misplaced(self, row: Row) -> Finding | None:
        if row.leaf is None or row.position is None:
            return None
        what = f"{row.stream} version {row.version}"
        figures: Figures = {"index": row.index, "what": what, "position": row.position}
        if row.position <= 0:
            template = (
                "entry {index}, {what}, was hidden from the read models: it stands at position "
                "{position}, and they begin at 1"
            )
            return Finding(kind="hidden", index=row.index, template=template, figures=figures)
        before, self._position = self._position, row.position
        if before is None or row.position > before:
            return None
        template = (
            "entry {index}, {what}, is followed in another order than it was recorded in: it "
            "stands at position {position}, the entry before it at {before}"
        )
        figures = {**figures, "before": before}
        return Finding(kind="misplaced", index=row.index, template=template, figures=figures)


def check_row(row: Row, index: int) -> Finding | None:
    """One row against its leaf hash and the place that it should have."""
    what = f"{row.stream} version {row.version}"
    if row.leaf is None:
        template = "{what} has no leaf hash: it was put into the log behind the ledger's back"
        return Finding(kind="inserted", template=template, figures={"what": what})
    if row.index < 0:
        template = (
            "leaf {index}, of {what}, stands below 0, where no entry is: it keeps that version "
            "from being recorded"
        )
        figures: Figures = {"index": row.index, "what": what}
        return Finding(kind="inserted", template=template, figures=figures)
    if row.index > index:
        if row.index - index == 1:
            template = "entry {first} is missing from the log"
        else:
            template = "entries {first} to {last} are missing from the log"
        figures = _span(index, row.index)
        return Finding(kind="removed", index=index, template=template, figures=figures)
    if row.index < index:
        template = "there are two entries {index}"
        figures = {"index": row.index}
        return Finding(kind="inserted", index=row.index, template=template, figures=figures)
    figures = {"index": index, "what": what}
    if row.stored is None:
        template = "entry {index}, {what}, is gone; only its leaf hash is left"
        return Finding(kind="removed", index=index, template=template, figures=figures)
    if len(row.leaf) != HASH:
        template = "entry {index}, {what}, has a leaf hash of {bytes} bytes, not 32"
        figures = {**figures, "bytes": len(row.leaf)}
        return Finding(kind="edited", index=index, template=template, figures=figures)
    try:
        made = leaf_entry.make(row.index, row.stream, row.version, row.name, row.stored)
    except EntryRefused as refused:
        figures = {"index": index, "why": str(refused)}
        return Finding(kind="edited", index=index, template="entry {index}: {why}", figures=figures)
    if tree.leaf_hash(made) == row.leaf:
        return None
    if _with_canonical_bytes(row) == row.leaf:
        return _other_bytes(index, what)
    template = "entry {index}, {what}, was edited: its leaf hash is of other bytes"
    return Finding(kind="edited", index=index, template=template, figures=figures)


def leaf_of(row: Row) -> bytes:
    """The leaf hash of a row; where it is none, one that no tree was made of."""
    return row.leaf if row.leaf is not None and len(row.leaf) == HASH else bytes(HASH)


def examine(
    rows: Iterable[Row],
    head: Head | None = None,
    checkpoints: Sequence[Checkpoint] = (),
    since: Sequence[Since] = (),
) -> Examined:
    """A whole log, row after row; `head` is the stored one, `since` says of checkpoints from when
    on they were held. At most MAX_FAULTS findings.

    The signatures of the checkpoints are the caller's to verify first.
    """
    found: list[Finding] = []
    versions: dict[str, int] = {}
    grown = _Grown(checkpoints)
    places = Places(moments=Moments(since))
    for row in rows:
        found += places.check(row)
        if row.leaf is None:
            continue
        if row.version != versions.get(row.stream, 0) + 1:
            found.append(_version_finding(row, versions.get(row.stream, 0)))
        versions[row.stream] = row.version
        grown.leaves.append(row.leaf if len(row.leaf) == HASH else bytes(HASH))
        if len(grown.leaves) == grown.wanted:
            grown.flush()
    grown.flush()
    if head is not None and head != grown.head:
        found.append(_head_finding(head, grown.head))
    found += grown.findings()
    return Examined(
        head=grown.head,
        fits=grown.fits,
        findings=tuple(found[:MAX_FAULTS]),
        nodes=grown.nodes,
    )


def explain(examined: Examined, rows: Iterable[Row], copy: Iterable[bytes]) -> tuple[Finding, ...]:
    """The findings with the help of a copy: what was done, and to which entry.

    That the copy gives the root of a checkpoint is the caller's to verify first.
    """
    if examined.fits:
        return examined.findings
    said = {(finding.kind, finding.index) for finding in examined.findings}
    named = [f for f in compare(rows, copy) if (f.kind, f.index) not in said]
    general = ("root", "cut") if named else ()
    kept = [finding for finding in examined.findings if finding.kind not in general]
    return tuple((kept + named)[:MAX_FAULTS])


class _Grown:
    """A tree as it grows, and which checkpoints it agrees with on the way."""

    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        self.head = Head()
        self.good = 0
        self.bad: Checkpoint | None = None
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.leaves: list[bytes] = []
        """Those that are not yet in the head; it is time to `flush` when they are as `wanted`."""
        self._ahead = sorted(checkpoints, key=lambda checkpoint: checkpoint.size)
        self.flush()

    def flush(self) -> None:
        """Leaves are added many at a time, which is several times faster than one by one."""
        self.head = tree.append(self.head, self.leaves, self._complete)
        self.leaves.clear()
        while self._ahead and self._ahead[0].size == self.head.size:
            checkpoint = self._ahead.pop(0)
            if tree.root(self.head) != checkpoint.root:
                self.bad = self.bad or checkpoint
            elif self.bad is None:
                self.good = checkpoint.size
        self.wanted = MAX_NOTARY_BATCH - self.head.size % MAX_NOTARY_BATCH
        if self._ahead:
            self.wanted = min(self.wanted, self._ahead[0].size - self.head.size)

    def _complete(self, level: int, number: int, node: bytes) -> None:
        self.nodes[level // ROW_LEVELS, number] = node

    @property
    def fits(self) -> bool:
        return self.bad is None and not self._ahead

    def findings(self) -> list[Finding]:
        """What can be said without a copy."""
        found = []
        if self.bad is not None:
            template = (
                "something in entries {first} to {last} was changed, removed, slipped in or moved, "
                "together with the hashes: the log no longer gives the root of the checkpoint of "
                "size {size}"
            )
            if self.bad.size - self.good == 1:
                template = (
                    "something in entry {first} was changed, removed, slipped in or moved, "
                    "together with the hashes: the log no longer gives the root of the checkpoint "
                    "of size {size}"
                )
            figures = {**_span(self.good, self.bad.size), "size": self.bad.size}
            finding = Finding(kind="root", index=self.good, template=template, figures=figures)
            found.append(finding)
        if self._ahead:
            found.append(cut(self.head.size, self._ahead[-1].size))
        return found


def cut(size: int, signed: int) -> Finding:
    """The log is shorter than what a checkpoint was signed for."""
    if signed - size == 1:
        template = "entry {first} was cut off: a checkpoint of size {signed} was signed"
    else:
        template = (
            "entries {first} to {last} were cut off: a checkpoint of size {signed} was signed"
        )
    figures = {**_span(size, signed), "signed": signed}
    return Finding(kind="cut", index=size, template=template, figures=figures)


# ── Against a copy ────────────────────────────────────────────────────────────────────────────


def compare(rows: Iterable[Row], copy: Iterable[bytes]) -> list[Finding]:
    """What was done to entries that a copy still has as they were. Rows after its end are growth.

    An entry is known again, once, by its stream and bytes, wherever it stands; what is then left on
    both sides is matched by stream and version. Memory is needed from the first difference on.
    """
    left, right = iter(rows), iter(copy)
    for first, data in enumerate(right):
        row, there = next(left, None), _Known(leaf_entry.read(data))
        if row is None:
            return [cut(first, first + 1 + sum(1 for _ in right))]
        known = _Known(row)
        if known != there:
            here = [known, *(_Known(each) for each in left)]
            rest = [there, *(_Known(leaf_entry.read(other)) for other in right)]
            return _differences(here, rest, first)
    return []


class _Known:
    """An entry as it is recognised: its place in its stream, and a digest of what it says."""

    def __init__(self, source: Row | leaf_entry.Parts) -> None:
        stored = source.stored if isinstance(source, Row) else bytes(source.data)
        self.stored = stored or b""
        self.place = (source.stream, source.version)
        whole = f"{source.stream}\n{source.name}\n".encode() + self.stored
        self.content = sha256(whole).digest()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Known)
            and self.place == other.place
            and self.content == other.content
        )

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.place[0]} version {self.place[1]}"


def _differences(here: Sequence[_Known], there: Sequence[_Known], first: int) -> list[Finding]:
    """Both from entry `first` on, where they begin to differ."""
    last = first + len(there)
    same = _matched(here, there, first)
    if not same and len(there) > 1 and len(here) > 1:
        template = "entries {first} to {last} were rewritten: none of them is as it was recorded"
        figures = _span(first, last)
        return [Finding(kind="rewritten", index=first, template=template, figures=figures)]
    kept_here, kept_there = {i for i, _ in same}, {j for _, j in same}
    gone = {k.place: (j, k) for j, k in enumerate(there, first) if j not in kept_there}
    end = max(kept_here, default=last - 1)
    contents = {known.content for known in there}
    found = _reordered(same)
    for i, known in enumerate(here, first):
        if i in kept_here:
            continue
        if known.place in gone:
            found.append(_edited(known, *gone.pop(known.place)))
        elif i < end:
            template = "entry {index}, {what}, was slipped in: the copy has it nowhere"
            if known.content in contents:
                template = "entry {index}, {what}, was slipped in: the copy has it fewer times"
            found.append(_of_entry("inserted", template, i, known))
    lost = sorted(gone.values(), key=lambda pair: pair[0])
    at_the_end = lost and lost[0][0] == last - len(lost)
    if at_the_end and lost[0][0] >= first + len(here):
        return [*found, cut(lost[0][0], last)]
    for j, known in lost:
        template = "entry {index}, {what}, was removed; what followed has taken its place"
        found.append(_of_entry("removed", template, j, known))
    return sorted(found, key=lambda finding: finding.index or 0)


def _matched(here: Sequence[_Known], there: Sequence[_Known], first: int) -> list[tuple[int, int]]:
    """The places of what says the same here and there, each entry once: as many as stand in the
    same order (Hunt and Szymanski), then what stands elsewhere."""
    at: dict[bytes, list[int]] = {}
    for j, known in enumerate(there, first):
        at.setdefault(known.content, []).append(j)
    ends: list[int] = []
    chains: list[tuple[int, int, Any]] = []
    for i, known in enumerate(here, first):
        for j in reversed(at.get(known.content, ())):
            length = bisect_left(ends, j)
            ends[length : length + 1] = [j]
            chains[length : length + 1] = [(i, j, chains[length - 1] if length else None)]
    same: dict[int, int] = {}
    chain = chains[-1] if chains else None
    while chain is not None:
        i, j, chain = chain
        same[i] = j
    taken = set(same.values())
    left = {content: iter([j for j in js if j not in taken]) for content, js in at.items()}
    for i, known in enumerate(here, first):
        if i not in same and (other := next(left.get(known.content, iter(())), None)) is not None:
            same[i] = other
    return sorted(same.items())


def _reordered(same: Sequence[tuple[int, int]]) -> list[Finding]:
    order = [j for _, j in same]
    moved = [j for j, right in zip(order, sorted(order), strict=True) if j != right]
    if not moved:
        return []
    if len(moved) == 2:
        a, b = sorted(moved)
        template = "entries {first} and {last} have changed places"
        figures = {"first": a, "last": b}
        return [Finding(kind="swapped", index=a, template=template, figures=figures)]
    template = "{count} entries from {first} to {last} stand in another order"
    figures = {"count": len(moved), "first": min(moved), "last": max(moved)}
    return [Finding(kind="reordered", index=min(moved), template=template, figures=figures)]


def _edited(here: _Known, index: int, there: _Known) -> Finding:
    if _same_json(here.stored, there.stored) and here.stored != there.stored:
        return _other_bytes(index, str(there))
    template = "entry {index}, {what}, was edited together with its leaf hash"
    return _of_entry("edited-with-leaf", template, index, there)


def _other_bytes(index: int, what: str) -> Finding:
    return Finding(
        kind="other-bytes",
        index=index,
        template="entry {index}, {what}, says the same in other bytes than were recorded",
        figures={"index": index, "what": what},
    )


def _of_entry(kind: Kind, template: str, index: int, known: _Known) -> Finding:
    figures: Figures = {"index": index, "what": str(known)}
    return Finding(kind=kind, index=index, template=template, figures=figures)


# ── Words and bytes ───────────────────────────────────────────────────────────────────────────


def _span(start: int, end: int) -> Figures:
    """The figures of entries from `start` to before `end`."""
    return {"first": start, "last": end - 1}


def _version_finding(row: Row, before: int) -> Finding:
    template = "entry {index} is version {version} of {stream}, but version {before} came before it"
    figures: Figures = {
        "index": row.index,
        "version": row.version,
        "stream": row.stream,
        "before": before,
    }
    return Finding(kind="version", index=row.index, template=template, figures=figures)


def _head_finding(stored: Head, made: Head) -> Finding:
    template = "the stored head (size {stored}) is not that of the stored leaf hashes (size {made})"
    figures: Figures = {"stored": stored.size, "made": made.size}
    return Finding(kind="head", template=template, figures=figures)


def _with_canonical_bytes(row: Row) -> bytes | None:
    """The leaf hash that the row would have if it said the same canonically."""
    try:
        again = msgspec.json.encode(_json(row.stored or b""), order="sorted")
        made = leaf_entry.make(row.index, row.stream, row.version, row.name, again)
    except (EntryRefused, UnicodeError, RecursionError):
        return None
    return tree.leaf_hash(made)


def _same_json(a: bytes, b: bytes) -> bool:
    value = _json(a)
    return value is not None and value == _json(b)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
