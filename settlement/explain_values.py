"""The explanation of a level's value, whichever metric it is measured by.

The problem: each metric is worked out by rules of its own, from evidence of its own kind; whoever asks "how do you
know" must get the tree of just those rules, with the place of each row.

Example: the value of a ratio has the steps ``numerator`` and ``denominator``, and each names the counts it added.

Limits: of many rows the places of the first `MOST_PLACES` are named.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from domain.agreements import (
    AvailabilityMetric,
    DurationMetric,
    OutageCountMetric,
)
from domain.errors import PrivityError
from domain.evidence import OutageColumns, Place
from domain.explanation import Value, Worked, work
from domain.instants import isoformat
from domain.intervals import Intervals, union
from domain.measure.availability import explain_availability
from domain.measure.composite import explain_composite
from domain.measure.duration import explain_duration
from domain.measure.explaining import explain_tally
from domain.measure.outage_count import explain_outage_count
from domain.measure.within import explain_within
from domain.metrics import TallyMetric
from domain.relief import BY_BREACH, Relief
from ola.degraded import Layer
from ola.share_explanation import explain_relief
from settlement.measured import (
    MeasuredComposite,
    MeasuredDowntime,
    MeasuredOutages,
    MeasuredTally,
    MeasuredTickets,
    Measurement,
)
from settlement.relieving import Applied
from settlement.settle import Settling

MOST_PLACES: Final = 12


def explain_value(settling: Settling, measurement: Measurement) -> Worked:
    """The value with its steps. Raises PrivityError where nothing is known of how it was measured."""
    explain = _EXPLANATIONS.get(type(measurement.basis))
    if explain is None:
        raise PrivityError(f"Nothing is known of how {measurement.attainment.of.level.name} was measured.")
    return explain(settling, measurement)


def _tickets(_: Settling, measurement: Measurement) -> Worked:
    basis, of = measurement.basis, measurement.attainment.of
    metric, period = of.level.metric, measurement.attainment.period.name
    if not isinstance(basis, MeasuredTickets):
        raise TypeError("Tickets are explained from their clocks.")
    stopped = "; ".join(_cited(each.relief) for each in measurement.reliefs if _stops_clocks(each))
    said = f"tickets and ticket_events of {of.service}"
    sources = {"tickets": f"{said}; no clock ran in the time of {stopped}" if stopped else said}
    if isinstance(metric, DurationMetric):
        return explain_duration(
            basis.whole or basis.measure,
            metric.statistic,
            basis.excused,
            clause=of.level.clause,
            period=period,
            sources=sources,
        )
    return explain_within(
        basis.whole or basis.measure, basis.excused, clause=of.level.clause, period=period, sources=sources
    )


def _rows(_: Settling, measurement: Measurement) -> Worked:
    basis, of = measurement.basis, measurement.attainment.of
    metric = of.level.metric
    if not isinstance(basis, MeasuredTally) or not isinstance(metric, TallyMetric):
        raise TypeError("Sums are explained from their rows.")
    said = f"{basis.rows} of {of.service}, measure {metric.measure}"
    places = _listed(basis.tally.place)
    sources = {"rows": f"{said}: {places}" if places else said}
    period = measurement.attainment.period.name
    return explain_tally(
        basis.whole or basis.tally,
        metric,
        basis.excused,
        clause=of.level.clause,
        period=period,
        sources=sources,
    )


def _composite(settling: Settling, measurement: Measurement) -> Worked:
    basis, of = measurement.basis, measurement.attainment.of
    if not isinstance(basis, MeasuredComposite):
        raise TypeError("A composite is explained from its levels.")
    levels = [explain_value(settling, each) for each in basis.levels]
    period = measurement.attainment.period.name
    return explain_composite(basis.composed, levels, basis.expected, clause=of.level.clause, period=period)


def _outages(settling: Settling, measurement: Measurement) -> Worked:
    basis, of = measurement.basis, measurement.attainment.of
    metric = of.level.metric
    if not isinstance(basis, MeasuredOutages) or not isinstance(metric, OutageCountMetric):
        raise TypeError("Outages are explained from their intervals.")
    sources = _downtime_sources(settling, measurement, basis.horizon)
    return explain_outage_count(
        basis.state.down,
        metric.longer_than,
        basis.agreed,
        basis.span,
        _relieved(basis),
        clause=of.level.clause,
        period=measurement.attainment.period.name,
        sources={"down": "; ".join((sources["recorded"], sources["gate"])), "agreed": sources["windows"]},
    )


def _downtime(settling: Settling, measurement: Measurement) -> Worked:
    basis, of = measurement.basis, measurement.attainment.of
    metric = of.level.metric
    if not isinstance(basis, MeasuredDowntime) or not isinstance(metric, AvailabilityMetric):
        raise TypeError("An availability is explained from its downtime.")
    terms = basis.terms
    hours = None if terms is None else terms.explained_hours(of, basis.maintenance)
    excusable = None if terms is None else terms.explained_work(of)
    return explain_availability(
        basis.windows,
        basis.maintenance if hours is None else hours,
        basis.state.recorded,
        basis.state.gate,
        settling.measuring.chain.services[of.service].measured,
        metric.minimum_outage,
        _relieved(basis),
        removes_relieved=of.level.removes_relieved,
        clause=of.level.clause,
        period=measurement.attainment.period.name,
        behind=() if excusable is None else (excusable,),
        layers=[(each.weight, each.state.recorded, each.state.gate) for each in _partial(basis)],
        sources=_downtime_sources(settling, measurement, basis.horizon),
    )


def _partial(basis: MeasuredDowntime) -> tuple[Layer, ...]:
    """The layers of downtime of which some counts in part; none where all counts in full."""
    return () if [each.weight for each in basis.layers] == [1] else basis.layers


_EXPLANATIONS: dict[type, Callable[[Settling, Measurement], Worked]] = {
    MeasuredDowntime: _downtime,
    MeasuredOutages: _outages,
    MeasuredTickets: _tickets,
    MeasuredTally: _rows,
    MeasuredComposite: _composite,
}


def _downtime_sources(settling: Settling, measurement: Measurement, horizon: int) -> dict[str, str]:
    """Where the terms of an availability stand: the calendar, the maintenance clause, the rows of evidence."""
    of, period = measurement.attainment.of, measurement.attainment.period
    agreement = of.agreement
    book = settling.measuring.book(horizon, agreement)
    start, end = period.bounds(agreement.calendar.zone)
    calendar = f"calendar {agreement.calendar.name} ({agreement.calendar.timezone})"
    below = settling.measuring.chain.closure(of.service)[:-1]
    nothing = f"no outage of {of.service} from {isoformat(start)} to {isoformat(end)}"
    under = "; ".join(f"{name}: {found}" for name in below if (found := _places(book.rows(name), start, end)))
    works = [
        relief.name
        for relief in settling.portfolio.reliefs
        if relief.cause == "maintenance" and relief.agreement == agreement.name and relief.span is not None
    ]
    agreed_works = f"; relief {', '.join(works)}" if works else ""
    return {
        "windows": f"{calendar}, {of.level.window or 'all windows'}",
        "maintenance": f"{agreement.name} version {agreement.version}, maintenance{agreed_works}",
        "recorded": _places(book.rows(of.service), start, end) or nothing,
        "gate": under or ("nothing under it failed" if below else f"{of.service} stands on nothing"),
        "measured": f"service {of.service}",
    }


def _places(rows: OutageColumns, start: int, end: int) -> str:
    """The outage rows that reach into a period, by id, file and line."""
    within = [
        row for row in range(len(rows)) if int(rows.started[row]) < end and int(rows.ended[row]) > start
    ]
    return ", ".join(
        f"{rows.outage_id[row] or 'outage'} ({rows.place.file[row]}:{int(rows.place.line[row])})"
        for row in within
    )


def _listed(place: Place | None) -> str:
    """Files and lines of rows, the first few of them."""
    if place is None or not len(place.line):
        return ""
    shown = [f"{place.file[row]}:{int(place.line[row])}" for row in range(min(len(place.line), MOST_PLACES))]
    more = len(place.line) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _relieved(basis: MeasuredDowntime | MeasuredOutages) -> Worked | None:
    """What is taken off the downtime as excused: by decision, and from the game between excused causes and sides."""
    by_decision = _decided(basis)
    by_cause = None
    if basis.breach is not None:
        time = union(part for _, part in basis.decided)
        left = [each for each in basis.breach.occasions if not Intervals.of(each.spans) & time]
        if any(each.excused for each in left):
            by_cause = explain_relief(basis.breach.players, left)
    if by_decision is None or by_cause is None:
        return by_decision or by_cause
    parts = [by_decision.called("byDecision"), by_cause.called("byCause")]
    return work("relieved", "relieved-in-all/1", {}, parts)


def _decided(basis: MeasuredDowntime | MeasuredOutages) -> Worked | None:
    """What accepted reliefs excuse of the downtime, relief by relief with its time and its clause."""
    if not basis.decided:
        return None
    reliefs = [relief for relief, _ in basis.decided]
    sources = {"reliefs": "; ".join(_cited(relief) for relief in reliefs)}
    if isinstance(basis, MeasuredDowntime):
        rows: Value = tuple((relief.name, relief.cause, time) for relief, time in basis.decided)
        down: Value = tuple((each.weight, basis.down & each.state.down) for each in basis.layers)
        return work("relieved", "relief-by-time/1", {"down": down, "reliefs": rows}, sources=sources)
    rows = tuple((relief.name, relief.cause, time) for relief, time in basis.excused)
    terms: dict[str, Value] = {
        "outages": basis.down, "agreed": basis.agreed, "longerThan": Fraction(basis.longer_than), "reliefs": rows,
    }  # fmt: skip
    return work("relieved", "outages-excused/1", terms, sources=sources)


def _stops_clocks(applied: Applied) -> bool:
    """Whether a relief makes clocks stand still in the measured figure."""
    relief = applied.relief
    return applied.is_accepted and relief.span is not None and bool(relief.effects & BY_BREACH)


def _cited(relief: Relief) -> str:
    """A relief as a source: its name, what it excuses, and the clause it rests on."""
    effects = ", ".join(sorted(effect.value for effect in relief.effects))
    clause = f", {relief.clause}" if relief.clause else ""
    return f"{relief.label} ({relief.cause}; {effects}{clause})"
