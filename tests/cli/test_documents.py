"""Files received on the command line, and the invoices that they become."""

import json

import pytest

from ledger.config import read
from ledger.demo import PROGRAMME, Player, harnosand, people
from ledger.demo.e_invoice import written
from ledger.demo.harnosand import BILLS, NUMBER
from ledger.opening import open_ledger
from tests.clock import STARTED
from tests.conftest import AGREEMENT, ORDER, SHARED
from tests.intake.test_received import DIGEST, PDF, enclosing

INVOICE = "2021004524.90012345.2024-03-25.380"


@pytest.fixture
def confirmed(desk):
    """The programme up to its first invoice, which lies here as a file with some others."""
    opened = open_ledger(read(), STARTED)
    who = people(opened.service, opened.registry)
    player = Player(opened.service, opened.views, opened.registry, who, NUMBER)
    for _ in player.play(PROGRAMME[:3]):
        pass
    opened.close()
    desk.write("invoice.xml", written(BILLS[0]))
    desk.write("unmatched.xml", written(BILLS[2]))
    desk.write("broken.xml", b"<Invoice>")
    return desk


def test_each_file_has_its_line_and_one_refused_does_not_stop_the_others(confirmed):
    result = confirmed.ask("receive", "broken.xml", "none.xml", "invoice.xml", "unmatched.xml")
    assert result.exit_code == 1
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        "broken.xml",
        "none.xml",
    ]
    recorded, queued, count = result.stdout.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert recorded == f"invoice.xml: recorded as {INVOICE}, 240 000 kr."
    assert queued == "unmatched.xml: put in the queue: There is no order SKO-2023-0002."
    assert count == "1 recorded, 1 queued, 0 recorded before, 2 refused."


def test_a_file_that_came_before_is_counted_once_and_is_no_refusal(confirmed):
    said = confirmed.done("receive", "invoice.xml", "invoice.xml")
    assert said.splitlines()[1:] == [
        f"invoice.xml: recorded before, as {INVOICE}.",
        "1 recorded, 0 queued, 1 recorded before, 0 refused.",
    ]
    assert len(confirmed.json("drawdown", "list")) == 1


def test_programs_get_what_became_of_each_file(confirmed):
    result = confirmed.ask("receive", "--json", "broken.xml", "invoice.xml")
    assert result.exit_code == 1
    broken, invoice = json.loads(result.stdout)
    assert (broken["file"], broken["status"], len(broken["errors"])) == ("broken.xml", "refused", 1)
    assert (invoice["status"], invoice["drawdown"]) == ("recorded", INVOICE)


def test_an_invoice_that_exceeds_its_order_is_recorded_and_flagged_in_words(confirmed):
    bill = harnosand.bill(
        1, "90012399", BILLS[0].issued_on, harnosand.bill_line(2, "Platser", 250_000)
    )
    confirmed.write("large.xml", written(bill))
    said = confirmed.done("receive", "large.xml")
    said = said.replace("\N{NO-BREAK SPACE}", " ")
    assert said.rstrip().endswith(
        "250 000 kr. Flagged: exceeds its order, exceeds line SKO-2023-0001/2 by 70 000 kr."
    )


def test_only_the_named_organisations_orders_are_matched(confirmed):
    said = confirmed.done("receive", "invoice.xml", "--organisation", "2120001470")
    assert said == "invoice.xml: put in the queue: There is no order SKO-2023-0001.\n"
    (queued,) = confirmed.json("queue")
    assert queued["reason"] == "There is no order SKO-2023-0001."


def test_a_file_that_was_discarded_says_so_and_stays_out_of_the_queue(confirmed):
    confirmed.done("receive", "unmatched.xml")
    (queued,) = confirmed.json("queue")
    confirmed.done("queue", "discard", queued["sha256"], "--reason", "Another agreement's")
    assert confirmed.done("receive", "unmatched.xml", "invoice.xml").splitlines()[0:2] == [
        "unmatched.xml: discarded before: Another agreement's",
        f"  “avrop queue retry {queued['sha256']}” matches it again, “avrop queue assign "
        f"{queued['sha256']} ORDER” records it on an order.",
    ]
    counted = confirmed.done("receive", "unmatched.xml", "invoice.xml").splitlines()[-1]
    assert counted == "0 recorded, 0 queued, 1 recorded before, 1 discarded before, 0 refused."
    assert confirmed.json("queue") == []
    order = ("SKO-2023-0001", "--reason", "Ours after all")
    confirmed.done("queue", "assign", queued["sha256"], *order, "--person", "another clerk")
    shown = confirmed.done("queue", "show", queued["sha256"])
    assert "Another agreement's" in shown
    assert "Another agreement's" in confirmed.done("document", "show", "unmatched.xml")
    (decided,) = confirmed.json("queue", "show", queued["sha256"])["decisions"]
    assert (decided["what"], decided["reason"]) == ("discarded", "Another agreement's")


def test_an_empty_queue_says_so(desk):
    assert desk.done("queue") == "Nothing here yet.\n"
    assert desk.done("queue", "list") == "Nothing here yet.\n"


def test_the_queue_is_listed_by_a_verb_and_without_one(confirmed):
    confirmed.done("receive", "unmatched.xml")
    assert confirmed.json("queue", "list") == confirmed.json("queue") != []
    assert confirmed.done("queue", "list") == confirmed.done("queue")
    assert confirmed.done("queue", "list", "--csv", "-").startswith("\ufeffSha256,")


def test_a_rejected_invoice_is_as_if_it_had_not_come_and_waits_no_longer(confirmed):
    confirmed.done("receive", "invoice.xml")
    (waiting,) = confirmed.json("drawdown", "list", "--waiting", "--agreement", NUMBER)
    assert waiting["id"] == INVOICE
    reject = ("drawdown", "reject", INVOICE, "--person", "Approver")
    assert "/reason: " in confirmed.refused(*reject)
    confirmed.done(*reject, "--reason", "Wrong price")
    assert confirmed.json("drawdown", "list", "--waiting") == []
    assert confirmed.balance(NUMBER) == ("0.00", "240000.00", "0.00", "1760000.00")


def test_only_the_buyer_approves(confirmed):
    confirmed.done("receive", "invoice.xml")
    asked = ("drawdown", "approve", INVOICE, "--organisation", "2021004524")
    assert "Only 2120002403 may do this" in confirmed.refused(*asked)


def test_the_sample_documents_go_through_from_order_to_credit(desk):
    folder = SHARED / "scenario-synthetic"
    if not folder.is_dir():
        pytest.skip("shared/data/scenario-synthetic is absent")
    number = "SKO-2023-1"
    desk.done("agreement", "sign", desk.write("a.json", {**AGREEMENT, "number": number}))
    order = desk.write("o.json", {**ORDER, "reference": "AVROP-2024-001"})
    desk.done("order", "place", number, order)
    assert desk.balance(number) == ("240000.00", "0.00", "0.00", "1760000.00")
    desk.done("order", "confirm", f"{number}-0001", "--on", "2023-11-28")
    assert desk.balance(number) == ("0.00", "240000.00", "0.00", "1760000.00")

    desk.done("receive", str(folder / "3_invoice_90012345.xml"))
    desk.done("drawdown", "approve", INVOICE, "--person", "Approver")
    assert desk.balance(number) == ("0.00", "0.00", "240000.00", "1760000.00")

    desk.done("receive", str(folder / "4_creditnote_90012571.xml"))
    credit = "2021004524.90012571.2024-05-10.381"
    desk.done("drawdown", "approve", credit, "--person", "Approver", "--room", "cap")
    assert desk.balance(number) == ("0.00", "0.00", "225000.00", "1775000.00")
    assert desk.done("receive", str(folder / "3_invoice_90012345.xml")).endswith(f"as {INVOICE}.\n")


# ── Files that were turned down, withdrawn or discarded ───────────────────────────────────────


def test_a_file_that_was_turned_down_says_so_and_is_taken_up_again(confirmed):
    (first,) = confirmed.json("receive", "invoice.xml")
    confirmed.done("drawdown", "reject", INVOICE, "--person", "Approver", "--reason", "Wrong price")
    said = confirmed.done("receive", "invoice.xml")
    assert f"recorded before, as {INVOICE}. It was rejected (Wrong price), and can be" in said
    assert f"avrop queue retry {first['sha256']}" in said
    again = confirmed.done("queue", "retry", first["sha256"])
    assert f"recorded as {INVOICE}.2" in again
    withdraw = ("drawdown", "withdraw", f"{INVOICE}.2", "--reason", "Mine")
    confirmed.done(*withdraw)
    assert "It was withdrawn (Mine), and can be" in confirmed.done("receive", "invoice.xml")
    assign = ("queue", "assign", first["sha256"], "SKO-2023-0001", "--reason", "Ours")
    assert f"recorded as {INVOICE}.3" in confirmed.done(*assign)


def test_a_file_that_was_discarded_is_taken_up_again_and_not_discarded_twice(confirmed):
    (sent,) = confirmed.json("receive", "unmatched.xml")
    discard = ("queue", "discard", sent["sha256"], "--reason", "Another's")
    confirmed.done(*discard)
    assert confirmed.refused(*discard)
    assert "There is no order" in confirmed.done("queue", "retry", sent["sha256"])


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_blank_reason_is_none_as_in_the_api(confirmed, blank):
    (sent,) = confirmed.json("receive", "unmatched.xml")
    refused = confirmed.refused("queue", "discard", sent["sha256"], "--reason", blank)
    assert "/reason: " in refused
    (queued,) = confirmed.json("queue")
    assert queued["sha256"] == sent["sha256"]


def test_an_invoice_is_shown_with_its_file_and_what_it_was_matched_by(confirmed):
    (sent,) = confirmed.json("receive", "invoice.xml")
    said = confirmed.done("drawdown", "show", INVOICE)
    assert sent["sha256"] in said
    assert "SKO-2023-0001" in said.partition("Matched by")[2].splitlines()[0]


def test_no_advances_is_an_answer_on_the_command_line(confirmed):
    confirmed.done("receive", "invoice.xml")
    approve = ("drawdown", "approve", INVOICE, "--person", "Approver", "--deducts", "")
    assert "approved" in confirmed.done(*approve)


# ── One file ──────────────────────────────────────────────────────────────────────────────────


def test_a_waiting_file_is_shown_with_the_orders_that_it_may_belong_to(confirmed):
    confirmed.done("receive", "unmatched.xml")
    (queued,) = confirmed.json("queue")
    said = confirmed.done("queue", "show", queued["sha256"][:12]).replace("\N{NO-BREAK SPACE}", " ")
    assert "There is no order SKO-2023-0002." in said
    assert "SKO-2023-0001" in said.partition("May belong to")[2]
    shown = confirmed.json("queue", "show", queued["sha256"])
    assert shown["candidates"][0]["order"] == "SKO-2023-0001"
    assert "There is no file in the queue 0000000000" in confirmed.refused(
        "queue", "show", "0000000000"
    )


def test_an_attachment_is_saved_beside_nothing_that_is_there(confirmed):
    confirmed.write("enclosing.xml", enclosing("../Underlag.pdf"))
    confirmed.done("receive", "enclosing.xml")
    (queued,) = confirmed.json("queue")
    asked = ("queue", "save", queued["sha256"][:12], DIGEST[:8])
    assert confirmed.done(*asked) == "Underlag.pdf: saved as Underlag.pdf.\n"
    assert (confirmed.folder / "Underlag.pdf").read_bytes() == PDF
    assert confirmed.refused(*asked)
    assert "saved as b.pdf" in confirmed.done(*asked, "--to", "b.pdf")
    assert confirmed.refused("queue", "save", queued["sha256"][:12], "0" * 8)
    assert "Underlag.pdf" in confirmed.done("queue", "show", queued["sha256"])


def test_what_is_odd_is_a_line_below_and_all_is_said_in_the_readers_language(
    confirmed, monkeypatch
):
    text = written(BILLS[2]).replace(b"InvoiceTypeCode>380", b"InvoiceTypeCode>386")
    confirmed.write("prepaid.xml", text)
    first, second = confirmed.done("receive", "prepaid.xml").splitlines()
    assert first == "prepaid.xml: put in the queue: There is no order SKO-2023-0002."
    assert second.startswith("  /Invoice/InvoiceTypeCode: This is a prepayment invoice (386)")
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    assert "Det finns inget avrop SKO-2023-0002." in confirmed.done("queue")
    (queued,) = confirmed.json("queue")
    assert queued["reason"] == "Det finns inget avrop SKO-2023-0002."
