"""What statuses are called in a table: what each waits for, or what has come of it."""

from ledger.wording import say, translate, words

STATUS = {
    "not-ended": words("not ended"),
    "to-invoice": words("delivered, not invoiced"),
    "placed": words("placed, not answered"),
    "countered": words("counter-offer made"),
    "recorded": words("waits for approval"),
    "reversed": words("credited in full"),
}
"""Those that do not say themselves what they mean to people."""

DUE = {"overdue": words("due, not invoiced")}
"""And of instalments, of which one is late otherwise than an answer is."""


def due_words(status: str, language: str) -> str:
    return say(DUE[status], language) if status in DUE else status_words(status, language)


def status_words(status: str, language: str) -> str:
    return say(STATUS[status], language) if status in STATUS else translate(status, language)
