"""Rebuilding the read models, or checking that a rebuild would change nothing."""

import sys
from collections.abc import Callable
from typing import Any

import click

from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, say, tell
from ledger.wording import words

SAME = words("The read models and kept states say what the log says.")


@click.command()
@click.option("--check", is_flag=True, help="Rebuild beside the live ones; exit 1 if they differ.")
def rebuild(check: bool) -> None:
    """Drop and rebuild the read models from the log; drop kept states."""
    from rich.console import Console
    from rich.progress import Progress

    from ledger.projections import Unmade

    opened = ledger()
    found: list[str] = []
    position = 0
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Rebuilding", total=None)

        def progressed(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        if check:
            found = check_rebuild(opened, progressed)
        else:
            opened.store.drop_snapshots()
            try:
                position = opened.views.rebuild(progressed)
            except Unmade as unmade:
                raise Stopped(
                    words("The read models cannot be made from the log: run `avrop verify`.")
                ) from unmade
    if not check:
        tell(words("Rebuilt to position {position}.", position=position))
        return
    for line in found:
        say(line)
    tell(words("Differences: {count}.", count=len(found)) if found else SAME)
    if found:
        sys.exit(1)


def check_rebuild(opened: Any, tell: Callable[[int, int], None] | None = None) -> list[str]:
    """Every difference of the live read models, and of kept states, from the log."""
    from ledger import snapshots
    from ledger.projections import checking

    return checking.check_rebuild(opened, tell) + snapshots.differences(opened.store)
