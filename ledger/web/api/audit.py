"""The proof over HTTP: the newest checkpoint, and proofs that a record is in the tree or that it
only grew."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Response, send_file

from ledger import bundling, numbers
from ledger.application import anchor, jobs, proving
from ledger.application.answers.access import RecordedRead
from ledger.application.answers.making import made
from ledger.application.answers.proof import Consistency, Inclusion, TreeCheckpoint
from ledger.application.bodies.access import BundleQuery, ReadsQuery
from ledger.application.bodies.queries import ConsistencyQuery, InclusionQuery
from ledger.audit import tree
from ledger.audit.bundle import BundleRefused
from ledger.audit.note import NoteRefused
from ledger.audit.published import NotPublished, Published
from ledger.bounds import MAX_BUNDLED
from ledger.domain.refusals import Fault, Invalid, NoBundle
from ledger.projections import access
from ledger.web import dear
from ledger.web.access import allow
from ledger.web.api import acts, answering, routes
from ledger.web.seen import asker, ledger, recorded_of

blueprint = routes.blueprint("audit", "The proof that history was not changed.")


@blueprint.get("/audit/checkpoint")
@allow(*proving.READERS)
@blueprint.response(200, TreeCheckpoint)
def checkpoint() -> Response:
    """The newest checkpoint that the notary signed; without one, or while the notary's alarm
    stands, the log's own head, unsigned."""
    found = _published()
    if found is None:
        head, _ = ledger().store.leaves.proving()
        root = tree.root(head).hex()
        return answering.answer(
            TreeCheckpoint(signed=False, size=head.size, root=root, note=None, key=None)
        )
    body = TreeCheckpoint(
        signed=True,
        size=found.checkpoint.size,
        root=found.checkpoint.root.hex(),
        note=found.note.data.decode(),
        key=found.key.text,
    )
    return answering.answer(body)


@blueprint.get("/audit/inclusion/<position:index>")
@allow(*proving.READERS)
@blueprint.arguments(InclusionQuery, location="query")
@blueprint.response(200, Inclusion)
def inclusion(query: dict[str, Any], index: int) -> Response:
    """The proof that a record is in the tree (RFC 6962): by default the newest checkpoint's tree,
    or the log's own where that does not have the record yet."""
    return answering.answer(proving.inclusion(ledger(), index, query.get("size")))


@blueprint.get("/audit/consistency")
@allow(*proving.READERS)
@blueprint.arguments(ConsistencyQuery, location="query")
@blueprint.response(200, Consistency)
def consistency(query: dict[str, int]) -> Response:
    """The proof that the tree of one size only adds to that of a smaller one (RFC 6962)."""
    return answering.answer(proving.consistency(ledger(), query["first"], query.get("second")))


@acts.by_hand(blueprint, "audit", "bundle")
@blueprint.arguments(BundleQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@routes.may_conflict
@dear.is_dear
def bundle(query: dict[str, Any]) -> Response:
    if "agreement" in query:
        query["agreement"] = numbers.agreement_number(ledger(), query["agreement"], asker().visible)
    number: str | None = query.get("agreement")
    jobs.scope(asker(), number)
    opened = ledger()
    size = opened.store.leaves.head().size
    if size > MAX_BUNDLED:
        sentence = (
            "The log has {size} records; over the API a bundle is made of at most {most}. "
            "Make it with avrop bundle."
        )
        figures = {"size": str(size), "most": str(MAX_BUNDLED)}
        raise Invalid(Fault(pointer="", sentence=sentence, figures=figures))
    if not opened.settings.notary:
        raise NoBundle(because="the ledger has no notary")
    # Closed, and thereby gone, when the answer has been sent or given up.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        with dear.work():
            bundling.read(opened.service, Path(opened.settings.notary), file, asker().by, number)
    except (BundleRefused, NotPublished, NoteRefused) as refused:
        file.close()
        raise NoBundle(because=str(refused)) from refused
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{number or 'avrop'}.zip"
    return send_file(file, "application/zip", as_attachment=True, download_name=name)


@blueprint.get("/audit/reads")
@allow("auditor", "admin")
@blueprint.arguments(ReadsQuery, location="query")
@blueprint.page(RecordedRead)
def reads(query: dict[str, Any]) -> Response:
    """Who was given a bundle, of what and when; an auditor sees their own reads."""
    then = recorded_of(query)
    if asker().audited is not None:
        query["person"] = asker().by.person
    if "agreement" in query:
        query["agreement"] = numbers.agreement_number(ledger(), query["agreement"], asker().visible)
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        found = access.read(
            connection,
            scope=query.pop("agreement", None),
            access_of=asker().access_of,
            then=then,
            **query,
        )
    cursor = str(found[-1]["position"]) if found else ""
    items = [made(RecordedRead, row) for row in found]
    return answering.page(found, query["limit"], cursor, items)


def _published() -> Published | None:
    return anchor.signed(ledger().settings.notary)
