"""The process that carries the official rules out: `python -m ledger.documents.rule_engine`.

It reads requests from standard input and answers on standard output, each a length in eight bytes
and as much JSON. A sheet is compiled once, which takes seconds, and is kept.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, Any

import msgspec
from lxml import etree

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
LENGTH = 8


class Asked(msgspec.Struct, frozen=True):
    sheets: tuple[str, ...]
    document: bytes


class Answered(msgspec.Struct, frozen=True):
    """`found` has rule, flag, text and XPath of each finding; `broken` the sheets that could not be
    carried out on this document, each with why; `failed` says why none could."""

    found: tuple[tuple[str, str, str, str], ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    failed: str = ""


def main() -> None:
    """Answer until standard input ends. What the engine prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from saxonche import PySaxonProcessor

    with PySaxonProcessor(license=False) as processor:
        compiled: dict[str, Any] = {}
        while (asked := receive(sys.stdin.buffer, Asked)) is not None:
            send(answers, _answer(processor, compiled, asked))


def send(stream: IO[bytes], message: Any) -> None:
    body = msgspec.json.encode(message)
    stream.write(len(body).to_bytes(LENGTH, "big") + body)
    stream.flush()


def receive(stream: IO[bytes], type: Any) -> Any:
    """The next message, or None where the stream ends."""
    length = stream.read(LENGTH)
    if len(length) < LENGTH:
        return None
    size = int.from_bytes(length, "big")
    body = stream.read(size)
    return msgspec.json.decode(body, type=type) if len(body) == size else None


def _answer(processor: Any, compiled: dict[str, Any], asked: Asked) -> Answered:
    found: list[tuple[str, str, str, str]] = []
    broken = []
    try:
        node = processor.parse_xml(xml_text=asked.document.decode())
    except Exception as error:  # the engine raises types of its own
        return Answered(failed=_why(error))
    for sheet in asked.sheets:
        try:
            if sheet not in compiled:
                # Relative names in it are looked for beside it, and nowhere else.
                compiler = processor.new_xslt30_processor()
                compiled[sheet] = compiler.compile_stylesheet(stylesheet_file=str(Path(sheet)))
            found += _findings(compiled[sheet].transform_to_string(xdm_node=node))
        except Exception as error:  # as where a rule counts with what is no number
            broken.append((Path(sheet).stem, _why(error)))
    return Answered(found=tuple(found), broken=tuple(broken))


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:500] or type(error).__name__


def _findings(report: str | None) -> list[tuple[str, str, str, str]]:
    """The failed assertions and successful reports of a report in SVRL."""
    if not report:
        raise ValueError("the rules gave no report")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(report.encode("utf-8"), parser)
    found = []
    for element in root.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report"):
        text = " ".join("".join(str(part) for part in element.itertext()).split())
        rule = element.get("id") or ""
        found.append(
            (rule, element.get("flag") or "fatal", _said(text, rule), element.get("location") or "")
        )
    return found


def _said(text: str, rule: str) -> str:
    """The rule's text without its number in front of it."""
    start = f"[{rule}]"
    return text.removeprefix(start).lstrip(" -–") if text.startswith(start) else text


if __name__ == "__main__":
    main()
