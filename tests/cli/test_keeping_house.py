"""The check of the read models, and their rebuilding."""

import sqlite3

from ledger.cli.output import said
from ledger.cli.rebuild import SAME
from ledger.projections.database import SHAPE


def test_a_difference_in_the_read_models_is_named_and_a_rebuild_mends_it(desk):
    desk.done("demo", "--programme", "harnosand")
    desk.done("agreement", "list")
    with sqlite3.connect(f"avrop.views.{SHAPE}.db") as connection:
        connection.execute("UPDATE agreements SET title = 'x'")
    result = desk.ask("rebuild", "--check")
    assert result.exit_code == 1
    first, count = result.output.splitlines()
    assert first.startswith("agreements SKO-2023: title is 'x', the log says 'Uppdragsutbildning")
    assert count == "Differences: 1."
    desk.done("rebuild")
    assert desk.done("rebuild", "--check") == f"{said(SAME)}\n"
