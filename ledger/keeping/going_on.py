"""A ledger that was put back goes on, openly: what is lost is a fact, the log is signed under
another name, and no number is given out that may have been given out in what is lost."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import select

from ledger import people
from ledger.audit import tree
from ledger.domain import agreement, restoring
from ledger.domain.refusals import NotFound
from ledger.keeping import CannotKeep
from ledger.opening import Ledger
from ledger.projections.database import agreements
from ledger.registry.again import EndedAgain, end_again
from ledger.registry.ended import Ended
from ledger.wording import words


class GoingOn(msgspec.Struct, frozen=True, kw_only=True):
    """How it is to go on: the name that its notary signs as from here, and how many numbers of
    orders are skipped, by default as many as entries are known to be lost."""

    origin: str = ""
    skip: int | None = None


def go_on(
    opened: Ledger,
    asked: GoingOn,
    former: str,
    known: int,
    noted: Sequence[Ended],
    copied_at: datetime,
) -> EndedAgain:
    """Record that a log was put back, end again what was ended, and skip numbers; the read models
    have to be there. `former` is the name that it was signed as, `known` the largest size of which
    a checkpoint is held. Raises CannotKeep where it has to be asked first."""
    head = opened.store.leaves.head()
    lost = max(known - head.size, 0)
    skip = lost if asked.skip is None else asked.skip
    _require_said(asked, former, lost)
    service, registry = opened.service, opened.registry
    by = people.server(service, registry)
    command = restoring.GoOn(
        size=head.size,
        root=tree.root(head).hex(),
        known=known if lost else 0,
        origin=former,
        goes_on_as=asked.origin,
    )
    service.execute(command, by)

    def revoke(token: str) -> bool:
        with suppress(NotFound):
            people.end_token(service, registry, token, RESTORED, by)
            return True
        return False

    ended = end_again(
        registry,
        noted,
        copied_at,
        revoke,
        lambda person: people.erase(service, registry, person, by) is not None,
    )
    with opened.views.database.reading() as connection:
        numbers = connection.execute(select(agreements.c.number)).scalars().all()
    for number in sorted(numbers) if skip else ():
        service.execute(agreement.SkipNumbers(agreement=number, count=skip), by)
    opened.views.catch_up()
    return ended


RESTORED = "Ended before the log was restored"


def _require_said(asked: GoingOn, former: str, lost: int) -> None:
    if former and asked.origin in ("", former):
        raise CannotKeep(
            words(
                "Say with --origin as what the log is signed from here: another name than "
                "{origin}, which has signed entries that are lost.",
                origin=former,
            )
        )
    if not lost and asked.skip is None:
        raise CannotKeep(
            words(
                "It is not known how much is lost: give the newest checkpoint that anybody holds, "
                "or say with --skip how many orders may have been numbered since."
            )
        )
