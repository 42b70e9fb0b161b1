"""Room certificates: that an order lies within the maximum of its agreement, as it was recorded
when the order took its room, in a file that is checked without the ledger.

A fact says what moved and not what is left, so the certificate has all facts of the agreement up to
the order's own. Each carries its version: none is left out between, and the figures can be worked
out again by whoever reads them.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import msgspec

from ledger import codec
from ledger.application import anchor, seeing
from ledger.application.answers.proof import CertifiedEntry, RoomCertificate, RoomFigures
from ledger.application.asker import Asker
from ledger.application.proving import Found
from ledger.audit import tree
from ledger.audit.check import check_row
from ledger.audit.entry import Row, make
from ledger.audit.published import Published
from ledger.audit.verifier import verify
from ledger.bounds import MAX_CERTIFIED
from ledger.bundling import Book
from ledger.domain import agreement, order
from ledger.domain.agreement.room import fullest_from
from ledger.domain.events import (
    AgreementAmended,
    AgreementRectified,
    AgreementVoided,
    CompetitionOpened,
    Fact,
    RoomMoved,
    RoomReserved,
)
from ledger.domain.limits import CAP, Limit
from ledger.domain.refusals import Fault, Forbidden, Invalid, NoCertificate, NotSigned
from ledger.logs import log
from ledger.opening import Ledger
from ledger.projections.then import NOW
from ledger.snapshots import fold
from ledger.store import TreeDamaged
from ledger.wording import words

WIDE = ("finance", "manager", "auditor", "admin")
"""Who answers for a whole agreement, and so sees every buyer's orders."""


def of_order(asker: Asker, number: str) -> RoomCertificate:
    """Of an order that the asker sees, under an agreement of which they see every order: each is in
    it. Raises NotFound, NotAParty, Forbidden, NotSigned, NoCertificate, Invalid, TreeDamaged."""
    state = seeing.order_row(asker, number, NOW).state
    of = seeing.agreement_row(asker, state.agreement).now
    seeing.require_whole(asker, of)
    if not seeing.sees_all_orders(asker, of):
        raise Forbidden(roles=", ".join(WIDE), held=", ".join(asker.roles))
    return certificate(asker.ledger, state.number, state.agreement)


def certificate(ledger: Ledger, number: str, of: str) -> RoomCertificate:
    """Of an order under an agreement. Raises what `of_order` does, but for who may see it."""
    signed = anchor.newest(ledger.settings.notary)
    if signed is None:
        raise NotSigned(order=number)
    rows = _signed_rows(ledger, agreement.stream(of), signed)
    placed = _signed_rows(ledger, order.stream(number), signed)[:1]
    facts = [codec.decode(one.stream, one.version, one.name, one.stored or b"") for one in rows]
    last = _took_room(facts, number)
    if last is None or not placed:
        if len(rows) == MAX_CERTIFIED:
            said = "The agreement has more facts than the {most} of a certificate: make a bundle."
            raise Invalid(Fault(pointer="", sentence=said, figures={"most": str(MAX_CERTIFIED)}))
        raise NotSigned(order=number)
    figures = _figures(number, facts[: last + 1])
    sealed = _sealed(ledger, rows[: last + 1], facts)
    carried = [one for one in rows[: last + 1] if one.index not in sealed]
    entries = sorted([*placed, *carried], key=lambda row: row.index)
    return RoomCertificate(
        certificate=verify.CERTIFICATE,
        order=number,
        agreement=of,
        figures=figures,
        receipt=f"{rows[last].index}:{(rows[last].leaf or b'').hex()}",
        entries=[CertifiedEntry(index=row.index, entry=_entry(row).decode()) for row in entries],
        sealed=sealed,
        hashes=_proof(ledger, entries, signed),
        checkpoint=signed.note.data.decode(),
        key=signed.key.text,
    )


def in_bytes(made: RoomCertificate) -> bytes:
    """As a file that a person may look into."""
    return msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"


def waits(ledger: Ledger, number: str) -> bool:
    """Whether there is a notary, and it has not signed an order yet."""
    signed = anchor.newest(ledger.settings.notary)
    index = ledger.store.leaves.receipt(order.stream(number), 1).partition(":")[0]
    return signed is not None and bool(index) and int(index) >= signed.checkpoint.size


def for_supplier(ledger: Ledger, number: str) -> RoomCertificate | None:
    """What goes with a mail to an order's supplier; None where there is none, or it would show what
    other suppliers have."""
    state: order.State | None = ledger.service.load(order.stream(number))[1]
    if state is None:
        return None
    of: agreement.State = ledger.service.load(agreement.stream(state.agreement))[1]
    if agreement.is_one_of_several(of, state.supplier):
        return None
    try:
        return certificate(ledger, number, state.agreement)
    except (NotSigned, NoCertificate, Invalid):
        return None
    except TreeDamaged as damaged:
        log().error("no certificate is given", order=number, why=str(damaged))
        return None


def _signed_rows(ledger: Ledger, stream: str, signed: Published) -> list[Row]:
    """A stream's facts that the checkpoint has, at most MAX_CERTIFIED. Raises TreeDamaged."""
    found: list[Row] = ledger.store.leaves.of_stream(stream, MAX_CERTIFIED)
    found = [row for row in found if row.index < signed.checkpoint.size]
    for row in found:
        if finding := check_row(row, row.index):
            raise TreeDamaged(reason=finding.sentence)
    return found


def _took_room(facts: Sequence[Fact], number: str) -> int | None:
    """The place of the newest fact by which an order took room, other than by an invoice: that it
    was placed, or became more. What is confirmed later asks for nothing more of the maximum."""
    found = None
    for at, fact in enumerate(facts):
        match fact.event:
            case RoomReserved(order=own) if own == number:
                found = at
            case RoomMoved(drawdown=None) if _moved(fact, number) > 0:
                found = at
            case _:
                pass
    return found


def _moved(fact: Fact, number: str) -> int:
    """By how much a fact of an agreement gives an order more room, or less."""
    if isinstance(fact.event, RoomReserved | RoomMoved) and fact.event.order == number:
        return sum(move.use.total for move in fact.event.moves)
    return 0


def _figures(number: str, facts: Sequence[Fact]) -> RoomFigures:
    """What was left of the cap after the last of an agreement's facts. Raises NoCertificate."""
    state: Any = None
    held = 0
    for fact in facts:
        state = fold(fact.stream, state, fact)
        held += _moved(fact, number)
    found: agreement.State = state
    cap = Limit(name=CAP, amounts=found.limits[0].amounts)  # the maximum without any tolerance
    fullest = fullest_from(found, cap, facts[-1].effective_on)
    if fullest is None or fullest.left < 0:
        raise NoCertificate(order=number, agreement=found.number)
    return RoomFigures(
        currency=found.currency,
        day=fullest.on,
        cap=fullest.bound,
        used=fullest.used,
        left=fullest.left,
        order=held,
    )


def _sealed(ledger: Ledger, rows: Sequence[Row], facts: Sequence[Fact]) -> list[int]:
    """The entries among some of an agreement that are offers which nobody has opened until now."""
    if not any(isinstance(fact.event, CompetitionOpened) and fact.event.sealed for fact in facts):
        return []
    book = Book()
    for row in ledger.store.leaves.of_stream(rows[0].stream):
        book.take(row)
    return sorted(book.sealed & {row.index for row in rows})


def _entry(row: Row) -> bytes:
    return make(row.index, row.stream, row.version, row.name, row.stored or b"")


def _proof(ledger: Ledger, entries: Sequence[Row], signed: Published) -> list[str]:
    """That the checkpoint has the entries. Raises TreeDamaged where the log is not what was
    signed: a proof that does not hold is not given out."""
    size = signed.checkpoint.size
    head, hashes = ledger.store.leaves.proving()
    places = [row.index for row in entries]
    if size > head.size:
        raise TreeDamaged(reason="the log is shorter than what was signed")
    proof = tree.several_proof(places, size, hashes)
    leaves = {row.index: row.leaf or b"" for row in entries}
    if verify.joined(leaves, places, 0, size, iter(proof)) != signed.checkpoint.root:
        raise TreeDamaged(reason="the log is not what was signed")
    return [base64.b64encode(one).decode() for one in proof]


# ── What somebody holds ───────────────────────────────────────────────────────────────────────

OVERTAKING = (AgreementAmended, AgreementRectified, AgreementVoided)
"""What changes an agreement otherwise than by orders and invoices."""
FORGED = words("The certificate was changed, or is not what it says.")
OF_ANOTHER_LOG = words("The certificate is not of this log: no such checkpoint was signed here.")


def held(ledger: Ledger, data: bytes, number: str | None = None) -> Found:
    """A certificate that somebody has, against the log as it is now: is it this log's, of that
    order, and was it overtaken since?"""
    report = verify.Report()
    try:
        of = verify.Certificate(data)
        of.prove(report)
        verify.check_room(of, report)
    except verify.Wrong as wrong:
        report.wrong.append(str(wrong))
    if report.wrong:
        findings = tuple(words("{why}", why=why) for why in report.wrong)
        return Found(said=FORGED, is_well=False, findings=findings)
    if number is not None and of.order != number:
        template = "The certificate is of order {own}, not of {other}."
        return Found(said=words(template, own=of.order, other=number), is_well=False)
    head, hashes = ledger.store.leaves.proving()
    size = of.checkpoint.size
    if size > head.size or tree.root(tree.head_at(size, hashes)) != of.checkpoint.root:
        return Found(said=OF_ANOTHER_LOG, is_well=False)
    index = int(of.receipt.partition(":")[0])
    version = ledger.store.leaves.rows(index, index + 1)[0].version
    later = ledger.store.history(agreement.stream(of.agreement), version)
    return _since(of.order, index, later, of.figures["order"])


def _since(number: str, index: int, later: Sequence[Fact], had: int) -> Found:
    """What became of an order, that `had` so much room, and of its agreement after it was
    certified."""
    moves = [(_moved(fact, number), fact.effective_on) for fact in later]
    moves = [(money, on) for money, on in moves if money]
    if had > 0 and had + sum(money for money, _ in moves) == 0:
        said = words(
            "Order {order} lay within the maximum when it was recorded, and has had none of it "
            "since {day}: it came to nothing, or all that was invoiced was credited.",
            order=number,
            day=moves[-1][1],
        )
        return Found(said=said, is_well=False, index=index)
    amended = [fact for fact in later if isinstance(fact.event, OVERTAKING)]
    if amended:
        said = words(
            "Order {order} lay within the maximum when it was recorded, and that is overtaken: the "
            "agreement was amended since, the last time from {day}.",
            order=number,
            day=amended[-1].effective_on,
        )
        return Found(said=said, is_well=False, index=index)
    if _took_room(later, number) is not None:
        said = words(
            "Order {order} lay within the maximum when it was recorded, and took more room since: "
            "ask for a new certificate.",
            order=number,
        )
        return Found(said=said, is_well=False, index=index)
    template = "Order {order} lies within the maximum, and the agreement was not amended since."
    return Found(said=words(template, order=number), is_well=True, index=index)
