"""The Härnösand programme through the service: the figures after every step, on both databases."""

from ledger.demo import PEOPLE, PROGRAMME, Player
from ledger.domain.events import By


def test_every_step_leaves_the_figures_that_the_programme_states(ledger):
    people = {
        role: By(person=ledger.registry.person(name), organisation=organisation, role=role)
        for role, (name, organisation) in PEOPLE.items()
    }
    player = Player(ledger.service, people, "SKO-2023")
    wrong = [(s.what, got) for s, got in player.play(PROGRAMME) if got != s.after]
    assert wrong == []
