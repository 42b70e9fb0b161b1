"""Hostile acquaintances at the door: they know a session, a link, a name, or were let in once."""

import re

import pytest

from ledger import people
from ledger.domain import access
from ledger.registry import passphrases
from ledger.web import create_app
from ledger.web.access import SESSION_COOKIE
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, ORDER, Api, appoint
from tests.people import let_in, person_of
from tests.web.test_pages import Browser, words
from tests.web.test_signing_in import (
    ANNA,
    OTHER,
    accepted,
    invited,
    is_in,
    person,
    quick,
    sign_in,
)

__all__ = ["quick"]

JOINT = {
    **AGREEMENT,
    "buyers": [
        {"organisation": BUYER, "name": "Härnösands kommun", "role": "lead"},
        {"organisation": OTHER, "name": "En granne", "role": "member"},
    ],
}


@pytest.fixture
def app(ledger):
    return create_app(ledger=ledger)


def secret_of(browser) -> str:
    return browser.client.get_cookie(SESSION_COOKIE).value


def protection(browser) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)[1]


# ── Sessions ──────────────────────────────────────────────────────────────────────────────────


def test_a_session_that_was_planted_is_not_the_one_that_somebody_then_has(ledger, app):
    mallory = accepted(ledger, app, person(ledger, "Mallory"))
    accepted(ledger, app, person(ledger))
    victim, planted = Browser(app), secret_of(mallory)
    for secret in (planted, "x" * 43):
        victim.client.set_cookie(SESSION_COOKIE, secret)
        sign_in(app, browser=victim)
        assert secret_of(victim) != secret
    assert not is_in(mallory)
    assert ledger.registry.session(planted, ledger.now) is None


def test_a_session_that_was_copied_ends_when_its_owner_signs_out(ledger, app):
    anna = accepted(ledger, app, person(ledger))
    thief = Browser(app)
    thief.client.set_cookie(SESSION_COOKIE, secret_of(anna))
    assert is_in(thief), "the control"
    anna.post("/session/end", page="/agreements")
    assert not is_in(thief)


def test_no_form_is_taken_without_its_protection_nor_from_another_address(ledger, app):
    anna = accepted(ledger, app, person(ledger, roles=("finance", "manager", "orderer")))
    token, before = protection(anna), ledger.store.position()
    forms = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and rule.endpoint.startswith("pages.")
    ]
    assert len(forms) > 20
    for rule in forms:
        address = re.sub(r"<[^>]+>", "1", rule.rule)
        stranger = {"Origin": "https://evil.example", "Accept-Language": "en"}
        bare = anna.client.post(address, data={"do": "end-others"})
        assert bare.status_code in (400, 401, 404), address
        there = anna.client.post(address, data={"csrf_token": token}, headers=stranger)
        assert there.status_code in (400, 404), address
        assert "another address" in there.text or there.status_code == 404, address
        borrowed = Browser(app).client.post(address, data={"csrf_token": token})
        assert borrowed.status_code in (400, 401, 404), address
    assert ledger.store.position() == before
    assert is_in(anna), "nor was anybody signed out"


@pytest.mark.parametrize(
    "there",
    [
        *("//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/"),
        *("/\t/evil.example", "/\n//evil.example", "\\\\evil.example", "javascript:alert(1)"),
        *(" //evil.example", "/%5cevil.example/..//evil.example", "///evil.example", "evil"),
    ],
)
def test_no_way_leads_to_another_server(ledger, app, there):
    accepted(ledger, app, person(ledger))
    accepted(ledger, app, person(ledger, "Bo"))
    for name in (ANNA, "Bo"):
        browser = Browser(app)
        form = {"who": name, "organisation_of": BUYER, "passphrase": "en lång rad om kurser"}
        form |= {"csrf_token": protection(browser), "next": there}
        answer = browser.client.post("/session", data=form)
        assert answer.status_code == 303
        location = answer.headers["Location"]
        assert re.match(r"/(?![/\\])", location), location
        assert location.isprintable()


# ── Of two organisations ──────────────────────────────────────────────────────────────────────


def test_who_acts_for_two_has_of_each_what_it_gave_and_nothing_of_the_other(ledger, app, api):
    assert api("manager").post("/agreements", JOINT).status_code == 201
    here, there = person(ledger, roles=("orderer",)), person(ledger, ANNA, OTHER, ("finance",))
    browser = accepted(ledger, app, here)
    link = invited(ledger, there)
    browser.post(link, page=link, do="tie")
    for chosen, status in ((there, 403), (here, 200)):
        browser.post("/session/whom", page="/session/whom", person_to_be=chosen)
        assert browser.client.get("/agreements/SKO-2023/order").status_code == status
        assert browser.client.get("/reports/use").status_code == (403 if chosen == here else 200)
    ending = access.EndRole(person=here, number=1, reason="R", on=STARTED.today)
    ledger.service.execute(ending, people.server(ledger.service, ledger.registry))
    assert browser.client.get("/agreements").status_code == 403
    browser.post("/session/whom", page="/session/whom", person_to_be=there)
    assert is_in(browser), "the other's goes on"
    people.erase(ledger.service, ledger.registry, there)
    assert not is_in(browser)
    stranger = person(ledger, "Bo", OTHER)
    browser.post("/session/whom", person_to_be=stranger)
    assert not is_in(browser)


def test_the_keys_of_one_person_are_not_those_of_their_namesake_or_other_self(ledger, app, api):
    assert api("manager").post("/agreements", JOINT).status_code == 201
    parts, key = (ledger.service, ledger.registry), {"Idempotency-Key": "same"}
    namesake = people.another(*parts, "Anna", BUYER)
    people.grant(*parts, namesake, ("orderer",))
    clients = [
        Api(app.test_client(), token)
        for token in (
            people.give_token(*parts, namesake, ("orderer",)),
            let_in(ledger, "Berit", BUYER, ("orderer",)),
            let_in(ledger, "Anna", OTHER, ("orderer",)),
        )
    ]
    answers = [one.post("/agreements/SKO-2023/orders", ORDER, key) for one in clients]
    assert [one.status_code for one in answers] == [201] * 3
    assert len({one.json["number"] for one in answers}) == 3
    for client, first in zip(clients, answers, strict=True):
        again = client.post("/agreements/SKO-2023/orders", ORDER, key)
        assert again.json["number"] == first.json["number"]


def test_of_two_of_one_name_neither_is_let_in_by_the_name_or_counted_for_the_other(ledger, app):
    first, parts = person(ledger), (ledger.service, ledger.registry)
    second = people.another(*parts, ANNA, BUYER)
    people.grant(*parts, second, ("finance",))
    accepted(ledger, app, first, "den första raden här")
    accepted(ledger, app, second, "den andra raden här")
    for passphrase in ("den första raden här", "den andra raden här"):
        assert sign_in(app, passphrase=passphrase)[1].status_code == 422
    for id, own, other in ((first, "första", "andra"), (second, "andra", "första")):
        assert sign_in(app, id, "", f"den {other} raden här")[1].status_code == 422
        browser, page = sign_in(app, id, "", f"den {own} raden här")
        assert page.status_code == 200
        assert browser.client.get("/settings/me").status_code == 200
    people.erase(*parts, first)
    assert sign_in(app, second, "", "den andra raden här")[1].status_code == 200


# ── Administrators ────────────────────────────────────────────────────────────────────────────


def test_who_was_an_administrator_gives_nothing_and_sees_nobody(api, ledger):
    admin, own = api("admin"), person_of(ledger, f"admin {BUYER}")
    anna = admin.post("/persons", {"name": "Anna"}).json["id"]
    for role in ("finance", "admin"):
        people.grant(ledger.service, ledger.registry, anna, (role,))
    people.grant(ledger.service, ledger.registry, own, ("finance",))
    other = Api(
        api.app.test_client(),
        people.give_token(ledger.service, ledger.registry, anna, ("admin", "finance")),
    )
    assert other.post(f"/persons/{own}/roles/1/end", {"reason": "Slutar"}).status_code == 200
    for path, body in (
        ("/persons", {"name": "Bo"}),
        (f"/persons/{anna}/roles", {"role": "finance"}),
        (f"/persons/{own}/roles", {"role": "admin"}),
        (f"/persons/{anna}/tokens", {"roles": ["finance"]}),
        (f"/persons/{anna}/roles/1/end", {"reason": "R"}),
    ):
        assert admin.post(path, body).status_code == 403
    for path in ("/persons", f"/persons/{anna}", "/attempts", "/auditors", "/events"):
        assert admin.get(path).status_code == 403


def test_an_administrator_is_told_the_names_of_the_own_organisations_people_alone(ledger, app, api):
    assert api("manager").post("/agreements", JOINT).status_code == 201
    for name, of in (("Ragnhild Egen", BUYER), ("Frida Främmande", OTHER)):
        token = let_in(ledger, name, of, ("orderer",))
        order = {**ORDER, "buyer": of}
        ordered = Api(app.test_client(), token).post("/agreements/SKO-2023/orders", order)
        assert ordered.status_code == 201
    at = "/agreements/SKO-2023/timeline"
    for of, seen, unseen in ((BUYER, "Ragnhild", "Frida"), (OTHER, "Frida", "Ragnhild")):
        browser = accepted(ledger, app, person(ledger, "Administratör", of, ("admin",)))
        page = words(browser.get(at))
        assert seen in page
        assert unseen not in page
        assert unseen not in words(browser.get(at, person=unseen))
        assert "An order of" not in words(browser.get(at, person=unseen))


def test_an_administrator_knows_the_own_auditors_by_name_and_others_by_their_ids(ledger, api):
    for name, of in (("Ragnhild Egen", BUYER), ("Frida Främmande", OTHER)):
        person_of(ledger, name, of)
        appoint(ledger, name, of)
    for of, seen in ((BUYER, "Ragnhild Egen"), (OTHER, "Frida Främmande")):
        admin = api("admin", of)
        found = admin.get("/auditors").json["items"]
        assert len(found) == 2
        assert [one["name"] for one in found if one["name"]] == [seen]
        alone = [admin.get(f"/auditors/{one['id']}").json["name"] for one in found]
        assert alone == [one["name"] for one in found]


def test_what_is_kept_of_a_passphrase_is_not_told_to_anybody(ledger, app, api):
    accepted(ledger, app, person(ledger))
    kept = ledger.registry.passphrase_of(ledger.registry.sign_in_of(person(ledger)))
    assert passphrases.fits(kept, "en lång rad om kurser"), "the control"
    admin = api("admin")
    for path in ("/persons", f"/persons/{person(ledger)}", "/events"):
        said = admin.get(path).text
        assert kept not in said
        assert "argon2" not in said
