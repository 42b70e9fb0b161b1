"""What was moved each day adds up to the postings, as of any day, whatever was done."""

import itertools
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select

from ledger.domain.limits import Use
from ledger.projections import postings
from ledger.projections.database import days
from ledger.projections.database import postings as rows
from ledger.projections.then import Then
from tests.conftest import AGREEMENT, ORDER
from tests.domain.domain_given import DAY
from tests.projections.history_given import HISTORIES, played


def summed(connection, number, day):
    """What was in use of everything, by the postings themselves."""
    columns = (rows.c.reserved, rows.c.committed, rows.c.drawn)
    query = select(*(func.coalesce(func.sum(column), 0) for column in columns))
    found = connection.execute(
        query.where(rows.c.agreement == number, rows.c.effective_on <= day)
    ).one()
    return Use(*map(int, found))


def used(connection, number, day):
    found = postings.totals(connection, number, Then(as_of=day))
    return sum((total.use for total in found), Use())


def test_the_days_add_up_to_the_postings_as_of_any_day(ledger):
    numbers = itertools.count(1)

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(HISTORIES)
    def play(history):
        run = played(ledger, f"D{next(numbers)}", *history[:2])
        with ledger.views.database.reading() as connection:
            for after in (-200, -1, 0, 1, 5, 20, 60, 400):
                day = DAY + timedelta(days=after)
                assert used(connection, run.number, day) == summed(connection, run.number, day)

    play()


def test_a_day_is_one_row_a_combination_however_many_orders_it_has(api, ledger):
    api("manager").post("/agreements", AGREEMENT | {"cap": "90000000.00"})
    for _ in range(5):
        api("orderer").post("/agreements/SKO-2023/orders", ORDER)
        ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        found = connection.execute(select(days.c.effective_on, days.c.reserved)).all()
        assert used(connection, "SKO-2023", date(2023, 11, 20)) == Use(reserved=1_200_000_00)
        assert used(connection, "SKO-2023", date(2023, 11, 19)) == Use()
    assert sorted(found) == [
        (date(2023, 11, 20), 300_000_00),
        (date(2023, 11, 20), 900_000_00),
    ]
