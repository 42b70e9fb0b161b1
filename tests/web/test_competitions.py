"""Renewed competitions through the API, and what each supplier sees of them."""

import pytest

from tests.conftest import SUPPLIER
from tests.web.test_suppliers import RANKED, SECOND, THIRD, place

COMPETED = {
    **RANKED, "selection": {"method": "competition"}, "policy": {"sealed_offers": False}
}  # fmt: skip
"""Offers that buyers see as they come: tests/web/test_sealed_offers.py has the others."""
ADDRESS = "/agreements/SKO-2023/competitions"
OPEN = {"what": "Kurs", "answer_by": "2037-01-20", "opened_on": "2024-01-10"}
PAST = {**OPEN, "answer_by": "2024-01-20"}


def done(answer):
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def answer(api, supplier, amount, number=1, **more):
    body = {"amount": amount, "answered_on": "2024-01-15", **more}
    return api("supplier", supplier).post(f"{ADDRESS}/{number}/answer", body)


def award(api, supplier, number=1, **more):
    body = {"supplier": supplier, "reason": "Lägst pris", "awarded_on": "2024-01-16", **more}
    return api("orderer").post(f"{ADDRESS}/{number}/award", body)


@pytest.fixture
def asked(api):
    """A competition that all three suppliers have answered, the third without an offer."""
    done(api("manager").post("/agreements", COMPETED))
    done(api("orderer").post(ADDRESS, OPEN))
    done(answer(api, SUPPLIER, "90000.00", note="Med lärare på plats"))
    done(answer(api, SECOND, "80000.00"))
    done(answer(api, THIRD, None))
    return api


def problem(answer):
    return answer.status_code, answer.json["type"].rsplit("/")[-1]


def test_a_competition_has_its_record_from_the_asking_to_the_order(asked):
    points = [{"supplier": SUPPLIER, "points": 70}, {"supplier": SECOND, "points": 90}]
    won = done(award(asked, SECOND, points=points))
    assert (won["name"], won["status"], won["winner"]) == ("SKO-2023-K01", "awarded", SECOND)
    assert place(asked, competition=1, amount="80000.01").status_code == 409
    order = done(place(asked, competition=1, amount="80000.00"))
    assert (order["supplier"], order["competition"]) == (SECOND, 1)
    found = done(asked("auditor").get(f"{ADDRESS}/1"))
    assert (found["status"], found["order"], found["reason"]) == (
        "used", order["number"], "Lägst pris"
    )  # fmt: skip
    assert found["asked"] == [SUPPLIER, SECOND, THIRD]
    assert [(one["supplier"], one["amount"]) for one in found["answers"]] == [
        (SUPPLIER, "90000.00"), (SECOND, "80000.00"), (THIRD, None)
    ]  # fmt: skip
    assert found["points"] == points
    assert problem(place(asked, competition=1, amount="1.00")) == (404, "not-found")


def test_without_a_won_competition_an_order_is_refused_in_words(asked):
    refused = place(asked)
    assert problem(refused) == (409, "competition-needed")
    assert "name the competition" in refused.json["detail"]
    assert problem(place(asked, competition=1)) == (404, "not-found")
    done(award(asked, SECOND))
    assert place(asked, competition=1, supplier=SUPPLIER).status_code == 422
    assert problem(place(asked, competition=1, amount="80000.01")) == (409, "over-award")


def test_placing_waits_for_an_award_among_the_actions(asked):
    def placing():
        actions = done(asked("orderer").get("/agreements/SKO-2023"))["actions"]
        return next(one for one in actions if one["name"] == "place")

    assert placing()["type"] == "competition-needed"
    done(award(asked, SECOND))
    assert placing()["allowed"]
    done(place(asked, competition=1, amount="80000.00"))
    assert placing()["type"] == "competition-needed"


def test_a_supplier_sees_its_own_answer_and_the_outcome_and_never_another_s_offer(asked):
    def seen(supplier, role="supplier"):
        return done(asked(role, supplier).get(f"{ADDRESS}/1"))

    before = seen(SUPPLIER)
    assert before["asked"] == [SUPPLIER]
    assert [one["amount"] for one in before["answers"]] == ["90000.00"]
    assert before["winner"] is None
    done(award(asked, SECOND, points=[{"supplier": SECOND, "points": 90}]))
    done(place(asked, competition=1, amount="80000.00"))
    for role in ("supplier", "finance", "manager", "auditor"):
        after = seen(SUPPLIER, role)
        assert (after["winner"], after["reason"]) == (SECOND, "Lägst pris")
        assert (after["points"], after["order"]) == ([], None)
        assert "80000" not in str(after)
    assert seen(SECOND)["order"] == "SKO-2023-0001"
    history = done(asked("auditor", SUPPLIER).get("/agreements/SKO-2023/history"))["items"]
    assert [item["name"] for item in history] == ["agreement-signed", "competition-answered"]


def test_who_is_not_asked_knows_of_no_competition(asked):
    out = [{"supplier": THIRD, "reason": "Ger inte kursen"}]
    done(asked("manager").post(ADDRESS, {**OPEN, "left_out": out}))
    assert asked("supplier", THIRD).get(f"{ADDRESS}/2").status_code == 404
    assert problem(answer(asked, THIRD, "1.00", number=2)) == (404, "not-found")
    listed = done(asked("supplier", THIRD).get(ADDRESS))["items"]
    assert [one["number"] for one in listed] == [1]
    whole = done(asked("manager").get(f"{ADDRESS}/2"))
    assert whole["left_out"] == out
    refused = asked("manager").post(ADDRESS, {**OPEN, "asked": [SUPPLIER, SECOND]})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/left_out")


def test_a_supplier_answers_in_time_and_for_itself(asked):
    done(asked("orderer").post(ADDRESS, PAST))
    assert problem(answer(asked, SUPPLIER, "70000.00", number=2)) == (409, "too-late-to-answer")
    body = {"supplier": SECOND, "amount": "70000.00", "answered_on": "2024-01-15"}
    other = asked("supplier").post(f"{ADDRESS}/1/answer", body)
    assert problem(other) == (403, "not-a-party")
    assert asked("orderer").post(f"{ADDRESS}/1/answer", {"amount": None}).status_code == 403
    better = done(answer(asked, SUPPLIER, "70000.00"))
    assert [one["amount"] for one in better["answers"]] == ["70000.00"]


def test_the_buyer_s_manager_records_an_answer_on_paper_on_the_day_that_it_came_in(asked):
    done(asked("orderer").post(ADDRESS, PAST))
    body = {"supplier": SUPPLIER, "amount": "70000.00", "answered_on": "2024-01-20"}
    found = done(asked("manager").post(f"{ADDRESS}/2/answer", body))
    assert [one["answered_on"] for one in found["answers"]] == ["2024-01-20"]
    late = asked("manager").post(f"{ADDRESS}/2/answer", {**body, "answered_on": "2024-01-21"})
    assert problem(late) == (409, "too-late-to-answer")
    early = asked("manager").post(f"{ADDRESS}/2/answer", {**body, "answered_on": "2024-01-09"})
    assert (early.status_code, early.json["errors"][0]["pointer"]) == (422, "/answered_on")


def test_the_same_key_gives_the_first_answer_again(asked):
    key = {"Idempotency-Key": "answer-1"}
    address, supplier = f"{ADDRESS}/1/answer", asked("supplier")
    body = {"amount": "60000.00", "answered_on": "2024-01-15"}
    first = supplier.post(address, body, headers=key)
    done(answer(asked, SUPPLIER, "50000.00"))
    again = supplier.post(address, body, headers=key)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_competition_is_cancelled_with_a_reason_and_stays_on_record(asked):
    address = f"{ADDRESS}/1/cancel"
    assert asked("orderer").post(address, {}).status_code == 422
    body = {"reason": "Behovet är borta", "cancelled_on": "2024-01-17"}
    cancelled = done(asked("orderer").post(address, body))
    assert (cancelled["status"], cancelled["decided_on"]) == ("cancelled", "2024-01-17")
    assert problem(award(asked, SECOND)) == (404, "not-found")
    before = done(asked("finance").get(f"{ADDRESS}/1", as_of="2024-01-16"))
    assert (before["status"], len(before["answers"])) == ("open", 3)
    assert asked("finance").get(f"{ADDRESS}/1", as_of="2024-01-09").status_code == 404


def test_only_where_it_is_agreed_are_orders_competed_for(api):
    done(api("manager").post("/agreements", RANKED))
    assert problem(api("orderer").post(ADDRESS, OPEN)) == (409, "no-competition")
    assert place(api, competition=1).status_code == 422
