"""A call of a webhook: to the very address that was looked at, for a bounded time, nowhere else.

The name is resolved once and each of its addresses judged; the connection is made to one of those
and not to the name again, so that a name server cannot answer otherwise in between. Nothing is
followed, and of the answer no more is read than its status.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ledger.bounds import HOOK_ADDRESS, HOOK_ANSWER, HOOK_SECONDS

PORTS = {"https": 443, "http": 80}
CLOSED = tuple(map(ip_network, ("fec0::/10", "3fff::/20", "192.88.99.0/24", "168.63.129.16/32")))
"""Addresses that are none of the open network, though their registers do not say so: of a site, of
examples, of relays, and the one at which a provider's machines find the provider's own services."""


class NotCalled(Exception):
    """A webhook did not take what it was told; the message says why. `gone`: its server says that
    nobody is there any more."""

    def __init__(self, why: str, *, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


def fault_of(address: str, allowed: Collection[str]) -> str:
    """Why an address is none that is called, in a word: "address", "https" or "private"; empty:
    it is one. What its name leads to is looked at when it is called."""
    try:
        found = urlsplit(address)
        host, port = found.hostname or "", found.port
    except ValueError:
        return "address"
    plain = address.isascii() and address.isprintable() and " " not in address
    is_one = plain and len(address) <= HOOK_ADDRESS and host and port != 0
    if not is_one or found.scheme not in PORTS or "@" in found.netloc or found.fragment:
        return "address"
    if host in allowed:
        return ""
    if found.scheme != "https":
        return "https"
    name = host.rstrip(".")
    with suppress(ValueError):
        return "" if is_public(_numbers(name)) else "private"
    return "private" if name == "localhost" or name.endswith(".localhost") else ""


def _numbers(host: str) -> str:
    """A host of numbers as they are written: 127.1, 0177.0.0.1 and 2130706433 are all 127.0.0.1."""
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return host


def is_public(address: str) -> bool:
    """Whether an address is one of the open network: none that is private, of this machine or
    link, or for many. Raises ValueError for what is no address."""
    found = ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is not None and not is_public(str(inner)):
        return False
    closed = found.is_multicast or found.is_reserved or any(found in one for one in CLOSED)
    return found.is_global and not closed


def resolved(host: str, port: int, allowed: Collection[str]) -> list[tuple[int, Any]]:
    """Families and addresses of a host, each of which may be called. Raises NotCalled."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotCalled(f"{host} is not found") from error
    for *_, place in found:
        if host not in allowed and not is_public(str(place[0])):
            raise NotCalled(f"{host} leads to {place[0]}, which is not called")
    return [(family, place) for family, _, _, _, place in found]


def call(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    allowed: Collection[str] = (),
    seconds: float = HOOK_SECONDS,
) -> int:
    """Send a body, and the status that it was taken with (200 to 299). Raises NotCalled."""
    if fault := fault_of(address, allowed):
        raise NotCalled(f"the address is not called ({fault})")
    found = urlsplit(address)
    ends = time.monotonic() + seconds
    opened = _connected(found, allowed, ends)
    # A server that sends a byte now and then keeps nobody longer than the whole time.
    ending = threading.Timer(max(0.0, ends - time.monotonic()), _cut, (opened,))
    ending.daemon = True
    ending.start()
    try:
        status = _asked(opened, found, body, headers)
    finally:
        ending.cancel()
        with suppress(OSError):
            opened.close()
    if time.monotonic() >= ends:
        raise NotCalled("no answer in time")
    if status == http.client.GONE:
        raise NotCalled("its server says that nobody is there any more (410)", gone=True)
    if 300 <= status < 400:
        raise NotCalled(f"it leads elsewhere ({status}), which is not followed")
    if not 200 <= status < 300:
        raise NotCalled(f"it answers {status}")
    return status


def _connected(found: SplitResult, allowed: Collection[str], ends: float) -> socket.socket:
    host = found.hostname or ""
    port = found.port or PORTS[found.scheme]
    why: Exception | None = None
    for family, place in resolved(host, port, allowed):
        left = ends - time.monotonic()
        if left <= 0:
            break
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.settimeout(left)
        try:
            opened.connect(place)
            if found.scheme == "https":
                return ssl.create_default_context().wrap_socket(opened, server_hostname=host)
            return opened
        except OSError as error:
            opened.close()
            why = error
    raise NotCalled(_cause(host, why)) from why


def _cause(host: str, error: Exception | None) -> str:
    if error is None or isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"{host} is not trusted: {getattr(error, 'verify_message', '') or error.reason}"
    return f"{host} cannot be reached: {getattr(error, 'strerror', None) or type(error).__name__}"


def _asked(
    opened: socket.socket, found: SplitResult, body: bytes, headers: Mapping[str, str]
) -> int:
    host = found.hostname or ""
    connection = http.client.HTTPConnection(host, found.port or PORTS[found.scheme])
    connection.sock = opened
    path = (found.path or "/") + (f"?{found.query}" if found.query else "")
    try:
        own = found.netloc.rpartition("@")[2]
        connection.request("POST", path, body=body, headers={**headers, "Host": own})
        answer = connection.getresponse()
        answer.read(HOOK_ANSWER)
    except TimeoutError as error:
        raise NotCalled("no answer in time") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotCalled(f"no answer that can be read: {type(error).__name__}") from error
    return answer.status


def _cut(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
