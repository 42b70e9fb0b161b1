"""The worker of gunicorn that the ledger is served by: who is slow waits in the loop, not in a
thread.

gunicorn's own gives a thread to a connection with its first byte, and reads head and body there: as
many clients as there are threads, each with half a request, stop the service for everybody. This
one reads heads and bodies in its loop, bounded in bytes and time, and gives a thread a request that
is whole. Whether the process is there is answered in the loop, whatever the threads are busy with.
"""

import errno
import socket
import time
from collections import OrderedDict
from collections.abc import Iterator
from functools import partial
from selectors import EVENT_READ
from typing import Any

import msgspec
from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from ledger import config
from ledger.bounds import MAX_FORM, MAX_WAITING, PATIENCE, SLOWEST
from ledger.web.framing import Broken, Framing, Refused
from ledger.web.health import alive
from ledger.web.unasked import FAILED, answer, refused, status_of

PIECE, LARGE = 65_536, 1_000_000
LINGER = 2.0
"""Seconds that a connection is kept after its last answer, for the other side to read it."""


def pieces(request: bytes) -> Iterator[bytes]:
    """A whole request as gunicorn reads it: of one large piece it would copy all that is left for
    each small part of the body that is asked for."""
    return (request[at : at + PIECE] for at in range(0, len(request), PIECE))


class Connection(TConn):  # type: ignore[misc]
    """A client's connection, and what of a request has come."""

    def __init__(self, cfg: Any, sock: Any, client: Any, server: Any, most: int) -> None:
        super().__init__(cfg, Slowly(sock), client, server)
        self.initialized = self.data_ready = True
        self.most = most
        self.received = bytearray()
        self.framing = Framing(most)
        self.until = time.monotonic() + PATIENCE
        self.last = False

    def wait(self, seconds: float) -> None:
        """For the next request, from its first byte on."""
        self.framing = Framing(self.most)
        self.until = time.monotonic() + seconds

    def take(self) -> bool:
        """Take what has come. False where the other side has hung up."""
        piece = self.sock.recv(PIECE)
        if piece and not self.received:
            self.until = time.monotonic() + PATIENCE
        self.received += piece
        return bool(piece)

    def whole(self) -> bool:
        """Whether a request is. Raises Refused, Broken."""
        found = self.framing.end(self.received) is not None
        if not found and self.framing.has_head:
            allowed = self.framing.size / SLOWEST
            self.until = max(self.until, self.framing.began + PATIENCE + allowed)
        return found

    def next(self) -> bytes:
        """The whole request; what came after it is the next one's."""
        end = self.framing.end(self.received)
        assert end is not None, "it was asked whether it is whole"
        request = self.framing.without_expecting(bytes(self.received[:end]))
        del self.received[:end]
        return request


class Slowly:
    """A client's socket, on which nobody may keep a thread waiting for ever."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def setblocking(self, blocks: bool) -> None:
        self._sock.settimeout(PATIENCE if blocks else 0)

    def sendall(self, data: bytes) -> None:
        """Raises TimeoutError where the other side does not read, or too slowly."""
        until = time.monotonic() + PATIENCE + len(data) / SLOWEST
        rest = memoryview(data)
        while rest:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError("the client reads too slowly")
            self._sock.settimeout(min(left, PATIENCE))
            rest = rest[self._sock.send(rest[:PIECE]) :]


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads for whole requests; everything that may be slow is in the loop."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = config.read().file_limit + MAX_FORM
        self.waiting: OrderedDict[Connection, None] = OrderedDict()
        self.leaving: OrderedDict[Connection, float] = OrderedDict()
        self.looked = 0.0

    # ── Coming ────────────────────────────────────────────────────────────────────────────────

    def accept(self, listener: Any) -> None:
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._make_room()
                return
            if error.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return
            raise
        self.nr_conns += 1
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * PIECE)
        conn = Connection(self.cfg, sock, address, listener.getsockname(), self.most)
        self._await(conn)
        # At the bound nobody new would be let in: whoever has waited longest goes instead.
        if self.nr_conns >= self.worker_connections:
            self._make_room()

    def _make_room(self) -> None:
        oldest = next(iter(self.waiting), None)
        if oldest is not None:
            self._drop(oldest)

    def _await(self, conn: Connection) -> None:
        conn.sock.setblocking(False)
        self.waiting[conn] = None
        self.poller.register(conn.sock, EVENT_READ, partial(self._came, conn))

    def _came(self, conn: Connection, _: Any) -> None:
        try:
            if not conn.take():
                self._drop(conn)
                return
            if conn.framing.wants_to_be_told(conn.received):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except BlockingIOError:
            return
        except OSError:
            self._drop(conn)
            return
        try:
            self._go_on(conn)
        except Exception as error:  # nobody's connection may end the loop of all
            self.log.error("a connection was dropped", exc_info=error)
            self._drop(conn)

    def _go_on(self, conn: Connection) -> None:
        """Give a thread what is whole; refuse what is too much."""
        try:
            if not conn.whole():
                # Few are so large that it need be asked what all of them hold.
                if len(conn.received) > LARGE and self._held() > MAX_WAITING * self.most:
                    self._refuse(conn, "503 Service Unavailable")
                return
        except Refused as refused:
            self._refuse(conn, refused.status)
            return
        except Broken:
            # gunicorn says what is wrong with it, and nothing more is read.
            conn.last = True
            request = bytes(conn.received)
            conn.received.clear()
        else:
            request = conn.next()
        if self._is_health(request):
            self._healthy(conn, request)
            return
        self._leave_loop(conn)
        conn.parser = http.get_parser(self.cfg, pieces(request), conn.client)
        self.enqueue_req(conn)

    def _held(self) -> int:
        return sum(len(one.received) for one in self.waiting)

    # ── In the loop ───────────────────────────────────────────────────────────────────────────

    @staticmethod
    def _is_health(request: bytes) -> bool:
        return request.startswith(b"GET /healthz HTTP/1.")

    def _healthy(self, conn: Connection, request: bytes) -> None:
        body = msgspec.json.encode(alive())
        goes_on = request.startswith(b"GET /healthz HTTP/1.1") and self.alive
        goes_on = goes_on and b"\r\nconnection: close" not in request.lower()
        self._say(conn, answer("200 OK", body, "application/json", goes_on=goes_on))
        if not goes_on:
            self._leave_loop(conn)
            self._leave(conn)
            return
        conn.wait(self.cfg.keepalive)
        if conn.received:
            self.method_queue.defer(self._go_on_if_there, conn)

    def _go_on_if_there(self, conn: Connection) -> None:
        if conn in self.waiting:
            self._go_on(conn)

    def _refuse(self, conn: Connection, status: str) -> None:
        self._say(conn, refused(status))
        self._leave_loop(conn)
        self._leave(conn)

    @staticmethod
    def _say(conn: Connection, answer: bytes) -> None:
        """What does not fit into the system's own buffer is not sent."""
        try:
            conn.sock.send(answer)
        except OSError:
            return

    # ── In a thread ───────────────────────────────────────────────────────────────────────────

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """A request that cannot be read, or that failed outside of the application."""
        status = status_of(exc)
        if status is FAILED:
            self.log.exception("a request failed outside of the application")
        else:
            self.log.warning("invalid request from %s", addr[0] if addr else "")
        try:
            client.sendall(refused(status))
        except OSError:
            return

    # ── Going ─────────────────────────────────────────────────────────────────────────────────

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """After a thread has answered: the next request, or the end."""
        try:
            goes_on = not fs.cancelled() and bool(fs.result()) and not conn.last
        except Exception:
            goes_on = False
        if not goes_on:
            self._leave(conn)
            return
        conn.wait(self.cfg.keepalive if self.alive else LINGER)
        self._await(conn)
        if conn.received:
            self._go_on(conn)

    def _leave_loop(self, conn: Connection) -> None:
        self.waiting.pop(conn, None)
        try:
            self.poller.unregister(conn.sock)
        except (OSError, KeyError, ValueError):
            return

    def _drop(self, conn: Connection) -> None:
        self._leave_loop(conn)
        self.nr_conns -= 1
        conn.close()

    def _leave(self, conn: Connection) -> None:
        """Let the other side read the last answer, without waiting for it: what it still sends is
        read and thrown away, or the system would take back what was sent."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, EVENT_READ, partial(self._drained, conn))
        except (OSError, ValueError):
            self.nr_conns -= 1
            conn.close()
            return
        self.leaving[conn] = time.monotonic() + LINGER

    def _drained(self, conn: Connection, _: Any) -> None:
        try:
            more = conn.sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._gone(conn)

    def _gone(self, conn: Connection) -> None:
        if self.leaving.pop(conn, None) is not None:
            self._drop(conn)

    def murder_pending(self) -> None:
        """Cut who was too slow; gunicorn's loop comes by once a second at least."""
        now = time.monotonic()
        if now < self.looked + 0.5:
            return
        self.looked = now
        for conn in [one for one in self.waiting if one.until < now]:
            if conn.received:
                self._refuse(conn, "408 Request Timeout")
            else:
                self._drop(conn)
        for conn in [one for one, until in self.leaving.items() if until < now]:
            self._gone(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Those wait with all others; at the end nobody does any more."""
        if force:
            for conn in [*self.waiting]:
                self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        for conn in self.waiting:
            conn.until = min(conn.until, deadline)
