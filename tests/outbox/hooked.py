"""HTTP servers of a test's own, which webhooks call: they keep what comes, and answer as told."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hooked:
    """What came to a server: paths, headers and bodies, in order. `status` is what it answers;
    `wait` how many seconds it thinks first, and `instead` may do something else with the
    connection."""

    def __init__(self) -> None:
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.headers = 200, {}
        self.instead: Callable[[socket.socket], None] | None = None
        self.port, self.wait = 0, 0.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/avrop?of=us"


@contextmanager
def hooked() -> Iterator[Hooked]:
    found = Hooked()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(found.wait)
            found.came.append((self.path, dict(self.headers), body))
            if found.instead is not None:
                found.instead(self.connection)
                return
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()
