"""The chart of a term: where its shapes lie."""

from datetime import date

import pytest

from ledger.application.chart import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Amounts,
    Term,
    drawing,
)

START, END = date(2024, 1, 1), date(2027, 12, 31)
TODAY = date(2026, 1, 1)
FLOOR = HEIGHT - BOTTOM
MKR = 100_000_000


def amounts(on, drawn=0, committed=0, reserved=0):
    return Amounts(on=on, drawn=drawn, committed=committed, reserved=reserved)


def term(*some, **more):
    given = {"cap": [(START, 4 * MKR)], "today": TODAY, "ends_on": END, **more}
    return Term(amounts=some or [amounts(START)], **given)


def test_the_term_is_as_wide_as_the_chart_and_today_lies_in_it():
    found = drawing(term())
    (line,) = found.cap
    assert line[0][0] == LEFT
    assert line[-1][0] == WIDTH - RIGHT
    assert found.today == pytest.approx(LEFT + (WIDTH - LEFT - RIGHT) * 731 / 1460, abs=0.1)
    assert [tick.value for tick in found.years] == [2024, 2025, 2026, 2027]


def test_layers_lie_on_each_other_and_nothing_is_drawn_of_what_there_is_not():
    found = drawing(term(amounts(START, drawn=MKR, reserved=MKR)))
    assert [layer.kind for layer in found.layers] == ["drawn", "reserved"]
    below, above = found.layers
    one = FLOOR - (HEIGHT - TOP - BOTTOM) / 4
    assert {y for _, y in below.points} == {FLOOR, round(one, 1)}
    assert max(y for _, y in above.points) == min(y for _, y in below.points)


def test_an_amount_holds_until_the_next_and_the_last_until_today():
    found = drawing(term(amounts(START, drawn=MKR), amounts(date(2025, 1, 1), drawn=2 * MKR)))
    (layer,) = found.layers
    top = layer.points[: len(layer.points) // 2]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = top
    assert (x0, x1) == (LEFT, x2)
    assert x3 == found.today
    assert y0 == y1 > y2 == y3


def test_a_cap_that_is_set_anew_is_a_step_and_one_that_is_unknown_is_not_drawn():
    steps = [(START, 2 * MKR), (date(2025, 1, 1), None), (date(2026, 1, 1), 4 * MKR)]
    first, second = drawing(term(cap=steps)).cap
    assert first[-1][0] < second[0][0]
    assert second[-1][0] == WIDTH - RIGHT
    (line,) = drawing(term(cap=[(START, 2 * MKR), (date(2025, 1, 1), 4 * MKR)])).cap
    assert len(line) == 4
    assert line[1][0] == line[2][0]
    assert line[1][1] > line[2][1]
    assert drawing(term(cap=[(START, None)])).cap == []


def test_the_band_goes_from_what_is_in_use_today_to_the_end_of_the_term():
    found = drawing(term(amounts(START, drawn=MKR), band=(2 * MKR, 3 * MKR)))
    now, most, least = found.band
    assert now[0] == found.today
    assert most[0] == least[0] == WIDTH - RIGHT
    assert now[1] > least[1] > most[1]
    assert drawing(term()).band == []
    assert drawing(term(band=(0, MKR), today=END)).band == []


@pytest.mark.parametrize("most", [0, 1, 99, 2_150_000_00, 100_000_000_000_00])
def test_everything_lies_within_the_chart_whatever_the_amounts(most):
    found = drawing(
        term(amounts(START, drawn=most, committed=-most), cap=[(START, most // 2)], band=(0, most))
    )
    shapes = [*(layer.points for layer in found.layers), *found.cap, found.band]
    for x, y in (point for shape in shapes for point in shape):
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP <= y <= FLOOR
    assert 2 <= len(found.sums) <= 6
    assert found.sums[0].value == 0


def test_what_was_used_beyond_the_term_and_the_cap_is_drawn_too():
    late = date(2028, 6, 1)
    found = drawing(term(amounts(START), amounts(late, drawn=9 * MKR), today=late))
    assert found.today == WIDTH - RIGHT
    assert found.sums[-1].value >= 9 * MKR
