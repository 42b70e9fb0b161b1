"""What all tests of read models are given."""

import pytest

from ledger.projections import sums


@pytest.fixture(autouse=True)
def summed_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of days are kept at every third fact: histories of tests are short."""
    monkeypatch.setattr(sums, "SUMMED_FACTS", 3)
