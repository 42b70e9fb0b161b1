"""Personal numbers and e-mail addresses are told from order numbers, amounts and dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.se import personnummer

from ledger.domain.personal import is_personal, is_personal_key, without

PERSONAL = [
    "811228-9874",
    "8112289874",
    "19811228-9874",
    "198112289874",
    "811228+9874",
    "811228–9874",
    "８１１２２８-９８７４",
    "811288-9871",  # a coordination number: the day is raised by 60
    "anna@example.org",
    "a.b+c@mail.example.org",
]
INNOCENT = [
    "",
    "811228-9875",  # the check digit is wrong
    "811328-9870",  # there is no thirteenth month
    "212000-2403",
    "2120002403",
    "SKO-2023-0001",
    "2 000 000,00 kr",
    "1500000.00",
    "2024-03-25",
    "2021004524.90012345.2024-03-25.380",
    "58112289874",
    "81122898745",
    "550e8400-e29b-41d4-a716-446655440000",
    "10@15.00",
    "12 st @ 500 kr",
    "kurs@2024",
    "@nämnden",
]


@pytest.mark.parametrize("text", PERSONAL)
def test_what_is_personal_is_found_wherever_it_stands(text):
    assert is_personal(text)
    assert is_personal(f"Anmälan för {text}, två platser")
    assert is_personal(f"({text})")


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_looks_like_it_is_let_through(text):
    assert not is_personal(text)
    assert not is_personal(f"Enligt {text} ovan")


def test_a_number_that_others_gave_is_personal_only_where_it_is_written_so():
    assert not is_personal_key("8112289874")
    assert is_personal_key("811228-9874")
    assert is_personal_key("anna@example.org")


@given(st.dates(), st.integers(0, 999), st.sampled_from(["", "-", "+"]))
def test_every_number_that_the_tax_agency_could_give_is_found(day, serial, sign):
    nine = f"{day:%y%m%d}{serial:03}"
    number = nine + luhn.calc_check_digit(nine)
    written = f"{number[:6]}{sign}{number[6:]}"
    assert is_personal(written)


@given(st.from_regex(r"(\d\d)?\d{6}[-+]\d{4}", fullmatch=True).filter(str.isascii))
def test_nothing_is_taken_for_a_number_that_another_library_refuses(text):
    """python-stdnum also wants the birthday to be past, so it is the narrower of the two."""
    if personnummer.is_valid(text):
        assert is_personal(text)
    if not luhn.is_valid(text.replace("-", "").replace("+", "")[-10:]):
        assert not is_personal(text)


@given(st.text(max_size=300))
def test_any_text_can_be_judged(text):
    assert is_personal(f"{text} 811228-9874")
    if is_personal_key(text):
        assert is_personal(text)


def test_a_long_hostile_text_is_judged_at_once():
    for text in (
        "a" * 4_000 + "@",
        "@".join("a" * 60 for _ in range(60)),
        "1" * 4_000,
        "1-" * 2_000,
    ):
        assert not is_personal(text)


@pytest.mark.parametrize("text", PERSONAL)
def test_what_another_wrote_is_kept_without_what_is_personal(text):
    kept = without(f"Best. {text} (rum 4)")
    assert kept == "Best. … (rum 4)"
    assert not is_personal(kept)


@pytest.mark.parametrize("text", INNOCENT)
def test_what_another_wrote_is_kept_as_it_is_where_nothing_is_personal(text):
    assert without(f"Enligt {text} ovan") == f"Enligt {text} ovan"


def test_of_a_number_of_theirs_only_what_is_written_as_a_person_s_is_left_out():
    assert without("8112289874", numbered=True) == "8112289874"
    assert without("F-1, 811228-9874", numbered=True) == "F-1, …"
