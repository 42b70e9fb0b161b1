"""The proof on the command line: the notary, the witness, bundles, and verifying."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.bounds import MAX_NOTARY_PAUSE, NOTARY_SECONDS, NOTARY_WHOLE
from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, say

if TYPE_CHECKING:
    from ledger.audit.notary import Notary
    from ledger.audit.note import SigningKey, VerifierKey
    from ledger.domain.events import By
    from ledger.opening import Ledger
    from ledger.store import Store

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

folder_option = click.option(
    "--folder", type=FOLDER, envvar="AVROP_NOTARY", help="The notary's folder; or AVROP_NOTARY."
)
key_option = click.option(
    "--key",
    "key_file",
    type=FILE,
    default=Path("avrop-notary.key"),
    show_default=True,
    help="The file of the secret key.",
)


@click.group()
def notary() -> None:
    """Sign the log as it grows, or witness another ledger's growth."""


@notary.command("init")
@click.argument("name")
@key_option
@folder_option
@click.option("--witness", is_flag=True, help="A key to cosign other ledgers with.")
def init_notary(name: str, key_file: Path, folder: Path | None, witness: bool) -> None:
    """Make a key. NAME is the log's, as ledger.example.se/2026. Shows the public key."""
    from ledger.audit.notary import make_key_file
    from ledger.audit.note import LOG, WITNESS, NoteRefused
    from ledger.audit.published import publish_key

    place = None if witness else _needed(folder)
    try:
        key = make_key_file(key_file, name, WITNESS if witness else LOG)
    except FileExistsError:
        raise Stopped(f"{key_file} is there already; a key is never overwritten.") from None
    except (NoteRefused, OSError) as error:
        raise Stopped(f"No key was made: {error}") from error
    if place is not None:
        publish_key(place, key)
    say(key.text)


@notary.command()
@key_option
@click.option(
    "--state",
    type=FILE,
    default=Path("avrop-notary.state"),
    show_default=True,
    help="The file of the checkpoint that was signed last.",
)
@folder_option
@click.option("--once", is_flag=True, help="One cycle, and end.")
@click.option("--recheck", is_flag=True, help="Hold every old entry against the tiles too.")
@click.option(
    "--pause",
    type=click.IntRange(1, MAX_NOTARY_PAUSE),
    default=NOTARY_SECONDS,
    show_default=True,
    help="Seconds between two cycles.",
)
def run(
    key_file: Path, state: Path, folder: Path | None, once: bool, recheck: bool, pause: int
) -> None:
    """Sign what is new, write the tiles; stop and alarm at anything that does not add up."""
    from ledger.audit.notary import Notary
    from ledger.audit.note import LOG
    from ledger.audit.published import publish_key
    from ledger.domain.refusals import Unavailable

    opened = ledger()
    signing = Notary(key=_read_key(key_file, LOG), state=state, folder=_needed(folder))
    publish_key(signing.folder, signing.key.verifier)
    size, cycles, since = -1, 0, None
    while True:
        try:
            newest = opened.store.position()
            size = _cycle(signing, opened.store, size, recheck=recheck, since=since)
            cycles += 1
            whole = recheck or cycles % NOTARY_WHOLE == 0
            since = None if whole else newest + 1
        except Unavailable:
            if once:
                raise
            say("The database cannot be reached; trying again.")
        if once:
            return
        time.sleep(pause)


def _cycle(signing: Notary, store: Store, before: int, *, recheck: bool, since: int | None) -> int:
    """One cycle; the size that is signed now. An alarm ends the process with status 1."""
    from ledger.audit import checkpoint
    from ledger.audit.notary import Alarm, Busy, cycle
    from ledger.audit.published import keep
    from ledger.store import TreeDamaged

    try:
        note = cycle(signing, store.leaves, recheck=recheck, since=since)
    except Alarm as alarm:
        for finding in alarm.findings:
            say(f"! {finding.sentence}")
        raise Stopped("ALARM: nothing was signed.") from alarm
    except TreeDamaged as lost:
        say(f"! {lost}")
        raise Stopped("ALARM: nothing was signed.") from lost
    except Busy as busy:
        raise Stopped(f"Nothing was done: {busy}.") from busy
    keep(signing.folder, note, datetime.now(UTC).date())
    size = checkpoint.read(note.text).size
    if size != before:
        say(f"Signed size {size} of {signing.key.name}.")
    return size


@notary.command()
@click.argument("log_folder", type=FOLDER)
@click.option("--log-key", required=True, help="The other log's public key.")
@key_option
@click.option(
    "--state",
    type=FOLDER,
    default=Path("avrop-witness"),
    show_default=True,
    help="The folder of the checkpoints that were cosigned last.",
)
@click.option("--out", type=FILE, help="Where to; else it is printed.")
def witness(log_folder: Path, log_key: str, key_file: Path, state: Path, out: Path | None) -> None:
    """Cosign another ledger's newest checkpoint if, and only if, it adds to the last one."""
    from ledger.audit.files import write_whole
    from ledger.audit.notary import Busy, CosignRefused, Witness, cosign_folder
    from ledger.audit.note import WITNESS

    log = _public(log_key)
    try:
        watching = Witness(key=_read_key(key_file, WITNESS), folder=state)
        note = cosign_folder(watching, log, log_folder, int(time.time()))
    except (CosignRefused, Busy) as refused:
        raise Stopped(f"Not cosigned: {refused}.") from refused
    if out is None:
        click.echo(note.data.decode(), nl=False)
        return
    write_whole(out, note.data)
    say(f"Cosigned: {out}.")


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="[AGREEMENT] OUT.zip")
@click.option("--all", "whole", is_flag=True, help="The whole log instead of one agreement.")
@folder_option
@click.option("--witness", "witnesses", multiple=True, help="The public key of a witness.")
@click.option("--as", "reader", help="Who is given it; recorded. By default the ledger itself.")
def bundle(
    what: tuple[str, ...],
    whole: bool,
    folder: Path | None,
    witnesses: tuple[str, ...],
    reader: str | None,
) -> None:
    """Write what an outsider needs to check an agreement, or with --all the whole log.

    That it was given out is recorded.
    """
    from ledger import bundling
    from ledger.audit.bundle import BundleRefused
    from ledger.audit.note import NoteRefused
    from ledger.audit.published import NotPublished

    if len(what) != (1 if whole else 2):
        raise click.UsageError("Write: avrop bundle AGREEMENT OUT.zip, or avrop bundle --all OUT.")
    number, out = (None if whole else what[0]), Path(what[-1])
    place, keys = _needed(folder), tuple(_public(key) for key in witnesses)
    opened = ledger()
    beside = out.with_name(f"{out.name}.part")
    try:
        with beside.open("wb") as file:
            by = _reader(opened, reader)
            newest = bundling.read(opened.service, place, file, by, number, keys)
        beside.replace(out)
    except (BundleRefused, NotPublished, NoteRefused) as refused:
        raise Stopped(f"No bundle was made: {refused}.") from refused
    except OSError as error:
        raise Stopped(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)
    say(f"{out}: the tree of size {newest.checkpoint.size}, signed by {newest.key.name}.")


def _reader(opened: Ledger, name: str | None) -> By:
    """Who is given a bundle: an auditor where they are appointed today, else admin."""
    from msgspec.structs import replace

    from ledger.cli.opening import today
    from ledger.domain import access
    from ledger.domain.refusals import NotAppointed
    from ledger.tick import calendar

    system = calendar(opened.registry)
    if name is None:
        return system
    person = opened.registry.person(name)
    try:
        access.appointed_for(opened.service.load(access.stream(person))[1], today())
    except NotAppointed:
        return replace(system, person=person)
    return replace(system, person=person, role="auditor")


@click.command()
@click.argument("bundle", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--key", help="The log's public key, as you know it from elsewhere.")
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that you have kept; may be given again.",
)
@folder_option
def verify(
    bundle: Path | None, key: str | None, checkpoints: tuple[Path, ...], folder: Path | None
) -> None:
    """Check a bundle; without one, the live database. Exit status 1 where anything is wrong."""
    if bundle is not None:
        from ledger.audit.verifier import verify as verifier

        more = [] if key is None else ["--key", key]
        for path in checkpoints:
            more += ["--checkpoint", str(path)]
        sys.exit(verifier.main([str(bundle), *more]))
    from ledger import verifying
    from ledger.audit.published import NotPublished
    from ledger.domain.refusals import Unavailable

    opened = ledger(check=False)
    try:
        opened.store.position()
    except Unavailable:
        opened.store.check()  # says so where there is no ledger at all
        raise
    try:
        outside = verifying.held(folder, checkpoints, None if key is None else _public(key))
    except NotPublished as lost:
        raise Stopped(f"Nothing was checked: {lost}.") from lost
    result = verifying.verify(opened, outside)
    for sentence in result.seen:
        say(f"  {sentence}")
    for sentence in result.findings:
        say(f"! {sentence}")
    if result.findings:
        say(f"WRONG: {len(result.findings)} finding(s), marked ! above.")
        sys.exit(1)
    held = "Nothing was changed." if outside.checkpoints else "Everything agrees with itself."
    say(held)


def _needed(folder: Path | None) -> Path:
    if folder is None:
        raise Stopped("Say where the notary's folder is: with --folder or in AVROP_NOTARY.")
    return folder


def _read_key(path: Path, kind: int) -> SigningKey:
    from ledger.audit.notary import read_key_file
    from ledger.audit.note import NoteRefused

    try:
        key = read_key_file(path)
    except FileNotFoundError:
        raise Stopped(f"There is no key {path}: run `avrop notary init`.") from None
    except (NoteRefused, OSError, UnicodeError) as error:
        raise Stopped(f"{path} is no key: {error}.") from None
    if key.kind != kind:
        raise Stopped(f"{path} is a key of the other kind: a notary's is no witness's.")
    return key


def _public(text: str) -> VerifierKey:
    from ledger.audit.note import NoteRefused, read_verifier_key

    try:
        return read_verifier_key(text)
    except NoteRefused as refused:
        raise Stopped(f"That is no public key: {refused}.") from refused
