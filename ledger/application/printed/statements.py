"""An account statement on paper: what moved, and what was left after it."""

from ledger.application.answers.postings import Posting, Statement
from ledger.application.exports.cells import word
from ledger.application.printed.document import Column, Document, Paragraph, Part, Table, Terms
from ledger.application.printed.framing import Telling, framed, money
from ledger.application.printed.lists import TOO_LONG
from ledger.bounds import MAX_PRINTED
from ledger.domain.drawdown import number_in
from ledger.domain.money import from_text, to_text
from ledger.domain.refusals import Fault, Invalid
from ledger.wording import say, translate, words

PLACES = ("cap", "reserved", "committed", "drawn")
TITLE = words("Account statement {agreement}")
FORMULA = words("Remaining = cap − reserved − committed − drawn, after each row.")


def printed(statement: Statement, telling: Telling) -> Document:
    """Raises Invalid after MAX_PRINTED rows."""
    if len(statement.items) > MAX_PRINTED:
        figures = {"most": MAX_PRINTED}
        raise Invalid(Fault(pointer="/format", sentence=TOO_LONG.template, figures=figures))
    language = telling.language
    terms = [
        (translate("Agreement", language), f"{statement.agreement} {statement.title}"),
        (translate("Currency", language), statement.currency),
    ]
    parts: list[Part] = [Terms(terms)]
    if statement.items:
        parts += [_table(statement, language), Paragraph(say(FORMULA, language))]
    else:
        parts.append(Paragraph(say(words("Nothing has moved yet."), language)))
    title = say(words(TITLE.template, agreement=statement.agreement), language)
    return framed(title, telling, parts, landscape=True)


def _table(statement: Statement, language: str) -> Table:
    said = [translate(name, language).capitalize() for name in (*PLACES, "remaining")]
    heads = [
        Column(translate("Date", language)),
        Column(translate("What", language), wide=True),
        Column(translate("Order", language)),
        *(Column(name, number=True) for name in said),
    ]
    items = statement.items
    sums = [_sum(items, name) for name in PLACES]
    total = [translate("Sum", language), "", "", *sums, money(items[-1].remaining)]
    return Table(heads, [_row(one, language) for one in items], total)


def _row(one: Posting, language: str) -> list[str]:
    what = word(one.cause, "cause", language)
    if one.drawdown:
        what = f"{what}, {number_in(one.drawdown)}"
    elif one.line is not None:
        what = f"{what}, {translate('line', language)} {one.line}"
    order = one.order or ""
    moved = [money(getattr(one, name)) for name in (*PLACES, "remaining")]
    return [str(one.effective_on), what, order, *moved]


def _sum(items: list[Posting], name: str) -> str:
    """Nothing where one of them is unknown."""
    found = [getattr(one, name) for one in items]
    if None in found:
        return ""
    return money(to_text(sum(from_text(amount) for amount in found)))
