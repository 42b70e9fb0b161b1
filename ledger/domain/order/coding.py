"""How the lines of an order are coded, and coded anew: by the map of the buyer's organisation."""

import msgspec

from ledger.domain import agreement, organisation
from ledger.domain.codes import RESPONSIBILITY, CodeMap, Codes, CodesGiven, read, written
from ledger.domain.events import LineRecoded, New, OrderLine
from ledger.domain.given import Given
from ledger.domain.order.commands import LineTerms, RecodeLine
from ledger.domain.order.room import with_moves
from ledger.domain.order.state import State
from ledger.domain.refusals import Fault, Invalid


class Coding(msgspec.Struct, frozen=True, kw_only=True):
    """How a line is booked; `code_string` is its codes as the map of now writes them."""

    cost_centre: str | None = None
    codes: Codes = ()
    code_string: str = ""


def coding_of(
    line: LineTerms, before: OrderLine | None, code_map: CodeMap | None, pointer: str
) -> tuple[Coding, list[Fault]]:
    """A line's coding and its faults. One that says nothing keeps that of the line before it."""
    says_nothing = line.codes is None and before is not None and bool(before.codes)
    if before is not None and says_nothing and line.cost_centre in (None, before.cost_centre):
        kept = Coding(
            cost_centre=before.cost_centre, codes=before.codes, code_string=before.code_string
        )
        return kept, []
    return coded(line.codes or (), line.cost_centre, code_map, pointer)


def coded(
    given: CodesGiven, cost_centre: str | None, code_map: CodeMap | None, pointer: str
) -> tuple[Coding, list[Fault]]:
    """The responsibility of the codes is the cost centre, and the other way round."""
    named = code_map is not None and any(p.name == RESPONSIBILITY for p in code_map.parts)
    if named and cost_centre and not isinstance(given, str):
        given = tuple({RESPONSIBILITY: cost_centre, **dict(given)}.items())
    codes, faults = read(given, code_map, f"{pointer}/codes")
    responsibility = dict(codes).get(RESPONSIBILITY)
    if responsibility and cost_centre not in (None, responsibility):
        faults.append(
            Fault(
                pointer=f"{pointer}/cost_centre",
                sentence="The cost centre {cost_centre} is not the code string's {part}, {value}.",
                figures={
                    "cost_centre": str(cost_centre),
                    "part": RESPONSIBILITY,
                    "value": responsibility,
                },
            )
        )
    coding = Coding(
        cost_centre=cost_centre or responsibility,
        codes=codes,
        code_string=written(codes, code_map),
    )
    return coding, faults


def recode(command: RecodeLine, state: State, given: Given) -> list[New]:
    """Also of what is drawn: the books are then put right by what moves between code strings.

    Raises Invalid.
    """
    of = agreement.named(given, state.agreement)
    code_map = organisation.code_map(given, state.buyer, command.on)
    line = next((one for one in state.lines if one.number == command.line), None)
    if line is None:
        figures = {"order": state.number, "line": str(command.line)}
        raise Invalid(
            Fault(pointer="/line", sentence="{order} has no line {line}.", figures=figures)
        )
    if command.codes is None and command.cost_centre is None:
        raise Invalid(Fault(pointer="", sentence="Nothing is changed."))
    codes = command.codes
    if codes is None:
        kept = dict(line.codes)
        kept.pop(RESPONSIBILITY, None)
        codes = tuple(kept.items())
        if command.cost_centre and RESPONSIBILITY in dict(line.codes):
            codes = ((RESPONSIBILITY, command.cost_centre), *codes)
    coding, faults = coded(codes, command.cost_centre, code_map, "")
    if faults:
        raise Invalid(*faults)
    if coding == Coding(
        cost_centre=line.cost_centre, codes=line.codes, code_string=line.code_string
    ):
        raise Invalid(Fault(pointer="", sentence="Nothing is changed."))
    event = LineRecoded(
        line=line.number,
        codes=coding.codes,
        code_string=coding.code_string,
        cost_centre=coding.cost_centre,
        reason=command.reason,
    )
    return with_moves(state, of, event, command.on, "recoded")
