"""A ledger copied to another database, from SQLite to PostgreSQL or back: the same log with the
same tree, so that a checkpoint signed before verifies after."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import msgspec
from msgspec.structs import replace

from ledger import verifying
from ledger.audit import tree
from ledger.audit.files import OWN_FILE, OWN_FOLDER
from ledger.audit.tree import Head
from ledger.clock import Clock
from ledger.config import Settings
from ledger.domain.refusals import Unavailable
from ledger.keeping import CannotKeep, files
from ledger.keeping.addresses import shown, views_of
from ledger.keeping.tables import TABLES, Row, Table, side
from ledger.opening import Ledger, OtherVersion, open_ledger
from ledger.store import NotInitialised, TreeDamaged
from ledger.store.driver import or_of_driver
from ledger.verifying import Held, Verified
from ledger.wording import words

Progress = Callable[[int, int], None]


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """A copy: how many entries it has, how many its original has gained meanwhile, and what
    verifying it found. `before` says that it was whole there already."""

    size: int
    gained: int
    before: bool
    verified: Verified


def copy(
    settings: Settings, to: str, outside: Held, clock: Clock, progress: Progress | None = None
) -> Copied:
    """Copy the ledger of the settings to an address at which nothing is. Interrupted, it leaves
    nothing that would keep it from being asked again. Raises CannotKeep."""
    target = replace(settings, database=to)
    if to == settings.database:
        raise CannotKeep(words("The ledger is there: give another address with --to."))
    with _in_words(settings, target):
        original = open_ledger(settings, clock)
        try:
            original.check()
            size, before = _copied(original, target, clock, progress)
            made = open_ledger(target, clock)
            try:
                made.views.create()
                made.views.rebuild(progress)
                verified = verifying.verify(made, outside)
            finally:
                made.close()
            gained = original.store.leaves.head().size - size
        finally:
            original.close()
    return Copied(size=size, gained=gained, before=before, verified=verified)


def _copied(
    original: Ledger, target: Settings, clock: Clock, progress: Progress | None
) -> tuple[int, bool]:
    """Copy log and registry; the size, and whether they were there already."""
    if not target.database.startswith(files.SQLITE):
        return _filled(original, target, clock, progress)
    log = files.path_of(target.database)
    if log.exists():
        size = _same(original, target, clock)
        if size is None:
            raise _not_empty(target)
        return size, True
    files.make_folder(log.parent)
    making, lock = log.with_name(f".{log.name}.copying"), log.with_name(f".{log.name}.copying.lock")
    with files.alone(lock):
        if making.is_dir() and not making.is_symlink():
            shutil.rmtree(making)
        making.mkdir(mode=OWN_FOLDER)
        try:
            beside = replace(target, database=f"{files.SQLITE}{making / log.name}")
            found = _filled(original, beside, clock, progress)
            # The log last: where it is, everything is.
            for made, place in (
                (views_of(beside), views_of(target)),
                *(
                    (files.path_of(one), files.path_of(other))
                    for one, other in (
                        (beside.registry, target.registry),
                        (beside.database, target.database),
                    )
                ),
            ):
                if place.exists():
                    raise _not_empty(target)
                made.chmod(OWN_FILE)
                files.flush(made)
                files.put_in_place(made, place)
            return found
        finally:
            shutil.rmtree(making, ignore_errors=True)
            lock.unlink(missing_ok=True)


def _same(original: Ledger, target: Settings, clock: Clock) -> int | None:
    """The size of what is there, where that is the original's log up to some entry; else None."""
    made = open_ledger(target, clock)
    try:
        made.check()
        there = made.store.leaves.head()
        return there.size if there.size and there == _head_at(original, there.size) else None
    except (NotInitialised, OtherVersion, TreeDamaged, Unavailable, sqlite3.DatabaseError):
        return None
    finally:
        made.close()


def _filled(
    original: Ledger, target: Settings, clock: Clock, progress: Progress | None
) -> tuple[int, bool]:
    """Fill tables that have nothing, all of them or none; where they have the same, that it was."""
    made = open_ledger(target, clock)
    try:
        made.create()
    finally:
        made.close()
    if (size := _same(original, target, clock)) is not None:
        return size, True
    with side(original.settings.database) as source, side(target.database) as place:
        if not all(place.is_empty(table) for table in TABLES):
            raise _not_empty(target)
        total = original.store.leaves.head().size
        for table in TABLES:
            place.write(table, _told(source.rows(table), table, total, progress))
            if place.count(table) != (count := source.count(table)):
                raise CannotKeep(
                    words(
                        "Not all of {table} was copied: the original has {count} rows. Nothing was "
                        "kept.",
                        table=table.name,
                        count=count,
                    )
                )
    size = _same(original, target, clock)
    if size is None and original.store.leaves.head().size:
        raise CannotKeep(words("The copy has another tree than the original: it is of no use."))
    return size or 0, False


def _head_at(original: Ledger, size: int) -> Head | None:
    """The original's head at a size that it has had; None where it is shorter."""
    stored, hashes = original.store.leaves.proving()
    return tree.head_at(size, hashes) if size <= stored.size else None


def _told(
    batches: Iterable[list[Row]], table: Table, total: int, progress: Progress | None
) -> Iterator[list[Row]]:
    done = 0
    for rows in batches:
        yield rows
        done += len(rows)
        if progress is not None and table.position:
            progress(done, max(done, total))


def _not_empty(target: Settings) -> CannotKeep:
    return CannotKeep(
        words(
            "{address} is not empty, and nothing is copied over it: give another address with "
            "--to.",
            address=shown(target.database),
        )
    )


@contextmanager
def _in_words(settings: Settings, target: Settings) -> Iterator[None]:
    """What either database has against it."""
    kinds = or_of_driver("Error", sqlite3.Error, OSError, Unavailable, TreeDamaged)
    try:
        yield
    except OtherVersion as error:
        raise CannotKeep(error.sentence) from error
    except NotInitialised as error:
        raise CannotKeep(
            words(
                "There is no ledger at {address} to be copied: {why}.",
                address=shown(settings.database),
                why=str(error),
            )
        ) from error
    except kinds as error:
        cause = error.__cause__ if isinstance(error, Unavailable) else error
        raise CannotKeep(
            words(
                "The ledger could not be copied from {address} to {to}: {why}. It can be run "
                "again.",
                address=shown(settings.database),
                to=shown(target.database),
                why=str(cause).partition("\n")[0],
            )
        ) from error
