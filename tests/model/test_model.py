"""The service and an independent model of the money say the same of every play."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.model import both, play
from tests.model.door import Door
from tests.model.model import Model
from tests.model.money import CAP, Limit, Line, Refused, Use, spread

STEPS = st.lists(
    st.tuples(
        st.sampled_from(play.STEPS),
        st.integers(0, 7),
        st.integers(-both.SPAN, both.SPAN),
        st.integers(1, play.MOST),
        st.integers(0, 999),
    ),
    min_size=3,
    max_size=40,
)
EXAMPLES = {"sqlite": 70, "postgresql": 25}


@pytest.mark.properties
def test_the_service_and_the_model_say_the_same(ledger, database):
    door = Door(ledger)

    @settings(
        max_examples=EXAMPLES[database.partition(":")[0]],
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(STEPS, st.integers(0, 999), st.booleans())
    def same(steps, shape, ended):
        play.Play(door, ledger.today, shape, ended).play(steps)

    same()


# ── The model by itself: the design's own examples ────────────────────────────────────────────────

TODAY, START = date(2026, 6, 1), date(2026, 1, 1)
GROUP = (2026, "buyer", "supplier", "delivery", None)
NEXT = (2027, *GROUP[1:])


def new_model(cap=100_000, *limits, threshold=None):
    return Model(
        today=TODAY,
        starts_on=START,
        ends_on=date(2029, 12, 31),
        limits=[Limit(CAP, amounts=[(START, cap)]), *limits],
        tariff=[(30, 0), (14, 50), (0, 100)],
        threshold=threshold,
    )


def placed(model, *lines, on=START, confirm=True, starts_on=None):
    name = f"O{len(model.orders) + 1}"
    told = [one if isinstance(one, Line) else Line(GROUP, one) for one in lines]
    model.place(name, model.placed("buyer", "supplier", told, on, starts_on))
    if confirm:
        model.confirm(name, on)
    return name


def drawn(model, name, parts, issued_on=START, room=None):
    id = f"I{len(model.invoices) + 1}"
    model.record(id, name, parts, issued_on)
    model.approve(id, room)
    return id


def use(model, name=CAP, day=TODAY):
    return model.use(model.limits[name], day)


@pytest.mark.parametrize(
    ("changes", "covered"),
    [
        ((15_000_000,), True),
        ((15_000_000, 6_000_000), False),
        ((19_999_999,), True),
        ((20_000_000,), False),
        ((15_000_000, -10_000_000, 14_000_000), True),
    ],
)
def test_the_model_judges_the_vectors_of_9_section(changes, covered):
    model = new_model(200_000_000, threshold=800_000_000)
    days = [START + timedelta(days=n) for n in range(1, 4)]
    sums = itertools.accumulate(changes, initial=200_000_000)
    *before, last = zip(list(sums)[1:], days, strict=False)
    for amount, day in before:
        model.amend({CAP: amount}, day, "17:9")
    if covered:
        model.amend({CAP: last[0]}, last[1], "17:9")
    else:
        with pytest.raises(Refused, match="not-covered"):
            model.amend({CAP: last[0]}, last[1], "17:9")


def test_the_model_sets_amounts_from_a_day_in_whatever_order_they_are_said():
    model = new_model()
    model.amend({CAP: 200_000}, TODAY + timedelta(days=150))
    model.amend({CAP: 150_000}, TODAY)
    cap = model.limits[CAP]
    told = [cap.amount(TODAY + timedelta(days=n)) for n in (-1, 0, 149, 150)]
    assert told == [100_000, 150_000, 150_000, 200_000]
    assert model.room(CAP) == 150_000


def test_the_models_fullest_day_decides_for_an_order_that_is_recorded_late():
    model = new_model()
    first = placed(model, 60_000, on=START + timedelta(days=10))
    model.close(first, START + timedelta(days=20))
    placed(model, 40_000, confirm=False)
    with pytest.raises(Refused) as refused:
        placed(model, 1, confirm=False)
    assert refused.value.limits == {CAP}
    placed(model, 60_000, on=START + timedelta(days=20))


def test_the_model_keeps_a_fee_of_seats_when_the_whole_is_cancelled():
    model = new_model(2_000_000)
    seats = Line(GROUP, 1_000_000, 10, 100_000)
    name = placed(model, seats, starts_on=START + timedelta(days=13))
    model.cancel_seats(name, 1, 4, None, START)
    model.cancel(name, None, START)
    assert use(model) == Use(committed=500_000)


def test_a_lone_credit_makes_no_room_in_the_model():
    model = new_model()
    name = placed(model, 10_000)
    model.close(name, START)
    drawn(model, name, {1: -1_500}, room="cap")
    assert use(model) == Use(committed=1_500, drawn=-1_500)
    assert model.room(CAP) == 100_000


def test_an_invoice_beyond_its_own_line_takes_no_commitment_of_another_year_in_the_model():
    model = new_model(100_000, Limit("next", {"year": 2027}, amounts=[(START, 10_000)]))
    name = placed(model, 10_000, Line(NEXT, 10_000))
    drawn(model, name, {1: 15_000})
    assert use(model, "next") == Use(committed=10_000)
    assert use(model) == Use(committed=10_000, drawn=15_000)


def test_the_model_splits_by_the_largest_remainder():
    assert spread(77_586_900, [1] * 13) == [5_968_224, *[5_968_223] * 12]
