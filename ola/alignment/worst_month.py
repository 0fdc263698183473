"""``WORST_MONTH``: what a month in which everything fails would cost the provider, and what it could recover.

The problem: a provider knows what its contracts cost when all goes well. What it stands to lose when nothing does is
the sum of every credit at its deepest, less what its suppliers owe at theirs, and the two were negotiated apart.

Example: online banking at 30 % of 40,000.00 costs 12,000.00 at worst. The host's contract returns 25 % of 6,000.00 at
most, 1,500.00, the line's 10 % of 3,000.00, 300.00: of 12,000.00 the provider keeps 10,200.00.

The way: each level that carries a credit is at its worst value in one month, and levels of longer periods end in it;
the agreement's caps come after, in the order written, with nothing used before. The same is asked of each supplier's
contract directly under the agreement, for the services by which it stands there.

Limits: what one contract returns may have to serve several agreements above it, and is told under each. Earn-back,
notice and claims are left out, rules for one incident too: a worst month has an incident for each level. A month's
credits that pass through a supplier's contract are the whole of the customers'. Nothing is told of an agreement without
a supplier's contract under it. Of more than `MOST_NAMED` contracts those that return most are named; all of them count.
"""

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Final

from domain.agreements import Agreement, AgreementType, AvailabilityMetric, PassThroughCredit, ServiceLevel
from domain.credits.base import Due
from domain.credits.caps import CapRoom, apply_caps, cap_limit
from domain.credits.lint.most import least_miss, level_cap, most_of
from domain.credits.miss import Miss
from domain.credits.scheme import case_of, credit_amount, is_calculated
from domain.findings import Finding, FindingKind, Severity
from domain.money import decimal_text, rounded
from domain.periods import Period, PeriodKind, PeriodRule
from domain.rates import rate_on
from ola.alignment.under import Under, contracts_under
from ola.alignment.underpinning import Underpinning, agreed_service_time

__all__ = ["MOST_NAMED", "most_of_month", "worst_month"]

MOST_NAMED: Final = 20
"""So many suppliers' contracts are named in a finding; of more, those that return most."""


def worst_month(underpinning: Underpinning, agreement: Agreement) -> tuple[Finding, ...]:
    """What stays with the provider of an SLA in its worst month, where suppliers' contracts stand under it."""
    if agreement.type is not AgreementType.SLA or all(level.credit is None for level in agreement.levels):
        return ()
    suppliers = [under for under in contracts_under(underpinning, agreement) if under.is_supplier]
    if not suppliers:
        return ()
    day = min(max(underpinning.day, agreement.first), agreement.last)
    month = PeriodRule.month().containing(day)
    payable = most_of_month(underpinning, agreement, month, agreement.services, None)
    known: dict[tuple[object, ...], Fraction | None] = underpinning.remembered(("most of", month), dict)
    returned: list[tuple[str, Fraction]] = []
    for under in suppliers:
        most = _most_below(underpinning, under, month, payable, known)
        if most is None:
            # What nothing bounds below returns whatever is owed above.
            return ()
        rate = rate_on(underpinning.portfolio.rates, under.agreement.currency, agreement.currency, month.last)
        if most and rate is not None:
            returned.append((under.agreement.name, most if rate == 1 else most * rate))
    recoverable = _total(amount for _, amount in returned)
    if payable is not None and payable <= recoverable:
        return ()
    return (_told(agreement, payable, recoverable, returned, [under.agreement.name for under in suppliers]),)


def _total(amounts: Iterable[Fraction]) -> Fraction:
    """The sum of many amounts, of which most have the same few denominators."""
    sums: dict[int, int] = {}
    for amount in amounts:
        sums[amount.denominator] = sums.get(amount.denominator, 0) + amount.numerator
    return sum((Fraction(each, of) for of, each in sums.items()), start=Fraction(0))


def _most_below(
    underpinning: Underpinning,
    under: Under,
    month: Period,
    payable: Fraction | None,
    known: dict[tuple[object, ...], Fraction | None],
) -> Fraction | None:
    """The most that a contract returns in a month; worked out once where it does not depend on what is owed above."""
    contract = under.agreement
    key = (contract.name, under.services)
    if key in known:
        return known[key]
    most = most_of_month(underpinning, contract, month, under.services, payable)
    if not any(isinstance(level.credit, PassThroughCredit) for level in contract.levels):
        known[key] = most
    return most


def _told(
    agreement: Agreement,
    payable: Fraction | None,
    recoverable: Fraction,
    returned: Sequence[tuple[str, Fraction]],
    suppliers: Sequence[str],
) -> Finding:
    def money(amount: Fraction) -> str:
        return decimal_text(rounded(amount, agreement.currency).fraction, least=2)

    named = sorted(sorted(returned, key=lambda each: (-each[1], each[0]))[:MOST_NAMED])
    parts = [f"{name} {money(amount)}" for name, amount in named]
    if len(returned) > len(named):
        parts.append(f"and {len(returned) - len(named)} others")
    cited = sorted(suppliers)
    if len(cited) > MOST_NAMED:
        cited = [name for name, _ in named]
    back = f"{money(recoverable)} come back ({', '.join(parts)})" if parts else "nothing comes back"
    figures = {"recoverable": decimal_text(recoverable)}
    if payable is None:
        said = f"The credits of {agreement.name} have no upper end, and of a month in which everything fails {back}."
        severity, cure = Severity.WARNING, f"Agree a cap for a month in {agreement.name}."
    else:
        figures |= {"payable": decimal_text(payable), "gap": decimal_text(payable - recoverable)}
        said = (
            f"A month in which everything fails costs {money(payable)} {agreement.currency} under {agreement.name}, of "
            f"which {back}: {money(payable - recoverable)} stay with {agreement.provider}."
        )
        severity = Severity.INFO
        cure = "Agree credits below that return what is owed above, a lower cap above, or set the difference aside."
    return Finding(
        "WORST_MONTH", severity, FindingKind.ALIGNMENT, said, agreement.name,
        clauses=(agreement.name, *cited), figures=figures, cure=cure,
    )  # fmt: skip


def most_of_month(
    underpinning: Underpinning,
    agreement: Agreement,
    month: Period,
    services: Collection[str],
    passed: Fraction | None,
) -> Fraction | None:
    """The most that an agreement's levels on some services can credit in a month after its caps; None: unbounded.

    ``passed`` are the customers' credits that a contract may pass through.
    """
    total: Fraction | None = Fraction(0)
    for consumer in _consumers(agreement):
        most = _most_for(underpinning, agreement, month, services, passed, consumer)
        total = None if total is None or most is None else total + most
    return total


def _most_for(
    underpinning: Underpinning,
    agreement: Agreement,
    month: Period,
    services: Collection[str],
    passed: Fraction | None,
    consumer: str,
) -> Fraction | None:
    total: Fraction | None = Fraction(0)
    for level in agreement.levels:
        if level.credit is None or not is_calculated(level):
            continue
        on = [each for each in underpinning.standing.services(agreement, level) if each in services]
        if isinstance(level.credit, PassThroughCredit):
            most = _most_passed(agreement, level, on, month, passed, consumer)
            total = None if total is None or most is None else total + most
            continue
        for service in on:
            most = _most_of_level(agreement, level, service, month, consumer)
            total = None if total is None or most is None else total + most
    due = Due.of(agreement, month, consumer)
    for cap in agreement.caps:
        limit = cap_limit(agreement, cap, due)
        total = limit if total is None else apply_caps([total], [CapRoom(cap, limit, Fraction(0))])[0]
    return total


def _most_of_level(
    agreement: Agreement, level: ServiceLevel, service: str, month: Period, consumer: str
) -> Fraction | None:
    """The most that a level on one service credits in a month: of weeks, all that end in it."""
    if level.period.kind is PeriodKind.DAY_WINDOW:
        periods: tuple[Period, ...] = (month,)
    elif level.period.kind is PeriodKind.WEEK:
        periods = tuple(level.period.ending_in(month))
    else:
        periods = (level.period.containing(min(month.last, agreement.last)),)
    total = Fraction(0)
    for period in periods:
        due = Due.of(agreement, period, consumer)
        if due.first > due.last:
            continue
        most = most_of(agreement, level, service, due)
        if most is None:
            most = _at_nought(agreement, level, service, due)
        if most is None:
            return None
        total += most
    return total


def _most_passed(
    agreement: Agreement,
    level: ServiceLevel,
    on: Sequence[str],
    month: Period,
    passed: Fraction | None,
    consumer: str,
) -> Fraction | None:
    """The most that passes through a level, up to its own cap; nothing where it is on none of the services."""
    if not on or not isinstance(level.credit, PassThroughCredit):
        return Fraction(0)
    due = Due.of(agreement, level.period.containing(min(month.last, agreement.last)), consumer)
    case = case_of(agreement, level, level.credit, on[0], least_miss(level, due), due)
    cap = level_cap(level.credit, case)
    return cap if passed is None else passed if cap is None else min(passed, cap)


def _at_nought(agreement: Agreement, level: ServiceLevel, service: str, due: Due) -> Fraction | None:
    """What an availability of 0 costs, where the scheme itself has no upper end: a period has only so many hours."""
    if not isinstance(level.metric, AvailabilityMetric):
        return None
    target = level.target.on(due.first) or level.target.steps[-1].threshold
    whole = Fraction(agreed_service_time(agreement, level, due.first, due.last).total())
    nought = Fraction(0)
    found = credit_amount(agreement, level, service, Miss(nought, nought, target, whole), due)
    return None if found is None else found.amount


def _consumers(agreement: Agreement) -> tuple[str, ...]:
    """Whose charges are the base: the consumer's; of "*" each customer's with a price of its own, and all others'."""
    if agreement.consumer != "*":
        return (agreement.consumer,)
    named = {charge.customer for charge in agreement.charges} - {None}
    return (*sorted(name for name in named if name is not None), "*") if named else ("*",)
