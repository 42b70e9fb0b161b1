"""However orders are passed on, room is neither lost nor doubled, and each supplier's adds up."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import order
from ledger.domain.agreement import LimitTerms
from ledger.domain.limits import Use
from ledger.domain.position import position
from ledger.domain.refusals import Refusal
from tests.domain.domain_given import DAY, kr, line
from tests.domain.test_selection import SUPPLIERS, book, lapse, people_of, used_by_supplier

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("place", "place", "decline", "decline", "decline", "lapse", "counter", "reject",
             "confirm", "cancel", "draw")
        ),
        st.integers(0, 9),
        st.integers(1, 400),
    ),
    min_size=4,
    max_size=30,
)  # fmt: skip


def step(ranked, number, name, which, amount):
    """One command with arguments drawn from what there is."""
    day = DAY + timedelta(days=number)
    if name == "place":
        ranked.place(line(amount), line(amount / 2), on=day, respond_by=day)
        return
    if not ranked.orders:
        return
    chosen = list(ranked.orders)[which % len(ranked.orders)]
    supplier = ranked.orders[chosen].supplier
    if name in ("decline", "confirm"):
        getattr(ranked, name)(chosen, day, by=people_of(supplier))
    elif name == "lapse":
        lapse(ranked, chosen, day + timedelta(days=1))
    elif name == "counter":
        ranked.counter(chosen, line(amount * 2), on=day, by=people_of(supplier))
    elif name == "reject":
        ranked.reject_counter(chosen, day)
    elif name == "cancel":
        ranked.cancel(chosen, day)
    else:
        ranked.draw(f"I{number}", amount, chosen, day, supplier=supplier)


def by_supplier(ranked):
    """What each supplier's orders hold, from the orders themselves."""
    total = dict.fromkeys(SUPPLIERS, Use())
    for state in ranked.orders.values():
        for (_, dimensions, _), use in position(order.holding(state)).items():
            total[dimensions.supplier] += use
    return total


@given(STEPS, st.integers(100, 900))
def test_passing_on_never_loses_or_doubles_room(steps, share):
    limits = (LimitTerms(name="second", amount=kr(share), supplier=SUPPLIERS[1]),)
    ranked = book(cap=kr(2_000), limits=limits)
    for number, (name, which, amount) in enumerate(steps):
        before, length = used_by_supplier(ranked), len(ranked.log)
        try:
            step(ranked, number, name, which, amount)
        except Refusal:
            assert len(ranked.log) == length, "a refusal leaves no fact"
            continue
        use = ranked.use
        assert ranked.of.cap.amount == use.reserved + use.committed + use.drawn + ranked.remaining
        assert used_by_supplier(ranked) == by_supplier(ranked)
        assert all(min(u.reserved, u.committed) >= 0 for u in by_supplier(ranked).values())
        if name in ("decline", "lapse", "reject"):
            after = used_by_supplier(ranked)
            assert sum(u.total for u in after.values()) <= sum(u.total for u in before.values())
            bound, was, now = kr(share), *(u[SUPPLIERS[1]].total for u in (before, after))
            assert now <= bound or now <= was
    for state in ranked.orders.values():
        had = [*(one.supplier for one in state.earlier), state.supplier]
        assert had == [name for name in SUPPLIERS if name in had], "in rank, each at most once"
