"""What a party had promised about the very thing that is judged, where rows are counted party by party.

The problem: the SLA promises 95 % of calls answered in time, and the desk's own OLA 97 %. What the desk would have done
had it kept its promise is its own promise, not the SLA's; only who promised nothing is taken at the SLA's target.

Example: the level ``answered`` of the OLA counts before another ratio of the same measure (3.3).

Limits: of several, one that covers the judged service before others, then the strictest (ruling 20).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, AgreementType, Direction, ServiceLevel
from domain.attainment import LevelOn
from ola.sides import Sides


@dataclass(frozen=True, slots=True)
class Promise:
    """A party's own level of the kind that is judged, and the value that it promises."""

    agreement: Agreement
    level: ServiceLevel
    value: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Promises:
    """Finds the promises behind one judged level, on the day whose terms hold."""

    of: LevelOn
    sides: Sides
    day: date
    direction: Direction

    def own(self, party: str) -> Promise | None:
        """A party's own promise; None for the judged agreement's provider, and where it made none."""
        if party == self.sides.provider:
            return None
        return self._best(self.sides.in_force.provided_by((party,)))

    def of_side(self, side: str) -> Promise | None:
        """What a supplier's side promised the provider as a whole; None for the provider's and the consumer's."""
        if side in (self.sides.provider, self.sides.consumer):
            return None
        return self._best(self.sides.contracts_of(side))

    def _best(self, agreements: Iterable[Agreement]) -> Promise | None:
        found: list[tuple[bool, bool, Fraction, str, str, Promise]] = []
        for agreement in agreements:
            if agreement.type is AgreementType.SLA or agreement is self.of.agreement:
                continue
            for level in agreement.levels:
                target = level.target.on(self.day)
                is_same = level.name == self.of.level.name
                if level.metric.kind != self.of.level.metric.kind or target is None:
                    continue
                if is_same or measure_of(level) == measure_of(self.of.level):
                    strict = -target.value if self.direction is Direction.AT_LEAST else target.value
                    elsewhere = self.of.service not in level.services
                    promise = Promise(agreement, level, target.value)
                    found.append((not is_same, elsewhere, strict, agreement.name, level.name, promise))
        return min(found, key=lambda row: row[:5])[-1] if found else None


def measure_of(level: ServiceLevel) -> str | None:
    """The measure that a level counts; None for metrics without one."""
    measure = getattr(level.metric, "measure", None)
    return measure if isinstance(measure, str) else None
