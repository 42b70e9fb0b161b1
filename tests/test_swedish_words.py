"""The Swedish is words: no plural in parentheses, and no stored code in a refusal."""

import re
import sys
from pathlib import Path

import pytest

from ledger.domain import agreement, drawdown, order
from ledger.domain.events import ROLES
from ledger.domain.refusals import Refusal
from ledger.wording import sentence

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
try:
    import texts
finally:
    sys.path.pop(0)

PLURAL = re.compile(r"\w\((?:s|es|er|ar|or|n|en|et|na|erna)\)|\w+/\w+(?:ar|er|or)\b")
EFFECTS = ("hard", "soft", "informational")
MAY = (agreement.may, order.may, drawdown.may)


def test_no_swedish_text_has_a_plural_in_parentheses():
    swedish = [text for one in texts.kept() if one.id for text in texts._forms(one.string)]
    assert len(swedish) > 1000
    assert [text for text in swedish if PLURAL.search(text)] == []


def test_no_english_text_has_one_either():
    english = [text for one in texts.gathered() if one.id for text in texts._forms(one.id)]
    assert [text for text in english if PLURAL.search(text)] == []


@pytest.mark.parametrize("text", ["2 plats(er)", "1 rad(er)", "seat(s)", "nyckel/nycklar"])
def test_such_a_plural_is_found(text):
    assert PLURAL.search(text)


def every(kind: type[Refusal]) -> list[type[Refusal]]:
    return [kind, *(one for below in kind.__subclasses__() for one in every(below))]


def given(kind: type[Refusal], **figures) -> Refusal:
    """A refusal with a figure of each name that its sentence has, whoever makes it elsewhere."""
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, **dict.fromkeys(texts._figures(kind.sentence), "X-1") | figures)
    return refusal


CODES = {
    "status": texts.PHRASES["status"],
    "needed": texts.PHRASES["needed"],
    "limit": ("cap",),
    "roles": (*ROLES, ", ".join(ROLES)),
    "held": (*ROLES, "none"),
    "action": (
        "amend", "extend", "suspend", "close", "reopen", "confirm", "decline", "lapse", "counter",
        "accept", "refuse", "reject", "change", "cancel", "start", "report delivery of",
        "cancel seats of",
        "approve", "credit", "discard", "end", "answer", "award", "withdraw", "code a line of",
        "allocate the seats of", "move seats of", "move shares of", "recharge a share of",
        "move a session of", "report a session of", "cancel a session of", "move", "void",
        "put right", "take back the approval of", "remove a limit of",
        "judge again", "match", "deduct", "open the offers of", "bring an opening balance into",
    ),
    "what": (
        "agreement", "order", "drawdown", "limit", "document", "token", "person", "appointment",
        "competition", "attest right", "deputy", "organisation", "file in the queue", "recharge",
        "funding source", "agreement, order or drawdown", "open share move", "open proposal",
        "allocated seats", "sessions to come", "open share moves", "funding sources",
        "open competitions", "recharges", "attest rights", "deputies", "orders", "amendments",
        "extensions", "share moves", "competitions", "open proposals",
    ),
}  # fmt: skip
"""Figures of refusals that are stored codes, or English, and what each can be."""
ANY = {code for codes in CODES.values() for code in codes} | set(EFFECTS)
SAME = {"person", "organisation", "attest"}
"""Of them, those that are Swedish words, too."""
WORDS = {word for code in ANY for word in re.findall(r"[a-z]{3,}", code)} - SAME
KINDS = [kind for kind in every(Refusal) if kind.sentence]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_stored_code_stands_in_a_refusal(kind):
    coded = texts._figures(kind.sentence) & set(CODES)
    for figure in coded or {""}:
        for code in CODES.get(figure, ("",)):
            said = sentence(given(kind, **({figure: code} if figure else {})), "sv")
            assert not WORDS & set(re.findall(r"\w+", said)), said


def test_each_action_that_the_domain_names_is_among_those():
    """Whoever adds one gives it its Swedish: to a noun's `POSSIBLE`, or where it is refused."""
    named = {action for may in MAY for action in may.POSSIBLE}
    for path in (ROOT / "ledger/domain").rglob("*.py"):
        source = path.read_text()
        named |= set(re.findall(r'action="([^"]+)"', source))
        named |= set(re.findall(r'_funding_of\([^\n]*, "([a-z ]+)"\)', source))
    assert len(named) > 20
    assert named <= set(CODES["action"])


def test_what_each_act_on_an_order_needs_is_among_the_phrases():
    needed = {" / ".join(statuses) for statuses in order.may.POSSIBLE.values()}
    needed |= {needed for _, needed in agreement.may.POSSIBLE.values()}
    assert needed | set(drawdown.may.POSSIBLE.values()) <= set(texts.PHRASES["needed"])


def test_each_kind_of_thing_that_is_not_found_has_its_swedish():
    named = set()
    for path in (ROOT / "ledger").rglob("*.py"):
        if "demo" not in path.parts:
            named |= set(re.findall(r'what="([^"]+)"', path.read_text()))
    assert len(named) > 10
    assert {what for what in named if texts.kept().get(what) is None} == set()


def test_a_status_and_what_is_needed_are_said_as_sentences():
    refusal = given(
        next(kind for kind in KINDS if kind.__name__ == "WrongStatus"),
        name="SKO-2023-0001",
        status="placed",
        action="report delivery of",
        needed="confirmed / started",
    )
    assert sentence(refusal, "sv") == (
        "SKO-2023-0001 väntar på svar; det går bara att rapportera som genomfört när avropet är "
        "bekräftat och inte genomfört."
    )
    assert sentence(refusal, "en") == (
        "SKO-2023-0001 is placed; to report delivery of it, it must be confirmed / started."
    )
