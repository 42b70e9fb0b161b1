"""A credit of several invoices, one of which is not here: what is here counts as credited."""

import pytest

from tests.documents.bills import Bill, rows
from tests.web.test_booking import Desk
from tests.web.test_booking_credited_back import approved, bill, credited, take_back


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order()


@pytest.fixture
def here(desk, order):
    return approved(desk, bill("C7", "300.00", order=order))


def both(order, amount="500.00", names=("C7", "C8")):
    return bill("K1", amount, *names, order=order)


@pytest.mark.parametrize("names", [("C7", "C8"), ("C8", "C7")])
def test_the_invoice_that_is_here_is_credited_as_far_as_it_goes(desk, order, here, names):
    found = desk.recorded(both(order, names=names))
    assert (found["credits"], found["flags"][0]) == (None, "credit-unmatched:C8")
    after = desk.approve(found["id"], room="cap")
    assert (after["credits"], "credit-unmatched:C8" in after["flags"]) == (here, True)
    assert credited(desk, here) == ("300.00", "reversed")
    second = desk.queued(bill("K2", "300.00", "C7", order=order))
    assert second["refusal"] == "credit-too-large"


@pytest.mark.parametrize(("names", "first"), [(("C7", "C8"), "300.00"), (("C8", "C7"), "100.00")])
def test_it_is_looked_at_again_when_the_other_one_comes(desk, order, here, names, first):
    id = approved(desk, both(order, names=names), room="cap")
    other = approved(desk, bill("C8", "400.00", order=order))
    tied = desk.drawdown(id)
    assert not [flag for flag in tied["flags"] if flag.startswith("credit-")]
    assert {tied["credits"], *tied["also_credits"]} == {here, other}
    assert credited(desk, here)[0] == first
    assert credited(desk, other)[0] == f"{500 - float(first):.2f}"
    assert desk.drawn() == "200.00"
    take_back(desk, id)
    assert (credited(desk, here)[0], credited(desk, other)[0]) == ("0.00", "0.00")
    desk.approve(id, room="cap")
    assert credited(desk, here)[0] == first


def test_its_approval_is_taken_back_and_given_again_as_it_was(desk, order, here):
    id = desk.recorded(both(order))["id"]
    before = desk.drawdown(id)
    desk.approve(id, room="cap")
    take_back(desk, id)
    after = desk.drawdown(id)
    for name in ("credits", "also_credits", "lines", "status"):
        assert after[name] == before[name]
    assert sorted(after["flags"]) == sorted(before["flags"])
    assert credited(desk, here) == ("0.00", "approved")
    desk.approve(id, room="cap")
    assert credited(desk, here) == ("300.00", "reversed")
    take_back(desk, id)
    other = approved(desk, bill("C8", "400.00", order=order))
    desk.approve(id, room="cap")
    assert (credited(desk, here)[0], credited(desk, other)[0]) == ("300.00", "200.00")


def test_one_that_was_approved_before_both_counts_of_each_as_it_comes(desk, order):
    approved(desk, bill("B1", "900.00", order=order))
    id = approved(desk, both(order), room="cap")
    first = approved(desk, bill("C7", "300.00", order=order))
    assert credited(desk, first) == ("300.00", "reversed")
    assert "credit-unmatched:C7" not in desk.drawdown(id)["flags"]
    second = approved(desk, bill("C8", "400.00", order=order))
    assert credited(desk, second) == ("200.00", "approved")


def test_of_three_each_is_told_as_it_comes(desk, order, here):
    id = approved(desk, both(order, "900.00", ("C7", "C8", "C9")), room="cap")
    second = approved(desk, bill("C8", "400.00", order=order))
    assert credited(desk, second) == ("400.00", "reversed")
    assert "credit-unmatched:C9" in desk.drawdown(id)["flags"]
    third = approved(desk, bill("C9", "400.00", order=order))
    assert [credited(desk, one)[0] for one in (here, second, third)] == [
        "300.00",
        "400.00",
        "200.00",
    ]


@pytest.mark.parametrize("comes", [False, True])
def test_a_credit_of_it_lets_what_is_here_count_again(desk, order, here, comes):
    approved(desk, both(order), room="cap")
    approved(desk, bill("N1", "-500.00", "K1", order=order))
    assert credited(desk, here) == ("0.00", "approved")
    if comes:
        other = approved(desk, bill("C8", "400.00", order=order))
        assert credited(desk, other) == ("0.00", "approved")
    approved(desk, bill("K2", "300.00", "C7", order=order), room="cap")


def test_where_what_is_here_is_credited_already_that_is_said(desk, order, here):
    approved(desk, bill("K2", "300.00", "C7", order=order), room="cap")
    found = desk.recorded(both(order, "200.00"))
    assert {"credit-unmatched:C8", "credit-beyond:C7"} <= set(found["flags"])
    desk.approve(found["id"], room="cap")
    other = approved(desk, bill("C8", "400.00", order=order))
    assert credited(desk, other)[0] == "200.00"
    assert credited(desk, here) == ("300.00", "reversed")


def test_a_negative_one_is_told_as_well(desk, order, here):
    some = Bill("K1", rows(("-500.00", 1)), order=order, type="380", credits=("C7", "C8"))
    approved(desk, some, room="cap")
    assert credited(desk, here) == ("300.00", "reversed")
