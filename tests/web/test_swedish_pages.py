"""The pages in Swedish, as each role reads them in the demonstration: no stored name is read there,
and no English is left over."""

import re
from html import unescape

import pytest
from lxml import html

from ledger.application.reports import ROLES as REPORTED
from ledger.demo import PEOPLE, PROGRAMMES
from ledger.domain import drawdown, order
from ledger.domain.events import NAMES
from ledger.web import create_app
from tests.test_swedish_words import CODES, PLURAL, texts
from tests.web.test_pages import Browser

NUMBER = PROGRAMMES[0].number
PARTS = ("", "/orders", "/invoices", "/limits", "/amendments", "/members", "/funding",
         "/suppliers", "/statement", "/timeline", "/documents", "/forecast", "/council",
         "/what-if", "/sheet", "/order", "/amend",
         "/why?figure=committed&limit=cap", "/compare?from=2025-01-01&to=2027-01-01")  # fmt: skip
REPORTS = ("use", "accruals", "stale", "rounds", "suppliers", "summary")
ADDRESSES = (
    *("/", "/agreements", "/orders", "/invoices", "/invoices/queue", "/invoices/receive"),
    *("/agreements/new", "/search?q=ledarskap", "/invoices/attest"),
    *(f"/agreements/{one.number}{part}" for one in PROGRAMMES[:1] for part in PARTS),
    *(f"/orders/{NUMBER}-000{at}" for at in range(1, 7)),
    *(f"/reports/{name}" for name in REPORTS),
    *("/audit", "/audit/log", "/audit/checkpoints", "/audit/receipt/9", "/audit/attempts"),
    *("/audit/reads", "/audit/replay", f"/audit/replay/{NUMBER}", f"/agreements/{NUMBER}/passed"),
)
"""What somebody of the first programme reads, where their roles let them in."""
SAME = {"person", "organisation", "attest", "admin", "code", "format", "start", "plan", "service"}
"""Codes that are Swedish words too, or parts of what is written by hand."""
STORED = {
    *NAMES,
    *order.may.POSSIBLE,
    *drawdown.may.POSSIBLE,
    *(code for codes in CODES.values() for code in codes),
    *("development", "delivery"),
    *("hard", "soft", "informational", "placed", "countered", "confirmed", "started", "delivered",
      "closed", "cancelled", "declined", "lapsed", "recorded", "approved", "rejected", "reversed",
      "withdrawn", "overdue", "active", "suspended", "lou_19a_direct", "outside_lou", "same-amount",
      "exceeds-order", "order-reference"),
}  # fmt: skip


def read(page: str) -> str:
    """What is read of a page, but for what is in another language and says so."""
    root = html.fromstring(page)
    for hidden in root.xpath("//script | //style | //code | //pre | //*[@lang='en']"):
        hidden.drop_tree()
    shown = [*root.itertext(), *root.xpath("//@title | //@aria-label | //@alt | //@placeholder")]
    text = " ".join(" ".join(unescape(text) for text in shown).split())
    return text.replace("avrop token add", "")  # a command, as it is typed


def english() -> set[str]:
    """Texts of several words whose Swedish is another, without figures in them."""
    found = set()
    for one in texts.kept():
        if one.id and isinstance(one.id, str) and isinstance(one.string, str):
            plain = not re.search(r"[{%<]", one.id)
            if plain and " " in one.id.strip() and len(one.id) > 8 and one.string != one.id:
                found.add(" ".join(one.id.split()))
    return found


@pytest.fixture(scope="module")
def app(lived):
    return create_app(ledger=lived, demo=True)


@pytest.mark.parametrize("role", PEOPLE)
def test_no_stored_name_and_no_english_is_read_in_swedish(app, role):
    browser = Browser(app)
    browser.post("/session", role=role)
    sought = english()
    codes = {code for code in STORED if code not in SAME and re.fullmatch(r"[a-z_-]{4,}", code)}
    word = re.compile(rf"(?<![\w/.-])(?:{'|'.join(sorted(map(re.escape, codes)))})(?![\w/.-])")
    seen, found = 0, []
    for address in ADDRESSES:
        page = browser.get(address, "sv")
        if page.status_code != 200:
            continue
        seen += 1
        shown = read(page.text)
        found += [(address, one) for one in word.findall(shown)]
        found += [(address, one) for one in PLURAL.findall(shown)]
        found += [(address, one) for one in sought if f" {one} " in f" {shown} "]
    assert seen > (20 if role in REPORTED else 12)
    assert found == []
