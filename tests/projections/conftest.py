"""What all tests of read models are given."""

import pytest

from ledger.opening import Ledger
from ledger.projections import sums


@pytest.fixture(autouse=True)
def summed_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of days are kept at every third fact: histories of tests are short."""
    monkeypatch.setattr(sums, "SUMMED_FACTS", 3)


@pytest.fixture
def harnosand(harnosand: Ledger) -> Ledger:
    """It was played once for all tests, perhaps where sums are kept less often."""
    harnosand.views.rebuild()
    return harnosand
