"""The examples of a front end: what they must say, and each played where its program is."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import suppress
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
NGINX, CADDY = shutil.which("nginx"), shutil.which("caddy")
KEPT = settings("", {})["keepalive"]
TOO_LARGE, PIECE = 40_000_000, 100_000


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
        r"(?:max_size|max_buffer_size|_buffers) (\d+)MB",
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


def certified(folder):
    """A key and a certificate of localhost's own."""
    key, chain = folder / "key.pem", folder / "chain.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    made += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(chain)]
    subprocess.run(made, check=True, capture_output=True)
    return key, chain


def changed(name, changes):
    """An example with what is of its machine replaced."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def as_nginx(folder, port, behind):
    """How nginx is started as in the example."""
    if NGINX is None:
        pytest.skip("there is no nginx here")
    key, chain = certified(folder)
    text = changed(
        "nginx.conf",
        {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "listen 80": f"listen 127.0.0.1:{free_port()}",
            "127.0.0.1:8000": f"127.0.0.1:{behind}",
            "/etc/ssl/avrop/fullchain.pem": str(chain),
            "/etc/ssl/avrop/privkey.pem": str(key),
        },
    )
    places = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    head = f"daemon off; pid {folder}/pid; error_log {folder}/error.log;"
    conf.write_text(f"{head} events {{}} http {{ access_log off; {places}\n{text}\n}}")
    return [NGINX, "-p", str(folder), "-c", str(conf)]


def as_caddy(folder, port, behind):
    """How Caddy is started as in the example, with a certificate that nobody is asked for."""
    if CADDY is None:
        pytest.skip("there is no Caddy here")
    key, chain = certified(folder)
    site = f"https://127.0.0.1:{port}, https://localhost:{port} {{\n\ttls {chain} {key}\n"
    text = changed(
        "Caddyfile",
        {
            "{\n\tservers {": "{\n\tadmin off\n\tauto_https off\n"
            "\tdefault_sni localhost\n\tservers {",
            "avrop.example.se {\n": site,
            "127.0.0.1:8000": f"127.0.0.1:{behind}",
        },
    )
    said = subprocess.run([CADDY, "version"], capture_output=True, text=True, check=False).stdout
    if not said.lstrip("v").startswith("2.6."):  # as the example itself tells
        text = re.sub(r"(?m)^\t\t(buffer_\w+|max_buffer_size .*)$", "", text)
        text = re.sub(r"(?m)^\t\t#   (\w+_buffers )", r"\t\t\1", text)
    (folder / "Caddyfile").write_text(text)
    return [CADDY, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


FRONTS = {"nginx": as_nginx, "caddy": as_caddy}


@pytest.fixture(scope="module", params=FRONTS)
def front(request, served, tmp_path_factory):
    """The port of a front end as in its example, on other ports."""
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    command = FRONTS[request.param](folder, port, served[0].port)
    environ = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield port
    process.kill()
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


def test_behind_a_front_end_the_ledger_is_served_over_tls(front, served):
    answer = ask(front, "GET", "/api/v1/agreements", served[1])
    assert (answer.status, answer.headers["X-Request-Id"] != "") == (200, True)
    refused = ask(front, "POST", "/api/v1/agreements", served[1], b"{}")
    assert refused.status == 422, "a body comes through"


def test_behind_a_front_end_what_is_too_large_is_refused(front, served):
    connection = connected(front)
    connection.putrequest("POST", "/api/v1/agreements")
    for name, value in shown(served[1]).items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(TOO_LARGE))
    connection.endheaders()
    with suppress(OSError):  # it need not read on
        for _ in range(TOO_LARGE // PIECE):
            connection.send(b"x" * PIECE)
    answer = connection.getresponse()
    assert answer.status == 413
    if answer.headers["Server"].startswith("nginx"):  # Caddy passes on what the ledger refuses
        assert answer.headers["X-Request-Id"] is None
    connection.close()
