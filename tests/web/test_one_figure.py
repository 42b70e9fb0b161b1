"""One figure in every door, also of a past day, of limits that went or came, and of what is put in
between."""

import re
from datetime import timedelta

import pytest

from ledger.projections.amendments import made
from ledger.projections.then import NOW
from ledger.web import create_app
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER
from tests.people import let_in
from tests.web.test_pages import Browser, words

PATH, MEMBER = "/agreements/SKO-2023", "2120001470"
TODAY = STARTED.today
BUYERS = [
    {"organisation": BUYER, "name": "Ledande", "role": "lead"},
    {"organisation": MEMBER, "name": "Deltagande", "role": "member"},
]
TERMS = {"cap": "1000.00", "ends_on": f"{TODAY.year + 3}-12-31", "policy": {"amendments": "free"}}


def told(answer):
    assert answer.status_code in (200, 201), answer.text
    return answer.json


@pytest.fixture
def joint(api):
    limits = [{"name": name, "buyer": MEMBER, "amount": amount}
              for name, amount in (("one", "111.00"), ("two", "222.00"))]  # fmt: skip
    told(api("manager").post("/agreements", {**AGREEMENT, **TERMS, "buyers": BUYERS,
                                             "limits": limits}))  # fmt: skip
    return api


def on(day: int) -> str:
    return str(TODAY + timedelta(days=day))


def test_what_funding_covers_of_a_day_is_of_what_is_drawn_on_it_whenever_that_was_approved(
    joint, clock
):
    grant = {"name": "G", "funder": "F", "ceiling": "900.00", "share": "50.00", "decision": "D",
             "starts_on": on(-300), "ends_on": on(300), "decided_on": on(0)}  # fmt: skip
    told(joint("manager").post(f"{PATH}/funding", grant))
    halves = [{"organisation": name, "weight": 1} for name in (BUYER, MEMBER)]
    lines = [{"kind": "delivery", "amount": "200.00", "funding": "G"}]
    body = {"course": "Kurs", "lines": lines, "split": {"method": "shares", "parts": halves}}
    number = told(joint("orderer").post(f"{PATH}/orders", body))["number"]
    told(joint("supplier").post(f"/orders/{number}/confirm", {}))
    bill = {"invoice": "1", "issued_on": on(0), "amount": "100.00"}
    id = told(joint("finance").post(f"/orders/{number}/drawdowns", bill))["id"]
    clock.move(TODAY + timedelta(days=5))
    told(joint("approver").post(f"/drawdowns/{id}/approve", {}))
    finance = joint("finance")
    for day in (on(0), on(4), on(5)):
        balance = told(finance.get(f"{PATH}/balance", as_of=day))
        summary = told(finance.get(f"{PATH}/summary", as_of=day))
        funding = told(finance.get(f"{PATH}/funding", as_of=day))
        assert balance["drawn"] == summary["paid"] == funding["invoiced"] == "100.00"
        assert summary["funding"][0]["support"] == funding["support"] == "50.00"
        assert [one["gross"] for one in summary["members"]] == ["50.00", "50.00"]
        assert funding["sources"][0]["waiting"] == "0.00"


def shares(ledger, **times) -> str:
    browser = Browser(create_app(ledger=ledger))
    browser.post("/session", token=let_in(ledger, "reader", BUYER, ("finance",)))
    return words(browser.get(f"{PATH}/members", **times)).replace("\u00a0", " ")


def test_a_limit_that_was_removed_is_in_no_forecast_and_is_nobodys_share(joint, ledger, clock):
    assert re.search(r"Deltagande.*\b111", shares(ledger))  # the least of two binds
    clock.move(TODAY + timedelta(days=5))
    told(joint("manager").post(f"{PATH}/remove-limit", {"name": "one", "reason": "wrong"}))
    forecast = told(joint("finance").get(f"{PATH}/forecast"))
    balance = told(joint("finance").get(f"{PATH}/balance"))
    names = [one["name"] for one in balance["limits"]]
    assert names == [one["name"] for one in forecast["limits"]] == ["cap", "two"]
    assert re.search(r"Deltagande.*\b222", shares(ledger))
    assert re.search(r"Deltagande.*\b111", shares(ledger, as_of=on(4)))


def test_the_cap_before_an_amendment_is_what_is_in_force_just_before_its_day(joint, ledger):
    for cap, day in (("2000.00", on(90)), ("1500.00", on(30)), ("1700.00", on(30))):
        body = {"change": {"cap": cap}, "ground": "policy", "decision": "D", "effective_on": day}
        told(joint("manager").post(f"{PATH}/amendments", body))
    ledger.views.catch_up()
    with ledger.views.database.reading() as connection:
        found, _ = made(connection, "SKO-2023", NOW)
    steps = [(one.before, one.after) for one in found[1:]]
    assert steps == [(170_000, 200_000), (100_000, 150_000), (150_000, 170_000)]


def test_a_limit_that_is_removed_later_is_told_beside_in_every_door(joint, ledger):
    """It binds until then, and what is set of it for a day after that is none of it."""
    for ahead, amount in ((10, "50.00"), (30, "70.00")):
        limit = {"name": "one", "buyer": MEMBER, "amount": amount}
        body = {"change": {"limits": [limit]}, "ground": "policy", "decision": "D",
                "effective_on": on(ahead)}  # fmt: skip
        told(joint("manager").post(f"{PATH}/amendments", body))
    gone = {"name": "one", "removed_on": on(20), "reason": "wrong"}
    told(joint("manager").post(f"{PATH}/remove-limit", gone))
    finance = joint("finance")
    balance = told(finance.get(f"{PATH}/balance"))
    later = [(one["day"], one["amount"], one["removed"]) for one in balance["later"]]
    assert later == [(on(10), "50.00", False), (on(20), None, True)]
    (found,) = [one for one in balance["limits"] if one["name"] == "one"]
    assert (found["amount"], found["room"]) == ("111.00", "50.00")
    (found,) = [one for one in told(finance.get(f"{PATH}/forecast"))["limits"]
                if one["name"] == "one"]  # fmt: skip
    assert f"From {on(20)} it is removed: that is not counted." in found["changed_by"]
    assert not any("unknown" in one for one in found["changed_by"])
    told_then = told(finance.get(f"{PATH}/balance", as_of=on(20)))
    assert "one" not in [one["name"] for one in told_then["limits"]]
    browser = Browser(create_app(ledger=ledger))
    browser.post("/session", token=let_in(ledger, "reader", BUYER, ("finance",)))
    assert f"From {on(20)}: one is removed" in words(browser.get(PATH))


def test_a_limit_that_is_not_there_yet_or_no_longer_says_so_in_every_door(joint, ledger, clock):
    limit = {"name": "Ny", "buyer": BUYER, "amount": "50.00"}
    body = {"change": {"limits": [limit]}, "ground": "policy", "decision": "D",
            "effective_on": on(30)}  # fmt: skip
    told(joint("manager").post(f"{PATH}/amendments", body))
    clock.move(TODAY + timedelta(days=5))
    told(joint("manager").post(f"{PATH}/remove-limit", {"name": "one", "reason": "wrong"}))
    finance = joint("finance")
    balance = told(finance.get(f"{PATH}/balance"))
    new = next(one for one in balance["limits"] if one["name"] == "Ny")
    assert (new["amount"], new["begins_on"]) == (None, on(30))
    assert {one["begins_on"] for one in balance["limits"] if one["name"] != "Ny"} == {None}
    later = [(one["day"], one["limit"], one["amount"]) for one in balance["later"]]
    assert later == [(on(30), "Ny", "50.00")]
    (found,) = [one for one in told(finance.get(f"{PATH}/forecast"))["limits"]
                if one["name"] == "Ny"]  # fmt: skip
    assert (found["verdict"], found["drawn"]) == ("not-begun", None)
    assert found["sentence"] == f"Ny: it begins on {on(30)}; until then it is not there."
    opened = {"figure": "cap", "as_of": on(5)}
    notes = {
        name: told(finance.get(f"{PATH}/balance/explain", limit=name, **opened))["note"]
        for name in ("Ny", "one", "two")
    }
    assert notes == {
        "Ny": f"Ny begins on {on(30)}: until then it is not there.",
        "one": f"one is removed from {on(5)}: it binds nothing, and has no amount.",
        "two": None,
    }
    browser = Browser(create_app(ledger=ledger))
    browser.post("/session", token=let_in(ledger, "reader", BUYER, ("finance",)))
    assert f"begins on {on(30)}" in words(browser.get(f"{PATH}/limits"))
    assert "unknown" not in words(browser.get(f"{PATH}/limits"))
    for name in ("Ny", "one"):
        page = words(browser.get(f"{PATH}/why", limit=name))
        assert notes[name] in page
        assert "unknown" not in page.partition("What it is made of")[0]
    assert found["sentence"] in words(browser.get(f"{PATH}/forecast"))
    assert not re.search(r"Ledande.*unknown", shares(ledger))
