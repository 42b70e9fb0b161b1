"""What goes out of funding sources."""

from marshmallow import Schema, fields

from ledger.application.answers import members
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import EFFECTS
from ledger.domain.funding import DATED_BY, REASONS, UNJUDGED

WHY = (*REASONS, UNJUDGED)


class PartNotEligible(Schema):
    reason = members.one_of("Why it is not eligible.", WHY)
    amount = members.amount("How much; negative on a credit.")


class JudgedPart(Schema):
    """What a funding source covers of a part of an invoice: judged once, when it was recorded."""

    source = members.text("The funding source; null: the order's line names none.", null=True)
    eligible = members.amount("The eligible cost; negative on a credit.")
    support = members.amount("What the source pays of it.")
    not_eligible = members.listed(PartNotEligible, "What is not eligible, and why.")


class SourceNotEligible(PartNotEligible):
    because = members.text("The reason in words.")


class FundingSource(Schema):
    """A grant or other funding, and what it came to: invoices approved, credits deducted."""

    name = members.text("What order lines name it by.")
    funder = members.text("Who pays.")
    ceiling = members.amount("The most that it pays; null: unknown.", null=True)
    share = members.text("How much of an eligible cost it pays, in per cent.", r"^\d{1,3}\.\d\d$")
    starts_on = members.day("First day of its period.")
    ends_on = members.day("Last day of its period; it counts.")
    dated_by = members.one_of("Which day is to lie in the period.", DATED_BY)
    kinds = members.listed(fields.String(), "Kinds of cost that it pays for; none: all.")
    effect = members.one_of("What ordering more than it covers does.", EFFECTS)
    decided_on = members.day("When it was decided.")
    withdrawn_on = members.day("When it was withdrawn.", null=True)
    eligible = members.amount("The eligible cost.")
    not_eligible = members.listed(SourceNotEligible, "What is not eligible, and why.")
    support = members.amount("What it pays of the eligible cost.")
    waiting = members.amount("The support of invoices that wait for approval.")
    left = members.amount("What its ceiling has left; null: unknown.", null=True)


class FundedMember(Schema):
    """What one organisation carries of the invoices, and what is covered of it."""

    organisation = members.organisation("Who carries it.")
    name = members.text("Its name.")
    gross = members.amount("What it carries.")
    covered = members.amount("The support for it.")
    own = members.amount("What is left to pay itself.")
    in_kind = members.amount("What it gave in kind: beside the rest, never in it.")


class AgreementFunding(Schema):
    """What funding covers: invoices approved, credits deducted; as of a date, as known then."""

    agreement = members.text("The agreement's number.")
    currency = members.text("ISO 4217.", CURRENCY)
    invoiced = members.amount("What is eligible and what is not.")
    eligible = members.amount("The eligible cost.")
    not_eligible = members.listed(SourceNotEligible, "What is not eligible, and why.")
    support = members.amount("What the sources pay.")
    sources = members.listed(FundingSource, "In the order in which they were decided.")
    members = members.listed(FundedMember, "Who carries what.")
