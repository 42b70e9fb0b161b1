"""What a line sells, and at which price, after a session has come to it or left it."""

from msgspec.structs import replace

from ledger.domain.events import OrderLine, PriceRange
from ledger.domain.order.state import State


def sessions_on(state: State, line: int) -> int:
    """How many sessions of a line were held or are still to come."""
    return sum(one.line == line and one.status != "cancelled" for one in state.sessions)


def resized(line: OrderLine, change: int, sessions: int) -> OrderLine:
    """A line that counts for so much more or less, of which `sessions` were sold before.

    One that is sold by the session, as many as it has, sells one more or less. What else it sells,
    seats, costs as much more or less each, in whole öre: so seats that are cancelled later release
    what they then cost. What its price was expected to be a head no longer says anything.
    """
    amount = line.amount + change
    after = replace(line, amount=amount, price_range=_of_seats(line.price_range))
    if not line.quantity or line.unit_price is None or not line.amount:
        return after
    if line.quantity == sessions and line.unit_price == abs(change):
        return replace(after, quantity=line.quantity + (1 if change > 0 else -1))
    return replace(after, unit_price=line.unit_price * amount // line.amount)


def _of_seats(holds: PriceRange | None) -> PriceRange | None:
    if holds is None or holds.least_seats is None:
        return None
    return PriceRange(least_seats=holds.least_seats, most_seats=holds.most_seats)
