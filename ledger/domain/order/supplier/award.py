"""Orders that were competed for: by an awarded competition, its winner's, and no more than won."""

from datetime import date

from ledger.domain import agreement
from ledger.domain.agreement import Competition, competition_name
from ledger.domain.refusals import Amount, CompetitionNeeded, Fault, NotFound, OverAward
from ledger.domain.selection import Award


def competition_faults(
    of: agreement.State, number: int | None, won: Competition | None, supplier: str | None
) -> list[Fault]:
    """A competition has its place where orders are competed for, and its supplier is its winner."""
    if number is not None and not _is_competed(of):
        sentence = "Orders under this agreement are not competed for."
        return [Fault(pointer="/competition", sentence=sentence)]
    if won is not None and won.winner is not None and supplier not in (None, won.winner):
        figures = {
            "supplier": supplier or "",
            "competition": competition_name(of.number, won.number),
        }
        sentence = "{supplier} did not win {competition}."
        return [Fault(pointer="/supplier", sentence=sentence, figures=figures)]
    return []


def named_supplier(
    of: agreement.State, supplier: str | None, won: Competition | None, day: date
) -> str | None:
    """Who is named, or won; where nobody did anybody will do, since the order is then refused."""
    winner = won.winner if won is not None else None
    competed = agreement.suppliers_on(of, day)[0].organisation if _is_competed(of) else None
    return supplier or winner or competed


def award_of(of: agreement.State, won: Competition | None, buyer: str, day: date) -> Award | None:
    """What a buyer's order is by; None where orders are not competed for, or nothing is won: by the
    buyer's own competition, or one of who leads."""
    if won is not None and won.buyer not in ("", buyer, agreement.lead_of(of, day)):
        return None
    if not _is_competed(of) or won is None or won.status != "awarded" or won.amount is None:
        return None
    return Award(competition=won.number, amount=won.amount)


def check_competed(of: agreement.State, number: int | None, award: Award | None) -> None:
    """Raises CompetitionNeeded; NotFound unless it is awarded and unused."""
    if not _is_competed(of):
        return
    if number is None:
        raise CompetitionNeeded(agreement=of.number)
    if award is None:
        raise NotFound(what="awarded competition", name=competition_name(of.number, number))


def check_award(agreement: str, award: Award | None, asked: int, currency: str) -> None:
    """Raises OverAward where an order would be of more than was offered for it."""
    if award is not None and asked > award.amount:
        raise OverAward(
            asked=Amount(asked, currency),
            awarded=Amount(award.amount, currency),
            competition=competition_name(agreement, award.competition),
        )


def _is_competed(of: agreement.State) -> bool:
    return of.selection is not None and of.selection.method == "competition"
