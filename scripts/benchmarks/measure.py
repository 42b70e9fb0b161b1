"""A measurement and its baseline, taken in turns, as one row: medians, ratio, spread, target."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

Unit = Literal["calls/s", "requests/s", "events/s", "ms", "s"]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What must hold of the ratio, or of our own seconds."""

    of: Literal["ratio", "seconds"] = "ratio"
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        sign, bound = ("≥", self.at_least) if self.at_most is None else ("≤", self.at_most)
        return f"{sign} {bound:g}" + (" s" if self.of == "seconds" else "")


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that one call, request or event took, ours and the baseline's, side by side."""

    ours: float
    baseline: float


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table. `low` and `high` are the ratios of the blocks furthest apart.

    Where more is better (a target of at least) the ratio is our rate to the baseline's; where
    less is better (a target of at most) it is our time to the baseline's.
    """

    name: str
    database: str
    what: str
    baseline_is: str
    unit: Unit
    ours: float
    baseline: float
    ratio: float
    low: float
    high: float
    target: str
    met: bool
    remark: str = ""


def row(
    name: str,
    database: str,
    what: str,
    baseline_is: str,
    unit: Unit,
    target: Target,
    blocks: Sequence[Block],
    remark: str = "",
) -> Row:
    """The row of some blocks: the median of each side, and of the ratio within a block."""
    ours = statistics.median(block.ours for block in blocks)
    baseline = statistics.median(block.baseline for block in blocks)
    more_is_better = target.at_least is not None
    ratios = [b.baseline / b.ours if more_is_better else b.ours / b.baseline for b in blocks]
    ratio = statistics.median(ratios)
    judged = ours if target.of == "seconds" else ratio
    return Row(
        name=name,
        database=database,
        what=what,
        baseline_is=baseline_is,
        unit=unit,
        ours=_in(unit, ours),
        baseline=_in(unit, baseline),
        ratio=ratio,
        low=min(ratios),
        high=max(ratios),
        target=str(target),
        met=(target.at_least is None or judged >= target.at_least)
        and (target.at_most is None or judged <= target.at_most),
        remark=remark,
    )


def spaced(figure: float) -> str:
    """A whole number with its thousands apart."""
    return f"{figure:,.0f}".replace(",", " ")


def _in(unit: Unit, seconds: float) -> float:
    return {"ms": seconds * 1000, "s": seconds}.get(unit, 1 / seconds)


def paired(
    ours: Callable[[], object],
    baseline: Callable[[], object],
    *,
    blocks: int,
    calls: int,
    tell: Callable[[int, int], None],
    clock: Callable[[], float] = time.perf_counter,
) -> list[Block]:
    """Time single calls in turns, the order changing with each pair; a block is their medians.

    What else the machine does falls on both sides alike. A tenth as many calls go first, untimed.
    `clock` gives seconds, by default those that pass.
    """
    for _ in range(max(3, calls // 10)):
        ours()
        baseline()
    result = []
    for number in range(blocks):
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(calls):
            for side in (0, 1) if turn % 2 else (1, 0):
                call = (ours, baseline)[side]
                start = clock()
                call()
                times[side].append(clock() - start)
        result.append(Block(ours=statistics.median(times[0]), baseline=statistics.median(times[1])))
        tell(number + 1, blocks)
    return result
