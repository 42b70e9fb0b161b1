"""What a served ledger logs: sign-ins, failures with their cause, and nobody's secret."""

import http.client
import json
import re
import socket
import sqlite3
import time
from urllib.parse import urlencode

import pytest

from ledger.config import read
from ledger.opening import open_ledger
from tests.conftest import BUYER
from tests.people import let_in
from tests.service.conftest import Served

NAME = "Anna Andersson"


class Browser:
    """A person's browser, as far as signing in goes."""

    def __init__(self, served: Served) -> None:
        self.port, self.cookies = served.port, {}

    def ask(self, method: str, path: str, form=None, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None if form is None else urlencode(form)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request(method, path, body, {"Cookie": cookies, **kind, **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer, text

    def sign_in(self, token: str, **headers: str):
        _, page = self.ask("GET", "/")
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return self.ask("POST", "/session", {"csrf_token": csrf, "token": token}, **headers)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logged")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}))
    opened.create()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def token(opened) -> str:
    return let_in(opened, NAME, BUYER, ("finance",))


@pytest.fixture(scope="module")
def logging_server(opened, token):
    server = Served(opened.settings.database, AVROP_LOG_FORMAT="json")
    assert Browser(server).ask("GET", "/healthz")[0].status == 200, "it has begun"
    yield server
    server.stop()


def lines(served: Served, event: str):
    """The lines of an event, once there are any."""
    until = time.monotonic() + 30
    while True:
        said = [json.loads(line) for line in served.said if line.startswith("{")]
        found = [line for line in said if line["event"] == event]
        if found or time.monotonic() > until:
            return found
        time.sleep(0.05)


def test_a_sign_in_with_a_locked_registry_logs_its_cause_once_and_no_secret(
    opened, token, logging_server
):
    browser = Browser(logging_server)
    lock = sqlite3.connect(opened.settings.registry.removeprefix("sqlite:///"))
    lock.execute("BEGIN IMMEDIATE")
    for _ in range(2):
        answer, page = browser.sign_in(token, **{"X-Request-Id": "asked-1"})
        assert (answer.status, answer.headers["X-Request-Id"]) == (503, "asked-1")
        assert "asked-1" in page
    lock.close()
    answer, _ = browser.sign_in(token)
    assert answer.status == 303, "control: without the lock"
    [line] = lines(logging_server, "the database does not answer")
    assert line["error"].endswith("sqlite3.OperationalError: database is locked")
    assert (line["request"], line["route"], line["level"]) == ("asked-1", "/session", "error")
    [signed_in] = lines(logging_server, "signed in")
    caller = opened.registry.caller(token)
    assert (signed_in["person"], signed_in["roles"]) == (caller.person, ["finance"])
    all_said = "".join(logging_server.said)
    for secret in (token, *(value for value in browser.cookies.values() if value), NAME):
        assert secret not in all_said


def test_what_is_shown_and_not_known_is_a_line_and_is_not_repeated(logging_server):
    wrong = "avrop-wrong-wrong-wrong"
    browser = Browser(logging_server)
    for _ in range(3):
        assert browser.sign_in(wrong)[0].status == 422
    shown = {"Authorization": f"Bearer {wrong}"}
    answer, text = browser.ask("GET", "/api/v1/orders", **shown)
    assert answer.status == 401
    assert json.loads(text)["request_id"] == answer.headers["X-Request-Id"]
    refused = lines(logging_server, "sign-in refused")
    assert {(line["how"], line["address"]) for line in refused} == {("page", "127.0.0.1")}
    assert wrong not in "".join(logging_server.said)


def test_what_is_no_request_is_not_repeated_either(logging_server, token):
    with socket.create_connection(("127.0.0.1", logging_server.port)) as one:
        one.sendall(f"GET / HTTP/1.1\r\nBad Header {token}: x\r\n\r\n".encode())
        found = one.recv(1000)
    assert b"400" in found
    assert token.encode() not in found
    assert lines(logging_server, "invalid request from 127.0.0.1")
    assert token not in "".join(logging_server.said)
