"""Slips of an agreement: a signing put right or made void, a limit taken away."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from ledger.domain.agreement import LimitTerms, RectifySigning, RemoveLimit, VoidAgreement
from ledger.domain.events import Party
from ledger.domain.refusals import (
    AgreementNotOpen,
    CapExceeded,
    Invalid,
    NotFound,
    OutsideTerm,
    OwnSigning,
    SigningInUse,
    WrongStatus,
)
from tests.domain.domain_given import (
    BUYER,
    DAY,
    END,
    MANAGER,
    ORDERER,
    OTHER_BUYER,
    OTHER_SUPPLIER,
    START,
    SUPPLIER,
    Book,
    kr,
    line,
)

OTHER = replace(MANAGER, person="p-other-manager")


def rectify(book: Book, by=MANAGER, **changed) -> None:
    book.do(RectifySigning(agreement="A1", on=DAY, reason="mistyped", **changed), by)


def limit(name: str = "2024", year: int = 2024, kronor: float = 1_000, **more) -> LimitTerms:
    return LimitTerms(name=name, year=year, amount=kr(kronor), **more)


# ── A signing that is put right ───────────────────────────────────────────────────────────────


def test_what_was_mistyped_at_signing_is_put_right_by_another_person():
    book = Book(cap=kr(200_000), limits=(limit(),))
    rectify(
        book,
        title="Leadership",
        cap=kr(2_000),
        buyers=(Party(organisation=BUYER), Party(organisation=OTHER_BUYER)),
        starts_on=START + timedelta(1),
        ends_on=END - timedelta(1),
        limits=(limit("2025", 2025),),
    )
    clean = Book(
        title="Leadership",
        cap=kr(2_000),
        buyers=(Party(organisation=BUYER), Party(organisation=OTHER_BUYER)),
        starts_on=START + timedelta(1),
        ends_on=END - timedelta(1),
        limits=(limit("2025", 2025),),
    )
    assert book.of == clean.of
    with pytest.raises(CapExceeded):
        book.place(line(2_001))
    with pytest.raises(OutsideTerm):
        book.place(line(1), on=START)


def test_a_cap_is_put_right_to_unknown_and_what_is_not_named_stays():
    book = Book(limits=(limit(),))
    rectify(book, cap=None)
    assert (book.of.cap.amount, book.of.original_cap) == (None, None)
    assert book.of.title == "Education"
    assert [one.name for one in book.of.limits] == ["cap", "2024"]


def test_who_signed_does_not_put_it_right():
    book = Book()
    with pytest.raises(OwnSigning):
        rectify(book, by=ORDERER, title="Other")  # in the book, the orderer signed
    rectify(book, by=OTHER, title="Other")


def test_a_signing_is_put_right_to_what_could_have_been_signed():
    book = Book()
    for changed in (
        {},
        {"title": "Education"},
        {"cap": 0},
        {"ends_on": START - timedelta(1)},
        {"buyers": ()},
        {"suppliers": (Party(organisation=SUPPLIER),) * 2},
        {"limits": (limit(), limit())},
    ):
        with pytest.raises(Invalid):
            rectify(book, **changed)
    assert book.of == Book().of


def test_a_signing_that_something_stands_on_is_amended_instead():
    ordered, amended = Book(), Book()
    name = ordered.place(line(100))
    amended.amend(cap=2_100_000)
    for book, what in ((ordered, "orders"), (amended, "amendments")):
        with pytest.raises(SigningInUse) as refused:
            rectify(book, title="Other")
        assert refused.value.figures["what"] == what
    ordered.cancel(name)
    rectify(ordered, title="Other")  # nothing stands on it any more
    assert ordered.of.orders == 1


def test_a_signing_is_amended_where_an_order_is_closed_that_may_be_opened_again():
    book = Book()
    name, other = book.placed_and_confirmed(line(100)), book.placed_and_confirmed(line(100))
    book.close(name)
    book.cancel(other, fee=0)
    assert book.use.total == 0
    with pytest.raises(SigningInUse) as refused:
        rectify(book, suppliers=(Party(organisation=OTHER_SUPPLIER),))
    assert refused.value.figures["what"] == "orders"
    book.reopen(name)
    book.cancel(name, fee=0)
    rectify(book, suppliers=(Party(organisation=OTHER_SUPPLIER),))


def test_a_signing_is_amended_where_a_closed_orders_invoice_was_turned_down():
    book = Book()
    name = book.placed_and_confirmed(line(100))
    id = book.record("1", 100, name)
    book.close(name)
    book.reject(id)
    assert book.use.total == 0
    with pytest.raises(SigningInUse):
        rectify(book, title="Other")


# ── An agreement that is void ─────────────────────────────────────────────────────────────────


def test_an_agreement_without_orders_is_made_void_and_takes_none():
    book = Book()
    void = VoidAgreement(agreement="A1", on=DAY, reason="signed twice")
    book.do(void, MANAGER)
    assert book.of.status == "voided"
    with pytest.raises(AgreementNotOpen):
        book.place(line(1))
    for command in (void, RectifySigning(agreement="A1", on=DAY, reason="r", title="x")):
        with pytest.raises(WrongStatus):
            book.do(command, MANAGER)


def test_an_agreement_that_was_ordered_under_is_never_void():
    book = Book()
    book.decline(book.place(line(100)))
    with pytest.raises(SigningInUse):
        book.do(VoidAgreement(agreement="A1", on=DAY, reason="r"), MANAGER)
    assert book.of.status == "active"


# ── A limit that should not be there ──────────────────────────────────────────────────────────


def remove(book: Book, name: str, on: date = DAY, today: date = DAY) -> None:
    book.do(RemoveLimit(agreement="A1", name=name, on=on, reason="wrong year"), MANAGER, today)


def test_a_limit_that_is_removed_binds_no_longer():
    book = Book(limits=(limit(),))
    with pytest.raises(CapExceeded):
        book.place(line(1_001))
    remove(book, "2024")
    book.place(line(1_001))


def test_a_limit_that_is_removed_from_a_later_day_binds_until_then():
    book = Book(limits=(limit(),))
    later = DAY + timedelta(30)
    remove(book, "2024", later)
    with pytest.raises(CapExceeded):
        book.place(line(1_001))
    (one,) = book.of.limits[1:]
    assert one.amount_on(later - timedelta(1)) == kr(1_000)
    assert one.amount_on(later) is None
    book.place(line(1_001), on=later)


def test_a_removed_limit_is_replaced_by_another_with_another_name():
    book = Book(limits=(limit(),))
    remove(book, "2024")
    with pytest.raises(Invalid) as refused:
        book.amend(ground="17:10", clause="4", limits=(limit("2024", 2025),))
    assert [fault.pointer for fault in refused.value.faults] == ["/change/limits/0/name"]
    book.amend(ground="17:10", clause="4", limits=(limit("2025", 2025),))
    with pytest.raises(CapExceeded):
        book.place(line(1_001, year=2025))
    book.place(line(1_001, year=2024))


def test_neither_the_cap_nor_what_is_not_there_is_removed_and_nothing_twice():
    book = Book(limits=(limit(),))
    with pytest.raises(Invalid):
        remove(book, "cap")
    with pytest.raises(NotFound):
        remove(book, "2025")
    remove(book, "2024")
    with pytest.raises(Invalid):
        remove(book, "2024")


# ── Days that cannot be ───────────────────────────────────────────────────────────────────────


def test_a_signing_is_put_right_to_no_day_that_has_not_come():
    book = Book()
    tomorrow = DAY + timedelta(1)
    with pytest.raises(Invalid) as refused:
        book.do(
            RectifySigning(agreement="A1", on=DAY, reason="mistyped", signed_on=tomorrow),
            OTHER,
            DAY,
        )
    (fault,) = refused.value.faults
    assert fault.pointer == "/signed_on"
    assert fault.figures == {"on": tomorrow.isoformat(), "today": DAY.isoformat()}
    book.do(RectifySigning(agreement="A1", on=DAY, reason="mistyped", signed_on=DAY), OTHER, DAY)
    assert book.of.signed_on == DAY


def test_no_agreement_begins_in_a_far_year_to_come():
    book = Book()
    far = DAY.replace(year=DAY.year + 11)
    changed = {"starts_on": far, "ends_on": far.replace(year=far.year + 1)}
    with pytest.raises(Invalid) as refused:
        rectify(book, OTHER, **changed)
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.figures["year"]) == ("/starts_on", str(far.year))
