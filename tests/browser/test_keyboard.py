"""The daily work by the keyboard alone, in a real Chromium: every act of an order, of the desk of
who answers, and of an invoice; and the focus is seen wherever it goes."""

import pytest

from tests.browser.journeys import Keyboard, served
from tests.browser.test_first_face import (
    chromium,
    pytestmark,  # noqa: F401
)
from tests.conftest import AGREEMENT, BUYER
from tests.documents.bills import Bill, rows, written

__all__ = ["chromium"]

MEMBER = "2120001470"
LINE = {"kind": "delivery", "text": "Places", "quantity": 12, "unit_price": "15000.00"}
COURSE = {"course": "Att leda", "seats": 12, "starts_on": "2026-04-01", "lines": [LINE]}
BEGUN = {"ordered_on": "2026-01-10", "starts_on": "2026-02-02"}
SESSIONS = [{"on": "2026-04-08"}, {"on": "2026-05-08"}, {"on": "2026-06-08"}]
JOINT = {
    **AGREEMENT,
    "number": "JOINT-1",
    "buyers": [
        {"organisation": BUYER, "name": "Härnösands kommun", "role": "lead"},
        {"organisation": MEMBER, "name": "Bengtsfors kommun", "role": "member"},
    ],
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with served(tmp_path_factory.mktemp("served")) as house:
        house.done("manager", "/agreements", AGREEMENT)
        house.done("manager", "/agreements", JOINT)
        yield house


@pytest.fixture
def at_keyboard(house, chromium):
    """Role → somebody at a keyboard; nothing may be said in the console."""
    found = {}

    def of(role, organisation="", name=""):
        key = role, organisation, name
        if key not in found:
            found[key] = Keyboard(house.enter(chromium, role, organisation, name))
        return found[key]

    yield of
    for one in found.values():
        one.page.context.close()
        assert [text for text in one.said if "status of 4" not in text] == []


def placed(house, agreement="SKO-2023", confirmed=True, **more):
    """The address of an order."""
    body = {**COURSE, **more}
    number = house.done("orderer", f"/agreements/{agreement}/orders", body)["number"]
    if confirmed:
        house.done("supplier", f"/orders/{number}/confirm")
    return f"/orders/{number}"


def state(house, at):
    return house.api("finance").get(at).json


# ── Orders, and the university's desk ────────────────────────────────────────────────────────────


def test_a_university_confirms_declines_and_makes_a_counter_offer(house, at_keyboard):
    desk = at_keyboard("supplier")
    confirmed, declined, countered = (placed(house, confirmed=False) for _ in range(3))
    desk.open("/")
    desk.press(confirmed.rpartition("/")[2])
    desk.fill("Your reference (optional)", "MIUN 7")
    assert "Confirm" in desk.do("Confirm")
    assert state(house, confirmed)["status"] == "confirmed"
    desk.open(declined)
    desk.press("Decline")
    desk.fill("Reason", "Full")
    desk.do("Continue", key="Space")
    assert state(house, declined)["status"] == "declined"
    desk.open(countered)
    desk.press("Make a counter-offer")
    desk.fill("Price for each, kr excl. VAT (optional)", "15 500")
    desk.do("Make a counter-offer")
    found = state(house, countered)
    assert (found["status"], found["counter"]["lines"][0]["amount"]) == ("countered", "186000.00")


def test_a_buyer_answers_a_counter_offer_and_enters_what_came_by_letter(house, at_keyboard):
    desk, office = at_keyboard("orderer"), at_keyboard("manager")
    accepted, rejected, confirmed, declined, countered = (
        placed(house, confirmed=False) for _ in range(5)
    )
    for at in (accepted, rejected):
        house.done("supplier", f"{at}/counter", {"lines": [LINE], "seats": 12})
    desk.open("/")
    desk.press(accepted.rpartition("/")[2])
    desk.press("Accept the counter-offer")
    desk.do("Accept the counter-offer")
    desk.open(rejected)
    desk.press("Decline the counter-offer")
    desk.fill("Reason", "Dearer")
    desk.do("Continue")
    office.open(confirmed)
    office.press("Enter the supplier's confirmation")
    office.fill("Letter or message that the answer came by (optional)", "E-mail 2026-03-01")
    office.do("Enter the supplier's confirmation")
    office.open(declined)
    office.press("Enter that the supplier declined")
    office.fill("Letter or message that the answer came by (optional)", "E-mail 2026-03-01")
    office.fill("Reason", "Full")
    office.do("Continue")
    office.open(countered)
    office.press("Enter the supplier's counter-offer")
    office.fill("Letter or message that the answer came by (optional)", "E-mail 2026-03-01")
    office.fill("Price for each, kr excl. VAT (optional)", "15 500")
    office.do("Enter the supplier's counter-offer")
    some = [state(house, at) for at in (accepted, rejected, confirmed, declined, countered)]
    found = [one["status"] for one in some]
    assert found == ["confirmed", "declined", "confirmed", "declined", "countered"]
    assert {one["letter"] for one in some[2:]} == {"E-mail 2026-03-01"}


def test_an_order_is_changed_and_seats_of_it_and_all_of_it_are_cancelled(house, at_keyboard):
    desk, at = at_keyboard("orderer"), placed(house)
    desk.open(at)
    desk.press("Change the order")
    desk.fill("Reason", "More of us")
    desk.fill("Price for each, kr excl. VAT (optional)", "15 100")
    desk.do("Change the order")
    assert state(house, at)["amount"] == "181200.00"
    desk.press("Cancel the order or seats")
    desk.fill("Seats (optional)", "2")
    desk.fill("Reason (optional)", "Ill")
    desk.do("Continue")
    assert state(house, at)["seats"] == 10
    desk.press("Cancel the order or seats")
    desk.do("Continue")
    assert state(house, at)["status"] == "cancelled"


def test_seats_are_allocated_and_moved_and_a_line_is_coded_again(house, at_keyboard):
    desk, accounts = at_keyboard("orderer"), at_keyboard("finance")
    at = placed(house, "JOINT-1")
    desk.open(at)
    desk.press("Allocate seats")
    desk.fill("Organisation number", BUYER)
    desk.fill("Seats", "12")
    desk.do("Allocate seats")
    desk.press("Move seats")
    desk.fill("Who gives (organisation number)", BUYER)
    desk.fill("Who receives (organisation number)", MEMBER)
    desk.fill("Seats", "4")
    desk.do("Move seats")
    found = [one["seats"] for one in state(house, at)["allocated"]]
    assert found == [8, 4]
    accounts.open(at)
    accounts.press("Re-code a line")
    accounts.fill("Line", "1")
    accounts.fill("Code string (optional)", "4100-56")
    accounts.do("Re-code a line")
    assert "4100" in str(state(house, at)["lines"][0]["codes"])


def test_sessions_are_moved_held_and_cancelled_and_a_course_goes_to_its_end(house, at_keyboard):
    desk, buyer = at_keyboard("supplier"), at_keyboard("orderer")
    at = placed(house, sessions=SESSIONS, ends_on="2026-06-30")
    desk.open(at)
    desk.press("Move (Session 1)")
    desk.fill("New day", "2026-04-15")
    desk.do("Move the session")
    desk.press("The course has started")
    desk.fill("Started on (optional)", "2026-03-02")
    desk.do("The course has started")
    desk.press("Report as held (Session 1)")
    desk.fill("Held on (optional)", "2026-03-02")
    desk.fill("Participants", "11")
    desk.do("Report the session as held")
    buyer.open(at)
    buyer.press("Cancel (Session 2)")
    buyer.do("Continue")
    found = [one["status"] for one in state(house, at)["sessions"]]
    assert found == ["held", "cancelled", "planned"], found
    desk.open(at)
    desk.press("Report delivery")
    desk.fill("Seats used", "11")
    desk.fill("Women (optional)", "6")
    desk.fill("Men (optional)", "5")
    desk.do("Report delivery")
    buyer.open(at)
    buyer.press("Close the order")
    buyer.fill("Reason (optional)", "The rest was not held")
    buyer.do("Continue")
    assert state(house, at)["status"] == "closed"


# ── Invoices ─────────────────────────────────────────────────────────────────────────────────────


def test_files_are_received_and_one_that_waits_is_placed(house, at_keyboard, tmp_path):
    at, accounts = placed(house), at_keyboard("finance")
    number = at.rpartition("/")[2]
    (tmp_path / "a.xml").write_bytes(written(Bill("K1", rows(("1000.00", 1)), order=number)))
    (tmp_path / "b.xml").write_bytes(written(Bill("K2", rows(("2000.00",)))))
    accounts.open("/invoices")
    accounts.press("Receive e-invoices")
    accounts.to(accounts.page.get_by_label("Files (Peppol BIS Billing 3, XML)"))
    with accounts.page.expect_file_chooser() as chooser:
        accounts.page.keyboard.press("Space")
    chooser.value.set_files([tmp_path / "a.xml", tmp_path / "b.xml"])
    accounts.press("Receive")
    accounts.press("Find its order")
    accounts.press("It belongs here")
    accounts.fill("Reason", "The same course")
    accounts.to(accounts.page.get_by_role("button", name="It belongs here"))
    accounts.go()
    assert "is recorded as an invoice" in accounts.page.locator("main [role=status]").inner_text()
    listed = house.api("finance").get("/drawdowns", order=number).json["items"]
    assert [one["invoice"] for one in listed] == ["K1", "K2"]


def invoiced(house, at, invoice, amount):
    """The address of an invoice that finance recorded."""
    body = {"invoice": invoice, "issued_on": "2026-03-02", "amount": amount}
    return house.done("finance", f"{at}/drawdowns", body)["id"]


def drawdown(house, id):
    return house.api("finance").get(f"/drawdowns/{id}").json


def test_invoices_are_attested_alone_and_together_rejected_taken_back_and_withdrawn(
    house, at_keyboard
):
    at, approver = placed(house, **BEGUN), at_keyboard("approver")
    alone, first, second, wrong, mine = (
        invoiced(house, at, f"A{n}", f"{n + 5}000.00") for n in range(5)
    )
    approver.open("/")
    approver.press("A0")
    approver.do("Approve 5 000 kr")
    approver.open(f"/invoices/{wrong}")
    approver.press("Reject")
    approver.fill("Reason", "Not ours")
    approver.do("Continue")
    accounts = at_keyboard("finance")
    accounts.open(f"/invoices/{mine}")
    accounts.press("Withdraw what was recorded")
    accounts.fill("Reason", "Mistyped")
    accounts.do("Continue")
    approver.open("/invoices")
    approver.press("Approve several")
    approver.press("Approve those that are chosen", key="Space")
    other = at_keyboard("approver", name="Another approver")
    other.open(f"/invoices/{alone}")
    other.press("Take back the approval")
    other.fill("Reason", "Too early")
    other.do("Take back the approval")
    found = [drawdown(house, id)["status"] for id in (alone, first, second, wrong, mine)]
    assert found == ["recorded", "approved", "approved", "rejected", "withdrawn"]


def test_a_credits_room_is_chosen_and_a_member_is_recharged_and_paid_back(house, at_keyboard):
    parts = [{"organisation": BUYER, "weight": 8}, {"organisation": MEMBER, "weight": 4}]
    at = placed(house, "JOINT-1", split={"method": "seats", "parts": parts})
    id = invoiced(house, at, "R1", "180000.00")
    house.done("approver", f"/drawdowns/{id}/approve")
    accounts, approver = at_keyboard("finance"), at_keyboard("approver")
    accounts.open(f"/invoices/{id}")
    accounts.press("Recharge a member")
    accounts.fill("Member (organisation number)", MEMBER)
    accounts.fill("Amount, kr excl. VAT", "60 000")
    accounts.fill("Reference", "VF 1")
    accounts.do("Recharge a member")
    accounts.press("Give back a recharge")
    accounts.fill("Member (organisation number)", MEMBER)
    accounts.fill("Reference", "VF 1")
    accounts.fill("Reason", "A seat was credited")
    accounts.do("Give back a recharge")
    assert drawdown(house, id)["recharges"][0]["given_back"] == "60000.00"
    house.done("finance", f"/drawdowns/{id}/reverse", {"invoice": "C1", "issued_on": "2026-03-02"})
    approver.open("/")
    approver.press("C1")
    approver.press("Approve")
    approver.choose("Where the room goes (optional)", "Back to the cap")
    approver.do("Approve")


# ── Everywhere ───────────────────────────────────────────────────────────────────────────────────


def test_tab_goes_through_a_page_to_its_end_and_back_and_is_kept_nowhere(at_keyboard):
    desk = at_keyboard("orderer")
    desk.open("/agreements/SKO-2023/order")
    end = desk.page.get_by_role("link", name="API", exact=True)
    desk.to(end)
    desk.to(desk.page.locator(".ds-skip-link"), key="Shift+Tab")


def test_what_was_refused_has_the_focus_and_leads_to_its_field(at_keyboard):
    desk = at_keyboard("orderer")
    desk.open("/agreements/SKO-2023/order")
    desk.press("Review and send")
    assert desk.page.evaluate("document.activeElement.id") == "refusal"
    assert desk.page.title().startswith("Fault: ")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "course"


def test_single_keys_are_turned_off_without_a_mouse(at_keyboard):
    desk = at_keyboard("orderer")
    desk.page.goto("/agreements")
    desk.page.keyboard.press("/")
    assert desk.page.evaluate("document.activeElement.id") == "search"
    desk.to(desk.page.locator(".account summary"))
    desk.page.keyboard.press("Enter")
    desk.to(desk.page.get_by_label("Single keys are short cuts"))
    desk.page.keyboard.press("Space")
    desk.to(desk.page.get_by_role("button", name="Save the choices"))
    desk.go()
    desk.page.keyboard.press("/")
    assert desk.page.evaluate("document.activeElement.id") != "search"
