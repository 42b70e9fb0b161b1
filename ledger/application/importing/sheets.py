"""The sheets of a workbook that is imported, and their columns, as heads in both languages."""

from typing import Literal, NamedTuple

from ledger.documents.ledger_columns import head
from ledger.wording import Sentence, words

Kind = Literal["text", "amount", "cap", "day", "whole", "yes"]
"""How a cell is read."""


class Column(NamedTuple):
    """A column: what it is in code, its heads, how it is read, an example, what it says."""

    member: str
    english: str
    swedish: str
    kind: Kind
    example: str
    says: Sentence
    needed: bool = False


class Sheet(NamedTuple):
    name: str
    english: str
    swedish: str
    columns: tuple[Column, ...]

    def called(self, language: str) -> str:
        return self.swedish if language == "sv" else self.english


def _column(member: str, heads: str, kind: Kind, example: str, says: Sentence) -> Column:
    """`heads` are the English and the Swedish, set apart by a stroke; a star says it is needed."""
    english, swedish = heads.removesuffix("*").split("|")
    return Column(member, english, swedish, kind, example, says, heads.endswith("*"))


def _table(name: str, called: str, *columns: Column) -> Sheet:
    english, swedish = called.split("|")
    return Sheet(name, english, swedish, columns)


_AGREEMENT = _column(
    "agreement", "Agreement|Avtal*", "text", "SKO-2023", words("The number of the agreement.")
)
_BUYER = _column(
    "buyer",
    "Buyer|Köpare",
    "text",
    "212000-2403",
    words("Its organisation number; left out, the organisation that imports."),
)
_SUPPLIER = _column(
    "supplier",
    "Supplier|Leverantör",
    "text",
    "202100-4524",
    words("Its organisation number; left out, the only one."),
)
_UNIT = _column(
    "unit", "Unit|Enhet", "text", "Socialförvaltningen", words("The unit that ordered.")
)
_KIND = _column(
    "kind", "Kind|Slag", "text", "delivery", words("Kind of cost, as development or delivery.")
)
_YEAR = _column(
    "year",
    "Year|År",
    "whole",
    "2025",
    words("Year of delivery: which year's ceiling it counts against."),
)

AGREEMENTS = _table(
    "agreements",
    "Agreements|Avtal",
    _column(
        "number", "Number|Avtalsnummer*", "text", "SKO-2023", words("Letters, digits, - and _.")
    ),
    _column("title", "Title|Rubrik*", "text", "Ledarskap", words("What the agreement is about.")),
    _column(
        "buyers",
        "Buyers|Köpare*",
        "text",
        "212000-2403",
        words("Organisation numbers, set apart by semicolons; of several the first answers."),
    ),
    _column(
        "buyer_names",
        "Buyer names|Köparnas namn",
        "text",
        "Härnösands kommun",
        words("As many names."),
    ),
    _column(
        "suppliers",
        "Suppliers|Leverantörer*",
        "text",
        "202100-4524",
        words("Organisation numbers, set apart by semicolons."),
    ),
    _column(
        "supplier_names",
        "Supplier names|Leverantörernas namn",
        "text",
        "Mittuniversitetet",
        words("As many names."),
    ),
    _column(
        "cap",
        "Cap|Takvolym*",
        "cap",
        "2000000",
        words("Excluding VAT; write unknown where it is not known."),
    ),
    _column("currency", "Currency|Valuta", "text", "SEK", words("ISO 4217; left out, SEK.")),
    _column("signed_on", "Signed|Tecknat*", "day", "2023-09-05", words("When it was signed.")),
    _column(
        "starts_on", "First day|Första dag*", "day", "2023-09-05", words("First day of the term.")
    ),
    _column(
        "ends_on",
        "Last day|Sista dag*",
        "day",
        "2027-09-04",
        words("Last day of the term; it counts."),
    ),
    _column(
        "regime",
        "Regime|Regelverk",
        "text",
        "lou_19a_direct",
        words("Which law governs it, as lou_directive, lou_19_advertised or lou_19a_direct."),
    ),
)
LIMITS = _table(
    "limits",
    "Limits|Gränser",
    _AGREEMENT,
    _column("name", "Limit|Gräns*", "text", "2026", words("What the limit is called.")),
    _column("amount", "Amount|Belopp*", "amount", "500000", words("Excluding VAT.")),
    _column("effect", "Effect|Verkan", "text", "hard", words("hard, soft or informational.")),
    _YEAR,
    _BUYER,
    _SUPPLIER,
    _KIND,
)
ORDERS = _table(
    "orders",
    "Orders|Avrop",
    _AGREEMENT,
    _column(
        "order",
        "Order|Avrop",
        "text",
        "A1",
        words("Your own mark of the order: rows with the same are its lines."),
    ),
    _column("course", "Course|Kurs*", "text", "Att leda i förändring", words("What is ordered.")),
    _UNIT,
    _column("ordered_on", "Ordered|Avropat*", "day", "2026-02-10", words("The day of the order.")),
    _column(
        "confirmed_on",
        "Confirmed|Bekräftat",
        "day",
        "2026-02-17",
        words("When the supplier confirmed it; left out, it waits for an answer."),
    ),
    _column(
        "letter",
        "Confirmed by|Bekräftat genom",
        "text",
        "E-post 2026-02-17",
        words("The letter or message that the supplier answered by."),
    ),
    _BUYER,
    _SUPPLIER,
    _column("starts_on", "Course start|Kursstart", "day", "2026-09-01", words("Course start.")),
    _column("ends_on", "Course end|Kursslut", "day", "2026-11-30", words("Course end.")),
    _column("seats", "Seats|Platser", "whole", "12", words("Seats that are paid for.")),
    _KIND,
    _column("text", "Text|Text", "text", "Delbetalning 1", words("What the line is for.")),
    _column("amount", "Amount|Belopp*", "amount", "180000", words("Excluding VAT.")),
    _YEAR,
    _column(
        "codes",
        "Code string|Kodsträng",
        "text",
        "4100-56",
        words("How it is booked, as it is written."),
    ),
    _column(
        "invoiced",
        "Invoiced before|Fakturerat tidigare",
        "amount",
        "60000",
        words("What of the line was invoiced and approved before."),
    ),
    _column(
        "as_of",
        "As of|Per den",
        "day",
        "2026-10-31",
        words("The day as of which that was invoiced."),
    ),
    _column(
        "evidence", "Evidence|Underlag", "text", "Reskontran 2026-10-31", words("What says so.")
    ),
)
BALANCES = _table(
    "balances",
    "Opening balances|Ingående balanser",
    _AGREEMENT,
    _column(
        "as_of",
        "As of|Per den*",
        "day",
        "2026-10-31",
        words("The day as of which that was invoiced."),
    ),
    _column(
        "amount",
        "Amount|Belopp*",
        "amount",
        "979000",
        words("Invoiced and approved before, excluding VAT, and of no order in the other sheet."),
    ),
    _YEAR,
    _BUYER,
    _SUPPLIER,
    _UNIT,
    _KIND,
    _column("what", "What|Avser", "text", "Kurser 2023–2025", words("What it was for.")),
    _column(
        "evidence", "Evidence|Underlag*", "text", "Reskontran 2026-10-31", words("What says so.")
    ),
    _column(
        "beyond",
        "Beyond a limit|Över gräns",
        "yes",
        "",
        words("yes, where it is to be recorded although a limit is passed: it is then flagged."),
    ),
)
SHEETS = (AGREEMENTS, LIMITS, ORDERS, BALANCES)


def sheet_of(name: str) -> Sheet | None:
    """The sheet that is called so, in either language."""
    asked = head(name)
    return next((one for one in SHEETS if asked in (head(one.english), head(one.swedish))), None)


def column_of(sheet: Sheet, written: str) -> Column | None:
    """The column whose head it is, in either language; a star may stand after it."""
    asked = head(written)
    some = (one for one in sheet.columns if asked in (head(one.english), head(one.swedish)))
    return next(some, None)
