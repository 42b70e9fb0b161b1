"""What people made of a received file, told."""

from typing import assert_never

from ledger.domain.events import FileDiscarded, FileEvent, FileRemoved, FileReturned
from ledger.wording import Sentence, words


def tell_file(event: FileEvent, name: str, _: str) -> Sentence:
    match event:
        case FileDiscarded():
            return words("File {name} was discarded: {reason}", name=name[:12], reason=event.reason)
        case FileReturned():
            return words("File {name}, which was discarded, waits again", name=name[:12])
        case FileRemoved():
            return words(
                "File {name}, received {on}, was removed: it was kept as long as it had to be",
                name=name[:12],
                on=event.received_on,
            )
        case _:
            assert_never(event)
