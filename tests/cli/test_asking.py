"""How the command line is asked: values in words, files, the address of the ledger, help."""

import os
import subprocess
import sys

import pytest

from ledger.bounds import MAX_JSON_BODY, MAX_PAGE
from ledger.cli.opening import every
from tests.conftest import AGREEMENT


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--known-at", "nonsense", "Not a moment"),
        ("--known-at", "2026-01-31", "Not a moment"),
        ("--known-at", "0001-01-01T00:00:00+14:00", "between 1990 and 2200"),
        ("--as-of", "2026-02-30", "Not a date"),
        ("--as-of", "1066-10-14", "between 1990 and 2200"),
        ("--as-of", "", "Not a date"),
    ],
)
@pytest.mark.parametrize("verb", ["balance", "statement"])
def test_a_wrong_date_is_a_wrong_question_in_words(desk, verb, option, value, said):
    assert said in desk.refused(verb, "SKO-2023", option, value, status=2)


def test_a_wrong_organisation_number_or_role_is_a_wrong_question(desk):
    token = ("token", "add", "--person", "P")
    wrong = desk.refused(*token, "--organisation", "2120002404", "--role", "finance", status=2)
    assert "check digit" in wrong
    wrong = desk.refused(*token, "--organisation", "2120002403", "--role", "king", status=2)
    assert "'king' is not one of" in wrong


@pytest.mark.parametrize(
    "asked",
    [
        ("agreement", "show", "X"),
        ("balance", "X"),
        ("statement", "X"),
        ("history", "X"),
        ("order", "show", "X"),
        ("order", "confirm", "X"),
        ("drawdown", "show", "X"),
        ("drawdown", "approve", "X"),
    ],
)
def test_what_is_not_there_is_refused_by_its_name(desk, asked):
    said = desk.refused(*asked)
    assert said.startswith("There is no ")
    assert said.endswith(" X.\n")


def test_a_body_that_cannot_be_read_is_refused_in_words(desk):
    (desk.folder / "folder").mkdir()
    large = desk.write("large.json", b" " * (MAX_JSON_BODY + 1))
    broken = desk.write("broken.json", b"\xff\xfe{")
    twice = desk.write("twice.json", b'{"number": "A", "number": "B"}')
    a_list = desk.write("list.json", [1])
    for file, said in {
        "none.json": "none.json: The file cannot be read: No such file or directory.",
        "folder": "folder: The file cannot be read: Is a directory.",
        "n\0ul": "The file cannot be read: that is not the name of a file.",
        large: "large.json: The file has more than the 1000000 bytes that are read.",
        broken: "/: The body is not sound JSON.",
        twice: "/number: The member number is given twice.",
        a_list: "/: Invalid input type.",
    }.items():
        assert desk.refused("agreement", "sign", file).strip().endswith(said)


def test_a_body_is_read_from_standard_input(desk):
    body = (desk.folder / desk.write("a.json", AGREEMENT)).read_bytes()
    assert desk.done("agreement", "sign", "-", stdin=body).startswith("SKO-2023: active")


def test_a_ledger_that_is_not_there_is_refused_in_words(desk, monkeypatch):
    (desk.folder / "text.db").write_text("This is a text of some length and no database at all.")
    for address, said in {
        "sqlite:///new.db": "There is no ledger yet: run `avrop init`.",
        "sqlite:///text.db": "sqlite:///text.db is not a database.",
        "sqlite:///no/such/folder/a.db": "The database cannot be reached. Nothing was recorded;",
        "mysql://here": "AVROP_DATABASE must be sqlite:///path or postgresql://user@host/db",
        "postgresql://nobody@127.0.0.1:1/x": "The database cannot be reached.",
    }.items():
        monkeypatch.setenv("AVROP_DATABASE", address)
        assert desk.refused("balance", "X").startswith(said)


def test_a_registry_that_is_gone_is_refused_in_words(desk):
    (desk.folder / "avrop.registry.db").unlink()
    assert desk.refused("queue").startswith("There is no registry")


def test_a_bug_is_not_passed_off_as_a_refusal(desk, monkeypatch):
    monkeypatch.setattr("ledger.cli.queue.ledger", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        desk.ask("queue")


def test_asking_for_help_loads_neither_the_database_nor_the_web():
    code = (
        "import sys, ledger.cli; "
        "print([n for n in ('sqlalchemy', 'flask', 'lxml', 'eventsourcing', 'msgspec', 'rich')"
        " if n in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    assert result.stdout == "[]\n"


def test_the_package_runs_as_a_program():
    command = [sys.executable, "-m", "ledger", "order", "place", "--help"]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "Order a course; a dry run says what it would do to the balance." in result.stdout


def test_a_terminal_that_cannot_show_a_sign_shows_a_question_mark(desk):
    desk.done("agreement", "sign", desk.write("a.json", AGREEMENT))
    result = subprocess.run(
        [sys.executable, "-m", "ledger", "balance", "SKO-2023"],
        check=True,
        capture_output=True,
        encoding="iso-8859-1",
        env={**os.environ, "PYTHONIOENCODING": "iso-8859-1"},
    )
    assert "remaining =" in result.stdout
    assert "? reserved ? committed ? drawn" in result.stdout


def test_a_list_goes_on_past_a_page():
    rows = list(range(1, 2 * MAX_PAGE + 2))

    def listed(after, limit):
        return [row for row in rows if row > after][:limit]

    assert list(every(listed, lambda row: row, first=0)) == rows
