"""What goes out of the hash tree."""

from marshmallow import Schema, fields

from ledger.application.answers import members
from ledger.application.answers.terms import DIGEST


class TreeCheckpoint(Schema):
    """A size of the log's hash tree and its root. Unsigned it is only what the ledger says."""

    signed = members.truth("Whether the notary has signed it; what is not signed proves nothing.")
    size = members.whole("How many records the tree has.")
    root = members.text("The tree's root (RFC 6962) in hexadecimal.", DIGEST)
    note = members.text("The checkpoint as it was signed (C2SP tlog-checkpoint).", null=True)
    key = members.text("The notary's public key (C2SP); compare it with yours.", null=True)


class Checkpoint(Schema):
    """The anchor that goes out with an order confirmation or a statement."""

    note = members.text(
        "The newest checkpoint as it was signed (C2SP tlog-checkpoint); null: not signed yet.",
        null=True,
    )
    said = members.text("What it is for, in words.")


class Inclusion(Schema):
    """A proof that a record is in the tree."""

    index = members.whole("The record's number in the tree, from 0.")
    size = members.whole("The tree's size.", 1)
    leaf = members.text("The record's leaf hash in hexadecimal, as in its receipt.", DIGEST)
    root = members.text("The tree's root in hexadecimal.", DIGEST)
    proof = members.listed(fields.String(), "The hashes from the leaf up, in hexadecimal.")


class Consistency(Schema):
    """A proof that the larger tree only adds to the smaller one."""

    from_size = members.whole("The smaller size.", 1)
    from_root = members.text("Its root in hexadecimal.", DIGEST)
    to_size = members.whole("The larger size.", 1)
    to_root = members.text("Its root in hexadecimal.", DIGEST)
    proof = members.listed(fields.String(), "The hashes of the proof, in hexadecimal.")
