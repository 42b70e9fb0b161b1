"""Putting a backup back where there is no ledger: verified first, with read models made anew.

What is put back is an earlier ledger. It says up to which entry it goes and what is known to be
later elsewhere; and whoever was let go since the backup is not let in by it.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

import ledger as program
from ledger.audit import tree
from ledger.audit.checkpoint import Checkpoint, open_checkpoint
from ledger.audit.files import OWN_FILE, OWN_FOLDER, synchronise
from ledger.audit.note import NoteRefused, read_verifier_key
from ledger.audit.tree import Head
from ledger.bounds import MAX_FAULTS
from ledger.clock import Clock
from ledger.config import Settings
from ledger.domain.refusals import Unavailable
from ledger.keeping import CannotKeep, files
from ledger.keeping.addresses import shown, views_of
from ledger.keeping.going_on import GoingOn, go_on
from ledger.keeping.manifest import LOG, REGISTRY, Copied, Manifest, newest, read_manifest
from ledger.opening import Ledger, OtherVersion, open_ledger
from ledger.projections import Unmade
from ledger.registry.again import EndedAgain, end_again
from ledger.registry.ended import Ended, EndedFile, read_ended
from ledger.store import NotInitialised, TreeDamaged
from ledger.verifying import Held, verify_facts, verify_log
from ledger.wording import Sentence, words

Progress = Callable[[int, int], None]


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger that was put back: how many entries it has, and of which later sizes signed
    checkpoints are held (`known` is the largest; 0: of none). Without a folder it was put back by
    the database's own tools."""

    folder: Path | None
    manifest: Manifest | None
    size: int
    known: int
    ended: EndedAgain


def restore(
    settings: Settings,
    folder: Path,
    outside: Held,
    ended_file: Path | None,
    going_on: GoingOn | None,
    clock: Clock,
    progress: Progress | None = None,
) -> Restored:
    """Put the backup in a folder, or the newest of those in it, where `settings` say the database
    is. It is whole there or not at all. `outside` is what is held against it, `ended_file` what
    says who was let go since; `going_on` says that it goes on from here. Raises CannotKeep."""
    log = files.path_of(settings.database)
    making = log.with_name(f".{log.name}.restoring")
    beside = replace(settings, database=f"{files.SQLITE}{making / LOG}")
    # The log last: where it is, everything is.
    places = {
        views_of(beside): views_of(settings),
        making / REGISTRY: files.path_of(settings.registry),
        making / LOG: log,
    }
    _require_free(places.values())
    found = newest(folder)
    manifest = read_manifest(found)
    files.make_folder(log.parent)
    lock = log.with_name(f".{log.name}.restoring.lock")
    with files.alone(lock):
        _remove(making)
        # Read models may be as large as what they are made from.
        files.require_room(log.parent, 2 * manifest.log.bytes + manifest.registry.bytes)
        try:
            making.mkdir(mode=OWN_FOLDER)
            _take(found / LOG, making / LOG, manifest.log)
            _take(found / REGISTRY, making / REGISTRY, manifest.registry)
            noted = _noted(ended_file, settings.ended_file)
            ended, known = _made_whole(beside, manifest, outside, noted, going_on, clock, progress)
            _require_free(places.values())
            for made, place in places.items():
                made.chmod(OWN_FILE)
                files.flush(made)
                made.rename(place)
            synchronise(log.parent)
        except OSError as error:
            raise CannotKeep(
                words("{file} cannot be written: {why}.", file=str(log), why=str(error))
            ) from error
        finally:
            _remove(making)
            lock.unlink(missing_ok=True)
    return Restored(
        folder=found, manifest=manifest, size=manifest.log.size, known=known, ended=ended
    )


def _require_free(places: Iterable[Path]) -> None:
    for place in places:
        for path in (place, *(place.with_name(place.name + more) for more in files.BESIDE)):
            if path.exists() or path.is_symlink():
                raise CannotKeep(
                    words(
                        "{file} is there already, and nothing is restored over it: give another "
                        "place with --into, or move it away first.",
                        file=str(path),
                    )
                )


def _remove(making: Path) -> None:
    if making.is_dir() and not making.is_symlink():
        shutil.rmtree(making)


def _take(source: Path, target: Path, said: Copied) -> None:
    """Copy a file of the backup, which has to be what the manifest says. Raises CannotKeep."""
    count, sha256 = files.copy_plain(source, target)
    if count != said.bytes:
        raise CannotKeep(
            words(
                "{file} has {count} bytes, its manifest says {said}: it was cut or changed. "
                "Restore another backup.",
                file=str(source),
                count=count,
                said=said.bytes,
            )
        )
    if sha256 != said.sha256:
        raise CannotKeep(
            words(
                "{file} is not what was backed up: its SHA-256 is another than its manifest's. "
                "Restore another backup.",
                file=str(source),
            )
        )


def _made_whole(
    beside: Settings,
    manifest: Manifest,
    outside: Held,
    noted: Sequence[Ended],
    going_on: GoingOn | None,
    clock: Clock,
    progress: Progress | None,
) -> tuple[EndedAgain, int]:
    """Verify what was copied, bring it to this version, make its read models and end what was
    ended. Raises CannotKeep."""
    opened = open_ledger(beside, clock)
    try:
        opened.registry.ended = EndedFile(None)
        own = _own_checkpoint(manifest)
        _require_tree(opened, manifest)
        known = _verified(opened, replace(outside, checkpoints=(*outside.checkpoints, *own)))
        opened.create()
        former = _former([*outside.checkpoints, *own])
        ended = _end(opened, going_on, former, known, noted, manifest.made_at, progress)
    except OtherVersion as other:
        raise CannotKeep(other.sentence, _made_by(manifest)) from other
    except Unmade as unmade:
        raise CannotKeep(words("{why}", why=str(unmade)), _made_by(manifest)) from unmade
    except _Wrong as wrong:
        raise CannotKeep(*wrong.why, _made_by(manifest)) from wrong
    finally:
        opened.close()
    return ended, known


def resume(
    settings: Settings,
    outside: Held,
    ended_file: Path | None,
    going_on: GoingOn | None,
    clock: Clock,
    progress: Progress | None = None,
) -> Restored:
    """The same for a database that its own tools have put back already. Raises CannotKeep."""
    try:
        opened = open_ledger(settings, clock)
    except Unavailable as away:
        raise CannotKeep(_away(settings, away)) from away
    try:
        opened.check()
        known, size = _verified(opened, outside), opened.store.leaves.head().size
        noted = _noted(ended_file, settings.ended_file)
        opened.registry.ended = EndedFile(None)
        copied_at = opened.store.newest() or opened.now
        opened.views.create()
        former = _former(outside.checkpoints)
        ended = _end(opened, going_on, former, known, noted, copied_at, progress)
    except NotInitialised as absent:
        raise CannotKeep(words("{why}", why=str(absent))) from absent
    except OtherVersion as other:
        raise CannotKeep(other.sentence) from other
    except Unavailable as away:
        raise CannotKeep(_away(settings, away)) from away
    finally:
        opened.close()
    return Restored(folder=None, manifest=None, size=size, known=known, ended=ended)


def _away(settings: Settings, away: Unavailable) -> Sentence:
    return words(
        "The database {address} does not answer: {why}.",
        address=shown(settings.database),
        why=str(away.__cause__).partition("\n")[0],
    )


def _end(
    opened: Ledger,
    going_on: GoingOn | None,
    former: str,
    known: int,
    noted: Sequence[Ended],
    copied_at: datetime,
    progress: Progress | None,
) -> EndedAgain:
    """Make the read models, and end what was ended: as facts too where the log goes on from here.
    Raises Unmade, CannotKeep."""
    opened.views.rebuild(progress)
    if going_on is not None:
        return go_on(opened, going_on, former, known, noted, copied_at)
    registry = opened.registry
    return end_again(
        registry, noted, copied_at, registry.revoke, lambda id: registry.erase(id) is not None
    )


class _Wrong(CannotKeep):
    """The log is not what was recorded."""


def _require_tree(opened: Ledger, manifest: Manifest) -> None:
    """Raises CannotKeep where the log has not the tree that its manifest says."""
    try:
        head = opened.store.leaves.head()
    except TreeDamaged as damaged:
        raise _Wrong(words("{why}", why=str(damaged))) from damaged
    if _said(head) != (manifest.log.size, manifest.log.root):
        raise CannotKeep(
            words(
                "The log has another tree (size {size}) than its manifest says (size {said}): the "
                "one or the other was changed. Restore another backup.",
                size=head.size,
                said=manifest.log.size,
            )
        )


def _verified(opened: Ledger, outside: Held) -> int:
    """The largest size beyond the log of which a checkpoint is held. Raises _Wrong where the log
    is not what was signed, or not what was recorded."""
    size = opened.store.leaves.head().size
    held = replace(
        outside,
        checkpoints=tuple(one for one in outside.checkpoints if one.size <= size),
        since=tuple(one for one in outside.since if one.size <= size),
        published=None,
        folder=None,
    )
    findings = [*outside.findings, *verify_log(opened.store, held)]
    if not findings:
        # What else is odd was so when it was backed up: `avrop verify` says it, there as here.
        facts = verify_facts(opened.store, set())
        findings = [one for one in facts if one.kind == "unreadable"]
    if findings:
        raise _Wrong(*(Sentence(one.template, one.figures) for one in findings[:MAX_FAULTS]))
    return max((one.size for one in outside.checkpoints if one.size > size), default=0)


def _former(checkpoints: Sequence[Checkpoint]) -> str:
    """As what the log was signed; empty where nobody did."""
    newest_of = max(checkpoints, key=lambda one: one.size, default=None)
    return "" if newest_of is None else newest_of.origin


def _own_checkpoint(manifest: Manifest) -> list[Checkpoint]:
    """The one that was the newest when the backup was begun. Raises CannotKeep where it is not
    signed by its key."""
    if not manifest.checkpoint:
        return []
    try:
        key = read_verifier_key(manifest.key)
        return [open_checkpoint(manifest.checkpoint.encode(), key)[0]]
    except NoteRefused as refused:
        raise CannotKeep(
            words(
                "The checkpoint in the manifest is not good: {why}. Restore another backup.",
                why=str(refused),
            )
        ) from refused


def _said(head: Head) -> tuple[int, str]:
    return head.size, tree.root(head).hex()


def _made_by(manifest: Manifest) -> Sentence:
    return words(
        "Nothing was restored. The backup was made by version {made_by}, this is version "
        "{version}: restore another backup, or with that version or a later one.",
        made_by=manifest.program,
        version=program.__version__,
    )


def _noted(source: Path | None, own: Path | None) -> list[Ended]:
    """What was ended, by the file that is given and the restored ledger's own, which has all of it
    from then on: the same backup may be restored again. Raises CannotKeep."""
    paths = [path for path in dict.fromkeys((source, own)) if path is not None]
    try:
        lines = {path: list(read_ended(path)) for path in paths}
        found = dict.fromkeys(one for path in paths for one in lines[path])
        if own is not None:
            for one in found:
                if one not in lines[own]:
                    EndedFile(own).note(one.what, one.id, one.at)
    except OSError as error:
        raise CannotKeep(
            words(
                "{file} cannot be read: {why}. It says which tokens and persons were ended since "
                "the backup.",
                file=str(error.filename),
                why=error.strerror or "",
            )
        ) from error
    return sorted(found, key=lambda one: one.at)
