"""What waits in the outbox is handed to a mail server; what it does not take waits longer and
longer, and then for a person.

A message is marked as sent when the server has said that it has it. Where that answer is lost it is
sent again, with the same Message-ID.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from ledger import logs
from ledger.application import certificates
from ledger.bounds import (
    CERTIFICATE_WAITS,
    MAIL_AT_ONCE,
    MAIL_ATTEMPTS,
    MAIL_PAUSE,
    MAIL_PAUSE_MOST,
    SMTP_SECONDS,
)
from ledger.config import Settings
from ledger.domain.refusals import Refusal, Unavailable
from ledger.opening import Ledger
from ledger.outbox import letters, linking
from ledger.outbox.telling import WITH_LINK
from ledger.registry import mail, outbox
from ledger.registry.outbox import Message

PORTS = {"smtp": 25, "smtps": 465}


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """The server that mail goes by, as its setting says it."""

    host: str
    port: int
    encrypted: bool
    user: str = ""
    password: str = ""


class NotTaken(Exception):
    """A message was not taken, with the reason in words. `for_good`: trying again is of no use, as
    where the address is not there; `of_all`: nothing else is taken either."""

    def __init__(self, why: str, *, for_good: bool = False, of_all: bool = False) -> None:
        super().__init__(why)
        self.for_good, self.of_all = for_good, of_all


def server_of(settings: Settings) -> Server | None:
    """None where no server is set. Raises ValueError where its password cannot be read."""
    if not settings.smtp:
        return None
    found, password = urlsplit(settings.smtp), ""
    if settings.smtp_password_file:
        try:
            password = Path(settings.smtp_password_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            name = settings.smtp_password_file
            raise ValueError(f"AVROP_SMTP_PASSWORD_FILE: {name} cannot be read") from error
    return Server(
        host=found.hostname or "",
        port=found.port or PORTS[found.scheme],
        encrypted=found.scheme == "smtps",
        user=unquote(found.username or ""),
        password=password,
    )


def send_due(
    ledger: Ledger, server: Server, goes_on: Callable[[], bool] = lambda: True
) -> tuple[int, int]:
    """Send what may be sent now, at most MAIL_AT_ONCE. How many were, and how many were not."""
    outbox.gather(ledger.registry)
    waiting = outbox.due(ledger.registry, MAIL_AT_ONCE)
    if not waiting:
        return 0, 0
    ways = mail.ways(ledger.registry, [one.whose for one in waiting])
    taken = missed = 0
    open_: smtplib.SMTP | None = None
    try:
        for message in waiting:
            if not goes_on():
                break
            if _waits_for_notary(ledger, message):
                continue
            way = ways.get(message.whose)
            try:
                if way is None:
                    raise NotTaken("there is no address any more", for_good=True)
                made = _written(ledger, message, way)
                open_ = open_ or connected(server)
                hand_over(open_, made, ledger.settings.sender, way.address)
            except NotTaken as why:
                missed += 1
                _missed(ledger, message, why)
                open_ = None if open_ is None or not _is_alive(open_) else open_
                if why.of_all:
                    break
            else:
                outbox.sent(ledger.registry, message.id)
                logs.log().info("mail sent", which=message.id, kind=message.kind)
                taken += 1
    finally:
        if open_ is not None:
            with suppress(OSError, smtplib.SMTPException):
                open_.quit()
    return taken, missed


def _waits_for_notary(ledger: Ledger, message: Message) -> bool:
    """Whether a message, whose certificate can be given once its order is signed, is to wait."""
    if message.kind not in WITH_LINK or not ledger.settings.notary:
        return False
    oldest = ledger.now - timedelta(seconds=CERTIFICATE_WAITS)
    is_new = datetime.fromisoformat(message.made_at) > oldest
    return is_new and certificates.waits(ledger, str(message.figures["order"]))


def _written(ledger: Ledger, message: Message, way: mail.Way) -> EmailMessage:
    """What cannot be put into words keeps no other message. Raises NotTaken."""
    try:
        return letters.made(ledger, linking.renewed(ledger, message, way.address), way)
    except Unavailable:
        raise
    except Refusal as refusal:
        raise NotTaken(f"no link answers the order: {refusal.type}", for_good=True) from refusal
    except Exception as error:
        logs.log().error("a message is not written", which=message.id, exc_info=error)
        raise NotTaken("it could not be written: see the log", for_good=True) from error


def _missed(ledger: Ledger, message: Message, why: NotTaken) -> None:
    dead = why.for_good or message.attempts + 1 >= MAIL_ATTEMPTS
    outbox.failed(ledger.registry, message, str(why), None if dead else _next(ledger.now, message))
    say = logs.log().error if dead else logs.log().warning
    say("mail not taken", which=message.id, kind=message.kind, why=str(why), dead=dead)


def _next(now: datetime, message: Message) -> datetime:
    """Twice as long each time."""
    return now + timedelta(seconds=min(MAIL_PAUSE << min(message.attempts, 20), MAIL_PAUSE_MOST))


def _is_alive(connection: smtplib.SMTP) -> bool:
    """Whether it can be used for another message, which then begins anew."""
    try:
        return connection.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


# ── SMTP ──────────────────────────────────────────────────────────────────────────────────────


def connected(server: Server) -> smtplib.SMTP:
    """An open connection, encrypted where the server offers it. Raises NotTaken."""
    context = ssl.create_default_context()
    where = f"{server.host}:{server.port}"
    try:
        if server.encrypted:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=SMTP_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=SMTP_SECONDS)
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
        if server.user:
            _log_in(connection, server)
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason or "no encryption"
        raise NotTaken(f"{where} is not trusted: {why}", of_all=True) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NotTaken(f"{where} does not let {server.user} in: {_said(error)}",
                       of_all=True) from error  # fmt: skip
    except smtplib.SMTPResponseException as error:
        raise NotTaken(f"{where} answers {_said(error)}", of_all=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(f"{where} cannot be reached: {_cause(error)}", of_all=True) from error
    return connection


def _log_in(connection: smtplib.SMTP, server: Server) -> None:
    """The password goes to nobody who listens on the way."""
    encrypted = isinstance(connection.sock, ssl.SSLSocket)
    if not encrypted and not _is_this_machine(server.host):
        why = f"{server.host}:{server.port} offers no encryption: the password is not sent to it"
        raise NotTaken(why, of_all=True)
    connection.login(server.user, server.password)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def hand_over(connection: smtplib.SMTP, made: EmailMessage, sender: str, to: str) -> None:
    """Raises NotTaken, for good where the server says so of this message."""
    try:
        connection.send_message(made, sender, [to])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[to]
        why = f"the server refuses the address: {code} {_text(said)}"
        raise NotTaken(why, for_good=code // 100 == 5) from error
    except smtplib.SMTPSenderRefused as error:
        raise NotTaken(f"the server refuses {sender}: {_said(error)}", of_all=True) from error
    except smtplib.SMTPDataError as error:
        why = f"the server refuses the message: {_said(error)}"
        raise NotTaken(why, for_good=error.smtp_code // 100 == 5) from error
    except (OSError, smtplib.SMTPException) as error:
        # Perhaps it has it: then it comes twice, with the same Message-ID.
        raise NotTaken(f"the answer was lost: {_cause(error)}", of_all=True) from error


def _said(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(said: bytes | str) -> str:
    """What a server says, in one short line."""
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]


def _cause(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "no answer in time"
    return getattr(error, "strerror", None) or _text(str(error)) or type(error).__name__
