"""Several suppliers under one agreement, through the API: in rank, passed on, by key."""

from datetime import date

import pytest

from ledger.tick import calendar, tick
from tests.conftest import AGREEMENT, ORDER, REASONS, SUPPLIER

SECOND, THIRD = "2021004052", "2021003096"
SUPPLIERS = [
    {"organisation": SUPPLIER, "name": "Mittuniversitetet"},
    {"organisation": SECOND, "name": "Högskolan Väst"},
    {"organisation": THIRD, "name": "Linköpings universitet"},
]
RANKING = {"method": "ranking", "ranking": [SUPPLIER, SECOND, THIRD]}
KEY = {
    "method": "key",
    "key": [
        {"supplier": SUPPLIER, "percent": 50},
        {"supplier": SECOND, "percent": 30},
        {"supplier": THIRD, "percent": 20},
    ],
}
RANKED = {
    **AGREEMENT, "suppliers": SUPPLIERS, "selection": RANKING, "ends_on": "2028-12-31"
}  # fmt: skip
NAME = "SKO-2023-0001"


def ordered(amount="100000.00", **more):
    lines = [{"kind": "delivery", "amount": amount, "year": 2024}]
    return {"course": "Kurs", "ordered_on": "2024-01-15", "lines": lines, **more}


def place(api, **more):
    return api("orderer").post("/agreements/SKO-2023/orders", ordered(**more))


@pytest.fixture
def ranked(api):
    answer = api("manager").post("/agreements", RANKED)
    assert answer.status_code == 201, answer.text
    return api


@pytest.fixture
def keyed(api):
    answer = api("manager").post("/agreements", {**RANKED, "selection": KEY})
    assert answer.status_code == 201, answer.text
    return api


def standings(api, **query):
    answer = api("finance").get("/agreements/SKO-2023/suppliers", **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def of(found, supplier):
    return next(item for item in found["items"] if item["supplier"] == supplier)


def test_an_agreement_says_how_orders_go_to_its_suppliers(ranked):
    found = ranked("supplier").get("/agreements/SKO-2023").json["selection"]
    assert found == {**RANKING, "key": [], "ask": "all"}
    change = {"change": {"selection": KEY}, "ground": "17:14", "decision": "KS 1"}
    change["reasons"] = REASONS
    amended = ranked("manager").post("/agreements/SKO-2023/amendments", change)
    assert amended.status_code == 201, amended.text
    assert amended.json["selection"]["key"] == KEY["key"]


def test_all_faults_of_a_selection_are_told_at_once(api):
    wrong = {"method": "key", "ranking": [SUPPLIER], "key": KEY["key"][:2]}
    refused = api("manager").post("/agreements", {**RANKED, "selection": wrong})
    assert refused.status_code == 422
    assert sorted(error["pointer"] for error in refused.json["errors"]) == [
        "/selection/key", "/selection/key", "/selection/ranking"
    ]  # fmt: skip


def test_an_order_out_of_turn_is_refused_in_words_that_name_who_is_first(ranked):
    assert place(ranked).json["supplier"] == SUPPLIER
    refused = place(ranked, supplier=THIRD)
    assert (refused.status_code, refused.json["type"].rsplit("/")[-1]) == (409, "out-of-turn")
    assert refused.json["first"] == SUPPLIER
    assert SUPPLIER in refused.json["detail"]
    over = [{"supplier": SUPPLIER, "reason": "Har ingen lärare"},
            {"supplier": SECOND, "reason": "Ger inte kursen"}]  # fmt: skip
    placed = place(ranked, supplier=THIRD, passed_over=over)
    assert placed.status_code == 201, placed.text
    assert placed.json["passed_over"] == over


def test_a_decline_passes_the_order_on_under_the_same_number(ranked, clock):
    place(ranked, ordered_on="2027-08-15", respond_by="2027-08-25")
    declined = ranked("manager").post(
        f"/orders/{NAME}/decline",
        {"declined_on": "2027-08-18", "reason": "Fullt", "letter": "brev"},
    )
    assert declined.status_code == 200, declined.text
    assert (declined.json["status"], declined.json["supplier"]) == ("placed", SECOND)
    assert declined.json["respond_by"] == "2027-09-10", "ten days, from when it is recorded"
    assert declined.json["earlier"] == [
        {"supplier": SUPPLIER, "status": "declined", "reason": "Fullt", "until": "2027-08-18"}
    ]
    balance = ranked("finance").get("/agreements/SKO-2023/balance").json
    assert (balance["reserved"], balance["remaining"]) == ("100000.00", "1900000.00")
    clock.move(date(2027, 9, 10))
    confirmed = ranked("supplier", SECOND).post(
        f"/orders/{NAME}/confirm", {"confirmed_on": "2027-09-10"}
    )
    assert confirmed.json["status"] == "confirmed"


def test_a_tick_passes_on_what_nobody_answered_until_nobody_is_left(ranked, clock):
    place(ranked, ordered_on="2027-08-15", respond_by="2027-08-25")
    ledger = ranked.app.extensions["ledger"]
    by = calendar(ledger.service, ledger.registry)
    seen = []
    for day in (date(2027, 9, 1), date(2027, 9, 12), date(2027, 9, 23), date(2027, 10, 3)):
        clock.move(day)
        facts = list(tick(ledger.service, ledger.views, by, day))
        state = ranked("orderer").get(f"/orders/{NAME}").json
        seen.append((len(facts), state["supplier"], state["status"], state["respond_by"]))
    assert seen == [
        (4, SECOND, "placed", "2027-09-11"),
        (4, THIRD, "placed", "2027-09-22"),
        (2, THIRD, "lapsed", "2027-09-22"),
        (0, THIRD, "lapsed", "2027-09-22"),
    ]
    assert ranked("finance").get("/agreements/SKO-2023/balance").json["reserved"] == "0.00"


def test_the_facts_behind_a_passed_on_order_s_room_are_those_of_its_own_supplier(ranked):
    place(ranked)
    ranked("supplier").post(f"/orders/{NAME}/decline", {"reason": "Fullt"})
    query = {"figure": "reserved", "limit": "cap"}
    opened = ranked("finance").get("/agreements/SKO-2023/balance/explain", **query).json["items"]
    assert [(item["supplier"], item["event"]["name"], item["amount"]) for item in opened] == [
        (SUPPLIER, "order-placed", "100000.00"),
        (SUPPLIER, "order-declined", "-100000.00"),
        (SECOND, "order-passed-on", "100000.00"),
    ]


def test_the_standings_tell_what_each_supplier_has_and_where_it_was_passed_over(ranked):
    place(ranked)
    ranked("supplier").post(f"/orders/{NAME}/decline", {"reason": "Fullt"})
    place(ranked, passed_over=[{"supplier": SUPPLIER, "reason": "Sjuk"}])
    place(ranked, amount="50000.00")
    found = standings(ranked)
    assert (found["method"], found["next"], found["ordered"]) == (
        "ranking", SUPPLIER, "250000.00"
    )  # fmt: skip
    first, second = of(found, SUPPLIER), of(found, SECOND)
    assert (first["rank"], first["ordered"], first["share"]) == (1, "50000.00", "20.0")
    assert (first["orders"], first["declined"], first["lapsed"]) == (2, 1, 0)
    assert first["passed_over"] == [
        {"order": "SKO-2023-0002", "on": "2024-01-15", "reason": "Sjuk"}
    ]
    assert (second["ordered"], second["share"], second["key"]) == ("200000.00", "80.0", None)
    before = standings(ranked, as_of="2024-01-14")
    assert (before["ordered"], of(before, SUPPLIER)["share"]) == ("0.00", None)


def test_the_standings_hold_each_supplier_against_its_key(keyed):
    for _ in range(2):
        assert place(keyed).status_code == 201
    found = standings(keyed)
    assert found["next"] == THIRD
    told = [(item["key"], item["share"], item["deviation"]) for item in found["items"]]
    assert told == [(50, "50.0", "0.0"), (30, "50.0", "20.0"), (20, "0.0", "-20.0")]
    refused = place(keyed, supplier=SUPPLIER)
    assert (refused.status_code, refused.json["first"]) == (409, THIRD)


def test_what_if_plays_a_decline_as_it_would_be_passed_on(ranked):
    place(ranked)
    steps = [
        {"command": "decline", "order": NAME, "reason": "Fullt"},
        {"command": "place", **ORDER, "ordered_on": "2024-01-16"},
    ]
    played = ranked("manager").post("/agreements/SKO-2023/what-if", {"steps": steps}).json
    assert [step["status"] for step in played["steps"]] == ["placed", "placed"]
    assert played["steps"][0]["balance"]["reserved"] == "100000.00"


def test_a_rebuild_gives_the_same_read_models(ranked):
    place(ranked)
    ranked("supplier").post(f"/orders/{NAME}/decline", {"reason": "Fullt"})
    views = ranked.app.extensions["ledger"].views
    views.catch_up()
    before = standings(ranked), ranked("finance").get("/agreements/SKO-2023/history").json
    views.rebuild()
    after = standings(ranked), ranked("finance").get("/agreements/SKO-2023/history").json
    assert after == before
