"""What ending an agreement would bring with it: what loses its support, what falls with it, and what it costs.

The problem: a right to terminate says that one may; whether one should depends on the services that stand on the
contract, the SLAs that are left without support until their own ends, the credits and rights that fall with it, the
agreements whose terms refer to it, and the money (3.7).

Example: the contract for hosting could end on 31 July; the SLA that stands on it runs to 31 December 2027, seventeen
months without support, each of which can cost up to the SLA's monthly cap.

Limits: exposure is the most that the uncovered months can credit, not what they are likely to: every level of the
services concerned at its worst, under the monthly caps, and never more than the month's charges. A level whose worst is
not bounded counts at the month's charges. Credits are told in the agreement's own currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.agreements import (
    Agreement,
    AgreementType,
    AvailabilityMetric,
    CapPer,
    CompositeMetric,
    CreditTerms,
    Direction,
    RatioMetric,
    ServiceLevel,
    SuccessMetric,
    Threshold,
    WithinMetric,
)
from domain.credits.base import Due, charges_over
from domain.credits.caps import cap_limit
from domain.credits.miss import Miss
from domain.credits.scheme import credit_amount, is_calculated
from domain.money import Money, rounded
from domain.periods import Period, PeriodRule
from domain.remedies import Expires
from domain.termination.standing import TerminationStatus
from domain.termination.terms import (
    AllParts,
    AnyPart,
    AverageIs,
    Condition,
    Misses,
    OutageHoursExceed,
    OutagesExceed,
    Scope,
    ValueIs,
)
from ola.consequence import Support, supports_without
from settlement.statements import consumers_of

if TYPE_CHECKING:
    from domain.metrics import LevelReference
    from settlement.results import RightStatus
    from settlement.settle import Settling

__all__ = ["Consequence", "FallingCredit", "Reference", "Uncovered", "consequence_of"]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """An agreement that is left without support: which services, from when to its own last day, and its exposure.

    ``months`` are whole and part months from the end of the ended agreement on; ``exposure`` the most that they can
    credit.
    """

    agreement: str
    consumer: str
    services: tuple[str, ...]
    since: date
    until: date
    months: int
    exposure: Money


@dataclass(frozen=True, slots=True)
class FallingCredit:
    """A credit, or a balance of what was earned back, that ends with an agreement unless somebody acts."""

    agreement: str
    consumer: str
    period: str
    amount: Money
    why: str


@dataclass(frozen=True, slots=True)
class Reference:
    """That an agreement's terms refer to the ended one, and how."""

    agreement: str
    how: str


@dataclass(frozen=True, slots=True)
class Consequence:
    """What ending some agreements (one, or an umbrella with its parts) on a day brings with it."""

    agreements: tuple[str, ...]
    ends: date
    services: tuple[str, ...]
    supports: tuple[Support, ...]
    uncovered: tuple[Uncovered, ...]
    falling_rights: tuple[tuple[str, str], ...]
    falling_credits: tuple[FallingCredit, ...]
    references: tuple[Reference, ...]
    fee: Money | None
    is_partial: bool = False
    """Whether only ``services`` end, and the agreement goes on without them."""

    @property
    def lost_credits(self) -> tuple[Money, ...]:
        """The credits to us that fall, in each currency."""
        return _totals(credit.amount for credit in self.falling_credits)

    @property
    def exposure(self) -> tuple[Money, ...]:
        """The most that the uncovered months can credit, in each currency."""
        return _totals(each.exposure for each in self.uncovered)


def consequence_of(settling: Settling, right: RightStatus, as_of: date) -> Consequence:
    """What would come of exercising a right: on the day on which the agreement would end, or ends."""
    # What was ended is looked at as it was while it still held.
    day = (
        as_of if right.status is not TerminationStatus.EXERCISED else min(as_of, right.earliest_end or as_of)
    )
    version = settling.version_on(right.agreement, day)
    terms = None if version is None else next((r for r in version.rights if r.name == right.name), None)
    notice = None if terms is None else terms.notice
    ends = right.earliest_end or (as_of if notice is None else notice.after(as_of))
    ended = [each for each in (version, *_parts(settling, right.agreement, day)) if each is not None]
    services = set(right.services) if right.services else {name for each in ended for name in each.services}
    gone = {name for each in ended for name in services if _is_withdrawn(settling, each, name, ended, day)}
    supports = supports_without(settling.measuring.chain, gone)
    lost = gone | {each.service for each in supports if each.is_lost}
    names = {each.name for each in ended}
    if version is not None and right.scope is Scope.SERVICE and services < set(version.services):
        return Consequence(
            agreements=(version.name,),
            ends=ends,
            services=tuple(sorted(services)),
            supports=supports,
            uncovered=tuple(_uncovered(settling, {version.name}, lost, ends)),
            falling_rights=tuple(_rights_left_without(version, services, right.name)),
            falling_credits=(),
            references=tuple(_references_to_levels(settling, version, services, day)),
            fee=right.fee,
            is_partial=True,
        )
    return Consequence(
        agreements=tuple(sorted(names)),
        ends=ends,
        services=tuple(sorted(services)),
        supports=supports,
        uncovered=tuple(_uncovered(settling, names, lost, ends)),
        falling_rights=tuple(
            sorted(
                (each.name, other.name)
                for each in ended
                for other in each.rights
                if (each.name, other.name) != (right.agreement, right.name)
            )
        ),
        falling_credits=tuple(credit for each in ended for credit in _falling(settling, each, as_of, ends)),
        references=tuple(_references(settling, names, day)),
        fee=right.fee,
    )


def _parts(settling: Settling, umbrella: str, as_of: date) -> list[Agreement]:
    """The agreements in force under an umbrella, however deep, in whatever currency."""
    in_force = settling.measuring.in_force(as_of)
    found: dict[str, Agreement] = {}
    waiting = [umbrella]
    while waiting:
        above = waiting.pop()
        for each in in_force:
            if each.part_of == above and each.name not in found:
                found[each.name] = each
                waiting.append(each.name)
    return [found[name] for name in sorted(found)]


def _is_withdrawn(
    settling: Settling, ended: Agreement, service: str, all_ended: Sequence[Agreement], as_of: date
) -> bool:
    """Whether a service goes with the agreement that ends: its supplier's own, and promised to us by nothing else."""
    if ended.type is AgreementType.SLA or service not in ended.services:
        return False
    portfolio = settling.portfolio
    if ended.provider not in portfolio.family(portfolio.services[service].provider):
        return False  # It is promised work on a service that somebody else runs, and goes on running.
    gone = {each.name for each in all_ended}
    consumer = portfolio.top_party(ended.consumer)
    return not any(
        service in other.services
        and other.name not in gone
        and other.consumer != "*"
        and portfolio.top_party(other.consumer) == consumer
        for other in settling.measuring.in_force(as_of)
        if other.type is not AgreementType.SLA
    )


# --------------------------------------------------------------------------------------- what is uncovered


def _uncovered(settling: Settling, ended: set[str], lost: set[str], ends: date) -> Iterable[Uncovered]:
    """The agreements in force on the day after the end that promise a service that has lost its support."""
    since = ends + timedelta(days=1)
    for other in settling.measuring.in_force(since):
        services = tuple(sorted(lost & set(other.services)))
        if other.name in ended or not services:
            continue
        months = PeriodRule.month().containing(since)
        count, total = 0, Fraction(0)
        while months.first <= other.last:
            count += 1
            total += _worst(other, services, months)
            months = months.next()
        exposure = rounded(total, other.currency, other.rounding)
        yield Uncovered(other.name, other.consumer, services, since, other.last, count, exposure)


def _worst(agreement: Agreement, services: Sequence[str], month: Period) -> Fraction:
    """The most that a month can credit for some services: each level at its worst, under the monthly caps."""
    total = Fraction(0)
    for consumer in consumers_of(agreement):
        due = Due.of(agreement, month, consumer)
        charges = charges_over(agreement, None, due) or Fraction(0)
        worst = sum(
            (
                _worst_credit(agreement, level, service, due, charges)
                for level in agreement.levels
                for service in services
                if service in level.services and isinstance(level.credit, CreditTerms)
            ),
            start=Fraction(0),
        )
        limits = [cap_limit(agreement, cap, due) for cap in agreement.caps if cap.per is CapPer.MONTH]
        total += min((worst, charges, *limits))
    return total


_PERCENT = (AvailabilityMetric, RatioMetric, SuccessMetric, WithinMetric)


def _worst_credit(
    agreement: Agreement, level: ServiceLevel, service: str, due: Due, charges: Fraction
) -> Fraction:
    """A level's credit at the worst value that it can have; the month's charges where that is not bounded."""
    target = level.target.on(max(due.first, agreement.first))
    is_bounded = isinstance(level.metric, _PERCENT) and not isinstance(level.metric, CompositeMetric)
    if target is None:
        return Fraction(0)
    if not is_calculated(level) or not is_bounded or target.direction is not Direction.AT_LEAST:
        return charges
    start, end = due.period.bounds(agreement.calendar.zone)
    worst = Miss(Fraction(0), Fraction(0), Threshold(target.direction, target.value), Fraction(end - start))
    credit = credit_amount(agreement, level, service, worst, due)
    return Fraction(0) if credit is None else credit.amount


# ------------------------------------------------------------------------------------ what falls, and refers


def _falling(settling: Settling, ended: Agreement, as_of: date, ends: date) -> Iterable[FallingCredit]:
    """Credits that have to be claimed and are not, and what was earned back and ends with the agreement."""
    month = PeriodRule.month().containing(as_of - timedelta(days=1))
    claimed = {
        claim.period
        for claim in settling.portfolio.claims
        if claim.agreement == ended.name and claim.claimed_at <= as_of
    }
    for consumer in consumers_of(ended):
        statements = [each.statement for each in settling.history.statements(ended, consumer, month)]
        for statement in statements:
            is_open = statement.claim_by is not None and statement.claim_by >= as_of
            if is_open and statement.net and statement.period.name not in claimed:
                why = f"it has to be claimed by {statement.claim_by}, and before {ends}"
                yield FallingCredit(ended.name, consumer, statement.period.name, statement.net, why)
        terms = ended.remedies.earn_back
        if statements and terms is not None and terms.expires is Expires.TERMINATION:
            left = statements[-1].balance
            if left:
                yield FallingCredit(
                    ended.name,
                    consumer,
                    statements[-1].period.name,
                    -left,
                    "what was earned back ends with it",
                )


def _references(settling: Settling, ended: set[str], as_of: date) -> Iterable[Reference]:
    """The agreements in force whose terms name an ended one."""
    found: set[tuple[str, str]] = set()
    for other in settling.measuring.in_force(as_of):
        if other.name in ended:
            if other.part_of is not None and other.part_of not in ended:
                found.add((other.part_of, f"{other.name} is a part of it"))
            continue
        if other.part_of in ended:
            found.add((other.name, f"it is a part of {other.part_of}"))
        for level in other.levels:
            found.update((other.name, how) for how in _of_level(settling, level, ended, as_of))
        for right in other.rights:
            for reference in _named(right.when):
                if reference.agreement in ended:
                    found.add(
                        (
                            other.name,
                            f"its right {right.name} rests on {reference.agreement}/{reference.level}",
                        )
                    )
    return (Reference(*each) for each in sorted(found))


def _vanished(version: Agreement, services: set[str]) -> set[str]:
    """The levels that are on no other service of an agreement than those that leave it."""
    kept = {level.name for level in version.levels if not services.issuperset(level.services)}
    return {level.name for level in version.levels} - kept


def _rights_left_without(version: Agreement, services: set[str], own: str) -> Iterable[tuple[str, str]]:
    """The other rights that name nothing but levels that vanish with some services."""
    gone = _vanished(version, services)
    for right in version.rights:
        named = [each.level for each in _named(right.when) if each.agreement == version.name]
        if right.name != own and named and gone.issuperset(named):
            yield version.name, right.name


def _references_to_levels(
    settling: Settling, version: Agreement, services: set[str], day: date
) -> Iterable[Reference]:
    """The terms of others that name a level that vanishes with some services."""
    gone = _vanished(version, services)
    found: set[tuple[str, str]] = set()
    for other in settling.measuring.in_force(day):
        for level in other.levels:
            named = level.metric.of if isinstance(level.metric, CompositeMetric) else ()
            found |= {
                (other.name, f"its level {level.name} is made of {each.agreement}/{each.level}")
                for each in named
                if each.agreement == version.name and each.level in gone
            }
        for right in other.rights:
            found |= {
                (other.name, f"its right {right.name} rests on {each.agreement}/{each.level}")
                for each in _named(right.when)
                if other.name != version.name and each.agreement == version.name and each.level in gone
            }
    return (Reference(*each) for each in sorted(found))


def _of_level(settling: Settling, level: ServiceLevel, ended: set[str], as_of: date) -> Iterable[str]:
    if isinstance(level.metric, CompositeMetric):
        for reference in level.metric.of:
            if reference.agreement in ended:
                yield f"its level {level.name} is made of {reference.agreement}/{reference.level}"
    if level.shared is not None:
        for agreement, name in level.shared.others:
            if agreement in ended:
                yield f"its level {level.name} is shared with {agreement}/{name}"
    if level.credit is not None and level.credit.scheme == "passThrough":
        # A credit that passes customers' credits on has nothing to pass where their SLA is gone.
        customers = {
            each.name for each in settling.measuring.in_force(as_of) if each.type is AgreementType.SLA
        }
        for name in sorted(ended & customers):
            yield f"its level {level.name} passes on the credits of {name}"


def _named(condition: Condition) -> Iterable[LevelReference]:
    match condition:
        case AnyPart() | AllParts():
            for part in condition.parts:
                yield from _named(part)
        case Misses() | ValueIs() | OutagesExceed() | OutageHoursExceed() | AverageIs():
            if condition.of is not None:
                yield condition.of
        case _:
            return


def _totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    found: dict[str, Money] = {}
    for amount in amounts:
        found[amount.currency] = found.get(amount.currency, Money.zero(amount.currency)) + amount
    return tuple(found[currency] for currency in sorted(found))
