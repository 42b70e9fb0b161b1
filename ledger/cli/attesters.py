"""Who may attest an organisation's costs, as tables."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ledger.cli.output import Cell, ore, say, table, term

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.application.answers.organisations import (
        Attester,
        AttestRight,
        NamedDeputy,
        Organisation,
    )
    from ledger.domain.organisation import State
    from ledger.opening import Ledger


def found(opened: Ledger, number: str, known_at: datetime | None = None) -> State:
    """An organisation as it is, or was known to be at a moment."""
    from ledger.projections import organisations

    opened.views.catch_up()
    with opened.views.database.reading() as connection:
        state: State = organisations.find(connection, number, known_at).state
    return state


def named(
    opened: Ledger, items: Sequence[Attester | AttestRight | NamedDeputy]
) -> Callable[[str | None], str]:
    """Says the name of a person, or their id where they have none any more."""
    members = ("person", "deputy", "deputy_for")
    ids = {getattr(item, name, None) or "" for item in items for name in members}
    names = opened.registry.names(ids - {""})
    return lambda id: "" if id is None else names.get(id, id)


def tables(opened: Ledger, resource: Organisation) -> None:
    said = named(opened, [*resource.rights, *resource.deputies])
    rights: list[tuple[Cell, ...]] = [
        (
            str(one.number),
            said(one.person),
            " ".join(one.responsibilities),
            term("none") if one.limit is None else ore(one.limit),
            one.starts_on,
            one.ends_on or "",
            term("yes" if one.in_force else "no"),
            one.decision,
        )
        for one in resource.rights
    ]
    table(("Right", "Person", "Codes", "Limit", "From", "To", "In force", "Decision"), rights)
    if not resource.deputies:
        return
    say("")
    table(
        ("Deputy", "Person", "For", "From", "To", "In force", "Decision"),
        [
            (
                str(one.number),
                said(one.deputy),
                said(one.person),
                one.starts_on,
                one.ends_on or "",
                term("yes" if one.in_force else "no"),
                one.decision,
            )
            for one in resource.deputies
        ],
    )
