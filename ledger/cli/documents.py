"""Received files: e-invoices into drawdowns, and the queue of those that nothing matched."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from ledger.application.bodies.documents import CORRECTS
from ledger.application.sentences.flags import flag_words
from ledger.cli.exporting import File, write_file
from ledger.cli.opening import NOBODY_NAMED, Unreadable, at_the_server, ledger, read_file
from ledger.cli.output import (
    Cell,
    Stopped,
    language,
    members,
    ore,
    said,
    say,
    say_json,
    table,
    tell,
    term,
    why_not,
)
from ledger.cli.parameters import ORGANISATION, as_file, as_json
from ledger.cli.verbs import Noun
from ledger.domain.money import from_text
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.wording import fault_sentence, kronor, words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from ledger.application.answers.received import DocumentParty, ReceivedDocument
    from ledger.intake import Desk, Receipt
    from ledger.opening import Ledger

SAID = {
    "recorded": words("{file}: recorded as {drawdown}, {amount}."),
    "flagged": words("{file}: recorded as {drawdown}, {amount}. Flagged: {flags}."),
    "duplicate": words("{file}: recorded before, as {drawdown}."),
    "queued": words("{file}: put in the queue: {reason}"),
    "discarded": words("{file}: discarded before: {reason}"),
}
"""What became of a file, in a sentence each."""
COUNTED = {
    "recorded": words("{count} recorded"),
    "queued": words("{count} queued"),
    "duplicate": words("{count} recorded before"),
    "discarded": words("{count} discarded before"),
    "refused": words("{count} refused"),
}


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--person", default=NOBODY_NAMED, show_default=True, help="Who records.")
@click.option("--organisation", type=ORGANISATION, help="Match only this organisation's orders.")
@as_json
def receive(files: tuple[str, ...], person: str, organisation: str | None, as_json: bool) -> None:
    """Take in e-invoices: record what matches, queue the rest with the reason.

    Each file is one whole: it is recorded, queued, or refused with every fault in it.
    """
    opened = ledger()
    desk = _desk(opened, person, organisation)
    results = []
    with _bar(len(files)) as bar:
        for file in bar.track(files, description=term("Receiving")):
            results.append(_received(file, desk, opened.settings.file_limit))
            if not as_json:
                _tell(opened, results[-1], bar.console)
    count = Counter(result["status"] for result in results)
    if as_json:
        say_json(results)
    elif len(files) > 1:
        kinds = ["recorded", "queued", "duplicate", *(["discarded"] * (count["discarded"] > 0))]
        told = [
            replace(COUNTED[kind], figures={"count": count[kind]}) for kind in (*kinds, "refused")
        ]
        say(", ".join(said(one) for one in told) + ".")
    if count["refused"]:
        sys.exit(1)


def _bar(files: int) -> Progress:
    """A bar for many files, where the terminal does not show their lines themselves."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    seen = files > 1 and console.is_terminal and not sys.stdout.isatty()
    return Progress(console=console, transient=True, disable=not seen, redirect_stdout=False)


def _desk(opened: Ledger, person: str, organisation: str | None) -> Desk:
    from ledger.domain.events import By
    from ledger.intake import Desk

    organisation = opened.registry.party(organisation) if organisation else None
    by = By(person=opened.registry.person(person), organisation=organisation or "", role="finance")
    return Desk(by, opened.service, opened.views, opened.registry, organisation)


def _received(file: str, desk: Desk, most: int) -> dict[str, Any]:
    """What became of a file of at most so many bytes, for programs."""
    from ledger import intake

    try:
        receipt = intake.receive(read_document(file, most), desk)
    except Invalid as refusal:
        errors = [
            {"pointer": fault.pointer, "detail": fault_sentence(fault, language())}
            for fault in refusal.faults
        ]
    except Unreadable as unreadable:
        errors = [{"pointer": "", "detail": unreadable.reason}]
    else:
        return {"file": file, **_receipt(receipt)}
    return {"file": file, "status": "refused", "errors": errors}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    """As the API answers, in the reader's language."""
    import msgspec

    from ledger.application.answers.documents import Receipt as Answer
    from ledger.application.answers.making import At, made

    told: dict[str, Any] = msgspec.to_builtins(made(Answer, receipt, At(language())))
    return told


def read_document(file: str, most: int) -> bytes:
    """A received file. Raises Unreadable, also for one of more bytes."""
    content = read_file(file, most)
    if len(content) > most:
        raise Unreadable(
            file, words("The file has more than the {count} bytes that are read.", count=most)
        )
    return content


def _tell(opened: Ledger, result: dict[str, Any], console: Console) -> None:
    from ledger.domain import drawdown

    status = result["status"]
    if status == "refused":
        for error in result["errors"]:
            parts = [result["file"], error["pointer"], error["detail"]]
            line = ": ".join(part for part in parts if part)
            console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)
        return
    state: drawdown.State | None = None
    if status == "recorded":
        state = opened.service.load(drawdown.stream(result["drawdown"]))[1]
    figures = {name: result[name] or "" for name in ("file", "drawdown", "reason")}
    if state is not None:
        figures["amount"] = kronor(state.amount, state.currency)
        figures["flags"] = flag_words(state.flags, state.currency, language())
        status = "flagged" if state.flags else status
    tell(replace(SAID[status], figures=figures))
    for warning in result["warnings"]:
        say("  " + ": ".join(part for part in (warning["pointer"], warning["detail"]) if part))


@click.group(cls=Noun, invoke_without_command=True)
@as_file
@as_json
@click.pass_context
def queue(context: click.Context, to_file: File | None, as_json: bool) -> None:
    """Received files that nothing matched, the oldest first, with the reason.

    A file is named by its SHA-256, or by as much of it as the list shows.
    """
    if context.invoked_subcommand is None:
        _list(to_file, as_json=as_json)


@queue.command("list")
@as_file
@as_json
def listed(to_file: File | None, as_json: bool) -> None:
    """The files that wait, as without a verb."""
    _list(to_file, as_json=as_json)


def _list(to_file: File | None, *, as_json: bool) -> None:
    from ledger.application.answers.documents import QueuedDocument
    from ledger.application.answers.making import At, made

    opened = ledger()
    items = [made(QueuedDocument, one, At(language())) for one in opened.registry.queue(None)]
    if to_file is not None:
        write_file(opened, to_file, QueuedDocument, items)
        return
    if as_json:
        say_json(items)
        return
    table(
        ("Received", "SHA-256", "Format", "Reason"),
        [
            (item.received_at[:19] + "Z", item.sha256[:12], item.format, item.reason)
            for item in items
        ],
    )


@queue.command()
@click.argument("file")
@as_json
def show(file: str, as_json: bool) -> None:
    """One file: what it says, why it waits, and the orders that it may belong to.

    One that does not wait any more is named by its whole SHA-256.
    """
    from ledger.application import documents

    opened = ledger()
    found = documents.one(at_the_server(opened), _any_named(opened, file))
    if as_json:
        say_json(found)
        return
    _tell_read(found)
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


def _tell_read(found: ReceivedDocument) -> None:
    read, envelope = found.read, found.envelope
    told: dict[str, Cell] = {
        "SHA-256": found.sha256,
        "Received": found.received_at[:19] + "Z",
        "Status": term(found.status),
        "Reason": found.reason,
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
    asker, sha256 = at_the_server(opened), _any_named(opened, file)
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


def _any_named(opened: Ledger, name: str) -> str:
    """The same of a file that may not wait any more. Raises NotFound."""
    if opened.registry.received(name.lower()) is not None:
        return name.lower()
    return _named(opened, name)


def _named(opened: Ledger, name: str) -> str:
    """The whole SHA-256 of a file in the queue. Raises NotFound."""
    found = [item["sha256"] for item in opened.registry.queue(None)]
    found = [
        sha256 for sha256 in found if len(name) >= LEAST_DIGEST and sha256.startswith(name.lower())
    ]
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
    _tell_settled(opened, file, intake.retry(_named(opened, file), _desk(opened, person, None)))


@queue.command()
@click.argument("file")
@click.argument("order")
@click.option("--reason", default="", help="Why it belongs there, where it says something else.")
@click.option("--corrects", type=click.Choice(CORRECTS), help="What a corrected invoice (384) is.")
@click.option("--person", default=NOBODY_NAMED, show_default=True, help="Who records.")
def assign(file: str, order: str, reason: str, corrects: str | None, person: str) -> None:
    """Say which order a file belongs to, or over several as ORDER/LINE=AMOUNT,ORDER=AMOUNT."""
    from ledger import intake

    opened = ledger()
    desk = _desk(opened, person, None)
    body = {**_orders(order), "reason": reason, "corrects": corrects}
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
            lines.append({"order": order, "amount": from_text(amount), **number})
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
    intake.discard(_named(opened, file), reason, _desk(opened, person, None))
    tell(words("{file}: discarded.", file=file))


def _tell_settled(opened: Ledger, file: str, receipt: Receipt) -> None:
    from rich.console import Console

    _tell(opened, {"file": file, **_receipt(receipt)}, Console())
