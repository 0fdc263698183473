"""Two settlements side by side: what was, and what would have been.

The problem: "what would this amendment have changed in March?", "what if that host fails for four hours?" and "what if
we had a second line?" are one question: the same months, settled twice, and where the two differ. So every what-if is
settled by the same rules as the months themselves, and only the difference is worked out here.

Example: online banking attained 99.856 in April and its provider paid 2,000.00. With a second line it would have
attained 99.98: one promise is no longer missed, and 2,000.00 less are payable.

Limits: nothing is judged here. A row is listed where its figures differ; what is the same on both sides is counted
only. Amounts of different currencies are never added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from domain.agreements import AgreementType
from domain.attainment import Attainment, AttainmentStatus
from domain.findings import Finding
from domain.money import Money
from domain.periods import Period
from settlement.merging import merged
from settlement.results import Breach, CreditImpact, PartyImpact, RightStatus, Settlement, Statement

__all__ = [
    "AttainmentChange",
    "Change",
    "Comparison",
    "ImpactChange",
    "MoneyChange",
    "PartyChange",
    "RightChange",
    "StatementChange",
    "compare",
]

_Row = TypeVar("_Row")
_Key = TypeVar("_Key", bound=tuple[str, ...])


class Change(StrEnum):
    """How a promise comes out on the second side, seen from the first."""

    NEWLY_MISSED = "NEWLY_MISSED"
    NO_LONGER_MISSED = "NO_LONGER_MISSED"
    WORSE = "WORSE"
    """On the same side of its target as before, with a smaller margin."""
    BETTER = "BETTER"
    ADDED = "ADDED"
    """Judged on the second side only."""
    REMOVED = "REMOVED"
    """Judged on the first side only."""
    OTHER = "OTHER"
    """Its figures differ, its margin does not: its status without data, or its evidence."""


@dataclass(frozen=True, slots=True)
class MoneyChange:
    """An amount on both sides."""

    before: Money
    after: Money

    @property
    def difference(self) -> Money:
        """What the second side has more than the first; negative where it has less."""
        return self.after - self.before

    def __bool__(self) -> bool:
        return bool(self.difference)


@dataclass(frozen=True, slots=True)
class AttainmentChange:
    """A promise whose figures differ; a side on which it is not judged is None."""

    before: Attainment | None
    after: Attainment | None
    breach: Breach | None
    """The miss on the second side, with its trace; None where nothing is missed there."""

    @property
    def attainment(self) -> Attainment:
        """The second side, or the first where the second has none."""
        found = self.after if self.after is not None else self.before
        if found is None:
            raise ValueError("A change is of something that one side has at least.")
        return found

    @property
    def change(self) -> Change:
        """How it comes out."""
        if self.before is None:
            return Change.ADDED
        if self.after is None:
            return Change.REMOVED
        was, would = (each.status is AttainmentStatus.MISSED for each in (self.before, self.after))
        if was != would:
            return Change.NEWLY_MISSED if would else Change.NO_LONGER_MISSED
        margins = (self.before.margin, self.after.margin)
        if margins[0] is None or margins[1] is None or margins[0] == margins[1]:
            return Change.OTHER
        return Change.WORSE if margins[1] < margins[0] else Change.BETTER


@dataclass(frozen=True, slots=True)
class StatementChange:
    """The statement of an agreement for a consumer and a month whose net differs."""

    agreement: str
    type: AgreementType
    provider: str
    consumer: str
    period: Period
    net: MoneyChange


@dataclass(frozen=True, slots=True)
class PartyChange:
    """What one answerable party causes and owes on both sides; ``party`` None is the contracts themselves."""

    party: str | None
    caused: MoneyChange
    recoverable: MoneyChange
    internal: MoneyChange
    gap: MoneyChange
    over_recovery: MoneyChange

    def __bool__(self) -> bool:
        return any((self.caused, self.recoverable, self.internal, self.gap, self.over_recovery))


@dataclass(frozen=True, slots=True)
class ImpactChange:
    """Both sides of the money, on both sides of the comparison, in one currency; parties whose amounts differ."""

    currency: str
    payable: MoneyChange
    recoverable: MoneyChange
    internal: MoneyChange
    gap: MoneyChange
    over_recovery: MoneyChange
    parties: tuple[PartyChange, ...]


@dataclass(frozen=True, slots=True)
class RightChange:
    """A right to end an agreement that stands otherwise; a side that does not have it is None."""

    agreement: str
    name: str
    before: RightStatus | None
    after: RightStatus | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where two settlements of the same months differ, everything in the order in which it is printed."""

    months: tuple[Period, ...]
    before: Settlement
    after: Settlement
    attainments: tuple[AttainmentChange, ...]
    same: int
    """How many attainments are the same on both sides."""
    statements: tuple[StatementChange, ...]
    impacts: tuple[ImpactChange, ...]
    rights: tuple[RightChange, ...]
    appeared: tuple[Finding, ...]
    """The findings of the second side that the first does not have."""
    gone: tuple[Finding, ...]
    """The findings of the first side that the second does not have."""

    def of(self, change: Change) -> tuple[AttainmentChange, ...]:
        """The promises that come out in one way."""
        return tuple(each for each in self.attainments if each.change is change)


def compare(before: Sequence[Settlement], after: Sequence[Settlement]) -> Comparison:
    """The same months, settled twice, side by side: each side holds a settlement for each month, in order.

    Raises ValueError where the two are not of the same months.
    """
    months = tuple(each.period for each in before)
    if not months or months != tuple(each.period for each in after):
        raise ValueError("Settlements are compared month by month: both sides need the same months.")
    first, second = _whole(before), _whole(after)
    attainments, same = _attainments(first, second)
    return Comparison(
        months,
        first,
        second,
        attainments,
        same,
        _statements(first, second),
        _impacts(first, second),
        _rights(first, second),
        _without(second.findings, first.findings),
        _without(first.findings, second.findings),
    )


def _whole(months: Sequence[Settlement]) -> Settlement:
    return months[0] if len(months) == 1 else merged(months[-1].period, months)


def _paired(
    before: Mapping[_Key, _Row], after: Mapping[_Key, _Row]
) -> Iterable[tuple[_Key, _Row | None, _Row | None]]:
    """The rows of both sides by their keys, in the order of the keys."""
    for key in sorted({**before, **after}):
        yield key, before.get(key), after.get(key)


def _by_level(settlement: Settlement) -> dict[tuple[str, ...], Attainment]:
    return {_place(each): each for each in settlement.attainments}


def _place(each: Attainment) -> tuple[str, ...]:
    whose = each.of.customer or ""
    return (*each.of.order()[:3], whose, each.period.last.isoformat(), each.period.first.isoformat())


def _attainments(before: Settlement, after: Settlement) -> tuple[tuple[AttainmentChange, ...], int]:
    breaches = {_place(each.attainment): each for each in after.breaches}
    found: list[AttainmentChange] = []
    same = 0
    for key, was, would in _paired(_by_level(before), _by_level(after)):
        if was is not None and would is not None and _figures(was) == _figures(would):
            same += 1
            continue
        found.append(AttainmentChange(was, would, breaches.get(key)))
    return tuple(found), same


def _figures(each: Attainment) -> tuple[object, ...]:
    """What is printed of an attainment; the agreement's version behind it may be another."""
    return (
        each.status,
        each.unit,
        each.threshold,
        each.value,
        each.compared,
        each.numerator,
        each.denominator,
        each.margin,
    )


def _statements(before: Settlement, after: Settlement) -> tuple[StatementChange, ...]:
    def by_place(settlement: Settlement) -> dict[tuple[str, ...], Statement]:
        return {
            (each.agreement, each.consumer, each.period.last.isoformat(), each.net.currency): each
            for each in settlement.statements
        }

    found = []
    for _, was, would in _paired(by_place(before), by_place(after)):
        one = would or was
        if one is None:
            continue
        zero = Money.zero(one.net.currency)
        net = MoneyChange(zero if was is None else was.net, zero if would is None else would.net)
        if net:
            found.append(
                StatementChange(one.agreement, one.type, one.provider, one.consumer, one.period, net)
            )
    return tuple(found)


def _impacts(before: Settlement, after: Settlement) -> tuple[ImpactChange, ...]:
    def by_currency(settlement: Settlement) -> dict[tuple[str, ...], CreditImpact]:
        return {(each.currency,): each for each in settlement.credit_impact}

    found = []
    for (currency,), was, would in _paired(by_currency(before), by_currency(after)):
        none = _no_impact(currency)
        one, other = was or none, would or none
        found.append(
            ImpactChange(
                currency,
                MoneyChange(one.payable, other.payable),
                MoneyChange(one.recoverable, other.recoverable),
                MoneyChange(one.internal, other.internal),
                MoneyChange(one.gap, other.gap),
                MoneyChange(one.over_recovery, other.over_recovery),
                _parties(one, other),
            )
        )
    return tuple(found)


def _no_impact(currency: str) -> CreditImpact:
    zero = Money.zero(currency)
    return CreditImpact(currency, zero, zero, zero, zero, zero, ())


def _parties(before: CreditImpact, after: CreditImpact) -> tuple[PartyChange, ...]:
    def by_name(impact: CreditImpact) -> dict[tuple[str, ...], PartyImpact]:
        # The contracts themselves come last, as everywhere.
        return {("0", each.party) if each.party else ("1",): each for each in impact.parties}

    zero = Money.zero(before.currency)
    found = []
    for key, was, would in _paired(by_name(before), by_name(after)):
        change = PartyChange(
            key[1] if len(key) > 1 else None,
            *(
                MoneyChange(*(zero if each is None else getattr(each, name) for each in (was, would)))
                for name in ("caused", "recoverable", "internal", "gap", "over_recovery")
            ),
        )
        found += [change] if change else []
    return tuple(found)


def _rights(before: Settlement, after: Settlement) -> tuple[RightChange, ...]:
    def by_name(settlement: Settlement) -> dict[tuple[str, ...], RightStatus]:
        return {(each.agreement, each.name): each for each in settlement.rights}

    return tuple(
        RightChange(agreement, name, was, would)
        for (agreement, name), was, would in _paired(by_name(before), by_name(after))
        if _standing(was) != _standing(would)
    )


def _standing(right: RightStatus | None) -> tuple[object, ...]:
    if right is None:
        return ()
    return (right.status, right.accrued, right.exercisable_until, right.earliest_end, right.next_trigger)


def _without(findings: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    known = set(others)
    return tuple(sorted((each for each in findings if each not in known), key=Finding.order))
