"""Links by which an order is answered, told."""

from typing import assert_never

from ledger.domain.events import AnswerLinkMade, AnswerLinkRevoked, LinkEvent
from ledger.domain.refusals import Person
from ledger.wording import Sentence, words


def tell_link(event: LinkEvent, name: str, _: str) -> Sentence:
    match event:
        case AnswerLinkMade():
            return words(
                "{order}: {person} may answer for {organisation} by a link, until {ends_on}",
                order=event.order,
                person=Person(event.person),
                organisation=event.organisation,
                ends_on=event.ends_on,
            )
        case AnswerLinkRevoked():
            return words("{order}: a link to answer it by was revoked", order=event.order)
        case _:
            assert_never(event)
