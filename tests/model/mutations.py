"""The list of mutants: one line of the domain's rules of money, and how it would read wrongly."""

from tests.model.mutation import Mutation, sought_by
from tests.model.mutations_of_orders import OF_ORDERS

MUTATIONS = (
    # How amounts are shared and rounded.
    *sought_by(
        "seats",
        Mutation("money.py", "shares[i] += 1", "shares[i] += 0"),
        Mutation("money.py", "key=lambda i: (-(total", "key=lambda i: ((total"),
        Mutation(
            "money.py", "split(total, (percent, 100 - percent), least)[0]", "total * percent // 100"
        ),
    ),
    # The tariff.
    *sought_by(
        "seats",
        Mutation("regime.py", "if days <= step.days]", "if days < step.days]"),
        Mutation("regime.py", "min(reached, key=_days).percent", "max(reached, key=_days).percent"),
    ),
    # 9 §.
    *sought_by(
        "law",
        Mutation("regime.py", "abs(net) * 10 >= base", "abs(net) * 10 > base"),
        Mutation("regime.py", "abs(net) * 10 >= base", "net * 10 >= base"),
        Mutation("regime.py", "abs(net) >= found.amount:", "abs(net) > found.amount:"),
        Mutation("regime.py", 'and c.ground == "17:9")', 'and c.ground != "17:9")'),
        Mutation(
            "agreement/staircase.py", "if since < day and amount", "if since <= day and amount"
        ),
        Mutation("agreement/staircase.py", "for step in steps[:at])", "for step in steps[at:at])"),
        Mutation("agreement/staircase.py", "after[at + 1 :], at + 1)", "after[:0], at + 1)"),
    ),
    # Amounts from a day.
    *sought_by(
        "days",
        Mutation("amounts.py", "sorted(amounts, key=effective_on)", "amounts"),
        Mutation("amounts.py", "if since > day:", "if since >= day:"),
        Mutation("limits.py", "if day.on <= since:", "if day.on < since:", theme="late"),
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
        Mutation(
            "limits.py", "so_far[0] += move.reserved", "so_far[0] = move.reserved", theme="late"
        ),
        Mutation(
            "limits.py",
            "any(one.effective_on > day for one in self.amounts)",
            "any(one.effective_on > day for one in ())",
        ),
        Mutation(
            "limits.py",
            "any(one.effective_on > day for one in self.bindings)",
            "any(one.effective_on > day for one in ())",
            theme="late",
        ),
    ),
    # What a limit matches, and whether it binds.
    *sought_by(
        "days",
        Mutation("limits.py", "if mine is not None and mine != theirs:", "if mine != theirs:"),
        Mutation(
            "limits.py", "if mine is not None and mine != theirs:", "if mine and mine == theirs:"
        ),
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
            "in ((HARD, hard), (SOFT, soft)):",
            "in ((SOFT, hard), (HARD, soft)):",
        ),
        Mutation("limits.py", "if change > 0:", "if change > 1_000:"),
    ),
    # What an order counts for.
    *sought_by(
        "beyond",
        Mutation(
            "position.py",
            "left[number] = max(0, gap) if holding.open else 0",
            "left[number] = max(0, gap)",
            same="Of an order that has ended only a line that is credited beyond its invoices has "
            "anything left, and that is put back as committed either way; who bears it, which no "
            "play has, tests/domain/test_rules_of_money.py tells apart.",
            theme="lines",
        ),
        Mutation(
            "position.py",
            "left[number] = max(0, gap) if holding.open else 0",
            "left[number] = gap if holding.open else 0",
            theme="lines",
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
            "position.py",
            "- drawn.get(number, 0) - pending.get(number, 0)",
            "- drawn.get(number, 0)",
        ),
        Mutation(
            "position.py",
            "held = open_.get(carrier, 0) + waits.get(carrier, 0)",
            "held = open_.get(carrier, 0)",
        ),
        Mutation(
            "position.py",
            "if below < 0 and use[key].total < 0:",
            "if below < -1_000_000:",
            theme="credits",
        ),
        Mutation(
            "position.py",
            "change -= old[key]",
            "change -= _NONE",
        ),
    ),
    # Credits.
    *sought_by(
        "credits",
        Mutation("position.py", "asked - max(0, min(asked, max(0, drawn)) - excess)", "0"),
        Mutation("position.py", "excess = max(0, drawn - sum(amounts.values()))", "excess = 0"),
        Mutation(
            "position.py", "amounts[part.line] -= taken", "amounts[part.line] -= 0", theme="lines"
        ),
    ),
    # The agreement.
    *sought_by(
        "term",
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
        Mutation(
            "agreement/room.py", 'return "ended" if on > state.ends_on else None', "return None"
        ),
    ),
    # Every day, and room.
    *sought_by(
        "days",
        Mutation(
            "limits.py",
            "for day in (since, *sorted({*changes, *amounts, *bindings})):",
            "for day in (since,):",
        ),
        Mutation("limits.py", "{*changes, *amounts, *bindings}", "{*changes, *bindings}"),
        Mutation("limits.py", "{*changes, *amounts, *bindings}", "{*amounts, *bindings}"),
        Mutation("limits.py", "max(0, worst.left)\n\n\ndef passed(", "worst.left\n\n\ndef passed("),
        Mutation(
            "limits.py",
            "used(limit, totals).total - sum(ore for _, ore in later)",
            "used(limit, totals).total",
        ),
        Mutation(
            "limits.py",
            "worst = _on_alone(limit, used_then, on, effects)",
            "worst = fullest(limit, used_then, later, on, effects)",
        ),
        Mutation(
            "limits.py",
            "    worst = fullest(limit, used_then, later, on, effects)\n            else:",
            "    worst = _on_alone(limit, used_then, on, effects)\n            else:",
        ),
        Mutation(
            "limits.py",
            "return self.removed_on is not None and self.removed_on <= day",
            "return self.removed_on is not None and self.removed_on < day",
            theme="late",
        ),
        Mutation("limits.py", "(*(one for one in found if one[0] < last), (last, None))", "found"),
        Mutation("agreement/room.py", "if on < state.starts_on:", "if on <= state.starts_on:"),
        Mutation(
            "order/decisions.py",
            "    check_again(state, of, command.on)\n    event = OrderConfirmed",
            "    event = OrderConfirmed",
        ),
        Mutation(
            "order/decisions.py",
            "check_again(after, of, command.on, before=state)",
            "check_again(after, of, command.on)",
        ),
        Mutation(
            "order/room.py",
            "agreement.check_limits(of, asked, day)",
            "agreement.check_limits(of, asked, on)",
            theme="late",
        ),
        Mutation(
            "order/room.py",
            "passed = (*passed, *check_ordered(state, after, of, day))",
            "passed = (*passed,)",
            theme="larger",
        ),
        Mutation(
            "order/room.py",
            "or ordered(lines) > state.amount",
            "or ordered(lines) > state.amount + 1_000_000",
            theme="larger",
        ),
    ),
    # The staircase that 9 § reads.
    *sought_by(
        "law",
        Mutation(
            "agreement/staircase.py",
            "covered = sorted((one for one in changes if one.covered), key=_day)",
            "covered = [one for one in changes if one.covered]",
        ),
        Mutation(
            "agreement/staircase.py",
            "if past is not None and _past(state, before, was) is None:",
            "if past is not None:",
        ),
        Mutation(
            "agreement/staircase.py",
            "was = worth(amount, tolerance) or 0",
            "was = 0",
            theme="steps",
        ),
    ),
    # Below zero, and beyond an own line.
    *sought_by(
        "credits",
        Mutation("position.py", "totals[key[1]] = 0", "totals[key[1]] = below"),
        Mutation(
            "position.py", "use[key] += Use(**{place: -below})", "use[key] += Use(**{place: 0})"
        ),
        Mutation("position.py", "excess[group] -= taken", "excess[group] -= 0"),
        Mutation(
            "position.py",
            "return line.year, line.kind, line.funding",
            'return line.year, "", line.funding',
        ),
        Mutation(
            "position.py", "rest = max(0, -part.amount) - covered", "rest = max(0, -part.amount)"
        ),
        Mutation("position.py", "spill += rest - taken", "spill += 0"),
        Mutation("position.py", "taken = min(amount, left[number])", "taken = amount"),
        Mutation(
            "position.py",
            "for number in sorted(invoiced, reverse=True):",
            "for number in sorted(invoiced):",
        ),
    ),
    *OF_ORDERS,
)
