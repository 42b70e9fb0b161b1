"""The proof on the command line: bundles, and verifying; the notary has a file of its own."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, language, say, tell, why_not, wrongly
from ledger.cli.parameters import DAY
from ledger.wording import Sentence, words
from ledger.wording import say as in_words

if TYPE_CHECKING:
    from ledger.audit.note import VerifierKey
    from ledger.domain.events import By
    from ledger.opening import Ledger

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


def marked(mark: str, told: Sentence) -> None:
    say(f"{mark} {in_words(told, language())}")


def utc(moment: datetime) -> str:
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
    from ledger.numbers import agreement_number

    if len(what) != (1 if whole else 2):
        raise wrongly(
            words("Write: avrop bundle AGREEMENT OUT.zip, or avrop bundle --all OUT.zip.")
        )
    number, out = (None if whole else what[0]), Path(what[-1])
    place, keys = needed(folder), tuple(public(key) for key in witnesses)
    opened = ledger()
    number = number and agreement_number(opened, number)
    beside = out.with_name(f"{out.name}.part")
    try:
        with beside.open("wb") as file:
            by = _reader(opened, reader)
            newest = bundling.read(opened.service, place, file, by, number, keys)
        beside.replace(out)
    except (BundleRefused, NotPublished, NoteRefused, TimestampRefused) as refused:
        raise Stopped(words("No bundle was made: {why}.", why=str(refused))) from refused
    except OSError as error:
        raise Stopped(
            words("{file} cannot be written: {why}.", file=str(out), why=why_not(error))
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    tell(
        words(
            "{file}: the tree of size {size}, signed by {name}.",
            file=str(out),
            size=newest.checkpoint.size,
            name=newest.key.name,
        )
    )


def _reader(opened: Ledger, name: str | None) -> By:
    """Who is given a bundle: an auditor where they are appointed today, else admin."""
    from contextlib import suppress

    from ledger import people
    from ledger.cli.opening import today
    from ledger.domain import access
    from ledger.domain.events import By
    from ledger.domain.refusals import NotAppointed
    from ledger.tick import calendar

    if name is None:
        return calendar(opened.service, opened.registry)
    found = opened.registry.anywhere(name)
    if found is not None:
        of = opened.registry.organisation_of(found) or ""
        with suppress(NotAppointed):
            access.appointed_for(people.state_of(opened.service, found), today())
            return By(person=found, organisation=of, role="auditor")
    return people.ledgers_own(opened.service, opened.registry, name)


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
@click.option(
    "--held",
    "kept_since",
    multiple=True,
    type=(click.Path(path_type=Path, exists=True, dir_okay=False), DAY),
    metavar="FILE DAY",
    help="A checkpoint that you have had since a day on which it was the newest.",
)
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    help="The public key of a witness of a bundle, as you know it from elsewhere.",
)
@click.option("--order", help="The order that a room certificate is to be of.")
@roots_option()
@folder_option
def verify(
    bundle: Path | None,
    key: str | None,
    checkpoints: tuple[Path, ...],
    kept_since: tuple[tuple[Path, date], ...],
    witnesses: tuple[str, ...],
    order: str | None,
    roots: Path | None,
    folder: Path | None,
) -> None:
    """Check a bundle, or a room certificate; without one, the live database.

    Exit status 1 where anything is wrong.
    """
    from ledger.audit.verifier import digest

    marked(" ", words("the verifier that bundles carry has the SHA-256 {digest}", digest=digest()))
    if bundle is not None:
        from ledger.audit.verifier import verify as verifier

        more = [] if key is None else ["--key", key]
        more += [] if order is None else ["--order", order]
        for path in checkpoints:
            more += ["--checkpoint", str(path)]
        for path, day in kept_since:
            more += ["--held", str(path), day.isoformat()]
        for witness in witnesses:
            more += ["--witness", witness]
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
        outside = verifying.held(
            folder, checkpoints, None if key is None else public(key), kept_since
        )
    except NotPublished as lost:
        raise Stopped(words("Nothing was checked: {why}.", why=str(lost))) from lost
    if roots is not None:
        outside = verifying.stamped(outside, roots.read_bytes())
    result = verifying.verify(opened, outside)
    for sentence in result.seen:
        marked(" ", sentence)
    if key is None and outside.published is not None:
        own = outside.published.key.text
        marked(" ", words("the key is the folder's own, compare it: {key}", key=own))
    for sentence in result.findings:
        marked("!", sentence)
    if result.findings:
        tell(words("WRONG: {count} marked ! above.", count=len(result.findings)))
        sys.exit(1)
    if result.lost:
        tell(
            words(
                "Nothing else was changed: the log was restored, and {count} entries are lost.",
                count=result.lost,
            )
        )
        return
    agrees = words("Everything agrees with itself.")
    tell(words("Nothing was changed.") if key and outside.checkpoints else agrees)


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
                said = words(
                    "the checkpoint of size {size} was there on {moment}, says its time stamp",
                    size=size,
                    moment=utc(moment),
                )
                marked(" ", said)
            except (TimestampRefused, Wrong) as refused:
                said = words("the time stamp of size {size}: {why}", size=size, why=str(refused))
                marked("!", said)
                wrong = 1
    except Wrong:
        return 1  # the verifier has said so
    if not names:
        marked(" ", words("there is no time stamp in the bundle"))
    return wrong


def needed(folder: Path | None) -> Path:
    if folder is None:
        raise Stopped(words("Say where the notary's folder is: with --folder or in AVROP_NOTARY."))
    return folder


def public(text: str) -> VerifierKey:
    from ledger.audit.note import NoteRefused, read_verifier_key

    try:
        return read_verifier_key(text)
    except NoteRefused as refused:
        raise Stopped(
            words(
                "That is no public key: copy the whole of it, its name and two more parts with + "
                "between."
            )
        ) from refused
