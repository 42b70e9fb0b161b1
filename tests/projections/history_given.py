"""A history of an agreement out of random commands, and moments and days to look at it from."""

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from ledger.domain import agreement
from ledger.domain.agreement import LimitTerms
from ledger.domain.refusals import Refusal
from ledger.projections.then import Then
from tests.domain.domain_given import DAY, ORDERER, REASONS, kr
from tests.service.test_service_properties import STEPS, Run, command_of

HISTORIES = st.tuples(
    STEPS,
    st.lists(st.tuples(st.integers(0, 40), st.integers(-150, 300)), min_size=1, max_size=4),
    st.lists(
        st.tuples(st.none() | st.integers(-140, 45), st.none() | st.integers(0, 99)),
        min_size=2,
        max_size=4,
    ),
)
"""Commands; amendments (after which command, by how many kronor); points to look from."""


def played(ledger, number: str, steps, amendments) -> Run:
    """The commands of a sequence that were not refused, with amendments that reach back in time."""
    run = Run(ledger, number)
    for nth, (name, which, a, _) in enumerate(steps, 1):
        unknown = run.of.cap.amount is None
        asked = None if name == "amend" and unknown else command_of(run, name, which, a, nth)
        for after, kronor in amendments:
            if after == nth:
                attempt(run, amendment(run, nth, kronor), ORDERER)
        if asked is not None:
            attempt(run, *asked)
    ledger.views.catch_up()
    return run


def attempt(run: Run, command, by) -> None:
    try:
        run.execute(command, by)
    except Refusal:
        return


def amendment(run: Run, nth: int, kronor: int) -> agreement.AmendAgreement:
    """It takes effect before, or after, what has been done; some make the cap unknown."""
    cap = None if kronor % 7 == 0 else (run.of.cap.amount or kr(900)) + kr(kronor)
    terms = LimitTerms(name="delivery", kind="delivery", amount=kr(500 + kronor), effect="soft")
    return agreement.AmendAgreement(
        agreement=run.number,
        ground="17:14",
        reasons=REASONS,
        decision=f"KS {nth}",
        decided_on=DAY,
        effective_on=DAY + timedelta(days=nth - kronor % 30),
        cap=cap,
        limits=(terms,) if kronor % 2 else (),
    )


def point(run: Run, days: int | None, nth: int | None) -> Then:
    """As of some days after the first; as known when some fact had just been recorded."""
    moments: list[datetime] = [o.facts[-1].recorded_at for *_, o in run.answered]
    as_of: date | None = None if days is None else DAY + timedelta(days=days)
    return Then(as_of=as_of, known_at=None if nth is None else moments[nth % len(moments)])
