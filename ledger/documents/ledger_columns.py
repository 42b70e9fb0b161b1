"""The columns of a supplier ledger: which of them holds what, whatever its head is called."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal

import msgspec

from ledger.bounds import MAX_NAME
from ledger.documents import tables
from ledger.documents.faults import Findings, refusal

Vat = Literal["excluded", "included", "unknown"]

SPECIFIED = (
    "kopare_id", "kopare", "verifikationsnummer", "leverantor", "leverantor_id", "konto_nr",
    "konto_text", "belopp", "datum", "forvaltning", "fakturanummer", "grund", "avtal", "kommun_id",
    "s_kod_nr",
)  # fmt: skip
"""The columns of specification 1.1, in its order: that of a file without heads."""

NAMED: Mapping[str, tuple[str, ...]] = {
    "buyer": ("kopare_id", "kopare_organisationsnummer", "kopare_orgnr",
              "koparens_organisationsnummer", "buyer_id", "buyer_organisation_number",
              "buyer_organization_number", "buyer_org_no", "buyer_org_number", "buyer_number"),
    "voucher": ("verifikationsnummer", "verifikatnummer", "verifikationsnr", "verifikat", "ver_nr",
                "vernr", "voucher", "voucher_number", "voucher_no", "verification_number",
                "verification_no"),
    "supplier_name": ("leverantor", "leverantorsnamn", "leverantor_namn", "leverantorens_namn",
                      "supplier", "supplier_name", "vendor", "vendor_name"),
    "supplier": ("leverantor_id", "leverantorens_organisationsnummer",
                 "leverantor_organisationsnummer", "leverantor_orgnr", "leverantorens_orgnr",
                 "organisationsnummer_leverantor", "orgnr_leverantor", "leverantorsid",
                 "supplier_organisation_number", "supplier_organization_number", "supplier_org_no",
                 "supplier_org_number", "vendor_organisation_number",
                 "vendor_organization_number", "vendor_org_no", "vendor_org_number", "supplier_id",
                 "supplier_number", "supplier_no", "vendor_id", "vendor_number", "vendor_no"),
    "amount": ("belopp", "nettobelopp", "belopp_exkl_moms", "belopp_exklusive_moms",
               "belopp_ex_moms", "belopp_utan_moms", "konterat_belopp_exklusive_moms",
               "konterat_belopp_exkl_moms", "konterat_belopp", "fakturabelopp", "bruttobelopp",
               "belopp_inkl_moms", "belopp_inklusive_moms", "belopp_med_moms",
               "konterat_belopp_inklusive_moms", "konterat_belopp_inkl_moms", "amount",
               "net_amount", "amount_excl_vat", "amount_excluding_vat", "amount_ex_vat",
               "amount_exclusive_vat", "amount_without_vat", "amount_net", "invoice_amount",
               "gross_amount", "amount_incl_vat", "amount_including_vat", "amount_inc_vat",
               "amount_inclusive_vat", "amount_with_vat", "amount_gross"),
    "debit": ("debet", "debit", "debetbelopp", "debit_amount"),
    "credit": ("kredit", "credit", "kreditbelopp", "credit_amount"),
    "side": ("d_k", "debet_kredit", "d_c", "dr_cr", "debit_credit"),
    "account": ("konto_nr", "konto", "kontonummer", "kontonr", "account", "account_number",
                "account_no"),
    "on": ("datum", "bokforingsdatum", "bokford", "bokforingsdag", "betalningsdatum",
           "betaldatum", "betalningsdag", "registreringsdatum", "fakturadatum", "date",
           "posting_date", "booking_date", "accounting_date", "payment_date", "paid_date",
           "transaction_date", "invoice_date"),
    "invoice": ("fakturanummer", "fakturanr", "faktura_nr", "fakturanummer_leverantor",
                "leverantorens_fakturanummer", "invoice_number", "invoice_no", "invoice_id",
                "supplier_invoice_number", "invoice"),
    "agreement": ("avtal", "avtalsnummer", "avtal_id", "avtalsnr", "agreement",
                  "agreement_number", "agreement_no", "contract", "contract_number",
                  "contract_no", "contract_id"),
}  # fmt: skip
"""What each column is called, without case, accents and signs; the first that is there is read."""

UNNAMED = ("organisationsnummer", "organisationsnr", "orgnr", "org_nr", "organisation_number",
           "organization_number", "organisation_no", "organization_no", "org_number",
           "org_no")  # fmt: skip
"""Whose number it is, is told by whether the supplier's has a column of its own."""

_NET = re.compile(
    "netto|ex(?:kl|klusive)?_?moms|utan_?moms|(?:^|_)net(?:_|$)|ex(?:cl|cluding|clusive)?_?vat"
    "|without_?vat"
)
_GROSS = re.compile(
    "brutto|inkl(?:usive)?_?moms|med_?moms|gross|inc(?:l|luding|lusive)?_?vat|with_?vat"
)
_UNIT = re.compile("(?:_i)?_(?:kr|kronor|sek)$")
"""What the head of an amount may have after its name; "tkr" would be another amount."""


def head(cell: str) -> str:
    """A head as it is compared: "Leverantörens org.nr" is leverantorens_org_nr."""
    letters = unicodedata.normalize("NFKD", tables.plain(cell).casefold())
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _name(cell: str) -> str:
    """A head without what makes no other column of it: "Belopp (kr)" is belopp, and leverantorId is
    leverantor_id."""
    return _UNIT.sub("", head(cell)).replace("_", "")


_KNOWN = frozenset(
    map(_name, (*SPECIFIED, *UNNAMED, *(x for some in NAMED.values() for x in some)))
)
_UNNAMED = frozenset(map(_name, UNNAMED))
HEADED = 20
"""How well a row fits that is one of heads: at least two are known."""


def fits(cells: list[str]) -> int:
    """How many heads are known; of a row without heads, how near it is to the specification's."""
    known = sum(_name(cell) in _KNOWN for cell in cells)
    return known * 10 if known else max(0, 5 - abs(len(SPECIFIED) - len(cells)))


class Columns(msgspec.Struct, frozen=True):
    """Where each thing stands, by its name in `NAMED`; `heads` are told in faults."""

    at: dict[str, int]
    heads: tuple[str, ...]
    has_heads: bool

    @property
    def vat(self) -> Vat:
        """What the head of the amounts says; the specification's `belopp` says nothing."""
        name = head(self.heads[self.at.get("amount", self.at.get("debit", 0))])
        if _GROSS.search(name):
            return "included"
        return "excluded" if _NET.search(name) else "unknown"

    def is_heads(self, row: tables.Cells) -> bool:
        """Whether it has the heads again, as where files were put together."""
        if not self.has_heads or tables.plain(row.cells[0])[:MAX_NAME] != self.heads[0]:
            return False
        return tuple(tables.plain(cell)[:MAX_NAME] for cell in row.cells) == self.heads


def columns(row: tables.Cells, findings: Findings) -> Columns:
    heads = [_name(cell) for cell in row.cells]
    if sum(one in _KNOWN for one in heads) < 2:
        return _unheaded(row, findings)
    at: dict[str, int] = {}
    for name, names in NAMED.items():
        places = [heads.index(one) for one in map(_name, names) if one in heads]
        if places:
            at[name] = places[0]
            _given_once(heads, places[0], row, findings)
    for i, one in enumerate(heads):
        if one in _UNNAMED:
            at.setdefault("supplier" if "supplier" not in at else "buyer", i)
    needed = {"amount": "belopp", "on": "datum", "supplier": "leverantor_id"}
    if "supplier_name" in at:
        del needed["supplier"]
    if "debit" in at and "credit" in at:
        del needed["amount"]
    if lacking := [column for name, column in needed.items() if name not in at]:
        said = ", ".join(lacking)
        raise refusal("columns", "The file has no column {columns}.", columns=said)
    return Columns(at, tuple(tables.plain(cell)[:MAX_NAME] for cell in row.cells), True)


def _given_once(heads: list[str], at: int, row: tables.Cells, findings: Findings) -> None:
    """Which of two columns of one name would count is nobody's to guess."""
    if heads.count(heads[at]) > 1:
        findings.fault(
            f"/{row.number}/{heads[at]}",
            "column-twice",
            "The column {column} is there twice.",
            column=heads[at],
        )


def _unheaded(row: tables.Cells, findings: Findings) -> Columns:
    """A file that begins with a payment has the specification's columns; that one which all rows
    have alike, the buyer's name, may be left out."""
    names = list(SPECIFIED)
    if len(row.cells) == len(names) - 1:
        names.remove("kopare")
    if len(row.cells) != len(names):
        raise refusal(
            "no-heads",
            "The first row has no heads, and its {count} cells are not the {needed} of the "
            "specification.",
            count=str(len(row.cells)),
            needed=str(len(SPECIFIED)),
        )
    findings.warn(
        "/1",
        "no-heads",
        "The file has no heads; its columns were read in the specification's order.",
    )
    at = {name: names.index(some[0]) for name, some in NAMED.items() if some[0] in names}
    return Columns(at, tuple(names), False)
