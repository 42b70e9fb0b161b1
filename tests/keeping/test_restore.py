"""Putting a backup back: what it was, verified, and letting in nobody who was let go since."""

import json
import shutil
import sqlite3
from datetime import date, timedelta

import msgspec
import pytest

from ledger import people, verifying
from ledger.audit import tree
from ledger.config import read
from ledger.domain import files
from ledger.domain.events import By
from ledger.keeping.backing import back_up
from ledger.keeping.files import digest
from ledger.keeping.manifest import LOG, MANIFEST, REGISTRY
from ledger.opening import open_ledger
from ledger.projections import checking
from ledger.projections.database import SHAPE
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.keeping.keeping_given import NOTHING, Drill, signed
from tests.people import let_in, person_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
BUYER = "2120002403"
DAY = date(2019, 5, 4)


@pytest.fixture
def drill(harnosand, tmp_path):
    return Drill(harnosand, tmp_path)


def test_what_is_restored_elsewhere_is_what_was_backed_up(drill, tmp_path):
    outside = signed(drill.ledger, tmp_path)
    restored = drill.restore(outside)
    assert restored.known == 0
    again = drill.opened()
    assert again.store.leaves.head() == drill.ledger.store.leaves.head()
    assert verifying.verify(again, outside).findings == ()
    assert checking.check_rebuild(again) == []
    drill.ledger.views.catch_up()
    assert checking.differences(again.views.database, drill.ledger.views.database) == []
    names = [[one.name for one in each.registry.people()] for each in (again, drill.ledger)]
    assert names[0] == names[1]
    let_in(again, "Ny Chef", BUYER, ("manager",))  # it can be written to
    again.close()


def test_it_says_up_to_where_it_goes_and_what_is_known_elsewhere(drill, tmp_path):
    size = drill.made.manifest.log.size
    let_in(drill.ledger, "Efter Kopian", BUYER, ("manager",))
    outside = signed(drill.ledger, tmp_path)
    restored = drill.restore(outside)
    assert (restored.size, restored.known) == (size, drill.ledger.store.leaves.head().size)
    assert restored.known > size


def test_the_log_is_held_against_a_checkpoint_from_before(drill, tmp_path):
    """A backup that agrees with itself, of a log in which an event was edited with its tree."""
    outside = signed(drill.ledger, tmp_path)
    edited = tmp_path / "edited.db"
    shutil.copy(drill.made.folder / LOG, edited)
    with sqlite3.connect(edited) as log:
        for table in ("leaves", "nodes", "head"):
            log.execute(f"DROP TABLE {table}")
        log.execute(
            "UPDATE stored_events SET state = "
            "CAST(replace(CAST(state AS TEXT), 'Strategiskt', 'strategiskt') AS BLOB)"
        )
    forged = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{edited}"}), STARTED)
    forged.create()
    shutil.copy(drill.made.folder / REGISTRY, forged.settings.registry.removeprefix("sqlite:///"))
    lying = back_up(forged.settings, tmp_path / "lying", 14, forged.now)
    forged.close()
    shutil.rmtree(drill.made.folder)
    lying.folder.rename(drill.made.folder)
    said = drill.refused(outside)
    assert "the log no longer gives the root of the checkpoint of size" in said
    drill.restore()  # the control: without the checkpoint nobody can tell


def test_who_was_let_go_since_the_backup_is_not_let_in(harnosand, tmp_path):
    for_good = let_in(harnosand, "Blir Kvar", BUYER, ("manager",))
    revoked = let_in(harnosand, "Förlorade Sin Nyckel", BUYER, ("manager",))
    erased = let_in(harnosand, "Ville Glömmas", BUYER, ("manager",))
    drill = Drill(harnosand, tmp_path)
    people.end_token(harnosand.service, harnosand.registry, revoked, "Lost")
    people.erase(harnosand.service, harnosand.registry, person_of(harnosand, "Ville Glömmas"))
    restored = drill.restore(ended=harnosand.settings.ended_file)
    assert (len(restored.ended.tokens), len(restored.ended.persons)) == (1, 1)
    again = drill.opened()
    callers = [again.registry.caller(token) for token in (for_good, revoked, erased)]
    assert [caller is not None for caller in callers] == [True, False, False]
    assert "Ville Glömmas" not in {one.name for one in again.registry.people()}
    again.close()
    assert drill.settings.ended_file.read_bytes() == harnosand.settings.ended_file.read_bytes()


def test_without_the_file_of_what_was_ended_they_are_let_in(harnosand, tmp_path):
    """The control: it is the file that keeps them out, and it holds nothing personal."""
    revoked = let_in(harnosand, "Förlorade Sin Nyckel", BUYER, ("manager",))
    drill = Drill(harnosand, tmp_path)
    people.end_token(harnosand.service, harnosand.registry, revoked, "Lost")
    drill.restore()
    again = drill.opened()
    assert again.registry.caller(revoked) is not None
    again.close()
    noted = harnosand.settings.ended_file
    assert noted.stat().st_mode & 0o777 == 0o600
    (line,) = noted.read_text().splitlines()
    assert set(json.loads(line)) == {"at", "what", "id"}
    assert revoked not in line


def test_ways_in_that_were_changed_since_are_closed(harnosand, tmp_path):
    registry = harnosand.registry
    person = person_of(harnosand, "Byter Lösenord")
    sign_in = registry.accept(registry.invite(person, 7), passphrase="digest")
    left = registry.accept(registry.invite(person_of(harnosand, "Byter Väg"), 7), passphrase="x")
    open_invitation = registry.invite(person_of(harnosand, "Inbjuden"), 7)
    drill = Drill(harnosand, tmp_path)
    registry.set_passphrase(sign_in, "another")
    other = person_of(harnosand, "Byter Väg")
    assert registry.accept(registry.invite(other, 7), passphrase="y") != left
    restored = drill.restore(ended=harnosand.settings.ended_file)
    assert restored.ended.sign_ins == 2
    again = drill.opened()
    assert again.registry.passphrase_of(sign_in) == ""
    assert again.registry.sign_in_of(other) is None
    assert again.registry.invited(open_invitation) is None
    again.close()


def test_what_was_changed_before_the_backup_stays_as_it_is(harnosand, tmp_path):
    registry = harnosand.registry
    sign_in = registry.accept(registry.invite(person_of(harnosand, "A B"), 7), passphrase="digest")
    registry.set_passphrase(sign_in, "another")
    drill = Drill(harnosand, tmp_path)
    assert drill.restore(ended=harnosand.settings.ended_file).ended.sign_ins == 0
    again = drill.opened()
    assert again.registry.passphrase_of(sign_in) == "another"
    again.close()


# ── What stands in the way ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("there", ["avrop.db", "avrop.db-wal", "avrop.registry.db"])
def test_a_database_that_is_there_is_never_written_over(drill, there):
    drill.elsewhere.parent.mkdir()
    (drill.elsewhere.parent / there).write_bytes(b"mine")
    said = drill.refused()
    assert f"{there} is there already, and nothing is restored over it: give another place" in said
    assert (drill.elsewhere.parent / there).read_bytes() == b"mine"


@pytest.mark.parametrize("name", [LOG, REGISTRY])
def test_a_file_that_was_cut_is_named(drill, name):
    path = drill.made.folder / name
    path.write_bytes(path.read_bytes()[:-1])
    assert f"{name} has " in (said := drill.refused())
    assert "it was cut or changed. Restore another backup" in said


@pytest.mark.parametrize("name", [LOG, REGISTRY])
def test_a_file_with_another_byte_is_named(drill, name):
    path = drill.made.folder / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert f"{name} is not what was backed up: its SHA-256 is another" in drill.refused()


@pytest.mark.parametrize("name", [LOG, REGISTRY, MANIFEST])
def test_a_link_is_not_followed(drill, name, tmp_path):
    path = drill.made.folder / name
    path.rename(tmp_path / "outside")
    path.symlink_to(tmp_path / "outside")
    if name == MANIFEST:  # of a folder that is named itself
        drill.backups = drill.made.folder
    assert f"{name} is no file itself, perhaps a link" in drill.refused()


@pytest.mark.parametrize("name", [LOG, REGISTRY])
def test_a_file_that_is_gone_is_named(drill, name):
    (drill.made.folder / name).unlink()
    assert f"{name} cannot be read: No such file" in drill.refused()


def test_a_manifest_that_says_another_tree_is_not_believed(drill):
    log = msgspec.to_builtins(drill.made.manifest.log)
    for lie in ({"size": log["size"] - 1}, {"root": "00" * 32}):
        drill.change(log={**log, **lie})
        assert "the one or the other was changed" in drill.refused()


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"format": 2}, "its format is 2, this version reads 1"),
        ({"log": {}}, "missing required field"),
        ({"made_at": "2026-11-30T15:00:00"}, "no time zone"),
        ({"made_at": 7}, "Expected"),
        ({"program": None}, "Expected `str`"),
        ({"checkpoint": "no\nnote\n", "key": KEY.verifier.text}, "The checkpoint in the manifest"),
        ({"checkpoint": "x", "key": "no key"}, "The checkpoint in the manifest is not good"),
    ],
)
def test_a_manifest_that_cannot_be_is_named(drill, members, why):
    drill.change(**members)
    assert why in drill.refused()


def test_what_is_no_json_and_what_is_too_long_are_no_manifests(drill):
    for data in (b"", b"\xff", b"[" * 100_000, b" " * 300_000):
        (drill.made.folder / MANIFEST).write_bytes(data)
        assert "is no manifest of a backup" in drill.refused()


def test_of_several_the_newest_is_restored_and_one_that_is_named_itself(drill):
    let_in(drill.ledger, "Senare", BUYER, ("manager",))
    later = back_up(drill.ledger.settings, drill.backups, 14, drill.ledger.now + timedelta(1))
    assert drill.restore().folder == later.folder
    drill.backups = drill.made.folder
    drill.settings = read({"AVROP_DATABASE": f"sqlite:///{drill.elsewhere}.other.db"})
    assert drill.restore().size == drill.made.manifest.log.size


def test_a_log_with_facts_of_a_later_version_names_the_versions(drill, tmp_path):
    """Whole, as its tree says, but with a fact that this version has no name for."""
    with sqlite3.connect(later := drill.made.folder / LOG) as log:
        for table in ("leaves", "nodes", "head"):
            log.execute(f"DROP TABLE {table}")
        log.execute("UPDATE stored_events SET topic = 'of-tomorrow' WHERE rowid = 9")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{later}"}), STARTED)
    opened.store.create()
    head = opened.store.leaves.head()
    opened.close()
    drill.made.folder.joinpath("avrop.registry.db-wal").unlink(missing_ok=True)
    count, sha256 = digest(later)
    old = msgspec.to_builtins(drill.made.manifest.log)
    root = tree.root(head).hex()
    drill.change(log={**old, "bytes": count, "sha256": sha256, "root": root}, program="9.9.9")
    said = drill.refused()
    assert "cannot be read" in said
    assert "made by version 9.9.9, this is version" in said


def test_a_restore_that_was_killed_half_way_can_be_asked_again(drill):
    making = drill.elsewhere.with_name(".avrop.db.restoring")
    making.mkdir(parents=True)
    (making / "avrop.db").write_bytes(b"half")
    assert drill.restore().size == drill.made.manifest.log.size
    assert sorted(path.name for path in drill.elsewhere.parent.glob("*.db*")) == [
        "avrop.db",
        "avrop.registry.db",
        f"avrop.views.{SHAPE}.db",
    ]


def test_everything_restored_is_its_owners_alone(drill):
    drill.restore()
    found = {path.stat().st_mode & 0o777 for path in drill.elsewhere.parent.glob("*.db")}
    assert found == {0o600}


def test_what_was_odd_already_when_it_was_backed_up_keeps_nobody_from_restoring(
    harnosand, tmp_path
):
    """Somebody who acted in a role that the log did not give them: found there as here."""
    stranger = By(person="p-0000000000000000", organisation=BUYER, role="manager")
    harnosand.service.execute(files.RemoveFile(file="ab", received_on=DAY, bytes=1), stranger)
    (finding,) = verifying.verify(harnosand, NOTHING).findings
    drill = Drill(harnosand, tmp_path)
    drill.restore()
    again = drill.opened()
    assert verifying.verify(again, NOTHING).findings == (finding,)
    again.close()
