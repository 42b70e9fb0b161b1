"""A release is of what is committed, tested and told of, and of nothing else."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Release"), ("EMAIL", "release@example.org"))
}


class Clone:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder, env=environment(), capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.folder / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Release")

    def release(self, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "scripts/release.py", *options],
            cwd=self.folder, env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip

    def refused(self, *options: str) -> str:
        """What is said; nothing is built and nothing tagged."""
        before = self.git("tag")
        done = self.release(*options)
        assert done.returncode == 1, done.stdout + done.stderr
        assert self.git("tag") == before
        assert not (self.folder / "dist").exists()
        return done.stderr


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """What is here now, committed in a clone whose change log dates the version, and whose tests
    are a line that leaves a mark."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    made = Clone(tmp_path / "clone")
    made.folder.mkdir()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, made.folder / name)
    made.git("init", "--quiet")
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "origin"], check=True)
    made.git("remote", "add", "origin", str(tmp_path / "origin"))
    changes = made.folder / "CHANGELOG.md"
    changes.write_text("# Changes\n\n## 0.1.0 (2026-11-29)\n\n- First.\n# no comment\n\n"
                       "## 0.0.9 (2026-11-01)\n\n- Before.\n")  # fmt: skip
    (made.folder / "scripts" / "test").write_text("#!/bin/sh\ntouch ../tested\n")
    (made.folder / "ledger" / "__init__.py").write_text('"""Avrop."""\n\n__version__ = "0.1.0"\n')
    made.commit()
    return made


def test_a_release_is_built_summed_and_tagged_and_not_pushed(clone: Clone, tmp_path: Path):
    done = clone.release()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "tested").exists()
    dist = clone.folder / "dist"
    names = {"avrop-0.1.0.tar.gz", "avrop-0.1.0-py3-none-any.whl", "avrop-0.1.0.sha256",
             "verify.py"}  # fmt: skip
    assert {file.name for file in dist.iterdir()} == names
    for line in (dist / "avrop-0.1.0.sha256").read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest
        names.remove(name)
    assert names == {"avrop-0.1.0.sha256"}
    assert clone.git("cat-file", "-t", "v0.1.0") == "tag"
    assert clone.git("rev-parse", "v0.1.0^{commit}") == clone.git("rev-parse", "HEAD")
    message = clone.git("for-each-ref", "refs/tags/v0.1.0", "--format=%(contents)")
    assert message == "Avrop 0.1.0\n\n- First.\n# no comment"
    assert clone.git("ls-remote", "origin") == ""
    assert clone.git("status", "--porcelain") == ""


def test_the_wheel_has_what_runs_and_the_sdist_what_it_is_made_and_checked_with(clone: Clone):
    assert clone.release("--tested").returncode == 0
    with zipfile.ZipFile(clone.folder / "dist" / "avrop-0.1.0-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
    tracked = set(clone.git("ls-files").splitlines())
    assert {name for name in names if name.startswith("ledger/")} == {
        name for name in tracked if name.startswith("ledger/")
    }
    assert {name.partition("/")[0] for name in names} == {"ledger", "avrop-0.1.0.dist-info"}
    assert {"ledger/py.typed", "ledger/translations/sv/LC_MESSAGES/messages.mo"} <= names
    with tarfile.open(clone.folder / "dist" / "avrop-0.1.0.tar.gz") as sdist:
        whole = {name.partition("/")[2] for name in sdist.getnames()}
    assert whole - {"PKG-INFO"} == tracked - {""}


def test_the_same_commit_gives_the_same_bytes(clone: Clone):
    def summed() -> str:
        assert clone.release("--tested").returncode == 0
        return (clone.folder / "dist" / "avrop-0.1.0.sha256").read_text()

    first = summed()
    clone.git("tag", "--delete", "v0.1.0")
    assert summed() == first


def test_tests_that_were_run_are_not_run_again(clone: Clone, tmp_path: Path):
    assert clone.release("--tested").returncode == 0
    assert not (tmp_path / "tested").exists()


def test_no_release_where_the_tests_fail(clone: Clone):
    (clone.folder / "scripts" / "test").write_text("#!/bin/sh\nexit 1\n")
    clone.commit()
    assert "The tests failed." in clone.refused()


@pytest.mark.parametrize("name", ["README.md", "new.py"])
def test_no_release_of_what_is_not_committed(clone: Clone, name: str):
    with (clone.folder / name).open("a") as file:
        file.write("# more\n")
    assert name in clone.refused("--tested")


def test_no_release_that_is_not_told_of(clone: Clone):
    clone.edit("ledger/__init__.py", "0.1.0", "0.1.1")
    clone.commit()
    assert "CHANGELOG.md has nothing of 0.1.1." in clone.refused("--tested")


@pytest.mark.parametrize("head", ["## 0.1.0 (not released)", "## 0.1.0"])
def test_no_release_that_has_no_date(clone: Clone, head: str):
    clone.edit("CHANGELOG.md", "## 0.1.0 (2026-11-29)", head)
    clone.commit()
    assert "does not date 0.1.0" in clone.refused("--tested")


def test_no_release_twice(clone: Clone):
    clone.git("tag", "v0.1.0")
    assert "The tag v0.1.0 is there already." in clone.refused("--tested")


def test_the_next_version_is_in_the_change_log():
    """So that nobody first hears of it when releasing."""
    text = (ROOT / "ledger" / "__init__.py").read_text()
    version = text.partition('__version__ = "')[2].partition('"')[0]
    assert f"\n## {version} (" in (ROOT / "CHANGELOG.md").read_text()
