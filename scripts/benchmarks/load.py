"""Many clients at once over kept-alive connections, light enough not to be what is measured.

One thread watches bare sockets and sends the same prepared bytes again and again: a client that
built and parsed its messages in full would take as much of the machine as the server does.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Mapping

import msgspec


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a load. `client` is the share of one processor that the clients took."""

    requests: int
    seconds: float
    statuses: dict[int, int]
    client: float


def prepared(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A POST as it goes over the wire."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def load(port: int, message: bytes, *, clients: int, seconds: float) -> Answered:
    """Send a message from each client as soon as its last was answered, for so many seconds."""
    selector = selectors.DefaultSelector()
    for _ in range(clients):
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, bytearray())
        connection.sendall(message)
    statuses: Counter[int] = Counter()
    waiting = clients
    work, start = time.process_time(), time.perf_counter()
    until = start + seconds
    while waiting:
        ready = selector.select(30)
        if not ready:
            raise RuntimeError("a server has not answered for 30 seconds")
        for key, _ in ready:
            received: bytearray = key.data
            received += key.fileobj.recv(65_536)  # type: ignore[union-attr]
            status = _whole(received)
            if status is None:
                continue
            received.clear()
            statuses[status] += 1
            if time.perf_counter() < until:
                key.fileobj.sendall(message)  # type: ignore[union-attr]
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
                waiting -= 1
    elapsed = time.perf_counter() - start
    return Answered(
        requests=statuses.total(),
        seconds=elapsed,
        statuses=dict(statuses),
        client=(time.process_time() - work) / elapsed,
    )


def _whole(received: bytearray) -> int | None:
    """The status of an answer that has come in full. Raises RuntimeError where it broke off."""
    if not received:
        raise RuntimeError("a server hung up")
    head = received.find(b"\r\n\r\n")
    if head < 0:
        return None
    lower = received[:head].lower()
    at = lower.find(b"content-length:")
    if at < 0:
        raise RuntimeError(f"an answer without its length: {bytes(received[:80])!r}")
    length = int(lower[at + 15 :].split(b"\r\n", 1)[0])
    return int(received[9:12]) if len(received) >= head + 4 + length else None
