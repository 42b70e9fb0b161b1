"""Forecast and public summary over the API: what is known, and what is said to be unknown."""

from datetime import timedelta

import pytest

from tests.cli.desk import Desk
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, REASONS, SUPPLIER

PATH = "/agreements/SKO-2023"

HARD = {"effect": "hard", "tolerance": 0, "removed": False}


def sign(api, **more) -> None:
    assert api("manager").post("/agreements", {**AGREEMENT, **more}).status_code == 201


def order(api, on: str, amount: str, **more) -> str:
    line = {"kind": "delivery", "amount": amount, **more.pop("line", {})}
    body = {"course": "Ledarskap", "ordered_on": on, "lines": [line], **more}
    answer = api("orderer").post(f"{PATH}/orders", body)
    assert answer.status_code == 201, answer.text
    return answer.json["number"]


def confirm(api, number: str, **body) -> None:
    assert api("supplier").post(f"/orders/{number}/confirm", body).status_code == 200


def pay(api, number: str, invoice: str, amount: str, on: str | None = None) -> None:
    body = {**INVOICE, "invoice": invoice, "amount": amount, **({"issued_on": on} if on else {})}
    del body["vat"]
    recorded = api("finance").post(f"/orders/{number}/drawdowns", body)
    assert recorded.status_code == 201, recorded.text
    approval = {"approved_on": on} if on else {}
    address = f"/drawdowns/{recorded.json['id']}/approve"
    assert api("approver").post(address, approval).status_code == 200


def deliver(api, number: str, seats: int, awarded: int | None = None) -> None:
    body = {"seats_used": seats, **({} if awarded is None else {"credits_awarded": awarded})}
    assert api("supplier").post(f"/orders/{number}/deliver", body).status_code == 200


def got(api, what: str, language: str = "en", role: str = "finance", **query):
    client = api(role)
    client.headers["Accept-Language"] = language
    answer = client.get(f"{PATH}/{what}", **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


# ── Forecast ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def year_of_orders(api):
    """Every second month from September 2023 an order of 100 000 for the year after."""
    sign(api, limits=[{"name": "2024", "year": 2024, "amount": "900000.00"}])
    for month in ("2023-09", "2023-11", "2024-01", "2024-03", "2024-05", "2024-07"):
        number = order(api, f"{month}-20", "100000.00", line={"year": 2024})
        confirm(api, number)
    return api


def test_each_limit_has_its_range_and_the_assumption_in_words(year_of_orders):
    cap, year = got(year_of_orders, "forecast", on="2024-08-01")["limits"]
    assert (cap["name"], cap["verdict"], cap["used"]) == ("cap", "range", "600000.00")
    assert "2024-08-01" < cap["earliest"] < "2027-09-04"
    assert cap["held"] == "600000.00"
    assert "in the 316 days since the first of 6" in cap["assumption"]
    assert (year["name"], year["ends_on"], year["orders"]) == ("2024", "2024-12-31", 6)
    assert year["left_most"] <= "300000.00"


def test_a_forecast_from_an_earlier_day_knows_what_was_ordered_then(year_of_orders):
    (cap, _) = got(year_of_orders, "forecast", on="2024-02-01")["limits"]
    assert (cap["verdict"], cap["used"], cap["orders"]) == ("too-little-history", "300000.00", 3)
    assert cap["earliest"] is None
    assert cap["assumption"] == ""


def test_a_forecast_without_a_day_is_that_of_today_whatever_is_dated_later(
    year_of_orders, database, tmp_path, monkeypatch
):
    today = STARTED.today
    later = (today + timedelta(days=30)).isoformat()
    manager, decision = year_of_orders("manager"), {"decision": "KS 7", "ground": "17:10"}
    change = {"change": {"cap": "2500000.00"}, "clause": "7", "effective_on": later, **decision}
    assert manager.post(f"{PATH}/amendments", change).status_code == 201
    dated = got(year_of_orders, "forecast", on=today.isoformat())
    assert got(year_of_orders, "forecast") == dated
    assert dated["limits"][0]["amount"] == "2000000.00"
    monkeypatch.setenv("AVROP_DATABASE", database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert Desk(tmp_path).json("forecast", "SKO-2023") == dated


def test_nothing_more_is_foreseen_of_a_closed_agreement(year_of_orders):
    body = {"reason": "Klart", "on": "2024-08-01"}
    assert year_of_orders("manager").post(f"{PATH}/close", body).status_code == 200
    (cap, _) = got(year_of_orders, "forecast", on="2024-08-01")["limits"]
    assert (cap["verdict"], cap["left_most"]) == ("over", "1400000.00")


def test_what_is_drawn_is_foreseen_by_the_plans_of_the_orders_and_by_what_has_come(api):
    sign(api, cap="300000.00")
    for amount, ends_on in (("100000.00", "2024-05-31"), ("200000.00", "2024-11-30")):
        dates = {"starts_on": "2024-02-01", "ends_on": ends_on}
        confirm(api, order(api, "2024-01-10", amount, **dates), confirmed_on="2024-01-12")
    (cap,) = got(api, "forecast", on="2024-02-01")["limits"]
    assert (cap["verdict"], cap["drawn"]["verdict"]) == ("reached", "range")
    drawn = cap["drawn"]
    assert (drawn["planned"], drawn["planned_until"]) == ("300000.00", "2024-11-30")
    assert "2024-11-30" <= drawn["earliest"] < drawn["latest"] <= "2025-01-29"
    assert (drawn["left_least"], drawn["left_most"]) == ("0.00", "0.00")
    assert drawn["sentence"].startswith("cap: drawn in full between 2024-1")
    assert "up to 60 days late" in drawn["assumption"]
    pay(api, "SKO-2023-0001", "1", "100000.00")
    (cap,) = got(api, "forecast", on="2024-06-01")["limits"]
    assert (cap["drawn"]["planned"], cap["drawn"]["invoices"]) == ("200000.00", 1)


def test_a_forecast_as_known_at_a_moment_has_not_heard_of_what_was_recorded_later(api):
    sign(api)
    order(api, "2023-11-20", "100000.00")
    moment = STARTED().isoformat()
    order(api, "2023-11-20", "50000.00")
    now, then = (
        got(api, "forecast", on="2024-01-01", **query)["limits"][0]["used"]
        for query in ({}, {"known_at": moment})
    )
    assert (now, then) == ("150000.00", "100000.00")


def test_an_unknown_cap_is_reached_on_an_unknown_day(api):
    sign(api, cap=None)
    (cap,) = got(api, "forecast", "sv")["limits"]
    assert (cap["verdict"], cap["amount"], cap["left_most"]) == ("unknown", None, None)
    assert cap["sentence"] == "takvolymen: beloppet är okänt, och därmed när det nås."


def test_the_university_is_not_told_when_the_cap_will_be_reached(api):
    sign(api)
    assert api("supplier").get(f"{PATH}/forecast").status_code == 403


# ── Summary ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def given(api):
    """A course of 7.5 hp that 11 took part in, and one without credits that has not reported."""
    sign(api)
    asked = {**ORDER, "challenge": "Enhetschefen behöver stöd", "reference": "Enhetschefen"}
    first = api("orderer").post(f"{PATH}/orders", asked).json["number"]
    second = order(api, "2024-09-01", "50000.00", course="Samtal", line={"year": 2025})
    never = order(api, "2024-09-01", "70000.00", course="Ställdes in")
    for number in (first, second, never):
        confirm(api, number)
    pay(api, first, "1", "240000.00")
    pay(api, second, "2", "30000.00")
    deliver(api, first, 11, 9)
    api("orderer").post(f"/orders/{never}/cancel", {})
    return api


def test_the_summary_tells_what_was_paid_for_how_many_with_which_result(given):
    found = got(given, "summary", role="auditor")
    assert (found["paid"], found["percent_paid"]) == ("270000.00", "13.5")
    assert found["years"] == [
        {"year": 2024, "paid": "240000.00"}, {"year": 2025, "paid": "30000.00"},
    ]  # fmt: skip
    first, second = found["courses"]
    assert (first["year"], first["paid"], first["credits"]) == (2024, "240000.00", "7.5")
    assert (first["seats_used"], first["credits_awarded"]) == (11, 9)
    assert (second["course"], second["paid"]) == ("Samtal", "30000.00")
    assert (second["seats_used"], second["credits"], second["credits_awarded"]) == (None,) * 3


def test_what_has_not_been_reported_is_unknown_in_all_and_said_to_be(given):
    found = got(given, "summary", "sv")
    assert found["seats_used"] is None
    assert found["credits_awarded"] == 9
    text = plain(found["text"])
    assert "Samtal, 2025: 30 000 kr betalades; hur många som deltog är okänt." in text
    assert "Använda platser totalt: okänt" in text
    assert "vilket är 13,5 % av takvolymen 2 000 000 kr." in text
    deliver(given, "SKO-2023-0002", 8)
    assert got(given, "summary")["seats_used"] == 19


def test_what_is_paid_today_is_paid_in_every_door(given, database, tmp_path, monkeypatch):
    today = STARTED.today
    pay(given, "SKO-2023-0002", "3", "20000.00", today.isoformat())
    assert got(given, "summary")["paid"] == "290000.00"
    monkeypatch.setenv("AVROP_DATABASE", database)
    assert Desk(tmp_path).json("summary", "SKO-2023")["paid"] == "290000.00"


def test_the_summary_is_told_as_of_a_day_and_as_known_at_a_moment_in_both_doors(
    given, database, tmp_path, monkeypatch
):
    """These orders were confirmed and paid today."""
    monkeypatch.setenv("AVROP_DATABASE", database)
    desk = Desk(tmp_path)
    moment = "2024-01-01T00:00:00Z"
    days = (STARTED.today - timedelta(days=1), STARTED.today)
    for on, paid in zip((day.isoformat() for day in days), ("0.00", "270000.00"), strict=True):
        assert got(given, "summary", as_of=on)["paid"] == paid
        assert desk.json("summary", "SKO-2023", "--as-of", on)["paid"] == paid
    later = (STARTED.today + timedelta(days=1)).isoformat() + "T00:00:00Z"
    assert got(given, "summary", known_at=later) == got(given, "summary")
    assert given("finance").get(f"{PATH}/summary", known_at=moment).status_code == 404
    assert given("finance").get(f"{PATH}/summary", as_of="2024").status_code == 422
    assert desk.json("summary", "SKO-2023", "--known-at", later)["paid"] == "270000.00"


def test_the_summary_of_an_unknown_cap_gives_no_percentage(api):
    sign(api, cap=None)
    confirm(api, order(api, "2024-01-10", "180000.00"))
    pay(api, "SKO-2023-0001", "1", "180000.00")
    found = got(api, "summary")
    assert (found["cap"], found["percent_paid"], found["paid"]) == (None, None, "180000.00")
    text = plain(found["text"])
    assert "180 000 kr. The cap is unknown." in text
    assert "%" not in text


def test_the_summary_names_no_person_and_nothing_that_somebody_wrote_about_one(given, ledger):
    found = str(got(given, "summary"))
    ids = {fact.by.person for fact in ledger.store.follow(0, 1000)}
    names = ledger.registry.names(ids)
    assert len(names) > 3
    for word in (*names, *names.values(), ORDER["unit"], "Enhetschefen"):
        assert word not in found


def test_a_sole_trader_is_told_as_one_and_not_by_name(api):
    trader = {"organisation": "8112189876", "name": "Handelsnamn och Kurs"}
    sign(api, suppliers=[trader, {"organisation": SUPPLIER, "name": "Mittuniversitetet"}])
    found = got(api, "summary")
    assert found["suppliers"] == ["A sole trader", "Mittuniversitetet"]
    assert "Handelsnamn" not in str(found)


def test_an_agreement_that_came_to_nothing_says_so(api):
    sign(api)
    found = got(api, "summary")
    assert (found["paid"], found["courses"], found["seats_used"]) == ("0.00", [], 0)
    assert "Nothing has been paid" in found["text"]


# ── A cap that is not in force yet ────────────────────────────────────────────────────────────

LATER = "2036-01-01"


def amend(api, cap: str, **more):
    body = {"ground": "17:14", "decision": "KS 7", "decided_on": "2024-01-08",
            "effective_on": LATER, "change": {"cap": cap}, "reasons": REASONS}  # fmt: skip
    answer = api("manager").post(f"{PATH}/amendments", body, **more)
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def test_a_summary_measures_by_the_cap_that_is_in_force_on_its_day(api):
    sign(api)
    pay(api, _confirmed(api, "1000000.00"), "1", "1000000.00")
    amend(api, "2150000.00")
    found = got(api, "summary")
    assert found["as_of"] < LATER
    assert (found["cap"], found["percent_paid"]) == ("2000000.00", "50.0")
    assert "which is 50,0 % of the cap of 2 000 000 kr" in plain(found["text"])


def test_before_the_term_a_summary_tells_the_cap_that_the_term_begins_with(api):
    sign(api, starts_on="2036-01-01", ends_on="2037-12-31")
    assert got(api, "summary")["cap"] == "2000000.00"
    found = got(api, "balance")
    assert (found["as_of"], found["cap"]) == (STARTED.today.isoformat(), "2000000.00")
    body = {**AGREEMENT, "number": "SKO-2036", "starts_on": "2036-01-01", "ends_on": "2037-12-31"}
    tried = api("manager").post("/agreements", body, dry_run="true").json
    assert tried["balance"]["remaining"] == "2000000.00"


def test_what_is_tried_is_told_by_the_cap_that_binds_it(api):
    sign(api)
    after = amend(api, "2150000.00", dry_run="true")["balance"]
    assert (after["cap"], after["later"]) == (
        "2000000.00",
        [{"day": LATER, "limit": "cap", "amount": "2150000.00", **HARD}],
    )
    amend(api, "2150000.00")
    body = {"course": "Ledarskap", "ordered_on": "2024-02-01",
            "lines": [{"kind": "delivery", "amount": "1900000.00"}]}  # fmt: skip
    tried = api("orderer").post(f"{PATH}/orders", body, dry_run="true").json["balance"]
    assert (tried["cap"], tried["remaining"]) == ("2000000.00", "100000.00")
    assert (tried["limits"][0]["amount"], tried["limits"][0]["remaining"]) == (
        "2000000.00",
        "100000.00",
    )
    steps = [{"command": "place", **body}]
    played = api("manager").post(f"{PATH}/what-if", {"steps": steps}).json
    assert played["before"]["cap"] == "2000000.00"
    assert played["steps"][0]["balance"]["remaining"] == "100000.00"
    found = got(api, "balance")
    assert (found["as_of"], found["cap"]) == (STARTED.today.isoformat(), "2000000.00")
    assert found["later"] == [{"day": LATER, "limit": "cap", "amount": "2150000.00", **HARD}]


def _confirmed(api, amount: str) -> str:
    number = order(api, "2024-01-10", amount)
    confirm(api, number)
    return number


def test_who_is_not_party_to_an_agreement_does_not_see_its_summary(api):
    sign(api)
    assert api("finance", "2120000787").get(f"{PATH}/summary").status_code == 404
    assert api("finance", BUYER).get(f"{PATH}/summary").status_code == 200
