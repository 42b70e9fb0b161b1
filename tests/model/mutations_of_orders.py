"""The mutants of orders: what is owed of them, and what is taken back and opened again."""

from tests.model.mutation import Mutation, sought_by

TOLD_ANEW = (
    "What is taken back is told anew from the order's past: only facts that earlier versions "
    "recorded are folded by it, and no play has any."
)
OF_ORDERS = (
    # Orders.
    *sought_by(
        "owed",
        Mutation("order/state.py", "return max(on, self.moved_on, *w", "return max(on, *w"),
        Mutation("order/state.py", "else max(on, self.moved_on, own.", "else max(on, own."),
        Mutation(
            "order/state.py",
            "if state.counter is not None and ordered(state.counter.lines) > state.amount:",
            "if state.counter is not None:",
        ),
        Mutation(
            "order/room.py",
            "check_offered(after, _with_room(of, asked, day), day))",
            "())",
            theme="days",
        ),
        Mutation(
            "order/decisions.py",
            "if after.amount > state.amount:",
            "if after.amount < state.amount:",
            theme="term",
        ),
        Mutation(
            "agreement/room.py",
            "sum(move.of(unit).total for move in moves) > 0 for",
            "sum(move.of(unit).total for move in moves) < 0 for",
        ),
        Mutation(
            "order/released.py",
            "amount=line.amount - released)",
            "amount=line.amount - cancelled)",
        ),
        Mutation(
            "order/cancellation.py",
            "if fee > cancelled:",
            "if fee > cancelled + 10_000:",
            theme="whittled",
        ),
        Mutation(
            "order/cancellation.py",
            "if released > free:",
            "if released > free + 100:",
            theme="whittled",
        ),
        Mutation(
            "order/released.py",
            "(line.amount - owed(state)[line.number]) * seats",
            "line.amount * seats",
            theme="whittled",
        ),
        Mutation("order/cancellation.py", "(starts_on - on).days)", "(on - starts_on).days)"),
        Mutation(
            "order/owed.py",
            "left.get(line.number, 0) - still.get(line.number, 0) for",
            "left.get(line.number, 0) for",
        ),
        Mutation(
            "order/owed.py",
            "amount=max(0, net[line.number]) + still.get(line.number, 0) + part)",
            "amount=max(0, net[line.number]) + part)",
        ),
        Mutation(
            "order/owed.py",
            "amount=max(0, net[line.number]) + still.get(line.number, 0) + part)",
            "amount=still.get(line.number, 0) + part)",
        ),
        Mutation("order/taking_back.py", "== other else anew", "== other else event"),
        Mutation(
            "order/owed.py",
            "max(0, amount - max(0, invoiced.get(number, 0)))",
            "max(0, amount)",
            theme="whittled",
        ),
    ),
    # Owed.
    *sought_by(
        "owed",
        Mutation("order/state.py", "open=state.status not in RELEASED,", "open=True,"),
        Mutation(
            "order/state.py",
            "self.moved_on, *waiting, *(",
            "self.moved_on, *(",
        ),
        Mutation(
            "order/owed.py",
            'if state.status in ("delivered", "cancelled"):',
            'if state.status == "cancelled":',
        ),
        Mutation(
            "order/owed.py", "if after.get(number, 0) < due:", "if after.get(number, 0) <= due:"
        ),
        Mutation(
            "order/owed.py", "net[line.number] += taken", "net[line.number] += 0", theme="lines"
        ),
        Mutation("order/owed.py", "return min(fee, cancelled)", "return fee", theme="back"),
        Mutation("order/decisions.py", "        require_not_below_owed(state, said)\n", ""),
        Mutation(
            "order/cancellation.py",
            "free = left - owed_left(state).get(line.number, 0)",
            "free = left",
            theme="lines",
        ),
    ),
    # Turned down, taken back, moved and opened again.
    *sought_by(
        "back",
        Mutation("order/anew.py", "return event.dated or on", "return on", theme="held"),
        Mutation(
            "order/room.py",
            "apart.append((day, ",
            "apart.append((first, ",
        ),
        Mutation("order/anew.py", "sorted(there, key=lambda one: one.on)", "there"),
        Mutation("order/anew.py", "return max(on, state.moved_on)", "return state.counts_from(on)"),
        Mutation(
            "order/owed.py",
            "replace(line, amount=line.amount + more.get(line.number, 0)) for line in before.lines",
            "line for line in before.lines",
        ),
        Mutation(
            "order/owed.py",
            "amount=max(0, line.amount - gone.get(line.number, 0))) for",
            "amount=line.amount) for",
        ),
        Mutation(
            "order/taking_back.py",
            "        restored=one.reduced if one else (),",
            "        restored=(),",
            same=TOLD_ANEW,
        ),
        Mutation(
            "order/evolve.py",
            "credited=tuple(other for other in state.credited if other is not one),",
            "credited=state.credited,",
            same=TOLD_ANEW,
        ),
        Mutation(
            "order/evolve.py",
            "credited=tuple(replace(one, reduced=()) for one in state.credited))",
            "credited=state.credited)",
            same=TOLD_ANEW,
        ),
        Mutation(
            "order/evolve.py", 'status = state.closed_from or "confirmed"', 'status = "confirmed"'
        ),
        Mutation(
            "order/evolve.py",
            "        pending=add_lines(state.pending, event.lines),\n        drawn",
            "        drawn",
            same=TOLD_ANEW,
        ),
        Mutation(
            "order/reopening.py",
            "passed = agreement.check_limits(of, held, day)",
            "passed = ()",
        ),
        Mutation(
            "drawdown/taking_back.py",
            "if credit.beyond and not (known",
            "if not (known",
        ),
        Mutation(
            "drawdown/taking_back.py",
            "if credit.beyond and not (known and",
            "if credit.beyond and (known and",
        ),
        Mutation(
            "drawdown/may.py",
            "later = [one.credit for one in state.credits_taken]",
            "later: list[str] = []",
        ),
        Mutation(
            "drawdown/after.py",
            "found[name] = order.evolve(found[name], new.event, new.effective_on, NOBODY)",
            "found[name] = orders[name]",
        ),
        Mutation(
            "order/crediting.py",
            'if state.status not in ("cancelled", "closed"):',
            'if state.status != "cancelled":',
        ),
    ),
)
