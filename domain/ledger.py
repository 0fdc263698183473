"""What a provider earned back of its credits, and what became of it: a ledger of entries, never a running total.

The problem: half of a credit comes back after six good months, is set off against the next credit, and ends with the
contract. Somebody who kept only a balance could not say in a dispute where it came from; so entries are kept, and the
balance is what they fold to (3.5).

Example: 1,000.00 credited in January, six months met: 500.00 earned in July; August's credit of 300.00 uses 300.00, and
200.00 are left.

    >>> balance([Entry(EntryKind.EARNED, "2026-07", Money(Decimal(500), "GBP")),
    ...          Entry(EntryKind.USED, "2026-08", Money(Decimal(300), "GBP"))], "GBP").text()
    '200.00'

Limits: what was earned first is used first. Entries are in whole minor units.

References: 3.5 "Earn-back"; ruling 28 of the design.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.agreements import Agreement, CapPer
from domain.credits.caps import span_start
from domain.durations import Duration
from domain.money import Money, total
from domain.periods import Period
from domain.remedies import EarnBack, EarnedAs, Expires

__all__ = ["Entry", "EntryKind", "Lot", "after_month", "balance", "lots", "taken_in"]


class EntryKind(StrEnum):
    """What happened to the money of a ledger."""

    EARNED = "EARNED"
    USED = "USED"
    EXPIRED = "EXPIRED"
    REFUNDED = "REFUNDED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what happened in a month's statement, to how much, and which credit was earned back or expired.

    ``level``, ``service`` and ``credited`` (the credit's own period) name that credit; a use or a refund names none.
    """

    kind: EntryKind
    month: str
    amount: Money
    level: str | None = None
    service: str | None = None
    credited: str | None = None

    @property
    def credit(self) -> tuple[str | None, str | None, str | None]:
        """The credit that was earned back."""
        return (self.level, self.service, self.credited)


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one credit that was earned back."""

    earned: Entry
    left: Money


def lots(entries: Sequence[Entry]) -> tuple[Lot, ...]:
    """What is left of each credit that was earned back, earliest first; spent and expired ones are left out."""
    found: list[Lot] = []
    for entry in entries:
        if entry.kind is EntryKind.EARNED:
            found.append(Lot(entry, entry.amount))
        elif entry.kind is EntryKind.EXPIRED:
            found = [
                Lot(lot.earned, lot.left - entry.amount) if lot.earned.credit == entry.credit else lot
                for lot in found
            ]
        else:
            found = _spent(found, entry.amount)
    return tuple(lot for lot in found if lot.left)


def _spent(found: Sequence[Lot], amount: Money) -> list[Lot]:
    for place, lot in enumerate(found):
        if amount < lot.left:
            return [Lot(lot.earned, lot.left - amount), *found[place + 1 :]]
        amount -= lot.left
    return []


def balance(entries: Sequence[Entry], currency: str) -> Money:
    """What is earned and neither used, refunded nor expired."""
    earned = total((each.amount for each in entries if each.kind is EntryKind.EARNED), currency)
    return earned - total((each.amount for each in entries if each.kind is not EntryKind.EARNED), currency)


def taken_in(entries: Sequence[Entry], month: str, currency: str) -> Money:
    """What a month's statement is less by: what it used, or refunded."""
    if not entries:
        return Money.zero(currency)
    taken = (EntryKind.USED, EntryKind.REFUNDED)
    return total((each.amount for each in entries if each.month == month and each.kind in taken), currency)


def after_month(
    entries: Sequence[Entry],
    agreement: Agreement,
    terms: EarnBack,
    month: Period,
    due: Money,
    earned: Sequence[Entry],
) -> tuple[Entry, ...]:
    """The ledger after one more month: what expired, was used or refunded, was earned, and ended with the contract.

    ``due`` is what the month's lines come to. What the month earned is usable from the next (ruling 28 of the design).
    """
    if not entries and not earned:
        return ()
    found = list(entries)
    ended: list[Lot] = []
    if terms.expires not in (None, Expires.TERMINATION):
        ended = [lot for lot in lots(found) if _has_ended(lot.earned, terms.expires, agreement, month)]
    found += [_expired(lot, month) for lot in ended]
    available = balance(found, due.currency)
    if terms.earned_as is EarnedAs.OFFSET:
        used = min(available, max(due, Money.zero(due.currency)))
        if used:
            found.append(Entry(EntryKind.USED, month.name, used))
    elif available:
        found.append(Entry(EntryKind.REFUNDED, month.name, available))
    found += earned
    if terms.expires is Expires.TERMINATION and month.first <= agreement.last <= month.last:
        found += [_expired(lot, month) for lot in lots(found)]
    return tuple(found)


def _expired(lot: Lot, month: Period) -> Entry:
    earned = lot.earned
    return Entry(EntryKind.EXPIRED, month.name, lot.left, earned.level, earned.service, earned.credited)


def _has_ended(
    earned: Entry, expires: Expires | Duration | None, agreement: Agreement, month: Period
) -> bool:
    """Whether what was earned can no longer be set against a month's credits, which fall due on its last day."""
    if expires is None or expires is Expires.TERMINATION:
        return False
    since = Period.parse(earned.month)
    if isinstance(expires, Duration):
        return expires.after(since.last) < month.last
    per = CapPer.YEAR if expires is Expires.YEAR else CapPer.CONTRACT_YEAR
    return span_start(agreement, per, since.first) != span_start(agreement, per, month.first)
