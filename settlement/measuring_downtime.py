"""Measuring what outages decide: availability, and how many outages there were.

The problem: both stand on when the service was down, by its own records or by what it stands on; both are relieved by
the same causes; and both need, for a trace, whose failure each piece was.

Example (E1): April, 24x7, 62 minutes down: 2,588,280,000,000 of 2,592,000,000,000 microseconds.

Limits: whose failure it was is worked out only where something is excused or the target was missed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import AvailabilityMetric, OutageCountMetric
from domain.attainment import AttainmentStatus, LevelOn
from domain.evidence import OutageColumns, OutageTimes
from domain.findings import Finding, FindingKind, Severity
from domain.intervals import EMPTY, Intervals, union
from domain.measure.availability import agreed_time, availability, downtime_in
from domain.measure.judging import judge
from domain.measure.outage_count import outages_begun, outages_excused
from domain.parties import Role
from domain.periods import Period
from domain.relief import Relief
from domain.services import Measured
from ola.decided import excused_by, side_by_side
from ola.degraded import Layer, layers_of, together
from ola.downtime import Downtime, DowntimeBook
from ola.occasions import DowntimeBreach, Player, downtime_occasions, outage_occasions
from ola.trace import whole_quantity
from settlement.days import day_of, known_until
from settlement.duties import relief_on
from settlement.maintenance import AgreedMaintenance, agreed_maintenance, maintenance_findings
from settlement.measured import MeasuredDowntime, MeasuredOutages, Measurement, attained, judged_day
from settlement.sources import outages_differ

if TYPE_CHECKING:
    from settlement.measuring import Measuring


def measure_availability(
    measuring: Measuring, of: LevelOn, period: Period, lifted: frozenset[str]
) -> Measurement:
    """Agreed service time less counted downtime, over agreed service time."""
    agreement, level, metric = of.agreement, of.level, of.level.metric
    if not isinstance(metric, AvailabilityMetric):
        raise TypeError("An availability is measured by its own metric.")
    first, last = measuring.span(of, period)
    day = judged_day(of, period)
    windows = agreement.calendar.service_time(first, last, level.window)
    end = period.bounds(agreement.calendar.zone)[1]
    book = measuring.book(min(end, known_until(measuring.as_of)), agreement)
    maintenance = agreed_maintenance(measuring, of, (first, last), book, windows)
    agreed = agreed_time(windows, maintenance.hours)
    book = book.agreeing(maintenance.work)
    layers = layers_of(book, of.service, metric)
    state = layers[0].state
    down = downtime_in(state.down, metric.minimum_outage, agreed)
    identify = measuring.identify(of, day, lifted)
    decided = relief_on(measuring, of, period).of(down)

    def cut(time: Intervals, who: Callable[[str, str], Player]) -> DowntimeBreach:
        return together(
            [
                (
                    each.weight,
                    downtime_occasions(
                        each.book, of.service, each.state, time & each.state.down, who, agreement.relief_test
                    ),
                )
                for each in layers
            ]
        )

    breach: DowntimeBreach | None = None
    whole = _weighed(layers, down)
    counted = whole
    if decided or _is_excused(measuring, of, layers[0].book, state, down, identify):
        breach = _with_decided(cut, down, decided, identify)
        counted = whole_quantity(breach.players, breach.occasions)
    denominator = Fraction(agreed.total())
    if level.removes_relieved:
        denominator -= whole - counted
    value = availability(denominator, counted)
    judgement = judge(value, level.target.on(day), level.compare)
    if judgement.status is AttainmentStatus.MISSED and breach is None:
        breach = cut(down, identify)
    attainment = attained(of, period, judgement, denominator - counted, denominator)
    findings: tuple[Finding, ...] = (*_no_evidence(measuring, of), *_self_excused(measuring, of, book, down))
    findings += maintenance_findings(of, maintenance)
    if agreement.sources:
        findings += outages_differ(of, measuring.ranked(agreement, book.horizon), agreed)
    basis = MeasuredDowntime(
        agreed,
        windows,
        maintenance.hours & windows,
        down,
        state,
        counted,
        breach,
        book.horizon,
        maintenance,
        layers,
        decided,
    )
    return Measurement(attainment, basis, findings)


def _weighed(layers: tuple[Layer, ...], down: Intervals) -> Fraction:
    """How much downtime counts, each layer as heavy as it is; of one layer alone it is all there is."""
    if len(layers) == 1:
        return layers[0].weight * down.total()
    return sum((each.weight * (down & each.state.down).total() for each in layers), start=Fraction(0))


def measure_outage_count(
    measuring: Measuring, of: LevelOn, period: Period, lifted: frozenset[str]
) -> Measurement:
    """How many outages began in the period; one that is excused in part counts in part."""
    agreement, level, metric = of.agreement, of.level, of.level.metric
    if not isinstance(metric, OutageCountMetric):
        raise TypeError("Outages are counted by their own metric.")
    day = judged_day(of, period)
    span = measuring.instants(of, period)
    end = period.bounds(agreement.calendar.zone)[1]
    book = measuring.book(min(end, known_until(measuring.as_of)), agreement)
    state = book.measured(of.service, metric)
    windows, maintenance = _agreed_while_down(measuring, of, period, state.down, book)
    agreed = agreed_time(windows, maintenance.hours)
    book = book.agreeing(maintenance.work)
    state = book.measured(of.service, metric)
    down = outages_begun(state.down, metric.longer_than, agreed, *span)
    identify = measuring.identify(of, day, lifted)

    relief = relief_on(measuring, of, period)
    excused_time = relief.time
    decided = outages_excused(down, metric.longer_than, agreed, relief.spans)

    def cut(outages: Intervals, who: Callable[[str, str], Player]) -> DowntimeBreach:
        return outage_occasions(
            book, of.service, state, outages, metric.longer_than, who, agreement.relief_test,
            EMPTY if who is not identify else excused_time,
        )  # fmt: skip

    breach: DowntimeBreach | None = None
    counted = Fraction(len(down))
    if decided or _is_excused(measuring, of, book, state, down, identify):
        breach = _with_decided(cut, down, decided, identify)
        counted = whole_quantity(breach.players, breach.occasions)
    judgement = judge(counted, level.target.on(day), level.compare)
    if judgement.status is AttainmentStatus.MISSED and breach is None:
        breach = cut(down, identify)
    attainment = attained(of, period, judgement, counted, None)
    findings: tuple[Finding, ...] = (*_no_evidence(measuring, of), *_self_excused(measuring, of, book, down))
    findings += maintenance_findings(of, maintenance)
    if agreement.sources:
        findings += outages_differ(of, measuring.ranked(agreement, book.horizon), agreed)
    basis = MeasuredOutages(
        agreed, span, down, state, counted, breach, book.horizon, maintenance, decided, relief.spans,
        metric.longer_than,
    )  # fmt: skip
    return Measurement(attainment, basis, findings)


def _with_decided(
    cut: Callable[[Intervals, Callable[[str, str], Player]], DowntimeBreach],
    down: Intervals,
    decided: tuple[tuple[Relief, Intervals], ...],
    identify: Callable[[str, str], Player],
) -> DowntimeBreach:
    """The occasions of some downtime, what accepted reliefs excuse standing under their causes."""
    if not decided:
        return cut(down, identify)
    counting = cut(down - union(time for _, time in decided), identify)
    parts = [(time, cut(time, excused_by(relief.cause, identify))) for relief, time in decided]
    return side_by_side(counting, parts)


def _agreed_while_down(
    measuring: Measuring, of: LevelOn, period: Period, down: Intervals, book: DowntimeBook
) -> tuple[Intervals, AgreedMaintenance]:
    """The service windows of the period and of the days that an outage outlasts it; and what is agreed maintenance."""
    first, last = measuring.span(of, period)
    until = day_of(int(down.ends[-1])) + timedelta(days=1) if down else last
    days = (first, max(last, until))
    windows = of.agreement.calendar.service_time(*days, of.level.window)
    return windows, agreed_maintenance(measuring, of, days, book, windows)


def _is_excused(
    measuring: Measuring,
    of: LevelOn,
    book: DowntimeBook,
    state: Downtime,
    down: Intervals,
    identify: Callable[[str, str], Player],
) -> bool:
    """Whether anything that failed while the service was down may be relieved."""
    if not down:
        return False
    states = [(name, book.of(name)) for name in measuring.chain.closure(of.service)[:-1]]
    return any(
        identify(name, cause).excused is not None and own & down
        for name, each in [*states, (of.service, state)]
        for cause, own in each.own.items()
    )


def _no_evidence(measuring: Measuring, of: LevelOn) -> tuple[Finding, ...]:
    stated = measuring.chain.services[of.service]
    recorded = measuring.evidence.services_with_outages()
    if stated.measured is not Measured.DIRECTLY or of.service in recorded:
        return ()
    counts = isinstance(of.level.metric, OutageCountMetric)
    reads = "its outages read as none" if counts else "its availability reads as 100 %"
    return (
        Finding(
            "NO_EVIDENCE", Severity.WARNING, FindingKind.EVIDENCE,
            f"No outage row names {of.service}, which is measured directly: {reads}.",
            of.agreement.name, of.level.name, of.service, (of.level.cited,),
            cure=f"Send the outages of {of.service}, or measure it fromDependencies if it has no monitor.",
        ),
    )  # fmt: skip


def _self_excused(
    measuring: Measuring, of: LevelOn, book: DowntimeBook, down: Intervals
) -> tuple[Finding, ...]:
    """A vendor's own record that says the customer did it still relieves, but asks a person (ruling 14)."""
    if "customer" not in of.agreement.exclusions or not down:
        return ()
    covered = [name for name in measuring.chain.closure(of.service) if name in of.agreement.services]
    found = (_self_excused_on(measuring, of, service, book, down) for service in sorted(covered))
    return tuple(finding for finding in found if finding is not None)


def _self_excused_on(
    measuring: Measuring, of: LevelOn, service: str, book: DowntimeBook, down: Intervals
) -> Finding | None:
    parties = measuring.portfolio.parties
    party = parties[measuring.chain.services[service].provider]
    vendors = {p.name for p in parties.values() if p.role is Role.VENDOR}

    def doubtful_of(rows: OutageTimes | OutageColumns) -> list[int]:
        return [
            row for row in np.flatnonzero(rows.cause.rows_in(("customer",))).tolist()
            if (party.role is Role.VENDOR or rows.source[row] in vendors)
            and down.clip(int(rows.started[row]), int(rows.ended[row]))
        ]  # fmt: skip

    if not doubtful_of(book.times(service)):
        return None
    rows = book.rows(service)  # Places are only read of rows that are asked about.
    doubtful = doubtful_of(rows)
    places = ", ".join(f"{rows.place.file[row]}:{int(rows.place.line[row])}" for row in doubtful)
    return Finding(
        "SELF_EXCUSED", Severity.WARNING, FindingKind.EVIDENCE,
        f"Outages of {service}, which {party.name} runs, are recorded by a vendor as caused by the customer "
        f"({places}); they are relieved as recorded.",
        of.agreement.name, of.level.name, service, (of.level.cited,),
        figures={"outages": str(len(doubtful))},
        cure="Have the customer confirm the cause, or send a correction that supersedes the row.",
    )  # fmt: skip
