"""The notary, the witness, bundles and verifying, as somebody at the command line uses them."""

import sqlite3
import subprocess
import sys
import zipfile
from types import SimpleNamespace

import pytest

from ledger.audit.note import WITNESS, read_note, read_verifier_key, verified

AGAIN = {"number": "TRA-2024", "title": "Trainee", "signed_on": "2024-09-02"}

PART = (
    "Nothing of what is here was changed. "
    "That nothing is left out only a bundle of the whole log shows."
)


@pytest.fixture
def notary(desk, monkeypatch):
    """The demonstration, and a notary that has signed it once; its public key."""
    monkeypatch.setenv("AVROP_NOTARY", "notary")
    desk.done("demo", "--programme", "harnosand")
    key = desk.done("notary", "init", "example.org/ledger").strip()
    assert desk.done("notary", "run", "--once") == "Signed size 85 of example.org/ledger.\n"
    return key


def change(statement):
    with sqlite3.connect("avrop.db") as connection:
        connection.execute(statement)


def test_an_untouched_ledger_is_verified_and_one_edit_is_named(desk, notary):
    assert desk.done("verify", "--key", notary).splitlines()[-1] == "Nothing was changed."
    change("UPDATE stored_events SET topic='x' WHERE rowid=4")
    result = desk.ask("verify")
    assert result.exit_code == 1
    assert "! entry 3, " in result.output
    assert result.output.splitlines()[-1] == "WRONG: 1 marked ! above."


def test_without_a_checkpoint_a_ledger_only_agrees_with_itself(desk):
    desk.done("demo", "--programme", "harnosand")
    said = desk.done("verify").splitlines()
    assert said[-1] == "Everything agrees with itself."
    assert "  no checkpoint was given: the log was only held against itself" in said


def test_a_folder_with_a_key_of_its_own_only_agrees_with_itself(desk, notary):
    own = ("--folder", "s", "--key", "s.key")
    stranger = desk.done("notary", "init", "example.org/ledger", *own)
    desk.done("notary", "run", "--once", *own, "--state", "s.state")
    said = desk.done("verify", "--folder", "s").splitlines()
    assert said[-2:] == [
        f"  the key is the folder's own, compare it: {stranger.strip()}",
        "Everything agrees with itself.",
    ]
    assert desk.ask("verify", "--folder", "s", "--key", notary).exit_code == 1


def test_the_notary_signs_only_what_is_new_and_stops_at_a_change(desk, notary):
    assert desk.done("notary", "run", "--once") == "Signed size 85 of example.org/ledger.\n"
    change("UPDATE leaves SET hash=x'" + "00" * 32 + "' WHERE number=7")
    result = desk.ask("notary", "run", "--once", "--recheck")
    assert result.exit_code == 1
    assert "! entry 7, " in result.stdout
    assert result.stderr == "ALARM: nothing was signed.\n"


def test_a_running_notary_looks_through_the_whole_list_of_events_now_and_then(
    desk, notary, monkeypatch
):
    monkeypatch.setattr("ledger.cli.notary.NOTARY_WHOLE", 3)
    cycles = []

    def pause(_seconds):
        cycles.append(1)
        if len(cycles) == 1:
            change(
                "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state)"
                " SELECT -1, 'order/X', 1, topic, state FROM stored_events WHERE rowid = 1"
            )

    monkeypatch.setattr("ledger.cli.notary.time", SimpleNamespace(sleep=pause))
    result = desk.ask("notary", "run")
    assert "! order/X version 1 has no leaf hash" in result.stdout
    assert result.stderr == "ALARM: nothing was signed.\n"
    assert len(cycles) == 3, "the fourth cycle looked at all"


def test_a_key_is_never_overwritten_and_a_missing_or_wrong_one_is_refused_in_words(desk, notary):
    said = desk.refused("notary", "init", "example.org/other")
    assert said == "avrop-notary.key is there already; a key is never overwritten.\n"
    said = desk.refused("notary", "run", "--once", "--key", "none")
    assert said == "There is no key none: run `avrop notary init`.\n"
    desk.done("notary", "init", "example.org/witness", "--witness", "--key", "witness.key")
    said = desk.refused("notary", "run", "--once", "--key", "witness.key")
    assert said == "witness.key is a key of the other kind: a notary's is no witness's.\n"
    assert "spaces" in desk.refused("notary", "init", "two words", "--key", "new.key")


def test_where_nobody_says_the_notarys_folder_it_is_asked_for(desk):
    for verb in (("notary", "init", "a"), ("bundle", "--all", "all.zip")):
        assert "--folder or in AVROP_NOTARY" in desk.refused(*verb)


def test_a_bundle_of_an_agreement_is_verified_by_the_command_and_by_its_own_file(desk, notary):
    said = desk.done("bundle", "SKO-2023", "sko.zip")
    assert said == "sko.zip: the tree of size 85, signed by example.org/ledger.\n"
    held = ("--key", notary, "--checkpoint", "notary/checkpoint")
    assert desk.done("verify", "sko.zip", *held).splitlines()[-1] == PART
    with zipfile.ZipFile("sko.zip") as file:
        file.extractall("sko")
    alone = [sys.executable, "-I", "sko/verify.py", *held]
    done = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, PART)
    assert "SKO-2023, limit cap: the figures were worked out again from the events" in done.stdout


def test_a_bundle_of_the_whole_log_that_was_changed_is_wrong(desk, notary):
    desk.done("bundle", "--all", "all.zip")
    held = ("--key", notary, "--checkpoint", "notary/checkpoint")
    assert desk.done("verify", "all.zip", *held).splitlines()[-1] == "Nothing was changed."
    with zipfile.ZipFile("all.zip") as file:
        file.extractall("all")
    (desk.folder / "all/tile/0/000.p/85").write_bytes(b"\0" * 32 * 85)
    result = desk.ask("verify", "all")
    assert result.exit_code == 1
    assert result.output.splitlines()[-1].startswith("WRONG: ")


def test_no_bundle_is_made_of_a_log_that_was_changed_or_of_what_is_not_there(desk, notary):
    assert "There is no agreement NONE." in desk.refused("bundle", "NONE", "none.zip")
    assert "Write: avrop bundle" in desk.refused("bundle", "none.zip", status=2)
    change("UPDATE stored_events SET topic='x' WHERE rowid=4")
    said = desk.refused("bundle", "--all", "all.zip")
    assert said.startswith("No bundle was made: entry 3, ")
    assert list(desk.folder.glob("*.zip*")) == []


def test_a_later_bundle_carries_the_first_checkpoint_of_the_day(desk, notary):
    signing = {
        **AGAIN,
        "currency": "SEK",
        "cap": "1000.00",
        "buyers": [{"organisation": "2120002403"}],
        "suppliers": [{"organisation": "2021004524"}],
        "starts_on": "2024-09-02",
        "ends_on": "2028-09-01",
        "regime": "lou_19a_direct",
    }
    desk.done("agreement", "sign", desk.write("signing.json", signing))
    assert desk.done("notary", "run", "--once") == "Signed size 89 of example.org/ledger.\n"
    desk.done("bundle", "TRA-2024", "tra.zip")
    with zipfile.ZipFile("tra.zip") as file:
        names = file.namelist()
    assert "checkpoints/85" in names
    assert [name for name in names if name.startswith("entries/")] == ["entries/87"]
    said = desk.done("verify", "tra.zip")
    assert "1 of the log's 89 entries are here and were hashed" in said


def test_a_witness_cosigns_growth_and_refuses_a_checkpoint_of_another_log(desk, notary):
    witness = desk.done("notary", "init", "w.example", "--witness", "--key", "w.key").strip()
    asked = ("notary", "witness", "notary", "--key", "w.key", "--log-key", notary)
    said = desk.done(*asked, "--out", "notary/checkpoint")
    assert said == "Cosigned: notary/checkpoint.\n"
    note = read_note((desk.folder / "notary/checkpoint").read_bytes())
    key = read_verifier_key(witness)
    assert key.kind == WITNESS
    assert verified(note, [key]) == (key,)
    desk.done("bundle", "SKO-2023", "sko.zip", "--witness", witness)
    said = desk.done("verify", "sko.zip", "--key", notary)
    assert "signed by w.example, a witness by the bundle's own word\n" in said
    said = desk.done("verify", "sko.zip", "--key", notary, "--witness", witness)
    assert "signed by w.example\n" in said
    other = desk.done("notary", "init", "b", "--folder", "b", "--key", "b.key").strip()
    desk.refused("notary", "witness", "notary", "--key", "w.key", "--log-key", other)
    assert "That is no public key" in desk.refused(*asked[:-1], "x")


def test_ones_own_checkpoint_is_held_against_the_log_and_a_forged_one_is_named(
    desk, notary, tmp_path
):
    kept = tmp_path / "kept"
    kept.write_bytes((desk.folder / "notary/checkpoint").read_bytes())
    asked = ("verify", "--key", notary, "--checkpoint", str(kept))
    assert desk.done(*asked).splitlines()[-1] == "Nothing was changed."
    kept.write_bytes(kept.read_bytes().replace(b"\n85\n", b"\n86\n"))
    result = desk.ask(*asked)
    assert result.exit_code == 1
    assert "! the checkpoint kept cannot be relied on: the signature of " in result.output


def test_the_notary_and_verify_speak_swedish_where_the_terminal_does(desk, notary, monkeypatch):
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    assert desk.done("verify").splitlines()[-1] == "Allt stämmer med sig självt."
    said = desk.done("verify", "--key", notary).splitlines()
    assert said[-1] == "Inget har ändrats."
    assert all(line.startswith("  ") for line in said[:-1])
    assert "lövhashar kontrollerades" in said[0]
    change("UPDATE stored_events SET topic='x' WHERE rowid=4")
    result = desk.ask("verify")
    assert result.exit_code == 1
    assert "! post 3, " in result.output
    assert result.output.splitlines()[-1] == "FEL: 1 märkta med ! ovan."
    assert desk.refused("notary", "run", "--once", "--recheck") == "LARM: inget signerades.\n"
