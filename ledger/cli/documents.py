"""Received files: e-invoices into drawdowns, or into the queue."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from ledger.application.sentences.flags import flag_words
from ledger.cli.opening import NOBODY_NAMED, Unreadable, ledger, read_file
from ledger.cli.output import (
    language,
    said,
    say,
    say_json,
    second,
    table,
    tell,
    term,
)
from ledger.cli.parameters import ORGANISATION, as_json
from ledger.domain.refusals import Invalid
from ledger.wording import fault_sentence, kronor, words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from ledger.application.answers.received import FileDecision
    from ledger.domain.events import By
    from ledger.intake import Desk, Receipt
    from ledger.intake.decided import Decided
    from ledger.opening import Ledger

SAID = {
    "recorded": words("{file}: recorded as {drawdown}, {amount}."),
    "flagged": words("{file}: recorded as {drawdown}, {amount}. Flagged: {flags}."),
    "duplicate": words("{file}: recorded before, as {drawdown}."),
    "freed": words("{file}: recorded before, as {drawdown}. {reason} {again}"),
    "queued": words("{file}: put in the queue: {reason}"),
    "discarded": words("{file}: discarded before: {reason}\n  {again}"),
}
"""What became of a file, in a sentence each."""
AGAIN = words(
    "“avrop queue retry {sha256}” matches it again, “avrop queue assign {sha256} ORDER” records it "
    "on an order."
)
"""What takes up a file again that was turned down, withdrawn or discarded."""
COUNTED = {
    "recorded": words("{count} recorded"),
    "queued": words("{count} queued"),
    "duplicate": words("{count} recorded before"),
    "discarded": words("{count} discarded before"),
    "refused": words("{count} refused"),
}

DECIDED = {"discarded": words("discarded"), "returned": words("back in the queue")}
"""What a person made of a waiting file."""


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
    desk = desk_of(opened, person, organisation)
    results = []
    with _bar(len(files)) as bar:
        for file in bar.track(files, description=term("Receiving")):
            results.append(_received(file, desk, opened.settings.file_limit))
            if not as_json:
                tell_became(opened, results[-1], bar.console)
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


def desk_of(opened: Ledger, person: str, organisation: str | None) -> Desk:
    from ledger import people
    from ledger.intake import Desk

    organisation = opened.registry.party(organisation) if organisation else None
    parts = opened.service, opened.registry

    def acting(buyer: str) -> By:
        return people.acting(*parts, person, buyer, "finance")

    by = acting(organisation or "")
    of_all = None if organisation else acting
    return Desk(by, opened.service, opened.views, opened.registry, organisation, acting=of_all)


def _received(file: str, desk: Desk, most: int) -> dict[str, Any]:
    """What became of a file of at most so many bytes, for programs."""
    from ledger import intake

    try:
        receipt = intake.receive(read_document(file, most), desk, name=Path(file).name)
    except Invalid as refusal:
        errors = [
            {"pointer": fault.pointer, "detail": fault_sentence(fault, language())}
            for fault in refusal.faults
        ]
    except Unreadable as unreadable:
        errors = [{"pointer": "", "detail": unreadable.reason}]
    else:
        return {"file": file, **receipt_answer(receipt)}
    return {"file": file, "status": "refused", "errors": errors}


def receipt_answer(receipt: Receipt) -> dict[str, Any]:
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


def tell_became(opened: Ledger, result: dict[str, Any], console: Console) -> None:
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
    figures["again"] = said(replace(AGAIN, figures={"sha256": result["sha256"]}))
    status = "freed" if status == "duplicate" and result["freed"] else status
    if state is not None:
        figures["amount"] = kronor(state.amount, state.currency)
        figures["flags"] = flag_words(state.flags, state.currency, language())
        status = "flagged" if state.flags else status
    tell(replace(SAID[status], figures=figures))
    for warning in result["warnings"]:
        say("  " + ": ".join(part for part in (warning["pointer"], warning["detail"]) if part))


def tell_decided(opened: Ledger, decided: Sequence[Decided | FileDecision]) -> None:
    """Who discarded a file and who let it wait again, in order."""
    if not decided:
        return
    names = opened.registry.names({one.person for one in decided})
    say("")
    table(
        ("Decided", "What", "By", "Organisation", "Reason"),
        [
            (
                second(one.at),
                said(DECIDED[one.what]),
                names.get(one.person, one.person),
                one.organisation,
                one.reason,
            )
            for one in decided
        ],
    )
