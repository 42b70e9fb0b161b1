"""At a Swedish terminal every answer is in Swedish, and what programs read is the same as ever."""

import ast
import re
from pathlib import Path

import pytest

import ledger.cli

PLAIN = "\N{NO-BREAK SPACE}", " "


@pytest.fixture
def swedish(desk, monkeypatch):
    """A desk with the Härnösand programme and a Swedish terminal."""
    desk.done("demo", "--programme", "harnosand")
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    return desk


def heads(answer: str) -> list[str]:
    """The heads of the first table."""
    return re.split(r"  +", answer.splitlines()[0].strip())


def test_a_balance_names_its_terms_in_swedish(swedish):
    first, _, terms, figures = swedish.done("balance", "SKO-2023").replace(*PLAIN).splitlines()
    assert first == "SKO-2023 per den 2027-08-31, i SEK"
    assert terms.split() == [
        "kvar", "=", "takvolym", "−", "reserverat", "−", "intecknat", "−", "fakturerat"
    ]  # fmt: skip
    assert figures.strip().startswith("1 021 000 = 2 150 000 −")


def test_what_is_shown_of_an_agreement_and_an_order_is_in_swedish(swedish):
    shown = swedish.done("agreement", "show", "SKO-2023")
    assert "Regelverk          direktupphandling enligt 19 a kap. LOU" in shown
    assert "Avtalstid          2023-09-05 till 2027-09-04" in shown
    order = swedish.done("order", "show", "SKO-2023-0003", "--no-checkpoint")
    assert re.search(r"^Status +bekräftat$", order, re.M)
    assert re.search(r"^Köpare +2120002403$", order, re.M)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("order list", "Avrop Status Avropsdatum Kurs Belopp Reserverat Intecknat Fakturerat"),
        ("drawdown list", "Avräkning Status Belopp Flaggor"),
        ("history SKO-2023", "Position Datum Händelse Avser Av Registrerat"),
        ("auditor list", "Förordnande Revisor Organisationer Från Till Status Beslut"),
        ("attempts", "Registrerat Av Roll Försökte Om Nekat"),
    ],
)
def test_heads_of_tables_are_in_swedish(swedish, asked, told):
    assert " ".join(heads(swedish.done(*asked.split()))) == told


def test_causes_facts_flags_and_statuses_are_in_swedish(swedish):
    assert "bekräftat" in swedish.done("statement", "SKO-2023", "--no-checkpoint")
    assert "avrop skickat vidare" not in swedish.done("history", "SKO-2023")
    assert "avräkning attesterad" in swedish.done("history", "SKO-2023")
    flagged = swedish.done("drawdown", "show", "2021004524.90014903.2026-12-18.380")
    told = r"^Flaggor +överstiger sitt avrop, överstiger rad SKO-2023-0003/3 med 10 000 kr$"
    assert re.search(told, flagged.replace(*PLAIN), re.M)
    assert re.search(r"^Status +attesterad$", flagged, re.M)


def test_a_figure_is_opened_in_swedish(swedish):
    opened = swedish.done("why", "SKO-2023", "drawn", "--as-of", "2024-12-31").replace(*PLAIN)
    assert opened.startswith("SKO-2023 per den 2024-12-31: fakturerat är 529 000 kr\n")


def test_nothing_here_and_no_ledger_are_said_in_swedish(swedish, monkeypatch):
    assert swedish.done("queue") == "Inget här än.\n"
    monkeypatch.setenv("AVROP_DATABASE", "sqlite:///another.db")
    said = "Det finns ingen liggare än: kör `avrop init`.\n"
    assert swedish.refused("balance", "SKO-2023") == said


def test_json_is_the_same_in_both_languages(swedish, monkeypatch):
    names = ("balance", "agreement show", "history")
    found = [swedish.json(*name.split(), "SKO-2023") for name in names]
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    again = [swedish.json(*name.split(), "SKO-2023") for name in names]
    for one in (*found, *again):
        one.pop("known_at", None) if isinstance(one, dict) else None
    assert found == again


SAYS = ("say", "Stopped", "echo")
WORDS = re.compile(r"[a-z]{2,}.* [a-z]{2,}", re.I)


def unsayable(path: Path):
    """Texts for people that nobody can translate: said as they stand."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if getattr(node.func, "id", getattr(node.func, "attr", "")) not in SAYS:
            continue
        text = node.args[0]
        if isinstance(text, ast.Call) and getattr(text.func, "attr", "") == "format":
            text = text.func.value  # type: ignore[attr-defined]
        parts = text.values if isinstance(text, ast.JoinedStr) else [text]
        said = " ".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        if WORDS.search(said) and not said.startswith("curl "):
            yield f"{path.name}:{node.lineno} {said}"


def test_the_command_line_says_no_text_that_cannot_be_translated(tmp_path):
    package = Path(ledger.cli.__file__).parent
    assert [text for path in sorted(package.glob("*.py")) for text in unsayable(path)] == []
    given = tmp_path / "given.py"
    given.write_text(
        'say(f"{number} is not here")\nsay("{} went away".format(1))\nsay(words("a b"))'
    )
    assert len(list(unsayable(given))) == 2
