"""Attest rights and code strings through the API, on both databases."""

from datetime import timedelta

import pytest

from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, SUPPLIER, recorded
from tests.people import let_in, person_of

OTHER = "2120001470"
ORGANISATION = f"/organisations/{BUYER}"
CODED = {
    **ORDER,
    "lines": [
        {**ORDER["lines"][0], "codes": {"konto": "4631", "ansvar": "4100"}},
        {**ORDER["lines"][1], "codes": "5200-4631-P7"},
    ],
}
CODE_MAP = {
    "parts": [
        {"name": "ansvar", "lengths": [4], "required": True},
        {"name": "konto", "required": True, "ranges": [{"first": "4600", "last": "4699"}]},
        {"name": "projekt", "characters": "letters and digits"},
    ],
    "starts_on": "2023-01-01",
    "decision": "KS 2023/1",
}


@pytest.fixture
def signed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    return api


@pytest.fixture
def coded(signed):
    """An order coded by a map is confirmed, and an invoice of it waits."""
    assert signed("manager").post(f"{ORGANISATION}/code-map", CODE_MAP).status_code == 200
    placed = signed("orderer").post("/agreements/SKO-2023/orders", CODED)
    assert placed.status_code == 201, placed.text
    signed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    recorded = signed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE)
    signed.id = recorded.json["id"]
    return signed


def person(ledger, role: str) -> str:
    return person_of(ledger, f"{role} {BUYER}")


def right(ledger, *codes, to="approver", **more) -> dict:
    body = {"person": person(ledger, to), "responsibilities": list(codes), "decision": "KS 1"}
    return {**body, "starts_on": "2024-01-01", **more}


def grant(api, ledger, *codes, **more) -> None:
    answer = api("manager").post(f"{ORGANISATION}/attest-rights", right(ledger, *codes, **more))
    assert answer.status_code == 200, answer.text


def approve(api, on="2024-04-02"):
    return api("approver").post(f"/drawdowns/{api.id}/approve", {"approved_on": on})


# ── Ending a right or a deputy's time ─────────────────────────────────────────────────────────


def ended_on(api, what, day):
    end = {"ends_on": day, "decision": "KS 9"}
    return api("manager").post(f"{ORGANISATION}/{what}/1/end", end)


def test_a_right_is_not_ended_before_what_was_approved_under_it_and_that_is_named(coded, ledger):
    grant(coded, ledger, "*")
    assert approve(coded).status_code == 200
    refused = ended_on(coded, "attest-rights", "2024-04-01")
    assert refused.status_code == 422
    (fault,) = refused.json["errors"]
    assert fault["pointer"] == "/ends_on"
    assert fault["detail"] == (
        f"2024-04-01 is before {coded.id} was approved under the right, 2024-04-02."
    )
    assert ended_on(coded, "attest-rights", "2024-04-02").status_code == 200


def test_a_deputy_is_not_ended_before_what_the_deputy_approved(coded, ledger):
    grant(coded, ledger, "*", to="head")
    deputy = {
        "person": person(ledger, "head"),
        "deputy": person(ledger, "approver"),
        "starts_on": "2024-01-01",
        "decision": "KS 8",
    }
    assert coded("manager").post(f"{ORGANISATION}/deputies", deputy).status_code == 200
    answer = approve(coded)
    assert answer.json["deputy_for"] == person(ledger, "head"), answer.text
    refused = ended_on(coded, "deputies", "2024-04-01")
    assert refused.status_code == 422
    assert coded.id in refused.json["errors"][0]["detail"]
    assert ended_on(coded, "deputies", "2024-04-02").status_code == 200


# ── Attest rights ─────────────────────────────────────────────────────────────────────────────


def test_without_rights_another_person_approves_as_before(coded):
    answer = approve(coded)
    assert (answer.status_code, answer.json["right"]) == (200, None)


def test_a_right_approves_and_the_drawdown_says_which(coded, ledger):
    grant(coded, ledger, "41*", "5200", limit="240000.00")
    answer = approve(coded)
    assert answer.status_code == 200, answer.text
    assert (answer.json["right"], answer.json["deputy_for"]) == (1, None)
    read = coded("approver").get(f"/drawdowns/{coded.id}").json
    assert {name: read[name] for name in read if name != "actions"} == answer.json


def test_what_is_lacking_is_said_with_figures_and_with_the_names_of_who_may(coded, ledger):
    grant(coded, ledger, "41*", limit="200000.00")
    grant(coded, ledger, "*", to="head")
    answer = approve(coded)
    assert answer.status_code == 403
    assert answer.json["type"].endswith("/may-not-attest")
    assert answer.json["detail"].replace("\N{NO-BREAK SPACE}", " ") == (
        f"You may not attest {coded.id}. Right 1 does not cover responsibility 5200. "
        "Right 1 goes to 200 000 kr a drawdown: this is 40 000 kr more. "
        f"It can be attested by head {BUYER}."
    )
    assert answer.json["lacking"] == [{"right": 1, "codes": ["5200"], "over": "40000.00"}]
    assert answer.json["able"] == [person(ledger, "head")]
    assert coded("approver").get(f"/drawdowns/{coded.id}").json["status"] == "recorded"


def test_who_ordered_does_not_attest_also_with_the_right_and_the_role(coded, ledger):
    grant(coded, ledger, "*", to="both")
    token = let_in(ledger, f"both {BUYER}", BUYER, ("orderer", "approver"))
    both = type(coded("orderer"))(coded.app.test_client(), token)
    number = both.post("/agreements/SKO-2023/orders", CODED).json["number"]
    invoice = {**INVOICE, "invoice": "2", "amount": "1000.00"}
    id = coded("finance").post(f"/orders/{number}/drawdowns", invoice).json["id"]
    answer = both.post(f"/drawdowns/{id}/approve", {})
    assert answer.status_code == 403
    assert f"You ordered {number} yourself" in answer.json["detail"]
    assert both.post(f"/drawdowns/{coded.id}/approve", {}).status_code == 200


def test_a_deputy_approves_in_their_time(coded, ledger):
    grant(coded, ledger, "*", to="head")
    deputy = {
        "person": person(ledger, "head"),
        "deputy": person(ledger, "approver"),
        "starts_on": "2024-04-01",
        "ends_on": "2024-04-30",
        "decision": "KS 2",
    }
    assert coded("manager").post(f"{ORGANISATION}/deputies", deputy).status_code == 200
    assert approve(coded, "2024-05-01").status_code == 403
    assert approve(coded, "2024-04-30").status_code == 403  # their time has passed
    today = STARTED.today
    deputy["ends_on"] = today.isoformat()
    assert coded("manager").post(f"{ORGANISATION}/deputies", deputy).status_code == 200
    assert approve(coded, (today + timedelta(days=1)).isoformat()).status_code == 422
    assert approve(coded, "2024-04-30").json["deputy_for"] == person(ledger, "head")


def test_rights_are_read_as_of_a_day_and_as_known_at_a_moment(coded, ledger):
    grant(coded, ledger, "*", ends_on="2024-12-31")
    known = coded("auditor").get("/events", limit=200).json["items"][-1]["recorded_at"]
    end = {"ends_on": "2024-06-30", "decision": "KS 3"}
    ended = coded("manager").post(f"{ORGANISATION}/attest-rights/1/end", end)
    assert ended.json["rights"][0]["ends_on"] == "2024-06-30"

    def on(day, **query):
        found = coded("auditor").get(ORGANISATION, as_of=day, in_force="true", **query)
        return [one["number"] for one in found.json["rights"]]

    assert (on("2023-12-31"), on("2024-06-30"), on("2024-07-01")) == ([], [1], [])
    assert on("2024-07-01", known_at=known) == [1]

    def who(day, **query):
        found = coded("finance").get(f"{ORGANISATION}/attest", on=day, **query)
        return [one["person"] for one in found.json["items"]]

    assert who("2024-06-30", amount="1000000.00", code="4100") == [person(ledger, "approver")]
    assert who("2024-07-01") == []
    assert who("2024-07-01", known_at=known) == [person(ledger, "approver")]


def test_nobody_grants_themselves_a_right(signed, ledger):
    body = right(ledger, "*", to="manager")
    answer = signed("manager").post(f"{ORGANISATION}/attest-rights", body)
    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (403, "own-right")


def test_an_organisation_is_decided_on_and_seen_by_its_own_people_alone(signed, ledger):
    body = right(ledger, "*")
    for role, organisation, status in (
        ("manager", OTHER, 404),
        ("orderer", BUYER, 403),
        ("approver", BUYER, 403),
        ("auditor", BUYER, 403),
        ("admin", OTHER, 403),
        ("admin", BUYER, 200),
        ("manager", BUYER, 200),
    ):
        answer = signed(role, organisation).post(f"{ORGANISATION}/attest-rights", body)
        assert answer.status_code == status, (role, organisation)
    assert signed("auditor").get(ORGANISATION).status_code == 200
    assert signed("auditor", OTHER).get(ORGANISATION).status_code == 404
    assert signed("manager").get("/organisations/2120002404").status_code == 404  # check digit
    mine, theirs = (
        [item["stream"] for item in signed("auditor", of).get("/events", limit=200).json["items"]]
        for of in (BUYER, SUPPLIER)
    )
    assert f"organisation/{BUYER}" in mine
    assert f"organisation/{BUYER}" not in theirs


def test_a_name_in_place_of_an_opaque_id_does_not_come_into_the_log(signed, ledger):
    before = recorded(ledger.store)
    body = {**right(ledger, "*"), "person": "Anna Berg"}
    answer = signed("manager").post(f"{ORGANISATION}/attest-rights", body)
    assert answer.json["errors"][0]["pointer"] == "/person"
    assert recorded(ledger.store) == before


def test_a_write_with_its_key_is_done_once_and_at_its_version(signed, ledger):
    body, keyed = right(ledger, "*"), {"Idempotency-Key": "r-1"}
    first = signed("manager").post(f"{ORGANISATION}/attest-rights", body, keyed)
    again = signed("manager").post(f"{ORGANISATION}/attest-rights", body, keyed)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    assert first.headers["ETag"].startswith('"1.')
    assert signed("manager").get(ORGANISATION).headers["ETag"].startswith('"1.')
    stale = signed("manager").post(f"{ORGANISATION}/attest-rights", body, {"If-Match": '"0"'})
    assert stale.status_code == 412


def test_an_approval_in_thought_is_one_of_somebody_who_may(coded, ledger):
    grant(coded, ledger, "41*")
    steps = [{"command": "approve", "drawdown": coded.id, "approved_on": "2024-04-02"}]
    body = {"steps": steps}
    refused = coded("finance").post("/agreements/SKO-2023/what-if", body).json["steps"][0]
    assert refused["refusal"]["type"] == "may-not-attest"
    grant(coded, ledger, "*", to="head")
    played = coded("finance").post("/agreements/SKO-2023/what-if", body).json["steps"][0]
    assert (played["refusal"], played["status"]) == (None, "approved")


# ── Code strings ──────────────────────────────────────────────────────────────────────────────


def test_codes_by_part_or_as_written_are_answered_alike(coded):
    lines = coded("orderer").get("/orders/SKO-2023-0001").json["lines"]
    assert [line["code_string"] for line in lines] == ["4100-4631", "5200-4631-P7"]
    assert lines[0]["codes"] == {"ansvar": "4100", "konto": "4631"}
    assert [line["cost_centre"] for line in lines] == ["4100", "5200"]
    drawn = coded("finance").get(f"/drawdowns/{coded.id}").json["lines"]
    assert [line["code_string"] for line in drawn] == ["4100-4631", "5200-4631-P7"]


def test_wrong_codes_are_named_each_at_its_part(coded):
    lines = [
        {"kind": "delivery", "amount": "1.00", "codes": {"ansvar": "41", "konto": "4700"}},
        {"kind": "delivery", "amount": "1.00", "codes": "4100"},
    ]
    answer = coded("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "lines": lines})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [
        "/lines/0/codes/ansvar",
        "/lines/0/codes/konto",
        "/lines/1/codes/konto",
    ]


@pytest.mark.parametrize(
    ("codes", "pointer"),
    [
        (4100, "/lines/0/codes"),
        ({}, "/lines/0/codes"),
        ({"ansvar": 4100}, "/lines/0/codes/ansvar"),
        ({"ansvar": "4" * 31}, "/lines/0/codes/ansvar"),
        ({"a/b": "1"}, "/lines/0/codes/a~1b"),
        ("4100\n4631", "/lines/0/codes"),
    ],
)
def test_what_is_no_code_is_refused_at_its_place(signed, codes, pointer):
    lines = [{"kind": "delivery", "amount": "1.00", "codes": codes}]
    answer = signed("orderer").post("/agreements/SKO-2023/orders", {**ORDER, "lines": lines})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_re_coding_moves_the_statement_and_not_the_balance(coded, ledger):
    before = coded("finance").get("/agreements/SKO-2023/balance").json
    body = {"line": 2, "codes": "5300-4631-P7", "recoded_on": "2024-05-01", "reason": "Ny enhet"}
    answer = coded("finance").post("/orders/SKO-2023-0001/recode", body)
    assert answer.json["lines"][1]["code_string"] == "5300-4631-P7"
    after = coded("finance").get("/agreements/SKO-2023/balance").json
    assert {**after, "position": 0, "known_at": ""} == {**before, "position": 0, "known_at": ""}
    items = coded("finance").get("/agreements/SKO-2023/statement").json["items"]
    assert [
        (item["cost_centre"], item["code_string"], item["committed"])
        for item in items
        if item["cause"] == "recoded"
    ] == [("5200", "5200-4631-P7", "-180000.00"), ("5300", "5300-4631-P7", "180000.00")]
    explained = coded("finance").get(
        "/agreements/SKO-2023/balance/explain", figure="committed", limit="cap"
    )
    assert {item["code_string"] for item in explained.json["items"]} == {
        "4100-4631", "5200-4631-P7", "5300-4631-P7",
    }  # fmt: skip


def test_the_read_models_come_out_the_same_when_they_are_made_anew(coded, ledger):
    from ledger.projections.checking import check_rebuild

    grant(coded, ledger, "*")
    coded("finance").post("/orders/SKO-2023-0001/recode", {"line": 1, "cost_centre": "4200"})
    approve(coded)
    assert check_rebuild(ledger) == []


def test_an_appointed_auditor_reads_the_organisations_of_their_appointments(signed, ledger):
    from tests.conftest import appoint

    auditor = signed("auditor", OTHER)
    appoint(ledger, f"auditor {OTHER}", BUYER)
    assert auditor.get(ORGANISATION).status_code == 200
    assert auditor.get(f"{ORGANISATION}/attest").status_code == 200
    assert auditor.get("/organisations/2120001488").status_code == 404
