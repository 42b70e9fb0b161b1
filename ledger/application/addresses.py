"""Addresses of record: where orders to an organisation go. The address is beside the log; that it
was set, by whom, and a salted digest of it, is in it."""

from __future__ import annotations

from msgspec.structs import replace

from ledger.application import seeing
from ledger.application.answers.organisations import AddressOfRecord
from ledger.application.asker import Asker
from ledger.domain import access, organisation
from ledger.domain.personal import is_e_mail
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.registry import mail
from ledger.service import Outcome
from ledger.store import Request


def set_address(
    asker: Asker,
    number: str,
    address: str,
    language: str,
    once: Request | None = None,
    expected: tuple[int, ...] | None = None,
) -> tuple[Outcome, AddressOfRecord]:
    """An empty one: nothing is sent to it any more. Raises NotFound, NotAParty, Invalid,
    VersionDiffers."""
    seeing.require_own_organisation(asker, number)
    if address and not is_e_mail(address):
        raise Invalid(Fault(pointer="/address", sentence=NO_ADDRESS))
    way = mail.Way(whose=number, address=address, language=language, salt=mail.new_salt())
    digest = access.digest_of(way.salt, address) if address else ""
    command = organisation.SetAddress(organisation=number, address_digest=digest)
    ledger = asker.ledger
    outcome = ledger.service.execute(command, asker.by, once, expected=expected)
    if not outcome.replayed:
        mail.keep(ledger.registry, way)
    return outcome, address_of(asker, number)


NO_ADDRESS = "Write one address of e-mail, as orders@example.se."


def address_of(asker: Asker, number: str) -> AddressOfRecord:
    """It may be a person's name, and is told to whoever is told those of the organisation's people.
    Raises NotFound."""
    seeing.require_own_organisation(asker, number)
    if not asker.at_the_server and number not in asker.people_of:
        raise NotFound(what="organisation", name=number)
    way = mail.of(asker.ledger.registry, number)
    return AddressOfRecord(
        number=number,
        address="" if way is None else way.address,
        language="sv" if way is None else way.language,
        proved=is_proved(asker, number),
    )


def deciding(asker: Asker) -> Asker:
    """The same in the role in which an address of record is set."""
    role = next((one for one in ("admin", "manager", "supplier") if one in asker.roles), "")
    return replace(asker, by=replace(asker.by, role=role))


def is_proved(asker: Asker, number: str) -> bool | None:
    """Whether the address that is kept is the one that the log has a digest of; None where neither
    is there."""
    way = mail.of(asker.ledger.registry, number)
    state: organisation.State | None = asker.ledger.service.load(organisation.stream(number))[1]
    digest = "" if state is None else state.address_digest
    if way is None and not digest:
        return None
    return way is not None and access.digest_of(way.salt, way.address) == digest


def set_own_way(asker: Asker, address: str, often: str, language: str) -> None:
    """Where the asker is written to, how often, and in which language. Raises Invalid."""
    if address and not is_e_mail(address):
        raise Invalid(Fault(pointer="/address", sentence=NO_ADDRESS))
    way = mail.Way(whose=asker.by.person, address=address, often=often, language=language)
    mail.keep(asker.ledger.registry, way)
