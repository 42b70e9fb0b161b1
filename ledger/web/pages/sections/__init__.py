"""The parts of an agreement, each at an address of its own: one file a part; here is the list."""

from ledger.web.pages.sections import (
    amendments,
    documents,
    funding,
    limits,
    members,
    orders,
    statement,
    suppliers,
    timeline,
)
from ledger.web.pages.sections.frame import blueprint

PARTS = (orders, limits, amendments, members, funding, suppliers, statement, timeline, documents)
"""Each states its routes on the one blueprint of agreements."""

__all__ = ["PARTS", "blueprint"]
