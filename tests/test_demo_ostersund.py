"""Östersund through the service: every figure after every step, on both databases."""

from datetime import date

import pytest

from ledger.application.answers.accruals import YearEnd, accruals_answer
from ledger.application.answers.programmes import rounds_answer
from ledger.application.asking import drawdowns_of, orders_of
from ledger.cli.rebuild import check_rebuild
from ledger.demo import PROGRAMMES, Player, ostersund, people
from ledger.demo.e_invoice import written
from ledger.demo.ostersund import BILLS, HELD, NUMBER, PROGRAMME
from ledger.documents.peppol_invoice import read
from ledger.domain import agreement, drawdown, order
from ledger.projections.then import NOW, Then

(OSTERSUND,) = (programme for programme in PROGRAMMES if programme.name == "ostersund")
GROUP = f"{NUMBER}-0001"


@pytest.fixture
def player(ledger):
    who = people(ledger.service, ledger.registry, OSTERSUND)
    return Player(ledger.service, ledger.views, ledger.registry, who, ostersund.NUMBER)


@pytest.fixture
def played(player):
    for _ in player.play(PROGRAMME):
        pass
    return player


def group(player) -> order.State:
    return player.service.load(order.stream(GROUP))[1]


def by_year(state: order.State) -> dict[int, int]:
    return {line.year: line.amount // 100 for line in state.lines}


def drawn(player, bill) -> drawdown.State:
    id = drawdown.identity(bill.supplier.organisation, bill.number, bill.issued_on, "380")
    return player.service.load(drawdown.stream(id))[1]


def year_end(player, year, then: Then = NOW) -> YearEnd:
    of = player.service.load(agreement.stream(NUMBER))[1]
    player.views.catch_up()
    with player.views.database.reading() as connection:
        orders = orders_of(connection, NUMBER, then=then)
        return accruals_answer(of, orders, drawdowns_of(connection, NUMBER, then), year)


def test_every_step_leaves_the_figures_that_the_programme_states(player):
    wrong, years = [], {}
    for step, got in player.play(PROGRAMME):
        if got != step.after:
            wrong.append((step.what, got))
        if step.on > date(2023, 12, 1):
            years[step.what] = by_year(group(player))
    assert wrong == []
    as_ordered = {2024: 260_000, 2025: 260_000, 2026: 130_000}
    less = {2024: 260_000, 2025: 260_000, 2026: 65_000}
    cancelled = next(i for i, step in enumerate(PROGRAMME) if "cancelled" in step.what)
    expected = [as_ordered if i < cancelled else less for i in range(1, len(PROGRAMME))]
    assert [years[step.what] for step in PROGRAMME[1:]] == expected


def test_session_6_was_held_in_june_and_the_ninth_released_in_full(played):
    state = group(played)
    assert state.amount == 585_000 * 100
    sixth, ninth = state.sessions[5], state.sessions[8]
    assert (sixth.planned_on, sixth.amount) == (date(2025, 6, 10), 65_000 * 100)
    assert (ninth.status, ninth.amount) == ("cancelled", 0)
    (cancelled,) = state.cancellations
    assert (cancelled.by, cancelled.fee, cancelled.released) == ("supplier", 0, 65_000 * 100)


def test_both_mentors_were_at_every_session(played):
    held = [one for one in group(played).sessions if one.status == "held"]
    assert [one.number for one in held] == [number for number, *_ in HELD]
    assert {one.mentors for one in held} == {2}


def test_every_instalment_is_invoiced_and_nothing_is_left_to_plan(played):
    state = group(played)
    dues = order.instalments_on(state, date(2026, 9, 30))
    assert {due.status for due in dues} == {"invoiced"}
    assert order.planned(state) == ()
    assert state.places == 32


def test_the_session_held_in_december_and_invoiced_in_january_is_marked_for_accrual(played):
    flags = {bill.number: drawn(played, bill).flags for bill in BILLS}
    assert flags.pop("95004")[0] == "accrual:2024"
    # Each session costs the same, and nobody can tell that from the same invoice twice.
    assert {flag.partition(":")[0] for some in flags.values() for flag in some} == {"same-amount"}
    found = year_end(played, 2024)
    (item,) = found.items
    assert (item.order, item.accrued, item.sessions) == (GROUP, "65000.00", [4])
    assert item.invoices == [drawn(played, BILLS[3]).id]
    assert year_end(played, 2025).items == year_end(played, 2026).items == []


def test_the_three_groups_are_rounds_of_one_programme(played):
    of = played.service.load(agreement.stream(NUMBER))[1]
    played.views.catch_up()
    with played.views.database.reading() as connection:
        found = rounds_answer(of, orders_of(connection, NUMBER))
    told = [(one.round, one.seats, one.free_seats, one.sessions, one.amount) for one in found.items]
    assert told == [
        (1, 30, 2, 9, "585000.00"),
        (2, 30, 2, 10, "650000.00"),
        (3, 30, 2, 10, "650000.00"),
    ]


def test_the_read_models_of_the_programme_equal_a_replay_from_nothing(ledger, played):
    assert check_rebuild(ledger) == []


@pytest.mark.parametrize("bill", BILLS, ids=lambda bill: bill.number)
def test_the_e_invoices_of_the_programme_are_read_without_a_warning(bill):
    invoice = read(written(bill))
    assert invoice.amount == sum(line.amount for line in bill.lines)
    assert (invoice.agreement, invoice.order) == (NUMBER, GROUP)
    assert invoice.warnings == ()
