"""Thirty-two clients over HTTP at once: what is left is given away once, and each refusal says."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

from ledger.verifying import Held, verify_log

CLIENTS, ORDERS_EACH = 32, 2
CAP, AMOUNT = 1_000_000, 30_000
FIT = CAP // AMOUNT


def body(amount):
    lines = [{"kind": "delivery", "amount": f"{amount}.00"}]
    return {"course": "Kurs", "ordered_on": "2024-01-15", "lines": lines}


def history(served, token):
    after = 0
    while True:
        path = f"/agreements/SKO-2023/history?after={after}&limit=50"
        status, page = served.answered(token, "GET", path)
        assert status == 200, page
        if not page["items"]:
            return
        yield from page["items"]
        after = page["items"][-1]["position"]


def test_thirty_two_clients_over_http_never_pass_the_cap(served, tokens, signed, ledger):
    signed(f"{CAP}.00")
    start = Barrier(CLIENTS)

    def client(number):
        start.wait(60)
        path = "/agreements/SKO-2023/orders"
        return [
            served.answered(tokens["orderer"], "POST", path, body(AMOUNT), f"{number}-{nth}")
            for nth in range(ORDERS_EACH)
        ]

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for some in pool.map(client, range(CLIENTS)) for answer in some]

    assert Counter(status for status, _ in answers) == {201: FIT, 409: CLIENTS * ORDERS_EACH - FIT}
    accepted = [order for status, order in answers if status == 201]
    assert sum(Decimal(order["amount"]) for order in accepted) == FIT * AMOUNT <= CAP
    for status, refused in answers:
        if status == 409:
            assert refused["type"].endswith("/cap-exceeded")
            assert refused["limits"] == [
                {
                    "limit": "cap",
                    "cap": f"{CAP}.00",
                    "used": f"{FIT * AMOUNT}.00",
                    "asked": f"{AMOUNT}.00",
                    "over": f"{(FIT + 1) * AMOUNT - CAP}.00",
                    "fits": f"{CAP - FIT * AMOUNT}.00",
                    "on": refused["on"],
                }
            ]

    placed = Counter(
        fact["stream"]
        for fact in history(served, tokens["auditor"])
        if fact["name"] == "order-placed"
    )
    assert placed == Counter(f"order/{order['number']}" for order in accepted)
    assert set(placed.values()) == {1}
    assert verify_log(ledger.store, Held()) == [], "the hash tree grew without a hole"
    _, balance = served.answered(tokens["finance"], "GET", "/agreements/SKO-2023/balance")
    assert (balance["reserved"], balance["remaining"]) == (
        f"{FIT * AMOUNT}.00",
        f"{CAP - FIT * AMOUNT}.00",
    )


def test_clients_that_order_different_amounts_leave_less_than_the_smallest_refused(
    served, tokens, signed
):
    signed(f"{CAP}.00")
    start = Barrier(CLIENTS)

    def client(number):
        start.wait(60)
        path = "/agreements/SKO-2023/orders"
        key = f"different-{number}"
        return served.answered(tokens["orderer"], "POST", path, body(20_000 + 1_000 * number), key)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(client, range(CLIENTS)))

    used = sum(Decimal(order["amount"]) for status, order in answers if status == 201)
    refused = [answer["limits"][0] for status, answer in answers if status == 409]
    assert len(refused) + sum(status == 201 for status, _ in answers) == CLIENTS
    assert refused, "what they ask for is more than the cap"
    assert CAP - min(Decimal(limit["asked"]) for limit in refused) < used <= CAP
    for limit in refused:
        over = Decimal(limit["used"]) + Decimal(limit["asked"]) - Decimal(limit["cap"])
        assert over == Decimal(limit["over"]) > 0
