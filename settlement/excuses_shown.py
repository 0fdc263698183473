"""What a breach's trace says of every excuse that bears on it: reliefs, the consumer's duties, exclusions.

The problem: an ``EXCUSED`` row says how much a cause took off a breach. Whoever disputes it asks which letter, accepted
or not, notified when, with what effect; and whoever claimed relief in vain asks why it did not count.

Example: a flood accepted for two hours, and notified two days late where timely notice is a condition: quantity 0,
``is_late`` and ``is_void``.

Limits: the quantity of a relief is what it takes off this breach, in the trace's unit; one of the credit or of
termination alone takes nothing off it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.instants import SECOND
from domain.relief import Effect
from ola.responsibility import Excuse, ExcuseKind, Reason, Trace
from settlement.excused_rows import excused_parts
from settlement.measured import MeasuredDowntime, MeasuredOutages, Measurement

if TYPE_CHECKING:
    from settlement.measuring import Measuring
    from settlement.relieving import Applied

__all__ = ["excuses_of"]


def excuses_of(measuring: Measuring, measurement: Measurement, trace: Trace) -> tuple[Excuse, ...]:
    """Every excuse with what it takes off the breach: reliefs by name, then duties, then exclusions by cause."""
    by_label: dict[tuple[str, str], Fraction] = {}
    for label, cause, quantity in _parts(measuring, measurement):
        key = (label, cause)
        by_label[key] = by_label.get(key, Fraction(0)) + quantity
    found = [
        _relief(each, by_label.pop((each.relief.label, each.relief.cause), Fraction(0)))
        for each in sorted(measurement.reliefs, key=lambda each: each.relief.name)
    ]
    told: dict[str, Fraction] = {}
    for each in found:
        told[each.cause] = told.get(each.cause, Fraction(0)) + each.quantity
    for (label, cause), quantity in sorted(by_label.items()):
        if quantity and label.startswith("duty "):
            name = label.removeprefix("duty ")
            duties = (each for each in measurement.attainment.of.agreement.duties if each.name == name)
            clause = next((duty.clause for duty in duties), None)
            found.append(Excuse(ExcuseKind.DUTY, name, cause, quantity, clause=clause))
            told[cause] = told.get(cause, Fraction(0)) + quantity
    for row in trace.responsibilities:
        if row.reason is Reason.EXCUSED and row.cause is not None:
            left = row.quantity - told.get(row.cause, Fraction(0))
            if left > 0:
                found.append(Excuse(ExcuseKind.EXCLUSION, None, row.cause, left))
    return tuple(found)


def _parts(measuring: Measuring, measurement: Measurement) -> Iterable[tuple[str, str, Fraction]]:
    basis = measurement.basis
    if isinstance(basis, MeasuredDowntime):
        for relief, time in basis.decided:
            weighed = (each.weight * (time & basis.down & each.state.down).total() for each in basis.layers)
            yield relief.label, relief.cause, sum(weighed, start=Fraction(0)) / SECOND
    elif isinstance(basis, MeasuredOutages):
        for relief, outages in basis.decided:
            yield relief.label, relief.cause, Fraction(len(outages))
    else:
        yield from excused_parts(measuring, measurement)


def _relief(applied: Applied, quantity: Fraction) -> Excuse:
    relief, stands = applied.relief, applied.timeliness
    return Excuse(
        ExcuseKind.RELIEF,
        relief.name,
        relief.cause,
        quantity,
        tuple(effect.value for effect in Effect if effect in relief.effects),
        relief.status.value,
        None if relief.notice is None else relief.notice.at,
        None if stands is None else stands.deadline,
        is_late=stands is not None and stands.is_late,
        is_void=applied.is_void,
        clause=relief.clause,
        reason=relief.reason,
    )
