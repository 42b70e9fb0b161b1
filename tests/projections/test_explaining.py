"""Every figure opens into postings that add up to it, each with the fact that it came of."""

import itertools
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from hypothesis import HealthCheck, given, settings

from ledger.projections import agreements, explaining, postings
from ledger.projections.parts import Cursor
from ledger.projections.then import Then
from ledger.web import create_app
from tests.conftest import AGREEMENT, BUYER, ORDER, Api, appoint
from tests.people import let_in
from tests.projections.history_given import HISTORIES, played, point


def opened(connection, row, figure, limit, then, count):
    """The figure, and the items of all its pages."""
    after = Cursor(row.position, date.min, 0, 0)
    amounts, items = set(), []
    while after is not None:
        found = explaining.explain(connection, row.state, figure, limit, then, after, count)
        amounts.add(found.amount)
        items += found.items
        after = found.cursor
    assert len(amounts) == 1, "each page tells the same figure"
    return amounts.pop(), items


def figures_of(limit: postings.LimitBalance) -> dict[str, int | None]:
    return {
        "cap": limit.amount,
        "reserved": limit.use.reserved,
        "committed": limit.use.committed,
        "drawn": limit.use.drawn,
        "remaining": limit.remaining,
    }


def test_the_postings_behind_every_figure_add_up_to_it_whatever_was_done(ledger):
    numbers = itertools.count(1)
    seen = set()

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(HISTORIES)
    def play(history):
        steps, amendments, points = history
        run = played(ledger, f"X{next(numbers)}", steps, amendments)
        with ledger.views.database.reading() as connection:
            row = agreements.find(connection, run.number, None)
            for then in [Then(), *(point(run, *some) for some in points)]:
                for limit in postings.balance(connection, row.state, then, row.latest_on):
                    for figure, expected in figures_of(limit).items():
                        amount, items = opened(connection, row, figure, limit.name, then, 3)
                        assert amount == expected, (figure, limit.name, then)
                        keys = [(i.effective_on, i.position, i.number) for i in items]
                        assert keys == sorted(set(keys)), "each once, in the order that it counts"
                        if expected is not None:
                            assert sum(item.amount or 0 for item in items) == expected
                        # An amendment may make a cap known again as it was: a step of 0.
                        assert all(item.amount != 0 or not item.line["order"] for item in items)
                        seen.update(item.fact["name"] for item in items)

    play()
    assert {"agreement-amended", "order-placed", "order-confirmed", "drawdown-approved"} <= seen


def explained(api, **query):
    answer = api("auditor").get("/agreements/SKO-2023/balance/explain", **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_each_posting_has_its_fact_who_did_it_the_decision_and_the_file(harnosand):
    token = let_in(harnosand, "Revisor", BUYER, ("auditor",))
    appoint(harnosand, "Revisor", BUYER)
    client = Api(create_app(ledger=harnosand).test_client(), token)
    path = "/agreements/SKO-2023/balance/explain"
    drawn = client.get(path, figure="drawn").json
    assert (drawn["amount"], drawn["limit"]) == ("1129000.00", "cap")
    last = drawn["items"][-1]
    assert last["event"]["name"] == "drawdown-approved"
    assert last["event"]["sentence"].startswith("Credit 90015004 approved")
    assert (last["amount"], last["by"]["role"]) == ("-10000.00", "approver")
    assert last["by"]["person"].startswith("p-")
    credit = client.get(f"/drawdowns/{last['drawdown']}").json
    assert last["source"] == credit["source"]
    assert len(last["source"]["sha256"]) == 64
    history = client.get("/agreements/SKO-2023/history", limit=500).json["items"]
    by_position = {fact["position"]: fact for fact in history}
    assert by_position[last["event"]["position"]]["recorded_at"] == last["recorded_at"]
    moved = by_position[last["position"]]["data"]["moves"][last["number"]]
    assert moved["drawn"] == -10_000_00
    own = by_position[last["position"]]
    assert last["receipt"] == harnosand.store.leaves.receipt(own["stream"], own["version"])
    index, _, leaf = last["receipt"].partition(":")
    proof = client.get(f"/audit/inclusion/{index}").json
    assert proof["leaf"] == leaf

    cap = client.get(path, figure="cap").json["items"]
    assert [(item["amount"], item["effective_on"]) for item in cap] == [
        ("2000000.00", "2023-09-05"),
        ("150000.00", "2026-01-20"),
    ]
    assert cap[1]["decision"]["ground"] == "17:9"
    assert cap[0]["decision"] is None
    swedish = client.client.get(
        f"/api/v1{path}",
        query_string={"figure": "cap"},
        headers={**client.headers, "Accept-Language": "sv"},
    ).json["items"][1]
    assert "Takvolymen" in swedish["event"]["sentence"]


def test_pages_are_told_from_one_place_in_the_log_while_it_grows(api, ledger):
    api("manager").post("/agreements", AGREEMENT)
    for _ in range(2):
        api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    query = {"figure": "remaining", "rows": 2}
    first = api("finance").get("/agreements/SKO-2023/balance/explain", **query)
    api("orderer").post("/agreements/SKO-2023/orders", ORDER)
    pages, link = [first.json], first.headers.get("Link")
    while link:
        address = urlsplit(link.removeprefix("<").partition(">")[0])
        assert address.path.endswith("/agreements/SKO-2023/balance/explain")
        query = dict(parse_qsl(address.query))
        answer = api("finance").get("/agreements/SKO-2023/balance/explain", **query)
        pages.append(answer.json)
        link = answer.headers.get("Link")
    amounts = [item["amount"] for page in pages for item in page["items"]]
    assert amounts == ["2000000.00", "-60000.00", "-180000.00", "-60000.00", "-180000.00"]
    assert {page["amount"] for page in pages} == {"1520000.00"}
    assert explained(api, figure="remaining")["amount"] == "1280000.00"


def test_what_cannot_be_opened_is_refused_in_words(api):
    api("manager").post("/agreements", AGREEMENT)
    path = "/agreements/SKO-2023/balance/explain"
    asked = api("finance").get(path, figure="cap", limit="2031")
    assert (asked.status_code, asked.json["detail"]) == (404, "There is no limit 2031.")
    assert api("finance").get(path, figure="spent").status_code == 422
    assert api("finance").get(path).json["errors"][0]["pointer"] == "/figure"
    assert api("finance").get(path, figure="cap", after="x").status_code == 422
    assert api("orderer").get(path, figure="cap").status_code == 403
    assert api("auditor", "2120000787").get(path, figure="cap").status_code == 404


def test_a_cap_that_is_unknown_is_not_made_of_anything(api):
    api("manager").post("/agreements", {**AGREEMENT, "cap": None})
    for figure in ("cap", "remaining"):
        found = explained(api, figure=figure)
        assert found["amount"] is None
        assert [item["amount"] for item in found["items"]] == [None]
    assert explained(api, figure="drawn")["amount"] == "0.00"
    before = explained(api, figure="cap", known_at="2020-01-01T00:00:00Z")
    assert (before["amount"], before["items"]) == (None, [])
