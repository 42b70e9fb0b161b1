"""Backups: whole at each moment also while others write, whole or not there, and nobody else's."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ledger.audit import notary, tree
from ledger.audit.published import publish_key
from ledger.keeping import CannotKeep, backing
from ledger.keeping.backing import UNFINISHED, back_up
from ledger.keeping.manifest import FILES, LOG, REGISTRY, newest, read_manifest
from ledger.registry.happened import BACKED_UP
from ledger.store import open_store
from ledger.verifying import Held, verify_log
from tests.audit.audit_given import KEY
from tests.keeping.keeping_given import writers

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_backup_has_the_log_the_registry_and_what_it_is_of(harnosand, tmp_path):
    ledger = harnosand
    made = back_up(ledger.settings, tmp_path / "backups", 14, ledger.now)
    assert sorted(path.name for path in made.folder.iterdir()) == sorted(FILES)
    head = ledger.store.leaves.head()
    assert made.manifest == read_manifest(made.folder)
    assert (made.manifest.log.size, made.manifest.log.root) == (head.size, tree.root(head).hex())
    assert made.manifest.log.newest_at == ledger.store.newest()
    with sqlite3.connect(made.folder / REGISTRY) as copy:
        names = [row[0] for row in copy.execute("SELECT name FROM persons")]
    assert set(names) == {one.name for one in ledger.registry.people() if one.kind == "person"}


def test_when_it_was_made_is_noted_once_it_is_whole(harnosand, tmp_path):
    assert harnosand.registry.happened(BACKED_UP) is None
    at = harnosand.now
    back_up(harnosand.settings, tmp_path / "backups", 14, at)
    assert harnosand.registry.happened(BACKED_UP) == at


def test_everything_in_it_is_its_owners_alone(harnosand, tmp_path):
    made = back_up(harnosand.settings, tmp_path / "backups", 14, harnosand.now)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in made.folder.iterdir()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (made.folder, made.folder.parent)}
    assert (modes, folders) == ({0o600}, {0o700})


def test_the_newest_signed_checkpoint_is_in_it(harnosand, tmp_path):
    folder = tmp_path / "notary"
    signing = notary.Notary(key=KEY, state=tmp_path / "state", folder=folder)
    note = notary.cycle(signing, harnosand.store.leaves)
    publish_key(folder, KEY.verifier)
    settings = msgspec.structs.replace(harnosand.settings, notary=str(folder))
    made = back_up(settings, tmp_path / "backups", 14, harnosand.now)
    assert made.manifest.checkpoint == note.data.decode()
    assert made.manifest.key == KEY.verifier.text


def test_a_backup_of_each_moment_is_whole_while_others_write(harnosand, tmp_path):
    address = harnosand.settings.database
    with writers(address) as writing:
        made: list[backing.Made] = []
        while len(made) < 4:
            assert all(one.is_alive() for one in writing)
            least = made[-1].manifest.log.size + 6 if made else 0
            if harnosand.store.leaves.head().size >= least:
                made.append(back_up(harnosand.settings, tmp_path / "backups", 9, harnosand.now))
    for one in made:
        store = open_store(f"sqlite:///{one.folder / LOG}")
        assert verify_log(store, Held()) == []
        assert store.leaves.head().size == one.manifest.log.size
        named = {
            fact.by.person for fact in store.follow(0, 10_000) if fact.by.person.startswith("p-")
        }
        store.close()
        with sqlite3.connect(one.folder / REGISTRY) as copy:
            known = {row[0] for row in copy.execute("SELECT id FROM persons")}
        assert named <= known, "each id that the log names is there"


def test_a_registry_copied_before_the_log_lacks_who_came_between(harnosand, tmp_path, monkeypatch):
    """The control: in the other order the check above finds somebody whom the registry lacks."""
    from tests.people import let_in

    copied = []
    inner = backing.files.copy_in_use

    def first_the_registry(source, target):
        if target.name == LOG:
            inner(Path(str(source).replace("avrop.db", "avrop.registry.db")), target.parent / "r")
            let_in(harnosand, "Nyss Kommen", "2120002403", ("manager",))
            copied.append(target.parent / "r")
        inner(source, target)

    monkeypatch.setattr(backing.files, "copy_in_use", first_the_registry)
    made = back_up(harnosand.settings, tmp_path / "backups", 14, harnosand.now)
    with sqlite3.connect(made.folder / "r") as early, sqlite3.connect(made.folder / REGISTRY) as on:
        query = "SELECT count(*) FROM persons WHERE name = 'Nyss Kommen'"
        assert (early.execute(query).fetchone(), on.execute(query).fetchone()) == ((0,), (1,))


def test_only_what_this_verb_made_is_removed(harnosand, tmp_path):
    folder = tmp_path / "backups"
    moments = [harnosand.now + timedelta(days=day) for day in range(5)]
    first, second = (back_up(harnosand.settings, folder, 99, at) for at in moments[:2])
    (first.folder / "notes.txt").write_text("mine")
    other = folder / "avrop-20200101T000000Z"
    other.mkdir()
    (other / "letter.txt").write_text("mine too")
    (folder / "avrop-20200102T000000Z").symlink_to(tmp_path)
    made = [back_up(harnosand.settings, folder, 2, at) for at in moments[2:]]
    assert [one.removed for one in made] == [(), (second.folder,), (made[0].folder,)]
    assert made[-1].left == (first.folder,)
    assert (first.folder / "notes.txt").read_text() == "mine"
    assert (other / "letter.txt").exists()
    assert (folder / "avrop-20200102T000000Z").is_symlink()
    assert newest(folder) == made[-1].folder


def test_one_that_was_killed_half_way_is_no_backup_and_goes(harnosand, tmp_path):
    folder = tmp_path / "backups"
    stopped = f"""
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from ledger.config import read
from ledger.keeping import backing
backing._tree_of = lambda path: os.kill(os.getpid(), signal.SIGKILL)
backing.back_up(read(), Path({str(folder)!r}), 14, datetime.now(UTC))
"""
    environment = {**os.environ, "AVROP_DATABASE": harnosand.settings.database}
    killed = subprocess.run([sys.executable, "-c", stopped], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name[: len(UNFINISHED)] for path in folder.glob(".unf*")] == [UNFINISHED]
    with pytest.raises(CannotKeep, match="has no backup"):
        newest(folder)
    made = back_up(harnosand.settings, folder, 14, harnosand.now)
    assert list(folder.glob(".unf*")) == []
    assert newest(folder) == made.folder


def test_two_do_not_back_up_into_one_folder_at_once(harnosand, tmp_path):
    folder = tmp_path / "backups"
    back_up(harnosand.settings, folder, 14, harnosand.now)
    held = backing.files.alone(folder / backing.LOCK)
    with held, pytest.raises(CannotKeep, match=r"Another process is at it: .*lock is locked"):
        back_up(harnosand.settings, folder, 14, harnosand.now)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda log: log.unlink(), r"There is no file .*avrop\.db: say with AVROP_DATABASE"),
        (lambda log: log.write_bytes(b"x" * 5000), r"avrop\.db could not be copied: file is not a"),
    ],
)
def test_what_keeps_it_from_the_log_is_said_and_nothing_is_left(harnosand, tmp_path, harm, said):
    for more in ("-wal", "-shm"):
        harnosand.close()
        Path(f"{tmp_path}/avrop.db{more}").unlink(missing_ok=True)
    harm(Path(harnosand.settings.database.removeprefix("sqlite:///")))
    with pytest.raises(CannotKeep, match=said):
        back_up(harnosand.settings, tmp_path / "backups", 14, harnosand.now)
    assert [p.name for p in tmp_path.glob("backups/*") if p.name != backing.LOCK] == []


def test_a_damaged_tree_is_not_taken_for_a_backup(harnosand, tmp_path):
    with sqlite3.connect(harnosand.settings.database.removeprefix("sqlite:///")) as log:
        log.execute("UPDATE leaves SET hash = zeroblob(32) WHERE number = 3")
    with pytest.raises(CannotKeep, match=r"tree is damaged.*run `avrop verify`"):
        back_up(harnosand.settings, tmp_path / "backups", 14, harnosand.now)


def test_a_disk_without_room_is_named_before_anything_is_written(harnosand, tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 1})
    monkeypatch.setattr("ledger.keeping.files.shutil.disk_usage", lambda _: usage)
    with pytest.raises(CannotKeep, match=r"backups has 0 MB free, and 1 MB are needed: make room"):
        back_up(harnosand.settings, tmp_path / "backups", 14, harnosand.now)
