"""Work in the background: begun for somebody who sees how far it is, and takes what comes of it."""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ledger import bundling
from ledger.application import seeing
from ledger.application.asker import Asker
from ledger.audit.bundle import BundleRefused
from ledger.audit.note import NoteRefused
from ledger.audit.published import NotPublished
from ledger.audit.timestamp import TimestampRefused
from ledger.bounds import MAX_BUNDLED
from ledger.domain.refusals import (
    AlreadyUnderWay,
    Fault,
    Forbidden,
    Invalid,
    NoBundle,
    NotFound,
    Refusal,
)
from ledger.logs import log
from ledger.projections import timeline
from ledger.registry import jobs
from ledger.registry.jobs import Cancelled, Job
from ledger.wording import say, sentence, words

BUNDLE = "bundle"
BROKEN = words("Something went wrong here. Whoever runs the ledger finds it in the service's log.")
Work = Callable[[BinaryIO, Callable[[int, int], None]], str]
"""Writes to a file, tells how far it is (done, of how many), and answers the file's name."""


def mine(asker: Asker, limit: int) -> list[Job]:
    found = jobs.of(asker.ledger.registry, asker.by.person, asker.by.organisation, limit)
    return [one for one in found if _may_have(asker, one)]


def one(asker: Asker, id: str) -> Job:
    """One of the asker's own. Raises NotFound, also where they may not have any more what it came
    to, as after an appointment that ended."""
    found = jobs.find(asker.ledger.registry, id, asker.by.person, asker.by.organisation)
    if found is None or not _may_have(asker, found):
        raise NotFound(what="job", name=id)
    return found


def _may_have(asker: Asker, job: Job) -> bool:
    """What let somebody ask for it may have ended since."""
    try:
        scope(asker, job.about or None)
    except Refusal:
        return False
    return True


def cancel(asker: Asker, id: str) -> None:
    """Raises NotFound."""
    jobs.cancel(asker.ledger.registry, one(asker, id).id, asker.by.person)


def begin(asker: Asker, what: str, about: str, work: Work) -> Job:
    """Begin work beside this request. Raises AlreadyUnderWay where the asker has some that runs."""
    by = asker.by
    job = jobs.begin(asker.ledger.registry, by.person, by.organisation, what, about)
    if job is None:
        raise AlreadyUnderWay
    run = threading.Thread(target=_run, args=(asker, job, work), name="job", daemon=True)
    run.start()
    return job


def _run(asker: Asker, job: Job, work: Work) -> None:
    registry = asker.ledger.registry

    def went_on(done: int, total: int) -> None:
        jobs.went_on(registry, job.id, done, total)

    try:
        with tempfile.TemporaryFile() as file:
            name = work(file, went_on)
            file.seek(0)
            jobs.ended(registry, job.id, name, jobs.in_parts(file))
    except Cancelled:
        return
    except Refusal as refusal:
        _failed(asker, job, sentence(refusal, asker.language))
    except Exception as error:  # a thread has nobody above it who would tell
        log().error("job failed", job=job.what, exc_info=error)
        _failed(asker, job, say(BROKEN, asker.language))


def _failed(asker: Asker, job: Job, because: str) -> None:
    try:
        jobs.failed(asker.ledger.registry, job.id, because)
    except Cancelled:
        return


# ── A bundle ──────────────────────────────────────────────────────────────────────────────────


def scope(asker: Asker, number: str | None) -> None:
    """Whether the asker may have a bundle of an agreement, or (None) of the whole log. Raises
    Forbidden, Invalid, NotAParty."""
    if number is None:
        if asker.audited is not None:
            raise Forbidden(roles="admin", held="auditor")
        return
    try:
        row = seeing.agreement_row(asker, number)
    except NotFound:
        template = "There is no agreement {number}."
        fault = Fault(pointer="/agreement", sentence=template, figures={"number": number})
        raise Invalid(fault) from None
    seeing.require_whole(asker, row.now)


def size(asker: Asker, number: str | None) -> tuple[int, int, int]:
    """Before a bundle is made: its records, their bytes, and the records of the whole log, of each
    of which it has the hash."""
    asker.ledger.views.catch_up()
    with asker.ledger.views.database.reading() as connection:
        records, stored = timeline.weight(connection, number)
    return records, stored, asker.ledger.store.leaves.head().size


def bundle(asker: Asker, number: str | None) -> Job:
    """Make a bundle in the background; that it was made is recorded as read. Raises what `scope`
    does, NoBundle, AlreadyUnderWay."""
    scope(asker, number)
    ledger = asker.ledger
    if ledger.store.leaves.head().size > MAX_BUNDLED:
        template = (
            "The log has {size} records; over the API a bundle is made of at most {most}. "
            "Make it with avrop bundle."
        )
        figures = {"size": str(ledger.store.leaves.head().size), "most": str(MAX_BUNDLED)}
        raise Invalid(Fault(pointer="", sentence=template, figures=figures))
    if not ledger.settings.notary:
        raise NoBundle(because="the ledger has no notary")

    def work(file: BinaryIO, went_on: Callable[[int, int], None]) -> str:
        folder = Path(ledger.settings.notary)
        try:
            bundling.read(ledger.service, folder, file, asker.by, number, watch=went_on)
        except (BundleRefused, NotPublished, NoteRefused, TimestampRefused) as refused:
            raise NoBundle(because=str(refused)) from refused
        return f"{number or 'avrop'}.zip"

    return begin(asker, BUNDLE, number or "", work)
