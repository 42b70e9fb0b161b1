"""Two views of an agreement: what came in between adds up to the difference of their figures."""

import itertools
from datetime import date

from hypothesis import HealthCheck, given, settings

from ledger.projections import agreements, comparing, postings
from ledger.projections.then import Then
from ledger.web import create_app
from tests.cli.desk import Desk
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, ORDER, REASONS, Api, appoint
from tests.people import let_in
from tests.projections.history_given import HISTORIES, played, point


def all_pages(connection, row, first, second, count):
    """The comparison, with the commands of all its pages."""
    after, between = 0, []
    while after is not None:
        found = comparing.compare(
            connection,
            row.state,
            first,
            second,
            at=row.position,
            after=after,
            count=count,
        )
        between += found.between
        after = found.following
    return found, between


def figures(limit) -> tuple:
    return limit.amount, limit.use


def test_what_came_in_between_adds_up_to_the_difference_whatever_was_done(ledger):
    numbers = itertools.count(1)
    sides = set()

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(HISTORIES)
    def play(history):
        steps, amendments, points = history
        run = played(ledger, f"C{next(numbers)}", steps, amendments)
        views = [Then(), *(point(run, *some) for some in points)]
        with ledger.views.database.reading() as connection:
            row = agreements.find(connection, run.number, None)
            for first, second in itertools.permutations(views, 2):
                found, between = all_pages(connection, row, first, second, 4)
                sides.update(item.side for item in between)
                for then, told in ((first, found.before), (second, found.after)):
                    by_name = {limit.name: limit for limit in told}
                    for limit in postings.balance(connection, row.now, then, row.latest_on):
                        assert figures(by_name[limit.name]) == figures(limit)
                before = {limit.name: limit for limit in found.before}
                for limit, change in zip(found.after, found.changes, strict=True):
                    parts = [m for item in between for m in item.moved if m.limit == limit.name]
                    assert change.use == limit.use - before[limit.name].use
                    for place in ("reserved", "committed", "drawn"):
                        total = sum(getattr(part.use, place) for part in parts)
                        assert total == getattr(change.use, place), (limit.name, place)
                    if change.amount is not None:
                        assert sum(part.amount or 0 for part in parts) == change.amount

    play()
    assert {"to", "from"} <= sides


def client_of(ledger) -> Api:
    token = let_in(ledger, "Revisor", BUYER, ("auditor",))
    appoint(ledger, "Revisor", BUYER)
    return Api(create_app(ledger=ledger).test_client(), token)


def test_two_dates_are_compared_event_by_event(harnosand):
    client = client_of(harnosand)
    path = "/agreements/SKO-2023/compare"
    found = client.get(path, from_as_of="2024-05-31", to_as_of="2024-08-31").json
    assert (found["from"]["remaining"], found["to"]["remaining"]) == ("1775000.00", "1471000.00")
    assert found["changes"] == [
        {
            "limit": "cap",
            "unit": "money",
            "amount": "0.00",
            "reserved": "0.00",
            "committed": "304000.00",
            "drawn": "0.00",
            "remaining": "-304000.00",
        }
    ]
    told = [
        (item["event"]["name"], [moved["remaining"] for moved in item["moved"]], item["side"])
        for item in found["items"]
    ]
    assert told == [
        ("order-placed", ["-325000.00"], "to"),
        ("order-confirmed", ["0.00"], "to"),
        ("seats-cancelled", ["21000.00"], "to"),
    ]
    back = client.get(path, from_as_of="2024-08-31", to_as_of="2024-05-31").json
    assert [item["side"] for item in back["items"]] == ["from"] * 3
    assert back["changes"][0]["remaining"] == "304000.00"
    first = client.get(path, from_as_of="2024-05-31", to_as_of="2024-08-31", limit=2)
    assert len(first.json["items"]) == 2
    assert f"after={found['items'][1]['event']['position'] + 1}" in first.headers["Link"]
    orderer = let_in(harnosand, "Chef", BUYER, ("orderer",))
    assert Api(client.client, orderer).get(path).status_code == 403


def test_one_date_is_compared_as_known_at_two_moments(ledger, api, database, tmp_path, monkeypatch):
    api("manager").post("/agreements", AGREEMENT)
    api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    between = STARTED().isoformat()
    body = {
        "change": {"cap": "2100000.00"},
        "ground": "17:14",
        "reasons": REASONS,
        "decision": "KS 2024/7",
        "decided_on": "2024-02-01",
    }
    answer = api("manager").post("/agreements/SKO-2023/amendments", body)
    assert answer.status_code == 201, answer.text
    query = {"from_as_of": "2024-03-31", "from_known_at": between, "to_as_of": "2024-03-31"}
    found = api("auditor").get("/agreements/SKO-2023/compare", **query).json
    assert (found["from"]["cap"], found["to"]["cap"]) == ("2000000.00", "2100000.00")
    (item,) = found["items"]
    assert item["decision"]["decision"] == "KS 2024/7"
    assert [moved["amount"] for moved in item["moved"]] == ["100000.00"]
    monkeypatch.setenv("AVROP_DATABASE", database)
    asked = ("compare", "SKO-2023", "--from", f"2024-03-31@{between}", "--to", "2024-03-31")
    on_line = Desk(tmp_path).json(*asked)
    assert on_line["items"] == found["items"]
    assert on_line["changes"] == found["changes"]


def test_a_later_setting_counts_otherwise_where_one_before_it_was_decided_afterwards(api):
    api("manager").post("/agreements", {**AGREEMENT, "policy": {"amendments": "free"}})

    def amend(cap, on):
        body = {"change": {"cap": cap}, "ground": "policy", "decision": on, "decided_on": on}
        answer = api("manager").post("/agreements/SKO-2023/amendments", body)
        assert answer.status_code == 201, answer.text

    amend(None, "2024-03-01")
    amend("2500000.00", "2024-06-01")
    between = STARTED().isoformat()
    amend("2600000.00", "2024-02-01")
    found = api("auditor").get("/agreements/SKO-2023/compare", from_known_at=between).json
    assert (found["from"]["cap"], found["to"]["cap"]) == ("2500000.00", "2500000.00")
    told = [(item["side"], item["moved"][0]["amount"]) for item in found["items"]]
    assert told == [("both", "-600000.00"), ("to", "600000.00")]


def test_a_point_that_is_neither_a_day_nor_a_moment_is_a_wrong_question(desk):
    desk.done("agreement", "sign", desk.write("a.json", AGREEMENT))
    for wrong in ("", "@", "2024-02-30", "@2024-01-01", "2024-01-01@x", "yesterday"):
        said = desk.refused("compare", "SKO-2023", "--from", wrong, "--to", "2024-01-01", status=2)
        assert "Not a day or a moment" in said
    assert (
        desk.json("compare", "SKO-2023", "--from", "2024-01-01", "--to", "2024-01-01")["items"]
        == []
    )


def test_an_agreement_that_is_compared_with_before_its_signing_came_in_whole(api):
    api("manager").post("/agreements", AGREEMENT)
    answer = api("auditor").get("/agreements/SKO-2023/compare", from_as_of=str(date(2023, 9, 4)))
    assert answer.json["from"]["cap"] is None
    assert answer.json["changes"][0]["amount"] is None
    (item,) = answer.json["items"]
    assert item["moved"][0]["amount"] == "2000000.00"
