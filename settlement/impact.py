"""Both sides of the money: what customers are owed, what suppliers owe for it, and every pound between.

The problem: the provider pays a customer 2,000 for a failure of its vendor's, and recovers 1,200. The gap of 800 has
reasons, and each is worth an exact amount: a cap, an exclusion, a looser target, a smaller rate, no contract at all
(3.6). Nobody can negotiate the next contract without them.

Example (worked case 41): v1 caused 1,200; its contract pays 800, capped at 500: CAP 300, and the other 400 is RATE. v2
caused nothing and owes 250: over-recovery, shown beside the gap and never only netted.

Obstacles are lifted one after another, in the order of `GapCode`; each is worth what the recoverable would rise by, at
most what is left of the gap. Credits between suppliers are statements, never part of the recoverable; a team's credit
is internal (ruling 7).

Limits: a month; amounts in one currency are never added to those in another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from domain.agreements import Agreement, AgreementType, CompositeMetric, DurationMetric, ServiceLevel
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.metrics import TallyMetric, TicketMetric
from domain.money import Money, split
from ola.portfolio import Portfolio
from ola.responsibility import Reason, Responsibility
from settlement.results import (
    Breach,
    CreditImpact,
    GapCode,
    GapReason,
    PartyImpact,
    Statement,
)  # fmt: skip

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


@dataclass(frozen=True, slots=True)
class Lifts:
    """What a supplier's statements of the month would come to with obstacles lifted, one after another."""

    uncapped: Callable[[Statement], Fraction]
    """The statement's net without its caps."""
    unexcused: Callable[[Statement, frozenset[str]], tuple[Fraction, tuple[Attainment, ...]]]
    """The statement's net without its caps and without some exclusions, for the supplier's own failures; and the
    attainments it then rests on."""


@dataclass(slots=True)
class _Caused:
    """What one answerable party caused: parts of rows of breaches of the customers' agreements."""

    parts: list[tuple[Breach, Responsibility, Money]] = field(default_factory=list)

    def total(self, currency: str) -> Money:
        return sum((money for _, _, money in self.parts), start=Money.zero(currency))


@dataclass(frozen=True, slots=True)
class ImpactInputs:
    """Everything a month's credit impact is worked out from."""

    portfolio: Portfolio
    agreements: Mapping[str, Agreement]
    breaches: Sequence[Breach]
    statements: Sequence[Statement]
    attainments: Sequence[Attainment]
    lifts: Lifts


def credit_impact(inputs: ImpactInputs) -> tuple[CreditImpact, ...]:
    """The credit impact of one month, one a currency."""
    currencies = sorted({statement.net.currency for statement in inputs.statements})
    return tuple(_in_currency(inputs, currency) for currency in currencies)


def _in_currency(inputs: ImpactInputs, currency: str) -> CreditImpact:
    zero = Money.zero(currency)
    statements = [s for s in inputs.statements if s.net.currency == currency]
    payers = {a.provider for a in inputs.agreements.values() if a.type is AgreementType.SLA}
    payable = _sum((s.net for s in statements if s.type is AgreementType.SLA), currency)
    owed = [s for s in statements if s.type is AgreementType.UC and _buyer(inputs, s) in payers]
    teams = [s for s in statements if s.type is AgreementType.OLA and _buyer(inputs, s) in payers]
    caused = _caused(inputs, currency)
    parties: list[PartyImpact] = []
    names = {*caused, *(s.provider for s in owed), *(_buyer(inputs, s) for s in teams)}
    for party in sorted(names, key=lambda name: (name is None, name or "")):
        own = caused.get(party, _Caused())
        theirs = [s for s in owed if s.provider == party]
        total = own.total(currency)
        recoverable = _sum((_recoverable(s) for s in theirs), currency)
        internal = _sum((s.net for s in teams if _buyer(inputs, s) == party), currency)
        if not (total or recoverable or internal):
            continue
        gap = total - recoverable
        reasons = _reasons(inputs, party, own, theirs, gap, is_payer=party in payers) if gap > zero else ()
        over = -gap if gap < zero else zero
        parties.append(PartyImpact(party, total, recoverable, internal, gap, over, reasons))
    recoverable = _sum((p.recoverable for p in parties), currency)
    return CreditImpact(
        currency,
        payable,
        recoverable,
        _sum((p.internal for p in parties), currency),
        payable - recoverable,
        _sum((p.over_recovery for p in parties), currency),
        tuple(parties),
    )


def _caused(inputs: ImpactInputs, currency: str) -> dict[str | None, _Caused]:
    """Every customer credit by the answerable party of each row; several answerables share a row equally."""
    found: dict[str | None, _Caused] = {}
    for breach in inputs.breaches:
        if breach.attainment.of.agreement.type is not AgreementType.SLA:
            continue
        for row, money in zip(breach.trace.responsibilities, breach.credits, strict=True):
            if money is None or money.currency != currency or not money:
                continue
            who: tuple[str | None, ...] = row.answerables or (None,)
            equal = split(money, [Fraction(1)] * len(who), [name or "" for name in who])
            for party, part in zip(who, equal, strict=True):
                found.setdefault(party, _Caused()).parts.append((breach, row, part))
    return found


def _reasons(
    inputs: ImpactInputs,
    party: str | None,
    caused: _Caused,
    owed: Sequence[Statement],
    gap: Money,
    *,
    is_payer: bool,
) -> tuple[GapReason, ...]:
    """Why a positive gap is there; the amounts add up to it."""
    amounts: dict[GapCode, Fraction] = {}
    whole, plain = _sorted_out(inputs, party, caused, inputs.attainments, is_payer=is_payer)
    left = gap.fraction
    if plain:
        claimed = sum((s.net.fraction for s in owed), start=Fraction(0))
        recovered = sum((_recoverable(s).fraction for s in owed), start=Fraction(0))
        uncapped = sum((inputs.lifts.uncapped(s) for s in owed), start=Fraction(0))
        lifted = [inputs.lifts.unexcused(s, _not_excused_by_us(inputs, caused)) for s in owed]
        steps = (
            (GapCode.CLAIM_MISSED, claimed - recovered),
            (GapCode.CAP, uncapped - claimed),
            (GapCode.EXCLUSION, sum((net for net, _ in lifted), start=Fraction(0)) - uncapped),
        )
        for code, rise in steps:
            worth = min(max(rise, Fraction(0)), left)
            if worth > 0:
                amounts[code] = worth
                left -= worth
        if GapCode.EXCLUSION in amounts:
            # What is left is asked of the contract without the exclusion: its target was then missed.
            judged_anew = [attainment for _, attainments in lifted for attainment in attainments]
            whole, plain = _sorted_out(inputs, party, caused, judged_anew, is_payer=is_payer)
    rest = {**whole, **plain}
    weight = sum(rest.values(), start=Fraction(0))
    if left > 0 and weight > 0:
        for code, caused_so in rest.items():
            amounts[code] = amounts.get(code, Fraction(0)) + left * caused_so / weight
    ordered = [code for code in GapCode if amounts.get(code)]
    parts = split(gap, [amounts[code] for code in ordered], [code.value for code in ordered])
    level = _level_of(caused)
    return tuple(
        GapReason(
            code, money,
            None if level is None else level.agreement.name,
            None if level is None else level.level.name,
            None if level is None else level.service,
            f"{money} of what {party or 'the contracts'} caused is not recovered: {_SAYS[code]}.",
        )
        for code, money in zip(ordered, parts, strict=True)
        if money
    )  # fmt: skip


def _sorted_out(
    inputs: ImpactInputs,
    party: str | None,
    caused: _Caused,
    attainments: Sequence[Attainment],
    *,
    is_payer: bool,
) -> tuple[dict[GapCode, Fraction], dict[GapCode, Fraction]]:
    """What was caused by rows whose gap has one reason whatever is owed, and by rows under a supplier's contract."""
    whole: dict[GapCode, Fraction] = {}
    plain: dict[GapCode, Fraction] = {}
    for breach, row, money in caused.parts:
        if is_payer and row.reason is Reason.OWN_FAILURE:
            code, into = GapCode.OWN, whole
        elif row.reason in _WHOLE:
            code, into = _WHOLE[row.reason], whole
        else:
            code = _supplier_reason(inputs, party, breach, row, attainments)
            into = whole if code is GapCode.UNGOVERNED else plain
        into[code] = into.get(code, Fraction(0)) + money.fraction
    return whole, plain


def _supplier_reason(
    inputs: ImpactInputs,
    party: str | None,
    breach: Breach,
    row: Responsibility,
    attainments: Sequence[Attainment],
) -> GapCode:
    """TARGET where the supplier's level on the services through which it caused the credit was met, else RATE.

    Without a contract with us on the way it is UNGOVERNED; a ticket that no level of the holder covers is too (3.3).
    """
    metric = breach.attainment.of.level.metric
    judged = breach.attainment.of.agreement
    through = {service for path in row.paths for service in path}
    bound = [
        agreement
        for agreement in inputs.agreements.values()
        if agreement.provider == party
        and agreement.consumer != "*"
        and inputs.portfolio.top_party(agreement.consumer) == inputs.portfolio.top_party(judged.provider)
        and (
            isinstance(metric, TicketMetric)
            or agreement.name == row.agreement
            or through.intersection(agreement.services)
        )
    ]
    if not bound or (isinstance(metric, TicketMetric) and row.agreement is None):
        return GapCode.UNGOVERNED
    names = {agreement.name for agreement in bound}
    statuses = [
        attainment.status
        for attainment in attainments
        if attainment.of.agreement.name in names
        and _is_on_the_way(attainment, breach.attainment.of.level, through)
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


def _not_excused_by_us(inputs: ImpactInputs, caused: _Caused) -> frozenset[str]:
    """The causes that at least one of the customers' agreements behind this money does not excuse.

    "Customer" means another party in each contract, so a supplier's excuse by it is never also ours.
    """
    every = {cause for agreement in inputs.agreements.values() for cause in agreement.exclusions}
    ours = [
        frozenset(breach.attainment.of.agreement.exclusions) - {"customer"} for breach, _, _ in caused.parts
    ]
    return frozenset(cause for cause in every if any(cause not in excused for excused in ours))


def _level_of(caused: _Caused) -> LevelOn | None:
    """The upper promise whose credit is the largest part of what was caused, ties by name."""
    totals: dict[tuple[str, ...], tuple[Fraction, LevelOn]] = {}
    for breach, _, money in caused.parts:
        of = breach.attainment.of
        known = totals.get(of.order(), (Fraction(0), of))
        totals[of.order()] = (known[0] + money.fraction, of)
    if not totals:
        return None
    return totals[min(totals, key=lambda key: (-totals[key][0], key))][1]


def _recoverable(statement: Statement) -> Money:
    return Money.zero(statement.net.currency) if statement.is_claim_missed else statement.net


def _buyer(inputs: ImpactInputs, statement: Statement) -> str:
    """Who a supplier's credit goes to: its consumer, or the organisation that the consumer is a team of."""
    return inputs.portfolio.top_party(statement.consumer) if statement.consumer != "*" else "*"


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, start=Money.zero(currency))
