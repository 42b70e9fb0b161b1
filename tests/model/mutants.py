"""Mutates the domain's rules of money one line at a time, and tells how many the model finds.

    python -m tests.model.mutants                    all of them; a mutant lives through 90 plays
    python -m tests.model.mutants --only position    those whose file or lines have the word
    python -m tests.model.mutants --soak 1000        no mutant: so many plays of the tree as it is

Each mutant is a copy of `ledger` in which one line reads otherwise, and is played as the model
plays the service, from the same seeds, until both differ. Not part of the tests: some minutes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.model.mutation import Mutation
from tests.model.mutations import MUTATIONS

ROOT = Path(__file__).resolve().parents[2]
PLAYS = 90
DIFFERENT = 3
"""What a process ends with that found a difference; whatever else it ends with is a fault."""
NOW = datetime(2027, 8, 31, 8, tzinfo=UTC)
"""The day of every play, so that a seed is the same play on any day."""


class Judged(NamedTuple):
    """`difference` is what found it; empty: it lived."""

    mutation: Mutation
    difference: str


def soak(plays: int, first: int = 0, theme: str = "") -> str:
    """Play so many random plays, of a theme or of each; the first difference, or nothing."""
    from ledger.config import read
    from ledger.opening import open_ledger
    from tests.model import play
    from tests.model.door import Door

    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/avrop.db"
        ledger = open_ledger(read({"AVROP_DATABASE": address}), lambda: NOW)
        ledger.create()
        door = Door(ledger)
        try:
            for seed in range(first, first + plays):
                random = Random(seed)
                name = theme or list(play.THEMES)[seed % len(play.THEMES)]
                steps = play.steps_of(random, random.randrange(8, 25), play.THEMES[name])
                shape = random.randrange(1000)
                try:
                    play.Play(door, ledger.today, play.THEMES[name], shape).play(steps)
                except AssertionError as different:
                    return f"seed {seed}, {name}\n{different}"
        finally:
            ledger.close()
    return ""


def applied(mutation: Mutation, root: Path) -> None:
    """Write the mutant into a copy of the tree. Raises ValueError as `mutated`."""
    file = root / "ledger" / "domain" / mutation.file
    file.write_text(mutated(mutation, file.read_text(encoding="utf-8")), encoding="utf-8")


def mutated(mutation: Mutation, text: str) -> str:
    """Raises ValueError where its line does not stand there exactly once."""
    if text.count(mutation.old) != 1:
        raise ValueError(f"{mutation.file} has {text.count(mutation.old)} times: {mutation.old}")
    return text.replace(mutation.old, mutation.new)


def judged(mutation: Mutation, plays: int = PLAYS) -> Judged:
    """Play the mutant: a third of the plays of its own theme, then of each in turn."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("ledger", "tests/model"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "tests" / "people.py", root / "tests")
        applied(mutation, root)
        own = _difference(root, "--soak", str(plays // 3), "--theme", mutation.theme)
        return Judged(mutation, own or _difference(root, "--soak", str(plays - plays // 3)))


def _difference(root: Path, *asked: str) -> str:
    """What the plays of a tree end with, in a process of their own; empty: without difference.
    Raises RuntimeError where they could not be played: that finds nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.model.mutants", *asked],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, DIFFERENT):
        raise RuntimeError(done.stderr)
    return done.stdout.strip().splitlines()[-1] if done.returncode else ""


def judge_all(mutations: Iterable[Mutation], plays: int) -> list[Judged]:
    results = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda mutation: judged(mutation, plays), mutations):
            results.append(result)
            _tell(result)
    return results


def _tell(result: Judged) -> None:
    mutation, found = result
    word = "found" if found else "same" if mutation.same else "LIVES"
    print(f"{word:5} {mutation.file}: {mutation.old.strip()}  ->  {mutation.new.strip()}")
    print(f"      {(found or mutation.same)[:300]}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="What the model of the money finds.")
    parser.add_argument("--only", default="", help="mutants with this in their file or lines")
    parser.add_argument("--plays", type=int, default=PLAYS, help="that a mutant must live through")
    parser.add_argument("--soak", type=int, help="no mutant: so many plays of what is here")
    parser.add_argument("--seed", type=int, default=0, help="the first play of a soak")
    parser.add_argument("--theme", default="", help="of which theme the plays of a soak are")
    asked = parser.parse_args()
    if asked.soak is not None:
        different = soak(asked.soak, asked.seed, asked.theme)
        print(different or f"{asked.soak} plays, no difference")
        return DIFFERENT if different else 0
    chosen = [one for one in MUTATIONS if asked.only in f"{one.file} {one.old} {one.new}"]
    results = judge_all(chosen, asked.plays)
    meant = [one for one in results if not one.mutation.same]
    found = [one for one in meant if one.difference]
    print(f"{len(found)} of {len(meant)} found; {len(results) - len(meant)} change nothing")
    return 0 if len(found) == len(meant) else 1


if __name__ == "__main__":
    sys.exit(main())
