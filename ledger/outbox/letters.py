"""A message as mail: text and HTML of the same words, and course days as a calendar file.

Sent again it is the same mail to the byte but for its boundaries and a certificate's checkpoint:
who it is from, its day and its Message-ID come of the message, so that a server that has it already
can tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from icalendar import Calendar, Event

from ledger.application import certificates
from ledger.application.answers.sheets import sheet_answer
from ledger.bounds import MAX_CERTIFICATE_SENT
from ledger.domain import agreement, order
from ledger.opening import Ledger
from ledger.outbox.saying import Heading, Letter, Paragraph, Part, Row, Way, letter
from ledger.registry import mail
from ledger.registry.outbox import Message
from ledger.wording import Sentence, say, words

WIDTH = 22
"""Characters that the names of a table of plain text are padded to."""


def made(ledger: Ledger, message: Message, way: mail.Way) -> EmailMessage:
    """The mail of a message, to where its reader is."""
    found, language = letter(ledger, message), way.language
    sender = ledger.settings.sender
    made = EmailMessage(policy=SMTP)
    made["From"] = Address("Avrop", *sender.rsplit("@", 1))
    made["To"] = Address("", *way.address.rsplit("@", 1))
    made["Subject"] = unencoded(_said(ledger, found.subject, language))
    made["Date"] = datetime.fromisoformat(message.made_at)
    made["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = language
    parts = [*found.parts, *_ending(ledger, message)]
    made.set_content(text(ledger, parts, language))
    made.add_alternative(html(ledger, found, parts, language), subtype="html")
    if found.order and (days := calendar_of(ledger, found.order, message.made_at)):
        made.add_attachment(
            days, maintype="text", subtype="calendar", filename=f"{found.order}.ics"
        )
    if found.certified and (certificate := certificates.for_supplier(ledger, found.certified)):
        data = certificates.in_bytes(certificate)
        name = f"{found.certified}-room-certificate.json"
        if len(data) <= MAX_CERTIFICATE_SENT:
            made.add_attachment(data, maintype="application", subtype="json", filename=name)
    if found.invoiced:
        made.add_attachment(sheet_of(ledger, found.order, language), filename=f"{found.order}.txt")
    return made


def unencoded(text: str) -> str:
    """Of what somebody wrote nothing is an encoded word (RFC 2047, which begins with =?): the
    library decodes one in a header that it is given, and its line breaks would begin others."""
    return text.replace("=?", "= ?")


def sheet_of(ledger: Ledger, number: str, language: str) -> str:
    """What to write where in the invoice of an order."""
    state: order.State = ledger.service.load(order.stream(number))[1]
    of: agreement.State = ledger.service.load(agreement.stream(state.agreement))[1]
    return sheet_answer(of, [state], language, one=True).text


def _ending(ledger: Ledger, message: Message) -> list[Part]:
    """Why a person is written to, and where to change it."""
    if not message.whose.startswith("p-"):
        return []
    return [
        Way(
            words("Choose how often you are written to"),
            f"{ledger.settings.address}/settings/mail",
        )
    ]


def _said(ledger: Ledger, sentence: Sentence, language: str) -> str:
    return _line(say(sentence, language, ledger.registry.names))


def _line(text: str) -> str:
    """What somebody wrote, on one line; spaces that do not break stay so."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text).strip()


def text(ledger: Ledger, parts: Sequence[Part], language: str) -> str:
    """The parts as plain text."""
    lines: list[str] = []
    before: type | None = None
    for part in parts:
        if lines and not (isinstance(part, Row) and before is Row):
            lines.append("")
        match part:
            case Heading():
                heading = _said(ledger, part.said, language)
                lines += [heading, "-" * len(heading)]
            case Paragraph():
                lines.append(_said(ledger, part.said, language))
            case Row():
                label = f"{_said(ledger, part.label, language)}:"
                lines.append(f"{label.ljust(WIDTH)} {_value(ledger, part, language)}")
            case Way():
                lines += [f"{_said(ledger, part.said, language)}:", part.address]
        before = type(part)
    return "\n".join(lines) + "\n"


def html(ledger: Ledger, found: Letter, parts: Sequence[Part], language: str) -> str:
    """The parts as HTML, with nothing that is fetched from elsewhere."""
    lines, in_table = [], False
    for part in parts:
        if isinstance(part, Row) != in_table:
            in_table = not in_table
            lines.append("<table>" if in_table else "</table>")
        match part:
            case Heading():
                lines.append(f"<h2>{escape(_said(ledger, part.said, language))}</h2>")
            case Paragraph():
                lines.append(f"<p>{escape(_said(ledger, part.said, language))}</p>")
            case Row():
                label = escape(_said(ledger, part.label, language))
                value = escape(_value(ledger, part, language))
                lines.append(f'<tr><th scope="row" align="left">{label}:</th><td>{value}</td></tr>')
            case Way():
                said = escape(_said(ledger, part.said, language))
                address = escape(part.address)
                lines.append(f'<p>{said}:<br><a href="{address}">{address}</a></p>')
    if in_table:
        lines.append("</table>")
    title = escape(_said(ledger, found.subject, language))
    body = "\n".join(lines)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n<body>\n{body}\n</body></html>\n"
    )


def _value(ledger: Ledger, row: Row, language: str) -> str:
    if isinstance(row.value, Sentence):
        return _said(ledger, row.value, language)
    return _line(row.value)


# ── Course days ───────────────────────────────────────────────────────────────────────────────


def calendar_of(ledger: Ledger, number: str, made_at: str) -> bytes | None:
    """The days of a course as a calendar file; None where none is planned."""
    state: order.State | None = ledger.service.load(order.stream(number))[1]
    days = [] if state is None else course_days(state)
    if state is None or not days:
        return None
    calendar = Calendar()
    calendar.add("prodid", "-//Avrop//Course days//")
    calendar.add("version", "2.0")
    host = ledger.settings.sender.rpartition("@")[2] or "avrop.invalid"
    for place, (first, last) in enumerate(days, start=1):
        event = Event()
        event.add("uid", f"{number}-{place}@{host}")
        event.add("dtstamp", datetime.fromisoformat(made_at))
        event.add("dtstart", first)
        event.add("dtend", last + timedelta(days=1))
        event.add("summary", f"{state.course} ({number})")
        calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


def course_days(state: order.State) -> list[tuple[date, date]]:
    """First and last days of what is planned: of its sessions that are not cancelled, or else of
    the whole course."""
    if state.sessions:
        days = [one.day for one in state.sessions if one.status != "cancelled"]
        return [(day, day) for day in sorted(days) if day is not None]
    if state.starts_on is None:
        return []
    return [(state.starts_on, state.ends_on or state.starts_on)]
