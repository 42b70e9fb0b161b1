"""What can be done: here is the list, from which every door has its routes, verbs and steps."""

from ledger.application.acts import (
    agreements,
    auditors,
    competitions,
    documents,
    drawdowns,
    funding,
    ledgers,
    orders,
    organisations,
    people,
)
from ledger.application.acts.act import Act

ACTS: tuple[Act, ...] = (
    *agreements.ACTS,
    *orders.ACTS,
    *drawdowns.ACTS,
    *documents.ACTS,
    *funding.ACTS,
    *competitions.ACTS,
    *organisations.ACTS,
    *auditors.ACTS,
    *people.ACTS,
    *ledgers.ACTS,
)

NAMED: dict[tuple[str, str], Act] = {(act.heading, act.name): act for act in ACTS}


def act_of(section: str, name: str) -> Act:
    """The act of a section of the API by its name."""
    return NAMED[section, name]
