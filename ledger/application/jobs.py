"""Work in the background: begun for somebody who sees how far it is, and takes what comes of it."""

import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ledger import bundling, people
from ledger.application import seeing
from ledger.application.acts import act_of
from ledger.application.asker import Asker, asking
from ledger.audit.bundle import BundleRefused
from ledger.audit.note import NoteRefused
from ledger.audit.published import NotPublished
from ledger.audit.timestamp import TimestampRefused
from ledger.bounds import MAX_BUNDLED, WORKER_NOTES
from ledger.domain.events import By
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
from ledger.opening import Ledger
from ledger.projections import timeline
from ledger.registry import jobs, mail
from ledger.registry.happened import FAILING, WORKER
from ledger.registry.jobs import Cancelled, Job
from ledger.wording import say, sentence, words

BUNDLE = "bundle"
TAKING = "jobs"
"""What the part of the worker is called that takes work."""
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
    """What let somebody ask for a bundle may have ended since; of other work the page itself asks
    whether they still may."""
    if job.what not in WORKS:
        return True
    try:
        scope(asker, job.about or None)
    except Refusal:
        return False
    return True


def cancel(asker: Asker, id: str) -> None:
    """Raises NotFound."""
    jobs.cancel(asker.ledger.registry, one(asker, id).id, asker.by.person)


def begin(asker: Asker, what: str, about: str, work: Work) -> Job:
    """Begin work beside this request, in the worker where one is at it. Raises AlreadyUnderWay
    where the asker has some that runs."""
    by, registry = asker.by, asker.ledger.registry
    waits = what in WORKS and is_taken_by_worker(asker.ledger)
    job = jobs.begin(registry, by.person, by.organisation, what, about, waits=waits)
    if job is None:
        raise AlreadyUnderWay
    if not waits:
        run = threading.Thread(target=_run, args=(asker, job, work), name="job", daemon=True)
        run.start()
    return job


def is_taken_by_worker(ledger: Ledger) -> bool:
    """Whether a worker that takes work was well just now."""
    at = ledger.registry.happened(f"{WORKER}{TAKING}")
    failed = ledger.registry.happened(f"{FAILING}{TAKING}")
    if at is None or (failed is not None and failed > at):
        return False
    return (ledger.now - at).total_seconds() <= 3 * WORKER_NOTES


class GivenUp(Exception):
    """The worker ends: what it was at waits for the next one."""


def take_one(ledger: Ledger, goes_on: Callable[[], bool] = lambda: True) -> bool:
    """Do the work that waits longest, as whoever asked for it; False where none waits."""
    job = jobs.take(ledger.registry, WORKS)
    if job is None:
        return False
    way = mail.of(ledger.registry, job.person)
    held = sorted(people.roles_of(ledger.service, job.person, ledger.today))
    language = "sv" if way is None else way.language
    by = By(person=job.person, organisation=job.organisation, role="")
    asker = Asker(ledger=ledger, by=by, roles=tuple(held), language=language)

    def work(file: BinaryIO, went_on: Callable[[int, int], None]) -> str:
        roles = act_of("audit", job.what).roles
        now = asking(ledger, job.person, job.organisation, held, roles, language)
        return WORKS[job.what](now, job.about)(file, went_on)

    _run(asker, job, work, goes_on)
    return True


def _run(asker: Asker, job: Job, work: Work, goes_on: Callable[[], bool] = lambda: True) -> None:
    registry = asker.ledger.registry

    def went_on(done: int, total: int) -> None:
        if not goes_on():
            raise GivenUp
        jobs.went_on(registry, job.id, done, total)

    try:
        with tempfile.TemporaryFile() as file:
            name = work(file, went_on)
            file.seek(0)
            jobs.ended(registry, job.id, name, jobs.in_parts(file))
    except Cancelled:
        return
    except GivenUp:
        with suppress(Cancelled):
            jobs.put_back(registry, job.id)
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

    return begin(asker, BUNDLE, number or "", _bundled(asker, number or ""))


def _bundled(asker: Asker, about: str) -> Work:
    """The work of a bundle of an agreement, or (empty) of the whole log."""
    ledger, number = asker.ledger, about or None

    def work(file: BinaryIO, went_on: Callable[[int, int], None]) -> str:
        scope(asker, number)
        folder = Path(ledger.settings.notary)
        try:
            bundling.read(ledger.service, folder, file, asker.by, number, watch=went_on)
        except (BundleRefused, NotPublished, NoteRefused, TimestampRefused) as refused:
            raise NoBundle(because=str(refused)) from refused
        return f"{number or 'avrop'}.zip"

    return work


WORKS: Mapping[str, Callable[[Asker, str], Work]] = {BUNDLE: _bundled}
"""Kinds of work that can be done from what the registry has of them alone, so by the worker too."""
