"""What each answer to an order or an invoice would leave, held against what it then leaves."""

import re

import pytest

from ledger.web import create_app
from tests.conftest import AGREEMENT, INVOICE, ORDER
from tests.web.test_pages import Browser, words

NUMBER = "SKO-2023-0001"
LINES = [{"kind": "delivery", "text": "Plats", "quantity": 14, "unit_price": "15500.00"}]


@pytest.fixture
def ordered(ledger, api):
    api("manager").post("/agreements", AGREEMENT)
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    return api


def signed_in(ledger, role):
    browser = Browser(create_app(ledger=ledger, demo=True))
    assert browser.post("/session", role=role).status_code == 200
    return browser


def columns(page) -> dict[str, dict[str, str]]:
    """Answer → figure → what it would come to, as the page says it."""
    table = page.text.partition('id="outcomes"')[2].partition("</table>")[0]
    found: dict[str, dict[str, str]] = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table, re.DOTALL):
        figure = re.sub(r"<[^>]+>", "", row.partition("</th>")[0]).strip()
        for way, cell in re.findall(r'data-label="([^"]+)">(.*?)</td>', row, re.DOTALL):
            shown = re.sub(r"<[^>]+>|\s", "", cell).replace("\N{MINUS SIGN}", "-")
            found.setdefault(way, {})[figure] = shown
    return found


def told(api) -> dict[str, str]:
    cap = api("finance").get("/agreements/SKO-2023/balance").json["limits"][0]
    called = {
        "Reserved of the agreement": "reserved",
        "Committed of the agreement": "committed",
        "Drawn of the agreement": "drawn",
        "Left: cap": "remaining",
    }
    return {figure: cap[name].removesuffix(".00") for figure, name in called.items()}


def left_as_said(api, said: dict[str, str]) -> bool:
    now = told(api)
    return bool(said) and all(now[figure] == shown for figure, shown in said.items())


@pytest.mark.parametrize(
    ("way", "act", "body"),
    [("If you confirm", "confirm", {}), ("If you decline", "decline", {"reason": "Ingen lärare"})],
)
def test_a_supplier_sees_what_each_of_its_answers_leaves(ledger, ordered, way, act, body):
    page = signed_in(ledger, "supplier").get(f"/orders/{NUMBER}/answer")
    found = columns(page)
    assert set(found) == {"Now", "If you confirm", "If you decline",
                          "A counter-offer of the same sum"}  # fmt: skip
    assert left_as_said(ordered, found["Now"])
    assert ordered("supplier").post(f"/orders/{NUMBER}/{act}", body).status_code == 200
    assert left_as_said(ordered, found[way])
    again = signed_in(ledger, "supplier").get(f"/orders/{NUMBER}/answer")
    assert again.status_code == 200
    assert columns(again) == {}
    assert "<form" not in again.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("way", "act", "body"),
    [("If you accept", "accept", {}), ("If you decline", "reject", {"reason": "För dyrt"})],
)
def test_a_buyer_sees_what_accepting_a_counter_offer_leaves(ledger, ordered, way, act, body):
    assert ordered("supplier").post(f"/orders/{NUMBER}/counter", {"lines": LINES}).is_json
    found = columns(signed_in(ledger, "orderer").get(f"/orders/{NUMBER}"))
    assert left_as_said(ordered, found["Now"])
    assert not columns(signed_in(ledger, "finance").get(f"/orders/{NUMBER}"))
    assert ordered("orderer").post(f"/orders/{NUMBER}/{act}", body).status_code == 200
    assert left_as_said(ordered, found[way])


@pytest.mark.parametrize(
    ("way", "act", "body"),
    [("If you approve", "approve", {}), ("If you reject", "reject", {"reason": "Fel kurs"})],
)
def test_an_approver_sees_what_each_decision_leaves(ledger, ordered, way, act, body):
    assert ordered("supplier").post(f"/orders/{NUMBER}/confirm", {}).status_code == 200
    invoice = INVOICE | {"amount": "250000.00", "vat": "62500.00"}
    drawn = ordered("finance").post(f"/orders/{NUMBER}/drawdowns", invoice).json
    page = signed_in(ledger, "approver").get(f"/invoices/{drawn['id']}")
    found = columns(page)
    assert left_as_said(ordered, found["Now"])
    assert ordered("approver").post(f"/drawdowns/{drawn['id']}/{act}", body).status_code == 200
    assert left_as_said(ordered, found[way])


def test_the_pages_say_who_recorded_each_act(ledger, ordered):
    ordered("supplier").post(f"/orders/{NUMBER}/confirm", {})
    drawn = ordered("finance").post(f"/orders/{NUMBER}/drawdowns", INVOICE).json
    ordered("approver").post(f"/drawdowns/{drawn['id']}/approve", {})
    finance = signed_in(ledger, "finance")
    for path, roles in (
        (f"/orders/{NUMBER}", ["orderer", "supplier", "finance", "approver"]),
        (f"/invoices/{drawn['id']}", ["finance", "approver"]),
    ):
        told_of = finance.get(path).text.partition("Who recorded what")[2].partition("</table>")[0]
        assert re.findall(r'data-label="Who">(?:[^<]*, )?(\w+), [^,<]+<', told_of) == roles
    # The supplier hears of the other party no person, as in the timeline.
    page = signed_in(ledger, "supplier").get(f"/orders/{NUMBER}")
    assert "Who recorded what" in words(page)


def test_an_answer_from_the_page_is_recorded_once(ledger, ordered):
    browser = signed_in(ledger, "supplier")
    page = browser.get(f"/orders/{NUMBER}/answer").text
    form = page.partition('id="confirm"')[2].partition("</form>")[0]
    sent = dict(re.findall(r'name="(key|version)" value="([^"]*)"', form))
    for _ in range(2):
        there = f"/orders/{NUMBER}/confirm"
        done = browser.post(there, page=f"/orders/{NUMBER}", reference="BEKR-1", do="send", **sent)
        assert done.status_code == 200
        assert "Confirm: SKO-2023-0001. Receipt" in words(done)
    assert ordered("supplier").get(f"/orders/{NUMBER}").json["status"] == "confirmed"
