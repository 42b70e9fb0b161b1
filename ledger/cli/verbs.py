"""The verbs as a table: help lists them from it, and a verb is imported when it is asked for."""

from collections.abc import Iterator, Mapping
from gettext import gettext
from importlib import import_module
from typing import Any, NamedTuple

import click

from ledger.cli.terminal import click_in, language


class Verb(NamedTuple):
    """A verb, where its command is ("module:attribute"), and the first sentence of its help."""

    name: str
    at: str
    help: str


WHOLE = 1000
"""More characters than the first sentence of any help has."""
Headings = Mapping[str, tuple[Verb, ...]]


class Verbs(click.Group):
    """Verbs under headings, as a table says. Who is refused is told why, with exit status 1."""

    def __init__(self, *args: Any, headings: Headings, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.headings = headings
        self.table = {verb.name: verb for verbs in headings.values() for verb in verbs}

    def main(self, *args: Any, **settings: Any) -> Any:
        with click_in(language()):
            return click.Group.main(_to_be_read(self), *args, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.table:
            return None
        module, _, attribute = self.table[name].at.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return _to_be_read(command)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as unknown:
            # It knows of the verbs that it would itself have been given.
            name = unknown.command_name
            raise click.exceptions.NoSuchCommand(
                name, possibilities=self.table, ctx=ctx
            ) from unknown

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except Exception as error:
            from ledger.cli.refused import stopped

            why = stopped(error)
            if why is None:
                raise
            raise why from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # As wide under each heading, so that all of the help stands below one another.
        widest = max(map(len, self.table))
        for heading, verbs in self.headings.items():
            with formatter.section(_read(heading)):
                formatter.write_dl([(verb.name.ljust(widest), _short(verb)) for verb in verbs])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        names = [verb for verb in self.table.values() if verb.name.startswith(incomplete)]
        found = [CompletionItem(verb.name, help=_short(verb)) for verb in names]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def texts(self) -> Iterator[str]:
        """Every text for people of the help of all verbs, in English."""
        from ledger.cli.translated import texts

        yield from texts(self)
        for heading, verbs in self.headings.items():
            yield heading
            for verb in verbs:
                yield verb.help
                module, _, attribute = verb.at.partition(":")
                yield from texts(getattr(import_module(module), attribute))


class Noun(click.Group):
    """The verbs of a noun. Help says the whole sentence of each, as it does of those above it."""

    group_class = type

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = [self.commands[name] for name in self.list_commands(ctx)]
        with formatter.section(gettext("Commands")):
            formatter.write_dl(
                [(one.name or "", one.get_short_help_str(WHOLE)) for one in commands]
            )


def _to_be_read(command: click.Command) -> click.Command:
    """The command with its help in the reader's language."""
    if language() == "en":
        return command
    from ledger.cli.translated import translated

    return translated(command, language())


def _read(text: str) -> str:
    if language() == "en":
        return text
    from ledger.wording import translate

    return translate(text, language())


def _short(verb: Verb) -> str:
    return _read(verb.help)
