"""Time stamps of checkpoints (RFC 3161): an authority says that one was there, at the latest when.

A checkpoint is stamped as it was signed, byte for byte, and kept beside its stamp, so that
`openssl ts -verify -data CHECKPOINT -in STAMP` needs nothing of ours. Asking and checking take the
library of the extra `timestamp`.
"""

import ssl
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

from ledger.audit.checkpoint import open_checkpoint
from ledger.audit.files import write_whole
from ledger.audit.note import Note, NoteRefused, VerifierKey
from ledger.bounds import MAX_NOTE, MAX_STAMP, STAMP_SECONDS

FOLDER = "timestamps"
QUERY = "application/timestamp-query"


class TimestampRefused(Exception):
    """A time stamp that cannot be had or relied on; the message says why."""


class Stamped(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint as it was stamped, and the authority's response."""

    size: int
    note: Note
    response: bytes


def ask(url: str, note: Note, roots: bytes) -> tuple[Stamped, datetime]:
    """A stamp of a signed checkpoint from the authority at an address, and its time.

    It is verified first, with the authority's certificates (PEM) as the asker knows them, and only
    the digest is sent. Raises TimestampRefused.
    """
    library = _library()
    if urlsplit(url).scheme not in ("http", "https"):
        raise TimestampRefused(f"{url} is not an address of a time-stamping authority")
    builder = library.TimestampRequestBuilder(data=note.data)
    asked = builder.hash_algorithm(library.HashAlgorithm.SHA256).build()
    request = urllib.request.Request(url, asked.as_bytes(), {"Content-Type": QUERY})  # noqa: S310
    https = urllib.request.HTTPSHandler(context=ssl.create_default_context())
    try:
        opener = urllib.request.build_opener(https, _Here)  # it is http or https
        with opener.open(request, timeout=STAMP_SECONDS) as answer:
            response = answer.read(MAX_STAMP + 1)
    except (OSError, ValueError) as error:
        raise TimestampRefused(f"{url} does not answer: {error}") from error
    moment = check(response, note.data, roots, asked.nonce)
    size = int(note.text.split("\n")[1])
    return Stamped(size=size, note=note, response=response), moment


class _Here(urllib.request.HTTPRedirectHandler):
    """No answer leads elsewhere: what was named is asked, and nothing else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def check(response: bytes, stamped: bytes, roots: bytes, nonce: int | None = None) -> datetime:
    """When a time stamp says that something was there. Raises TimestampRefused.

    The certificates need to have been valid then, not now; those in `roots` are trusted.
    """
    library = _library()
    if len(response) > MAX_STAMP:
        raise TimestampRefused(f"it has more than {MAX_STAMP} bytes")
    try:
        certificates = x509.load_pem_x509_certificates(roots)
    except ValueError as error:
        raise TimestampRefused(f"the authority's certificates cannot be read: {error}") from error
    own = [each for each in certificates if each.issuer == each.subject]
    others = [each for each in certificates if each.issuer != each.subject]
    try:
        read = library.decode_timestamp_response(response)
        leaf = None if read.signed_data.certificates else next(filter(_is_leaf, others), None)
        library.VerifierBuilder(
            tsa_certificate=leaf, intermediates=others, roots=own, nonce=nonce
        ).build().verify_message(read, stamped)
        moment: datetime = read.tst_info.gen_time
    except (library.VerificationError, ValueError, TypeError) as error:
        raise TimestampRefused(f"the time stamp is not good: {error}") from error
    return moment


def _is_leaf(certificate: x509.Certificate) -> bool:
    try:
        return not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return True


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError as error:
        raise TimestampRefused(
            "time stamps need a library that is not installed: avrop[timestamp]"
        ) from error
    return rfc3161_client


# ── In the notary's folder ────────────────────────────────────────────────────────────────────


def keep(folder: Path, stamped: Stamped) -> None:
    """The response first: what a checkpoint is there for is then never lacking."""
    place = folder / FOLDER
    write_whole(place / f"{stamped.size}.tsr", stamped.response, folder)
    write_whole(place / str(stamped.size), stamped.note.data, folder)


def kept(folder: Path, key: VerifierKey) -> Iterator[Stamped]:
    """Every stamped checkpoint of a folder, by size. Raises TimestampRefused for one that the key
    has not signed, or whose files are not as they were left."""
    for path in sorted((folder / FOLDER).glob("*.tsr"), key=lambda path: (len(path.name), path)):
        try:
            data = path.with_suffix("").read_bytes()
            checkpoint, note = open_checkpoint(data[: MAX_NOTE + 1], key)
            response = path.read_bytes()
        except (NoteRefused, OSError) as error:
            raise TimestampRefused(f"the time stamp {path.name}: {error}") from error
        if path.stem != str(checkpoint.size) or len(response) > MAX_STAMP:
            raise TimestampRefused(f"the time stamp {path.name} is not of the checkpoint beside it")
        yield Stamped(size=checkpoint.size, note=note, response=response)
