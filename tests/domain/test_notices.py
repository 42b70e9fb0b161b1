"""The public notice of an amendment that is told after the amendment was recorded."""

from datetime import timedelta

import pytest

from ledger.domain.agreement import PublishNotice
from ledger.domain.events import Notice, NoticePublished
from ledger.domain.refusals import Invalid, NotFound
from ledger.domain.regime import Policy
from tests.domain.domain_given import DAY, MANAGER, Book

LATER = DAY + timedelta(days=20)


def publish(book: Book, decision: str, number: str = "2024/S 7-7", on=LATER) -> list:
    command = PublishNotice(agreement="A1", decision=decision, number=number, on=on)
    return book.do(command, MANAGER)


@pytest.mark.parametrize("ground", ["17:11", "17:12"])
def test_a_notice_that_is_told_later_answers_the_flag_and_history_keeps_it(ground):
    book = Book()
    book.amend(2_500_000, ground=ground, decision="KS 1")
    assert "notice-missing" in book.of.flags
    (told,) = publish(book, "KS 1")
    assert told.effective_on == LATER
    assert told.event == NoticePublished(
        decision="KS 1", notice=Notice(number="2024/S 7-7", published_on=LATER)
    )
    assert "notice-missing" not in book.of.flags
    assert [one.notice.number for one in book.of.notices] == ["2024/S 7-7"]
    amended = next(new.event for new, _ in book.log if hasattr(new.event, "ground"))
    assert amended.flags == ("notice-missing",)


def test_the_flag_stays_until_every_amendment_has_its_notice():
    book = Book()
    for i, cap in enumerate((2_300_000, 2_500_000)):
        book.amend(cap, ground="17:11", decision=f"KS {i}", on=DAY + timedelta(days=i))
    publish(book, "KS 1")
    assert "notice-missing" in book.of.flags
    publish(book, "KS 0")
    assert "notice-missing" not in book.of.flags


def test_what_lacks_no_notice_is_told_none():
    book = Book()
    book.amend(2_100_000, decision="KS 9")
    notice = Notice(number="2024/S 1-1", published_on=DAY)
    book.amend(2_500_000, ground="17:12", decision="KS 12", notice=notice, on=LATER)
    for decision in ("KS 9", "KS 12", "KS 13"):
        with pytest.raises(NotFound):
            publish(book, decision, on=LATER)
    assert [one.notice for one in book.of.notices] == [notice]


def test_an_amendment_that_is_not_covered_and_a_free_agreement_have_no_notice_to_tell():
    book = Book()
    book.amend(3_500_000, ground="17:12", record_uncovered=True)
    free = Book(policy=Policy(amendments="free"))
    free.amend(3_500_000, ground="17:12")
    assert book.of.notices == free.of.notices == ()


def test_a_notice_that_an_amendment_names_is_published_by_today():
    notice = Notice(number="2024/S 1-1", published_on=LATER)
    book = Book()
    with pytest.raises(Invalid) as refused:
        book.amend(2_500_000, ground="17:11", notice=notice, on=LATER - timedelta(days=1))
    assert [fault.pointer for fault in refused.value.faults] == ["/notice/published_on"]
    book.amend(2_500_000, ground="17:11", notice=notice, on=LATER)
    assert book.of.flags == ()
