"""What a resource says may be done to it, held against trying to do it."""

import pytest

from ledger.application.allowed import ON
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, SUPPLIER

OTHER = "2021004052"
WHO = (
    ("orderer", BUYER),
    ("manager", BUYER),
    ("finance", BUYER),
    ("approver", BUYER),
    ("supplier", SUPPLIER),
    ("admin", BUYER),
    ("orderer", SUPPLIER),
    ("manager", SUPPLIER),
    ("finance", SUPPLIER),
    ("approver", SUPPLIER),
)
NUMBER = "SKO-2023-0001"
ID = f"{SUPPLIER}.90012345.2024-03-25.380"
LINES = [{"kind": "delivery", "amount": "1000.00"}]
WHY = {"reason": "Why"}
BODIES = {
    "amend": {"change": {"cap": "2000001.00"}, "ground": "17:9", "decision": "D"},
    "extend": {"decision": "D"},
    "suspend": WHY,
    "close": WHY,
    "reopen": WHY,
    "propose-share-move": {"giver": BUYER, "receiver": OTHER, "amount": "1.00"},
    "in-kind": {"amount": "1.00", "what": "A room"},
    "place": ORDER,
    "decide-funding": {
        "name": "ESF", "funder": "ESF", "ceiling": None, "starts_on": "2024-01-01",
        "ends_on": "2024-12-31", "decision": "D",
    },
    "change-funding": {
        "name": "ESF", "funder": "ESF", "ceiling": None, "starts_on": "2024-01-01",
        "ends_on": "2024-12-31", "decision": "D",
    },
    "withdraw-funding": {"name": "ESF", "decision": "D"},
    "decline": WHY,
    "counter": {"lines": LINES},
    "reject": WHY,
    "change": {**WHY, "lines": LINES},
    "allocate": {"seats": [{"organisation": BUYER, "seats": 12}]},
    "move-seats": {"giver": BUYER, "receiver": OTHER, "seats": 1},
    "recode": {"line": 1, "cost_centre": "4100"},
    "deliver": {"seats_used": 1},
    "move-session": {"to": "2024-02-01"},
    "hold-session": {"participants": 1},
    "record": {**INVOICE, "invoice": "another"},
    "reverse": {"invoice": "K1", "issued_on": "2024-04-01", "room": "cap"},
    "recharge": {"member": OTHER, "amount": "1.00", "reference": "R"},
    "reverse-recharge": {"member": OTHER, "reference": "R", **WHY},
}  # fmt: skip
"""A sound body of each act that needs one; what is left out here takes an empty one."""
OF_THE_BODY = {
    "invalid", "not-found", "cap-exceeded", "outside-term", "room-not-chosen", "not-covered",
    "below-invoiced", "too-many-seats", "not-entitled", "credit-too-large", "recharge-too-large",
    "duplicate-invoice", "session-settled", "delivery-after-term", "may-not-attest",
    "ground-not-usable", "release-differs", "order-ended", "share-in-use", "answered-too-late",
}  # fmt: skip
"""What only the words of an act can be wrong in."""


@pytest.fixture
def placed(api):
    signed = {**AGREEMENT, "policy": {"extensions": [{"months": 12}]}}
    assert api("manager").post("/agreements", signed).status_code == 201
    place = {**ORDER, "respond_by": "2023-12-20"}
    assert api("orderer").post("/agreements/SKO-2023/orders", place).status_code == 201
    return api


def confirmed(api):
    act(api, "supplier", SUPPLIER, f"/orders/{NUMBER}/confirm", {"on": "2023-11-28"})


def invoiced(api):
    confirmed(api)
    act(api, "finance", BUYER, f"/orders/{NUMBER}/drawdowns", INVOICE)


def approved(api):
    invoiced(api)
    act(api, "approver", BUYER, f"/drawdowns/{ID}/approve", {})


def countered(api):
    offer = {"lines": [{"kind": "delivery", "amount": "200000.00"}], "on": "2023-11-28"}
    act(api, "supplier", SUPPLIER, f"/orders/{NUMBER}/counter", offer)


def act(api, role, organisation, path, body):
    done = api(role, organisation).post(path, body)
    assert done.status_code in (200, 201), done.text


PLAYS = {
    "placed": lambda api: None,
    "countered": countered,
    "confirmed": confirmed,
    "invoiced": invoiced,
    "approved": approved,
    "declined": lambda api: act(
        api, "supplier", SUPPLIER, f"/orders/{NUMBER}/decline", {**WHY, "on": "2023-11-28"}
    ),
    "closed": lambda api: (
        approved(api),
        act(api, "orderer", BUYER, f"/orders/{NUMBER}/close", {}),
        act(api, "manager", BUYER, "/agreements/SKO-2023/suspend", WHY),
    ),
}


@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS)
def test_what_is_said_to_be_allowed_is_what_trying_comes_to(placed, play):
    play(placed)
    resources = ["/agreements/SKO-2023", f"/orders/{NUMBER}"]
    if placed("finance").get(f"/drawdowns/{ID}").status_code == 200:
        resources.append(f"/drawdowns/{ID}")
    tried = {True: 0, False: 0}
    for role, organisation in WHO:
        who = placed(role, organisation)
        for resource in resources:
            for action in who.get(resource).json["actions"]:
                if "-competition" in action["name"] and action["allowed"]:
                    continue  # it has no dry run, and would be done
                tried[action["allowed"]] += 1
                check(who, action, role)
    assert tried[True] > 10
    assert tried[False] > 20


def action_noun(action):
    return action["address"].split("/")[3].removesuffix("s")


def check(who, action, role):
    """A dry run, or where there is none what would be refused."""
    act = next(one for one in ON[action_noun(action)] if one.name == action["name"])
    path = action["address"].removeprefix("/api/v1")
    for variable in ("move", "competition", "session"):
        path = path.replace(f"{{{variable}}}", "1")
    if action["allowed"] and not act.dry_run:
        return
    query = {"dry_run": "true"} if act.dry_run else {}
    answer = who.post(path, BODIES.get(action["name"], {}), **query)
    said = f"{role}: {action}, and trying: {answer.status_code} {answer.text[:300]}"
    refused = answer.status_code >= 400 and answer.json["type"].rpartition("/")[2]
    if action["allowed"]:
        assert not refused or refused in OF_THE_BODY, said
    else:
        assert refused == action["type"] or refused in OF_THE_BODY, said


def test_a_stranger_sees_no_actions_and_a_supplier_those_of_its_role(placed):
    actions = placed("supplier", SUPPLIER).get(f"/orders/{NUMBER}").json["actions"]
    may = {action["name"] for action in actions if action["allowed"]}
    assert may == {"confirm", "decline", "counter"}
    reasons = {action["name"]: action["because"] for action in actions}
    assert "orderer, manager, admin" in reasons["change"]


def test_who_recorded_an_invoice_is_told_that_another_must_approve_it(placed):
    invoiced(placed)
    both = placed("finance", BUYER)
    actions = both.get(f"/drawdowns/{ID}").json["actions"]
    (approve,) = (action for action in actions if action["name"] == "approve")
    assert approve["type"] == "forbidden"


def test_lists_and_what_was_have_no_actions(placed):
    orderer = placed("orderer")
    assert "actions" not in orderer.get("/orders").json["items"][0]
    assert "actions" not in orderer.get("/agreements").json["items"][0]
    assert "actions" not in orderer.get(f"/orders/{NUMBER}", as_of="2023-11-21").json
    assert "actions" in orderer.get(f"/orders/{NUMBER}").json


def test_the_reason_is_said_in_the_readers_language(placed):
    confirmed(placed)
    orderer = placed("orderer")
    orderer.headers["Accept-Language"] = "sv"
    actions = orderer.get(f"/orders/{NUMBER}").json["actions"]
    (accept,) = (action for action in actions if action["name"] == "accept")
    assert "SKO-2023-0001" in accept["because"]
    assert "it must be" not in accept["because"]
