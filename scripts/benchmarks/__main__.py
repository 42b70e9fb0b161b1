"""The command behind `scripts/bench`: its options, and the table that it prints."""

import json
import os
import platform
import signal
import sqlite3
import sys
import time

import click
import msgspec

from benchmarks import MEASUREMENTS
from benchmarks.measure import Row, spaced
from benchmarks.surroundings import QUICK, Sizes, Surroundings

DATABASES = ("sqlite", "postgresql")


@click.command()
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(tuple(MEASUREMENTS)),
    help="One measurement; may be given several times.",
)
@click.option("--database", default="both", type=click.Choice((*DATABASES, "both")))
@click.option("--quick", is_flag=True, help="Small sizes: shows that it runs, decides nothing.")
@click.option("--json", "as_json", is_flag=True, help="The table for programs.")
def main(only: tuple[str, ...], database: str, quick: bool, as_json: bool) -> None:
    """Measure Avrop beside what it is compared with, and print one table of ratios."""
    # Asked to stop, it ends as on an error: servers stopped, the temporary folder gone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    start = time.monotonic()
    names = only or tuple(MEASUREMENTS)
    databases = DATABASES if database == "both" else (database,)
    rows: list[Row] = []
    with Surroundings(QUICK if quick else Sizes()) as around:
        for name in names:
            for where in databases:
                rows += MEASUREMENTS[name](around, where)
    machine = (
        f"{os.cpu_count()} processors, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {platform.system()}"
    )
    if as_json:
        found = {"quick": quick, "machine": machine, "rows": msgspec.to_builtins(rows)}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    click.echo(f"{machine}; {time.monotonic() - start:.0f} s")
    if quick:
        click.echo("Quick: the sizes are too small for the ratios to say anything.")
    _print(rows)


def _print(rows: list[Row]) -> None:
    """Figures to the right, one line a row; the spread is the lowest and the highest ratio."""
    columns = ("measured", "database", "ours", "baseline", "", "ratio", "spread", "target", "met")
    text = [
        (
            row.what,
            row.database,
            _figure(row.ours),
            _figure(row.baseline),
            f"{row.unit}, {row.baseline_is}",
            f"{row.ratio:.2f}",
            f"{row.low:.2f} to {row.high:.2f}",
            row.target,
            "yes" if row.met else "NO",
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(columns, *text, strict=True)]
    for cells in (columns, *text):
        click.echo(
            "  ".join(
                cell.rjust(width) if name in ("ours", "baseline", "ratio") else cell.ljust(width)
                for name, cell, width in zip(columns, cells, widths, strict=True)
            ).rstrip()
        )
    for row in rows:
        if row.remark:
            click.echo(f"{row.name}, {row.database}: {row.remark}.")


def _figure(value: float) -> str:
    return spaced(value) if value >= 100 else f"{value:.2f}"


if __name__ == "__main__":
    sys.exit(main())
