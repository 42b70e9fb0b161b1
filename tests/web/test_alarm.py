"""While the notary's alarm stands every page says so, and nothing is called signed."""

import pytest

from ledger.audit import notary
from ledger.audit.notary import Notary
from ledger.audit.published import end_alarm, publish_key, raise_alarm
from ledger.config import read
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.audit.audit_given import KEY
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, ORDER, Api, appoint
from tests.people import let_in
from tests.web.test_pages import Browser, words

SAID = {"en": "The notary has raised an alarm", "sv": "Notarien har larmat"}
WHY = "entry 3 is not what was signed."


@pytest.fixture
def signing(tmp_path):
    return Notary(key=KEY, state=tmp_path / "state", folder=tmp_path / "notary")


@pytest.fixture
def opened(database, signing):
    """A ledger with an order, which a notary has signed."""
    ledger = open_ledger(
        read({"AVROP_DATABASE": database, "AVROP_NOTARY": str(signing.folder)}), STARTED
    )
    ledger.create()
    app = create_app(ledger=ledger)
    token = let_in(ledger, "Anna", BUYER, ("manager", "orderer", "finance", "admin"))
    api = Api(app.test_client(), token)
    assert api.post("/agreements", AGREEMENT).status_code == 201
    assert api.post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    appoint(ledger, "Britta", BUYER)
    publish_key(signing.folder, KEY.verifier)
    notary.cycle(signing, ledger.store.leaves)
    browser = Browser(app)
    assert browser.post("/session", token=token).status_code == 200
    yield ledger, app, api, browser
    ledger.close()


def addresses(app):
    """Every page whose address names nothing, and some that name what is there, or is not."""
    found = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
        if rule.endpoint.startswith("pages.")
    ]
    assert len(found) > 20
    return [*found, "/agreements/SKO-2023", "/orders/SKO-2023-0001", "/orders/none", "/nowhere"]


def unsaid(app, browser, language):
    """The pages that do not say it."""
    found = []
    for address in addresses(app):
        answer = browser.get(address, language)
        if answer.mimetype == "text/html" and SAID[language] not in words(answer):
            found.append(address)
    return found


@pytest.mark.parametrize("language", SAID)
def test_every_page_says_the_alarm_and_none_where_there_is_none(opened, signing, language):
    _, app, _, browser = opened
    assert len(unsaid(app, browser, language)) > 20, "the control: none says it before"
    raise_alarm(signing.folder, WHY)
    assert unsaid(app, browser, language) == []
    assert unsaid(app, Browser(app), language) == [], "whoever is not signed in is told too"
    end_alarm(signing.folder)
    assert SAID[language] not in words(browser.get("/agreements/SKO-2023", language))


def test_nothing_is_called_signed_while_the_alarm_stands(opened, signing):
    _, _, api, browser = opened

    def called_signed():
        order = api.get("/orders/SKO-2023-0001").json["checkpoint"]
        statement = api.get("/agreements/SKO-2023/statement").json["checkpoint"]
        file = api.get("/orders", format="csv")
        proof = api.get("/audit/checkpoint").json
        foot = words(browser.get("/agreements/SKO-2023"))
        return {
            "an order": order["note"] is not None,
            "a statement": statement["note"] is not None,
            "a file": KEY.name in file.text or "Avrop-Checkpoint" in file.headers,
            "the proof": proof["signed"],
            "a page's foot": "No checkpoint is signed" not in foot,
        }

    before = called_signed()
    assert set(before.values()) == {True}, f"the control: {before}"
    raise_alarm(signing.folder, WHY)
    during = called_signed()
    assert set(during.values()) == {False}, during
    said = api.get("/orders/SKO-2023-0001").json["checkpoint"]["said"]
    assert said.startswith("Nothing is called signed: the notary has raised an alarm")
    assert f"signs nothing more: {WHY}" in words(browser.get("/audit"))
    end_alarm(signing.folder)
    assert called_signed() == before
