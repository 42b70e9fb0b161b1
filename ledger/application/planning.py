"""What may come of an agreement, as any door asks for it: its forecast, and acts in thought."""

from datetime import date, datetime
from typing import Any

from ledger.application import asking, seeing, steps
from ledger.application.answers.outlook import Forecast, forecast_answer
from ledger.application.answers.trying import WhatIfAnswer
from ledger.application.asker import Asker
from ledger.projections import forecast as outlooks
from ledger.projections.postings import limits_known
from ledger.projections.then import Then

FORESEEING = ("manager", "finance", "orderer", "approver", "auditor", "admin")
"""Who is told what may come of each limit."""
PLAYING = ("manager", "finance", "orderer", "auditor", "admin")
"""Who may try acts in thought."""


def forecast(asker: Asker, number: str, on: date | None, known_at: datetime | None) -> Forecast:
    """Of every limit from a day on, today where none is given. Raises NotFound."""
    day = on or asker.today
    then = Then(as_of=day, known_at=known_at)
    row = seeing.agreement_row(asker, number, then)
    with asker.ledger.views.database.reading() as connection:
        only = seeing.only(asker, row.state)
        known = limits_known(connection, row.now, known_at)
        limits = outlooks.forecast(connection, row.state, day, then, only, of=known)
    return forecast_answer(row.state, limits, day, asker.language)


def what_if(asker: Asker, number: str, body: dict[str, Any]) -> WhatIfAnswer:
    """The steps of a loaded WhatIf, one after another: the balance after each; nothing is written.
    Raises NotFound, NotAParty."""
    seeing.require_whole(asker, seeing.agreement_state(asker, number))
    stage = steps.Stage(number, asker.by, asker.today, asker.party)
    return asking.played(asker.ledger.service, stage, body, asker.by, asker.language)
