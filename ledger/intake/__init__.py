"""Received files into drawdowns: match, record, or keep in a queue with the reason; never guess.

Somebody works the queue off: `retry` matches again, `assign` says which order an invoice belongs
to, `discard` says why it belongs to none.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from ledger.clock import day_of
from ledger.documents import FORMATS
from ledger.documents.characters import safe_name
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import drawdown, files, order
from ledger.domain.days import issued_faults
from ledger.domain.refusals import (
    Amount,
    CreditedUnknown,
    CreditTooLarge,
    DatedAhead,
    DuplicateInvoice,
    Invalid,
    NoOrderNamed,
    NotAParty,
    NotFound,
    OrderAmbiguous,
    Refusal,
    Unavailable,
    WrongStatus,
)
from ledger.intake.assigned import Assigned, assigned
from ledger.intake.booking import command_of, supplier_of
from ledger.intake.correcting import check_correction
from ledger.intake.credits import credited, missing
from ledger.intake.decided import discarded_for, is_aside, own_decision, put_back
from ledger.intake.desk import Desk, Receipt
from ledger.intake.lines import bounded
from ledger.intake.matching import Found, find_order
from ledger.intake.reading import for_log, in_words, keep, read_in
from ledger.intake.tying import tie_waiting
from ledger.numbers import order_number
from ledger.projections.seeing import is_buyer, share_an_agreement
from ledger.projections.sorting import folded
from ledger.reasons import Why, kept, of_row, why_of
from ledger.registry import Document, enclosed, queue
from ledger.store import Request
from ledger.wording import words

__all__ = [
    "FORMAT",
    "Desk",
    "Receipt",
    "assign",
    "discard",
    "look_again",
    "receive",
    "retry",
    "waiting",
]

FORMAT = next(iter(FORMATS))
"""The format of a file whose sender names none."""

OVERTAKEN = (CreditedUnknown, CreditTooLarge)
"""What a file is refused for that another file, received in the same moment, changes."""


def receive(content: bytes, desk: Desk, format: str = FORMAT, name: str = "") -> Receipt:
    """Take in an e-invoice or credit note. The same file twice is recorded once.

    One that was discarded stays so until it is retried or assigned, or comes to somebody else.
    `name` is what the sender calls the file.
    Raises Invalid with every fault of a file that is no sound e-invoice; nothing is then kept.
    """
    read = in_words(lambda: FORMATS[format](content))
    invoice = for_log(read, desk.registry)
    _check_date(invoice, desk)
    sha256 = hashlib.sha256(content).hexdigest()
    before = desk.registry.received(sha256)
    of = desk.organisation
    is_new = of is not None and desk.registry.take_in(sha256, of)
    decided = before is not None and (before.status == "discarded" or is_aside(sha256, desk))
    if before is not None and decided and not is_new:
        return Receipt(sha256=sha256, status="discarded", why=_discarded(before, desk))
    document = Document(
        sha256=sha256,
        format=format,
        status="queued",
        buyer=_whose(invoice, desk, before),
        content=content,
    )
    receipt = _match_or_queue(document, invoice, desk)
    put_back(before, receipt, desk)
    called = safe_name(name)
    if called:
        enclosed.call(desk.registry, sha256, called)
    _keep_enclosed(sha256, invoice, desk)
    keep(sha256, read, desk.registry)
    enclosed.head(desk.registry, sha256, _heading(invoice, called))
    return _told(receipt, invoice)


def _whose(invoice: Invoice, desk: Desk, before: Document | None) -> str:
    """Whose queue a file waits in: of whom it is made out to, where who hands it in shares an
    agreement with them or it came to them before; else of who hands it in, since nobody fills a
    stranger's."""
    of = desk.organisation
    written = invoice.buyer.organisation
    buyer = desk.registry.party(written or desk.by.organisation)
    if written is None or of is None or of == buyer:
        return buyer
    if before is not None and before.buyer == buyer:
        return buyer
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        return buyer if share_an_agreement(connection, of, buyer) else of


def retry(sha256: str, desk: Desk) -> Receipt:
    """Match a kept file again, as after the missing order was placed, or its drawdown was turned
    down by mistake. Raises NotFound."""
    document = _kept(sha256, desk)
    invoice = read_in(document, desk.registry)
    receipt = _match_or_queue(document, invoice, desk, again=True)
    put_back(document, receipt, desk)
    return _told(receipt, invoice)


def waiting(desk: Desk, on: date) -> list[str]:
    """Files that waited for the day of their invoice, and no longer do on a day; and credits that
    their invoice had too little left for, and now has more."""
    rows = queue.files(desk.registry, None)
    return [str(row["sha256"]) for row in rows if _has_come(row, desk, on)]


def _has_come(row: Mapping[str, Any], desk: Desk, on: date) -> bool:
    why = of_row(row)
    if row["refusal"] == DatedAhead.type:
        return str(why.figures.get("issued_on", "")) <= on.isoformat()
    if row["refusal"] != CreditTooLarge.type or why.told is None:
        return False
    id, left = str(why.told.figures.get("drawdown", "")), why.told.figures.get("left")
    state: drawdown.State | None = desk.service.load(drawdown.stream(id))[1]
    return state is not None and isinstance(left, Amount) and state.left_to_credit > left.ore


def assign(sha256: str, body: Mapping[str, Any], desk: Desk) -> Receipt:
    """Record a kept file on the orders that a person says it belongs to, whatever did not match but
    its currency and whom it is made out to.

    Raises NotFound, or the Refusal that stands in the way; the file then stays where it was.
    """
    document = _kept(sha256, desk)
    invoice = read_in(document, desk.registry)
    said = assigned(body, invoice.amount)
    number = order_number(desk, said.order, desk.organisation)
    state: order.State | None = desk.service.load(order.stream(number))[1]
    if state is None:
        raise NotFound(what="order", name=said.order)
    _leave_to_whose_it_is(document, state, desk)
    parts = tuple(
        replace(one, order=order_number(desk, one.order, desk.organisation)) for one in said.parts
    )
    said = replace(said, order=number, parts=parts)
    found = Found(state, "person", said.reason)
    return _told(_record(document, invoice, found, desk, said), invoice)


def _leave_to_whose_it_is(document: Document, to: order.State, desk: Desk) -> None:
    """What a buyer took in itself, made out to it, another that has the same file puts on no order
    but that buyer's: it would be gone from where it waits. Raises NotAParty."""
    of, whose = desk.organisation, document.buyer
    if of in (None, whose) or to.buyer == whose:
        return
    if whose in desk.registry.taken_in_for(document.sha256):
        raise NotAParty(organisation=whose, name=to.number, acting=of)


def discard(sha256: str, reason: str, desk: Desk) -> Receipt:
    """Take a file out of the queue and say why; where it waits for others too, out of one's own.

    Raises NotFound, WrongStatus.
    """
    document = _kept(sha256, desk)
    of, waits = desk.organisation, document.status == "queued"
    own = of if waits and of and _waits_for_others(document, desk) else ""
    if waits:  # first for ever in the log, and then where the file is kept
        command = files.DiscardFile(file=sha256, reason=reason, own=own)
        desk.service.execute(command, desk.by, None, desk.now)
    if own:
        desk.registry.let_go(sha256, own)
    elif not waits or not desk.registry.discard(sha256, reason, desk.by.person):
        raise WrongStatus(name=sha256, status=document.status, action="discard", needed="queued")
    return Receipt(sha256=sha256, status="discarded", why=Why(text=reason))


def _discarded(document: Document, desk: Desk) -> Why:
    mine = None if desk.organisation is None else (desk.organisation,)
    owners = mine or ()
    if document.status != "discarded" and (
        own := own_decision(document.sha256, owners, mine, desk.service)
    ):
        return Why(text=own.reason)
    return discarded_for(document.sha256, document.buyer, document.reason, mine, desk.service)


def _waits_for_others(document: Document, desk: Desk) -> bool:
    """Whether a file that is not made out to who is at the desk is another's here to decide."""
    if document.buyer == desk.organisation:
        return False
    if desk.registry.taken_in_for(document.sha256) - {desk.organisation}:
        return True
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        return is_buyer(connection, document.buyer)


# ── From a file to a drawdown ─────────────────────────────────────────────────────────────────


def _keep_enclosed(sha256: str, invoice: Invoice, desk: Desk) -> None:
    some = [
        enclosed.Enclosed(
            digest=one.sha256,
            bytes=one.bytes,
            name=one.name,
            media_type=one.media_type,
            reference=one.reference,
            description=one.description,
        )
        for one in invoice.attachments
    ]
    sent = invoice.envelope
    if some or sent is not None:
        members = None if sent is None else enclosed.Sent(**msgspec.structs.asdict(sent))
        enclosed.keep(desk.registry, sha256, some, members)


def _heading(invoice: Invoice, name: str) -> enclosed.Heading:
    supplier = invoice.supplier
    shown = supplier.name or supplier.raw
    words = (name, invoice.number, supplier.name, supplier.raw, supplier.organisation,
             invoice.order, invoice.agreement, invoice.buyer.name, invoice.buyer.raw)  # fmt: skip
    return enclosed.Heading(
        invoice=invoice.number,
        supplier=shown,
        amount=invoice.amount,
        currency=invoice.currency,
        due_on="" if invoice.due_on is None else invoice.due_on.isoformat(),
        sought=folded(" ".join(filter(None, words))),
    )


def _told(receipt: Receipt, invoice: Invoice) -> Receipt:
    """What was odd about a file is told with whatever became of it."""
    return replace(receipt, warnings=invoice.warnings)


def _check_date(invoice: Invoice, desk: Desk) -> None:
    """Raises Invalid for a date that is no day to wait for."""
    root = "CreditNote" if invoice.is_credit else "Invoice"
    today = day_of(desk.now or desk.service.clock())
    faults = issued_faults(f"/{root}/IssueDate", invoice.issued_on, today)
    if faults:
        raise Invalid(*faults)


def _kept(sha256: str, desk: Desk) -> Document:
    """Raises NotFound where there is no such file, or it is made out to another organisation."""
    document = desk.registry.received(sha256)
    if document is None or not _is_its(document, desk):
        raise NotFound(what="document", name=sha256)
    return document


def _is_its(document: Document, desk: Desk) -> bool:
    of = desk.organisation
    return of is None or desk.registry.is_for(document, of)


def _match_or_queue(
    document: Document, invoice: Invoice, desk: Desk, *, again: bool = False
) -> Receipt:
    done = _recorded_before(document, desk)
    if done is not None and not (again and _newest(document, desk).freed):
        return done
    try:
        return _record(document, invoice, _order_of(invoice, desk), desk)
    except Unavailable:
        raise
    except OVERTAKEN as refusal:
        _keep_waiting(document, refusal, desk)
    except Refusal as refusal:
        return _keep_waiting(document, refusal, desk)
    try:  # what it was refused for may have come, or gone to another, before it was kept
        return _record(document, invoice, _order_of(invoice, desk), desk)
    except Unavailable:
        raise
    except Refusal as refusal:
        return _keep_waiting(document, refusal, desk)


def _keep_waiting(document: Document, refusal: Refusal, desk: Desk) -> Receipt:
    waits = replace(_settled(document), refusal=refusal.type, figures=kept(refusal))
    desk.registry.keep(replace(waits, status="queued"))
    why = why_of(refusal)
    return Receipt(sha256=document.sha256, status="queued", why=why, refusal=refusal.type)


def _order_of(invoice: Invoice, desk: Desk) -> Found:
    """The order that a file names; of a credit that names none, its invoice's. Raises NoOrderNamed,
    OrderUnknown, OrderAmbiguous, CreditedUnknown."""
    try:
        return find_order(invoice, desk)
    except NoOrderNamed:
        supplier = supplier_of(invoice, desk)
        if not invoice.credits or supplier is None:
            raise
        back = credited(invoice, supplier, desk)
        if absent := missing(back, invoice):
            raise CreditedUnknown(invoices=", ".join(absent)) from None
        orders = tuple(dict.fromkeys(name for one in back.among for name in one.orders))
        if not orders:
            raise
        if not back.found and len(orders) > 1:
            named = ", ".join(one.number for one in invoice.credits)
            raise OrderAmbiguous(reference=named, orders=orders) from None
        state: order.State = desk.service.load(order.stream(orders[0]))[1]
        return Found(state, "credited-invoice", invoice.credits[0].number)


def look_again(came: drawdown.State, desk: Desk) -> bool:
    """The credits that came before their invoice, recorded or in the queue; and of a credit the
    invoice, where that was recorded in the same moment. Whether any of those was tied or matched
    anew. Raises Unavailable."""
    tied = tie_waiting(came, desk)
    mine = None if desk.organisation is None else (desk.organisation,)
    for row in queue.files(desk.registry, mine):
        named = str(row["figures"].get("invoices", ""))
        sha256 = str(row["sha256"])
        if row["refusal"] != CreditedUnknown.type or is_aside(sha256, desk):
            continue
        if came.named_among(named):
            tied = retry(sha256, desk).status == "recorded" or tied
    return tied


def _recorded_before(document: Document, desk: Desk) -> Receipt | None:
    """A file that the log has is never matched anew: a person may have assigned it."""
    newest = _newest(document, desk)
    found = newest.found
    if found is None:
        return None
    id = found.stream.removeprefix(drawdown.stream(""))
    desk.registry.keep(replace(_settled(document), status="recorded", drawdown=id))
    return Receipt(
        sha256=document.sha256,
        status="duplicate",
        drawdown=id,
        why=_turned_down(id, desk) if newest.freed else Why(),
        freed=newest.freed,
        version=found.version,
        receipt=desk.service.store.leaves.receipt(found.stream, found.version),
    )


def _turned_down(id: str, desk: Desk) -> Why:
    state: drawdown.State = desk.service.load(drawdown.stream(id))[1]
    said = _WITHDRAWN if state.status == "withdrawn" else _REJECTED
    if desk.organisation not in (None, state.buyer):  # the reason is its buyer's
        return Why()
    return Why(told=replace(said, figures={"reason": state.reason}))


_WITHDRAWN = words("It was withdrawn ({reason}), and can be matched again or assigned to an order.")
_REJECTED = words("It was rejected ({reason}), and can be matched again or assigned to an order.")


class _Newest(NamedTuple):
    """The newest record of a file, where there is one, and whether it was turned down or withdrawn:
    then a person may record it anew, under the `next` key."""

    found: Request | None
    freed: bool
    next: str


def _newest(document: Document, desk: Desk) -> _Newest:
    newest, key, times = None, f"file:{document.sha256}", 1
    while True:
        found = desk.service.store.find_request(key)
        if found is None:
            return _Newest(newest, newest is not None, key)
        newest, times = found, times + 1
        state: drawdown.State = desk.service.load(found.stream)[1]
        if state.status not in drawdown.FREED:
            return _Newest(newest, freed=False, next=key)
        key = f"file:{document.sha256}/{times}"


def _settled(document: Document) -> Document:
    return replace(document, reason="", refusal="", figures="{}", decided_by="", decided_at="")


def _record(
    document: Document, invoice: Invoice, found: Found, desk: Desk, said: Assigned | None = None
) -> Receipt:
    """Raises the Refusal that stands in the way."""
    done = _settled(document)
    try:
        corrected = check_correction(invoice, desk, said)
        command, pays = command_of(invoice, found, desk, document, said)
        desk = desk.acting_for(pays)
        command = replace(command, flags=(*bounded(corrected), *command.flags))
        request = Request(key=_newest(document, desk).next, digest=document.sha256)
        outcome = desk.service.execute(command, desk.by, request, desk.now)
    except DuplicateInvoice as error:
        id = str(error.figures["drawdown"])
        desk.registry.keep(replace(done, status="duplicate", drawdown=id))
        return Receipt(sha256=document.sha256, status="duplicate", drawdown=id, why=why_of(error))
    assert isinstance(outcome.state, drawdown.State)
    desk.registry.keep(replace(done, status="recorded", drawdown=outcome.state.id))
    if not outcome.replayed:
        look_again(outcome.state, desk)
    return Receipt(
        sha256=document.sha256,
        status="duplicate" if outcome.replayed else "recorded",
        drawdown=outcome.state.id,
        version=outcome.version,
        receipt=outcome.receipt,
    )
