"""The policy over the API: amended on a ground, tried first, and refused at its place."""

from datetime import timedelta

import pytest

from tests.conftest import AGREEMENT, REASONS, STARTED

PATH = "/agreements/SKO-2023"
LIMIT = {"name": "2024", "year": 2024, "amount": "300000.00"}


@pytest.fixture
def manager(api):
    client = api("manager")
    body = {**AGREEMENT, "limits": [LIMIT], "policy": {"alerts": [60]}}
    assert client.post("/agreements", body).status_code == 201
    return client


def amend(client, change: dict, ground: str = "17:14", **query):
    body = {"change": change, "ground": ground, "decision": "KS 9", "decided_on": "2024-01-10"}
    if ground == "17:14":
        body["reasons"] = REASONS
    return client.post(f"{PATH}/amendments", body, **query)


def test_members_that_are_named_change_and_the_others_stay(manager):
    policy = {"under_use": 75, "plan": [{"by": "2024-12-31", "amount": "500000.00"}]}
    rule = {"name": "2024", "effect": "soft", "tolerance": 5}
    answer = amend(manager, {"policy": policy, "limit_rules": [rule]})
    assert answer.status_code == 201, answer.text
    there = manager.get(PATH).json
    assert {name: there["policy"][name] for name in policy} == policy
    assert there["policy"]["alerts"] == [60]
    (limit,) = there["limits"]
    assert (limit["effect"], limit["tolerance"], limit["amount"]) == ("soft", 5, "300000.00")
    assert amend(manager, {"policy": {"under_use": None}}).json["policy"]["under_use"] is None


def test_an_amendment_of_the_policy_is_tried_before_it_is_made(manager, ledger):
    before = ledger.store.position()
    answer = amend(manager, {"policy": {"cap_effect": "soft"}}, dry_run="true")
    assert answer.status_code == 200, answer.text
    assert answer.json["resource"]["policy"]["cap_effect"] == "soft"
    assert answer.json["balance"]["limits"][0]["effect"] == "soft"
    assert ledger.store.position() == before
    assert manager.get(PATH).json["policy"]["cap_effect"] == "hard"


def test_it_is_judged_by_its_ground_and_its_faults_are_named(manager):
    refused = amend(manager, {"policy": {"cap_tolerance": 10}}, "17:9")
    assert (refused.status_code, refused.json["type"].rpartition("/")[2]) == (409, "not-covered")
    faulty = amend(manager, {"policy": {"amendments": "free", "extensions": "two"}})
    assert [e["pointer"] for e in faulty.json["errors"]] == ["/change/policy/extensions"]
    faulty = amend(manager, {"policy": {"amendments": "free"}})
    assert [e["pointer"] for e in faulty.json["errors"]] == ["/change/policy/amendments"]


def test_as_of_a_day_before_the_amendment_the_policy_is_what_it_was(manager):
    assert amend(manager, {"policy": {"alerts": [20]}}).status_code == 201
    assert manager.get(PATH, as_of="2024-01-09").json["policy"]["alerts"] == [60]
    assert manager.get(PATH, as_of="2024-01-10").json["policy"]["alerts"] == [20]


def from_a_day(client, change: dict, days: dict):
    body = {"change": change, "ground": "17:14", "decision": "KS 9", "reasons": REASONS}
    return client.post(f"{PATH}/amendments", {**body, **days})


def test_what_counts_from_a_later_day_is_told_as_later_and_is_in_nothing_of_today(manager):
    today = STARTED.today
    later = {"decided_on": str(today), "effective_on": str(today + timedelta(days=3))}
    change = {
        "policy": {"cap_tolerance": 10, "alerts": [20]},
        "limit_rules": [{"name": "2024", "effect": "soft"}],
        "buyers": [{"organisation": "2120001470"}],
    }
    answer = from_a_day(manager, change, later)
    assert answer.status_code == 201, answer.text
    for there in (answer.json, manager.get(PATH).json):
        assert (there["policy"]["cap_tolerance"], there["policy"]["alerts"]) == (0, [60])
        assert there["limits"][0]["effect"] == "hard"
        assert len(there["buyers"]) == 1
    balance = manager.get(f"{PATH}/balance").json
    assert balance["limits"][1]["effect"] == "hard"
    told = [(one["limit"], one["day"], one["effect"], one["tolerance"]) for one in balance["later"]]
    day = later["effective_on"]
    assert told == [("cap", day, "hard", 10), ("2024", day, "soft", 0)]
    there = manager.get(PATH, as_of=day).json
    assert (there["policy"]["cap_tolerance"], len(there["buyers"])) == (10, 2)
    assert manager.get(f"{PATH}/balance", as_of=day).json["limits"][1]["effect"] == "soft"


def test_the_history_tells_what_was_changed(manager, api):
    assert amend(manager, {"policy": {"alerts": [20]}}).status_code == 201
    fact = api("finance").get(f"{PATH}/history").json["items"][-1]
    assert fact["data"]["policy_changes"] == ["alerts"]
