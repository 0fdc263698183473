"""The rows of evidence behind a figure, one by one, as a reader wants to see them.

The problem: every metric is measured from another kind of evidence, and whoever doubts a figure asks the same of all
of them: which rows, of which file and line. So each kind's columns become rows of one form here.

Example: behind an availability of March stand the outages of its service, and of all that it stands on, which reach
into March in the zone of the agreement.

Limits: a composite has no rows, for it stands on other levels, and these on evidence of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from api.services.reading import EvidenceRow
from domain.agreements import (
    CompositeMetric,
    MeanMetric,
    OnTimeMetric,
    RatioMetric,
    SuccessMetric,
    TotalMetric,
)
from domain.evidence import NEVER, UNRECORDED
from domain.metrics import TicketMetric

if TYPE_CHECKING:
    from api.services.reading import LevelKey
    from domain.agreements import Agreement, ServiceLevel
    from domain.evidence import (
        CountColumns,
        DeliverableColumns,
        OutageColumns,
        SampleColumns,
        TicketColumns,
    )
    from domain.periods import Period
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.settle import Settling

__all__ = ["outage_rows", "rows_behind"]


def rows_behind(settling: Settling, key: LevelKey, period: Period) -> list[EvidenceRow]:
    """The rows of evidence that a level is measured from and that reach into a period, in their fixed order."""
    found = _level(settling.portfolio, key, period)
    if found is None:
        return []
    agreement, level = found
    start, end = period.bounds(agreement.calendar.zone)
    evidence: Evidence = settling.evidence
    metric = level.metric
    if isinstance(metric, TicketMetric):
        rows = _tickets(evidence.tickets((key.service,)), start, end)
    elif isinstance(metric, RatioMetric | MeanMetric | TotalMetric):
        rows = _counts(evidence.counts((key.service,)), metric.measure, start, end)
    elif isinstance(metric, SuccessMetric):
        rows = _samples(evidence.samples((key.service,)), metric.measure, start, end)
    elif isinstance(metric, OnTimeMetric):
        rows = _items(evidence.deliverables((key.service,)), metric.measure, start, end)
    elif isinstance(metric, CompositeMetric):
        rows = []  # A composite stands on other levels, and these on evidence of their own.
    else:
        rows = outage_rows(evidence.outages(settling.measuring.chain.closure(key.service)), start, end)
    return sorted(rows, key=lambda row: (row.start, row.id, row.file, row.line))


def outage_rows(rows: OutageColumns, start: int, end: int) -> list[EvidenceRow]:
    """The outages that reach into [start, end), in the order of their columns."""
    return [
        EvidenceRow(
            "outage",
            rows.outage_id[row] or "",
            rows.service[row] or "",
            int(rows.started[row]),
            _known(int(rows.ended[row])),
            rows.cause[row],
            rows.source[row],
            _known(int(rows.recorded[row])),
            rows.place.file[row] or "",
            int(rows.place.line[row]),
        )
        for row in np.flatnonzero((rows.started < end) & (rows.ended > start)).tolist()
    ]


def _level(portfolio: Portfolio, key: LevelKey, period: Period) -> tuple[Agreement, ServiceLevel] | None:
    """The level in the version of the agreement that took effect last by the end of a period."""
    found = None
    for agreement in portfolio.agreements:
        if agreement.name == key.agreement and agreement.effective <= period.last:
            for level in agreement.levels:
                if level.name == key.level and key.service in level.services:
                    found = (agreement, level)
    return found


def _tickets(rows: TicketColumns, start: int, end: int) -> list[EvidenceRow]:
    return [
        EvidenceRow(
            "ticket",
            rows.ticket_id[row] or "",
            rows.service[row] or "",
            int(rows.opened[row]),
            _known(int(rows.resolved[row])),
            rows.priority[row],
            rows.source[row],
            _known(int(rows.recorded[row])),
            rows.place.file[row] or "",
            int(rows.place.line[row]),
        )
        for row in np.flatnonzero((rows.opened < end) & (rows.resolved >= start)).tolist()
    ]


def _counts(rows: CountColumns, measure: str, start: int, end: int) -> list[EvidenceRow]:
    inside = rows.measure.rows_in((measure,)) & (rows.start >= start) & (rows.start < end)
    return [
        _measured("count", measure, rows, row, rows.start[row], rows.end[row], rows.party[row])
        for row in np.flatnonzero(inside).tolist()
    ]


def _samples(rows: SampleColumns, measure: str, start: int, end: int) -> list[EvidenceRow]:
    inside = rows.measure.rows_in((measure,)) & (rows.at >= start) & (rows.at < end)
    return [
        _measured("sample", measure, rows, row, rows.at[row], rows.at[row])
        for row in np.flatnonzero(inside).tolist()
    ]


def _items(rows: DeliverableColumns, measure: str, start: int, end: int) -> list[EvidenceRow]:
    inside = rows.measure.rows_in((measure,)) & (rows.due >= start) & (rows.due < end)
    return [
        _measured("deliverable", rows.item_id[row] or "", rows, row, rows.due[row], rows.delivered[row])
        for row in np.flatnonzero(inside).tolist()
    ]


def _measured(
    kind: str,
    name: str,
    rows: CountColumns | SampleColumns | DeliverableColumns,
    row: int,
    start: int,
    end: int,
    says: str | None = None,
) -> EvidenceRow:
    """A row of a kind that neither names a source nor the instant at which it was recorded."""
    place = rows.place
    return EvidenceRow(
        kind,
        name,
        rows.service[row] or "",
        int(start),
        _known(int(end)),
        says,
        None,
        None,
        place.file[row] or "",
        int(place.line[row]),
    )


def _known(value: int) -> int | None:
    return None if value in (NEVER, UNRECORDED) else value
