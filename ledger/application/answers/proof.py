"""What goes out of the hash tree."""

from typing import Annotated

from ledger.application.answers.making import Answer
from ledger.application.answers.members import listed, text, truth, whole
from ledger.application.answers.terms import DIGEST


class TreeCheckpoint(Answer):
    """A size of the log's hash tree and its root. Unsigned it is only what the ledger says."""

    signed: Annotated[
        bool, truth("Whether the notary has signed it; what is not signed proves nothing.")
    ]
    size: Annotated[int, whole("How many records the tree has.")]
    root: Annotated[str, text("The tree's root (RFC 6962) in hexadecimal.", DIGEST)]
    note: Annotated[str | None, text("The checkpoint as it was signed (C2SP tlog-checkpoint).")]
    key: Annotated[str | None, text("The notary's public key (C2SP); compare it with yours.")]


class Checkpoint(Answer):
    """The anchor that goes out with an order confirmation or a statement."""

    note: Annotated[
        str | None,
        text(
            "The newest checkpoint as it was signed (C2SP tlog-checkpoint); null: not signed yet."
        ),
    ]
    said: Annotated[str, text("What it is for, in words.")]


class Inclusion(Answer):
    """A proof that a record is in the tree."""

    index: Annotated[int, whole("The record's number in the tree, from 0.")]
    size: Annotated[int, whole("The tree's size.", 1)]
    leaf: Annotated[str, text("The record's leaf hash in hexadecimal, as in its receipt.", DIGEST)]
    root: Annotated[str, text("The tree's root in hexadecimal.", DIGEST)]
    proof: Annotated[list[str], listed("The hashes from the leaf up, in hexadecimal.")]


class Consistency(Answer):
    """A proof that the larger tree only adds to the smaller one."""

    from_size: Annotated[int, whole("The smaller size.", 1)]
    from_root: Annotated[str, text("Its root in hexadecimal.", DIGEST)]
    to_size: Annotated[int, whole("The larger size.", 1)]
    to_root: Annotated[str, text("Its root in hexadecimal.", DIGEST)]
    proof: Annotated[list[str], listed("The hashes of the proof, in hexadecimal.")]
