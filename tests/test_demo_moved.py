"""A programme on other days: whole months later everything comes to the same figures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.demo import PROGRAMMES, Player, people
from ledger.demo.calendar import Calendar, latest_before
from ledger.domain import agreement, drawdown, order
from ledger.domain.order import LineTerms

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
MONTHS = st.integers(-400, 400)


@given(one=DAYS, other=DAYS, months=MONTHS)
def test_no_two_days_change_places_when_they_are_moved(one, other, months):
    calendar = Calendar(months)
    assert (calendar.day(one) <= calendar.day(other)) or one > other


@given(day=DAYS, months=MONTHS)
def test_a_day_keeps_its_place_in_the_month_unless_the_month_is_too_short(day, months):
    moved = Calendar(months).day(day)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(1)).day == 1)


@given(day=DAYS, last=DAYS)
def test_the_latest_day_before_another_is_less_than_a_month_before_it(day, last):
    calendar = latest_before(day, last)
    assert calendar.day(day) <= last < Calendar(calendar.months + 1).day(day)


def test_what_a_command_holds_is_moved_with_its_days_and_an_agreements_number_is_not():
    calendar = Calendar(14)
    command = agreement.AmendAgreement(
        agreement="SKO-2023",
        ground="17:9",
        decision="KS 2026/12, KF 2011/3",
        decided_on=date(2026, 1, 20),
        effective_on=date(2026, 1, 31),
        cap=1,
    )
    moved = calendar.moved(command)
    assert (moved.agreement, moved.decision) == ("SKO-2023", "KS 2027/12, KF 2011/3")
    assert (moved.decided_on, moved.effective_on) == (date(2027, 3, 20), date(2027, 3, 31))
    recharge = drawdown.RecordRecharge(
        drawdown="2021004052.70001.2017-06-30.380",
        member="2120001488",
        amount=1,
        reference="VF 70001",
        on=date(2017, 7, 7),
    )
    moved = calendar.moved(recharge)
    assert moved.drawdown == "2021004052.70001.2018-08-30.380"
    assert (moved.reference, moved.on) == ("VF 70001", date(2018, 9, 7))


def test_the_year_of_a_line_is_not_guessed():
    line = LineTerms(kind="delivery", amount=1, year=2024)
    command = order.PlaceOrder(
        agreement="A", buyer="B", course="C", lines=(line,), ordered_on=date(2024, 1, 1)
    )
    moved = Calendar(12).moved(command)
    assert moved.ordered_on == date(2025, 1, 1)
    assert moved.lines == (line,)


@pytest.mark.parametrize("months", [-1, 7])
@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda one: one.name)
def test_the_figures_after_every_step_are_those_of_the_days_that_it_was_written_for(
    ledger, programme, months
):
    parts = ledger.service, ledger.views, ledger.registry
    calendar = Calendar(months)
    player = Player(
        *parts, people(ledger.service, ledger.registry, programme), programme.number, calendar
    )
    wrong = []
    for step in programme.steps:
        if calendar.day(step.on) < ledger.today:
            figures = player.take(step)
            limits = {name: player.figures(name) for name in step.limits}
            said = figures, limits, player.in_kind(), player.funded()
            if said != (step.after, step.limits, step.in_kind, step.funded):
                wrong.append((step.what, said))
    assert wrong == []
