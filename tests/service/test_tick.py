"""Time at work: what the calendar brings about is recorded once, and by nobody's hand."""

from datetime import UTC, date, datetime

import pytest

from ledger.domain import agreement, order
from ledger.domain.events import (
    AgreementExpired,
    DrawdownJudged,
    OrderLapsed,
    RoomMoved,
    TermAlertRaised,
)
from ledger.domain.refusals import NotDue, WrongStatus
from ledger.tick import SYSTEM, calendar, due, tick
from tests.clock import SetClock
from tests.conftest import AGREEMENT, INVOICE, ORDER
from tests.domain.domain_given import END, ORDERER, Book, given, line, signing

LAST = date(2023, 12, 11)
AFTER = date(2023, 12, 12)
SPRING = date(2024, 4, 1)
"""Each course is over by then, and its invoice has come."""
ID = "2021004524.90012345.2023-11-28.380"
LONGER = {"ends_on": "2024-12-31", "decision": "D 2", "decided_on": "2023-12-01"}
UNANSWERED = {**ORDER, "respond_by": LAST.isoformat()}


@pytest.fixture
def clock():
    """From the day of the order on: it is moved to each day that is worked."""
    return SetClock(datetime(2023, 11, 28, 8, tzinfo=UTC))


@pytest.fixture
def placed(api):
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert api("orderer").post("/agreements/SKO-2023/orders", UNANSWERED).status_code == 201
    return api


@pytest.fixture
def worked(ledger, clock):
    """A day that has come → the facts that it brings."""
    by = calendar(ledger.service, ledger.registry)

    def work(on):
        clock.move(on)
        return [fact.event for fact in tick(ledger.service, ledger.views, by, on)]

    return work


def remaining(api) -> str:
    return api("finance").get("/agreements/SKO-2023/balance").json["remaining"]


def test_an_order_that_nobody_answered_lapses_the_day_after_and_once(placed, worked, ledger):
    assert worked(LAST) == []
    lapsed, moved = worked(AFTER)
    assert lapsed == OrderLapsed(respond_by=LAST)
    assert isinstance(moved, RoomMoved)
    assert moved.cause == "lapsed"
    assert remaining(placed) == "2000000.00"
    assert placed("orderer").get("/orders/SKO-2023-0001").json["status"] == "lapsed"
    before = ledger.store.position()
    assert worked(AFTER) == []
    assert ledger.store.position() == before


def test_a_lapse_is_recorded_by_the_system_person_and_counts_from_its_day(placed, worked, ledger):
    worked(AFTER)
    (fact,) = ledger.store.history("order/SKO-2023-0001", after=1)
    assert ledger.registry.names({fact.by.person}) == {fact.by.person: SYSTEM}
    assert (fact.by.organisation, fact.effective_on) == ("", AFTER)
    reserved = [
        placed("finance")
        .get("/agreements/SKO-2023/balance", as_of=day.isoformat())
        .json["reserved"]
        for day in (LAST, AFTER)
    ]
    assert reserved == ["240000.00", "0.00"]


def test_an_order_that_was_answered_does_not_lapse(placed, worked):
    placed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    assert worked(AFTER) == []


def test_an_answer_that_comes_between_looking_and_recording_goes_before(placed, ledger, clock):
    clock.move(AFTER)
    (lapse,) = due(ledger.views, AFTER)
    placed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-12-11"})
    with pytest.raises(WrongStatus):
        ledger.service.execute(lapse, calendar(ledger.service, ledger.registry))


def test_what_has_been_invoiced_is_left_for_a_person_to_judge(placed, worked):
    early = {**INVOICE, "issued_on": "2023-11-28"}
    assert placed("finance").post("/orders/SKO-2023-0001/drawdowns", early).status_code == 201
    assert worked(AFTER) == []


def test_the_end_of_the_term_is_alerted_of_once_for_each_and_then_recorded(placed, worked):
    placed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    assert worked(date(2027, 3, 3)) == []
    assert worked(date(2027, 3, 4)) == [TermAlertRaised(months=6, ends_on=END)]
    assert worked(date(2027, 3, 5)) == []
    assert worked(date(2027, 7, 1)) == [TermAlertRaised(months=3, ends_on=END)]
    assert worked(END) == []
    assert worked(date(2027, 9, 5)) == [AgreementExpired(ends_on=END)]
    assert worked(date(2027, 9, 6)) == []
    assert placed("finance").get("/agreements/SKO-2023").json["expired"] is True


def test_what_a_grant_left_out_is_judged_on_the_day_of_a_decision_that_was_dated_ahead(api, worked):
    grant = {
        "name": "ESF",
        "funder": "F",
        "ceiling": "500000.00",
        "starts_on": "2023-09-05",
        "ends_on": "2023-11-27",
        "decision": "D 1",
        "decided_on": "2023-09-05",
    }
    order = {**ORDER, "lines": [{**line, "funding": "ESF"} for line in ORDER["lines"]]}
    funding, path = "/agreements/SKO-2023/funding", "/orders/SKO-2023-0001"
    for role, where, body in (
        ("manager", "/agreements", AGREEMENT),
        ("manager", funding, grant),
        ("orderer", "/agreements/SKO-2023/orders", order),
        ("supplier", f"{path}/confirm", {"confirmed_on": "2023-11-28"}),
        ("finance", f"{path}/drawdowns", {**INVOICE, "issued_on": "2023-11-28"}),
        ("manager", f"{funding}/change", {**grant, **LONGER}),
        ("approver", f"/drawdowns/{ID}/approve", {}),
    ):
        assert api(role).post(where, body).status_code in (200, 201), where

    def support():
        (one,) = api("finance").get(funding).json["sources"]
        return one["support"]

    assert worked(date(2023, 11, 30)) == []
    assert support() == "0.00"
    assert any(isinstance(event, DrawdownJudged) for event in worked(date(2023, 12, 1)))
    assert support() == "240000.00"
    assert worked(date(2023, 12, 2)) == []


def test_an_extension_gives_a_new_end_to_be_alerted_of(api, worked):
    policy = {"extensions": [{"months": 12}], "term_alerts": [1]}
    assert api("manager").post("/agreements", {**AGREEMENT, "policy": policy}).status_code == 201
    assert worked(date(2027, 8, 20)) == [TermAlertRaised(months=1, ends_on=END)]
    assert worked(date(2027, 9, 5)) == [AgreementExpired(ends_on=END)]
    body = {"decision": "KS 9", "decided_on": "2027-09-04"}
    assert api("manager").post("/agreements/SKO-2023/extensions", body).status_code == 201
    assert api("manager").get("/agreements/SKO-2023").json["expired"] is False
    assert worked(date(2027, 9, 6)) == []
    later = date(2028, 9, 4)
    assert worked(date(2028, 8, 20)) == [TermAlertRaised(months=1, ends_on=later)]


def test_too_little_use_against_the_agreement_s_own_plan_is_said_once_a_quarter(api, worked):
    plan = [{"by": "2024-03-31", "amount": "500000.00"}]
    policy = {"under_use": 50, "plan": plan, "alerts": [10]}
    signed = api("manager").post("/agreements", {**AGREEMENT, "policy": policy})
    assert signed.status_code == 201
    assert (signed.json["policy"]["under_use"], signed.json["policy"]["plan"]) == (50, plan)
    body = {**ORDER, "respond_by": "2024-12-31"}
    assert api("orderer").post("/agreements/SKO-2023/orders", body).status_code == 201
    assert worked(date(2024, 3, 31)) == []
    (alert,) = worked(date(2024, 4, 1))
    assert (alert.limit, alert.planned, alert.used) == ("cap", 500_000_00, 240_000_00)
    assert worked(date(2024, 4, 2)) == []
    assert api("orderer").post("/agreements/SKO-2023/orders", body).status_code == 201
    assert worked(date(2024, 7, 1)) == [], "by then as much is in use as was asked for"


def test_of_a_closed_agreement_nothing_is_said(api, worked, clock):
    clock.move(date(2026, 1, 1))
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    body = {"reason": "Slut", "on": "2026-01-01"}
    assert api("manager").post("/agreements/SKO-2023/close", body).status_code == 200
    assert worked(date(2030, 1, 1)) == []


def test_the_last_day_of_the_term_is_within_it():
    state = agreement.evolve(None, agreement.sign(signing(), None, given())[0].event, END, ORDERER)
    assert all(isinstance(e, TermAlertRaised) for e in agreement.due_on_term(state, END))
    with pytest.raises(NotDue):
        agreement.watch_term(
            agreement.WatchTerm(agreement="A1", on=date(2024, 1, 1)), state, given()
        )


def test_a_lapse_before_its_day_is_refused():
    book = Book()
    name = book.place(line(100), on=date(2024, 1, 15), respond_by=date(2024, 1, 31))
    lapse = order.LapseOrder(order=name, on=date(2024, 1, 31))
    with pytest.raises(NotDue):
        book.do(lapse)


# ── Stale commitments ─────────────────────────────────────────────────────────────────────────


def stale(api, on: str | None, role: str = "finance", **then):
    days = {} if on is None else {"on": on}
    answer = api(role).get("/agreements/SKO-2023/stale", **days, **then)
    assert answer.status_code == 200, answer.text
    return [(item["order"], item["days"], item["release"]) for item in answer.json["items"]]


def test_a_course_that_is_over_and_not_invoiced_is_listed_with_what_it_could_release(placed, clock):
    assert stale(placed, "2024-03-23") == [], "it has not been answered: nothing is committed"
    placed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    assert stale(placed, "2024-03-22") == [], "its last day is within it"
    assert stale(placed, "2024-03-23") == [("SKO-2023-0001", 1, "240000.00")]
    clock.move(SPRING)
    placed("finance").post("/orders/SKO-2023-0001/drawdowns", {**INVOICE, "amount": "100000.00"})
    assert stale(placed, "2024-03-23") == [("SKO-2023-0001", 1, "140000.00")]


def test_what_is_invoiced_in_full_is_not_stale(placed, clock):
    placed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    clock.move(SPRING)
    placed("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE)
    assert stale(placed, "2024-06-01") == []


def test_the_oldest_stale_commitment_comes_first_and_closing_it_releases_what_was_proposed(
    placed, clock
):
    second = {**ORDER, "ends_on": "2024-02-01"}
    placed("orderer").post("/agreements/SKO-2023/orders", second)
    for number in ("SKO-2023-0001", "SKO-2023-0002"):
        placed("supplier").post(f"/orders/{number}/confirm", {"confirmed_on": "2023-11-28"})
    clock.move(SPRING)
    delivered = {"delivered_on": "2024-03-20", "seats_used": 12}
    placed("supplier").post("/orders/SKO-2023-0001/deliver", delivered)
    assert stale(placed, "2024-03-31") == [
        ("SKO-2023-0002", 59, "240000.00"), ("SKO-2023-0001", 11, "240000.00"),
    ]  # fmt: skip
    placed("manager").post("/orders/SKO-2023-0002/close", {"reason": "Aldrig fakturerad"})
    assert stale(placed, "2024-03-31") == [("SKO-2023-0001", 11, "240000.00")]
    assert remaining(placed) == "1760000.00"


def test_a_proposed_release_is_carried_out_in_one_step_and_only_as_it_was_proposed(placed, clock):
    placed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    ((number, _, release),) = stale(placed, "2024-03-31")
    clock.move(SPRING)
    placed("finance").post("/orders/SKO-2023-0001/drawdowns", {**INVOICE, "amount": "100000.00"})
    body = {"release": release, "reason": "Aldrig fakturerad"}
    refused = placed("finance").post(f"/orders/{number}/close", body)
    assert refused.status_code == 409, "an invoice came meanwhile"
    assert refused.json["type"].endswith("/release-differs")
    assert (refused.json["release"], refused.json["expected"]) == ("140000.00", "240000.00")
    ((number, _, release),) = stale(placed, "2024-03-31")
    tried = placed("finance").post(
        f"/orders/{number}/close", {**body, "release": release}, dry_run="true"
    )
    assert tried.json["balance"]["remaining"] == "1900000.00"
    done = placed("finance").post(f"/orders/{number}/close", {**body, "release": release})
    assert done.status_code == 200, done.text
    assert stale(placed, "2024-03-31") == []
    assert remaining(placed) == "1900000.00"


def test_stale_commitments_are_listed_as_they_were_and_as_they_were_known(placed, clock):
    placed("supplier").post("/orders/SKO-2023-0001/confirm", {"confirmed_on": "2023-11-28"})
    clock.move(SPRING)
    moment = clock().isoformat()
    body = {"reason": "Aldrig fakturerad", "closed_on": "2024-04-01"}
    assert placed("manager").post("/orders/SKO-2023-0001/close", body).status_code == 200
    assert stale(placed, "2024-04-02") == []
    assert stale(placed, None, as_of="2024-03-31") == [("SKO-2023-0001", 9, "240000.00")]
    assert stale(placed, None, as_of="2024-04-01") == []
    assert stale(placed, "2024-04-02", known_at=moment) == [("SKO-2023-0001", 11, "240000.00")]


def test_the_university_is_not_shown_what_could_be_released(placed):
    assert placed("supplier").get("/agreements/SKO-2023/stale").status_code == 403
