"""The demonstration made for the first time, and made anew: what was recorded in it goes, and it is
played as of today. No other ledger is ever emptied."""

from contextlib import closing
from pathlib import Path

from ledger import people
from ledger.audit.notary import Notary
from ledger.config import Settings
from ledger.demo import living
from ledger.demo.living import beside
from ledger.opening import Ledger, open_ledger
from ledger.store import SCHEMA
from ledger.store.sqlite import opened as at_file

MADE = "demonstration"
"""Under which name the registry of a demonstration that was made here keeps a secret."""
PLAYED = "demonstration-played"
"""The same, told from play to play: whoever knows another has what was before. While a play goes on
there is none."""


def first(opened: Ledger) -> Notary | None:
    """Play the demonstration that lives on an empty ledger. Its notary, where it may have one."""
    own = _own_folder(opened.settings)
    notary = None if own is None else beside.begun(own, opened.today)
    opened.registry.secret(MADE)
    living.play(opened, notary)
    opened.registry.secret(PLAYED)
    return notary


def is_demonstration(opened: Ledger) -> bool:
    """Whether it was made here, and nobody else's notary has signed it: that one would say that
    history was changed."""
    return opened.registry.has_secret(MADE) and _is_signed_here(opened.settings)


def again(opened: Ledger) -> bool:
    """Empty a demonstration and play it as of today; people, tokens and sessions stay, so that
    whoever is signed in goes on. False, and nothing is done, where somebody else is at it.

    Whatever was opened before has to be opened again. Raises ValueError for any other ledger.
    """
    if not is_demonstration(opened):
        raise ValueError("it is no demonstration")
    if not opened.registry.forget_secret(PLAYED):
        return False
    try:
        empty(opened)
        opened.registry.empty(people=False)
        fresh = open_ledger(opened.settings, opened.clock)
        try:
            fresh.create()
            first(fresh)
            people.record_living(fresh.service, fresh.registry)
        finally:
            fresh.close()
    finally:  # also of one that failed: it may be tried once more
        opened.registry.secret(PLAYED)
    return True


def empty(opened: Ledger) -> None:
    """Drop the log of a demonstration and what is made of it, all at once."""
    opened.views.database.drop()
    address = opened.settings.database
    if not opened.store.on_sqlite:
        from ledger.connecting.postgresql import opened as connected

        with connected(address, "demonstration") as connection:
            connection.execute(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE')
        return
    path = address.removeprefix(beside.FILE)
    with closing(at_file(path)) as log:
        log.execute("BEGIN IMMEDIATE")
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for (name,) in log.execute(tables).fetchall():
            log.execute(f'DROP TABLE "{name}"')
        log.execute("COMMIT")


def _own_folder(settings: Settings) -> Path | None:
    """Of a notary that is the demonstration's own; None where another is set, or there is none."""
    return beside.folder_of(settings.database) if _is_signed_here(settings) else None


def _is_signed_here(settings: Settings) -> bool:
    return settings.notary in ("", str(beside.folder_of(settings.database)))
