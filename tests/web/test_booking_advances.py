"""An advance is drawn, and the final invoice that deducts it takes it back: never twice."""

import re

import pytest

from tests.conftest import BUYER, ORDER
from tests.documents.bills import Bill, Row, rows, written
from tests.web.test_acting import Reader
from tests.web.test_booking import MEMBER, TWO_YEARS, Desk, lines_of


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign()
    return desk.order(lines=[{"kind": "delivery", "amount": "400000.00", "year": 2024}])


def advance(order, amount="400000.00", number="A1", **more):
    return Bill(number, rows((amount, 1)), order=order, type="386", **more)


def final(order, amount="380000.00", prepaid="500000.00", number="S1", **more):
    return Bill(number, rows((amount, 1)), order=order, prepaid=prepaid, **more)


def money(desk):
    found = desk.balance()
    return found["committed"], found["drawn"], found["remaining"]


def approve(desk, id, **more):
    return desk.approver.post(f"/drawdowns/{id}/approve", {"approved_on": "2025-06-01", **more})


@pytest.mark.parametrize("named", [("A1",), ("a1",), ()], ids=["named", "in another case", "alone"])
def test_an_advance_and_its_final_invoice_draw_the_final_ones_amount(desk, order, named):
    first = desk.recorded(advance(order))
    assert first["flags"] == ["advance"]
    desk.approve(first["id"])
    assert money(desk) == ("0.00", "400000.00", "1600000.00")
    found = desk.recorded(final(order, credits=named))
    assert found["deducts"] == [{"drawdown": first["id"], "amount": "400000.00"}]
    assert (found["amount"], found["prepaid"], found["flags"]) == ("380000.00", "500000.00", [])
    assert money(desk)[2] == "1600000.00"
    desk.approve(found["id"])
    assert money(desk) == ("20000.00", "380000.00", "1600000.00")


def test_a_larger_final_invoice_draws_what_is_left_of_it(desk, order):
    first = desk.recorded(advance(order, "100000.00"))
    desk.approve(first["id"])
    found = desk.recorded(final(order, "400000.00", "125000.00", credits=("A1",)))
    desk.approve(found["id"])
    assert money(desk) == ("0.00", "400000.00", "1600000.00")
    assert lines_of(found) == [(1, "400000.00")]


def test_a_part_of_an_advance_is_taken_back_by_its_own_vat(desk, order):
    first = desk.recorded(advance(order, "100000.00"))
    desk.approve(first["id"])
    one = desk.recorded(final(order, "60000.00", "50000.00", "S1", credits=("A1",)))
    assert one["deducts"][0]["amount"] == "40000.00"
    two = desk.recorded(final(order, "90000.00", "75000.00", "S2", credits=("A1",)))
    assert two["deducts"][0]["amount"] == "60000.00"
    for each in (one, two):
        desk.approve(each["id"])
    assert money(desk)[1] == "150000.00"


def test_never_more_than_the_advance_is_taken_back(desk, order):
    first = desk.recorded(advance(order, "100000.00"))
    desk.approve(first["id"])
    found = desk.recorded(final(order, "300000.00", "200000.00", credits=("A1",)))
    assert found["flags"] == ["advance-unclear:200000.00"]
    answered = approve(desk, found["id"], deducts=[first["id"]])
    assert answered.status_code == 200, answered.text
    assert answered.json["deducts"] == [{"drawdown": first["id"], "amount": "100000.00"}]
    assert money(desk)[1] == "300000.00"


@pytest.mark.parametrize("named", [("A1",), ()], ids=["named", "alone"])
@pytest.mark.parametrize("paid", ["41667.00", "41666.66", "41666.00"])
def test_an_advance_that_was_paid_in_whole_kronor_is_taken_back_whole(desk, order, named, paid):
    first = desk.recorded(advance(order, "33333.33"))
    assert first["vat"] == "8333.33"
    desk.approve(first["id"])
    found = desk.recorded(final(order, "50000.00", paid, credits=named))
    assert found["deducts"] == [{"drawdown": first["id"], "amount": "33333.33"}]
    assert found["flags"] == []
    desk.approve(found["id"])
    assert money(desk)[1] == "50000.00"


@pytest.mark.parametrize("paid", ["41667.67", "41700.00"])
def test_what_is_more_than_rounded_is_asked(desk, order, paid):
    desk.approve(desk.recorded(advance(order, "33333.33"))["id"])
    found = desk.recorded(final(order, "50000.00", paid, credits=("A1",)))
    assert found["flags"] == [f"advance-unclear:{paid}"]


def test_a_krona_that_is_over_takes_nothing_back_of_the_next_advance(desk, order):
    for number in ("A1", "A2"):
        desk.approve(desk.recorded(advance(order, "33333.33", number))["id"])
    found = desk.recorded(final(order, "80000.00", "41667.00", credits=("A1", "A2")))
    assert [one["amount"] for one in found["deducts"]] == ["33333.33"]
    more = desk.recorded(final(order, "70000.00", "41668.00", "S2", credits=("A2",)))
    assert more["flags"] == ["advance-unclear:41668.00"]


def test_an_advance_that_is_named_twice_covers_no_more_than_once(desk, order):
    first = desk.recorded(advance(order, "100000.00"))
    desk.approve(first["id"])
    found = desk.recorded(final(order, "300000.00", "250000.00", credits=("A1", "a1")))
    assert (found["deducts"], found["flags"]) == ([], ["advance-unclear:250000.00"])


@pytest.mark.parametrize("paid", ["125000.00", "124999.00", "125001.00"])
@pytest.mark.parametrize("named", [("A1", "A2"), ("A2", "A1")])
def test_an_advance_that_is_used_up_asks_nothing_where_the_other_one_is_it(
    desk, order, named, paid
):
    ids = [desk.recorded(advance(order, "100000.00", number))["id"] for number in ("A1", "A2")]
    for id in ids:
        desk.approve(id)
    desk.approve(desk.recorded(final(order, "110000.00", "125000.00", credits=("A1",)))["id"])
    second = desk.recorded(final(order, "120000.00", paid, "S2", credits=named))
    assert second["deducts"] == [{"drawdown": ids[1], "amount": "100000.00"}]
    assert not [flag for flag in second["flags"] if flag.startswith("advance")]
    desk.approve(second["id"])
    assert money(desk)[1] == "230000.00"


def test_it_asks_where_the_other_one_is_more_or_less_or_is_used_up_too(desk, order):
    ids = [desk.recorded(advance(order, "100000.00", number))["id"] for number in ("A1", "A2")]
    for id in ids:
        desk.approve(id)
    desk.approve(desk.recorded(final(order, "110000.00", "125000.00", credits=("A1",)))["id"])
    names = ("A1", "A2")
    less = desk.recorded(final(order, "120000.00", "60000.00", "S4", credits=names))
    assert less["flags"][0] == "advance-unclear:60000.00"
    desk.reject(less["id"])
    second = desk.recorded(final(order, "120000.00", "125002.00", "S2", credits=names))
    assert second["flags"][0] == "advance-unclear:125002.00"
    assert approve(desk, second["id"]).json["type"].endswith("/advances-unsaid")
    assert approve(desk, second["id"], deducts=[ids[1]]).status_code == 200
    third = desk.recorded(final(order, "1000.00", "125000.00", "S3", credits=names))
    assert third["flags"][0] == "advance-unclear:125000.00"


def test_one_that_is_not_here_or_was_turned_down_asks_whatever_the_other_one_covers(desk, order):
    other = desk.recorded(advance(order, "100000.00", "A1"))
    desk.reject(other["id"])
    desk.approve(desk.recorded(advance(order, "100000.00", "A2"))["id"])
    for number, named in (("S1", ("A1", "A2")), ("S2", ("A2", "A3"))):
        found = desk.recorded(final(order, "120000.00", "125000.00", number, credits=named))
        assert found["flags"][0] == "advance-unclear:125000.00"
        desk.reject(found["id"])


@pytest.mark.parametrize("there", ["nothing of it", "nothing left of it"])
def test_one_of_several_advances_covers_nothing_for_another_that_is_named(desk, order, there):
    first = desk.recorded(advance(order, "200000.00"))
    desk.approve(first["id"])
    if there == "nothing left of it":
        other = desk.recorded(advance(order, "100000.00", "A2"))
        desk.approve(other["id"])
        whole = desk.recorded(final(order, "100000.00", "125000.00", "S0", credits=("A2",)))
        desk.approve(whole["id"])
    found = desk.recorded(final(order, "300000.00", "187500.00", credits=("A1", "A2")))
    assert (found["deducts"], found["flags"][0]) == ([], "advance-unclear:187500.00")
    refused = approve(desk, found["id"])
    assert (refused.status_code, refused.json["type"].rsplit("/")[-1]) == (409, "advances-unsaid")


def test_what_is_not_sure_is_asked_at_the_approval(desk, order):
    for number in ("A1", "A2"):
        desk.approve(desk.recorded(advance(order, "100000.00", number))["id"])
    found = desk.recorded(final(order, "150000.00", "125000.00"))
    assert found["flags"] == ["advance-unclear:125000.00"]
    refused = approve(desk, found["id"])
    assert (refused.status_code, refused.json["type"].rpartition("/")[2]) == (
        409,
        "advances-unsaid",
    )
    assert approve(desk, found["id"], deducts=["2021004524.X.2024-03-25.380"]).status_code == 404
    id = "2021004524.A2.2024-03-25.386"
    answered = approve(desk, found["id"], deducts=[id])
    assert (answered.status_code, answered.json["status"]) == (200, "approved"), answered.text
    assert money(desk)[1] == "250000.00"


def test_what_was_paid_before_may_be_no_advance(desk, order):
    found = desk.recorded(final(order, "380000.00", "500000.00"))
    answered = approve(desk, found["id"], deducts=[])
    assert answered.status_code == 200, answered.text
    assert money(desk) == ("20000.00", "380000.00", "1600000.00")


def test_a_final_invoice_that_is_turned_down_leaves_the_advance_as_it_was(desk, order):
    first = desk.recorded(advance(order))
    desk.approve(first["id"])
    before = money(desk)
    found = desk.recorded(final(order, credits=("A1",)))
    for act in ("take-back",):
        refused = desk.second_approver.post(f"/drawdowns/{first['id']}/{act}", {"reason": "?"})
        assert (refused.status_code, refused.json["later"]) == (409, [found["id"]])
    desk.reject(found["id"])
    assert money(desk) == before
    again = desk.recorded(final(order, "390000.00", number="S2", credits=("A1",)))
    desk.approve(again["id"])
    assert money(desk)[1] == "390000.00"
    taken = desk.second_approver.post(f"/drawdowns/{again['id']}/take-back", {"reason": "Fel"})
    assert taken.status_code == 200, taken.text
    assert money(desk) == before


def test_an_advance_is_approved_before_the_final_invoice(desk, order):
    first = desk.recorded(advance(order))
    found = desk.recorded(final(order, credits=("A1",)))
    refused = approve(desk, found["id"])
    assert (refused.status_code, refused.json["type"].rpartition("/")[2]) == (409, "wrong-status")
    desk.approve(first["id"])
    desk.approve(found["id"])
    assert money(desk)[1] == "380000.00"


@pytest.mark.parametrize(
    "row",
    [
        {"text": "Förskott enligt avtal"},
        {"text": "FORSKOTT"},
        {"text": "Acontofaktura 1"},
        {"text": "à conto, vt 2024"},
        {"text": "Ackonto 2 av 3"},
        {"text": "Förhandsbetalning"},
        {"text": "Utbildning", "description": "Förskottsbetalning"},
        {"text": "Utbildning", "note": "Prepayment"},
    ],
)
def test_an_advance_by_its_name_is_one_too(desk, order, row):
    bill = Bill("A1", (Row("100000.00", 1, **row),), order=order)
    assert desk.recorded(bill)["flags"] == ["advance"]


@pytest.mark.parametrize("text", ["Slutfaktura efter förskott", "Avgår förskott", "Utbildning"])
def test_what_comes_after_an_advance_is_none_for_naming_it(desk, order, text):
    bill = Bill("A1", rows(("100000.00", 1, "", text)), order=order)
    assert desk.recorded(bill)["flags"] == []


def test_an_advance_and_its_final_invoice_are_typed_by_hand(desk, order):
    body = {"issued_on": "2024-03-25", "amount": "400000.00", "vat": "100000.00"}
    path = f"/orders/{order}/drawdowns"
    first = desk.finance.post(path, {**body, "invoice": "A1", "type": "386"}).json
    desk.approve(first["id"])
    typed = desk.finance.post(
        path, {**body, "invoice": "S1", "amount": "380000.00", "deducts": [first["id"]]}
    )
    assert typed.status_code == 201, typed.text
    desk.approve(typed.json["id"])
    assert money(desk) == ("20000.00", "380000.00", "1600000.00")
    gone = desk.finance.post(f"/drawdowns/{first['id']}/reverse", {"invoice": "K1",
                             "issued_on": "2024-06-01", "amount": "1.00"})  # fmt: skip
    assert gone.status_code == 409


def test_an_invoice_of_nothing_that_deducts_an_advance_ties_to_it_and_closes_nothing(desk, order):
    first = desk.recorded(advance(order, "100000.00"))
    desk.approve(first["id"])
    bill = Bill("S1", rows(("100000.00", 1), ("-100000.00", 1)), order=order, credits=("A1",))
    found = desk.recorded(bill)
    assert (found["amount"], found["flags"]) == ("0.00", ["final-of:A1"])
    desk.approve(found["id"])
    assert money(desk)[1] == "100000.00"
    assert desk.finance.get(f"/orders/{order}").json["status"] == "confirmed"


def test_what_is_drawn_of_each_line_less_its_advances_and_the_file_s_name_are_told(
    desk, order, api, ledger
):
    first = desk.recorded(advance(order))
    desk.approve(first["id"])
    headers = {**desk.finance.headers, "Content-Type": "application/xml"}
    came = desk.finance.client.post(
        "/api/v1/documents/peppol-invoice?name=C:%5Cposten%5Cslut-1.xml",
        data=written(final(order)),
        headers=headers,
    )
    found = desk.drawdown(came.json["drawdown"])
    assert found["draws"] == [{"order": order, "line": 1, "amount": "-20000.00"}]
    assert found["source"]["name"] == "slut-1.xml"
    assert desk.drawdown(first["id"])["draws"][0]["amount"] == "400000.00"
    page = Reader(api.app, ledger, "clerk", BUYER, "finance").get(f"/invoices/{found['id']}").text
    row = re.findall(r'<td class="amount"[^>]*>(.*?)</td>', page.partition("</tbody>")[0])
    told = [re.sub(r"<[^>]+>|[^0-9\N{MINUS SIGN}]", "", one) for one in row]
    #      ordered, before, this, advances, left after
    assert told == ["400000", "400000", "380000", "\N{MINUS SIGN}400000", "20000"]
    assert "slut-1.xml" in page
    file = desk.finance.get(f"/documents/{found['source']['sha256']}").json
    assert file["name"] == "slut-1.xml"


@pytest.mark.parametrize("there", ["another order", "a plain invoice", "padded, of a later day"])
def test_what_a_final_invoice_named_is_asked_about_when_it_comes(desk, order, there):
    first = desk.recorded(final(order, "300000.00", "250000.00", credits=("017",)))
    assert first["flags"] == ["advance-unclear:250000.00", "advance-named:017"]
    assert approve(desk, first["id"], deducts=[]).status_code == 200
    bill = {
        "another order": Bill("017", rows(("200000.00", 1)), order=desk.order(), type="386"),
        "a plain invoice": Bill("017", rows(("200000.00", 1)), order=order),
        "padded, of a later day": advance(order, "200000.00", "17", issued_on="2024-03-26"),
    }[there]
    found = desk.recorded(bill)
    assert f"advance-after:{first['id']}" in found["flags"]
    refused = approve(desk, found["id"])
    assert refused.json["type"].endswith("/advance-after-final"), refused.text
    taken = desk.second_approver.post(f"/drawdowns/{first['id']}/take-back", {"reason": "Den kom"})
    assert taken.status_code == 200, taken.text
    desk.approve(found["id"])
    answered = approve(desk, first["id"], deducts=[found["id"]])
    assert (answered.status_code, desk.drawn()) == (200, "300000.00"), answered.text
    assert "advance-named:017" not in answered.json["flags"], "it is here now"


def test_another_number_than_a_final_invoice_named_is_not_asked_about(desk, order):
    desk.recorded(Bill("B1", rows(("1.00", 1)), order=order))
    first = desk.recorded(final(order, "300000.00", "250000.00", credits=("A1",)))
    assert approve(desk, first["id"], deducts=[]).status_code == 200
    for bill in (Bill("A2", rows(("1.00", 1)), order=order), Bill("A1", rows(("-1.00", 1)),
                 order=order)):  # fmt: skip
        assert not any(one.startswith("advance-after") for one in desk.recorded(bill)["flags"])


def test_another_buyer_is_asked_without_being_told_of_which_final_invoice(desk, api, order):
    desk.sign("RAM-2", buyers=[{"organisation": BUYER}, {"organisation": MEMBER}])
    ours = desk.order("RAM-2")
    placed = api("orderer", MEMBER).post("/agreements/RAM-2/orders", {**ORDER, "lines": TWO_YEARS})
    first = desk.recorded(final(ours, "5000.00", "1250.00", credits=("A1",)))
    assert approve(desk, first["id"], deducts=[]).status_code == 200
    bill = Bill("A1", rows(("1000.00", 1)), order=placed.json["number"], buyer=MEMBER)
    theirs = api("approver", MEMBER)
    desk.finance = api("finance", MEMBER)
    id = desk.recorded(bill)["id"]
    refused = theirs.post(f"/drawdowns/{id}/approve", {})
    assert refused.json["type"].endswith("/advance-after-others"), refused.text
    assert "S1" not in theirs.get(f"/drawdowns/{id}").text + refused.text
    assert theirs.post(f"/drawdowns/{id}/approve", {"apart": True}).status_code == 200


@pytest.fixture
def late(desk, order):
    """An advance that comes when the final invoice is approved as deducting none."""
    first = desk.recorded(final(order, "380000.00", "125000.00"))
    assert approve(desk, first["id"], deducts=[]).status_code == 200
    return first["id"], desk.recorded(advance(order, "100000.00", issued_on="2024-03-20"))


def test_an_advance_that_comes_after_its_final_invoice_is_asked_about(desk, late):
    before, found = late
    assert f"advance-after:{before}" in found["flags"]
    refused = desk.approver.post(f"/drawdowns/{found['id']}/approve")
    assert (refused.status_code, refused.json["final"]) == (409, before)
    assert refused.json["type"].endswith("/advance-after-final")
    assert refused.json["prepaid"] == "125000.00"


def test_such_an_advance_may_be_another_one(desk, late):
    answered = approve(desk, late[1]["id"], apart=True)
    assert answered.status_code == 200, answered.text
    assert money(desk)[1] == "480000.00"


def test_such_an_advance_is_named_once_the_final_invoice_s_approval_is_taken_back(desk, late):
    before, found = late
    taken = desk.second_approver.post(f"/drawdowns/{before}/take-back", {"reason": "Förskottet"})
    assert taken.status_code == 200, taken.text
    asked = approve(desk, before)
    assert asked.json["type"].endswith("/advances-unsaid"), "it is asked of anew"
    desk.approve(found["id"])
    assert approve(desk, before, deducts=[found["id"]]).status_code == 200
    assert money(desk)[1] == "380000.00"


def test_an_advance_of_another_order_or_of_a_later_day_is_not_asked_about(desk, order):
    first = desk.recorded(final(order, "380000.00", "125000.00"))
    assert approve(desk, first["id"], deducts=[]).status_code == 200
    other = desk.order(lines=[{"kind": "delivery", "amount": "100000.00", "year": 2024}])
    for bill in (
        advance(other, "100000.00", "A1", issued_on="2024-03-20"),
        advance(order, "100000.00", "A2", issued_on="2024-03-26"),
    ):
        assert not any(one.startswith("advance-after") for one in desk.recorded(bill)["flags"])


def test_what_somebody_named_is_not_asked_about_again(desk, order):
    desk.approve(desk.recorded(advance(order, "100000.00", issued_on="2024-03-20"))["id"])
    named = "2021004524.A1.2024-03-20.386"
    first = desk.recorded(final(order, "380000.00", "126000.00"))
    assert approve(desk, first["id"], deducts=[named]).status_code == 200
    second = desk.recorded(advance(order, "800.00", "A2", issued_on="2024-03-21"))
    assert f"advance-after:{first['id']}" in second["flags"], "1 000 kr of it was named by nobody"


def test_an_advance_of_which_nothing_is_left_says_which_final_invoice_has_it(desk, order):
    first = desk.recorded(advance(order))
    desk.approve(first["id"])
    last = desk.recorded(final(order, credits=("A1",)))
    again = desk.recorded(final(order, number="S2"))
    refused = approve(desk, again["id"], deducts=[first["id"]])
    assert refused.json["type"].rpartition("/")[2] == "advance-deducted"
    assert last["id"] in refused.json["detail"]
    desk.reject(last["id"])
    assert approve(desk, again["id"], deducts=[first["id"]]).status_code == 200
