"""The settings: people and what they are given, attest rights, code maps, auditors, as an
administrator changes them in a browser and everybody else reads them."""

import re

import pytest

from ledger import people
from ledger.domain import access, organisation
from ledger.domain.calendar import SWEDEN
from ledger.registry.happened import TICKED
from ledger.web import create_app
from tests.conftest import BUYER, Api
from tests.people import let_in
from tests.web.test_pages import Browser, played, words

__all__ = ["played"]
MAP = {
    "parts-0-name": "ansvar",
    "parts-0-lengths": "4",
    "parts-0-required": "true",
    "parts-0-ranges-0-first": "4000",
    "parts-0-ranges-0-last": "4199",
    "parts-1-name": "projekt",
    "separator": "-",
    "decision": "KS 7",
}


@pytest.fixture
def admin(played):
    browser = Browser(played)
    assert browser.post("/session", role="admin").status_code == 200
    return browser


def sent(browser, path, **form):
    """What comes of a form, sent as its page shows it."""
    page = browser.get(path).text
    hidden = dict(re.findall(r'<input type="hidden" name="(key|version)" value="([^"]*)"', page))
    return browser.post(path, page=path, **hidden, do="send", **form)


def id_of(browser, name):
    page = browser.get("/settings/people", q=name).text
    return re.search(r"/settings/people/(p-[0-9a-f]{16})", page)[1]


def made(browser, name="Nora Ny"):
    answer = sent(browser, "/settings/people/new", name=name)
    assert "Now give them a role" in words(answer)
    return id_of(browser, name)


# ── Who sees what ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("role", "there"),
    [
        ("admin", ["mail", "organisations", "people", "attest", "codes", "auditors", "ledger"]),
        ("manager", ["mail", "organisations", "attest", "codes"]),
        ("orderer", ["mail", "organisations", "attest", "codes"]),
        ("auditor", ["auditors"]),
        ("supplier", ["mail"]),
    ],
)
def test_the_first_page_leads_to_what_one_s_roles_have_and_the_rest_is_refused(played, role, there):
    browser = Browser(played)
    browser.post("/session", role=role)
    first = browser.get("/settings")
    assert first.status_code == 200
    for part in ("mail", "organisations", "people", "attest", "codes", "auditors", "ledger"):
        status = 200 if part in there else 403
        assert browser.get(f"/settings/{part}").status_code == status, part
        assert (f'href="/settings/{part}"' in first.text) == (part in there), part


def test_another_organisation_s_people_are_not_there(admin, harnosand):
    of = people.another(
        harnosand.service,
        harnosand.registry,
        "Främling",
        "2120000787",
        people.server(harnosand.service, harnosand.registry),
    )
    for path in ("", "/role", "/token", "/erase", "/roles/1/end", "/tokens/0123456789abcdef/end"):
        assert admin.get(f"/settings/people/{of}{path}").status_code == 404, path
    assert admin.post(f"/settings/people/{of}/invitation").status_code == 404
    assert "Främling" not in admin.get("/settings/people").text


# ── People ────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_made_given_a_role_and_a_token_and_all_of_it_ends(admin, harnosand):
    id = made(admin)
    given = sent(admin, f"/settings/people/{id}/role", role="finance", ends_on="2099-12-31")
    assert re.search(r"Give a role: Nora Ny\. Receipt \d+\.", words(given)), words(given)
    state = people.state_of(harnosand.service, id)
    assert [(one.role, str(one.ends_on)) for one in state.roles] == [("finance", "2099-12-31")]

    token = sent(admin, f"/settings/people/{id}/token", **{"roles-finance": "true"})
    shown = re.search(r"avrop-[\w-]{20,}", token.text)[0]
    assert "shown this once" in words(token)
    assert Api(admin.client.application.test_client(), shown).get("/agreements").status_code == 200
    assert shown not in admin.get(f"/settings/people/{id}").text, "it is kept nowhere"

    (made_token,) = people.state_of(harnosand.service, id).tokens
    ended = sent(admin, f"/settings/people/{id}/tokens/{made_token.id}/end", reason="Slut")
    assert "End the token: Nora Ny" in words(ended)
    assert Api(admin.client.application.test_client(), shown).get("/agreements").status_code == 401

    over = sent(admin, f"/settings/people/{id}/roles/1/end", reason="Byter arbete")
    assert "End the role: Nora Ny" in words(over)
    assert access.held(people.state_of(harnosand.service, id), harnosand.today) == frozenset()


def test_sent_twice_a_form_makes_one(admin, harnosand):
    path = f"/settings/people/{made(admin)}/role"
    page = admin.get(path).text
    hidden = dict(re.findall(r'<input type="hidden" name="(key|version)" value="([^"]*)"', page))
    for _ in range(2):
        answer = admin.post(path, page=path, **hidden, do="send", role="orderer")
        assert answer.status_code == 200
    state = people.state_of(harnosand.service, path.split("/")[3])
    assert len(state.roles) == 1


def test_nobody_gives_themselves_a_role_over_money_and_the_form_keeps_what_was_typed(
    admin, harnosand
):
    names = harnosand.registry.of_organisation(BUYER)
    mine = next(id for id in names if people.roles_of(harnosand.service, id, harnosand.today)
                == ("admin",))  # fmt: skip
    answer = sent(admin, f"/settings/people/{mine}/role", role="finance", ends_on="2099-01-01")
    assert answer.status_code == 403
    assert 'id="refusal"' in answer.text
    assert 'value="2099-01-01"' in answer.text
    assert re.search(r'<option value="finance" selected>', answer.text)


def test_faults_stand_at_their_fields_in_words(admin):
    path = f"/settings/people/{made(admin)}/role"
    answer = sent(admin, path, ends_on="i morgon")
    assert answer.status_code == 422
    assert 'href="#role"' in answer.text
    assert 'href="#ends_on"' in answer.text


def test_an_invitation_is_shown_once_and_lets_its_person_in(admin, harnosand):
    id = made(admin)
    page = f"/settings/people/{id}"
    answer = admin.post(f"{page}/invitation", page=page, do="invite")
    link = re.search(r"http://localhost(/invitation/[\w-]{40,})", answer.text)[1]
    guest = Browser(admin.client.application)
    assert "Nora Ny" in guest.get(link).text
    again = admin.post(f"{page}/invitation", page=page, do="invite")
    assert link not in again.text
    last = harnosand.registry.invitation_of(id)
    said = f"may be taken until {last.ends_at.astimezone(SWEDEN):%Y-%m-%d %H:%M}"
    assert said in words(admin.get(page))
    harnosand.registry.accept(re.search(r"/invitation/([\w-]{40,})", again.text)[1], passphrase="x")
    assert "may be taken until" not in words(admin.get(page))
    assert "a way in of their own" in words(admin.get(page))
    assert guest.get(link).status_code == 404


def test_what_comes_back_after_signing_in_anew_is_shown_and_not_done(admin, harnosand):
    id = made(admin)
    page = f"/settings/people/{id}"
    typed = {"role": "finance", "ends_on": "2099-12-31"}
    shown = admin.post(f"{page}/role", page=f"{page}/role", do="refill", **typed)
    assert 'value="2099-12-31"' in shown.text
    assert admin.post(f"{page}/erase", page=f"{page}/erase", do="refill").status_code == 200
    assert "/invitation/" not in admin.post(f"{page}/invitation", page=page, do="refill").text
    assert people.state_of(harnosand.service, id).roles == ()
    assert "Nora Ny" in admin.get(page).text


def test_who_is_erased_is_gone_and_the_page_says_what_stays(admin, harnosand):
    id = made(admin)
    told = words(admin.get(f"/settings/people/{id}/erase"))
    assert "It cannot be taken back." in told
    assert "every proof holds" in told
    assert "Erase the person: Nora Ny." in words(sent(admin, f"/settings/people/{id}/erase"))
    assert admin.get(f"/settings/people/{id}").status_code == 404
    assert "Nora" not in admin.get("/settings/people").text


def test_people_are_found_by_a_part_of_their_name(admin):
    made(admin, "Åke Ärlig")
    assert "Åke Ärlig" in words(admin.get("/settings/people", q="ärlig"))
    assert "Nobody of your organisation is called so" in words(admin.get("/settings/people", q="x"))


# ── Attest rights ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def manager(harnosand):
    """A manager who is not the one of the demonstration, who has no right yet."""
    app = create_app(ledger=harnosand, demo=True)
    browser = Browser(app)
    token = let_in(harnosand, "Mia Mall", BUYER, ("manager",))
    assert browser.post("/session", token=token).status_code == 200
    return browser


def test_who_may_attest_is_asked_in_a_sentence_and_answered_by_name(manager, harnosand):
    harnosand_people = harnosand.registry.of_organisation(BUYER)
    id = next(
        id for id in harnosand_people
        if "approver" in people.roles_of(harnosand.service, id, harnosand.today)
    )  # fmt: skip
    answer = sent(
        manager,
        "/settings/attest/grant",
        person=id,
        responsibilities="41*, 4200",
        limit="200 000",
        decision="KS 12",
    )
    assert "Grant an attest right" in words(answer), words(answer)
    state = harnosand.service.load(organisation.stream(BUYER))[1]
    assert [(one.responsibilities, one.limit) for one in state.rights] == [
        (("41*", "4200"), 20_000_000)
    ]
    asked = manager.get("/settings/attest", amount="180 000", code="4100")
    rows = asked.text.partition('role="status"')[2].partition("</table>")[0]
    assert harnosand_people[id] in rows
    assert "200" in rows
    none = manager.get("/settings/attest", amount="200 000,01", code="4100")
    assert "Nobody may attest that on" in words(none)
    bad = manager.get("/settings/attest", amount="mycket")
    assert bad.status_code == 422
    assert 'id="amount-fault"' in bad.text
    ended = sent(manager, "/settings/attest/rights/1/end", decision="KS 13")
    assert "End the attest right" in words(ended)
    assert manager.get("/settings/attest/rights/9/end").status_code == 404


def test_own_cost_and_deputies_are_said(manager, harnosand):
    sent(manager, "/settings/attest/own-cost", **{"own_cost-ordered": "true"}, decision="KS 1")
    state = harnosand.service.load(organisation.stream(BUYER))[1]
    assert state.own_cost_on(harnosand.today) == ("ordered",)
    sent(manager, "/settings/attest/own-cost", **{"own_cost-none": "true"}, decision="KS 2")
    state = harnosand.service.load(organisation.stream(BUYER))[1]
    assert state.own_cost_on(harnosand.today) == ()
    assert "four eyes alone hold" in words(manager.get("/settings/organisations"))


def test_a_deputy_is_named_out_of_the_people_there_are_and_ended(manager, harnosand):
    named = harnosand.registry.of_organisation(BUYER)
    away, deputy = sorted(named, key=named.get)[:2]
    page = manager.get("/settings/attest/deputy").text
    assert all(f'<option value="{id}">' in page for id in named)
    told = sent(manager, "/settings/attest/deputy", person=away, deputy=deputy, decision="KS 3")
    assert "Name a deputy" in words(told)
    row = words(told).partition("Deputies")[2]
    assert named[deputy] in row
    assert named[away] in row
    ended = sent(manager, "/settings/attest/deputies/1/end", decision="KS 4")
    assert f"End the deputyship: {named[deputy]}" in words(ended)


# ── Code maps ─────────────────────────────────────────────────────────────────────────────────


def test_a_code_map_is_set_and_a_string_tried_in_it(manager):
    answer = sent(manager, "/settings/codes/set", **MAP)
    assert answer.status_code == 200, words(answer)
    page = words(manager.get("/settings/codes"))
    assert "ansvar" in page
    assert "4000–4199" in page
    taken = words(manager.get("/settings/codes", string="4100-56"))
    assert "It is taken: ansvar 4100 , projekt 56" in taken, taken
    refused = manager.get("/settings/codes", string="4200-56")
    assert 'id="string-fault"' in refused.text


def test_a_row_is_added_and_what_is_typed_stays(manager):
    path = "/settings/codes/set"
    page = manager.post(path, page=path, do="more:parts", **MAP)
    assert 'name="parts-2-name"' in page.text
    assert 'value="projekt"' in page.text


# ── The ledger ────────────────────────────────────────────────────────────────────────────────


def test_an_administrator_is_told_how_the_ledger_is_and_nothing_of_its_server(admin, harnosand):
    told = words(admin.get("/settings/ledger"))
    assert "The ledger works; something is to be seen to." in told
    assert f"The log has {harnosand.store.leaves.head().size} entries." in told
    assert "`avrop tick` was never run" in told
    assert "MB free" not in told
    harnosand.registry.happens(TICKED)
    assert "`avrop tick` was run 0 h ago." in words(admin.get("/settings/ledger"))


# ── Auditors ──────────────────────────────────────────────────────────────────────────────────


def test_an_auditor_is_appointed_and_the_appointment_ended(admin):
    sent(
        admin,
        "/settings/auditors/new",
        name="Rut Granskare",
        organisations=BUYER,
        starts_on="2098-01-01",
        ends_on="2099-12-31",
        decision="KF 148",
    )
    page = admin.get("/settings/auditors")
    assert "Rut Granskare" in page.text
    ends = re.findall(r'href="(/settings/auditors/[^"]+/end)"', page.text)
    ended = sent(admin, ends[-1], reason="Klar")
    assert "End the appointment: Rut Granskare" in words(ended), words(ended)
    assert admin.get("/settings/auditors/p-0123456789abcdef.1/end").status_code == 404


# ── Another day ───────────────────────────────────────────────────────────────────────────────


def test_on_another_day_nothing_can_be_changed(admin):
    for path in ("/settings/people/new", "/settings/attest/grant", "/settings/codes/set"):
        assert "What is done is done today" in words(admin.get(path, as_of="2024-06-30")), path
    assert "/settings/attest/grant" not in admin.get("/settings/attest", as_of="2024-06-30").text
