"""At an alarm the notary tells whoever is to be told, by a program of theirs."""

import sqlite3
import stat
import sys

import pytest

from ledger.audit.published import alarm_of


@pytest.fixture
def signed(desk, monkeypatch):
    """The demonstration, signed once; a program that keeps what it is given."""
    monkeypatch.setenv("AVROP_NOTARY", "notary")
    desk.done("demo", "--programme", "harnosand")
    desk.done("notary", "init", "example.org/ledger")
    desk.done("notary", "run", "--once")
    return desk


@pytest.fixture
def program(tmp_path):
    """A program that writes down its arguments and its input."""
    path = tmp_path / "tell me"
    path.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "with open(sys.argv[1], 'a') as kept:\n"
        "    kept.write(f'{sys.argv[2:]} {sys.stdin.read()}')\n"
        "sys.exit(3 if 'fail' in sys.argv else 0)\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def change():
    with sqlite3.connect("avrop.db") as connection:
        connection.execute("UPDATE stored_events SET topic='x' WHERE rowid=86")
        connection.execute("DELETE FROM stored_events WHERE rowid=85")


def test_a_program_is_run_once_at_an_alarm_and_is_given_the_words(signed, program, tmp_path):
    kept = tmp_path / "kept"
    command = f"'{program}' {kept} --to 'on duty'"
    signed.done("notary", "run", "--once", "--on-alarm", command)
    assert not kept.exists(), "the control: where all is well nobody is woken"
    change()
    done = signed.ask("notary", "run", "--once", "--recheck", "--on-alarm", command)
    assert done.exit_code == 1
    told = kept.read_text()
    assert told.startswith("['--to', 'on duty'] ")
    assert told.count("--to") == 1
    assert alarm_of(signed.folder / "notary") in told != ""


def test_a_program_that_fails_is_said_and_the_alarm_stands(signed, program, tmp_path):
    change()
    command = f"'{program}' {tmp_path / 'kept'} fail"
    done = signed.ask("notary", "run", "--once", "--recheck", "--on-alarm", command)
    assert done.exit_code == 1
    assert "ended with status 3" in done.output
    assert "ALARM" in done.output
    assert alarm_of(signed.folder / "notary")


@pytest.mark.parametrize(
    ("command", "said"), [("no-such-program", "There is no program"), ("'", "is no command")]
)
def test_a_program_that_is_none_is_refused_before_anybody_relies_on_it(signed, command, said):
    done = signed.ask("notary", "run", "--once", "--on-alarm", command)
    assert done.exit_code == 1
    assert said in done.output
