"""What organisations are called, for a form that asks for their numbers."""

from collections.abc import Iterable

from ledger.application import seeing
from ledger.application.asker import Asker
from ledger.documents.organisation import normalise
from ledger.projections import agreements
from ledger.projections.then import NOW


def names_of(asker: Asker, numbers: Iterable[str]) -> dict[str, str]:
    """By the numbers as they are written, each name as an agreement has it that the asker sees; of
    what is no number, or of nobody that they know, none."""
    wanted: dict[str, list[str]] = {}
    for written in numbers:
        try:
            wanted.setdefault(normalise(written), []).append(written)
        except ValueError:
            continue
    if not wanted:
        return {}
    asker.ledger.views.catch_up()
    with asker.ledger.views.database.reading() as connection:
        rows = {
            number: row
            for organisation in wanted
            for number in agreements.of_party(connection, organisation, asker.visible)
            if (row := agreements.find(connection, number, asker.visible, NOW)) is not None
        }
    found: dict[str, str] = {}
    for row in rows.values():
        state = seeing.named(asker, row.state)
        for party in (*state.buyers, *state.suppliers):
            for written in wanted.get(party.organisation, []):
                found[written] = party.name or found.get(written, "")
    return {written: name for written, name in found.items() if name}
