"""The public notices of amendments (LOU 17 kap. 11 and 12 §§): with them, or told afterwards."""

from collections.abc import Sequence
from datetime import date

import msgspec

from ledger.domain.days import not_come
from ledger.domain.events import AgreementAmended, Notice, NoticePublished
from ledger.domain.refusals import Fault

MISSING = "notice-missing"
"""The flag of an amendment that is made known by a notice and names none."""


class AmendmentNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A covered amendment that is made known by a notice; None where it is still to be told."""

    decision: str
    ground: str
    notice: Notice | None = None


Notices = tuple[AmendmentNotice, ...]


def noticed(known: Notices, event: AgreementAmended) -> Notices:
    """After an amendment: one that says its notice, or was flagged for saying none."""
    if not event.covered or (event.notice is None and MISSING not in event.flags):
        return known
    one = AmendmentNotice(decision=event.decision, ground=event.ground, notice=event.notice)
    return (*known, one)


def published(known: Notices, event: NoticePublished) -> Notices:
    """After the notice of a decision was told: of its amendments that had none."""
    return tuple(
        msgspec.structs.replace(one, notice=event.notice) if is_of(one, event.decision) else one
        for one in known
    )


def notice_faults(notice: Notice | None, today: date) -> list[Fault]:
    """A notice that is named is published: one of a day to come makes nothing known."""
    if notice is None or notice.published_on <= today:
        return []
    return [not_come("/notice/published_on", notice.published_on, today)]


def is_of(one: AmendmentNotice, decision: str) -> bool:
    """Whether it is an amendment of the decision that lacks its notice."""
    return one.notice is None and one.decision == decision


def answered(flags: Sequence[str], known: Notices) -> tuple[str, ...]:
    """The agreement's flags when no amendment lacks its notice any more; the amendment's own fact
    keeps what it was flagged for."""
    lacking = any(one.notice is None for one in known)
    return tuple(flag for flag in flags if flag != MISSING or lacking)


class PublishNotice(msgspec.Struct, frozen=True, kw_only=True):
    """Tell the notice of an amendment that was recorded without it; `on` is when it was published.

    `decision` is the amendment's.
    """

    agreement: str
    decision: str
    number: str
    on: date
