"""Organisation numbers come in many forms, and leave in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from ledger.documents.organisation import normalise
from ledger.domain.parties import is_natural_person


@pytest.mark.parametrize(
    "written",
    [
        "2120002403",
        "212000-2403",
        "SE212000240301",
        "se212000240301",
        "SE 212000-2403 01",
        "SE-212000 2403-01",
        "SE212000-240301",
        "0007:2120002403",
        "0007:212000-2403",
        "162120002403",
        "16212000-2403",
        "  2120002403\n",
    ],
)
def test_every_common_form_gives_the_same_ten_digits(written: str) -> None:
    assert normalise(written) == "2120002403"


def test_a_number_that_begins_with_16_keeps_its_first_digits() -> None:
    number = "162000000" + luhn.calc_check_digit("162000000")
    assert normalise(number) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "212000240",
        "21200024031",
        "SE2120002403",
        "SE212000240302",
        "SE  212000240301",
        "SE 2120 002403 01",
        "0088:2120002403",
        "172120002403",
        "2120 002403",
        "21200-02403",
        "GB983294",
        "２１２０００２４０３",
    ],
)
def test_what_is_not_ten_digits_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="ten digits"):
        normalise(written)


@pytest.mark.parametrize("written", ["2120002404", "SE212000240401", "0000000000"])
def test_a_wrong_check_digit_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="check digit"):
        normalise(written)


def test_a_long_text_is_not_repeated_in_full() -> None:
    with pytest.raises(ValueError, match="ten digits") as refused:
        normalise("9" * 100_000)
    assert len(str(refused.value)) < 200


def test_a_sole_trader_is_a_natural_person_and_a_municipality_is_not() -> None:
    assert is_natural_person(normalise("811228-9874"))
    assert not is_natural_person(normalise("212000-2403"))


@given(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))
def test_normalising_twice_changes_nothing(nine: str) -> None:
    number = nine + luhn.calc_check_digit(nine)
    for written in (number, f"{number[:6]}-{number[6:]}", f"SE{number}01", f"16{number}"):
        assert normalise(written) == number
    assert normalise(normalise(number)) == number
