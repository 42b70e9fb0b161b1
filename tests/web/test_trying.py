"""Everything can be tried before it is done: by `?dry_run=true`, and as a step of a what-if."""

import re
from typing import get_args

import pytest

from ledger.application.steps import PLAYED, STEPS
from ledger.deciding import AgreementCommand, DrawdownCommand, OrderCommand
from ledger.domain import agreement, drawdown, order
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, REASONS, SUPPLIER, recorded

OTHER = "2120001470"
PATH = "/agreements/SKO-2023"
BLUEPRINTS = ("agreements", "orders", "drawdowns", "funding", "sessions", "schedule")
"""What is written there is about an agreement, its orders or its drawdowns."""


# ── Guards ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "kind",
    [
        *get_args(AgreementCommand),
        *get_args(OrderCommand),
        *get_args(DrawdownCommand),
        order.PlaceOrder,
        drawdown.RecordDrawdown,
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_command_can_be_played_as_a_step(kind):
    if "Change" in kind.__name__ and kind.__module__.endswith(".proposing"):
        return  # what all would agree to is played as what is proposed
    if kind is agreement.SkipNumbers:
        return  # of a log that was put back, and of no play
    if kind is order.RecordInvoicedBefore:
        return  # of a file that is taken in whole or not at all
    assert kind in {act.command for act in PLAYED.values()}


def test_every_write_of_agreements_orders_and_drawdowns_can_be_tried_first(api):
    described = api.app.test_client().get("/api/v1/openapi.json").json
    tried, not_tried = [], []
    for rule in api.app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        view = api.app.view_functions[rule.endpoint]
        if "POST" not in rule.methods or blueprint not in BLUEPRINTS:
            continue
        if getattr(view, "_writes_nothing", False):
            continue
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        names = [one.get("name") for one in described["paths"][path]["post"]["parameters"]]
        (tried if "dry_run" in names else not_tried).append(rule.rule)
    assert not_tried == []
    assert len(tried) > 20


# ── Plays ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def joint(api):
    """An agreement of two buyers with a share each, an option to extend, and nothing ordered."""
    body = {
        **AGREEMENT,
        "buyers": [
            {"organisation": BUYER, "role": "lead"},
            {"organisation": OTHER, "role": "member"},
        ],
        "limits": [
            {"name": "ours", "buyer": BUYER, "amount": "1500000.00"},
            {"name": "theirs", "buyer": OTHER, "amount": "500000.00"},
        ],
        "policy": {"extensions": [{"months": 12}]},
    }
    assert api("manager").post("/agreements", body).status_code == 201
    return api


def play(api, *steps: dict) -> list[dict]:
    answer = api("manager").post(f"{PATH}/what-if", {"steps": list(steps)})
    assert answer.status_code == 200, answer.text
    return answer.json["steps"]


def done(api, *steps: dict) -> list[dict]:
    played = play(api, *steps)
    assert [step["refusal"] and step["refusal"]["detail"] for step in played] == [None] * len(steps)
    return played


def left(steps: list[dict]) -> list[str]:
    return [step["balance"]["remaining"].removesuffix(".00") for step in steps]


PLACE = {"command": "place", **ORDER, "respond_by": "2023-12-01"}
FIRST = {"order": "SKO-2023-0001"}
IN_TIME, DECLINED = {"countered_on": "2023-11-30"}, {"declined_on": "2023-11-30"}
SPLIT = {
    "method": "shares",
    "parts": [{"organisation": BUYER, "weight": 3}, {"organisation": OTHER, "weight": 1}],
}
CONFIRM = {"command": "confirm", **FIRST, "confirmed_on": "2023-11-28"}
INVOICED = {"command": "invoice", **FIRST, **INVOICE}
ID = f"{SUPPLIER}.90012345.2024-03-25.380"


def test_what_is_done_to_the_agreement_is_played(joint):
    why = {"reason": "Tvist"}
    rules = [{"name": "ours", "tolerance": 5}]
    policy = {"policy": {"under_use": 80}, "limit_rules": rules}
    steps = done(
        joint,
        {"command": "suspend", **why},
        {"command": "reopen", **why},
        {"command": "amend", "ground": "17:9", "decision": "D", "change": {"cap": "2100000.00"}},
        {"command": "amend", "ground": "17:14", "decision": "D", "change": policy,
         "reasons": REASONS},
        {"command": "extend", "decision": "D"},
        {"command": "in-kind", "amount": "1000.00", "what": "Lokal"},
        {"command": "propose-share-move", "giver": BUYER, "receiver": OTHER,
         "amount": "100000.00"},
        {"command": "accept-share-move", "number": 1},
        {"command": "propose-share-move", "giver": OTHER, "receiver": BUYER, "amount": "1.00"},
        {"command": "decline-share-move", "number": 2},
        {"command": "watch-term", "on": "2028-09-01"},
        {"command": "close-agreement", **why},
    )  # fmt: skip
    assert [step["status"] for step in steps[:2]] == ["suspended", "active"]
    assert steps[-1]["status"] == "closed"
    assert set(left(steps[2:])) == {"2100000"}
    shares = {limit["name"]: limit["amount"] for limit in steps[-1]["balance"]["limits"]}
    assert (shares["ours"], shares["theirs"]) == ("1400000.00", "600000.00")


def test_what_is_done_to_an_order_is_played(joint):
    seats = [{"organisation": BUYER, "seats": 8}, {"organisation": OTHER, "seats": 4}]
    counter = {"lines": ORDER["lines"][:1], "reason": "Färre"}
    steps = done(
        joint,
        {**PLACE, "split": {**SPLIT, "method": "shares"}},
        CONFIRM,
        {"command": "allocate", **FIRST, "seats": seats},
        {"command": "move-seats", **FIRST, "giver": BUYER, "receiver": OTHER, "seats": 1},
        {"command": "start", **FIRST},
        {"command": "deliver", **FIRST, "seats_used": 11},
        {"command": "close", **FIRST, "reason": "Faktureras inte"},
        PLACE,
        {"command": "lapse", "order": "SKO-2023-0002", "on": "2023-12-02"},
        PLACE,
        {"command": "counter", "order": "SKO-2023-0003", **counter, **IN_TIME},
        {"command": "accept", "order": "SKO-2023-0003"},
        {"command": "change", "order": "SKO-2023-0003", "reason": "Fler", "seats": 13},
        {"command": "cancel", "order": "SKO-2023-0003"},
        PLACE,
        {"command": "decline", "order": "SKO-2023-0004", "reason": "Fullt", **DECLINED},
        PLACE,
        {"command": "counter", "order": "SKO-2023-0005", **counter, **IN_TIME},
        {"command": "reject", "order": "SKO-2023-0005", "reason": "Nej"},
    )
    full, first = "2000000", "1760000"
    assert left(steps) == [
        *[first] * 6, full, first, full, first, first, "1940000", "1940000", full, first, full,
        first, first, full,
    ]  # fmt: skip
    assert [step["status"] for step in steps[6:9]] == ["closed", "placed", "lapsed"]


def test_what_is_done_to_an_invoice_is_played_to_its_reversal(joint):
    credit = {"invoice": "9", "issued_on": "2024-05-10", "room": "cap"}
    steps = done(
        joint,
        {**PLACE, "split": SPLIT},
        CONFIRM,
        INVOICED,
        {"command": "reject-invoice", "drawdown": ID, "reason": "Fel belopp"},
        {**INVOICED, "invoice": "7"},
        {"command": "approve", "drawdown": ID.replace("90012345", "7")},
        {"command": "recharge", "drawdown": ID.replace("90012345", "7"), "member": OTHER,
         "amount": "60000.00", "reference": "VF 1"},
        {"command": "reverse", "drawdown": ID.replace("90012345", "7"), **credit},
        {"command": "approve", "drawdown": f"{SUPPLIER}.9.2024-05-10.381"},
    )  # fmt: skip
    assert [step["balance"]["drawn"] for step in steps[4:]] == [
        "0.00", "240000.00", "240000.00", "240000.00", "0.00",
    ]  # fmt: skip
    assert left(steps)[-1] == "2000000"


def test_a_refused_step_of_the_new_kinds_says_why_and_leaves_the_balance(joint):
    steps = play(
        joint,
        {"command": "reopen", "reason": "r"},
        {"command": "accept-share-move", "number": 1},
        {"command": "reverse", "drawdown": ID, "invoice": "9", "issued_on": "2024-05-10"},
        {"command": "watch-term", "on": "2024-01-01"},
    )
    assert [step["refusal"]["type"] for step in steps] == [
        "wrong-status", "not-found", "not-found", "not-due",
    ]  # fmt: skip
    assert set(left(steps)) == {"2000000"}


def test_a_competition_is_played_to_its_award(api):
    body = {
        **AGREEMENT,
        "suppliers": [{"organisation": SUPPLIER}, {"organisation": "2021004052"}],
        "selection": {"method": "competition"},
        "policy": {"sealed_offers": False},
    }
    assert api("manager").post("/agreements", body).status_code == 201
    last = {"answer_by": "2023-12-01", "opened_on": "2023-11-01"}
    day, offer = {"answered_on": "2023-11-10"}, {"supplier": SUPPLIER, "amount": "100000.00"}
    steps = done(
        api,
        {"command": "open-competition", "what": "Ledarskap", **last},
        {"command": "answer-competition", "competition": 1, **offer, **day},
        {"command": "award-competition", "competition": 1, "supplier": SUPPLIER,
         "reason": "Bäst", "awarded_on": "2023-12-02"},
        {"command": "open-competition", "what": "Retorik", **last},
        {"command": "cancel-competition", "competition": 2, "reason": "Behövs inte"},
    )  # fmt: skip
    assert set(left(steps)) == {"2000000"}


def test_what_is_decided_of_funding_is_played_to_its_end(joint):
    source = {
        "name": "ESF", "funder": "Svenska ESF-rådet", "ceiling": "106000.00", "share": "53",
        "starts_on": "2023-11-01", "ends_on": "2024-06-30", "decision": "D", "on": "2023-10-20",
    }  # fmt: skip
    steps = done(
        joint,
        {"command": "decide-funding", **source},
        {"command": "change-funding", **source, "share": "25"},
        {"command": "withdraw-funding", "name": "ESF", "decision": "D", "on": "2024-01-10"},
    )
    covered = [step["balance"]["limits"][-1]["amount"] for step in steps]
    assert covered[:2] == ["200000.00", "424000.00"]
    assert {step["command"] for step in steps} == {
        "decide-funding", "change-funding", "withdraw-funding"
    }  # fmt: skip


def test_nothing_of_a_play_is_written(joint, ledger):
    before = recorded(ledger.store)
    play(joint, PLACE, CONFIRM, {"command": "close-agreement", "reason": "r"})
    assert recorded(ledger.store) == before


def test_steps_are_described_each_by_its_own_shape(joint):
    shapes = joint.app.test_client().get("/api/v1/openapi.json").json["components"]["schemas"]
    for name, shape in STEPS.items():
        assert shapes[shape.__name__]["properties"]["command"]["enum"] == [name]


# ── Dry runs ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "role", "body", "status"),
    [
        (f"{PATH}/suspend", "manager", {"reason": "r"}, "suspended"),
        (f"{PATH}/close", "manager", {"reason": "r"}, "closed"),
        ("/orders/SKO-2023-0001/start", "supplier", {}, "started"),
        ("/orders/SKO-2023-0001/deliver", "supplier", {"seats_used": 1}, "delivered"),
    ],
)
def test_what_moves_no_money_is_tried_with_the_balance_as_it_is(
    joint, ledger, path, role, body, status
):
    placed = joint("orderer").post(f"{PATH}/orders", ORDER)
    assert placed.status_code == 201, placed.text
    assert joint("supplier").post("/orders/SKO-2023-0001/confirm").status_code == 200
    before = recorded(ledger.store)
    answer = joint(role).post(path, body, dry_run="true")
    assert answer.status_code == 200, answer.text
    assert answer.json["resource"]["status"] == status
    assert answer.json["balance"]["remaining"] == "1760000.00"
    assert recorded(ledger.store) == before


def test_what_cannot_be_tried_first_is_not_done_where_a_dry_run_is_asked_for(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    body = {
        "course": "Kurs",
        "ordered_on": "2023-11-20",
        "lines": [{"kind": "delivery", "amount": "1000.00", "year": 2024}],
        "sessions": [{"on": "2024-02-01"}, {"on": "2024-03-01"}],
    }
    name = api("orderer").post(f"{PATH}/orders", body).json["number"]
    api("supplier").post(f"/orders/{name}/confirm", {"confirmed_on": "2023-11-28"})
    path, held = f"/orders/{name}/sessions/1/hold", {"held_on": "2024-02-01", "participants": 9}
    refused = api("supplier").post(path, held, dry_run="true")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/dry_run")
    assert api("orderer").get(f"/orders/{name}").json["sessions"][0]["status"] == "planned"
    assert api("supplier").post(path, held).status_code == 200
    ticked = api("admin").post("/tick", {}, dry_run="true")
    assert (ticked.status_code, ticked.json["errors"][0]["pointer"]) == (422, "/dry_run")
