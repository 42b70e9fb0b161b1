"""The proof on the command line: the notary, the witness, bundles, and verifying."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

folder_option = click.option(
    "--folder", type=FOLDER, envvar="AVROP_NOTARY", help="The notary's folder; or AVROP_NOTARY."
)


def roots_option(*, required: bool = False) -> Callable[[F], F]:
    """The certificates that a time-stamping authority is known by."""
    return click.option(
        "--authority",
        "roots",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        required=required,
        help="The certificates (PEM) of the authority whose time stamps are trusted.",
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


@notary.command("timestamp")
@click.option("--url", required=True, help="The authority's address (RFC 3161).")
@roots_option(required=True)
@folder_option
def stamp(url: str, roots: Path, folder: Path | None) -> None:
    """Have an authority say that the newest checkpoint was there, and when; best once a day.

    Only a digest is sent. The answer is verified, and kept beside the checkpoint in the folder.
    """
    from ledger.audit import published, timestamp

    place = _needed(folder)
    try:
        newest = published.read(place)
        stamped, moment = timestamp.ask(url, newest.note, roots.read_bytes())
    except (published.NotPublished, timestamp.TimestampRefused) as refused:
        raise Stopped(f"No time stamp was kept: {refused}.") from refused
    timestamp.keep(place, stamped)
    say(f"Size {stamped.size} of {newest.key.name} is stamped: {_utc(moment)}.")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


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
    from ledger.audit.timestamp import TimestampRefused

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
    except (BundleRefused, NotPublished, NoteRefused, TimestampRefused) as refused:
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
@roots_option()
@folder_option
def verify(
    bundle: Path | None,
    key: str | None,
    checkpoints: tuple[Path, ...],
    roots: Path | None,
    folder: Path | None,
) -> None:
    """Check a bundle; without one, the live database. Exit status 1 where anything is wrong."""
    if bundle is not None:
        from ledger.audit.verifier import verify as verifier

        more = [] if key is None else ["--key", key]
        for path in checkpoints:
            more += ["--checkpoint", str(path)]
        status = verifier.main([str(bundle), *more])
        sys.exit(status if roots is None else _stamps_of_bundle(bundle, roots) or status)
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
    if roots is not None:
        outside = verifying.stamped(outside, roots.read_bytes())
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


def _stamps_of_bundle(bundle: Path, roots: Path) -> int:
    """Say what the time stamps of a bundle are worth; 1 where one is not good."""
    from ledger.audit.timestamp import TimestampRefused, check
    from ledger.audit.verifier.verify import MAX_NOTE, Bundle, Wrong

    wrong = 0
    try:
        opened = Bundle(bundle)
        names = sorted(n for n in opened.names if re.fullmatch(r"timestamps/\d{1,19}\.tsr", n))
        for name in names:
            size = name[11:-4]
            try:
                response, note = (opened.read(n, MAX_NOTE) for n in (name, name[:-4]))
                moment = check(response, note, roots.read_bytes())
                say(f"  the checkpoint of size {size} was there on {_utc(moment)}")
            except (TimestampRefused, Wrong) as refused:
                say(f"! the time stamp of size {size}: {refused}")
                wrong = 1
    except Wrong:
        return 1  # the verifier has said so
    if not names:
        say("  there is no time stamp in the bundle")
    return wrong


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
