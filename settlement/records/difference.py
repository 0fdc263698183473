"""The difference of two statements, line by line: what an adjustment note says.

The problem: an issued statement stands. When a late ticket makes 2,000.00 into 6,000.00, the other party needs to see
which line changed, from what to what, and that the statement and its notes together are what would be stated today.

Example: availability 99.7, 2,000.00 becomes 99.4, 6,000.00: one line, amount and net +4,000.00. Issued 2,000.00 and the
note 4,000.00 are the 6,000.00 of the recalculated statement.

Limits: both statements are in one currency; a contract that changed its currency needs a statement of its own, and that
is refused (CurrencyMismatch) rather than added up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.errors import CurrencyMismatch, PrivityError
from domain.money import Money
from settlement.records.documents import RecordLine, StatementDocument

__all__ = ["Difference", "LineDifference", "TermDifference", "applied", "difference"]

_SAID = ("provider", "claim_by", "is_sole_remedy", "counts_toward_damages")


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line before and after; None where there was no such line, or is none any more."""

    before: RecordLine | None
    after: RecordLine | None

    @property
    def line(self) -> RecordLine:
        """The line as it is now, or as it was."""
        found = self.after if self.after is not None else self.before
        if found is None:
            raise PrivityError("A difference of no line with no line says nothing.")
        return found

    @property
    def amount(self) -> Money:
        """By how much the line's own credit changes."""
        zero = Money.zero(self.line.amount.currency)
        before = zero if self.before is None else self.before.amount
        return (zero if self.after is None else self.after.amount) - before

    @property
    def net(self) -> Money:
        """By how much what is left of it changes."""
        zero = Money.zero(self.line.net.currency)
        before = zero if self.before is None else self.before.net
        return (zero if self.after is None else self.after.net) - before


@dataclass(frozen=True, slots=True)
class TermDifference:
    """Something else that a statement says, as text: by when to claim, whether credits are the only remedy."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What makes one statement into another. Amounts are after less before: a positive ``net`` is a further credit."""

    lines: tuple[LineDifference, ...]
    bonuses: tuple[LineDifference, ...]
    earned_back: Money
    gross: Money
    net: Money
    terms: tuple[TermDifference, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether the two say the same."""
        return not (self.lines or self.bonuses or self.earned_back or self.terms)


def difference(before: StatementDocument, after: StatementDocument) -> Difference:
    """The difference of two statements of one agreement, consumer and period.

    Raises CurrencyMismatch where they are in two currencies, and PrivityError where they are not of the same thing.
    """
    if (before.agreement, before.consumer, before.period) != (after.agreement, after.consumer, after.period):
        raise PrivityError("Only two statements of one agreement, consumer and period have a difference.")
    if before.currency != after.currency:
        raise CurrencyMismatch(
            f"The statement was issued in {before.currency} and is in {after.currency} now: settle the issued one, and "
            "state the rest under the agreement in its new currency."
        )
    terms = tuple(
        TermDifference(name, _text(getattr(before, name)), _text(getattr(after, name)))
        for name in _SAID
        if getattr(before, name) != getattr(after, name)
    )
    return Difference(
        _lines(before.lines, after.lines),
        _lines(before.bonuses, after.bonuses),
        after.earned_back - before.earned_back,
        after.gross - before.gross,
        after.net - before.net,
        terms,
    )


def applied(document: StatementDocument, change: Difference) -> StatementDocument:
    """A statement with an adjustment note: the statement that would be made today.

    Raises PrivityError where the note is not of this statement: a line is not what the note says that it was.
    """
    terms = {each.name: each for each in change.terms}
    claim_by = terms.get("claim_by")
    sole, damages = terms.get("is_sole_remedy"), terms.get("counts_toward_damages")
    return replace(
        document,
        lines=_applied(document.lines, change.lines),
        bonuses=_applied(document.bonuses, change.bonuses),
        gross=document.gross + change.gross,
        earned_back=document.earned_back + change.earned_back,
        net=document.net + change.net,
        provider=terms["provider"].after or "" if "provider" in terms else document.provider,
        claim_by=document.claim_by if claim_by is None else _date(claim_by.after),
        is_sole_remedy=document.is_sole_remedy if sole is None else _flag(sole.after),
        counts_toward_damages=document.counts_toward_damages if damages is None else _flag(damages.after),
    )


def _keyed(lines: Iterable[RecordLine]) -> dict[tuple[str, ...], RecordLine]:
    """Lines by what tells them apart; two that nothing tells apart by their place."""
    found: dict[tuple[str, ...], RecordLine] = {}
    for line in sorted(lines, key=lambda each: each.order):
        place = 0
        while (*line.key, f"{place:06d}") in found:
            place += 1
        found[(*line.key, f"{place:06d}")] = line
    return found


def _lines(before: Sequence[RecordLine], after: Sequence[RecordLine]) -> tuple[LineDifference, ...]:
    old, new = _keyed(before), _keyed(after)
    return tuple(
        LineDifference(old.get(key), new.get(key))
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    )


def _applied(lines: Sequence[RecordLine], changes: Sequence[LineDifference]) -> tuple[RecordLine, ...]:
    left = list(lines)
    for change in changes:
        if change.before is not None:
            if change.before not in left:
                raise PrivityError(
                    f"The adjustment note is not of this statement: it has no line {change.before.label} of "
                    f"{change.before.net.text()} {change.before.net.currency}."
                )
            left.remove(change.before)
        if change.after is not None:
            left.append(change.after)
    return tuple(sorted(left, key=lambda line: line.order))


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _flag(text: str | None) -> bool | None:
    return None if text is None else text == "True"
