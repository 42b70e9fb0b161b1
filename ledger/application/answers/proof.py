"""What goes out of the hash tree."""

from datetime import date
from typing import Annotated

from ledger.application.answers.making import Answer
from ledger.application.answers.members import day, listed, nested, text, truth, whole
from ledger.application.answers.terms import DIGEST, ORDER_NUMBER
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import NUMBER


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


class CertifiedEntry(Answer):
    """A record word for word, with its number in the log."""

    index: Annotated[int, whole("The record's number in the tree, from 0.")]
    entry: Annotated[str, text("The entry that its leaf hash is of: canonical JSON.")]


class RoomFigures(Answer):
    """What an order left of its agreement's maximum, in whole öre, excluding VAT, on the day from
    the order's own on on which least was left."""

    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    day: Annotated[date, day("The day on which least was left.")]
    cap: Annotated[int, whole("The maximum on that day, in öre.")]
    used: Annotated[int, whole("What was in use with this order, in öre.")]
    left: Annotated[int, whole("What was left with this order, in öre.")]
    order: Annotated[int, whole("What the order held itself, in öre.")]


class RoomCertificate(Answer):
    """An order lies within the maximum of its agreement, as it was recorded when the order took its
    room: all facts of the agreement up to then, and the proof that a signed checkpoint has them.
    `verify.py` of any bundle checks it without the ledger."""

    certificate: Annotated[str, text("What it is: avrop-room-certificate@v1.")]
    order: Annotated[str, text("The order's number.", f"^{ORDER_NUMBER}$")]
    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    figures: Annotated[RoomFigures, nested()]
    receipt: Annotated[str, text("Of the fact by which the order has its room: number:hash.")]
    entries: Annotated[list[CertifiedEntry], listed("The facts, in the order of the log.")]
    sealed: Annotated[list[int], listed("Offers that nobody has opened, which are left out.")]
    hashes: Annotated[
        list[str],
        listed("Of each largest subtree that has no entry here, from left to right: base64."),
    ]
    checkpoint: Annotated[str, text("The newest checkpoint as it was signed.")]
    key: Annotated[str, text("The notary's public key (C2SP); compare it with yours.")]


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
