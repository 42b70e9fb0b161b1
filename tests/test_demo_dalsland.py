"""Trainee Dalsland through the service: every figure after every step, on both databases."""

import pytest

from ledger.cli.beginning import demo
from ledger.cli.rebuild import check_rebuild
from ledger.demo import PROGRAMMES, Player, dalsland, people
from ledger.demo.dalsland import BENGTSFORS, BILLS, COMPANY, MELLERUD, PROGRAMME, SAFFLE
from ledger.demo.e_invoice import written
from ledger.documents.peppol_invoice import read
from ledger.domain import drawdown

(DALSLAND,) = (programme for programme in PROGRAMMES if programme.name == "dalsland")


@pytest.fixture
def player(ledger):
    who = people(ledger.service, ledger.registry, DALSLAND)
    return Player(ledger.service, ledger.views, ledger.registry, who, dalsland.NUMBER)


def test_every_step_leaves_the_figures_that_the_programme_states_for_the_cap_and_each_share(player):
    wrong = []
    for step, got in player.play(PROGRAMME):
        shares = {name: player.figures(name) for name in step.limits}
        found = got, shares, player.in_kind()
        if found != (step.after, step.limits, step.in_kind):
            wrong.append((step.what, found))
    assert wrong == []


def test_each_of_the_five_invoices_is_split_as_the_programme_says(player):
    for _ in player.play(PROGRAMME):
        pass
    shares = {BENGTSFORS: 76_800, MELLERUD: 57_600, SAFFLE: 48_000, COMPANY: 9_600}
    expected = {party.organisation: kronor * 100 for party, kronor in shares.items()}
    for bill in BILLS[:5]:
        supplier = bill.supplier.organisation
        id = drawdown.identity(supplier, bill.number, bill.issued_on, "380")
        state = player.service.load(drawdown.stream(id))[1]
        (part,) = state.allocations
        assert {share.organisation: share.amount for share in part.shares} == expected


def test_the_read_models_of_the_programme_equal_a_replay_from_nothing(ledger, player):
    for _ in player.play(PROGRAMME):
        pass
    assert check_rebuild(ledger) == []


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda programme: programme.name)
def test_the_steps_of_a_programme_are_told_in_the_order_of_their_days(programme):
    days = [step.on for step in programme.steps]
    assert days == sorted(days)


def test_the_command_line_offers_each_programme_there_is():
    (option,) = (p for p in demo.params if p.name == "names")
    assert tuple(option.type.choices) == tuple(programme.name for programme in PROGRAMMES)


@pytest.mark.parametrize("bill", BILLS, ids=lambda bill: bill.number)
def test_the_e_invoices_of_the_programme_are_read_without_a_warning(bill):
    invoice = read(written(bill))
    assert invoice.amount == sum(line.amount for line in bill.lines)
    assert (invoice.agreement, invoice.order) == (dalsland.NUMBER, bill.order)
    assert invoice.warnings == ()
