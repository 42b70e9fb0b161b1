"""A forecast of very many orders costs little more than one of as many as it tells apart."""

import time
from datetime import date, timedelta

from ledger.bounds import FORECAST_BUNDLES
from ledger.domain.forecast import Payment, Placed, drawing, outlook

START, YEARS = date(2023, 9, 6), 4 * 365
ON, END = START + timedelta(days=900), START + timedelta(days=YEARS)
MANY = 20_000
TIMES = 20
"""How much more it may cost for two hundred times as many orders: nothing is done with each of them
in each of its futures."""


def placed(count: int) -> list[Placed]:
    each = 100_000_000_00 // count
    found = []
    for at in range(count):
        day = START + timedelta(days=at * 900 // count)
        paid, later = ((day + timedelta(days=90 * part), each // 4) for part in (1, 2))
        drawn = (Payment(*paid),) if paid[0] <= ON else ()
        plan = tuple(Payment(*one) for one in (paid, later) if one[0] > ON)
        found.append(Placed(on=day, amount=each, drawn=drawn, planned=plan))
    return found


def cost(orders: list[Placed]) -> float:
    """Seconds of a processor for both forecasts of a limit."""
    used = sum(one.amount for one in orders)
    began = time.process_time()
    outlook(2 * used, used, orders, ON, END)
    drawing(2 * used, orders, (), ON, END)
    return time.process_time() - began


def test_twenty_thousand_orders_cost_little_more_than_a_hundred():
    few, many = placed(FORECAST_BUNDLES), placed(MANY)
    control = min(cost(few) for _ in range(2))
    assert min(cost(many) for _ in range(2)) < TIMES * max(control, 0.05)
