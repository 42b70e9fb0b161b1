"""The order's form: a kind of cost in words, what is released, a way past a limit, even parts."""

import re

from ledger.domain import order
from tests.conftest import AGREEMENT, BUYER
from tests.web.test_acting import (
    COURSE,
    Reader,
    app,
    filled,
    manager,
    ordered,
    orderer,
    signed,
    supplier,
    words,
)

__all__ = ["app", "manager", "orderer", "signed", "supplier"]


def placed(ledger, at):
    found = ledger.service.load(order.stream(at.rpartition("/")[2]))[1]
    assert isinstance(found, order.State)
    return found


# ── A kind of cost ────────────────────────────────────────────────────────────────────────────


def test_a_kind_of_cost_is_chosen_in_words_and_kept_as_its_code(ledger, signed, orderer):
    path = f"/agreements/{signed}/order"
    page = orderer.get(path, "sv").text
    assert filled(page)["lines-0-kind"] == "Genomförande"
    listed = page.partition('<datalist id="suggested-kinds">')[2].partition("</datalist>")[0]
    assert re.findall(r'value="([^"]+)"', listed) == ["Genomförande", "Utveckling"]
    typed = {
        "course": "Att leda",
        "lines-0-amount": "1 000",
        "lines-1-kind": "utveckling",
        "lines-1-amount": "2 000",
        "lines-2-kind": "Resor",
        "lines-2-amount": "3 000",
    }
    review = orderer.send(path, {**filled(page), **typed, "do": "send"}, "sv")
    assert "Genomförande" in words(review)
    assert "Utveckling" in words(review)
    assert "delivery" not in words(review)
    sent = orderer.send(path, {**filled(review.text), "do": "sure"}, "sv")
    assert sent.status_code == 303, words(sent)
    kinds = [line.kind for line in placed(ledger, sent.location).lines]
    assert kinds == ["delivery", "development", "Resor"]
    told = words(orderer.get(sent.location, "sv"))
    assert re.search(r"1\. Genomförande .*2\. Utveckling .*3\. Resor", told)
    file = orderer.get("/orders?format=csv&status=", "sv").text
    assert "genomförande" in file
    assert "leverans" not in file


def test_an_agreement_s_own_word_for_a_kind_of_cost_is_kept(ledger, api, orderer):
    """So that its limit of that kind goes on meeting what is ordered of it."""
    limit = {"name": "Kurser", "amount": "1000.00", "kind": "genomförande"}
    signing = api("manager").post("/agreements", {**AGREEMENT, "limits": [limit]})
    assert signing.status_code == 201, signing.text
    path = "/agreements/SKO-2023/order"
    typed = {"course": "Att leda", "starts_on": "2027-09-01", "lines-0-kind": "Genomförande"}
    over = {**filled(orderer.get(path).text), **typed, "lines-0-amount": "1 001"}
    assert "Use 1 000 kr" in words(orderer.send(path, {**over, "do": "send"}))
    review = orderer.send(path, {**over, "lines-0-amount": "1 000", "do": "send"})
    sent = orderer.send(path, {**filled(review.text), "do": "sure"})
    assert [line.kind for line in placed(ledger, sent.location).lines] == ["genomförande"]


# ── The unit ──────────────────────────────────────────────────────────────────────────────────


def test_the_unit_is_remembered_from_last_time_for_whoever_it_was(app, ledger, signed, orderer):
    path = f"/agreements/{signed}/order"
    assert filled(orderer.get(path).text)["unit"] == ""
    ordered(orderer, signed, unit="Socialförvaltningen, Härnösand")
    assert filled(orderer.get(path).text)["unit"] == "Socialförvaltningen, Härnösand"
    other = Reader(app, ledger, "En annan", BUYER, "orderer")
    kept = orderer.client.get_cookie("avrop_unit").decoded_value
    assert "Socialförvaltningen" in kept
    other.client.set_cookie("avrop_unit", kept)
    assert filled(other.get(path).text)["unit"] == ""
    ordered(orderer, signed, unit="")
    assert filled(orderer.get(path).text)["unit"] == ""


# ── Past a limit ──────────────────────────────────────────────────────────────────────────────

SIGNED = {
    **AGREEMENT,
    "number": "YEARS",
    "limits": [{"name": "2027", "amount": "100000.00", "year": 2027}],
    "ends_on": "2028-09-04",
}
LINE = {
    "course": "Att leda",
    "lines-0-quantity": "10",
    "lines-0-unit_price": "15 000",
    "lines-0-text": "Plats",
    "lines-0-year": "2027",
}


def test_what_passes_a_year_may_go_to_the_next(ledger, api, orderer):
    assert api("manager").post("/agreements", SIGNED).status_code == 201
    path = "/agreements/YEARS/order"
    refused = orderer.form(path, "calculate", **LINE)
    assert refused.status_code == 409
    assert "Put 50 000 kr on 2028" in words(refused)
    assert "Lägg 50 000 kr på 2028" in words(orderer.form(path, "calculate", "sv", **LINE))
    (way,) = re.findall(r'name="do" value="(year:[^"]+)"', refused.text)
    spread = orderer.send(path, {**filled(refused.text), "do": way})
    assert spread.status_code == 200, words(spread)
    typed = filled(spread.text)
    assert (typed["lines-0-amount"], typed["lines-0-quantity"]) == ("100000", "")
    assert (typed["lines-1-amount"], typed["lines-1-year"]) == ("50000", "2028")
    assert typed["lines-1-text"] == "Plats"
    review = orderer.send(path, {**typed, "do": "send"})
    sent = orderer.send(path, {**filled(review.text), "do": "sure"})
    lines = [(line.year, line.amount) for line in placed(ledger, sent.location).lines]
    assert lines == [(2027, 100_000_00), (2028, 50_000_00)]
    full = orderer.form(path, "calculate", **LINE)
    (way,) = re.findall(r'name="do" value="(year:[^"]+)"', full.text)
    moved = filled(orderer.send(path, {**filled(full.text), "do": way}).text)
    assert (moved["lines-0-year"], moved["lines-0-quantity"]) == ("2028", "10")


def test_what_passes_the_cap_has_no_other_year_but_somebody_to_ask(signed, manager, orderer):
    typed = {**COURSE, "lines-0-amount": "9 000 000"}
    refused = orderer.form(f"/agreements/{signed}/order", "calculate", **typed)
    assert 'value="year:' not in refused.text
    assert "Ask the agreement's manager for room: Avtalsansvarig, Signing." in words(refused)
    assert "Use 2 000 000 kr" in words(refused)
    own = manager.form(f"/agreements/{signed}/order", "calculate", **typed)
    assert "for room" not in words(own)


def test_what_fits_of_an_order_that_is_changed_is_its_whole_new_amount(signed, orderer):
    path = f"/agreements/{signed}/order"
    at = orderer.form(path, **{**COURSE, "lines-0-amount": "300 000"}).location
    assert orderer.form(path, **{**COURSE, "lines-0-amount": "1 600 000"}).status_code == 303
    typed = {**COURSE, "lines-0-amount": "500 000", "reason": "Fler"}
    refused = orderer.form(f"{at}/change", "calculate", **typed)
    assert "Use 400 000 kr" in words(refused)
    (way,) = re.findall(r'name="do" value="(fit:[^"]+)"', refused.text)
    fitted = orderer.send(f"{at}/change", {**filled(refused.text), "do": way})
    assert fitted.status_code == 200, words(fitted)
    assert filled(fitted.text)["lines-0-amount"] == "400000"
    assert orderer.send(f"{at}/change", {**filled(fitted.text), "do": "send"}).status_code == 303


def test_what_a_button_is_not_sent_with_fills_in_nothing(signed, orderer):
    for way in ("year:2028", "year:2028:x:1", "fit:x", "release:"):
        sent = orderer.form(f"/agreements/{signed}/order", way, **COURSE)
        assert sent.status_code == 200, way
        assert filled(sent.text)["lines-0-amount"] == "180 000", way


# ── Even parts ────────────────────────────────────────────────────────────────────────────────


def evened(reader, path, of, language="en", **typed):
    return reader.form(path, f"even:{of}", language, **{**COURSE, **typed})


def amounts(answer, of):
    sent = filled(answer.text)
    return [sent[f"{of}-{at}-amount"] for at in range(3)]


def test_sessions_and_instalments_are_made_even_to_the_ore(ledger, signed, orderer):
    path = f"/agreements/{signed}/order"
    days = {f"sessions-{at}-on": f"2027-0{at + 4}-01" for at in range(3)}
    line = {"lines-0-amount": "100 000"}
    page = evened(orderer, path, "sessions", **line, **days)
    assert page.status_code == 200, words(page)
    assert "Distribute evenly (Sessions)" in words(page)
    assert amounts(page, "sessions") == ["33333,34", "33333,33", "33333,33"]
    due = {f"instalments-{at}-due_on": day for at, day in enumerate(days.values())}
    page = orderer.send(path, {**filled(page.text), **due, "do": "even:instalments"})
    assert amounts(page, "instalments") == ["33333,34", "33333,33", "33333,33"]
    review = orderer.send(path, {**filled(page.text), "do": "send"})
    sent = orderer.send(path, {**filled(review.text), "do": "sure"})
    assert sent.status_code == 303, words(sent)
    kept = placed(ledger, sent.location)
    assert sum(one.amount for one in kept.sessions) == 100_000_00
    assert sum(one.amount for one in kept.instalments) == 100_000_00


def test_a_session_is_of_the_only_line_of_its_year_when_parts_are_made_even(signed, orderer):
    lines = {"starts_on": "2026-09-01", "lines-1-kind": "delivery", "lines-1-amount": "100 000"}
    days = ("2026-10-01", "2027-02-01", "2027-03-01")
    on = {f"sessions-{at}-on": day for at, day in enumerate(days)}
    path = f"/agreements/{signed}/order"
    page = evened(orderer, path, "sessions", **lines, **on, **{"lines-1-year": "2027"})
    assert page.status_code == 200, words(page)
    assert amounts(page, "sessions") == ["180000", "50000", "50000"]
    unsaid = evened(orderer, path, "sessions", **lines, **on)  # both lines are of 2026
    assert unsaid.status_code == 422
    assert "Say of which line it is." in words(unsaid)


def test_parts_of_a_currency_without_smaller_units_are_whole(api, orderer):
    other = {**AGREEMENT, "number": "ISL", "currency": "ISK"}
    assert api("manager").post("/agreements", other).status_code == 201
    days = {f"instalments-{at}-due_on": f"2027-0{at + 4}-01" for at in range(3)}
    seats = {"lines-0-amount": "", "lines-0-quantity": "4", "lines-0-unit_price": "25 000"}
    page = evened(orderer, "/agreements/ISL/order", "instalments", **seats, **days)
    assert amounts(page, "instalments") == ["33334", "33333", "33333"]


def test_what_cannot_be_made_even_says_what_is_missing(signed, orderer):
    path = f"/agreements/{signed}/order"
    day = {"instalments-0-due_on": "2027-04-01"}
    two = {"lines-1-kind": "Resor", "lines-1-amount": "5 000"}
    for typed, said in (
        ({}, "Fyll i dagarna först."),
        ({**day, **two}, "Rad: Ange vilken rad den hör till."),
        ({**day, "lines-0-amount": "mycket"}, "Fyll i uppgiften."),
    ):
        page = evened(orderer, path, "instalments", "sv", **typed)
        assert page.status_code == 422, words(page)
        assert said in words(page)
    both = {**day, **two, "instalments-0-line": "2"}
    page = evened(orderer, path, "instalments", **both)
    assert filled(page.text)["instalments-0-amount"] == "5000"


# ── What is released ──────────────────────────────────────────────────────────────────────────


def test_closing_sends_what_was_shown_and_offers_what_it_is_now(
    app, ledger, signed, orderer, supplier
):
    at = ordered(orderer, signed)
    assert supplier.form(f"{at}/confirm").status_code == 303
    opened = filled(orderer.get(f"{at}/close").text)
    assert opened["release"] == "180000"
    review = orderer.send(f"{at}/close", {**opened, "reason": "Klart", "do": "send"})
    assert "Close the order, 180 000 kr is released" in words(review)
    finance = Reader(app, ledger, "Ekonom", BUYER, "finance")
    issued = ledger.today.isoformat()
    sent = finance.form(f"{at}/invoice", invoice="1", issued_on=issued, amount="60 000")
    assert sent.status_code == 303, words(sent)
    again = orderer.send(f"{at}/close", {**filled(review.text), "do": "sure"})
    assert again.status_code == 409
    assert "would release 120 000 kr, not 180 000 kr" in words(again)
    assert "Close it and release 120 000 kr" in words(again)
    review = orderer.send(f"{at}/close", {**filled(again.text), "do": "release:12000000"})
    assert "Close the order, 120 000 kr is released" in words(review)
    assert placed(ledger, at).status == "confirmed"
    done = orderer.send(f"{at}/close", {**filled(review.text), "do": "sure"})
    assert done.status_code == 303, words(done)
    assert placed(ledger, at).status == "closed"
