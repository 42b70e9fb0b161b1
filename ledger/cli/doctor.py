"""Whether the ledger is well, and what to do where it is not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ledger.cli.opening import ledger
from ledger.cli.output import said, say, say_json
from ledger.cli.parameters import as_json

if TYPE_CHECKING:
    from ledger.doctor import Finding

MARKS = {"ok": " ", "warning": "?", "fault": "!"}


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Look at everything that a ledger needs to run for years, and say what to do.

    Exit status: 0 where all is well, 1 with a warning (?), 2 with a fault (!).
    """
    from ledger.doctor import worst

    found = _examined()
    if as_json:
        say_json({"status": worst(found), "findings": [_answer(one) for one in found]})
    else:
        for one in found:
            say(f"{MARKS[one.state]} {said(one.said)}")
    sys.exit(worst(found))


def _examined() -> list[Finding]:
    from ledger.doctor import examine, unopened
    from ledger.domain.refusals import Unavailable

    try:
        return examine(ledger(check=False))
    except Unavailable as error:
        return [unopened(error)]


def _answer(one: Finding) -> dict[str, object]:
    return {"name": one.name, "state": one.state, "said": said(one.said), **one.figures}
