"""The long run in little: that it runs, and that what it looks for it finds."""

import re
import subprocess
from pathlib import Path

import pytest
from soaking.looking import Sample, leaks, lost, told

ROOT = Path(__file__).resolve().parents[1]


def held(memory=80.0, threads=20, files=40) -> Sample:
    return Sample(memory=memory, threads=threads, files=files)


def test_what_grows_is_a_leak_and_what_swings_is_none():
    assert leaks([held(), held(90), held(85), held(88)]) == []
    assert leaks([held(), held(), held(120), held(180)]) == [
        "memory: 80 MB at first, 180 MB at last"
    ]
    assert leaks([held(), held(threads=90), held(threads=90), held(threads=90)])
    assert leaks([held(), held(files=400), held(files=400), held(files=400)])


def test_a_line_with_a_secret_is_found():
    assert told(["all is well", "token avrop-abc"], ["avrop-abc", ""]) == ["token avrop-abc"]
    assert told(["all is well"], ["avrop-abc"]) == []


def test_an_answer_that_the_log_does_not_have_is_found(ledger):
    found = lost(ledger, {"place": "p-1"}, {"place-1-1": "SOAK-1-0001"})
    assert found == [
        "p-1:place-1-1: was answered with SOAK-1-0001, which the log does not have under it"
    ]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_short_run_loses_nothing():
    asked = [str(ROOT / "scripts/soak"), "--minutes", "0.15", "--seed", "7"]
    run = subprocess.run(asked, check=False, capture_output=True, text=True, timeout=280)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "nothing was lost, doubled, past a cap, leaked or told" in run.stdout
    assert int(re.search(r"(\d+) acts acknowledged", run.stdout)[1]) > 20
