"""Whatever the official rules pass is read, with the amounts that are written in it."""

from collections import Counter
from pathlib import Path

import pytest

from ledger.documents.engine import Saxon
from ledger.documents.faults import DocumentFaults
from ledger.documents.peppol_invoice import read
from tests.documents.figures import extracted, figures
from tests.documents.invoice_samples import sample
from tests.documents.official_rules import Judge, edits, needed

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
SAMPLES = {name: sample(name) for name in ("invoice", "credit_note", "negative_invoice")} | {
    f"example of {name}": (EXAMPLES / f"{name}.xml").read_text(encoding="utf-8")
    for name in ("invoice", "credit-note")
}
EDITS, SEED = 500, 20261129


@pytest.mark.slow
def test_no_edit_of_a_sample_that_the_official_rules_pass_is_refused_or_read_otherwise() -> None:
    needed()
    count: Counter[str] = Counter()
    wrong = []
    with Saxon() as engine:
        judge = Judge(engine)
        for text in edits(list(SAMPLES.values()), EDITS, SEED):
            passed = judge.passes(text)
            count["passed" if passed else "failed"] += 1
            try:
                invoice = read(text.encode())
            except DocumentFaults as refused:
                if passed:
                    wrong.append((str(refused), text))
                continue
            count["read"] += 1
            if figures(invoice) != extracted(text.encode()):
                wrong.append((f"{figures(invoice)} {extracted(text.encode())}", text))
    assert [why for why, _ in wrong] == []
    # Both kinds are there in number, or the test would hold for nothing.
    assert count["passed"] >= 50, count
    assert count["failed"] >= 50, count


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_themselves_pass(name: str) -> None:
    needed()
    with Saxon() as engine:
        assert Judge(engine).passes(SAMPLES[name])
