"""People of a test's ledger, whom the log knows: one way for all tests."""

from datetime import UTC, datetime

from ledger import people
from ledger.opening import Ledger

BUYER = "2120002403"


def let_in(ledger: Ledger, name: str, organisation: str, roles: tuple[str, ...]) -> str:
    """A token of an organisation's person, made and given the roles where need be."""
    of = ledger.registry.party(organisation)
    return people.let_in(ledger.service, ledger.registry, name, of, tuple(roles))


def let_in_since(ledger: Ledger, name: str, organisation: str, roles: tuple[str, ...]) -> str:
    """The same of who had the roles before this day, whatever a clock says that it is: a server in
    a process of its own has the machine's."""
    of, begun = ledger.registry.party(organisation), datetime(2023, 1, 2, 12, tzinfo=UTC)
    parts = ledger.service, ledger.registry
    id = people.person(*parts, name, of, now=begun)
    people.grant(*parts, id, roles, now=begun)
    return people.give_token(*parts, id, tuple(roles))


def person_of(ledger: Ledger, name: str, organisation: str = BUYER) -> str:
    """The id of an organisation's person, made where there is nobody of that name."""
    return ledger.registry.who(name, organisation)
