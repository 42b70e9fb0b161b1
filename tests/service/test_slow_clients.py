"""Clients that are slow or silent: they are cut, and nobody else waits for them."""

import http.client
import json
import socket
import time
from contextlib import ExitStack

import pytest

from ledger.bounds import PATIENCE
from ledger.config import read
from ledger.opening import open_ledger
from ledger.web.headers import OF_PROGRAMS
from tests.conftest import BUYER
from tests.people import let_in
from tests.service.conftest import Served

HEAD = b"POST /api/v1/agreements HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slow")
    opened = open_ledger(read({"AVROP_DATABASE": f"sqlite:///{folder}/avrop.db"}))
    opened.create()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def token(opened):
    return let_in(opened, "Anna", BUYER, ("manager",))


@pytest.fixture(scope="module")
def server(opened, token):
    server = Served(opened.settings.database, AVROP_THREADS="4")
    assert server.answered(token, "GET", "/agreements")[0] == 200
    yield server
    server.stop()


def connected(server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


def ask(server, path: str, timeout: float = 30, **headers: str):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    began = time.monotonic()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - began


def everything(sock: socket.socket) -> bytes:
    found = b""
    while piece := sock.recv(65_536):
        found += piece
    return found


def test_two_hundred_silent_and_half_clients_stop_nobody_and_are_cut(server, token):
    silent = [b"", HEAD, HEAD + b"Content-Length: 1000\r\n\r\n{"]
    shows = {"Authorization": f"Bearer {token}"}
    with ExitStack() as open_ones:
        began = time.monotonic()
        some = [open_ones.enter_context(connected(server)) for _ in range(201)]
        for at, one in enumerate(some):
            one.sendall(silent[at % 3])
        for _ in range(3):
            status, took = ask(server, "/healthz")
            assert (status, took < 1) == (200, True)
        assert ask(server, "/api/v1/agreements", **shows)[0] == 200, "and all else is answered"
        told = [everything(one) for one in some]
        took = time.monotonic() - began
        assert PATIENCE - 1 < took < PATIENCE + 15
    assert {one[:12] for one in told[::3]} == {b""}
    assert {one[:12] for one in (*told[1::3], *told[2::3])} == {b"HTTP/1.1 408"}


def test_the_control_a_request_that_comes_slowly_but_comes_is_answered(server, token):
    body = json.dumps({"number": "X"}).encode()
    head = HEAD + f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with connected(server) as one:
        for at in range(0, len(head + body), 60):
            one.sendall((head + body)[at : at + 60])
            time.sleep(0.02)
        assert one.recv(65_536).startswith(b"HTTP/1.1 422")


def test_a_body_in_pieces_is_whole_with_its_last_one_and_the_next_request_follows(server, token):
    body = b'5\r\n{"num\r\n8\r\nber":"Y"\r\n1\r\n}\r\n0\r\nX-End: x\r\n\r\n'
    head = HEAD + f"Authorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    follows = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with connected(server) as one:
        one.sendall(head + body[:20])
        time.sleep(0.05)
        one.sendall(body[20:] + follows)
        found = everything(one)
    assert found.startswith(b"HTTP/1.1 422")
    assert found.count(b"HTTP/1.1 ") == 2
    assert found.endswith(b'"version":"0.1.0"}')


def test_who_waits_for_word_before_the_body_gets_it(server, token):
    body = b'{"number":"Z"}'
    told = f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n".encode()
    with connected(server) as one:
        one.sendall(HEAD + told + b"Expect: 100-continue\r\n\r\n")
        assert one.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.sendall(body)
        assert one.recv(65_536).startswith(b"HTTP/1.1 422")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 1_0\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: \n\r\n\r\n", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;a=\n\r\n{}\r\n0\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, b"431"),
        (HEAD + b"Content-Length: 999999999\r\n\r\n", b"413"),
    ],
)
def test_what_cannot_be_told_apart_is_refused_and_the_connection_ends(server, token, sent, status):
    shown = f"\r\nAuthorization: Bearer {token}\r\nContent-Type".encode()
    with connected(server) as one:
        one.sendall(sent.replace(b"\r\nContent-Type", shown))
        found = everything(one)
    assert found[9:12] == status
    assert found.count(b"HTTP/1.1 ") == 1
    said = found.partition(b"\r\n\r\n")[2]
    # What is whole but too large is the application's to refuse.
    assert said.startswith(b"{" if status == b"413" else status + b" ")
    for name, value in OF_PROGRAMS:
        assert f"\r\n{name}: {value}\r\n".encode() in found
    assert token.encode() not in found


def test_a_body_in_pieces_is_read_whole(server, token):
    """The control."""
    shown = f"Authorization: Bearer {token}\r\nConnection: close\r\n".encode()
    with connected(server) as one:
        one.sendall(
            HEAD + shown + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
        )
        found = everything(one)
    assert found.startswith(b"HTTP/1.1 422"), "read, and found wanting"


def test_those_who_ask_and_do_not_hang_up_keep_nobody_waiting(server):
    with ExitStack() as open_ones:
        for _ in range(50):
            one = open_ones.enter_context(connected(server))
            one.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        status, took = ask(server, "/healthz")
    assert (status, took < 1) == (200, True)


def test_connections_at_the_bound_give_way_to_new_ones(server):
    with ExitStack() as open_ones:
        for _ in range(850):
            open_ones.enter_context(connected(server))
        status, took = ask(server, "/healthz")
    assert (status, took < 5) == (200, True)
