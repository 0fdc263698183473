"""Concentration of risk: what part of the monthly money and of the promises hangs on each party.

The problem: twenty vendors look like a spread of risk. If one of them lies under sixty percent of the revenue, they are
none.

Example: SLAs of 40,000 and 10,000 a month; banking (40,000) falls with cirrus, trading (10,000) stands on cirrus and
has a second host. Of 50,000 a month 0.8 falls with cirrus, and all of it stands on cirrus.

*Falls*: the party alone brings the service down. *Stands*: the party runs something below it, redundant or not.
Money is what customers pay a month for a service under SLAs in force, by currency, never added across currencies. A
price of the agreement as a whole falls and stands with the worst of its services.

Limits: parties are counted by what they run themselves. What a subcontractor runs counts for it and, through the
services above, for nobody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, AgreementType
from domain.credits.base import monthly_charges
from ola.chain import Chain
from ola.exposure.dependents import fallen_with, run_by
from ola.portfolio import InForce


@dataclass(frozen=True, slots=True)
class MoneyOn:
    """Of one currency's monthly money, in units: all of it, what stands on a party, and what falls with it alone."""

    currency: str
    total: Fraction
    stands: Fraction
    falls: Fraction


@dataclass(frozen=True, slots=True)
class Concentration:
    """What hangs on one party: services it runs, promises (agreement and service) that stand on it or fall with it."""

    party: str
    services: tuple[str, ...]
    promises: int
    stands: tuple[tuple[str, str], ...]
    falls: tuple[tuple[str, str], ...]
    money: tuple[MoneyOn, ...]


def concentration(chain: Chain, in_force: InForce, day: date) -> tuple[Concentration, ...]:
    """What hangs on each party that runs anything under an SLA but the one that sells it; most falling first."""
    sold = [each for each in in_force if each.type is AgreementType.SLA and each.services]
    running = sorted(
        {chain.services[name].provider for each in sold for name in _below(chain, each.services)}
    )
    found = []
    for party in running:
        own = run_by(chain, [party])
        others = [each for each in sold if each.provider != party]
        if not others:
            continue
        reached, fallen = chain.supported_by(own), fallen_with(chain, own)
        promises = [(each.name, service) for each in others for service in each.services]
        stands = tuple(each for each in promises if each[1] in reached)
        if not stands:
            continue
        falls = tuple(each for each in promises if each[1] in fallen)
        money = _money(others, reached, fallen, day)
        found.append(Concentration(party, own, len(promises), stands, falls, money))
    return tuple(sorted(found, key=_most_falling_first))


def _most_falling_first(each: Concentration) -> tuple[object, ...]:
    worst = max((money.falls / money.total for money in each.money if money.total), default=Fraction(0))
    standing = max((money.stands / money.total for money in each.money if money.total), default=Fraction(0))
    return -worst, -standing, -len(each.falls), -len(each.stands), each.party


def _below(chain: Chain, services: Iterable[str]) -> set[str]:
    found = set(services)
    waiting = list(found)
    while waiting:
        for need in chain.needs[waiting.pop()]:
            if need not in found:
                found.add(need)
                waiting.append(need)
    return found


def _money(
    sold: Iterable[Agreement],
    reached: frozenset[str],
    fallen: frozenset[str],
    day: date,
) -> tuple[MoneyOn, ...]:
    sums: dict[str, list[Fraction]] = {}
    for agreement in sold:
        for services, price in _prices(agreement, day):
            total = sums.setdefault(agreement.currency, [Fraction(0)] * 3)
            total[0] += price
            total[1] += price if not reached.isdisjoint(services) else 0
            total[2] += price if not fallen.isdisjoint(services) else 0
    return tuple(MoneyOn(currency, *sums[currency]) for currency in sorted(sums))


def _prices(agreement: Agreement, day: date) -> Iterable[tuple[tuple[str, ...], Fraction]]:
    """What is paid a month for which services; a price of the whole agreement is for all of them."""
    consumers = {charge.customer or agreement.consumer for charge in agreement.charges}
    for consumer in sorted(consumers):
        for service in sorted({charge.service or "" for charge in agreement.charges}):
            is_theirs = any(
                (charge.service or "") == service and (charge.customer or agreement.consumer) == consumer
                for charge in agreement.charges
            )
            price = _price(agreement, service, consumer, day) if is_theirs else None
            if price:
                yield ((service,) if service else agreement.services), price


def _price(agreement: Agreement, service: str, consumer: str, day: date) -> Fraction | None:
    if service:
        return monthly_charges(agreement, service, consumer, day)
    whole = [
        charge for charge in agreement.charges
        if charge.service is None
        and (charge.customer or agreement.consumer) == consumer
        and (charge.since or date.min) <= day
    ]  # fmt: skip
    last = max((charge.since or date.min for charge in whole), default=None)
    return sum(
        (charge.monthly.fraction for charge in whole if (charge.since or date.min) == last), start=Fraction(0)
    )
