"""Signing in behind a proxy: it works where the proxy says for which host, and where not, the page
says what is wrong."""

import http.client
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ledger.config import read
from ledger.opening import open_ledger
from tests.conftest import BUYER
from tests.people import let_in
from tests.service.conftest import Served

PROXY = Path(__file__).parent / "proxy.py"
PUBLIC = "https://avrop.example.se"
HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


class Behind:
    """A browser that believes it is at PUBLIC, and a proxy process between."""

    def __init__(self, port: int, set_by_it: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(PROXY), str(port), json.dumps(set_by_it)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.cookies: dict[str, str] = {}
        self.lines: list[str] = []

    def ask(self, method: str, path: str, form=None, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": "en",
            **headers,
        }
        if form is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": PUBLIC}
        connection.request(method, path, None if form is None else urlencode(form), sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.lines.append(line)
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer, text

    def sign_in(self, token: str):
        _, page = self.ask("GET", "/")
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return self.ask("POST", "/session", {"csrf_token": csrf, "token": token})

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server that trusts this machine's proxies, and a token."""
    folder = tmp_path_factory.mktemp("behind")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}))
    opened.create()
    token = let_in(opened, "Anna Andersson", BUYER, ("finance",))
    server = Served(
        opened.settings.database,
        AVROP_HSTS="31536000",
        AVROP_LOG_FORMAT="json",
        AVROP_ACCESS_LOG="no",
    )
    yield server, token
    server.stop()
    opened.close()


@pytest.fixture
def behind(house):
    started: list[Behind] = []

    def start(**set_by_it: str) -> Behind:
        started.append(
            Behind(house[0].port, {k.replace("_", "-"): v for k, v in set_by_it.items()})
        )
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host"])
def test_signing_in_works_where_the_proxy_passes_the_host(house, behind, name):
    browser = behind(**{name: "avrop.example.se"}, **HTTPS)
    answer, text = browser.sign_in(house[1])
    assert answer.status == 303, text
    assert {"__Host-avrop_session", "__Host-avrop_form"} <= set(browser.cookies)
    for line in browser.lines:
        assert line.startswith("__Host-"), line
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; ")), line
        assert "domain" not in line.lower()
    page, text = browser.ask("GET", "/agreements")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    told = [json.loads(line) for line in house[0].said if '"signed in"' in line]
    assert told[-1]["address"] == "192.0.2.7"


@pytest.mark.parametrize(
    "passed",
    [{}, HTTPS, {"Host": "avrop.example.se"}, {"Host": "avrop.example.se:8443", **HTTPS}],
    ids=["nothing", "no host", "no scheme", "another port"],
)
def test_where_it_does_not_the_page_says_what_is_wrong(house, behind, passed):
    browser = behind(**passed)
    answer, text = browser.sign_in(house[1])
    assert answer.status == 400
    assert "the proxy in front must pass Host (or X-Forwarded-Host) and X-Forwarded-Proto" in text
    assert PUBLIC in text
    assert not any("avrop_session" in name for name in browser.cookies)


def test_over_https_a_cookie_without_the_prefix_is_not_read(house, behind):
    browser = behind(Host="avrop.example.se", **HTTPS)
    browser.sign_in(house[1])
    browser.cookies["avrop_session"] = browser.cookies.pop("__Host-avrop_session")
    assert browser.ask("GET", "/agreements")[0].status == 303
