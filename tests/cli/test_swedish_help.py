"""Help, and what was wrongly asked, at a Swedish terminal: not a word of English is left."""

import re

import click
import pytest

from ledger.cli import VERBS, main
from ledger.cli.terminal import click_in, language
from ledger.cli.translated import translated
from ledger.wording import translate
from tests.cli.test_transcripts import _verbs

ENGLISH = re.compile(r"\b(the|of|and|is|are|by|that|with|an?|or|not|for|to be|Show|Error|Usage)\b")
CODES = re.compile(r"\[[a-z0-9_|-]+\]|--[a-z-]+|'[^']*'|`[^`]*`|Command line")

RUN = ("serve", "tick", "run", "demo", "rebuild")
"""Verbs that would go on."""


@pytest.fixture
def swedish(desk, monkeypatch):
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    return desk


@pytest.mark.parametrize("path", ["avrop", *_verbs("avrop", main)])
def test_the_help_of_each_verb_is_in_swedish(swedish, path):
    said = swedish.done(*path.split()[1:], "--help")
    assert said.startswith(f"Användning: {path} ")
    assert ENGLISH.findall(CODES.sub("", said.partition("\n")[2])) == []
    assert "Visa den här hjälpen och avsluta." in said


def test_headings_are_in_swedish(swedish):
    said = swedish.done("--help").splitlines()
    assert all(f"{translate(heading, 'sv')}:" in said for heading in VERBS)
    assert "Vad som är kvar och varför:" in said


def test_what_is_filled_in_has_a_swedish_name(swedish):
    said = swedish.done("order", "place", "--help")
    assert said.startswith("Användning: avrop order place [TILLVAL] AVTAL [FIL]\n")
    assert "--known-at TIDPUNKT" in swedish.done("balance", "--help")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("balance", "Fel: Ange 'NUMMER'."),
        ("token add", "Fel: Ange '--person'."),
        ("balanse", "Fel: Kommandot 'balanse' finns inte. Menade du 'balance'?"),
        ("order --halp", "Fel: Tillvalet '--halp' finns inte. Menade du '--help'?"),
        (
            "balance X --jason",
            "Fel: Tillvalet '--jason' finns inte. Menade du något av '--as-of', '--json'?",
        ),
        ("balance X Y", "Fel: En uppgift för mycket (Y)"),
        (
            "why X rest",
            "Fel: Felaktig uppgift för '{remaining|cap|reserved|committed|drawn}': 'rest' är inte "
            "något av 'remaining', 'cap', 'reserved', 'committed', 'drawn'.",
        ),
        (
            "balance X --as-of i-dag",
            "Fel: Felaktig uppgift för '--as-of': Det är inget datum: skriv det som 2026-01-31.",
        ),
        (
            "token add --organisation 2120002404",
            "Fel: Felaktig uppgift för '--organisation': Det är inget organisationsnummer: ange de "
            "tio siffrorna, som 212000-2403, där den sista är kontrollsiffran.",
        ),
        ("tick --every 0", "Fel: Felaktig uppgift för '--every': 0 ligger utanför intervallet"),
        ("tick --every x", "Fel: Felaktig uppgift för '--every': 'x' är inget heltal."),
        ("verify nothing.zip", "finns inte."),
        ("bundle X", "Fel: Skriv avrop bundle AVTAL FIL.zip eller avrop bundle --all FIL.zip."),
        (
            "token add --person P --organisation 2120002403 --role admin --decision D",
            "Fel: --from, --to och --decision gäller bara rollen auditor.",
        ),
    ],
)
def test_what_was_wrongly_asked_is_said_in_swedish(swedish, asked, told):
    said = swedish.refused(*asked.split(), status=2)
    assert said.startswith("Användning: avrop ")
    assert "\nHjälp får du med 'avrop " in said
    assert told in said


@pytest.mark.parametrize("path", _verbs("avrop", main))
def test_no_verb_answers_a_wrong_question_in_english(swedish, path):
    command, asked = main, path.split()[1:]
    for name in asked:
        command = command.get_command(click.Context(command), name)
    options = [one for one in command.params if isinstance(one, click.Option) and not one.is_flag]
    wrong = [("--nonsense",), *((one.opts[0],) for one in options)]
    wrong += [("X", one.opts[0], "??") for one in options if command.name not in RUN]
    for words in wrong:
        said = swedish.ask(*asked, *words).stderr
        assert ENGLISH.findall(CODES.sub("", said)) == [], words


def test_a_file_that_is_not_there_is_told_of_in_swedish(swedish):
    said = swedish.refused("agreement", "sign", "none.json")
    assert said == "none.json: Filen kan inte läsas: den finns inte.\n"


def test_a_value_that_was_left_out_is_asked_for_in_swedish(swedish):
    said = swedish.refused("balance", "X", "--as-of", status=2)
    assert said == "Fel: Ange ett värde för tillvalet '--as-of'.\n"


def test_another_language_of_the_machine_does_not_mix_into_it(swedish, monkeypatch):
    """The control: gettext goes by LANGUAGE first, which says nothing to the rest of Avrop."""
    monkeypatch.setenv("LANGUAGE", "en")
    assert swedish.refused("balance", status=2).endswith("Fel: Ange 'NUMMER'.\n")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("LANGUAGE", "sv")
    assert swedish.refused("balance", status=2).endswith("Error: Missing argument 'NUMBER'.\n")


def test_help_is_in_english_again_in_the_same_process(swedish, monkeypatch):
    before = swedish.done("order", "show", "--help")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    said = swedish.done("order", "show", "--help")
    assert said.startswith("Usage: avrop order show [OPTIONS] NUMBER\n")
    assert "Show this message and exit." in said
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    assert swedish.done("order", "show", "--help") == before


def test_a_command_is_not_changed_by_being_translated(monkeypatch):
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    assert language() == "sv"

    @click.command(help="Why.")
    @click.option("--day", metavar="DATE", help="The day; by default today.")
    def given(day):
        """Nothing."""

    with click_in("sv"):
        read = translated(given, "sv")
    assert (read.help, read.params[0].help) == ("Skälet.", "Dagen; annars i dag.")
    assert (given.help, given.params[0].help) == ("Why.", "The day; by default today.")
