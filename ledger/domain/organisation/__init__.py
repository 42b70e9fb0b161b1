"""The organisation: who may attest its costs, and how they are coded."""

from ledger.domain.organisation import may
from ledger.domain.organisation.attest import Lacking, Mandate, lacking, mandates, who
from ledger.domain.organisation.commands import (
    EndAttestRight,
    EndDeputy,
    GrantAttestRight,
    NameDeputy,
    SetAddress,
    SetCodeMap,
    SetOwnCost,
)
from ledger.domain.organisation.decisions import (
    end,
    end_deputy,
    grant,
    name_deputy,
    set_address,
    set_code_map,
    set_own_cost,
)
from ledger.domain.organisation.state import (
    ANY,
    STRICT,
    Deputy,
    Right,
    State,
    code_map,
    evolve,
    in_force,
    named,
    stream,
)

__all__ = [
    "ANY",
    "STRICT",
    "Deputy",
    "EndAttestRight",
    "EndDeputy",
    "GrantAttestRight",
    "Lacking",
    "Mandate",
    "NameDeputy",
    "Right",
    "SetAddress",
    "SetCodeMap",
    "SetOwnCost",
    "State",
    "code_map",
    "end",
    "end_deputy",
    "evolve",
    "grant",
    "in_force",
    "lacking",
    "mandates",
    "may",
    "name_deputy",
    "named",
    "set_address",
    "set_code_map",
    "set_own_cost",
    "stream",
    "who",
]
