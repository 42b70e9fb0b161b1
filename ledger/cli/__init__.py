"""The command line: the same commands, questions and refusals as the API.

A noun has a file here; `VERBS` lists what is in them, and who asks for a verb loads its file alone.
"""

import io
import sys

import click

from ledger.cli.verbs import Headings, Verb, Verbs

VERBS: Headings = {
    "What is left and why": (
        Verb(
            "balance",
            "ledger.cli.history:balance",
            "What is left of an agreement, every term printed.",
        ),
        Verb(
            "statement",
            "ledger.cli.history:statement",
            "What moved between the four places, with the running balance.",
        ),
        Verb(
            "history",
            "ledger.cli.history:history",
            "Every fact of an agreement, or of one order or drawdown.",
        ),
        Verb(
            "why",
            "ledger.cli.why:why",
            "Open FIGURE into the postings that add up to it, each with the fact that it came of.",
        ),
        Verb(
            "compare",
            "ledger.cli.compare:compare",
            "Compare two dates, or one date as known at two moments: what came in, what it moved.",
        ),
        Verb(
            "passed",
            "ledger.cli.passed:passed",
            "When a limit was passed, from when that could be known, and what came after both.",
        ),
        Verb(
            "replay",
            "ledger.cli.replay:replay",
            "Step through history: every fact with the balance after it, folded from the log "
            "itself.",
        ),
    ),
    "Agreements and orders": (
        Verb("agreement", "ledger.cli.agreements:agreement", "Framework agreements."),
        # With its sessions, which are a file of their own.
        Verb("order", "ledger.cli.programmes:order", "Course orders."),
        Verb(
            "import",
            "ledger.cli.importing:importing",
            "Take agreements in mid-life in from a workbook: avrop import FILE.",
        ),
        Verb(
            "competition",
            "ledger.cli.competitions:competition",
            "Renewed competitions between the suppliers of an agreement.",
        ),
        Verb(
            "suppliers",
            "ledger.cli.suppliers:suppliers",
            "What each supplier has of the orders against its key, and when it was passed over.",
        ),
        Verb(
            "funding",
            "ledger.cli.funding:funding",
            "Grants and other funding, and what is eligible.",
        ),
    ),
    "Invoices": (
        Verb(
            "sheet",
            "ledger.cli.sheet:sheet",
            "What a supplier writes in an e-invoice for an agreement, or for one order, to be "
            "sent.",
        ),
        Verb(
            "receive",
            "ledger.cli.documents:receive",
            "Take in e-invoices: record what matches, queue the rest with the reason.",
        ),
        Verb(
            "document",
            "ledger.cli.checking:document",
            "E-invoices as files: what they say, and whether they are valid.",
        ),
        Verb(
            "queue",
            "ledger.cli.queue:queue",
            "Received files that nothing matched, the oldest first, with the reason.",
        ),
        Verb(
            "drawdown",
            "ledger.cli.drawdowns:drawdown",
            "Invoices and credits against orders.",
        ),
        Verb(
            "reconcile",
            "ledger.cli.reconcile:reconcile",
            "Hold a supplier ledger against the drawdowns: what is here, missing, or different.",
        ),
    ),
    "Planning and following up": (
        Verb(
            "what-if",
            "ledger.cli.planning:what_if",
            "Play the commands in FILE in thought: the balance after each; - for standard input.",
        ),
        Verb(
            "council",
            "ledger.cli.council:council",
            "An agreement for a council: the answer, the formula, what is open; as PDF on a page.",
        ),
        Verb(
            "forecast",
            "ledger.cli.planning:forecast",
            "When the cap and each limit are reached, as a range, and what will be left unused.",
        ),
        Verb(
            "use",
            "ledger.cli.use:use",
            "What is in use of agreements, by year of delivery, buyer and unit.",
        ),
        Verb(
            "stale",
            "ledger.cli.planning:stale",
            "Commitments whose course is over and that are not invoiced, by age; of all "
            "agreements.",
        ),
        Verb(
            "rounds",
            "ledger.cli.programmes:rounds",
            "The rounds of an agreement's programmes: seats, credits, sessions, amounts.",
        ),
        Verb(
            "accruals",
            "ledger.cli.programmes:accruals",
            "What was delivered and not invoiced at the end of YEAR, or invoiced and not "
            "delivered.",
        ),
        Verb(
            "summary",
            "ledger.cli.planning:summary",
            "What was paid, for how many, with which result: to be published, without personal "
            "data.",
        ),
    ),
    "Organisations, people and rights": (
        Verb(
            "organisation",
            "ledger.cli.organisations:organisation_group",
            "How an organisation's costs are coded.",
        ),
        Verb("attest", "ledger.cli.attest:attest", "Who may attest an organisation's costs."),
        Verb(
            "person",
            "ledger.cli.persons:person",
            "People and sole traders, whom the log knows by an id alone.",
        ),
        Verb("token", "ledger.cli.tokens:token", "Bearer tokens of the API."),
        Verb(
            "auditor",
            "ledger.cli.access:auditor",
            "Auditors' appointments: who may read what, from when to when.",
        ),
    ),
    "Proof and audit": (
        Verb(
            "verify",
            "ledger.cli.proof:verify",
            "Check a bundle, or a room certificate; without one, the live database.",
        ),
        Verb(
            "bundle",
            "ledger.cli.proof:bundle",
            "Write what an outsider needs to check an agreement, or with --all the whole log.",
        ),
        Verb(
            "notary",
            "ledger.cli.notary:notary",
            "Sign the log as it grows, or witness another ledger's growth.",
        ),
        Verb(
            "attempts",
            "ledger.cli.attempts:attempts",
            "Commands that were refused over a limit or for want of a right.",
        ),
    ),
    "The ledger itself": (
        Verb(
            "init",
            "ledger.cli.beginning:init",
            "Make the ledger's tables; nothing where they are.",
        ),
        Verb(
            "demo",
            "ledger.cli.beginning:demo",
            "Play the programmes that the ledger was made for, step by step, with their figures.",
        ),
        Verb("serve", "ledger.serving:serve", "Serve the API and the pages with gunicorn."),
        Verb(
            "tick",
            "ledger.cli.planning:tick",
            "Record what a day brings about: orders that lapse, terms that near their end, alerts "
            "of use.",
        ),
        Verb(
            "worker",
            "ledger.cli.mail:worker",
            "Send mail, call webhooks and look at the calendar: one process a ledger.",
        ),
        Verb(
            "outbox",
            "ledger.cli.mail:outbox",
            "Mail that waits, was sent, or could not be delivered.",
        ),
        Verb(
            "webhook",
            "ledger.cli.webhooks:webhook",
            "Other programs of an organisation that are told of what is recorded.",
        ),
        Verb(
            "acts",
            "ledger.cli.catalogue:acts",
            "Everything that can be done: its command, its route, its verb, and who may.",
        ),
        Verb(
            "doctor",
            "ledger.cli.doctor:doctor",
            "Look at everything that a ledger needs to run for years, and say what to do.",
        ),
        Verb(
            "rebuild",
            "ledger.cli.rebuild:rebuild",
            "Drop and rebuild the read models from the log; drop kept states.",
        ),
        Verb(
            "backup",
            "ledger.cli.keeping:backup",
            "Copy the ledger into a folder of its own in FOLDER, while it is served.",
        ),
        Verb(
            "restore",
            "ledger.cli.keeping:restore",
            "Put the backup in FOLDER, or the newest in it, back where there is no ledger yet.",
        ),
        Verb(
            "copy",
            "ledger.cli.keeping:copy",
            "Copy the ledger to another database, with nothing in it yet: the same log and "
            "registry.",
        ),
        Verb(
            "retention",
            "ledger.cli.keeping:retention",
            "List received files that need not be kept any more; with --remove they go.",
        ),
    ),
}
"""Every verb, as help lists them; a noun's own verbs are in its group."""


@click.group(cls=Verbs, headings=VERBS)
@click.version_option(package_name="avrop", help="Show the version and exit.")
def main() -> None:
    """Avrop: what is left of a framework agreement, for any date, and why.

    The ledger is where AVROP_DATABASE says (sqlite:///avrop.db by default). Exit status: 0 done,
    1 refused, 2 wrongly asked.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign shows a question mark; the command is done anyhow.
            stream.reconfigure(errors="replace")
