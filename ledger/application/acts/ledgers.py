"""What is done to the ledger as a whole: its calendar, bundles given out. Each door does it by
hand."""

from ledger.application.acts.act import Act
from ledger.application.bodies.calendar import Tick
from ledger.domain import access

ACTS = (
    Act(
        to="ledger",
        name="tick",
        says="Record what a day brings about; what was recorded is not recorded again.",
        body=Tick,
        roles=("admin",),
        answer="calendar.Ticked",
        route="/tick",
        section="calendar",
        verb="tick",
        step=None,
        by_hand=True,
    ),
    Act(
        to="ledger",
        name="bundle",
        says="What an outsider needs to check an agreement's history; who is given it is recorded.",
        command=access.RecordBundleRead,
        roles=("auditor", "admin"),
        route="/audit/bundle",
        method="GET",
        section="audit",
        verb="bundle",
        step=None,
        by_hand=True,
    ),
)
