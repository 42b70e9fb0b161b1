"""What an error of a database means to whoever runs it: which file or schema, and what to do.

Of the driver's own words nothing is told: they may repeat what was asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ledger.wording import Sentence, words

MISSING, DAMAGED, FULL, READ_ONLY = "missing", "damaged", "full", "read-only"

CANNOT_WRITE = (FULL, READ_ONLY)
"""With these what is there can be read."""

_OF_SQLITE = {
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
}
_OF_POSTGRESQL = {
    "42P01": MISSING,
    "42703": MISSING,
    "3F000": MISSING,
    "53100": FULL,
    "25006": READ_ONLY,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
_GONE = ("no such table", "no such column")


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those that it came of."""
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__


def kind_of(error: BaseException) -> str:
    """MISSING (a table), DAMAGED, FULL (the disk), READ_ONLY; "" where it is none of them."""
    for one in chain(error):
        code = getattr(one, "sqlite_errorcode", None)
        found = _OF_POSTGRESQL.get(getattr(one, "sqlstate", None) or "", "")
        if isinstance(code, int):
            found = _OF_SQLITE.get(code & 0xFF, "")
            found = found or (MISSING if str(one).startswith(_GONE) else "")
        if found:
            return found
    return ""


def put(error: BaseException, place: str, of: str) -> None:
    """Note where an error happened: the file or schema, and which part of the ledger is `of` it."""
    for one in chain(error):
        one.__dict__.setdefault("avrop_place", (place, of))


def said(error: BaseException) -> str:
    """The same in English, for a line of the log; empty where there is no more to say."""
    found = told(error)
    return "" if found is None else found.template.format(**found.figures)


LOG, VIEWS, REGISTRY = "log", "views", "registry"


def told(error: BaseException) -> Sentence | None:
    """The fault in words, with the remedy; None where there is no more to say than that the
    database does not answer."""
    places = [one.__dict__["avrop_place"] for one in chain(error) if "avrop_place" in one.__dict__]
    kind = kind_of(error)
    if not places or not kind:
        return None
    where, of = places[0]
    if kind == FULL:
        return words(
            "The disk is full on which {where} is: make room; nothing that was acknowledged is "
            "lost, and reading goes on.",
            where=where,
        )
    if kind == READ_ONLY:
        return words(
            "{where} cannot be written to: give the right to, or make its disk or server writable "
            "again; reading goes on.",
            where=where,
        )
    if of == VIEWS:
        return words("The read models {where} are damaged: run `avrop rebuild`.", where=where)
    if kind == MISSING:
        return words(
            "A table is missing in {where}: run `avrop init`, and `avrop verify` after it.",
            where=where,
        )
    return words(
        "{where} is damaged: stop the service, put the newest backup back (`avrop restore`), and "
        "run `avrop verify`.",
        where=where,
    )


def may_be_done(error: BaseException) -> bool:
    """Whether a server that was asked may do it all the same: it did not answer in time."""
    found: BaseException | None = error
    while found is not None:
        if getattr(found, "may_be_done", False):
            return True
        found = found.__cause__
    return False
