"""A credit of a final invoice takes back what that drew: the advance that it repeats was paid."""

import pytest

from tests.conftest import BUYER
from tests.web.test_acting import Reader
from tests.web.test_booking import Desk
from tests.web.test_booking_advances import advance, approve, final, money


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order(lines=[{"kind": "delivery", "amount": "400000.00", "year": 2024}])


@pytest.fixture
def paid(desk, order):
    """An advance of 100 000 that is approved: its id."""
    found = desk.recorded(advance(order, "100000.00"))
    desk.approve(found["id"])
    return found["id"]


@pytest.fixture
def last(desk, order, paid):
    """The final invoice of 150 000 that deducts it, approved."""
    found = desk.recorded(final(order, "150000.00", "125000.00", credits=("A1",)))
    desk.approve(found["id"])
    assert money(desk)[1] == "150000.00"
    return found["id"]


def credit(order, amount="150000.00", prepaid="125000.00", number="K1", **more):
    given = {"type": "381", "credits": ("S1",), "issued_on": "2024-04-02", **more}
    return final(order, amount, prepaid, number, **given)


def test_it_leaves_the_advance_that_it_repeats_and_draws_what_the_final_one_drew(
    desk, order, paid, last
):
    found = desk.recorded(credit(order))
    assert found["deducts"] == [{"drawdown": paid, "amount": "-100000.00"}]
    assert (found["amount"], found["flags"]) == ("-150000.00", [])
    assert found["draws"] == [{"order": order, "line": 1, "amount": "-50000.00"}]
    assert money(desk)[1] == "150000.00", "it waits"
    desk.approve(found["id"], room="order")
    assert money(desk) == ("300000.00", "100000.00", "1600000.00")
    told = desk.drawdown(paid)["deducted"]
    assert told == [
        {"drawdown": last, "amount": "100000.00"},
        {"drawdown": found["id"], "amount": "-100000.00"},
    ]


@pytest.mark.parametrize("type", ["381", "396", "380"])
def test_each_type_of_credit_does(desk, order, paid, last, type):
    sign = "-" if type == "380" else ""
    bill = credit(order, f"{sign}150000.00", f"{sign}125000.00", type=type)
    desk.approve(desk.recorded(bill)["id"], room="cap")
    assert money(desk) == ("250000.00", "100000.00", "1650000.00")


def test_the_next_final_invoice_deducts_the_advance_anew(desk, order, paid, last):
    desk.approve(desk.recorded(credit(order))["id"], room="order")
    again = desk.recorded(final(order, "160000.00", "125000.00", "S2", credits=("A1",)))
    assert again["deducts"] == [{"drawdown": paid, "amount": "100000.00"}]
    desk.approve(again["id"])
    assert money(desk)[1] == "160000.00"


def test_its_approval_is_taken_back_unless_the_advance_is_deducted_anew(desk, order, paid, last):
    id = desk.recorded(credit(order))["id"]
    desk.approve(id, room="order")
    again = desk.recorded(final(order, "160000.00", "125000.00", "S2", credits=("A1",)))
    path, reason = f"/drawdowns/{id}/take-back", {"reason": "Fel"}
    refused = desk.second_approver.post(path, reason)
    assert (refused.status_code, refused.json["later"]) == (409, [again["id"]])
    desk.reject(again["id"])
    assert desk.second_approver.post(path, reason).status_code == 200
    assert money(desk) == ("250000.00", "150000.00", "1600000.00")
    assert desk.drawdown(paid)["deducted"] == [{"drawdown": last, "amount": "100000.00"}]
    desk.approve(id, room="order")
    assert money(desk)[1] == "100000.00"


def test_one_that_does_not_repeat_it_takes_the_advance_back_too(desk, order, paid, last):
    found = desk.recorded(credit(order, prepaid=""))
    assert (found["deducts"], found["flags"]) == ([], [])
    desk.approve(found["id"], room="order")
    assert money(desk)[1] == "0.00"


def test_whoever_approves_it_may_say_that_the_advance_is_paid_back_too(desk, order, paid, last):
    found = desk.recorded(credit(order))
    assert approve(desk, found["id"], room="order", deducts=[]).status_code == 200
    assert money(desk)[1] == "0.00"
    assert desk.drawdown(found["id"])["deducts"] == []


def test_a_part_of_the_final_invoice_leaves_as_much_as_it_repeats(desk, order, paid, last):
    found = desk.recorded(credit(order, "75000.00", "62500.00"))
    assert found["deducts"] == [{"drawdown": paid, "amount": "-50000.00"}]
    desk.approve(found["id"], room="order")
    assert money(desk)[1] == "125000.00"
    rest = desk.recorded(credit(order, "75000.00", "62500.00", "K2"))
    desk.approve(rest["id"], room="order")
    assert money(desk)[1] == "100000.00"


def test_more_than_is_credited_cannot_stand_again_and_is_asked_about(desk, order, paid, last):
    found = desk.recorded(credit(order, "40000.00"))
    assert found["flags"] == ["advance-unclear:125000.00"]
    asked = approve(desk, found["id"], room="order")
    assert asked.json["type"].endswith("/credited-advances-unsaid")
    assert asked.json["advances"] == [paid]
    assert asked.json["prepaid"] == "125000.00"
    refused = approve(desk, found["id"], room="order", deducts=[paid])
    assert refused.status_code == 422
    assert "it credits" in refused.json["errors"][0]["detail"]
    assert approve(desk, found["id"], room="order", deducts=[]).status_code == 200
    assert money(desk)[1] == "110000.00"


def test_the_whole_of_a_final_invoice_that_drew_less_than_its_advance_is_as_it_was(desk, order):
    desk.approve(desk.recorded(advance(order))["id"])
    desk.approve(desk.recorded(final(order, credits=("A1",)))["id"])
    assert money(desk)[1] == "380000.00"
    found = desk.recorded(credit(order, "380000.00", "500000.00"))
    assert found["draws"] == [{"order": order, "line": 1, "amount": "20000.00"}]
    desk.approve(found["id"], room="order")
    assert money(desk) == ("0.00", "400000.00", "1600000.00")
    assert (
        desk.second_approver.post(
            f"/drawdowns/{found['id']}/take-back", {"reason": "Fel"}
        ).status_code
        == 200
    )
    assert money(desk)[1] == "380000.00"
    desk.approve(found["id"], room="cap")
    assert money(desk) == ("0.00", "400000.00", "1600000.00")


def test_which_of_several_stand_is_asked_where_it_repeats_a_part(desk, order, paid):
    desk.approve(desk.recorded(advance(order, "80000.00", "A2"))["id"])
    last = desk.recorded(final(order, "300000.00", "225000.00", credits=("A1", "A2")))
    desk.approve(last["id"])
    found = desk.recorded(credit(order, "300000.00", "100000.00"))
    assert found["flags"] == ["advance-unclear:100000.00"]
    second = "2021004524.A2.2024-03-25.386"
    assert (
        approve(
            desk, found["id"], room="order", deducts=["2021004524.X.2024-03-25.386"]
        ).status_code
        == 422
    )
    answered = approve(desk, found["id"], room="order", deducts=[second])
    assert answered.json["deducts"] == [{"drawdown": second, "amount": "-80000.00"}]
    assert money(desk)[1] == "80000.00"


def test_of_a_final_invoice_that_deducts_none_nothing_is_asked(desk, order):
    last = desk.recorded(final(order, "150000.00", "125000.00"))
    assert approve(desk, last["id"], deducts=[]).status_code == 200
    found = desk.recorded(credit(order))
    assert (found["deducts"], found["flags"]) == ([], [])
    desk.approve(found["id"], room="order")
    assert money(desk)[1] == "0.00"


def test_it_is_asked_where_another_final_invoice_was_approved_as_deducting_none(
    desk, order, paid, last
):
    second = desk.recorded(final(order, "160000.00", "125000.00", "S2", issued_on="2024-04-03"))
    assert approve(desk, second["id"], deducts=[]).status_code == 200
    found = desk.recorded(credit(order))
    assert found["flags"] == ["advance-unclear:125000.00"]
    asked = approve(desk, found["id"], room="order")
    assert asked.json["type"].endswith("/credited-advances-unsaid")
    assert approve(desk, found["id"], room="order", deducts=[]).status_code == 200
    assert money(desk)[1] == "160000.00"


def test_it_may_come_while_its_final_invoice_waits_and_falls_with_it(desk, order, paid):
    last = desk.recorded(final(order, "150000.00", "125000.00", credits=("A1",)))
    found = desk.recorded(credit(order))
    refused = approve(desk, found["id"], room="order")
    assert refused.json["type"].endswith("/wrong-status")
    desk.reject(last["id"])
    assert desk.drawdown(found["id"])["status"] == "rejected"
    assert (money(desk)[1], desk.drawdown(paid)["deducted"]) == ("100000.00", [])


def test_it_may_come_before_its_final_invoice(desk, order, paid):
    found = desk.recorded(credit(order))
    assert found["flags"][:2] == ["credit-unmatched:S1", "advance-unclear:125000.00"]
    refused = approve(desk, found["id"], room="order", deducts=[paid])
    assert refused.status_code == 422
    last = desk.recorded(final(order, "150000.00", "125000.00", credits=("A1",)))
    desk.approve(last["id"])
    matched = desk.drawdown(found["id"])
    assert (matched["credits"], matched["flags"]) == (last["id"], [])
    assert matched["deducts"] == [{"drawdown": paid, "amount": "-100000.00"}]
    desk.approve(found["id"], room="order")
    assert money(desk)[1] == "100000.00"


def early(desk, order):
    """A credit that repeats what was paid before, approved before its final invoice came."""
    found = desk.recorded(credit(order))
    assert approve(desk, found["id"], room="order", deducts=[]).status_code == 200
    assert "advance-unclear:125000.00" in desk.drawdown(found["id"])["flags"]
    return found["id"]


def unclear(drawdown):
    return [flag for flag in drawdown["flags"] if flag.startswith("advance-unclear")]


def test_one_that_was_approved_before_stays_flagged_while_it_took_the_advance_back_too(
    desk, order, paid
):
    id = early(desk, order)
    last = desk.recorded(final(order, "150000.00", "125000.00", credits=("A1",)))
    desk.approve(last["id"])
    tied = desk.drawdown(id)
    assert (tied["credits"], unclear(tied)) == (last["id"], ["advance-unclear:125000.00"])
    assert money(desk)[1] == "0.00", "the advance was paid, and is not drawn"
    taken = desk.second_approver.post(f"/drawdowns/{id}/take-back", {"reason": "Fel"})
    assert taken.status_code == 200, taken.text
    desk.approve(id, room="order")
    found = desk.drawdown(id)
    assert found["deducts"] == [{"drawdown": paid, "amount": "-100000.00"}]
    assert (money(desk)[1], unclear(found)) == ("100000.00", [])


@pytest.mark.parametrize("prepaid", ["", "125000.00"])
def test_one_that_was_approved_before_is_not_asked_about_where_its_invoice_deducts_none(
    desk, order, prepaid
):
    id = early(desk, order)
    last = desk.recorded(final(order, "150000.00", prepaid))
    tied = desk.drawdown(id)
    assert (tied["credits"], unclear(tied)) == (last["id"], [])
    approve(desk, last["id"], deducts=[])
    assert money(desk)[1] == "0.00"
    taken = desk.second_approver.post(f"/drawdowns/{id}/take-back", {"reason": "Fel"})
    assert (taken.status_code, unclear(desk.drawdown(id))) == (200, [])
    desk.approve(id, room="order")
    assert (money(desk)[1], unclear(desk.drawdown(id))) == ("0.00", [])


def test_the_advance_stands_on_its_own_order(desk, order, paid):
    other = desk.order(lines=[{"kind": "delivery", "amount": "200000.00", "year": 2024}])
    last = desk.recorded(final(other, "150000.00", "125000.00", credits=("A1",)))
    desk.approve(last["id"])
    found = desk.recorded(credit(other))
    desk.approve(found["id"], room="order")
    of = [desk.finance.get(f"/orders/{name}").json for name in (order, other)]
    assert [one["drawn"] for one in of] == ["100000.00", "0.00"]
    path, reason = f"/drawdowns/{found['id']}/take-back", {"reason": "Fel"}
    assert desk.second_approver.post(path, reason).status_code == 200
    of = [desk.finance.get(f"/orders/{name}").json for name in (order, other)]
    assert [one["drawn"] for one in of] == ["0.00", "150000.00"]


def test_one_that_is_typed_may_say_it_too(desk, order, paid, last):
    body = {"invoice": "K1", "issued_on": "2024-04-02", "type": "381", "amount": "150000.00"}
    path = f"/orders/{order}/drawdowns"
    wrong = desk.finance.post(path, {**body, "credits": last, "deducts": [last]})
    assert wrong.status_code == 422, wrong.text
    typed = desk.finance.post(path, {**body, "credits": last, "deducts": [paid], "room": "order"})
    assert typed.json["draws"] == [{"order": order, "line": 1, "amount": "-50000.00"}]
    desk.approve(typed.json["id"])
    assert money(desk)[1] == "100000.00"


def test_it_is_moved_and_withdrawn_and_leaves_the_advance_as_it_was(desk, order, paid, last):
    found = desk.recorded(credit(order))
    gone = desk.finance.post(f"/drawdowns/{found['id']}/withdraw", {"reason": "Fel"})
    assert gone.status_code == 200, gone.text
    assert money(desk)[1] == "150000.00"
    assert desk.drawdown(paid)["deducted"] == [{"drawdown": last, "amount": "100000.00"}]


def test_its_page_says_what_stands(desk, order, paid, last, api, ledger):
    found = desk.recorded(credit(order))
    page = Reader(api.app, ledger, "clerk", BUYER, "finance").get(f"/invoices/{found['id']}").text
    assert "Advances that stand" in page
    assert "Lets the advance stand" in page


def test_the_form_offers_the_advances_and_none_of_them(desk, order, paid, last, api, ledger):
    reader = Reader(api.app, ledger, "attester", BUYER, "approver")
    found = desk.recorded(credit(order, "40000.00"))
    path = f"/invoices/{found['id']}/approve"
    told = reader.get(f"/invoices/{found['id']}").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "125 000 kr incl. VAT was paid before, and it is not sure" in told
    form = reader.get(path).text
    assert f'name="deducts-{paid}"' in form
    assert "A1 of 2024-03-25: 100\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}kr" in form
    reader.form(path, **{"room": "order", "deducts-none": "true"})
    assert desk.drawdown(found["id"])["status"] == "approved"
    assert money(desk)[1] == "110000.00"


def test_the_form_of_a_final_invoice_offers_the_advances_of_its_order(
    desk, order, paid, api, ledger
):
    reader = Reader(api.app, ledger, "attester", BUYER, "approver")
    found = desk.recorded(final(order, "150000.00", "60000.00"))
    path = f"/invoices/{found['id']}/approve"
    assert f'name="deducts-{paid}"' in reader.get(path).text
    reader.form(path, **{f"deducts-{paid}": "true"})
    assert desk.drawdown(found["id"])["deducts"] == [{"drawdown": paid, "amount": "48000.00"}]
