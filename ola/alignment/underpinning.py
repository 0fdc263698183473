"""Which promises stand under a service, and how long they allow it to be down in the time of the promise above.

The problem: a supplier that promises 99.9 % a year may be down 8.76 hours in one month, and one that promises it from
eight to six may be down all night. What its promise is worth to the promise above it depends on the latter's own
period and window.

Example: April, 24x7, is 43,200 minutes. Under "99.9 a year" 525.6 of them may be down; under "99.9 from Monday to
Friday, 08:00 to 18:00" all the 30,000 minutes outside and 13.2 within.

What is read: availability levels of OLAs and UCs. Of those that promise a service, those towards the organisation of
the promise above count before others, as for who is bound (`ola.sides`), and of these the service's own provider's
before another party's.

Limits: exclusions are no part of it (EXCLUSION_MISMATCH), and of ``minimumOutage`` the same. A period that the
supplier's term cuts is allowed downtime for the part within it; beyond its term a promise reads as going on, because
what is missing there is said by TERM_MISMATCH.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any, TypeVar

from domain.agreements import Agreement, AgreementType, AvailabilityMetric, Compare, Direction, ServiceLevel
from domain.intervals import Intervals, union
from domain.measure.availability import agreed_time
from domain.periods import Period, PeriodKind
from ola.alignment.runners import Runners
from ola.chain import Chain
from ola.inheritance import Standing
from ola.portfolio import InForce, Portfolio

Made = TypeVar("Made")

_MOST_REMEMBERED = 6
_ONE_DAY = timedelta(days=1)
_MOST_TOGETHER = 4
"""So many promises of one service are tried in every combination; of more, each alone and all together."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One availability level on one service, with the part of the time (0 to 1) that it promises on the day."""

    agreement: Agreement
    level: ServiceLevel
    service: str
    promised: Fraction

    @property
    def kept_by(self) -> Fraction:
        """The lowest value, as a part of 1, that still keeps it where the contract compares a rounded one."""
        return lowest_kept(100 * self.promised, self.level.compare) / 100

    @property
    def clause(self) -> str:
        """Where it stands: the agreement and its clause."""
        return clause_of(self.agreement, self.level)


def clause_of(agreement: Agreement, level: ServiceLevel | None = None) -> str:
    """How a clause is cited where several agreements are spoken of: "uc-cirrus 2.1"."""
    if level is None:
        return agreement.name
    return f"{agreement.name} {level.cited}"


def lowest_kept(target: Fraction, compare: Compare | None) -> Fraction:
    """The least value (or the bound that every kept value lies above) that a rounding lets pass."""
    if compare is None:
        return target
    step = Fraction(1, 10**compare.places)
    least = -(-target // step) * step
    if compare.rounding == "down":
        return least
    return least - (step if compare.rounding == "up" else step / 2)


def promised_on(level: ServiceLevel, day: date) -> Fraction | None:
    """The part of the time that an availability level promises on a day; None for any other level."""
    threshold = level.target.on(day)
    if not isinstance(level.metric, AvailabilityMetric) or threshold is None:
        return None
    return threshold.value / 100 if threshold.direction is Direction.AT_LEAST else None


@dataclass(frozen=True, eq=False)
class Underpinning:
    """The promises in force on one day, found by service."""

    portfolio: Portfolio
    chain: Chain
    in_force: InForce
    standing: Standing
    day: date
    _known: dict[tuple[int, ...], Fraction] = field(default_factory=dict)
    _left_out: dict[tuple[int, ...], Fraction] = field(default_factory=dict)
    _hoped: dict[tuple[object, ...], Fraction] = field(default_factory=dict)
    _asked: dict[tuple[object, ...], "Asked"] = field(default_factory=dict)
    _numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    _terms: dict[tuple[object, ...], int] = field(default_factory=dict)
    _remembered: dict[object, Any] = field(default_factory=dict)
    _bits: dict[str, int] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _stops: dict[tuple[str, int], tuple[Promise, ...]] = field(default_factory=dict)
    _kinds: dict[tuple[object, ...], int] = field(default_factory=dict)
    _samples: list[tuple[Promise, ...]] = field(default_factory=list)

    @cached_property
    def by_service(self) -> Mapping[str, tuple[Promise, ...]]:
        """Every availability promise of an OLA or UC, by service."""
        found: dict[str, list[Promise]] = {}
        for agreement in self.in_force:
            if agreement.type is AgreementType.SLA:
                continue
            for level in agreement.levels:
                promised = promised_on(level, self.day)
                for service in level.services if promised is not None else ():
                    found.setdefault(service, []).append(
                        Promise(agreement, level, service, promised or Fraction(0))
                    )
        return {service: tuple(found[service]) for service in sorted(found)}

    @cached_property
    def supported(self) -> frozenset[str]:
        """The services that have an availability promise of somebody, or stand on one that has."""
        needs, found = self.chain.needs, set(self.by_service)
        for service in self.chain.rank:
            if service not in found and not found.isdisjoint(needs[service]):
                found.add(service)
        return frozenset(found)

    @cached_property
    def covering(self) -> Mapping[str, tuple[Agreement, ...]]:
        """The OLAs and UCs in force that cover each service, whatever they promise of it."""
        found: dict[str, list[Agreement]] = {}
        for agreement in self.in_force:
            if agreement.type is not AgreementType.SLA:
                for service in agreement.services:
                    found.setdefault(service, []).append(agreement)
        return {service: tuple(found[service]) for service in sorted(found)}

    @cached_property
    def runners(self) -> Runners:
        """Which parties run what stands under each service."""
        return Runners.of(self.portfolio, self.chain, self.in_force)

    @cached_property
    def houses_served(self) -> frozenset[str]:
        """The organisations that some OLA or UC in force serves."""
        return frozenset(
            self.portfolio.top_party(each.consumer)
            for each in self.in_force
            if each.type is not AgreementType.SLA and each.consumer != "*"
        )

    @cached_property
    def versions(self) -> Mapping[str, tuple[Agreement, ...]]:
        """All versions of each agreement, whenever they hold."""
        found: dict[str, list[Agreement]] = {}
        for agreement in self.portfolio.agreements:
            found.setdefault(agreement.name, []).append(agreement)
        return {name: tuple(versions) for name, versions in found.items()}

    @cached_property
    def ever_covering(self) -> Mapping[str, tuple[Agreement, ...]]:
        """Every version of an OLA or UC that covers each service, whenever it holds."""
        found: dict[str, list[Agreement]] = {}
        for agreement in self.portfolio.agreements:
            if agreement.type is not AgreementType.SLA:
                for service in agreement.services:
                    found.setdefault(service, []).append(agreement)
        return {service: tuple(found[service]) for service in sorted(found)}

    def promises(self, judged: Agreement, root: str, service: str) -> tuple[Promise, ...]:
        """The promises that the support of an agreement's level on ``root`` stops at; none: look below."""
        if service not in self.by_service:
            return ()
        asker = self.asker(judged.provider)
        if service != root:
            return self.stops_at(service, asker)
        family = self.portfolio.family
        return self._ranked(service, asker, lambda each: judged.provider in family(each.agreement.consumer))

    def asker(self, provider: str) -> int:
        """The bit of a party whose promises stand on others'."""
        if not self._bits:
            self._bits.update((name, 1 << place) for place, name in enumerate(sorted(self.portfolio.parties)))
            self._names.update((bit, name) for name, bit in self._bits.items())
        return self._bits[provider]

    def differs_for(self, service: str) -> int:
        """The bits of those who see other promises of a service than anybody else: who makes them themselves."""
        promises = self.by_service.get(service, ())
        houses = {self.portfolio.top_party(each.agreement.consumer) for each in promises}
        if len(houses) > 1:
            return -1  # Promises towards several organisations are ranked differently for each.
        bits = 0
        for each in promises:
            bits |= self.asker(each.agreement.provider)
        return bits

    def stops_at(self, service: str, asker: int) -> tuple[Promise, ...]:
        """The promises of a service that support stops at, for the party of a bit (0: for whom none is its own)."""
        if service not in self.by_service:
            return ()
        key = (service, asker)
        if key not in self._stops:
            self._stops[key] = self._ranked(service, asker, lambda _: True)
        return self._stops[key]

    def _ranked(self, service: str, asker: int, counts: Callable[[Promise], bool]) -> tuple[Promise, ...]:
        provider = self._names[asker] if asker else None
        own = self.portfolio.top_party(provider) if provider is not None else None
        ranked: dict[tuple[bool, bool], list[Promise]] = {}
        for each in self.by_service[service]:
            agreement = each.agreement
            if agreement.provider == provider or not counts(each):
                continue
            elsewhere = own is not None and self.portfolio.top_party(agreement.consumer) != own
            runs = self.portfolio.family(self.chain.services[service].provider)
            ranked.setdefault((elsewhere, agreement.provider not in runs), []).append(each)
        return tuple(ranked[min(ranked)]) if ranked else ()

    def kind_of(self, promises: tuple[Promise, ...]) -> int:
        """The bit of the kind of promises that one service has: alike in all that is compared but the percentage."""
        key = tuple(
            (
                id(each.agreement.calendar), each.agreement.maintenance, each.agreement.exclusions,
                each.level.window, each.level.period, each.level.metric, bool(self.chain.needs[each.service]),
            )
            for each in promises
        )  # fmt: skip
        place = self._kinds.setdefault(key, len(self._kinds))
        if place == len(self._samples):
            self._samples.append(promises)
        return 1 << place

    def samples(self, kinds: int) -> tuple[tuple[Promise, ...], ...]:
        """The promises of one service of each kind, of some kinds."""
        return tuple(each for place, each in enumerate(self._samples) if kinds >> place & 1)

    def has_below(self, judged: Agreement, service: str) -> bool:
        """Whether anything stands under a service at all: what it needs, or a promise of the service itself."""
        return bool(self.chain.needs[service]) or bool(self.promises(judged, service, service))

    def downtime(self, promises: Sequence[Promise], asked: "Asked") -> Fraction:
        """The largest part of a time that its promises, all of them kept, allow a service to be down."""
        key = (
            (asked.key, self._allows(promises[0]))
            if len(promises) == 1
            else (asked.key, *(self._allows(each) for each in promises))
        )
        if key not in self._known:
            self._known[key] = _downtime(promises, asked)
        return self._known[key]

    def hoped(self, promises: Sequence[Promise], asked: "Asked") -> Fraction:
        """The part of a time that a service is promised to be up, as the percentages stand.

        Of several promises the strictest that speaks of an instant counts there; what none speaks of is left out.
        """
        if len(promises) == 1:
            return promises[0].promised
        key = (asked.key, *((id(each.level), each.promised.as_integer_ratio()) for each in promises))
        if key not in self._hoped:
            self._hoped[key] = _weighed(promises, asked)
        return self._hoped[key]

    def left_out(self, promises: Sequence[Promise], asked: "Asked") -> Fraction:
        """The part of a time of which none of a service's promises speaks."""
        key = (asked.key, *(self._allows(each) for each in promises))
        if key not in self._left_out:
            days = asked.first - _ONE_DAY, asked.last + _ONE_DAY
            times = [agreed_service_time(each.agreement, each.level, *days) for each in promises]
            spoken_of = (asked.agreed & union(times)).total()
            self._left_out[key] = 1 - Fraction(spoken_of, asked.agreed.total())
        return self._left_out[key]

    def _allows(self, promise: Promise) -> int:
        """A number for all that what a promise allows depends on: promises with the same terms share their work."""
        agreement, level = promise.agreement, promise.level
        # Agreements and calendars live as long as the portfolio, so their places in memory tell them apart.
        one = (id(agreement), id(level), *promise.promised.as_integer_ratio())
        if one not in self._numbers:
            terms = (
                id(agreement.calendar), agreement.maintenance, level.window, level.period, promise.kept_by,
                agreement.first, agreement.last,
            )  # fmt: skip
            self._numbers[one] = self._terms.setdefault(terms, len(self._terms))
        return self._numbers[one]

    def remembered(self, key: object, make: Callable[[], Made]) -> Made:
        """What was made for a time that is asked about; of many times the last few are kept."""
        if key not in self._remembered:
            if len(self._remembered) >= _MOST_REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[key] = make()
        made: Made = self._remembered[key]
        return made

    def asked(self, agreement: Agreement, level: ServiceLevel, period: Period) -> "Asked":
        """One of the periods of a level as `Asked`; the same one for every level with the same hours."""
        key = (
            id(agreement.calendar), agreement.maintenance, level.window, period,
            max(period.first, agreement.first), min(period.last, agreement.last),
        )  # fmt: skip
        if key not in self._asked:
            self._asked[key] = Asked.of(agreement, level, period, len(self._asked))
        return self._asked[key]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The time that a promise above speaks of: one of its own periods, and the agreed service time in it."""

    period: Period
    first: date
    last: date
    agreed: Intervals
    key: int
    """A number that no other time asked about has."""

    @classmethod
    def of(cls, agreement: Agreement, level: ServiceLevel, period: Period, key: int) -> "Asked":
        """The part of a period that lies within the agreement's term."""
        first, last = max(period.first, agreement.first), min(period.last, agreement.last)
        return cls(period, first, last, agreed_service_time(agreement, level, first, last), key)


def _weighed(promises: Sequence[Promise], asked: Asked) -> Fraction:
    """The promised percentages of one service, each by how much of a time it is the strictest of."""
    strictest = sorted(promises, key=lambda each: each.promised, reverse=True)
    left, up = asked.agreed, Fraction(0)
    for promise in strictest:
        days = asked.first - _ONE_DAY, asked.last + _ONE_DAY
        time = left & promise.agreement.calendar.service_time(*days, promise.level.window)
        up += promise.promised * time.total()
        left -= time
    spoken_of = (asked.agreed - left).total()
    return up / spoken_of if spoken_of else strictest[0].promised


def _downtime(promises: Sequence[Promise], asked: Asked) -> Fraction:
    single = [_allowance(each, asked) for each in promises]
    bounds = []
    sizes = range(1, len(single) + 1) if len(single) <= _MOST_TOGETHER else (1, len(single))
    for size in sizes:
        for chosen in combinations(single, size):
            uncovered = (asked.agreed - union([time for _, time in chosen])).total()
            bounds.append(sum((allowed for allowed, _ in chosen), start=Fraction(uncovered)))
    return min(Fraction(1), min(bounds) / asked.agreed.total())


def _allowance(promise: Promise, asked: Asked) -> tuple[Fraction, Intervals]:
    """What one promise allows within the time asked about, in microseconds, and the time that it speaks of."""
    agreement, level = promise.agreement, promise.level
    allowed, times = Fraction(0), []
    for each in _overlapping(level, asked.period):
        time = agreed_service_time(agreement, level, each.first, each.last)
        touched = time & asked.agreed
        if not touched:
            continue
        times.append(time)
        promised = time
        if agreement.covers_day(asked.first) and agreement.covers_day(asked.last):
            first, last = max(each.first, agreement.first), min(each.last, agreement.last)
            promised = agreed_service_time(agreement, level, first, last)
        allowed += min((1 - promise.kept_by) * promised.total(), Fraction(touched.total()))
    return allowed, union(times)


def agreed_service_time(agreement: Agreement, level: ServiceLevel, first: date, last: date) -> Intervals:
    """T of a level on some days: the windows without agreed maintenance."""
    windows = agreement.calendar.service_time(first, last, level.window)
    return agreed_time(windows, agreement.calendar.weekly_intervals(agreement.maintenance, first, last))


def _overlapping(level: ServiceLevel, period: Period) -> list[Period]:
    """The level's own periods that reach into a period of another zone; rolling windows side by side."""
    first, last = period.first - _ONE_DAY, period.last + _ONE_DAY
    if level.period.kind is not PeriodKind.DAY_WINDOW:
        found = [level.period.containing(first)]
        while found[-1].last < last:
            found.append(found[-1].next())
        return found
    # A rolling window may begin on any day, so those that begin with the period itself are the ones that say most.
    found = [level.period.containing(period.first - _ONE_DAY)]
    while found[-1].last < last:
        begins = found[-1].day_after
        window = level.period.containing(begins + timedelta(days=found[-1].days + 3))
        while window.first > begins:
            window = window.previous()
        found.append(window)
    return found
