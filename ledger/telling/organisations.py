"""What is recorded of an organisation as sentences for people."""

from typing import assert_never

from ledger.domain.access import ENDS_WITH_PERSON
from ledger.domain.events import (
    AddressOfRecordSet,
    AttestRightEnded,
    AttestRightGranted,
    CodeMapSet,
    DeputyEnded,
    DeputyNamed,
    OrganisationEvent,
    OwnCostSet,
)
from ledger.domain.refusals import Amount, Figures, Person
from ledger.wording import Sentence, words


def tell_organisation(event: OrganisationEvent, name: str, currency: str) -> Sentence:
    match event:
        case AttestRightGranted():
            return _granted(event, currency)
        case AttestRightEnded():
            template = "Attest right {number} ends on {ends_on} (decision {decision})"
            if event.decision == ENDS_WITH_PERSON:
                template = "Attest right {number} ends on {ends_on}, since its person was erased"
            return _ended(template, event)
        case DeputyNamed():
            return words(
                "{deputy} is a deputy for {person}, valid {period} (decision {decision})",
                deputy=Person(event.deputy),
                person=Person(event.person),
                period=_period(event),
                decision=event.decision,
            )
        case DeputyEnded():
            template = "Deputy {number} ends on {ends_on} (decision {decision})"
            if event.decision == ENDS_WITH_PERSON:
                template = "Deputy {number} ends on {ends_on}, since a person of it was erased"
            return _ended(template, event)
        case OwnCostSet():
            if not event.own_cost:
                return words(
                    "Nothing counts as one's own cost from {starts_on} (decision {decision})",
                    starts_on=event.starts_on,
                    decision=event.decision,
                )
            return words(
                "One's own cost from {starts_on} is what one has: {own_cost} (decision {decision})",
                own_cost=" / ".join(event.own_cost),
                starts_on=event.starts_on,
                decision=event.decision,
            )
        case AddressOfRecordSet():
            template = "The address that orders to {organisation} go to was set"
            if not event.address_digest:
                template = "The address that orders to {organisation} go to was taken away"
            return words(template, organisation=name)
        case CodeMapSet():
            return words(
                "The code string of {organisation} is {parts} from {starts_on} "
                "(decision {decision})",
                organisation=name,
                parts=event.separator.join(part.name for part in event.parts),
                starts_on=event.starts_on,
                decision=event.decision,
            )
        case _:
            assert_never(event)


def _granted(event: AttestRightGranted, currency: str) -> Sentence:
    said: dict[str, Figures] = {
        "number": event.number,
        "person": Person(event.person),
        "codes": event.responsibilities,
        "period": _period(event),
        "decision": event.decision,
    }
    if event.limit is None:
        return words(
            "Attest right {number} granted to {person}: {codes} without a limit, "
            "valid {period} (decision {decision})",
            **said,
        )
    return words(
        "Attest right {number} granted to {person}: {codes} up to {most}, "
        "valid {period} (decision {decision})",
        **said,
        most=Amount(event.limit, currency or "SEK"),
    )


def _ended(template: str, event: AttestRightEnded | DeputyEnded) -> Sentence:
    return words(template, number=event.number, ends_on=event.ends_on, decision=event.decision)


def _period(event: AttestRightGranted | DeputyNamed) -> str:
    """From its first day to its last; to nothing where it has no last one."""
    return f"{event.starts_on}–{event.ends_on or ''}"
