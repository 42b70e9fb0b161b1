"""What was ended, in a small file apart from the database: a backup that is put back does not know
of it, and would let in whoever was let in then.

A line each, only ever added, and nothing personal in it: the id of a token, a person, a sign-in.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from ledger import logs
from ledger.bounds import MAX_ENDED_LINE

Kind = Literal["token", "person", "passphrase", "tie"]
"""A token that was revoked; a person who was erased; a sign-in's former passphrase; a person's
former sign-in."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was ended, by its id."""

    at: datetime
    what: Kind
    id: str


class EndedFile:
    """The file; None: nothing is noted."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def note(self, what: Kind, id: str, at: datetime) -> None:
        """Add a line, before the thing is ended. That it cannot be written is said, and keeps
        nobody from ending what has to end now."""
        if self.path is None:
            return
        line = msgspec.json.encode(Ended(at=at, what=what, id=id)) + b"\n"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            handle = os.open(self.path, flags, 0o600)
            try:
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            logs.log().warning(
                "what was ended could not be noted: a restored backup will not know of it",
                file=str(self.path),
                why=error.strerror,
            )


def read_ended(path: Path) -> Iterator[Ended]:
    """What was noted, the oldest first; nothing where there is no file. A line that was cut off is
    passed over. Raises OSError."""
    if not path.exists():
        return
    with path.open("rb") as file:
        while line := file.readline(MAX_ENDED_LINE):
            try:
                yield msgspec.json.decode(line, type=Ended)
            except ValueError:
                continue
