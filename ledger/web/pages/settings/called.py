"""What the acts of the settings are called, what follows of them, and what their members are."""

from collections.abc import Mapping

from ledger.domain.events import ROLES
from ledger.web.pages.labels import LABELS, label
from ledger.wording import Sentence

Key = tuple[str, str]
"""What an act is done to, and its name."""

ACTS: Mapping[Key, Sentence] = {
    ("person", "make"): label("Make a person"),
    ("person", "grant-role"): label("Give a role"),
    ("person", "end-role"): label("End the role"),
    ("person", "make-token"): label("Make a token"),
    ("person", "end-token"): label("End the token"),
    ("person", "erase"): label("Erase the person"),
    ("organisation", "grant"): label("Grant an attest right"),
    ("organisation", "end"): label("End the attest right"),
    ("organisation", "name-deputy"): label("Name a deputy"),
    ("organisation", "end-deputy"): label("End the deputyship"),
    ("organisation", "set-own-cost"): label("Say what is own cost"),
    ("organisation", "set-code-map"): label("Set the code map"),
    ("auditor", "appoint"): label("Appoint an auditor"),
    ("auditor", "end"): label("End the appointment"),
}

FOLLOWS: Mapping[Key, Sentence] = {
    ("person", "make"): label(
        "The name is kept beside the log, which knows the person by an id alone. Give them a role, "
        "and invite them to sign in."
    ),
    ("person", "grant-role"): label(
        "They may act in it from the first day on, by every way in that they have. Nobody gives "
        "themselves a role over money."
    ),
    ("person", "end-role"): label(
        "It is refused from the next request on. Tokens go on in what is left."
    ),
    ("person", "make-token"): label(
        "For a program that acts for the person. It is shown whole this once: whoever has it can "
        "do what the person may in its roles."
    ),
    ("person", "end-token"): label("It is refused from the next request on, for good."),
    ("person", "erase"): label(
        "The name, roles, tokens and ways in go for good. What the person did stays in the history "
        "under the id, and every proof holds. Received files that name them go when accounting "
        "rules let them. It cannot be taken back."
    ),
    ("organisation", "grant"): label(
        "They may approve such costs in the role of approver, and never what they ordered or "
        "recorded themselves. Nobody grants themselves a right."
    ),
    ("organisation", "end"): label("What was approved under it stays approved."),
    ("organisation", "name-deputy"): label("The deputy may approve under every right of theirs."),
    ("organisation", "end-deputy"): label("What the deputy approved stays approved."),
    ("organisation", "set-own-cost"): label("What is one's own cost is approved by somebody else."),
    ("organisation", "set-code-map"): label(
        "Orders from that day on are coded by it; those of before keep their codes."
    ),
    ("auditor", "appoint"): label(
        "They may read everything of these organisations in that time, and write nothing."
    ),
    ("auditor", "end"): label("They may read nothing from that day on."),
}
"""What follows of an act, in a sentence, before it is done."""

MEMBERS: Mapping[str, Sentence] = LABELS | {
    "acts_for": label("Whose person they are (organisation number)"),
    "another": label("Make another person, though somebody has that name"),
    "characters": label("Written in"),
    "deputy": label("Who stands in"),
    "ended_on": label("From which day"),
    "first": label("First value"),
    "last": label("Last value"),
    "lengths": label("Lengths, in characters"),
    "limit": label("Largest invoice, kr excl. VAT; left empty: any"),
    "organisations": label("What they may read everything of (organisation numbers)"),
    "own_cost": label("What counts as own cost"),
    "person": label("Person"),
    "ranges": label("Ranges of values"),
    "required": label("Each line has it"),
    "responsibilities": label('Responsibility codes; "41*" all that begin so, "*" any'),
    "roles": label("Roles"),
    "separator": label("Written between parts"),
    "values": label("Values"),
}

OWN_COST: Mapping[str, Sentence] = {
    "ordered": label("What one has ordered"),
    "named": label("Lines that name oneself"),
    "coded": label("What one has coded anew"),
}
ROLE_WORDS: Mapping[str, Sentence] = {role: label(role) for role in ROLES}
"""The roles, by the words that the whole ledger has for them."""
CHARACTERS: Mapping[str, Sentence] = {
    one: label(one) for one in ("digits", "letters", "letters and digits")
}
