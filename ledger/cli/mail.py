"""Mail: the worker that sends it, what could not be sent, and where people are written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger.cli.notary import key_option, signer, state_option
from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, day_in_sweden, said, say_json, table, tell
from ledger.cli.parameters import as_json
from ledger.cli.proof import folder_option
from ledger.cli.verbs import Noun
from ledger.domain.refusals import NotFound
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.registry.outbox import Message


@click.command()
@click.option("--once", is_flag=True, help="Look once, and end.")
@click.option("--notary", "signs", is_flag=True, help="Also sign, as avrop notary run does.")
@key_option
@state_option
@folder_option
def worker(once: bool, signs: bool, key_file: Path, state: Path, folder: Path | None) -> None:
    """Send mail, call webhooks and look at the calendar: one process a ledger.

    Without AVROP_SMTP it sends no mail. A part that fails is begun again. It ends at SIGTERM.
    """
    from ledger import logs
    from ledger.outbox.worker import Occupied, Worker, alone, listen

    opened = ledger()
    logs.begin(opened.settings.log_level or "info", opened.settings.log_format)
    try:
        cycle = signer(opened, key_file, state, folder) if signs else None
        at_work = Worker(opened, notary=cycle)
    except ValueError as error:
        raise Stopped(str(error)) from error
    try:
        if once:
            with alone(opened):
                at_work.round()
            return
        listen(at_work)
        at_work.run()
    except Occupied as error:
        raise Stopped(words("Another worker is at this ledger already.")) from error


@click.group(cls=Noun)
def outbox() -> None:
    """Mail that waits, was sent, or could not be delivered."""


@outbox.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what waits and what was sent.")
@as_json
def listed(everything: bool, as_json: bool) -> None:
    """Messages that nobody could deliver, with the reason."""
    from ledger.outbox.saying import STATES, subject
    from ledger.registry import outbox as kept

    opened = ledger()
    states = kept.STATES if everything else ("dead",)
    found = kept.every(opened.registry, states)
    if as_json:
        say_json({"items": [_answer(one) for one in found]})
        return
    table(
        ("Message", "Made", "What", "To", "Status", "Attempts", "Why"),
        [
            (
                one.id,
                day_in_sweden(one.made_at),
                said(subject(opened, one)),
                one.whose,
                said(STATES[one.state]),
                str(one.attempts),
                one.failure,
            )
            for one in found
        ],
    )


def _answer(one: Message) -> dict[str, object]:
    return {
        "id": one.id,
        "made_at": one.made_at,
        "kind": one.kind,
        "to": one.whose,
        "status": one.state,
        "attempts": one.attempts,
        "failure": one.failure,
    }


@outbox.command()
@click.argument("id")
def retry(id: str) -> None:
    """Let the dead message ID wait to be sent again."""
    from ledger.registry import outbox as kept

    if not kept.retry(ledger().registry, id):
        raise NotFound(what="message", name=id)
    tell(words("{id} waits to be sent again.", id=id))
