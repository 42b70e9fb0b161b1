"""The list of mutants: one line of the domain's rules of money, and how it would read wrongly."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """A line of a file in `ledger/domain`, and another. `same`: why it changes nothing that shows,
    where it is known not to."""

    file: str
    old: str
    new: str
    same: str = ""


MUTATIONS = (
    # How amounts are shared and rounded.
    Mutation("money.py", "shares[i] += 1", "shares[i] += 0"),
    Mutation("money.py", "key=lambda i: (-(total", "key=lambda i: ((total"),
    Mutation("money.py", "split(total, (percent, 100 - percent))[0]", "total * percent // 100"),
    # The tariff.
    Mutation("regime.py", "if days <= step.days]", "if days < step.days]"),
    Mutation("regime.py", "min(reached, key=_days).percent", "max(reached, key=_days).percent"),
    # 9 §.
    Mutation("regime.py", "abs(net) * 10 >= base", "abs(net) * 10 > base"),
    Mutation("regime.py", "abs(net) * 10 >= base", "net * 10 >= base"),
    Mutation("regime.py", "abs(net) >= found.amount:", "abs(net) > found.amount:"),
    Mutation("regime.py", 'and c.ground == "17:9")', 'and c.ground != "17:9")'),
    Mutation("agreement/staircase.py", "if since < day and amount", "if since <= day and amount"),
    Mutation("agreement/staircase.py", "for step in steps[:at])", "for step in steps[at:at])"),
    Mutation("agreement/staircase.py", "after[at + 1 :], at + 1)", "after[:0], at + 1)"),
    # Amounts from a day.
    Mutation("amounts.py", "sorted(amounts, key=effective_on)", "amounts"),
    Mutation("amounts.py", "if since > day:", "if since >= day:"),
    Mutation("limits.py", "if day.on <= since:", "if day.on < since:"),
    Mutation(
        "limits.py", "for day, value in limit.staircase if day > since", "for day, value in ()"
    ),
    Mutation("limits.py", "use += changes.get(day, 0)", "use += 0"),
    Mutation("limits.py", "amount = amounts.get(day, amount)", "amount = amounts.get(day)"),
    Mutation("limits.py", "bound - use < worst.left)", "bound - use > worst.left)"),
    Mutation("limits.py", "amount + amount * self.tolerance_on(day) // 100", "amount"),
    Mutation(
        "limits.py", "while at and days[at - 1].on >= on:", "while at and days[at - 1].on > on:"
    ),
    Mutation("limits.py", "changed.get(move.dimensions, 0) + move.use.total", "move.use.total"),
    # What a limit matches, and whether it binds.
    Mutation("limits.py", "if mine is not None and mine != theirs:", "if mine != theirs:"),
    Mutation("limits.py", "if mine is not None and mine != theirs:", "if mine and mine == theirs:"),
    Mutation("limits.py", "if change + held <= 0:", "if change + held < 0:"),
    Mutation("limits.py", "if change + held <= 0:", "if change <= 0:"),
    Mutation(
        "limits.py",
        "if worst is None or worst.left >= change:",
        "if worst is None or worst.left > change:",
    ),
    Mutation(
        "limits.py",
        "if worst is None or worst.left >= change:",
        "if worst is None or worst.left >= held:",
    ),
    Mutation(
        "limits.py",
        "((HARD, hard), (SOFT, soft))",
        "((HARD, soft), (SOFT, hard))",
    ),
    Mutation("limits.py", "if change > 0:", "if change > 1_000:"),
    # What an order counts for.
    Mutation(
        "position.py",
        "left[number] = max(0, gap) if holding.open else 0",
        "left[number] = max(0, gap)",
    ),
    Mutation(
        "position.py",
        "left[number] = max(0, gap) if holding.open else 0",
        "left[number] = gap if holding.open else 0",
    ),
    Mutation("position.py", "excess.get(group, 0) + max(0, -gap)", "excess.get(group, 0)"),
    Mutation("position.py", "left[number] = gap - taken", "left[number] = gap"),
    Mutation(
        "position.py",
        "return line.year, line.kind, line.funding",
        "return 0, line.kind, line.funding",
    ),
    Mutation(
        "position.py",
        "return line.year, line.kind, line.funding",
        "return line.year, line.kind, None",
    ),
    Mutation(
        "position.py", "- drawn.get(number, 0) - pending.get(number, 0)", "- drawn.get(number, 0)"
    ),
    Mutation(
        "position.py",
        "held = open_.get(carrier, 0) + waits.get(carrier, 0)",
        "held = open_.get(carrier, 0)",
    ),
    Mutation("position.py", "if below < 0 and use[key].total < 0:", "if below < -1_000_000:"),
    Mutation(
        "position.py",
        "change = new.get(key, Use()) - old.get(key, Use())",
        "change = new.get(key, Use())",
    ),
    # Credits.
    Mutation("position.py", "asked - max(0, min(asked, max(0, drawn)) - excess)", "0"),
    Mutation("position.py", "excess = max(0, drawn - sum(amounts.values()))", "excess = 0"),
    Mutation("position.py", "amounts[part.line] -= taken", "amounts[part.line] -= 0"),
    # Orders.
    Mutation("order/state.py", "return max(on, self.moved_on, *(", "return max(on, *("),
    Mutation(
        "order/state.py",
        "if state.counter is not None and ordered(state.counter.lines) > state.amount:",
        "if state.counter is not None:",
    ),
    Mutation(
        "order/decisions.py", "if after.amount > state.amount:", "if after.amount < state.amount:"
    ),
    Mutation(
        "order/room.py",
        "if sum(move.use.total for move in asked) > 0:",
        "if sum(move.use.total for move in asked) < 0:",
    ),
    Mutation(
        "order/cancellation.py", "amount=line.amount - released)", "amount=line.amount - cancelled)"
    ),
    Mutation("order/cancellation.py", "if fee > cancelled:", "if fee > cancelled + 10_000:"),
    Mutation("order/cancellation.py", "if released > free:", "if released > free + 100:"),
    Mutation(
        "order/cancellation.py",
        "(line.amount - owed(state)[line.number]) * seats",
        "line.amount * seats",
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
    Mutation(
        "order/owed.py",
        "not in before.invoices:\n        return OrderInvoiceWithdrawn(",
        "in before.invoices:\n        return OrderInvoiceWithdrawn(",
    ),
    Mutation("order/owed.py", "max(0, amount - max(0, invoiced.get(number, 0)))", "max(0, amount)"),
    # The agreement.
    Mutation(
        "agreement/room.py",
        "if not state.starts_on <= on <= state.ends_on:",
        "if not state.starts_on <= on < state.ends_on:",
    ),
    Mutation(
        "agreement/room.py",
        "if not state.starts_on <= on <= state.ends_on:",
        "if not state.starts_on <= on:",
    ),
    Mutation("agreement/room.py", 'return "ended" if on > state.ends_on else None', "return None"),
)
