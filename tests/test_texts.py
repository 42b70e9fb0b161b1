"""Every text for people has its Swedish, with the same figures, and no stale one is kept."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ledger import codec
from ledger.domain.events import NAMES
from ledger.domain.refusals import Amount, CapExceeded, LimitOver, WrongStatus
from ledger.telling import tell
from ledger.wording import kronor, say, sentence, translate

ROOT = Path(__file__).resolve().parents[1]


def test_every_text_has_its_swedish():
    check = [sys.executable, str(ROOT / "scripts/texts.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_check_finds_a_text_without_its_swedish(tmp_path):
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import texts
    finally:
        sys.path.pop(0)
    gathered, swedish = texts.gathered(), texts.kept()
    assert list(texts.faults(gathered, swedish)) == []
    gathered.add("A sentence that nobody translated.")
    swedish.add("Nobody says {this} any more.", "Ingen säger {detta} längre.")
    assert list(texts.faults(gathered, swedish)) == [
        "not translated: A sentence that nobody translated.",
        "no longer used: Nobody says {this} any more.",
    ]


def over(asked: int) -> CapExceeded:
    def kr(amount: int) -> Amount:
        return Amount(amount * 100, "SEK")

    limit = LimitOver(
        limit="cap", cap=kr(2_000_000), used=kr(1_129_000), asked=kr(asked), over=kr(9_000),
        fits=kr(871_000), on=date(2025, 11, 3),
    )  # fmt: skip
    return CapExceeded((limit,))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "880 000 kr does not fit: it would pass cap by 9 000 kr on 2025-11-03. Of "
            "2 000 000 kr, 1 129 000 kr is in use; at most 871 000 kr fits.",
        ),
        (
            "sv",
            "880 000 kr ryms inte: takvolymen skulle överskridas med 9 000 kr den 2025-11-03. Av "
            "2 000 000 kr är 1 129 000 kr utnyttjat; högst 871 000 kr ryms.",
        ),
    ],
)
def test_a_refusal_says_its_figures_in_both_languages(language, said):
    words = sentence(over(880_000), language).replace("\N{NO-BREAK SPACE}", " ")
    assert words == said


def test_words_of_the_trade_are_translated_within_a_refusal():
    refusal = WrongStatus(name="SKO-2023-0001", status="closed", action="confirm", needed="placed")
    assert sentence(refusal, "sv") == (
        "SKO-2023-0001 är avslutat; det går bara att bekräfta när avropet väntar på svar."
    )


def test_a_language_that_is_not_here_is_answered_in_english():
    assert translate("Refused", "fi") == "Refused"


@pytest.mark.parametrize(
    ("ore", "said"),
    [(0, "0 kr"), (-15_000_00, "−15 000 kr"), (123_456_789, "1 234 567,89 kr"), (-5, "−0,05 kr")],
)
def test_an_amount_is_written_as_people_read_it(ore, said):
    assert kronor(ore).replace("\N{NO-BREAK SPACE}", " ") == said


STREAMS = {
    "log": "log/restored",
    "order": "order/SKO-2023-0001",
    "counter": "order/SKO-2023-0001",
    "seats": "order/SKO-2023-0001",
    "session": "order/SKO-2023-0001",
    "drawdown": "drawdown/2021004524.9~2F1.2024-03-25.380",
    "recharge": "drawdown/2021004524.9~2F1.2024-03-25.380",
    "line": "order/SKO-2023-0001",
    "opening": "order/SKO-2023-0001",
    "number": "number/sko-2023",
    "file": f"file/{'ab' * 32}",
    "answer": "link/0123456789abcdef",
    "address": "organisation/2021004524",
    **dict.fromkeys(("attest", "deputy", "own", "code"), "organisation/2120002403"),
    **dict.fromkeys(("attempt", "attempts", "auditor", "bundle"), "access/p-1"),
    **dict.fromkeys(("person", "role", "token"), "access/p-1"),
}
"""First word of an event's name → a stream of such events; the others are an agreement's."""


@pytest.mark.parametrize("name", NAMES)
def test_every_event_is_told_as_a_sentence_in_both_languages(name):
    stored = (ROOT / f"tests/golden/{name}.json").read_bytes()
    stream = STREAMS.get(name.partition("-")[0], "agreement/SKO-2023")
    fact = codec.decode(stream, 1, name, stored)
    told = tell(fact.event, fact.stream, "SEK")
    english, swedish = say(told, "en"), say(told, "sv")
    assert "{" not in english + swedish
    assert english != swedish
