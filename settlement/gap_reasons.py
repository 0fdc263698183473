"""Why a credit that customers get is not recovered, each reason with its exact amount.

The problem: nobody can negotiate the next contract with a vendor without knowing whether a cap, an exclusion, a looser
target, a smaller rate or no contract at all took the money (3.6).

Example (worked case 41): caused 1,200, recoverable 500 under a cap; without the cap 800 would come: CAP 300, RATE 400.

What no contract's obstacle can explain (our own failure, the customer's, no contract, a period not ended) takes its own
whole first. Of what is left the obstacles are lifted one after another, in the order of `GapCode`; each is worth what
the recoverable would rise by, at most what is left. The rest is TARGET up to what was caused where the supplier kept
its own promise, and RATE.

Limits: one party in one currency; statements in another are taken at the month's rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from domain.agreements import (
    Agreement,
    AvailabilityMetric,
    CompositeMetric,
    DurationMetric,
    OutageCountMetric,
    ServiceLevel,
)
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.metrics import TallyMetric, TicketMetric
from domain.money import Money, split
from ola.responsibility import Reason, Responsibility
from settlement.impact_month import Caused, ImpactMonth
from settlement.results import Breach, GapCode, GapReason, Statement
from settlement.through import part_through

_WHOLE = {
    Reason.MISALIGNED: GapCode.MISALIGNED,
    Reason.CUSTOMER: GapCode.CUSTOMER,
}

_SAYS = {
    GapCode.CLAIM_MISSED: "the credit was not claimed in time",
    GapCode.CAP: "a cap of the supplier's contract took the rest",
    GapCode.EXCLUSION: "the supplier's contract excuses what ours does not",
    GapCode.TARGET: "the supplier kept its own target: its promise is looser than ours",
    GapCode.RATE: "the supplier's contract pays a smaller percentage, or of a smaller base",
    GapCode.NOT_DUE: "the supplier's own period has not ended",
    GapCode.UNGOVERNED: "no contract binds the party for this",
    GapCode.MISALIGNED: "nobody broke a promise: the contracts do not add up",
    GapCode.OWN: "our own failure",
    GapCode.CUSTOMER: "the customer's own failure, which our contract does not excuse",
}

_NOBODY = {GapCode.CUSTOMER: "the customers"}
"""Who is meant where no one party is: the contracts themselves, but for what customers of a promise to all did."""


def gap_reasons(
    month: ImpactMonth,
    party: str | None,
    caused: Caused,
    owed: Sequence[Statement],
    gap: Money,
    rates: Mapping[str, Fraction],
) -> tuple[GapReason, ...]:
    """Why a positive gap is there; the amounts add up to it.

    What no obstacle of a contract can explain takes its own whole; of what is left the obstacles are lifted one after
    another; the rest is `TARGET` up to what was caused where the promise was kept, and `RATE` (3.6).
    """
    amounts: dict[GapCode, Fraction] = {}
    whole, plain = _sorted_out(month, party, caused, month.by_agreement)
    left = gap.fraction
    for code in (code for code in GapCode if code in whole):
        amounts[code] = min(whole[code], left)
        left -= amounts[code]
    if plain and left > 0:
        lifted, anew = _lifted(month, caused, owed, left, rates)
        amounts |= lifted
        left -= sum(lifted.values(), start=Fraction(0))
        if GapCode.EXCLUSION in lifted:
            # What is left is asked of the contract without the exclusion: its target was then missed.
            _, plain = _sorted_out(month, party, caused, anew)
    if left > 0:
        for code, amount in _rest(plain, left, next(iter(amounts), GapCode.RATE)).items():
            amounts[code] = amounts.get(code, Fraction(0)) + amount
    ordered = [code for code in GapCode if amounts.get(code)]
    parts = split(gap, [amounts[code] for code in ordered], [code.value for code in ordered])
    level = level_of(caused)
    return tuple(
        GapReason(
            code, money,
            None if level is None else level.agreement.name,
            None if level is None else level.level.name,
            None if level is None else level.service,
            f"{money} of what {party or _NOBODY.get(code, 'the contracts')} caused is not recovered: "
            f"{_said(month, party, code, money.currency)}.",
        )
        for code, money in zip(ordered, parts, strict=True)
        if money
    )  # fmt: skip


def _said(month: ImpactMonth, party: str | None, code: GapCode, currency: str) -> str:
    """A reason in words; what is owed in a currency that no rate brings here is no smaller percentage (ruling 177)."""
    if code is not GapCode.RATE:
        return _SAYS[code]
    beside = [
        statement
        for statement in month.by_supplier.get(party or "", ())
        if statement.net
        and month.buyer(statement) in month.payers
        and month.rate(statement.net.currency, currency) is None
    ]
    if not beside:
        return _SAYS[code]
    owed = " and ".join(f"{statement.net} under {statement.agreement}" for statement in beside)
    return f"{party} owes {owed}, which no document gives a rate for"


def _lifted(
    month: ImpactMonth,
    caused: Caused,
    owed: Sequence[Statement],
    gap: Fraction,
    rates: Mapping[str, Fraction],
) -> tuple[dict[GapCode, Fraction], Mapping[str, Sequence[Attainment]]]:
    """What each obstacle is worth, lifted one after another, and the attainments once all of them are."""

    def worth(amount: Fraction, statement: Statement) -> Fraction:
        return amount * rates[statement.net.currency]

    lifts = month.inputs.lifts
    claimed = sum((worth(s.net.fraction, s) for s in owed), start=Fraction(0))
    recovered = sum((worth(s.net.fraction, s) for s in owed if not s.is_claim_missed), start=Fraction(0))
    uncapped = sum((worth(lifts.uncapped(s), s) for s in owed), start=Fraction(0))
    excuses = _not_excused_by_us(month, caused)
    freed = [(s, *lifts.unexcused(s, excuses)) for s in owed]
    unexcused = sum((worth(net, s) for s, net, _ in freed), start=Fraction(0))
    amounts: dict[GapCode, Fraction] = {}
    for code, rise in (
        (GapCode.CLAIM_MISSED, claimed - recovered),
        (GapCode.CAP, uncapped - claimed),
        (GapCode.EXCLUSION, unexcused - uncapped),
    ):
        amount = min(max(rise, Fraction(0)), gap)
        if amount > 0:
            amounts[code] = amount
            gap -= amount
    anew: dict[str, list[Attainment]] = {}
    for _, _, attainments in freed:
        for attainment in attainments:
            anew.setdefault(attainment.of.agreement.name, []).append(attainment)
    return amounts, anew


def _rest(plain: Mapping[GapCode, Fraction], left: Fraction, otherwise: GapCode) -> dict[GapCode, Fraction]:
    """What no obstacle explains: `TARGET` up to what was caused where the promise was kept, the rest is `RATE`."""
    if not plain:
        return {otherwise: left}
    if GapCode.RATE not in plain:
        return {next(iter(plain)): left}
    kept = min(plain.get(GapCode.TARGET, Fraction(0)), left)
    return {GapCode.TARGET: kept, GapCode.RATE: left - kept}


def _sorted_out(
    month: ImpactMonth,
    party: str | None,
    caused: Caused,
    attainments: Mapping[str, Sequence[Attainment]],
) -> tuple[dict[GapCode, Fraction], dict[GapCode, Fraction]]:
    """What was caused by rows whose gap has one reason whatever is owed, and by rows under a supplier's contract."""
    whole: dict[GapCode, Fraction] = {}
    plain: dict[GapCode, Fraction] = {}
    for breach, row, money in caused.parts:
        amount = money.fraction
        if party in month.payers and row.reason is Reason.OWN_FAILURE:
            code, into = GapCode.OWN, whole
        elif row.reason in _WHOLE:
            code, into = _WHOLE[row.reason], whole
        else:
            bound = _bound(month, party, breach, row)
            code = _supplier_reason(bound, breach, row, attainments)
            into = whole if code in (GapCode.UNGOVERNED, GapCode.NOT_DUE) else plain
            outside = amount * _outside(bound, breach, row)
            if outside:
                whole[GapCode.UNGOVERNED] = whole.get(GapCode.UNGOVERNED, Fraction(0)) + outside
                amount -= outside
        into[code] = into.get(code, Fraction(0)) + amount
    return whole, plain


def _bound(month: ImpactMonth, party: str | None, breach: Breach, row: Responsibility) -> list[Agreement]:
    """The contracts that a supplier has with us on the way from its failures to the promise."""
    metric = breach.attainment.of.level.metric
    judged = breach.attainment.of.agreement
    through = {service for path in row.paths for service in path}
    top = month.inputs.portfolio.top_party
    return [
        agreement
        for agreement in month.by_provider.get(party or "", ())
        if agreement.consumer != "*"
        and top(agreement.consumer) == top(judged.provider)
        and (
            isinstance(metric, TicketMetric)
            or agreement.name == row.agreement
            or through.intersection(agreement.services)
        )
    ]


def _outside(bound: Sequence[Agreement], breach: Breach, row: Responsibility) -> Fraction:
    """The part of a row that came by services of the supplier which none of these contracts covers, of downtime."""
    if not bound or not isinstance(breach.attainment.of.level.metric, AvailabilityMetric | OutageCountMetric):
        return Fraction(0)
    return 1 - part_through(row, {service for agreement in bound for service in agreement.services})


def _supplier_reason(
    bound: Sequence[Agreement],
    breach: Breach,
    row: Responsibility,
    attainments: Mapping[str, Sequence[Attainment]],
) -> GapCode:
    """TARGET where the supplier's level on the services through which it caused the credit was met, else RATE.

    Without a contract with us on the way it is UNGOVERNED; a ticket that no level of the holder covers is too (3.3).
    """
    metric = breach.attainment.of.level.metric
    through = {service for path in row.paths for service in path}
    if not bound or (isinstance(metric, TicketMetric) and row.agreement is None):
        return GapCode.UNGOVERNED
    statuses = [
        attainment.status
        for agreement in bound
        for attainment in attainments.get(agreement.name, ())
        if _is_on_the_way(attainment, breach.attainment.of.level, through)
    ]
    if AttainmentStatus.MISSED in statuses:
        return GapCode.RATE
    return GapCode.NOT_DUE if AttainmentStatus.NOT_DUE in statuses else GapCode.TARGET


def _is_on_the_way(attainment: Attainment, judged: ServiceLevel, through: set[str]) -> bool:
    """Whether a supplier's level is the one that the failure broke: of the same clock, measure or service."""
    metric, own = judged.metric, attainment.of.level.metric
    if isinstance(metric, CompositeMetric):
        return any(
            (each.agreement, each.level) == (attainment.of.agreement.name, attainment.of.level.name)
            for each in metric.of
        )
    if isinstance(metric, TicketMetric):
        # Behind a promised duration, a supplier promises thresholds as a rule.
        is_alike = own.kind == metric.kind or isinstance(metric, DurationMetric)
        return is_alike and isinstance(own, TicketMetric) and own.milestone is metric.milestone
    if own.kind != metric.kind:
        return False
    if isinstance(metric, TallyMetric) and isinstance(own, TallyMetric):
        return own.measure == metric.measure or attainment.of.level.name == judged.name
    return attainment.of.service in through


def _not_excused_by_us(month: ImpactMonth, caused: Caused) -> frozenset[str]:
    """The causes that at least one of the customers' agreements behind this money does not excuse.

    "Customer" means another party in each contract, so a supplier's excuse by it is never also ours.
    """
    ours = [
        frozenset(breach.attainment.of.agreement.exclusions) - {"customer"} for breach, _, _ in caused.parts
    ]
    return frozenset(cause for cause in month.causes if any(cause not in excused for excused in ours))


def level_of(caused: Caused) -> LevelOn | None:
    """The upper promise whose credit is the largest part of what was caused, ties by name."""
    totals: dict[tuple[str, ...], tuple[Fraction, LevelOn]] = {}
    for breach, _, money in caused.parts:
        of = breach.attainment.of
        known = totals.get(of.order(), (Fraction(0), of))
        totals[of.order()] = (known[0] + money.fraction, of)
    if not totals:
        return None
    return totals[min(totals, key=lambda key: (-totals[key][0], key))][1]
