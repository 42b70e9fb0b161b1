"""What a backup says of itself: its files, the log's tree, and by which program it was made.

It names no files: what they are called is fixed, so that no manifest leads out of its folder.
"""

import re
from datetime import datetime
from pathlib import Path

import msgspec

from ledger.audit.tree import HASH
from ledger.bounds import MAX_MANIFEST
from ledger.keeping import CannotKeep
from ledger.keeping.files import read_plain
from ledger.wording import words

MANIFEST, LOG, REGISTRY = "manifest.json", "avrop.db", "avrop.registry.db"
FILES = (LOG, REGISTRY, MANIFEST)
FORMAT = 1
NAME = re.compile(r"avrop-[0-9]{8}T[0-9]{6}Z(-[0-9]{1,3})?")
"""What a backup's folder is called: when it was begun, in UTC."""


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a backup, by its bytes."""

    bytes: int
    sha256: str


class Log(Copied, frozen=True, kw_only=True):
    """The log: how many entries its tree has and the root of that, in hexadecimal; and when the
    newest of them was recorded."""

    size: int
    root: str
    newest_at: datetime | None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is of. `checkpoint` is the newest that the notary had put out, as a signed
    note, and `key` what that was verified with; empty where there was none."""

    format: int
    made_at: datetime
    program: str
    log: Log
    registry: Copied
    checkpoint: str = ""
    key: str = ""

    @property
    def data(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """Raises CannotKeep where a folder has none, or one that cannot be so."""
    path = folder / MANIFEST
    data = read_plain(path, MAX_MANIFEST)
    try:
        if len(data) > MAX_MANIFEST:
            raise ValueError("it is too long")
        found = msgspec.json.decode(data, type=Manifest)
        _require_sense(found)
    except (ValueError, RecursionError) as error:
        raise CannotKeep(
            words(
                "{file} is no manifest of a backup: {why}. Take another backup.",
                file=str(path),
                why=str(error),
            )
        ) from error
    return found


def _require_sense(found: Manifest) -> None:
    """Raises ValueError."""
    if found.format != FORMAT:
        raise ValueError(f"its format is {found.format}, this version reads {FORMAT}")
    if found.made_at.tzinfo is None:
        raise ValueError("its moment has no time zone")
    if len(bytes.fromhex(found.log.root)) != HASH or found.log.size < 0:
        raise ValueError("its tree cannot be one")


def newest(folder: Path) -> Path:
    """A backup's folder: the one given, or the newest of those in it. Raises CannotKeep."""
    if (folder / MANIFEST).is_symlink() or (folder / MANIFEST).exists():
        return folder
    if not folder.is_dir():
        raise CannotKeep(words("There is no folder {folder}.", folder=str(folder)))
    found = backups(folder)
    if not found:
        raise CannotKeep(
            words(
                "{folder} has no backup: neither {name} nor a folder that `avrop backup` made.",
                folder=str(folder),
                name=MANIFEST,
            )
        )
    return found[-1]


def backups(folder: Path) -> list[Path]:
    """The whole backups in a folder, the oldest first."""
    named = (path for path in folder.iterdir() if NAME.fullmatch(path.name))
    whole = (path for path in named if path.is_dir() and not path.is_symlink())
    return sorted((path for path in whole if (path / MANIFEST).is_file()), key=_order)


def _order(path: Path) -> tuple[str, int]:
    moment, _, number = path.name.removeprefix("avrop-").partition("-")
    return moment, int(number or 0)
