"""What people tried and were refused, and who was given a bundle."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.access import every_of, names_of, then_of
from ledger.cli.exporting import File, write_file
from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, language, say_json, second, table, term
from ledger.cli.parameters import DAY, ORGANISATION, as_file, as_json, known_at, recorded_as_of
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.opening import Ledger


@click.command()
@click.option("--person", help="Of this person, by name or id.")
@click.option("--organisation", type=ORGANISATION, help="Of this organisation's people.")
@click.option("--agreement", help="On this agreement.")
@click.option("--kind", help="Refused so: the refusal's type, as cap-exceeded.")
@click.option("--from", "since", type=DAY, help="From this business date.")
@click.option("--to", "until", type=DAY, help="Up to and with this business date.")
@recorded_as_of
@known_at
@as_file
@as_json
def attempts(
    person: str | None,
    as_of: date | None,
    known_at: datetime | None,
    to_file: File | None,
    as_json: bool,
    **narrowed: Any,
) -> None:
    """Commands that were refused over a limit or for want of a right."""
    from ledger.application.answers.access import RecordedAttempt, attempt_answer
    from ledger.numbers import agreement_number
    from ledger.projections import access

    opened = ledger()
    if narrowed["agreement"] is not None:
        narrowed["agreement"] = agreement_number(opened, narrowed["agreement"])
    narrowed["person"] = None if person is None else _person(opened, person)
    then = then_of(as_of, known_at)
    narrowed["access_of"] = None  # of all: the server's command line
    found = every_of(opened, access.tried, lambda one: one.row["position"], then=then, **narrowed)
    items = [attempt_answer(one, language()) for one in found]
    if to_file is not None:
        write_file(opened, to_file, RecordedAttempt, items, as_of, known_at)
        return
    if as_json:
        say_json(items)
        return
    names = names_of(opened, items)
    table(
        ("Recorded", "By", "Role", "Tried", "On", "Refused"),
        [
            (
                second(item.recorded_at),
                names[item.by.person],
                term(item.by.role),
                item.action or "",
                (item.about or "").partition("/")[2],
                item.kind or term("and more that hour"),
            )
            for item in items
        ],
    )


def _person(opened: Ledger, name: str) -> str:
    """The id of somebody who is named by it, or by their name. Raises Stopped."""
    found = opened.registry.anywhere(name)
    if found is None:
        raise Stopped(words("Nobody here is called {name}.", name=name))
    return found
