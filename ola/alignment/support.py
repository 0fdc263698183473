"""Whether what a service stands on supports what is promised of it, and what would close the gap.

The problem: 99.9 % is sold on two suppliers that promise 99.5 and 99.95. Nobody has failed yet, and the promise cannot
be kept. Or it can be expected to be kept, but only because failures seldom coincide, which no contract says.

Example: a series of 99.5 and 99.95: expected 99.45025, guaranteed 99.45; sold at 99.9:
``TARGET_UNSUPPORTED``, an error. Any of 99.5 and 99: expected 99.995, guaranteed 99.5: a warning (ruling 38).

*Expected* takes each promised percent as it stands. *Guaranteed* is what the promises leave over in the period and the
window of the promise above, in the worst of the periods asked about.

Limits: `ola.alignment.structure` and `ola.alignment.expected` say what is left out and where figures become bounds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.agreements import Agreement, ServiceLevel
from domain.periods import Period
from ola.alignment.expected import Expected, expected
from ola.alignment.guaranteed import most_downtime
from ola.alignment.structure import UP, Formula, formula_of
from ola.alignment.underpinning import Asked, Promise, Underpinning, lowest_kept, promised_on

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """What stands under one availability level on one service.

    ``target`` is the least part of the time (0 to 1) that keeps the promise; ``guaranteed`` that of the worst period,
    ``worst``.
    """

    underpinning: Underpinning
    agreement: Agreement
    level: ServiceLevel
    service: str
    target: Fraction
    formula: Formula
    promises: Mapping[str, tuple[Promise, ...]]
    times: tuple[Asked, ...]
    expected: Expected
    guaranteed: Fraction
    worst: Period

    @property
    def is_unreachable(self) -> bool:
        """Whether more is promised than can be expected."""
        return self.target > self.expected.high

    @property
    def is_guaranteed(self) -> bool:
        """Whether the promise holds however unluckily failures fall."""
        return self.target <= self.guaranteed

    def chance(self, service: str) -> Fraction:
        """The part of the time that a supporting service is promised to be up."""
        return _chosen(self.promises[service], self.times[0]).promised

    def guaranteed_without_failures_of(self, service: str) -> Fraction:
        """What would be guaranteed if one service never failed, whatever its promises leave out."""
        return min(
            _guaranteed(self.underpinning, self.formula, self.promises, each, never_down=service)
            for each in self.times
        )

    def guaranteed_with(self, service: str, chance: Fraction) -> Fraction:
        """What would be guaranteed if each promise of one service were at least so much."""
        changed = tuple(
            Promise(each.agreement, each.level, each.service, max(each.promised, chance))
            for each in self.promises[service]
        )
        return min(
            _guaranteed(self.underpinning, self.formula, {**self.promises, service: changed}, each)
            for each in self.times
        )


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
    found: dict[str, tuple[Promise, ...]] = {}

    def is_promised(name: str) -> bool:
        promises = underpinning.promises(agreement, service, name)
        if promises:
            found[name] = promises
        return bool(promises)

    formula = formula_of(underpinning.chain, service, is_promised)
    times = tuple(each for period in periods if (each := Asked.of(agreement, level, period)).agreed)
    if formula.top == UP or not times:
        return None
    found = {name: found[name] for name in formula.services()}
    chances = {name: _chosen(found[name], times[0]).promised for name in found}
    hoped = expected(formula, chances)
    guaranteed, _, worst = min(
        (_guaranteed(underpinning, formula, found, each), index, each.period)
        for index, each in enumerate(times)
    )
    # What is guaranteed is never more than what is expected: a short first period can allow less than its share.
    return Support(
        underpinning, agreement, level, service, lowest_kept(100 * promised, level.compare) / 100, formula,
        found, times, hoped, min(guaranteed, hoped.low), worst,
    )  # fmt: skip


def _guaranteed(
    underpinning: Underpinning,
    formula: Formula,
    promises: Mapping[str, Sequence[Promise]],
    asked: Asked,
    never_down: str | None = None,
) -> Fraction:
    downtime = {name: underpinning.downtime(promises[name], asked) for name in formula.services()}
    if never_down is not None:
        downtime[never_down] = Fraction(0)
    return max(Fraction(0), _ONE - most_downtime(formula, downtime))


def _chosen(promises: Sequence[Promise], asked: Asked) -> Promise:
    """Of several promises of one service the one that speaks of most of the time asked about, then the strictest."""
    if len(promises) == 1:
        return promises[0]

    def rank(promise: Promise) -> tuple[int, Fraction]:
        agreement, level, period = promise.agreement, promise.level, asked.period
        time = agreement.calendar.service_time(period.first, period.last, level.window)
        return ((asked.agreed & time).total(), promise.promised)

    return max(promises, key=rank)
