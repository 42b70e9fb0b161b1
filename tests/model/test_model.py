"""The service and an independent model of the money say the same of every play."""

import inspect
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.model import both, play
from tests.model.back import Back
from tests.model.door import Door
from tests.model.money import CAP, Limit, Line, Refused, Use, spread

EXAMPLES = {"sqlite": 70, "postgresql": 20}


def steps(theme):
    step = st.tuples(
        st.sampled_from(theme.acts),
        st.integers(0, 7),
        st.integers(-both.SPAN, both.SPAN),
        st.integers(1, theme.most),
        st.integers(0, 999),
    )
    return st.tuples(st.just(theme), st.lists(step, min_size=8, max_size=25))


@pytest.mark.properties
def test_the_service_and_the_model_say_the_same(ledger, database):
    door = Door(ledger)

    @settings(
        max_examples=EXAMPLES[database.partition(":")[0]],
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.sampled_from(list(play.THEMES.values())).flatmap(steps), st.integers(0, 999))
    def same(told, shape):
        theme, chosen = told
        play.Play(door, ledger.today, theme, shape).play(chosen)

    same()


def test_every_act_of_a_play_is_in_a_theme_and_has_its_method():
    acts = {act for theme in play.THEMES.values() for act in theme.acts}
    asked = ("which", "days", "ore", "shape")
    for act in acts:
        assert tuple(inspect.signature(getattr(play.Play, act)).parameters)[1:] == asked


# ── The model by itself: the design's own examples ────────────────────────────────────────────────

TODAY, START = date(2026, 6, 1), date(2026, 1, 1)
GROUP = (2026, "buyer", "supplier", "delivery", None)
NEXT = (2027, *GROUP[1:])


def new_model(cap=100_000, *limits, threshold=None):
    return Back(
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


def test_an_approval_that_is_taken_back_leaves_no_credit_in_the_model():
    model = new_model()
    name = placed(model, 10_000)
    id = drawn(model, name, {1: 4_000})
    model.take_back(id)
    assert use(model) == Use(committed=10_000)
    assert model.invoices[id].status == "waiting"


def test_a_credit_s_approval_that_is_taken_back_gives_its_order_back_in_the_model():
    model = new_model()
    name = placed(model, 10_000)
    drawn(model, name, {1: 4_000})
    credit = drawn(model, name, {1: -1_500}, room="cap")
    assert use(model) == Use(committed=6_000, drawn=2_500)
    model.take_back(credit)
    assert use(model) == Use(committed=6_000, drawn=4_000)


def test_an_invoice_that_is_moved_is_as_if_it_were_recorded_there_in_the_model():
    model = new_model()
    first, second = placed(model, 10_000), placed(model, 10_000)
    model.record("I", first, {1: 15_000}, START)
    assert use(model) == Use(committed=25_000)
    model.move("I", second, {1: 15_000})
    model.approve("I")
    assert use(model) == Use(committed=10_000, drawn=15_000)


def test_an_invoice_that_is_moved_was_there_when_its_order_was_cancelled_in_the_model():
    model = new_model()
    first, second = placed(model, 10_000), placed(model, 10_000)
    model.record("I", first, {1: 4_000}, START)
    model.cancel(second, 1_000, START)
    model.move("I", second, {1: 4_000})
    assert use(model, day=START) == use(model) == Use(committed=15_000)


def test_an_order_is_opened_again_in_the_model_if_it_fits():
    model = new_model()
    first = placed(model, 60_000)
    model.close(first, START)
    second = placed(model, 60_000)
    with pytest.raises(Refused):
        model.reopen_order(first, TODAY)
    model.close(second, TODAY)
    model.reopen_order(first, TODAY)
    assert use(model) == Use(committed=60_000)


def test_a_credit_to_the_cap_beside_an_invoice_that_waits_lasts_when_that_is_turned_down():
    """Of a cancelled order stays what is owed less what was given back, whatever waits."""
    model = new_model()
    name = placed(model, 10_000)
    drawn(model, name, {1: 4_000})
    model.record("W", name, {1: 1_000}, START)
    model.cancel(name, 0, START)
    drawn(model, name, {1: -1_500}, room="cap")
    assert use(model) == Use(committed=1_000, drawn=2_500)
    model.reject("W")
    assert use(model) == Use(drawn=2_500)
