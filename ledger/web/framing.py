"""Where a request ends: its head, and its body by its length or in pieces (RFC 9112).

It decides nothing about a request but when it is whole: what it cannot tell, gunicorn refuses.
"""

import re
import time

from ledger.bounds import MAX_HEAD

END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\d{1,15}")
_PIECE = re.compile(rb"[0-9A-Fa-f]{1,15}")
_MEMBER = re.compile(rb"[0-9A-Za-z-]{1,100}:[ \t]*[\x20-\x7e\t]*")
BAD = "400 Bad Request"
MAX_PIECE_LINE = 4_096
"""Bytes of a line that begins a piece of a body, its length, and of what follows the last one;
extensions, which nobody uses, are refused."""


class Refused(Exception):
    """It is not read on; `status` says why."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Broken(Exception):
    """Where it ends cannot be told."""


class Framing:
    """How far one request has come. `most` are the bytes that its body may have."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.began = 0.0
        """When its head was whole."""
        self.head = 0
        self.size = 0
        self._is_in_pieces = self._expects = self._is_broken = False
        self._at = self._searched = 0

    @property
    def has_head(self) -> bool:
        return self.head > 0

    def end(self, received: bytearray) -> int | None:
        """After which byte; None where more is to come. Raises Refused, and Broken."""
        if not self.head and not self._find_head(received):
            return None
        if self._is_broken:
            raise Broken
        if self._is_in_pieces:
            return self._end_of_pieces(received)
        whole = self.head + self.size
        return whole if len(received) >= whole else None

    def wants_to_be_told(self, received: bytearray) -> bool:
        """Whether the other side waits for word before it sends the body; once."""
        try:
            waits = self.end(received) is None and self.has_head and self._expects
        except (Refused, Broken):
            return False
        if waits:
            self._expects = False
        return waits

    def without_expecting(self, request: bytes) -> bytes:
        """The request as it is handled: it was told to go on already."""
        head = re.sub(
            rb"(?i)\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", b"", request[: self.head]
        )
        return head + request[self.head :]

    def _find_head(self, received: bytearray) -> bool:
        at = received.find(END, max(0, self._searched - len(END)))
        self._searched = len(received)
        if max(at, len(received) if at < 0 else 0) > MAX_HEAD:
            raise Refused("431 Request Header Fields Too Large")
        if at < 0:
            return False
        self.head = self._at = at + len(END)
        self.began = time.monotonic()
        self._read_head(bytes(received[:at]))
        return True

    def _read_head(self, head: bytes) -> None:
        members = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
        named = [(name.lower(), value.strip(b" \t")) for name, _, value in members]
        lengths = [value for name, value in named if name == b"content-length"]
        ways = [value.lower() for name, value in named if name == b"transfer-encoding"]
        self._expects = (b"expect", b"100-continue") in [(n, v.lower()) for n, v in named]
        self._is_in_pieces = bool(ways)
        both = bool(lengths and ways) or len(lengths) > 1 or ways not in ([], [b"chunked"])
        self._is_broken = both or not all(map(_LENGTH.fullmatch, lengths))
        if lengths and not self._is_broken:
            self.size = int(lengths[0])
            # Of one that is too large the application says so in words, without reading it.
            self._is_broken = self.size > self.most

    @staticmethod
    def _end_of_trailers(received: bytearray, line: int) -> int | None:
        """What follows the last piece, by its line's end: members like those of a head."""
        end = received.find(END, line)
        if (len(received) if end < 0 else end) - line > MAX_PIECE_LINE:
            raise Refused(BAD)
        if end < 0:
            return None
        members = bytes(received[line:end]).split(b"\r\n")[1:]
        if not all(map(_MEMBER.fullmatch, members)):
            raise Refused(BAD)
        return end + len(END)

    def _end_of_pieces(self, received: bytearray) -> int | None:
        while True:
            line = received.find(b"\r\n", self._at)
            if line < 0:
                if len(received) - self._at > MAX_PIECE_LINE:
                    raise Refused(BAD)
                return None
            found = _PIECE.fullmatch(received, self._at, line)
            if found is None:
                raise Refused(BAD)
            size = int(found[0], 16)
            if size == 0:
                return self._end_of_trailers(received, line)
            if self.size + size > self.most:
                raise Refused("413 Content Too Large")
            end = line + 2 + size
            if len(received) < end + 2:
                return None
            if received[end : end + 2] != b"\r\n":
                raise Refused(BAD)
            self.size += size
            self._at = end + 2
