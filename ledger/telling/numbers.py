"""The number of an agreement, told."""

from ledger.domain.events import NumberTaken
from ledger.wording import Sentence, words


def tell_number(event: NumberTaken, name: str, _: str) -> Sentence:
    return words("The number {number} is taken, in whatever case", number=event.number)
