"""Measuring composites: a formula over the attained values of other levels, for the very same period.

The problem: a composite is only as good as the values it is made of, so these are measured by their own rules, under
their own agreements, over the composite's period.

Example (ruling 24): 450 leads and a rate of 8 % are 36 deals.

Limits: where an agreement was not in force or a level was not measured, the composite has no value. A level that covers
several services is taken on the composite's own service where it covers that one, else on each of its services, a
weight being divided among them. Documents refuse circles; one that comes by another way has no value.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from domain.agreements import CompositeMetric
from domain.attainment import LevelOn
from domain.measure.composite import Composed
from domain.measure.judging import judge
from domain.periods import Period
from settlement.measured import MeasuredComposite, Measurement, attained, judged_day

if TYPE_CHECKING:
    from settlement.measuring import Measuring

_PERCENT = frozenset({"availability", "within", "ratio", "success", "onTime"})


def measure_composite(
    measuring: Measuring, of: LevelOn, period: Period, lifted: frozenset[str]
) -> Measurement:
    """The formula's value."""
    level, metric = of.level, of.level.metric
    if not isinstance(metric, CompositeMetric):
        raise TypeError("A composite is measured by its own metric.")
    key = (*of.order(), period.name)
    found: list[Measurement | None] = []
    weights: list[Fraction] = []
    if key not in measuring.composing:
        measuring.composing.add(key)
        for position, _ in enumerate(metric.of):
            members = _members(measuring, of, metric, position, period)
            found += [measuring.measure(member, period, lifted) for member in members] or [None]
            weight = metric.weights[position] if metric.weights else Fraction(1)
            weights += [weight / max(len(members), 1)] * max(len(members), 1)
        measuring.composing.discard(key)
    levels = [each for each in found if each is not None]
    percents = tuple(_is_percent(each) for each in levels)
    composed = Composed(metric.formula, percents, tuple(weights[: len(levels)]))
    is_whole = bool(levels) and len(levels) == len(found)
    value = composed.value([each.attainment.value for each in levels]) if is_whole else None
    judgement = judge(value, level.target.on(judged_day(of, period)), level.compare)
    attainment = attained(of, period, judgement, value, None)
    return Measurement(attainment, MeasuredComposite(composed, tuple(levels), len(found)))


def _members(
    measuring: Measuring, of: LevelOn, metric: CompositeMetric, position: int, period: Period
) -> list[LevelOn]:
    named = metric.of[position]
    agreement = of.agreement
    if named.agreement != agreement.name:
        found = measuring.in_force(judged_day(of, period)).by_name.get(named.agreement)
        if found is None:
            return []
        agreement = found
    members = []
    for level in agreement.levels:
        if level.name == named.level:
            own = (of.service,) if of.service in level.services else level.services
            # A level that is measured for each customer goes with the customer that the composite is for.
            customer, whose = of.customer, agreement
            if level.is_per_customer and customer is not None and customer in agreement.customers:
                whose = measuring.for_customer(agreement, customer)
            members += [LevelOn(whose, level, service) for service in own]
    return members


def _is_percent(measurement: Measurement) -> bool:
    basis = measurement.basis
    if isinstance(basis, MeasuredComposite):
        return basis.composed.is_percent
    return measurement.attainment.of.level.metric.kind in _PERCENT
