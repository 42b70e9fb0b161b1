"""Ending again, in a registry that was put back, what was ended since it was copied."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec
from sqlalchemy import delete, update

from ledger.registry import Registry
from ledger.registry.ended import Ended
from ledger.registry.sign_ins import forget_person
from ledger.registry.tables import going, invitations, sessions, sign_ins


class EndedAgain(msgspec.Struct, frozen=True, kw_only=True):
    """How many of what was ended since were in the copy as if they were not; tokens and persons
    by their ids."""

    tokens: tuple[str, ...]
    persons: tuple[str, ...]
    sign_ins: int


def end_again(
    registry: Registry,
    ended: Iterable[Ended],
    copied_at: datetime,
    revoke: Callable[[str], bool],
    erase: Callable[[str], bool],
) -> EndedAgain:
    """Every session, invitation and single sign-on under way ends: who is there signs in anew.
    Tokens, persons and ways in that were ended end once more, by `revoke` and `erase`, which say
    whether there was one."""
    tokens, persons, ways = [], [], 0
    with registry.transaction() as connection:
        for table in (sessions, invitations, going):
            connection.execute(delete(table))
    for one in ended:
        match one.what:
            case "token":
                tokens += [one.id] if revoke(one.id) else []
            case "person":
                persons += [one.id] if erase(one.id) else []
            case "passphrase" if one.at >= copied_at:
                change = update(sign_ins).where(sign_ins.c.id == one.id)
                with registry.transaction() as connection:
                    ways += connection.execute(change.values(passphrase="")).rowcount
            case "tie" if one.at >= copied_at and registry.sign_in_of(one.id) is not None:
                with registry.transaction() as connection:
                    forget_person(connection, one.id)
                ways += 1
    return EndedAgain(tokens=tuple(tokens), persons=tuple(persons), sign_ins=ways)
