"""What organisations are called, for a form that asks for their numbers."""

from collections.abc import Iterable

from ledger.application.asker import Asker
from ledger.documents.organisation import normalise
from ledger.projections import agreements


def names_of(asker: Asker, numbers: Iterable[str]) -> dict[str, str]:
    """By the numbers as they are written, each name as an agreement has it that the asker sees; of
    what is no number, or of nobody that they know, none."""
    wanted: dict[str, str] = {}
    for written in numbers:
        try:
            wanted[written] = normalise(written)
        except ValueError:
            continue
    if not wanted:
        return {}
    asker.ledger.views.catch_up()
    with asker.ledger.views.database.reading() as connection:
        found = {
            written: agreements.name_of(connection, organisation, asker.visible)
            for written, organisation in wanted.items()
        }
    return {written: name for written, name in found.items() if name}
