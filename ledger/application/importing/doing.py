"""An imported workbook as a whole: what it comes to, every fault of it, and then all or nothing."""

import hashlib
from collections.abc import Callable, Sequence

import msgspec

from ledger.application.acts.agreements import MANAGERS
from ledger.application.asker import Asker
from ledger.application.importing.drafting import Drafting, balances_of, orders_of
from ledger.application.importing.faults import Fault, Faults
from ledger.application.importing.reading import Given, rows, sheets_of
from ledger.application.importing.sheets import AGREEMENTS, BALANCES, LIMITS, ORDERS
from ledger.bounds import IMPORT_STEPS, IMPORT_TOLD, RETRIES
from ledger.documents import workbook
from ledger.documents.faults import DocumentFaults
from ledger.domain import agreement
from ledger.domain.limits import Use
from ledger.domain.refusals import AlreadyExists, Busy, Forbidden, PerhapsRecorded, Unavailable
from ledger.registry.tables import Document
from ledger.service.whole import Whole
from ledger.store import VersionTaken

FORMAT = "import"
Watch = Callable[[int, int], None]
"""Told how far it is: steps done, of how many."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement as the workbook leaves it, in öre excluding VAT; None: the cap is unknown."""

    number: str
    title: str
    currency: str
    cap: int | None
    use: Use

    @property
    def remaining(self) -> int | None:
        return None if self.cap is None else self.cap - self.use.total


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """What a workbook comes to. With faults, of which there are `count`, nothing is recorded;
    `figures` are those of its first agreements."""

    sha256: str
    count: int = 0
    agreements: int = 0
    orders: int = 0
    balances: int = 0
    facts: int = 0
    figures: tuple[Figures, ...] = ()
    recorded: bool = False


class Report(Came, frozen=True, kw_only=True):
    """The same with its first faults."""

    faults: tuple[Fault, ...] = ()


def nothing(done: int, total: int) -> None:
    """Where nobody watches."""


def check(asker: Asker, content: bytes, watch: Watch = nothing) -> Report:
    """What importing it would come to; nothing is recorded. Raises Forbidden, AlreadyExists."""
    _require(asker)
    whole, sha256 = _begun(asker, content, recording=False)
    try:
        return _drafted(asker, content, sha256, whole, watch)
    finally:
        whole.close()


def take_in(asker: Asker, content: bytes, watch: Watch = nothing) -> Report:
    """All of it in one transaction, where it has no fault; else nothing.

    The file is kept as it came. Raises Forbidden, AlreadyExists where it was imported before, Busy.
    """
    _require(asker)
    for _ in range(RETRIES):
        whole, sha256 = _begun(asker, content, recording=True)
        try:
            report = _drafted(asker, content, sha256, whole, watch)
            if report.count or not report.facts:
                return report
            _keep(asker, content, sha256)
            whole.record(lambda done, total: watch(total + done, 2 * total))
        except VersionTaken:
            continue
        except (Unavailable, PerhapsRecorded):
            if not whole.is_recorded():
                raise
        finally:
            whole.close()
        return msgspec.structs.replace(report, recorded=True)
    raise Busy(name=sha256[:12], tries=RETRIES)


def _require(asker: Asker) -> None:
    if asker.by.role not in MANAGERS:
        raise Forbidden(roles=", ".join(MANAGERS), held=asker.by.role)


def _begun(asker: Asker, content: bytes, *, recording: bool) -> tuple[Whole, str]:
    """A file is imported once: the same again would count all of it twice."""
    sha256 = hashlib.sha256(content).hexdigest()
    whole = asker.ledger.service.whole(asker.by, f"import:{sha256}", recording=recording)
    if whole.is_recorded():
        whole.close()
        raise AlreadyExists(what="import", name=sha256[:12])
    return whole, sha256


def _keep(asker: Asker, content: bytes, sha256: str) -> None:
    buyer = asker.by.organisation
    asker.ledger.registry.keep(
        Document(
            sha256=sha256,
            format=FORMAT,
            status="imported",
            buyer=buyer,
            content=content,
            decided_by=asker.by.person,
            decided_at=asker.ledger.registry.now().isoformat(),
        )
    )


def _drafted(asker: Asker, content: bytes, sha256: str, whole: Whole, watch: Watch) -> Report:
    faults = Faults()
    drafting = Drafting(asker, whole, sha256, faults)
    try:
        _read(workbook.opened(content), drafting, watch)
    except DocumentFaults as unread:
        faults.of_file(unread)
    return Report(
        sha256=sha256,
        faults=tuple(faults.found),
        count=faults.count,
        agreements=drafting.signed,
        orders=drafting.orders,
        balances=drafting.balances,
        facts=whole.facts,
        figures=() if faults.count else _figures(whole, [*drafting.agreements][:IMPORT_TOLD]),
    )


def _read(book: workbook.Workbook, drafting: Drafting, watch: Watch) -> None:
    faults = drafting.faults
    names = sheets_of(book, faults)
    total, done = sum(book.height(name) for name in names.values()), 0

    def went_on(count: int) -> None:
        nonlocal done
        if (done + count) // IMPORT_STEPS > done // IMPORT_STEPS:
            watch(done + count, 2 * total)
        done += count

    limits: dict[str, list[Given]] = {}
    if LIMITS.name in names:
        for given in rows(book, names[LIMITS.name], LIMITS, faults):
            limits.setdefault(str(given.members["agreement"]), []).append(given)
            went_on(1)
    if AGREEMENTS.name in names:
        for given in rows(book, names[AGREEMENTS.name], AGREEMENTS, faults):
            drafting.sign(given, limits.pop(str(given.members["number"]), []))
            went_on(1)
    drafting.limits_of_none(limits)
    if ORDERS.name in names:
        for lines in orders_of(rows(book, names[ORDERS.name], ORDERS, faults)):
            drafting.order(lines)
            went_on(len(lines))
    if BALANCES.name in names:
        for lines in balances_of(rows(book, names[BALANCES.name], BALANCES, faults)):
            drafting.balance(lines)
            went_on(len(lines))
    if not faults.count and not drafting.whole.facts:
        drafting.nothing()


def _figures(whole: Whole, numbers: Sequence[str]) -> tuple[Figures, ...]:
    found = []
    for number in numbers:
        state: agreement.State | None = whole.find(agreement.stream(number))
        if state is not None:
            found.append(
                Figures(
                    number=number,
                    title=state.title,
                    currency=state.currency,
                    cap=state.cap.amount,
                    use=agreement.use_of(state, state.cap),
                )
            )
    return tuple(found)
