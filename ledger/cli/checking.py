"""E-invoices as files: what is read out of one, and what the official rules say of it."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.documents import read_document, tell_decided
from ledger.cli.opening import Unreadable, ledger_if_there, settings
from ledger.cli.output import Stopped, members, said, say, say_json, table, tell
from ledger.cli.parameters import as_json
from ledger.cli.verbs import Noun
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from ledger.config import Settings
    from ledger.documents.engine import Saxon
    from ledger.documents.faults import DocumentFaults
    from ledger.documents.official import Checked, Finding
    from ledger.documents.peppol_invoice import Invoice, Party
    from ledger.opening import Ledger

SAID = {
    True: words("{file}: valid by release {release} of the official rules."),
    False: words("{file}: not valid by release {release} of the official rules."),
}
FLAGS = {
    "fatal": words("{file}: line {line}, {place}: {text} ({rule})"),
    "warning": words("{file}: line {line}, {place}: warning: {text} ({rule})"),
}


@click.group(cls=Noun)
def document() -> None:
    """E-invoices as files: what they say, and whether they are valid."""


@document.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--rules", help="The folder of the rules' releases; by default AVROP_RULES.")
@as_json
def check(files: tuple[str, ...], rules: str | None, as_json: bool) -> None:
    """Hold e-invoices against the official rules (EN 16931 and Peppol), whole.

    By the release that was in force on the invoice's day. What was found is kept beside the log,
    with the release, where there is a ledger. Exit status 1 where a file is not valid.
    """
    from ledger.documents.engine import Saxon

    opened = ledger_if_there()
    found = settings()
    results = []
    with Saxon() as engine:
        for file in files:
            results.append(_checked(opened, file, found, rules or found.rules, engine))
            if not as_json:
                _tell(results[-1])
    if as_json:
        say_json([{name: one[name] for name in one if name != "outcome"} for one in results])
    if not all(result["status"] == "valid" for result in results):
        sys.exit(1)


@document.command()
@click.argument("file")
@as_json
def show(file: str, as_json: bool) -> None:
    """What is read out of an e-invoice, and what is odd about it; nothing is recorded.

    Where it came before and waited, also who discarded it or put it back.
    """
    import msgspec

    from ledger.documents.faults import DocumentFaults
    from ledger.documents.peppol_invoice import read
    from ledger.intake.decided import decisions

    opened = ledger_if_there()
    try:
        content = read_document(file, settings().file_limit)
        invoice = read(content)
    except DocumentFaults as refused:
        if as_json:
            say_json({"file": file, "status": "refused", "errors": _errors(refused)})
        for error in () if as_json else _errors(refused):
            click.echo(f"{file}: {_placed(error)}", err=True)
        sys.exit(1)
    if as_json:
        say_json(msgspec.to_builtins(invoice))
        return
    _show(invoice)
    if opened is not None:
        tell_decided(opened, decisions(hashlib.sha256(content).hexdigest(), opened.service))


def _show(invoice: Invoice) -> None:
    envelope = invoice.envelope
    members(
        {
            "Invoice": invoice.number,
            "Type": invoice.type,
            "Follows": invoice.specification,
            "Issued": invoice.issued_on,
            "Due": invoice.due_on or "",
            "Agreement": invoice.agreement or "",
            "Order": invoice.order or "",
            "Seller's order": invoice.sellers_order or "",
            "Credit of": ", ".join(one.number for one in invoice.credits),
            "Supplier": _party(invoice.supplier),
            "Buyer": _party(invoice.buyer),
            "Payee": _party(invoice.payee) if invoice.payee else "",
            "Sender": envelope.sender if envelope else "",
            "Receiver": envelope.receiver if envelope else "",
            "Attachments": ", ".join(one.name or one.sha256[:12] for one in invoice.attachments),
            "Currency": invoice.currency,
            "Amount": invoice.amount,
            "Tax": invoice.vat,
            "Paid before": invoice.prepaid,
            "Rounding": invoice.rounding,
            "To pay": invoice.payable,
        }
    )
    say("")
    table(
        ("Line", "Order", "Order's line", "Amount", "Text"),
        [
            (line.number, line.order or "", line.order_line or "", line.amount, line.text)
            for line in invoice.lines
        ],
    )
    for warning in invoice.warnings:
        say(f"{warning.place}: {said(Sentence(warning.message, warning.figures))}")


def _party(party: Party) -> str:
    kind = f"{party.scheme}:" if party.scheme and party.organisation is None else ""
    return " ".join(part for part in (party.name, kind + party.raw) if part)


def _errors(refused: DocumentFaults) -> list[dict[str, str]]:
    return [
        {"pointer": fault.place, "detail": said(Sentence(fault.message, fault.figures))}
        for fault in refused.faults
    ]


def _placed(error: dict[str, str]) -> str:
    return ": ".join(part for part in (error["pointer"], error["detail"]) if part)


def _checked(
    opened: Ledger | None, file: str, settings: Settings, rules: str, engine: Saxon
) -> dict[str, Any]:
    """What was found in a file, for programs. Raises Stopped where nothing can be checked."""
    import msgspec

    from ledger.documents.faults import DocumentFaults
    from ledger.documents.official import CannotCheck, check
    from ledger.registry.checks import keep

    try:
        content = read_document(file, settings.file_limit)
        outcome = check(content, rules, engine)
    except CannotCheck as cannot:
        raise Stopped(cannot.why) from cannot
    except Unreadable as unreadable:
        errors = [{"pointer": "", "detail": unreadable.reason}]
    except DocumentFaults as refused:
        errors = _errors(refused)
    else:
        sha256 = hashlib.sha256(content).hexdigest()
        if opened is not None:
            keep(opened.registry, sha256, outcome.release, msgspec.json.encode(outcome).decode())
        status = "valid" if outcome.is_valid else "not-valid"
        told = {"file": file, "status": status, "sha256": sha256}
        return {**told, **msgspec.to_builtins(outcome), "outcome": outcome}
    return {"file": file, "status": "refused", "errors": errors}


def _tell(result: dict[str, Any]) -> None:
    file = result["file"]
    if result["status"] == "refused":
        for error in result["errors"]:
            say(f"{file}: {_placed(error)}")
        return
    outcome: Checked = result["outcome"]
    for finding in outcome.findings:
        say(said(_finding(file, finding)))
    for sheet, why in outcome.broken:
        tell(
            words(
                "{file}: the rules {sheet} could not be carried out on it: {why}",
                file=file,
                sheet=sheet,
                why=why,
            )
        )
    for sheet in outcome.absent:
        tell(
            words(
                "{file}: the rules {sheet}, which it asks for, are not in the release.",
                file=file,
                sheet=sheet,
            )
        )
    if not outcome.in_force:
        tell(_of_another_day(file, outcome))
    told = SAID[outcome.is_valid]
    tell(Sentence(told.template, {"file": file, "release": outcome.release}))


def _finding(file: str, finding: Finding) -> Sentence:
    figures = {
        "file": file,
        "line": finding.line or "?",
        "place": finding.place,
        "text": finding.text,
        "rule": finding.rule,
    }
    return Sentence(FLAGS[finding.flag].template, figures)


def _of_another_day(file: str, outcome: Checked) -> Sentence:
    if outcome.on is None:
        return words(
            "{file}: it has no day that can be read; the newest release was asked.", file=file
        )
    return words(
        "{file}: the rules of {on} are not here; those of release {release} were asked.",
        file=file,
        on=outcome.on.isoformat(),
        release=outcome.release,
    )
