"""What stopped a verb, in words: a refusal, or a database that is not there or not sound."""

from collections.abc import Mapping

from ledger import faults
from ledger.cli.opening import ledger
from ledger.cli.output import Stopped, language, said
from ledger.domain.refusals import CapExceeded, Invalid, LedgerDamaged, Refusal, Unavailable
from ledger.wording import fault_sentence, sentence, words


def stopped(error: Exception) -> Stopped | None:
    """The error as something to be told; None where it is a bug."""
    if isinstance(error, Unavailable) and (fault := faults.told(error)) is not None:
        return Stopped(said(fault))
    if isinstance(error, Refusal):
        return Stopped("\n".join(_lines(error)))
    from sqlalchemy.exc import DBAPIError

    from ledger.opening import OtherVersion
    from ledger.store import NotInitialised, TreeDamaged

    if isinstance(error, OtherVersion):
        return Stopped(said(error.sentence))
    if isinstance(error, NotInitialised):
        return Stopped(said(words("There is no ledger yet: run `avrop init`.")))
    if isinstance(error, TreeDamaged):
        return Stopped(sentence(LedgerDamaged(reason=str(error)), language()))
    if not isinstance(error, DBAPIError):
        return None
    fault = faults.told(error)
    return Stopped(sentence(Unavailable(), language()) if fault is None else said(fault))


def _lines(refusal: Refusal) -> list[str]:
    """The refusal in words; of a body with faults each, with its place."""
    if isinstance(refusal, Invalid):
        return [
            f"{one.pointer or '/'}: {fault_sentence(one, language())}" for one in refusal.faults
        ]
    others = refusal.others if isinstance(refusal, CapExceeded) else ()
    return [sentence(one, language(), _names) for one in (refusal, *others)]


def _names(ids: set[str]) -> Mapping[str, str]:
    """Of people: they are kept outside the log, and so outside of refusals."""
    return ledger(check=False).registry.names(ids)
