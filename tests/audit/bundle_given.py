"""Bundles of the small log, and ways to spoil them."""

import io
import zipfile

from ledger import codec
from ledger.audit import bundle
from ledger.audit.bundle import Claim, Claims, Contents, Leaf
from ledger.audit.checkpoint import signed
from ledger.audit.note import Note, sign
from ledger.audit.verifier import verify
from ledger.domain import agreement, events
from tests.audit.audit_given import (
    AGREEMENT,
    DAY,
    KEY,
    WITNESS_KEY,
    checkpoint_of,
    entry_of,
    log,
    move,
)
from tests.audit.audit_given import signed as signed_agreement

NOW = 1_700_000_000


def state_of(rows, stream=AGREEMENT):
    """The agreement as the domain folds it."""
    state = None
    for row in rows:
        if row.stream == stream:
            fact = codec.decode(row.stream, row.version, row.name, row.stored)
            state = agreement.evolve(state, fact.event, fact.effective_on, fact.by)
    return state


def bought():
    """The facts of an agreement's order, invoiced and drawn, and of one of another agreement."""
    line = (events.LineAmount(line=1, amount=240_000),)
    number, id = "A-0001", "d-1"
    drawdown = events.DrawdownRecorded(
        id=id,
        agreement="A",
        supplier="2021004524",
        buyer="2120002403",
        invoice="1",
        type="380",
        issued_on=DAY,
        currency="SEK",
        amount=240_000,
        allocations=(events.Allocation(order=number, line=1, amount=240_000),),
    )
    placed = events.OrderPlaced(
        agreement="A",
        number=number,
        buyer="2120002403",
        supplier="2021004524",
        currency="SEK",
        course="Kurs",
        lines=(),
        ordered_on=DAY,
    )
    drawn = events.RoomMoved(
        order=number, cause="drawn", drawdown=id, moves=move(reserved=-240_000, drawn=240_000)
    )
    reserved = events.RoomReserved(order=number, sequence=1, moves=move(reserved=240_000))
    return [
        (AGREEMENT, signed_agreement()),
        (f"order/{number}", placed),
        (AGREEMENT, reserved),
        (f"drawdown/{id}", drawdown),
        (f"order/{number}", events.OrderInvoiced(drawdown=id, lines=line)),
        (f"drawdown/{id}", events.DrawdownApproved()),
        (f"order/{number}", events.OrderDrawn(drawdown=id, lines=line)),
        (AGREEMENT, drawn),
        ("order/B-0001", events.OrderStarted()),
    ]


def part(left_out=()):
    """The files of a bundle of that agreement, without these entries and with figures to match."""
    rows = log(bought())
    here = [row for row in rows if row.stream != "order/B-0001" and row.index not in left_out]
    contents = contents_of(rows, whole=False, earlier=(4,), chosen=(0,), figures=worked_out(here))
    files = files_of(written(contents, leaves_of(rows, {row.stream for row in here})))
    return {n: d for n, d in files.items() if n not in {f"entries/{i}" for i in left_out}}


def contents_of(rows, *, earlier=(4, 8), **members):
    checkpoint = checkpoint_of(rows)
    cosigned = Note(
        text=checkpoint.text,
        signatures=(
            *signed(checkpoint, KEY).signatures,
            sign(checkpoint.text, WITNESS_KEY, NOW),
        ),
    )
    if "figures" not in members:
        members["figures"] = {"A": bundle.claims(state_of(rows))}
    whole = {
        "key": KEY.verifier,
        "newest": cosigned,
        "earlier": tuple(signed(checkpoint_of(rows, size), KEY) for size in earlier),
        "witnesses": (WITNESS_KEY.verifier,),
        "chosen": (0, 7),
    }
    return Contents(**{**whole, **members})


def worked_out(rows):
    """The figures that the events give, as somebody who made up a whole log would claim them."""
    books, report = verify.Books(), verify.Report()
    for row in rows:
        books.record(row.index, entry_of(row), report)
    return {
        number: Claims(
            currency=books.currency[number],
            limits=tuple(
                Claim(limit=name, **figures) for name, figures in books.figures(number).items()
            ),
        )
        for number in books.limits
    }


def leaves_of(rows, only=None):
    return [
        Leaf(row.leaf, entry_of(row) if only is None or row.stream in only else None)
        for row in rows
    ]


def written(contents, leaves):
    out = io.BytesIO()
    bundle.write(out, contents, leaves)
    return out.getvalue()


def files_of(data):
    """Name → bytes of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def made(rows=None, **members):
    """The files of a good bundle of the small log, or of these rows."""
    rows = log() if rows is None else rows
    return files_of(written(contents_of(rows, **members), leaves_of(rows)))


def laid_out(path, files):
    """A bundle as a folder."""
    for name, data in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path


def zipped(path, files, packing=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", packing) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return path
