"""Keeping a ledger for years: backups, putting them back, copying it, letting old files go."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger.bounds import BACKUPS, MAX_BACKUPS, MAX_SKIPPED
from ledger.cli.opening import clock, ledger
from ledger.cli.output import Stopped, exact, said, table, tell, term, wrongly
from ledger.cli.proof import FILE, FOLDER, folder_option, marked, public
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.config import Settings
    from ledger.keeping.restoring import Restored
    from ledger.verifying import Held

POSTGRESQL = (
    "pg_dump --format=custom --schema={log} --schema={registry} --file=avrop.dump {address}",
    "pgbackrest --stanza=avrop --type=incr backup",
    "barman backup avrop",
)
"""What backs a ledger up on PostgreSQL. One dump has log and registry as of one moment."""

ADDRESSES = ("sqlite:///", "postgresql://", "postgres://")

checkpoint_option = click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that somebody has kept; may be given again.",
)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option(
    "--keep",
    type=click.IntRange(1, MAX_BACKUPS),
    default=BACKUPS,
    show_default=True,
    help="How many backups stay in the folder; older ones go.",
)
def backup(folder: Path, keep: int) -> None:
    """Copy the ledger into a folder of its own in FOLDER, while it is served.

    The log, the registry and a manifest, its owner's alone. Read models are made anew from the log.
    On PostgreSQL its own tools do that: their lines are printed.
    """
    from ledger.keeping import backing

    settings = _settings()
    if not settings.database.startswith("sqlite:"):
        _say_lines(settings)
    with _in_words():
        made = backing.back_up(settings, folder, keep, clock()())
    _note(settings)
    log = made.manifest.log
    tell(words("Backed up to {folder}: {size} entries.", folder=str(made.folder), size=log.size))
    if not made.manifest.checkpoint:
        tell(words("No signed checkpoint is in it: AVROP_NOTARY names no folder that has one."))
    for path in made.removed:
        tell(words("Removed: {folder}", folder=str(path)))
    for path in made.left:
        tell(words("{folder} holds more than a backup, or another's, and stays.", folder=str(path)))


def _note(settings: Settings) -> None:
    """When a backup was made last, for `avrop doctor`; one that cannot be noted is made all the
    same."""
    from sqlalchemy.exc import DBAPIError

    from ledger.registry import Registry
    from ledger.registry.happened import BACKED_UP

    registry = Registry(settings.registry, now=clock())
    with suppress(DBAPIError):
        registry.happens(BACKED_UP)
    registry.close()


def _say_lines(settings: Settings) -> None:
    """On PostgreSQL: what to run instead. Ends with status 1."""
    from ledger.keeping.addresses import shown
    from ledger.registry.opened import SCHEMA as REGISTRY
    from ledger.store import SCHEMA

    told = words("On PostgreSQL its own tools back the ledger up; one of these:")
    address = shown(settings.database)
    lines = [
        line.format(log=SCHEMA, registry=REGISTRY, address=f"'{address}'") for line in POSTGRESQL
    ]
    raise Stopped("\n  ".join([said(told), *lines]))


@click.command()
@click.argument("place", metavar="[FOLDER]", type=FOLDER, required=False)
@click.option(
    "--into", required=True, help="Where to: sqlite:///path or postgresql://user@host/db."
)
@click.option("--key", help="The log's public key, as you know it from elsewhere.")
@checkpoint_option
@click.option(
    "--ended", type=FILE, help="What was ended since; by default the file in AVROP_ENDED."
)
@click.option(
    "--continue", "going_on", is_flag=True, help="What came after is lost: go on from here, openly."
)
@click.option("--origin", default="", help="With --continue: as what the log is signed from here.")
@click.option(
    "--skip",
    type=click.IntRange(0, MAX_SKIPPED),
    help="With --continue: numbers of orders not to give out again; by default as many as entries "
    "are known to be lost.",
)
@folder_option
def restore(
    place: Path | None,
    into: str,
    key: str | None,
    checkpoints: tuple[Path, ...],
    ended: Path | None,
    going_on: bool,
    origin: str,
    skip: int | None,
    folder: Path | None,
) -> None:
    """Put the backup in FOLDER, or the newest in it, back where there is no ledger yet.

    The log is verified, also against the checkpoints given, and the read models are made anew.
    Tokens and persons that were ended since, by the file in AVROP_ENDED (by default beside the
    database that AVROP_DATABASE names), end again; everybody signs in anew. Without FOLDER the
    database at --into is one that its own tools have put back.
    """
    from ledger.keeping import restoring
    from ledger.keeping.going_on import GoingOn

    if not going_on and (origin or skip is not None):
        raise wrongly(words("--origin and --skip go with --continue."))
    goes_on = GoingOn(origin=origin, skip=skip) if going_on else None
    settings, was = _settings(into), _settings()
    known = _held(folder, checkpoints, key), ended or was.ended_file, goes_on, clock()
    with _in_words(), _progress("Restoring") as progress:
        if place is None:
            restored = restoring.resume(settings, *known, progress)
        else:
            restored = restoring.restore(settings, place, *known, progress)
    _tell(restored)
    if goes_on is not None:
        tell(
            words(
                "The log goes on, and says so: make a new key with `avrop notary init {name}`.",
                name=origin or term("NAME"),
            )
        )
    elif restored.known:
        tell(
            words(
                "Entries {first} to {last} are not in it. If they are lost, restore with "
                "--continue before anybody writes: the notary alarms otherwise.",
                first=restored.size,
                last=restored.known - 1,
            )
        )


def _tell(restored: Restored) -> None:
    if restored.manifest is not None:
        tell(
            words(
                "Restored the backup of {moment} from {folder}.",
                moment=exact(restored.manifest.made_at),
                folder=str(restored.folder),
            )
        )
    if not restored.size:
        tell(words("The log is empty."))
    elif restored.known:
        tell(
            words(
                "Complete up to entry {last}; {known} is known elsewhere.",
                last=restored.size - 1,
                known=restored.known - 1,
            )
        )
    else:
        tell(words("Complete up to entry {last}.", last=restored.size - 1))
    ended = restored.ended
    tell(
        words(
            "Ended again: {tokens} tokens, {persons} persons, {ways} ways to sign in; all sessions "
            "and invitations.",
            tokens=len(ended.tokens),
            persons=len(ended.persons),
            ways=ended.sign_ins,
        )
    )


@click.command()
@click.option("--to", required=True, help="Where to: sqlite:///path or postgresql://user@host/db.")
@click.option("--key", help="The log's public key, as you know it from elsewhere.")
@checkpoint_option
@folder_option
def copy(to: str, key: str | None, checkpoints: tuple[Path, ...], folder: Path | None) -> None:
    """Copy the ledger to another database, with nothing in it yet: the same log and registry.

    The read models are made anew, and all of it is verified. Nobody should write meanwhile. If it
    is interrupted, ask again.
    """
    from ledger.keeping import copying

    settings = _settings()
    outside = _held(folder, checkpoints, key)
    with _in_words(), _progress("Copying") as progress:
        copied = copying.copy(settings, _settings(to).database, outside, clock(), progress)
    if copied.before:
        tell(words("The log was there already; its read models were made anew."))
    for sentence in copied.verified.seen:
        marked(" ", sentence)
    for sentence in copied.verified.findings:
        marked("!", sentence)
    if copied.gained:
        tell(
            words(
                "The original has gained {count} entries meanwhile: stop what writes to it, and "
                "copy it again.",
                count=copied.gained,
            )
        )
    if copied.verified.findings:
        raise Stopped(words("WRONG: {count} marked ! above.", count=len(copied.verified.findings)))
    tell(words("Copied: {size} entries, the same tree.", size=copied.size))
    if copied.gained:
        sys.exit(1)


@click.command()
@click.option(
    "--before",
    "year",
    type=click.IntRange(1990, 9999),
    required=True,
    help="Files of earlier years.",
)
@click.option("--remove", "for_good", is_flag=True, help="Let them go, each with a fact.")
def retention(year: int, for_good: bool) -> None:
    """List received files that need not be kept any more; with --remove they go.

    Accounting rules ask for the seven years after the one in which a file came (LKBR 2018:597). The
    log stays, and gets a fact of each under its SHA-256. What waits in the queue stays too.
    """
    from ledger.keeping import retention

    opened = ledger()
    with _in_words():
        some = retention.past(opened, year)
    table(
        ("Received", "SHA-256", "Bytes", "Drawdown"),
        [
            (one.received_on, one.sha256[:12], f"{one.bytes}", one.drawdown.partition("/")[2])
            for one in some
        ],
    )
    if not for_good:
        tell(words("Need not be kept: {count}. With --remove they go.", count=len(some)))
        return
    with _progress("Removing") as progress:
        retention.remove(opened, some, progress)
    tell(words("Removed: {count}.", count=len(some)))


def _settings(database: str | None = None) -> Settings:
    """The settings, perhaps with another database."""
    from ledger import logs
    from ledger.config import read

    if database is not None and not database.startswith(ADDRESSES):
        raise wrongly(
            words(
                "{address} is no address of a database: give sqlite:///path or "
                "postgresql://user@host/db.",
                address=database,
            )
        )
    try:
        environ = os.environ if database is None else {**os.environ, "AVROP_DATABASE": database}
        settings = read(environ)
    except ValueError as error:
        raise Stopped(str(error)) from error
    logs.begin(settings.log_level or "warning", settings.log_format)
    return settings


def _held(folder: Path | None, checkpoints: tuple[Path, ...], key: str | None) -> Held:
    from ledger import verifying
    from ledger.audit.published import NotPublished

    try:
        return verifying.held(folder, checkpoints, None if key is None else public(key))
    except NotPublished as lost:
        raise Stopped(words("Nothing was done: {why}.", why=str(lost))) from lost


@contextmanager
def _in_words() -> Iterator[None]:
    """What keeps a verb from its work, said; exit status 1."""
    from ledger.keeping import CannotKeep

    try:
        yield
    except CannotKeep as cannot:
        raise Stopped("\n".join(said(one) for one in cannot.why)) from cannot


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], Any]]:
    """A bar on a terminal, of how far it is to a number."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
