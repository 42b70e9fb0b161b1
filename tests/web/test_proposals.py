"""What several buyers share and nobody leads: proposed by one, agreed to by all, at each door."""

import pytest

from ledger.application.bodies.examples import EXAMPLES
from ledger.web import create_app
from tests.conftest import AGREEMENT, BUYER, ORDER, Api
from tests.people import let_in
from tests.web.test_pages import Browser, words

MEMBER, THIRD = "2120001470", "2120001488"
SHARED = {
    **AGREEMENT,
    "buyers": [
        {"organisation": BUYER, "name": "Härnösands kommun"},
        {"organisation": MEMBER, "name": "Bengtsfors kommun"},
        {"organisation": THIRD, "name": "Melleruds kommun"},
    ],
}
AT = "/agreements/SKO-2023"
CAP = {
    "change": {"cap": "2150000.00"}, "ground": "17:9", "decision": "KS 1",
    "decided_on": "2024-01-02",
}  # fmt: skip


@pytest.fixture
def shared(api):
    assert api("manager").post("/agreements", SHARED).status_code == 201
    return api


def proposals(api):
    return api("manager").get(AT).json["proposals"]


def test_what_all_share_is_done_when_the_last_of_all_has_agreed(shared):
    refused = shared("manager").post(f"{AT}/amendments", CAP)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/all-must-agree")
    assert refused.json["waiting"] == [MEMBER, THIRD]
    proposed = shared("manager").post(f"{AT}/amendments", CAP, propose="true")
    assert proposed.status_code == 201, proposed.text
    assert (proposed.json["cap"], proposed.json["proposals"][0]["waiting"]) == (
        "2000000.00",
        [MEMBER, THIRD],
    )
    for organisation, status in ((BUYER, 403), (MEMBER, 200), (MEMBER, 403), (THIRD, 200)):
        answer = shared("manager", organisation).post(f"{AT}/proposals/1/accept")
        assert answer.status_code == status, answer.text
    assert (answer.json["cap"], answer.json["proposals"]) == ("2150000.00", [])
    names = [one["name"] for one in shared("manager").get(f"{AT}/history").json["items"]]
    assert names[-4:] == [
        "change-proposed",
        "change-accepted",
        "change-accepted",
        "agreement-amended",
    ]


def test_a_dry_run_says_what_stands_in_a_proposal_s_way_and_records_nothing(shared):
    tried = shared("manager").post(
        f"{AT}/suspend", {"reason": "Paus"}, propose="true", dry_run="true"
    )
    assert tried.status_code == 200, tried.text
    assert proposals(shared) == []
    refused = shared("manager").post(f"{AT}/reopen", {"reason": "Paus"}, propose="true")
    assert refused.json["type"] == "/problems/wrong-status"


def test_a_proposal_ends_when_one_declines_or_who_made_it_takes_it_back(shared):
    for organisation, act in ((THIRD, "decline"), (BUYER, "withdraw")):
        shared("manager").post(f"{AT}/suspend", {"reason": "Paus"}, propose="true")
        number = proposals(shared)[0]["number"]
        done = shared("manager", organisation).post(
            f"{AT}/proposals/{number}/{act}", {"reason": "x"}
        )
        assert (done.status_code, done.json["proposals"]) == (200, []), done.text
    assert done.json["status"] == "active"
    gone = shared("manager", MEMBER).post(f"{AT}/proposals/2/accept")
    assert gone.status_code == 404


def test_it_is_proposed_and_agreed_to_on_pages(shared, ledger):
    app = create_app(ledger=ledger)
    app.config["WTF_CSRF_ENABLED"] = False

    def browser(organisation):
        found = Browser(app)
        token = let_in(ledger, f"page {organisation}", organisation, ("manager",))
        found.post("/session", token=token)
        return found

    first, second, third = (browser(one) for one in (BUYER, MEMBER, THIRD))
    form = first.get(f"{AT}/suspend")
    assert 'value="propose"' in form.text
    sent = first.post(f"{AT}/suspend", reason="Paus", do="propose")
    assert "Proposed to the other buyers: Suspend, SKO-2023" in words(sent)
    page = words(first.get(f"{AT}/members"))
    assert "Härnösands kommun proposes (1) to suspend ordering" in page
    assert "Bengtsfors kommun, Melleruds kommun" in page
    assert "Answer the proposed change" in words(second.get("/"))
    for one in (second, third):
        assert f"{AT}/proposals/1/accept" in one.get(f"{AT}/members").text
        assert "Agree to the proposal" in words(one.post(f"{AT}/proposals/1/accept", do="send"))
    assert shared("manager").get(AT).json["status"] == "suspended"


def test_a_supplier_of_several_is_told_nothing_of_proposals(api, ledger):
    suppliers = [*AGREEMENT["suppliers"], {"organisation": "2021004052", "name": "Väst"}]
    api("manager").post("/agreements", {**SHARED, "suppliers": suppliers})
    api("manager").post(f"{AT}/suspend", {"reason": "Hemligt skäl"}, propose="true")
    for role in ("supplier", "finance", "manager"):
        client: Api = api(role, "2021004524")
        assert client.get(AT).json["proposals"] == []
        assert "Hemligt" not in client.get("/agreements").text
        assert "Hemligt" not in client.get(f"{AT}/history").text


TO_ALL = {
    "numbers": {"numbers": [{"number": "KS 2023/7", "kind": "diary"}]},
    "funding/claim": {"name": "ESF", "amount": "500.00", "reference": "r1", "on": "2024-01-05"},
    "funding/receive": {"name": "ESF", "amount": "9.00", "reference": "r2", "on": "2024-01-06"},
    "notices": {"decision": "KS 1", "number": "n-1", "published_on": "2024-01-07"},
}
"""What all share beside the terms, by where it is recorded."""


def agreed(api, number):
    for organisation in (MEMBER, THIRD):
        answer = api("manager", organisation).post(f"{AT}/proposals/{number}/accept")
        assert answer.status_code == 200, answer.text
    return answer.json


def test_what_a_funder_paid_its_numbers_and_its_notices_are_all_s_too(shared):
    source = {**EXAMPLES["DecideFunding"], "name": "ESF"}
    noticed = {**CAP, "change": {"cap": "2500000.00"}, "ground": "17:12"}
    first = {"funding": source, "amendments": noticed}
    for number, (at, body) in enumerate({**first, **TO_ALL}.items(), 1):
        refused = shared("manager", MEMBER).post(f"{AT}/{at}", body)
        if at in TO_ALL:
            assert refused.json["type"] == "/problems/all-must-agree", refused.text
        proposed = shared("manager").post(f"{AT}/{at}", body, propose="true")
        assert proposed.status_code in (200, 201), proposed.text
        last = agreed(shared, number)
    assert last["numbers"] == [{"number": "KS 2023/7", "kind": "diary"}]
    history = shared("manager").get(f"{AT}/history").json["items"]
    days = {one["name"]: one["effective_on"] for one in history}
    assert days["funding-claimed"] == "2024-01-05", "the day on which it was claimed"
    assert days["funding-paid"] == "2024-01-06"
    assert days["notice-published"] == "2024-01-07"


def test_a_buyer_that_has_no_order_of_a_round_does_not_tell_of_it(shared):
    """Nor does it keep out who orders the round afterwards."""
    body = {"programme": "Ledarskap", "round": 3, "result": "Ingen kom"}
    assert shared("manager", THIRD).post(f"{AT}/results", body).status_code == 200
    refused = shared("manager").post(f"{AT}/results", body)
    assert (refused.status_code, refused.json["type"]) == (403, "/problems/not-a-party")
    order = {**ORDER, "programme": "Ledarskap", "round": 3, "buyer": MEMBER}
    number = shared("orderer", MEMBER).post(f"{AT}/orders", order).json["number"]
    other = {**order, "round": 30, "buyer": THIRD}
    assert shared("orderer", THIRD).post(f"{AT}/orders", other).status_code == 201
    refused = shared("manager", THIRD).post(f"{AT}/results", body)
    assert (refused.status_code, refused.json["organisation"]) == (403, MEMBER)
    told = shared("manager", MEMBER).post(f"{AT}/results", {**body, "result": "Alla kom"})
    assert told.status_code == 200, told.text
    (round_,) = [
        one for one in shared("manager").get(f"{AT}/rounds").json["items"] if one["round"] == 3
    ]
    assert round_["result"] == "Alla kom"
    cancelled = shared("orderer", MEMBER).post(f"/orders/{number}/cancel", {"reason": "Inställt"})
    assert cancelled.status_code == 200, cancelled.text
    assert shared("manager", THIRD).post(f"{AT}/results", body).status_code == 403
