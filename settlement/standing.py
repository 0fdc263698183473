"""What a level's credit depends on besides its own value: its earlier periods, its failures, the month's other levels.

The problem: a second failure in a row counts twice, ten failures in a year are paid for once, a credit falls due only
on the third bad month, and service points cost by the month's total. All of that must be read from the very figures
that those months and levels were measured with, each under its own version.

Example (E14): March is missed after February was: the standing of March says so, and its points are doubled.

Limits: only what a scheme asks about is looked up. Of a level that is judged each day, a month's worst day stands for
the month. A period that is no miss for its credit only because something was excused is passed over (ruling 27).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from domain.agreements import (
    AvailabilityMetric,
    CreditTerms,
    OnTimeMetric,
    OutageCountMetric,
    PassThroughCredit,
    PerFailuresCredit,
    PerUnitCredit,
    PointsCredit,
    StepUnit,
    When,
    WithinMetric,
)
from domain.attainment import Attainment, AttainmentStatus
from domain.credits.base import Due
from domain.credits.miss import Earlier, Failures, Miss, Standing, failing
from domain.credits.others import Answers
from domain.credits.points import points_of
from domain.credits.scheme import case_of, is_bedding_in
from domain.credits.when import others_of
from domain.instants import as_datetime
from domain.intervals import Intervals
from domain.measure.judging import minimum_of, misses_minimum
from domain.periods import Period, PeriodKind, PeriodRule
from domain.termination.terms import Condition
from ola.trace import whole_quantity
from settlement.history import History
from settlement.measured import (
    MeasuredDowntime,
    MeasuredOutages,
    MeasuredTally,
    MeasuredTickets,
    Measurement,
)

__all__ = ["Standings", "worst_of_each_month"]


PassedBy = Callable[[Measurement, Sequence[Measurement]], tuple[tuple[str, Fraction, Fraction], ...]]
"""Which credits above a missed level passes on, beside the others of its statement."""


class Asks(Protocol):
    """Whoever answers what a condition asks about besides the level's own periods."""

    def __call__(
        self, measurement: Measurement, when: When, points: Callable[[], Fraction], *, is_turned: bool
    ) -> tuple[tuple[Condition, Answers], ...]:
        """The answer to each such part; ``points`` are the month's service points, ``is_turned`` is for a bonus."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """Finds what a miss's credit rests on; ``siblings`` are the levels measured for the same statement."""

    history: Callable[[], History]
    is_relieved: Callable[[Measurement], bool]
    passed_by: PassedBy
    asks: Asks

    def miss(self, measurement: Measurement, siblings: Sequence[Measurement]) -> Miss:
        """A missed level's value with everything that its scheme may look at."""
        attainment = measurement.attainment
        if attainment.value is None or attainment.threshold is None:
            raise ValueError("Only a measured level with a target can be missed.")
        compared = attainment.value if attainment.compared is None else attainment.compared
        standing = self._standing(measurement, siblings)
        return Miss(attainment.value, compared, attainment.threshold, attainment.denominator, standing)

    def met(self, measurement: Measurement, siblings: Sequence[Measurement]) -> Miss | None:
        """A met level's value as the scheme of a bonus reads it; None where it was not met.

        What a credit asks of misses, a bonus asks of periods that kept the promise, or the minimum.
        """
        attainment = measurement.attainment
        is_met = attainment.status is AttainmentStatus.MET
        if not is_met or attainment.threshold is None or attainment.value is None:
            return None
        compared = attainment.value if attainment.compared is None else attainment.compared
        bonus, standing = attainment.of.level.bonus, Standing()
        if isinstance(bonus, CreditTerms) and (
            bonus.when is not None or (isinstance(bonus, PointsCredit) and bonus.repeat is not None)
        ):
            minimum = minimum_of(attainment)
            # Turned round like the target: not to be under the minimum is what counts.
            turned = None if minimum is None else minimum.turned()
            answers = self._answers(bonus.when, measurement, siblings, is_turned=True)
            standing = Standing(self._kept_earlier(measurement), minimum=turned, answers=answers)
        return Miss(attainment.value, compared, attainment.threshold, attainment.denominator, standing)

    def _kept_earlier(self, measurement: Measurement) -> tuple[Earlier, ...]:
        """The level's earlier periods, turned round: those that kept the promise stand as those that count."""
        return tuple(
            Earlier(
                each.attainment.period.last,
                each.attainment.compared,
                each.attainment.status is AttainmentStatus.MET,
                minimum_of(each.attainment) is not None
                and each.attainment.value is not None
                and not misses_minimum(each.attainment),
            )
            for each in self._past(measurement)
            if not self.is_relieved(each)
        )

    def _standing(self, measurement: Measurement, siblings: Sequence[Measurement]) -> Standing:
        attainment = measurement.attainment
        credit = attainment.of.level.credit
        if not isinstance(credit, CreditTerms):
            return Standing()
        earlier: tuple[Earlier, ...] = ()
        if credit.when is not None or (isinstance(credit, PointsCredit) and credit.repeat is not None):
            earlier = self._earlier(measurement)
        others = Fraction(0)
        price = attainment.of.agreement.points
        if isinstance(credit, PointsCredit) and price is not None and price.table:
            others = self._other_points(measurement, siblings)
        minimum = None if credit.when is None else minimum_of(attainment)
        answers = self._answers(credit.when, measurement, siblings)
        if isinstance(credit, PerFailuresCredit):
            before, paid_until = self._failures_before(measurement)
            return Standing(
                earlier, failures_of(measurement), before, paid_until, _failed(attainment), minimum=minimum,
                answers=answers,
            )  # fmt: skip
        passed = self.passed_by(measurement, siblings) if isinstance(credit, PassThroughCredit) else ()
        by_lateness = isinstance(credit, PerUnitCredit) and credit.unit is StepUnit.TIME
        late_by = _late_by(measurement) if by_lateness else ()
        return Standing(
            earlier, late_by=late_by, other_points=others, passed=passed, minimum=minimum, answers=answers
        )

    def _answers(
        self,
        when: When | None,
        measurement: Measurement,
        siblings: Sequence[Measurement],
        *,
        is_turned: bool = False,
    ) -> tuple[tuple[Condition, Answers], ...]:
        """What the parts of a condition come to that are about something else than the level's own periods."""
        if when is None or not others_of(when):
            return ()
        whose = measurement.attainment.of.customer
        return self.asks(measurement, when, lambda: self._points(siblings, whose), is_turned=is_turned)

    def _earlier(self, measurement: Measurement) -> tuple[Earlier, ...]:
        """The level's earlier periods, oldest first, without those that were relieved."""
        return tuple(
            Earlier(
                each.attainment.period.last,
                each.attainment.compared,
                each.attainment.status is AttainmentStatus.MISSED,
                misses_minimum(each.attainment),
            )
            for each in self._past(measurement)
            if not self.is_relieved(each)
        )

    def _past(self, measurement: Measurement) -> tuple[Measurement, ...]:
        """The level in its earlier periods; of one judged each day, the worst day of each earlier month."""
        attainment = measurement.attainment
        of, period = attainment.of, attainment.period
        month = PeriodRule.month().containing(period.last)
        counts_failures = isinstance(of.level.credit, PerFailuresCredit)
        level = of.level.name
        every = tuple(
            each
            for each in self.history().level(of.agreement, level, of.service, month, in_full=counts_failures)
            if each.attainment.of.customer == of.customer
        )
        if period.kind is PeriodKind.DAY_WINDOW:
            every = tuple(each for each in every if each.attainment.period.last < month.first)
            return worst_of_each_month(every)
        return tuple(each for each in every if each.attainment.period.last < period.last)

    def _other_points(self, measurement: Measurement, siblings: Sequence[Measurement]) -> Fraction:
        """The service points of the month's other missed levels of the same agreement."""
        own = measurement.attainment
        return self._points(siblings, own.of.customer, (own.of.order(), own.period))

    def _points(
        self,
        siblings: Sequence[Measurement],
        whose: str | None,
        but: tuple[tuple[str, ...], Period] | None = None,
    ) -> Fraction:
        """The service points of a month's missed levels of one agreement, without those of one of them (``but``)."""
        total = Fraction(0)
        for sibling in worst_of_each_month(siblings):
            each = sibling.attainment
            credit = each.of.level.credit
            if each.status is not AttainmentStatus.MISSED or not isinstance(credit, PointsCredit):
                continue
            if each.of.customer not in (None, whose):
                continue
            if (each.of.order(), each.period) == but:
                continue
            due = Due.of(each.of.agreement, each.period, each.of.agreement.consumer)
            if is_bedding_in(each.of.agreement, each.of.level, due):
                continue
            if each.value is None or each.threshold is None or each.compared is None:
                continue
            standing = Standing(self._earlier(sibling) if credit.repeat is not None else ())
            miss = Miss(each.value, each.compared, each.threshold, each.denominator, standing)
            total += points_of(
                credit, case_of(each.of.agreement, each.of.level, credit, each.of.service, miss, due)
            )
        return total

    def _failures_before(self, measurement: Measurement) -> tuple[Failures, date | None]:
        """The failures of earlier periods that carry credits, and the last day up to which they were paid for."""
        found: list[tuple[date, Fraction]] = []
        paid_until: date | None = None
        for each in self._past(measurement):
            of, period = each.attainment.of, each.attainment.period
            if is_bedding_in(of.agreement, of.level, Due.of(of.agreement, period, of.agreement.consumer)):
                continue
            found += failures_of(each)
            if each.attainment.status is AttainmentStatus.MISSED:
                paid_until = period.last
        return tuple(sorted(found)), paid_until


def worst_of_each_month(measurements: Iterable[Measurement]) -> tuple[Measurement, ...]:
    """Levels with, of each that is judged every day, the worst day of a month alone (ruling 3)."""
    found: list[Measurement] = []
    worst: dict[tuple[tuple[str, ...], str], int] = {}
    for measurement in measurements:
        attainment = measurement.attainment
        if attainment.period.kind is not PeriodKind.DAY_WINDOW:
            found.append(measurement)
            continue
        key = (attainment.of.order(), f"{attainment.period.last:%Y-%m}")
        if key not in worst:
            worst[key] = len(found)
            found.append(measurement)
        elif _badness(attainment) < _badness(found[worst[key]].attainment):
            found[worst[key]] = measurement
    return tuple(found)


def _badness(attainment: Attainment) -> tuple[bool, Fraction]:
    is_missed = attainment.status is AttainmentStatus.MISSED
    return not is_missed, Fraction(0) if attainment.margin is None else attainment.margin


def _failed(attainment: Attainment) -> Fraction:
    """How much of a period failed, in the unit in which failures are asked about."""
    metric = attainment.of.level.metric
    if attainment.value is None or attainment.threshold is None:
        return Fraction(0)
    unit = StepUnit.TIME if isinstance(metric, AvailabilityMetric) else StepUnit.COUNT
    return failing(metric, attainment.threshold, attainment.denominator, unit, attainment.value) or Fraction(
        0
    )


def failures_of(measurement: Measurement) -> Failures:
    """A period's failures by day: outages, late tickets, late items, else the missed period itself.

    An outage that is excused in part is a part of a failure where outages are what is measured; of an availability it
    is one as long as any of it counts.
    """
    attainment, basis = measurement.attainment, measurement.basis
    metric, period = attainment.of.level.metric, attainment.period
    zone = attainment.of.agreement.calendar.zone

    def day_of(moment: int) -> date:
        day = as_datetime(moment).astimezone(zone).date()
        return min(max(day, period.first), period.last)

    found: list[tuple[date, Fraction]] = []
    if isinstance(metric, OutageCountMetric) and isinstance(basis, MeasuredOutages):
        if basis.breach is None:
            found = [(day_of(start), Fraction(1)) for start, _ in basis.down.pairs()]
        else:
            found = [
                (day_of(each.spans[0][0]), whole_quantity(basis.breach.players, (each,)))
                for each in basis.breach.occasions
            ]
    elif isinstance(metric, AvailabilityMetric) and isinstance(basis, MeasuredDowntime):
        found = [(day_of(start), Fraction(1)) for start in _outages_begun(basis, metric, period.bounds(zone))]
    elif isinstance(metric, WithinMetric) and isinstance(basis, MeasuredTickets):
        late = basis.measure.late
        found = [
            (day_of(int(at)), Fraction(1))
            for at, is_late in zip(basis.measure.until, late, strict=True)
            if is_late
        ]
    elif isinstance(metric, OnTimeMetric) and isinstance(basis, MeasuredTally):
        tally = basis.tally
        found = [
            (day_of(int(tally.at[row])), Fraction(1)) for row in range(len(tally)) if not tally.numerator[row]
        ]
    elif attainment.status is AttainmentStatus.MISSED:
        found = [(period.last, Fraction(1))]
    return tuple(sorted((day, weight) for day, weight in found if weight))


def _outages_begun(
    basis: MeasuredDowntime, metric: AvailabilityMetric, span: tuple[int, int]
) -> tuple[int, ...]:
    """When the outages began that count towards an availability, in a period: those of which anything counts."""
    counting = basis.down
    if basis.breach is not None:
        counting = Intervals.of(
            part
            for each in basis.breach.occasions
            if whole_quantity(basis.breach.players, (each,))
            for part in each.spans
        )
    return tuple(
        start
        for start, end in basis.state.down.at_least(metric.minimum_outage).pairs()
        if span[0] <= start < span[1] and counting.clip(start, end)
    )


def _late_by(measurement: Measurement) -> tuple[Fraction, ...]:
    """By how many microseconds of its clock each late ticket was late, or each late item of the calendar."""
    basis = measurement.basis
    if isinstance(basis, MeasuredTickets):
        measure = basis.measure
        beyond = (measure.elapsed - measure.threshold)[measure.late]
        return tuple(Fraction(int(each)) for each in sorted(beyond.tolist()))
    if isinstance(basis, MeasuredTally):
        tally = basis.tally
        late = [row for row in range(len(tally)) if not tally.numerator[row]]
        return tuple(sorted(Fraction(int(tally.until[row]) - int(tally.at[row])) for row in late))
    return ()
