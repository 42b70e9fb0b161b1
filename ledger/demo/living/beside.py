"""The demonstration's files: a notary's key and folder beside its database, made with it."""

import shutil
from datetime import date
from pathlib import Path

from ledger.audit.notary import Notary, cycle, make_key_file, read_key_file
from ledger.audit.note import NoteRefused
from ledger.audit.published import keep, publish_key
from ledger.store import Store

NAME = "demonstration.avrop.example"
"""What the key's name begins with: nobody else's is taken for it, or removed."""
FILE = "sqlite:///"


def folder_of(database: str) -> Path | None:
    """Where the notary of a demonstration has its folder; None where it can have none."""
    if not database.startswith(FILE):
        return None
    return Path(database.removeprefix(FILE)).with_name("avrop-notary")


def existing(folder: Path) -> Notary | None:
    """The demonstration's notary that has its folder there."""
    notary_key, state = _beside(folder)
    try:
        key = read_key_file(notary_key)
    except (NoteRefused, OSError, UnicodeError):
        return None
    return Notary(key=key, state=state, folder=folder) if key.name.startswith(NAME) else None


def begun(folder: Path, today: date) -> Notary | None:
    """A new notary, for a new demonstration; that of an earlier one goes. None where there is
    somebody else's."""
    key, state = _beside(folder)
    if existing(folder) is not None:
        shutil.rmtree(folder, ignore_errors=True)
        key.unlink(missing_ok=True)
        state.unlink(missing_ok=True)
    if any(path.exists() for path in (folder, key, state)):
        return None
    make_key_file(key, f"{NAME}/{today.isoformat()}")
    notary = Notary(key=read_key_file(key), state=state, folder=folder)
    publish_key(folder, notary.key.verifier)
    return notary


def sign(notary: Notary, store: Store, day: date) -> None:
    """Sign what is new. Raises Alarm."""
    keep(notary.folder, cycle(notary, store.leaves), day)


def _beside(folder: Path) -> tuple[Path, Path]:
    """The files of the key and of the state, where the command line looks for them too."""
    return folder.with_name(f"{folder.name}.key"), folder.with_name(f"{folder.name}.state")
