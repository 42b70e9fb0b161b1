"""The page for a council: the answer, the formula, a chart, and what is open."""

from ledger.application.answers.balances import LimitBalance
from ledger.application.answers.council import CouncilPage
from ledger.application.exports.columns import head
from ledger.application.printed.document import (
    Bar,
    Bars,
    Column,
    Document,
    Heading,
    Paragraph,
    Part,
    Table,
)
from ledger.application.printed.framing import Telling, framed, in_words, money
from ledger.bounds import COUNCIL_LIMITS
from ledger.domain.money import from_text
from ledger.wording import law, say, translate, words

PARTS = ("drawn", "committed", "reserved")


def printed(page: CouncilPage, telling: Telling) -> Document:
    language = telling.language
    parties = f"{', '.join(page.buyers)} – {', '.join(page.suppliers)}"
    term = words("The term is {starts_on} to {ends_on}.",
                 starts_on=page.starts_on, ends_on=page.ends_on)  # fmt: skip
    parts: list[Part] = [
        Paragraph(f"{page.title}. {parties}. {say(term, language)}"),
        Paragraph(page.headline, "lead"),
        Paragraph(page.used),
        _formula(page, language),
        *_chart(page, language),
        Paragraph(page.forecast),
        Heading(say(words("Open matters"), language)),
        *_matters(page, language),
    ]
    title = say(words("Council page: {agreement}", agreement=page.agreement), language)
    return framed(title, telling, parts)


def _formula(page: CouncilPage, language: str) -> Table:
    """Every term under its name; an amount that is unknown says so."""
    names = ("cap", "reserved", "committed", "drawn", "remaining")
    heads = [
        Column(f"{sign} {translate(name, language)}".strip().capitalize(), number=True)
        for sign, name in zip(("", "−", "−", "−", "="), names, strict=True)
    ]
    amounts = [getattr(page.balance, name) for name in names]
    unknown = translate("unknown", language)
    return Table(heads, [[unknown if one is None else money(one) for one in amounts]])


def _chart(page: CouncilPage, language: str) -> list[Part]:
    """Limits in money whose amount is known; the cap first."""
    limits = [
        one for one in page.balance.limits
        if one.unit == "money" and one.amount is not None and from_text(one.amount) > 0
    ]  # fmt: skip
    if not limits:
        return []
    keys = [head((name,), language) for name in (*PARTS, "remaining")]
    bars = [_bar(one, page.currency, language) for one in limits[:COUNCIL_LIMITS]]
    return [Bars(keys, bars, " ".join(bar.says for bar in bars))]


def _bar(limit: LimitBalance, currency: str, language: str) -> Bar:
    """Thousandths of whichever is larger: the limit, or what is in use of it."""
    used = [max(0, from_text(getattr(limit, name))) for name in PARTS]
    amount = from_text(limit.amount or "0.00")
    whole = max(amount, sum(used))
    name = translate(limit.name, language).capitalize() if limit.name == "cap" else limit.name
    says = words(
        "{limit}: {drawn} drawn, {committed} committed and {reserved} reserved of {amount}; "
        "{remaining} remains.",
        limit=name,
        amount=in_words(limit.amount, currency, language),
        remaining=in_words(limit.remaining, currency, language),
        **{part: in_words(getattr(limit, part), currency, language) for part in PARTS},
    )
    thousandths = [one * 1000 // whole for one in used]
    return Bar(name, [*thousandths, 1000 - sum(thousandths)], say(says, language))


def _matters(page: CouncilPage, language: str) -> list[Part]:
    if not page.matters:
        return [Paragraph(say(words("Nothing is open."), language))]
    heads = [
        Column(translate("Which", language)),
        Column(translate("What", language), wide=True),
        Column(translate("Date", language)),
        Column(head(("amount",), language), number=True),
    ]
    rows = [
        [
            translate(one.name, language) if one.name == "cap" else law(one.name),
            one.sentence,
            "" if one.on is None else str(one.on),
            money(one.amount),
        ]
        for one in page.matters
    ]
    parts: list[Part] = [Table(heads, rows)]
    if page.more:
        parts.append(
            Paragraph(say(words("Further open matters: {more}.", more=page.more), language))
        )
    return parts
