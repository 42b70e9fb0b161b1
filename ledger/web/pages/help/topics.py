"""What help says: a topic a role, how figures are counted, and the words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.web.pages.labels import label
from ledger.wording import Sentence


class Step(NamedTuple):
    """What is done, in words; and where, if there is a page for it."""

    says: Sentence
    endpoint: str = ""


class Topic(NamedTuple):
    """A page of help: what it is called, what it is about, and step for step."""

    called: Sentence
    about: Sentence
    steps: Sequence[Step]
    roles: Sequence[str] = ()
    """Whose work it is; none: everybody's."""


class Word(NamedTuple):
    called: Sentence
    means: Sentence


TOPICS: Mapping[str, Topic] = {
    "order": Topic(
        label("Order a course"),
        label(
            "What you order is reserved until the supplier has answered. An order that does not "
            "fit in what is left is refused, with the amount that would fit."
        ),
        (
            Step(
                label(
                    "On the first page, press New order. With several agreements you choose one."
                ),
                "pages.start.first",
            ),
            Step(
                label(
                    "Fill in course, start and amount. Beside the form stands what it does to "
                    "every limit before you send it."
                )
            ),
            Step(
                label(
                    "Press Review and send, and send it. The order waits for its answer: the last "
                    "day for that stands on its page."
                ),
                "pages.orders.listed",
            ),
            Step(
                label(
                    "A counter-offer comes back to your first page. The two stand side by side: "
                    "accept it, or decline it with a reason."
                )
            ),
            Step(
                label(
                    "Do you not need the course any more? Cancel the order, or some of its seats: "
                    "the fee by the agreement's tariff is shown before you do."
                )
            ),
        ),
        ("orderer", "manager"),
    ),
    "answer": Topic(
        label("Answer an order"),
        label(
            "For universities and other suppliers. You see your own orders and nothing of other "
            "suppliers."
        ),
        (
            Step(label("Orders to answer stand first on your first page."), "pages.start.first"),
            Step(
                label(
                    "Confirm, decline with a reason, or make a counter-offer: the order's own form "
                    "filled in, in which you change what you cannot do as it is asked."
                )
            ),
            Step(
                label(
                    "After the last day to answer the order is over, and its room is released. "
                    "Answer before it, also with a counter-offer."
                )
            ),
            Step(
                label(
                    "Report sessions and the delivery as counts, never names. Then invoice: the "
                    "sheet of the order says what the invoice must carry."
                ),
                "pages.orders.listed",
            ),
        ),
        ("supplier",),
    ),
    "invoices": Topic(
        label("Take in and place invoices"),
        label(
            "An invoice that has come is always recorded, also beyond its order: it is flagged, "
            "and an approver decides. What matches nothing waits in the queue; nothing is lost."
        ),
        (
            Step(label("Drop the files where invoices are received."), "pages.invoices.receive"),
            Step(
                label(
                    "Each file says what became of it: to which order it belongs and why, that it "
                    "is here already, or why it waits."
                )
            ),
            Step(
                label(
                    "In the queue, choose among the orders that are proposed and say why; or put "
                    "the file away with a reason."
                ),
                "pages.queue.listed",
            ),
            Step(
                label(
                    "Hold the payments of your accounting system against the ledger: which are "
                    "here, missing, or different."
                ),
                "pages.reconciliation.form",
            ),
        ),
        ("finance",),
    ),
    "attest": Topic(
        label("Approve invoices"),
        label(
            "Approving draws the invoice on the agreement. You never approve what you ordered or "
            "recorded yourself; where your organisation has attest rights, you need one."
        ),
        (
            Step(label("What waits for you stands on the first page."), "pages.start.first"),
            Step(
                label(
                    "The invoice shows what was ordered, invoiced before and left, and each flag "
                    "as a sentence. Approve it, or turn it down with a reason."
                )
            ),
            Step(
                label(
                    "Of a credit you say where the room goes: back to the cap, or to the order, "
                    "to be invoiced again."
                )
            ),
            Step(
                label(
                    "Approved by mistake? Another approver takes the approval back, and it waits "
                    "again exactly as before."
                )
            ),
            Step(label("Who may approve what is asked in the settings."), "pages.settings.attest"),
        ),
        ("approver",),
    ),
    "agreements": Topic(
        label("Sign, amend and end agreements"),
        label(
            "For contract managers. An amendment rests on a ground, and the law's test of it is "
            "shown with the figures before it is recorded."
        ),
        (
            Step(label("Register an agreement that is signed."), "pages.agreements.listed"),
            Step(
                label(
                    "A slip in the signing is put right by another manager until something is "
                    "ordered; after that by an amendment."
                )
            ),
            Step(
                label(
                    "Amend: choose what changes, its ground, and from which day. What no ground "
                    "covers can be recorded as such; it changes nothing."
                )
            ),
            Step(
                label(
                    "Follow the forecast: when the cap is reached, as a range, and what will be "
                    "left unused."
                )
            ),
            Step(label("Reports, also as files and for a council."), "pages.reports.use"),
        ),
        ("manager",),
    ),
    "audit": Topic(
        label("Audit"),
        label(
            "You read everything of the organisations that you are appointed for, and write "
            "nothing. Keep a checkpoint of your own: what was recorded before it cannot be changed "
            "unseen."
        ),
        (
            Step(
                label(
                    "Every figure is a link to why it is so: to the facts, who recorded them, by "
                    "which decision, from which file."
                ),
                "pages.agreements.listed",
            ),
            Step(
                label(
                    "Look at any day, as it was recorded at any moment: Show as of, at the top of "
                    "the page."
                )
            ),
            Step(
                label(
                    "A bundle proves the history on a machine that has nothing of ours: see "
                    "docs/proof.md that comes with the program."
                )
            ),
        ),
        ("auditor",),
    ),
    "administer": Topic(
        label("People and rights"),
        label(
            "An administrator says who may act for the organisation. Nobody gives themselves a "
            "role over money."
        ),
        (
            Step(
                label("Make a person, give them a role, and invite them."), "pages.settings.people"
            ),
            Step(label("Grant attest rights, and name deputies."), "pages.settings.attest"),
            Step(label("Say which parts code strings have."), "pages.settings.codes"),
            Step(
                label("Appoint auditors: what, by which decision, until when."),
                "pages.settings.auditors",
            ),
        ),
        ("admin",),
    ),
    "figures": Topic(
        label("How figures are counted"),
        label(
            "Cap less reserved less committed less drawn is what remains. All amounts are "
            "excluding VAT, and as of today in Sweden where no day is given."
        ),
        (
            Step(
                label(
                    "Can be ordered today is not always what remains today: where the amount "
                    "becomes less on a later day, or use more, that day decides."
                )
            ),
            Step(
                label(
                    "An open order holds what is ordered, or what is invoiced where that is more. "
                    "A closed one holds what is invoiced."
                )
            ),
            Step(
                label(
                    "An invoice counts from its own day. While it waits for approval it is counted "
                    "where its order is; approved it is drawn."
                )
            ),
            Step(
                label(
                    "A limit for a year, a buyer, a supplier, a kind of cost or a source is "
                    "counted in the same way, over the lines that it is of."
                )
            ),
            Step(
                label(
                    "As of a day is what holds on it; as recorded by a moment is what was known "
                    "then. Both may be asked at once."
                )
            ),
        ),
    ),
}

WORDS: Sequence[Word] = (
    Word(label("Cap"), label("The largest sum that may be ordered under an agreement.")),
    Word(label("Reserved"), label("Ordered, and not answered by the supplier.")),
    Word(label("Committed"), label("Confirmed by the supplier, and not invoiced.")),
    Word(label("Drawn"), label("Invoices that are approved, less credits.")),
    Word(label("Remaining"), label("The cap less what is reserved, committed and drawn.")),
    Word(
        label("Can be ordered"),
        label("The largest order that is taken today; one öre more is refused."),
    ),
    Word(label("Counter-offer"), label("The supplier offers something else than was ordered.")),
    Word(
        label("Hard, soft and informational limits"),
        label("A limit stops an order, warns of it, or only shows."),
    ),
    Word(label("Checkpoint"), label("A signed summary of all that is recorded until then.")),
    Word(label("Receipt"), label("The number under which something was recorded.")),
    Word(label("Dated ahead"), label("Recorded now, and in force from a later day.")),
)
