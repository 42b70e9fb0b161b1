"""Checkpoints (C2SP tlog-checkpoint): a tree's origin, size and root, as the text of a note."""

import base64
import binascii

import msgspec

from ledger.audit.note import Note, NoteRefused, SigningKey, VerifierKey, read_note, sign, verified
from ledger.audit.tree import HASH

_MAX_SIZE = 2**63 - 1


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A tree at one size. `extensions` are opaque lines; this ledger writes none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode())
        return "".join(line + "\n" for line in (*lines, *self.extensions))


def read(text: str) -> Checkpoint:
    """The checkpoint in a note's text. Raises NoteRefused for any other text."""
    lines = text.split("\n")
    if lines.pop() != "" or len(lines) < 3 or "" in lines:
        raise NoteRefused("a checkpoint has at least three lines and no empty one")
    origin, size, root, *extensions = lines
    if not size.isascii() or not size.isdecimal() or (size[0] == "0" and size != "0"):
        raise NoteRefused("a checkpoint's second line is its size in decimal digits")
    if len(size) > 19 or int(size) > _MAX_SIZE:
        raise NoteRefused("a checkpoint's size is below 2**63")
    try:
        decoded = base64.b64decode(root, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused("a checkpoint's third line is its root in base64") from error
    checkpoint = Checkpoint(
        origin=origin, size=int(size), root=decoded, extensions=tuple(extensions)
    )
    if len(decoded) != HASH or checkpoint.text != text:
        raise NoteRefused(f"a checkpoint's root is {HASH} bytes in base64's standard form")
    return checkpoint


def signed(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """The checkpoint as a note with the log's signature. Raises NoteRefused where it has no form.

    The key carries the origin's name, as C2SP advises, so that a signature names its log.
    """
    if key.name != checkpoint.origin:
        raise NoteRefused(f"the key of {key.name} does not sign for {checkpoint.origin}")
    read(checkpoint.text)
    return Note(text=checkpoint.text, signatures=(sign(checkpoint.text, key),))


def open_checkpoint(data: bytes, key: VerifierKey) -> tuple[Checkpoint, Note]:
    """A checkpoint signed by this log's key, and its note. Raises NoteRefused for any other."""
    note = read_note(data)
    verified(note, [key])
    checkpoint = read(note.text)
    if checkpoint.origin != key.name:
        raise NoteRefused(f"the checkpoint is of {checkpoint.origin}, the key of {key.name}")
    return checkpoint, note
