"""The notary and the witness on the command line: keys, signing what is new, time stamps."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.bounds import ALARM_SECONDS, MAX_NOTARY_PAUSE, NOTARY_SECONDS, NOTARY_WHOLE
from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, say, tell
from ledger.cli.proof import FILE, FOLDER, folder_option, marked, needed, public, roots_option, utc
from ledger.cli.verbs import Noun
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from ledger.audit.notary import Notary
    from ledger.audit.note import SigningKey
    from ledger.opening import Ledger
    from ledger.store import Store

key_option = click.option(
    "--key",
    "key_file",
    type=FILE,
    default=Path("avrop-notary.key"),
    show_default=True,
    help="The file of the secret key.",
)


@click.group(cls=Noun)
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

    place = None if witness else needed(folder)
    try:
        key = make_key_file(key_file, name, WITNESS if witness else LOG)
    except FileExistsError:
        raise Stopped(
            words("{file} is there already; a key is never overwritten.", file=str(key_file))
        ) from None
    except (NoteRefused, OSError) as error:
        raise Stopped(words("No key was made: {why}", why=str(error))) from error
    if place is not None:
        publish_key(place, key)
    say(key.text)


state_option = click.option(
    "--state",
    type=FILE,
    default=Path("avrop-notary.state"),
    show_default=True,
    help="The file of the checkpoint that was signed last.",
)


@notary.command()
@key_option
@state_option
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
@click.option(
    "--on-alarm",
    metavar="COMMAND",
    help="A program with its arguments, to be run at an alarm: it is given the words on its input.",
)
def run(
    key_file: Path,
    state: Path,
    folder: Path | None,
    once: bool,
    recheck: bool,
    pause: int,
    on_alarm: str | None,
) -> None:
    """Sign what is new, write the tiles; stop and alarm at anything that does not add up."""
    from ledger.audit.notary import Busy
    from ledger.domain.refusals import Unavailable

    command = _command(on_alarm)
    # It needs the log alone, and its role in the database may see nothing else.
    opened = ledger(check=False)
    opened.store.check()
    cycle = signer(opened, key_file, state, folder, recheck=recheck, on_alarm=command)
    while True:
        try:
            cycle()
        except Unavailable:
            if once:
                raise
            tell(words("The database cannot be reached; trying again."))
        except Busy as busy:
            if once:
                raise Stopped(words("Nothing was done: {why}.", why=str(busy))) from busy
            tell(words("Another notary is at it; trying again."))
        if once:
            return
        time.sleep(pause)


def signer(
    opened: Ledger,
    key_file: Path,
    state: Path,
    folder: Path | None,
    *,
    recheck: bool = False,
    on_alarm: Sequence[str] = (),
) -> Callable[[], None]:
    """What does one cycle after another: each looks at what is new, and now and then at all.

    A cycle raises Stopped at anything that does not add up, Busy, Unavailable."""
    from ledger.audit.notary import Notary
    from ledger.audit.note import LOG
    from ledger.audit.published import publish_key

    signing = Notary(key=_read_key(key_file, LOG), state=state, folder=needed(folder))
    publish_key(signing.folder, signing.key.verifier)
    size, cycles, since = -1, 0, None

    def cycle() -> None:
        nonlocal size, cycles, since
        newest = opened.store.position()
        size = _cycle(signing, opened.store, size, recheck=recheck, since=since, on_alarm=on_alarm)
        _say_clock(opened)
        cycles += 1
        whole = recheck or cycles % NOTARY_WHOLE == 0
        since = None if whole else newest + 1

    return cycle


def _say_clock(opened: Ledger) -> None:
    """Where this machine's clock is behind the newest entry; it is signed all the same."""
    from ledger.clock import behind

    if late := behind(opened.store.newest(), opened.service.clock()):
        marked("?", words("The clock is {seconds} s behind the newest entry.", seconds=str(late)))


def _command(text: str | None) -> Sequence[str]:
    """What is run at an alarm, as a shell splits it. Raises Stopped where it is none, before
    anybody relies on it."""
    if text is None:
        return ()
    try:
        given = shlex.split(text)
    except ValueError as error:
        raise Stopped(
            words("{command} is no command: {why}.", command=text, why=str(error))
        ) from error
    if not given or shutil.which(given[0]) is None:
        raise Stopped(words("There is no program {command}.", command=text))
    return given


def _alarm(folder: Path, why: str, command: Sequence[str]) -> None:
    """Leave word beside the checkpoint, and tell whoever is to be told."""
    from ledger.audit.published import raise_alarm

    try:
        raise_alarm(folder, why)
    finally:  # a folder that cannot be written to keeps nobody from being told
        if command:
            _tell(command, why)


def _tell(command: Sequence[str], why: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - whoever runs the notary says what
            command, input=f"{why}\n", text=True, timeout=ALARM_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        marked("!", words("{command} could not be run: {why}.", command=command[0], why=str(error)))
        return
    if done.returncode:
        marked(
            "!",
            words(
                "{command} ended with status {status}.", command=command[0], status=done.returncode
            ),
        )


def _cycle(
    signing: Notary,
    store: Store,
    before: int,
    *,
    recheck: bool,
    since: int | None,
    on_alarm: Sequence[str],
) -> int:
    """One cycle; the size that is signed now. An alarm ends the process with status 1."""
    from ledger.audit import checkpoint
    from ledger.audit.notary import Alarm, cycle
    from ledger.audit.published import end_alarm, keep
    from ledger.store import TreeDamaged

    _require_current(signing, store)
    try:
        note = cycle(signing, store.leaves, recheck=recheck, since=since)
    except Alarm as alarm:
        for finding in alarm.findings:
            marked("!", Sentence(finding.template, finding.figures))
        _alarm(signing.folder, " ".join(f"{one.sentence}." for one in alarm.findings), on_alarm)
        raise Stopped(words("ALARM: nothing was signed.")) from alarm
    except TreeDamaged as lost:
        say(f"! {lost}")
        _alarm(signing.folder, f"{lost}.", on_alarm)
        raise Stopped(words("ALARM: nothing was signed.")) from lost
    end_alarm(signing.folder)
    keep(signing.folder, note, datetime.now(UTC).date())
    size = checkpoint.read(note.text).size
    if size != before:
        tell(words("Signed size {size} of {name}.", size=size, name=signing.key.name))
    return size


def _require_current(signing: Notary, store: Store) -> None:
    """A log that was restored goes on under another name: it is said, and is no alarm."""
    from ledger.domain import restoring
    from ledger.domain.events import LogRestored

    for fact in store.history(restoring.stream("restored")):
        event = fact.event
        if isinstance(event, LogRestored) and event.origin == signing.key.name:
            raise Stopped(
                words(
                    "Nothing was signed: the log was restored on {on}, and {origin} has signed "
                    "entries that are lost. It goes on as {name}: make that key with `avrop notary "
                    "init {name}`, with a state and a folder of its own.",
                    on=fact.effective_on,
                    origin=event.origin,
                    name=event.goes_on_as,
                )
            )


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

    log = public(log_key)
    try:
        watching = Witness(key=_read_key(key_file, WITNESS), folder=state)
        note = cosign_folder(watching, log, log_folder, int(time.time()))
    except (CosignRefused, Busy) as refused:
        raise Stopped(words("Not cosigned: {why}.", why=str(refused))) from refused
    if out is None:
        click.echo(note.data.decode(), nl=False)
        return
    write_whole(out, note.data)
    tell(words("Cosigned: {file}.", file=str(out)))


@notary.command("timestamp")
@click.option("--url", required=True, help="The authority's address (RFC 3161).")
@roots_option(required=True)
@folder_option
def stamp(url: str, roots: Path, folder: Path | None) -> None:
    """Have an authority say that the newest checkpoint was there, and when; best once a day.

    Only a digest is sent. The answer is verified, and kept beside the checkpoint in the folder.
    """
    from ledger.audit import published, timestamp

    place = needed(folder)
    try:
        newest = published.read(place)
        stamped, moment = timestamp.ask(url, newest.note, roots.read_bytes())
    except (published.NotPublished, timestamp.TimestampRefused) as refused:
        raise Stopped(words("No time stamp was kept: {why}.", why=str(refused))) from refused
    timestamp.keep(place, stamped)
    tell(
        words(
            "Size {size} of {name} is stamped: {moment}.",
            size=stamped.size,
            name=newest.key.name,
            moment=utc(moment),
        )
    )


def _read_key(path: Path, kind: int) -> SigningKey:
    from ledger.audit.notary import read_key_file
    from ledger.audit.note import NoteRefused

    try:
        key = read_key_file(path)
    except FileNotFoundError:
        raise Stopped(
            words("There is no key {file}: run `avrop notary init`.", file=str(path))
        ) from None
    except (NoteRefused, OSError, UnicodeError) as error:
        raise Stopped(words("{file} is no key: {why}.", file=str(path), why=str(error))) from None
    if key.kind != kind:
        raise Stopped(
            words("{file} is a key of the other kind: a notary's is no witness's.", file=str(path))
        )
    return key
