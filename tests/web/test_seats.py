"""A limit in seats in every door: what it says, what it refuses, and why it is what it is."""

import re

import pytest

from tests.cli.desk import Desk
from tests.conftest import AGREEMENT, ORDER

PATH = "/agreements/SKO-2023"
PLACES = {"name": "platser", "unit": "seats", "amount": "20"}


@pytest.fixture
def seated(api):
    signed = api("manager").post("/agreements", {**AGREEMENT, "limits": [PLACES]})
    assert signed.status_code == 201, signed.text
    placed = api("orderer").post(f"{PATH}/orders", ORDER)
    assert placed.status_code == 201, placed.text
    return api


def limit_of(found: dict) -> dict:
    return next(one for one in found["limits"] if one["name"] == "platser")


def test_a_balance_tells_a_limit_in_seats_in_whole_ones_beside_the_money(seated):
    found = seated("finance").get(f"{PATH}/balance").json
    assert limit_of(found) == {
        "name": "platser", "unit": "seats", "amount": "20", "reserved": "12", "committed": "0",
        "drawn": "0", "remaining": "8", "room": "8", "effect": "hard", "begins_on": None,
    }  # fmt: skip
    assert [one["unit"] for one in found["limits"]] == ["money", "seats"]
    body = {"confirmed_on": "2023-11-28"}
    assert seated("supplier").post("/orders/SKO-2023-0001/confirm", body).status_code == 200
    then = limit_of(seated("finance").get(f"{PATH}/balance", as_of="2023-11-21").json)
    now = limit_of(seated("finance").get(f"{PATH}/balance").json)
    assert (then["reserved"], then["committed"]) == ("12", "0")
    assert (now["reserved"], now["committed"]) == ("0", "12")
    shown = seated("finance").get(PATH).json["limits"][0]
    assert (shown["unit"], shown["amount"], shown["tolerance"]) == ("seats", "20", 0)


def test_a_balance_known_at_a_moment_counts_the_seats_that_were_recorded_then(seated):
    now = seated("finance").get(f"{PATH}/balance").json["known_at"]
    assert limit_of(seated("finance").get(f"{PATH}/balance", known_at=now).json)["reserved"] == "12"


def test_more_seats_than_are_left_are_refused_in_seats_and_tried_alike(seated):
    lines = [{"kind": "delivery", "quantity": 9, "unit_price": "15000.00", "year": 2024}]
    refused = seated("orderer").post(f"{PATH}/orders", {**ORDER, "seats": 9, "lines": lines})
    assert (refused.status_code, refused.json["limit"]) == (409, "platser"), refused.text
    figures = [refused.json[name] for name in ("cap", "used", "asked", "over", "fits")]
    assert figures == ["20", "12", "9", "1", "8"]
    assert "at most 8 seats fits" in refused.json["detail"]
    assert (refused.json["limits"][0]["unit"], refused.json["limits"][0]["fits"]) == ("seats", "8")
    swedish = seated("orderer").client.post(
        f"/api/v1{PATH}/orders",
        json={**ORDER, "seats": 9, "lines": lines},
        headers={**seated("orderer").headers, "Accept-Language": "sv"},
    )
    assert "8 platser" in swedish.json["detail"]
    lines[0]["quantity"] = 8
    fits = {**ORDER, "seats": 8, "lines": lines}
    tried = seated("orderer").post(f"{PATH}/orders", fits, dry_run="true").json
    assert (limit_of(tried["before"])["room"], limit_of(tried["after"])["room"]) == ("8", "0")
    assert seated("orderer").post(f"{PATH}/orders", fits).status_code == 201


def test_a_part_of_a_seat_is_no_limit(api):
    half = {**PLACES, "amount": "20.50"}
    refused = api("manager").post("/agreements", {**AGREEMENT, "limits": [half]})
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["errors"]] == ["/limits/0/amount"]


def test_a_limit_in_seats_is_set_and_changed_by_amendment(seated):
    def amend(limit: dict, **more) -> object:
        body = {"change": {"limits": [limit]}, "ground": "17:10", "clause": "§ 4", "decision": "K"}
        return seated("manager").post(f"{PATH}/amendments", {**body, **more})

    wrong = amend({"name": "platser", "amount": "30"})
    assert [one["pointer"] for one in wrong.json["errors"]] == ["/change/limits/0/unit"]
    assert amend({**PLACES, "amount": "30"}).status_code == 201
    assert amend({**PLACES, "amount": "25"}, effective_on="2027-09-02").status_code == 201
    found = seated("finance").get(f"{PATH}/balance").json
    assert (limit_of(found)["amount"], limit_of(found)["room"]) == ("30", "13")
    then = {"day": "2027-09-02", "limit": "platser", "amount": "25"}
    assert found["later"] == [{**then, "effect": "hard", "tolerance": 0, "removed": False}]
    removed = {"name": "platser", "reason": "fel"}
    assert seated("manager").post(f"{PATH}/remove-limit", removed).status_code == 200


def test_why_and_the_statement_tell_seats_apart_from_money(seated):
    why = seated("finance").get(f"{PATH}/balance/explain", figure="reserved", limit="platser")
    assert (why.json["unit"], why.json["amount"]) == ("seats", "12"), why.text
    assert [one["amount"] for one in why.json["items"]] == ["12"]
    query = {"figure": "remaining", "limit": "platser"}
    left = seated("finance").get(f"{PATH}/balance/explain", **query).json
    assert [one["amount"] for one in left["items"]] == ["20", "-12"]
    change = {"seats": 14, "reason": "fler"}
    assert seated("orderer").post("/orders/SKO-2023-0001/change", change).status_code == 200
    rows = seated("finance").get(f"{PATH}/statement").json["items"]
    assert all(any(one[name] != "0.00" for name in ("reserved", "committed", "drawn"))
               for one in rows if one["order"])  # fmt: skip
    shown = limit_of(seated("finance").get(f"{PATH}/balance").json)
    assert (shown["reserved"], shown["room"]) == ("14", "6")


def test_two_views_are_compared_in_the_unit_of_each_limit(seated):
    change = {"seats": 14, "reason": "fler", "changed_on": "2023-12-01"}
    assert seated("orderer").post("/orders/SKO-2023-0001/change", change).status_code == 200
    query = {"from_as_of": "2023-11-30", "to_as_of": "2023-12-01"}
    found = seated("finance").get(f"{PATH}/compare", **query)
    assert found.status_code == 200, found.text
    changed = {one["limit"]: (one["unit"], one["reserved"]) for one in found.json["changes"]}
    assert changed == {"cap": ("money", "0.00"), "platser": ("seats", "2")}


def test_the_command_line_says_seats(seated, tmp_path, monkeypatch, clock, database):
    monkeypatch.setenv("AVROP_DATABASE", database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    desk = Desk(tmp_path, clock)
    row = re.search(r"^platser +20 seats +12 seats +0 seats +0 seats +8 seats", desk.done(
        "balance", "SKO-2023"), re.MULTILINE)  # fmt: skip
    assert row
    assert "reserved of platser is 12 seats" in desk.done(
        "why", "SKO-2023", "reserved", "--limit", "platser"
    )
