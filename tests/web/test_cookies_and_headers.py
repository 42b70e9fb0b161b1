"""What every answer says to a browser, and what is no way in: of the standard that docs/security.md
goes through."""

from pathlib import Path

import pytest
from gunicorn.config import Config
from msgspec import structs

from ledger import web
from ledger.web import create_app
from ledger.web.headers import POLICY
from ledger.web.server import settings
from tests.conftest import BUYER
from tests.people import let_in
from tests.web.test_seen import signed_in

STATIC = Path(web.__file__).parent / "static"
ADDRESSES = ("/", "/agreements", "/orders", "/api/v1/orders", "/api/v1/openapi.json", "/healthz")


@pytest.fixture
def token(ledger):
    return let_in(ledger, "Anna", BUYER, ("finance",))


@pytest.fixture
def client(ledger, token):
    client = create_app(ledger=ledger).test_client()
    signed_in(client, token)
    return client


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_every_answer_is_what_it_says_and_kept_by_nobody(client, token):
    for address in (*ADDRESSES, "/nothing", "/api/v1/nothing"):
        answer = client.get(address, headers=bearer(token))
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Cache-Control"] == "no-store", address
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", address


def test_every_page_says_what_it_may_load(client):
    for address in ("/", "/agreements", "/orders", "/nothing"):
        page = client.get(address)
        assert page.headers["Content-Security-Policy"] == POLICY, address
        assert page.headers["Referrer-Policy"] == "same-origin", address
    assert "frame-ancestors 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_nothing_that_is_answered_is_shown_within_another_page(client, token):
    for address in (*ADDRESSES, "/nothing", "/api/v1/nothing", "/static/avrop.css"):
        policy = client.get(address, headers=bearer(token)).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, address


def test_no_debug_mode_is_turned_on_from_outside(ledger, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(ledger=ledger)
    assert not app.debug
    app.add_url_rule("/fails", view_func=lambda: 1 // 0)
    page = app.test_client().get("/fails")
    assert page.status_code == 500
    assert "ZeroDivisionError" not in page.text


def test_what_a_request_is_called_is_believed_of_a_proxy_alone(client):
    for address, believed in (("127.0.0.1", True), ("192.0.2.9", False)):
        client.environ_base["REMOTE_ADDR"] = address
        answer = client.get("/healthz", headers={"X-Request-Id": "asked-1"})
        assert (answer.headers["X-Request-Id"] == "asked-1") == believed


def test_where_the_ledger_lies_is_said_by_no_header():
    """gunicorn would take SCRIPT_NAME of a proxy, which hands on what a client wrote."""
    config = Config()
    config.set("forwarder_headers", settings("", {})["forwarder_headers"])
    assert config.forwarder_headers == []


def test_hsts_is_said_over_https_where_it_is_set(client, ledger):
    name, https = "Strict-Transport-Security", {"base_url": "https://x"}
    assert name not in client.get("/", **https).headers
    settings = structs.replace(ledger.settings, hsts=31_536_000)
    told = create_app(ledger=structs.replace(ledger, settings=settings)).test_client()
    assert told.get("/", **https).headers[name] == "max-age=31536000; includeSubDomains"
    assert name not in told.get("/").headers


def test_no_other_origin_is_let_in(client, token):
    for address in ADDRESSES:
        for method in ("GET", "OPTIONS"):
            headers = {**bearer(token), "Origin": "https://evil.example"}
            answer = client.open(address, method=method, headers=headers)
            assert not [name for name, _ in answer.headers if name.startswith("Access-")]


def test_the_api_takes_no_cookie(client, token):
    assert client.get("/orders").status_code == 200, "the page does"
    assert client.get("/api/v1/orders").status_code == 401
    assert client.get("/api/v1/orders", headers=bearer(token)).status_code == 200, "the control"


def test_trace_is_no_method_here(client):
    for address in ADDRESSES:
        assert client.open(address, method="TRACE").status_code == 405


def test_a_folder_of_static_files_is_not_listed(client):
    assert client.get("/static/avrop.css").status_code == 200, "the control"
    for address in (
        "/static/",
        "/static/vendor/",
        "/static/../server.py",
        "/static/..%2fserver.py",
    ):
        assert client.get(address).status_code == 404, address


def test_our_script_keeps_nothing_in_the_browser():
    script = (STATIC / "avrop.js").read_text(encoding="utf-8")
    for word in ("localStorage", "sessionStorage", "indexedDB", "document.cookie"):
        assert word not in script
