"""A mail server of a test's own, which takes what it is told to take."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from msgspec.structs import replace

from ledger.opening import Ledger

SENDER, ADDRESS = "avrop@harnosand.example", "https://avrop.harnosand.example"


class Postbox:
    """What came, in order. `answers` may say something else than that it was taken, of a message
    (`DATA`) or of an address (`RCPT`); what it is told may also take long, or hang up."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.at_data: Callable[[EmailMessage], str | None] = lambda _: None
        self.at_address: Callable[[str], str | None] = lambda _: None
        self.port = 0
        self.came = threading.Event()

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        refused = self.at_address(address)
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server, _session, envelope) -> str:  # noqa: N802
        mail: Any = message_from_bytes(envelope.content, policy=policy.default)
        said = self.at_data(mail)
        if said is None or said == "hang up":
            self.mails.append(mail)
            self.to += envelope.rcpt_tos
            self.came.set()
        if said == "hang up":  # it has it, and its answer is lost
            server.transport.abort()
        return said or "250 taken"

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


@contextmanager
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


def with_mail(ledger: Ledger, box: Postbox) -> Ledger:
    """The same ledger, which sends mail by a server."""
    told = replace(
        ledger.settings, smtp=f"smtp://127.0.0.1:{box.port}", sender=SENDER, address=ADDRESS
    )
    return replace(ledger, settings=told)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())
