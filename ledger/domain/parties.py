"""What kind of party an organisation number names."""


def is_natural_person(number: str) -> bool:
    """Whether ten digits are a sole trader's, and so personal data that no fact may hold.

    A sole trader's number is the personal identity number, whose third digit begins a month (0 or
    1); a legal person's has at least 2 there (lagen 1974:174 om identitetsbeteckning).
    """
    return len(number) == 10 and number.isdigit() and int(number[2]) < 2
