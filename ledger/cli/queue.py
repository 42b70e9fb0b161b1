"""The queue of received files that nothing matched: one looked at, matched again, assigned,
discarded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger.application.bodies.documents import (
    CORRECTS,
    STATUSES,
    AssignDocument,
    DiscardDocument,
)
from ledger.application.bodies.parsing import load
from ledger.cli.documents import desk_of, receipt_answer, tell_became, tell_decided
from ledger.cli.exporting import File, write_file
from ledger.cli.opening import NOBODY_NAMED, at_the_server, ledger
from ledger.cli.output import (
    Cell,
    Stopped,
    language,
    members,
    ore,
    say,
    say_json,
    table,
    tell,
    term,
    why_not,
)
from ledger.cli.parameters import as_file, as_json
from ledger.cli.verbs import Noun
from ledger.domain.money import from_text, to_text
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.answers.received import DocumentParty, ReceivedDocument
    from ledger.intake import Receipt
    from ledger.opening import Ledger


@click.group(cls=Noun, invoke_without_command=True)
@as_file
@as_json
@click.pass_context
def queue(context: click.Context, to_file: File | None, as_json: bool) -> None:
    """Received files that nothing matched, the oldest first, with the reason.

    A file is named by its SHA-256, or by as much of it as the list shows.
    """
    if context.invoked_subcommand is None:
        _list("queued", "", to_file, as_json=as_json)


@queue.command("list")
@click.option("--discarded", is_flag=True, help="Those that were discarded, with why.")
@click.option(
    "--words", default="", help="Of the file's name, the invoice's number, its parties or order."
)
@as_file
@as_json
def listed(discarded: bool, words: str, to_file: File | None, as_json: bool) -> None:
    """The files that wait, as without a verb; or those that were discarded."""
    _list("discarded" if discarded else "queued", words, to_file, as_json=as_json)


def _list(status: str, sought: str, to_file: File | None, *, as_json: bool) -> None:
    from ledger.application import documents
    from ledger.application.answers.documents import QueuedDocument
    from ledger.application.answers.making import At, made

    opened = ledger()
    rows = documents.waiting(at_the_server(opened), status, q=sought)
    items = [made(QueuedDocument, one, At(language())) for one in rows]
    if to_file is not None:
        write_file(opened, to_file, QueuedDocument, items)
        return
    if as_json:
        say_json(items)
        return
    table(
        ("Received", "SHA-256", "Name", "Supplier", "Amount", "Reason"),
        [
            (
                item.received_at[:19] + "Z",
                item.sha256[:12],
                item.name,
                item.supplier or "",
                "" if item.amount is None else ore(item.amount),
                item.reason,
            )
            for item in items
        ],
    )


@queue.command()
@click.argument("file")
@as_json
def show(file: str, as_json: bool) -> None:
    """One file: what it says, why it waits, and the orders that it may belong to.

    One that neither waits nor was discarded is named by its whole SHA-256.
    """
    from ledger.application import documents

    opened = ledger()
    found = documents.one(at_the_server(opened), _named(opened, file))
    if as_json:
        say_json(found)
        return
    names = opened.registry.names({found.decided_by} - {""})
    _tell_read(found, names.get(found.decided_by, found.decided_by))
    tell_decided(opened, found.decisions)
    if found.attachments:
        say("")
        table(
            ("Attachment", "SHA-256", "Bytes", "Kind"),
            [
                (one.name, one.sha256[:12], str(one.bytes), one.media_type)
                for one in found.attachments
            ],
        )
    if found.candidates:
        say("")
        table(
            ("May belong to", "Course", "Left", "Why"),
            [
                (one.order, one.course, ore(one.left), " ".join(why.detail for why in one.reasons))
                for one in found.candidates
            ],
        )


def _tell_read(found: ReceivedDocument, decided_by: str) -> None:
    read, envelope = found.read, found.envelope
    told: dict[str, Cell] = {
        "SHA-256": found.sha256,
        "Name": found.name,
        "Received": found.received_at[:19] + "Z",
        "Status": term(found.status),
        "Reason": found.reason,
        "Decided by": decided_by,
        "Decided": found.decided_at[:19] + "Z" if found.decided_at else "",
        "Drawdown": found.drawdown,
        "Sender": envelope.sender if envelope else "",
        "Receiver": envelope.receiver if envelope else "",
    }
    if read is not None:
        told |= {
            "Invoice": read.number,
            "Type": read.type,
            "Issued": read.issued_on,
            "Due": read.due_on or "",
            "Supplier": _party(read.supplier),
            "Buyer": _party(read.buyer),
            "Payee": _party(read.payee) if read.payee else "",
            "Buyer reference": read.buyer_reference or "",
            "Agreement": read.agreement or "",
            "Order": read.order or "",
            "Seller's order": read.sellers_order or "",
            "Credit of": ", ".join(read.credits),
            "Currency": read.currency,
            "Amount": ore(read.amount),
            "Tax": ore(read.vat),
            "To pay": ore(read.payable),
        }
    members(told)
    for warning in read.warnings if read else ():
        say(f"{warning.pointer}: {warning.detail}")


def _party(party: DocumentParty) -> str:
    return " ".join(part for part in (party.name, party.number) if part)


@queue.command()
@click.argument("file")
@click.argument("attachment")
@click.option("--to", metavar="PATH", help="Where; by default as the sender calls it, here.")
def save(file: str, attachment: str, to: str | None) -> None:
    """Save an attachment of a file. Nothing that is there is written over."""
    from ledger.application import documents

    opened = ledger()
    asker, sha256 = at_the_server(opened), _named(opened, file)
    some = documents.one(asker, sha256).attachments
    digests = {one.sha256 for one in some if one.sha256.startswith(attachment.lower())}
    if len(attachment) < LEAST_DIGEST or len(digests) != 1:
        raise NotFound(what="document", name=attachment)
    found = documents.attachment(asker, sha256, digests.pop())
    path = Path(to or found.name)
    try:
        with path.open("xb") as saved:
            saved.write(found.content)
    except OSError as error:
        raise Stopped(why_not(error)) from error
    tell(words("{file}: saved as {path}.", file=found.name, path=str(path)))


LEAST_DIGEST = 8
"""Digits of a digest that name what it is of."""


def _named(opened: Ledger, name: str) -> str:
    """The whole SHA-256 of a file: one that neither waits nor was discarded is named by all of it.
    Raises NotFound."""
    from ledger.registry.queue import files

    if opened.registry.received(name.lower()) is not None:
        return name.lower()
    some = [item["sha256"] for item in files(opened.registry, None, STATUSES)]
    found = [one for one in some if len(name) >= LEAST_DIGEST and one.startswith(name.lower())]
    if len(found) != 1:
        raise NotFound(what="file in the queue", name=name)
    return str(found[0])


@queue.command()
@click.argument("file")
@click.option("--person", default=NOBODY_NAMED, show_default=True, help="Who records.")
def retry(file: str, person: str) -> None:
    """Match a file again, as after the missing order was placed."""
    from ledger import intake

    opened = ledger()
    _tell_settled(opened, file, intake.retry(_named(opened, file), desk_of(opened, person, None)))


@queue.command()
@click.argument("file")
@click.argument("order")
@click.option("--reason", default="", help="Why it belongs there, where it says something else.")
@click.option("--corrects", type=click.Choice(CORRECTS), help="What a corrected invoice (384) is.")
@click.option("--replaces", metavar="ID", help="Which drawdown it replaces, if it does not say.")
@click.option("--person", default=NOBODY_NAMED, show_default=True, help="Who records.")
def assign(
    file: str, order: str, reason: str, corrects: str | None, replaces: str | None, person: str
) -> None:
    """Say which order a file belongs to, or over several as ORDER/LINE=AMOUNT,ORDER=AMOUNT."""
    from ledger import intake

    opened = ledger()
    desk = desk_of(opened, person, None)
    given = {**_orders(order), "reason": reason}
    given |= {"corrects": corrects} if corrects is not None else {}
    given |= {"replaces": replaces} if replaces is not None else {}
    body = load(AssignDocument, given)
    _tell_settled(opened, file, intake.assign(_named(opened, file), body, desk))


def _orders(written: str) -> dict[str, Any]:
    """The order, or the lines that are written. Raises Invalid."""
    if "=" not in written:
        return {"order": written}
    lines: list[dict[str, Any]] = []
    for part in written.split(","):
        place, _, amount = part.strip().partition("=")
        order, _, line = place.partition("/")
        try:
            number = {"line": int(line)} if line else {}
            lines.append({"order": order, "amount": to_text(from_text(amount)), **number})
        except ValueError:
            sentence = "“{written}” is not ORDER=AMOUNT or ORDER/LINE=AMOUNT."
            raise Invalid(
                Fault(pointer="/lines", sentence=sentence, figures={"written": part})
            ) from None
    return {"lines": lines}


@queue.command()
@click.argument("file")
@click.option("--reason", required=True, help="Why it belongs to no order.")
@click.option("--person", default=NOBODY_NAMED, show_default=True, help="Who decides.")
def discard(file: str, reason: str, person: str) -> None:
    """Take a file out of the queue; it is kept, with the reason."""
    from ledger import intake

    opened = ledger()
    said = load(DiscardDocument, {"reason": reason})["reason"]
    intake.discard(_named(opened, file), said, desk_of(opened, person, None))
    tell(words("{file}: discarded.", file=file))


def _tell_settled(opened: Ledger, file: str, receipt: Receipt) -> None:
    from rich.console import Console

    tell_became(opened, {"file": file, **receipt_answer(receipt)}, Console())
