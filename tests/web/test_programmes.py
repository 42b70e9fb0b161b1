"""Programmes through the API: sessions, instalments, seats, tariffs, rounds and accruals."""

import pytest

from tests.conftest import AGREEMENT, SUPPLIER

TARIFF = [
    {"days": 28, "percent": 25},
    {"days": 21, "percent": 50},
    {"days": 14, "percent": 100},
]
PROGRAMME = {
    "course": "Ledarprogram",
    "programme": "Chefer i Härnösand",
    "round": 2,
    "credits": "7.5",
    "seats": 30,
    "free_seats": 2,
    "minimum_seats": 20,
    "ordered_on": "2024-01-10",
    "starts_on": "2024-10-08",
    "ends_on": "2025-02-11",
    "lines": [
        {
            "kind": "delivery",
            "amount": "130000.00",
            "year": 2024,
            "price_range": {
                "least_seats": 20,
                "most_seats": 30,
                "least_per_head": "5000.00",
                "most_per_head": "6000.00",
            },
        },
        {"kind": "delivery", "amount": "65000.00", "year": 2025},
    ],
    "sessions": [{"on": "2024-10-08"}, {"on": "2024-12-10"}, {"on": "2025-02-11"}],
    "instalments": [
        {"line": 1, "amount": "65000.00", "due_on": "2024-10-31"},
        {"line": 1, "amount": "65000.00", "session": 2},
        {"line": 2, "amount": "65000.00", "session": 3},
    ],
}
ORDER = "/orders/SKO-2023-0001"


@pytest.fixture
def people(api):
    """Who act, with an agreement that has a tariff and a confirmed programme of three sessions."""
    who = {role: api(role) for role in ("manager", "orderer", "finance", "approver")}
    who["supplier"] = api("supplier", SUPPLIER)
    terms = {**AGREEMENT, "limits": [], "policy": {"tariff": TARIFF}}
    assert who["manager"].post("/agreements", terms).status_code == 201
    assert who["orderer"].post("/agreements/SKO-2023/orders", PROGRAMME).status_code == 201
    assert who["supplier"].post(f"{ORDER}/confirm", {"confirmed_on": "2024-01-15"}).json
    return who


def invoice(people, number, day, amount, line=1, **more) -> dict:
    body = {
        "invoice": number,
        "issued_on": day,
        "type": "380",
        "amount": amount,
        "lines": [{"line": line, "amount": amount}],
        **more,
    }
    made = people["finance"].post(f"{ORDER}/drawdowns", body)
    assert made.status_code == 201, made.json
    id = made.json["id"]
    return people["approver"].post(f"/drawdowns/{id}/approve", {"approved_on": day}).json


def test_an_order_tells_its_round_seats_sessions_and_how_its_price_stands(people):
    order = people["orderer"].get(ORDER).json
    assert (order["programme"], order["round"], order["credits"]) == (
        "Chefer i Härnösand",
        2,
        "7.5",
    )
    assert (order["seats"], order["free_seats"], order["amount"]) == (30, 2, "195000.00")
    assert [one["amount"] for one in order["sessions"]] == ["65000.00"] * 3
    assert order["flags"] == ["price-outside-range:1", "recorded-late"]
    (notice,) = order["notices"]
    assert notice["detail"].replace("\N{NO-BREAK SPACE}", " ") == (
        "Line 1: 130 000 kr is 4 333,33 kr a head (seats: 30), outside 5 000 kr to 6 000 kr."
    )
    swedish = people["orderer"].client.get(
        f"/api/v1{ORDER}", headers={**people["orderer"].headers, "Accept-Language": "sv"}
    )
    assert "per deltagare" in swedish.json["notices"][0]["detail"]


def test_a_session_is_moved_held_and_cancelled_with_the_fee_told_beforehand(people):
    move = {"to": "2025-01-14", "moved_on": "2024-11-20", "reason": "Sjukdom"}
    tried = people["supplier"].post(f"{ORDER}/sessions/2/move", move, dry_run="true")
    assert tried.json["resource"]["lines"][0]["amount"] == "65000.00"
    moved = people["supplier"].post(f"{ORDER}/sessions/2/move", move).json
    assert [line["amount"] for line in moved["lines"]] == ["65000.00", "130000.00"]
    held = people["supplier"].post(
        f"{ORDER}/sessions/1/hold", {"held_on": "2024-10-08", "participants": 31, "mentors": 2}
    )
    assert held.json["sessions"][0]["mentors"] == 2
    cancel = {"cancelled_on": "2025-01-20"}
    tried = people["orderer"].post(f"{ORDER}/sessions/3/cancel", cancel, dry_run="true")
    assert tried.json["resource"]["cancellations"][-1]["fee"] == "16250.00"
    done = people["orderer"].post(f"{ORDER}/sessions/3/cancel", cancel).json
    assert done["amount"] == "146250.00"
    again = people["orderer"].post(f"{ORDER}/sessions/3/cancel", cancel)
    assert (again.status_code, again.json["type"].rpartition("/")[2]) == (409, "session-settled")


def test_the_university_cancels_without_a_fee_whatever_it_writes(people):
    body = {"cancelled_on": "2025-02-10", "fee": "100.00", "cancelled_by": "buyer"}
    done = people["supplier"].post(f"{ORDER}/sessions/3/cancel", body).json
    assert done["cancellations"] == [
        {
            "cancelled_on": "2025-02-10",
            "cancelled_by": "supplier",
            "seats": None,
            "session": 3,
            "fee": "0.00",
            "released": "65000.00",
            "reason": "",
        }
    ]


def test_what_is_no_session_of_the_caller_s_is_not_found(people, api):
    def asked(by, session):
        return by.post(f"{ORDER}/sessions/{session}/hold", {"participants": 1}).status_code

    assert asked(api("orderer", "2120001470"), 1) == 404
    assert asked(people["orderer"], 9) == 404
    assert asked(people["finance"], 1) == 403


def test_instalments_are_drawn_in_order_and_what_is_left_is_planned(people):
    invoice(people, "1", "2024-10-31", "65000.00")
    order = people["orderer"].get(ORDER, as_of="2024-12-01").json
    assert [(one["number"], one["status"]) for one in order["instalments"]] == [
        (1, "invoiced"),
        (2, "next"),
        (3, "planned"),
    ]
    assert order["planned"] == [
        {"on": "2024-12-10", "line": 1, "amount": "65000.00"},
        {"on": "2025-02-11", "line": 2, "amount": "65000.00"},
    ]


def test_the_year_end_tells_what_was_held_and_not_invoiced_as_it_was_and_as_it_is(people):
    for number, day in ((1, "2024-10-08"), (2, "2024-12-10")):
        body = {"held_on": day, "participants": 30}
        assert people["supplier"].post(f"{ORDER}/sessions/{number}/hold", body).status_code == 200
    first = invoice(people, "1", "2024-10-31", "65000.00")
    late = invoice(people, "2", "2025-01-20", "65000.00")
    assert late["flags"] == ["accrual:2024", f"same-amount:{first['id']}", "recorded-late"]
    path = "/agreements/SKO-2023/accruals"
    year = people["finance"].get(path, year=2024).json
    assert (year["accrued"], year["prepaid"]) == ("65000.00", "0.00")
    (item,) = year["items"]
    assert (item["order"], item["line"], item["sessions"], item["basis"], item["invoices"]) == (
        "SKO-2023-0001",
        1,
        [2],
        "sessions",
        [late["id"]],
    )
    before = people["finance"].get(path, year=2024, as_of="2024-11-30").json
    assert before["accrued"] == "0.00"
    assert people["finance"].get(path, year=2025).json["items"] == []
    assert people["orderer"].get(path, year=2024).status_code == 403
    assert people["finance"].get(path).status_code == 422


def test_the_rounds_of_a_programme_are_listed_with_their_credits(people):
    found = people["orderer"].get("/agreements/SKO-2023/rounds").json
    (only,) = found["items"]
    assert (only["programme"], only["round"], only["credits"]) == (
        "Chefer i Härnösand",
        2,
        ["7.5"],
    )
    assert (only["seats"], only["free_seats"], only["sessions"], only["amount"]) == (
        30,
        2,
        3,
        "195000.00",
    )
    assert (
        people["orderer"].get("/agreements/SKO-2023/rounds", as_of="2023-12-31").json["items"] == []
    )


def test_sessions_can_be_played_in_thought(people):
    steps = [
        {"command": "move-session", "order": "SKO-2023-0001", "session": 2, "to": "2025-01-14"},
        {"command": "cancel-session", "order": "SKO-2023-0001", "session": 3,
         "cancelled_by": "supplier"},
        {"command": "hold-session", "order": "SKO-2023-0001", "session": 3, "participants": 1},
    ]  # fmt: skip
    played = people["manager"].post("/agreements/SKO-2023/what-if", {"steps": steps}).json
    assert [one["amount"] for one in played["steps"]] == ["195000.00", "130000.00", None]
    assert played["steps"][2]["refusal"]["type"] == "session-settled"


def test_a_change_says_all_faults_of_its_sessions_and_instalments_at_once(people):
    body = {
        "reason": "Ny plan",
        "sessions": [{"on": "2024-11-05", "line": 1}, {"on": "2026-01-13", "line": 7}],
        "instalments": [{"amount": "1.00", "line": 1, "session": 8}],
    }
    refused = people["orderer"].post(f"{ORDER}/change", body)
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json["errors"]} == {
        "/sessions/1/line",
        "/instalments/0/session",
    }
