"""The model is worth something: it finds what is wrong with the domain's rules of money."""

import pytest

from tests.model.mutants import ROOT, judged, mutated
from tests.model.mutations import MUTATIONS

SAMPLE = [
    one
    for one in MUTATIONS
    if one.old
    in ("use += changes.get(day, 0)", "left[number] = gap - taken", "if fee > cancelled:")
]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: f"{one.file}: {one.new.strip()}")
def test_a_mutants_line_stands_in_the_domain_once(mutation):
    text = (ROOT / "ledger" / "domain" / mutation.file).read_text(encoding="utf-8")
    assert mutated(mutation, text) != text


@pytest.mark.slow
@pytest.mark.parametrize("mutation", SAMPLE, ids=lambda one: one.new.strip())
def test_the_model_finds_a_mutant(mutation):
    assert judged(mutation).difference
