"""Funding through the API: decided, judged, credited, read as it is and as it was."""

import pytest

from tests.cli.desk import Desk
from tests.conftest import AGREEMENT, BUYER, ORDER

MEMBER = "2120001470"
GRANT = {
    "name": "ESF",
    "funder": "Svenska ESF-rådet",
    "ceiling": "106000.00",
    "share": "53",
    "starts_on": "2023-11-01",
    "ends_on": "2024-06-30",
    "decision": "2008-3040012",
    "decided_on": "2023-10-20",
}
JOINT = {
    **AGREEMENT,
    "buyers": [
        {"organisation": BUYER, "name": "Härnösands kommun", "role": "lead"},
        {"organisation": MEMBER, "name": "Bengtsfors kommun", "role": "member"},
    ],
}
FUNDED = {
    **ORDER,
    "lines": [{"kind": "delivery", "amount": "300000.00", "year": 2024, "funding": "ESF"}],
    "split": {
        "method": "shares",
        "parts": [
            {"organisation": BUYER, "weight": 2},
            {"organisation": MEMBER, "weight": 1},
        ],
    },
}
ADDRESS = "/agreements/SKO-2023/funding"


@pytest.fixture
def funded(api):
    """An order of 300 000 on a grant that pays 53 % of at most 200 000."""
    assert api("manager").post("/agreements", JOINT).status_code == 201
    decided = api("manager").post(ADDRESS, GRANT)
    assert decided.status_code == 200, decided.text
    placed = api("orderer").post("/agreements/SKO-2023/orders", FUNDED)
    assert placed.json["flags"] == ["over-limit:ESF", "recorded-late"]
    api("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    return api


def drawn(api, number, amount, on, **more):
    body = {"invoice": number, "issued_on": on, "type": "380", "amount": amount, **more}
    answer = api("finance").post("/orders/SKO-2023-0001/drawdowns", body)
    assert answer.status_code == 201, answer.text
    id = answer.json["id"]
    room = {"room": "order"} if amount.startswith("-") else {}
    api("approver").post(f"/drawdowns/{id}/approve", {"approved_on": on, **room})
    return answer.json


def funding(api, **query):
    answer = api("finance").get(ADDRESS, **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def reasons(of):
    return {one["reason"]: one["amount"] for one in of["not_eligible"]}


def test_a_grant_is_a_limit_over_the_cost_that_it_covers(funded):
    limits = funded("finance").get("/agreements/SKO-2023/balance").json["limits"]
    assert [(one["name"], one["amount"], one["remaining"]) for one in limits[1:]] == [
        ("ESF", "200000.00", "-100000.00")
    ]


def test_an_invoice_says_what_is_eligible_and_why_the_rest_is_not(funded):
    first = drawn(funded, "1", "150000.00", "2024-03-25")
    ((one,),) = (line["funding"] for line in first["lines"])
    assert one == {
        "source": "ESF",
        "eligible": "150000.00",
        "support": "79500.00",
        "not_eligible": [],
    }
    second = drawn(funded, "2", "100000.00", "2024-06-30")
    ((one,),) = (line["funding"] for line in second["lines"])
    assert (one["eligible"], one["support"]) == ("50000.00", "26500.00")
    assert reasons(one) == {"beyond-ceiling": "50000.00"}
    late = drawn(funded, "3", "50000.00", "2024-07-02")
    assert reasons(late["lines"][0]["funding"][0]) == {"outside-period": "50000.00"}
    limits = funded("finance").get("/agreements/SKO-2023/balance").json["limits"]
    assert [(one["drawn"], one["remaining"]) for one in limits] == [
        ("300000.00", "1700000.00"),
        ("200000.00", "0.00"),
    ]


def test_what_funding_covers_is_told_per_source_and_per_member(funded):
    drawn(funded, "1", "150000.00", "2024-03-25")
    drawn(funded, "2", "100000.00", "2024-06-30")
    body = {"amount": "25000.00", "what": "Deltagarnas tid", "organisation": MEMBER}
    funded("manager").post("/agreements/SKO-2023/in-kind", {**body, "on": "2024-06-30"})
    found = funding(funded)
    figures = found["invoiced"], found["eligible"], found["support"]
    assert figures == ("250000.00", "200000.00", "106000.00")
    (source,) = found["sources"]
    assert (source["share"], source["left"], source["waiting"]) == ("53.00", "0.00", "0.00")
    assert reasons(source) == reasons(found) == {"beyond-ceiling": "50000.00"}
    told = [(one["gross"], one["covered"], one["own"], one["in_kind"]) for one in found["members"]]
    assert told == [
        ("166666.67", "70666.67", "96000.00", "0.00"),
        ("83333.33", "35333.33", "48000.00", "25000.00"),
    ]


def test_it_is_told_as_it_was_and_as_it_was_known(funded):
    drawn(funded, "1", "150000.00", "2024-03-25")
    credit = drawn(funded, "2", "-50000.00", "2024-04-25", credits=drawn_id("1"))
    assert credit["lines"][0]["funding"][0]["support"] == "-26500.00"
    assert funding(funded)["support"] == "53000.00"
    assert funding(funded, as_of="2024-04-24")["support"] == "79500.00"
    nothing = funding(funded, as_of="2024-03-24")
    assert (nothing["support"], nothing["sources"][0]["left"]) == ("0.00", "106000.00")
    assert funding(funded, as_of="2023-10-19")["sources"] == []
    assert funding(funded, known_at="2100-01-01T00:00:00Z")["support"] == "53000.00"
    balance = funded("finance").get("/agreements/SKO-2023/balance", as_of="2024-04-24").json
    assert balance["limits"][1]["drawn"] == "150000.00"


def test_a_decision_that_counts_from_after_an_invoice_on_it_leaves_no_day_untold(
    funded, database, tmp_path, monkeypatch
):
    late = {**GRANT, "name": "Region", "decided_on": "2024-06-01"}
    assert funded("manager").post(ADDRESS, late).status_code == 200
    lines = [{"kind": "delivery", "amount": "1000.00", "year": 2024, "funding": "Region"}]
    placed = funded("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "lines": lines})
    name = placed.json["number"]
    funded("supplier").post(f"/orders/{name}/confirm", {"confirmed_on": "2023-11-28"})
    body = {"invoice": "1", "issued_on": "2024-03-25", "type": "380", "amount": "1000.00"}
    assert funded("finance").post(f"/orders/{name}/drawdowns", body).status_code == 201
    between = {"as_of": "2024-04-01"}
    assert [one["name"] for one in funding(funded, **between)["sources"]] == ["ESF"]
    later = funding(funded, as_of="2024-06-01")["sources"]
    assert [(one["name"], one["waiting"]) for one in later] == [
        ("ESF", "0.00"),
        ("Region", "530.00"),
    ]
    auditor, address = funded("auditor"), "/agreements/SKO-2023"
    for path in ("", "/balance", "/suppliers", "/rounds"):
        assert auditor.get(f"{address}{path}", **between).status_code == 200, path
    assert len(auditor.get("/agreements", **between).json["items"]) == 1
    assert auditor.get(f"{address}/forecast", on="2024-04-01").status_code == 200
    monkeypatch.setenv("AVROP_DATABASE", database)
    assert Desk(tmp_path).json("replay", "SKO-2023", "--to", "2024-04-01")


def drawn_id(number, on="2024-03-25"):
    return f"2021004524.{number}.{on}.380"


def test_what_waits_for_approval_takes_room_and_is_told_apart(funded):
    body = {"invoice": "1", "issued_on": "2024-03-25", "type": "380", "amount": "100000.00"}
    funded("finance").post("/orders/SKO-2023-0001/drawdowns", body)
    (source,) = funding(funded)["sources"]
    assert (source["support"], source["waiting"], source["left"]) == (
        "0.00",
        "53000.00",
        "53000.00",
    )


def test_a_grant_opens_into_the_facts_that_made_it(funded):
    change = {**GRANT, "ceiling": "53000.00", "decision": "D 2", "decided_on": "2024-01-10"}
    assert funded("finance").post(f"{ADDRESS}/change", change).status_code == 200
    withdraw = {"name": "ESF", "decision": "D 3", "decided_on": "2024-02-10"}
    assert funded("finance").post(f"{ADDRESS}/withdraw", withdraw).status_code == 200
    query = {"figure": "cap", "limit": "ESF"}
    opened = funded("finance").get("/agreements/SKO-2023/balance/explain", **query)
    assert [(item["cause"], item["amount"]) for item in opened.json["items"]] == [
        ("funding-decided", "200000.00"),
        ("funding-changed", "-100000.00"),
        ("funding-withdrawn", "-100000.00"),
    ]
    decided = opened.json["items"][0]["decision"]
    assert (decided["ground"], decided["decision"]) == (None, GRANT["decision"])
    views = {"from_as_of": "2024-01-09", "to_as_of": "2024-02-10"}
    compared = funded("finance").get("/agreements/SKO-2023/compare", **views).json
    changed = {change["limit"]: change["amount"] for change in compared["changes"]}
    assert changed == {"cap": "0.00", "ESF": "-200000.00"}
    (source,) = funding(funded)["sources"]
    assert (source["ceiling"], source["withdrawn_on"]) == ("53000.00", "2024-02-10")
    assert funded("finance").post(f"{ADDRESS}/change", change).status_code == 409


def test_a_decision_can_be_tried_first(api):
    api("manager").post("/agreements", JOINT)
    tried = api("manager").post(ADDRESS, GRANT, dry_run="true").json
    assert [limit["name"] for limit in tried["balance"]["limits"]] == ["cap", "ESF"]
    assert funding(api)["sources"] == []


def test_a_body_s_faults_are_told_at_their_places(api):
    api("manager").post("/agreements", JOINT)
    wrong = {**GRANT, "ceiling": "0.00", "share": "100.01", "dated_by": "never"}
    refused = api("manager").post(ADDRESS, wrong)
    assert [error["pointer"] for error in refused.json["errors"]] == [
        "/ceiling",
        "/share",
        "/dated_by",
    ]
    turned = api("manager").post(ADDRESS, {**GRANT, "ends_on": "2023-01-01"})
    assert [error["pointer"] for error in turned.json["errors"]] == ["/ends_on"]


def test_who_may_decide_and_who_may_see(funded):
    assert funded("orderer").post(ADDRESS, {**GRANT, "name": "Region"}).status_code == 403
    assert funded("supplier").get(ADDRESS).status_code == 403
    assert funded("finance", "2120000787").get(ADDRESS).status_code == 404
    assert funded("finance", MEMBER).get(ADDRESS).status_code == 200
    again = funded("manager").post(ADDRESS, GRANT)
    assert (again.status_code, again.json["name"]) == (409, "ESF")


def test_a_member_sees_what_is_eligible_of_its_own_share_alone(funded):
    id = drawn(funded, "1", "300000.00", "2024-03-25")["id"]
    for organisation, eligible, support, beyond in (
        (BUYER, "200000.00", "106000.00", "100000.00"),
        (MEMBER, "66666.67", "35333.34", "33333.33"),
    ):
        seen = funded("approver", organisation).get(f"/drawdowns/{id}").json
        ((one,),) = (line["funding"] for line in seen["lines"])
        assert (one["eligible"], one["support"]) == (eligible, support)
        assert reasons(one) == {"beyond-ceiling": beyond}


def test_the_reasons_are_told_in_the_reader_s_language(funded):
    drawn(funded, "3", "50000.00", "2024-07-02")
    headers = {**funded("finance").headers, "Accept-Language": "sv"}
    client = funded("finance").client
    (one,) = client.get(f"/api/v1{ADDRESS}", headers=headers).json["not_eligible"]
    assert one["because"] == "utanför finansieringens period"
