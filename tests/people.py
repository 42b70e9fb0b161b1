"""People of a test's ledger, whom the log knows: one way for all tests."""

from ledger import people
from ledger.opening import Ledger

BUYER = "2120002403"


def let_in(ledger: Ledger, name: str, organisation: str, roles: tuple[str, ...]) -> str:
    """A token of an organisation's person, made and given the roles where need be."""
    of = ledger.registry.party(organisation)
    return people.let_in(ledger.service, ledger.registry, name, of, tuple(roles))


def person_of(ledger: Ledger, name: str, organisation: str = BUYER) -> str:
    """The id of an organisation's person; where there is nobody of that name, of one who is made
    beside the log alone, and of whom it says nothing."""
    return ledger.registry.who(name, organisation)
