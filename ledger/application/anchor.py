"""The newest signed checkpoint, handed out with what is told: order confirmations, statements and
exports carry it, so that whoever keeps one of them holds an anchor of all that was recorded before.
"""

from pathlib import Path

from ledger.application.answers.proof import Checkpoint
from ledger.audit.published import NotPublished, Published, read
from ledger.wording import say, words

Stamp = tuple[tuple[int, int, int], ...]

_KEPT: dict[str, tuple[Stamp, Published | None]] = {}
"""What was read from a notary's folder, and how its files were then: its signature is verified
once, and not with each answer."""

SIGNED = words(
    "The newest checkpoint that the notary has signed. Keep it: whoever holds it can see later "
    "that nothing recorded before it was changed."
)
UNSIGNED = words("Not signed yet: no notary has signed a checkpoint here.")


def newest(folder: str) -> Published | None:
    """What the notary of a folder (the setting AVROP_NOTARY) signed last; None where there is none
    that its key has signed."""
    if not folder:
        return None
    stamp = tuple(_stamp(Path(folder) / name) for name in ("public-key", "checkpoint"))
    before, known = _KEPT.get(folder, ((), None))
    if before == stamp:
        return known
    try:
        found = read(Path(folder))
    except NotPublished:
        found = None
    _KEPT[folder] = stamp, found
    return found


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        seen = path.stat()
    except OSError:
        return (0, 0, 0)
    return (seen.st_ino, seen.st_mtime_ns, seen.st_size)


def note_of(folder: str) -> str | None:
    """The checkpoint as it was signed: three lines, an empty one, and the signatures."""
    found = newest(folder)
    return None if found is None else found.note.data.decode()


def checkpoint_answer(folder: str, language: str) -> Checkpoint:
    note = note_of(folder)
    return Checkpoint(note=note, said=say(UNSIGNED if note is None else SIGNED, language))
