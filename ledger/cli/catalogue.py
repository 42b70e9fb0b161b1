"""What can be done, as a list: for who writes a program against the API, or asks who may."""

from __future__ import annotations

from typing import Any

import click

from ledger.cli.output import say_json, table
from ledger.cli.parameters import as_json


@click.command()
@as_json
def acts(as_json: bool) -> None:
    """Everything that can be done: its command, its route, its verb, and who may."""
    from ledger.application.acts import ACTS

    items: list[dict[str, Any]] = [
        {
            "name": act.name,
            "to": act.to,
            "says": act.says,
            "command": act.command and act.command.__name__,
            "method": act.method,
            "route": act.address,
            "verb": " ".join(act.words),
            "step": act.played_as,
            "roles": list(act.roles),
            "dry_run": act.dry_run,
        }
        for act in ACTS
        if act.route
    ]
    if as_json:
        say_json(items)
        return
    table(
        ("Act", "Command", "Route", "Verb", "Roles"),
        [
            (
                item["name"],
                item["command"] or "",
                f"{item['method']} {item['route']}",
                f"avrop {item['verb']}",
                ", ".join(item["roles"]),
            )
            for item in items
        ],
    )
