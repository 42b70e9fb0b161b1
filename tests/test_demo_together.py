"""All programmes in one ledger: in the order of their days, each step recorded on its own."""

from datetime import UTC, date, datetime

from ledger.cli.rebuild import check_rebuild
from ledger.clock import day_of
from ledger.demo import PROGRAMMES, play
from ledger.opening import open_ledger
from tests.clock import SetClock

ALL = [step for programme in PROGRAMMES for step in programme.steps]


def test_each_step_of_every_programme_leaves_its_figures_and_is_recorded_on_its_own_day(ledger):
    taken, wrong, otherwise = [], [], []
    for number, step, figures in play(ledger, PROGRAMMES):
        taken.append(step)
        if figures != step.after:
            wrong.append((number, step.what, figures))
        if not step.refused and day_of(ledger.store.newest()) != step.on:
            otherwise.append((step.what, ledger.store.newest()))
    assert (wrong, otherwise) == ([], [])
    assert [step.on for step in taken] == sorted(step.on for step in ALL)
    facts = ledger.store.follow_stored(0, 10_000)
    assert not [fact.topic for fact in facts if b"recorded-late" in fact.state]
    assert check_rebuild(ledger) == []


def test_steps_of_one_day_are_taken_in_the_order_of_their_programmes_and_of_their_own(ledger):
    names = {id(step): i for i, one in enumerate(PROGRAMMES) for step in one.steps}
    places = {id(step): i for i, step in enumerate(ALL)}
    taken = [step for _, step, _ in play(ledger, PROGRAMMES)]
    assert len(taken) == len(ALL)
    keys = [(step.on, names[id(step)], places[id(step)]) for step in taken]
    assert keys == sorted(keys)


def test_what_is_not_before_today_is_not_played(settings):
    today = date(2024, 9, 2)
    ledger = open_ledger(settings, SetClock(datetime(2024, 9, 2, 8, tzinfo=UTC)))
    ledger.create()
    taken = [step for _, step, _ in play(ledger, PROGRAMMES)]
    assert taken == sorted((step for step in ALL if step.on < today), key=lambda step: step.on)
    assert any(step.on == today for step in ALL)
    ledger.close()


def test_a_programme_that_is_older_than_what_is_recorded_is_recorded_with_the_newest(ledger):
    by_name = {programme.name: programme for programme in PROGRAMMES}
    list(play(ledger, [by_name["vimmerby"]]))
    newest = ledger.store.newest()
    for _, step, figures in play(ledger, [by_name["jonkoping"]]):
        assert figures == step.after
        assert ledger.store.newest() == newest
