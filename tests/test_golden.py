"""The bytes of every event ever stored: they stay readable, and come out the same again."""

import json
from pathlib import Path

import pytest

from ledger import codec
from ledger.domain.events import NAMES, New

GOLDEN = Path(__file__).parent / "golden"
"""A file a stored name, and `name-with-….json` for what a fact got later and may leave out."""


def test_every_event_has_a_golden_file():
    assert {path.stem for path in GOLDEN.glob("*.json")} >= set(NAMES)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_stored_bytes_are_read_and_written_as_on_the_first_day(path, monkeypatch):
    name, data = path.stem.partition("-with-")[0], path.read_bytes()
    # Written by the rules of their day: what a fact says of them is no other than it was.
    monkeypatch.setattr(codec, "RULES", json.loads(data)["rules"])
    fact = codec.decode("stream", 1, name, data)
    again = New(fact.stream, fact.event, fact.effective_on)
    assert codec.encode(again, fact.by, fact.recorded_at, fact.request) == (name, data)
