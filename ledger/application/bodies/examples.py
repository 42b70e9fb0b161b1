"""Bodies to begin from, as the API's description shows them: the first year of one agreement."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "SignAgreement": {
        "number": "SKO-2023",
        "title": "Uppdragsutbildning för ledare",
        "currency": "SEK",
        "cap": "2000000.00",
        "buyers": [{"organisation": "2120002403", "name": "Härnösands kommun"}],
        "suppliers": [{"organisation": "2021004524", "name": "Mittuniversitetet"}],
        "signed_on": "2023-09-05",
        "starts_on": "2023-09-05",
        "ends_on": "2027-09-04",
        "limits": [{"name": "2024", "year": 2024, "amount": "900000.00", "effect": "hard"}],
        "regime": "lou_19a_direct",
        "policy": {"delivery_after_term": True},
    },
    "Amend": {
        "change": {"cap": "2150000.00"},
        "ground": "17:9",
        "decision": "KS 2026/12",
        "decided_on": "2026-01-20",
        "effective_on": "2026-01-20",
    },
    "PlaceOrder": {
        "course": "Strategiskt styrd kompetensutveckling",
        "unit": "Kommunledningskontoret",
        "challenge": "Våra data används inte när vi beslutar.",
        "credits": "7.5",
        "seats": 12,
        "starts_on": "2024-01-15",
        "ends_on": "2024-03-22",
        "ordered_on": "2023-11-20",
        "lines": [
            {"kind": "development", "text": "Utveckling", "amount": "60000.00", "year": 2024},
            {
                "kind": "delivery",
                "text": "Plats",
                "quantity": 12,
                "unit_price": "15000.00",
                "year": 2024,
            },
        ],
    },
    "Confirm": {"confirmed_on": "2023-11-28", "reference": "BEKR-2023-017"},
    "RecordDrawdown": {
        "invoice": "90012345",
        "issued_on": "2024-03-25",
        "type": "380",
        "amount": "240000.00",
        "vat": "60000.00",
    },
    "Reverse": {
        "invoice": "90012571",
        "issued_on": "2024-05-10",
        "type": "381",
        "amount": "15000.00",
        "room": "cap",
    },
    "Approve": {},
    "DecideFunding": {
        "name": "ESF",
        "funder": "Svenska ESF-rådet",
        "ceiling": "848000.00",
        "share": "53",
        "starts_on": "2023-11-01",
        "ends_on": "2025-06-30",
        "kinds": ["development", "delivery"],
        "decision": "ESF 2023/118",
        "decided_on": "2023-10-20",
    },
}
"""Name of the body's schema → a body that it takes."""
