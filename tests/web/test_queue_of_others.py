"""A file that strays to somebody else is theirs to put aside, and never lost to whose it is."""

import threading
from dataclasses import replace

import pytest

from tests.conftest import AGREEMENT, BUYER
from tests.documents.bills import Bill, rows, written
from tests.web.test_booking import OTHER, Desk


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order()


@pytest.fixture
def others(api):
    """The finance officer of another municipality."""
    return api("finance", OTHER)


def sent_by(client, bill):
    headers = {**client.headers, "Content-Type": "application/xml"}
    return client.client.post(
        "/api/v1/documents/peppol-invoice", data=written(bill), headers=headers
    )


def waiting(client):
    return [one["sha256"] for one in client.get("/documents").json["items"]]


def test_who_took_a_file_in_finds_it_in_the_own_queue_and_it_fills_no_stranger_s(
    desk, order, others
):
    sha256 = desk.queued(Bill("1", rows(("10.00", 1)), order=order, buyer=OTHER))["sha256"]
    found = desk.finance.get(f"/documents/{sha256}")
    assert (found.status_code, found.json["refusal"]) == (200, "buyer-differs")
    assert waiting(desk.finance) == [sha256]
    assert (others.get(f"/documents/{sha256}").status_code, waiting(others)) == (404, [])
    assert (
        sent_by(others, Bill("1", rows(("10.00", 1)), order=order, buyer=OTHER)).status_code == 202
    )
    assert waiting(others) == waiting(desk.finance) == [sha256], "once it came to them"


def test_who_buys_together_hands_in_each_other_s_files(desk, api, others):
    buyers = [*AGREEMENT["buyers"], {"organisation": OTHER, "name": "Vimmerby kommun"}]
    desk.sign(buyers=buyers)
    sha256 = desk.queued(Bill("1", rows(("10.00", 1)), order="?", buyer=OTHER))["sha256"]
    assert waiting(others) == waiting(desk.finance) == [sha256]


def test_who_it_is_neither_made_out_to_nor_taken_in_by_sees_nothing_of_it(desk, order, others):
    sha256 = desk.queued(Bill("1", rows(("10.00", 1)), order="?"))["sha256"]
    assert others.get(f"/documents/{sha256}").status_code == 404
    refused = others.post(f"/documents/{sha256}/discard", {"reason": "Inte vår"})
    assert refused.status_code == 404
    assert waiting(desk.finance) == [sha256]


def test_what_strays_to_another_is_put_aside_there_and_waits_where_it_belongs(desk, order, others):
    stray = Bill("1", rows(("10.00", 1)), order="?")
    sha256 = sent_by(others, stray).json["sha256"]
    assert waiting(desk.finance) == []
    desk.queued(stray)
    assert (waiting(others), waiting(desk.finance)) == ([sha256], [sha256])
    gone = others.post(f"/documents/{sha256}/discard", {"reason": "Inte vår"})
    assert (gone.status_code, gone.json["status"]) == (200, "discarded")
    assert (waiting(others), waiting(desk.finance)) == ([], [sha256])
    path = f"/documents/{sha256}"
    recorded = desk.finance.post(f"{path}/assign", {"order": order, "reason": "Vår"})
    assert recorded.status_code == 201, recorded.text


def test_what_nobody_else_waits_for_is_discarded_and_matched_when_it_comes_to_whose_it_is(
    desk, others
):
    bill = Bill("1", rows(("10.00", 1)), order="RAM-1-0001")
    sha256 = sent_by(others, bill).json["sha256"]
    others.post(f"/documents/{sha256}/discard", {"reason": "Inte vår"})
    assert sent_by(others, bill).json["status"] == "discarded", "they have said it"
    desk.sign()
    desk.order()
    found = desk.recorded(bill)
    assert (found["amount"], found["source"]["sha256"]) == ("10.00", sha256)


def test_another_books_nothing_on_an_order_that_is_not_theirs(desk, order, others):
    for named in (order, order.lower(), f"se {order}"):
        bill = Bill("1", rows(("10.00", 1)), order=named, buyer=OTHER)
        answer = sent_by(others, bill)
        assert (answer.status_code, answer.json["refusal"]) == (202, "order-unknown")
        path = f"/documents/{answer.json['sha256']}/assign"
        assert others.post(path, {"order": order, "reason": "?"}).status_code == 404
        split = {"lines": [{"order": order, "amount": "10.00"}], "reason": "?"}
        assert others.post(path, split).status_code == 404
    assert desk.balance()["remaining"] == "1984000.00"


def test_another_learns_nothing_of_an_invoice_by_crediting_or_deducting_it(desk, order, others):
    desk.recorded(Bill("F1", rows(("1000.00", 1)), order=order))
    desk.manager.post("/agreements", {**AGREEMENT, "number": "X"})
    for bill in (
        Bill("K1", rows(("10.00", 1)), type="381", credits=("F1",), buyer=OTHER),
        Bill("K2", rows(("10.00", 1)), type="381", credits=("F-NOBODYS",), buyer=OTHER),
    ):
        answer = sent_by(others, bill)
        assert answer.json["refusal"] == "credited-unknown"
        assert answer.json["reason"].replace("F-NOBODYS", "F1").count("F1") == 1


@pytest.mark.slow
def test_the_same_file_from_many_at_once_is_kept_once_and_answered_to_each(desk, order):
    known = Bill("1", rows(("10.00", 1)), order=order)
    for bill in (known, replace(known, number="2", order="?")):
        start, found = threading.Barrier(6), []

        def send(bill=bill, start=start, found=found):
            start.wait()
            found.append(desk.send(bill).status_code)

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(found) <= {200, 201, 202}, found
    assert desk.balance()["remaining"] == "1984000.00"
    assert len(waiting(desk.finance)) == 1


def test_who_buys_together_takes_no_file_from_whose_it_is(desk, api, others):
    desk.sign(buyers=[*AGREEMENT["buyers"], {"organisation": OTHER, "name": "Vimmerby kommun"}])
    mine, desk.orderer = desk.order(), api("orderer", OTHER)
    theirs = desk.order()
    bill = Bill("1", rows(("10.00", 1)), order="?", buyer=OTHER)
    sha256 = desk.queued(bill)["sha256"]
    at, body = f"/documents/{sha256}/assign", {"order": mine, "reason": "Vår"}
    sent_by(others, bill)
    refused = desk.finance.post(at, body)
    assert (refused.status_code, refused.json["acting"]) == (403, BUYER)
    assert waiting(others) == [sha256]
    taken = others.post(at, {"order": theirs, "reason": "Vår"})
    assert taken.status_code == 201, taken.text
