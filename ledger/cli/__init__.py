"""The command line: the same commands, questions and refusals as the API.

A noun has a file here. Its verbs load what they need when they run, so that help is quick.
"""

import io
import sys

import click

from ledger.cli import (
    access,
    agreements,
    attest,
    beginning,
    catalogue,
    compare,
    competitions,
    documents,
    drawdowns,
    funding,
    history,
    notary,
    orders,
    organisations,
    persons,
    planning,
    programmes,
    proof,
    rebuild,
    replay,
    suppliers,
    tokens,
    why,
)
from ledger.cli.output import Verbs

VERBS: tuple[click.Command, ...] = (
    beginning.init,
    beginning.demo,
    tokens.token,
    persons.person,
    agreements.agreement,
    orders.order,
    drawdowns.drawdown,
    funding.funding,
    organisations.organisation_group,
    attest.attest,
    documents.receive,
    documents.queue,
    history.balance,
    history.statement,
    history.history,
    planning.what_if,
    planning.tick,
    planning.stale,
    why.why,
    compare.compare,
    replay.replay,
    planning.forecast,
    programmes.rounds,
    programmes.accruals,
    planning.summary,
    suppliers.suppliers,
    competitions.competition,
    rebuild.rebuild,
    proof.verify,
    proof.bundle,
    notary.notary,
    access.auditor,
    access.attempts,
    catalogue.acts,
)
"""Every verb, in the order in which help lists them; a noun's own verbs are in its group."""

check_rebuild = rebuild.check_rebuild
play_demo = beginning.play_demo

__all__ = ["VERBS", "check_rebuild", "main", "play_demo"]


@click.group(cls=Verbs)
@click.version_option(package_name="avrop")
def main() -> None:
    """Avrop: what is left of a framework agreement, for any date, and why.

    The ledger is where AVROP_DATABASE says (sqlite:///avrop.db by default). Exit status: 0 done,
    1 refused, 2 wrongly asked.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign shows a question mark; the command is done anyhow.
            stream.reconfigure(errors="replace")


for verb in VERBS:
    main.add_command(verb)
