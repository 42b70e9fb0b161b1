"""The table of verbs: help is told from it alone, and says what each verb says of itself."""

import re
import subprocess
import sys
from itertools import chain

import click
import pytest

from ledger.cli import VERBS, main
from ledger.cli.verbs import Verb, Verbs

CONTEXT = click.Context(main, info_name="avrop")
TABLE = list(chain.from_iterable(VERBS.values()))


@pytest.mark.parametrize("verb", TABLE, ids=lambda verb: verb.name)
def test_the_table_says_of_a_verb_what_the_verb_says_of_itself(verb):
    command = main.get_command(CONTEXT, verb.name)
    assert command.name == verb.name
    assert command.get_short_help_str(limit=1000) == verb.help


def test_each_verb_has_a_name_of_its_own():
    assert len({verb.name for verb in TABLE}) == len(TABLE)


def test_help_lists_the_verbs_under_their_headings(desk):
    said = desk.done("--help").splitlines()
    for heading, verbs in VERBS.items():
        below = said[said.index(f"{heading}:") :]
        names = [line.split()[0] for line in below if re.match(r"  \S", line)]
        assert names[: len(verbs)] == [verb.name for verb in verbs]


def test_help_imports_no_verb():
    code = (
        "import sys; from ledger.cli import main; main(['--help'], standalone_mode=False);"
        "print(sorted(name for name in sys.modules if name.startswith('ledger')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == (
        "['ledger', 'ledger.cli', 'ledger.cli.terminal', 'ledger.cli.verbs']"
    )


def test_a_verb_that_is_not_there_is_a_wrong_question(desk):
    assert "No such command 'balanse'" in desk.refused("balanse", "SKO-2023", status=2)


def test_no_verb_has_an_option_twice():
    """Of two the one that is registered last is given the value, and the other never one."""
    for words, command in told(main):
        options = list(chain.from_iterable(one.opts for one in command.params))
        assert len(options) == len(set(options)), words


def told(group, words="avrop"):
    for name in group.list_commands(CONTEXT):
        command = group.get_command(CONTEXT, name)
        if isinstance(command, click.Group):
            yield from told(command, f"{words} {name}")
        else:
            yield f"{words} {name}", command


def test_a_verb_of_another_table_is_told_by_it_and_imported_when_it_is_asked_for():
    verbs = Verbs("given", headings={"Some": (Verb("gone", "ledger.cli.gone:gone", "Was here."),)})
    context = click.Context(verbs)
    assert "gone  Was here." in verbs.get_help(context)
    with pytest.raises(ModuleNotFoundError):
        verbs.get_command(context, "gone")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("avrop b", {"backup", "balance", "bundle"}),
        ("avrop order li", {"list"}),
        ("avrop order list --as", {"--as-of"}),
        ("avrop order session h", {"hold"}),
    ],
)
def test_the_shell_completes_verbs_and_options(shell, words, found):
    environ = {
        "COMP_WORDS": words,
        "COMP_CWORD": words.split()[-1] if shell == "fish" else str(len(words.split()) - 1),
        "_AVROP_COMPLETE": f"{shell}_complete",
    }
    said = _completed(environ)
    if shell == "zsh":
        names = said[1::3]
    else:
        names = [line.partition(",")[2].partition("\t")[0] for line in said]
    assert set(names) == found


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_shell_is_given_what_its_start_file_evaluates(shell):
    said = _completed({"_AVROP_COMPLETE": f"{shell}_source"})
    assert any(f"_AVROP_COMPLETE={shell}_complete" in line for line in said)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_shell_completes_without_importing_a_verb(shell):
    said = _completed(
        {
            "COMP_WORDS": "avrop b",
            "COMP_CWORD": "b" if shell == "fish" else "1",
            "_AVROP_COMPLETE": f"{shell}_complete",
        },
        more="import sys; sys.modules['ledger.cli.history'] = None; ",
    )
    assert "balance" in "".join(said)


def _completed(environ, more=""):
    code = f"{more}from ledger.__main__ import main; main(prog_name='avrop')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("noun", ["agreement", "order", "order session", "drawdown", "attest"])
def test_help_of_a_noun_says_the_whole_sentence_of_each_verb(desk, noun):
    said = desk.done(*noun.split(), "--help")
    command, context = main, CONTEXT
    for name in noun.split():
        command = command.get_command(context, name)
    told = " ".join(said.split())
    for one in command.commands.values():
        assert f" {one.name} {one.get_short_help_str(limit=1000)}" in told
