"""Help in another language than it is written in: a command with its texts and words replaced."""

import copy
import inspect
import re
from collections.abc import Iterator

import click

from ledger.wording import translate

_WORDS = re.compile(r"[A-Z](?:[A-Z _-]*[A-Z])?")
"""What a person fills in, in a command's form: FILE, ORGANISATION NUMBER."""


def translated(command: click.Command, language: str) -> click.Command:
    """A copy of a command, and of those below it, whose help is in a language."""
    read = copy.copy(command)
    # It is made when first asked for, with click's words of then.
    read._help_option = None
    read.help = "\n\n".join(translate(text, language) for text in _paragraphs(command.help))
    read.params = [_parameter(command, one, language) for one in command.params]
    read.options_metavar = _form(command.options_metavar or "", language)
    if isinstance(command, click.Group) and isinstance(read, click.Group):
        read.subcommand_metavar = _form(command.subcommand_metavar, language)
        below = command.commands.items()
        read.commands = {name: translated(one, language) for name, one in below}
    return read


def texts(command: click.Command) -> Iterator[str]:
    """The texts that are replaced."""
    yield from _paragraphs(command.help)
    yield from _WORDS.findall(command.options_metavar or "")
    for one in command.params:
        yield from _WORDS.findall(_metavar(command, one))
        if isinstance(one, click.Option) and one.help:
            yield one.help
    if isinstance(command, click.Group):
        yield from _WORDS.findall(command.subcommand_metavar)
        for below in command.commands.values():
            yield from texts(below)


def _paragraphs(help: str | None) -> list[str]:
    """Each in one line, as a text is kept: click breaks the lines again."""
    return [" ".join(part.split()) for part in inspect.cleandoc(help or "").split("\n\n")]


def _parameter(command: click.Command, one: click.Parameter, language: str) -> click.Parameter:
    read = copy.copy(one)
    read.metavar = _form(_metavar(command, one), language) or None
    if isinstance(read, click.Option):
        read.help = translate(read.help or "", language)
    return read


def _metavar(command: click.Command, one: click.Parameter) -> str:
    is_flag = isinstance(one, click.Option) and one.is_flag
    return "" if is_flag else one.make_metavar(click.Context(command))


def _form(text: str, language: str) -> str:
    return _WORDS.sub(lambda found: translate(found[0], language), text)
