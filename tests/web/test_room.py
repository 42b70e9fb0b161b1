"""What can be ordered today: in balances, lists and dry runs, and exactly what is taken."""

from datetime import timedelta

import pytest

from tests.clock import STARTED
from tests.conftest import AGREEMENT

PATH = "/agreements/SKO-2023"
TODAY = STARTED.today
AHEAD = TODAY + timedelta(days=150)
TERM = {"starts_on": "2023-09-05", "ends_on": f"{TODAY.year + 4}-12-31"}


def told(answer):
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def sign(api, **more):
    terms = {"policy": {"amendments": "free"}, "cap": "100000.00", **TERM, **more}
    return told(api("manager").post("/agreements", {**AGREEMENT, **terms}))


def amend(api, on, **change):
    body = {"change": change, "ground": "policy", "decision": "KS", "effective_on": str(on)}
    return told(api("manager").post(f"{PATH}/amendments", {**body, "decided_on": str(TODAY)}))


def order(api, amount, **query):
    lines = [{"kind": "delivery", "amount": amount, "year": 2026}]
    body = {"course": "Kurs", "ordered_on": str(TODAY), "lines": lines}
    return api("orderer").post(f"{PATH}/orders", body, **query)


def balance(api, **times):
    return told(api("finance").get(f"{PATH}/balance", **times))


def rooms(found):
    return {limit["name"]: limit["room"] for limit in found["limits"]}


def test_room_is_the_least_over_every_day_from_today_on_and_exactly_what_is_taken(api):
    sign(api, limits=[{"name": "2026", "year": 2026, "amount": "60000.00", "tolerance": 10}])
    assert told(order(api, "10000.00"))["status"] == "placed"
    found = balance(api)
    assert (found["room"], found["room_reason"]) == ("90000.00", None)
    assert rooms(found) == {"cap": "90000.00", "2026": "56000.00"}
    amend(api, AHEAD, cap="40000.00")
    assert balance(api)["room"] == "30000.00"
    refused = order(api, "30000.01")
    assert refused.status_code == 409
    assert (refused.json["on"], refused.json["fits"]) == (str(AHEAD), "30000.00")
    assert refused.json["limits"][0]["on"] == str(AHEAD)
    assert order(api, "30000.00").status_code == 201
    assert balance(api)["room"] == "0.00"
    amend(api, AHEAD, cap="20000.00")
    assert balance(api, as_of=str(AHEAD))["remaining"] == "-20000.00"
    assert balance(api)["room"] == "0.00", "never below 0"


def test_a_dry_run_tells_what_is_left_before_beside_after(api):
    sign(api)
    tried = told(order(api, "10000.00", dry_run="true"))
    assert (tried["before"]["room"], tried["after"]["room"]) == ("100000.00", "90000.00")
    assert (tried["before"]["remaining"], tried["after"]["remaining"]) == (
        "100000.00", "90000.00"
    )  # fmt: skip
    assert tried["balance"] == tried["after"]
    assert balance(api)["room"] == "100000.00", "nothing was written"


def test_before_a_signing_there_is_nothing(api):
    body = {**AGREEMENT, **TERM}
    tried = told(api("manager").post("/agreements", body, dry_run="true"))
    assert (tried["before"], tried["after"]["room"]) == (None, "2000000.00")


def test_the_list_of_agreements_tells_room(api):
    sign(api)
    told(order(api, "10000.00"))
    (listed,) = told(api("finance").get("/agreements"))["items"]
    assert (listed["balance"]["room"], listed["balance"]["room_reason"]) == ("90000.00", None)


def test_of_an_unknown_amount_room_is_unknown(api):
    sign(api, cap=None)
    found = balance(api)
    assert (found["room"], found["room_reason"], rooms(found)) == (None, None, {"cap": None})


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"starts_on": f"{TODAY.year + 1}-01-01"}, "not-begun"),
        ({"ends_on": str(TODAY - timedelta(days=1))}, "ended"),
        ({"ends_on": str(TODAY)}, None),
        ({"ends_on": str(TODAY - timedelta(days=1)), "cap": None}, "ended"),
    ],
)
def test_an_agreement_that_is_not_in_force_today_has_no_room_and_says_why(api, terms, reason):
    year = int(terms.get("starts_on", str(TODAY))[:4])
    sign(api, limits=[{"name": "2026", "year": year, "amount": "60000.00"}], **terms)
    found = balance(api)
    assert found["room_reason"] == reason
    if reason:
        assert rooms(found) == {"cap": "0.00", "2026": "0.00"}


@pytest.mark.parametrize(("verb", "reason"), [("suspend", "suspended"), ("close", "closed")])
def test_a_suspended_or_closed_agreement_has_no_room_until_it_is_opened_again(api, verb, reason):
    sign(api)
    told(api("manager").post(f"{PATH}/{verb}", {"reason": "x"}))
    assert (balance(api)["room"], balance(api)["room_reason"]) == ("0.00", reason)
    told(api("manager").post(f"{PATH}/reopen", {"reason": "x"}))
    assert (balance(api)["room"], balance(api)["room_reason"]) == ("100000.00", None)


@pytest.mark.parametrize("effect", ["soft", "informational"])
def test_of_a_limit_that_does_not_refuse_it_is_what_is_left_before_it_speaks(api, effect):
    limit = {"name": "2026", "year": 2026, "amount": "60000.00", "effect": effect}
    sign(api, limits=[limit])
    told(order(api, "50000.00"))
    assert rooms(balance(api))["2026"] == "10000.00"
    told(order(api, "20000.00"))
    assert rooms(balance(api))["2026"] == "0.00"


def test_what_was_known_at_a_moment_tells_the_room_of_then(api):
    sign(api)
    told(order(api, "10000.00"))
    day = str(TODAY)
    moment = told(api("finance").get("/events", limit="100"))["items"][-1]["recorded_at"]
    told(order(api, "20000.00"))
    assert balance(api, as_of=day)["room"] == "70000.00"
    assert balance(api, known_at=moment)["room"] == "90000.00"
    assert balance(api, as_of=day, known_at=moment)["room"] == "90000.00"
    earlier = balance(api, as_of="2024-01-01")
    assert (earlier["remaining"], earlier["room"]) == ("100000.00", "70000.00")


def test_a_raise_from_a_later_day_and_one_from_today_each_hold_on_their_own_days(api):
    sign(api)
    amend(api, AHEAD, cap="200000.00")
    amend(api, TODAY, cap="150000.00")
    found = balance(api, as_of=str(TODAY))
    assert (found["cap"], found["room"]) == ("150000.00", "150000.00")
    assert balance(api, as_of=str(AHEAD))["cap"] == "200000.00"
    steps = told(api("finance").get(f"{PATH}/statement", as_of=str(AHEAD)))["items"]
    told_of = [(step["cap"], step["remaining"]) for step in steps]
    assert told_of == [
        ("100000.00", "100000.00"), ("50000.00", "150000.00"), ("50000.00", "200000.00")
    ]  # fmt: skip
    today = told(api("finance").get(f"{PATH}/statement"))["items"]
    assert [(step["cap"], step["remaining"]) for step in today] == told_of[:2]
    assert [(one["day"], one["amount"]) for one in found["later"]] == [(str(AHEAD), "200000.00")]


@pytest.mark.parametrize(
    "offer",
    [
        {"kind": "delivery", "amount": "11.00", "year": 2027},
        {"kind": "development", "amount": "90.00", "year": 2026},
    ],
)
def test_an_offer_of_less_in_all_is_refused_with_the_figures_of_the_limit_that_it_passes(
    api, offer
):
    limits = [
        {"name": "2027", "year": 2027, "amount": "10.00"},
        {"name": "dev", "kind": "development", "amount": "10.00"},
    ]
    sign(api, limits=limits)
    number = told(order(api, "100.00"))["number"]
    body = {"course": "Kurs", "ordered_on": str(TODAY), "lines": [offer]}
    placed = api("orderer").post(f"{PATH}/orders", body)
    for tried in ({"dry_run": "true"}, {}):
        refused = api("supplier").post(f"/orders/{number}/counter", {"lines": [offer]}, **tried)
        assert (refused.status_code, refused.json["type"]) == (409, placed.json["type"])
        assert refused.json["limits"] == placed.json["limits"]
    assert told(api("orderer").get(f"/orders/{number}"))["status"] == "placed"
    fits = told(
        api("supplier").post(f"/orders/{number}/counter", {"lines": [{**offer, "amount": "10.00"}]})
    )
    assert fits["status"] == "countered"
    assert told(api("orderer").post(f"/orders/{number}/accept", {}))["status"] == "confirmed"
