"""What statuses are called in a table: what each waits for, or what has come of it."""

from ledger.wording import say, translate, words

STATUS = {
    "not-ended": words("not ended"),
    "placed": words("placed, not answered"),
    "countered": words("counter-offer made"),
    "recorded": words("waits for approval"),
    "reversed": words("credited in full"),
}
"""Those that do not say themselves what they mean to people."""


def status_words(status: str, language: str) -> str:
    return say(STATUS[status], language) if status in STATUS else translate(status, language)
