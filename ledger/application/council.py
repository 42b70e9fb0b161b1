"""An agreement for a council: its balance, what is open and what may come, told on one page."""

from datetime import date, datetime

from ledger.application import anchor, seeing
from ledger.application.answers.balances import Balance, balance_answer
from ledger.application.answers.council import CouncilPage, OpenMatter
from ledger.application.asker import Asker
from ledger.application.matters import Matter, matters
from ledger.application.sentences import council as told
from ledger.application.sentences.forecast import limit_sentence
from ledger.application.sentences.summary import public_names
from ledger.bounds import COUNCIL_MATTERS
from ledger.domain import agreement
from ledger.domain.money import to_text
from ledger.projections import agreements, postings
from ledger.projections.database import Reading
from ledger.projections.forecast import forecast
from ledger.projections.then import Then, then_on
from ledger.wording import say

ROLES = ("finance", "manager", "auditor", "admin")


def of(asker: Asker, number: str, as_of: date | None, known_at: datetime | None) -> CouncilPage:
    """Of an agreement as of a day, today where none is given. Raises NotFound, NotAParty."""
    then, day = then_on(as_of, known_at, asker.today), as_of or asker.today
    row = seeing.agreement_row(asker, number, then)
    seeing.require_whole(asker, row.now)
    with asker.ledger.views.database.reading() as connection:
        limits = postings.balance(
            connection,
            row.now,
            row.told(then),
            row.latest_on,
            seeing.only(asker, row.now),
            since=day,
            standing=row.state,
        )
        balance = _balance(asker, connection, row, limits, then)
        known = Then(as_of=day, known_at=known_at)
        coming, *_ = forecast(connection, row.state, day, known, of=row.state.limits[:1])
        found = list(matters(asker, connection, row, limits, then, day))
    state, language = seeing.named(asker, row.state), asker.language
    shown = [_matter(one, language) for one in found[:COUNCIL_MATTERS]]
    return CouncilPage(
        agreement=state.number,
        title=state.title,
        status=agreement.standing(state, day),
        currency=state.currency,
        buyers=public_names(state.buyers_on(day), language),
        suppliers=public_names(agreement.suppliers_on(state, day), language),
        starts_on=state.starts_on,
        ends_on=state.ends_on,
        as_of=day,
        known_at=balance.known_at,
        headline=say(told.headline(limits[0], state.currency, day, asker.today), language),
        used=say(told.used(limits[0], state.currency), language),
        forecast=_begun(say(limit_sentence(coming, state.currency), language)),
        balance=balance,
        matters=shown,
        more=len(found) - len(shown),
        checkpoint=anchor.checkpoint_answer(asker.ledger.settings.notary, language),
    )


def _balance(
    asker: Asker,
    connection: Reading,
    row: agreements.Row,
    limits: list[postings.LimitBalance],
    then: Then,
) -> Balance:
    """The same as is answered by itself."""
    return balance_answer(
        row.now,
        limits,
        then.as_of or asker.today,
        then.known_at or asker.ledger.now,
        row.position,
        postings.beside(connection, row.now, then),
    )


def _matter(one: Matter, language: str) -> OpenMatter:
    return OpenMatter(
        kind=one.kind,
        name=one.name,
        sentence=_begun(say(one.sentence, language)),
        amount=to_text(one.amount) if one.amount else None,
        on=one.on,
    )


def _begun(sentence: str) -> str:
    """With a capital, also where it begins with the name of a limit."""
    return sentence[:1].upper() + sentence[1:]
