"""What an outsider takes home: a zip with the tree, readable entries, proofs and the verifier.

The same contents always give the same bytes: names in a fixed order, one date, no compression
(whose output differs between versions of its library).
"""

import base64
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import BinaryIO

import msgspec

from ledger.audit import checkpoint as tree_head
from ledger.audit import tree
from ledger.audit.checkpoint import Checkpoint
from ledger.audit.note import Note, VerifierKey, verified
from ledger.audit.tiles import WIDTH, bundle_bytes, tile_path, tiles_of
from ledger.audit.timestamp import Stamped
from ledger.audit.tree import ROW_LEVELS, Head
from ledger.domain.agreement import State
from ledger.domain.limits import used

_DATE = (1980, 1, 1, 0, 0, 0)
_ENCODER = msgspec.json.Encoder(order="sorted")


class BundleRefused(Exception):
    """Contents that would make a false bundle; the message says why."""


class Leaf(msgspec.Struct, frozen=True):
    """A leaf hash, and its entry where the reader may have it."""

    hash: bytes
    entry: bytes | None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger says of one limit, in öre; cap and remaining None where it is unknown."""

    limit: str
    cap: int | None
    reserved: int
    committed: int
    drawn: int
    remaining: int | None


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger says of one agreement's limits."""

    currency: str
    limits: tuple[Claim, ...]


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a bundle. `figures` are by agreement; `chosen` the records to prove, `sealed`
    the entries that are left out as offers that nobody has opened.

    The whole log goes into C2SP entry bundles, so every leaf must bring its entry; of a part, the
    entries that the leaves bring go in one by one.
    """

    key: VerifierKey
    newest: Note
    whole: bool = True
    earlier: tuple[Note, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()
    stamps: tuple[Stamped, ...] = ()
    figures: dict[str, Claims] = {}
    chosen: tuple[int, ...] = ()
    sealed: tuple[int, ...] = ()


def claims(state: State) -> Claims:
    """An agreement's figures when everything recorded has taken effect."""
    limits = []
    for limit in state.limits:
        use, cap = used(limit, state.totals), limit.amount
        limits.append(
            Claim(
                limit=limit.name,
                cap=cap,
                reserved=use.reserved,
                committed=use.committed,
                drawn=use.drawn,
                remaining=None if cap is None else cap - use.total,
            )
        )
    return Claims(currency=state.currency, limits=tuple(limits))


def write(out: BinaryIO, contents: Contents, leaves: Iterable[Leaf]) -> None:
    """Write a bundle of the newest checkpoint's tree; `leaves` are all of that tree's, in order.

    Raises NoteRefused where a checkpoint is not signed by the key, and BundleRefused, with
    something already written, where the leaves do not give the roots of the checkpoints.
    """
    stamped = (stamp.note for stamp in contents.stamps)
    notes = (contents.newest, *contents.earlier, *stamped)
    checkpoints = [_checkpoint(note, contents.key) for note in notes]
    size = checkpoints[0].size
    if any(checkpoint.size > size for checkpoint in checkpoints):
        raise BundleRefused("an earlier checkpoint is larger than the newest")
    if any(not 0 <= index < size for index in contents.chosen):
        raise BundleRefused(f"a record to prove is not one of the {size}")
    grown = _Grown(checkpoints)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name, data in _texts(contents, checkpoints):
            _put(file, name, data)
        _entries(file, leaves, grown, whole=contents.whole)
        if grown.head.size != size:
            raise BundleRefused(f"there are {grown.head.size} leaves, not {size}")
        for level, index, width in tiles_of(size):
            if level != "entries":
                row = grown.rows[level][index * WIDTH :][:width]
                _put(file, tile_path(level, index, width), b"".join(row))
        stored = tree.from_rows(lambda row, start, count: grown.rows[row][start : start + count])
        for index in sorted(set(contents.chosen)):
            proof = tree.inclusion_proof(index, size, stored)
            _put(file, f"proofs/{index}.tlog-proof", _proof(index, proof, contents.newest))


def _checkpoint(note: Note, key: VerifierKey) -> Checkpoint:
    verified(note, [key])
    return tree_head.read(note.text)


def _put(file: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.external_attr = 0o644 << 16
    info.create_system = 3
    file.writestr(info, data)


def _texts(contents: Contents, checkpoints: Sequence[Checkpoint]) -> Iterator[tuple[str, bytes]]:
    own = files("ledger.audit.verifier")
    newest = checkpoints[0]
    readme = own.joinpath("README.md").read_text(encoding="utf-8")
    readme = readme.replace("SIZE", str(newest.size), 1).replace("ORIGIN", newest.origin, 1)
    yield "README.md", readme.encode()
    yield "verify.py", own.joinpath("verify.py").read_bytes()
    if contents.sealed:
        yield "sealed", "".join(f"{index}\n" for index in contents.sealed).encode()
    yield "public-key", f"{contents.key.text}\n".encode()
    yield "public-key.pem", contents.key.pem
    if contents.witnesses:
        yield "witnesses", "".join(f"{key.text}\n" for key in contents.witnesses).encode()
    yield "checkpoint", contents.newest.data
    sizes = (c.size for c in checkpoints[1 : 1 + len(contents.earlier)])
    earlier = dict(zip(sizes, contents.earlier, strict=True))
    for size, note in sorted(earlier.items()):
        yield f"checkpoints/{size}", note.data
    for stamp in contents.stamps:
        yield f"timestamps/{stamp.size}", stamp.note.data
        yield f"timestamps/{stamp.size}.tsr", stamp.response
    figures = {"agreements": contents.figures, "size": newest.size}
    yield "figures.json", _ENCODER.encode(figures)


class _Grown:
    """A tree that is held against its checkpoints as it grows, with the rows of its tiles."""

    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        self.rows: list[list[bytes]] = [[] for _ in range(8)]
        self.head = Head()
        self._ahead = sorted(checkpoints, key=lambda checkpoint: checkpoint.size)
        self._compare()

    def append(self, leaf: Leaf) -> None:
        if leaf.entry is not None and tree.leaf_hash(leaf.entry) != leaf.hash:
            raise BundleRefused(f"entry {self.head.size} is not the one that its leaf hash is of")
        self.rows[0].append(leaf.hash)
        self.head = tree.append(self.head, [leaf.hash], self._completed)
        self._compare()

    def _completed(self, level: int, _index: int, node: bytes) -> None:
        self.rows[level // ROW_LEVELS].append(node)

    def _compare(self) -> None:
        while self._ahead and self._ahead[0].size == self.head.size:
            if tree.root(self.head) != self._ahead.pop(0).root:
                raise BundleRefused(f"the entries do not give the root of size {self.head.size}")


def _entries(file: zipfile.ZipFile, leaves: Iterable[Leaf], grown: _Grown, *, whole: bool) -> None:
    together: list[bytes] = []
    for leaf in leaves:
        index = grown.head.size
        grown.append(leaf)
        if whole and leaf.entry is None:
            raise BundleRefused(f"entry {index} is missing from a bundle of the whole log")
        if not whole:
            if leaf.entry is not None:
                _put(file, f"entries/{index}", leaf.entry)
            continue
        together.append(leaf.entry or b"")
        if len(together) == WIDTH:
            _put(file, tile_path("entries", index // WIDTH), bundle_bytes(together))
            together.clear()
    if together:
        last = grown.head.size // WIDTH
        _put(file, tile_path("entries", last, len(together)), bundle_bytes(together))


def _proof(index: int, proof: Sequence[bytes], note: Note) -> bytes:
    """C2SP tlog-proof: the index, the hashes from the leaf up, and the checkpoint."""
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}"]
    lines += [base64.b64encode(part).decode() for part in proof]
    return "\n".join([*lines, "", ""]).encode() + note.data
