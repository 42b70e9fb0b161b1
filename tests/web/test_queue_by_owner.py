"""What becomes of a received file is each owner's own: who put it aside has put it aside, whoever
hands it in afterwards."""

import pytest

from tests.documents.bills import Bill, rows
from tests.web.test_booking import OTHER, Desk
from tests.web.test_queue_of_others import sent_by, waiting

OURS = Bill("F9", rows(("10.00", 1)), order="RAM-1-0999")
STRAY = Bill("F9", rows(("10.00", 1)), order="RAM-1-0999", buyer=OTHER)


@pytest.fixture
def desk(api, ledger):
    made = Desk(api, ledger)
    made.sign()
    return made


@pytest.fixture
def others(api):
    return api("finance", OTHER)


def discard(client, sha256, reason="Inte vår"):
    done = client.post(f"/documents/{sha256}/discard", {"reason": reason})
    assert done.status_code == 200, done.text


def told(client, sha256):
    found = client.get(f"/documents/{sha256}")
    return (found.json["status"], found.json["reason"]) if found.status_code == 200 else None


def test_a_stranger_does_not_turn_back_what_somebody_put_aside_by_handing_it_in(desk, others):
    sha256 = desk.queued(OURS)["sha256"]
    discard(desk.finance, sha256)
    answer = sent_by(others, OURS)
    assert (answer.status_code, answer.json["status"]) == (202, "queued"), "theirs, and told so"
    assert "Inte" not in answer.text
    assert (waiting(desk.finance), waiting(others)) == ([], [sha256])
    assert told(desk.finance, sha256) == ("discarded", "Inte vår")
    status, reason = told(others, sha256)
    assert status == "queued"
    assert "Inte" not in reason


def test_what_somebody_put_aside_waits_with_whose_it_is_and_not_with_them_again(desk, others):
    sha256 = desk.queued(STRAY)["sha256"]
    discard(desk.finance, sha256)
    assert sent_by(others, STRAY).status_code == 202
    assert (waiting(desk.finance), waiting(others)) == ([], [sha256])
    assert desk.send(STRAY).json["status"] == "discarded", "they have said it"
    discard(others, sha256, "Fel leverantör")
    assert (waiting(desk.finance), waiting(others)) == ([], [])
    assert told(desk.finance, sha256) != ("discarded", "Fel leverantör")


def test_who_put_a_file_aside_lets_it_wait_again_for_themselves(desk, others):
    """The control."""
    sha256 = desk.queued(OURS)["sha256"]
    discard(desk.finance, sha256)
    sent_by(others, OURS)
    desk.finance.post(f"/documents/{sha256}/retry")
    assert (waiting(desk.finance), waiting(others)) == ([sha256], [sha256])
    assert told(desk.finance, sha256)[0] == "queued"


def test_a_page_of_the_queue_is_full_though_some_of_it_was_put_aside(desk, others):
    bills = [Bill(f"F{n}", rows(("10.00", 1)), order="RAM-1-0999") for n in range(4)]
    found = [desk.queued(bill)["sha256"] for bill in bills]
    first = waiting(desk.finance)[0]
    discard(desk.finance, first)
    sent_by(others, bills[found.index(first)])
    page = desk.finance.get("/documents", limit=2)
    assert len(page.json["items"]) == 2
    assert first not in [one["sha256"] for one in page.json["items"]]
    assert 'rel="next"' in page.headers["Link"]


def test_what_one_put_aside_is_among_what_one_discarded_and_not_among_a_stranger_s(desk, others):
    sha256 = desk.queued(STRAY)["sha256"]
    discard(desk.finance, sha256)
    assert sent_by(others, STRAY).status_code == 202
    listed = desk.finance.get("/documents", status="discarded").json["items"]
    assert [(one["sha256"], one["reason"]) for one in listed] == [(sha256, "Inte vår")]
    assert others.get("/documents", status="discarded").json["items"] == []
    assert waiting(others) == [sha256], "the control: to them it waits"
    desk.finance.post(f"/documents/{sha256}/retry", {})
    assert desk.finance.get("/documents", status="discarded").json["items"] == []
