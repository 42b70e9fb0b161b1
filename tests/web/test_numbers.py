"""Further numbers of an agreement: given at signing or later, by whoever answers for it."""

import pytest

from tests.conftest import AGREEMENT, BUYER
from tests.web.test_documents import problem

MEMBER = "2120001470"
DIARY = {"kind": "diary", "number": "KS 2023/17"}
THEIRS = {"kind": "supplier", "number": "MIUN 2023-441"}
PATH = "/agreements/SKO-2023/numbers"


@pytest.fixture
def signed(api):
    lead = {**AGREEMENT["buyers"][0], "role": "lead"}
    buyers = [lead, {"organisation": MEMBER, "role": "member"}]
    body = {**AGREEMENT, "buyers": buyers, "numbers": [DIARY]}
    assert api("manager").post("/agreements", body).status_code == 201
    return api


def test_numbers_are_given_at_signing_and_all_of_them_later(signed):
    client = signed("manager")
    assert client.get("/agreements/SKO-2023").json["numbers"] == [DIARY]
    answer = client.post(PATH, {"numbers": [THEIRS, DIARY], "given_on": "2023-09-10"})
    assert (answer.status_code, answer.json["numbers"]) == (200, [THEIRS, DIARY])
    assert client.post(PATH, {"numbers": []}).json["numbers"] == []
    before = client.get("/agreements/SKO-2023", as_of="2023-09-09").json
    assert before["numbers"] == [DIARY]


def test_no_figure_moves_and_it_can_be_done_after_closing(signed):
    client = signed("manager")
    assert client.post("/agreements/SKO-2023/close", {"reason": "R"}).status_code == 200
    before = client.get("/agreements/SKO-2023/balance").json
    assert client.post(PATH, {"numbers": [THEIRS]}).status_code == 200
    after = client.get("/agreements/SKO-2023/balance").json
    assert (after["remaining"], after["cap"]) == (before["remaining"], before["cap"])


def test_only_the_lead_and_the_contract_manager_give_them(signed):
    assert problem(signed("manager", MEMBER).post(PATH, {"numbers": []})) == (403, "not-a-party")
    for role in ("orderer", "approver", "finance", "supplier", "auditor"):
        assert signed(role).post(PATH, {"numbers": []}).status_code == 403
    assert signed("manager", "2120000787").post(PATH, {"numbers": []}).status_code == 404
    assert signed("admin").post(PATH, {"numbers": []}).status_code == 200


@pytest.mark.parametrize(
    ("numbers", "pointer"),
    [
        ([DIARY, {"kind": "other", "number": "ks2023/17"}], "/numbers/1/number"),
        ([{"kind": "other", "number": "sko\u20132023"}], "/numbers/0/number"),
        ([{"kind": "order", "number": "1"}], "/numbers/0/kind"),
        ([{"kind": "diary", "number": ""}], "/numbers/0/number"),
        ([{"kind": "diary", "number": "\u00ad"}], "/numbers/0/number"),
        ([DIARY], ""),
        ([{"kind": "diary", "number": str(n)} for n in range(1_001)], "/numbers"),
    ],
    ids=["again", "its own", "kind", "empty", "unseen", "nothing changed", "too many"],
)
def test_what_is_no_further_number_is_refused_at_its_place(signed, numbers, pointer):
    answer = signed("manager").post(PATH, {"numbers": numbers})
    assert problem(answer) == (422, "invalid")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_signing_that_is_put_right_keeps_them(signed, api):
    right = api("admin").post("/agreements/SKO-2023/rectify", {"title": "T", "reason": "R"})
    assert right.status_code == 200, right.text
    assert right.json["numbers"] == [DIARY]


def test_the_sheet_for_suppliers_tells_them(signed):
    said = signed("supplier").get("/agreements/SKO-2023/sheet").json
    (field,) = (one for one in said["fields"] if one["term"] == "BT-12")
    assert (field["write"], "KS 2023/17" in field["says"]) == ("SKO-2023", True)
    assert BUYER in said["text"]
