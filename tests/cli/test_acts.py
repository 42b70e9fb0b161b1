"""Verbs made of acts: an option for each simple member of a body, beside or without a file."""

import click
import pytest

from ledger.cli import main
from tests.cli.test_transcripts import _verbs
from tests.conftest import AGREEMENT

ALONE = (
    *("agreement", "sign", "--number", "KUR-2025", "--title", "Kurser", "--cap", "100000.00"),
    *("--buyer", "212000-2403=Härnösands kommun"),
    *("--supplier", "2021004524=Mittuniversitetet = MIUN"),
    *("--signed-on", "2024-12-02", "--starts-on", "2025-01-01", "--ends-on", "2025-12-31"),
)
SIGNED = (*ALONE, "--buyer", "2120001470")


def test_an_agreement_is_signed_without_a_file(desk):
    signed = desk.json(*SIGNED, "--alerts", "50", "--alerts", "90", "--cap-effect", "soft")
    assert [(one["organisation"], one["name"]) for one in signed["buyers"]] == [
        ("2120002403", "Härnösands kommun"),
        ("2120001470", ""),
    ]
    assert [one["name"] for one in signed["suppliers"]] == ["Mittuniversitetet = MIUN"]
    assert signed["policy"]["alerts"] == [50, 90]
    assert signed["policy"]["cap_effect"] == "soft"


def test_a_party_whose_number_is_wrong_is_a_wrong_question(desk):
    wrong = desk.refused("agreement", "sign", "--buyer", "2120002404=Fel", status=2)
    assert "Invalid value for '--buyer': Not an organisation number" in wrong


def test_a_currency_that_is_none_is_said_at_its_option(desk):
    said = desk.refused(*ALONE, "--currency", "QQQ")
    assert "currency: A currency is one that is in force" in said
    assert desk.json(*ALONE, "--currency", "NOK")["currency"] == "NOK"


def test_an_option_goes_before_the_file(desk):
    file = desk.write("a.json", AGREEMENT)
    signed = desk.json("agreement", "sign", file, "--title", "Another", "--buyer", "2120002403=A")
    assert signed["number"] == AGREEMENT["number"]
    assert signed["title"] == "Another"
    assert [one["name"] for one in signed["buyers"]] == ["A"]


def test_what_may_be_unknown_is_said_to_be_null(desk):
    desk.done(*ALONE)
    amended = ("agreement", "amend", "KUR-2025", "--ground", "17:10", "--decision", "KS 1")
    amended += ("--clause", "§ 4")
    by = ("--organisation", "2120002403", "--on", "2025-01-10")
    assert desk.json(*amended, *by, "--cap", "null")["cap"] is None
    assert "Not an amount" in desk.refused(*amended, *by, "--cap", "none")


def test_what_a_buyer_gave_in_kind_is_another_option_than_who_acts(desk):
    desk.done(*SIGNED)
    asked = ("--amount", "1000.00", "--what", "Lokaler", "--on", "2025-02-03")
    desk.done("agreement", "in-kind", "KUR-2025", *asked, "--organisation", "2120002403")
    by = ("--organisation", "2120002403", "--buyer", "2120001470")
    said = desk.refused("agreement", "in-kind", "KUR-2025", *asked, *by)
    assert said.startswith("Only 2120001470 may do this on KUR-2025; you act for 2120002403.")
    by = ("--organisation", "2120001470", "--buyer", "2120001470")
    desk.done("agreement", "in-kind", "KUR-2025", *asked, *by)
    told = desk.done("history", "KUR-2025")
    assert told.count("in kind recorded") == 2


@pytest.mark.parametrize("path", _verbs("avrop", main))
def test_no_option_of_a_verb_is_there_twice(path):
    command, context = main, click.Context(main)
    for name in path.split()[1:]:
        command = command.get_command(context, name)
    names = [name for one in command.params for name in (*one.opts, *one.secondary_opts)]
    assert len(names) == len(set(names))
    assert len({one.name for one in command.params}) == len(command.params)


def test_numbers_are_found_whatever_their_case_by_every_verb(desk):
    desk.done(*SIGNED)
    by = ("--organisation", "2120002403", "--on", "2025-01-13")
    asked = ("--course", "Kurs", "--kind", "delivery", "--amount", "10.00")
    placed = desk.json("order", "place", "kur-2025", *asked, *by)
    assert placed["number"] == "KUR-2025-0001"
    desk.done("order", "confirm", "kur-2025-0001", "--on", "2025-01-14")
    assert desk.json("order", "show", "Kur-2025-0001")["status"] == "confirmed"
    assert desk.json("balance", "kur-2025")["agreement"] == "KUR-2025"
    for verb in (("summary",), ("rounds",), ("stale",), ("statement",), ("history",)):
        desk.done(*verb, "kur-2025")
    assert desk.done("history", "kur-2025-0001").count("KUR-2025-0001") == 2
    assert len(desk.json("order", "list", "--agreement", "kur-2025")) == 1
