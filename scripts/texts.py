"""Every text for people, from code and templates, into the catalogue of translations."""

import ast
import io
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ledger.application.answers import Answer
from ledger.application.exports.cells import NO, SAID, YES
from ledger.application.exports.columns import columns
from ledger.application.exports.delimited import TELLING
from ledger.application.exports.listings import LISTINGS
from ledger.application.printed.documents import DOCUMENTS
from ledger.cli import main as command_line
from ledger.domain.events import NAMES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ledger"
CATALOGUE = PACKAGE / "translations/sv/LC_MESSAGES/messages.po"

TEXT_ARGUMENT = {"_": 0, "gettext": 0, "words": 0, "translate": 0, "Sentence": 0,
                 "ValidationError": 0, "refusal": 1, "fault": 2, "warn": 2}  # fmt: skip
"""Calls that take a text, and where."""
TERM_ARGUMENT = {"term": 0, "table": 0, "label": 0}
"""Calls that take words of the trade, of which each is a text also where it is one word."""
TEXT_NAMES = ("sentence", "message", "title", "template", "reason", "error", "means")
"""Keywords and variables that hold a text."""

WORDS = (
    # statuses of agreements, orders and drawdowns
    "active", "suspended", "closed", "voided", "placed", "countered", "confirmed", "started",
    "delivered", "cancelled", "declined", "lapsed", "recorded", "approved", "rejected", "reversed",
    # and of received files
    "queued", "duplicate", "discarded",
    # and of funding sources
    "decided", "withdrawn", "withdraw", "funding source",
    # and of auditors' appointments
    "planned", "current", "past", "ended", "planned or current", "end", "appointment", "help topic",
    "job",
    # what can be done, and what is needed for it
    "amend", "extend", "suspend", "close", "reopen", "confirm", "decline", "lapse", "counter",
    "accept", "refuse", "reject", "change", "cancel", "start", "deliver", "invoice", "approve",
    "credit",
    "reverse", "discard", "move", "void", "put right", "take back the approval of",
    "remove a limit of", "allocate the seats of", "move seats of", "move shares of",
    "recharge a share of", "code a line of", "report delivery of", "cancel seats of",
    # kinds of further numbers
    "diary", "framework", "other",
    # what comes of a payment in a supplier ledger
    "matched", "likely", "different", "missing", "not-paid",
    "that it does not name", "draft",
    "judge again", "recorded or approved", "match", "deduct", "open the offers of",
    # of sessions
    "session", "planned", "held",
    "move a session of", "report a session of", "cancel a session of",
    "active or suspended", "suspended or closed",
    # nouns of refusals
    "agreement", "order", "drawdown", "limit", "document", "document format", "language", "role",
    "agreement, order or drawdown", "recharge", "open share move", "open proposal", "person",
    "sole trader",
    "amendment without its notice",
    "overdue", "attest right", "deputy", "organisation", "file in the queue", "token", "record",
    "problem type", "section", "shape", "link", "message", "course days",
    # and of what stands on a signing
    "orders", "amendments", "extensions", "share moves", "competitions",
    # and of those that there are none of
    "allocated seats", "sessions to come", "open share moves", "funding sources",
    "open competitions", "recharges", "attest rights", "deputies", "open proposals",
    "invoices left to tie it to",
    # renewed competitions: nouns, statuses, what is done
    "competition", "awarded competition", "open", "awarded", "answer", "award",
    # what is somebody's own cost, and how codes are written
    "ordered", "named", "coded", "digits", "letters", "letters and digits",
    # roles
    "orderer", "approver", "finance", "manager", "supplier", "auditor", "admin",
    # money, limits
    "cap", "reserved", "committed", "drawn", "remaining", "unknown",
    "hard", "soft", "informational",
    # why nothing can be ordered
    "not begun",
    # why money moved, where it is no status
    "signed", "amended", "lapsed", "counter accepted", "counter rejected", "changed", "recoded",
    "orderer of the buying organisation", "none",
    "seats cancelled", "session cancelled", "invoiced", "invoice rejected", "credited",
    "invoice withdrawn", "invoice moved", "drawing taken back", "credit taken back", "reopened",
    "rectified",
    "judged again", "passed on", "session moved", "seats allocated", "seats moved",
    # what a delivery is told by; views beside each other
    "nothing", "sessions", "cancellation", "delivery", "development", "went", "counts otherwise",
    "overdue", "next", "released",
    # what a system has against a file
    "No such file or directory", "Is a directory", "Not a directory", "Permission denied",
    "File name too long", "No space left on device", "Read-only file system",
    # heads and names of printed documents
    "Page", "Currency", "Sum", "Field", "Write", "How", "Lines", "Which", "What", "Date", "Buyer",
    "Supplier", "Agreement", "Order",
    # sheets of a workbook, and codes that are words
    "About", "List", "Rows", "Narrowed by", "lead", "member", "company", "free", "money", "chosen",
    "used", "not funded", "outside period", "beyond ceiling", "not judged", "internal",
    # what marshmallow says
    "Missing data for required field.", "Field may not be null.", "Invalid input type.",
    "Not a valid string.", "Not a valid integer.", "Not a valid boolean.", "Not a valid list.",
    "Not a valid date.", "Not a valid datetime.", "String does not match expected pattern.",
)  # fmt: skip
"""Words that are texts by value, not by place in the code."""


PHRASES = {
    # "{name} {status}; it is only possible to … when {needed}"
    "status": (
        "active", "suspended", "closed", "voided", "expired", "placed", "countered", "confirmed",
        "started", "delivered", "cancelled", "declined", "lapsed", "recorded", "approved",
        "rejected", "reversed", "queued", "duplicate", "discarded", "decided", "withdrawn",
        "planned", "current", "past", "ended", "open", "awarded", "held",
    ),
    "needed": (
        "active", "active or suspended", "suspended or closed", "placed", "countered", "confirmed",
        "started", "delivered", "closed", "cancelled", "recorded", "approved",
        "recorded or approved", "queued", "decided", "sealed",
        "planned or current", "open", "awarded", "placed / countered", "confirmed / started",
        "confirmed / started / delivered", "placed / confirmed / started / delivered",
        "placed / countered / confirmed / started / delivered", "placed / confirmed / started",
        "placed / countered / confirmed / started", "confirmed / started / delivered / closed",
        "confirmed / started / delivered / cancelled",
        "confirmed / started / delivered / cancelled / closed",
        "placed / countered / confirmed / started / delivered / cancelled / closed",
    ),
    "standing": ("waiting for approval", "approved", "credited in full"),
    "limit": ("cap",),
    "kind": ("delivery", "development"),
    "a date": ("Ordered",),
}  # fmt: skip
"""Words whose Swedish is another where they stand as such a figure of a sentence, or so in a table:
they are told apart by the context of gettext."""


CLICK: tuple[str | tuple[str, str], ...] = (
    # help
    "Usage:", "Options", "Commands", "Positional arguments", "Show this message and exit.",
    "required", "default: {default}", "env var: {var}", "(dynamic)",
    # what was wrongly asked
    "Error: {message}", "Try '{command} {option}' for help.", "Missing command.",
    "No such command {name!r}.", "No such option {name!r}.",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    "Missing argument", "Missing option", "Missing parameter", "Missing {param_type}",
    "Choose from:\n\t{choices}", "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    "{value!r} is not a valid {number_type}.", "{value} is not in the range {range}.",
    "{name} {filename!r} does not exist.", "{name} {filename!r} is a file.",
    "{name} {filename!r} is a directory.", "{name} {filename!r} is not readable.",
    "{name} {filename!r} is not writable.", "file", "directory", "path",
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    "Could not open file {filename!r}: {message}", "unknown error",
    "Option {name!r} does not take a value.",
    # what is asked back
    "Aborted!", "Error: invalid input", "%(prog)s, version %(version)s",
)  # fmt: skip
"""What click says itself and looks up in our catalogue; two forms where it counts something."""


HEADS = (
    "number", "title", "status", "currency", "buyers", "suppliers", "signed on", "starts on",
    "ends on", "expired", "regime", "policy", "cap effect", "cap tolerance", "amendments",
    "longest term months", "extensions", "threshold", "index adjusted value",
    "delivery after term", "alerts", "term alerts", "under use", "plan", "legal ground", "split",
    "method", "parts", "limits", "selection", "ranking", "key", "ask", "orders",
    "closed on", "replaced suppliers", "result", "participants", "per participant", "completed",
    "also credits", "awaited", "prepaid", "rounding", "deducts", "deducted", "taken", "match",
    "value", "numbers", "notices", "standing", "drawdown", "warnings",
    "extensions used", "proposed share moves", "balance", "in kind", "as of", "known at",
    "position", "cause", "line", "year", "buyer", "kind", "funding", "cost centre",
    "effective on", "recorded at", "amount", "event", "stream", "version", "name", "sentence",
    "by", "organisation", "decision", "ground", "decided on", "source", "format", "sha256",
    "address", "receipt", "data", "side", "moved", "passed over", "earlier", "course", "unit",
    "challenge",
    "reference", "credits", "seats", "allocated", "ordered on", "respond by", "confirmed on",
    "confirmation", "lines", "seats used", "credits awarded", "reason", "flags", "id", "type",
    "issued on", "due on", "vat", "credited", "recharges", "room", "room reason", "text",
    "recorded by", "decided by", "refusal", "figures", "received at", "since", "days", "invoiced",
    "release", "tokens", "rank", "share", "deviation", "checkpoint", "about", "accrued", "action",
    "answer by", "answers", "appointed on", "asked", "basis", "cancellations", "code string",
    "counter-offer", "courses", "credit of", "deputy for", "ended on", "free seats",
    "instalments", "invoice number", "invoices", "left out", "lost", "men", "minimum seats",
    "notices", "opened on", "organisations", "points", "prepaid", "programme",
    "responsibilities", "right", "root", "round", "sessions held", "size", "statuses", "tariff",
    "later", "overdue", "what", "winner", "women", "anew", "anew of", "removed on",
    "verdict", "supplier name", "paid", "drawn", "difference", "differs", "named agreement",
    "answer days", "can be ordered today",
    "drawdowns", "first on", "last on", "vouchers", "first row", "row count",
)  # fmt: skip
"""Heads of the columns of exports: the members of answers, in words."""


def texts_of_code(path: Path, *, verbs: bool) -> Iterator[tuple[int, str]]:
    """`verbs`: it is of the command line, which names members of resources."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else (
                node.func.id if isinstance(node.func, ast.Name) else "")  # fmt: skip
            at = TEXT_ARGUMENT.get(name)
            if at is not None and len(node.args) > at:
                yield from _constants(node.args[at])
            at = TERM_ARGUMENT.get(name)
            if at is not None and len(node.args) > at:
                yield from _terms(node.args[at])
            for keyword in node.keywords:
                if keyword.arg in TEXT_NAMES:
                    yield from _constants(keyword.value)
        elif isinstance(node, ast.Dict):
            yield from _heads(node) if verbs else ()
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value and any(getattr(t, "id", "") in TEXT_NAMES for t in targets):
                yield from _constants(node.value)


def _constants(node: ast.expr) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node.lineno, node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def _terms(node: ast.expr) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.lineno, node.value
    for part in ast.iter_child_nodes(node):
        if isinstance(node, ast.Tuple | ast.Starred | ast.BinOp | ast.IfExp | ast.BoolOp):
            yield from _terms(part) if isinstance(part, ast.expr) else ()


def _heads(node: ast.Dict) -> Iterator[tuple[int, str]]:
    """Of a resource's members as the command line tells them: names that begin with a capital, and
    VAT."""
    keys = [key for key in node.keys if isinstance(key, ast.Constant)]
    texts = [(key.lineno, key.value) for key in keys if isinstance(key.value, str)]
    if texts and all(
        text == "VAT" or (text[:1].isupper() and text[1:2].islower()) for _, text in texts
    ):
        yield from texts


def gathered() -> Catalog:
    catalogue = Catalog(locale="sv", project="Avrop", charset="utf-8", fuzzy=False)
    for path in sorted(PACKAGE.rglob("*.py")):
        if PACKAGE / "demo" in path.parents:
            continue  # what a municipality would have written itself
        verbs = PACKAGE / "cli" in path.parents
        for _line, text in texts_of_code(path, verbs=verbs):
            catalogue.add(text, locations=[(str(path.relative_to(ROOT)), 0)])
    for path in sorted((PACKAGE / "web/templates").rglob("*.html")):
        # Silent, a template that cannot be read would lose its texts and their Swedish.
        options = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true",
                   "silent": "false"}  # fmt: skip
        for _line, text, _comments, _context in extract_from_file(
            "jinja2.ext:babel_extract", str(path), options=options
        ):
            catalogue.add(text, locations=[(str(path.relative_to(ROOT)), 0)])
    for text in command_line.texts():
        catalogue.add(text)
    for context, words in PHRASES.items():
        for word in words:
            catalogue.add(word, context=context)
    catalogue.add(" / ")
    for message in CLICK:
        catalogue.add(message)
    facts = (name.replace("-", " ") for name in NAMES)
    for word in (*WORDS, *HEADS, *facts, *of_lists()):
        catalogue.add(word)
    return catalogue


def of_lists() -> Iterator[str]:
    """Titles of lists, the heads of their columns and of what is told in one cell, and codes."""
    for shape, listing in LISTINGS.items():
        yield listing.title
        yield from _heads_below(shape)
    yield from (one.title for one in DOCUMENTS.values())
    yield from (*SAID.values(), YES, NO, *TELLING)


def _heads_below(shape: type[Answer]) -> Iterator[str]:
    for column in columns(shape):
        yield from column.heads
        if column.member.shape is not None:
            yield from _heads_below(column.member.shape)


def kept() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="sv")


def written(catalogue: Catalog) -> bytes:
    output = io.BytesIO()
    write_po(output, catalogue, sort_output=True, no_location=True, omit_header=True, width=100)
    header = '# Swedish texts of Avrop; see scripts/texts.\nmsgid ""\nmsgstr ""\n'
    header += '"Content-Type: text/plain; charset=utf-8\\n"\n"Language: sv\\n"\n\n'
    return header.encode() + output.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    # The same bytes whenever it is done: a catalogue made from nothing is dated now.
    catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    output = io.BytesIO()
    write_mo(output, catalogue)
    return output.getvalue()


def faults(texts: Catalog, swedish: Catalog) -> Iterator[str]:
    """What stands between the texts and their Swedish, in words."""
    for message in texts:
        if not message.id:
            continue
        found = swedish.get(message.id, message.context)
        strings = () if found is None else _forms(found.string)
        if not all(strings) or not strings:
            yield f"not translated: {message.id}"
        elif message.id in CLICK:
            # What it gives may be an English word, as of a type, which Swedish does without.
            given = set().union(*map(_figures, _forms(message.id)))
            if any(_figures(text) - given for text in strings):
                yield f"figures that are not given: {message.id}"
        elif any(_figures(text) != _figures(message.id) for text in strings):
            yield f"figures differ: {message.id}"
    for message in swedish:
        if message.id and texts.get(message.id, message.context) is None:
            yield f"no longer used: {message.id}"


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    """Of one, and of several; most texts have one form for both."""
    return (text,) if isinstance(text, str) else tuple(text)


def _figures(text: str) -> set[str]:
    if "%(" in text:
        return {part.partition(")")[0] for part in text.split("%(")[1:]}
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def main() -> int:
    texts = gathered()
    swedish = kept() if CATALOGUE.exists() else Catalog(locale="sv")
    if "--check" in sys.argv[1:]:
        found = list(faults(texts, swedish))
        binary = CATALOGUE.with_suffix(".mo")
        if not binary.exists() or binary.read_bytes() != compiled(swedish):
            found.append("messages.mo is not what messages.po compiles to: run scripts/texts")
        print("\n".join(found) or f"All {len(texts)} texts have their Swedish.")
        return bool(found)
    for message in texts:
        if message.id and (old := swedish.get(message.id, message.context)):
            message.string = old.string
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(written(texts))
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(kept()))
    missing = list(faults(texts, kept()))
    print("\n".join(missing) or "Nothing is missing.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
