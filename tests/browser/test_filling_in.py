"""What a form suggests, a row that comes back, and files that are dropped, in a real Chromium under
the pages' own policy, on a small ledger that this process serves."""

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from ledger.config import read
from ledger.opening import open_ledger
from ledger.web import create_app
from tests.browser.test_first_face import CHROMIUM, chromium, faults
from tests.clock import STARTED
from tests.conftest import AGREEMENT, BUYER, SUPPLIER, Api
from tests.people import let_in

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
SAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "invoice.xml"
ORDER = "/orders/SKO-2023-0001"
CODE_MAP = {
    "parts": [
        {"name": "ansvar", "lengths": [4], "values": ["4100", "4200", "5100"]},
        {"name": "konto", "ranges": [{"first": "4000", "last": "4999"}]},
    ],
    "starts_on": "2023-01-01",
    "decision": "KS 3",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Where a ledger answers in which two courses were ordered and two invoices wait, `withdraw`
    takes one of them away."""
    folder = tmp_path_factory.mktemp("filling")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}), STARTED)
    opened.create()
    app = create_app(ledger=opened, demo=True)

    def post(role, path, body):
        of = SUPPLIER if role == "supplier" else BUYER
        token = let_in(opened, f"{role} {of}", of, (role,))
        answer = Api(app.test_client(), token).post(path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    post("manager", "/agreements", AGREEMENT)
    post("manager", f"/organisations/{BUYER}/code-map", CODE_MAP)
    for course in ("Att leda", "Juridik för chefer"):
        lines = [{"kind": "delivery", "amount": "50000.00"}]
        post("orderer", "/agreements/SKO-2023/orders", {"course": course, "lines": lines})
    post("supplier", f"{ORDER}/confirm", {})
    day = opened.today.isoformat()
    ids = [
        post(
            "finance",
            f"{ORDER}/drawdowns",
            {"invoice": number, "amount": amount, "issued_on": day},
        )["id"]
        for number, amount in (("7001", "1000.00"), ("7002", "2000.00"))
    ]

    def withdraw(id):
        post("finance", f"/drawdowns/{id}/withdraw", {"reason": "Fel"})

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield SimpleNamespace(address=f"http://127.0.0.1:{server.port}", ids=ids, withdraw=withdraw)
    server.shutdown()
    thread.join()
    opened.close()


@pytest.fixture
def signed_in(chromium, served):
    """A page as somebody with a role; nothing may be said in the console."""
    contexts, said = [], []

    def as_role(role, **more):
        context = chromium.new_context(base_url=served.address, locale="sv-SE", **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto("/")
        page.locator(f"button[name=role][value={role}]").click()
        page.locator(".account").wait_for()
        return page

    yield as_role
    for context in contexts:
        context.close()
    assert [one for one in said if "status of 4" not in one] == []


def suggested(page, name, *values):
    options = page.locator(f"#suggested-{name} option")
    expect(options).to_have_count(len(values))
    assert options.evaluate_all("some => some.map(one => one.value)") == list(values)


@pytest.mark.parametrize(
    ("role", "path"),
    [("orderer", "/agreements/SKO-2023/order"), ("approver", "/invoices"), ("approver", "/")],
)
def test_boxes_of_codes_and_buttons_in_rows_bar_nobody(signed_in, role, path):
    page = signed_in(role, bypass_csp=True)
    page.goto(path)
    assert faults(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_codes_and_courses_are_suggested_as_they_are_typed(signed_in):
    page = signed_in("orderer")
    page.goto("/agreements/SKO-2023/order")
    suggested(page, "codes-ansvar", "4100", "4200", "5100")
    page.get_by_label("ansvar").press_sequentially("4")
    suggested(page, "codes-ansvar", "4100", "4200")
    page.get_by_label("konto").press_sequentially("463")
    suggested(page, "codes-konto", *(f"463{last}" for last in range(10)))
    page.get_by_label("Kurs eller utbildning").press_sequentially("juridik")
    suggested(page, "course", "Juridik för chefer")


def test_an_invoice_is_approved_in_its_row_and_a_refusal_stands_there(signed_in, served):
    page = signed_in("approver")
    page.goto("/invoices")
    first, second = (page.locator(f"tr:has(a[href='/invoices/{id}'])") for id in served.ids)
    first.get_by_role("button", name="Attestera").click()
    first.get_by_text("Kvitto").wait_for()
    assert "attesterad" in first.inner_text()
    expect(first.get_by_role("button")).to_have_count(0)
    first.locator(":focus").wait_for()
    assert page.url.endswith("/invoices")
    served.withdraw(served.ids[1])
    second.get_by_role("button", name="Attestera").click()
    second.locator(".ds-validation-message").wait_for()
    expect(second.get_by_role("button")).to_have_count(0)
    second.locator(":focus").wait_for()


DROPPED = """content => {
  const carried = new DataTransfer();
  carried.items.add(new File([content], 'faktura.xml', {type: 'text/xml'}));
  return carried;
}"""


def test_a_file_that_is_dropped_is_a_file_that_is_chosen(signed_in):
    page = signed_in("finance")
    page.goto("/invoices/receive")
    carried = page.evaluate_handle(DROPPED, SAMPLE.read_text())
    zone = page.locator("[data-drop]")
    zone.dispatch_event("dragover", {"dataTransfer": carried})
    assert "dropping" in zone.get_attribute("class")
    zone.dispatch_event("drop", {"dataTransfer": carried})
    assert "dropping" not in zone.get_attribute("class")
    names = "[...document.querySelector('#files').files].map(one => one.name)"
    assert page.evaluate(names) == ["faktura.xml"]
    page.get_by_role("button", name="Ta emot").click()
    page.get_by_text("faktura.xml").wait_for()
