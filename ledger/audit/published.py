"""What a notary has put out in its folder: the public key, the newest signed checkpoint, the tiles.

Whoever reads the folder needs nothing else; that the key is the notary's own, and not one that
somebody put there, is for those to say who know it from elsewhere.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from ledger.audit.checkpoint import Checkpoint, open_checkpoint
from ledger.audit.files import write_whole
from ledger.audit.note import Note, NoteRefused, VerifierKey, read_verifier_key
from ledger.audit.verifier import digest
from ledger.bounds import MAX_NOTE


class NotPublished(Exception):
    """The folder has no checkpoint that its key has signed; the message says why."""


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A signed checkpoint with its note, and the key that it was verified with."""

    key: VerifierKey
    checkpoint: Checkpoint
    note: Note


def publish_key(folder: Path, key: VerifierKey) -> None:
    """The key, and the digest of the verifier as `sha256sum --check` reads it."""
    write_whole(folder / "verify.py.sha256", f"{digest()}  verify.py\n".encode(), folder)
    write_whole(folder / "public-key", f"{key.text}\n".encode(), folder)


def read_key(folder: Path) -> VerifierKey:
    """Raises NotPublished."""
    return _key(_bytes(folder / "public-key"))


def read(folder: Path, key: VerifierKey | None = None) -> Published:
    """The newest checkpoint, verified with the key given or else the folder's. Raises
    NotPublished."""
    known = key or read_key(folder)
    try:
        checkpoint, note = open_checkpoint(_bytes(folder / "checkpoint"), known)
    except NoteRefused as refused:
        raise NotPublished(f"the checkpoint in {folder} cannot be relied on: {refused}") from None
    return Published(key=known, checkpoint=checkpoint, note=note)


def keep(folder: Path, note: Note, day: date) -> None:
    """Keep the first checkpoint of each day beside the newest, as an anchor for later bundles."""
    kept = folder / "checkpoints" / day.isoformat()
    if not kept.exists():
        write_whole(kept, note.data, folder)


def raise_alarm(folder: Path, why: str) -> None:
    """Leave word beside the checkpoint that the log is not what was signed."""
    write_whole(folder / "alarm", why.encode(), folder)


def end_alarm(folder: Path) -> None:
    """What was signed is what the log is."""
    (folder / "alarm").unlink(missing_ok=True)


def alarm_of(folder: Path) -> str:
    """Why the notary of a folder has raised an alarm; empty where it has not."""
    try:
        with (folder / "alarm").open("rb") as file:
            return file.read(MAX_NOTE).decode(errors="replace").strip()
    except OSError:
        return ""


def earlier(folder: Path, published: Published) -> tuple[Note, ...]:
    """The kept checkpoints that are smaller than the newest, one of each size. Raises
    NotPublished where one is not signed."""
    found = {
        checkpoint.size: note
        for _, checkpoint, note in map(_opened(published.key), sorted(_kept(folder)))
        if checkpoint.size < published.checkpoint.size
    }
    return tuple(found.values())


def kept_days(
    folder: Path, key: VerifierKey, before: str, limit: int
) -> list[tuple[date, Checkpoint, Note]]:
    """The checkpoints kept of days before one (empty: of all), the newest first. Raises
    NotPublished where one is not signed."""
    names = [path for path in _kept(folder) if not before or path.name < before]
    return list(map(_opened(key), sorted(names, reverse=True)[:limit]))


def _kept(folder: Path) -> Iterator[Path]:
    return (folder / "checkpoints").glob("????-??-??")


def _opened(key: VerifierKey) -> Callable[[Path], tuple[date, Checkpoint, Note]]:
    def opened(path: Path) -> tuple[date, Checkpoint, Note]:
        try:
            checkpoint, note = open_checkpoint(_bytes(path), key)
            return date.fromisoformat(path.name), checkpoint, note
        except (NoteRefused, ValueError) as refused:
            raise NotPublished(f"the checkpoint in {path} is not good: {refused}") from None

    return opened


def _key(data: bytes) -> VerifierKey:
    try:
        return read_verifier_key(data.decode(errors="replace"))
    except NoteRefused as refused:
        raise NotPublished(str(refused)) from None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_NOTE + 1)
    except OSError as error:
        raise NotPublished(f"{path} cannot be read: {error.strerror}") from None
