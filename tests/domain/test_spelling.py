"""References folded: what spellings of one have in common, and what tells two apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.bounds import MAX_FOLDED
from ledger.domain.spelling import INVISIBLE, fold

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u02d7\u207b\u2043"
SPACES = " \t\n\u00a0\u2009\u202f\u3000"
UNSEEN = "\u200b\u200d\ufeff\u2060\u034f\ufe0f\u202e\u0085\x07\U000e0041"
NUMBER = "SKO-2023-0001"


@st.composite
def spellings(draw, number=NUMBER):
    """A number with each letter in any case and width, any dash for a hyphen, and among them
    spaces and what nobody sees."""
    written = ""
    for sign in number:
        written += draw(st.text(st.sampled_from(SPACES + UNSEEN), max_size=2))
        if sign == "-":
            written += draw(st.sampled_from(DASHES))
        else:
            full = chr(ord(sign) + 0xFEE0)
            written += draw(st.sampled_from((sign.lower(), sign.upper(), full)))
    return written + draw(st.sampled_from(("", *SPACES, *UNSEEN)))


@given(spellings())
def test_any_spelling_folds_to_the_same(written):
    assert fold(written) == "sko-2023-0001"


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_and_leaves_nothing_unseen(written):
    folded = fold(written)
    assert fold(folded) == folded
    assert not INVISIBLE.search(folded)
    assert not any(sign.isspace() for sign in folded)


@given(st.text(max_size=60))
def test_composed_and_decomposed_text_is_the_same(written):
    forms = ("NFC", "NFD", "NFKC", "NFKD")
    assert len({fold(unicodedata.normalize(form, written)) for form in forms}) == 1


@pytest.mark.parametrize(
    "other", ["SKO-2023-0002", "SKO2023-0001", "SKO_2023_0001", "SKÖ-2023-0001"]
)
def test_another_number_is_another(other):
    assert fold(other) != fold(NUMBER)


def test_what_nobody_sees_is_no_reference_and_a_long_one_has_a_bound():
    assert fold("\u200b \u00ad\n") == ""
    assert len(fold("\ufdfa" * 200)) == MAX_FOLDED
