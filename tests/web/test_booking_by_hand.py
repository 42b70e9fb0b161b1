"""No dead ends: whatever did not match, a person records it with a reason, or discards it."""

from dataclasses import replace

import pytest

from tests.conftest import AGREEMENT, BUYER, ORDER, SUPPLIER
from tests.documents.bills import Bill, Row, rows
from tests.web.test_booking import OTHER, TWO_YEARS, Desk, lines_of

OTHER_SUPPLIER = "2021003096"
MEMBER = "2120001488"


@pytest.fixture
def desk(api, ledger):
    return Desk(api, ledger)


@pytest.fixture
def order(desk):
    desk.sign(buyers=[*AGREEMENT["buyers"], {"organisation": MEMBER}])
    return desk.order(reference="AVROP-7")


def sound(order):
    return Bill("F1", rows(("1000.00", 1), ("500.00", 2)), order=order, agreement="RAM-1")


def assign(desk, waiting, **body):
    return desk.finance.post(f"/documents/{waiting['sha256']}/assign", body)


# ── Thirty files that differ from a sound one in one field each ───────────────────────────────

STRAIGHT = {
    "the sound one": lambda bill: bill,
    "the buyer's reference": lambda bill: replace(bill, order="AVROP-7"),
    "its case": lambda bill: replace(bill, order="avrop-7"),
    "its spaces": lambda bill: replace(bill, order=" AVROP - 7 "),
    "its dash": lambda bill: replace(bill, order="AVROP–7"),
    "no agreement": lambda bill: replace(bill, agreement=""),
    "the agreement's case": lambda bill: replace(bill, agreement="ram-1"),
    "no lines named": lambda bill: replace(bill, rows=rows(("1500.00",))),
    "padded lines": lambda bill: replace(bill, rows=rows(("1000.00", "0001"), ("500.00", "02"))),
    "a line that is not there": lambda bill: replace(
        bill, rows=rows(("1000.00", 8), ("500.00", 2))
    ),
    "orders on lines alone": lambda bill: replace(
        bill, order="", rows=tuple(replace(row, order=bill.order) for row in bill.rows)
    ),
    "another buyer of the agreement": lambda bill: replace(bill, buyer=MEMBER),
    "another payee": lambda bill: replace(bill, payee="5560125790"),
    "self-billed": lambda bill: replace(bill, type="389"),
    "factored": lambda bill: replace(bill, type="393"),
    "a partial invoice": lambda bill: replace(bill, type="326"),
    "another day to pay": lambda bill: replace(bill, due_on="2024-12-31"),
    "another day": lambda bill: replace(bill, issued_on="2023-12-01"),
    "another number": lambda bill: replace(bill, number="f/1 – ä"),
    "an own reference": lambda bill: replace(bill, buyer_reference="RAM-1-0009"),
}
"""What is recorded as it comes."""
HELD = {
    "no order": lambda bill: replace(bill, order=""),
    "an unknown order": lambda bill: replace(bill, order="RAM-1-0999"),
    "two orders": lambda bill: replace(bill, order="RAM-1-0001, RAM-1-0002"),
    "another agreement": lambda bill: replace(bill, agreement="RAM-9"),
    "another supplier": lambda bill: replace(bill, supplier=OTHER_SUPPLIER),
    "a supplier abroad": lambda bill: replace(bill, supplier="987654321", scheme="0192"),
    "no number of the supplier": lambda bill: replace(bill, supplier="", scheme="0088"),
    "no number of the buyer": lambda bill: replace(bill, buyer=""),
    "a line of an unknown order": lambda bill: replace(
        bill, rows=(Row("1000.00", 1, "RAM-1-0999"), Row("500.00", 2))
    ),
    "a reference of the buyer alone": lambda bill: replace(
        bill, order="", buyer_reference="AVROP-7"
    ),
    "a number among other words": lambda bill: replace(bill, order=f"Se avrop {bill.order}!"),
}
"""What waits until a person says where it belongs."""
NOBODYS = {
    "another currency": lambda bill: replace(bill, currency="EUR"),
    "somebody else's": lambda bill: replace(bill, buyer=OTHER),
}
"""What nobody may record."""


@pytest.mark.parametrize("what", STRAIGHT)
def test_a_file_that_differs_in_one_field_is_recorded_once_with_its_amount(desk, order, what):
    bill = STRAIGHT[what](sound(order))
    found = desk.recorded(bill)
    assert found["amount"] == "1500.00"
    assert sum(float(line["amount"]) for line in found["lines"]) == 1500.0
    assert desk.send(bill).json["status"] == "duplicate"
    desk.approve(found["id"])
    assert desk.drawn() == "1500.00"


@pytest.mark.parametrize("what", HELD)
def test_a_file_that_matches_nothing_waits_and_a_person_records_it_with_a_reason(desk, order, what):
    desk.order(reference="AVROP-8")
    bill = HELD[what](sound(order))
    waiting = desk.queued(bill)
    assert desk.drawn() == "0.00"
    recorded = assign(desk, waiting, order=order, reason="Enligt samtal")
    assert (recorded.status_code, recorded.json["status"]) == (201, "recorded"), recorded.text
    found = desk.drawdown(recorded.json["drawdown"])
    assert found["amount"] == "1500.00"
    assert found["match"] == {"by": "person", "value": "Enligt samtal"}
    assert {line["order"] for line in found["lines"]} == {order}
    assert desk.finance.get("/documents").json["items"] == []
    assert desk.send(bill).json["status"] == "duplicate"
    desk.approve(found["id"])
    assert desk.drawn() == "1500.00"


@pytest.mark.parametrize("what", NOBODYS)
def test_another_currency_and_somebody_elses_invoice_can_only_be_discarded(desk, order, what):
    waiting = desk.queued(NOBODYS[what](sound(order)))
    refused = assign(desk, waiting, order=order, reason="Ändå vår")
    assert refused.status_code == 409
    path = f"/documents/{waiting['sha256']}/discard"
    gone = desk.finance.post(path, {"reason": "Be leverantören ställa ut den på nytt"})
    assert (gone.status_code, gone.json["status"]) == (200, "discarded")
    assert desk.drawn() == "0.00"


# ── What it says otherwise is flagged for ever after ──────────────────────────────────────────

FLAGS = {
    "another agreement": "agreement-differs:RAM-9",
    "an unknown order": "order-differs:RAM-1-0999",
    "another supplier": f"supplier-differs:{OTHER_SUPPLIER}",
    "a supplier abroad": "supplier-differs:0192:987654321",
    "no number of the supplier": "supplier-differs:0088:7300010000001",
    "no number of the buyer": "buyer-unread",
    "a line of an unknown order": "order-differs:RAM-1-0999",
}


@pytest.mark.parametrize("what", FLAGS)
def test_what_differs_needs_a_reason_and_stays_flagged(desk, order, what):
    waiting = desk.queued(HELD[what](sound(order)))
    bare = assign(desk, waiting, order=order)
    if FLAGS[what].startswith("order-differs"):
        assert bare.status_code == 422
        assert [one["pointer"] for one in bare.json["errors"]] == ["/reason"]
        assert "RAM-1-0999" in bare.json["detail"]
    else:
        assert bare.status_code == 409
        assert bare.json["type"].rpartition("/")[2] == waiting["refusal"]
    found = desk.drawdown(assign(desk, waiting, order=order, reason="Rätt").json["drawdown"])
    assert FLAGS[what] in found["flags"]
    assert FLAGS[what] in desk.approve(found["id"])["flags"]


def test_another_order_than_the_file_s_own_needs_a_reason_also_where_that_is_known(desk, order):
    desk.sign("RAM-2")
    other, third = desk.order(), desk.order("RAM-2")
    waiting = desk.queued(replace(sound(order), agreement="RAM-2"))
    assert assign(desk, waiting, order=third).json["errors"][0]["pointer"] == "/reason"
    several = desk.queued(replace(sound(f"{order} {other}"), number="F2"))
    bare = assign(desk, several, order=desk.order())
    assert bare.json["errors"][0]["pointer"] == "/reason"
    assert assign(desk, several, order=other).status_code == 201, "one of those that it names"
    found = assign(desk, waiting, order=third, reason="Rätt")
    assert f"order-differs:{order}" in desk.drawdown(found.json["drawdown"])["flags"]


def test_a_number_among_words_is_what_a_person_says_and_is_not_flagged(desk, order):
    waiting = desk.queued(replace(sound(order), order=f"Beställning {order} av i dag"))
    found = desk.drawdown(assign(desk, waiting, order=order, reason="Rätt").json["drawdown"])
    assert found["flags"] == []


def test_who_is_abroad_is_the_same_supplier_however_often_it_comes(desk, order):
    bill = replace(HELD["a supplier abroad"](sound(order)), notes=("Hej",))
    waiting = desk.queued(bill)
    id = assign(desk, waiting, order=order, reason="Rätt").json["drawdown"]
    assert (id, desk.drawdown(id)["supplier"]) == (
        "0192-987654321.F1.2024-03-25.380",
        "0192:987654321",
    )
    other_bytes = desk.queued(replace(bill, notes=("Hej ",)))
    again = assign(desk, other_bytes, order=order, reason="Rätt")
    assert (again.status_code, again.json["status"]) == (200, "duplicate")


def test_an_agreement_with_a_supplier_abroad_takes_its_invoices_by_itself(desk):
    desk.sign("RAM-3", suppliers=[{"organisation": "0192:987654321", "name": "Universitetet"}])
    placed = desk.orderer.post(
        "/agreements/RAM-3/orders",
        {"course": "Kurs", "ordered_on": "2023-11-20", "lines": TWO_YEARS},
    )
    assert placed.status_code == 201, placed.text
    bill = Bill("F1", rows(("10.00", 1)), order=placed.json["number"])
    found = desk.recorded(replace(bill, supplier="987654321", scheme="0192"))
    assert found["supplier"] == "0192:987654321"
    assert SUPPLIER not in str(found)


# ── Split over several orders ─────────────────────────────────────────────────────────────────


def test_a_file_is_split_over_several_orders_by_amounts_that_come_to_its_own(desk, order):
    other = desk.order()
    waiting = desk.queued(replace(sound(order), order=""))
    wrong = [{"order": order, "amount": "1000.00"}, {"order": other, "amount": "499.00"}]
    refused = assign(desk, waiting, lines=wrong, reason="Delad")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/lines")
    right = [
        {"order": order, "line": 2, "amount": "1000.00"},
        {"order": other.lower(), "amount": "500.00"},
    ]
    recorded = assign(desk, waiting, lines=right, reason="Delad")
    assert recorded.status_code == 201, recorded.text
    found = desk.drawdown(recorded.json["drawdown"])
    assert [(x["order"], x["line"], x["amount"]) for x in found["lines"]] == [
        (order, 2, "1000.00"),
        (other, 1, "500.00"),
    ]


def test_a_credit_is_split_with_or_without_minus(desk, order):
    other = desk.order()
    bill = Bill("K1", rows(("150.00",)), type="381", order="?")
    waiting = desk.queued(bill)
    lines = [{"order": order, "amount": "100.00"}, {"order": other, "amount": "-50.00"}]
    recorded = assign(desk, waiting, lines=lines, reason="Delad")
    assert recorded.status_code == 201, recorded.text
    assert desk.drawdown(recorded.json["drawdown"])["amount"] == "-150.00"


@pytest.mark.parametrize("sign", [1, -1])
def test_a_credit_whose_parts_go_both_ways_is_split_and_moved_with_either_sign(desk, order, sign):
    first = desk.recorded(sound(order))
    waiting = desk.queued(Bill("K1", rows(("150.00",)), type="381", order="?", credits=("F1",)))

    def parts(one, other):
        both = {1: one * sign, 2: other * sign}
        return [{"order": order, "line": i, "amount": f"{ore}.00"} for i, ore in both.items()]

    recorded = assign(desk, waiting, lines=parts(-200, 50), reason="Delad")
    assert recorded.status_code == 201, recorded.text
    found = desk.drawdown(recorded.json["drawdown"])
    assert (found["credits"], lines_of(found)) == (first["id"], [(1, "-200.00"), (2, "50.00")])
    body = {"lines": parts(70, -220), "reason": "Andra rader"}
    moved = desk.finance.post(f"/drawdowns/{found['id']}/move", body)
    assert moved.status_code == 200, moved.text
    assert lines_of(moved.json) == [(1, "70.00"), (2, "-220.00")]


def test_a_person_names_an_order_or_lines(desk, order):
    waiting = desk.queued(replace(sound(order), order=""))
    assert assign(desk, waiting, reason="?").status_code == 422
    assert assign(desk, waiting, order="RAM-1-0404", reason="?").status_code == 404


# ── Corrected invoices ────────────────────────────────────────────────────────────────────────


def corrected(order):
    return Bill("F2", rows(("1400.00", 1)), order=order, type="384", credits=("F1",))


def test_what_replaces_an_invoice_that_it_does_not_name_is_asked_which_one(desk, order):
    first = desk.recorded(sound(order))
    waiting = desk.queued(replace(corrected(order), credits=()))
    bare = assign(desk, waiting, order=order, corrects="replaces")
    assert (bare.status_code, bare.json["errors"][0]["pointer"]) == (422, "/replaces")
    said = {"order": order, "corrects": "replaces"}
    nobody = assign(desk, waiting, **said, replaces="2021004524.X.2024-03-25.380")
    assert nobody.status_code == 404
    stands = assign(desk, waiting, **said, replaces=first["id"])
    assert (stands.status_code, stands.json["later"]) == (409, [first["id"]])
    desk.reject(first["id"])
    recorded = assign(desk, waiting, **said, replaces=first["id"])
    assert recorded.status_code == 201, recorded.text
    assert "replaces:F1" in desk.drawdown(recorded.json["drawdown"])["flags"]


def test_what_is_said_of_a_correction_that_is_none_is_refused_in_words(desk, order):
    waiting = desk.queued(replace(sound(order), agreement="RAM-9"))
    said = {"order": order, "reason": "Rätt"}
    for given in ({"corrects": "difference"}, {"replaces": "2021004524.X.2024-03-25.380"}):
        refused = assign(desk, waiting, **said, **given)
        assert refused.status_code == 422, refused.text
        assert [one["pointer"] for one in refused.json["errors"]] == [f"/{next(iter(given))}"]
    assert assign(desk, waiting, **said).status_code == 201


def test_another_first_one_than_the_file_names_is_refused_in_words(desk, order):
    first = desk.recorded(sound(order))
    other = desk.recorded(replace(sound(order), number="F7"))
    waiting = desk.queued(corrected(order))
    for one in (first, other):
        desk.reject(one["id"])
    difference = {"order": order, "corrects": "difference", "replaces": first["id"]}
    refused = assign(desk, waiting, **difference)
    assert [one["pointer"] for one in refused.json["errors"]] == ["/replaces"]
    said = {"order": order, "corrects": "replaces"}
    refused = assign(desk, waiting, **said, replaces=other["id"])
    assert [one["pointer"] for one in refused.json["errors"]] == ["/replaces"]
    assert ("F1" in refused.text, "F7" in refused.text) == (True, True)
    assert assign(desk, waiting, order=order, replaces=first["id"]).status_code == 409, (
        "it is asked"
    )
    done = assign(desk, waiting, **said, replaces=first["id"])
    assert done.status_code == 201, done.text


def test_who_discarded_a_file_and_why_is_told_and_such_files_are_listed(desk, order):
    waiting = desk.queued(Bill("F9", rows(("10.00", 1)), order="RAM-1-0999"))
    path = f"/documents/{waiting['sha256']}"
    assert desk.finance.post(f"{path}/discard", {"reason": "Annans"}).status_code == 200
    told = desk.finance.get(path).json
    assert (told["status"], told["reason"]) == ("discarded", "Annans")
    assert told["decided_by"]
    assert told["decided_at"]
    listed = desk.finance.get("/documents", status="discarded").json["items"]
    assert [(one["sha256"], one["reason"]) for one in listed] == [(waiting["sha256"], "Annans")]
    assert desk.finance.get("/documents").json["items"] == []
    assert desk.finance.get("/documents", nonsense="1").status_code == 422


def test_what_an_assigned_file_names_beside_the_order_that_a_person_said_stays_flagged(desk, order):
    other = desk.order()
    several = desk.queued(replace(sound(order), order=f"{order}, {other}"))
    found = assign(desk, several, order=order, reason="Rätt").json["drawdown"]
    assert f"order-among:{order}, {other}" in desk.drawdown(found)["flags"]
    line = desk.queued(Bill("F9", (Row("10.00", 1, "RAM-1-0999"), Row("20.00", 1, other))))
    found = assign(desk, line, order=order, reason="Rätt").json["drawdown"]
    flags = desk.drawdown(found)["flags"]
    assert {"order-differs:RAM-1-0999", f"order-differs:{other}"} <= set(flags)


def test_a_corrected_invoice_waits_for_a_person_to_say_what_it_is(desk, order):
    first = desk.recorded(sound(order))
    waiting = desk.queued(corrected(order))
    assert (waiting["refusal"], "F1" in waiting["reason"]) == ("replace-or-difference", True)
    assert assign(desk, waiting, order=order, reason="?").status_code == 409
    stands = assign(desk, waiting, order=order, corrects="replaces")
    assert (stands.status_code, stands.json["later"]) == (409, [first["id"]])
    desk.reject(first["id"])
    recorded = assign(desk, waiting, order=order, corrects="replaces")
    assert recorded.status_code == 201, recorded.text
    assert "replaces:F1" in desk.drawdown(recorded.json["drawdown"])["flags"]
    assert desk.balance()["committed"] == "16000.00"


def test_a_corrected_invoice_that_is_the_difference_stands_beside_the_first(desk, order):
    first = desk.recorded(sound(order))
    waiting = desk.queued(corrected(order))
    recorded = assign(desk, waiting, order=order, corrects="difference")
    assert recorded.status_code == 201, recorded.text
    found = desk.drawdown(recorded.json["drawdown"])
    assert (found["flags"], lines_of(found)) == (["difference-to:F1"], [(1, "1400.00")])
    for one in (first, found):
        desk.approve(one["id"])
    assert desk.drawn() == "2900.00"


def test_a_credit_of_more_than_is_left_is_recorded_by_a_person_and_flagged(desk, order):
    desk.recorded(sound(order))
    waiting = desk.queued(Bill("K1", rows(("1500.01",)), type="381", order=order, credits=("F1",)))
    assert waiting["refusal"] == "credit-too-large"
    assert assign(desk, waiting, order=order).status_code == 409
    recorded = assign(desk, waiting, order=order, reason="Kulans")
    assert recorded.status_code == 201, recorded.text
    found = desk.drawdown(recorded.json["drawdown"])
    assert (found["credits"], "credit-beyond:F1" in found["flags"]) == (None, True)


def test_what_was_paid_before_by_an_invoice_of_another_agreement_is_asked(desk, order):
    desk.sign("RAM-2")
    elsewhere = desk.order("RAM-2")
    desk.recorded(Bill("A1", rows(("100.00", 1)), type="386", order=elsewhere))
    bill = Bill("S1", rows(("300.00", 1)), order=order, prepaid="125.00", credits=("A1",))
    found = desk.recorded(bill)
    asked = ["advance-unclear:125.00", "advance-named:A1"]
    assert (found["deducts"], found["flags"]) == ([], asked)


# ── What is put on another supplier's order ───────────────────────────────────────────────────


def test_neither_supplier_learns_of_the_other_where_ones_invoice_is_on_the_others_order(desk, api):
    of_both = [{"organisation": SUPPLIER}, {"organisation": OTHER_SUPPLIER}]
    desk.sign("RAM-4", suppliers=of_both)
    order = desk.order("RAM-4", supplier=SUPPLIER)
    bill = Bill("F1", rows(("9000.00", 1)), order=order, supplier=OTHER_SUPPLIER)
    waiting = desk.queued(bill)
    id = assign(desk, waiting, order=order, reason="Enligt samtal").json["drawdown"]
    desk.approve(id)
    seen_by_finance = desk.drawdown(id)
    assert (seen_by_finance["lines"][0]["order"], len(seen_by_finance["flags"])) == (order, 3)
    sender, owner = api("supplier", OTHER_SUPPLIER), api("supplier", SUPPLIER)
    seen = sender.get(f"/drawdowns/{id}")
    assert (seen.json["amount"], seen.json["status"]) == ("9000.00", "approved")
    for secret in (order, "exceeds", "Enligt samtal", SUPPLIER):
        assert secret not in seen.text
    assert sender.get(f"/orders/{order}").status_code == 404
    assert sender.get("/orders").json["items"] == []
    assert owner.get(f"/drawdowns/{id}").status_code == 404
    for path in ("/drawdowns", "/orders", f"/orders/{order}", "/agreements/RAM-4/balance"):
        answer = owner.get(path)
        assert (answer.status_code, OTHER_SUPPLIER in answer.text) == (200, False)
        assert id not in answer.text


def test_a_supplier_abroad_has_an_address_and_sees_its_own_alone(desk, api):
    abroad = "0192:987654321"
    found = api("auditor", abroad).get(f"/organisations/{abroad}")
    assert (found.status_code, found.json["number"]) == (200, abroad)
    assert api("auditor", SUPPLIER).get(f"/organisations/{abroad}").status_code == 404
    for other in ("0007:2021004524", "0192:9876 54321", "192:987654321", "0192:"):
        assert api("auditor", abroad).get(f"/organisations/{other}").status_code == 404


@pytest.mark.parametrize("how", ["comes later", "is tried again"])
def test_an_invoice_does_not_stand_beside_the_corrected_one_in_its_place(desk, order, how):
    first = Bill("F1", rows(("1000.00", 1)), order=order)
    if how == "is tried again":
        desk.reject(desk.recorded(first)["id"])
    waiting = desk.queued(corrected(order))
    path = f"/documents/{waiting['sha256']}/assign"
    stands = desk.finance.post(path, {"order": order, "corrects": "replaces"}).json["drawdown"]
    came = desk.send(first).json
    if how == "is tried again":
        came = desk.finance.post(f"/documents/{came['sha256']}/retry", {}).json
    assert (came["status"], came["refusal"]) == ("queued", "replaced")
    typed = {"invoice": "f 1", "issued_on": "2024-03-24", "amount": "1000.00"}
    refused = desk.finance.post(f"/orders/{order}/drawdowns", typed)
    assert (refused.status_code, refused.json["later"]) == (409, stands)
    path = f"/documents/{came['sha256']}/assign"
    both = desk.finance.post(path, {"order": order, "reason": "En annan faktura"})
    assert both.status_code == 201, both.text
    assert f"replaced-by:{stands}" in desk.drawdown(both.json["drawdown"])["flags"]


LONG = "UPPDRAG 2024/0000117-KOMMUNLEDNINGSKONTORET-LEDARUTBILDNING-OMGÅNG-0000004/"
"""Past sixty characters such numbers still differ."""


@pytest.mark.parametrize("named", [(LONG + "A",), ("12,3", LONG + "A"), (LONG + "A, del 2",)])
def test_a_corrected_one_stands_in_the_place_of_whole_numbers_however_long(desk, order, named):
    waiting = desk.queued(replace(corrected(order), credits=named))
    said = {"order": order, "corrects": "replaces"}
    stands = assign(desk, waiting, **said).json["drawdown"]
    assert desk.drawdown(stands)["flags"] == [f"replaces:{one}" for one in named]
    for number in named:
        came = desk.queued(Bill(number.lower(), rows(("1000.00", 1)), order=order))
        assert came["refusal"] == "replaced"
    for number in (LONG + "B", "12", "3"):
        desk.recorded(Bill(number, rows(("1000.00", 1)), order=order))


@pytest.mark.parametrize("number", [LONG + "A", "12,3"])
def test_a_credit_that_came_before_its_invoice_finds_it_by_its_whole_number(desk, order, number):
    credit = Bill("K1", rows(("500.00", 1)), order=order, type="381", credits=(number,))
    credit = desk.recorded(credit)
    assert f"credit-unmatched:{number}" in credit["flags"]
    desk.recorded(Bill(LONG + "B", rows(("1000.00", 1)), order=order))
    assert desk.drawdown(credit["id"])["credits"] is None
    first = desk.recorded(Bill(number.lower(), rows(("1000.00", 1)), order=order))
    assert desk.drawdown(credit["id"])["credits"] == first["id"]


def test_an_invoice_is_taken_once_the_corrected_one_is_turned_down(desk, order):
    waiting = desk.queued(corrected(order))
    path = f"/documents/{waiting['sha256']}/assign"
    stands = desk.finance.post(path, {"order": order, "corrects": "replaces"}).json["drawdown"]
    came = desk.queued(Bill("F1", rows(("1000.00", 1)), order=order))
    desk.reject(stands)
    again = desk.finance.post(f"/documents/{came['sha256']}/retry", {})
    assert (again.status_code, again.json["status"]) == (201, "recorded")


def test_another_supplier_s_and_another_buyer_s_order_are_flagged_wherever_they_stand(desk, api):
    suppliers = [{"organisation": SUPPLIER}, {"organisation": OTHER_SUPPLIER}]
    desk.sign(suppliers=suppliers, buyers=[{"organisation": BUYER}, {"organisation": MEMBER}])
    own, others = desk.order(supplier=SUPPLIER), desk.order(supplier=SUPPLIER)
    placed = {**ORDER, "lines": TWO_YEARS, "supplier": OTHER_SUPPLIER}
    theirs = desk.orderer.post("/agreements/RAM-1/orders", placed).json["number"]
    members = api("orderer", MEMBER).post(
        "/agreements/RAM-1/orders", {**placed, "supplier": SUPPLIER}
    )
    waiting = desk.queued(Bill("F1", rows(("1000.00",))))
    parts = [{"order": own, "amount": "400.00"}, {"order": theirs, "amount": "600.00"}]
    bare = assign(desk, waiting, lines=parts)
    assert (bare.status_code, bare.json["type"].rpartition("/")[2]) == (409, "supplier-differs")
    told = assign(desk, waiting, lines=parts, reason="De fakturerar ihop")
    flags = desk.drawdown(told.json["drawdown"])["flags"]
    assert f"supplier-differs:{SUPPLIER}" in flags
    assert not any(one.startswith("buyer-differs") for one in flags)
    lines = (Row("100.00", 1, own), Row("200.00", 1, members.json["number"]))
    found = desk.recorded(Bill("F2", lines))
    assert f"buyer-differs:{BUYER}" in found["flags"]
    to = {"reason": "Fel avrop", "order": others}
    moved = desk.finance.post(f"/drawdowns/{told.json['drawdown']}/move", to)
    assert f"supplier-differs:{SUPPLIER}" in moved.json["flags"], "for ever after"


def test_only_a_credit_is_offered_to_be_tied_to_an_invoice(desk, order):
    invoice = desk.recorded(sound(order))
    credit = desk.recorded(Bill("K1", rows(("100.00", 1)), order=order, type="381"))
    tied = desk.recorded(Bill("K2", rows(("100.00", 1)), order=order, type="381", credits=("F1",)))
    for found, offered in ((invoice, False), (credit, True), (tied, False)):
        (act,) = [one for one in found["actions"] if one["name"] == "match"]
        assert act["allowed"] is offered, act
    refused = desk.finance.post(f"/drawdowns/{invoice['id']}/match", {"credits": credit["id"]})
    assert (refused.status_code, refused.json["type"].rpartition("/")[2]) == (409, "nothing-there")
