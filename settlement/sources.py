"""Several sources that tell of one service: which of them is believed, and what the others say.

The problem: a supplier reports its own outages, and an independent monitor reports others. The contract may rank them
(``sources: [monitor, self-report]``); then the highest-ranked one that watches the service is the truth, the others are
kept as evidence, and how far they are from it is a figure that both parties can look at.

Example: the monitor says 60 minutes and the supplier 20 in the same month: 60 count, and the finding `SOURCES_DIFFER`
has both.

Limits (rulings 75 and 76): a source watches a service from the first row of that kind about it on, in all that the
evidence knows by the period's end. A monitor that has no row in a month says that nothing failed, and is not overruled.
Where no ranked source watches a service, the union of all rows is read, as without a ranking.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Coded, Micros, OutageColumns, OutageTimes, TicketColumns
from domain.evidence_through import EvidenceThrough
from domain.findings import Finding, FindingKind, Severity
from domain.intervals import Intervals

if TYPE_CHECKING:
    from domain.attainment import LevelOn


@dataclass(frozen=True, slots=True, eq=False)
class RankedEvidence(EvidenceThrough):
    """Evidence as one agreement believes it: of outages and tickets only the rows of each service's truth.

    ``ranking`` has the most trusted source first; ``before`` is the instant by which a source must have begun to watch.
    """

    ranking: tuple[str, ...]
    before: int

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services, of the sources that are believed."""
        rows = self.evidence.outages(services)
        return rows.take(self._believed(rows.service, rows.source, rows.started))

    def tickets(self, services: Collection[str]) -> TicketColumns:
        """The tickets of some services, of the sources that are believed."""
        rows = self.evidence.tickets(services)
        return rows.take(self._believed(rows.service, rows.source, rows.opened))

    def outage_times(self, services: Collection[str]) -> OutageTimes:
        """When the outages were of which the sources that are believed tell."""
        rows = self.evidence.outage_times(services)
        return rows.take(self._believed(rows.service, rows.source, rows.started))

    def truth(self, source: Coded, began: Micros) -> str | None:
        """The source that is believed about one service, given its rows; None where no ranked source watches it."""
        watching = _names_in(source.take(began < self.before))
        return next((name for name in self.ranking if name in watching), None)

    def _believed(self, service: Coded, source: Coded, began: Micros) -> NDArray[np.bool_]:
        kept = np.ones(len(began), dtype=np.bool_)
        for code in np.unique(service.codes).tolist():
            theirs = service.codes == code
            name = self.truth(source.take(theirs), began[theirs])
            if name is not None:
                kept &= ~theirs | (source.codes == source.code(name))
        return kept


def outages_differ(of: LevelOn, ranked: RankedEvidence, agreed: Intervals) -> tuple[Finding, ...]:
    """The finding that sources tell of different downtime of a level's service within its agreed time."""
    rows = ranked.evidence.outage_times((of.service,))
    rows = rows.take(rows.started < ranked.before)
    truth = ranked.truth(rows.source, rows.started)
    if truth is None:
        return ()
    ends = np.minimum(rows.ended, ranked.before)
    said: dict[str, int] = {}
    for name in _names_in(rows.source):
        mine = rows.source.codes == rows.source.code(name)
        said[name] = (Intervals.from_arrays(rows.started[mine], ends[mine]) & agreed).total()
    return _differ(of, truth, said, 1_000_000, "seconds of downtime")


def tickets_differ(of: LevelOn, ranked: RankedEvidence, span: tuple[int, int]) -> tuple[Finding, ...]:
    """The finding that sources tell of different numbers of tickets of a level's service, opened in the period."""
    rows = ranked.evidence.tickets((of.service,))
    rows = rows.take(rows.opened < ranked.before)
    truth = ranked.truth(rows.source, rows.opened)
    if truth is None:
        return ()
    inside = (rows.opened >= span[0]) & (rows.opened < span[1])
    said = {
        name: int((inside & (rows.source.codes == rows.source.code(name))).sum())
        for name in _names_in(rows.source)
    }
    return _differ(of, truth, said, 1, "tickets")


def _names_in(source: Coded) -> tuple[str, ...]:
    return tuple(source.names[code] for code in np.unique(source.codes).tolist() if code >= 0)


def _differ(of: LevelOn, truth: str, said: dict[str, int], unit: int, what: str) -> tuple[Finding, ...]:
    others = {name: amount for name, amount in sorted(said.items()) if name != truth}
    if all(amount == said.get(truth, 0) for amount in others.values()):
        return ()
    figures = {name: _decimal(said[name], unit) for name in sorted(said)}
    told = ", ".join(f"{name} {_decimal(amount, unit)}" for name, amount in others.items())
    return (
        Finding(
            "SOURCES_DIFFER", Severity.WARNING, FindingKind.EVIDENCE,
            f"Sources tell of different {what} of {of.service}: {truth}, which the agreement believes first, "
            f"{figures.get(truth, '0')}; {told}.",
            of.agreement.name, of.level.name, of.service, (of.level.cited,),
            figures=figures,
            cure="Compare the sources' records; a correction that supersedes a row puts it right for good.",
        ),
    )  # fmt: skip


def _decimal(amount: int, unit: int) -> str:
    whole, rest = divmod(amount, unit)
    return str(whole) if not rest else f"{whole}.{rest:06d}".rstrip("0")
