"""A joint agreement through the API: split orders, seats, shares moved, in kind, recharges."""

from datetime import timedelta

import pytest

from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER

MEMBER, OTHER = "2120001470", "2120001488"
PARTS = [{"organisation": BUYER, "weight": 8}, {"organisation": MEMBER, "weight": 4}]
JOINT = {
    **AGREEMENT,
    "buyers": [
        {"organisation": BUYER, "name": "Härnösands kommun", "role": "lead"},
        {"organisation": MEMBER, "name": "Bengtsfors kommun", "role": "member"},
        {"organisation": OTHER, "name": "Melleruds kommun", "role": "member"},
    ],
    "limits": [
        {"name": "lead", "buyer": BUYER, "amount": "200000.00"},
        {"name": "member", "buyer": MEMBER, "amount": "100000.00"},
    ],
}
BY_SEATS = {**ORDER, "split": {"method": "seats", "parts": PARTS}}


@pytest.fixture
def joint(api):
    assert api("manager").post("/agreements", JOINT).status_code == 201
    return api


@pytest.fixture
def placed(joint):
    answer = joint("orderer").post("/agreements/SKO-2023/orders", BY_SEATS)
    assert answer.status_code == 201, answer.text
    joint("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    return joint


@pytest.fixture
def drawn(placed):
    """The id of an approved invoice of the whole order."""
    id = placed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).json["id"]
    assert placed("approver").post(f"/drawdowns/{id}/approve").status_code == 200
    return id


def remaining(api, **query):
    got = api("finance").get("/agreements/SKO-2023/balance", **query).json
    return {limit["name"]: limit["remaining"] for limit in got["limits"]}


def test_an_order_is_split_and_each_member_s_limit_counts_its_part(placed):
    order = placed("orderer").get("/orders/SKO-2023-0001").json
    assert order["split"]["method"] == "seats"
    assert order["allocated"] == [
        {"organisation": BUYER, "seats": 8},
        {"organisation": MEMBER, "seats": 4},
    ]
    assert remaining(placed) == {"cap": "1760000.00", "lead": "40000.00", "member": "20000.00"}


def test_what_a_part_of_a_split_lacks_is_told_to_who_may_order(joint):
    parts = [{"organisation": BUYER, "weight": 1}, {"organisation": MEMBER, "amount": "1.00"}]
    body = {**ORDER, "split": {"method": "fixed", "parts": parts}}
    refused = joint("orderer").post("/agreements/SKO-2023/orders", body)
    assert [fault["pointer"] for fault in refused.json["errors"]] == ["/split/parts/0"]
    assert joint("orderer").post("/agreements/SKO-2024/orders", body).status_code == 404
    assert joint("orderer", "2120000142").post("/agreements/SKO-2023/orders", body).status_code == (
        404
    )
    steps = {"steps": [{"command": "suspend", "reason": "r"}, {"command": "place", **body}]}
    played = joint("manager").post("/agreements/SKO-2023/what-if", steps).json["steps"]
    assert [step["refusal"] and step["refusal"]["type"] for step in played] == [None, "invalid"]


def test_an_invoice_shows_the_shares_that_are_stored_with_it(placed, drawn):
    lines = placed("finance").get(f"/drawdowns/{drawn}").json["lines"]
    assert [[share["amount"] for share in line["shares"]] for line in lines] == [
        ["40000.00", "20000.00"],
        ["120000.00", "60000.00"],
    ]


def test_a_member_that_carries_a_part_sees_the_order_and_another_does_not(placed):
    assert placed("orderer", MEMBER).get("/orders/SKO-2023-0001").status_code == 200
    assert placed("orderer", OTHER).get("/orders/SKO-2023-0001").status_code == 404
    refused = placed("orderer", MEMBER).post("/orders/SKO-2023-0001/cancel", {"reason": "x"})
    assert refused.status_code == 403


def test_a_member_gives_its_own_seats_and_not_another_s(placed):
    move = {"giver": MEMBER, "receiver": BUYER, "seats": 2, "moved_on": "2023-12-01"}
    given = placed("orderer", MEMBER).post("/orders/SKO-2023-0001/move-seats", move)
    assert given.json["allocated"][0] == {"organisation": BUYER, "seats": 10}
    assert given.json["amount"] == "240000.00"
    assert remaining(placed) == {"cap": "1760000.00", "lead": "0.00", "member": "60000.00"}
    other = {**move, "giver": BUYER, "receiver": MEMBER}
    refused = placed("orderer", MEMBER).post("/orders/SKO-2023-0001/move-seats", other)
    assert refused.status_code == 403
    many = placed("orderer").post("/orders/SKO-2023-0001/move-seats", {**other, "seats": 11})
    assert (many.status_code, many.json["seats"]) == (409, 10)


def test_a_member_cancels_its_own_seats_and_not_another_s(placed):
    there = "/orders/SKO-2023-0001/cancel"
    body = {"seats": 2, "line": 2, "holder": MEMBER, "fee": "5000.00", "cancelled_on": "2023-12-01"}
    offered = placed("orderer", MEMBER).get("/orders/SKO-2023-0001").json["actions"]
    assert {one["name"]: one["allowed"] for one in offered}["cancel"]
    for who, more in ((MEMBER, {"holder": BUYER}), (OTHER, {}), (OTHER, {"holder": OTHER})):
        refused = placed("orderer", who).post(there, {**body, **more})
        assert refused.status_code in (403, 404)
    nobody_s = {name: each for name, each in body.items() if name != "holder"}
    refused = placed("orderer", MEMBER).post(there, nobody_s)
    assert [fault["pointer"] for fault in refused.json["errors"]] == ["/holder"]
    before = placed("finance").get("/agreements/SKO-2023/balance").json["remaining"]
    done = placed("orderer", MEMBER).post(there, body)
    assert done.status_code == 200, done.text
    assert done.json["allocated"][1] == {"organisation": MEMBER, "seats": 2}
    left = placed("finance").get("/agreements/SKO-2023/balance").json["remaining"]
    assert (before, left) == ("1760000.00", "1785000.00")


def test_a_dry_run_of_an_allocation_says_what_it_would_leave_of_each_share(placed):
    seats = [{"organisation": BUYER, "seats": 7}, {"organisation": MEMBER, "seats": 5}]
    body = {"seats": seats, "allocated_on": "2023-12-01"}
    tried = placed("orderer").post("/orders/SKO-2023-0001/allocate", body, dry_run="true").json
    left = {limit["name"]: limit["remaining"] for limit in tried["balance"]["limits"]}
    assert left == {"cap": "1760000.00", "lead": "60000.00", "member": "0.00"}
    assert remaining(placed)["lead"] == "40000.00"


def test_room_moves_between_shares_when_both_have_said_so(placed):
    body = {"giver": BUYER, "receiver": MEMBER, "amount": "30000.00", "on": "2024-01-10"}
    address = "/agreements/SKO-2023/share-moves"
    proposed = placed("manager", MEMBER).post(address, body)
    assert proposed.status_code == 200, proposed.text
    assert [move["number"] for move in proposed.json["proposed_share_moves"]] == [1]
    on = {"on": "2024-02-01"}
    assert placed("manager", MEMBER).post(f"{address}/1/accept", on).status_code == 403
    accepted = placed("manager").post(f"{address}/1/accept", on)
    assert [limit["amount"] for limit in accepted.json["limits"]] == ["170000.00", "130000.00"]
    assert remaining(placed) == {"cap": "1760000.00", "lead": "10000.00", "member": "50000.00"}
    before = remaining(placed, as_of="2024-01-31")
    assert before == {"cap": "1760000.00", "lead": "40000.00", "member": "20000.00"}
    known = remaining(placed, known_at="2200-01-01T00:00:00Z")
    assert known == {"cap": "1760000.00", "lead": "10000.00", "member": "50000.00"}


def test_a_share_move_may_begin_later_and_stands_beside_until_then(placed, clock):
    later = (clock.today + timedelta(days=2)).isoformat()
    body = {"giver": BUYER, "receiver": MEMBER, "amount": "30000.00", "effective_on": later}
    address = "/agreements/SKO-2023/share-moves"
    proposed = placed("manager", MEMBER).post(address, body)
    assert proposed.json["proposed_share_moves"][0]["moves_from"] == later, proposed.text
    accepted = placed("manager").post(f"{address}/1/accept", {})
    assert [one["amount"] for one in accepted.json["limits"]] == ["200000.00", "100000.00"]
    found = placed("finance").get("/agreements/SKO-2023/balance").json
    binds = {"effect": "hard", "tolerance": 0, "removed": False}
    assert sorted(found["later"], key=lambda one: one["limit"]) == [
        {"day": later, "limit": "lead", "amount": "170000.00", **binds},
        {"day": later, "limit": "member", "amount": "130000.00", **binds},
    ]
    ahead = placed("manager", MEMBER).post(address, {**body, "on": later})
    assert [one["pointer"] for one in ahead.json["errors"]] == ["/on"]


def test_a_share_that_was_moved_opens_into_the_facts_that_made_it(placed):
    body = {"giver": BUYER, "receiver": MEMBER, "amount": "30000.00", "on": "2024-01-10"}
    address = "/agreements/SKO-2023/share-moves"
    placed("manager").post(address, body)
    placed("manager", MEMBER).post(f"{address}/1/accept", {"on": "2024-02-01"})
    query = {"figure": "cap", "limit": "member"}
    opened = placed("finance").get("/agreements/SKO-2023/balance/explain", **query)
    assert opened.status_code == 200, opened.text
    parts = [(item["cause"], item["amount"]) for item in opened.json["items"]]
    assert parts == [("signed", "100000.00"), ("share-moved", "30000.00")]
    views = {"from_as_of": "2024-01-31", "to_as_of": "2024-02-01"}
    compared = placed("finance").get("/agreements/SKO-2023/compare", **views).json
    changed = {change["limit"]: change["amount"] for change in compared["changes"]}
    assert changed == {"cap": "0.00", "lead": "-30000.00", "member": "30000.00"}


def test_a_share_is_moved_by_who_has_one_alone(joint):
    def moving(organisation):
        actions = joint("admin", organisation).get("/agreements/SKO-2023").json["actions"]
        return next(one for one in actions if one["name"] == "propose-share-move")

    assert moving(BUYER)["allowed"]
    assert moving("2120000530")["type"] == "not-a-party"


def test_more_than_what_is_unused_is_not_moved_and_a_proposal_can_be_declined(placed):
    address = "/agreements/SKO-2023/share-moves"
    body = {"giver": BUYER, "receiver": MEMBER, "amount": "40000.01"}
    refused = placed("manager").post(address, body)
    assert (refused.status_code, refused.json["unused"]) == (409, "40000.00")
    placed("manager").post(address, {**body, "amount": "1.00"})
    declined = placed("manager", MEMBER).post(f"{address}/1/decline", {"reason": "no"})
    assert declined.json["proposed_share_moves"] == []
    assert placed("manager", MEMBER).post(f"{address}/1/accept").status_code == 404


def test_what_is_given_in_kind_stands_beside_the_balance(placed):
    body = {"amount": "50000.00", "what": "Teaching by our own managers", "on": "2024-02-01"}
    before = placed("finance").get("/agreements/SKO-2023/balance").json
    given = placed("finance", MEMBER).post("/agreements/SKO-2023/in-kind", body)
    assert given.status_code == 200, given.text
    after = placed("finance").get("/agreements/SKO-2023/balance").json
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"in_kind", "known_at", "position", "as_of"}
    assert after["in_kind"] == "50000.00"
    earlier = placed("finance").get("/agreements/SKO-2023/balance", as_of="2024-01-31").json
    assert earlier["in_kind"] == "0.00"
    outside = {**body, "organisation": "2120001835"}
    assert placed("manager").post("/agreements/SKO-2023/in-kind", outside).status_code == 403


def test_a_recharge_is_recorded_on_the_invoice_and_moves_no_money(placed, drawn):
    before = remaining(placed)
    body = {"member": MEMBER, "amount": "80000.00", "reference": "VF 1"}
    body["recharged_on"] = "2024-04-01"
    recharged = placed("finance").post(f"/drawdowns/{drawn}/recharge", body)
    assert recharged.json["recharges"] == [{**body, "given_back": "0.00"}]
    assert remaining(placed) == before
    more = {**body, "amount": "0.01", "reference": "VF 2"}
    refused = placed("finance").post(f"/drawdowns/{drawn}/recharge", more)
    assert (refused.status_code, refused.json["left"]) == (409, "0.00")


def test_a_part_of_a_split_has_an_amount_where_it_is_fixed_and_else_a_weight(joint):
    amounts = [
        {"organisation": BUYER, "amount": "160000.00"},
        {"organisation": MEMBER, "amount": "80000.00"},
    ]
    fixed = {**ORDER, "split": {"method": "fixed", "parts": amounts}}
    placed = joint("orderer").post("/agreements/SKO-2023/orders", fixed)
    assert [part["amount"] for part in placed.json["split"]["parts"]] == ["160000.00", "80000.00"]
    wrong = {**ORDER, "split": {"method": "fixed", "parts": PARTS}}
    refused = joint("orderer").post("/agreements/SKO-2023/orders", wrong)
    assert [error["pointer"] for error in refused.json["errors"]] == [
        "/split/parts/0",
        "/split/parts/1",
    ]


def test_an_agreement_s_own_split_is_read_back_as_it_was_signed(api):
    split = {"method": "shares", "parts": PARTS}
    signed = api("manager").post("/agreements", {**JOINT, "policy": {"split": split}})
    assert [part["weight"] for part in signed.json["policy"]["split"]["parts"]] == [8, 4]
    assert [buyer["role"] for buyer in signed.json["buyers"]] == ["lead", "member", "member"]


# ── Who sees an invoice ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def shared_by_three(joint):
    """The id of an invoice that each of the three carries a part of."""
    parts = [{"organisation": one, "weight": 4} for one in (BUYER, MEMBER, OTHER)]
    body = {**ORDER, "split": {"method": "seats", "parts": parts}}
    assert joint("orderer").post("/agreements/SKO-2023/orders", body).status_code == 201
    joint("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    id = joint("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).json["id"]
    assert joint("approver").post(f"/drawdowns/{id}/approve").status_code == 200
    for member, reference in ((MEMBER, "VF 1"), (OTHER, "VF 2")):
        recharge = {"member": member, "amount": "80000.00", "reference": reference}
        assert joint("finance").post(f"/drawdowns/{id}/recharge", recharge).status_code == 200
    return id


def organisations(resource) -> set[str]:
    shares = {share["organisation"] for line in resource["lines"] for share in line["shares"]}
    return shares | {one["member"] for one in resource["recharges"]}


@pytest.mark.parametrize("query", [{}, {"as_of": "2200-01-01"}], ids=["now", "then"])
def test_a_member_that_carries_a_part_sees_the_invoice_with_its_own_share_alone(
    joint, shared_by_three, query
):
    member = joint("approver", MEMBER)
    seen = member.get(f"/drawdowns/{shared_by_three}", **query)
    assert seen.status_code == 200, seen.text
    (listed,) = member.get("/drawdowns", **query).json["items"]
    assert listed == {name: said for name, said in seen.json.items() if name != "actions"}
    assert organisations(listed) == {MEMBER}
    assert sum(float(share["amount"]) for line in listed["lines"] for share in line["shares"]) == (
        80_000
    )
    lead = joint("approver").get(f"/drawdowns/{shared_by_three}", **query).json
    assert organisations(lead) == {BUYER, MEMBER, OTHER}


def test_a_member_that_carries_nothing_of_an_invoice_does_not_see_it(drawn, placed):
    assert placed("approver", OTHER).get(f"/drawdowns/{drawn}").status_code == 404
    assert placed("approver", OTHER).get("/drawdowns").json["items"] == []
    assert placed("approver", MEMBER).get(f"/drawdowns/{drawn}").status_code == 200


def test_a_member_does_not_decide_an_invoice_that_is_the_lead_s(placed):
    id = placed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).json["id"]
    assert placed("approver", MEMBER).get(f"/drawdowns/{id}").status_code == 200
    assert placed("approver", MEMBER).post(f"/drawdowns/{id}/approve").status_code == 404


# ── Recharges that are given back ─────────────────────────────────────────────────────────────


@pytest.fixture
def recharged(drawn, placed):
    """The path of an approved invoice whose member has paid its share of 80 000 back."""
    body = {"member": MEMBER, "amount": "80000.00", "reference": "VF 1"}
    assert placed("finance").post(f"/drawdowns/{drawn}/recharge", body).status_code == 200
    return f"/drawdowns/{drawn}"


BACK = {"member": MEMBER, "reference": "VF 1", "reason": "Krediterad plats"}


def test_a_recharge_is_given_back_in_part_and_never_above_what_was_recharged(placed, recharged):
    finance = placed("finance")
    before = remaining(placed)
    part = finance.post(f"{recharged}/reverse-recharge", {**BACK, "amount": "30000.00"})
    assert part.status_code == 200, part.text
    assert part.json["recharges"][0]["given_back"] == "30000.00"
    refused = finance.post(f"{recharged}/reverse-recharge", {**BACK, "amount": "50000.01"})
    assert refused.status_code == 409
    assert refused.json["type"].endswith("/recharge-reversal-too-large")
    assert (refused.json["left"], refused.json["asked"]) == ("50000.00", "50000.01")
    rest = finance.post(f"{recharged}/reverse-recharge", BACK)
    assert rest.json["recharges"][0]["given_back"] == "80000.00"
    again = finance.post(f"{recharged}/reverse-recharge", BACK)
    assert again.status_code == 409, "nothing is left to give back"
    assert remaining(placed) == before, "no money moves"


def test_what_was_given_back_can_be_recharged_again(placed, recharged):
    body = {"member": MEMBER, "amount": "10000.00", "reference": "VF 2"}
    assert placed("finance").post(f"{recharged}/recharge", body).status_code == 409
    back = {**BACK, "amount": "10000.00"}
    assert placed("finance").post(f"{recharged}/reverse-recharge", back).status_code == 200
    assert placed("finance").post(f"{recharged}/recharge", body).status_code == 200


def test_a_recharge_that_is_not_there_is_not_given_back_and_another_buyer_gives_none(
    placed, recharged
):
    unknown = {**BACK, "reference": "VF 9"}
    answer = placed("finance").post(f"{recharged}/reverse-recharge", unknown)
    assert (answer.status_code, answer.json["detail"]) == (404, "There is no recharge VF 9.")
    theirs = placed("finance", MEMBER).post(f"{recharged}/reverse-recharge", BACK)
    assert theirs.status_code in (403, 409)


def test_a_recharge_is_given_back_also_when_its_invoice_was_credited_in_full(placed, recharged):
    credit = {"invoice": "9", "issued_on": "2024-05-10", "room": "cap"}
    made = placed("finance").post(f"{recharged}/reverse", credit)
    approved = placed("approver").post(f"/drawdowns/{made.json['id']}/approve")
    assert approved.status_code == 200
    assert placed("finance").get(recharged).json["status"] == "reversed"
    back = placed("finance").post(f"{recharged}/reverse-recharge", BACK)
    assert back.json["recharges"][0]["given_back"] == "80000.00"


def test_an_invoice_over_the_lead_s_order_and_a_member_s_is_carried_by_each_for_its_own(joint):
    lines = [{"kind": "delivery", "amount": "1000.00", "year": 2024, "funding": "ESF"}]
    source = {"name": "ESF", "funder": "ESF-rådet", "share": "50", "ceiling": "5000.00",
              "starts_on": "2023-11-01", "ends_on": "2026-01-01", "decision": "D",
              "decided_on": "2023-10-01"}  # fmt: skip
    answer = joint("manager").post("/agreements/SKO-2023/funding", source)
    assert answer.status_code in (200, 201), answer.text
    orders = []
    for buyer, times in ((BUYER, 1), (MEMBER, 3)):
        body = {"course": "K", "buyer": buyer, "ordered_on": "2023-11-20", "lines": lines * times}
        placed = joint("orderer", buyer).post("/agreements/SKO-2023/orders", body)
        assert placed.status_code == 201, placed.text
        orders.append(placed.json["number"])
        joint("supplier").post(f"/orders/{orders[-1]}/confirm", {})
    amounts = zip(orders, ("1000.00", "3000.00"), strict=True)
    parts = [{"order": name, "amount": amount} for name, amount in amounts]
    body = {**INVOICE, "amount": "4000.00", "lines": parts}
    body.pop("vat")
    recorded = joint("finance").post("/agreements/SKO-2023/drawdowns", body)
    assert recorded.status_code == 201, recorded.text
    id = recorded.json["id"]
    assert joint("approver").post(f"/drawdowns/{id}/approve").status_code == 200
    found = joint("finance").get("/agreements/SKO-2023/funding").json["members"]
    carried = {one["organisation"]: (one["gross"], one["own"]) for one in found}
    assert carried[BUYER] == ("1000.00", "500.00")
    assert carried[MEMBER] == ("3000.00", "1500.00")
    assert remaining(joint)["member"] == "97000.00"
    recharge = {"member": MEMBER, "amount": "3000.00", "reference": "VF 1"}
    assert joint("finance").post(f"/drawdowns/{id}/recharge", recharge).status_code == 200
