"""Whether what a service stands on supports what is promised of it, and what would close the gap.

The problem: 99.9 % is sold on two suppliers that promise 99.5 and 99.95. Nobody has failed yet, and the promise cannot
be kept. Or it can be expected to be kept, but only because failures seldom coincide, which no contract says.

Example: a series of 99.5 and 99.95: expected 99.45025, guaranteed 99.45; sold at 99.9:
``TARGET_UNSUPPORTED``, an error. Any of 99.5 and 99: expected 99.995, guaranteed 99.5: a warning (ruling 38).

*Expected* takes each promised percent as it stands; of several promises of one service, each for the hours that it is
the strictest of. *Guaranteed* is what the promises leave over in the period and the
window of the promise above, in the worst of the periods asked about.

A chain of more than `MOST_BY_ITSELF` services that share more than `MOST_SHARED_BY_ITSELF` is not worked out by itself:
its figures are bounds that are worked out once for all promises (`common_bounds`).

Limits: `ola.alignment.structure` and `ola.alignment.expected` say what is left out and where figures become bounds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final

from domain.agreements import Agreement, ServiceLevel
from domain.periods import Period
from ola.alignment.common_bounds import CommonBound, common_bounds
from ola.alignment.expected import Expected, expected
from ola.alignment.gaining import most_to_gain_first
from ola.alignment.gathering import Gathered
from ola.alignment.guaranteed import Failures
from ola.alignment.structure import UP, Formula, formula_of
from ola.alignment.underpinning import Asked, Promise, Underpinning, lowest_kept, promised_on

MOST_BY_ITSELF: Final = 200
MOST_SHARED_BY_ITSELF: Final = 40
"""Twice the shared services that figures are exact for, so that what could be exact is never left to bounds."""

_AT_A_TIME: Final = 64
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A chain written down: what has to be up, the promises it stops at by service, and how long it can be down."""

    formula: Formula
    promises: Mapping[str, tuple[Promise, ...]]
    failures: Failures


@dataclass(frozen=True, eq=False)
class Support:
    """What stands under one availability level on one service.

    ``target`` is the least part of the time (0 to 1) that keeps the promise; ``guaranteed`` that of the worst period,
    ``worst``. ``bound`` is what a large chain was bounded by; None where the chain was worked out by itself.
    """

    underpinning: Underpinning
    agreement: Agreement
    level: ServiceLevel
    service: str
    target: Fraction
    times: tuple[Asked, ...]
    expected: Expected
    guaranteed: Fraction
    worst: Period
    written: Written | None
    bound: CommonBound | None = None
    gains: dict[str, Fraction] = field(default_factory=dict)
    """What the perfection of each service would gain, as far as it has been asked for."""
    _chances: dict[str, Fraction] = field(default_factory=dict)
    _slopes: dict[str, Fraction] = field(default_factory=dict)
    _longest: dict[int, Mapping[int, Fraction]] = field(default_factory=dict)

    @cached_property
    def _chain(self) -> Written:
        return self.written or _written(self.underpinning, self.agreement, self.service)

    @property
    def formula(self) -> Formula:
        """What has to be up; of a large chain it is written only when it is asked for."""
        return self._chain.formula

    @property
    def promises(self) -> Mapping[str, tuple[Promise, ...]]:
        """The promises under it, by service."""
        return self._chain.promises

    @property
    def is_reckoned_quickly(self) -> bool:
        """Whether what is expected can be reckoned exactly for other promises in no time."""
        return self.expected.is_exact and self.expected.is_quick

    @cached_property
    def gaining_most_first(self) -> tuple[str, ...]:
        """The supporting services, those first whose perfection is likely to gain most of what is missing."""
        if self.is_unreachable:
            downtime = {name: _ONE - self.chance(name) for name in self.promises}
            return most_to_gain_first(self.formula, downtime, is_independent=True)
        worst = next(each for each in self.times if each.period == self.worst)
        allowed = _allowed(self.underpinning, self.promises, worst)
        return most_to_gain_first(self.formula, allowed, is_independent=False)

    def samples(self) -> Iterable[tuple[Promise, ...]]:
        """The promises of services, enough of them that what none of these lacks, none of all lacks."""
        return self.promises.values() if self.bound is None else self.underpinning.samples(self.bound.kinds)

    def told(self) -> Mapping[str, tuple[Promise, ...]]:
        """The promises that findings speak of, by service: all; of a large chain the nearest of each kind."""
        if self.bound is None:
            return self.promises
        chain, underpinning = self.underpinning.chain, self.underpinning
        found: dict[str, tuple[Promise, ...]] = {}
        left, waiting, seen = self.bound.kinds, [self.service], {self.service}
        for service in waiting:
            promises = underpinning.promises(self.agreement, self.service, service)
            if promises and left & underpinning.kind_of(promises):
                found[service] = promises
                left &= ~underpinning.kind_of(promises)
            if not left:
                break
            below = () if promises else chain.needs[service]
            waiting += [need for need in below if need not in seen]
            seen.update(below)
        return {name: found[name] for name in sorted(found)}

    @property
    def weakest(self) -> tuple[str, Promise] | None:
        """Of a large chain the supporting service with the weakest promise, of several the first by name."""
        if self.bound is None or self.bound.weakest is None:
            return None
        name = self.bound.weakest[1]
        return name, self.underpinning.promises(self.agreement, self.service, name)[0]

    @property
    def is_unreachable(self) -> bool:
        """Whether more is promised than can be expected."""
        return self.target > self.expected.high

    @property
    def is_guaranteed(self) -> bool:
        """Whether the promise holds however unluckily failures fall."""
        return self.target <= self.guaranteed

    @property
    def lacks_hours(self) -> bool:
        """Whether hours that nobody promises below are by themselves too many for the target.

        Not asked of a large chain.
        """
        if self.bound is not None:
            return False
        for asked in self.times:
            down = {name: self.underpinning.left_out(each, asked) for name, each in self.promises.items()}
            if any(down.values()) and self._left_after(down) < self.target:
                return True
        return False

    @property
    def is_guaranteed_in_all_hours(self) -> bool:
        """Whether the promises below would be enough if each were made for the hours and the period asked about."""
        return self.target <= self._left_after({name: _ONE - self.chance(name) for name in self.promises})

    def _left_after(self, downtime: Mapping[str, Fraction]) -> Fraction:
        return _left(self._chain.failures.longest(downtime)[self.formula.top])

    def chance(self, service: str) -> Fraction:
        """The part of the time that a supporting service is promised to be up."""
        if service not in self._chances:
            promises = self.underpinning.promises(self.agreement, self.service, service)
            self._chances[service] = self.underpinning.hoped(promises, self.times[0])
        return self._chances[service]

    def slope(self, service: str) -> Fraction:
        """By how much what is expected rises with one service; worked out once."""
        if service not in self._slopes:
            self._slopes[service] = self.expected.slope(service)
        return self._slopes[service]

    def guaranteed_without_failures_of(self, service: str) -> Fraction:
        """What would be guaranteed if one service never failed, whatever its promises leave out."""
        return min(self._guaranteed(each, service, Fraction(0)) for each in self.times)

    def guaranteed_with(self, service: str, chance: Fraction) -> Fraction:
        """What would be guaranteed if each promise of one service were at least so much."""
        changed = tuple(
            Promise(each.agreement, each.level, each.service, max(each.promised, chance))
            for each in self.promises[service]
        )
        return min(
            self._guaranteed(each, service, self.underpinning.downtime(changed, each)) for each in self.times
        )

    def _guaranteed(self, asked: Asked, service: str, downtime: Fraction) -> Fraction:
        """What a time would be guaranteed if one service could be down for another part of it."""
        if asked.key not in self._longest:
            allowed = _allowed(self.underpinning, self.promises, asked)
            self._longest[asked.key] = self._chain.failures.longest(allowed)
        return _left(self._chain.failures.longest_with(self._longest[asked.key], service, downtime))


def support_of(
    underpinning: Underpinning,
    agreement: Agreement,
    level: ServiceLevel,
    service: str,
    periods: Sequence[Period],
) -> Support | None:
    """The support of a level on a service in some of its periods; None where nothing promised stands under it."""
    if not underpinning.has_below(agreement, service):
        return None
    promised = promised_on(level, underpinning.day)
    if promised is None:
        return None
    times = tuple(each for period in periods if (each := underpinning.asked(agreement, level, period)).agreed)
    if not times:
        return None
    target = lowest_kept(100 * promised, level.compare) / 100
    if _is_large(underpinning, agreement, service):
        return _bounded(underpinning, agreement, level, service, target, times)
    written = _written(underpinning, agreement, service)
    if written.formula.top == UP:
        return None
    chances = {name: underpinning.hoped(promises, times[0]) for name, promises in written.promises.items()}
    hoped = expected(written.formula, chances)
    longest: dict[int, Mapping[int, Fraction]] = {
        each.key: written.failures.longest(_allowed(underpinning, written.promises, each)) for each in times
    }
    guaranteed, _, worst = min(
        (_left(longest[each.key][written.formula.top]), index, each.period)
        for index, each in enumerate(times)
    )
    # What is guaranteed is never more than what is expected: a short first period can allow less than its share.
    return Support(
        underpinning, agreement, level, service, target, times, hoped, min(guaranteed, hoped.low), worst,
        written, _chances=chances, _longest=longest,
    )  # fmt: skip


def _written(underpinning: Underpinning, agreement: Agreement, service: str) -> Written:
    """The formula of a service as an agreement sees it, with the promises that it stops at, by service."""
    found: dict[str, tuple[Promise, ...]] = {}
    known, asker = underpinning.by_service, underpinning.asker(agreement.provider)

    def is_promised(name: str) -> bool:
        if name not in known:
            return False
        promises = (
            underpinning.promises(agreement, service, name)
            if name == service
            else underpinning.stops_at(name, asker)
        )
        if promises:
            found[name] = promises
        return bool(promises)

    formula = formula_of(underpinning.chain, service, is_promised, underpinning.supported)
    return Written(formula, {name: found[name] for name in formula.services()}, Failures.of(formula))


def _is_large(underpinning: Underpinning, agreement: Agreement, root: str) -> bool:
    """Whether too many services lie under one, too many of them under several; found without seeing them all."""
    needs, stops = underpinning.chain.needs, underpinning.by_service
    if underpinning.promises(agreement, root, root):
        return False
    # Whose own promises end the walk a little early is taken for smaller than it is, and worked out by itself.
    seen = {root}
    shared: set[str] = set()
    waiting = [root]
    while waiting:
        # Some at a time, as whole sets: of large chains a thousand services are seen before it is plain.
        some, waiting = waiting[-_AT_A_TIME:], waiting[:-_AT_A_TIME]
        below = [need for service in some for need in needs[service]]
        fresh = set(below)
        if len(fresh) < len(below):
            shared.update(need for need, times in Counter(below).items() if times > 1)
        shared |= fresh & seen
        fresh -= seen
        seen |= fresh
        waiting += fresh.difference(stops)
        if len(shared) > MOST_SHARED_BY_ITSELF and len(seen) > MOST_BY_ITSELF:
            return True
    return False


def _bounded(
    underpinning: Underpinning,
    agreement: Agreement,
    level: ServiceLevel,
    service: str,
    target: Fraction,
    times: tuple[Asked, ...],
) -> Support | None:
    """The support of a large chain, from what is known of each service below for everybody."""
    asker = underpinning.asker(agreement.provider)
    bounds = [_common(underpinning, each).within(service, asker) for each in times]
    if not bounds[0].marks:
        return None
    low, high = bounds[0].expected
    guaranteed, _, worst = min(
        (bound.guaranteed, index, times[index].period) for index, bound in enumerate(bounds)
    )
    hoped = Expected(low, high, is_exact=low == high, is_quick=False)
    return Support(
        underpinning,
        agreement,
        level,
        service,
        target,
        times,
        hoped,
        min(guaranteed, low),
        worst,
        None,
        bounds[0],
    )


def _common(underpinning: Underpinning, asked: Asked) -> Gathered[CommonBound]:
    """The bounds that all promises share which speak of the same time."""
    return underpinning.remembered(
        asked.key,
        lambda: common_bounds(underpinning, asked, lambda promises: underpinning.hoped(promises, asked)),
    )


def _allowed(
    underpinning: Underpinning, promises: Mapping[str, Sequence[Promise]], asked: Asked
) -> dict[str, Fraction]:
    """The part of a time that each supporting service may be down."""
    return {name: underpinning.downtime(each, asked) for name, each in promises.items()}


def _left(downtime: Fraction) -> Fraction:
    """The part of the time that is left."""
    return max(Fraction(0), _ONE - downtime)
