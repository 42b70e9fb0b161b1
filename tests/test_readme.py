"""The README and the pages that it leads to tell the truth about what is there."""

import os
import re
import shutil
import struct
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ledger.config import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
PROOF = (ROOT / "docs" / "proof.md").read_text()
DECISIONS = (ROOT / "docs" / "decisions.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_the_readme_is_read_in_one_sitting():
    assert len(README.splitlines()) <= 170


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_a_page_names_is_there(page):
    named = re.findall(r"`((?:ledger|tests|scripts|docs|docker)/[^\s`]*)", page.read_text())
    # Of ledger/domain/<noun>/ the folder that it is in, of a test its file.
    known = {name.partition("<")[0].partition("::")[0] for name in named}
    assert {name for name in known if not (ROOT / name).exists()} == set()


def test_the_readme_shows_a_page_in_few_bytes():
    (shown,) = re.findall(r"!\[[^\]]{20,}\]\((docs/pictures/[\w-]+\.png)\)", README)
    assert pictures() == {path.stem for path in (ROOT / "docs" / "pictures").iterdir()}
    for path in (ROOT / "docs" / "pictures").iterdir():
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n"), path
        width, height = struct.unpack(">II", data[16:24])
        assert width >= 300, path
        assert height >= 300, path
        assert len(data) < 250_000, path
    assert (ROOT / shown).exists()


def pictures() -> set[str]:
    """The names of those that the script takes."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from pictures import PICTURES
    finally:
        sys.path.pop(0)
    return {picture.name for picture in PICTURES}


def test_every_decision_is_dated_and_they_stand_in_order():
    heads = re.findall(r"^## (.*)$", DECISIONS, re.MULTILINE)
    assert len(heads) > 20
    dates = []
    for head in heads:
        dated = re.fullmatch(r"(\d{4}-\d{2}-\d{2}): \S.*[^.]", head)
        assert dated, head
        dates.append(date.fromisoformat(dated[1]))
    assert dates == sorted(dates)


def test_every_decision_says_what_stands_against_it():
    for decision in re.split(r"^## ", DECISIONS, flags=re.MULTILINE)[1:]:
        head, _, said = decision.partition("\n")
        assert len(said.split()) > 25, head
        assert re.search(r"\b([Ii]nstead|tried|would)\b", said), head


def test_every_setting_is_in_the_readme():
    table = [line for line in README.splitlines() if line.startswith("| `AVROP_")]
    assert {name for line in table for name in re.findall(r"AVROP_\w+", line)} == set(SETTINGS)


def test_the_map_of_the_house_has_every_room():
    house = README.partition("## The map of the house")[2].partition("One order:")[0]
    rooms = {
        path.name.removesuffix(".py") + ("/" if path.is_dir() else ".py")
        for path in (ROOT / "ledger").iterdir()
        if not path.name.startswith("_") and path.name != "py.typed"
    }
    missing = {room for room in rooms if f"ledger/{room}" not in house}
    small = {"bounds.py", "config.py"}  # named beside what they serve
    assert missing - small == set()
    assert set(re.findall(r"ledger/([\w]+(?:\.py|/))", house)) <= rooms


def played(
    lines: str, folder: Path, first: str = "avrop init\navrop demo\n"
) -> subprocess.CompletedProcess[str]:
    """What a shell answers in a folder where the demonstration is, or what `first` makes, and
    `avrop` is this one, by the tests' clock: the lines are the same on any day."""
    shim = folder / "bin" / "avrop"
    shim.parent.mkdir()
    shim.write_text(
        f"#!{sys.executable}\n"
        "from ledger.cli import main\n"
        "from tests.clock import SetClock\n"
        "main(obj=SetClock(), prog_name='avrop')\n"
    )
    shim.chmod(0o755)
    shutil.copytree(ROOT / "docs" / "examples", folder / "docs" / "examples")
    environ = {
        **os.environ,
        "PATH": f"{shim.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "AVROP_DATABASE": "sqlite:///avrop.db",
    }
    script = f"set -euo pipefail\n{first}{lines}"
    shell = ["bash", "-c", script]
    return subprocess.run(
        shell, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def auditors_lines() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", PROOF, re.MULTILINE | re.DOTALL)


def test_the_auditors_lines_come_to_nothing_was_changed(tmp_path):
    blocks = auditors_lines()
    assert len(blocks) == 6
    done = played("".join(blocks), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines().count("Nothing was changed.") == 3
    assert "The order lay within the maximum, as recorded at that moment." in done.stdout


def test_the_auditors_lines_tell_of_a_change(tmp_path):
    blocks = auditors_lines()
    change = (
        f"{sys.executable} -c \"import sqlite3; c = sqlite3.connect('avrop.db'); "
        "c.execute('DELETE FROM stored_events WHERE rowid=4'); c.commit()\"\n"
    )
    done = played("".join([*blocks[:4], change, *blocks[4:]]), tmp_path)
    assert done.returncode == 1
    assert "! entry 3, " in done.stdout
