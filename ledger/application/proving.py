"""Questions of the proof, as any door asks them: is the log what a checkpoint says, is a record in
it, and does it only grow."""

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from ledger import verifying
from ledger.application import anchor
from ledger.application.answers.proof import Consistency, Inclusion
from ledger.audit import checkpoint as tree_head
from ledger.audit import published, timestamp, tree
from ledger.audit.check import check_row
from ledger.audit.entry import Row
from ledger.audit.note import NoteRefused, read_note, verified
from ledger.audit.tree import Hashes, Head, ProofFails
from ledger.bounds import FINDINGS_SHOWN, MAX_BUNDLED, PAGE
from ledger.domain.calendar import SWEDEN
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.opening import Ledger
from ledger.store import TreeDamaged
from ledger.wording import Sentence, words

READERS = ("auditor", "finance", "manager", "admin")
"""Who may ask for proofs."""
DESK = ("auditor", "admin")
"""Who has the audit desk."""


# ── Proofs ────────────────────────────────────────────────────────────────────────────────────


def inclusion(ledger: Ledger, index: int, size: int | None = None) -> Inclusion:
    """The proof that a record is in the tree: of the newest checkpoint where that has it, else of
    the log's own. Raises NotFound, TreeDamaged."""
    leaves = ledger.store.leaves
    size = size or _size_for(ledger, index)
    head, hashes = leaves.proving()
    if index >= size or size > head.size:
        raise NotFound(what="record", name=str(index))
    proof = tree.inclusion_proof(index, size, hashes)
    root, leaf = tree.root(tree.head_at(size, hashes)), hashes(0, index)
    with _holding():
        tree.verify_inclusion(index, size, leaf, proof, root)
    hexed = [part.hex() for part in proof]
    return Inclusion(index=index, size=size, leaf=leaf.hex(), root=root.hex(), proof=hexed)


def consistency(ledger: Ledger, first: int, second: int | None = None) -> Consistency:
    """The proof that the tree of one size only adds to that of a smaller one. Raises Invalid,
    TreeDamaged."""
    head, hashes = ledger.store.leaves.proving()
    size = head.size
    second = second or size
    if not first <= second <= size:
        sentence = "Give two sizes of the log, the smaller first; it has {size} records."
        raise Invalid(Fault(pointer="from", sentence=sentence, figures={"size": str(size)}))
    proof = tree.consistency_proof(first, second, hashes)
    older, newer = (tree.root(tree.head_at(at, hashes)) for at in (first, second))
    with _holding():
        tree.verify_consistency(first, second, older, newer, proof)
    return Consistency(
        from_size=first,
        from_root=older.hex(),
        to_size=second,
        to_root=newer.hex(),
        proof=[part.hex() for part in proof],
    )


@contextlib.contextmanager
def _holding() -> Iterator[None]:
    """A proof that does not hold is not given out. Raises TreeDamaged."""
    try:
        yield
    except ProofFails as failure:
        reason = "its leaf hashes and its nodes do not give the same root"
        raise TreeDamaged(reason=reason) from failure


def _size_for(ledger: Ledger, index: int) -> int:
    found = anchor.newest(ledger.settings.notary)
    if found is not None and index < found.checkpoint.size:
        return found.checkpoint.size
    size: int = ledger.store.leaves.head().size
    return size


# ── The state of the proof ────────────────────────────────────────────────────────────────────


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How the proof stands, in one sentence; `is_well`: nothing is wrong with it."""

    said: Sentence
    is_well: bool


def standing(ledger: Ledger) -> Standing:
    """Whether the log is what the notary signed last."""
    newest = anchor.newest(ledger.settings.notary)
    try:
        head, hashes = ledger.store.leaves.proving()
        if newest is None:
            unsigned = words(
                "No notary has signed a checkpoint here; the log has {count} entries.",
                count=head.size,
            )
            return Standing(said=unsigned, is_well=False)
        size = newest.checkpoint.size
        same = size <= head.size and _root(head, hashes, size) == newest.checkpoint.root
    except TreeDamaged as damaged:
        return Standing(said=_damaged(damaged), is_well=False)
    why = anchor.alarm(ledger.settings.notary)
    if same and why:
        said = words("The notary has raised an alarm, and signs nothing more: {why}", why=why)
        return Standing(said=said, is_well=False)
    signed = Path(ledger.settings.notary) / "checkpoint"
    moment = datetime.fromtimestamp(signed.stat().st_mtime, UTC)
    template = (
        "Signed {moment}, {size} entries; nothing of them was changed. The log has {count} entries."
        if same
        else "The log is not what was signed {moment}, {size} entries. It has {count} entries now."
    )
    said = words(template, moment=_minute(moment), size=size, count=head.size)
    return Standing(said=said, is_well=same)


def _minute(moment: datetime) -> str:
    return moment.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M")


def _root(head: Head, hashes: Hashes, size: int) -> bytes:
    return tree.root(head) if size == head.size else tree.root(tree.head_at(size, hashes))


def _damaged(damaged: TreeDamaged) -> Sentence:
    return words("The log's own tree is damaged: {reason}.", reason=str(damaged))


# ── What somebody holds ───────────────────────────────────────────────────────────────────────


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a question of the proof came to: in a sentence, and what was found wrong, if anything.
    `index` is the record that it is about."""

    said: Sentence
    is_well: bool
    findings: tuple[Sentence, ...] = ()
    index: int | None = None


def held(ledger: Ledger, text: str) -> Found:
    """A checkpoint that somebody has kept, against the log: is the log what it was, and more?

    Where it is not, which entry is not, as the notary's own copy shows it."""
    newest = anchor.newest(ledger.settings.notary)
    try:
        note = read_note(text.replace("\r\n", "\n").strip("\n ").encode() + b"\n")
        point = tree_head.read(note.text)
    except (NoteRefused, UnicodeError):
        return _wrong(NO_CHECKPOINT)
    if newest is not None:
        if point.origin != newest.key.name:
            template = "The checkpoint is of another log, {other}; this one is {own}."
            return _wrong(words(template, other=point.origin, own=newest.key.name))
        try:
            verified(note, [newest.key])
        except NoteRefused:
            return _wrong(NOT_SIGNED)
    try:
        head, hashes = ledger.store.leaves.proving()
        if point.size > head.size:
            template = (
                "Your checkpoint has {held} entries and the log only {count}: those from entry "
                "{count} on are gone."
            )
            return _wrong(words(template, held=point.size, count=head.size))
        if point.size and _root(head, hashes, point.size) == point.root:
            template = (
                "Nothing was changed of what is in your checkpoint ({held} entries). The log has "
                "{count} entries today."
                if newest is not None
                else "The log is what your checkpoint says ({held} entries) and has {count} "
                "entries today; who signed it cannot be told here, since there is no notary."
            )
            said = words(template, held=point.size, count=head.size)
            return Found(said=said, is_well=True)
    except TreeDamaged as damaged:
        return _wrong(_damaged(damaged))
    said = words(
        "The log is not what your checkpoint says of its first {held} entries.", held=point.size
    )
    findings = _which(ledger, point) if head.size <= MAX_BUNDLED else ()
    return Found(said=said, is_well=False, findings=findings)


NO_CHECKPOINT = words(
    "This is no checkpoint: it has three lines, an empty one, and a line with a signature. Copy "
    "all of it."
)
NOT_SIGNED = words(
    "The checkpoint is not signed with this log's key: it was changed, or another signed."
)


def _wrong(said: Sentence) -> Found:
    return Found(said=said, is_well=False)


def _which(ledger: Ledger, point: tree_head.Checkpoint) -> tuple[Sentence, ...]:
    """What was done to which entry, as far as the notary's copy tells."""
    folder = ledger.settings.notary
    newest = anchor.newest(folder)
    outside = verifying.Held(
        checkpoints=(point, *(() if newest is None else (newest.checkpoint,))),
        published=newest,
        folder=Path(folder) if folder else None,
    )
    found = verifying.verify_log(ledger.store, outside)
    return tuple(Sentence(one.template, one.figures) for one in found[:FINDINGS_SHOWN])


_RECEIPT = re.compile(r"(?:Avrop-Receipt:)?\s*(\d{1,15})(?:\s*:\s*([0-9a-fA-F]{64}))?", re.ASCII)


def receipt(ledger: Ledger, text: str) -> Found:
    """A receipt (its number, a colon, its hash; or the number alone) against the log."""
    read = _RECEIPT.fullmatch(text.strip())
    if read is None:
        return _wrong(NO_RECEIPT)
    index, leaf = int(read[1]), (read[2] or "").lower()
    try:
        row = _row(ledger, index)
        if row is None:
            count = ledger.store.leaves.head().size
            template = "The log has no entry {index}: it has {count}, numbered from 0."
            return _wrong(words(template, index=index, count=count))
        if (finding := check_row(row, index)) is not None:
            return _wrong(Sentence(finding.template, finding.figures))
        if leaf and row.leaf is not None and row.leaf.hex() != leaf:
            said = words(
                "Entry {index} is another than the receipt says: its hash is {hash}.",
                index=index,
                hash=row.leaf.hex(),
            )
            return Found(said=said, is_well=False, index=index)
        proof = inclusion(ledger, index)
    except TreeDamaged as damaged:
        return _wrong(_damaged(damaged))
    template = (
        "Entry {index} is what the receipt says, and proved to be in the tree of {size} entries."
        if leaf
        else "Entry {index} is proved to be in the tree of {size} entries."
    )
    return Found(said=words(template, index=index, size=proof.size), is_well=True, index=index)


NO_RECEIPT = words(
    "This is no receipt: it is a number, a colon and 64 signs, as the answer gave it."
)


def _row(ledger: Ledger, index: int) -> Row | None:
    found: list[Row] = ledger.store.leaves.rows(index, index + 1)
    return found[0] if found else None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A record as it is stored, word for word, with its place in the tree."""

    index: int
    stored: str
    leaf: str


def entry(ledger: Ledger, stream: str, version: int) -> Entry | None:
    """None where the tree does not have it, or it is not there."""
    number = ledger.store.leaves.receipt(stream, version).partition(":")[0]
    row = _row(ledger, int(number)) if number else None
    if row is None or row.stored is None or row.leaf is None:
        return None
    stored = bytes(row.stored).decode(errors="replace")
    return Entry(index=row.index, stored=stored, leaf=row.leaf.hex())


def place(ledger: Ledger, index: int) -> int | None:
    """The position of an entry, which read models know it by."""
    row = _row(ledger, index)
    return None if row is None else row.position


# ── Checkpoints that were signed ──────────────────────────────────────────────────────────────


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint that the notary keeps: of which day (None: the newest), how many entries, and
    whether the log still is what it says. `stamped`: an authority's time stamp lies beside it."""

    day: date | None
    size: int
    root: str
    note: str
    agrees: bool
    stamped: bool


def signed(ledger: Ledger, before: str = "") -> tuple[list[Signed], str]:
    """Those that are kept, the newest first, a page of them before a day; and the day before which
    the next one is, empty: it is the last. Raises NotPublished where one is not good."""
    folder, newest = ledger.settings.notary, anchor.newest(ledger.settings.notary)
    if newest is None:
        return [], ""
    kept = published.kept_days(Path(folder), newest.key, before, PAGE)
    stamps = {path.stem for path in (Path(folder) / timestamp.FOLDER).glob("*.tsr")}
    head, hashes = ledger.store.leaves.proving()
    found = [(None, newest.checkpoint, newest.note)] if not before else []
    some = [*found, *kept]
    told = [
        Signed(
            day=day,
            size=point.size,
            root=point.root.hex(),
            note=note.data.decode(),
            agrees=0 < point.size <= head.size and _root(head, hashes, point.size) == point.root,
            stamped=str(point.size) in stamps,
        )
        for day, point, note in some
    ]
    return told, str(kept[-1][0]) if len(kept) == PAGE else ""
