"""An agreement amended and signed in forms: the ground's test, what is not known, what is looked
up, and the answers to be checked."""

import pytest

from tests.conftest import AGREEMENT, recorded
from tests.web.test_acting import Reader, app, filled, manager, signed, words
from tests.web.test_pages import SIGN

__all__ = ["app", "manager", "signed"]

AMEND = {"ground": "17:9", "decision": "KS 7", "decided_on": "2024-02-01"}


def amended(manager, signed, do="send", **typed):
    return manager.form(f"/agreements/{signed}/amend", do=do, **{**AMEND, **typed})


def test_each_ground_says_its_test_and_how_much_is_done_on_it(signed, manager):
    assert amended(manager, signed, **{"change-cap": "2 150 000"}).status_code == 303
    page = manager.get(f"/agreements/{signed}/amend")
    assert page.text.count('type="radio"') == 6
    assert "So far 150 000 kr of 200 000 kr." in words(page)
    assert "At most 1 000 000 kr." in words(page)
    assert "The cap is 2 150 000 kr today." in words(page)


def test_a_covered_amendment_is_previewed_with_its_grounds_figures_and_then_recorded(
    signed, manager, ledger
):
    before = recorded(ledger.store)
    tried = amended(manager, signed, "calculate", **{"change-cap": "2 060 000"})
    assert tried.status_code == 200
    assert "So far 0 kr of 200 000 kr, this one 60 000 kr → 60 000 kr" in words(tried)
    assert "does not fit" not in words(tried)
    assert "2 000 000 2 060 000" in words(tried)
    assert recorded(ledger.store) == before
    done = amended(manager, signed, **{"change-cap": "2 060 000"})
    assert done.status_code == 303
    page = words(manager.get(f"/agreements/{signed}/amendments"))
    assert "2 000 000 2 060 000 60 000" in page
    assert "17 kap. 9 §: the value changes little 60 000 200 000" in page


def test_what_its_ground_does_not_cover_is_refused_with_the_figures_and_recorded_if_that_is_ticked(
    signed, manager
):
    assert amended(manager, signed, **{"change-cap": "2 150 000"}).status_code == 303
    assert "record_uncovered" not in manager.get(f"/agreements/{signed}/amend").text
    over = {"change-cap": "2 210 000", "decision": "KS 8", "decided_on": "2024-03-01"}
    refused = amended(manager, signed, "calculate", **over)
    assert refused.status_code == 409
    read = words(refused)
    assert "So far 150 000 kr of 200 000 kr, this one 60 000 kr → 210 000 kr" in read
    assert "does not fit" in read
    assert 'name="record_uncovered"' in refused.text
    ticked = {**over, "record_uncovered": "true"}
    tried = words(amended(manager, signed, "calculate", **ticked))
    assert "this one 60 000 kr → 210 000 kr" in tried
    assert "2 150 000 2 150 000" in tried
    assert amended(manager, signed, **ticked).status_code == 303
    page = words(manager.get(f"/agreements/{signed}/amendments"))
    assert "not covered; changes nothing" in page
    assert "150 000 200 000" in page


def test_a_cap_becomes_unknown_where_that_is_ticked_and_not_where_nothing_is_typed(signed, manager):
    nothing = amended(manager, signed, **{"change-cap": ""})
    assert nothing.status_code == 422
    clause = {"ground": "17:10", "clause": "Punkt 4"}
    done = amended(manager, signed, **{**clause, "change-cap-unknown": "true"})
    assert done.status_code == 303, words(done)
    assert "The cap is unknown" in words(manager.get(f"/agreements/{signed}"))


def test_an_agreement_is_signed_with_its_parties_looked_up_and_its_answers_checked(
    signed, manager, ledger
):
    before = recorded(ledger.store)
    sent = {**SIGN, "cap": "500 000", "limits-0-name": "År 2024", "limits-0-amount": "200 000",
            "limits-0-year": "2024"}  # fmt: skip
    empty = filled(manager.get("/agreements/new").text)
    tried = manager.send("/agreements/new", {**empty, **sent, "do": "send"})
    assert tried.status_code == 200, words(tried)
    read = words(tried)
    assert "Check your answers" in read
    for party in (*AGREEMENT["buyers"], *AGREEMENT["suppliers"]):
        assert party["name"] in read
        assert f'value="{party["name"]}"' in tried.text
    assert "500 000 kr" in read
    assert "År 2024" in read
    assert "17 kap. LOU" in read
    assert recorded(ledger.store) == before
    assert "Register the agreement" in read
    changed = manager.send("/agreements/new", {**filled(tried.text), "do": "edit:cap"})
    assert 'value="500 000"' in changed.text
    done = manager.send("/agreements/new", {**filled(tried.text), "do": "sure"})
    assert done.status_code == 303
    assert AGREEMENT["suppliers"][0]["name"] in words(manager.get("/agreements/AVT-2027"))


def test_an_agreement_may_have_a_cap_that_is_not_known(manager):
    refused = manager.form("/agreements/new", **{**SIGN, "buyers-0-name": "K"})
    assert refused.status_code == 422
    named = {"buyers-0-name": "Kommunen", "suppliers-0-name": "Lärosätet"}
    done = manager.form("/agreements/new", **{**SIGN, **named, "cap-unknown": "true"})
    assert done.status_code == 303, words(done)
    assert "The cap is unknown" in words(manager.get("/agreements/AVT-2027"))


def test_a_currency_that_is_none_is_refused_at_its_field(manager):
    refused = manager.form("/agreements/new", **{**SIGN, "currency": "QQQ"})
    assert refused.status_code == 422
    assert "A currency is one that is in force" in words(refused)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_form_of_an_agreement_has_its_five_groups(manager, language):
    page = manager.get("/agreements/new", language)
    assert page.text.count('<fieldset class="ds-fieldset rows group"') == 5


def test_who_is_not_party_to_an_agreement_is_told_nobodys_name(signed, app, ledger):
    stranger = Reader(app, ledger, "Annan", "2120000787", "manager")
    typed = {**SIGN, "buyers-0-organisation": "2120000787", "cap": "1 000"}
    tried = stranger.form("/agreements/new", do="calculate", **typed)
    assert AGREEMENT["suppliers"][0]["name"] not in words(tried)


def test_an_extension_says_by_which_option_and_until_when(manager):
    policy = {"policy-extensions-0-months": "12", "policy-extensions-1-months": "6"}
    named = {"buyers-0-name": "Kommunen", "suppliers-0-name": "Lärosätet", "cap": "1 000"}
    term = {"starts_on": "2024-01-01", "ends_on": "2036-12-31", "regime": "outside_lou"}
    done = manager.form("/agreements/new", **{**SIGN, **named, **policy, **term})
    assert done.status_code == 303, words(done)
    page = words(manager.get("/agreements/AVT-2027/extend"))
    assert "Option 1 of 2: 12 months more, until 2037-12-31." in page
    decided = {"decision": "KS 9", "decided_on": "2024-02-01"}
    assert manager.form("/agreements/AVT-2027/extend", **decided).status_code == 303
    assert "Option 2 of 2: 6 months more" in words(manager.get("/agreements/AVT-2027/extend"))
    facts = words(manager.get("/agreements/AVT-2027"))
    assert "Options to extend 1 of 2 used" in facts
