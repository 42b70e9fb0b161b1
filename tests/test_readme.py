"""The README tells the truth about what can be set and where things are."""

import re
from pathlib import Path

from ledger.config import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def test_every_setting_is_in_the_readme():
    table = [line for line in README.splitlines() if line.startswith("| `AVROP_")]
    assert {name for line in table for name in re.findall(r"AVROP_\w+", line)} == set(SETTINGS)


def test_the_map_of_the_house_has_every_room():
    house = README.partition("## The map of the house")[2].partition("One order:")[0]
    rooms = {
        path.name.removesuffix(".py") + ("/" if path.is_dir() else ".py")
        for path in (ROOT / "ledger").iterdir()
        if not path.name.startswith("_")
    }
    missing = {room for room in rooms if f"ledger/{room}" not in house}
    small = {"bounds.py", "config.py", "telling.py", "intake.py"}  # named beside what they serve
    assert missing - small == set()
    assert set(re.findall(r"ledger/([\w]+(?:\.py|/))", house)) <= rooms
