"""What is recorded of a link by which an order is answered: that it was made, for whom, and that it
was revoked. That it was used stands in the answer's own fact, whose request names the link."""

from datetime import date
from typing import ClassVar

from ledger.domain.events.parts import Event


class AnswerLinkMade(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person of the order's supplier may answer it by a link, whose secret is kept nowhere;
    `ends_on` is its last day."""

    stored: ClassVar[str] = "answer-link-made"
    agreement: str
    order: str
    organisation: str
    person: str
    ends_on: date


class AnswerLinkRevoked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody answers by the link any more, from its very recording on."""

    stored: ClassVar[str] = "answer-link-revoked"
    agreement: str
    order: str
    organisation: str


LinkEvent = AnswerLinkMade | AnswerLinkRevoked
