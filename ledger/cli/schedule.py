"""An order's sessions and instalments as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.cli.output import due_words, ore, say, status_words, table

if TYPE_CHECKING:
    from ledger.application.answers.orders import Order


def say_schedule(resource: Order) -> None:
    """An order's sessions, its instalments, and what its seats and prices warn of."""
    if resource.sessions:
        say("")
        table(
            ("Session", "Planned", "Line", "Amount", "Status", "On", "Took part", "Mentors"),
            [
                (
                    str(one.number),
                    one.planned_on,
                    str(one.line),
                    ore(one.amount),
                    status_words(one.status),
                    one.settled_on or "",
                    *("" if getattr(one, name) is None else str(getattr(one, name))
                      for name in ("participants", "mentors")),
                )
                for one in resource.sessions
            ],
        )  # fmt: skip
    if resource.instalments:
        say("")
        table(
            ("Instalment", "Due", "Line", "Amount", "Invoiced", "Status"),
            [
                (
                    str(one.number),
                    one.due_on,
                    str(one.line),
                    ore(one.amount),
                    ore(one.invoiced),
                    due_words(one.status),
                )
                for one in resource.instalments
            ],
        )
    for notice in resource.notices:
        say("")
        say(notice.detail)
