"""Which year an invoice is paid in does not hang on the order in which invoices are recorded."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import drawdown, order
from ledger.domain.events import RoomMoved, RoomReserved
from ledger.domain.limits import changed_after, used
from ledger.domain.position import position
from tests.domain.domain_given import Book, kr, line
from tests.domain.test_as_of_properties import folded

NOVEMBER, DECEMBER, JANUARY = date(2024, 11, 1), date(2024, 12, 15), date(2025, 1, 10)
TODAY, TURN = date(2025, 1, 20), date(2024, 12, 31)


def of_the_turn(book: Book, name: str) -> tuple[float, float, float]:
    """What is committed and drawn, and what is in use in all, at the turn of the year."""
    state = folded(book, TURN)[order.stream(name)]
    found = [*position(order.holding(state)).values()]
    limit, totals = book.of.cap, book.of.totals
    use = used(limit, totals).total - sum(
        change for _, change in changed_after(limit, totals, book.of.days, TURN)
    )
    return sum(u.committed for u in found) / 100, sum(u.drawn for u in found) / 100, use / 100


def recorded(book: Book, name: str, *bills: tuple[date, float], approved: bool) -> list[str]:
    ids = []
    for day, kronor in bills:
        ids.append(book.record(day.isoformat(), kronor, name, day, today=TODAY))
        if approved:
            book.approve(ids[-1], TODAY)
    return ids


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("turn", [1, -1])
def test_an_invoice_of_what_was_ordered_counts_from_its_own_day_whatever_came_before_it(
    approved, turn
):
    book = Book()
    name = book.placed_and_confirmed(line(500), on=NOVEMBER)
    bills = [(DECEMBER, 50), (JANUARY, 100)][::turn]
    ids = recorded(book, name, *bills, approved=approved)
    if not approved:
        book.approve(ids[bills.index((DECEMBER, 50))], TODAY)
    assert of_the_turn(book, name) == (450, 50, 500)


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    ("december", "january"), [(450, 100), (50, 500), (600, 100), (50, 600), (100, 450)]
)
def test_one_beyond_what_is_ordered_is_drawn_on_its_own_day_too(december, january, turn):
    book = Book()
    name = book.placed_and_confirmed(line(500), on=NOVEMBER)
    recorded(book, name, *[(DECEMBER, december), (JANUARY, january)][::turn], approved=True)
    in_use = max(500, december)
    assert of_the_turn(book, name) == (in_use - december, december, in_use)
    assert book.use.total == kr(december + january)
    assert book.use == book.sum_of_positions()


def test_one_beyond_its_order_that_waits_takes_its_room_on_its_own_day():
    book = Book()
    name = book.placed_and_confirmed(line(283), on=NOVEMBER)
    recorded(book, name, (JANUARY, 508.54), (DECEMBER, 356.36), approved=False)
    assert of_the_turn(book, name) == (356.36, 0, 356.36)


FATES = {
    "waits": (),
    "drawn": ("approve",),
    "turned down": ("reject",),
    "withdrawn": ("withdraw",),
    "mended": ("approve", "take back", "reject"),
    "twice": ("approve", "take back", "approve"),
    "moved": ("move", "approve"),
}
BILLS = st.lists(
    st.tuples(
        st.sampled_from((1, 2)),
        st.sampled_from((50, 250, 500, 700)),
        st.integers(-10, 80),
        st.sampled_from(tuple(FATES)),
    ),
    min_size=2,
    max_size=5,
)


@pytest.mark.properties
@given(bills=BILLS, turns=st.randoms(use_true_random=False))
def test_on_each_day_a_group_holds_the_more_of_ordered_and_invoiced_by_then(bills, turns):
    book = Book()
    kinds = ("delivery", "development")
    name = book.placed_and_confirmed(*[line(500, kind) for kind in kinds], on=NOVEMBER)
    other = book.placed_and_confirmed(*[line(1, kind) for kind in kinds], on=NOVEMBER)
    ids: dict[int, str] = {}
    left = [["record", *FATES[fate]] for *_, fate in bills]
    while some := [one for one, steps in enumerate(left) if steps]:
        one = turns.choice(some)
        number, kronor, days, fate = bills[one]
        match left[one].pop(0):
            case "record":
                at, on = other if fate == "moved" else name, NOVEMBER + timedelta(days)
                part = drawdown.Part(order=at, line=number, amount=kr(kronor))
                ids[one] = book.record(f"I{one}", kronor, at, on, parts=(part,), today=TODAY)
            case "approve":
                book.approve(ids[one], TODAY)
            case "reject":
                book.reject(ids[one], TODAY)
            case "withdraw":
                book.withdraw(ids[one], TODAY)
            case "take back":
                book.take_back(ids[one], TODAY)
            case "move":
                book.move(ids[one], (name, number, kronor), on=TODAY)
    for day in {TURN, NOVEMBER, TODAY, *(NOVEMBER + timedelta(max(0, bill[2])) for bill in bills)}:
        for number, kind in enumerate(kinds, 1):
            there = [
                (kronor, fate)
                for line_, kronor, days, fate in bills
                if line_ == number
                and fate not in ("turned down", "withdrawn", "mended")
                and NOVEMBER + timedelta(max(0, days)) <= day
            ]
            drawn = sum(kronor for kronor, fate in there if fate != "waits")
            in_use = max(500, sum(kronor for kronor, _ in there)) + 1
            assert use_on(book, kind, day) == (kr(in_use - drawn), kr(drawn)), (day, kind)


def use_on(book: Book, kind: str, day: date) -> tuple[int, int]:
    """What is committed and drawn of a kind as of a day, in öre, by what was moved until then."""
    moved = [
        move.use
        for new, _ in book.log
        if isinstance(new.event, RoomReserved | RoomMoved) and new.effective_on <= day
        for move in new.event.moves
        if move.dimensions.kind == kind
    ]
    return sum(use.reserved + use.committed for use in moved), sum(use.drawn for use in moved)


def test_it_never_counts_from_before_the_order_was_changed():
    book = Book()
    name = book.placed_and_confirmed(line(500), on=NOVEMBER)
    book.change(name, line(600), on=JANUARY)
    recorded(book, name, (DECEMBER, 50), approved=True)
    assert of_the_turn(book, name) == (500, 0, 500)
