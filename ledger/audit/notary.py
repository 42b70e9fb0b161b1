"""The notary signs the log as it grows, and nothing else; the witness cosigns other logs' growth.

Both remember in a file of their own what they signed last, and sign again only what adds to it.
So a changed past, a restored backup and a lossy failover all end in an alarm, and in no
signature. One at a time: the state file is locked for a cycle.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from ledger.audit import checkpoint as tree_head
from ledger.audit import entry, tiles, tree
from ledger.audit.check import Places, check_row, compare, cut
from ledger.audit.checkpoint import Checkpoint, open_checkpoint
from ledger.audit.entry import EntryRefused, Row
from ledger.audit.files import synchronise, write_whole
from ledger.audit.findings import Finding, Kind
from ledger.audit.moments import Moments, said
from ledger.audit.note import (
    LOG,
    WITNESS,
    Note,
    NoteRefused,
    Signature,
    SigningKey,
    VerifierKey,
    new_key,
    read_note,
    read_signing_key,
    sign,
    verified,
)
from ledger.audit.tiles import WIDTH, TileRefused
from ledger.audit.tree import Head, ProofFails
from ledger.bounds import MAX_FAULTS, MAX_NOTARY_BATCH


class Alarm(Exception):
    """Something is wrong, so nothing was signed; the findings say what."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.sentence for finding in findings))
        self.findings = findings


class Busy(Exception):
    """Another process is at it with the same state file; nothing was done."""


class Source(Protocol):
    """The log as the notary reads it."""

    def head(self) -> Head:
        """The stored head."""

    def rows(self, start: int, end: int) -> Sequence[Row]:
        """Leaves by index, from `start` to before `end`, each with its event if that is there."""

    def strays(self, start: int = ...) -> Sequence[Row]:
        """Events without a leaf, all or from a position on, and leaves below number 0."""


class Notary(msgspec.Struct, frozen=True, kw_only=True):
    """A key and three places of its own. The key's name is the log's origin."""

    key: SigningKey
    state: Path
    folder: Path

    @property
    def checkpoint(self) -> Path:
        """Where the newest signed checkpoint is published, beside its tiles."""
        return self.folder / "checkpoint"


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────


def make_key_file(path: Path, name: str, kind: int = LOG) -> VerifierKey:
    """A new key in a file that only its owner can read; what others verify with is returned.

    Raises FileExistsError rather than overwrite a key, NoteRefused for a bad name.
    """
    key = new_key(name, kind)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{key.text}\n")
        file.flush()
        os.fsync(file.fileno())
    synchronise(path.parent)
    return key.verifier


def read_key_file(path: Path) -> SigningKey:
    """Raises NoteRefused for what is no signing key, OSError where there is none."""
    return read_signing_key(path.read_text(encoding="utf-8"))


# ── The notary ────────────────────────────────────────────────────────────────────────────────


def cycle(
    notary: Notary, source: Source, *, recheck: bool = False, since: int | None = None
) -> Note:
    """Sign what is new; the newest signed checkpoint, which may be the old one.

    New events are hashed again and held against their leaves, and the stored head against the
    tree that was signed last plus those leaves. With `recheck` every event since the first is
    held against the tiles too. Events without a leaf are looked for from position `since` on, as
    a cycle before has looked below it: one that finds nothing new then reads next to nothing. What
    was slipped in below it since is found by a cycle without it, which looks at all.

    Raises Busy, or Alarm, and then nothing is signed or published; tiles of entries that no
    checkpoint covers may have been written, and are written anew.
    """
    with _locked(notary.state):
        signed = _last_signed(notary)
        head = _signed_head(notary, signed)
        strays = source.strays() if since is None else source.strays(since)
        _raise_any(check_row(row, -1) for row in strays)
        stored = source.head()
        if recheck and signed is not None:
            _recheck(notary, source, signed, stored.size)
        if stored.size < head.size:
            raise Alarm(cut(stored.size, head.size))
        grown = _grow(notary, source, head, stored.size)
        if grown != stored:
            raise Alarm(*_unlike(notary, source, head.size, grown.size))
        if signed is None or grown.size > head.size:
            checkpoint = Checkpoint(origin=notary.key.name, size=grown.size, root=tree.root(grown))
            note = tree_head.signed(checkpoint, notary.key)
            write_whole(notary.state, note.data)
        else:
            note = read_note(notary.state.read_bytes())
        # After the state: a checkpoint that is out has been remembered.
        if _published(notary) != tree_head.read(note.text):
            write_whole(notary.checkpoint, note.data, notary.folder)
        return note


def _last_signed(notary: Notary) -> Checkpoint | None:
    """What the state file says. Raises Alarm where it is lost, old, or not this notary's."""
    out = _published(notary)
    if not notary.state.exists():
        if out is not None:
            raise Alarm(_state(template="a checkpoint is out, but the state file is lost"))
        return None
    try:
        signed, _ = open_checkpoint(notary.state.read_bytes(), notary.key.verifier)
    except (NoteRefused, OSError) as refused:
        raise Alarm(
            _state(template="the state file is not what was signed: {why}", why=str(refused))
        ) from refused
    # The state is written first, so what is out is never newer, unless the state was set back.
    if out is not None and (out.size > signed.size or _forked(out, signed)):
        raise Alarm(
            _state(
                template="a checkpoint of size {out} is out, the state says {signed}",
                out=out.size,
                signed=signed.size,
            )
        )
    return signed


def _published(notary: Notary) -> Checkpoint | None:
    """What is out with this notary's signature."""
    try:
        return open_checkpoint(notary.checkpoint.read_bytes(), notary.key.verifier)[0]
    except (FileNotFoundError, NoteRefused):
        return None
    except OSError as error:
        template = "the checkpoint that is out cannot be read: {why}"
        raise Alarm(_state(template=template, why=error.strerror or "")) from error


def _forked(one: Checkpoint, other: Checkpoint) -> bool:
    return one.size == other.size and one.root != other.root


def _state(*, template: str, **figures: str | int) -> Finding:
    return Finding(kind="state", template=template, figures=figures)


def _lost(refused: TileRefused | EntryRefused) -> Finding:
    return Finding(kind="tiles", template="{why}", figures={"why": str(refused)})


def _signed_head(notary: Notary, signed: Checkpoint | None) -> Head:
    """The head of the tree that was signed last, out of the tiles' right edge."""
    if signed is None:
        return Head()
    try:
        head = tree.head_at(signed.size, tiles.hashes(tiles.folder(notary.folder), signed.size))
    except TileRefused as refused:
        raise Alarm(_lost(refused)) from refused
    if tree.root(head) != signed.root:
        template = "the tiles do not give the root that was signed for size {size}"
        figures: dict[str, str | int] = {"size": signed.size}
        raise Alarm(Finding(kind="tiles", template=template, figures=figures))
    return head


def _grow(notary: Notary, source: Source, head: Head, size: int) -> Head:
    """Check and add the entries from the head's size on. Raises Alarm with all that is wrong."""
    last = source.rows(head.size - 1, head.size)
    places = Places(head.size)
    if last:
        places = Places(head.size, last[0].position, Moments(before=said(last[0].stored)))
    while head.size < size:
        end = min(size, (head.size // WIDTH) * WIDTH + MAX_NOTARY_BATCH)
        rows = source.rows(head.size, end)
        _check_rows(rows, places, end)
        added = [_entry_of(row) for row in rows]
        try:
            head = tiles.extend(notary.folder, head, added)
        except TileRefused as refused:
            raise Alarm(_lost(refused)) from refused
    return head


def _entry_of(row: Row) -> bytes:
    """The entry of a row that `check_row` found nothing wrong with."""
    assert row.stored is not None, "a row without its event is a finding"
    return entry.make(row.index, row.stream, row.version, row.name, row.stored)


def _check_rows(rows: Sequence[Row], places: Places, end: int) -> None:
    _raise_any(places.check_all(rows))
    if (reached := places.index) != end:
        kind: Kind = "removed" if reached < end else "inserted"
        template = "the log's head is of size {size}, but its newest leaf is {leaf}"
        figures: dict[str, str | int] = {"size": end, "leaf": reached - 1}
        at = min(reached, end)
        raise Alarm(Finding(kind=kind, index=at, template=template, figures=figures))


def _raise_any(findings: Iterable[Finding | None]) -> None:
    found = [finding for finding in findings if finding is not None]
    if found:
        raise Alarm(*found[:MAX_FAULTS])


def _unlike(notary: Notary, source: Source, signed: int, size: int) -> list[Finding]:
    """Why the stored head is not what was signed plus what is new."""
    found = _compared(notary, source, signed, size)
    template = (
        "the log's head of size {size} is not that of the {signed} entries that were signed and "
        "the new ones"
    )
    figures: dict[str, str | int] = {"size": size, "signed": signed}
    return found or [Finding(kind="head", template=template, figures=figures)]


def _compared(notary: Notary, source: Source, signed: int, size: int) -> list[Finding]:
    entries = tiles.entries(tiles.folder(notary.folder), 0, signed, signed)
    try:
        return compare(_all_rows(source, size), entries)
    except (TileRefused, EntryRefused) as refused:
        return [_lost(refused)]


def _recheck(notary: Notary, source: Source, signed: Checkpoint, size: int) -> None:
    _raise_any(tiles.check_tiles(tiles.folder(notary.folder), signed))
    found = Places().check_all(_all_rows(source, min(signed.size, size)))
    named = {(finding.kind, finding.index) for finding in found}
    differing = _compared(notary, source, signed.size, size)
    _raise_any([*found, *(f for f in differing if (f.kind, f.index) not in named)])


def _all_rows(source: Source, end: int) -> Iterator[Row]:
    for start in range(0, end, MAX_NOTARY_BATCH):
        if not (rows := source.rows(start, min(end, start + MAX_NOTARY_BATCH))):
            return  # a head may say that there are any number more
        yield from rows


@contextlib.contextmanager
def _locked(state: Path) -> Iterator[None]:
    """One process at a time. Raises Busy where another one is at it."""
    state.parent.mkdir(parents=True, exist_ok=True)
    with state.with_name(state.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"another process holds the state file {state}") from None
        yield


# ── The witness ───────────────────────────────────────────────────────────────────────────────


class CosignRefused(Exception):
    """A checkpoint that a witness does not cosign; the message says why."""


class Conflict(CosignRefused):
    """The proof begins at another size than `size`, which was cosigned last (0: never)."""

    def __init__(self, origin: str, size: int, old: int) -> None:
        super().__init__(f"of {origin} the size cosigned last is {size}, the proof is from {old}")
        self.size = size


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """A witness's key, and its folder with one state file for each log it watches."""

    key: SigningKey
    folder: Path

    def state_of(self, origin: str) -> Path:
        return self.folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"


def cosign(
    witness: Witness, log: VerifierKey, data: bytes, old: int, proof: Sequence[bytes], now: int
) -> Signature:
    """Cosign a checkpoint of the log if, and only if, it adds to the one cosigned last.

    `old` is the size that the proof begins at, 0 for the first time. The state is written before
    the signature is given away. Raises CosignRefused, Conflict, Busy.
    """
    if witness.key.kind != WITNESS:
        raise CosignRefused(f"the key of {witness.key.name} is not a witness's")
    state = witness.state_of(log.name)
    with _locked(state):
        last = _last_cosigned(witness, log)
        try:
            checkpoint, note = open_checkpoint(data, log)
        except NoteRefused as refused:
            raise CosignRefused(str(refused)) from refused
        size = 0 if last is None else last.size
        if old > checkpoint.size:
            raise CosignRefused(f"the proof is from size {old}, the checkpoint {checkpoint.size}")
        if old != size:
            raise Conflict(checkpoint.origin, size, old)
        _must_add(checkpoint, last, proof)
        signature = sign(note.text, witness.key, now)
        cosigned = Note(text=note.text, signatures=(*_by(note, log), signature))
        write_whole(state, cosigned.data)
        return signature


def cosign_folder(witness: Witness, log: VerifierKey, folder: Path, now: int) -> Note:
    """Cosign what a log has published in a folder; its checkpoint with the cosignature added.

    Raises CosignRefused also where a tile that the proof needs is missing or malformed.
    """
    try:
        data = (folder / "checkpoint").read_bytes()
        checkpoint, note = open_checkpoint(data, log)
        last = _last_cosigned(witness, log)
        old = 0 if last is None else last.size
        if old > checkpoint.size:
            raise CosignRefused(
                f"{checkpoint.origin} has shrunk: size {old} was cosigned, it is {checkpoint.size}"
            )
        hashes = tiles.hashes(tiles.folder(folder), checkpoint.size)
        proof = tree.consistency_proof(old, checkpoint.size, hashes) if old else []
    except (NoteRefused, TileRefused, OSError) as error:
        raise CosignRefused(str(error)) from error
    signature = cosign(witness, log, data, old, proof, now)
    return Note(text=note.text, signatures=(*_by(note, log), signature))


def _last_cosigned(witness: Witness, log: VerifierKey) -> Checkpoint | None:
    """What was cosigned last, by this witness's own signature. Raises CosignRefused."""
    try:
        data = witness.state_of(log.name).read_bytes()
    except FileNotFoundError:
        return None
    try:
        note = read_note(data)
        verified(note, [witness.key.verifier])
        checkpoint = tree_head.read(note.text)
    except NoteRefused as refused:
        raise CosignRefused(f"the witness's own state is damaged: {refused}") from refused
    if checkpoint.origin != log.name:
        raise CosignRefused(f"the witness's own state is of {checkpoint.origin}")
    return checkpoint


def _by(note: Note, log: VerifierKey) -> tuple[Signature, ...]:
    return tuple(s for s in note.signatures if (s.name, s.id) == (log.name, log.id))


def _must_add(new: Checkpoint, last: Checkpoint | None, proof: Sequence[bytes]) -> None:
    if last is None or last.size == 0:
        if proof:
            raise CosignRefused("from size 0 there is nothing to prove: the proof must be empty")
        if new.size == 0 and new.root != tree.EMPTY:
            raise CosignRefused("a tree of size 0 has another root")
        return
    try:
        tree.verify_consistency(last.size, new.size, last.root, new.root, proof)
    except ProofFails as failure:
        raise CosignRefused(f"{new.origin} does not add to what was cosigned: {failure}") from None
