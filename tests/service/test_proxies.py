"""The examples of a front end: what they must say, and one of them played where its program is."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from ledger.bounds import FILE_LIMIT, MAX_FORM, PATIENCE
from ledger.config import read
from ledger.opening import open_ledger
from ledger.web.server import settings
from tests.conftest import BUYER
from tests.people import let_in
from tests.service.conftest import Served

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "proxy"
NGINX = shutil.which("nginx")
KEPT = settings("", {})["keepalive"]


def figures(name, pattern):
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    found = [int(one) for one in re.findall(pattern, text)]
    assert found, f"{name} says nothing of {pattern}"
    return found


SAID = {
    "nginx.conf": (
        r"client_max_body_size (\d+)m",
        r"keepalive_timeout (\d+)s",
        r"client_\w+_timeout (\d+)s",
    ),
    "Caddyfile": (
        r"(?:max_size|request_buffers) (\d+)MB",
        r"(?:idle|keepalive) (\d+)s",
        r"read_header (\d+)s",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_the_examples_agree_with_what_the_ledger_itself_allows(name):
    size, idle, patience = SAID[name]
    for megabytes in figures(name, size):
        assert FILE_LIMIT * 10**6 + MAX_FORM <= megabytes * 10**6 < (FILE_LIMIT + 5) * 10**6
    assert all(seconds < KEPT for seconds in figures(name, idle)), "the front hangs up first"
    assert all(seconds <= PATIENCE for seconds in figures(name, patience))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    opened = open_ledger(
        read({"AVROP_DATABASE": f"sqlite:///{tmp_path_factory.mktemp('behind')}/avrop.db"})
    )
    opened.create()
    server = Served(opened.settings.database)
    yield server, let_in(opened, "Anna", BUYER, ("manager",))
    server.stop()
    opened.close()


@pytest.fixture(scope="module")
def front(served, tmp_path_factory):
    """The port of nginx as in the example, on other ports and with a certificate of its own."""
    if NGINX is None:
        pytest.skip("there is no nginx here")
    folder = tmp_path_factory.mktemp("nginx")
    key, chain = folder / "key.pem", folder / "chain.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    made += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(chain)]
    subprocess.run(made, check=True, capture_output=True)
    port, plain = free_port(), free_port()
    text = (EXAMPLES / "nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "127.0.0.1:8000": f"127.0.0.1:{served[0].port}",
        "/etc/ssl/avrop/fullchain.pem": str(chain),
        "/etc/ssl/avrop/privkey.pem": str(key),
    }.items():
        assert old in text
        text = text.replace(old, new)
    places = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    head = f"daemon off; pid {folder}/pid; error_log {folder}/error.log;"
    conf.write_text(f"{head} events {{}} http {{ access_log off; {places}\n{text}\n}}")
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(conf)])
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(10)


def connected(port):
    context = ssl._create_unverified_context()
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)


def shown(token):
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def ask(port, method, path, token, body=None):
    connection = connected(port)
    connection.request(method, path, body, shown(token))
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_behind_nginx_the_ledger_is_served_over_tls(front, served):
    answer = ask(front, "GET", "/api/v1/agreements", served[1])
    assert (answer.status, answer.headers["X-Request-Id"] != "") == (200, True)
    refused = ask(front, "POST", "/api/v1/agreements", served[1], b"{}")
    assert refused.status == 422, "a body comes through"


def test_behind_nginx_what_is_too_large_is_refused_before_the_ledger_meets_it(front, served):
    connection = connected(front)
    connection.putrequest("POST", "/api/v1/agreements")
    for name, value in shown(served[1]).items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", "40000000")
    connection.endheaders(b"{")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["X-Request-Id"]) == (413, None)
    connection.close()
