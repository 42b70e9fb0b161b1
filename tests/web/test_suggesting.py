"""What a form suggests: the parts of the buyer's own code map, and courses ordered before."""

import re

import pytest

from ledger.application.suggesting import SOME, codes
from ledger.domain.codes import CodePart, CodeRange
from tests.conftest import AGREEMENT, BUYER
from tests.web.test_acting import (
    COURSE,
    app,
    asks,
    filled,
    manager,
    ordered,
    orderer,
    signed,
    supplier,
    words,
)

__all__ = ["app", "manager", "orderer", "signed", "supplier"]

PATH = f"/agreements/{AGREEMENT['number']}/order"
PARTS = [
    {"name": "ansvar", "lengths": [4], "required": True, "values": ["4100", "4200", "5100"]},
    {"name": "konto", "lengths": [4], "ranges": [{"first": "4000", "last": "4999"}]},
]


@pytest.fixture
def mapped(signed, api):
    """The agreement, of whose buyer there is a code map."""
    body = {"parts": PARTS, "starts_on": "2023-01-01", "decision": "KS 3"}
    assert api("manager").post(f"/organisations/{BUYER}/code-map", body).status_code == 200
    return signed


def suggested(reader, path, what, field, begun):
    asked = {"suggest": what, "field": field, field: begun}
    answer = reader.client.get(path, query_string=asked, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    return re.findall(r'<option value="([^"]*)">', answer.text)


def boxes(page) -> dict[str, str]:
    return {name: value for name, value in filled(page.text).items() if "codes" in name}


def listed(page, what) -> list[str]:
    found = page.text.partition(f'<datalist id="suggested-{what}">')[2].partition("</datalist>")[0]
    return re.findall(r'<option value="([^"]*)">', found)


def test_a_code_string_has_a_box_for_each_part_of_the_buyers_map(mapped, orderer, ledger):
    page = orderer.get(PATH)
    assert set(boxes(page)) == {"lines-0-codes-ansvar", "lines-0-codes-konto"}
    assert listed(page, "codes-ansvar") == ["4100", "4200", "5100"]
    assert listed(page, "codes-konto")[:2] == ["4000", "4001"]
    typed = {"lines-0-codes-ansvar": "4100", "lines-0-codes-konto": "4631"}
    at = ordered(orderer, mapped, **typed)
    (line,) = ledger.service.load(at.replace("/orders", "order"))[1].lines
    assert line.codes == (("ansvar", "4100"), ("konto", "4631"))
    assert boxes(orderer.get(f"{at}/change")) == typed
    assert "lines-0-codes-ansvar" not in orderer.get(f"{PATH}?lines-0-codes=1-2-3").text
    coded = orderer.form(f"{at}/recode", line="1", **{"codes-ansvar": "4200"})
    assert coded.status_code == 303, words(coded)
    assert ledger.service.load(at.replace("/orders", "order"))[1].lines[0].codes[0][1] == "4200"


def test_a_code_that_the_map_lacks_is_told_at_its_own_box(mapped, orderer):
    answer = orderer.form(PATH, **COURSE, **{"lines-0-codes-ansvar": "9999"})
    assert answer.status_code == 422
    assert 'href="#lines-0-codes-ansvar"' in answer.text
    assert 'id="lines-0-codes-ansvar-fault"' in answer.text
    assert 'name="lines-0-codes-ansvar" value="9999"' in answer.text


def test_the_codes_are_read_where_the_order_is_shown_once_more(mapped, orderer):
    sent = {**filled(orderer.get(PATH).text), **COURSE, "lines-0-codes-ansvar": "4100"}
    page = orderer.send(PATH, {**sent, "do": "send"})
    assert asks(page)
    assert "ansvar: 4100" in words(page)


def test_nobody_is_told_how_another_organisation_books(mapped, orderer, supplier):
    at = ordered(orderer, mapped, **{"lines-0-codes-ansvar": "4100"})
    page = supplier.get(f"{at}/counter")
    assert "codes-ansvar" not in page.text
    assert suggested(supplier, f"{at}/counter", "codes-ansvar", "lines-0-codes-ansvar", "") == []


def test_codes_are_suggested_as_they_are_typed(mapped, orderer):
    field = "lines-1-codes-konto"
    assert suggested(orderer, PATH, "codes-konto", field, "463") == [
        f"463{last}" for last in range(10)
    ]
    assert suggested(orderer, PATH, "codes-ansvar", field, "4") == ["4100", "4200"]
    assert suggested(orderer, PATH, "codes-motpart", field, "4") == []


def test_where_there_is_no_map_a_code_string_is_one_box(signed, orderer):
    assert set(boxes(orderer.get(PATH))) == {"lines-0-codes"}


def test_courses_that_were_ordered_before_are_suggested(signed, orderer, supplier):
    ordered(orderer, signed, course="Att leda", starts_on="2027-08-20")
    ordered(orderer, signed, course="Att leda i förändring", starts_on="2027-09-01")
    ordered(orderer, signed, course="Att leda", starts_on="2027-08-21")
    ordered(orderer, signed, course="Juridik", starts_on="2027-08-22")
    assert listed(orderer.get(PATH), "course") == ["Att leda i förändring", "Juridik", "Att leda"]
    assert suggested(orderer, PATH, "course", "course", "LEDA") == [
        "Att leda i förändring",
        "Att leda",
    ]
    assert suggested(orderer, PATH, "course", "course", "finns inte") == []


def test_ranges_of_any_size_give_some_values_at_once():
    wide = CodeRange(first="0" * 30, last="9" * 30)
    letters = CodeRange(first="AA", last="ZZ")
    part = CodePart(name="projekt", ranges=(letters, wide))
    assert codes(part, "") == [f"{value:030}" for value in range(SOME)]
    assert codes(part, "7")[0] == "7" + "0" * 29
    assert codes(part, "x") == codes(part, "1" * 31) == []
