"""The hash tree of RFC 6962: growing it, its root, and proofs made and verified.

A tree is read through `Hashes`: given a level and an index it answers the root of the complete
subtree over the leaves from `index << level` to `(index + 1) << level`. A proof asks for about
twice the logarithm of the size. Hashes are 32 bytes, sizes and indexes count leaves from 0.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

import msgspec

HASH = 32
"""Bytes in a hash."""

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""

ROW_LEVELS = 8
"""Levels between two rows of stored hashes: a tile of C2SP tlog-tiles is 2**8 hashes wide."""

_ROW = 1 << ROW_LEVELS

Hashes = Callable[[int, int], bytes]
"""Level, index → the root of that complete subtree."""

Rows = Callable[[int, int, int], Sequence[bytes]]
"""Row, start, count → stored hashes side by side. Row 0 holds the leaf hashes, row n the roots of
complete subtrees of 256**n leaves."""

Completed = Callable[[int, int, bytes], None]
"""Level, index, root of a subtree that has just become complete: one that is stored, of 256, 65 536
… leaves."""


class ProofFails(Exception):
    """A proof that does not show what it should; the message says why."""


class Head(msgspec.Struct, frozen=True):
    """A tree reduced to what its growth needs: the roots of its complete subtrees, largest first.

    There is one root for each 1 in the binary form of the size, so at most 64.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.roots) != self.size.bit_count():
            raise ValueError(f"a head of size {self.size} does not have {len(self.roots)} roots")
        if set(map(len, self.roots)) - {HASH}:
            raise ValueError(f"each root of a head is {HASH} bytes")


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


# ── Growing ───────────────────────────────────────────────────────────────────────────────────


def append(head: Head, leaves: Iterable[bytes], completed: Completed | None = None) -> Head:
    """The head after more leaf hashes. `completed` is told of each stored subtree that they
    complete. Where there are as many, 256 of them are hashed at once."""
    size, roots, new, at = head.size, list(head.roots), list(leaves), 0
    for leaf in new:
        if len(leaf) != HASH:
            raise ValueError(f"a leaf hash is {HASH} bytes, not {len(leaf)}")
    while at < len(new):
        whole = not size % _ROW and len(new) - at >= _ROW
        level, place = (ROW_LEVELS, size // _ROW) if whole else (0, size)
        node = complete_root(new[at : at + _ROW]) if whole else new[at]
        at, size = at + (1 << level), size + (1 << level)
        if whole and completed is not None:
            completed(level, place, node)
        while place & 1:
            node = node_hash(roots.pop(), node)
            level += 1
            place >>= 1
            if completed is not None and level % ROW_LEVELS == 0:
                completed(level, place, node)
        roots.append(node)
    return Head(size, tuple(roots))


def root(head: Head) -> bytes:
    """The root of the whole tree: its complete subtrees joined from the smallest."""
    if not head.roots:
        return EMPTY
    *larger, whole = head.roots
    for left in reversed(larger):
        whole = node_hash(left, whole)
    return whole


def head_at(size: int, hashes: Hashes) -> Head:
    """The head that a tree had at a size."""
    return Head(size, tuple(hashes(level, index) for level, index in _subtrees(0, size)))


def from_rows(rows: Rows) -> Hashes:
    """A tree out of stored rows of hashes: one read of at most 128 hashes for each question."""

    def hashes(level: int, index: int) -> bytes:
        row, above = divmod(level, ROW_LEVELS)
        count = 1 << above
        stored = rows(row, index << above, count)
        if len(stored) != count:
            raise ProofFails(
                f"row {row} of the tree holds {len(stored)} of the {count} hashes from "
                f"{index << above}"
            )
        return complete_root(stored)

    return hashes


def complete_root(nodes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes that stand side by side."""
    row = list(nodes)
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return row[0]


def _subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees that leaves `start` to `end` consist of, largest first.

    `start` is a multiple of the largest of them, as RFC 6962 always splits.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def _span(start: int, end: int, hashes: Hashes) -> bytes:
    """The hash of RFC 6962 over leaves `start` to `end`."""
    parts = tuple(hashes(level, index) for level, index in _subtrees(start, end))
    return root(Head(end - start, parts))


# ── Proofs ────────────────────────────────────────────────────────────────────────────────────


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ProofFails(f"a tree of size {size} has no leaf {index}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _left(end - start)
        if index < split:
            proof.append(_span(split, end, hashes))
            end = split
        else:
            proof.append(_span(start, split, hashes))
            start = split
    return proof[::-1]


def several_proof(indexes: Sequence[int], size: int, hashes: Hashes) -> list[bytes]:
    """The proof that leaves, by their places in order, are in the tree of `size` leaves together:
    the hashes of the largest subtrees that have none of them, from left to right."""
    if not indexes or not 0 <= indexes[0] <= indexes[-1] < size:
        raise ProofFails(f"a tree of size {size} does not have all of these leaves")
    proof: list[bytes] = []
    spans = [(0, size)]
    while spans:
        start, end = spans.pop()
        if bisect_left(indexes, start) == bisect_left(indexes, end):
            proof.append(_span(start, end, hashes))
        elif end - start > 1:
            split = start + _left(end - start)
            spans += [(split, end), (start, split)]
    return proof


def consistency_proof(first: int, second: int, hashes: Hashes) -> list[bytes]:
    """The proof that the tree of `second` leaves only adds to that of `first` (2.1.2)."""
    if not 0 < first <= second:
        raise ProofFails(f"nothing can be proved between the sizes {first} and {second}")
    proof: list[bytes] = []
    start, end = 0, second
    while first != end:
        split = start + _left(end - start)
        if first <= split:
            proof.append(_span(split, end, hashes))
            end = split
        else:
            proof.append(_span(start, split, hashes))
            start = split
    if start:
        # The verifier knows the root of `first` only where that is this very subtree.
        proof.append(_span(start, end, hashes))
    return proof[::-1]


def _left(count: int) -> int:
    """How many of `count` leaves stand to the left: the largest power of two below it."""
    return 1 << ((count - 1).bit_length() - 1)


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes
) -> None:
    """Raises ProofFails unless the leaf hash is leaf `index` of the tree with this root."""
    if not 0 <= index < size:
        raise ProofFails(f"a tree of size {size} has no leaf {index}")
    _check_lengths([leaf, expected, *proof])
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofFails(f"the inclusion proof of leaf {index} is too long")
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            place, last = _skip(place, last)
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofFails(f"the inclusion proof of leaf {index} is too short")
    if node != expected:
        raise ProofFails(f"leaf {index} is not in the tree of size {size} with that root")


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raises ProofFails unless the second tree only adds to the first.

    A first size of 0 is refused: every tree adds to the empty one, so nothing is shown.
    """
    if not 0 < first <= second:
        raise ProofFails(f"nothing can be proved between the sizes {first} and {second}")
    if first == second:
        if proof:
            raise ProofFails(f"two trees of one size, {first}, need an empty proof")
        if first_root != second_root:
            raise ProofFails(f"two trees of one size, {first}, have different roots")
        return
    _check_lengths([first_root, second_root, *proof])
    nodes = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    if len(nodes) == 0:
        raise ProofFails(f"the proof from size {first} to {second} is empty")
    place, last = _skip(first - 1, second - 1, until_zero=False)
    older = newer = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise ProofFails(f"the proof from size {first} to {second} is too long")
        if place & 1 or place == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            place, last = _skip(place, last)
        else:
            newer = node_hash(newer, node)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofFails(f"the proof from size {first} to {second} is too short")
    if older != first_root or newer != second_root:
        raise ProofFails(f"the tree of size {second} does not add to that of size {first}")


def _skip(place: int, last: int, *, until_zero: bool = True) -> tuple[int, int]:
    """Climb the levels at which a node needs no sibling.

    On the way up (`until_zero`) those are where it stands alone at the right edge, so its place
    is even; before a consistency proof begins, those where it is the right half of what is known.
    """
    if until_zero:
        while place and not place & 1:
            place, last = place >> 1, last >> 1
    else:
        while place & 1:
            place, last = place >> 1, last >> 1
    return place, last


def _check_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(part) != HASH for part in hashes):
        raise ProofFails(f"each hash of a proof is {HASH} bytes")
