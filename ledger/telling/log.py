"""What is recorded of the log itself, told."""

from ledger.domain.events import LogRestored
from ledger.wording import Sentence, words


def tell_log(event: LogRestored, name: str, _: str) -> Sentence:
    """Entries are told by their numbers, from 0, as the proof tells them."""
    if event.known > event.size:
        return words(
            "The log was restored up to entry {last}; entries {first} to {known} are lost",
            last=event.size - 1,
            first=event.size,
            known=event.known - 1,
        )
    return words(
        "The log was restored up to entry {last}; what came after is not known",
        last=event.size - 1,
    )
