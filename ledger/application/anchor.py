"""The newest signed checkpoint, handed out with what is told: order confirmations, statements and
exports carry it, so that whoever keeps one of them holds an anchor of all that was recorded before.
"""

from pathlib import Path

import msgspec

from ledger.application.answers.proof import Checkpoint
from ledger.audit.published import NotPublished, Published, alarm_of, read
from ledger.wording import Sentence, say, words

Stamp = tuple[tuple[int, int, int], ...]


class Kept(msgspec.Struct, frozen=True):
    """What was read from a notary's folder, and how its files were then."""

    stamp: Stamp = ()
    published: Published | None = None
    alarm: str = ""


_KEPT: dict[str, Kept] = {}
"""Of each folder, so that its signature is verified once, and not with each answer."""

SIGNED = words(
    "The newest checkpoint that the notary has signed. Keep it: whoever holds it can see later "
    "that nothing recorded before it was changed."
)
UNSIGNED = words("Not signed: there is no checkpoint of a notary here to be relied on.")
ALARMED = words(
    "Nothing is called signed: the notary has raised an alarm, as the log is not what it signed."
)


def newest(folder: str) -> Published | None:
    """What the notary of a folder (the setting AVROP_NOTARY) signed last, which the log is held
    against; None where there is none that its key has signed."""
    return _read(folder).published


def alarm(folder: str) -> str:
    """Why the notary of a folder has raised an alarm; empty where it has not."""
    return _read(folder).alarm


def signed(folder: str) -> Published | None:
    """The newest checkpoint where the log may be said to be signed: None while an alarm stands."""
    found = _read(folder)
    return None if found.alarm else found.published


def _read(folder: str) -> Kept:
    if not folder:
        return Kept()
    place = Path(folder)
    stamp = tuple(_stamp(place / name) for name in ("public-key", "checkpoint", "alarm"))
    found = _KEPT.get(folder)
    if found is not None and found.stamp == stamp:
        return found
    try:
        published = read(place)
    except NotPublished:
        published = None
    found = _KEPT[folder] = Kept(stamp, published, alarm_of(place))
    return found


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        seen = path.stat()
    except OSError:
        return (0, 0, 0)
    return (seen.st_ino, seen.st_mtime_ns, seen.st_size)


def note_of(folder: str) -> str | None:
    """The checkpoint as it was signed: three lines, an empty one, and the signatures; None where
    nothing may be said to be signed."""
    found = signed(folder)
    return None if found is None else found.note.data.decode()


def checkpoint_answer(folder: str, language: str) -> Checkpoint:
    return Checkpoint(note=note_of(folder), said=say(said(folder), language))


def said(folder: str) -> Sentence:
    """What is said of the checkpoint that is handed out, or of there being none."""
    if alarm(folder):
        return ALARMED
    return UNSIGNED if signed(folder) is None else SIGNED
