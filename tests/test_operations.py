"""The page for whoever runs it: its settings are those there are, its lines do what it says."""

import re
from pathlib import Path

import pytest

from ledger.config import SETTINGS
from ledger.metrics import Counted
from ledger.web.measured import ALARM, FIGURES, STATE
from tests.test_readme import played

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")


def settings_of(page):
    """The rows of its table: name → default and meaning."""
    table = page.partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (?:`([^`]*)`)? ?\| (.*) \|$", table, re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in rows}


def test_the_table_of_settings_is_what_the_program_says():
    assert settings_of(PAGE) == SETTINGS


def test_a_setting_that_is_missing_or_is_another_is_seen():
    """The control, both ways."""
    line = next(line for line in PAGE.splitlines() if line.startswith("| `AVROP_HSTS`"))
    assert settings_of(PAGE.replace(line, "")) != SETTINGS
    assert settings_of(PAGE.replace(line, f"{line}\n{line.replace('HSTS', 'OTHER')}")) != SETTINGS
    assert settings_of(PAGE.replace(line, line.replace("`0`", "`1`"))) != SETTINGS


def test_the_figures_that_it_names_are_those_that_are_given_out():
    named = set(re.findall(r"avrop_\w+", PAGE)) - {"avrop_log", "avrop_views_30"}
    own = {metric.name for metric in Counted().registry.collect()}
    given = {figure.name for figure in (*FIGURES.values(), ALARM, STATE)} | own
    assert {name.removesuffix("_total") for name in named} == given


def test_every_folder_of_examples_is_told_of():
    folders = [path.name for path in (DOCS / "examples").iterdir() if path.is_dir()]
    assert len(folders) >= 3
    assert [name for name in folders if f"examples/{name}" not in PAGE] == []


def blocks():
    return re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def test_its_lines_do_what_it_says(folder):
    assert len(blocks()) >= 6
    done = played("".join(blocks()), folder, first="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Restored the backup of " in done.stdout
    assert "Everything agrees with itself." in done.stdout
    assert "Copied: " in done.stdout
    assert (folder / "vimmerby" / "avrop.db").exists()


def test_a_line_that_fails_is_seen(folder):
    """The control."""
    wrong = blocks()[0].replace("avrop init", "avrop initialise")
    assert played(wrong, folder, first="").returncode != 0
