"""An import in the background: first a check that keeps the file, and then all of it or nothing."""

from collections.abc import Callable
from typing import BinaryIO

import msgspec

from ledger.application import jobs
from ledger.application.asker import Asker
from ledger.application.importing import doing
from ledger.application.importing.doing import Came, Report
from ledger.domain.refusals import NotFound
from ledger.registry import jobs as kept
from ledger.registry.jobs import Job
from ledger.wording import LANGUAGES

CHECK, IMPORT = "import-check", "import"
KINDS = (CHECK, IMPORT)
_LINE = b"\n"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a check or an import; its faults in words, by language."""

    report: Came
    faults: dict[str, list[str]]


def _written(report: Report) -> bytes:
    faults = {language: [one.sentence(language) for one in report.faults] for language in LANGUAGES}
    bare = Came(**{name: getattr(report, name) for name in Came.__struct_fields__})
    return msgspec.json.encode(Told(report=bare, faults=faults))


def check(asker: Asker, name: str, content: bytes) -> Job:
    """Check a file; what comes of it is the report, and the file itself for whoever then imports
    it. Raises AlreadyUnderWay."""

    def work(file: BinaryIO, went_on: Callable[[int, int], None]) -> str:
        report = doing.check(asker, content, lambda done, total: went_on(2 * done, total))
        file.write(_written(report) + _LINE + content)
        return name

    return jobs.begin(asker, CHECK, name, work)


def take_in(asker: Asker, checked: Job) -> Job:
    """Import the file that was checked. Raises NotFound where it may not be, AlreadyUnderWay."""
    found = came(asker, checked)
    if checked.what != CHECK or found is None or found.report.count:
        raise NotFound(what="job", name=checked.id)
    content = b"".join(kept.content(asker.ledger.registry, checked.id)).partition(_LINE)[2]

    def work(file: BinaryIO, went_on: Callable[[int, int], None]) -> str:
        file.write(_written(doing.take_in(asker, content, went_on)))
        return checked.name

    return jobs.begin(asker, IMPORT, checked.about, work)


def mine(asker: Asker, limit: int) -> list[Job]:
    """The asker's own checks and imports of the last day, the newest first."""
    return [one for one in jobs.mine(asker, limit) if one.what in KINDS]


def one(asker: Asker, id: str) -> Job:
    """One of the asker's own. Raises NotFound."""
    found = jobs.one(asker, id)
    if found.what not in KINDS:
        raise NotFound(what="job", name=id)
    return found


def came(asker: Asker, job: Job) -> Told | None:
    """What came of it; None where it runs, or came to nothing."""
    if job.status != "done":
        return None
    head = bytearray()
    for part in kept.content(asker.ledger.registry, job.id):
        head += part.partition(_LINE)[0]
        if _LINE in part:
            break
    return msgspec.json.decode(bytes(head), type=Told)


def cancel(asker: Asker, id: str) -> None:
    """Nothing is recorded of an import that runs. Raises NotFound."""
    jobs.cancel(asker, one(asker, id).id)
