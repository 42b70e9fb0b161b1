"""Swedish organisation numbers: one form inside, whatever form a document or a person wrote."""

import re

from stdnum import luhn

_PLAIN = re.compile(r"(?:0007:)?(?:16)?(\d{6})-?(\d{4})", re.ASCII)
_VAT = re.compile(r"SE[ -]?(\d{6})[ -]?(\d{4})[ -]?01", re.ASCII)


def normalise(text: str) -> str:
    """Ten digits from any common form of a Swedish organisation number.

    Read are "212000-2403", "2120002403", the VAT number "SE212000240301", also with spaces or
    hyphens between its parts, "0007:2120002403" (ICD 0007 of ISO 6523, as Peppol writes it) and
    "162120002403" (the tax authority's twelve digits).
    Raises ValueError with a sentence for a person where it is none of these, or the check digit
    (Luhn; rule SE-R-013 of Peppol) is wrong.
    """
    written = text.strip().upper()
    match = _PLAIN.fullmatch(written) or _VAT.fullmatch(written)
    if match is None:
        raise ValueError(f"An organisation number has ten digits, and {text[:40]!r} has not.")
    number = "".join(match.groups())
    # Ten zeros satisfy Luhn, and forms are filled in with them where nobody knows the number.
    if not luhn.is_valid(number) or not number.strip("0"):
        raise ValueError(f"The check digit of the organisation number {text[:40]!r} is wrong.")
    return number
