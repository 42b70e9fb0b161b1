"""What a funder decided, recorded late: in whatever order it is recorded, it gives the same."""

from itertools import permutations
from random import Random

import pytest

from tests.conftest import AGREEMENT, ORDER

GRANT = {
    "name": "G",
    "funder": "F",
    "decision": "D",
    "decided_on": "2024-01-01",
    "ceiling": "200.00",
    "share": "100",
    "starts_on": "2024-01-01",
    "ends_on": "2024-12-31",
}
DAYS = ("2024-02-21", "2024-03-05", "2024-04-30", "2024-05-20")
ISSUED = ("2024-03-19", "2024-05-10")


@pytest.fixture
def played(api):
    """Plays decisions, in the order in which they are given, on an agreement of its own; what the
    limit and the funding then tell of each day."""
    numbers = iter(range(1_000))

    def play(decisions, amounts):
        number = f"A-{next(numbers)}"
        manager, finance, approver = api("manager"), api("finance"), api("approver")
        assert manager.post("/agreements", {**AGREEMENT, "number": number}).status_code == 201
        at = f"/agreements/{number}"
        assert finance.post(f"{at}/funding", GRANT).status_code == 200
        lines = [{"kind": "delivery", "amount": "5000.00", "year": 2024, "funding": "G"}]
        order = {**ORDER, "lines": lines, "ordered_on": "2024-01-02"}
        order = api("orderer").post(f"{at}/orders", order).json["number"]
        assert (
            api("supplier")
            .post(f"/orders/{order}/confirm", {"confirmed_on": "2024-01-02"})
            .status_code
            == 200
        )
        for nth, (day, amount) in enumerate(zip(ISSUED, amounts, strict=True)):
            body = {"invoice": f"{number}/{nth}", "issued_on": day, "amount": amount, "vat": "0.00"}
            drawn = finance.post(f"/orders/{order}/drawdowns", body).json["id"]
            approve = {"approved_on": day}
            assert approver.post(f"/drawdowns/{drawn}/approve", approve).status_code == 200
        for decision in decisions:
            answer = finance.post(f"{at}/funding/change", {**GRANT, **decision})
            assert answer.status_code == 200, answer.text
        return [told(finance, at, day) for day in (*sorted((*DAYS, *ISSUED)), "2024-12-31")]

    return play


def told(finance, at, day):
    limits = finance.get(f"{at}/balance", as_of=day).json["limits"]
    (limit,) = (one for one in limits if one["name"] == "G")
    funding = finance.get(f"{at}/funding", as_of=day).json
    assert not limit["drawn"].startswith("-")
    return day, limit["drawn"], limit["committed"], funding["eligible"], funding["support"]


def test_a_period_that_is_prolonged_again_is_so_in_whatever_order_it_is_recorded(played):
    short, less, longer = (
        {"decided_on": DAYS[0], "ends_on": "2024-03-15", "ceiling": "700.00"},
        {"decided_on": DAYS[1], "ends_on": "2024-03-15", "ceiling": "800.00"},
        {"decided_on": DAYS[2], "ends_on": "2024-06-15", "ceiling": "800.00"},
    )
    for decisions in permutations((short, less, longer)):
        found = {day: (drawn, support) for day, drawn, _, _, support in
                 played(decisions, ("100.00", "50.00"))}  # fmt: skip
        assert found["2024-03-19"] == ("0.00", "0.00")
        assert found["2024-04-30"] == ("100.00", "100.00")
        assert found["2024-12-31"] == ("150.00", "150.00")


@pytest.mark.properties
@pytest.mark.parametrize("seed", range(5))
def test_decisions_give_the_same_in_whatever_order_they_are_recorded(played, seed):
    """Ceilings are raised: one that is lowered leaves what was judged before its day as it was."""
    random = Random(seed)
    ceilings = sorted(random.choices((200, 333.33, 700, 1000), k=len(DAYS)))
    decisions = [
        {
            "decided_on": day,
            "ends_on": random.choice(("2024-03-15", "2024-04-15", "2024-12-31")),
            "ceiling": f"{ceiling:.2f}",
            "share": random.choice(("100", "100", "53", "33.33")),
            "kinds": random.choice(([], [], ["development"])),
        }
        for day, ceiling in zip(DAYS, ceilings, strict=True)
    ]
    amounts = [f"{random.randint(1, 400)}.{random.randint(0, 99):02}" for _ in ISSUED]
    in_turn = played(decisions, amounts)
    for _ in range(2):
        assert played(random.sample(decisions, len(decisions)), amounts) == in_turn
