"""Files that are whole or not there, whatever happens to the power; their owner's alone."""

import os
import tempfile
from pathlib import Path

OWN_FILE, OWN_FOLDER = 0o600, 0o700
OTHERS = 0o055
"""That others may read a folder, and go into it."""


def write_whole(path: Path, data: bytes, published: Path | None = None) -> None:
    """Put a file in place in one step: written beside it, synchronised, then renamed.

    It is its owner's alone, and so is each folder made for it; in a folder that is `published`, as
    open as that folder is.
    """
    others = _others(published)
    _make_folder(path.parent, OWN_FOLDER | others)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), OWN_FILE | others & 0o044)
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    synchronise(path.parent)


def _others(published: Path | None) -> int:
    """What whoever keeps the folder lets others do in it."""
    if published is None or not published.is_dir():
        return 0
    return published.stat().st_mode & OTHERS


def _make_folder(folder: Path, mode: int) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent, mode)
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
        synchronise(folder.parent)


def synchronise(folder: Path) -> None:
    """Make the names in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
