"""Where an order's money stands: the one place that knows reserved from committed from drawn.

An open order counts, for each group of its lines of the same year, buyer, supplier, kind and
funding, `max(ordered, net invoiced)` against every limit, a closed or declined one its net invoiced
amount. What an invoice draws beyond its own line takes room from other lines of its group alone, so
that the rule holds whatever limits there are. An invoice that waits for approval holds its amount;
only an approved one is drawn. Credits beyond what was invoiced make no room: what a group has drawn
below 0 stays committed.

A line whose cost is split counts for each organisation that carries a part of it: what is
invoiced by the shares that were stored, what is left by the split as it is now. So the shares of
a line always add up to the line, and a member's limit is a limit like any other. A fee for seats
of a named holder is that holder's alone, and is what invoices of its line draw first.

What is invoiced counts for the funding source that covers it, and for none where it is not
eligible; all else for the source that its line names. So a grant is a limit like any other, and
counts no cost that it does not cover.

Every decision takes the position before and after and moves the difference, so the four places
cannot drift apart.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from ledger.domain.events import LineAmount, OrderLine
from ledger.domain.funding import add_funded, sources_of
from ledger.domain.limits import Dimensions, Move, Use
from ledger.domain.sharing import Shares, Split, Weight, add_shares, share_out

Place = Literal["reserved", "committed"]
Carrier = tuple[str, str | None]
"""Who carries a cost, and which funding source covers it (None: none does)."""
Coding = tuple[str | None, str]
"""Cost centre and code string: how a line is booked."""
Key = tuple[int, Dimensions, Coding]
Group = tuple[int, str, str | None]
"""Year, kind and funding: lines of an order that are alike in these count together."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What an order asks for and what has been invoiced of it, in öre by line number."""

    buyer: str
    supplier: str
    place: Place
    lines: tuple[OrderLine, ...]
    open: bool
    drawn: tuple[LineAmount, ...]
    pending: tuple[LineAmount, ...]
    split: Split | None = None
    fees: tuple[LineAmount, ...] = ()
    """What is one organisation's alone of the lines, whose share it is, invoiced or not."""
    seats: int = 0
    """How many seats are in use of it; 0 of one whose seats are counted by no limit."""
    holders: tuple[Weight, ...] = ()
    """Whose the seats are; what is nobody's is the buyer's."""
    least: int = 1
    """The least part of the currency, in hundredths: shares are whole ones of it."""


def by_line(amounts: Sequence[LineAmount]) -> dict[int, int]:
    """Öre by line number, the parts of a line added up."""
    total: dict[int, int] = {}
    for part in amounts:
        total[part.line] = total.get(part.line, 0) + part.amount
    return total


def add_lines(
    amounts: tuple[LineAmount, ...], more: Sequence[LineAmount], sign: int = 1
) -> tuple[LineAmount, ...]:
    """Amounts and their shares by line after more of them; lines that come to 0 are left out."""
    total = by_line(amounts)
    shares = {part.line: part.shares for part in amounts}
    funded = {part.line: part.funded for part in amounts}
    fees = {part.line: part.fees for part in amounts}
    for part in more:
        total[part.line] = total.get(part.line, 0) + sign * part.amount
        if part.shares:
            shares[part.line] = add_shares(shares.get(part.line, ()), part.shares, sign)
        if part.funded:
            funded[part.line] = add_funded(funded.get(part.line, ()), part.funded, sign)
        if part.fees:
            fees[part.line] = add_shares(fees.get(part.line, ()), part.fees, sign)
    return tuple(
        LineAmount(
            line=line,
            amount=amount,
            shares=shares.get(line, ()),
            funded=funded.get(line, ()),
            fees=fees.get(line, ()),
        )
        for line, amount in sorted(total.items())
        if amount or shares.get(line) or funded.get(line) or fees.get(line)
    )


def ordered(lines: Sequence[OrderLine]) -> int:
    """Öre, excluding VAT."""
    return sum(line.amount for line in lines)


def group_of(holding: Holding, number: int) -> Group:
    """The group of a line; buyer and supplier are the order's."""
    line = _line_of(holding, number)
    return line.year, line.kind, line.funding


def left_by_line(holding: Holding) -> dict[int, int]:
    """What is still to be invoiced, by line: never below 0, and in a group of lines all
    max(ordered, invoiced)."""
    asked = {line.number: line.amount if holding.open else 0 for line in holding.lines}
    if not holding.drawn and not holding.pending:
        return {number: asked[number] for number in sorted(asked)}
    drawn, pending = by_line(holding.drawn), by_line(holding.pending)
    left: dict[int, int] = {}
    groups: dict[int, Group] = {}
    excess: dict[Group, int] = {}
    for number in sorted({*asked, *drawn, *pending}):
        gap = asked.get(number, 0) - drawn.get(number, 0) - pending.get(number, 0)
        left[number] = max(0, gap) if holding.open else 0
        group = groups[number] = group_of(holding, number)
        excess[group] = excess.get(group, 0) + max(0, -gap)
    for number, gap in left.items():
        group = groups[number]
        taken = min(excess[group], gap)
        left[number] = gap - taken
        excess[group] -= taken
    return left


def by_organisation(amounts: Sequence[LineAmount], buyer: str) -> dict[int, dict[str, int]]:
    """Who carries what of each line, in öre; what is in no share is the buyer's."""
    carried: dict[int, dict[str, int]] = {}
    for part in amounts:
        line = carried.setdefault(part.line, {})
        rest = part.amount
        for share in part.shares:
            line[share.organisation] = line.get(share.organisation, 0) + share.amount
            rest -= share.amount
        if rest:
            line[buyer] = line.get(buyer, 0) + rest
    return carried


def _by_source(amounts: Sequence[LineAmount], holding: Holding) -> dict[int, dict[Carrier, int]]:
    """Who carries what of each line, and which funding source covers it, in öre."""
    found: dict[int, dict[Carrier, int]] = {}
    for number, carried in by_organisation(amounts, holding.buyer).items():
        named = _line_of(holding, number).funding
        found[number] = {(name, named): amount for name, amount in carried.items()}
    for part in amounts:
        line = found.setdefault(part.line, {})
        named = _line_of(holding, part.line).funding
        for name, source, amount in sources_of(part.funded):
            line[name, named] = line.get((name, named), 0) - amount
            line[name, source] = line.get((name, source), 0) + amount
    return found


def invoiced_by_organisation(holding: Holding) -> dict[str, int]:
    """What each organisation carries of the order's invoices, approved or waiting, in öre."""
    total: dict[str, int] = {}
    for line in by_organisation((*holding.drawn, *holding.pending), holding.buyer).values():
        for organisation, amount in line.items():
            total[organisation] = total.get(organisation, 0) + amount
    return total


def fees_left(holding: Holding, left: dict[int, int]) -> dict[int, dict[str, int]]:
    """What is still to be invoiced of the fees that are one organisation's alone, by line."""
    found: dict[int, dict[str, int]] = {}
    paid = add_lines((), (*holding.drawn, *holding.pending))
    for line in add_lines((), holding.fees):
        gone = {share.organisation: share.amount for part in paid if part.line == line.line
                for share in part.fees}  # fmt: skip
        rest = left.get(line.line, 0)
        for share in line.shares:
            fee = min(rest, max(0, share.amount - gone.get(share.organisation, 0)))
            if fee:
                found.setdefault(line.line, {})[share.organisation] = fee
                rest -= fee
    return found


def share_lines(
    amounts: Iterable[int], split: Split | None, taken: dict[str, int], least: int = 1
) -> list[Shares]:
    """The shares of amounts of lines, each shared after those before it; `taken` grows by them."""
    shared = []
    for amount in amounts:
        shares = share_out(amount, split, taken, least)
        for share in shares:
            taken[share.organisation] = taken.get(share.organisation, 0) + share.amount
        shared.append(shares)
    return shared


def position(holding: Holding | None) -> dict[Key, Use]:
    """The use that the order makes of the agreement, by line and who carries it.

    Nothing before it is placed.
    """
    if holding is None:
        return {}
    buyer = holding.buyer
    drawn, pending = (_by_source(a, holding) for a in (holding.drawn, holding.pending))
    left = left_by_line(holding)
    shares = _left_shares(holding, left)
    use: dict[Key, Use] = {}
    for number, amount in left.items():
        line = _line_of(holding, number)
        waits, came = pending.get(number, {}), drawn.get(number, {})
        left_of = shares.get(number) or {buyer: amount}
        open_ = {(organisation, line.funding): part for organisation, part in left_of.items()}
        for carrier in dict.fromkeys((*open_, *waits, *came)):
            organisation, funding = carrier
            dimensions = Dimensions(
                year=line.year,
                buyer=organisation,
                supplier=holding.supplier,
                kind=line.kind,
                funding=funding,
            )
            held = open_.get(carrier, 0) + waits.get(carrier, 0)
            use[(number, dimensions, (line.cost_centre, line.code_string))] = Use(
                held if holding.place == "reserved" else 0,
                held if holding.place == "committed" else 0,
                came.get(carrier, 0),
            )
    return _not_below_nothing(use, holding.place)


def _not_below_nothing(use: dict[Key, Use], place: Place) -> dict[Key, Use]:
    """What is credited beyond what was invoiced stays where it was held: it makes no room."""
    if not any(part.reserved + part.committed + part.drawn < 0 for part in use.values()):
        return use
    totals: dict[Dimensions, int] = {}
    for (_, dimensions, _), part in use.items():
        totals[dimensions] = totals.get(dimensions, 0) + part.total
    for key in [*use]:
        below = totals[key[1]]
        if below < 0 and use[key].total < 0:
            use[key] += Use(**{place: -below})
            totals[key[1]] = 0
    return use


def _line_of(holding: Holding, number: int) -> OrderLine:
    """The line of a number; of one that the order no longer has, its last."""
    return next((line for line in holding.lines if line.number == number), holding.lines[-1])


def _left_shares(holding: Holding, left: dict[int, int]) -> dict[int, dict[str, int]]:
    """What is still to be invoiced, by line and by who will carry it."""
    if holding.split is None:
        return {}
    fees = fees_left(holding, left)
    rest = {number: amount - sum(fees.get(number, {}).values()) for number, amount in left.items()}
    taken = invoiced_by_organisation(holding)
    shared = share_lines(rest.values(), holding.split, taken, holding.least)
    found: dict[int, dict[str, int]] = {}
    for (number, amount), shares in zip(rest.items(), shared, strict=True):
        carried = {share.organisation: share.amount for share in shares}
        if fees.get(number) and amount and not carried:
            carried = {holding.buyer: amount}
        for organisation, fee in fees.get(number, {}).items():
            carried[organisation] = carried.get(organisation, 0) + fee
        found[number] = carried
    return found


def moves(before: Holding | None, after: Holding) -> tuple[Move, ...]:
    """What moved, by line and who carries it; what did not move is left out.

    What leaves comes first: read one by one they then never take room that is only passed on.
    """
    old, new = position(before), position(after)
    had, has = seats_in_use(before), seats_in_use(after)
    gone = [key for key in {**old, **had} if key not in new and key not in has]
    result = []
    for key in [*gone, *{**new, **has}]:
        change, seats = new.get(key, _NONE), has.get(key, _NONE)
        if key in old:
            change -= old[key]
        if key in had:
            seats -= had[key]
        if change or seats:
            result.append(_move(key, change, seats))
    return tuple(result)


_NONE = Use()


def _move(key: Key, change: Use, seats: Use) -> Move:
    number, dimensions, (cost_centre, code_string) = key
    return Move(
        line=number,
        dimensions=dimensions,
        cost_centre=cost_centre,
        code_string=code_string,
        reserved=change.reserved,
        committed=change.committed,
        drawn=change.drawn,
        seats_reserved=seats.reserved,
        seats_committed=seats.committed,
    )


def without(moved: Sequence[Move], others: Sequence[Move]) -> tuple[Move, ...]:
    """What moved less what others moved; what comes to nothing is left out."""
    found: dict[Key, tuple[Use, Use]] = {}
    for sign, some in ((1, moved), (-1, others)):
        for one in some:
            key = one.line, one.dimensions, (one.cost_centre, one.code_string)
            use, seats = found.get(key, (_NONE, _NONE))
            more = (use + one.use, seats + one.seats)
            found[key] = more if sign > 0 else (use - one.use, seats - one.seats)
    return tuple(_move(key, use, seats) for key, (use, seats) in found.items() if use or seats)


def seats_in_use(holding: Holding | None) -> dict[Key, Use]:
    """The seats that the order uses of the agreement, by line and whose they are."""
    if holding is None or not holding.seats:
        return {}
    left = {part.organisation: part.weight for part in holding.holders}
    use: dict[Key, Use] = {}
    for line, count in seats_by_line(holding.lines, holding.seats):
        for holder, taken in _held(left, holding.buyer, count):
            dimensions = Dimensions(
                year=line.year,
                buyer=holder,
                supplier=holding.supplier,
                kind=line.kind,
                funding=line.funding,
            )
            key = line.number, dimensions, (line.cost_centre, line.code_string)
            had = use.get(key, _NONE)
            use[key] = had + (Use(taken) if holding.place == "reserved" else Use(0, taken))
    return use


def _held(left: dict[str, int], buyer: str, count: int) -> list[tuple[str, int]]:
    """Whose so many seats are; `left` are those that are somebody's, and become fewer by them."""
    found = []
    for holder, seats in left.items():
        taken = min(count, seats)
        left[holder] = seats - taken
        count -= taken
        found.append((holder, taken))
    return [(holder, taken) for holder, taken in (*found, (buyer, count)) if taken]


def seats_by_line(lines: Sequence[OrderLine], seats: int) -> list[tuple[OrderLine, int]]:
    """On which lines the seats of an order count: each seat once.

    On those that are priced by the seat, where their quantities are the order's seats; on the last
    of such a quantity, where several are; else on its largest line, the first of the largest.
    """
    priced = [line for line in lines if line.quantity]
    if sum(line.quantity or 0 for line in priced) == seats:
        return [(line, line.quantity or 0) for line in priced]
    whole = [line for line in priced if line.quantity == seats]
    line = whole[-1] if whole else max(lines, key=lambda line: (line.amount, -line.number))
    return [(line, seats)]


def draw(left: dict[int, int], amount: int) -> tuple[LineAmount, ...]:
    """A bare amount over an order's lines in their order; what exceeds them stays on the last."""
    parts: dict[int, int] = {}
    for number in sorted(left):
        taken = min(amount, left[number])
        if taken:
            parts[number] = taken
            amount -= taken
    if amount:
        last = max(left)
        parts[last] = parts.get(last, 0) + amount
    return tuple(LineAmount(line=line, amount=part) for line, part in sorted(parts.items()))


def give_back(invoiced: dict[int, int], amount: int) -> tuple[LineAmount, ...]:
    """A bare credit (positive öre) over what is invoiced, the last line first; negative amounts.

    What exceeds everything invoiced stays on the last line.
    """
    parts: dict[int, int] = {}
    for number in sorted(invoiced, reverse=True):
        taken = min(amount, max(0, invoiced[number]))
        if taken:
            parts[number] = -taken
            amount -= taken
    if amount:
        last = max(invoiced)
        parts[last] = parts.get(last, 0) - amount
    return tuple(LineAmount(line=line, amount=part) for line, part in sorted(parts.items()))


def reduce_lines(holding: Holding, credit: Sequence[LineAmount]) -> tuple[LineAmount, ...]:
    """What the order's lines count for less when a credit's room goes back to the cap.

    In each group of lines the credit first takes away what was invoiced beyond the order, which
    never was the order's; only the rest makes the order smaller. So the cap gets back exactly the
    credit's amount, but no more than was drawn: what is credited beyond that makes no room.
    """
    by_group: dict[Group, list[LineAmount]] = {}
    for part in credit:
        by_group.setdefault(group_of(holding, part.line), []).append(part)
    reduced: dict[int, int] = {}
    for group, parts in by_group.items():
        reduced |= _reduced(holding, group, parts)
    return tuple(
        LineAmount(line=line, amount=amount) for line, amount in sorted(reduced.items()) if amount
    )


def _reduced(holding: Holding, group: Group, credit: Sequence[LineAmount]) -> dict[int, int]:
    amounts = {
        line.number: line.amount
        for line in holding.lines
        if group_of(holding, line.number) == group
    }
    drawn = sum(part.amount for part in holding.drawn if group_of(holding, part.line) == group)
    asked = max(0, -sum(part.amount for part in credit))
    excess = max(0, drawn - sum(amounts.values()))  # what waits may be turned down again
    besides = asked - max(0, min(asked, max(0, drawn)) - excess)
    besides += sum(max(0, part.amount) for part in credit)  # lines that add, in a credit
    reduced: dict[int, int] = {}
    spill = 0
    for part in credit:
        covered = min(besides, max(0, -part.amount))
        besides -= covered
        rest = max(0, -part.amount) - covered
        taken = min(rest, amounts.get(part.line, 0))
        reduced[part.line] = reduced.get(part.line, 0) + taken
        if taken:
            amounts[part.line] -= taken
        spill += rest - taken
    for number in sorted(amounts, reverse=True):
        taken = min(spill, amounts[number])
        reduced[number] = reduced.get(number, 0) + taken
        spill -= taken
    return reduced
