"""What kind of party an organisation number names."""

import re

_FOREIGN = re.compile(r"(?!0007)\d{4}:[0-9A-Z]{1,35}", re.ASCII)


def is_foreign(party: str) -> bool:
    """Whether it is a party that has no Swedish number: the kind of its number and the number
    (ISO 6523), as "0192:987654321"."""
    return _FOREIGN.fullmatch(party) is not None


def is_natural_person(number: str) -> bool:
    """Whether ten digits are a sole trader's, and so personal data that no fact may hold.

    A sole trader's number is the personal identity number, whose third digit begins a month (0 or
    1); a legal person's has at least 2 there (lagen 1974:174 om identitetsbeteckning).
    """
    return len(number) == 10 and number.isdigit() and int(number[2]) < 2
