"""Webhooks: other programs are told of what their organisation may see, signed, once it can be; and
nothing of this house's own network is ever called."""

import base64
import hashlib
import hmac
import json
import re
import socket
import time
from contextlib import suppress

import pytest
from msgspec.structs import replace

from ledger.domain.refusals import Invalid, NotFound
from ledger.outbox import calling, hooking, hooks
from ledger.outbox.calling import NotCalled, call, fault_of, is_public
from ledger.registry import webhooks
from tests.conftest import AGREEMENT, BUYER, SUPPLIER
from tests.outbox.hooked import hooked
from tests.outbox.test_mail import TERM, place

HERE = frozenset({"127.0.0.1"})


@pytest.fixture
def server():
    with hooked() as found:
        yield found


@pytest.fixture
def told(ledger, api, server):
    """A ledger with an agreement that may call this machine."""
    api("manager").post("/agreements", {**AGREEMENT, **TERM})
    return replace(ledger, settings=replace(ledger.settings, webhook_allow=HERE))


@pytest.fixture
def add(told, server):
    from ledger.application.asker import asking

    def added(organisation=BUYER, *facts):
        asker = asking(told, "p-1", organisation, ("manager",), ("manager",))
        return hooking.add(asker, organisation, server.address, facts)

    return added


def send(told):
    while hooks.follow(told):
        pass
    return hooks.send_due(told, 100)


def bodies(server):
    return [json.loads(body) for _, _, body in server.came]


def test_a_fact_is_told_with_its_name_and_as_the_api_tells_it(told, api, server, add):
    add()
    number = place(api)["number"]
    assert send(told)[1] == 0
    placed = next(one for one in bodies(server) if one["type"] == "order-placed")
    assert placed["data"]["stream"] == f"order/{number}"
    events = api("manager").get("/events", limit=100).json["items"]
    assert placed["data"] in events
    assert placed["timestamp"] == placed["data"]["recorded_at"]
    count = len(server.came)
    assert send(told) == (0, 0)
    assert len(server.came) == count


def test_what_was_recorded_before_it_was_added_is_not_told(told, api, server, add):
    place(api)
    add()
    send(told)
    assert server.came == []


def test_a_message_is_signed_as_standard_webhooks_says(told, api, server, add):
    secret = add().secret
    place(api)
    send(told)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    for path, headers, body in server.came:
        assert path == "/avrop?of=us"
        id, at, signed = (headers[f"webhook-{one}"] for one in ("id", "timestamp", "signature"))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mine = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
        assert signed == f"v1,{base64.b64encode(mine).decode()}"
        assert id.startswith("msg_")
        assert abs(int(at) - told.now.timestamp()) < 60
    assert len({headers["webhook-id"] for _, headers, _ in server.came}) == len(server.came)


def test_the_vector_of_standard_webhooks_is_signed_as_it_is_there():
    signed = hooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_it_is_told_of_the_facts_that_it_names_alone(told, api, server, add):
    add(BUYER, "order-placed", "drawdown")
    place(api)
    send(told)
    assert [one["type"] for one in bodies(server)] == ["order-placed"]


def test_an_organisation_is_told_of_what_it_may_see_alone(told, api, server, add):
    other = "2120002528"
    add(other)
    add(SUPPLIER, "order")
    place(api)
    parties = {"buyers": [{"organisation": other, "name": "Vimmerby kommun"}]}
    api("manager", other).post("/agreements", {**AGREEMENT, **TERM, "number": "V", **parties})
    send(told)
    seen = {one["data"]["agreement"] for one in bodies(server)}
    assert seen == {"V", "SKO-2023"}
    assert all(
        (one["data"]["agreement"] == "SKO-2023") == (one["type"] == "order-placed")
        for one in bodies(server)
    )


# ── Servers that do not take it ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_tried_again_later_and_later(told, api, server, add, clock, status):
    add(BUYER, "order-placed")
    place(api)
    server.status, server.headers = status, {"Location": server.address}
    assert send(told) == (0, 1)
    assert len(server.came) == 1
    assert send(told) == (0, 0), "it waits"
    (one,) = webhooks.of(told.registry, BUYER)
    clock.wait(seconds=61)
    assert send(told) == (0, 1)
    clock.wait(seconds=61)
    assert send(told) == (0, 0), "it waits twice as long"
    clock.wait(seconds=61)
    server.status = 204
    assert send(told) == (1, 0)
    assert webhooks.counts(told.registry, one.id) == {"sent": 1}
    assert len({headers["webhook-id"] for _, headers, _ in server.came}) == 1


def test_after_days_it_waits_for_a_person_of_its_organisation(told, api, server, add, clock):
    add(BUYER, "order-placed")
    place(api)
    server.status = 503
    began = told.now
    while not webhooks.dead(told.registry, BUYER):
        send(told)
        clock.wait(hours=9)
        assert (told.now - began).days < 30
    assert (told.now - began).days >= 3
    (dead,) = webhooks.dead(told.registry, BUYER)
    assert "503" in dead.failure
    assert webhooks.dead(told.registry, SUPPLIER) == []
    server.status = 200
    assert not webhooks.retry(told.registry, dead.id, SUPPLIER)
    assert webhooks.retry(told.registry, dead.id, BUYER)
    assert send(told) == (1, 0)
    assert webhooks.dead(told.registry, BUYER) == []


def test_a_server_where_nobody_is_any_more_is_called_no_more(told, api, server, add):
    add(BUYER, "order-placed")
    place(api)
    server.status = 410
    assert send(told) == (0, 1)
    (one,) = webhooks.of(told.registry, BUYER)
    assert one.gone_at
    place(api)
    assert send(told) == (0, 0)
    assert len(server.came) == 1
    (dead,) = webhooks.dead(told.registry, BUYER)
    server.status = 200
    webhooks.retry(told.registry, dead.id, BUYER)
    assert send(told) == (2, 0), "and what was recorded meanwhile"


def test_one_that_is_away_keeps_no_other_waiting(told, api, server, add):
    with hooked() as other:
        add(BUYER, "order-placed")
        server.status = 500
        server_port, server.port = server.port, other.port
        add(BUYER, "order-placed")
        server.port = server_port
        place(api)
        assert send(told) == (1, 1)
        assert len(other.came) == 1


def test_an_organisation_with_slow_servers_keeps_no_other_waiting(
    told, api, server, add, monkeypatch
):
    monkeypatch.setattr(hooks, "HOOK_TURN", 0.3)
    with hooked() as other:
        ours, theirs = server.port, other.port
        add(), add()
        server.port = theirs
        add(SUPPLIER, "order-placed")
        server.port = ours
        for _ in range(4):
            place(api)
        server.wait = 0.2
        while hooks.follow(told):
            pass
        taken, missed = hooks.send_due(told, 100)
        assert len(other.came) == 4
        assert 1 <= len(server.came) <= 3, "and the rest waits for its next turn"
        assert (taken, missed) == (len(server.came) + 4, 0)
        server.wait = 0
        monkeypatch.setattr(hooks, "HOOK_TURN", 30)
        hooks.send_due(told, 100)
        assert all(
            "waiting" not in webhooks.counts(told.registry, one.id)
            for one in webhooks.of(told.registry, None)
        )


def slowly(connection):
    """A byte now and then, for ever."""
    with suppress(OSError):
        for _ in range(200):
            connection.sendall(b"H")
            time.sleep(0.05)


def silently(connection):
    with suppress(OSError):
        connection.recv(1)


def at_length(connection):
    """An answer without an end."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)


@pytest.mark.parametrize("how", [slowly, silently])
def test_a_slow_server_is_given_its_time_and_no_more(server, how):
    server.instead = how
    began = time.monotonic()
    with pytest.raises(NotCalled):
        call(server.address, b"{}", {}, HERE, seconds=0.5)
    assert time.monotonic() - began < 5


def test_of_a_long_answer_no_more_is_read_than_its_beginning(server):
    server.instead = at_length
    assert call(server.address, b"{}", {}, HERE) == 200


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_answer_is_told(server, answer):
    def instead(connection):
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_RDWR)

    server.instead = instead
    with pytest.raises(NotCalled, match="no answer that can be read"):
        call(server.address, b"{}", {}, HERE)


def test_a_server_that_is_not_there_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NotCalled, match="cannot be reached"):
        call(f"http://127.0.0.1:{port}/", b"", {}, HERE)


def test_a_certificate_that_nobody_vouches_for_is_told(server):
    with pytest.raises(NotCalled, match=r"not trusted|cannot be reached"):
        call(server.address.replace("http:", "https:"), b"", {}, HERE)


# ── What is never called ──────────────────────────────────────────────────────────────────────


PRIVATE = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
    *("2002:7f00:1::", "2001:db8::1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::a00:1", "2001:0:7f00:1::", "fec0::1", "3fff::1", "100::1", "192.88.99.1"),
    "168.63.129.16",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_open_network_is_not_called(address):
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    assert fault_of(f"https://{host}/", frozenset())


@pytest.mark.parametrize("address", ["8.8.8.8", "2600::1", "193.10.0.1"])
def test_one_of_the_open_network_is(address):
    assert is_public(address)
    host = f"[{address}]" if ":" in address else address
    assert fault_of(f"https://{host}/", frozenset()) == ""


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "x",
            "https://",
            "ftp://example.se/",
            "https://u:p@example.se/",
            "file:///etc/passwd",
        ),
        *("https://example.se:99999/", "https://example.se/#x", "https://exa mple.se/"),
        *("https://example.se/\r\nX: y", "https://ex\u00e4mpel.se/", "https://e.se/" + "x" * 600),
        *("http://example.se/", "https://localhost/", "https://a.localhost/"),
        *("https://localhost./", "https://:p@example.se/", "https://@example.se/"),
        *("https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/"),
        *("https://127.0.0.1./", "https://0/", "https://[::ffff:7f00:1]/"),
    ],
)
def test_what_is_no_address_of_a_webhook_is_refused(told, address):
    from ledger.application.asker import asking

    asker = asking(told, "p-1", BUYER, ("manager",), ("manager",))
    with pytest.raises(Invalid):
        hooking.add(asker, BUYER, address, ())
    with pytest.raises(NotCalled):
        call(address, b"", {})


def test_a_name_that_leads_to_this_house_is_not_called(monkeypatch):
    real = socket.getaddrinfo

    def private(host, port, *rest, **named):
        return real("192.168.7.7" if host == "hook.example.se" else host, port, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", private)
    with pytest.raises(NotCalled, match=r"leads to 192\.168\.7\.7, which is not called"):
        call("https://hook.example.se/", b"", {})


def test_a_name_server_that_answers_otherwise_the_second_time_leads_nowhere_else(
    monkeypatch, server
):
    """The first answer is judged, and that very address is called; the name is not asked again."""
    asked, called = [], []
    real = socket.getaddrinfo

    def rebinding(host, port, *rest, **named):
        asked.append(host)
        return real("8.8.8.8" if len(asked) == 1 else "127.0.0.1", port, *rest, **named)

    class Watched(socket.socket):
        def connect(self, place):
            called.append(place[0])
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(calling.socket, "socket", Watched)
    with pytest.raises(NotCalled):
        call(f"https://hook.example.se:{server.port}/", b"", {})
    assert (asked, called) == (["hook.example.se"], ["8.8.8.8"])
    assert server.came == []


# ── Whose they are ────────────────────────────────────────────────────────────────────────────


def test_nobody_keeps_those_of_another_organisation(told, add):
    from ledger.application.asker import asking

    made = add()
    stranger = asking(told, "p-2", SUPPLIER, ("supplier",), ("supplier",))
    with pytest.raises(NotFound):
        hooking.add(stranger, BUYER, "https://example.se/", ())
    with pytest.raises(NotFound):
        hooking.remove(stranger, BUYER, made.id)
    with pytest.raises(NotFound):
        hooking.remove(stranger, SUPPLIER, made.id)
    assert [one.id for one in webhooks.of(told.registry, BUYER)] == [made.id]


def test_what_is_removed_is_told_nothing_that_waits(told, api, server, add):
    made = add()
    place(api)
    hooks.follow(told)
    webhooks.remove(told.registry, made.id, BUYER)
    assert send(told) == (0, 0)
    assert server.came == []


def test_nothing_waits_for_one_that_is_removed_while_the_log_is_looked_through(told, add):
    made = add()
    webhooks.remove(told.registry, made.id, BUYER)
    assert webhooks.keep(told.registry, made.id, [(1, "order-placed")], 1) == 0
    assert webhooks.counts(told.registry, made.id) == {}


def test_a_kind_of_fact_that_there_is_not_is_refused(add):
    with pytest.raises(Invalid):
        add(BUYER, "order-eaten")


def test_there_is_a_bound_to_how_many_an_organisation_has(add):
    for _ in range(20):
        add()
    with pytest.raises(Invalid):
        add()


# ── The page and the verbs ────────────────────────────────────────────────────────────────────


def test_the_page_adds_shows_the_secret_once_tries_again_and_removes(told, api, server):
    from ledger.web import create_app
    from tests.people import let_in
    from tests.web.test_pages import Browser

    browser = Browser(create_app(ledger=told))
    browser.post("/session", token=let_in(told, "M", BUYER, ("manager",)))
    where = "/settings/webhooks"

    def page(**form):
        if not form:
            return browser.get(where).text
        return browser.post(where, page=where, **form)

    refused = page(do="add", address="http://example.se/")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    added = page(do="add", address=server.address, facts="order")
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", added.text)[0]
    assert secret not in page()
    assert ", M</span></th>" in page(), "who added it is told, who may have left since"
    (one,) = webhooks.of(told.registry, BUYER)
    assert (one.facts, one.secret) == (("order",), secret)
    place(api)
    server.status = 410
    send(told)
    (dead,) = webhooks.dead(told.registry, BUYER)
    assert dead.id in page()
    assert page(do="retry", message=dead.id).status_code == 200
    server.status = 200
    assert send(told)[1] == 0
    assert page(do="remove", webhook="another").status_code == 404
    assert page(do="remove", webhook=one.id).status_code == 200
    assert webhooks.of(told.registry, BUYER) == []


def test_the_verbs_add_list_and_remove(desk, monkeypatch):
    monkeypatch.setenv("AVROP_WEBHOOK_ALLOW", "127.0.0.1")
    said = desk.done("webhook", "add", BUYER, "http://127.0.0.1:9/", "--fact", "order")
    assert "whsec_" in said
    id = said.split()[0]
    assert "http://127.0.0.1:9/" in desk.done("webhook", "list")
    listed = desk.done("webhook", "list", "--json")
    assert "whsec_" not in listed
    assert json.loads(listed)["items"][0]["made_by"] == "", "at the server"
    assert desk.done("webhook", "list", BUYER, "--failed")
    desk.done("webhook", "remove", BUYER, id)
    assert id not in desk.done("webhook", "list")
