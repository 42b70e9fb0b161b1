"""Why a file waits: kept as what it is, said when it is read."""

import json
from datetime import date

import pytest

from ledger import reasons
from ledger.domain.refusals import (
    Amount,
    Fault,
    Invalid,
    InvoiceDiffers,
    LimitOver,
    OrderAmbiguous,
    Person,
    Refusal,
    RightLacking,
)
from ledger.registry import Document
from ledger.wording import members, sentence
from tests.intake.intake_given import naming
from tests.web.test_documents import queue, receive

KRONOR = Amount(12_345, "SEK")
FIGURES = {
    "text": "K 1",
    "count": 3,
    "none": None,
    "amount": KRONOR,
    "on": date(2024, 3, 25),
    "who": Person("p-1"),
    "orders": ("A-0001", "A-0002"),
    "over": LimitOver(
        limit="cap", cap=KRONOR, used=KRONOR, asked=KRONOR, over=KRONOR, fits=KRONOR,
        on=date(2024, 1, 2),
    ),
    "lacking": (RightLacking(right=1, codes=("4100", ""), over=KRONOR),),
    "faults": (Fault(pointer="/a", sentence="{n} is less", figures={"n": KRONOR}),),
}  # fmt: skip


def again(refusal):
    return reasons.why(refusal.type, json.loads(reasons.kept(refusal)), "")


@pytest.mark.parametrize("kind", reasons.KINDS.values(), ids=lambda kind: kind.type)
def test_every_refusal_is_said_as_if_it_were_made_now(kind):
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, **FIGURES, **dict.fromkeys(named(kind) - set(FIGURES), "x"))
    kept = again(refusal)
    assert kept == reasons.why_of(refusal)
    assert kept.figures == members(refusal)
    for language in ("en", "sv"):
        if kind is not Invalid:
            assert kept.says(language) == sentence(refusal, language)


def named(kind):
    from string import Formatter

    return {name for _, name, _, _ in Formatter().parse(kind.sentence) if name}


def test_an_amount_is_said_in_the_readers_language():
    refusal = InvoiceDiffers(
        invoice="F1", issued_on=date(2024, 3, 25), supplier="S", drawdown="D", status="recorded",
        standing="waiting for approval", differs=("amount",), amount=KRONOR, asked=KRONOR,
        because=(Fault(pointer="", sentence="It is {was} there.", figures={"was": KRONOR}),),
    )  # fmt: skip
    assert "123,45\N{NO-BREAK SPACE}kr" in again(refusal).says("sv")
    assert again(refusal).says("sv") != again(refusal).says("en")
    assert again(refusal).figures["amount"] == "123.45"


def test_what_is_invalid_names_each_fault_with_its_field():
    faults = (
        Fault(pointer="/amount", sentence="Nothing is changed."),
        Fault(pointer="", sentence="Nothing of it can be seen."),
    )
    said = again(Invalid(*faults)).says()
    assert said == "/amount: Nothing is changed. Nothing of it can be seen."


def test_what_an_earlier_version_kept_in_words_is_said_as_it_is():
    old = reasons.why("order-unknown", {"order": "4711"}, "There is no order 4711.")
    assert old.says("sv") == "There is no order 4711."
    assert old.figures == {"order": "4711"}
    assert reasons.why("no-such-type", {}, "").says() == ""


def test_the_queue_is_read_in_the_readers_language_and_keeps_no_words(api, ledger, place):
    place()
    place()
    answer = receive(api("finance"), naming("RAM-1-0001, RAM-1-0002"))
    assert answer.status_code == 202
    kept = ledger.registry.received(answer.json["sha256"])
    assert (kept.reason, kept.refusal) == ("", OrderAmbiguous.type)
    client = api("finance")
    (english,) = queue(client)
    client.headers["Accept-Language"] = "sv"
    (swedish,) = queue(client)
    assert english["reason"].startswith("RAM-1-0001, RAM-1-0002 names several orders")
    assert "pekar ut flera avrop" in swedish["reason"]
    assert english["figures"] == swedish["figures"]
    assert receive(client, naming("RAM-1-0001, RAM-1-0002")).json["reason"] == swedish["reason"]


def test_a_row_of_an_earlier_version_is_listed_with_its_words(api, ledger):
    document = Document(
        sha256="0" * 64, format="peppol-invoice", status="queued", buyer="2120002403",
        content=naming("4711"), reason="There is no order 4711.", refusal="order-unknown",
        figures='{"order": "4711"}',
    )  # fmt: skip
    ledger.registry.keep(document)
    (row,) = queue(api("finance"))
    assert (row["reason"], row["figures"]) == ("There is no order 4711.", {"order": "4711"})


def test_what_is_odd_about_a_file_is_told_whatever_becomes_of_it(api, place):
    text = naming("RAM-1-0001").decode()
    text = text.replace("InvoiceTypeCode>380", "InvoiceTypeCode>386").encode()
    client = api("finance")
    queued = receive(client, text).json
    assert queued["status"] == "queued"
    place()
    again = client.post(f"/documents/{queued['sha256']}/retry").json
    for answer in (queued, again):
        (warning,) = answer["warnings"]
        assert warning["code"] == "prepayment-invoice"
        assert warning["pointer"] == "/Invoice/InvoiceTypeCode"
    client.headers["Accept-Language"] = "sv"
    swedish = receive(client, text).json["warnings"][0]["detail"]
    assert swedish != again["warnings"][0]["detail"]
