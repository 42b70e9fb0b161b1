"""A proxy in front, as a process of its own: it passes on the headers that it is told to."""

import http.client
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    port = 0
    set_by_it: dict[str, str] = {}  # noqa: RUF012

    def passed_on(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size) if size else None
        kept = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in ("host", "connection", "content-length")
        }
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        there.request(self.command, self.path, body, {**kept, **self.set_by_it})
        answer = there.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        there.close()

    do_GET = do_POST = passed_on  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    Passing.port, Passing.set_by_it = int(sys.argv[1]), json.loads(sys.argv[2])
    with ThreadingHTTPServer(("127.0.0.1", 0), Passing) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
