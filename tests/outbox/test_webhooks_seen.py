"""What the webhooks of one supplier of several carry of an order that went from one to another."""

import json

import pytest
from msgspec.structs import replace

from ledger.outbox import hooks
from ledger.registry import webhooks
from ledger.web import create_app
from tests.conftest import BUYER, SUPPLIER
from tests.outbox.hooked import hooked
from tests.outbox.test_mail import TERM, place
from tests.people import let_in
from tests.web.test_pages import Browser
from tests.web.test_suppliers import RANKED, SECOND

HERE = frozenset({"127.0.0.1"})


@pytest.fixture
def told(ledger, api):
    answer = api("manager").post("/agreements", {**RANKED, **TERM})
    assert answer.status_code == 201, answer.text
    return replace(ledger, settings=replace(ledger.settings, webhook_allow=HERE))


def test_of_an_order_that_is_passed_on_each_is_told_its_own_part_alone(told, api):
    with hooked() as first, hooked() as second, hooked() as buyer:
        for organisation, server in ((SUPPLIER, first), (SECOND, second), (BUYER, buyer)):
            webhooks.add(told.registry, organisation, server.address, (), "p-1",
                         told.store.position())  # fmt: skip
        number = place(api)["number"]
        declined = api("supplier").post(f"/orders/{number}/decline", {"reason": "no-capacity"})
        assert declined.status_code == 200, declined.text
        confirmed = api("supplier", SECOND).post(f"/orders/{number}/confirm", {})
        assert confirmed.status_code == 200, confirmed.text
        while hooks.follow(told):
            pass
        assert hooks.send_due(told, 100)[1] == 0
        came = [[json.loads(body) for _, _, body in one.came] for one in (first, second, buyer)]
    types = [[one["type"] for one in some] for some in came]
    assert {"order-placed", "order-declined"} <= set(types[0])
    assert "order-confirmed" not in types[0]
    assert "order-confirmed" in types[1]
    assert not {"order-placed", "order-declined"} & set(types[1])
    assert set(types[0]) | set(types[1]) <= set(types[2])
    for some, other in ((came[0], SECOND), (came[1], SUPPLIER)):
        for one in some:
            assert other not in json.dumps(one), one


def test_nor_does_a_page_or_the_log_tell_who_had_it_before(told, ledger, api):
    number = place(api)["number"]
    api("supplier").post(f"/orders/{number}/decline", {"reason": "Fullt"})
    browser = Browser(create_app(ledger=ledger))
    browser.post("/session", token=let_in(ledger, "S", SECOND, ("supplier",)))
    pages = [f"/orders/{number}", "/agreements/SKO-2023/timeline", "/"]
    for page in pages:
        shown = browser.get(page)
        assert shown.status_code == 200, page
        assert number in shown.text, page
        assert SUPPLIER not in shown.text, page
        assert "Mittuniversitetet" not in shown.text, page
    for path in ("/events", "/agreements/SKO-2023/history"):
        answer = api("manager", SECOND).get(path, limit=100)
        facts = [one for one in answer.json["items"] if one["name"] != "agreement-signed"]
        assert "order-passed-on" in {one["name"] for one in facts}
        assert SUPPLIER not in json.dumps(facts), path
