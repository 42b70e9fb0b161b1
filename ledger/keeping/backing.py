"""A backup of a ledger on SQLite, made while it is served: the log, then the registry.

In this order each id that the log names is in the registry. Read models are never in it: they are
made anew from the log.
"""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy.exc import DBAPIError

import ledger
from ledger import logs
from ledger.audit import published, tree
from ledger.audit.files import OWN_FOLDER, synchronise, write_whole
from ledger.audit.tree import Head
from ledger.config import Settings
from ledger.connecting.sqlite import turn_of
from ledger.keeping import CannotKeep, files
from ledger.keeping.manifest import (
    FILES,
    FORMAT,
    LOG,
    MANIFEST,
    NAME,
    REGISTRY,
    Manifest,
    backups,
    read_manifest,
)
from ledger.keeping.manifest import Copied as CopiedFile
from ledger.keeping.manifest import Log as CopiedLog
from ledger.registry import Registry
from ledger.registry.happened import BACKED_UP
from ledger.registry.steps import NEWEST
from ledger.store import TreeDamaged, open_store
from ledger.wording import words

LOCK, UNFINISHED = ".avrop-backup.lock", ".unfinished-"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that is whole. `removed` are older ones that went, `left` those that hold something
    that no backup put there."""

    folder: Path
    manifest: Manifest
    removed: tuple[Path, ...]
    left: tuple[Path, ...]


def back_up(settings: Settings, folder: Path, keep: int, now: datetime) -> Made:
    """Make a backup in a folder of its own in `folder`, and let go of all but the newest `keep`.

    It is whole or not there: written beside its name, and renamed. Raises CannotKeep.
    """
    log, registry = files.path_of(settings.database), files.path_of(settings.registry)
    for path in (log, registry):
        if not path.is_file():
            raise CannotKeep(
                words("There is no file {file}: say with AVROP_DATABASE where.", file=str(path))
            )
    files.make_folder(folder)
    with files.alone(folder / LOCK):
        for left in folder.glob(f"{UNFINISHED}*"):
            _remove(left)
        files.require_room(folder, sum(path.stat().st_size for path in (log, registry)))
        place = _free_name(folder, now)
        unfinished = folder / f"{UNFINISHED}{place.name}"
        try:
            unfinished.mkdir(mode=OWN_FOLDER)
            manifest = _copied(settings, unfinished, log, registry, now)
            synchronise(unfinished)
            files.put_in_place(unfinished, place)
        except OSError as error:
            raise CannotKeep(
                words("{file} cannot be written: {why}.", file=str(folder), why=str(error))
            ) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        removed, left_over = _let_go(backups(folder)[:-keep])
    _note(settings, now)
    return Made(folder=place, manifest=manifest, removed=removed, left=left_over)


def _note(settings: Settings, now: datetime) -> None:
    """Say when it was, for whoever asks how old the newest is; a registry that an earlier version
    left has no place for it."""
    registry = Registry(settings.registry, now=lambda: now)
    try:
        if registry.version() == NEWEST:
            registry.happens(BACKED_UP)
    except DBAPIError as error:
        logs.log().warning("that a backup was made could not be noted", why=str(error.orig))
    finally:
        registry.close()


def _copied(
    settings: Settings, unfinished: Path, log: Path, registry: Path, now: datetime
) -> Manifest:
    # Before the log, which then has at least what was signed.
    note, key = _newest_checkpoint(settings.notary)
    files.copy_in_use(log, unfinished / LOG)
    files.copy_in_use(registry, unfinished / REGISTRY)
    head, newest_at = _tree_of(unfinished / LOG)
    count, sha256 = files.digest(unfinished / LOG)
    manifest = Manifest(
        format=FORMAT,
        made_at=now.astimezone(UTC),
        program=ledger.__version__,
        log=CopiedLog(
            bytes=count,
            sha256=sha256,
            size=head.size,
            root=tree.root(head).hex(),
            newest_at=newest_at,
        ),
        registry=_file(unfinished / REGISTRY),
        checkpoint=note,
        key=key,
    )
    write_whole(unfinished / MANIFEST, manifest.data)
    return manifest


def _file(path: Path) -> CopiedFile:
    count, sha256 = files.digest(path)
    return CopiedFile(bytes=count, sha256=sha256)


def _newest_checkpoint(notary: str) -> tuple[str, str]:
    """The newest signed note in the notary's folder and its key; empty where there is none."""
    with suppress(published.NotPublished):
        if notary:
            found = published.read(Path(notary))
            return found.note.data.decode(), found.key.text
    return "", ""


def _tree_of(log: Path) -> tuple[Head, datetime | None]:
    """The tree of a copied log, whose head has to be that of its leaf hashes; and when its newest
    entry was recorded. Raises CannotKeep."""
    store = open_store(f"{files.SQLITE}{log}")
    try:
        head, _ = store.leaves.proving()
        newest_at = store.newest()
    except TreeDamaged as damaged:
        raise CannotKeep(
            words(
                "The log's tree is damaged: {why}. Nothing was kept; run `avrop verify`, and keep "
                "the backups that there are.",
                why=str(damaged),
            )
        ) from damaged
    finally:
        store.close()
    connection = sqlite3.connect(log)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
    Path(turn_of(str(log.resolve()))).unlink(missing_ok=True)
    files.flush(log)
    return head, newest_at


def _free_name(folder: Path, now: datetime) -> Path:
    name = f"avrop-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = [name, *(f"{name}-{number}" for number in range(2, 1000))]
    return next(path for each in names if not (path := folder / each).exists())


def _let_go(old: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Remove backups that hold nothing but what this verb writes; which went, and which stayed."""
    removed: list[Path] = []
    left: list[Path] = []
    for path in old:
        (removed if _is_ours(path) and _remove(path) else left).append(path)
    return tuple(removed), tuple(left)


def _is_ours(folder: Path) -> bool:
    """Whether a folder is a backup of this verb, and holds nothing else."""
    try:
        read_manifest(folder)
    except CannotKeep:
        return False
    inside = list(folder.iterdir())
    plain = all(path.is_file() and not path.is_symlink() for path in inside)
    return plain and {path.name for path in inside} <= set(FILES)


def _remove(folder: Path) -> bool:
    """Remove one of our folders: the manifest first, so that half of a backup is none."""
    if folder.is_symlink() or not NAME.fullmatch(folder.name.removeprefix(UNFINISHED)):
        return False
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
