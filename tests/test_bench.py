"""The bench runs from end to end and its table has every row; how fast is not for tests to say."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [
    "placing",
    "http",
    "growth",
    "balance",
    "rebuild",
    "tree",
    "verify",
    "as of, all",
    "as of, few",
    *("facts",) * 4,
    *("agreements",) * 4,
    "replay",
    "start, balance",
    "start, order",
    *("pages",) * 7,
    "backup",
    "restore",
    "copy",
    "help",
]


def bench(*options):
    return subprocess.run(
        [ROOT / "scripts" / "bench", "--quick", *options],
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    ).stdout


@pytest.mark.slow
def test_the_table_has_every_row_with_its_target():
    found = json.loads(bench("--database", "sqlite", "--json"))
    assert found["quick"]
    assert [row["name"] for row in found["rows"]] == ROWS
    for row in found["rows"]:
        assert row["database"] == "sqlite"
        assert row["target"]
        assert row["ours"] > 0
        assert row["baseline"] > 0
        assert row["low"] <= row["ratio"] <= row["high"]


@pytest.mark.slow
def test_what_history_costs_is_measured_on_postgresql_too():
    only = [f"--only={name}" for name in ("tree", "verify", "as-of", "replay")]
    found = json.loads(bench(*only, "--database", "postgresql", "--json"))
    assert [row["name"] for row in found["rows"]] == [*ROWS[5:9], "replay"]


@pytest.mark.slow
def test_one_measurement_on_postgresql_as_a_table_that_says_that_it_is_quick():
    lines = bench("--only", "placing", "--database", "postgresql").splitlines()
    assert lines[1].startswith("Quick:")
    assert lines[2].split()[:2] == ["measured", "database"]
    assert lines[3].startswith("an order placed in-process")
    assert "≥ 1" in lines[3]
    assert len(lines) == 4
