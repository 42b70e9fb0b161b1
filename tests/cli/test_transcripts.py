"""The manual of the command line is true: each of its console blocks answers as it says."""

import shutil

import click
import pytest

from ledger.cli import main
from tests.cli.manual import MANUAL, Terminal, exchanges, says
from tests.clock import STARTED


@pytest.fixture
def at_desk(database, tmp_path, monkeypatch):
    """A folder with the manual's examples and no ledger yet; the words for its address."""
    folder = tmp_path / "desk"
    folder.mkdir()
    shutil.copytree(MANUAL.parent / "examples", folder / "docs" / "examples")
    monkeypatch.chdir(folder)
    address = "sqlite:///avrop.db" if database.startswith("sqlite") else database
    monkeypatch.setenv("AVROP_DATABASE", address)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    # Each command is asked on a day of its own, also before that of the one before it.
    monkeypatch.setenv("AVROP_LOG_LEVEL", "error")
    # An hour that turns while the manual is played would be told of in the log.
    monkeypatch.setattr("ledger.attempts.hour_of", lambda _: "2026-11-23T15")
    return address.rpartition("@")[2]


def test_every_command_of_the_manual_answers_as_the_manual_says(at_desk):
    asked = exchanges(MANUAL.read_text(encoding="utf-8"))
    assert len(asked) > 40
    terminal = Terminal(STARTED)
    for command, words in asked:
        got = terminal.run(command)
        expected = words.replace("sqlite:///avrop.db", at_desk)
        assert says(expected, got), f"$ {command}\n-- expected:\n{expected}\n-- got:\n{got}"


def test_every_verb_is_in_the_manual():
    text = MANUAL.read_text(encoding="utf-8")
    missing = [name for name in _verbs("avrop", main) if name not in text]
    assert missing == []


def test_every_example_is_used_in_the_manual():
    text = MANUAL.read_text(encoding="utf-8")
    examples = [path.name for path in (MANUAL.parent / "examples").iterdir() if path.is_file()]
    assert [name for name in examples if f"docs/examples/{name}" not in text] == []


def test_an_answer_that_differs_is_not_taken_for_the_expected_one():
    assert says("at <moment>, 5 kr\n", "at 2026-01-31T12:00:00Z, 5 kr\n")
    assert not says("at <moment>, 5 kr\n", "at 2026-01-31T12:00:00Z, 6 kr\n")
    assert not says("at <moment>\n", "at noon\n")
    assert not says("5 kr\n", "5 kr\n\n")


def _verbs(path, command):
    if not isinstance(command, click.Group):
        return [path]
    context = click.Context(command)
    return [
        verb
        for name in command.list_commands(context)
        for verb in _verbs(f"{path} {name}", command.get_command(context, name))
    ]
