"""Where a finding of the official rules is: Schematron's XPath to a place and a line."""

from __future__ import annotations

import re

from lxml import etree

# As "/*:Invoice[namespace-uri()='urn:…'][1]/*:ID[namespace-uri()='urn:…'][1]/@schemeID", or with
# local-name() tests, or prefixes: compilers of Schematron write all three.
_STEP = re.compile(
    r"/(?:\*:(?P<name>[\w.-]+)|(?P<prefixed>[\w.-]+:)?(?P<plain>[\w.-]+)"
    r"|\*\[local-name\(\)\s*=\s*'(?P<local>[\w.-]+)'(?:\s*and[^\]]*)?\])"
    r"(?:\[namespace-uri\(\)\s*=\s*'[^']*'\])?(?:\[(?P<number>\d+)\])?"
)
_ATTRIBUTE = re.compile(r"/@(?:\w+:)?\*?(?P<name>[\w.-]+)(?:\[.*)?$")


def located(location: str, root: etree._Element) -> tuple[str, int]:
    """A place as everything here writes it ("/Invoice/InvoiceLine[2]/ID"), and the line of the file
    that the element begins on, 0 where it is not found."""
    attribute = _ATTRIBUTE.search(location)
    rest = location[: attribute.start()] if attribute else location
    steps = [
        (step["name"] or step["plain"] or step["local"], int(step["number"] or 1))
        for step in _STEP.finditer(rest)
    ]
    if not steps:
        return location, 0
    element: etree._Element | None = root
    place = f"/{steps[0][0]}"
    for name, number in steps[1:]:
        same = [] if element is None else _children(element, name)
        element = same[number - 1] if number <= len(same) else None
        place += f"/{name}" + (f"[{number}]" if len(same) > 1 or number > 1 else "")
    place += f"/@{attribute['name']}" if attribute else ""
    line = None if element is None else element.sourceline
    return place, line if isinstance(line, int) else 0


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [
        child
        for child in element
        if isinstance(child.tag, str) and etree.QName(child).localname == name
    ]
