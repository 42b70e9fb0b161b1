"""The demonstration, the check of the read models, and what serving a demonstration prepares."""

import sqlite3

from ledger.cli.output import said
from ledger.cli.rebuild import SAME
from ledger.config import read
from ledger.demo import PEOPLE
from ledger.domain.events import ROLES
from ledger.opening import open_ledger
from ledger.serving import prepare_demo
from tests.clock import STARTED


def test_a_difference_in_the_read_models_is_named_and_a_rebuild_mends_it(desk):
    desk.done("demo", "--programme", "harnosand")
    desk.done("agreement", "list")
    with sqlite3.connect("avrop.views.db") as connection:
        connection.execute("UPDATE agreements SET title = 'x'")
    result = desk.ask("rebuild", "--check")
    assert result.exit_code == 1
    first, count = result.output.splitlines()
    assert first.startswith("agreements SKO-2023: title is 'x', the log says 'Uppdragsutbildning")
    assert count == "Differences: 1."
    desk.done("rebuild")
    assert desk.done("rebuild", "--check") == f"{said(SAME)}\n"


def test_serving_a_demonstration_fills_an_empty_ledger_once_and_gives_a_token_for_each_role(
    desk, capsys
):
    opened = open_ledger(read(), STARTED)
    prepare_demo(opened, "http://127.0.0.1:8000")
    position = opened.store.position()
    prepare_demo(opened, "http://127.0.0.1:8000")
    said = capsys.readouterr().out
    assert opened.store.position() == position
    tokens = dict(line.split() for line in said.splitlines() if line.count("  avrop-") == 1)
    assert set(tokens) == set(PEOPLE) == set(ROLES)
    assert opened.registry.caller(tokens["supplier"]).roles == ("supplier",)
    opened.close()
