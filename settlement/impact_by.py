"""What a run of months cost whom: by SLA, by month, and for the year so far.

The problem: what a supplier owes is owed under its own contract, for a month's whole downtime, and not for one of our
customers. Who asks which SLA loses money wants it all the same: this customer was paid so much, so much of it comes
back, and the rest does not because of this.

The way: what a party caused stands exactly with each SLA (its shares of that SLA's credits). What comes back from it,
and each reason why the rest does not, falls on the SLAs in proportion to what it caused under each, one after another,
each in whole minor units; `UNGOVERNED` falls on what it caused without a contract first. So the rows of a party add up
to what the party's own impact says, and the columns of an SLA to what it paid. What a supplier owes beyond what it
caused belongs to no SLA and stays beside.

Example: cirrus caused 900.00 under one SLA and 300.00 under another; 800.00 come back, a cap took 400.00: of the first
600.00 come back and 300.00 are CAP, of the second 200.00 and 100.00.

Limits: month by month, each currency by itself; months are added, nothing is judged anew. An SLA's month that is below
nothing, because more was earned back than credited, has no reasons.

References: 3.6; rulings 7 and 109.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.agreements import AgreementType
from domain.ledger import taken_in
from domain.money import Money, split
from domain.periods import Period
from settlement.impact_month import Caused, caused_by
from settlement.merging import added_impacts
from settlement.results import CreditImpact, GapCode, PartyImpact, Settlement

__all__ = ["ImpactOver", "MonthImpact", "PartInSla", "SlaImpact", "impact_over"]

Reasons = tuple[tuple[GapCode, Money], ...]


@dataclass(frozen=True, slots=True)
class PartInSla:
    """What one answerable party caused under one SLA, what of it comes back, and why the rest does not."""

    party: str | None
    caused: Money
    recoverable: Money
    gap: Money
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class SlaImpact:
    """What one SLA cost: paid to its customers, what comes back for it, the gap, its reasons, and who caused it.

    ``recoverable`` is at most what was caused: what suppliers owe beyond that belongs to no SLA.
    """

    agreement: str
    payable: Money
    recoverable: Money
    gap: Money
    reasons: Reasons
    parts: tuple[PartInSla, ...]


@dataclass(frozen=True, slots=True)
class MonthImpact:
    """One month, and the year up to and with it."""

    month: Period
    impact: CreditImpact
    year_to_date: CreditImpact


@dataclass(frozen=True, slots=True)
class ImpactOver:
    """Some months in one currency: all of them together, SLA by SLA, and month by month."""

    currency: str
    whole: CreditImpact
    slas: tuple[SlaImpact, ...]
    months: tuple[MonthImpact, ...]


def impact_over(settled: Sequence[Settlement], first: Period) -> tuple[ImpactOver, ...]:
    """The months from ``first`` on, by currency; earlier ones among ``settled`` count for the year so far only.

    ``settled`` are single months, in their order.
    """
    asked = [each for each in settled if each.period.first >= first.first]
    found = []
    for whole in added_impacts([impact for each in asked for impact in each.credit_impact]):
        currency = whole.currency
        slas = [sla for each in asked for sla in _slas(each, currency)]
        months = tuple(
            MonthImpact(each.period, _in([each], currency), _in(_year_so_far(settled, each.period), currency))
            for each in asked
        )
        found.append(ImpactOver(currency, whole, _added(slas, currency), months))
    return tuple(found)


def _year_so_far(settled: Iterable[Settlement], month: Period) -> list[Settlement]:
    return [
        each
        for each in settled
        if each.period.first.year == month.first.year and each.period.first <= month.first
    ]


def _in(settled: Iterable[Settlement], currency: str) -> CreditImpact:
    """The impact of some months in a currency; nothing where nothing was owed in it."""
    impacts = [impact for each in settled for impact in each.credit_impact if impact.currency == currency]
    zero = Money.zero(currency)
    return (added_impacts(impacts) or (CreditImpact(currency, zero, zero, zero, zero, zero, ()),))[0]


def _slas(settled: Settlement, currency: str) -> list[SlaImpact]:
    """The SLAs of one month."""
    paid: dict[str, Money] = {}
    earned_back: dict[tuple[str | None, str], Money] = {}
    for each in settled.statements:
        if each.type is AgreementType.SLA and each.net.currency == currency:
            paid[each.agreement] = paid.get(each.agreement, Money.zero(currency)) + each.net
            key = (each.provider, each.agreement)
            taken = taken_in(each.ledger, each.period.name, currency)
            earned_back[key] = earned_back.get(key, Money.zero(currency)) + taken
    impacts = [impact for impact in settled.credit_impact if impact.currency == currency]
    caused = caused_by(settled.breaches).get(currency, {})
    parts: dict[str, list[PartInSla]] = {name: [] for name in sorted(paid)}
    for party in (party for impact in impacts for party in impact.parties):
        own = _by_sla(caused.get(party.party, Caused()), currency)
        for (who, name), taken in earned_back.items():
            if who == party.party and taken:
                own[name] = own.get(name, Money.zero(currency)) - taken
        free = _ungoverned(caused.get(party.party, Caused()))
        for name, part in _divided(party, own, free).items():
            parts.setdefault(name, []).append(part)
    return [_sla(name, paid.get(name, Money.zero(currency)), parts[name], currency) for name in sorted(parts)]


def _by_sla(caused: Caused, currency: str) -> dict[str, Money]:
    """What a party caused, by SLA."""
    found: dict[str, Money] = {}
    for breach, _, money in caused.parts:
        name = breach.attainment.of.agreement.name
        found[name] = found.get(name, Money.zero(currency)) + money
    return found


def _ungoverned(caused: Caused) -> dict[str, Fraction]:
    """What of it no contract binds the party for, by SLA."""
    found: dict[str, Fraction] = {}
    for breach, row, money in caused.parts:
        if row.agreement is None:
            name = breach.attainment.of.agreement.name
            found[name] = found.get(name, Fraction(0)) + money.fraction
    return found


def _divided(
    party: PartyImpact, own: Mapping[str, Money], free: Mapping[str, Fraction]
) -> dict[str, PartInSla]:
    """A party's recoverable and its reasons by SLA; each takes of what is left of the SLAs' own amounts."""
    names = sorted(own)
    left = {name: max(own[name].fraction, Fraction(0)) for name in names}
    reasons: dict[str, list[tuple[GapCode, Money]]] = {name: [] for name in names}

    def take(amount: Money, weights: Mapping[str, Fraction]) -> dict[str, Money]:
        places = [name for name in names if weights.get(name)]
        found = dict(zip(places, split(amount, [weights[name] for name in places], places), strict=True))
        for name, part in found.items():
            left[name] -= part.fraction
        return found

    ungoverned = [each for each in party.reasons if each.code is GapCode.UNGOVERNED]
    others = [each for each in party.reasons if each.code is not GapCode.UNGOVERNED]
    for reason in ungoverned:
        without = {name: min(free.get(name, Fraction(0)), left[name]) for name in names}
        fits = sum(without.values(), start=Fraction(0)) >= reason.amount.fraction
        for name, part in take(reason.amount, without if fits else left).items():
            reasons[name].append((reason.code, part))
    within = party.recoverable - party.over_recovery if party.caused.amount > 0 else party.caused
    comes_back = take(within, left) if within.amount > 0 else {}
    for reason in others:
        if any(left.values()):
            for name, part in take(reason.amount, left).items():
                reasons[name].append((reason.code, part))
    order = {code: place for place, code in enumerate(GapCode)}
    found = {}
    for name in names:
        back = comes_back.get(name, Money.zero(party.caused.currency))
        said = sorted((each for each in reasons[name] if each[1]), key=lambda each: order[each[0]])
        found[name] = PartInSla(party.party, own[name], back, own[name] - back, tuple(said))
    return found


def _sla(name: str, payable: Money, parts: Sequence[PartInSla], currency: str) -> SlaImpact:
    zero = Money.zero(currency)
    ordered = tuple(sorted(parts, key=lambda each: (each.party is None, each.party or "")))
    recoverable = sum((each.recoverable for each in ordered), start=zero)
    reasons = _summed((each.reasons for each in ordered), currency)
    return SlaImpact(name, payable, recoverable, payable - recoverable, reasons, ordered)


def _summed(found: Iterable[Reasons], currency: str) -> Reasons:
    totals: dict[GapCode, Money] = {}
    for reasons in found:
        for code, amount in reasons:
            totals[code] = totals.get(code, Money.zero(currency)) + amount
    return tuple((code, totals[code]) for code in GapCode if code in totals)


def _added(slas: Iterable[SlaImpact], currency: str) -> tuple[SlaImpact, ...]:
    """The same SLAs of several months, added party by party."""
    by_name: dict[str, list[SlaImpact]] = {}
    for each in slas:
        by_name.setdefault(each.agreement, []).append(each)
    found = []
    for name in sorted(by_name):
        parts: dict[str | None, list[PartInSla]] = {}
        for part in (part for each in by_name[name] for part in each.parts):
            parts.setdefault(part.party, []).append(part)
        payable = sum((each.payable for each in by_name[name]), start=Money.zero(currency))
        found.append(_sla(name, payable, [_part(same, currency) for same in parts.values()], currency))
    return tuple(found)


def _part(same: Sequence[PartInSla], currency: str) -> PartInSla:
    zero = Money.zero(currency)
    return PartInSla(
        same[0].party,
        sum((each.caused for each in same), start=zero),
        sum((each.recoverable for each in same), start=zero),
        sum((each.gap for each in same), start=zero),
        _summed((each.reasons for each in same), currency),
    )
