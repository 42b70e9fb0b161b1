"""What `avrop serve --demo` makes: the demonstration that lives, its tokens and its notary."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from ledger.audit import published
from ledger.audit.checkpoint import read as checkpoint
from ledger.audit.notary import make_key_file
from ledger.cli.output import Stopped
from ledger.clock import day_of
from ledger.config import read
from ledger.demo import PEOPLE
from ledger.domain.events import ROLES
from ledger.opening import open_ledger
from ledger.serving import _is_this_machine, prepare_demo, throw_away
from tests.conftest import recorded
from tests.people import let_in, person_of

NOW = datetime(2027, 3, 14, 9, 30, tzinfo=UTC)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """An empty ledger on SQLite, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    opened = open_ledger(read({"AVROP_DATABASE": "sqlite:///avrop.db"}), lambda: NOW)
    yield opened
    opened.close()


def test_serving_a_demonstration_fills_an_empty_ledger_once_and_gives_a_token_for_each_role(
    opened, capsys
):
    settings = prepare_demo(opened, "http://127.0.0.1:8000")
    before = recorded(opened.store)
    assert prepare_demo(opened, "http://127.0.0.1:8000") == settings
    said = capsys.readouterr().out
    assert recorded(opened.store) == before
    tokens = dict(line.split() for line in said.splitlines() if line.count("  avrop-") == 1)
    assert set(tokens) == set(PEOPLE) == set(ROLES)
    assert opened.registry.caller(tokens["supplier"]).roles == ("supplier",)
    left = [line.split()[0] for line in said.splitlines() if " left  " in line]
    assert left[:7] == [
        "ESF-2024", "LED-2008", "LED-VIM", "OST-2023", "SKO-2023", "TRA-2017", "TRA-VIM",
    ]  # fmt: skip


def test_its_notary_has_signed_three_checkpoints_the_last_of_all_that_is_there(opened, tmp_path):
    prepare_demo(opened, "http://127.0.0.1:8000")
    folder = tmp_path / "avrop-notary"
    newest = published.read(folder)
    assert newest.key.name == "demonstration.avrop.example/2027-03-14"
    kept = sorted((folder / "checkpoints").iterdir())
    assert [path.name for path in kept] == ["2027-01-13", "2027-02-26", "2027-03-14"]
    sizes = [checkpoint(note.text).size for note in published.earlier(folder, newest)]
    assert sizes == sorted(set(sizes))
    # But of the tokens, which are made as it is served.
    there = opened.store.leaves.head().size - len(PEOPLE)
    assert (len(sizes), newest.checkpoint.size) == (2, there)
    # What was signed first is what had been recorded by that day.
    facts = opened.store.follow(0, 10_000)
    before = [fact for fact in facts if day_of(fact.recorded_at).isoformat() < "2027-01-13"]
    assert sizes[0] >= len(before)
    assert sizes[0] < newest.checkpoint.size


def test_a_demonstration_that_is_made_anew_has_a_notary_of_its_own(opened, tmp_path):
    prepare_demo(opened, "http://127.0.0.1:8000")
    first = (tmp_path / "avrop-notary.key").read_text()
    opened.close()
    for path in tmp_path.glob("avrop*.db*"):
        path.unlink()
    again = open_ledger(read({"AVROP_DATABASE": "sqlite:///avrop.db"}), lambda: NOW)
    settings = prepare_demo(again, "http://127.0.0.1:8000")
    assert settings.notary == "avrop-notary"
    assert (tmp_path / "avrop-notary.key").read_text() != first
    assert published.read(tmp_path / "avrop-notary").checkpoint.size == (
        again.store.leaves.head().size - len(PEOPLE)
    )
    again.close()


def test_somebody_elses_notary_is_left_alone(opened, tmp_path):
    key = make_key_file(tmp_path / "avrop-notary.key", "ledger.example.se/2027")
    kept = (tmp_path / "avrop-notary.key").read_text()
    settings = prepare_demo(opened, "http://127.0.0.1:8000")
    assert settings.notary == ""
    assert key.name in kept
    assert (tmp_path / "avrop-notary.key").read_text() == kept
    assert not (tmp_path / "avrop-notary").exists()


def test_a_notary_that_is_set_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = {"AVROP_DATABASE": "sqlite:///avrop.db", "AVROP_NOTARY": "signed"}
    opened = open_ledger(read(given), lambda: NOW)
    assert prepare_demo(opened, "http://127.0.0.1:8000").notary == "signed"
    assert not list(tmp_path.glob("*notary*"))
    opened.close()


def test_a_demonstration_can_be_thrown_away_and_made_anew_and_nothing_else_can(
    opened,
):
    throw_away(opened)  # there is none yet
    prepare_demo(opened, "http://127.0.0.1:8000")
    position = opened.store.position()
    person_of(opened, "Somebody of their own")
    later = open_ledger(opened.settings, lambda: NOW + timedelta(days=40))
    throw_away(later)
    anew = open_ledger(opened.settings, lambda: NOW + timedelta(days=40))
    prepare_demo(anew, "http://127.0.0.1:8000")
    assert anew.registry.anywhere("Somebody of their own") is None
    assert abs(anew.store.position() - position) < 20
    assert day_of(anew.store.newest()) > day_of(NOW)
    anew.close()


@pytest.mark.parametrize("words", [["init"], ["demo", "--programme", "vimmerby"]])
def test_a_ledger_that_is_no_demonstration_of_this_kind_is_never_thrown_away(desk, tmp_path, words):
    desk.done(*words)
    before = {path.name for path in tmp_path.iterdir()}
    said = desk.refused("serve", "--demo", "--anew")
    assert "avrop.db is no demonstration: nothing was thrown away." in said
    assert before <= {path.name for path in tmp_path.iterdir()}
    assert "say --demo too" in desk.refused("serve", "--anew")


def test_a_ledger_that_somebody_keeps_is_never_served_as_a_demonstration(opened, capsys):
    opened.create()
    let_in(opened, "Anna", "2120002403", ("finance",))
    before = opened.store.position()
    with pytest.raises(Stopped, match="holds what is no demonstration's"):
        prepare_demo(opened, "http://127.0.0.1:8000")
    assert opened.store.position() == before
    assert "avrop-" not in capsys.readouterr().out


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "ledger.example.org"])
def test_a_demonstration_is_served_on_this_machine_alone(desk, host):
    assert f"not on {host}" in desk.refused("serve", "--demo", "--host", host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_and_on_this_machine_it_is(host):
    assert _is_this_machine(host)


def test_its_tokens_and_sessions_end_with_it(opened, capsys):
    prepare_demo(opened, "http://127.0.0.1:8000")
    said = capsys.readouterr().out
    token = next(line.split()[1] for line in said.splitlines() if line.startswith("finance "))
    registry = opened.registry
    caller = registry.caller(token)
    session = registry.open_session(caller, None, NOW)
    assert registry.session(session, NOW).caller == replace(caller, token="")
    before, registry.run = registry.run, ""
    kept = let_in(opened, "Anna", "2120002403", ("finance",))
    for run in ("", "another"):
        registry.run = run
        assert registry.caller(token) is None, "also where it was looked up before"
        assert registry.session(session, NOW) is None
        assert registry.caller(kept) is not None, "the control: one that is no demonstration's"
    registry.run = before
    assert registry.caller(token) == caller
