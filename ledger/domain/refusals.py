"""Every way the ledger says no, drawn as a tree.

    Refusal
    ├── NotFound        there is no such thing, or not for you to see
    ├── Forbidden       who you are does not allow it
    ├── Invalid         the words of the request cannot be what was meant
    ├── Conflict        the request is sound; the state of things says no
    └── Unavailable     nothing was decided; ask again

A refusal's `sentence` is an English template with the figures by name; `ledger.wording` fills it
in English or Swedish, so that API, page and command line say the same. `type` is stable: programs
may rely on it. Figures are amounts (`Amount`), dates, numbers, texts, or lists of them.
"""

from datetime import date
from typing import ClassVar

import msgspec


class Amount(msgspec.Struct, frozen=True):
    """An amount that is to be read by people: öre, excluding VAT, and its currency."""

    ore: int
    currency: str


class LimitOver(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that would be passed: all in öre. `fits` is what could still be asked for."""

    limit: str
    cap: Amount
    used: Amount
    asked: Amount
    over: Amount
    fits: Amount


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a request, at its place (a JSON pointer), as a sentence template and figures."""

    pointer: str
    sentence: str
    figures: dict[str, str] = {}


Figure = Amount | LimitOver | Fault | str | int | date | None
Figures = Figure | tuple[Figure, ...]


class Refusal(Exception):
    """Something that the ledger does not do, with the figures that the reader needs."""

    type: ClassVar[str] = "refused"
    title: ClassVar[str] = "Refused"
    sentence: ClassVar[str] = "The request was refused."

    def __init__(self, **figures: Figures) -> None:
        super().__init__(self.sentence)
        self.figures: dict[str, Figures] = figures

    def __str__(self) -> str:
        return f"{self.type}: {self.figures}"


# ── Not found ─────────────────────────────────────────────────────────────────────────────────


class NotFound(Refusal):
    """There is no such thing, or it is not for the one who asks to see: the two look the same."""

    type = "not-found"
    title = "Not found"
    sentence = "There is no {what} {name}."


# ── Forbidden ─────────────────────────────────────────────────────────────────────────────────


class Forbidden(Refusal):
    """None of the caller's roles allows it."""

    type = "forbidden"
    title = "Not allowed"
    sentence = "This needs one of the roles {roles}; you have {held}."


class FourEyes(Forbidden):
    """Whoever recorded may not decide: the municipalities' own rule of attestation."""

    type = "four-eyes"
    title = "Another person must approve"
    sentence = (
        "You recorded {drawdown} yourself; another person must approve or reject it "
        "(four-eyes principle)."
    )


class NotAParty(Forbidden):
    """Right role, wrong organisation: an order is answered by its own university, and so on."""

    type = "not-a-party"
    title = "Not your organisation's to decide"
    sentence = "Only {organisation} may do this on {name}; you act for {acting}."


class NotEntitled(Forbidden):
    """LOU 7 kap. 3 §: only the buyers named in the framework may call off under it."""

    type = "not-entitled"
    title = "Not an entitled buyer"
    sentence = (
        "{organisation} is not a named buyer of {agreement}; adding one is an amendment "
        "with a ground (LOU 7 kap. 3 §)."
    )


# ── Invalid ───────────────────────────────────────────────────────────────────────────────────


class Invalid(Refusal):
    """All faults of a request at once, each at its place."""

    type = "invalid"
    title = "The request has faults"
    sentence = "The request has {count} fault(s)."

    def __init__(self, *faults: Fault) -> None:
        super().__init__(count=len(faults), faults=faults)
        self.faults = faults


# ── Conflict ──────────────────────────────────────────────────────────────────────────────────


class Conflict(Refusal):
    """The request is sound; the state of things says no."""

    type = "conflict"
    title = "Not possible now"


class AlreadyExists(Conflict):
    """The number is taken; an agreement is never signed over."""

    type = "already-exists"
    title = "Exists already"
    sentence = "There is already a {what} {name}."


class DuplicateInvoice(Conflict):
    """The same supplier, invoice number, issue date and document type: one and the same invoice."""

    type = "duplicate-invoice"
    title = "The invoice is recorded already"
    sentence = (
        "Invoice {invoice} of {issued_on} from {supplier} is recorded already, as {drawdown} "
        "({status})."
    )


class CapExceeded(Conflict):
    """A hard limit would be passed. `limits` holds every one that would; the figures are in öre.

    `limit`, `cap`, `used`, `asked` and `over` are those of the limit passed by most; `fits` is
    what all of them have room for. Source: EU Court C-216/17, C-23/20; HFD 2022 ref. 4.
    """

    type = "cap-exceeded"
    title = "Over the cap"
    sentence = (
        "{asked} does not fit: it would pass {limit} by {over}. Of {cap}, {used} is in use; "
        "at most {fits} fits."
    )

    def __init__(self, limits: tuple[LimitOver, ...]) -> None:
        worst = max(limits, key=lambda limit: limit.over.ore)
        super().__init__(
            limits=limits,
            limit=worst.limit,
            cap=worst.cap,
            used=worst.used,
            asked=worst.asked,
            over=worst.over,
            fits=min((limit.fits for limit in limits), key=lambda amount: amount.ore),
        )


class AgreementNotOpen(Conflict):
    """Orders are placed and enlarged under an active agreement only."""

    type = "agreement-not-open"
    title = "The agreement is not open for orders"
    sentence = "{agreement} is {status}: no orders can be placed or enlarged under it."


class OutsideTerm(Conflict):
    """The order date decides, and the term's last day counts."""

    type = "outside-term"
    title = "Outside the term"
    sentence = (
        "{agreement} is in force from {starts_on} to {ends_on}, both days included; the order is "
        "dated {ordered_on}."
    )


class DeliveryAfterTerm(Conflict):
    """Only where the agreement's policy says so may a course end after the term."""

    type = "delivery-after-term"
    title = "Delivered after the term"
    sentence = (
        "The course would end on {delivered_on}, after the term of {agreement} ({ends_on}), and "
        "the agreement does not allow delivery after its term."
    )


class WrongStatus(Conflict):
    """What is asked cannot be done from this status: see the diagrams in README.md."""

    type = "wrong-status"
    title = "Not possible in this status"
    sentence = "{name} is {status}; to {action} it, it must be {needed}."


class NotDue(Conflict):
    """The calendar does not bring about what was asked for, on that day."""

    type = "not-due"
    title = "Not due"
    sentence = "Nothing is due for {name} on {on}."


class TermTooLong(Conflict):
    """LOU 7 kap. 2 §: four years, unless there are special reasons."""

    type = "term-too-long"
    title = "The term is longer than the policy allows"
    sentence = (
        "The term would be {months} months; the policy of {agreement} allows {longest}. A longer "
        "one needs its legal ground in the policy (LOU 7 kap. 2 §)."
    )


class NotCovered(Conflict):
    """LOU 17 kap. 9, 11 and 12 §§: the change is larger than its ground carries. Figures in öre."""

    type = "not-covered"
    title = "The ground does not cover the amendment"
    sentence = (
        "The change is {asked}; with earlier changes on the same ground the net is {net}. "
        "{ground} covers less than {bound} of the original {original}. It can be recorded as not "
        "covered, and then does not change the cap."
    )


class GroundNotUsable(Conflict):
    """LOU 17 kap.: the ground cannot carry such a change, or lacks what it must name."""

    type = "ground-not-usable"
    title = "The ground does not fit the amendment"
    sentence = "{ground} cannot carry this change: {reason}"


class NoSuchExtension(Conflict):
    """Only options agreed at signing extend the term, each once."""

    type = "no-such-extension"
    title = "There is no such option"
    sentence = "{agreement} has {options} extension option(s), of which {used} are used."


class BelowInvoiced(Conflict):
    """An order cannot be made smaller than its net invoiced amount; figures in öre."""

    type = "below-invoiced"
    title = "Less than what is invoiced already"
    sentence = "The order would be {asked}, but {invoiced} of it is invoiced already."


class TooManySeats(Conflict):
    """More seats would be cancelled than the line has."""

    type = "too-many-seats"
    title = "More seats than the line has"
    sentence = "Line {line} has {quantity} seat(s); {asked} cannot be cancelled."


class ShareInUse(Conflict):
    """A buyer moves to another what of its share is unused; figures in öre."""

    type = "share-in-use"
    title = "More than what is unused of the share"
    sentence = "{organisation} has {unused} unused of its share; {asked} cannot be moved."


class RechargeTooLarge(Conflict):
    """A recharge takes back at most what the member carries of the invoice; figures in öre."""

    type = "recharge-too-large"
    title = "More than the member's share"
    sentence = "{member} carries {left} more of {drawdown}; {asked} cannot be recharged."


class TooFewSeats(Conflict):
    """Nobody gives or cancels seats that they do not have."""

    type = "too-few-seats"
    title = "Fewer seats than were asked for"
    sentence = "{organisation} has {seats} seat(s) of {order}; {asked} were asked for."


class FeeTooHigh(Conflict):
    """A cancellation keeps at most what it cancels; figures in öre."""

    type = "fee-too-high"
    title = "The fee is higher than what is cancelled"
    sentence = "The fee {fee} is higher than the {cancelled} that is cancelled."


class CurrencyDiffers(Conflict):
    """An agreement has one currency, and nothing is converted."""

    type = "currency-differs"
    title = "Another currency"
    sentence = "The invoice is in {currency}; {agreement} is in {expected}."


class NotUnderAgreement(Conflict):
    """An invoice draws orders of one agreement."""

    type = "not-under-agreement"
    title = "Not an order of this agreement"
    sentence = "{order} is not an order under {agreement}."


class SupplierDiffers(Conflict):
    """An invoice draws orders placed with its own supplier."""

    type = "supplier-differs"
    title = "Another supplier"
    sentence = "The invoice is from {supplier}; {order} was placed with {expected}."


class CreditTooLarge(Conflict):
    """Credits of an invoice take back at most its amount; figures in öre."""

    type = "credit-too-large"
    title = "More than what is left to credit"
    sentence = "The credit is {asked}; of {drawdown}, {left} is left to credit."


class RoomNotChosen(Conflict):
    """The approver of a credit says where its room goes: nobody guesses it."""

    type = "room-not-chosen"
    title = "Say where the room goes"
    sentence = (
        "{drawdown} is a credit: say whether its room goes back to the cap or back to the order "
        "(room: cap or order)."
    )


class OrderEnded(Conflict):
    """An order that has ended has no use for room."""

    type = "order-ended"
    title = "The order has ended"
    sentence = "{order} is {status}: room cannot go back to it, only to the cap."


class Unmatched(Conflict):
    """A received invoice that no order can be found for: it waits in the queue for a person."""

    type = "unmatched"
    title = "The invoice matches no order"


class SupplierUnread(Unmatched):
    type = "supplier-unread"
    sentence = "The supplier's organisation number is missing or wrong in the invoice."


class NoOrderNamed(Unmatched):
    type = "no-order-named"
    sentence = "The invoice names no order (BT-13)."


class OrderUnknown(Unmatched):
    type = "order-unknown"
    sentence = "There is no order {order}."


class OrderAmbiguous(Unmatched):
    type = "order-ambiguous"
    sentence = "{reference} is the reference of several orders: {orders}."


class KeyReused(Conflict):
    """An Idempotency-Key belongs to one body for ever."""

    type = "key-reused"
    title = "The key was used for something else"
    sentence = "The Idempotency-Key {key} was used before, with another body."


class VersionDiffers(Conflict):
    """What `If-Match` named is no longer what is there."""

    type = "version-differs"
    title = "Changed meanwhile"
    sentence = "{name} is at version {version}, not {expected}: somebody changed it meanwhile."


# ── Unavailable ───────────────────────────────────────────────────────────────────────────────


class Unavailable(Refusal):
    """Nothing was decided or recorded; the same request may be made again."""

    type = "unavailable"
    title = "Not available now"
    sentence = "The database cannot be reached. Nothing was recorded; try again shortly."


class Busy(Unavailable):
    """Somebody was first each time, a bounded number of times (`ledger.bounds`)."""

    type = "busy"
    title = "Too many at the same time"
    sentence = (
        "Others changed {name} {tries} times while this was decided. Nothing was recorded; "
        "try again shortly."
    )
