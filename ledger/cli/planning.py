"""What may come: commands played in thought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ledger.cli.opening import ledger, read_body, today
from ledger.cli.output import Stopped, language, ore, say, say_json, status_words, table
from ledger.cli.parameters import as_json

if TYPE_CHECKING:
    from ledger.web import Ledger


@click.command("what-if")
@click.argument("file")
@click.option("--agreement", help="Under which agreement; by default the only one that there is.")
@click.option("--stop", is_flag=True, help="Stop at the first command that is refused.")
@as_json
def what_if(file: str, agreement: str | None, stop: bool, as_json: bool) -> None:
    """Play the commands in FILE in thought: the balance after each; - for standard input.

    FILE is a JSON list of commands, each the API's body with the name of the command in it.
    Nothing is recorded.
    """
    from ledger.deciding import Loaded
    from ledger.domain.events import By
    from ledger.web import planning, steps
    from ledger.web.parsing import load

    body = load(steps.WhatIf, {"steps": read_body(file), "stop": stop})
    opened = ledger()
    number = agreement or _only_agreement(opened)
    buyer = Loaded(opened.service.load).agreement(number).buyers[0].organisation
    by = By(person="", organisation=buyer, role="manager")
    stage = steps.Stage(number, buyer, today())
    found = planning.played(opened.service, stage, body, by, language())
    if as_json:
        say_json(found)
        return
    say("Nothing is recorded. This is what it would do:")
    say("")
    table(
        ("Step", "Command", "Of", "Outcome", "Amount", "Reserved", "Committed", "Drawn",
         "Remaining"),
        [_before(found), *(_row(step) for step in found["steps"])],
    )  # fmt: skip
    refused = [step for step in found["steps"] if step["refusal"]]
    if refused:
        say("")
    for step in refused:
        faults = [f"{e['pointer'] or '/'}: {e['detail']}" for e in step["refusal"]["errors"]]
        for line in faults or [step["refusal"]["detail"]]:
            say(f"{step['step']}: {line}")


def _only_agreement(opened: Ledger) -> str:
    from ledger.projections import agreements

    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        rows = agreements.listed(connection, None, limit=2)
    if len(rows) != 1:
        raise Stopped("Say with --agreement under which agreement.")
    return rows[0].state.number


PLACES = ("reserved", "committed", "drawn", "remaining")


def _before(found: dict[str, Any]) -> tuple[int | str | None, ...]:
    return ("", "now", found["agreement"], "", "", *(ore(found["before"][p]) for p in PLACES))


def _row(step: dict[str, Any]) -> tuple[int | str | None, ...]:
    amount = ore(step["amount"])
    return (
        str(step["step"]),
        step["command"],
        step["name"] or "",
        "refused" if step["refusal"] else status_words(step["status"]),
        "" if amount is None else amount,
        *(ore(step["balance"][place]) for place in PLACES),
    )
