"""Commands played in thought: decided as in earnest, and nothing of it is written."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from ledger.domain import agreement, order
from ledger.domain.drawdown import ApproveDrawdown, Part, RecordDrawdown
from ledger.domain.order import LineTerms
from tests.conftest import AGREEMENT, BUYER, ORDER, SUPPLIER, recorded
from tests.domain.domain_given import ORDERER, UNIVERSITY, kr

NOW = datetime(2023, 11, 20, 12, tzinfo=UTC)
DAY = date(2023, 11, 20)


def placing(kronor: int) -> order.PlaceOrder:
    lines = (LineTerms(kind="delivery", amount=kr(kronor)),)
    return order.PlaceOrder(
        agreement="SKO-2023", buyer=BUYER, course="C", lines=lines, ordered_on=DAY
    )


@pytest.fixture
def signed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    return api


def places(tried) -> tuple[int, ...]:
    use = agreement.use_of(tried.agreement, tried.agreement.cap)
    return use.reserved // 100, use.committed // 100, use.drawn // 100


def test_commands_are_played_on_what_those_before_them_leave_and_nothing_is_written(signed, ledger):
    before = recorded(ledger.store)
    steps = ledger.service.what_if(
        "SKO-2023",
        [
            placing(1_500_000),
            order.ConfirmOrder(order="SKO-2023-0001", on=DAY),
            placing(500_000),
        ],
        ORDERER,
        NOW,
    )
    assert [places(step) for step in steps] == [
        (1_500_000, 0, 0),
        (0, 1_500_000, 0),
        (500_000, 1_500_000, 0),
    ]
    assert [step.state.number for step in steps] == [
        "SKO-2023-0001", "SKO-2023-0001", "SKO-2023-0002",
    ]  # fmt: skip
    assert recorded(ledger.store) == before
    assert ledger.service.load("agreement/SKO-2023")[1].orders == 0
    assert ledger.service.load("order/SKO-2023-0001") == (0, None)


def test_what_is_played_comes_to_the_same_as_what_is_then_done(signed, ledger):
    commands = [
        placing(700_000),
        order.ConfirmOrder(order="SKO-2023-0001", on=DAY),
        placing(300_000),
        order.CancelOrder(order="SKO-2023-0001", on=DAY, fee=kr(10_000)),
    ]
    played = ledger.service.what_if("SKO-2023", commands, ORDERER, NOW)
    who = [ORDERER, UNIVERSITY, ORDERER, ORDERER]
    done = [
        ledger.service.execute(command, by, now=NOW)
        for command, by in zip(commands, who, strict=True)
    ]
    assert [step.agreement for step in played] == [outcome.agreement for outcome in done]
    # Who did it in thought is told in what an order remembers.
    told = [[replace(one.state, past=None) for one in some] for some in (played, done)]
    assert told[0] == told[1]
    assert [f.event for step in played for f in step.facts] == [
        f.event for outcome in done for f in outcome.facts
    ]


def test_a_refused_step_tells_its_figures_and_the_play_goes_on(signed, ledger):
    refused, after = ledger.service.what_if(
        "SKO-2023", [placing(2_000_001), placing(2_000_000)], ORDERER, NOW
    )
    assert refused.refusal.type == "cap-exceeded"
    (limit,) = refused.refusal.figures["limits"]
    assert limit.over.ore == kr(1)
    assert places(refused) == (0, 0, 0)
    assert places(after) == (2_000_000, 0, 0)


def test_a_play_that_is_to_stop_ends_with_what_is_refused(signed, ledger):
    steps = ledger.service.what_if(
        "SKO-2023", [placing(1), placing(2_000_000), placing(1)], ORDERER, NOW, stop=True
    )
    assert [step.refusal is None for step in steps] == [True, False]


def test_an_invoice_is_attested_in_thought_by_somebody_else(signed, ledger):
    invoice = RecordDrawdown(
        agreement="SKO-2023",
        supplier=SUPPLIER,
        invoice="1",
        issued_on=DAY,
        type="380",
        currency="SEK",
        amount=kr(100),
        parts=(Part(order="SKO-2023-0001", amount=kr(100)),),
    )
    approve = ApproveDrawdown(drawdown=f"{SUPPLIER}.1.2023-11-20.380", on=DAY)
    steps = ledger.service.what_if(
        "SKO-2023",
        [placing(100), order.ConfirmOrder(order="SKO-2023-0001", on=DAY), invoice, approve],
        ORDERER,
        NOW,
    )
    assert [step.refusal for step in steps] == [None] * 4
    assert places(steps[-1]) == (0, 0, 100)


# ── The API ───────────────────────────────────────────────────────────────────────────────────

PATH = "/agreements/SKO-2023/what-if"
PLACE = {"command": "place", **ORDER}


def test_the_api_answers_with_the_balance_after_each_step(signed, ledger):
    before = recorded(ledger.store)
    over = {**PLACE, "lines": [{"kind": "delivery", "amount": "1800000.00"}]}
    confirm = {"command": "confirm", "order": "SKO-2023-0001"}
    answer = signed("manager").post(PATH, {"steps": [PLACE, over, confirm]})
    assert answer.status_code == 200, answer.text
    assert answer.json["before"]["remaining"] == "2000000.00"
    placed, refused, confirmed = answer.json["steps"]
    assert (placed["name"], placed["status"]) == ("SKO-2023-0001", "placed")
    assert placed["balance"]["remaining"] == "1760000.00"
    assert refused["refusal"]["type"] == "cap-exceeded"
    assert refused["refusal"]["figures"]["limits"][0]["over"] == "40000.00"
    assert refused["balance"] == placed["balance"]
    assert confirmed["balance"]["committed"] == "240000.00"
    assert recorded(ledger.store) == before


def test_a_refusal_in_thought_is_said_in_swedish(signed):
    confirm = {"command": "confirm", "order": "SKO-2023-0009"}
    client = signed("manager")
    client.headers["Accept-Language"] = "sv"
    (step,) = client.post(PATH, {"steps": [confirm]}).json["steps"]
    assert step["refusal"]["detail"] == ("Det finns ingen uppgift om avrop SKO-2023-0009.")


def test_every_fault_of_the_steps_is_named_at_its_place(signed):
    steps = [{"command": "fly"}, {"command": "confirm"}, 7, {**PLACE, "colour": "blue"}]
    answer = signed("manager").post(PATH, {"steps": steps})
    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json["errors"]) == [
        "/steps/0/command", "/steps/1/order", "/steps/2", "/steps/3/colour",
    ]  # fmt: skip


def test_orders_of_another_agreement_are_not_there_in_thought_either(signed):
    other = {**AGREEMENT, "number": "B-2023"}
    assert signed("manager").post("/agreements", other).status_code == 201
    assert signed("orderer").post("/agreements/B-2023/orders", ORDER).status_code == 201
    confirm = {"command": "confirm", "order": "B-2023-0001"}
    (step,) = signed("manager").post(PATH, {"steps": [confirm]}).json["steps"]
    assert step["refusal"]["type"] == "not-found"


def test_an_orderer_sees_nothing_of_another_buyers_order_in_thought(signed):
    other = "2120001470"
    parties = [*AGREEMENT["buyers"], {"organisation": other}]
    body = {**AGREEMENT, "number": "J-2023", "buyers": parties}
    assert signed("manager").post("/agreements", body).status_code == 201
    assert signed("orderer", other).post("/agreements/J-2023/orders", ORDER).status_code == 201
    cancel = {"command": "cancel", "order": "J-2023-0001"}
    mine, theirs = (
        signed("orderer", organisation).post("/agreements/J-2023/what-if", {"steps": [cancel]})
        for organisation in (other, BUYER)
    )
    assert mine.json["steps"][0]["refusal"] is None
    assert theirs.json["steps"][0]["refusal"]["type"] == "not-found"


def test_the_university_does_not_play_with_the_agreement(signed):
    assert signed("supplier").post(PATH, {"steps": [PLACE]}).status_code == 403
    assert signed("manager").post("/agreements/X/what-if", {"steps": [PLACE]}).status_code == 404
