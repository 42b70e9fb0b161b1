"""The sums of days that are kept now and then say what the postings and the timeline say, as of any
day, as known at any moment, whatever was done."""

import itertools
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select

from ledger.domain import agreement
from ledger.domain.limits import DIMENSIONS, NOTHING, Total, Use, dimensions_of
from ledger.projections import agreements, explaining, sums
from ledger.projections.checking import check_rebuild
from ledger.projections.database import postings, timeline
from ledger.projections.database import sums as kept
from ledger.projections.parts import Cursor
from ledger.projections.then import Then
from tests.conftest import AGREEMENT, ORDER
from tests.domain.domain_given import DAY
from tests.projections.history_given import HISTORIES, played, point


def moved(connection, number, then, at=None):
    """What was in use by dimensions, by the postings themselves."""
    p = postings.c
    keys = [p[name] for name in DIMENSIONS]
    query = select(*keys, *(func.sum(p[name]) for name in sums.COUNTED)).group_by(*keys)
    query = query.where(p.agreement == number, p.order.is_not(None), *then.of(postings))
    query = query if at is None else query.where(p.position <= at)
    return {tuple(row[:5]): tuple(map(int, row[5:])) for row in connection.execute(query)}


def told(totals: tuple[Total, ...]):
    return {
        dimensions_of(total.dimensions): (
            total.use.reserved,
            total.use.committed,
            total.use.drawn,
            total.seats.reserved,
            total.seats.committed,
        )
        for total in totals
    }


def counted(connection, number, then):
    t = timeline.c
    query = select(t.version, t.name).where(t.stream == agreement.stream(number))
    rows = connection.execute(query.where(*then.of(timeline))).all()
    placed = [name for _, name in rows if name == "room-reserved"]
    return max((version for version, _ in rows), default=0), len(placed)


def test_they_say_what_was_in_use_and_what_was_placed(ledger):
    numbers = itertools.count(1)
    kept_at = set()

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(HISTORIES)
    def play(history):
        steps, amendments, points = history
        run = played(ledger, f"D{next(numbers)}", steps, amendments)
        asked = [Then(), *(point(run, *some) for some in points)]
        asked += [Then(as_of=DAY + timedelta(days=after)) for after in (-200, 0, 1, 20, 60)]
        with ledger.views.database.reading() as connection:
            rows = connection.execute(
                select(timeline.c.position).where(timeline.c.agreement == run.number)
            )
            positions = [None, *rows.scalars()][::5]
            for then, at in itertools.product(asked, positions):
                found = sums.moved(connection, run.number, then.known_at, at)
                totals = sums.totals(found, then.as_of)
                assert told(totals) == moved(connection, run.number, then, at)
                until = then.as_of or DAY + timedelta(days=900)
                changed = sum((use for _, use in sums.by_day(found, until)), NOTHING)
                assert changed == sum((total.use for total in totals), NOTHING)
                later = sum(ore for _, some in sums.later(found, until) for _, ore, _ in some)
                every = sum(total.use.total for total in sums.totals(found, None))
                assert changed.total + later == every
            for then in asked:
                expected = counted(connection, run.number, then)
                assert sums.counted(connection, run.number, then) == expected
            kept_at.update(connection.execute(select(kept.c.version)).scalars())

    play()
    assert len(kept_at) > 3, "some were kept"
    assert check_rebuild(ledger) == [], "however the facts come"


def test_a_page_of_a_figure_is_looked_for_on_its_own_days(harnosand):
    """By year, by buyer and whole, page by page, as by the postings themselves."""
    p = postings.c
    with harnosand.views.database.reading() as connection:
        state = agreements.find(connection, "SKO-2023", None).state
        for figure, part in (
            ("reserved", p.reserved),
            ("committed", p.committed),
            ("drawn", p.drawn),
            ("remaining", -(p.reserved + p.committed + p.drawn)),
        ):
            for narrowed in ({}, {"year": 2024}) if figure != "remaining" else ({},):
                query = select(p.position, p.number, part).where(p.order.is_not(None), part != 0)
                query = query.where(*(p[name] == value for name, value in narrowed.items()))
                query = query.order_by(p.effective_on, p.position, p.number)
                expected = [tuple(row) for row in connection.execute(query)]
                after, found = Cursor(1 << 40, DAY - timedelta(days=4000), 0, 0), []
                while after is not None:
                    page = explaining.explain(
                        connection, state, figure, "cap", Then(), after, 3, None, narrowed
                    )
                    found += [
                        (item.position, item.number, item.amount)
                        for item in page.items
                        if item.line["order"]
                    ]
                    after = page.cursor
                assert found == expected
                assert sum(amount for *_, amount in found) == (
                    page.amount - state.cap.amount_on(DAY.max) * (figure == "remaining")
                )


def test_a_day_is_one_sum_a_combination_however_many_orders_it_has(api, ledger):
    api("manager").post("/agreements", AGREEMENT | {"cap": "90000000.00"})
    for _ in range(5):
        api("orderer").post("/agreements/SKO-2023/orders", ORDER)
        ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        found = sums.moved(connection, "SKO-2023", None)
        assert len(connection.execute(select(kept)).all()) == 2, "at the third and the sixth fact"
    by = sums.totals(found, None)
    assert {total.use for total in by} == {Use(300_000_00), Use(900_000_00)}
    assert {len(one.days) for one in found} == {1}
