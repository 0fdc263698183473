"""Evidence of what did not happen, beside what did.

The problem: what would have been is settled by the rules that settle what was; so what is supposed has to come to them
as evidence comes, from the sources that would have told of it, and without touching what they did tell.

Example: an outage of hosting is supposed on Friday; the probe and the vendor both tell of hosting, so both would have
told of it, and whichever of them an agreement believes, the outage is there.

Limits: outages only. A supposed row stands in no file; its place says `supposed`, line 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from domain.errors import InvalidValue
from domain.evidence import UNRECORDED, Coded, OutageColumns, OutageTimes, Place
from domain.evidence_kinds import CAUSES
from domain.evidence_through import EvidenceThrough
from domain.instants import isoformat
from domain.intervals import Intervals

if TYPE_CHECKING:
    pass

__all__ = ["SUPPOSED", "SupposedEvidence", "SupposedOutage"]

SUPPOSED = "supposed"
"""The file that a supposed row stands in: none, and it is said."""

_LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class SupposedOutage:
    """An outage of one service that did not happen: [start, end) in microseconds, and a cause as evidence writes it.

    Raises InvalidValue for one that ends before it starts, has no length, or lasts longer than a year.
    """

    service: str
    start: int
    end: int
    cause: str | None = None

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InvalidValue(
                f"the outage would end at {isoformat(self.end)} and start at {isoformat(self.start)}: "
                "give an end that lies after the start"
            )
        if self.end - self.start > _LONGEST_DAYS * 86_400_000_000:
            raise InvalidValue(
                f"the outage would last from {isoformat(self.start)} to {isoformat(self.end)}: give at most a year"
            )
        if self.cause is not None and self.cause not in CAUSES:
            raise InvalidValue(
                f'"{self.cause}" is no cause: leave it out, or give one of {", ".join(CAUSES)}'
            )


@dataclass(frozen=True, slots=True, eq=False)
class SupposedEvidence(EvidenceThrough):
    """Evidence with supposed outages: added to what every source says that tells of their service, or taken from it.

    A source that tells of the service would have told of the outage, so it is among the rows of each of them; that a
    service has no evidence stays true, and stays a finding.
    """

    supposed: tuple[SupposedOutage, ...]
    until: int
    """Sources that first tell of a service after this instant do not tell of the outage."""
    unrecorded: Mapping[str, Intervals] = field(default_factory=dict)
    """By service, the time that none of its outages would have covered."""

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services, without what would not have been, and with the supposed ones."""
        rows = self.evidence.outages(services)
        for service in sorted(set(services) & set(self.unrecorded)):
            rows = _without(rows, service, self.unrecorded[service])
        wanted = [each for each in self.supposed if each.service in services]
        if not wanted:
            return rows
        known = rows.take(rows.started < self.until)
        added: list[tuple[SupposedOutage, str | None]] = []
        for each in wanted:
            codes = np.unique(known.source.codes[known.service.codes == known.service.code(each.service)])
            telling = [known.source.names[code] for code in codes.tolist() if code >= 0]
            added += [(each, source) for source in telling or [None]]
        return _joined(rows, added)

    def outage_times(self, services: Collection[str]) -> OutageTimes:
        """The times of the same outages."""
        if not self.unrecorded.keys() & set(services) and not any(
            e.service in services for e in self.supposed
        ):
            return self.evidence.outage_times(services)
        return OutageTimes.of(self.outages(services))

    def first_instant(self) -> int | None:
        """The earliest instant that any evidence, or a supposed outage, speaks of."""
        firsts = [each.start for each in self.supposed]
        first = self.evidence.first_instant()
        return min([*firsts, *([] if first is None else [first])], default=None)


def _joined(rows: OutageColumns, added: Sequence[tuple[SupposedOutage, str | None]]) -> OutageColumns:
    """Columns with some rows more, in the order in which evidence comes."""
    outages = [each for each, _ in added]
    starts = np.array([each.start for each in outages], dtype=np.int64)
    ends = np.array([each.end for each in outages], dtype=np.int64)
    nothing: list[str | None] = [None] * len(outages)
    recorded = np.full(len(outages), UNRECORDED, dtype=np.int64)
    joined = OutageColumns(
        _named(rows.outage_id, [SUPPOSED for _ in outages]),
        _named(rows.service, [each.service for each in outages]),
        np.concatenate([rows.started, starts]),
        np.concatenate([rows.ended, ends]),
        np.concatenate([rows.reported, starts]),
        _named(rows.severity, nothing),
        _named(rows.cause, [each.cause for each in outages]),
        _named(rows.incident, nothing),
        _named(rows.source, [source for _, source in added]),
        np.concatenate([rows.recorded, recorded]),
        Place(
            _named(rows.place.file, [SUPPOSED for _ in outages]),
            np.concatenate([rows.place.line, np.zeros(len(outages), dtype=np.int64)]),
        ),
    )
    return _ordered(joined)


def _without(rows: OutageColumns, service: str, time: Intervals) -> OutageColumns:
    """Columns in which the outages of a service cover nothing of some time: cut, in pieces, or gone."""
    theirs = np.flatnonzero(rows.service.codes == rows.service.code(service)).tolist()
    spans = {row: (int(rows.started[row]), int(rows.ended[row])) for row in theirs}
    touched = [row for row, span in spans.items() if time.clip(*span)]
    if not touched:
        return rows
    pieces = [(row, *piece) for row in touched for piece in Intervals.of([spans[row]]) - time]
    whole = np.setdiff1d(np.arange(len(rows)), touched)
    kept = rows.take(np.concatenate([whole, np.array([row for row, _, _ in pieces], dtype=np.int64)]))
    starts = np.concatenate(
        [rows.started[whole], np.array([start for _, start, _ in pieces], dtype=np.int64)]
    )
    ends = np.concatenate([rows.ended[whole], np.array([end for _, _, end in pieces], dtype=np.int64)])
    return _ordered(replace(kept, started=starts, ended=ends))


def _ordered(rows: OutageColumns) -> OutageColumns:
    """The rows in the order in which evidence comes."""
    keys = (
        rows.place.line,
        rows.place.file.codes,
        rows.source.codes,
        rows.incident.codes,
        rows.severity.codes,
        rows.reported,
        rows.outage_id.codes,
        rows.cause.codes,
        rows.ended,
        rows.started,
        rows.service.codes,
    )
    return rows.take(np.lexsort(keys))


def _named(column: Coded, added: Sequence[str | None]) -> Coded:
    """A column with some names more; names stay sorted, so that codes sort as names do."""
    names = tuple(sorted({*column.names, *(name for name in added if name)}))
    place = {name: code for code, name in enumerate(names)}
    moved = np.array([*(place[name] for name in column.names), -1], dtype=np.int32)
    codes = [place[name] if name else -1 for name in added]
    return Coded(np.concatenate([moved[column.codes], np.array(codes, dtype=np.int32)]), names)
