"""Orders on the command line: placed by the API's rules, and everything done to them afterwards."""

import pytest

from tests.conftest import AGREEMENT, ORDER, SUPPLIER

OTHER = "2120001470"


@pytest.fixture
def signed(desk):
    desk.done("agreement", "sign", desk.write("agreement.json", AGREEMENT))
    desk.write("order.json", ORDER)
    return desk


@pytest.fixture
def placed(signed):
    signed.done("order", "place", "SKO-2023", "order.json")
    return signed


NUMBER = "SKO-2023-0001"


def test_a_dry_run_tells_the_balance_and_records_nothing(signed):
    told = signed.json("order", "place", "SKO-2023", "order.json", "--dry-run")
    assert told["resource"]["number"] == NUMBER
    assert told["balance"]["remaining"] == "1760000.00"
    assert signed.balance("SKO-2023") == ("0.00", "0.00", "0.00", "2000000.00")
    assert signed.json("order", "list") == []


def test_an_order_as_json_is_the_resource_of_the_api(signed):
    answered = signed.json("order", "place", "SKO-2023", "order.json")
    assert (answered["number"], answered["status"], answered["amount"]) == (
        NUMBER,
        "placed",
        "240000.00",
    )
    shown = signed.json("order", "show", NUMBER)
    assert set(shown.pop("checkpoint")) == {"note", "said"}
    assert shown == answered
    assert signed.json("order", "list", "--agreement", "SKO-2023") == [answered]


def test_an_order_over_the_cap_is_refused_with_the_figures_and_changes_nothing(signed):
    large = signed.write("large.json", {"course": "X", "lines": [_line("2000000.01")]})
    said = signed.refused("order", "place", "SKO-2023", large, "--dry-run")
    assert said.replace("\N{NO-BREAK SPACE}", " ") == (
        f"2 000 000,01 kr does not fit: it would pass cap by 0,01 kr on {signed.clock.today}. "
        "Of 2 000 000 kr, 0 kr is in use; at most 2 000 000 kr fits.\n"
    )
    assert signed.json("order", "list") == []


def test_all_faults_of_an_order_are_named_at_once_each_at_its_place(signed):
    faulty = signed.write("faulty.json", {"seats": 0, "colour": "red", "lines": [{"amount": 1}]})
    said = signed.refused("order", "place", "SKO-2023", faulty)
    pointers = sorted(line.partition(":")[0] for line in said.splitlines())
    assert pointers == ["/colour", "/course", "/lines/0/amount", "/lines/0/kind", "/seats"]


def test_whoever_orders_under_a_shared_agreement_says_for_whom(desk):
    buyers = [*AGREEMENT["buyers"], {"organisation": OTHER, "name": "Bengtsfors kommun"}]
    shared = desk.write("shared.json", {**AGREEMENT, "buyers": buyers})
    desk.done("agreement", "sign", shared)
    desk.write("order.json", ORDER)
    place = ("order", "place", "SKO-2023", "order.json")
    assert desk.refused(*place) == (
        f"Say with --organisation for whom you act; it can be one of 2120002403, {OTHER}.\n"
    )
    assert "you act for 2021003096" in desk.refused(*place, "--organisation", "2021003096")
    assert desk.json(*place, "--organisation", "212000-1470")["buyer"] == OTHER
    desk.write("order.json", {**ORDER, "buyer": "212000-2403"})
    assert desk.json(*place)["buyer"] == "2120002403"


def test_only_a_buyer_of_the_agreement_signs_it(desk):
    file = desk.write("agreement.json", AGREEMENT)
    said = desk.refused("agreement", "sign", file, "--organisation", SUPPLIER)
    assert said == f"Only 2120002403 may do this on SKO-2023; you act for {SUPPLIER}.\n"
    assert desk.json("agreement", "list") == []


def test_only_the_university_answers(placed):
    said = placed.refused("order", "confirm", NUMBER, "--organisation", "2120002403")
    assert said == f"Only {SUPPLIER} may do this on {NUMBER}; you act for 2120002403.\n"


def test_an_order_is_confirmed_started_delivered_and_closed(placed):
    placed.done("order", "confirm", NUMBER, "--on", "2023-11-28", "--reference", "B-17")
    placed.done("order", "start", NUMBER, "--on", "2024-01-15")
    placed.done(
        "order", "deliver", NUMBER, "--on", "2024-03-22", "--seats-used", "11",
        "--credits-awarded", "9",
    )  # fmt: skip
    found = placed.json("order", "show", NUMBER)
    assert (found["status"], found["confirmation"]) == ("delivered", "B-17")
    assert (found["seats_used"], found["credits_awarded"]) == (11, 9)
    assert placed.balance("SKO-2023") == ("0.00", "240000.00", "0.00", "1760000.00")
    placed.done("order", "close", NUMBER, "--on", "2024-06-28", "--reason", "Nothing was invoiced")
    assert placed.balance("SKO-2023") == ("0.00", "0.00", "0.00", "2000000.00")


def test_a_declined_order_needs_a_reason_and_releases_its_room(placed):
    assert "/reason: " in placed.refused("order", "decline", NUMBER)
    placed.done("order", "decline", NUMBER, "--reason", "No teacher")
    assert placed.balance("SKO-2023") == ("0.00", "0.00", "0.00", "2000000.00")


def test_a_counter_offer_holds_the_higher_amount_until_it_is_answered(placed):
    offer = placed.write("offer.json", {"lines": [_line("300000.00")]})
    placed.done("order", "counter", NUMBER, "--body", offer, "--reason", "More teachers")
    assert placed.balance("SKO-2023")[0] == "300000.00"
    assert "counter-offer made" in placed.done("order", "show", NUMBER)
    placed.done("order", "accept", NUMBER, "--reference", "KS 12")
    assert placed.balance("SKO-2023") == ("0.00", "300000.00", "0.00", "1700000.00")


def test_a_rejected_counter_offer_ends_the_order(placed):
    offer = placed.write("offer.json", {"lines": [_line("300000.00")]})
    placed.done("order", "counter", NUMBER, "--body", offer)
    placed.done("order", "reject", NUMBER, "--reason", "Too dear")
    assert placed.json("order", "show", NUMBER)["status"] == "declined"


def test_an_order_is_changed_by_a_body_whose_members_options_complete(placed):
    change = placed.write("change.json", {"lines": [_line("90000.00")], "colour": "red"})
    said = placed.refused("order", "change", NUMBER, "--body", change)
    assert {line.partition(":")[0] for line in said.splitlines()} == {"/colour", "/reason"}
    change = placed.write("change.json", {"lines": [_line("90000.00")]})
    placed.done("order", "change", NUMBER, "--body", change, "--reason", "Fewer seats")
    assert placed.balance("SKO-2023")[0] == "90000.00"


def test_cancelled_seats_leave_their_fee_committed(placed):
    placed.done("order", "confirm", NUMBER)
    seats = ("--line", "2", "--seats", "2", "--fee", "7000.00")
    told = placed.done("order", "cancel", NUMBER, *seats, "--dry-run")
    assert told.startswith("Nothing is recorded. This is what it would do:\n")
    assert placed.balance("SKO-2023")[1] == "240000.00"
    placed.done("order", "cancel", NUMBER, *seats)
    assert placed.balance("SKO-2023") == ("0.00", "217000.00", "0.00", "1783000.00")


def test_an_agreement_of_unknown_cap_has_an_unknown_rest(desk):
    desk.done("agreement", "sign", desk.write("a.json", {**AGREEMENT, "cap": None}))
    assert desk.done("agreement", "list").splitlines()[1].split()[-2:] == ["unknown", "unknown"]
    assert desk.done("balance", "SKO-2023").splitlines()[-1].split() == [
        "unknown", "=", "unknown", "−", "0", "−", "0", "−", "0",
    ]  # fmt: skip


def _line(amount):
    return {"kind": "delivery", "amount": amount, "year": 2024}


def test_a_refusal_is_swedish_where_the_terminal_is(signed, monkeypatch):
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    said = signed.refused("order", "show", "SKO-2023-0009")
    assert said == "Det finns ingen uppgift om avrop SKO-2023-0009.\n"
    signed.write("faulty.json", {"course": ""})
    said = signed.refused("order", "place", "SKO-2023", "faulty.json")
    assert "/lines: Fyll i uppgiften." in said
    monkeypatch.delenv("LC_ALL")
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "There is no order" in signed.refused("order", "show", "SKO-2023-0009")


def test_what_is_done_to_a_session_is_tried_first(signed):
    sessions = {"sessions": [{"on": on, "line": 2} for on in ("2024-01-15", "2024-03-22")]}
    signed.write("order.json", {**ORDER, **sessions})
    signed.done("order", "place", "SKO-2023", "order.json")
    signed.done("order", "confirm", NUMBER, "--on", "2023-11-28")
    for verb in (
        ("hold", "--on", "2024-01-15", "--participants", "10"),
        ("move", "--on", "2024-01-10", "--to", "2024-01-16"),
        ("cancel", "--on", "2024-01-10", "--fee", "0"),
    ):
        asked = ("order", "session", verb[0], NUMBER, "--session", "1", *verb[1:], "--dry-run")
        told = signed.json(*asked)
        assert told["dry_run"] is True
    (first, _) = signed.json("order", "show", NUMBER)["sessions"]
    assert first["status"] == "planned"


def test_a_gift_in_kind_is_that_of_who_acts_unless_a_buyer_is_named(desk):
    mine = AGREEMENT["buyers"][0]
    buyers = [mine, {"organisation": OTHER, "name": "Bengtsfors kommun"}]
    desk.done("agreement", "sign", desk.write("agreement.json", {**AGREEMENT, "buyers": buyers}))
    gave = ("agreement", "in-kind", "SKO-2023", "--amount", "1.00", "--what", "Lokal")
    result = desk.ask(*gave, "--organisation", OTHER)
    assert (result.exit_code, result.stderr) == (0, "")
    said = desk.refused(*gave, "--organisation", OTHER, "--buyer", SUPPLIER)
    assert SUPPLIER in said


def test_a_list_of_an_agreement_that_is_not_there_says_so(desk):
    for verb in ("order list", "drawdown list", "use"):
        assert "no agreement TRA-2099" in desk.refused(*verb.split(), "--agreement", "TRA-2099")
