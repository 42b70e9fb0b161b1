"""The verbs that keep a ledger, at the command line: what they say and what they refuse."""

import json
from pathlib import Path

from ledger.cli import keeping
from ledger.keeping.manifest import MANIFEST, newest
from tests.cli.manual import MANUAL, Terminal, exchanges, says


def test_on_postgresql_the_lines_of_its_own_tools_are_said(desk, monkeypatch):
    monkeypatch.setenv("AVROP_DATABASE", "postgresql://avrop:secret@db.example.org/avrop")
    said = desk.refused("backup", "backups")
    assert "secret" not in said
    for tool in ("pg_dump --format=custom --schema=", "pgbackrest", "barman backup"):
        assert tool in said
    assert len(said.strip().splitlines()) == 1 + len(keeping.POSTGRESQL)
    assert not Path("backups").exists()


def test_the_verb_says_where_it_is_and_what_is_lacking(desk):
    said = desk.done("backup", "backups")
    assert "Backed up to backups/avrop-" in said
    assert "No signed checkpoint is in it" in said
    made = json.loads((newest(Path("backups")) / MANIFEST).read_text())
    assert made["log"]["size"] == 0


def test_the_manuals_lines_for_sqlite_answer_as_it_says(desk):
    text = MANUAL.read_text(encoding="utf-8").replace("```console sqlite\n", "```console\n")
    whole = exchanges(text)
    asked = [one for one in whole if one not in exchanges(MANUAL.read_text(encoding="utf-8"))]
    assert len(asked) >= 2
    desk.done("demo", "--programme", "harnosand")
    terminal = Terminal(desk.clock)
    for command, expected in asked:
        got = terminal.run(command)
        assert says(expected, got), f"$ {command}\n-- expected:\n{expected}\n-- got:\n{got}"
