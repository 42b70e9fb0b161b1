"""Who takes received files in, and what becomes of one."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from ledger.documents.faults import Fault
from ledger.domain.events import By
from ledger.projections import Views
from ledger.reasons import Why
from ledger.registry import Registry
from ledger.service import Service


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a received file; `refusal` is the type of what keeps it in the queue,
    `freed` that a file recorded before was turned down or withdrawn, and may be taken up again;
    `receipt` what the drawdown's newest record has in the log's hash tree. `warnings` are what was
    odd about the file and did not refuse it."""

    sha256: str
    status: Literal["recorded", "duplicate", "queued", "discarded"]
    drawdown: str = ""
    why: Why = Why()
    refusal: str = ""
    freed: bool = False
    version: int = 0
    receipt: str = ""
    warnings: tuple[Fault, ...] = ()


class Desk(NamedTuple):
    """Who takes files in, and with what.

    `organisation` narrows files to those made out to it, and orders to those under agreements that
    it is a buyer of (None: all of the ledger's). `now` is when it is done, where that is not this
    moment: see `Service.execute`.
    """

    by: By
    service: Service
    views: Views
    registry: Registry
    organisation: str | None
    now: datetime | None = None
    acting: Callable[[str], By] | None = None
    """Who takes files in for all of the ledger acts for each buyer as one of its people."""

    def acting_for(self, buyer: str) -> "Desk":
        """The desk with whom its person is in what they record for a buyer: who decides it there
        later is the same, or another."""
        return self if self.acting is None else self._replace(by=self.acting(buyer))
