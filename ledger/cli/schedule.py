"""An order's sessions and instalments as tables."""

from typing import Any

from ledger.cli.output import ore, say, status_words, table


def say_schedule(resource: dict[str, Any]) -> None:
    """An order's sessions, its instalments, and what its seats and prices warn of."""
    if resource["sessions"]:
        say("")
        table(
            ("Session", "Planned", "Line", "Amount", "Status", "On", "Took part", "Mentors"),
            [
                (
                    str(one["number"]),
                    one["planned_on"],
                    str(one["line"]),
                    ore(one["amount"]),
                    status_words(one["status"]),
                    one["settled_on"] or "",
                    *("" if one[name] is None else str(one[name])
                      for name in ("participants", "mentors")),
                )
                for one in resource["sessions"]
            ],
        )  # fmt: skip
    if resource["instalments"]:
        say("")
        table(
            ("Instalment", "Due", "Line", "Amount", "Invoiced", "Status"),
            [
                (
                    str(one["number"]),
                    one["due_on"],
                    str(one["line"]),
                    ore(one["amount"]),
                    ore(one["invoiced"]),
                    status_words(one["status"]),
                )
                for one in resource["instalments"]
            ],
        )
    for notice in resource["notices"]:
        say("")
        say(notice["detail"])
