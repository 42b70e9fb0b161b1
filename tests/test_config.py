"""The settings are read once, and what cannot be is refused in words."""

import pytest

from ledger.bounds import FILE_LIMIT, MAX_DOCUMENT
from ledger.config import MEGABYTE, read


def test_the_largest_file_is_thirty_megabytes_unless_somebody_says_otherwise() -> None:
    assert read({}).file_limit == FILE_LIMIT * MEGABYTE == 30_000_000
    assert read({"AVROP_FILE_LIMIT": ""}).file_limit == 30_000_000
    assert read({"AVROP_FILE_LIMIT": "1"}).file_limit == 1_000_000
    assert read({"AVROP_FILE_LIMIT": "100"}).file_limit == MAX_DOCUMENT


@pytest.mark.parametrize("written", ["0", "101", "-1", "30.5", "30MB", "many", "٣", "9" * 5000])
def test_a_file_limit_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="AVROP_FILE_LIMIT must be whole megabytes, 1 to 100"):
        read({"AVROP_FILE_LIMIT": written})


def test_the_folder_of_the_rules_is_none_unless_somebody_says_so() -> None:
    assert read({}).rules == ""
    assert read({"AVROP_RULES": "/rules"}).rules == "/rules"
