"""The envelope of access points: a StandardBusinessDocument, whose sender and receiver are kept."""

from __future__ import annotations

import msgspec
from lxml import etree

from ledger.documents.faults import Findings, refusal
from ledger.documents.xml import Place, short

_NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_ROOT = f"{{{_NAMESPACE}}}StandardBusinessDocument"
_HEADER = f"{{{_NAMESPACE}}}StandardBusinessDocumentHeader"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a document to whom through which message, as the envelope says it ("" if it does
    not): addresses as Peppol writes them, "0007:2021004524"."""

    sender: str
    receiver: str
    message: str
    created_at: str


def unwrap(root: etree._Element, found: Findings) -> tuple[etree._Element, str, Envelope | None]:
    """The document in an envelope, the path above it ("" without one), and the envelope.

    Raises DocumentFaults where the envelope holds no document, or several.
    """
    if root.tag != _ROOT:
        return root, "", None
    inside = [child for child in root if child.tag != _HEADER]
    if len(inside) != 1:
        raise refusal(
            "envelope-not-single",
            "The envelope (StandardBusinessDocument) holds {count} documents, and one is read.",
            count=str(len(inside)),
        )
    place = Place(root, "/StandardBusinessDocument", found)
    return inside[0], place.path, _envelope(place)


def _envelope(place: Place) -> Envelope:
    """Nothing in it decides about money: what is not there is blank, with a warning."""
    header = place.element.find(_HEADER)
    values = {}
    for name, path in (
        ("sender", "Sender/Identifier"),
        ("receiver", "Receiver/Identifier"),
        ("message", "DocumentIdentification/InstanceIdentifier"),
        ("created_at", "DocumentIdentification/CreationDateAndTime"),
    ):
        steps = "/".join(f"{{{_NAMESPACE}}}{step}" for step in path.split("/"))
        element = None if header is None else header.find(steps)
        below = f"{place.path}/StandardBusinessDocumentHeader/{path}"
        written = None
        if element is not None:
            written = Place(element, below, place.found).own_text()
        values[name] = short(written or "", 200)
        if not written:
            place.found.warn(below, "envelope-incomplete", "The envelope does not say this.")
    return Envelope(**values)
