"""The clock is one function, handed in where the service and the command line are made."""

from datetime import UTC, date, datetime

from ledger.domain import agreement
from tests.clock import SetClock
from tests.conftest import AGREEMENT, ORDER
from tests.domain.domain_given import MANAGER, signing
from tests.people import let_in

DAY = date(2024, 5, 6)


def test_what_is_recorded_is_recorded_when_the_clock_says(api, ledger, clock):
    clock.move(date(2028, 2, 29))
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    (fact,) = ledger.store.history(agreement.stream("SKO-2023"))
    assert fact.recorded_at.date() == date(2028, 2, 29)


def test_today_is_the_day_that_it_is_in_sweden(ledger):
    late_in_the_evening = SetClock(datetime(2024, 5, 5, 22, 30, tzinfo=UTC))
    assert late_in_the_evening.today == DAY


def test_the_command_line_and_the_api_have_the_day_of_the_clock_that_they_were_handed(
    desk, clock, api
):
    desk.write("agreement.json", AGREEMENT)
    desk.done("agreement", "sign", "agreement.json")
    body = {name: value for name, value in ORDER.items() if name != "ordered_on"}
    desk.write("order.json", body)
    clock.move(date(2027, 9, 1))
    desk.done("order", "place", "SKO-2023", "order.json")
    assert desk.json("order", "show", "SKO-2023-0001")["ordered_on"] == "2027-09-01"
    assert desk.json("balance", "SKO-2023")["as_of"] == "2027-09-01"


def test_a_command_that_names_its_own_moment_is_recorded_then(ledger):

    moment = datetime(2028, 1, 2, 3, tzinfo=UTC)
    outcome = ledger.service.execute(signing(), MANAGER, now=moment)
    assert outcome.facts[0].recorded_at == moment


def test_what_the_registry_writes_down_is_of_the_day_of_the_clock(ledger, clock):
    clock.move(date(2028, 2, 29))
    token = let_in(ledger, "Någon", "2120002403", ("finance",))
    (kept,) = ledger.registry.tokens()
    assert str(kept.created_at).startswith("2028-02-29")
    assert ledger.registry.revoke(token)


def test_the_moment_is_taken_when_the_turn_comes_and_not_when_it_is_asked_for(ledger, monkeypatch):
    asked, turn = (datetime(2028, 1, 2, hour, tzinfo=UTC) for hour in (3, 4))
    moments = iter([asked, turn])
    monkeypatch.setattr(ledger.service, "clock", lambda: next(moments, turn))
    outcome = ledger.service.execute(signing(), MANAGER)
    assert outcome.facts[0].recorded_at == turn
